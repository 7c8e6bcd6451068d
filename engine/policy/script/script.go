// Package script is a policy as its author wrote it, whichever language that
// was in: its answers, its names and its conditions, each with the place in the
// file. What examines policies without running them (package lint) works on
// scripts; languages make them (rego.Inspect, cel.Inspect).
package script

import "rubric/engine/policy"

// Place is where something stands: File is relative to the framework's folder,
// Line and Column count characters from 1.
type Place struct {
	File         string
	Line, Column int
}

// Before tells whether p stands before q in the same file.
func (p Place) Before(q Place) bool {
	return p.Line < q.Line || p.Line == q.Line && p.Column < q.Column
}

// Policy is one policy file, or a helper's.
type Policy struct {
	Indicator   string // "" for a helper
	File        string
	Meta        policy.Meta
	Title       Place  // of the title's text
	Description Place  // of the written rule's text
	Rules       []Rule // in the order of the file
}

// Kind is what a rule is for.
type Kind int

// The kinds of rules.
const (
	Helper        Kind = iota // a variable, or a rule that others use
	Function                  // a helper with parameters
	Deduction                 // points lost
	Earned                    // what is earned; of aggregation, what a group or the total comes to
	Cutoff                    // all is lost; of aggregation, a cap
	NotApplicable             // the indicator does not apply
	Found                     // a reconciliation check's contradiction; Value is what else it says
)

// Rule is one name and how its value is decided: by one clause or several.
type Rule struct {
	Place
	Kind    Kind
	Name    string
	Package string // of the module, "" where the language has none
	Ordered bool   // the first clause that holds counts; else no two may hold
	Partial bool   // each clause that holds adds to a collection
	Clauses []Clause
	Used    bool // something else in the framework names it
}

// Clause is one way to the value.
type Clause struct {
	Place
	Default    bool    // it holds where no other does
	Conditions []*Expr // all must hold
	Over       []*Expr // what it is repeated over
	Item       *Expr   // of a deduction
	Value      *Expr   // of a helper
	Share      *Expr   // or
	Points     *Expr   // or
	Mark       *Expr
	Reason     *Expr
}

// Expressions are all expressions of a clause, those inside others left out.
func (c Clause) Expressions() []*Expr {
	all := append(append([]*Expr{}, c.Conditions...), c.Over...)
	for _, e := range []*Expr{c.Item, c.Value, c.Share, c.Points, c.Mark, c.Reason} {
		if e != nil {
			all = append(all, e)
		}
	}
	return all
}
