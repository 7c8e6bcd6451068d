package message

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text is m in the language. What is put in for a placeholder is not looked
// at for placeholders again, and control characters in it are made visible, so
// that nothing read from a file can forge lines or steer a terminal.
//
// Text never fails: for an unknown id it is the id and the arguments, and a
// placeholder without an argument stays, with the id and the arguments after
// the sentence.
func (c *Catalogue) Text(lang Lang, m Message) string {
	t, ok := c.find(m.ID, lang)
	if !ok {
		return c.bare(lang, m)
	}
	if len(t) == 1 {
		return t[0].literal
	}
	var room [usualText]byte
	return string(c.fill(room[:0], lang, t, m))
}

// usualText is how many bytes most sentences have at most.
const usualText = 256

// Say is the text of New(id, pairs...).
func (c *Catalogue) Say(lang Lang, id string, pairs ...any) string {
	var room [8]Arg
	return c.Text(lang, Message{ID: id, Args: appendArgs(room[:0], pairs)})
}

// fill appends a template with the arguments of m in it.
func (c *Catalogue) fill(to []byte, lang Lang, t template, m Message) []byte {
	complete := true
	for _, s := range t {
		to = append(to, s.literal...)
		if s.name == "" {
			continue
		}
		if value, ok := m.arg(s.name); ok {
			to = append(to, c.value(lang, value)...)
		} else {
			to, complete = append(append(append(to, '{'), s.name...), '}'), false
		}
	}
	if !complete {
		to = append(append(to, ' '), c.bare(lang, m)...)
	}
	return to
}

// bare is the id and the arguments: [facts.unknown pointer=/a].
func (c *Catalogue) bare(lang Lang, m Message) string {
	text := "[" + visible(m.ID)
	for _, a := range m.Args {
		text += " " + visible(a.Name) + "=" + c.value(lang, a.Value)
	}
	return text + "]"
}

func (m Message) arg(name string) (value any, ok bool) {
	for _, a := range m.Args {
		if a.Name == name {
			return a.Value, true
		}
	}
	return nil, false
}

// value is an argument as text.
func (c *Catalogue) value(lang Lang, value any) string {
	switch v := value.(type) {
	case string:
		return visible(v)
	case int:
		return strconv.Itoa(v)
	case Message:
		return c.Text(lang, v)
	case Problem:
		return c.Problem(lang, v)
	case Problems:
		return v.text(c, lang)
	case []Message:
		words := make([]string, len(v))
		for i, m := range v {
			words[i] = c.Text(lang, m)
		}
		return lang.enumerate(words)
	case []string:
		return visible(lang.enumerate(v))
	}
	return visible(fmt.Sprint(value))
}

// visible writes control and direction characters as Go escapes, such as \n
// and \u202e.
func visible(text string) string {
	if !Steers(text) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if steers(r) {
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Steers tells whether a text holds control characters, or such as turn the
// reading direction or end a line. It looks at eight bytes at a time.
func Steers(text string) bool {
	i := 0
	for ; i+8 <= len(text); i += 8 {
		part := text[i : i+8]
		word := uint64(part[0]) | uint64(part[1])<<8 | uint64(part[2])<<16 | uint64(part[3])<<24 |
			uint64(part[4])<<32 | uint64(part[5])<<40 | uint64(part[6])<<48 | uint64(part[7])<<56
		if suspicious(word) && steersBefore(text[i:], 8) {
			return true
		}
	}
	return steersBefore(text[i:], len(text)-i)
}

// steersBefore tells whether a character that steers begins in the first so many
// bytes.
func steersBefore(text string, end int) bool {
	for i := range end {
		switch c := text[i]; {
		case c < ' ' || c == 0x7f:
			return true
		case c == 0xc2 || c == 0xd8 || c == 0xe2: // the first byte of all others that do
			if r, _ := utf8.DecodeRuneInString(text[i:]); steers(r) {
				return true
			}
		}
	}
	return false
}

// suspicious tells that any of the bytes of a word begins a character that may
// steer.
func suspicious(word uint64) bool {
	const each = 0x0101010101010101
	found := (word - each*' ') &^ word // below the space
	for _, c := range [...]uint64{0x7f, 0xc2, 0xd8, 0xe2} {
		other := word ^ each*c
		found |= (other - each) &^ other
	}
	return found&(each*0x80) != 0
}

func steers(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
}
