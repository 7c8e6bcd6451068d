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
	// Element is the place in the schema that the policy also sees as
	// `indicator`, one after the other: the elements of a list that are an
	// indicator each. It is nil for all other policies.
	Element *facts.Schema
	// Check is true of a reconciliation check: it has contradictions in place of
	// deductions, no weight, and its own id in place of an indicator's.
	Check bool
}

// Unit is what a language compiles together: the policies of one framework in
// that language, and the helper files they may use.
type Unit struct {
	Schema   *facts.Schema
	Policies []Source
	Helpers  []Source        // Indicator is ""
	Data     *facts.Document // the framework's data document, nil where it has none
	// Scale are the framework's marks, best first; empty where it scores in
	// points. Where there is one, policies answer with marks, else they cannot.
	Scale []string
	// Aggregates is true for the one policy that puts a framework's indicators
	// together: it sees the outcomes of the indicators for facts, and answers with
	// Verdicts.
	Aggregates bool
	// Digest is over all that the unit was made from, so that units of one digest
	// with the same files are the same; "" if nobody knows.
	Digest string
}

// Cache keeps what a language found out about a unit for later runs. Load gives
// exactly what was saved under a key by the same build of the program, else nil.
type Cache interface {
	Load(key string) []byte
	Save(key string, data []byte) error
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
	// Decide runs the policy. indicator is the element of the facts that the
	// policy sees under that name, at Source.Element; nil where there is none.
	// It never panics and never returns a partial finding; the error is ctx's
	// when the run was cancelled. A policy that breaks is a Finding with Failure
	// set.
	Decide(ctx context.Context, doc *facts.Document, indicator *facts.Node) (*Finding, error)
}

// Evaluate decides an indicator that the framework itself has, and not a list
// in the facts.
func (p *Policy) Evaluate(ctx context.Context, doc *facts.Document) (*Finding, error) {
	return p.Decide(ctx, doc, nil)
}

// Finding is what one policy says of one document. It knows no weights.
type Finding struct {
	Deductions    []Deduction     // in the order of the rule: line, then the facts' order, then item
	Cutoff        *Clause         // set when the score is cut off to zero
	NotApplicable *Clause         // set when the indicator does not apply
	Verdicts      []Verdict       // of a policy that aggregates; all else but Failure and Used is then empty
	Failure       *Failure        // set when the policy broke; all else is then empty
	Missing       []*facts.Schema // holes the run met, by their place in the schema
	Used          Usage           // of the limits; the same on every run
}

// Amount is how much a policy takes or gives: a share of the weight, or in its
// place points, or a mark.
type Amount struct {
	Share  number.Number  // 0 <= share <= 1
	Points *number.Number // >= 0; nil where the rule does not speak in points
	Mark   string         // on the framework's scale; "" where the rule does not speak in marks
}

// Zero tells whether it is no share and no points.
func (a Amount) Zero() bool {
	if a.Points != nil {
		return a.Points.Sign() == 0
	}
	return a.Mark == "" && a.Share.Sign() == 0
}

// Deduction is points lost, or a mark that is not the best.
type Deduction struct {
	Item string // "" for what is not earned
	// Amount is what is lost; of a mark, that the indicator's is no better.
	Amount
	// Earned is true where the points are those that are earned, because the
	// policy does not know of how many.
	Earned bool
	Reason string
	Causes []Cause // what it depended on, in the facts' order, each place once
	Line   int     // line of the rule's head or list item in the policy's file
	// Unproven is true when the deduction depended on a missing fact, so that it
	// may vanish or change once the fact is filled in.
	Unproven bool
	// Contradiction is set in what a reconciliation check finds, and Share is 0.
	Contradiction *Contradiction
}

// Lost is the points that a deduction takes of a weight, exactly, before any
// floor. It is not above 0 where as many points or more are earned.
func (d Deduction) Lost(weight number.Number) number.Number {
	switch {
	case d.Points == nil:
		return weight.Mul(d.Share)
	case d.Earned:
		return weight.Sub(*d.Points)
	}
	return *d.Points
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
