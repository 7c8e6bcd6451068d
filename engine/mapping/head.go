package mapping

import (
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/xuri/excelize/v2"

	"rubric/engine/facts"
	"rubric/engine/grid"
	"rubric/engine/message"
	"rubric/engine/number"
)

// head is the header of one column.
type head struct {
	column         int
	text           string // as it stands there
	narrow         string // as it is compared
	base, brackets string // parts of narrow
}

// heads reads the header of a table: for each column what stands in its rows, one
// below the other, where a merged cell stands for all columns below it.
func heads(g *grid.Grid, first, last int) []head {
	columns := map[int]bool{}
	most := 0
	for row := first; row <= last; row++ {
		for _, column := range g.Columns(row) {
			columns[column] = true
			most = max(most, column)
		}
		for _, a := range g.Merged {
			if a.Top <= row && row <= a.Bottom && !g.At(a.Left, a.Top).IsEmpty() {
				most = max(most, min(a.Right, maxColumns))
			}
		}
	}
	var all []head
	for column := 1; column <= most; column++ {
		if h := headOf(g, column, first, last); h.text != "" {
			all = append(all, h)
		}
	}
	return all
}

// maxColumns is how far to the right a merged header is followed.
const maxColumns = 2000

func headOf(g *grid.Grid, column, first, last int) head {
	var parts []string
	for row := first; row <= last; row++ {
		text := strings.TrimSpace(shownAt(g, column, row).Stored)
		if text != "" && (len(parts) == 0 || parts[len(parts)-1] != text) {
			parts = append(parts, text)
		}
	}
	h := head{column: column, text: strings.Join(parts, "·")}
	h.narrow = grid.Narrow(h.text)
	h.base, h.brackets = splitHead(h.narrow)
	return h
}

// shownAt is what a cell shows: of merged ones, what the first of them holds.
func shownAt(g *grid.Grid, column, row int) grid.Cell {
	for _, a := range g.Merged {
		if a.Contains(column, row) {
			return g.At(a.Left, a.Top)
		}
	}
	return g.At(column, row)
}

// matching are the heads that a name is for: those that read so, else those that
// do but for what stands in brackets.
func matching(all []head, name string) []head {
	var exact, base []head
	name = grid.Narrow(name)
	for _, h := range all {
		switch {
		case h.narrow == name:
			exact = append(exact, h)
		case h.base == name:
			base = append(base, h)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return base
}

// column is the head of a column by its header, or by its letter, where the
// header must read so too. It complains at the header where there is none such.
func (r *tableReader) column(all []head, name, letter string) (head, bool) {
	if letter != "" {
		return r.lettered(all, name, letter)
	}
	found := matching(all, name)
	switch {
	case len(found) == 1:
		return found[0], true
	case len(found) > 1:
		r.wrong(found[1].column, r.table.Last, "mapping.columns_alike", "name", name,
			"first", letterOf(found[0].column), "second", letterOf(found[1].column))
	case nearestHead(all, name) != "":
		r.wrong(1, r.table.First, "mapping.no_column_suggest", "name", name, "row", r.table.First, "suggestion", nearestHead(all, name))
	default:
		r.wrong(1, r.table.First, "mapping.no_column", "name", name, "row", r.table.First, "there", texts(all))
	}
	return head{}, false
}

func (r *tableReader) lettered(all []head, name, letter string) (head, bool) {
	at, _ := excelize.ColumnNameToNumber(letter) // which parsing has checked
	for _, h := range all {
		if h.column == at && len(matching([]head{h}, name)) == 1 {
			return h, true
		}
	}
	r.wrong(at, r.table.Last, "mapping.other_head", "name", name, "letter", letter, "found", headOf(r.grid, at, r.table.First, r.table.Last).text)
	return head{}, false
}

func letterOf(column int) string {
	name, _ := excelize.ColumnNumberToName(column)
	return name
}

// mostHeads is how many headers a message lists.
const mostHeads = 12

func texts(all []head) []string {
	var out []string
	for _, h := range all[:min(len(all), mostHeads)] {
		out = append(out, clip(h.text))
	}
	if len(all) > mostHeads {
		out = append(out, "…")
	}
	return out
}

// nearestHead is the header most like a name, "" if none is like it.
func nearestHead(all []head, name string) string {
	var names []string
	for _, h := range all {
		names = append(names, h.text)
	}
	return nearest(name, names)
}

// nearest is the text most like a name, one that contains it or is contained in
// it, or is spelt nearly so; "" if none is.
func nearest(name string, among []string) string {
	name = grid.Narrow(name)
	best, within := "", (len([]rune(name))+1)/2
	for _, text := range among {
		base, _ := splitHead(grid.Narrow(text))
		d := levenshtein.ComputeDistance(name, base)
		if len([]rune(base)) > 1 && len([]rune(name)) > 1 && (strings.Contains(base, name) || strings.Contains(name, base)) {
			d = 0
		}
		if d <= within && d < len([]rune(name)) {
			best, within = text, d-1
		}
	}
	return best
}

// unit is the unit of a column's numbers: what the map says, else the header, else
// a line above it. Where two of them differ there is no telling who is right.
func (r *tableReader) unit(f *Field, h head, place *facts.Schema) (unit string, factor *number.Number, ok bool) {
	if place.Kind != facts.Num || f.Factor != nil {
		return f.Unit, f.Factor, true
	}
	found, ok := r.stated(h, place)
	if !ok {
		return "", nil, false
	}
	unit = f.Unit
	switch {
	case found == "" && unit == "" && isMoney(place):
		r.Assumed = append(r.Assumed, Assumed{r.file.name, place})
	case found != "" && unit != "" && grid.Narrow(unit) != found:
		r.wrong(h.column, r.table.Last, "mapping.units_differ", "label", place.Label(), "unit", unit, "found", found)
		return "", nil, false
	case unit == "":
		unit = found
	}
	if unit == "" || grid.Narrow(unit) == grid.Narrow(place.Unit) {
		return "", nil, true
	}
	times, ok := grid.Ratio(unit, place.Unit)
	if !ok {
		r.wrong(h.column, r.table.Last, "mapping.other_dimension", "label", place.Label(), "unit", place.Unit, "found", unit)
		return "", nil, false
	}
	return unit, &times, true
}

// stated is the unit that the header of a column or a line above it states for
// the numbers of the column, "" for none. It complains of one that an amount
// cannot be in.
func (r *tableReader) stated(h head, place *facts.Schema) (unit string, ok bool) {
	if in := plainUnit(h.brackets); in != "" && (converts(in, place) || isUnit(in)) {
		return in, true
	}
	for _, n := range r.noted {
		switch money := isMoney(place); {
		case converts(n.unit, place):
			return n.unit, true
		case money && converts(n.unit+"元", place): // 单位：万
			return n.unit + "元", true
		case money && (n.amount || isUnit(n.unit)):
			r.wrong(h.column, r.table.Last, "mapping.other_dimension", "label", place.Label(), "unit", place.Unit, "found", n.unit)
			return "", false
		}
	}
	return "", true
}

// isMoney tells of an amount in 元 or a multiple of it.
func isMoney(place *facts.Schema) bool { return converts("元", place) }

// clip keeps a text that is shown in a message short.
func clip(text string) string {
	const longest = 40
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return text
}

// file is a file of tables that was opened.
type file struct {
	name string // as the user gave it
	book *grid.Book
}

func (r *tableReader) wrong(column, row int, id string, pairs ...any) {
	r.tell(column, row, message.New(id, pairs...))
}

func (r *tableReader) tell(column, row int, m message.Message) {
	r.problems.Add(message.Problem{File: r.file.name, Pointer: r.place(column, row), Message: m})
}

// place is a cell with its sheet: 明细!C7, in a CSV file C7.
func (r *tableReader) place(column, row int) string { return r.at(grid.Name(column, row)) }

func (r *tableReader) at(cells string) string {
	if r.grid.CSV {
		return cells
	}
	return r.grid.Name + "!" + cells
}
