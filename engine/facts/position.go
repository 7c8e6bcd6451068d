package facts

import (
	"bytes"
	"cmp"
	"slices"
	"unicode/utf8"

	"rubric/engine/message"
)

// Position is the line and column of n in the source, both from 1. A column is
// one character, however many bytes it takes.
func (d *Document) Position(n *Node) (line, column int) { return position(d.Source, int(n.Offset)) }

func position(source []byte, offset int) (line, column int) {
	c := cursor{source: source, line: 1, column: 1}
	c.advance(offset)
	return c.line, c.column
}

// cursor turns ascending byte offsets into lines and columns in one pass.
type cursor struct {
	source               []byte
	offset, line, column int
}

func (c *cursor) advance(offset int) {
	passed := c.source[c.offset:min(offset, len(c.source))]
	c.offset += len(passed)
	if newlines := bytes.Count(passed, []byte{'\n'}); newlines > 0 {
		c.line += newlines
		c.column = 1
		passed = passed[bytes.LastIndexByte(passed, '\n')+1:]
	}
	c.column += utf8.RuneCount(passed)
}

// report collects problems by their byte offset in one source.
type report struct {
	file   string
	source []byte
	found  []located
}

type located struct {
	offset  int
	pointer string
	message message.Message
}

func (r *report) add(offset int, pointer string, m message.Message) {
	r.found = append(r.found, located{offset, pointer, m})
}

// err is what was found as message.Problems in the order of the source, nil if
// nothing was. What was found twice at one place, as in a definition that is
// used twice, stands once.
func (r *report) err() error {
	slices.SortStableFunc(r.found, func(a, b located) int { return cmp.Compare(a.offset, b.offset) })
	found := slices.CompactFunc(r.found, located.same)
	c := cursor{source: r.source, line: 1, column: 1}
	var problems message.Problems
	for _, f := range found {
		c.advance(f.offset)
		problems.Add(message.Problem{File: r.file, Line: c.line, Column: c.column, Pointer: f.pointer, Message: f.message})
	}
	return problems.Err()
}

func (f located) same(g located) bool {
	return f.offset == g.offset && f.message.ID == g.message.ID && slices.EqualFunc(f.message.Args, g.message.Args, sameArg)
}

func sameArg(a, b message.Arg) bool {
	x, isText := a.Value.(string)
	y, areText := b.Value.(string)
	return a.Name == b.Name && isText == areText && x == y
}

// clip shortens what a file contains to what a sentence can hold.
func clip(text string) string {
	const most = 60
	count := 0
	for i := range text {
		if count == most {
			return text[:i] + "…"
		}
		count++
	}
	return text
}
