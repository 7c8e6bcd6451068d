package mapping

import (
	"bytes"

	"rubric/engine/facts"
)

// Change is a fact that is another one after an import, or a list whose elements
// are.
type Change struct {
	Pointer       string
	Place         *facts.Schema
	Before, After *facts.Node // nil for none, one of them at most; both bound to the schema
	Elements      int         // of a list: how many are new or not as they were
}

// Changes are what is not the same in two documents, in the facts' order. Lists
// of other lengths, or with more than a few other elements, stand as one.
func Changes(before, after *facts.Document) []Change {
	return changes(before.Root, after.Root, nil)
}

// fewElements is how many other elements of a list are told one by one.
const fewElements = 5

func changes(before, after *facts.Node, all []Change) []Change {
	switch {
	case before != nil && bytes.Equal(before.JSON(), after.JSON()):
		return all
	case after.Kind == facts.Object:
		return members(before, after, all)
	case after.Kind == facts.List:
		return elements(before, after, all)
	}
	return append(all, Change{Pointer: after.Pointer(), Place: after.Schema, Before: before, After: after})
}

func members(before, after *facts.Node, all []Change) []Change {
	for _, m := range after.Members() {
		var was *facts.Node
		if before != nil {
			was = before.Member(m.Key)
		}
		all = changes(was, m, all)
	}
	if before == nil {
		return all
	}
	for _, m := range before.Members() {
		if after.Member(m.Key) == nil {
			all = gone(m, all)
		}
	}
	return all
}

// gone are the facts that stood at a node, a list as one.
func gone(n *facts.Node, all []Change) []Change {
	if n.Kind != facts.Object {
		return append(all, Change{Pointer: n.Pointer(), Place: n.Schema, Before: n})
	}
	for _, m := range n.Members() {
		all = gone(m, all)
	}
	return all
}

func elements(before, after *facts.Node, all []Change) []Change {
	var old []*facts.Node
	if before != nil {
		old = before.Elements()
	}
	var others []int
	for i, e := range after.Elements() {
		if i >= len(old) || !bytes.Equal(old[i].JSON(), e.JSON()) {
			others = append(others, i)
		}
	}
	if len(old) != after.Len() || len(others) > fewElements {
		return append(all, Change{Pointer: after.Pointer(), Place: after.Schema, Before: before, After: after, Elements: len(others)})
	}
	for _, i := range others {
		all = changes(old[i], after.Elements()[i], all)
	}
	return all
}
