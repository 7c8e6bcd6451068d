// Package formula holds what a policy computes as formulas over the facts: the
// same for every language, to be computed exactly, written into the cells of a
// workbook, or read aloud.
package formula

import (
	"time"

	"rubric/engine/facts"
	"rubric/engine/number"
)

// Op is what an expression does with its arguments.
type Op uint8

// The operations. Constants and Fact have no arguments; Add, Min, Max, And, Or and
// Count have one or more; If has three.
const (
	Number Op = iota // a constant
	Text
	Truth
	Fact  // a scalar of the facts
	Add   // the sum of all
	Sub   // …
	Mul   //
	Div   //
	Rem   // the remainder, with the sign of the first
	Floor // the greatest whole number that is not above
	Ceil
	Abs
	Round // to as many decimals as the second says, halves away from zero
	Pow   // to a whole power
	Min
	Max
	Less
	AtMost
	Equal // of numbers, texts or truths
	And
	Or
	Not
	If      // the second where the first holds, else the third
	Count   // how many hold
	Present // whether an optional fact is there
)

// Kind is what an expression gives.
type Kind uint8

// The kinds of values.
const (
	IsNumber Kind = iota
	IsText
	IsTruth
)

// Expr is an expression. Two that a Maker made are the same if and only if their
// pointers are. It is read-only.
type Expr struct {
	Op     Op
	Kind   Kind
	Args   []*Expr
	Fact   *facts.Node   // of a Fact or Present
	Number number.Number // of a Number
	Text   string        // of a Text
	Flag   bool          // of a Truth

	id int
}

// Constant tells whether e is a constant.
func (e *Expr) Constant() bool { return e.Op <= Truth }

// True and False tell whether e is that constant.
func (e *Expr) True() bool { return e.Op == Truth && e.Flag }

// False is the constant of what never holds.
func (e *Expr) False() bool { return e.Op == Truth && !e.Flag }

// Walk visits e and what it is made of, each once, the parts first.
func (e *Expr) Walk(visit func(*Expr)) { e.walk(visit, map[*Expr]bool{}) }

func (e *Expr) walk(visit func(*Expr), seen map[*Expr]bool) {
	if seen[e] {
		return
	}
	seen[e] = true
	for _, a := range e.Args {
		a.walk(visit, seen)
	}
	visit(e)
}

// Ordered tells whether texts can be compared by size: those that are written as
// dates are.
func Ordered(all []*Expr) bool {
	for _, e := range all {
		switch {
		case e.Op == Fact && e.Fact.Schema != nil && e.Fact.Schema.Format == "date":
		case e.Op == Text && isDate(e.Text):
		default:
			return false
		}
	}
	return true
}

func isDate(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}
