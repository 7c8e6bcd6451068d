package workbook

import (
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"rubric/engine/facts"
	"rubric/engine/grid"
	"rubric/engine/sheet"
)

// The columns of a form, and its first row of facts.
const (
	colLabel = iota + 1
	colValue
	colUnit
	colBefore
	colDocument
	colLocator
	colIndex
	colServes
	colPointer
	formColumns = colPointer

	headRow   = 3
	firstLine = 4
)

// A list has its control cell in controlRow, its head in headRow, the paths of
// its members hidden below, and its elements from firstElement on.
const (
	pathRow      = 4
	firstElement = 5
	spareRows    = 30    // framed rows for further elements
	lastElement  = 20000 // the last row for which a workbook says what may be typed

	controlRow = 2
)

// metaSheet is the hidden sheet that says what the workbook was made from.
const metaSheet = "rubric"

// Contents are what a workbook is filled with; any of them may be missing.
type Contents struct {
	Facts    *facts.Document // bound to the framework's schema
	Evidence *facts.Evidence
	Before   *facts.Document // of the period before, to compare with
	Rows     int             // framed rows for further elements of each list; 0 for the usual number
}

func (c Contents) spare() int {
	if c.Rows > 0 {
		return c.Rows
	}
	return spareRows
}

// Write writes the workbook with its contents. The error is that of the writer.
func (p *Plan) Write(w io.Writer, c Contents) error {
	book := sheet.New()
	defer book.Close()
	b := &writer{plan: p, book: book, file: book.File, contents: c}
	b.instructions()
	for _, s := range p.Sheets {
		if s.List == nil {
			b.form(s)
		} else {
			b.list(s)
		}
		if p.standing(s).needed() {
			b.tab(s.Name)
		}
	}
	b.documents()
	b.meta()
	b.do(b.file.ProtectWorkbook(&excelize.WorkbookProtectionOptions{LockStructure: true}))
	return book.Write(w, p.rules.Framework.Title)
}

// writer fills a workbook. After an error it does nothing more.
type writer struct {
	plan     *Plan
	book     *sheet.Book
	file     *excelize.File // of the book
	contents Contents
}

func (b *writer) do(err error) { b.book.Do(err) }

func cell(column, row int) string { return sheet.Cell(column, row) }

func letter(column int) string { return sheet.Letter(column) }

// text writes a text, which is never a formula.
func (b *writer) text(sheet, at, text, style string) { b.book.Text(sheet, at, text, style) }

func (b *writer) styled(sheet, at, style string) { b.book.Styled(sheet, at, style) }

func (b *writer) newSheet(name, title, hint string) {
	_, err := b.file.NewSheet(name)
	b.do(err)
	b.text(name, "A1", title, "title")
	b.text(name, "A2", hint, "hint")
	b.do(b.file.SetRowHeight(name, 1, 26))
	b.book.Paper(name, sheet.Landscape)
}

// protect locks what is not to be filled in.
func (b *writer) protect(name string) {
	b.do(b.file.ProtectSheet(name, &excelize.SheetProtectionOptions{
		SelectLockedCells: true, SelectUnlockedCells: true, FormatColumns: true, FormatRows: true,
	}))
}

// form writes a row for each fact.
func (b *writer) form(s *Sheet) {
	b.newSheet(s.Name, s.Title, b.plan.say("workbook.form_hint"))
	heads := []string{"workbook.fact", "workbook.value", "workbook.unit", "workbook.before", "workbook.document",
		"workbook.locator", "workbook.index", "workbook.serves", "workbook.pointer"}
	for i, id := range heads {
		b.text(s.Name, cell(i+1, headRow), b.plan.say(id), "head")
	}
	for i, width := range formWidths {
		b.do(b.file.SetColWidth(s.Name, letter(i+1), letter(i+1), width))
	}
	b.do(b.file.SetColVisible(s.Name, letter(colPointer), false))
	for i, line := range s.Lines {
		if line.Place == nil {
			b.heading(s.Name, firstLine+i, line.Heading)
		} else {
			b.line(s.Name, firstLine+i, line)
		}
	}
	b.allowForm(s)
	b.book.Freeze(s.Name, firstLine)
	b.protect(s.Name)
}

func (b *writer) allowForm(s *Sheet) {
	cells := map[*facts.Schema]string{}
	var order []*facts.Schema
	for i, line := range s.Lines {
		if line.Place != nil {
			cells[line.Place] = cell(colValue, firstLine+i)
			order = append(order, line.Place)
		}
	}
	b.allow(s.Name, cells, order)
}

func (b *writer) heading(sheet string, row int, text string) {
	for column := 1; column <= formColumns; column++ {
		b.styled(sheet, cell(column, row), "heading")
	}
	b.text(sheet, cell(colLabel, row), text, "heading")
}

// formWidths are the widths of the columns of a form, in characters.
var formWidths = [formColumns]float64{46, 18, 8, 13, 18, 34, 9, 24, 30}

// line writes one fact of a form.
func (b *writer) line(sheet string, row int, line Line) {
	place, pointer := line.Place, line.Place.Path()
	b.text(sheet, cell(colLabel, row), line.Label+b.mark(place), "label")
	b.value(sheet, cell(colValue, row), place, node(b.contents.Facts, pointer))
	b.text(sheet, cell(colUnit, row), place.Unit, "plain")
	b.text(sheet, cell(colBefore, row), shown(node(b.contents.Before, pointer)), "before")
	document, locator, index := b.source(pointer)
	b.text(sheet, cell(colDocument, row), document, "open")
	b.text(sheet, cell(colLocator, row), locator, "open")
	b.text(sheet, cell(colIndex, row), index, "open")
	serves := b.plan.serves(place)
	b.text(sheet, cell(colServes, row), titles(serves), "small")
	b.text(sheet, cell(colPointer, row), pointer, "small")
	b.note(sheet, cell(colLabel, row), serves)
	b.book.Fit(sheet, row, map[int]string{colLabel: line.Label + b.mark(place), colValue: shown(node(b.contents.Facts, pointer)),
		colDocument: document, colLocator: locator, colServes: titles(serves)},
		func(column int) float64 { return formWidths[column-1] })
}

// mark tells facts that may be left out.
func (b *writer) mark(s *facts.Schema) string {
	if s.Optional {
		return b.plan.say("workbook.optional")
	}
	return ""
}

func node(doc *facts.Document, pointer string) *facts.Node {
	if doc == nil {
		return nil
	}
	return doc.At(pointer)
}

func titles(all []served) string {
	var names []string
	for _, s := range all {
		names = append(names, s.title)
	}
	return strings.Join(names, "；")
}

// maxNotes is how many written rules stand in the note of one fact.
const maxNotes = 3

// note puts the written rules that a fact serves beside it.
func (b *writer) note(sheet, at string, serves []served) {
	if len(serves) == 0 {
		return
	}
	var lines []string
	for _, s := range serves[:min(len(serves), maxNotes)] {
		lines = append(lines, b.plan.say("workbook.rule_note", "title", s.title, "rule", s.rule))
	}
	b.do(b.file.AddComment(sheet, excelize.Comment{Cell: at, Author: "rubric", Width: 360, Height: 140,
		Paragraph: []excelize.RichTextRun{{Text: strings.Join(lines, "\n")}}}))
}

// source is where a fact comes from, as the evidence says it for this fact.
func (b *writer) source(pointer string) (document, locator, index string) {
	if b.contents.Evidence == nil {
		return "", "", ""
	}
	s, ok := b.contents.Evidence.For(pointer)
	if !ok {
		return "", "", ""
	}
	return s.Document.ID, s.Locator, s.Index
}

// value writes a fact, or the empty cell for it, with what may stand there.
func (b *writer) value(sheet, at string, place *facts.Schema, n *facts.Node) {
	switch {
	case n == nil || n.Kind == facts.Null:
	case n.Kind == facts.Num && len(strings.Trim(n.Text, "-0.")) > grid.Digits:
		b.do(b.file.SetCellStr(sheet, at, n.Text)) // Excel would not keep all digits
	case n.Kind == facts.Num:
		b.do(b.file.SetCellDefault(sheet, at, n.Text))
	case n.Kind == facts.Bool:
		b.do(b.file.SetCellStr(sheet, at, b.plan.yesNo(n.Flag)))
	case place.Format == "date":
		b.do(b.file.SetCellDefault(sheet, at, serial(n.Text)))
	default:
		b.do(b.file.SetCellStr(sheet, at, n.Text))
	}
	b.cellStyle(sheet, at, place, n)
}

func (p *Plan) yesNo(flag bool) string {
	if flag {
		return p.say("workbook.yes")
	}
	return p.say("workbook.no")
}

// serial is a date as a workbook counts days.
func serial(date string) string {
	day, _ := time.Parse(time.DateOnly, date) // the schema has checked it
	return strconv.Itoa(int(day.Sub(grid.FirstDay).Hours() / 24))
}

// cellStyle gives an input cell its look, its number format and what it allows.
func (b *writer) cellStyle(sheet, at string, place *facts.Schema, n *facts.Node) {
	switch {
	case place.Kind == facts.Num:
		b.do(b.file.SetCellStyle(sheet, at, at, b.numberStyle(n)))
	case place.Format == "date":
		b.styled(sheet, at, "date")
	default:
		b.styled(sheet, at, "input")
	}
}

func shown(n *facts.Node) string {
	switch {
	case n == nil:
		return ""
	case n.Kind == facts.Text || n.Kind == facts.Num:
		return n.Text
	case n.Kind == facts.Bool && n.Flag:
		return "✓"
	case n.Kind == facts.Bool:
		return "✗"
	}
	return ""
}

// meta says what the workbook was made from.
func (b *writer) meta() {
	_, err := b.file.NewSheet(metaSheet)
	b.do(err)
	for i, pair := range b.plan.identity() {
		b.do(b.file.SetCellStr(metaSheet, cell(1, i+1), pair[0]))
		b.do(b.file.SetCellStr(metaSheet, cell(2, i+1), pair[1]))
	}
	b.do(b.file.SetSheetVisible(metaSheet, false, true))
}

// identity is what a workbook must share with the framework to be read for it:
// the same facts in the same places.
func (p *Plan) identity() [][2]string {
	return [][2]string{
		{"format", "rubric.facts/v1"}, {frameworkKey, p.rules.Framework.ID}, {"layout", p.digest()},
	}
}
