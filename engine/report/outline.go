package report

import "strings"

// outline is a text in sections, each with points that have points below them.
// It is written as indented lines and as Markdown alike.
type outline []section

type section struct {
	title string
	table [][]string // the head first; nil for none
	align string     // of the table: l or r for each column
	items []item
}

type item struct {
	text  string
	below []item
}

func points(texts ...string) (all []item) {
	for _, text := range texts {
		all = append(all, item{text: text})
	}
	return all
}

// write writes the outline on a page.
func (o outline) write(p *page) {
	for n, s := range o {
		if n > 0 {
			p.blank()
		}
		if s.title != "" {
			p.block(0, s.title)
		}
		if s.table != nil {
			s.grid(p)
		}
		writeItems(p, 2, s.items)
	}
}

func writeItems(p *page, indent int, items []item) {
	for _, i := range items {
		p.block(indent, i.text)
		writeItems(p, indent+2, i.below)
	}
}

// grid writes the table with its first column wrapped in the room that the
// others leave.
func (s section) grid(p *page) {
	columns := make([]column, len(s.align))
	room := p.width
	for c := range columns {
		var cells []string
		for _, row := range s.table {
			cells = append(cells, row[c])
		}
		columns[c] = newColumn(cells)
		if c > 0 {
			room -= gap + columns[c].width
		}
	}
	room = max(room, MinWidth/4)
	for n, row := range s.table {
		for i, line := range wrap(row[0], room, room) {
			if i > 0 {
				p.line(line)
				continue
			}
			for c := 1; c < len(row); c++ {
				line = pad(line, room+c*gap+sum(columns[1:c]))
				line += s.cell(columns[c], c, row[c])
			}
			p.line(line)
		}
		if n == 0 {
			p.rule()
		}
	}
}

func (s section) cell(c column, n int, text string) string {
	if s.align[n] == 'l' {
		return pad(text, c.width)
	}
	return c.cell(text)
}

func sum(columns []column) int {
	total := gap
	for _, c := range columns {
		total += c.width
	}
	return total - gap
}

// markdown writes the outline as Markdown.
func (o outline) markdown(m *markdown) {
	for _, s := range o {
		if s.title != "" {
			m.paragraph("### " + escape(s.title))
		}
		if s.table != nil {
			m.table(s.align, escaped(s.table))
		}
		if len(s.items) > 0 {
			m.paragraph(strings.TrimRight(markdownItems("", s.items), "\n"))
		}
	}
}

func escaped(table [][]string) [][]string {
	out := make([][]string, len(table))
	for i, row := range table {
		for _, cell := range row {
			out[i] = append(out[i], escape(cell))
		}
	}
	return out
}

func markdownItems(indent string, items []item) string {
	text := ""
	for _, i := range items {
		text += indent + "- " + escape(i.text) + "\n" + markdownItems(indent+"  ", i.below)
	}
	return text
}
