package facts

import (
	"bytes"
	"slices"
	"unsafe"
)

// survey looks over a whole document: that it is well-formed, has no name twice
// in an object, and keeps to the limits. It makes no nodes: most of a document
// is never asked for. It is nil when something is wrong; start is where the
// document's root begins.
func survey(data []byte) (f *folded, start int) {
	if len(data) > MaxBytes {
		return nil, 0
	}
	s := surveyor{scanner: newScanner(data), spans: make([]span, 0, spansIn(data))}
	s.skip()
	start = s.at
	if s.peek() != '{' || !s.value(1) {
		return nil, 0
	}
	if s.skip(); s.at < len(data) {
		return nil, 0
	}
	return &folded{scanner: s.scanner, spans: s.spans}, start
}

// newScanner begins to read data. Nobody changes it, so that texts can share its
// memory.
func newScanner(data []byte) scanner {
	return scanner{data: data, source: unsafe.String(unsafe.SliceData(data), len(data))}
}

// spansIn is how many objects and lists a document can have; only of a document
// that is large, or has brackets in its texts, it has more or fewer.
func spansIn(data []byte) int {
	return min(bytes.Count(data, []byte{'{'})+bytes.Count(data, []byte{'['}), maxSpans)
}

// maxSpans bounds how much a text full of brackets can make the survey set aside.
const maxSpans = 1024

// span is where an object or a list ends, in the order in which they begin.
type span struct {
	end   int32 // behind its bracket
	inner int32 // it and those within it
}

// surveyor is survey's place in the document.
type surveyor struct {
	scanner
	values int
	spans  []span
	names  []string // of the objects that it is in
	last   Node     // the scalar looked at last
}

func (s *surveyor) value(depth int) bool {
	if s.values++; s.values > MaxValues {
		return false
	}
	switch s.peek() {
	case '{':
		return s.container('}', depth)
	case '[':
		return s.container(']', depth)
	}
	return s.scalar(&s.last)
}

func (s *surveyor) container(shut byte, depth int) bool {
	if depth > MaxDepth {
		return false
	}
	at, names := s.begin(), len(s.names)
	for more, ok := !s.end(shut), true; more; {
		if shut == '}' && !s.name() || !s.value(depth+1) {
			return false
		}
		if more, ok = s.more(shut); !ok {
			return false
		}
	}
	s.finish(at)
	different := distinctTexts(s.names[names:])
	s.names = s.names[:names]
	return different
}

// begin notes that an object or a list begins here, and moves into it.
func (s *surveyor) begin() (at int) {
	s.spans = append(s.spans, span{})
	s.at++
	s.skip()
	return len(s.spans) - 1
}

// finish notes that it ends.
func (s *surveyor) finish(at int) {
	s.spans[at] = span{end: int32(s.at), inner: int32(len(s.spans) - at)}
}

func (s *surveyor) name() bool {
	name, ok := s.quoted()
	s.names = append(s.names, name)
	return ok && s.colon()
}

// fewTexts is up to how many texts comparing each with each beats sorting them.
const fewTexts = 16

// distinctTexts tells that no text stands twice in all, which it may sort.
func distinctTexts(all []string) bool {
	if len(all) > fewTexts {
		slices.Sort(all)
		return len(slices.Compact(all)) == len(all)
	}
	for i, text := range all {
		if slices.Contains(all[:i], text) {
			return false
		}
	}
	return true
}
