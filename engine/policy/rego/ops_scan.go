package rego

import (
	"rubric/engine/facts"
	"rubric/engine/policy"
)

// opScan runs its body once for each element of a collection.
type opScan struct {
	source, key, val int
	body             block
	role             policy.Role // of what led to the element
	valueRole        policy.Role // of the element itself, where it is a fact
	// forgets: nothing after the scan depends on it but the entries it added to
	// the rule's result, so that each turn's reads belong to that turn alone.
	forgets bool
	at      place
}

func (o *opScan) exec(m *machine, f *frame) flow {
	source, start := f.locals[o.source], m.trail.Mark()
	switch s := source.(type) {
	case *facts.Node:
		return o.facts(m, f, s)
	case *array:
		for i, e := range s.elems {
			if r := o.turn(m, f, start, entry{key: wholeValue(i), val: e}); r != next {
				return r
			}
		}
	case *object:
		return o.entries(m, f, &s.collection, false)
	case *set:
		return o.entries(m, f, &s.collection, true)
	case *overlay:
		return o.overlay(m, f, s)
	}
	return next
}

func (o *opScan) overlay(m *machine, f *frame, v *overlay) flow {
	start := m.trail.Mark()
	for _, e := range v.entries() {
		if r := o.turn(m, f, start, e); r != next {
			return r
		}
	}
	mark := m.trail.Mark()
	m.size(v)
	o.ended(m, f, mark)
	return next
}

func (o *opScan) facts(m *machine, f *frame, n *facts.Node) flow {
	start := m.trail.Mark()
	for _, c := range n.SortedMembers() {
		if r := o.turn(m, f, start, entry{key: c.Key, val: c}); r != next {
			return r
		}
	}
	for i, c := range n.Elements() {
		if r := o.turn(m, f, start, entry{key: wholeValue(i), val: c}); r != next {
			return r
		}
	}
	if isComposite(n) {
		mark := m.trail.Mark()
		m.size(n)
		o.ended(m, f, mark)
	}
	return next
}

func (o *opScan) entries(m *machine, f *frame, c *collection, isSet bool) flow {
	start := m.trail.Mark()
	for _, e := range c.entries {
		if isSet {
			e.val = e.key
		}
		if r := o.turn(m, f, start, e); r != next {
			return r
		}
	}
	mark := m.trail.Mark()
	m.recall(c.whole)
	o.ended(m, f, mark)
	return next
}

// ended notes that there was no further element; where the scan forgets, only
// the rule's result as a whole depends on that.
func (o *opScan) ended(m *machine, f *frame, mark int) {
	if o.role == policy.Condition {
		m.trail.Demote(mark)
	}
	if o.forgets {
		m.giveUp(f, mark)
	}
}

func (o *opScan) turn(m *machine, f *frame, start int, e entry) flow {
	if !m.burn(o.at, 1) {
		return broken
	}
	mark := m.trail.Mark()
	m.recall(e.trail)
	if o.role == policy.Condition {
		m.trail.Demote(mark)
	}
	if n, ok := e.val.(*facts.Node); ok {
		m.read(n, o.valueRole)
	}
	f.locals[o.key], f.locals[o.val] = e.key, e.val
	r := o.body.run(m, f)
	if o.forgets && r != broken {
		m.giveUp(f, mark)
	}
	if r > 0 || r < next {
		return leave(r)
	}
	m.tidy(start)
	return next
}
