package facts

import "rubric/engine/number"

// What is missing is found where it should stand, not by what a policy does
// with the hole.

// absent adds what is missing because n has no member at the place s.
func (b *binder) absent(n *Node, s *Schema) {
	if !s.Optional || s.Kind == List {
		b.absentAt(n, s, n.Pointer)
	}
}

// absentAt is absent for a place whose parent has that pointer, and is n or
// absent itself.
func (b *binder) absentAt(n *Node, s *Schema, parent func() string) {
	pointer := func() string { return parent() + "/" + s.Name } // the names of a schema need no escapes
	switch {
	case s.Optional && s.Kind == List:
		b.count(n, 0, s, pointer)
	case s.Optional:
	case s.Kind == Object:
		at := once(pointer)
		for _, p := range s.Properties {
			b.absentAt(n, p, at)
		}
	default:
		b.missing = append(b.missing, Missing{Pointer: pointer(), Schema: s})
	}
}

// once asks for a pointer when it is first needed, and never again.
func once(pointer func() string) func() string {
	known := ""
	return func() string {
		if known == "" {
			known = pointer()
		}
		return known
	}
}

// count adds the list at the place s, in or below n, if the fact that counts
// its elements says otherwise than length. A list is partial while it is not
// known to be complete: while that fact is itself missing, which is reported
// where it should stand, it is not.
func (b *binder) count(n *Node, length int, s *Schema, pointer func() string) (partial, miscounted bool) {
	if s.count == nil {
		return false, false
	}
	count := b.counted(n, s)
	if count == nil || count.Kind != Num {
		return true, false
	}
	if count.Number().Equal(number.Int(int64(length))) {
		return false, false
	}
	b.missing = append(b.missing, Missing{Pointer: pointer(), Schema: s, Count: count, Len: length})
	return true, true
}

// counted is the fact that x-count points at, "*" read as the elements that n
// is in; nil if there is none.
func (b *binder) counted(n *Node, s *Schema) *Node {
	at := b.root
	for i, token := range s.count {
		if token == "*" && at.Kind == List {
			at = n.ancestor(i + 1)
		} else {
			at = at.Member(token)
		}
		if at == nil {
			return nil
		}
	}
	return at
}

// ancestor is what n is in, or n itself, so many steps from the root.
func (n *Node) ancestor(depth int) *Node {
	steps := -depth
	for p := n; p.Parent != nil; p = p.Parent {
		steps++
	}
	for ; steps > 0; steps-- {
		n = n.Parent
	}
	return n
}
