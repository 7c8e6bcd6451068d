package rego

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"rubric/engine/message"
)

// Globs are translated into regular expressions, which take time in proportion
// to the text; matching a glob by trying (as OPA's library does) can take
// longer than anybody waits.

// globMatch is glob.match(glob, delimiters, text): delimiters are what * and ?
// do not match, null for none, an empty array for a dot.
func globMatch(c *call, args []value) (value, *message.Message) {
	glob, s, wrong := twoTexts([]value{args[0], args[2]})
	if wrong != nil {
		return nil, wrong
	}
	delimiters, wrong := delimitersOf(args[1])
	if wrong != nil {
		return nil, wrong
	}
	if len(glob) > maxPattern {
		return nil, fault("rego.pattern_too_large", "limit", maxPattern)
	}
	text, ok := globRegexp(glob, delimiters)
	if !ok {
		return nil, fault("rego.bad_glob", "glob", clipped(glob))
	}
	p, wrong := c.pattern(text)
	if p == nil {
		return nil, wrong
	}
	return c.run(p, s), nil
}

func delimitersOf(v value) (string, *message.Message) {
	if _, none := scalar(v).(null); none {
		return "", nil
	}
	items, wrong := arrayOf(v)
	if wrong != nil {
		return "", wrong
	}
	if len(items) == 0 {
		return ".", nil
	}
	var all strings.Builder
	for _, item := range items {
		s, wrong := textOf(item)
		if wrong == nil && (utf8.RuneCountInString(s) != 1 || len(items) > maxPattern) {
			wrong = fault("rego.bad_glob_delimiter", "value", show(clipped(s)))
		}
		if wrong != nil {
			return "", wrong
		}
		all.WriteString(s)
	}
	return all.String(), nil
}

const globSpecial = `*?\[]{}`

func quoteGlob(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if strings.IndexByte(globSpecial, c) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	return b.String()
}

// globRegexp translates a glob; false if it is none. * and ? match characters
// that are no delimiters, ** all; [a-z], [abc] and [!abc] one character;
// {a,b} either pattern; \ takes the meaning off a character.
func globRegexp(glob string, delimiters string) (string, bool) {
	g := &globReader{rest: []rune(glob), one: oneExcept(delimiters)}
	if !utf8.ValidString(glob) {
		return "", false
	}
	g.out.WriteString(`\A(?:`)
	for len(g.rest) > 0 {
		if !g.next() {
			return "", false
		}
	}
	g.out.WriteString(`)\z`)
	return g.out.String(), g.depth == 0
}

// oneExcept matches one character that is none of those.
func oneExcept(delimiters string) string {
	if delimiters == "" {
		return `(?s:.)`
	}
	return "[^" + codePoints(delimiters) + "]"
}

func codePoints(s string) string {
	var b strings.Builder
	for _, r := range s {
		fmt.Fprintf(&b, `\x{%x}`, r)
	}
	return b.String()
}

type globReader struct {
	rest  []rune
	out   strings.Builder
	one   string
	depth int // of braces
}

func (g *globReader) next() bool {
	r := g.rest[0]
	g.rest = g.rest[1:]
	switch {
	case r == '\\':
		if len(g.rest) == 0 {
			return false
		}
		g.literal(g.rest[0])
		g.rest = g.rest[1:]
	case r == '*' && len(g.rest) > 0 && g.rest[0] == '*':
		g.rest = g.rest[1:]
		g.out.WriteString(`(?s:.*)`)
	case r == '*':
		g.out.WriteString(g.one + "*")
	case r == '?':
		g.out.WriteString(g.one)
	case r == '[':
		return g.class()
	case r == '{':
		g.depth++
		g.out.WriteString("(?:")
	case r == '}' && g.depth > 0:
		g.depth--
		g.out.WriteString(")")
	case r == ',' && g.depth > 0:
		g.out.WriteString("|")
	default:
		g.literal(r)
	}
	return true
}

func (g *globReader) literal(r rune) { g.out.WriteString(regexp.QuoteMeta(string(r))) }

// class reads the rest of [a-z], [abc] or, with ! first, of what is none of
// them. A range stands alone and takes its ends as they are.
func (g *globReader) class() bool {
	g.out.WriteByte('[')
	if len(g.rest) > 0 && g.rest[0] == '!' {
		g.rest = g.rest[1:]
		g.out.WriteByte('^')
	}
	if len(g.rest) > 1 && g.rest[1] == '-' {
		if len(g.rest) < 4 || g.rest[3] != ']' || g.rest[2] < g.rest[0] {
			return false
		}
		fmt.Fprintf(&g.out, `\x{%x}-\x{%x}]`, g.rest[0], g.rest[2])
		g.rest = g.rest[4:]
		return true
	}
	var members []rune
	for i := 0; i < len(g.rest); i++ {
		switch {
		case g.rest[i] == '\\' && i+1 < len(g.rest):
			i++
			members = append(members, g.rest[i])
		case g.rest[i] == ']':
			g.out.WriteString(codePoints(string(members)) + "]")
			g.rest = g.rest[i+1:]
			return len(members) > 0
		default:
			members = append(members, g.rest[i])
		}
	}
	return false
}
