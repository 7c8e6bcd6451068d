package report

import "strings"

// grid is a table of texts: the first column takes the room that the others,
// which are numbers and short words, leave.
type grid struct {
	heads []string
	rows  []gridRow
}

// gridRow is a line of a grid, and what stands beneath it.
type gridRow struct {
	cells []string
	below func(*page) // nil for nothing
}

func (g *grid) add(cells []string, below func(*page)) {
	g.rows = append(g.rows, gridRow{cells, below})
}

// write writes the grid under its headings.
func (g *grid) write(p *page) {
	columns := make([]column, len(g.heads)-1)
	title := p.width
	for i := range columns {
		cells := []string{g.heads[i+1]}
		for _, r := range g.rows {
			cells = append(cells, r.cells[i+1])
		}
		columns[i] = newColumn(cells)
		title -= gap + columns[i].width
	}
	title = max(title, MinWidth/4)
	g.line(p, columns, title, gridRow{cells: g.heads})
	p.rule()
	for _, r := range g.rows {
		g.line(p, columns, title, r)
	}
}

func (g *grid) line(p *page, columns []column, title int, r gridRow) {
	for i, line := range wrap(r.cells[0], title, title-2) {
		if i > 0 {
			p.line("  " + line)
			continue
		}
		text := pad(line, title)
		for c, cell := range r.cells[1:] {
			text += strings.Repeat(" ", gap) + columns[c].cell(cell)
		}
		p.line(text)
	}
	if r.below != nil {
		r.below(p)
	}
}
