package workbook

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"rubric/engine/facts"
	"rubric/engine/grid"
	"rubric/engine/message"
)

// Imported is what a workbook holds: facts as JSON, and where each comes from.
type Imported struct {
	Facts     []byte
	Documents []facts.EvidenceDocument
	Sources   []Source // in the facts' order
	Digest    string   // "sha256:…" of the workbook
}

// Source is the evidence of one fact as the workbook states it, and the cell it
// was read from. Document is "" where the workbook names none.
type Source struct {
	Pointer                  string
	Document, Locator, Index string
	Cell                     string // 预算!B12
}

// Read reads a workbook that was made from this plan. The error is a
// message.Problems with everything that is wrong, by sheet and cell; nothing is
// imported then.
func (p *Plan) Read(file string, data []byte) (*Imported, error) {
	b, err := grid.Open(data)
	switch {
	case errors.Is(err, grid.ErrTooLarge):
		return nil, message.Problems{{File: file, Message: message.New("workbook.too_large", "limit", grid.MaxUnpacked>>20)}}
	case err != nil:
		return nil, message.Problems{{File: file, Message: message.New("workbook.unreadable")}}
	}
	defer b.Close()
	r := &reader{plan: p, book: b, file: file, cells: grid.Reader{Book: b, Yes: p.yesNo(true), No: p.yesNo(false)}, draft: facts.NewDraft(), documents: map[string]bool{}}
	if r.identity(); len(r.problems) > 0 {
		return nil, r.problems
	}
	r.sheets()
	r.documentList()
	for _, s := range p.Sheets {
		g := b.Grid(s.Name)
		switch {
		case g == nil:
		case s.List == nil:
			r.form(s, g)
		default:
			r.list(s, g)
		}
	}
	if err := r.problems.Err(); err != nil {
		return nil, err
	}
	r.out.Digest = b.Digest
	r.out.Facts = r.draft.JSON()
	return &r.out, nil
}

// Bind holds what was read to the schema as a whole. The error is a
// message.Problems, each at the cell of its fact.
func (p *Plan) Bind(file string, in *Imported) (*facts.Document, error) {
	doc, err := facts.Parse(file, in.Facts)
	if err == nil {
		err = doc.Bind(p.rules.Framework.Schema)
	}
	if problems, ok := errors.AsType[message.Problems](err); ok {
		placed := slices.Clone(problems)
		for i := range placed {
			placed[i].Line, placed[i].Column, placed[i].Pointer = 0, 0, p.cellOf(in, placed[i].Pointer)
		}
		err = placed
	}
	return doc, err
}

// cellOf is the cell of a fact: where it was read, or where it is to be filled in.
// A fact within a list is somewhere in the row that is named.
func (p *Plan) cellOf(in *Imported, pointer string) string {
	for _, s := range in.Sources {
		if s.Pointer == pointer || strings.HasPrefix(pointer, s.Pointer+"/") {
			return s.Cell
		}
	}
	for _, s := range p.Sheets {
		for i, line := range s.Lines {
			if line.Place != nil && line.Place.Path() == pointer {
				return place(s.Name, colValue, firstLine+i)
			}
		}
	}
	return pointer
}

// frameworkKey is the key of the framework's id in the hidden sheet.
const frameworkKey = "framework"

// FrameworkOf is the id of the framework that a workbook was made for; "" for one
// that was not made here.
func FrameworkOf(data []byte) string {
	b, err := grid.Open(data)
	if err != nil {
		return ""
	}
	defer b.Close()
	g := b.Grid(metaSheet)
	if g == nil {
		return ""
	}
	for row := 1; row <= g.Rows(); row++ {
		if g.At(1, row).Stored == frameworkKey {
			return g.At(2, row).Stored
		}
	}
	return ""
}

// reader reads one workbook.
type reader struct {
	plan      *Plan
	book      *grid.Book
	cells     grid.Reader
	file      string
	draft     *facts.Draft
	documents map[string]bool
	out       Imported
	problems  message.Problems
}

// wrong reports a mistake at a cell of a sheet.
func (r *reader) wrong(sheet string, column, row int, id string, pairs ...any) {
	r.problems.Add(message.Problem{File: r.file, Pointer: place(sheet, column, row), Message: message.New(id, pairs...)})
}

func place(sheet string, column, row int) string { return sheet + "!" + cell(column, row) }

// identity refuses workbooks of another framework or another layout.
func (r *reader) identity() {
	g := r.book.Grid(metaSheet)
	if g == nil {
		r.problems.Add(message.Problem{File: r.file, Message: message.New("workbook.not_ours")})
		return
	}
	for i, pair := range r.plan.identity() {
		found := g.At(2, i+1).Stored
		if g.At(1, i+1).Stored == pair[0] && found == pair[1] {
			continue
		}
		id := "workbook.other_layout"
		if pair[0] == frameworkKey {
			id = "workbook.other_framework"
		}
		r.problems.Add(message.Problem{File: r.file, Message: message.New(id, "want", r.plan.rules.Framework.ID, "found", found)})
		return
	}
}

// sheets reports sheets that are gone, that were added, and merged cells.
func (r *reader) sheets() {
	want := []string{r.plan.say("workbook.instructions"), r.plan.say("workbook.documents"), metaSheet}
	for _, s := range r.plan.Sheets {
		want = append(want, s.Name)
	}
	var added []string
	for _, g := range r.book.Grids {
		if !slices.Contains(want, g.Name) {
			added = append(added, g.Name)
		}
	}
	for _, name := range want[1:] {
		if r.book.Grid(name) != nil {
			continue
		}
		if renamed := nearest(name, added); renamed != "" {
			added = slices.DeleteFunc(added, func(a string) bool { return a == renamed })
			r.problems.Add(message.Problem{File: r.file, Pointer: renamed, Message: message.New("workbook.renamed", "name", name, "found", renamed)})
		} else {
			r.problems.Add(message.Problem{File: r.file, Pointer: name, Message: message.New("workbook.sheet_gone", "name", name)})
		}
	}
	for _, name := range added {
		r.problems.Add(message.Problem{File: r.file, Pointer: name, Message: message.New("workbook.sheet_added", "name", name)})
	}
	for _, g := range r.book.Grids {
		if g.Name == r.plan.say("workbook.instructions") {
			continue // nothing is read there
		}
		for _, area := range g.Merged {
			r.problems.Add(message.Problem{File: r.file, Pointer: g.Name + "!" + area.String(), Message: message.New("workbook.merged")})
		}
	}
}

// nearest is the name most like another, "" if none is like it; the only other
// one is, whatever it is called.
func nearest(name string, others []string) string {
	best, distance := "", len([]rune(name))*2/3
	if len(others) == 1 {
		return others[0]
	}
	for _, other := range others {
		if d := levenshtein.ComputeDistance(name, other); d <= distance {
			best, distance = other, d-1
		}
	}
	return best
}

// fact reads a fact from its cell into the draft. It tells whether there is one.
func (r *reader) fact(g *grid.Grid, column, row int, s *facts.Schema, pointer string) bool {
	value, mistake := r.cells.Fact(g, column, row, grid.As{Place: s})
	switch {
	case mistake != nil:
		r.problems.Add(message.Problem{File: r.file, Pointer: place(g.Name, column, row), Message: *mistake})
	case value == nil:
	case r.draft.Set(pointer, value) != nil:
		r.wrong(g.Name, column, row, "workbook.no_place", "pointer", pointer)
	default:
		return true
	}
	return false
}

// form reads the facts of a form, and complains of whatever else stands there.
func (r *reader) form(s *Sheet, g *grid.Grid) {
	for i, line := range s.Lines {
		row := firstLine + i
		if line.Place == nil {
			r.outside(g, row, colValue, formColumns)
			continue
		}
		pointer := line.Place.Path()
		if found := g.At(colPointer, row).Stored; found != pointer {
			r.wrong(g.Name, colPointer, row, "workbook.moved", "want", line.Label)
			return // all below is where it does not belong
		}
		if unit := g.At(colUnit, row).Stored; unit != line.Place.Unit {
			r.wrong(g.Name, colUnit, row, "workbook.unit_changed", "label", line.Label, "unit", line.Place.Unit, "found", unit)
			continue
		}
		if r.fact(g, colValue, row, line.Place, pointer) {
			r.source(g, row, pointer, colDocument, colLocator, colIndex, place(g.Name, colValue, row))
		}
	}
	for row := firstLine + len(s.Lines); row <= g.Rows(); row++ {
		r.outside(g, row, 1, formColumns)
	}
	r.beside(g, firstLine, formColumns)
}

// outside complains of what stands in cells that are not for facts.
func (r *reader) outside(g *grid.Grid, row, from, to int) {
	for column := from; column <= to; column++ {
		if c := g.At(column, row); !c.IsEmpty() {
			r.wrong(g.Name, column, row, "workbook.outside", "text", clip(c.Stored))
		}
	}
}

// beside complains of what stands to the right of the last column.
func (r *reader) beside(g *grid.Grid, from, last int) {
	for row := from; row <= g.Rows(); row++ {
		for _, column := range g.Columns(row) {
			if column > last && !isPrevious(g, column) {
				r.wrong(g.Name, column, row, "workbook.outside", "text", clip(g.At(column, row).Stored))
			}
		}
	}
}

// isPrevious tells a column of a list that shows the period before.
func isPrevious(g *grid.Grid, column int) bool {
	return g.At(column, pathRow).Stored == previousMark
}

// list reads the elements of a list, one a row.
func (r *reader) list(s *Sheet, g *grid.Grid) {
	for i, place := range s.Columns {
		if found := g.At(i+1, pathRow).Stored; found != place.Path() {
			r.wrong(g.Name, i+1, pathRow, "workbook.moved", "want", place.Label())
			return
		}
	}
	pointer, count := s.List.Path(), 0
	for row := firstElement; row <= g.Rows(); row++ {
		if !r.used(g, row, len(s.Columns)) {
			continue
		}
		if row != firstElement+count {
			r.wrong(g.Name, 1, firstElement+count, "workbook.gap", "row", row)
			return
		}
		if count == 0 {
			r.draft.SetList(pointer)
		}
		r.element(s, g, row, fmt.Sprint(pointer, "/", count))
		count++
	}
	r.none(s, g, count)
	r.beside(g, headRow, len(s.Columns)+2)
}

func (r *reader) used(g *grid.Grid, row, columns int) bool {
	for column := 1; column <= columns; column++ {
		if c := g.At(column, row); !c.IsEmpty() {
			return true
		}
	}
	return false
}

func (r *reader) element(s *Sheet, g *grid.Grid, row int, pointer string) {
	r.draft.AddObject(pointer)
	any := false
	for i, column := range s.Columns {
		below := strings.TrimPrefix(column.Path(), s.List.Items.Path())
		any = r.fact(g, i+1, row, column, pointer+below) || any
	}
	if any {
		at := len(s.Columns) + 1
		r.source(g, row, pointer, at, at+1, 0, place(g.Name, 1, row))
	}
}

// none reads whether a list without rows is meant to be empty.
func (r *reader) none(s *Sheet, g *grid.Grid, count int) {
	column, row := s.control()
	c, none := g.At(column, row), r.plan.say("workbook.none")
	switch {
	case c.IsEmpty():
	case c.Stored != none || c.Formula:
		r.wrong(g.Name, column, row, "workbook.none_only", "none", none, "text", clip(c.Stored))
	case count > 0:
		r.wrong(g.Name, column, row, "workbook.none_but_rows", "none", none, "count", count)
	case r.draft.SetList(s.List.Path()) != nil:
		r.wrong(g.Name, column, row, "workbook.no_place", "pointer", s.List.Path())
	}
}

// source reads where a fact comes from.
func (r *reader) source(g *grid.Grid, row int, pointer string, document, locator, index int, from string) {
	text := func(column int) string {
		if column == 0 {
			return ""
		}
		c := g.At(column, row)
		if c.Formula {
			r.wrong(g.Name, column, row, "workbook.formula_in_text", "label", r.plan.say("workbook.locator"))
		}
		return strings.TrimSpace(c.Stored)
	}
	s := Source{Pointer: pointer, Document: text(document), Locator: text(locator), Index: text(index), Cell: from}
	switch {
	case s.Document == "" && (s.Locator != "" || s.Index != ""):
		r.wrong(g.Name, document, row, "workbook.no_document")
	case s.Document != "" && s.Locator == "":
		r.wrong(g.Name, locator, row, "workbook.no_locator")
	case s.Document != "" && !r.documents[s.Document]:
		r.wrong(g.Name, document, row, "workbook.unknown_document", "id", clip(s.Document), "sheet", r.plan.say("workbook.documents"))
	}
	r.out.Sources = append(r.out.Sources, s)
}

// documentList reads the sheet of documents.
func (r *reader) documentList() {
	g := r.book.Grid(r.plan.say("workbook.documents"))
	if g == nil {
		return
	}
	for row := firstLine; row <= g.Rows(); row++ {
		text := func(column int) string { return strings.TrimSpace(g.At(column, row).Stored) }
		d := facts.EvidenceDocument{ID: text(1), Title: text(2), File: text(3), Date: text(4), Digest: text(5)}
		switch {
		case d == facts.EvidenceDocument{}:
			continue
		case d.ID == "" || d.Title == "":
			r.wrong(g.Name, 1, row, "workbook.document_incomplete")
		case r.documents[d.ID]:
			r.wrong(g.Name, 1, row, "workbook.document_twice", "id", d.ID)
		}
		r.documents[d.ID] = true
		r.out.Documents = append(r.out.Documents, d)
	}
	r.beside(g, headRow, len(documentHeads))
}

// clip keeps a text that is shown in a message short.
func clip(text string) string {
	const longest = 40
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return text
}
