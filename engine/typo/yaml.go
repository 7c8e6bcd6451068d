package typo

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"rubric/engine/message"
)

// Place is where a slip stands. Column is 0 where only the line is known.
type Place struct{ Line, Column int }

// YAML says why the YAML library refused a file with err, and where: the
// library's own line is often that of something that began before.
func YAML(source []byte, err error) (Place, message.Message) {
	if !utf8.Valid(source) {
		return notUTF8(source), message.New("facts.not_utf8")
	}
	line, detail := said(err)
	d := &diagnosis{lines: strings.Split(string(source), "\n"), detail: detail}
	d.line = d.broken(line)
	for _, look := range []func() bool{d.tab, d.wide, d.bySentence} {
		if look() {
			return Place{d.line, d.column}, d.message
		}
	}
	return Place{d.line, 0}, message.New("facts.yaml_syntax", "detail", detail)
}

// notUTF8 is the line of the first byte that no text has.
func notUTF8(source []byte) Place {
	at := 0
	for at < len(source) {
		r, size := utf8.DecodeRune(source[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return Place{Line: bytes.Count(source[:at], []byte{'\n'}) + 1}
}

var lineOfError = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?`)

// said is the line that the library names, and the rest of its sentence.
func said(err error) (line int, detail string) {
	line, detail = 1, err.Error()
	at := lineOfError.FindStringSubmatch(detail)
	if n, err := strconv.Atoi(at[1]); err == nil {
		line = n
	}
	return line, detail[len(at[0]):]
}

// diagnosis is a file that is no YAML, being looked at.
type diagnosis struct {
	lines  []string
	detail string // the library's sentence

	line    int // from 1
	column  int
	message message.Message
}

// window is how far from the library's line the true one is looked for.
const window = 200

// broken is the line without which, and without all behind it, the file is YAML.
func (d *diagnosis) broken(reported int) int {
	last := min(len(d.lines), reported+window)
	for n := last; n > max(0, reported-window); n-- {
		if readable(strings.Join(d.lines[:n-1], "\n")) {
			return n
		}
	}
	return min(reported, len(d.lines))
}

func readable(text string) bool {
	var n yaml.Node
	err := yaml.NewDecoder(strings.NewReader(text)).Decode(&n)
	return err == nil || errors.Is(err, io.EOF)
}

func (d *diagnosis) found(line, column int, id string, pairs ...any) bool {
	d.line, d.column, d.message = line, column, message.New(id, pairs...)
	return true
}

// text is a line, "" beyond the file.
func (d *diagnosis) text(line int) string {
	if line < 1 || line > len(d.lines) {
		return ""
	}
	return strings.TrimSuffix(d.lines[line-1], "\r")
}

var indentedByTab = regexp.MustCompile(`^ *\t`)

func (d *diagnosis) tab() bool {
	for _, line := range []int{d.line, d.line - 1} {
		if at := indentedByTab.FindString(d.text(line)); at != "" {
			return d.found(line, len(at), "typo.tab")
		}
	}
	return false
}

// lookBack is how many lines before the broken one may be to blame: a key
// without its colon runs on into the next lines.
const lookBack = 3

var (
	wideColon = regexp.MustCompile(`^(\s*(?:- +)?(?:\{ *)?"?[A-Za-z_/][\w/.\-]*"?)：`)
	wideFlow  = regexp.MustCompile(`[｛｝［］]|，\s*["A-Za-z_/][\w/.\-]*"?\s*[:：]|[{,]\s*[A-Za-z_/][\w/.\-]*：`)
	quoted    = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'`)
)

// wide is punctuation of a Chinese keyboard where that of YAML should stand.
func (d *diagnosis) wide() bool {
	for line := d.line; line > d.line-lookBack; line-- {
		text := blank(d.text(line))
		if at := wideColon.FindStringSubmatch(text); at != nil {
			return d.found(line, utf8.RuneCountInString(at[1])+1, "typo.full_width", "found", "：", "want", ": ")
		}
		if at := wideFlow.FindStringIndex(text); at != nil && strings.ContainsAny(text, "{[｛［") {
			start := at[0] + strings.IndexFunc(text[at[0]:], func(r rune) bool { return strings.ContainsRune("｛｝［］，：", r) })
			r, _ := utf8.DecodeRuneInString(text[start:])
			return d.found(line, utf8.RuneCountInString(text[:start])+1, "typo.full_width", "found", string(r), "want", halfWidth(r)+space(r))
		}
	}
	return false
}

// space is what YAML wants behind a separator.
func space(r rune) string {
	if r == '：' || r == '，' {
		return " "
	}
	return ""
}

// blank is a line with what stands in quotation marks crossed out, as long as
// before.
func blank(line string) string {
	return quoted.ReplaceAllStringFunc(line, func(text string) string {
		return strings.Map(func(r rune) rune {
			if r == '：' || r == '，' || r == '｛' || r == '｝' || r == '［' || r == '］' {
				return '？' // as wide, in bytes too
			}
			return r
		}, text)
	})
}

// bySentence puts the library's sentence into words for people.
func (d *diagnosis) bySentence() bool {
	says := func(parts ...string) bool {
		for _, part := range parts {
			if strings.Contains(d.detail, part) {
				return true
			}
		}
		return false
	}
	switch {
	case d.noSpace():
		return true
	case says("tab character"):
		return d.found(d.line, 0, "typo.tab")
	case says("mapping values are not allowed"):
		return d.mappingValue()
	case says("cannot start any token", "alias", "anchor", "tag", "alphabetic or numeric"):
		return d.sign()
	case says("could not find expected ':'"):
		return d.found(d.line, 0, "typo.yaml_no_colon")
	case says("',' or", "node content") && d.unclosed():
		return d.found(d.line, 0, "typo.yaml_unclosed")
	case says("',' or"):
		return d.found(d.line, 0, "typo.yaml_flow")
	case says("unexpected end of stream", "unexpected document indicator"):
		return d.found(d.line, 0, "typo.yaml_unclosed")
	case says("escape character"):
		return d.found(d.line, 0, "typo.yaml_escape")
	case says("expected key", "'-' indicator", "are not allowed in this context", "node content"):
		return d.found(d.line, indentOf(d.text(d.line))+1, "typo.yaml_indent")
	}
	return false
}

// unclosed tells whether the broken line opens more brackets than it closes.
func (d *diagnosis) unclosed() bool {
	text := quoted.ReplaceAllString(d.text(d.line), "")
	return strings.Count(text, "[")+strings.Count(text, "{") > strings.Count(text, "]")+strings.Count(text, "}")
}

var colonWithoutSpace = regexp.MustCompile(`^\s*(?:- +)?([A-Za-z_][\w\-]*):[^\s:/]`)

// noSpace is a key whose colon has no space behind it.
func (d *diagnosis) noSpace() bool {
	for line := d.line; line > d.line-lookBack; line-- {
		if at := colonWithoutSpace.FindStringSubmatchIndex(d.text(line)); at != nil {
			key := d.text(line)[at[2]:at[3]]
			return d.found(line, utf8.RuneCountInString(d.text(line)[:at[3]])+1, "typo.yaml_colon_space", "key", key)
		}
	}
	return false
}

// mappingValue is a colon where none can be: the line is deeper than the one
// above, which has a value already, or the value itself holds a colon.
func (d *diagnosis) mappingValue() bool {
	text, above := d.text(d.line), d.above()
	deeper := indentOf(text) > indentOf(d.text(above)) && above > 0
	if _, value, _ := strings.Cut(text, ": "); !deeper && strings.Contains(value, ": ") {
		start := len(text) - len(value)
		column := utf8.RuneCountInString(text[:start+strings.Index(value, ": ")]) + 1
		return d.found(d.line, column, "typo.yaml_colon_in_text")
	}
	return d.found(d.line, indentOf(text)+1, "typo.yaml_deeper", "above", above)
}

// above is the line before the broken one that is not empty, 0 for none.
func (d *diagnosis) above() int {
	for line := d.line - 1; line > 0; line-- {
		if strings.TrimSpace(d.text(line)) != "" {
			return line
		}
	}
	return 0
}

func indentOf(text string) int { return len(text) - len(strings.TrimLeft(text, " ")) }

var signAtStart = regexp.MustCompile("(?:^\\s*|: +|- +|[\\[{,] *)([%@`*&!|>])")

// sign is a value that begins with a character that YAML keeps for itself.
func (d *diagnosis) sign() bool {
	text := d.text(d.line)
	at := signAtStart.FindStringSubmatchIndex(text)
	if at == nil {
		return false
	}
	return d.found(d.line, utf8.RuneCountInString(text[:at[2]])+1, "typo.yaml_sign", "found", text[at[2]:at[3]])
}
