package facts

import (
	"bytes"
	"slices"
)

// Most documents fit their schema: nothing is missing, nothing is wrong, and the
// members stand in the schema's order. That is found by looking over the text
// once more, without making nodes. What does not fit is bound node by node.

// ParseBound is Parse and Bind at once, and faster than both.
func ParseBound(file string, data []byte, s *Schema) (*Document, error) {
	f := newFitting(data)
	if doc := f.document(s); doc != nil {
		d := &Document{File: file, Source: data, Root: doc.root(), Schema: s}
		if d.Root.Schema = s; f.counted(d.Root) {
			return d, nil
		}
	}
	d, err := Parse(file, data)
	if err != nil {
		return nil, err
	}
	return d, d.Bind(s)
}

// Within makes a document of its own, bound to s, of the object n within d: its
// addresses begin there, its places stay those of d. It is nil where n does not
// fit, or somebody has looked into it: Bind then says what is wrong.
func (d *Document) Within(n *Node, s *Schema) *Document {
	if n.below == nil || !n.below.shut.Load() {
		return nil
	}
	blank := bytes.Repeat([]byte{' '}, len(d.Source))
	copy(blank[n.Offset:n.below.last], d.Source[n.Offset:n.below.last])
	within, err := ParseBound(d.File, blank, s)
	if err != nil {
		return nil
	}
	within.Source = d.Source
	return within
}

// fits tells that the document, which nobody has looked into, fits s.
func (d *Document) fits(s *Schema) bool {
	if !d.Root.below.shut.Load() {
		return false
	}
	f := newFitting(d.Source)
	if f.document(s) == nil {
		return false
	}
	d.Root.Schema = s
	return f.counted(d.Root)
}

// fitting looks over a document with its schema in hand.
type fitting struct {
	surveyor
	binder binder        // finds what is wrong with a scalar
	keys   []string      // x-key members of the lists that it is in
	lists  []countedList // those with an x-count
}

// countedList is a list whose elements a fact counts.
type countedList struct {
	place  *Schema
	offset int32
	length int
}

func newFitting(data []byte) *fitting {
	return &fitting{
		surveyor: surveyor{scanner: newScanner(data), spans: make([]span, 0, spansIn(data))},
		keys:     make([]string, 0, fewTexts), lists: make([]countedList, 0, fewTexts),
	}
}

// document is nil when the document does not fit, or it is not sure that it
// does.
func (f *fitting) document(s *Schema) *folded {
	f.skip()
	start := f.at
	if len(f.data) > MaxBytes || !f.value(s, 1) {
		return nil
	}
	if f.skip(); f.at < len(f.data) {
		return nil
	}
	return &folded{scanner: f.scanner, spans: f.spans, start: start}
}

func (f *fitting) value(s *Schema, depth int) bool {
	if f.values++; f.values > MaxValues || depth > MaxDepth {
		return false
	}
	switch s.Kind {
	case Object:
		return f.peek() == '{' && f.object(s, depth)
	case List:
		return f.peek() == '[' && f.list(s, depth)
	}
	n := &f.last
	if !f.scalar(n) || n.Kind != s.Kind {
		return false
	}
	f.binder.value(n, s)
	return len(f.binder.found) == 0 && (!s.key || f.key(n))
}

// key notes an x-key. Of numbers it does so only where the same number has the
// same digits.
func (f *fitting) key(n *Node) bool {
	f.keys = append(f.keys, n.Text)
	return n.Kind == Text || n.scale == 0 && n.Text != "-0"
}

func (f *fitting) object(s *Schema, depth int) bool {
	at, next := f.begin(), 0
	for more, ok := !f.end('}'), true; more; next++ {
		next = f.property(s, next)
		if next == len(s.Properties) || !f.colon() || !f.value(s.Properties[next], depth+1) {
			return false
		}
		if more, ok = f.more('}'); !ok {
			return false
		}
	}
	f.finish(at)
	return !slices.ContainsFunc(s.Properties[next:], (*Schema).wanted)
}

// property is which of the properties from next on comes here, if those before
// it may be absent; else how many there are.
func (f *fitting) property(s *Schema, next int) int {
	for ; next < len(s.Properties); next++ {
		if f.named(s.Properties[next].Name) {
			return next
		}
		if s.Properties[next].wanted() {
			break
		}
	}
	return len(s.Properties)
}

// wanted tells that something is missing, or may be, where s is absent.
func (s *Schema) wanted() bool { return !s.Optional || s.Required || s.count != nil }

func (f *fitting) list(s *Schema, depth int) bool {
	offset, keys, length := int32(f.at), len(f.keys), 0
	at := f.begin()
	for more, ok := !f.end(']'), true; more; length++ {
		if !f.value(s.Items, depth+1) {
			return false
		}
		if more, ok = f.more(']'); !ok {
			return false
		}
	}
	f.finish(at)
	if s.count != nil {
		f.lists = append(f.lists, countedList{s, offset, length})
	}
	different := distinctTexts(f.keys[keys:])
	f.keys = f.keys[:keys]
	return different && length >= s.MinItems && (s.MaxItems < 0 || length <= s.MaxItems)
}

// counted tells that every list is as long as the fact says that counts it.
func (f *fitting) counted(root *Node) bool {
	b := &binder{root: root}
	for _, list := range f.lists {
		n := root.at(list.offset)
		if partial, _ := b.count(n, list.length, list.place, n.Pointer); partial {
			return false
		}
	}
	return true
}

// at is the node at an offset below n, of a document that stands in the order of
// its offsets.
func (n *Node) at(offset int32) *Node {
	for n.Offset != offset {
		children := n.children()
		next, found := slices.BinarySearchFunc(children, offset, func(c *Node, offset int32) int { return int(c.Offset - offset) })
		if !found {
			next--
		}
		n = children[next]
	}
	return n
}
