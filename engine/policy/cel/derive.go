package cel

import (
	"context"
	"errors"

	"rubric/engine/facts"
	"rubric/engine/formula"
	"rubric/engine/message"
	"rubric/engine/policy"
)

// derivation walks the expressions of a policy over facts whose values are not
// known: what they compute becomes a formula. Lists and objects of the facts are
// as they are.
type derivation struct {
	*formula.Maker
	*program
	run  *run // for items, as the facts stand
	memo map[string]sym
	err  error
	at   int // the line
}

// Derive implements policy.Deriver.
func (p *program) Derive(ctx context.Context, doc *facts.Document, indicator *facts.Node) (out *policy.Derivation, err error) {
	d := &derivation{Maker: formula.NewMaker(), program: p, run: newRun(ctx, p, p.limits), memo: map[string]sym{}, at: 1}
	if len(p.verdicts) > 0 {
		d.opaque("groups")
		return nil, d.err
	}
	d.run.doc, d.run.element = doc, indicator
	defer func() {
		if cause := recover(); cause != nil {
			out, err = nil, &policy.Failure{File: p.file, Line: d.at, Message: message.New("cel.crashed", "detail", cause)}
		}
	}()
	out = d.policy()
	if err := errors.Join(ctx.Err(), d.err, d.Err()); err != nil {
		return nil, err
	}
	return out, nil
}

// opaque gives up: what has no formula stands in the expression at hand.
func (d *derivation) opaque(what string) {
	if d.err == nil {
		d.err = &policy.Failure{File: d.file, Line: d.at, Message: message.New("cel.no_formula", "what", what)}
	}
}

func (d *derivation) policy() *policy.Derivation {
	out := &policy.Derivation{Cutoff: d.gate(d.cutoff), NotApplicable: d.gate(d.notApplicable)}
	for _, entry := range d.deductions {
		if entry.contradiction != nil {
			d.opaque("contradictions")
			return nil
		}
		out.Deductions = append(out.Deductions, d.entry(entry)...)
	}
	if d.bands != nil {
		out.Deductions = append(out.Deductions, d.earned())
	}
	return out
}

func (d *derivation) gate(c *clause) *policy.Gate {
	if c == nil {
		return nil
	}
	return &policy.Gate{When: d.truth(c.condition, nil), Line: c.line}
}

// entry are the deductions that an entry may make.
func (d *derivation) entry(e *deduction) (all []policy.Derived) {
	if e.each == nil {
		return append(all, d.deduction(e, nil, &scope{run: d.run}))
	}
	elements, keys := d.run.overall(e.each)
	for i, element := range elements {
		names := &bound{name: e.each.as, val: d.fact(element)}
		if e.each.key != "" {
			names = &bound{name: e.each.key, val: d.Text(keys[i]), outer: names}
		}
		all = append(all, d.deduction(e, names, &scope{d.run, element, e.each, keys[i]}))
	}
	return all
}

func (d *derivation) deduction(e *deduction, names *bound, now *scope) policy.Derived {
	out := policy.Derived{Line: e.line, When: d.truth(e.condition, names)}
	if out.When.False() {
		out.Share = d.Int(0) // its amount may well have no value
		return out
	}
	out.Item, _ = d.run.text(e.item, now)
	out.Share, out.Points, out.Mark = d.number(e.amount.share, names), d.number(e.amount.points, names), d.text(e.amount.mark, names)
	return out
}

// earned is what is not earned: that of the first band that holds.
func (d *derivation) earned() policy.Derived {
	out := policy.Derived{When: d.Truth(true), Line: d.bands[0].line}
	var reached []band
	var whens []*formula.Expr
	for _, b := range d.bands {
		when := d.Truth(true)
		if b.condition != nil {
			when = d.truth(b.condition, nil)
		}
		if !when.False() {
			reached, whens = append(reached, b), append(whens, when)
		}
		if when.True() {
			break
		}
	}
	for i := len(reached) - 1; i >= 0; i-- {
		a := reached[i].amount
		out.Share = d.or(whens[i], d.number(a.share, nil), out.Share)
		out.Points = d.or(whens[i], d.number(a.points, nil), out.Points)
		out.Mark = d.or(whens[i], d.text(a.mark, nil), out.Mark)
	}
	if out.Share != nil && out.Points != nil {
		d.opaque("points")
	}
	if out.Share != nil {
		out.Share = d.Make(formula.Sub, d.Int(1), out.Share)
	}
	out.Earned = out.Points != nil
	return out
}

// or is what holds first: an amount, or what is left.
func (d *derivation) or(when, amount, otherwise *formula.Expr) *formula.Expr {
	switch {
	case amount == nil:
		return otherwise
	case otherwise == nil:
		return amount
	}
	return d.Make(formula.If, when, amount, otherwise)
}

func (d *derivation) truth(x *expression, names *bound) *formula.Expr {
	return d.scalar(x, names, formula.IsTruth)
}

// number is a number, nil where there is no expression.
func (d *derivation) number(x *expression, names *bound) *formula.Expr {
	if x == nil {
		return nil
	}
	return d.scalar(x, names, formula.IsNumber)
}

// scalar is what an expression gives. Once something has no formula it is a
// constant, and worthless.
func (d *derivation) scalar(x *expression, names *bound, kind formula.Kind) *formula.Expr {
	outer := d.at
	d.at = x.line
	defer func() { d.at = outer }()
	e, ok := d.value(x, names).(*formula.Expr)
	if !ok || e.Kind != kind {
		d.opaque("{ }")
		return d.Constant(formula.Value{Kind: kind})
	}
	return e
}

// text is a mark, nil where there is none.
func (d *derivation) text(t *template, names *bound) *formula.Expr {
	switch {
	case t == nil:
		return nil
	case t.constant() && len(t.parts) == 1:
		return d.Text(t.parts[0].literal)
	case len(t.parts) == 1:
		return d.scalar(t.parts[0].value, names, formula.IsText)
	}
	d.opaque("{ }")
	return nil
}
