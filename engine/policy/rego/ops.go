package rego

import (
	"rubric/engine/message"
	"rubric/engine/policy"
)

// An op is one statement of OPA's intermediate representation, prepared for
// the machine: operands resolved, strings and numbers made values.
type op interface {
	exec(m *machine, f *frame) flow
}

type block []op

// place is a position in a policy's file.
type place struct {
	file         string
	line, column int
}

// operand is a local, or a constant when val is set.
type operand struct {
	local int
	val   value
}

func (o operand) get(f *frame) value {
	if o.val != nil {
		return o.val
	}
	return f.locals[o.local]
}

type opAssign struct {
	source operand
	target int
}

func (o *opAssign) exec(_ *machine, f *frame) flow {
	f.locals[o.target] = o.source.get(f)
	return next
}

// opAssignOnce gives a rule its value; another value is a conflict.
type opAssignOnce struct {
	source operand
	target int
	unique bool // the rule is one deduction: it comes once, even with the same value
	at     place
}

func (o *opAssignOnce) exec(m *machine, f *frame) flow {
	v, old := o.source.get(f), f.locals[o.target]
	if old == nil {
		if f.line == 0 {
			f.line = o.at.line
		}
		f.locals[o.target] = v
		return next
	}
	if o.unique {
		return m.broke(o.at, message.New("rego.same_item", "item", m.code.constantItem(f.fn.plan), "line", f.line))
	}
	if !m.forced(o.at, v, old) {
		return broken
	}
	if compare(v, old) != 0 {
		return m.broke(o.at, message.New("rego.conflict"))
	}
	return next
}

type opReset struct{ target int }

func (o *opReset) exec(_ *machine, f *frame) flow {
	f.locals[o.target] = nil
	return next
}

type opBlock struct{ blocks []block }

func (o *opBlock) exec(m *machine, f *frame) flow {
	for _, b := range o.blocks {
		if r := b.run(m, f); r > 0 || r < next {
			return leave(r)
		}
	}
	return next
}

type opBreak struct{ levels int }

func (o *opBreak) exec(*machine, *frame) flow { return flow(o.levels) }

type opReturn struct{ source int }

func (o *opReturn) exec(_ *machine, f *frame) flow { return returned }

type opDot struct {
	source, key operand
	target      int
	role        policy.Role
	at          place
}

func (o *opDot) exec(m *machine, f *frame) flow {
	if !m.burn(o.at, 1) {
		return broken
	}
	mark := m.trail.Mark()
	v, r := m.dot(o.source.get(f), o.key.get(f), o.role, o.at)
	if r != next {
		return r
	}
	if o.role == policy.Condition {
		m.trail.Demote(mark)
	}
	if v == nil {
		return 0
	}
	f.locals[o.target] = v
	return next
}

// opEqual tests two values; want says whether they must be equal.
type opEqual struct {
	a, b operand
	want bool
	at   place
}

func (o *opEqual) exec(m *machine, f *frame) flow {
	a, b := o.a.get(f), o.b.get(f)
	if a == nil || b == nil {
		return 0
	}
	if o.truth(a, b) {
		return next
	}
	mark := m.trail.Mark()
	if !m.forced(o.at, a, b) {
		return broken
	}
	m.trail.Demote(mark)
	if (compare(a, b) == 0) == o.want {
		return next
	}
	return 0
}

// truth recognises the planner's test of an expression, "is not false": a
// whole object passes it whatever is in it.
func (o *opEqual) truth(a, b value) bool {
	no, isBool := b.(bool)
	return isBool && !no && !o.want && rank(a) > 1
}

type opIs struct {
	source operand
	rank   int
}

func (o *opIs) exec(_ *machine, f *frame) flow {
	if v := o.source.get(f); v != nil && rank(v) == o.rank {
		return next
	}
	return 0
}

// opDefined tests whether a local has a value.
type opDefined struct {
	source int
	want   bool
}

func (o *opDefined) exec(_ *machine, f *frame) flow {
	if (f.locals[o.source] != nil) == o.want {
		return next
	}
	return 0
}

type opLen struct {
	source operand
	target int
}

func (o *opLen) exec(m *machine, f *frame) flow {
	v := o.source.get(f)
	n, ok := count(scalar(v))
	if !ok {
		return 0
	}
	m.size(v)
	f.locals[o.target] = wholeValue(n)
	return next
}

type opNot struct{ body block }

func (o *opNot) exec(m *machine, f *frame) flow {
	switch r := o.body.run(m, f); {
	case r == next:
		return 0
	case r == 0:
		return next
	default:
		return leave(r)
	}
}
