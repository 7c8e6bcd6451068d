package report

import (
	"io"
	"strings"

	"rubric/engine"
)

// Table writes an assessment as a table for a terminal that is width columns
// wide: the indicators under their groups, each point lost with its reason
// beneath, and the total.
func Table(w io.Writer, a *engine.Assessment, words Words, width int) error {
	p := newPage(width)
	heading(p, a, words)
	rows := tableRows(a, words)
	layout := newTableLayout(rows, p.width)
	layout.write(p, rows[0])
	p.rule()
	last := len(rows) - 1
	for i, r := range rows[1:last] {
		if r.depth == 0 && i > 0 {
			p.blank()
		}
		layout.write(p, r)
	}
	p.rule()
	layout.write(p, rows[last])
	p.blank()
	p.block(0, words.verdict(a.Total))
	if doubt := words.doubt(a); doubt != "" {
		p.block(0, doubt)
	}
	if agreed := words.agreed(a.Panel); agreed != "" {
		p.block(0, agreed)
	}
	findings(p, a, words)
	p.blank()
	p.blocks(0, legend(a, words))
	return p.to(w)
}

func heading(p *page, a *engine.Assessment, words Words) {
	p.hang(0, "", caseTitle(a), 0)
	p.hang(0, "", words.say("report.framework", "id", a.Framework.ID, "version", a.Framework.Version), 0)
	p.blank()
}

// caseTitle is the case's title, or its id where it has none.
func caseTitle(a *engine.Assessment) string {
	if a.Case.Title != "" {
		return a.Case.Title
	}
	return a.Case.ID
}

// row is a line of the table and the remarks beneath it.
type row struct {
	depth  int
	sum    bool // of a group or of all
	title  string
	rate   string // remark behind a group's title, or ""
	cells  [3]string
	remark []string
}

// tableRows are the header, the tree from top to bottom, and the total.
func tableRows(a *engine.Assessment, words Words) []row {
	t := tree{indicators(a), marked(a), words}
	rows := []row{{title: words.say("report.indicator"), cells: words.header(t.marked)}}
	rows = append(rows, t.groups(a.Groups, 0)...)
	return append(rows, row{title: words.say("report.total"), sum: true,
		cells: words.totalCells(a.Total, t.marked), remark: words.totalNotes(a.Total)})
}

// tree makes rows of an assessment's tree.
type tree struct {
	index  map[string]*engine.Indicator
	marked bool
	words  Words
}

func (t tree) groups(groups []engine.Group, depth int) []row {
	var rows []row
	for _, g := range groups {
		rows = append(rows, t.group(g, depth))
		rows = append(rows, t.groups(g.Groups, depth+1)...)
		for _, id := range g.Indicators {
			if i := t.index[id]; i != nil {
				rows = append(rows, row{depth: depth + 1, title: i.Title, remark: t.words.notes(i), cells: t.words.indicatorCells(i, t.marked)})
			}
		}
	}
	return rows
}

func (t tree) group(g engine.Group, depth int) row {
	r := row{depth: depth, title: g.Title, sum: true, cells: t.words.groupCells(g, t.marked), remark: t.words.decided(g.Decision)}
	if g.Rate != nil {
		r.rate = t.words.say("report.rate", "percent", *g.Rate)
	}
	return r
}

// tableLayout is how wide the columns are.
type tableLayout struct {
	title  int
	number [3]column
}

// gap is the space between two columns.
const gap = 2

func newTableLayout(rows []row, width int) tableLayout {
	layout := tableLayout{title: width}
	for c := range layout.number {
		cells := make([]string, len(rows))
		for i, r := range rows {
			cells[i] = r.cells[c]
		}
		layout.number[c] = newColumn(cells)
		layout.title -= gap + layout.number[c].width
	}
	layout.title = max(layout.title, MinWidth/4)
	return layout
}

// write writes a row: its numbers beside the first line of its title, its
// remarks beneath.
func (t tableLayout) write(p *page, r row) {
	indent := strings.Repeat(" ", 2*r.depth)
	room := t.title - len(indent)
	title := r.title
	if r.rate != "" {
		title += "  " + r.rate
	}
	for i, line := range wrap(title, room, room) {
		text := indent + line
		if i == 0 {
			text = pad(text, t.title)
			for c, cell := range r.cells {
				text += strings.Repeat(" ", gap) + t.number[c].cell(cell)
			}
		}
		p.line(text)
	}
	p.blocks(2*r.depth+2, r.remark)
}

// findings says that facts contradict each other, if any do.
func findings(p *page, a *engine.Assessment, words Words) {
	if text := words.contradictions(a); text != "" {
		p.blank()
		p.block(0, text)
	}
}

func (w Words) severity(severity string) string {
	switch severity {
	case "error":
		return w.say("report.severity_error")
	case "warning":
		return w.say("report.severity_warning")
	case "info":
		return w.say("report.severity_info")
	}
	return severity
}

// legend explains the words of the table that stand in it.
func legend(a *engine.Assessment, words Words) []string {
	lines := []string{words.say("report.legend")}
	if marked(a) {
		lines[0] = words.say("report.legend_marks")
	}
	switch undetermined, failed := has(a, engine.Undetermined), has(a, engine.Failed); {
	case undetermined && failed:
		lines = append(lines, words.say("report.legend_open_both"))
	case undetermined:
		lines = append(lines, words.say("report.legend_open"))
	case failed:
		lines = append(lines, words.say("report.legend_open_failed"))
	}
	if has(a, engine.Failed) {
		lines = append(lines, words.say("report.legend_broken"))
	}
	return lines
}

func has(a *engine.Assessment, outcome engine.Outcome) bool {
	for _, i := range a.Indicators {
		if i.Outcome == outcome {
			return true
		}
	}
	return false
}
