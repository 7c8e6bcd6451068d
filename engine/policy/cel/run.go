package cel

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// runName is the run in an activation; an expression cannot name it.
const runName = "@run"

// run is one evaluation of a program.
type run struct {
	*program
	ctx     context.Context
	limits  policy.Limits // effective
	doc     *facts.Document
	element *facts.Node // the indicator, nil where there is none
	trail   policy.Trail
	role    policy.Role // of what is read now
	fuel    int64       // steps left: calls, turns of loops, facts looked at, and the size of texts and numbers
	room    int64       // bytes left
	asked   int64       // the fuel when ctx was last asked
	depth   int         // of variables that use variables
	stopped error       // why the whole run ends, nil while it goes on
	memo    []memo
	missing []*facts.Schema

	// ended is the length of the trail when a walk last came to the end of its
	// list, -1 when that is not the last thing that happened.
	ended int
}

// memo is the value of a variable with what it depended on.
type memo struct {
	value ref.Val
	reads []policy.Cause
}

// failure ends a run: a policy broke.
type failure struct {
	line    int
	message message.Message
}

func (f failure) Error() string { return f.message.ID }

// Why a run ends before its time: the steps or the bytes are used up, or one
// call would take too long.
var (
	errFuel = errors.New("steps used up")
	errRoom = errors.New("bytes used up")
	errCall = errors.New("call too long")
)

// Decide implements policy.Program.
func (p *program) Decide(ctx context.Context, doc *facts.Document, indicator *facts.Node) (finding *policy.Finding, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r := newRun(ctx, p, p.limits)
	r.doc, r.element = doc, indicator
	defer func() {
		if cause := recover(); cause != nil {
			finding, err = r.failed(failure{1, message.New("cel.crashed", "detail", cause)}), nil
		}
	}()
	finding, err = r.finding()
	var broke failure
	if errors.As(err, &broke) {
		return r.failed(broke), nil
	}
	return finding, err
}

// newRun begins an evaluation within effective limits.
func newRun(ctx context.Context, p *program, l policy.Limits) *run {
	return &run{program: p, ctx: ctx, limits: l, fuel: l.Steps, room: l.Bytes, asked: l.Steps,
		memo: make([]memo, len(p.variables)), ended: -1}
}

func (r *run) failed(f failure) *policy.Finding {
	return &policy.Finding{Failure: &policy.Failure{File: r.file, Line: f.line, Message: f.message}, Used: r.used()}
}

// used is what has been taken of the limits.
func (r *run) used() policy.Usage {
	return policy.Usage{
		Steps: min(r.limits.Steps-r.fuel, r.limits.Steps),
		Bytes: min(r.limits.Bytes-r.room, r.limits.Bytes),
	}
}

func (r *run) finding() (*policy.Finding, error) {
	f := &policy.Finding{}
	var err error
	if len(r.verdicts) > 0 {
		f.Verdicts, err = r.verdictsSaid()
	} else if r.bands != nil {
		f.Deductions, err = r.earned()
	} else {
		f.Deductions, err = r.deducted()
	}
	if err != nil {
		return nil, err
	}
	if f.Cutoff, err = r.clause(r.cutoff); err != nil {
		return nil, err
	}
	if f.NotApplicable, err = r.clause(r.notApplicable); err != nil {
		return nil, err
	}
	slices.SortFunc(r.missing, func(a, b *facts.Schema) int { return cmp.Compare(a.Ordinal, b.Ordinal) })
	f.Missing, f.Used = slices.Compact(r.missing), r.used()
	return f, nil
}

// spend charges n steps, and is an error once the budget is used up or the
// run was cancelled.
func (r *run) spend(n int64) ref.Val {
	if r.stopped == nil {
		r.fuel -= 1 + n
		switch {
		case r.fuel < 0:
			r.stopped = errFuel
		case n > policy.MaxCall:
			r.stopped = errCall
		case r.asked-r.fuel >= stepsToAsk:
			r.asked = r.fuel
			r.stopped = r.ctx.Err()
		}
	}
	return r.ending()
}

// stepsToAsk is after how many steps ctx is asked whether to go on.
const stepsToAsk = 1 << 10

// take charges n bytes that are made.
func (r *run) take(n int64) ref.Val {
	if r.room -= n; r.room < 0 && r.stopped == nil {
		r.stopped = errRoom
	}
	return r.ending()
}

// ending is the error that the run ends with, nil while it goes on.
func (r *run) ending() ref.Val {
	if r.stopped != nil {
		return types.WrapErr(r.stopped)
	}
	return nil
}

// scope is what the names of an expression stand for.
type scope struct {
	run     *run
	element *facts.Node // of an each, nil outside
	each    *each
	key     string
}

// ResolveName implements interpreter.Activation.
func (s *scope) ResolveName(name string) (any, bool) {
	switch name {
	case runName:
		return s.run, true
	case "facts":
		return &objectValue{run: s.run, node: s.run.doc.Root}, true
	case "variables":
		return &variablesValue{run: s.run}, true
	case indicatorName:
		return pending{s.run, s.run.element}, s.run.element != nil
	}
	switch {
	case s.each == nil:
	case name == s.each.as:
		return pending{s.run, s.element}, true
	case name == s.each.key:
		return types.String(s.key), true
	}
	return nil, false
}

// Parent implements interpreter.Activation.
func (s *scope) Parent() interpreter.Activation { return nil }

func runOf(frame *interpreter.ExecutionFrame) *run {
	v, _ := frame.ResolveName(runName)
	return v.(*run)
}

// eval is the value of x; what it reads is noted in role. The error is errHole
// when a missing fact leaves it without a value, a failure when it broke, and
// the context's when the run was cancelled.
func (r *run) eval(x *expression, s *scope, role policy.Role) (ref.Val, error) {
	outer := r.role
	r.role = role
	v := x.step.Eval(s)
	r.role = outer
	if r.stopped != nil {
		return nil, r.halt(x)
	}
	if e, ok := v.(*types.Err); ok {
		return nil, explain(e, x.line)
	}
	return v, nil
}

func (r *run) halt(x *expression) error {
	switch {
	case errors.Is(r.stopped, errFuel):
		return failure{x.line, message.New("cel.too_much_work", "limit", r.limits.Steps)}
	case errors.Is(r.stopped, errRoom):
		return failure{x.line, message.New("cel.too_much_memory", "limit", r.limits.Bytes)}
	case errors.Is(r.stopped, errCall):
		return failure{x.line, message.New("cel.call_too_long", "limit", policy.MaxCall)}
	}
	return r.stopped
}

// explain is an error of an expression at line as eval returns it.
func explain(e error, line int) error {
	var inner failure
	var b broken
	switch {
	case errors.Is(e, errHole):
		return errHole
	case errors.As(e, &inner):
		return inner
	case errors.As(e, &b):
		return failure{line, b.message}
	}
	return failure{line, message.New("cel.unexpected", "detail", e)}
}

func (r *run) condition(x *expression, s *scope) (bool, error) {
	v, err := r.eval(x, s, policy.Condition)
	if err != nil {
		return false, err
	}
	b, ok := v.(types.Bool)
	if !ok {
		return false, failure{x.line, message.New("cel.null")}
	}
	return bool(b), nil
}

func (r *run) text(t *template, s *scope) (string, error) {
	var b strings.Builder
	for _, part := range t.parts {
		if part.value == nil {
			b.WriteString(part.literal)
			continue
		}
		v, err := r.eval(part.value, s, policy.Value)
		if err != nil {
			return "", err
		}
		text, ok := v.(types.String)
		if !ok {
			return "", failure{part.value.line, message.New("cel.null")}
		}
		if b.Len()+len(text) > r.limits.Text {
			return "", failure{t.line, message.New("cel.text_too_long", "limit", r.limits.Text)}
		}
		if b.WriteString(string(text)); r.take(int64(len(text))) != nil {
			return "", r.halt(part.value)
		}
	}
	return b.String(), nil
}

// variable is the value of a variable, evaluated when first asked for. What it
// read is noted each time, with the role of what asks.
func (r *run) variable(name string) ref.Val {
	i := slices.IndexFunc(r.variables, func(v *variable) bool { return v.name == name })
	m := &r.memo[i]
	if m.value == nil {
		if r.depth++; r.depth > r.limits.Depth {
			return fail(message.New("cel.too_deep", "limit", r.limits.Depth))
		}
		mark := r.trail.Mark()
		v, err := r.eval(r.variables[i].value, &scope{run: r}, r.role)
		r.depth--
		if m.value = v; err != nil {
			m.value = types.WrapErr(err)
		}
		m.reads = policy.Distinct(r.trail.Since(mark), func(n int) bool { return r.spend(int64(n/4)) == nil })
		r.trail.Cut(mark)
	}
	if v := r.spend(int64(len(m.reads))); v != nil {
		return v
	}
	for _, c := range m.reads {
		if c.Role == policy.Condition || c.Role == policy.Value {
			c.Role = r.role
		}
		r.trail.Append([]policy.Cause{c})
	}
	return m.value
}

// clause is a cut-off or not-applicable, nil when it does not apply.
func (r *run) clause(c *clause) (*policy.Clause, error) {
	if c == nil {
		return nil, nil
	}
	mark := r.trail.Mark()
	defer r.trail.Cut(mark)
	s := &scope{run: r}
	holds, err := r.condition(c.condition, s)
	if err != nil || !holds {
		return nil, unlessHole(err)
	}
	reason, err := r.text(c.reason, s)
	if err != nil {
		return nil, unlessHole(err)
	}
	causes, unproven := policy.Settle(r.trail.Since(mark))
	return &policy.Clause{Reason: reason, Causes: causes, Line: c.line, Unproven: unproven}, nil
}

// unlessHole drops errHole: what has no value is just not there, and the
// missing fact is noted.
func unlessHole(err error) error {
	if errors.Is(err, errHole) {
		return nil
	}
	return err
}

// earned is the deduction of what is not earned: none or one.
func (r *run) earned() ([]policy.Deduction, error) {
	mark := r.trail.Mark()
	defer r.trail.Cut(mark)
	s := &scope{run: r}
	for _, b := range r.bands {
		var err error
		if b.condition != nil {
			var holds bool
			holds, err = r.condition(b.condition, s)
			if err != nil {
				return nil, unlessHole(err)
			}
			if !holds {
				continue
			}
		}
		d := policy.Deduction{Line: b.line}
		d.Amount, err = r.amount(b.amount, b.line, s)
		if d.Earned = d.Points != nil; !d.Earned && d.Mark == "" {
			d.Share = number.Int(1).Sub(d.Share)
		}
		if err != nil || !d.Earned && r.nothing(d.Amount) {
			return nil, unlessHole(err)
		}
		if d.Reason, err = r.text(b.reason, s); err != nil {
			return nil, unlessHole(err)
		}
		d.Causes, d.Unproven = policy.Settle(r.trail.Since(mark))
		return []policy.Deduction{d}, nil
	}
	return nil, failure{r.earnedLine, message.New("cel.no_band")}
}

// candidate is a deduction that an entry made, before it is known what the
// other entries made.
type candidate struct {
	entry  int
	origin message.Message
	made   policy.Deduction
	reads  []policy.Cause
	naming []policy.Cause // of them, those that its item is made of
}

func (r *run) deducted() ([]policy.Deduction, error) {
	var all []candidate
	entryReads := make([][]policy.Cause, len(r.deductions))
	for i, d := range r.deductions {
		mark := r.trail.Mark()
		made, err := r.entry(d)
		if err != nil {
			return nil, err
		}
		entryReads[i] = r.trail.Since(mark)
		r.trail.Cut(mark)
		for _, c := range made {
			c.entry = i
			all = append(all, c)
		}
	}
	if err := r.sameItem(all); err != nil {
		return nil, err
	}
	var deductions []policy.Deduction
	for _, c := range all {
		_, c.made.Unproven = policy.Settle(c.reads)
		for _, other := range r.deductions[c.entry].clashes {
			if r.deductions[other].mayYield(c.made.Item) {
				c.reads = append(c.reads, entryReads[other]...)
			}
		}
		c.made.Causes, _ = policy.Settle(c.reads)
		deductions = append(deductions, c.made)
	}
	return deductions, nil
}

// sameItem is the failure that two deductions have one item, nil if none do.
func (r *run) sameItem(all []candidate) error {
	first := map[string]candidate{}
	for _, c := range all {
		if other, twice := first[c.made.Item]; twice {
			return failure{c.made.Line, message.New("cel.same_item",
				"item", c.made.Item, "first", other.origin, "second", c.origin)}
		}
		first[c.made.Item] = c
	}
	return nil
}

// entry makes the deductions of one entry. What keeps it from making one with
// the item of another entry stays on the trail: of a deduction that it made,
// what the item is made of; of one that it did not make, all that it read.
func (r *run) entry(d *deduction) (made []candidate, err error) {
	if d.each == nil {
		c, err := r.attempt(d, &scope{run: r})
		if c != nil {
			c.origin = message.New("cel.origin_line", "line", d.line)
			made = append(made, *c)
		}
		return made, unlessHole(err)
	}
	elements, keys := r.overall(d.each)
	for i, element := range elements {
		if v := r.spend(1); v != nil {
			return nil, r.halt(d.condition)
		}
		c, err := r.attempt(d, &scope{r, element, d.each, keys[i]})
		if unlessHole(err) != nil {
			return nil, err
		}
		if c != nil {
			c.origin = message.New("cel.origin_element", "line", d.line, "pointer", element.Pointer())
			made = append(made, *c)
		}
	}
	return made, nil
}

// attempt is candidate, after which the trail has what entry leaves there.
func (r *run) attempt(d *deduction, s *scope) (*candidate, error) {
	mark := r.trail.Mark()
	c, err := r.candidate(d, s)
	if c != nil {
		r.trail.Cut(mark)
		r.trail.Append(c.naming)
	}
	return c, err
}

// candidate is the deduction of an entry for one element, or of an entry
// without each; nil if there is none.
func (r *run) candidate(d *deduction, s *scope) (*candidate, error) {
	mark := r.trail.Mark()
	if s.element != nil {
		r.trail.Read(s.element, policy.Existence)
	}
	holds, err := r.condition(d.condition, s)
	if err != nil || !holds {
		return nil, err
	}
	made := policy.Deduction{Line: d.line}
	if d.contradiction != nil {
		made.Contradiction, err = r.contradiction(d.contradiction, s)
	} else {
		made.Amount, err = r.amount(d.amount, d.line, s)
	}
	if err != nil || made.Contradiction == nil && r.nothing(made.Amount) {
		return nil, err
	}
	named := r.trail.Mark()
	if made.Item, err = r.text(d.item, s); err != nil {
		return nil, err
	}
	naming := r.trail.Since(named)
	if made.Reason, err = r.text(d.reason, s); err != nil {
		return nil, err
	}
	return &candidate{made: made, reads: r.trail.Since(mark), naming: naming}, nil
}

// overall are the elements that an entry is repeated over, in the facts'
// order, with their keys. That a list has no more of them is noted: it matters
// where another element could yield the same item.
func (r *run) overall(e *each) (elements []*facts.Node, keys []string) {
	at := r.doc.Root
	for _, name := range e.path {
		next := at.Member(name)
		if next == nil {
			r.gone(at, name)
			return nil, nil
		}
		at = next
	}
	if at.Kind == facts.List {
		r.trail.Read(at, policy.Collection)
		for i, element := range at.Elements() {
			elements, keys = append(elements, element), append(keys, strconv.Itoa(i))
		}
		return elements, keys
	}
	for _, property := range at.Schema.Properties {
		if member := at.Member(property.Name); member != nil {
			elements, keys = append(elements, member), append(keys, property.Name)
		} else {
			r.gone(at, property.Name)
		}
	}
	return elements, keys
}
