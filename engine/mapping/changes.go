package mapping

import (
	"bytes"
	"slices"
	"strconv"

	"rubric/engine/facts"
)

// Change is a fact that is another one after an import, a row of a list that is
// new or gone, or a list whose rows are.
type Change struct {
	Pointer       string
	Place         *facts.Schema
	Before, After *facts.Node // nil for none, one of them at most; both bound to the schema
	Row           bool        // a whole row: new without Before, gone without After
	Elements      int         // of a list: how many rows are new or not as they were
	Added, Gone   int         // of a list: how many rows are new, and how many are no more; 0 of both where only their order is another
}

// Changes are what is not the same in two documents, in the facts' order. Rows of
// a list are the same where they have the same x-key, or the same content, or else
// the same position; what changed in them comes first, then the list itself, if
// rows came or went or changed places, and those that came and went.
func Changes(before, after *facts.Document) []Change {
	return changes(before.Root, after.Root, nil)
}

func changes(before, after *facts.Node, all []Change) []Change {
	switch {
	case before != nil && bytes.Equal(before.JSON(), after.JSON()):
		return all
	case after.Kind == facts.Object:
		return members(before, after, all)
	case after.Kind == facts.List && before != nil:
		return rows(before, after, all)
	case after.Kind == facts.List:
		return append(all, Change{Pointer: after.Pointer(), Place: after.Schema, After: after, Elements: after.Len(), Added: after.Len()})
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

// rows are the changes of a list that there was before.
func rows(before, after *facts.Node, all []Change) []Change {
	old, now := before.Elements(), after.Elements()
	was := matched(before, after)
	list := Change{Pointer: after.Pointer(), Place: after.Schema, Before: before, After: after}
	var added, removed []Change
	last, moved := -1, false
	left := make([]bool, len(old)) // rows that are still there
	for i, n := range now {
		from := was[i]
		if from < 0 {
			added = append(added, Change{Pointer: n.Pointer(), Place: n.Schema, After: n, Row: true})
			continue
		}
		left[from] = true
		moved, last = moved || from < last, max(last, from)
		known := len(all)
		if all = changes(old[from], n, all); len(all) > known {
			list.Elements++
		}
	}
	for i, n := range old {
		if !left[i] {
			removed = append(removed, Change{Pointer: n.Pointer(), Place: n.Schema, Before: n, Row: true})
		}
	}
	list.Added, list.Gone = len(added), len(removed)
	list.Elements += list.Added
	if list.Added+list.Gone > 0 || moved {
		all = append(all, list)
	}
	return append(append(all, added...), removed...)
}

// matched says of each row of a list which one it was before, -1 for none.
func matched(before, after *facts.Node) []int {
	m := &pairing{old: before.Elements(), now: after.Elements()}
	m.was, m.taken = slices.Repeat([]int{-1}, len(m.now)), make([]bool, len(m.old))
	m.by(func(_ int, n *facts.Node) string { return keyOf(n) })
	m.by(func(_ int, n *facts.Node) string { return unless(keyOf(n), string(n.JSON())) })
	m.by(func(i int, n *facts.Node) string { return unless(keyOf(n), strconv.Itoa(i)) })
	return m.was
}

// pairing finds rows of a list again.
type pairing struct {
	old, now []*facts.Node
	was      []int  // of each row now
	taken    []bool // of each old row
}

// by pairs rows of the same name, in their order; "" is none.
func (m *pairing) by(name func(int, *facts.Node) string) {
	named := map[string][]int{}
	for i, n := range m.old {
		if !m.taken[i] {
			named[name(i, n)] = append(named[name(i, n)], i)
		}
	}
	delete(named, "")
	for i, n := range m.now {
		if m.was[i] >= 0 {
			continue
		}
		if found := named[name(i, n)]; len(found) > 0 {
			m.was[i], m.taken[found[0]] = found[0], true
			named[name(i, n)] = found[1:]
		}
	}
}

// keyOf is what tells a row from others, "" where it has nothing of the kind.
func keyOf(n *facts.Node) string {
	if n.Parent.Schema == nil || n.Parent.Schema.Unique == "" {
		return ""
	}
	if key := n.Member(n.Parent.Schema.Unique); key != nil {
		return string(key.JSON())
	}
	return ""
}

// unless is a name for rows that have no key.
func unless(key, name string) string {
	if key != "" {
		return ""
	}
	return name
}
