package rego

import (
	"context"
	"slices"
	"strings"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// program is one compiled policy. It is read-only.
type program struct {
	code                          *code
	file                          string
	limits                        policy.Limits // effective
	check                         bool          // see policy.Source
	deductions                    keyed
	earned, cutoff, notApplicable *function

	// aggregates: the policy answers with groups, total and caps instead.
	aggregates   bool
	groups, caps keyed
	total        *function
	scale        []string // marks, best first; empty for shares and points
}

// Decide implements policy.Program.
func (p *program) Decide(ctx context.Context, doc *facts.Document, indicator *facts.Node) (finding *policy.Finding, err error) {
	m := p.code.borrow(ctx, p.limits)
	defer func() {
		if cause := recover(); cause != nil {
			m.fail = &policy.Failure{File: p.file, Line: 1, Message: message.New("rego.crashed", "detail", cause)}
			finding, err = &policy.Finding{Failure: m.fail, Used: m.used()}, nil
		}
	}()
	r := run{program: p, m: m, args: [2]value{doc.Root, withIndicator(p.code.data, indicator)}}
	finding, err = r.evaluate(), m.err
	p.code.giveBack(m)
	if err != nil {
		return nil, err
	}
	return finding, nil
}

// run is one evaluation.
type run struct {
	*program
	m       *machine
	args    [2]value // the facts and the data
	finding policy.Finding
	holes   []policy.Cause
	// others are what the bodies read that may give the item of the entry at hand.
	others [][]policy.Cause
}

// evaluate makes the finding; where the run was cancelled it is none.
func (r *run) evaluate() *policy.Finding {
	made := &policy.Finding{}
	if r.answer() {
		*made = r.finding
	} else {
		made.Failure = r.m.fail
	}
	made.Missing, made.Used = r.missing(), r.m.used()
	return made
}

// answer evaluates the policy's rules.
func (r *run) answer() bool {
	if r.aggregates {
		return r.verdicts()
	}
	return r.clauses() && r.deduct() && r.earn()
}

// value evaluates one of the policy's rules: its value, all that was read on
// the way, and the line that gave it.
func (r *run) value(fn *function) (value, []policy.Cause, int, bool) {
	if fn.constant != nil {
		return fn.constant.val, nil, fn.constant.line, true
	}
	mark := r.m.trail.Mark()
	v, line, f := r.m.enter(fn, r.args[:])
	if f != next {
		r.noteHoles(r.m.trail.Tail(mark))
		return nil, nil, 0, false
	}
	reads := r.m.kept(r.m.trail.Tail(mark))
	r.m.trail.Cut(mark)
	r.noteHoles(reads)
	return v, reads, line, true
}

func (r *run) noteHoles(reads []policy.Cause) {
	for _, c := range reads {
		if c.Role == policy.Hole {
			r.holes = append(r.holes, c)
		}
	}
}

// missing lists the holes that were met.
func (r *run) missing() []*facts.Schema {
	var all []*facts.Schema
	for _, h := range r.holes {
		p := h.Node.Schema
		if h.Key != "" {
			p = property(h.Node, h.Key)
		}
		if p != nil && !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b *facts.Schema) int { return a.Ordinal - b.Ordinal })
	return all
}

// broken records a failure of the policy's answer.
func (r *run) broken(line int, m message.Message) bool {
	r.m.broke(place{file: r.file, line: line}, m)
	return false
}

func (r *run) clauses() (ok bool) {
	if r.finding.Cutoff, ok = r.clause(r.cutoff); !ok {
		return false
	}
	r.finding.NotApplicable, ok = r.clause(r.notApplicable)
	return ok
}

// clause is a cut-off or not-applicable, nil where it does not apply.
func (r *run) clause(fn *function) (*policy.Clause, bool) {
	if fn == nil {
		return nil, true
	}
	v, reads, line, ok := r.value(fn)
	if !ok || v == nil {
		return nil, ok
	}
	mark := r.m.trail.Mark()
	r.m.trail.Append(reads)
	reason, ok := r.reason(v, line)
	if !ok {
		return nil, false
	}
	clause := &policy.Clause{Reason: reason, Line: line}
	clause.Causes, clause.Unproven = policy.Settle(r.m.trail.Tail(mark))
	r.m.trail.Cut(mark)
	return clause, true
}

// reason is v.reason.
func (r *run) reason(v value, line int) (string, bool) {
	text, ok := textIn(r.field(v, "reason"))
	if !ok || strings.TrimSpace(text) == "" {
		return "", r.broken(line, message.New("rego.no_reason"))
	}
	return text, true
}

// field is a member of an answer, with its reads on the trail.
func (r *run) field(v, name value) value {
	if rank(v) != 5 {
		return nil
	}
	member, _ := r.m.dot(v, name, policy.Value, place{file: r.file})
	return member
}

// keyed is a rule whose entries are answers, such as deductions[item].
type keyed struct {
	name     string
	whole    *function   // nil where all names are written out, or there are no entries
	constant []*function // deductions["item"], when all names are written out
	clashes  []clash     // between entries of whole
}

// entries calls use with each entry of a rule; an entry's reads are on the trail
// then, from mark.
func (r *run) entries(k keyed, use func(name string, e entry, mark int) bool) bool {
	for _, fn := range k.constant {
		v, reads, line, ok := r.value(fn)
		if !ok || v != nil && !r.entry(entry{key: r.code.constantItem(fn.plan), val: v, line: line}, reads, use) {
			return false
		}
	}
	if k.whole == nil {
		return true
	}
	r.m.bodies = nil // a rule that does not depend on the facts is not run
	v, reads, _, ok := r.value(k.whole)
	if !ok {
		return false
	}
	obj, isObject := v.(*object)
	if !isObject {
		return r.broken(0, message.New("rego.deductions_form", "rule", k.name))
	}
	r.noteHoles(obj.whole)
	bodies := r.m.bodies
	for _, e := range obj.entries {
		r.others = r.mayMeet(k, e, bodies)
		if !r.entry(e, reads, use) {
			return false
		}
	}
	r.others = nil
	return true
}

// mayMeet are the reads of the bodies that may give the item of an entry.
func (r *run) mayMeet(k keyed, e entry, bodies [][]policy.Cause) (all [][]policy.Cause) {
	if r.check || bodies == nil { // should two findings of a check have one name, it fails, which is told apart from a finding
		return nil
	}
	item, _ := e.key.(string)
	for _, c := range k.clashes {
		if c.line == e.line && c.items.fit(item) {
			all = append(all, bodies[c.body])
		}
	}
	return all
}

func (r *run) entry(e entry, reads []policy.Cause, use func(name string, e entry, mark int) bool) bool {
	item, ok := e.key.(string)
	if !ok || item == "" {
		return r.broken(e.line, message.New("rego.item_form", "item", show(e.key)))
	}
	mark := r.m.trail.Mark()
	r.m.trail.Append(reads)
	r.m.trail.Append(e.trail)
	return use(item, e, mark)
}

func (r *run) deduct() bool {
	if !r.entries(r.deductions, r.deduction) {
		return false
	}
	if len(r.finding.Deductions) > 1 {
		slices.SortStableFunc(r.finding.Deductions, policy.CompareDeductions)
	}
	return true
}

func (r *run) deduction(item string, e entry, mark int) bool {
	if r.check {
		return r.contradiction(item, e, mark)
	}
	amount, ok := r.amount(e.val, e.line)
	if !ok || r.nothing(amount) {
		return ok
	}
	reason, ok := r.reason(e.val, e.line)
	if !ok {
		return false
	}
	r.add(policy.Deduction{Item: item, Amount: amount, Reason: reason, Line: e.line}, mark)
	return true
}

// nothing tells whether an amount takes nothing: no points, or the best mark.
func (r *run) nothing(a policy.Amount) bool {
	return a.Zero() || len(r.scale) > 0 && a.Mark == r.scale[0]
}

func (r *run) add(d policy.Deduction, mark int) {
	d.Causes, d.Unproven = r.settle(mark)
	r.finding.Deductions = append(r.finding.Deductions, d)
}

// settle is what the answer at hand depended on, whose own reads are on the
// trail from mark. What keeps its item from coming twice is cited, but does not
// make it unproven: that would be no other answer, but a failure.
func (r *run) settle(mark int) (causes []policy.Cause, unproven bool) {
	causes, unproven = policy.Settle(r.m.trail.Tail(mark))
	for _, reads := range r.others {
		r.m.trail.Append(reads)
	}
	if len(r.others) > 0 {
		causes, _ = policy.Settle(r.m.trail.Tail(mark))
	}
	r.m.trail.Cut(mark)
	return causes, unproven
}

// earn turns what is not earned into one deduction.
func (r *run) earn() bool {
	if r.earned == nil {
		return true
	}
	mark := r.m.trail.Mark()
	v, reads, line, ok := r.value(r.earned)
	if !ok {
		return false
	}
	if v == nil {
		return len(r.holes) > 0 || r.broken(0, message.New("rego.nothing_earned"))
	}
	r.m.trail.Append(reads)
	d := policy.Deduction{Line: line}
	if d.Amount, ok = r.amount(v, line); !ok {
		return false
	}
	if d.Points != nil {
		d.Earned = true
	} else if d.Mark == "" {
		d.Share = number.Int(1).Sub(d.Share)
	}
	if !d.Earned && r.nothing(d.Amount) {
		return true
	}
	if d.Reason, ok = r.reason(v, line); !ok {
		return false
	}
	r.add(d, mark)
	return true
}
