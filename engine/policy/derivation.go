package policy

import (
	"context"

	"rubric/engine/facts"
	"rubric/engine/formula"
)

// Deriver is a Program that can show its decision as formulas over the facts.
type Deriver interface {
	// Derive gives the formulas for documents that have the same places as doc:
	// other values, but the same lists and the same absent facts. It says nothing of
	// a document that lacks a fact. The error is ctx's, a *Failure that names what
	// has no formula and where it stands, or formula.ErrTooLarge.
	Derive(ctx context.Context, doc *facts.Document, indicator *facts.Node) (*Derivation, error)
}

// Derivation is a finding as formulas: everything that could be deducted, with
// when it is.
type Derivation struct {
	Deductions    []Derived
	Cutoff        *Gate // nil where there is none
	NotApplicable *Gate
}

// Gate is when a cut-off or a not-applicable holds.
type Gate struct {
	When *formula.Expr
	Line int
}

// Derived is a deduction as formulas. One of Share, Points and Mark is set; they
// give nothing in particular where When does not hold, and what takes nothing (no
// points, or the best mark) is no deduction.
type Derived struct {
	Item   string // as the facts stand; "" for what is not earned, or where it is not known
	When   *formula.Expr
	Share  *formula.Expr // of the weight, lost
	Points *formula.Expr // lost, or earned
	Mark   *formula.Expr // a text
	Earned bool          // see Deduction
	Line   int
}

// Error makes a Failure an error.
func (f *Failure) Error() string { return f.Message.ID }
