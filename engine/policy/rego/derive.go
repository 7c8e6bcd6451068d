package rego

import (
	"context"
	"errors"

	"rubric/engine/facts"
	"rubric/engine/formula"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// derivation runs a policy over facts whose values are not known: what a statement
// tests becomes the condition under which the statements behind it run, and what
// is computed a formula. Lists and objects of the facts are as they are.
type derivation struct {
	*formula.Maker
	m     *machine // for built-ins on constants
	code  *code
	file  string // the policy's
	args  []sym
	memo  map[*function][]alternative
	depth int
	steps int
	err   error
}

// maxDerivation bounds the statements of one derivation.
const maxDerivation = 200_000

// Derive implements policy.Deriver.
func (p *program) Derive(ctx context.Context, doc *facts.Document, indicator *facts.Node) (out *policy.Derivation, err error) {
	if p.aggregates || p.check {
		return nil, &policy.Failure{File: p.file, Line: 1, Message: message.New("rego.no_formula", "what", "groups")}
	}
	d := &derivation{Maker: formula.NewMaker(), m: newMachine(ctx, p.code, p.limits), code: p.code, file: p.file, memo: map[*function][]alternative{},
		args: []sym{doc.Root, withIndicator(p.code.data, indicator)}}
	defer func() {
		if cause := recover(); cause != nil {
			out, err = nil, &policy.Failure{File: p.file, Line: 1, Message: message.New("rego.crashed", "detail", cause)}
		}
	}()
	out = d.program(p)
	if err := errors.Join(ctx.Err(), d.err, d.Err()); err != nil {
		return nil, err
	}
	return out, nil
}

// opaque gives up: what has no formula stands at a place.
func (d *derivation) opaque(at place, what any) {
	if d.err == nil {
		d.err = &policy.Failure{File: at.file, Line: at.line, Message: message.New("rego.no_formula", "what", what)}
	}
}

func (d *derivation) program(p *program) *policy.Derivation {
	out := &policy.Derivation{Cutoff: d.gate(p.cutoff), NotApplicable: d.gate(p.notApplicable)}
	for _, fn := range p.deductions.constant {
		for _, a := range d.apart(d.call(fn, d.args)) {
			out.Deductions = append(out.Deductions, d.deduction(d.code.constantItem(fn.plan), a, headOf(fn)))
		}
	}
	if p.deductions.whole != nil {
		for _, a := range d.call(p.deductions.whole, d.args) {
			for _, e := range d.items(a.val, place{file: p.file}) {
				item, _ := d.now(e.key).(string)
				out.Deductions = append(out.Deductions, d.deduction(item, alternative{e.when, e.val}, e.line))
			}
		}
	}
	if p.earned != nil {
		out.Deductions = append(out.Deductions, d.earned(p.earned))
	}
	return out
}

// items are the entries of a rule that lists answers: no item comes twice.
func (d *derivation) items(v sym, at place) []element {
	if made, ok := v.(*gathered); ok {
		return made.all
	}
	return d.elements(v, d.Truth(true), at)
}

// headOf is the line of the head of a rule.
func headOf(fn *function) int {
	for _, b := range fn.plan.Blocks {
		for _, s := range b.Stmts {
			if l := s.GetLocation(); l != nil && l.Row > 0 {
				return l.Row
			}
		}
	}
	return 1
}

// gate is when a rule has a value.
func (d *derivation) gate(fn *function) *policy.Gate {
	if fn == nil {
		return nil
	}
	return &policy.Gate{When: d.defined(d.call(fn, d.args)), Line: headOf(fn)}
}

func (d *derivation) deduction(item string, a alternative, line int) policy.Derived {
	out := policy.Derived{Item: item, When: a.when, Line: line}
	at := place{file: d.file, line: line}
	out.Share, out.Points, out.Mark = d.amount(a.val, amountShare, at), d.amount(a.val, amountPoints, at), d.amount(a.val, amountMark, at)
	return out
}

// earned is what is not earned, put together of all definitions of the rule.
func (d *derivation) earned(fn *function) policy.Derived {
	out := policy.Derived{When: d.Truth(true), Line: headOf(fn)}
	all := d.call(fn, d.args)
	at := place{file: d.file, line: out.Line}
	for i := len(all) - 1; i >= 0; i-- { // the last one is what is left when no other holds
		when := all[i].when
		if i == len(all)-1 {
			when = d.Truth(true)
		}
		for _, part := range []struct {
			name string
			to   **formula.Expr
		}{{amountShare, &out.Share}, {amountPoints, &out.Points}, {amountMark, &out.Mark}} {
			e := d.amount(all[i].val, part.name, at)
			if e != nil && *part.to != nil {
				e = d.Make(formula.If, when, e, *part.to)
			}
			if e != nil {
				*part.to = e
			}
		}
	}
	if out.Points != nil && out.Share != nil {
		d.opaque(at, amountPoints)
	}
	if out.Share != nil {
		out.Share = d.Make(formula.Sub, d.Int(1), out.Share)
	}
	out.Earned = out.Points != nil
	return out
}

// amount is a member of an answer, nil where it has none.
func (d *derivation) amount(answer sym, name string, at place) *formula.Expr {
	all := d.dot(answer, name, at)
	if len(all) == 0 {
		return nil
	}
	for i, a := range all {
		e := d.scalar(a.val)
		if e == nil {
			d.opaque(at, name)
			return nil
		}
		if e.Op == formula.Text && name != amountMark {
			n, err := number.ParseFraction(e.Text)
			if err != nil {
				d.opaque(at, name)
			}
			e = d.Number(n)
		}
		all[i].val = e
	}
	return d.merged(all)
}
