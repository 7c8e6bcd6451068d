package facts

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode"

	"rubric/engine/message"
)

// otherPattern says that a text is not written as its place asks, by an example
// rather than by the regular expression: the schema's own, else one made from a
// pattern that is simple enough.
func (s *Schema) otherPattern(text string) message.Message {
	like := s.example
	if like == "" || !s.pattern.MatchString(like) {
		like = written(s.Pattern)
	}
	switch {
	case like == "" || !s.pattern.MatchString(like):
		return message.New("facts.pattern", "label", s.Label(), "value", clip(text), "pattern", s.Pattern)
	case onlyDigits.MatchString(s.Pattern):
		return message.New("facts.pattern_digits", "label", s.Label(), "value", clip(text), "count", len(like), "example", like)
	}
	return message.New("facts.pattern_like", "label", s.Label(), "value", clip(text), "example", like)
}

// onlyDigits is a pattern for so many digits.
var onlyDigits = regexp.MustCompile(`^\^(\[0-9\]|\\d)\{[0-9]+\}\$$`)

// written is a text that a pattern for whole texts describes, "" for one that is
// not simple.
func written(pattern string) string {
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil || !strings.HasPrefix(pattern, "^") || !strings.HasSuffix(pattern, "$") {
		return ""
	}
	text, ok := spelled(tree.Simplify())
	if !ok {
		return ""
	}
	return dated(text)
}

// digit stands for any digit in a text that is spelled.
const digit = '\x00'

// spelled is the shortest text of a pattern.
func spelled(re *syntax.Regexp) (string, bool) {
	switch re.Op {
	case syntax.OpBeginText, syntax.OpEndText, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpEmptyMatch, syntax.OpStar, syntax.OpQuest:
		return "", true
	case syntax.OpLiteral:
		return string(re.Rune), true
	case syntax.OpCharClass:
		if len(re.Rune) == 2 && re.Rune[0] == '0' && re.Rune[1] == '9' {
			return string(digit), true
		}
		return string(re.Rune[:1]), len(re.Rune) > 0 && unicode.IsGraphic(re.Rune[0])
	case syntax.OpCapture, syntax.OpPlus, syntax.OpAlternate:
		return spelled(re.Sub[0])
	case syntax.OpConcat:
		var all strings.Builder
		for _, sub := range re.Sub {
			text, ok := spelled(sub)
			if !ok {
				return "", false
			}
			all.WriteString(text)
		}
		return all.String(), true
	}
	return "", false
}

// dated fills in digits: four are a year, two a month or a day, others count.
func dated(text string) string {
	var out strings.Builder
	for rest := text; rest != ""; {
		n := len(rest) - len(strings.TrimLeft(rest, string(digit)))
		switch {
		case n == 0:
			out.WriteByte(rest[0])
			rest = rest[1:]
			continue
		case n == 4:
			out.WriteString("2023")
		case n == 2:
			out.WriteString("01")
		default:
			for i := range n {
				out.WriteByte(byte('0' + (i+1)%10))
			}
		}
		rest = rest[n:]
	}
	return out.String()
}
