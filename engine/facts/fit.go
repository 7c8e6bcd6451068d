package facts

import (
	"hash/maphash"
	"math/bits"
	"slices"
)

// Most documents fit their schema: nothing is missing, nothing is wrong, and the
// members stand in the schema's order. That is found by looking over the text
// once more, without making nodes. What does not fit is bound node by node.

// ParseBound is Parse and Bind at once, and faster than both.
func ParseBound(file string, data []byte, s *Schema) (*Document, error) {
	if root := fit(data, 0, s); root != nil {
		return &Document{File: file, Source: data, Root: root, Schema: s}, nil
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
	if root := fit(d.Source[:n.below.last], int(n.Offset), s); root != nil {
		return &Document{File: d.File, Source: d.Source, Root: root, Schema: s}
	}
	return nil
}

// ParseAround reads an object one of whose members is a document of its own, and
// binds that to s: its addresses begin there, its places stay those of the whole.
// It looks over the text once. Both are nil where anything is out of the ordinary:
// what is wrong then, Parse says.
func ParseAround(file string, data []byte, member string, s *Schema) (whole, within *Document) {
	f := s.fitting()
	defer s.rest(f)
	f.scanner = newScanner(data)
	if len(data) > MaxBytes {
		return nil, nil
	}
	start := f.space(0)
	inner, span := f.around(start, member, s)
	if inner == unfit {
		return nil, nil
	}
	scanner, spans := newScanner(data), slices.Clone(f.spans)
	outside := &folded{scanner: scanner, spans: spans, arena: arena{first: len(f.names)}}
	inside := &folded{scanner: scanner, spans: spans}
	root := inside.root(inner, span)
	if root.Schema = s; !f.counted(root) {
		return nil, nil
	}
	return &Document{File: file, Source: data, Root: outside.root(start, 0)}, &Document{File: file, Source: data, Root: root, Schema: s}
}

// fits tells that the document, which nobody has looked into, fits s.
func (d *Document) fits(s *Schema) bool {
	if !d.Root.below.shut.Load() {
		return false
	}
	end := d.Root.below.last
	if fit(d.Source[:end], int(d.Root.Offset), s) == nil {
		return false
	}
	d.Root.Schema = s
	return true
}

// fit is the root of the document that stands in data from start to the end,
// bound to s; nil when it does not fit, or it is not sure that it does.
func fit(data []byte, start int, s *Schema) *Node {
	f := s.fitting()
	defer s.rest(f)
	f.scanner = newScanner(data)
	if len(data) > MaxBytes {
		return nil
	}
	start = f.space(start)
	if end := f.value(start, s.slot, 1); end == unfit || f.space(end) < len(data) {
		return nil
	}
	doc := &folded{scanner: newScanner(data), spans: slices.Clone(f.spans)}
	root := doc.root(start, 0)
	if root.Schema = s; !f.counted(root) {
		return nil
	}
	return root
}

// fitting looks over a document with its schema in hand. It is used again for
// the next one.
type fitting struct {
	scanner
	values int
	spans  []span
	binder binder        // finds what is wrong with a scalar
	last   Node          // the scalar that it looked at
	names  []string      // of the object around the document
	keys   []key         // x-key members of the lists that it is in
	counts []count       // facts that count elements
	lists  []countedList // those with an x-count
	seed   maphash.Seed
	taken  []int32 // see distinct
}

// key is where the text or the digits of an x-key stand.
type key struct{ start, end int32 }

// count is a fact that counts the elements of lists.
type count struct {
	place *Schema
	value int64
}

// countedList is a list whose elements a fact counts.
type countedList struct {
	place  *Schema
	offset int
	length int
}

func (s *Schema) fitting() *fitting {
	if f, ok := s.idle.Get().(*fitting); ok {
		return f
	}
	return &fitting{seed: maphash.MakeSeed()}
}

// rest keeps f for another document, and nothing of this one.
func (s *Schema) rest(f *fitting) {
	*f = fitting{spans: emptied(f.spans), names: emptied(f.names), keys: emptied(f.keys), counts: emptied(f.counts), lists: emptied(f.lists), seed: f.seed, taken: emptied(f.taken)}
	s.idle.Put(f)
}

// emptied forgets what is in a slice, and leaves it to the collector when it has
// become large.
func emptied[T any](all []T) []T {
	if cap(all) > maxSlab {
		return nil
	}
	clear(all[:cap(all)])
	return all[:0]
}

// distinct tells that no two keys are the same. Each takes a place in a table that
// has room for more than twice as many.
func (f *fitting) distinct(keys []key) bool {
	size := 1 << bits.Len(uint(2*len(keys)))
	f.taken = slices.Grow(f.taken[:0], size)[:size]
	clear(f.taken)
	for i, k := range keys {
		text := f.source[k.start:k.end]
		at := int(maphash.String(f.seed, text)) & (size - 1)
		for ; f.taken[at] > 0; at = (at + 1) & (size - 1) {
			if other := keys[f.taken[at]-1]; f.source[other.start:other.end] == text {
				return false
			}
		}
		f.taken[at] = int32(i + 1)
	}
	return true
}

// counted tells that every list is as long as the fact says that counts it.
func (f *fitting) counted(root *Node) bool {
	b := &binder{root: root}
	for _, list := range f.lists {
		if fact := list.place.counter; fact != nil {
			if !slices.Contains(f.counts, count{fact, int64(list.length)}) {
				return false
			}
			continue
		}
		n := root.at(int32(list.offset))
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
