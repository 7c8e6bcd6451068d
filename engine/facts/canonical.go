package facts

import (
	"crypto/sha256"
	"hash"
	"slices"
	"strings"
)

// canonical hashes a document that was looked over in canonical form, straight
// from its text: most of a document never becomes nodes.
type canonical struct {
	scanner
	spans []span
	open  []part  // members of the objects that it is in
	where []int32 // where in open the properties of those objects stand, -1 for nowhere
	out   []byte  // what is not hashed yet
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
		open: make([]part, 0, nodeSlab), where: make([]int32, 0, nodeSlab), out: make([]byte, 0, hashed+hashed/4), sum: sha256.New(),
	}
	c.value(part{start: n.Offset, end: n.below.last, span: n.below.span}, n.Schema)
	c.sum.Write(c.out)
	return digestText(c.sum.Sum(c.out[:0]))
}

// value writes what stands at p; s is its place, nil if nobody knows.
func (c *canonical) value(p part, s *Schema) {
	switch c.data[p.start] {
	case '{':
		if s == nil || !c.known(p, s) {
			c.object(p, s)
		}
	case '[':
		c.list(p, s)
	default:
		c.scalar(p)
	}
}

// scalar writes a scalar as it stands in the text, but for escapes that a text
// does not need.
func (c *canonical) scalar(p part) {
	if p.escaped {
		c.out = appendQuoted(c.out, unquoted(c.source[p.start:p.end]))
	} else {
		c.out = append(c.out, c.source[p.start:p.end]...)
	}
	if len(c.out) > hashed {
		c.sum.Write(c.out)
		c.out = c.out[:0]
	}
}

func (c *canonical) list(p part, s *Schema) {
	var items *Schema
	if s != nil {
		items = s.Items
	}
	c.out = append(c.out, '[')
	at, shut := c.enter(p)
	for next := p.span + 1; at < shut; {
		var element part
		element, next = c.part(at, next)
		c.value(element, items)
		if at = c.behind(element); at < shut {
			c.out = append(c.out, ',')
		}
	}
	c.out = append(c.out, ']')
}

// known writes an object whose members stand in the order of the schema, as they
// do in most: so it knows their names. It is false where they do not.
func (c *canonical) known(p part, s *Schema) bool {
	open, where := len(c.open), len(c.where)
	inOrder := c.inOrder(p, s)
	if inOrder {
		c.properties(s, where)
	}
	c.open, c.where = c.open[:open], c.where[:where]
	return inOrder
}

// inOrder finds the members of an object that stand in the order of the schema.
func (c *canonical) inOrder(p part, s *Schema) bool {
	at, shut := c.enter(p)
	property := 0
	for next := p.span + 1; at < shut; property++ {
		for property < len(s.Properties) && !strings.HasPrefix(c.source[at:], s.Properties[property].quoted) {
			c.where = append(c.where, -1)
			property++
		}
		if property == len(s.Properties) {
			return false
		}
		at = c.space(c.space(at+len(s.Properties[property].quoted)) + 1)
		var member part
		member, next = c.part(at, next)
		c.where = append(c.where, int32(len(c.open)))
		c.open = append(c.open, member)
		at = c.behind(member)
	}
	for ; property < len(s.Properties); property++ {
		c.where = append(c.where, -1)
	}
	return true
}

// properties writes the members of an object at s; from base on stands where they
// are.
func (c *canonical) properties(s *Schema, base int) {
	before := byte('{')
	for _, p := range s.byName {
		at := c.where[base+p.index]
		if at < 0 {
			continue
		}
		c.out = append(append(append(c.out, before), p.quoted...), ':')
		c.value(c.open[at], p)
		before = ','
	}
	if before == '{' {
		c.out = append(c.out, before)
	}
	c.out = append(c.out, '}')
}

func (c *canonical) object(p part, s *Schema) {
	base := len(c.open)
	at, shut := c.enter(p)
	for next := p.span + 1; at < shut; {
		end, escaped := c.text(at)
		var member part
		member, next = c.part(c.space(c.space(end)+1), next)
		member.name, member.colon, member.renamed = int32(at), int32(end), escaped
		c.open = append(c.open, member)
		at = c.behind(member)
	}
	c.sort(c.open[base:])
	c.members(base, s)
	c.open = c.open[:base]
}

// members writes the members that are open from base on, of an object at s.
func (c *canonical) members(base int, s *Schema) {
	c.out = append(c.out, '{')
	for i, end := base, len(c.open); i < end; i++ {
		if i > base {
			c.out = append(c.out, ',')
		}
		member := c.open[i]
		if member.renamed {
			c.out = appendQuoted(c.out, c.name(member))
		} else {
			c.out = append(c.out, c.source[member.name:member.colon]...)
		}
		c.out = append(c.out, ':')
		var place *Schema
		if s != nil {
			place = s.Property(c.name(member))
		}
		c.value(member, place)
	}
	c.out = append(c.out, '}')
}

// enter is where the inside of an object or a list begins, and where its bracket
// stands.
func (c *canonical) enter(p part) (at, shut int) {
	return c.space(int(p.start) + 1), int(c.spans[p.span].end) - 1
}

// behind is where the next member or element begins, or else the bracket stands.
func (c *canonical) behind(p part) int {
	at := c.space(int(p.end))
	if c.byteAt(at) == ',' {
		return c.space(at + 1)
	}
	return at
}

// part is the value that stands at a place; span is the one of the next object or
// list, next the one behind the value.
func (c *canonical) part(at int, span int32) (p part, next int32) {
	p = part{start: int32(at), span: span}
	switch c.data[at] {
	case '{', '[':
		p.end = c.spans[span].end
		return p, span + c.spans[span].inner
	case '"':
		at, p.escaped = c.text(at)
	default:
		for at < len(c.data) && !endsWord(c.data[at]) {
			at++
		}
	}
	p.end = int32(at)
	return p, span
}

func endsWord(b byte) bool { return b == ',' || b == '}' || b == ']' || isSpace(b) }

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
