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
	open  []part // members of the objects that it is in
	out   []byte // what is not hashed yet
	sum   hash.Hash

	orders [shapes]order
}

// part is where a value stands in the text, and the name that it has in an
// object. It has no pointers, so that sorting parts costs little.
type part struct {
	name, colon int32 // the name in its quotes: from its first to behind its last
	start, end  int32
	span        int32 // of the value; of a scalar, the one of the next object or list
	escaped     bool  // the name is not in the text as it is
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
		open: make([]part, 0, nodeSlab), out: make([]byte, 0, hashed+hashed/4), sum: sha256.New(),
	}
	c.value(part{start: n.Offset, end: n.below.last, span: n.below.span})
	c.sum.Write(c.out)
	return digestText(c.sum.Sum(c.out[:0]))
}

func (c *canonical) value(p part) {
	switch c.data[p.start] {
	case '{':
		c.object(p)
	case '[':
		c.list(p)
	default:
		c.scalar(c.source[p.start:p.end])
	}
}

// scalar writes a scalar as it stands in the text, but for escapes that a text
// does not need.
func (c *canonical) scalar(text string) {
	if text[0] == '"' && strings.IndexByte(text, '\\') >= 0 {
		c.out = appendQuoted(c.out, unquoted(text))
	} else {
		c.out = append(c.out, text...)
	}
	if len(c.out) > hashed {
		c.sum.Write(c.out)
		c.out = c.out[:0]
	}
}

func (c *canonical) list(p part) {
	c.out = append(c.out, '[')
	shut := c.enter(p)
	for next := p.span + 1; c.at < shut; {
		var element part
		element, next = c.part(next)
		c.value(element)
		c.at = int(element.end)
		if c.separated() {
			c.out = append(c.out, ',')
		}
	}
	c.out = append(c.out, ']')
}

func (c *canonical) object(p part) {
	base := len(c.open)
	shut := c.enter(p)
	for next := p.span + 1; c.at < shut; {
		start := c.at
		escaped, quoted := c.text(), int32(c.at)
		c.colon()
		var member part
		member, next = c.part(next)
		member.name, member.colon, member.escaped = int32(start), quoted, escaped
		c.open = append(c.open, member)
		c.at = int(member.end)
		c.separated()
	}
	c.sort(c.open[base:])
	c.members(base)
	c.open = c.open[:base]
}

// members writes the members that are open from base on.
func (c *canonical) members(base int) {
	c.out = append(c.out, '{')
	for i, end := base, len(c.open); i < end; i++ {
		if i > base {
			c.out = append(c.out, ',')
		}
		member := c.open[i]
		if member.escaped {
			c.out = appendQuoted(c.out, c.name(member))
		} else {
			c.out = append(c.out, c.source[member.name:member.colon]...)
		}
		c.out = append(c.out, ':')
		c.value(member)
	}
	c.out = append(c.out, '}')
}

// enter moves into an object or a list; shut is where its bracket stands.
func (c *canonical) enter(p part) (shut int) {
	c.at = int(p.start) + 1
	c.skip()
	return int(c.spans[p.span].end) - 1
}

// separated moves to the next member or element, if there is one.
func (c *canonical) separated() bool {
	c.skip()
	return c.take(',')
}

// part is the value that stands here; span is the one of the next object or
// list, next the one behind the value.
func (c *canonical) part(span int32) (p part, next int32) {
	p = part{start: int32(c.at), span: span}
	switch c.peek() {
	case '{', '[':
		p.end = c.spans[span].end
		return p, span + c.spans[span].inner
	case '"':
		c.text()
	default:
		for c.at < len(c.data) && !endsWord(c.data[c.at]) {
			c.at++
		}
	}
	p.end = int32(c.at)
	return p, span
}

func endsWord(b byte) bool { return b == ',' || b == '}' || b == ']' || isSpace(b) }

// text moves behind a text; escaped tells that it has escapes.
func (c *canonical) text() (escaped bool) {
	start := c.at + 1
	length := strings.IndexByte(c.source[start:], '"')
	if strings.IndexByte(c.source[start:start+length], '\\') >= 0 {
		c.quoted()
		return true
	}
	c.at = start + length + 1
	return false
}

// name is the name of a member.
func (c *canonical) name(p part) string {
	quoted := c.source[p.name:p.colon]
	if p.escaped {
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
