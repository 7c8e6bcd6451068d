package facts

import "sync"

// folded is a document that was looked over, and whose objects and lists become
// nodes when somebody looks into them. Any number of goroutines may.
type folded struct {
	mu sync.Mutex
	scanner
	arena
	spans []span
}

// root is the root of a document that begins at a place, shut; span is its own.
func (f *folded) root(start, span int) *Node {
	n := f.node()
	n.Offset, n.rank = int32(start), int32(start)
	f.shut(n, Object, int32(span))
	return n
}

// shut makes n an object or a list that nobody has looked into.
func (f *folded) shut(n *Node, kind Kind, span int32) {
	f.holder(n, kind)
	n.below.folded, n.below.span, n.below.last = f, span, f.spans[span].end
	n.below.shut.Store(true)
}

// unfold gives n its members or elements. Their place in the document is their
// rank: where a schema is bound, they stand in its order (see fits).
func (f *folded) unfold(n *Node) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !n.below.shut.Load() {
		return
	}
	base, span := len(f.open), n.below.span+1
	f.at = int(n.Offset) + 1
	f.skip()
	for i := int32(0); f.at < int(n.below.last)-1; i++ {
		child := f.node()
		child.Parent, child.Index = n, i
		span = f.child(child, span)
		f.open = append(f.open, child)
		f.skip()
		f.take(',')
	}
	n.below.members = f.link(f.open[base:])
	f.open = f.open[:base]
	n.below.shut.Store(false)
}

// child reads the next child; span is the one of the next object or list. All of
// it was looked over before.
func (f *folded) child(n *Node, span int32) (next int32) {
	place := n.Parent.Schema
	if n.Parent.Kind == Object {
		n.Key = f.name(place, int(n.Index))
	}
	n.Schema = place.child(n)
	n.Offset, n.rank = int32(f.at), int32(f.at)
	kind := Object
	switch f.peek() {
	case '[':
		kind = List
	case '{':
	default:
		f.scalar(n)
		return span
	}
	f.shut(n, kind, span)
	f.at = int(f.spans[span].end)
	return span + f.spans[span].inner
}

// name is the name of a member, and moves behind it: likely the one that stands
// at that position of the place s.
func (f *folded) name(s *Schema, i int) (name string) {
	if s != nil && i < len(s.Properties) && f.named(s.Properties[i].Name) {
		name = s.Properties[i].Name
	} else {
		name, _ = f.quoted()
	}
	f.colon()
	return name
}

// child is the place of a member or an element n of what stands at s, nil if s
// is, or has no such place.
func (s *Schema) child(n *Node) *Schema {
	switch {
	case s == nil:
		return nil
	case s.Kind == List:
		return s.Items
	}
	return s.propertyNear(n.Key, int(n.Index))
}

// propertyNear is Property, quicker for documents in the schema's own order.
func (s *Schema) propertyNear(name string, i int) *Schema {
	if i < len(s.Properties) && s.Properties[i].Name == name {
		return s.Properties[i]
	}
	return s.Property(name)
}

// unfoldAll looks into everything below n.
func unfoldAll(n *Node) {
	for _, child := range n.children() {
		unfoldAll(child)
	}
}
