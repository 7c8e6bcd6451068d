package report

import (
	"io"
	"strconv"
	"strings"

	"rubric/engine/lint"
)

// Findings writes what the check of a framework found, each as its sentence, the
// line it is about with a caret below the place, and the name of the rule.
func Findings(w io.Writer, found []lint.Finding, words Words, width int) error {
	for _, f := range found {
		text := words.Catalogue.Problem(words.Lang, f.Problem) + "\n" + excerpt(f, words, width)
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
	}
	return nil
}

// excerpt is the source line and the caret line of a finding; the rule alone
// where there is no line.
func excerpt(f lint.Finding, words Words, columns int) string {
	name := words.say("report.severity_"+string(f.Severity)) + " " + f.Rule
	source := strings.TrimRight(f.Source, " \t\r")
	if strings.TrimSpace(source) == "" {
		return "    " + name + "\n"
	}
	number := strconv.Itoa(f.Line)
	margin := pad("", len(number)+2)
	line, at := window(source, max(f.Column, 1)-1, columns-len(number)-6)
	caret := margin + " | " + pad("", at) + "^"
	if room := columns - width(caret); room > width(name) {
		return "  " + number + " | " + line + "\n" + caret + " " + name + "\n"
	}
	return "  " + number + " | " + line + "\n" + caret + "\n" + margin + " | " + name + "\n"
}

// window cuts a line to the columns there are, so that the character at offset
// is in it, and tells in which column that character then stands. Tabs become
// spaces, and the indentation goes.
func window(source string, offset, columns int) (line string, at int) {
	runes := []rune(source)
	offset = min(offset, len(runes))
	before := strings.TrimLeft(clean(strings.ReplaceAll(string(runes[:offset]), "\t", "  ")), " ")
	after := clean(strings.ReplaceAll(string(runes[offset:]), "\t", "  "))
	if most := columns * 2 / 3; width(before) > most {
		before = "…" + suffix(before, most-1)
	}
	at = width(before)
	if room := columns - at; width(after) > room {
		after = prefix(after, max(room-1, 1)) + "…"
	}
	return before + after, at
}

// suffix is the longest end of text that fits.
func suffix(text string, columns int) string {
	for i := range text {
		if width(text[i:]) <= columns {
			return text[i:]
		}
	}
	return ""
}

// findingJSON is a finding as JSON has it.
type findingJSON struct {
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Pointer  string `json:"pointer"`
	Message  string `json:"message"`
	Source   string `json:"source"`
}

// FindingsForJSON are findings as they stand in a JSON document: rule, severity,
// file, line and column from 1 (0 where unknown), pointer, message, source.
func FindingsForJSON(found []lint.Finding, words Words) any {
	all := []findingJSON{}
	for _, f := range found {
		all = append(all, findingJSON{f.Rule, string(f.Severity), f.File, f.Line, f.Column, f.Pointer,
			words.Catalogue.Text(words.Lang, f.Message), f.Source})
	}
	return all
}

// RulePage writes the page of a rule of the check, wrapped.
func RulePage(w io.Writer, rule string, words Words, width int) error {
	p := newPage(width)
	code := false
	for _, line := range strings.Split(strings.TrimRight(lint.Page(rule, words.Lang), "\n"), "\n") {
		if strings.HasPrefix(line, "```") {
			code = !code
		}
		if code || strings.HasPrefix(line, "```") {
			p.line(strings.ReplaceAll(line, "\t", "  "))
			continue
		}
		p.hang(0, "", line, 0)
	}
	return p.to(w)
}

// RuleList writes the names, severities and purposes of all rules of the check.
func RuleList(w io.Writer, words Words, width int) error {
	longest := 0
	for _, r := range lint.Rules() {
		longest = max(longest, len(r.Name))
	}
	p := newPage(width)
	for _, r := range lint.Rules() {
		severity := pad(words.say("report.severity_"+string(r.Severity)), 8)
		p.hang(0, pad(r.Name, longest+2)+severity, lint.Summary(r.Name, words.Lang), longest+10)
	}
	return p.to(w)
}
