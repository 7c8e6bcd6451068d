package message

import (
	"strconv"
	"strings"
)

// plainTexts reads an entry of the catalogue whose texts each stand in one
// line or in a literal block, as nearly all do, without a YAML parser; ok is
// false for any other. Check holds what it reads against YAML.
func plainTexts(source string) (texts map[Lang]string, ok bool) {
	head, rest, _ := strings.Cut(source, "\n")
	if !strings.HasSuffix(head, ":") {
		return nil, false
	}
	texts = map[Lang]string{}
	for rest != "" {
		var line, text string
		line, rest, _ = strings.Cut(rest, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		lang, written, found := strings.Cut(line, ": ")
		if len(lang) != len("  zh") || lang[:2] != "  " || lang[2] == ' ' || !found {
			return nil, false
		}
		if written == "|-" {
			text, rest, ok = blockText(rest)
		} else {
			text, ok = plainText(written)
		}
		if !ok {
			return nil, false
		}
		texts[Lang(lang[2:])] = text
	}
	return texts, true
}

// blockText is what a literal block says that begins here, in lines indented by
// four spaces or more, and what stands after it.
func blockText(source string) (text, rest string, ok bool) {
	const indent = "    "
	var b strings.Builder
	for source != "" {
		line, after, _ := strings.Cut(source, "\n")
		inside, indented := strings.CutPrefix(line, indent)
		if line != "" && !indented {
			break
		}
		if b.Len() == 0 && (inside == "" || inside[0] == ' ') {
			return "", "", false // YAML finds the indentation from a line like that
		}
		b.WriteString(inside)
		b.WriteByte('\n')
		source = after
	}
	return strings.TrimRight(b.String(), "\n"), source, b.Len() > 0
}

// plainText is what a scalar says that stands in one line: in quotes, or
// without anything that YAML takes for a sign.
func plainText(written string) (text string, ok bool) {
	if written == "" {
		return "", false
	}
	if written[0] == '"' {
		text, err := strconv.Unquote(written)
		return text, err == nil
	}
	if inside, quoted := strings.CutPrefix(written, "'"); quoted {
		text, ok := strings.CutSuffix(inside, "'")
		return text, ok && !strings.Contains(text, "'")
	}
	const signs = "?:,[]{}#&*!|>%@`~ "
	switch {
	case strings.IndexByte(signs, written[0]) >= 0, strings.HasPrefix(written, "- "), written == "-", written == "---",
		strings.Contains(written, ": "), strings.Contains(written, " #"),
		strings.HasSuffix(written, ":"), strings.HasSuffix(written, " "),
		strings.EqualFold(written, "null"):
		return "", false
	}
	return written, true
}
