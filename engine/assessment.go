package engine

import (
	"encoding/json"

	"rubric/engine/message"
)

// Assessment is a framework applied to a case: everything, explained. It is
// the one thing all outputs are rendered from, and its JSON is the published
// form (assessment.schema.json). Computed numbers are strings: decimals at the
// framework's rounding, or exact fractions where nothing was rounded.
type Assessment struct {
	Schema         string           `json:"schema"` // SchemaID
	Framework      FrameworkRef     `json:"framework"`
	Case           CaseRef          `json:"case"`
	Total          Total            `json:"total"`
	Groups         []Group          `json:"groups"`
	Indicators     []Indicator      `json:"indicators"` // in the framework's order
	Reconciliation []Reconciliation `json:"reconciliation"`
	Sensitivity    *Sensitivity     `json:"sensitivity"` // null where no fact is contested or missing
	Panel          *Agreement       `json:"panel"`       // null where no panel marked two or more indicators
}

// SchemaID names the published form of an assessment.
const SchemaID = "rubric.assessment/v1"

// FrameworkRef says which rules were applied.
type FrameworkRef struct {
	ID      string `json:"id"`
	Version string `json:"version"`
	Digest  string `json:"digest"`
}

// CaseRef says what they were applied to. The evidence and review digests are
// null where the case has none.
type CaseRef struct {
	ID             string  `json:"id"`
	Title          string  `json:"title"`
	FactsDigest    Digest  `json:"facts_digest"`
	EvidenceDigest *string `json:"evidence_digest"`
	ReviewDigest   *string `json:"review_digest"`
}

// Total is what the tree comes to. RuleScore and Score are null where an
// indicator's is, or nothing applies; Grade is null where the range spans bands.
// The points of the ledger's steps sum exactly to the rule score: sum,
// redistribution, bonus, bonus_cap, penalty, total_cap, floor, veto (its item is
// the indicator), policy, cap (its item is the name), rounding. Vetoes are the indicators whose veto holds.
type Total struct {
	Weight    string   `json:"weight"`
	RuleScore *string  `json:"rule_score"`
	Score     *string  `json:"score"`
	Grade     *string  `json:"grade"`
	Range     Range    `json:"range"`
	Ledger    []Step   `json:"ledger"`
	Vetoes    []string `json:"vetoes"`

	// Where the framework has a policy of aggregation of its own.
	Mark      *string    `json:"mark"`
	RuleMark  *string    `json:"rule_mark"`
	MarkRange *MarkRange `json:"mark_range"`
	Decision  *Decision  `json:"decision"`
	Caps      []Decision `json:"caps"`
	Failure   *Failure   `json:"failure"` // the policy broke: there are no groups' scores and no total then
}

// Decision is what a policy of aggregation gave as its reason, the indicators
// (ids) it depended on, and where the rule stands.
type Decision struct {
	Reason     string   `json:"reason"`
	Indicators []string `json:"indicators"`
	Rule       Place    `json:"rule"`
}

// Range is what a final score can still become once missing facts are filled
// in and broken policies mended.
type Range struct {
	Min string `json:"min"`
	Max string `json:"max"`
}

// MarkRange is what a final mark can still become: the worst and the best.
type MarkRange struct {
	Min string `json:"min"`
	Max string `json:"max"`
}

// Group is an inner node of the tree. Rate is percent of the weight.
type Group struct {
	ID         string   `json:"id"`
	Title      string   `json:"title"`
	Weight     string   `json:"weight"`
	RuleScore  *string  `json:"rule_score"`
	Score      *string  `json:"score"`
	Rate       *string  `json:"rate"`
	Groups     []Group  `json:"groups"`
	Indicators []string `json:"indicators"` // ids

	// Where the framework has a policy of aggregation of its own.
	Mark      *string    `json:"mark"`
	RuleMark  *string    `json:"rule_mark"`
	MarkRange *MarkRange `json:"mark_range"`
	Decision  *Decision  `json:"decision"`
}

// Outcome is what became of an indicator.
type Outcome string

const (
	Full          Outcome = "full"
	Deducted      Outcome = "deducted"
	NotApplicable Outcome = "not_applicable"
	Undetermined  Outcome = "undetermined" // a fact is missing
	Failed        Outcome = "failed"       // the policy broke
)

// Indicator is a leaf of the tree, decided and explained.
type Indicator struct {
	ID            string      `json:"id"`
	Title         string      `json:"title"`
	Weight        string      `json:"weight"`
	Outcome       Outcome     `json:"outcome"`
	RuleScore     *string     `json:"rule_score"`
	Score         *string     `json:"score"`
	Mark          *string     `json:"mark"`      // where the framework has a scale; the review's where there is one
	RuleMark      *string     `json:"rule_mark"` // by the rules alone
	Range         Range       `json:"range"`
	MarkRange     *MarkRange  `json:"mark_range"` // null where the framework has no scale, or the indicator does not apply
	Deductions    []Deduction `json:"deductions"`
	Cutoff        *Clause     `json:"cutoff"`
	NotApplicable *Clause     `json:"not_applicable"`
	Missing       []string    `json:"missing"` // pointers
	Failure       *Failure    `json:"failure"`
	Ledger        []Step      `json:"ledger"`
	Review        *Review     `json:"review"`

	Rule        RuleText  `json:"-"` // the policy's own words, for explanations
	MissingFact []Fact    `json:"-"` // Missing, with labels and units
	Basis       *Basis    `json:"-"` // of one with full marks, where somebody asked for it
	Together    *Together `json:"-"` // of the policy of aggregation, where a case asks it
}

// RuleText is what the policy says of itself, and where it stands.
type RuleText struct {
	File           string
	Text           string
	Interpretation string
	Evidence       []string
}

// Deduction is points lost. Share is the exact share of the weight (0 where that
// is 0), Points the exact points, before floor, cut-off and rounding; both are 0
// where the framework has marks.
type Deduction struct {
	Item   string    `json:"item"`
	Share  string    `json:"share"`
	Points string    `json:"points"`
	Mark   *string   `json:"mark"` // where the framework has a scale: the indicator's mark is no better
	Reason string    `json:"reason"`
	Facts  Citations `json:"facts"`
	Rule   Place     `json:"rule"`

	Severity string `json:"-"` // of what a reconciliation check found, which has no points
	Said     *Said  `json:"-"` // of a verdict of the policy of aggregation, likewise
}

// Place is a line of a file in the framework's folder.
type Place struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// Fact is a cited fact. Value stands where Role is "value" or "condition", in
// the document's own digits; Count where it is "collection"; neither where it
// is "absent". Case stands where it is a fact of another case than the one that
// is spoken of, which an assessment never cites.
type Fact struct {
	Pointer  string          `json:"pointer"`
	Role     string          `json:"role"`
	Value    json.RawMessage `json:"value,omitempty"`
	Count    *int            `json:"count,omitempty"`
	Label    string          `json:"label"`
	Unit     string          `json:"unit"`
	Evidence string          `json:"evidence"`
	Case     string          `json:"case,omitempty"`

	Miscount *Miscount `json:"-"` // of a missing fact that is a list of the wrong length
}

// Miscount is a list that does not have as many elements as the fact that
// counts them says.
type Miscount struct {
	Label string // of the fact that counts
	Value string // its digits
	Len   int    // of the list
}

// Clause is a cut-off or a not-applicable.
type Clause struct {
	Reason string    `json:"reason"`
	Facts  Citations `json:"facts"`
	Rule   Place     `json:"rule"`
}

// Failure is how a policy broke; Message is in the framework's language.
type Failure struct {
	Message string `json:"message"`
	File    string `json:"file"`
	Line    int    `json:"line"`

	Words message.Message `json:"-"` // what Message says, for other languages
}

// Step is one line of the ledger. The points of all steps sum exactly to the
// rule score. Step is one of weight, deduction, floor, cutoff, not_applicable,
// rounding. Item is there on deductions only, the empty text where the policy names none.
type Step struct {
	Step   string  `json:"step"`
	Item   *string `json:"item,omitzero"`
	Points string  `json:"points"`
}

// Review is an expert mark; it becomes the score and never alters the rule
// score.
type Review struct {
	Score  *string    `json:"score"` // null where the framework has marks
	Mark   *string    `json:"mark"`  // null where it has points
	Reason string     `json:"reason"`
	By     string     `json:"by"`
	Panel  *PanelMark `json:"panel"` // where an expert panel gave it, else null
	// Outside is null where the written rule can give the score; else the scores
	// that it can give, single ones with Min and Max alike.
	Outside []Range `json:"outside"`
}

// Given is the expert's score, or the mark where the framework has marks.
func (r Review) Given() string {
	if r.Mark != nil {
		return *r.Mark
	}
	if r.Score != nil {
		return *r.Score
	}
	return ""
}

// Reconciliation is a finding about facts that contradict each other. Check is a
// reconciliation check's id, or x-table and the place of an identity that the
// schema declares there. Figures are the two numbers that should be one, and
// Difference what the first has more than the second; all of them exact, none
// where the check compares no numbers. Rule is a line of the check, or of the
// schema.
type Reconciliation struct {
	Check      string    `json:"check"`
	Item       string    `json:"item"`
	Severity   string    `json:"severity"`
	Message    string    `json:"message"`
	Figures    []string  `json:"figures"`
	Difference *string   `json:"difference"`
	Facts      Citations `json:"facts"`
	Indicators []Touched `json:"indicators"`
	Rule       Place     `json:"rule"`
}

// Touched is an indicator that reads a fact of a finding. RuleScore is its rule
// score as the facts stand, Other the one with the other figure adopted, and
// Points their difference; null where they are not known.
type Touched struct {
	ID        string  `json:"id"`
	Title     string  `json:"title"`
	RuleScore *string `json:"rule_score"`
	Other     *string `json:"other_rule_score"`
	Points    *string `json:"points"`
}
