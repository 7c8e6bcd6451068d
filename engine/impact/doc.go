// Package impact applies two versions of a framework to the same cases and says
// what the change would do: to each department, to its grade, by which rule, and
// why.
//
// Both versions decide by their rules alone. A review judges what the rules of
// its day said, so that it is no measure of new ones.
package impact

import "rubric/engine"

// SchemaID names the published form of a Report.
const SchemaID = "rubric.impact/v1"

// Report is what a change of rules does to a cohort. Scores and differences are
// decimals at the frameworks' rounding, and null where a score is open or there
// is none.
type Report struct {
	Schema     string      `json:"schema"` // SchemaID
	Old        Version     `json:"old"`
	New        Version     `json:"new"`
	Summary    Summary     `json:"summary"`
	Grades     []GradeMove `json:"grades"`     // from grade to grade, in the old framework's order
	Indicators []Rule      `json:"indicators"` // in the new framework's order, then what is gone
	Cases      []Case      `json:"cases"`      // in the cohort's order
	Failed     []Failed    `json:"not_compared"`
	Others     []Other     `json:"other_frameworks"` // cases that these versions are not for
	Dropped    []Dropped   `json:"facts_left_out"`   // facts that only one version asks for
}

// Version says which rules were applied.
type Version struct {
	engine.FrameworkRef
	Title      string   `json:"title"`
	Indicators int      `json:"indicators"`
	Grades     []string `json:"grades"` // highest first
}

// Summary counts departments and adds up their points. Sums and means are over
// the compared cases, those whose totals are known under both versions.
type Summary struct {
	Cases      int    `json:"cases"`
	Compared   int    `json:"compared"`
	Gained     int    `json:"gained"`
	Lost       int    `json:"lost"`
	Same       int    `json:"same"`
	Flips      int    `json:"grade_flips"`
	Open       int    `json:"open"`       // undetermined or failed under either
	NewlyOpen  int    `json:"newly_open"` // determined under the old version, open under the new
	Settled    int    `json:"settled"`    // the reverse
	OldSum     string `json:"old_sum"`
	NewSum     string `json:"new_sum"`
	Difference string `json:"difference"`
	OldMean    string `json:"old_mean"`
	NewMean    string `json:"new_mean"`
}

// GradeMove is how many departments go from one grade to another. A grade is ""
// where it is not known.
type GradeMove struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Cases int    `json:"cases"`
}

// Status is whether both versions have an indicator.
type Status string

const (
	Kept    Status = "kept"
	Added   Status = "added"
	Removed Status = "removed"
)

// Rule is what one indicator's change does to the cohort. Points are summed over
// the cases in which the indicator has a score under both versions; what only
// one version has counts as nothing in the other.
type Rule struct {
	ID         string  `json:"id"`
	Title      string  `json:"title"`
	Status     Status  `json:"status"`
	OldWeight  *string `json:"old_weight"`
	NewWeight  *string `json:"new_weight"`
	OldSum     string  `json:"old_sum"`
	NewSum     string  `json:"new_sum"`
	Difference string  `json:"difference"`
	Gained     int     `json:"gained"`
	Lost       int     `json:"lost"`
	NewlyOpen  int     `json:"newly_open"`
	Settled    int     `json:"settled"`
}

// Case is one department under both versions.
type Case struct {
	ID         string   `json:"id"`
	Title      string   `json:"title"`
	Period     string   `json:"period"`
	Old        Result   `json:"old"`
	New        Result   `json:"new"`
	Difference *string  `json:"difference"`
	Changes    []Change `json:"changes"` // of its indicators, in the report's order
}

// Result is a case's total by the rules alone.
type Result struct {
	Score *string      `json:"score"`
	Grade *string      `json:"grade"`
	Range engine.Range `json:"range"`
}

// Change is an indicator of a case that is not as it was.
type Change struct {
	Indicator  string             `json:"indicator"`
	Title      string             `json:"title"`
	Old        *Decision          `json:"old"` // null where the version does not have it
	New        *Decision          `json:"new"`
	Difference *string            `json:"difference"`
	Appeared   []engine.Deduction `json:"appeared"` // deductions of the new version only
	Vanished   []engine.Deduction `json:"vanished"` // deductions of the old version only
	Altered    []Altered          `json:"altered"`  // of both, with other points
	Causes     []Cause            `json:"causes"`   // why it became open, cut off or not applicable, or no longer is
}

// Decision is what a version made of an indicator.
type Decision struct {
	Outcome engine.Outcome `json:"outcome"`
	Score   *string        `json:"score"`
	Weight  string         `json:"weight"`
}

// Altered is a deduction that both versions make, of different points.
type Altered struct {
	Item string           `json:"item"`
	Old  engine.Deduction `json:"old"`
	New  engine.Deduction `json:"new"`
}

// Cause is what else decided an indicator under one version alone: a cut-off, a
// clause that it does not apply, a missing fact, a policy that broke.
type Cause struct {
	Kind    CauseKind      `json:"kind"`
	New     bool           `json:"new"` // of the new version; else of the old
	Reason  string         `json:"reason"`
	Fact    *engine.Fact   `json:"fact"` // of a missing fact
	Failure engine.Failure `json:"-"`
}

// CauseKind tells causes apart.
type CauseKind string

const (
	CutOff        CauseKind = "cutoff"
	NotApplicable CauseKind = "not_applicable"
	Missing       CauseKind = "missing"
	Broken        CauseKind = "failed"
)

// Failed is a case that could not be compared: it cannot be read, or one of the
// versions cannot take its facts.
type Failed struct {
	Case string `json:"case"`
	Err  error  `json:"-"`
}

// Other is a case that was found among others and is of neither version's
// framework.
type Other struct {
	Case      string `json:"case"`
	Framework string `json:"framework"`
}

// Dropped is a fact that some cases have and only one of the versions asks for.
type Dropped struct {
	Path  string `json:"path"` // with * for elements of lists
	ByNew bool   `json:"by_new"`
	Cases int    `json:"cases"`
}
