package facts

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"slices"
	"strings"
)

// canonical hashes a document that was looked over in canonical form, straight
// from its text: most of a document never becomes nodes.
type canonical struct {
	scanner
	spans []span
	open  []part // members of the objects that it is in
	sum   hash.Hash

	orders [shapes]order
}

// part is where a value stands in the text, and the name that it has in an
// object. It has no pointers, so that sorting parts costs little.
type part struct {
	name, colon int32 // the name in its quotes: from its first to behind its last
	start, end  int32
	span        int32 // of the value; of a scalar, the one of the next object or list
	renamed     bool  // the name is not in the text as it is
	escaped     bool  // the value is a text with escapes
}

// order is how the members of an object stand by name: first the one at the first
// position, and so on.
type order struct {
	count    int
	position [fewTexts]uint8
}

// shapes is how many orders are kept for objects to come.
const shapes = 64

// hashed is how much canonical writes before it hashes that.
const hashed = 4096

// digest is the digest of n, a node of f that has something below it.
func (f *folded) digest(n *Node) string {
	c := canonical{
		scanner: scanner{data: f.data, source: f.source}, spans: f.spans,
		open: make([]part, 0, 4*nodeSlab), sum: sha256.New(),
	}
	var place *slot
	if n.Schema != nil {
		place = n.Schema.slot
	}
	rest := c.value(make([]byte, 0, 2*hashed), &part{start: n.Offset, end: n.below.last, span: n.below.span}, place)
	c.sum.Write(rest)
	return digestText(c.sum.Sum(rest[:0]))
}

// value writes what stands at p; s is its place, nil if nobody knows. What it
// appends to is not hashed yet, and neither is what it gives.
func (c *canonical) value(to []byte, p *part, s *slot) []byte {
	switch c.data[p.start] {
	case '{':
		return c.object(to, p, s)
	case '[':
		return c.list(to, p, s)
	}
	return c.scalar(to, p)
}

func (c *canonical) object(to []byte, p *part, s *slot) []byte {
	base := len(c.open)
	if s != nil && s.kind == Object && c.inOrder(p, s.inner) {
		to = c.properties(to, base, s)
	} else {
		c.open = c.open[:base]
		c.sorted(p)
		to = c.members(to, base, s)
	}
	c.open = c.open[:base]
	return c.flush(to)
}

// scalar writes a scalar as it stands in the text, but for escapes that a text
// does not need.
func (c *canonical) scalar(to []byte, p *part) []byte {
	switch length := int(p.end - p.start); {
	case p.escaped:
		return appendQuoted(to, unquoted(c.source[p.start:p.end]))
	case length <= 8:
		return binary.LittleEndian.AppendUint64(to, c.eight(int(p.start)))[:len(to)+length]
	}
	return append(to, c.source[p.start:p.end]...)
}

// appendName appends the name of a property, with its quotes and colon.
func (s *slot) appendName(to []byte) []byte {
	length := int(s.length)
	if length > 16 {
		return append(append(to, s.place.quoted...), ':')
	}
	end := len(to) + length
	to = binary.LittleEndian.AppendUint64(to, s.head)
	if length > 8 {
		to = binary.LittleEndian.AppendUint64(to[:end-8], s.tail)
	}
	return to[:end]
}

// flush hashes what is written once it is enough.
func (c *canonical) flush(out []byte) []byte {
	if len(out) < hashed {
		return out
	}
	c.sum.Write(out)
	return out[:0]
}

func (c *canonical) list(to []byte, p *part, s *slot) []byte {
	var items *slot
	if s != nil && s.kind == List {
		items = &s.inner[0]
	}
	to = append(to, '[')
	at, shut := c.enter(p)
	for next := p.span + 1; at < shut; {
		var element part
		next = c.part(&element, at, next)
		to = c.value(to, &element, items)
		if at = c.behind(int(element.end)); at < shut {
			to = append(to, ',')
		}
		to = c.flush(to)
	}
	return append(to, ']')
}

// inOrder finds the members of an object that stand in the order of the schema, as
// they do in most, each at its property's position. One that is absent ends at 0.
// It is false where they do not.
func (c *canonical) inOrder(p *part, all []slot) bool {
	base := len(c.open)
	c.open = slices.Grow(c.open, len(all))[:base+len(all)]
	members := c.open[base:]
	clear(members)
	at, shut := c.enter(p)
	span := p.span + 1
	for i := range members {
		if at == shut {
			return true
		}
		if s := &all[i]; c.begins(at, s) {
			at = c.space(c.blank(at + int(s.length)))
			span = c.part(&members[i], at, span)
			at = c.behind(int(members[i].end))
		}
	}
	return at == shut
}

// properties writes the members of an object at s, which are open from base on.
func (c *canonical) properties(to []byte, base int, s *slot) []byte {
	before := byte('{')
	for _, i := range s.byName {
		if member := &c.open[base+int(i)]; member.end > 0 {
			to = s.inner[i].appendName(append(to, before))
			to = c.value(to, member, &s.inner[i])
			before = ','
		}
	}
	if before == '{' {
		to = append(to, before)
	}
	return append(to, '}')
}

// sorted finds the members of any object, by name.
func (c *canonical) sorted(p *part) {
	base := len(c.open)
	at, shut := c.enter(p)
	for next := p.span + 1; at < shut; {
		end, escaped := c.text(at)
		var member part
		next = c.part(&member, c.space(c.space(end)+1), next)
		member.name, member.colon, member.renamed = int32(at), int32(end), escaped
		c.open = append(c.open, member)
		at = c.behind(int(member.end))
	}
	c.sort(c.open[base:])
}

// members writes the members that are open from base on, of an object at s.
func (c *canonical) members(to []byte, base int, s *slot) []byte {
	to = append(to, '{')
	for i, end := base, len(c.open); i < end; i++ {
		if i > base {
			to = append(to, ',')
		}
		member := c.open[i]
		if member.renamed {
			to = appendQuoted(to, c.name(member))
		} else {
			to = append(to, c.source[member.name:member.colon]...)
		}
		to = c.value(append(to, ':'), &member, s.property(c.name(member)))
	}
	return append(to, '}')
}

// enter is where the inside of an object or a list begins, and where its bracket
// stands.
func (c *canonical) enter(p *part) (at, shut int) {
	return c.space(int(p.start) + 1), int(c.spans[p.span].end) - 1
}

// behind is where the next member or element begins behind a value, or else the
// bracket stands.
func (c *canonical) behind(at int) int {
	if c.byteAt(at) != ',' {
		if at = c.space(at); c.byteAt(at) != ',' {
			return at
		}
	}
	return c.space(c.blank(at + 1))
}

// part finds the value that stands at a place; span is the one of the next object
// or list, next the one behind the value.
func (c *canonical) part(p *part, at int, span int32) (next int32) {
	p.start, p.span = int32(at), span
	switch c.data[at] {
	case '{', '[':
		p.end = c.spans[span].end
		return span + c.spans[span].inner
	case '"':
		at, p.escaped = c.text(at)
	default:
		at = c.wordEnd(at)
	}
	p.end = int32(at)
	return span
}

// text is behind a text, and tells whether it has escapes.
func (c *canonical) text(at int) (end int, escaped bool) {
	for end, _ = c.quote(at + 1); c.data[end] != '"'; end, _ = c.quote(end + 2) {
		escaped = true
	}
	return end + 1, escaped
}

// name is the name of a member.
func (c *canonical) name(p part) string {
	quoted := c.source[p.name:p.colon]
	if p.renamed {
		return unquoted(quoted)
	}
	return quoted[1 : len(quoted)-1]
}

func unquoted(text string) string {
	s := scanner{data: []byte(text), source: text}
	plain, _ := s.quoted()
	return plain
}

// sort sorts members by name: first in the order of the last object that looked
// like it, for most objects of a document stand in a list of their like.
func (c *canonical) sort(members []part) {
	if len(members) > fewTexts {
		slices.SortFunc(members, c.byName)
		return
	}
	length := len(members)
	for _, m := range members {
		length += int(m.colon - m.name)
	}
	var were [fewTexts]part
	copy(were[:], members)
	like := &c.orders[length%shapes]
	if like.count == len(members) && c.apply(like, were[:], members) {
		return
	}
	like.count = len(members)
	position := like.position[:like.count]
	for i := range position {
		position[i] = uint8(i)
	}
	slices.SortFunc(position, func(i, j uint8) int { return c.byName(were[i], were[j]) })
	c.apply(like, were[:], members)
}

// apply puts members in that order of those they were; false once the next has
// a name before the last.
func (c *canonical) apply(to *order, were, members []part) bool {
	last := ""
	for i, from := range to.position[:to.count] {
		members[i] = were[from]
		name := c.name(members[i])
		if i > 0 && last >= name {
			return false
		}
		last = name
	}
	return true
}

func (c *canonical) byName(a, b part) int { return strings.Compare(c.name(a), c.name(b)) }
