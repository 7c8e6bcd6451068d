package report

import (
	"io"
	"slices"
	"strings"

	"rubric/engine/diff"
	"rubric/engine/number"
)

// DiffJSON writes what changed between two versions in the published form.
func DiffJSON(w io.Writer, d *diff.Difference) error { return document(w, d) }

// DiffText writes what changed between two versions for a terminal.
func DiffText(w io.Writer, d *diff.Difference, words Words, width int) error {
	p := newPage(width)
	p.hang(0, "", words.diffTitle(d), 2)
	words.diffBody(diffTextWriter{p}, d)
	return p.to(w)
}

// DiffMarkdown writes what changed between two versions as Markdown.
func DiffMarkdown(w io.Writer, d *diff.Difference, words Words) error {
	m := &diffMarkdownWriter{}
	m.text.WriteString("# " + escape(words.diffTitle(d)) + "\n")
	words.diffBody(m, d)
	return write(w, m.text.String())
}

func (w Words) diffTitle(d *diff.Difference) string {
	return w.say("diff.title", "old", d.Old.ID+" "+d.Old.Version, "new", d.New.ID+" "+d.New.Version)
}

// diffWriter is a form that differences are written in.
type diffWriter interface {
	heading(text string)
	indicator(text string)
	item(depth int, text string, pieces []diff.Piece)
	quote(depth int, text string)
	code(depth int, lines []diff.Piece)
	plain(text string)
}

func (w Words) diffBody(to diffWriter, d *diff.Difference) {
	w.diffSection(to, "diff.framework", append(slices.Clone(d.Framework), d.Groups...))
	if len(d.Indicators) > 0 {
		to.heading(w.say("diff.indicators"))
		for _, in := range d.Indicators {
			w.diffIndicator(to, in)
		}
	}
	w.diffSection(to, "diff.facts", d.Facts)
	w.diffSection(to, "diff.files", d.Files)
	if len(d.Framework)+len(d.Groups)+len(d.Indicators)+len(d.Facts)+len(d.Files) == 0 {
		id := "diff.layout_only"
		if d.Same {
			id = "diff.same"
		}
		to.plain(w.say(id))
	}
}

func (w Words) diffSection(to diffWriter, id string, changes []diff.Change) {
	if len(changes) == 0 {
		return
	}
	to.heading(w.say(id))
	for _, c := range changes {
		w.diffChange(to, 1, c)
	}
}

func (w Words) diffIndicator(to diffWriter, in diff.Indicator) {
	id := "diff.indicator_" + string(in.Status)
	to.indicator(w.say(id, "title", in.Title, "id", in.ID, "weight", in.Weight, "group", in.Group))
	for _, c := range in.Changes {
		w.diffChange(to, 2, c)
	}
}

func (w Words) diffChange(to diffWriter, depth int, c diff.Change) {
	sentence := w.say("diff.kind_"+string(c.Kind), "where", w.diffWhere(c), "old", w.diffValue(c, c.Old), "new", w.diffValue(c, c.New), "file", c.File)
	to.item(depth, sentence, c.Words)
	if c.Context != "" {
		to.quote(depth+1, w.say("diff.context", "file", c.File, "line", c.Line, "text", c.Context))
	}
	to.code(depth+1, c.Lines)
}

// diffWhere is what a change concerns, in words where we have some.
func (w Words) diffWhere(c diff.Change) string {
	known := []string{"id", "title", "version", "language", "valid_from", "valid_to", "rounding", "aggregation", "not_applicable"}
	switch {
	case c.Kind == diff.Key && slices.Contains(known, c.Where):
		return w.say("diff.key_" + c.Where)
	case c.Kind == diff.Wording:
		return w.say("diff.text_" + c.Where)
	}
	return c.Where
}

// diffValue is a value before or after; a ratio has its percent beside it.
func (w Words) diffValue(c diff.Change, value string) string {
	switch {
	case value == "":
		return w.say("diff.nothing")
	case c.Kind == diff.FactOptional:
		return w.say("report." + value)
	case c.Kind != diff.Constant || !strings.Contains(value, "."):
		return value
	}
	n, err := number.Parse(value)
	if err != nil {
		return value
	}
	return w.say("diff.ratio", "value", value, "percent", n.Mul(number.Int(100)).String())
}

// diffTextWriter writes for a terminal.
type diffTextWriter struct{ *page }

func (t diffTextWriter) heading(text string) {
	t.blank()
	t.line(text)
}

func (t diffTextWriter) plain(text string) {
	t.blank()
	t.block(0, text)
}

func (t diffTextWriter) indicator(text string) { t.block(2, text) }

func (t diffTextWriter) item(depth int, text string, pieces []diff.Piece) {
	text = spaced(text, pieces)
	for _, p := range pieces {
		text += bracketed(p)
	}
	t.block(2*depth, text)
}

// spaced ends in a space where pieces follow, unless a wide colon makes one.
func spaced(text string, pieces []diff.Piece) string {
	if len(pieces) == 0 || strings.HasSuffix(text, "：") {
		return text
	}
	return text + " "
}

// bracketed is a piece of a text with what came and went in brackets.
func bracketed(p diff.Piece) string {
	switch {
	case p.Same != "":
		return p.Same
	case p.Old == "":
		return "【+" + p.New + "】"
	case p.New == "":
		return "【-" + p.Old + "】"
	}
	return "【" + p.Old + " → " + p.New + "】"
}

func (t diffTextWriter) quote(depth int, text string) { t.block(2*depth, text) }

func (t diffTextWriter) code(depth int, lines []diff.Piece) {
	for _, l := range lines {
		sign, text := coded(l)
		t.hang(2*depth, sign, strings.ReplaceAll(text, "\t", "  "), 2*depth+4)
	}
}

// coded is a line of code with its sign.
func coded(p diff.Piece) (sign, text string) {
	switch {
	case p.Same != "":
		return "  ", p.Same
	case p.Old != "":
		return "- ", p.Old
	}
	return "+ ", p.New
}

// diffMarkdownWriter writes Markdown.
type diffMarkdownWriter struct{ text strings.Builder }

func (m *diffMarkdownWriter) heading(text string) {
	m.text.WriteString("\n## " + escape(text) + "\n\n")
}

func (m *diffMarkdownWriter) plain(text string) { m.text.WriteString("\n" + escape(text) + "\n") }

func (m *diffMarkdownWriter) indicator(text string) {
	if !strings.HasSuffix(m.text.String(), "\n\n") {
		m.text.WriteString("\n")
	}
	m.text.WriteString("### " + escape(text) + "\n\n")
}

func (m *diffMarkdownWriter) item(_ int, text string, pieces []diff.Piece) {
	m.text.WriteString("- " + escape(text) + strings.TrimPrefix(spaced(text, pieces), text))
	for _, p := range pieces {
		m.text.WriteString(struck(p))
	}
	m.text.WriteString("\n")
}

// struck is a piece of a text, struck out where it went and bold where it came.
func struck(p diff.Piece) string {
	text := escape(p.Same)
	if p.Old != "" {
		text += "~~" + escape(p.Old) + "~~"
	}
	if p.New != "" {
		text += "**" + escape(p.New) + "**"
	}
	return text
}

func (m *diffMarkdownWriter) quote(_ int, text string) {
	m.text.WriteString("  " + escape(text) + "\n")
}

func (m *diffMarkdownWriter) code(_ int, lines []diff.Piece) {
	if len(lines) == 0 {
		return
	}
	m.text.WriteString("\n  ~~~diff\n")
	for _, l := range lines {
		sign, text := coded(l)
		m.text.WriteString("  " + sign + text + "\n")
	}
	m.text.WriteString("  ~~~\n")
}
