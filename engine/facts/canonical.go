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
}

// part is a value in the text, and its name in the object that it is a member
// of. span is the one of the value, or of the next object or list behind it.
type part struct {
	name    string
	escaped bool // the name is not in the text as it is
	start   int32
	end     int32
	span    int32
}

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
		s := scanner{data: []byte(text), source: text}
		plain, _ := s.quoted()
		c.out = appendQuoted(c.out, plain)
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
		name := c.text()
		escaped := c.at-start != len(name)+len(`""`)
		c.colon()
		var member part
		member, next = c.part(next)
		member.name, member.escaped = name, escaped
		c.open = append(c.open, member)
		c.at = int(member.end)
		c.separated()
	}
	sortByName(c.open[base:])
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
			c.out = appendQuoted(c.out, member.name)
		} else {
			c.out = append(append(append(c.out, '"'), member.name...), '"')
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

// text is quoted for a document that was looked over.
func (c *canonical) text() string {
	start := c.at + 1
	length := strings.IndexByte(c.source[start:], '"')
	text := c.source[start : start+length]
	if strings.IndexByte(text, '\\') >= 0 {
		text, _ = c.quoted()
		return text
	}
	c.at = start + length + 1
	return text
}

func sortByName(members []part) {
	byName := func(a, b part) int { return strings.Compare(a.name, b.name) }
	if !slices.IsSortedFunc(members, byName) {
		slices.SortFunc(members, byName)
	}
}
