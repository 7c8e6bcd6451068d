package mapping

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"rubric/engine/facts"
	"rubric/engine/grid"
	"rubric/engine/message"
	"rubric/engine/number"
)

// tableReader reads one table.
type tableReader struct {
	*Import
	table    *Table
	file     *file
	grid     *grid.Grid
	cells    grid.Reader
	document facts.EvidenceDocument
	problems message.Problems

	noted   []noted   // what lines above the header state as the unit
	columns []*column // of the facts of each row
	key     int       // the column that says which row it is, 0 for none
	names   map[string]Name
	seen    map[string]int // rows by name
	list    *facts.Schema  // whose elements the rows are, nil for none
	into    *list
}

// column is where a fact of each row stands.
type column struct {
	field  *Field
	of     *facts.Schema // of elements of a list, or of the first row with a name
	head   head
	unit   string
	factor *number.Number
	ok     bool
	above  grid.Cell // the last cell that was not empty
	at     int       // the row it stands in
}

// read reads the table, all of it. What is wrong stands in problems; the error is
// that of ctx.
func (r *tableReader) read(ctx context.Context) error {
	r.noted = r.unitsAbove()
	r.single()
	if !r.table.keyed() {
		return ctx.Err()
	}
	all := heads(r.grid, r.table.First, r.table.Last)
	if len(all) == 0 {
		r.wrong(1, r.table.First, "mapping.no_header", "row", r.table.First)
		return nil
	}
	if !r.layout(all) {
		return nil
	}
	r.merged()
	return r.rows(ctx)
}

// unitsAbove are what lines above the header state as the unit, the nearest
// first.
func (r *tableReader) unitsAbove() []noted {
	var all []noted
	for row := r.table.First - 1; row >= 1; row-- {
		for _, column := range r.grid.Columns(row) {
			all = append(all, notedUnits(grid.Narrow(r.grid.At(column, row).Stored))...)
		}
	}
	return all
}

// layout finds the columns of the facts and of the rows' names.
func (r *tableReader) layout(all []head) bool {
	before := len(r.problems)
	r.named(all)
	for _, f := range r.table.Fields {
		if l := listOf(r.Schema, f.Pointer); l != nil {
			r.list = l
		}
	}
	if r.table.strict {
		return r.byHeads(all)
	}
	for _, f := range r.table.Fields {
		if !f.each() {
			continue
		}
		c := &column{field: f, of: r.placeOf(f)}
		if f.Column != "" {
			if c.head, c.ok = r.column(all, f.Column, f.At); !c.ok {
				continue
			}
			c.unit, c.factor, c.ok = r.unit(f, c.head, c.of)
		}
		r.columns = append(r.columns, c)
	}
	return len(r.problems) == before
}

// named prepares for rows that have names.
func (r *tableReader) named(all []head) {
	rows := r.table.Rows
	if rows == nil {
		return
	}
	r.names, r.seen = map[string]Name{}, map[string]int{}
	for _, n := range rows.Names {
		r.names[grid.Narrow(n.Text)] = n
	}
	if r.table.strict {
		return // the first column names them
	}
	if h, ok := r.column(all, rows.Column, rows.At); ok {
		r.key = h.column
	}
}

// placeOf is the place of a fact of each row, of the first one where rows have
// names.
func (r *tableReader) placeOf(f *Field) *facts.Schema { return r.Schema.At(r.table.pointers(f)[0]) }

// merged complains of merged cells among those that are read. A column that is
// filled down may have them: that is what they mean there.
func (r *tableReader) merged() {
	for _, a := range r.grid.Merged {
		for _, c := range r.columns {
			filled := c.field.Fill && a.Left == a.Right
			if c.field.Column != "" && !filled && a.Left <= c.head.column && c.head.column <= a.Right && a.Bottom > r.table.Last && !r.skips(a.Top) {
				r.problems.Add(message.Problem{File: r.file.name, Pointer: r.at(a.String()), Message: message.New("mapping.merged")})
				break
			}
		}
	}
}

// skips tells whether a row is none of the table's: its first text is one of
// those to skip.
func (r *tableReader) skips(row int) bool {
	for _, column := range r.grid.Columns(row) {
		c := r.grid.At(column, row)
		text := grid.Narrow(c.Stored)
		if strings.Trim(text, "0123456789") == "" {
			continue // a running number
		}
		return slices.ContainsFunc(r.table.Skip, func(skip string) bool {
			begin, any := strings.CutSuffix(grid.Narrow(skip), "*")
			return text == begin || any && strings.HasPrefix(text, begin)
		})
	}
	return false
}

// progressEvery is after how many rows progress is told.
const progressEvery = 1000

func (r *tableReader) rows(ctx context.Context) error {
	for row := r.table.Last + 1; row <= r.grid.Rows(); row++ {
		if row%progressEvery == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			if r.Progress != nil {
				r.Progress(r.file.name, r.Rows)
			}
		}
		if r.empty(row) || r.skips(row) {
			continue
		}
		r.Rows++
		r.row(row)
	}
	r.absent()
	return nil
}

// empty tells whether nothing of the table stands in a row.
func (r *tableReader) empty(row int) bool {
	if r.key > 0 && !r.blank(r.grid.At(r.key, row)) {
		return false
	}
	return !slices.ContainsFunc(r.columns, func(c *column) bool {
		return c.field.Column != "" && !r.blank(r.grid.At(c.head.column, row))
	})
}

// blank tells whether a cell holds nothing, or what stands for nothing.
func (r *tableReader) blank(c grid.Cell) bool {
	return c.IsEmpty() || c.Kind == grid.Text && slices.ContainsFunc(r.table.Blank, func(b string) bool { return grid.Narrow(b) == grid.Narrow(c.Stored) })
}

// row reads the facts of one row.
func (r *tableReader) row(row int) {
	if r.list != nil && r.table.Rows == nil {
		r.element(row)
		return
	}
	name, ok := r.nameOf(row)
	for _, c := range r.columns {
		if !ok {
			r.unnamed(c, row) // for what is wrong with it
			continue
		}
		pointer := strings.Replace(c.field.Pointer, "*", name, 1)
		if r.Schema.At(pointer) == nil { // of a table without a map: this row has no such fact
			if !r.blank(r.grid.At(c.head.column, row)) {
				r.wrong(c.head.column, row, "workbook.no_place", "pointer", pointer)
			}
			continue
		}
		if value := r.value(c, row, r.Schema.At(pointer)); value != nil {
			r.put(pointer, value, r.place(c.column(r), row))
		}
	}
}

// unnamed looks at a cell of a row of which nobody knows whose it is. What is wrong
// there is told by the texts of the row and of the header: it is read as that of
// another row, whose label it has not.
func (r *tableReader) unnamed(c *column, row int) {
	from := len(r.problems)
	r.value(c, row, c.place(r, "*"))
	label := c.head.text
	if name := strings.TrimSpace(r.grid.At(r.key, row).Stored); name != "" {
		label = clip(name) + " › " + label
	}
	for i := range r.problems[from:] {
		args := slices.Clone(r.problems[from+i].Message.Args)
		for k := range args {
			if args[k].Name == "label" {
				args[k].Value = label
			}
		}
		r.problems[from+i].Message.Args = args
	}
}

// column is the column that a fact's value stands in; a constant goes with the
// name of its row.
func (c *column) column(r *tableReader) int {
	if c.field.Column == "" {
		return max(r.key, 1)
	}
	return c.head.column
}

// place is where a fact of a row stands in the schema.
func (c *column) place(r *tableReader, name string) *facts.Schema {
	if place := r.Schema.At(strings.Replace(c.field.Pointer, "*", name, 1)); place != nil {
		return place
	}
	return r.placeOf(c.field)
}

// nameOf is what stands for * in the facts of a row.
func (r *tableReader) nameOf(row int) (string, bool) {
	c := r.grid.At(r.key, row)
	text := strings.TrimSpace(c.Stored)
	if c.Formula || text == "" {
		r.wrong(r.key, row, "mapping.row_without_name", "name", r.table.Rows.Column)
		return "", false
	}
	if before, twice := r.seen[grid.Narrow(text)]; twice {
		r.wrong(r.key, row, "mapping.row_twice", "name", clip(text), "row", before)
		return "", false
	}
	r.seen[grid.Narrow(text)] = row
	if r.table.Rows.Member != "" {
		return r.elementNamed(row, text)
	}
	if n, ok := r.names[grid.Narrow(text)]; ok {
		return n.To, true
	}
	known := r.table.Rows.known()
	if near := nearest(text, known); near != "" {
		r.wrong(r.key, row, "mapping.unknown_row_suggest", "name", clip(text), "suggestion", near)
	} else {
		r.wrong(r.key, row, "mapping.unknown_row", "name", clip(text), "known", known)
	}
	return "", false
}

// known are the names of the rows, each once.
func (rows *Rows) known() []string {
	var all []string
	seen := map[string]bool{}
	for _, n := range rows.Names {
		if !seen[n.To] {
			all = append(all, n.Text)
		}
		seen[n.To] = true
	}
	return all
}

// absent complains of rows that the map names and the sheet has not.
func (r *tableReader) absent() {
	if r.table.Rows == nil || r.table.Rows.Member != "" || r.table.strict {
		return
	}
	for _, n := range r.table.Rows.Names {
		if _, ok := r.seen[grid.Narrow(n.Text)]; !ok {
			r.wrong(r.key, r.table.Last, "mapping.row_absent", "name", n.Text, "column", r.table.Rows.Column)
		}
	}
}

// value reads a fact from its cell in a row, nil for none.
func (r *tableReader) value(c *column, row int, place *facts.Schema) []byte {
	if c.field.Constant != nil {
		return asFact(c.field.Constant, place)
	}
	cell, at := r.grid.At(c.head.column, row), row
	if c.field.Fill && r.blank(cell) {
		cell, at = c.above, c.at
	}
	if r.blank(cell) {
		return nil
	}
	c.above, c.at = cell, at
	value, m := r.read1(c.head.column, at, c.field, grid.As{Place: place, Unit: c.unit, Factor: c.factor})
	if m != nil {
		r.tell(c.head.column, row, *m)
	}
	return value
}

// read1 reads one cell, whose texts may stand for other values.
func (r *tableReader) read1(column, row int, f *Field, as grid.As) ([]byte, *message.Message) {
	c := r.grid.At(column, row)
	if !c.Formula {
		for _, v := range f.Values {
			if grid.Narrow(v.Text) == grid.Narrow(c.Stored) {
				return asFact(v.JSON, as.Place), nil
			}
		}
	}
	as.Loose, as.Shown, as.Stored = true, f.Decimals == "shown", f.Decimals == "stored"
	value, m := r.cells.Fact(r.grid, column, row, as)
	if m != nil && m.ID == "workbook.digits_hidden" {
		hidden := message.New("mapping.digits_hidden", "mistake", *m)
		m = &hidden
	}
	if m != nil && len(f.Values) > 0 && c.Kind == grid.Text {
		var known []string
		for _, v := range f.Values {
			known = append(known, v.Text)
		}
		other := message.New("mapping.no_value", "label", as.Place.Label(), "value", clip(c.Stored), "known", known)
		m = &other
	}
	return value, m
}

// put sets a fact once; what two tables say of it must be the same.
func (r *tableReader) put(pointer string, value []byte, at string) {
	place := r.file.name + " " + at
	if before, twice := r.set[pointer]; twice {
		if before.value != string(value) {
			r.problems.Add(message.Problem{File: r.file.name, Pointer: at, Message: message.New("mapping.two_values",
				"pointer", pointer, "value", string(value), "other", before.value, "place", before.place)})
		}
		return
	}
	r.set[pointer] = origin{place, string(value)}
	if r.Draft.Set(pointer, value) != nil {
		r.problems.Add(message.Problem{File: r.file.name, Pointer: at, Message: message.New("workbook.no_place", "pointer", pointer)})
		return
	}
	r.entry(pointer, at)
}

func (r *tableReader) entry(pointer, at string) {
	r.Entries = append(r.Entries, facts.EvidenceEntry{Pointer: pointer, Source: facts.Source{Document: r.document, Locator: at}})
}

// single reads the facts that stand in one cell, and those that are the same in
// any case.
func (r *tableReader) single() {
	for _, f := range r.table.Fields {
		switch {
		case f.each():
		case f.Constant != nil:
			r.constant(f)
		case f.Cell != "":
			r.cell(f)
		default:
			r.problems.Add(message.Problem{File: r.file.name, Message: message.New("mapping.column_of_one", "pointer", f.Pointer, "column", f.Column)})
		}
	}
}

// constant sets a fact that the map itself states.
func (r *tableReader) constant(f *Field) {
	value := asFact(f.Constant, r.Schema.At(f.Pointer))
	if before, twice := r.set[f.Pointer]; twice && before.value == string(value) {
		return
	}
	r.put(f.Pointer, value, r.at("A1"))
}

func (r *tableReader) cell(f *Field) {
	column, row, _ := excelize.CellNameToCoordinates(f.Cell) // which parsing has checked
	place := r.Schema.At(f.Pointer)
	if f.Label != "" && !r.labelled(column, row, f.Label) {
		r.wrong(column, row, "mapping.other_label", "label", f.Label)
		return
	}
	for _, a := range r.grid.Merged {
		if a.Contains(column, row) && (a.Left != column || a.Top != row) {
			r.problems.Add(message.Problem{File: r.file.name, Pointer: r.at(a.String()), Message: message.New("mapping.merged")})
			return
		}
	}
	unit, factor, ok := r.unit(f, head{column: column}, place)
	if !ok || r.blank(r.grid.At(column, row)) {
		return
	}
	value, m := r.read1(column, row, f, grid.As{Place: place, Unit: unit, Factor: factor})
	if m != nil {
		r.tell(column, row, *m)
		return
	}
	r.put(f.Pointer, value, r.place(column, row))
}

// labelled tells whether a text stands left of a cell or above it.
func (r *tableReader) labelled(column, row int, label string) bool {
	is := func(c grid.Cell) bool {
		text := grid.Narrow(c.Stored)
		base, _ := splitHead(text)
		return text == grid.Narrow(label) || base == grid.Narrow(label)
	}
	for left := column - 1; left > 0; left-- {
		if is(shownAt(r.grid, left, row)) {
			return true
		}
	}
	for above := row - 1; above > 0; above-- {
		if is(shownAt(r.grid, column, above)) {
			return true
		}
	}
	return false
}

// element reads a row as a further element of the list.
func (r *tableReader) element(row int) {
	pointer := r.list.Path()
	r.into = r.begin(pointer)
	at := fmt.Sprint(pointer, "/", r.into.length)
	r.into.length++
	_ = r.Draft.AddObject(at) // a list that was just begun has this place
	first, last := 0, 0
	r.total(row)
	for _, c := range r.columns {
		value := r.value(c, row, c.of)
		if c.field.Column != "" {
			first, last = least(first, c.head.column), max(last, c.head.column)
		}
		if value == nil {
			continue
		}
		r.unique(c.of, value, c, row)
		if r.byName {
			r.into.remember(r.into.length-1, c.of.Name, value)
		}
		if r.Draft.Set(strings.Replace(c.field.Pointer, pointer+"/*", at, 1), value) != nil {
			r.wrong(c.head.column, row, "workbook.no_place", "pointer", at)
		}
	}
	r.entry(at, r.at(grid.Area{Left: max(first, 1), Top: row, Right: max(last, 1), Bottom: row}.String()))
}

// totals are what the row below all others is called.
var totals = []string{"合计", "总计", "小计", "共计", "total"}

// total complains of a row that is called a total and lacks what each element has:
// in a list of budget lines, a whole row may well be their total.
func (r *tableReader) total(row int) {
	columns := r.grid.Columns(row)
	if len(columns) == 0 {
		return
	}
	name := strings.TrimSpace(r.grid.At(columns[0], row).Stored)
	if !slices.Contains(totals, strings.ToLower(grid.Narrow(name))) {
		return
	}
	for _, c := range r.columns {
		if c.field.Column != "" && !c.of.Optional && r.blank(r.grid.At(c.head.column, row)) {
			r.wrong(columns[0], row, "mapping.total_row", "name", clip(name), "label", c.of.Label())
			return
		}
	}
}

func least(so, n int) int {
	if so == 0 {
		return n
	}
	return min(so, n)
}

// begin is the list that rows go into: a new one the first time, which takes the
// place of what the case had.
func (r *tableReader) begin(pointer string) *list {
	if l := r.lists[pointer]; l != nil {
		return l
	}
	l := &list{seen: map[string]string{}}
	r.lists[pointer] = l
	if r.Draft.SetList(pointer) != nil {
		r.wrong(1, r.table.Last, "workbook.no_place", "pointer", pointer)
	}
	r.Replaced = append(r.Replaced, pointer)
	return l
}

// unique complains of an element that has the key of another.
func (r *tableReader) unique(place *facts.Schema, value []byte, c *column, row int) {
	if r.list.Items.Property(r.list.Unique) != place || r.list.Unique == "" {
		return
	}
	here := r.file.name + " " + r.place(c.column(r), row)
	if before, twice := r.into.seen[string(value)]; twice {
		r.wrong(c.column(r), row, "mapping.key_twice", "label", place.Label(), "value", string(value), "place", before)
		return
	}
	r.into.seen[string(value)] = here
}

// elementNamed is the index of the element whose member has a text.
func (r *tableReader) elementNamed(row int, text string) (string, bool) {
	l := r.existing(r.list.Path())
	if n, ok := r.names[grid.Narrow(text)]; ok {
		text = n.To
	}
	if i, ok := l.index[grid.Narrow(text)]; ok {
		return fmt.Sprint(i), true
	}
	if r.table.Rows.Add {
		at := fmt.Sprint(r.list.Path(), "/", l.length)
		l.index[grid.Narrow(text)] = l.length
		l.length++
		_ = r.Draft.AddObject(at) // behind the last element there is a place
		r.put(at+"/"+r.table.Rows.Member, facts.QuoteJSON(text), r.place(r.key, row))
		return fmt.Sprint(l.length - 1), true
	}
	var known []string
	for name := range l.index {
		known = append(known, name)
	}
	slices.Sort(known)
	if near := nearest(text, known); near != "" {
		r.wrong(r.key, row, "mapping.no_element_suggest", "name", clip(text), "label", r.list.Label(), "suggestion", near)
	} else {
		r.wrong(r.key, row, "mapping.no_element", "name", clip(text), "label", r.list.Label())
	}
	return "", false
}

// existing is a list of the case, whose elements rows find by a member.
func (r *tableReader) existing(pointer string) *list {
	if l := r.lists[pointer]; l != nil {
		if l.index == nil {
			l.index = l.byMember[r.table.Rows.Member]
		}
		if l.index != nil {
			return l
		}
	}
	l := &list{index: map[string]int{}, seen: map[string]string{}}
	r.lists[pointer] = l
	var n *facts.Node
	if r.Before != nil {
		n = r.Before.At(pointer)
	}
	if n == nil {
		_ = r.Draft.SetList(pointer) // if there is no place for it, no fact of it has one
		return l
	}
	for i, e := range n.Elements() {
		if m := e.Member(r.table.Rows.Member); m != nil {
			l.index[grid.Narrow(m.Text)] = i
		}
	}
	l.length = len(n.Elements())
	return l
}
