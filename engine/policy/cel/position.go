package cel

import (
	"bytes"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// position is the line and column, both from 1, of the character at offset in
// s. YAML folds, indents and quotes, so the characters of the value are found
// again one by one in the source; blanks do not count. Behind an escape in a
// double-quoted text the column may be a little off.
func (t *text) position(s scalar, offset int) (line, column int) {
	if t.lines == nil {
		for _, l := range bytes.Split(t.source, []byte("\n")) {
			t.lines = append(t.lines, []rune(string(l)))
		}
	}
	at := start(s.node)
	target := s.offset + offset
	for i, r := range []rune(s.node.Value) {
		if unicode.IsSpace(r) {
			continue
		}
		next, ok := t.find(at, r)
		if !ok {
			break
		}
		at = next
		if i >= target {
			break
		}
		at.column++
	}
	return at.line + 1, at.column + 1
}

// spot is a place in the source, counted from 0.
type spot struct{ line, column int }

func start(n *yaml.Node) spot {
	switch {
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return spot{n.Line, 0}
	case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		return spot{n.Line - 1, n.Column}
	}
	return spot{n.Line - 1, n.Column - 1}
}

// find is the first place of r at or behind at.
func (t *text) find(at spot, r rune) (spot, bool) {
	for ; at.line < len(t.lines); at.line, at.column = at.line+1, 0 {
		for line := t.lines[at.line]; at.column < len(line); at.column++ {
			if line[at.column] == r {
				return at, true
			}
		}
	}
	return at, false
}
