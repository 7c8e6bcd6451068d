package policy

import "rubric/engine/number"

// Contradiction is what a reconciliation check says of facts that do not agree,
// beside its item and its sentence.
type Contradiction struct {
	Severity Severity
	// Figures are the two numbers that should be one; none where the check does
	// not compare numbers.
	Figures []number.Number
	// Adopt is how the facts would read were the other side right.
	Adopt []Adoption
}

// Adoption is one fact and what it would be, as JSON.
type Adoption struct {
	Pointer string
	Value   string
}

// Severity is how grave a finding is.
type Severity string

// An error is figures that contradict each other, a warning something to be
// asked about, info something to know, such as a difference that rounding
// explains.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

// Severities are the words for severities, gravest first.
func Severities() []string { return []string{string(Error), string(Warning), string(Info)} }
