package engine

import "encoding/json"

// Sensitivity says what the assessment would be if contested facts were
// otherwise, and how much hangs on the missing ones. Ranges are of totals:
// Range of the final score, RuleRange of the score by the rules alone.
type Sensitivity struct {
	Contested    []ContestedFact `json:"contested"` // in the facts' order
	Missing      []MissingFact   `json:"missing"`   // in the facts' order
	Combinations Combinations    `json:"combinations"`
	Range        Range           `json:"range"`
	RuleRange    Range           `json:"rule_range"`
	Grades       []string        `json:"grades"` // the grades that can come out, from the best
	Ranking      []Influence     `json:"ranking"`
}

// ContestedFact is a fact for which the evidence attests several values. Value
// is the adopted one, null where none is; Reason says why it was adopted.
type ContestedFact struct {
	Pointer      string          `json:"pointer"`
	Label        string          `json:"label"`
	Unit         string          `json:"unit"`
	Value        json.RawMessage `json:"value"`
	Evidence     string          `json:"evidence"`
	Reason       string          `json:"reason"`
	Alternatives []Alternative   `json:"alternatives"`
}

// Alternative is another attested value, and what would become of the
// assessment if it alone were adopted: the total, and every indicator that
// would be scored otherwise.
type Alternative struct {
	Value      json.RawMessage `json:"value"`
	Evidence   string          `json:"evidence"`
	RuleScore  *string         `json:"rule_score"`
	Score      *string         `json:"score"`
	Grade      *string         `json:"grade"`
	Range      Range           `json:"range"`
	Indicators []Shift         `json:"indicators"`
}

// Shift is how one indicator is decided by the facts as they are, and
// otherwise.
type Shift struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Adopted  Standing `json:"adopted"`
	Attested Standing `json:"attested"`
}

// Standing is an indicator's result in short.
type Standing struct {
	Outcome   Outcome `json:"outcome"`
	RuleScore *string `json:"rule_score"`
	Score     *string `json:"score"`
	Mark      *string `json:"mark"`
	Range     Range   `json:"range"`
}

// MissingFact is a missing fact with the indicators that it leaves open.
type MissingFact struct {
	Pointer    string   `json:"pointer"`
	Label      string   `json:"label"`
	Unit       string   `json:"unit"`
	Indicators []string `json:"indicators"` // ids
}

// Combinations is how many combinations of attested values were evaluated.
// Exact is true when those are all that can make a difference; else the ranges
// are those of a sample.
type Combinations struct {
	Evaluated int  `json:"evaluated"`
	Exact     bool `json:"exact"`
}

// Influence is how many points one fact alone moves the total: Width the final
// score's, RuleWidth that by the rules alone. Range and RuleRange are the totals
// that the attested values of a contested fact give, with whatever else is open;
// they are null for a missing fact, of which no value is known. A fact that is
// both stands once, as contested.
type Influence struct {
	Pointer   string `json:"pointer"`
	Label     string `json:"label"`
	Kind      string `json:"kind"` // contested or missing
	Width     string `json:"width"`
	RuleWidth string `json:"rule_width"`
	Range     *Range `json:"range"`
	RuleRange *Range `json:"rule_range"`
}

// Fact describes the fact at a pointer of a case: its value, label, unit and
// where it comes from. What is not there has no value.
func (r *Rules) Fact(c Case, pointer string) Fact {
	e := explainer{rules: r, c: c}
	if n := c.Facts.At(pointer); n != nil {
		f := Fact{Pointer: pointer, Role: "value", Value: json.RawMessage(n.JSON()), Label: label(n, ""), Evidence: e.cite(nil).source(pointer)}
		if n.Schema != nil {
			f.Unit = n.Schema.Unit
		}
		return f
	}
	f := Fact{Pointer: pointer, Role: "absent", Evidence: e.cite(nil).source(pointer)}
	if s := r.Framework.Schema.At(pointer); s != nil {
		f.Unit, f.Label = s.Unit, s.Label()
	}
	return f
}
