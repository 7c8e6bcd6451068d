package facts

import "rubric/engine/number"

// Table is what x-table declares of a place: identities that the figures of the
// table there satisfy. Names in it are members of an object, with slashes for
// those further down ("total/initial"), or rows of a list by their x-key.
//
//	"x-table": {"digits": 2, "identities": [
//	  {"is": "adjusted", "sum": ["initial", "adjustment"]},
//	  {"is": "executed", "at_most": "adjusted"},
//	  {"is": "rate", "percent": ["executed", "adjusted"]}]}
//
// Where a name is an object or a row, an identity holds for each figure in it
// (percentages, which do not add up, left out).
type Table struct {
	Digits     int // decimals that the figures are printed with; -1 where they are not rounded
	Identities []Identity
}

// Identity is one line of an x-table: the figure Is, or the number Total, is
// what Kind makes of the figures Of.
type Identity struct {
	Kind     IdentityKind
	Is       string
	Total    *number.Number // in place of Is: shares that add up to 100
	Of       []string
	From, To string // rows of a Sum, the first and the last, in place of Of
	Others   bool   // a Sum of all other rows or members, in place of Of
	Digits   int    // decimals that the result is printed with; -1 where it is not rounded
	Survey   bool   // it is one of an x-survey
	Line     int    // in the schema's file
}

// IdentityKind is how the figures of an identity hang together.
type IdentityKind uint8

const (
	Sum        IdentityKind = iota // Is = the figures Of added up
	Difference                     // Is = the first of Of without the second
	AtMost                         // Is ≤ the one figure Of
	Same                           // Is = the one figure Of
	Percent                        // Is = the first of Of in percent of the second
	Growth                         // Is = how many percent the first of Of is above the second
)

// identityKinds are the kinds as an x-table writes them.
func identityKinds() []string {
	return []string{Sum: "sum", Difference: "difference", AtMost: "at_most", Same: "same", Percent: "percent", Growth: "growth"}
}

// String is the kind as an x-table writes it.
func (k IdentityKind) String() string { return identityKinds()[k] }

// Rounds tells whether the result of such an identity is rounded as a rule, so
// that its digits must be known.
func (k IdentityKind) Rounds() bool { return k == Percent || k == Growth }
