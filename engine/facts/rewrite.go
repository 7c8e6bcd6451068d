package facts

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// Rewrite is the document's text with the facts of a draft that was made of it.
// What is the same stands as it stood, spaces and all; the rest is written a line
// for each member, as far in as what it stands with.
func (d *Document) Rewrite(to *Draft) []byte {
	r := rewriting{source: d.Source}
	r.value(d.Root, to)
	out := append(r.out, d.Source[r.done:]...)
	return out
}

type rewriting struct {
	source []byte
	out    []byte
	done   int // so much of the source is in out
}

// value writes a value over a node, where it is another one.
func (r *rewriting) value(n *Node, to *Draft) {
	switch {
	case n.Kind == Object && to.scalar == nil && !to.list && r.object(n, to):
	case n.Kind == List && to.list && len(to.members) == n.Len():
		for i, e := range n.Elements() {
			r.value(e, to.members[i])
		}
	case n.Kind != Object && n.Kind != List && bytes.Equal(n.JSON(), to.scalar):
	default:
		r.replace(n, to)
	}
}

// object writes the members that are others, and those that are new. It tells
// whether that can be done: none may be gone.
func (r *rewriting) object(n *Node, to *Draft) bool {
	members := n.Members()
	if len(members) == 0 || len(members) > len(to.members) {
		return len(to.members) == 0
	}
	for i, m := range members {
		if to.names[i] != m.Key {
			return false
		}
	}
	for i, m := range members {
		r.value(m, to.members[i])
	}
	last := members[len(members)-1]
	r.upTo(r.end(last))
	for i := len(members); i < len(to.members); i++ {
		margin := r.margin(int(members[0].Offset))
		if r.ownLine(members[0]) {
			r.out = append(append(r.out, ",\n"...), margin...)
		} else {
			r.out = append(r.out, ", "...)
		}
		r.out = append(append(r.out, QuoteJSON(to.names[i])...), ": "...)
		r.write(to.members[i], margin)
	}
	return true
}

// upTo copies the source up to an offset.
func (r *rewriting) upTo(offset int) {
	if offset > r.done {
		r.out = append(r.out, r.source[r.done:offset]...)
		r.done = offset
	}
}

// end is the offset behind a value.
func (r *rewriting) end(n *Node) int {
	value, _ := jsontext.NewDecoder(bytes.NewReader(r.source[n.Offset:])).ReadValue() // it was parsed before
	return int(n.Offset) + len(value)
}

func (r *rewriting) replace(n *Node, to *Draft) {
	end := r.end(n)
	r.upTo(int(n.Offset))
	margin := r.margin(int(n.Offset))
	if r.lineEach(n) && to.list && len(to.members) > 0 {
		r.lines(to, margin)
	} else {
		r.write(to, margin)
	}
	r.done = end
}

// lineEach tells whether the elements of a list stand in a line each.
func (r *rewriting) lineEach(n *Node) bool {
	if n.Kind != List || n.Len() == 0 {
		return false
	}
	first := n.Elements()[0]
	return bytes.IndexByte(r.source[n.Offset:first.Offset], '\n') >= 0 &&
		bytes.IndexByte(r.source[first.Offset:r.end(first)], '\n') < 0
}

// lines writes a list with a line for each element.
func (r *rewriting) lines(to *Draft, margin []byte) {
	r.out = append(r.out, '[')
	for i, m := range to.members {
		if i > 0 {
			r.out = append(r.out, ',')
		}
		value := jsontext.Value(m.JSON())
		_ = value.Format(jsontext.SpaceAfterColon(true), jsontext.SpaceAfterComma(true)) // a draft is JSON
		r.out = append(append(append(append(r.out, '\n'), margin...), "  "...), value...)
	}
	r.out = append(append(append(r.out, '\n'), margin...), ']')
}

func (r *rewriting) write(to *Draft, margin []byte) {
	value := jsontext.Value(to.JSON())
	if to.scalar == nil {
		_ = value.Indent(jsontext.WithIndentPrefix(string(margin)), jsontext.WithIndent("  ")) // a draft is JSON
	}
	r.out = append(r.out, value...)
}

// margin is the white space that the line of an offset begins with.
func (r *rewriting) margin(offset int) []byte {
	begin := bytes.LastIndexByte(r.source[:offset], '\n') + 1
	text := bytes.TrimLeft(r.source[begin:], " \t")
	return r.source[begin : len(r.source)-len(text)]
}

// ownLine tells whether a member begins its line.
func (r *rewriting) ownLine(m *Node) bool {
	before := r.source[:m.Offset]
	begin := bytes.LastIndexByte(before, '\n') + 1
	return begin > 0 && bytes.HasPrefix(bytes.TrimLeft(before[begin:], " \t"), QuoteJSON(m.Key))
}
