package rego

import (
	"slices"

	"rubric/engine/facts"
)

// opWith runs its body with a part of the facts or data replaced.
type opWith struct {
	local int
	path  []string
	value operand
	body  block
}

func (o *opWith) exec(m *machine, f *frame) flow {
	saved := f.locals[o.local]
	f.locals[o.local] = m.replace(saved, o.path, o.value.get(f))
	m.inWith = append(m.inWith, map[int]memo{})
	r := o.body.run(m, f)
	m.inWith = m.inWith[:len(m.inWith)-1]
	f.locals[o.local] = saved
	return leave(r)
}

// replace is old with the member at path set to v. Its other members are as
// they were, and looked at only when the body does.
func (m *machine) replace(old value, path []string, v value) value {
	if len(path) == 0 {
		return v
	}
	switch old := old.(type) {
	case *facts.Node:
		if old.Kind == facts.Object {
			return m.replaceIn(&overlay{under: old}, path, v)
		}
	case *overlay:
		return m.replaceIn(old, path, v)
	case *object:
		var inner value
		if i, found := old.find(path[0]); found {
			inner = old.entries[i].val
		}
		return m.replaced(old, inner, path, v)
	}
	return m.replaced(&object{}, nil, path, v)
}

// replaceIn is a copy of old in which path leads to v.
func (m *machine) replaceIn(old *overlay, path []string, v value) *overlay {
	out := *old
	out.over = *m.replaced(&old.over, old.inner(path), path, v)
	return &out
}

// replaced is a copy of old in which path leads to v; inner is what the first
// step of path leads to now.
func (m *machine) replaced(old *object, inner value, path []string, v value) *object {
	out := &object{collection{slices.Clone(old.entries), old.whole}}
	out.put(entry{key: path[0], val: m.replace(inner, path[1:], v)})
	return out
}

// inner is the member that path goes through; nil at its end, where nothing of
// the old value is left.
func (o *overlay) inner(path []string) value {
	if len(path) == 1 {
		return nil
	}
	if i, replaced := o.over.find(path[0]); replaced {
		return o.over.entries[i].val
	}
	if o.under == nil {
		return &overlay{lacks: o.lacks}
	}
	if n := o.under.Member(path[0]); n != nil {
		return n
	}
	if p := property(o.under, path[0]); p != nil {
		return &overlay{lacks: lack{o.under, p}}
	}
	return nil
}
