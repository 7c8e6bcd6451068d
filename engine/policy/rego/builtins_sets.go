package rego

import (
	"rubric/engine/message"
	"rubric/engine/policy"
)

// moreCollections are functions on collections of collections, and walk.
func moreCollections() []*builtin {
	return []*builtin{
		{name: "array.flatten", call: flatten},
		{name: "union", call: unionOfSets},
		{name: "intersection", call: intersectionOfSets},
		{name: "walk", call: walkValue},
	}
}

// flatten replaces each array in an array by its elements, one level deep.
func flatten(c *call, args []value) (value, *message.Message) {
	items, wrong := arrayOf(args[0])
	if wrong != nil {
		return nil, wrong
	}
	out := &array{}
	for _, item := range items {
		if rank(item) == 4 {
			out.elems = append(out.elems, elements(item)...)
		} else {
			out.elems = append(out.elems, item)
		}
		if wrong := c.tooMany(int64(len(out.elems))); wrong != nil {
			return nil, wrong
		}
	}
	return out, nil
}

func setsOf(v value) ([]*set, *message.Message) {
	outer, ok := v.(*set)
	if !ok {
		return nil, wrongType("set", v)
	}
	all := make([]*set, len(outer.entries))
	for i, e := range outer.entries {
		if all[i], ok = e.key.(*set); !ok {
			return nil, wrongType("set", e.key)
		}
	}
	return all, nil
}

func unionOfSets(c *call, args []value) (value, *message.Message) {
	sets, wrong := setsOf(args[0])
	if wrong != nil {
		return nil, wrong
	}
	var items []value
	for _, s := range sets {
		for _, e := range s.entries {
			items = append(items, e.key)
		}
	}
	if out := c.setOf(items); out != nil {
		return out, nil
	}
	return nil, nil
}

func intersectionOfSets(_ *call, args []value) (value, *message.Message) {
	sets, wrong := setsOf(args[0])
	if wrong != nil || len(sets) == 0 {
		return &set{}, wrong
	}
	out := sets[0]
	for _, s := range sets[1:] {
		out = filterSet(out, func(v value) bool { _, in := s.find(v); return in })
	}
	return filterSet(out, func(value) bool { return true }), nil
}

// walkValue lists [path, value] for a value and everything in it, what contains
// before what is contained. The planner scans the list.
func walkValue(c *call, args []value) (value, *message.Message) {
	w := &walker{call: c}
	w.visit(nil, args[0])
	if w.wrong != nil || w.broke {
		return nil, w.wrong
	}
	return &array{w.found}, nil
}

type walker struct {
	call  *call
	found []value
	wrong *message.Message
	broke bool
}

func (w *walker) visit(path []value, v value) {
	if w.broke || w.wrong != nil {
		return
	}
	if w.wrong = w.call.tooMany(int64(len(w.found) + 1)); w.wrong != nil {
		return
	}
	steps := 4 + int64(len(path)) // each step of the path takes a slot, and what holds it some more
	if w.broke = !w.call.pay(steps) || !w.call.make((4+steps)*policy.SlotBytes); w.broke {
		return
	}
	w.found = append(w.found, &array{[]value{&array{path}, v}})
	for i, e := range elements(v) {
		w.visit(below(path, indexNumber(i)), e)
	}
	for _, e := range entriesOf(v) {
		if e.val == nil { // an element of a set is its own key
			e.val = e.key
		}
		w.visit(below(path, e.key), e.val)
	}
}

// below is a path one step longer; paths do not share memory.
func below(path []value, key value) []value {
	return append(path[:len(path):len(path)], key)
}
