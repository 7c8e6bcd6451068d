// Package policy is the narrow waist of rubric: what a policy is to the rest
// of the engine, whichever language it is written in. Nothing above it knows
// the language; nothing below it knows weights, points on a scale or grades.
package policy

import (
	"cmp"
	"context"
	"slices"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
)

// Source is one policy as found in a framework's folder: the bytes that were
// read once, hashed and are compiled.
type Source struct {
	Indicator string // the indicator's id
	File      string // path relative to the framework's folder, with slashes
	Text      []byte
}

// Unit is what a language compiles together: the policies of one framework in
// that language, and the helper files they may use.
type Unit struct {
	Schema   *facts.Schema
	Policies []Source
	Helpers  []Source        // Indicator is ""
	Data     *facts.Document // the framework's data document, nil where it has none
}

// Language compiles policies written in it.
type Language interface {
	// Extension is how the names of its policy files end, such as ".rego".
	Extension() string
	// Compile returns one Policy for each of unit.Policies, in that order. The
	// error is a message.Problems that names file, line and column of every
	// mistake found.
	Compile(ctx context.Context, unit Unit) ([]*Policy, error)
}

// Policy is a compiled policy.
type Policy struct {
	Meta  Meta
	Reads []*facts.Schema // every fact (schema leaf) or list the policy may read, in schema order
	// Exempts is true when the policy can say that the indicator does not apply.
	Exempts bool
	Program
}

// Meta is what a policy says of itself, for people.
type Meta struct {
	Title          string   // the indicator's title
	Rule           string   // the written rule, 评价标准
	Interpretation string   // how the written rule is read where it is silent, 指标解释
	Evidence       []string // evidence asked for, 佐证资料
}

// Program decides an indicator from the facts.
type Program interface {
	// Evaluate runs the policy. It never panics and never returns a partial
	// finding; the error is ctx's when the run was cancelled. A policy that
	// breaks is a Finding with Failure set.
	Evaluate(ctx context.Context, doc *facts.Document) (*Finding, error)
}

// Finding is what one policy says of one document. It knows no weights.
type Finding struct {
	Deductions    []Deduction     // in the order of the rule: line, then the facts' order, then item
	Cutoff        *Clause         // set when the score is cut off to zero
	NotApplicable *Clause         // set when the indicator does not apply
	Failure       *Failure        // set when the policy broke; all else is then empty
	Missing       []*facts.Schema // holes the run met, by their place in the schema
	Used          Usage           // of the limits; the same on every run
}

// Deduction is points lost as a share of the weight.
type Deduction struct {
	Item   string        // "" for what is not earned
	Share  number.Number // 0 < share <= 1
	Reason string
	Causes []Cause // what it depended on, in the facts' order, each place once
	Line   int     // line of the rule's head or list item in the policy's file
	// Unproven is true when the deduction depended on a missing fact, so that it
	// may vanish or change once the fact is filled in.
	Unproven bool
}

// Clause is a cut-off or a not-applicable: its reason and what it depended on.
type Clause struct {
	Reason   string
	Causes   []Cause
	Line     int
	Unproven bool
}

// Failure is how a policy broke, and where: File is relative to the
// framework's folder.
type Failure struct {
	File    string
	Line    int
	Message message.Message
}

// CompareDeductions orders deductions as people read them: by the rule's line,
// then by the facts cited, in the facts' order, then by item.
func CompareDeductions(a, b Deduction) int {
	if c := cmp.Compare(a.Line, b.Line); c != 0 {
		return c
	}
	if c := slices.CompareFunc(a.Causes, b.Causes, compareCauses); c != 0 {
		return c
	}
	return cmp.Compare(a.Item, b.Item)
}
