package rego

import (
	"rubric/engine/message"
	"rubric/engine/policy"
)

// opCall calls a planned function.
type opCall struct {
	fn     *function
	args   []operand
	target int
	role   policy.Role
	at     place
}

func (o *opCall) exec(m *machine, f *frame) flow {
	if !m.burn(o.at, 1) {
		return broken
	}
	mark, below := m.trail.Mark(), len(m.args)
	v, r := m.call(o.fn, m.arguments(o.args, f), o.at)
	m.args = m.args[:below]
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

// arguments puts the values of operands on top of the arguments of the calls
// around; who called takes them off.
func (m *machine) arguments(operands []operand, f *frame) []value {
	below := len(m.args)
	for i := range operands {
		m.args = append(m.args, operands[i].get(f))
	}
	return m.args[below:]
}

// opCallPath calls the rule at a path that is only known now.
type opCallPath struct {
	args   []int
	path   []operand
	target int
	role   policy.Role
	at     place
}

func (o *opCallPath) exec(m *machine, f *frame) flow {
	key := ""
	for _, p := range o.path {
		part, ok := textIn(p.get(f))
		if !ok {
			return 0
		}
		key += "/" + part
	}
	fn := m.code.byPath[key]
	if fn == nil {
		return 0
	}
	args := make([]operand, len(o.args))
	for i, a := range o.args {
		args[i] = operand{local: a}
	}
	call := opCall{fn, args, o.target, o.role, o.at}
	return call.exec(m, f)
}

// opBuiltin calls a built-in function.
type opBuiltin struct {
	builtin *builtin
	args    []operand
	target  int
	role    policy.Role
	at      place
}

func (o *opBuiltin) exec(m *machine, f *frame) flow {
	if !m.burn(o.at, 1) {
		return broken
	}
	below := len(m.args)
	args := m.arguments(o.args, f)
	v, r := value(nil), flow(0)
	if defined(args) {
		v, r = o.answer(m, args)
	}
	m.args = m.args[:below]
	if r != next {
		return r
	}
	if v == nil {
		return 0
	}
	f.locals[o.target] = v
	return next
}

func defined(args []value) bool {
	for _, a := range args {
		if a == nil {
			return false
		}
	}
	return true
}

// answer is what the built-in makes of args.
func (o *opBuiltin) answer(m *machine, args []value) (value, flow) {
	mark := m.trail.Mark()
	if !o.builtin.looksItself && !m.forced(o.at, args...) {
		return nil, broken
	}
	m.called = call{m: m, at: o.at, role: o.role}
	v, fault := o.builtin.call(&m.called, args)
	if m.err != nil || m.fail != nil {
		return nil, broken
	}
	if fault != nil && m.lenient {
		return nil, 0
	}
	if fault != nil {
		return nil, m.broke(o.at, message.New("rego.builtin_failed", "builtin", functionWord(o.builtin.name), "why", *fault))
	}
	if o.role == policy.Condition {
		m.trail.Demote(mark)
	}
	return v, next
}
