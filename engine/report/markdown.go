package report

import (
	"fmt"
	"io"
	"strings"

	"rubric/engine"
	"rubric/engine/policy"
)

// Markdown writes an assessment as a piece of a report: the table of scores,
// the table of remarks, and the result.
func Markdown(w io.Writer, a *engine.Assessment, words Words) error {
	m := &markdown{words: words}
	m.heading(a)
	m.scores(a)
	m.remarks(a)
	m.findings(a)
	m.paragraph(escape(words.verdict(a.Total)))
	if doubt := words.doubt(a); doubt != "" {
		m.paragraph(escape(doubt))
	}
	if agreed := words.agreed(a.Panel); agreed != "" {
		m.paragraph(escape(agreed))
	}
	m.paragraphs(legend(a, words))
	return write(w, m.result())
}

// ExplainMarkdown is Explain in Markdown.
func ExplainMarkdown(w io.Writer, a *engine.Assessment, ids []string, words Words) error {
	m := &markdown{words: words}
	m.heading(a)
	for _, i := range chosen(a, ids) {
		m.indicator(i, len(ids) == 0 && untouched(i))
	}
	if len(ids) == 0 {
		m.findings(a)
		m.paragraph(escape(words.verdict(a.Total)))
	}
	return write(w, m.result())
}

// markdown gathers blocks, which an empty line sets apart.
type markdown struct {
	words Words
	text  strings.Builder
}

func (m *markdown) result() string { return strings.TrimSuffix(m.text.String(), "\n") }

// paragraph writes a block of Markdown.
func (m *markdown) paragraph(text string) { m.text.WriteString(text + "\n\n") }

// paragraphs writes texts, which are not Markdown.
func (m *markdown) paragraphs(texts []string) {
	for _, text := range texts {
		m.paragraph(escape(text))
	}
}

func (m *markdown) heading(a *engine.Assessment) {
	m.paragraph("## " + escape(caseTitle(a)))
	m.paragraph(escape(m.words.say("report.framework", "id", a.Framework.ID, "version", a.Framework.Version)))
}

// list writes a list of pieces of Markdown, nothing if there are none.
func (m *markdown) list(items []string) {
	if len(items) > 0 {
		m.paragraph("- " + strings.Join(items, "\n- "))
	}
}

// table writes a table; the first row is its head, align has a letter for each
// column: l or r. Cells are Markdown already.
func (m *markdown) table(align string, rows [][]string) {
	for n, row := range rows {
		m.text.WriteString("| " + strings.Join(row, " | ") + " |\n")
		if n == 0 {
			m.text.WriteString("|" + strings.NewReplacer("l", " --- |", "r", " ---: |").Replace(align) + "\n")
		}
	}
	m.text.WriteByte('\n')
}

func (m *markdown) scores(a *engine.Assessment) {
	var cells [][]string
	for _, r := range tableRows(a, m.words) {
		cells = append(cells, append([]string{m.title(r)}, m.numbers(r)...))
	}
	m.table("lrrr", cells)
}

// title indents by ideographic spaces: Markdown drops ordinary ones.
func (m *markdown) title(r row) string {
	text := escape(r.title)
	if r.sum {
		text = strong(text)
	}
	if r.rate != "" {
		text += " " + escape(r.rate)
	}
	return strings.Repeat("\u3000", r.depth) + text
}

func (m *markdown) numbers(r row) []string {
	var cells []string
	for _, cell := range r.cells {
		cell = escape(cell)
		if r.sum {
			cell = strong(cell)
		}
		cells = append(cells, cell)
	}
	return cells
}

func (m *markdown) remarks(a *engine.Assessment) {
	rows := [][]string{{escape(m.words.say("report.indicator")), escape(m.words.say("report.remark"))}}
	for n := range a.Indicators {
		for _, remark := range m.words.notes(&a.Indicators[n]) {
			rows = append(rows, []string{escape(a.Indicators[n].Title), escape(remark)})
		}
	}
	if len(rows) > 1 {
		m.paragraph("### " + escape(m.words.say("report.remarks")))
		m.table("ll", rows)
	}
}

// findings lists the facts that contradict each other; what rounding explains is
// left out.
func (m *markdown) findings(a *engine.Assessment) {
	var items []string
	for _, f := range a.Reconciliation {
		if f.Severity != string(policy.Info) {
			items = append(items, escape(m.words.say("report.finding", "severity", m.words.graveness(f.Severity), "message", f.Message)))
		}
	}
	if len(items) > 0 {
		m.paragraph("### " + escape(m.words.say("report.reconciliation")))
		m.list(items)
	}
}

func (m *markdown) indicator(i *engine.Indicator, brief bool) {
	m.paragraph("### " + escape(i.Title) + " (" + code(i.ID) + ")")
	m.paragraph(escape(m.words.standing(i)))
	if brief {
		return
	}
	var texts []string
	for _, t := range m.words.ruleText(i) {
		texts = append(texts, strong(escape(t[0]))+" "+escape(t[1]))
	}
	m.list(texts)
	m.ledger(i)
	for _, p := range m.words.passages(i) {
		m.passage(p)
	}
}

func (m *markdown) ledger(i *engine.Indicator) {
	rows := [][]string{{escape(m.words.say("report.ledger")), escape(m.words.say("report.points"))}}
	for _, l := range m.words.ledgerLines(i) {
		rows = append(rows, []string{escape(l.label), escape(l.points + l.about)})
	}
	if len(rows) > 1 {
		m.table("lr", rows)
	}
}

func (m *markdown) passage(p passage) {
	text := strong(escape(p.title))
	if p.reason != "" {
		text += "\n" + escape(p.reason)
	}
	if p.place != "" {
		text += " (" + code(p.place) + ")"
	}
	m.paragraph(text)
	var notes []string
	for _, note := range p.notes {
		notes = append(notes, escape(note))
	}
	m.list(notes)
	switch {
	case len(p.facts) == 0:
	case p.facts[0].Role == "":
		m.missing(p.facts)
	default:
		m.facts(p.facts)
	}
}

func (m *markdown) facts(facts []engine.Fact) {
	w := m.words
	rows := [][]string{{w.say("report.fact_label"), w.say("report.fact_value"), w.say("report.fact_role"), w.say("report.fact_pointer"), w.say("report.fact_source")}}
	for _, f := range facts {
		rows = append(rows, []string{escape(f.Label), escape(w.value(f)), escape(w.role(f.Role)), code(f.Pointer), escape(w.evidence(f))})
	}
	m.table("lllll", rows)
}

// missing lists facts that are not there, and so have no value.
func (m *markdown) missing(facts []engine.Fact) {
	var items []string
	for _, f := range facts {
		items = append(items, strings.TrimSpace(escape(m.words.fact(f))+" "+code(f.Pointer)))
	}
	m.list(items)
}

func strong(text string) string { return "**" + text + "**" }

// code is a short text as it stands, such as a pointer.
func code(text string) string {
	text = strings.ReplaceAll(clean(text), "`", "'")
	return fmt.Sprintf("`%s`", strings.ReplaceAll(text, "|", `\|`))
}

// escape makes a text one line that Markdown prints as it is, in a table too.
func escape(text string) string {
	return strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`,
		"<", `\<`, ">", `\>`, "|", `\|`, "~", `\~`, "&", `\&`, "$", `\$`, "#", `\#`).Replace(clean(text))
}
