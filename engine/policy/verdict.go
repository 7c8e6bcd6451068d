package policy

import "rubric/engine/number"

// Verdict is what a policy that aggregates says of a group of indicators or of
// the total, or a bound that it puts on the total. At least one of Score, Mark
// and Grade is given.
type Verdict struct {
	Of     VerdictOf
	Name   string         // of the group, or of the cap; "" of the total
	Score  *number.Number // points, 0 or more
	Mark   string         // on the framework's scale
	Grade  string         // of the total, or its cap
	Reason string
	Causes []Cause
	Line   int
	// Unproven is true when the verdict depended on an indicator that is open.
	Unproven bool
}

// VerdictOf is what a verdict is about.
type VerdictOf uint8

const (
	OfGroup VerdictOf = iota
	OfTotal
	OfCap // the total is no more, or its grade or mark no better, than this
)
