package rego

import (
	"strconv"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// This file is how the machine looks at values, and notes on the trail which
// facts it saw.

// dot is source[key]; nil when there is no such member.
func (m *machine) dot(source, key value, role policy.Role, at place) (value, flow) {
	switch s := source.(type) {
	case *facts.Node:
		return m.dotFact(s, scalar(key), role, at)
	case *array:
		if i, ok := index(key); ok && i < len(s.elems) {
			return s.elems[i], next
		}
	case *object:
		return m.dotEntry(&s.collection, key, true, at)
	case *set:
		return m.dotEntry(&s.collection, key, false, at)
	case *overlay:
		if i, replaced := s.over.find(key); replaced {
			return s.over.entries[i].val, next
		}
		if s.under == nil {
			m.lack(s.lacks.of, s.lacks.property)
			return nil, next
		}
		return m.dotFact(s.under, scalar(key), role, at)
	}
	return nil, next
}

func (m *machine) dotEntry(c *collection, key value, member bool, at place) (value, flow) {
	if !m.forced(at, key) {
		return nil, broken
	}
	i, found := c.find(key)
	if !found {
		m.recall(c.whole)
		return nil, next
	}
	m.recall(c.entries[i].trail)
	if member {
		return c.entries[i].val, next
	}
	return c.entries[i].key, next
}

// dotFact reads a member of an object or an element of a list in the facts. An
// address that the schema does not have is a failure; a fact that the schema
// has and the document lacks is undefined and leaves a hole on the trail.
func (m *machine) dotFact(n *facts.Node, key value, role policy.Role, at place) (value, flow) {
	switch n.Kind {
	case facts.Object:
		name, ok := key.(string)
		if !ok {
			return nil, next
		}
		if child := n.Member(name); child != nil {
			m.read(child, role)
			return child, next
		}
		return nil, m.absent(n, name, at)
	case facts.List:
		i, ok := index(key)
		if !ok {
			return nil, next
		}
		if i < n.Len() {
			child := n.Elements()[i]
			m.read(child, role)
			return child, next
		}
		m.trail.Gone(n, strconv.Itoa(i), policy.Absent)
		if n.Miscounted() {
			m.trail.Gone(n, "", policy.Hole)
		}
	}
	return nil, next
}

func (m *machine) absent(n *facts.Node, name string, at place) flow {
	property := property(n, name)
	switch {
	case n.Schema == nil: // an unbound document: no schema says what may be there
		m.trail.Gone(n, name, policy.Absent)
	case property == nil:
		return m.broke(at, message.New("rego.unknown_address", "pointer", n.Pointer()+"/"+name))
	default:
		m.lack(n, property)
	}
	return next
}

func property(n *facts.Node, name string) *facts.Schema {
	if n.Schema == nil {
		return nil
	}
	return n.Schema.Property(name)
}

// read notes that the policy reached n. An object or list is looked into
// later, if at all.
func (m *machine) read(n *facts.Node, role policy.Role) {
	if isComposite(n) {
		role = policy.Existence
	}
	m.trail.Read(n, role)
}

// forced notes everything in values as read, for operations that look at all of
// it; false when that took more fuel than there is, or than a piece of work may
// weigh that cannot be interrupted.
func (m *machine) forced(at place, values ...value) bool {
	m.floor = max(m.fuel-policy.MaxCall, 0)
	for _, v := range values {
		m.force(v)
	}
	ok := m.burn(at, 0)
	m.floor = 0
	return ok
}

// force takes fuel for what it looks at and gives up when there is none left:
// collections can share parts, so that one is sooner built than looked through.
// Use forced.
func (m *machine) force(v value) {
	if !m.spend(0) {
		return
	}
	switch v := v.(type) {
	case *facts.Node:
		m.forceFact(v)
	case number.Number:
		m.fuel -= int64(v.Bits() / 64)
	case string:
		m.fuel -= policy.TextSteps(len(v))
	case *array:
		for _, e := range v.elems {
			m.fuel--
			m.force(e)
		}
	case *object:
		m.forceEntries(&v.collection)
	case *set:
		m.forceEntries(&v.collection)
	case *overlay:
		m.forceOverlay(v)
	}
}

func (m *machine) forceOverlay(v *overlay) {
	m.size(v)
	for _, e := range v.entries() {
		if n, ok := e.val.(*facts.Node); ok {
			m.read(n, policy.Value)
		}
		m.force(e.val)
	}
}

func (m *machine) forceEntries(c *collection) {
	m.recall(c.whole)
	for _, e := range c.entries {
		m.fuel--
		m.recall(e.trail)
		m.force(e.key)
		m.force(e.val)
	}
}

// forceFact notes a whole object or list. A scalar was noted when it was
// reached.
func (m *machine) forceFact(n *facts.Node) {
	if !m.spend(2) { // to look at it and to note it
		return
	}
	if !isComposite(n) {
		m.fuel -= policy.TextSteps(len(n.Text))
		return
	}
	m.size(n)
	for _, children := range [][]*facts.Node{n.Members(), n.Elements()} {
		for _, c := range children {
			m.read(c, policy.Value)
			m.forceFact(c)
		}
	}
}

// size notes that the number of v's elements mattered.
func (m *machine) size(v value) {
	switch v := v.(type) {
	case *facts.Node:
		m.sizeOfFact(v, nil)
	case *object:
		m.recall(v.whole)
	case *set:
		m.recall(v.whole)
	case *overlay:
		if v.under == nil {
			m.lack(v.lacks.of, v.lacks.property)
			return
		}
		m.sizeOfFact(v.under, &v.over)
	}
}

// sizeOfFact notes the size of an object or list, and what it lacks: members
// but those that are replaced, or elements that its count says there are.
func (m *machine) sizeOfFact(n *facts.Node, replaced *object) {
	m.trail.Read(n, policy.Collection)
	if n.Miscounted() {
		m.trail.Gone(n, "", policy.Hole)
	}
	if n.Schema == nil || n.Kind != facts.Object {
		return
	}
	for _, p := range n.Schema.Properties {
		if replaced != nil {
			if _, is := replaced.find(p.Name); is {
				continue
			}
		}
		if n.Member(p.Name) == nil {
			m.lack(n, p)
		}
	}
}

// lack notes a member that is not there.
func (m *machine) lack(n *facts.Node, p *facts.Schema) {
	role := policy.Hole
	if p.Optional {
		role = policy.Absent
	}
	m.trail.Gone(n, p.Name, role)
}

// index is a number used as a position.
func index(key value) (int, bool) {
	n, ok := numberIn(key)
	if !ok {
		return 0, false
	}
	i, ok := n.Int64()
	return int(i), ok && i >= 0
}
