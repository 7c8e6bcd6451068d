package facts

import (
	"strings"
	"unicode/utf8"

	"rubric/engine/message"
)

// explainSyntax says what is wrong with JSON that the decoder refused at
// offset, by the usual mistakes of people who write it by hand.
func explainSyntax(source string, offset int) message.Message {
	rest := source[min(offset, len(source)):]
	before := strings.TrimRight(source[:len(source)-len(rest)], " \t\r\n")
	found, _ := utf8.DecodeRuneInString(rest)
	switch {
	case rest == "":
		return message.New("facts.truncated")
	case namesNoNumber(rest):
		return message.New("facts.no_number")
	case strings.ContainsRune("，：；“”‘’｛｝［］【】、", found):
		return message.New("facts.full_width", "found", string(found))
	case found == '\'' || found == '`':
		return message.New("facts.single_quotes")
	case found == '/' || found == '#':
		return message.New("facts.comment")
	case found == '\\':
		return message.New("facts.bad_escape", "found", clip(firstWord(rest)))
	case found < ' ':
		return message.New("facts.control_in_text")
	case found == ',':
		return message.New("facts.extra_comma")
	}
	return explainValue(before, rest, found)
}

// explainValue is explainSyntax for what is not told by its first character
// alone; before is the source up to it without the space between.
func explainValue(before, rest string, found rune) message.Message {
	switch {
	case brokenNumber(before, found):
		return message.New("facts.bad_number")
	case nameExpected(before) && endsInNumber(strings.TrimSuffix(before, ",")) && '0' <= found && found <= '9':
		return message.New("facts.thousands")
	case nameExpected(before) && found != '}' && found != ']':
		return message.New("facts.name_quotes", "found", clip(firstWord(rest)))
	case isLetter(found) || found >= utf8.RuneSelf:
		return message.New("facts.unquoted", "found", clip(firstWord(rest)))
	case strings.ContainsRune(`"{[-0123456789`, found):
		return message.New("facts.missing_separator")
	}
	return message.New("facts.unexpected", "found", string(found))
}

func namesNoNumber(rest string) bool {
	word := firstWord(strings.TrimPrefix(rest, "-"))
	return strings.EqualFold(word, "nan") || strings.EqualFold(word, "inf") || strings.EqualFold(word, "infinity")
}

// brokenNumber tells a number like +1, .5, 1., 1e or 007.
func brokenNumber(before string, found rune) bool {
	last := byte(0)
	if before != "" {
		last = before[len(before)-1]
	}
	switch {
	case found == '+' || found == '.':
		return true
	case '0' <= found && found <= '9':
		return last == '0'
	}
	return strings.IndexByte(".-+", last) >= 0 || (last == 'e' || last == 'E') && endsInExponent(before)
}

// endsInExponent tells 1e from true and false.
func endsInExponent(before string) bool {
	return len(before) > 1 && '0' <= before[len(before)-2] && before[len(before)-2] <= '9'
}

// endsInNumber tells a source that ends in a number's digit.
func endsInNumber(before string) bool {
	return before != "" && '0' <= before[len(before)-1] && before[len(before)-1] <= '9'
}

// nameExpected tells that the innermost thing open is an object and its next
// member's name is due. It looks back only as far as the last separator.
func nameExpected(before string) bool {
	if strings.HasSuffix(before, "{") {
		return true
	}
	return strings.HasSuffix(before, ",") && inObject(before)
}

// inObject tells that the innermost container open at the end of the source is
// an object. Up to there the source is sound JSON.
func inObject(source string) bool {
	var open []byte
	quoted := false
	for i := 0; i < len(source); i++ {
		switch c := source[i]; {
		case c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			open = append(open, c)
		case (c == '}' || c == ']') && len(open) > 0:
			open = open[:len(open)-1]
		}
	}
	return len(open) > 0 && open[len(open)-1] == '{'
}

func isLetter(r rune) bool { return 'a' <= r|0x20 && r|0x20 <= 'z' || r == '_' }

func firstWord(text string) string {
	if i := strings.IndexAny(text, " \t\r\n,:]}\"'"); i > 0 {
		return text[:i]
	}
	return text
}
