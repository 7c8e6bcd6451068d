package cel

import (
	"strings"

	"rubric/engine/message"
)

// part is a piece of a template: literal text or, if expression is present, a
// CEL expression.
type part struct {
	literal    string
	expression scalar
}

// parts takes a template apart: literal text with {expression} in it; "{{"
// and "}}" stand for a brace. Braces and quoted text inside an expression are
// respected, so {m["}"]} is one part.
func (t *text) parts(s scalar) []part {
	var parts []part
	var literal strings.Builder
	flush := func() {
		if literal.Len() > 0 {
			parts = append(parts, part{literal: literal.String()})
			literal.Reset()
		}
	}
	runes := []rune(s.text)
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		doubled := i+1 < len(runes) && runes[i+1] == r
		switch {
		case (r == '{' || r == '}') && doubled:
			literal.WriteRune(r)
			i++
		case r == '}':
			t.wrongAt(s, i, message.New("cel.stray_brace"))
			return nil
		case r != '{':
			literal.WriteRune(r)
		default:
			end := closing(runes, i+1)
			if end < 0 {
				t.wrongAt(s, i, message.New("cel.open_brace"))
				return nil
			}
			code := string(runes[i+1 : end])
			if strings.TrimSpace(code) == "" {
				t.wrongAt(s, i, message.New("cel.empty_braces"))
				return nil
			}
			flush()
			parts = append(parts, part{expression: scalar{s.node, code, s.offset + i + 1}})
			i = end
		}
	}
	flush()
	return parts
}

// closing is the index of the brace that ends the expression at from, -1 if
// there is none.
func closing(runes []rune, from int) int {
	depth := 0
	var quote rune
	for i := from; i < len(runes); i++ {
		switch r := runes[i]; {
		case quote != 0:
			if r == '\\' {
				i++
			} else if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'':
			quote = r
		case r == '{':
			depth++
		case r == '}' && depth == 0:
			return i
		case r == '}':
			depth--
		}
	}
	return -1
}
