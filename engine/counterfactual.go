package engine

import "encoding/json"

// Counterfactual says what would have to be otherwise for a better result. Every
// proposal was evaluated by the same rules.
type Counterfactual struct {
	NextGrade  *NextGrade `json:"next_grade"` // null at the best grade and where the score is open
	Indicators []Remedy   `json:"indicators"` // those that lost points by the rules, in the framework's order
}

// NextGrade is the next better grade: it begins at From, Points above the final
// score.
type NextGrade struct {
	Grade  string `json:"grade"`
	From   string `json:"from"`
	Points string `json:"points"`
}

// Remedy is how an indicator would have full marks: Proposals change the fewest
// facts that suffice, each in another way. Where Complete is false, there may be
// other ways that were not looked for. Deductions has, for every deduction, the
// single facts that would undo it.
type Remedy struct {
	ID         string     `json:"id"`
	Title      string     `json:"title"`
	Weight     string     `json:"weight"`
	RuleScore  *string    `json:"rule_score"` // null where the framework has a scale
	RuleMark   *string    `json:"rule_mark"`
	Proposals  []Proposal `json:"proposals"`
	Complete   bool       `json:"complete"`
	Deductions []Undoing  `json:"deductions"`
}

// Undoing is a deduction and the changes of which each alone would undo it,
// with nothing lost elsewhere in the indicator.
type Undoing struct {
	Item   string       `json:"item"`
	Points string       `json:"points"`
	Reason string       `json:"reason"`
	Facts  []FactChange `json:"facts"`
}

// Proposal is a set of changes, all of which are needed. RuleScore is what the
// indicator then has by the rules.
type Proposal struct {
	Changes   []FactChange `json:"changes"`
	RuleScore *string      `json:"rule_score"`
	RuleMark  *string      `json:"rule_mark"`
}

// FactChange is a fact as it is, and as it would have to be. A number is as near
// to what it is as it can be in steps of its last decimal.
type FactChange struct {
	Pointer  string          `json:"pointer"`
	Label    string          `json:"label"`
	Unit     string          `json:"unit"`
	Value    json.RawMessage `json:"value"`
	Proposed json.RawMessage `json:"proposed"`
}
