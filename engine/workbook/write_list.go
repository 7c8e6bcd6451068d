package workbook

import (
	"crypto/sha256"
	"fmt"

	"github.com/mattn/go-runewidth"
	"github.com/xuri/excelize/v2"

	"rubric/engine/facts"
	"rubric/engine/sheet"
)

// list writes a row for each element, and spare ones for more.
func (b *writer) list(s *Sheet) {
	elements := b.elements(s)
	b.newSheet(s.Name, s.Title, b.plan.say("workbook.list_hint"))
	b.open(s)
	b.control(s, elements)
	for i, place := range s.Columns {
		b.column(s, i+1, place)
	}
	for i, id := range []string{"workbook.document", "workbook.locator"} {
		at := len(s.Columns) + 1 + i
		b.text(s.Name, cell(at, headRow), b.plan.say(id), "head")
		b.do(b.file.SetColWidth(s.Name, letter(at), letter(at), 24))
	}
	b.do(b.file.SetRowVisible(s.Name, pathRow, false))
	for i := range len(elements) + b.contents.spare() {
		var element *facts.Node
		if i < len(elements) {
			element = elements[i]
		}
		b.element(s, firstElement+i, element)
	}
	cells := map[*facts.Schema]string{}
	for i, place := range s.Columns {
		cells[place] = cell(i+1, firstElement) + ":" + cell(i+1, max(lastElement, firstElement+len(elements)+b.contents.spare()))
	}
	b.allow(s.Name, cells, s.Columns)
	b.before(s)
	b.book.Freeze(s.Name, firstElement)
	b.protect(s.Name)
}

// open lets rows be filled in below those with a frame, as far down as they go:
// the columns themselves are not locked, but for what stands above the rows.
func (b *writer) open(s *Sheet) {
	last := len(s.Columns) + 2
	for i := range last {
		var place *facts.Schema // none for the document and the place in it
		if i < len(s.Columns) {
			place = s.Columns[i]
		}
		b.do(b.file.SetColStyle(s.Name, letter(i+1), b.book.Style(b.below(place))))
	}
	for row := 1; row < headRow; row++ {
		for column := 2; column <= last; column++ {
			b.text(s.Name, cell(column, row), "", "hint")
		}
	}
	b.text(s.Name, "A1", s.Title, "title")
	b.text(s.Name, "A2", b.plan.say("workbook.list_hint"), "hint")
}

// below is the look of a fact's cells, or of texts for nil, below those with a
// frame.
func (b *writer) below(place *facts.Schema) string {
	format, date := sheet.TextFormat, sheet.DateFormat
	style := excelize.Style{Protection: &excelize.Protection{Locked: false}, NumFmt: format}
	look := "below"
	switch {
	case place == nil:
	case place.Kind == facts.Num:
		look, style.NumFmt = "below number", 0
	case place.Format == "date":
		look, style.NumFmt, style.CustomNumFmt = "below date", 0, &date
	}
	if !b.book.HasStyle(look) {
		b.book.AddStyle(look, style)
	}
	return look
}

// previousMark stands in the hidden row of columns that nothing is read from.
const previousMark = "previous"

// before puts the elements of the period before beside those of this one, in grey,
// to compare with.
func (b *writer) before(s *Sheet) {
	n := node(b.contents.Before, s.List.Path())
	if n == nil || n.Len() == 0 {
		return
	}
	for i, place := range s.Columns {
		at := len(s.Columns) + 3 + i
		head := b.plan.say("workbook.before_of", "label", b.within(s, place))
		if place.Unit != "" {
			head += b.plan.say("workbook.in_unit", "unit", place.Unit)
		}
		b.text(s.Name, cell(at, headRow), head, "plain")
		b.text(s.Name, cell(at, pathRow), previousMark, "small")
		b.do(b.file.SetColWidth(s.Name, letter(at), letter(at), listWidth(head)))
		for k, e := range n.Elements() {
			b.text(s.Name, cell(at, firstElement+k), shown(member(e, s.List.Items, place)), "before")
		}
	}
}

func (b *writer) elements(s *Sheet) []*facts.Node {
	if n := node(b.contents.Facts, s.List.Path()); n != nil {
		return n.Elements()
	}
	return nil
}

// control is where one says that a list is empty: a list without rows is not
// known otherwise.
func (b *writer) control(s *Sheet, elements []*facts.Node) {
	listControl := cell(s.control())
	b.text(s.Name, listControl, "", "input")
	if node(b.contents.Facts, s.List.Path()) != nil && len(elements) == 0 {
		b.text(s.Name, listControl, b.plan.say("workbook.none"), "input")
	}
	b.choice(s.Name, listControl, []string{b.plan.say("workbook.none")})
}

// column writes the head of a column: label, unit, the rules that it serves, and
// in the hidden row below its place.
func (b *writer) column(s *Sheet, at int, place *facts.Schema) {
	head := b.within(s, place) + b.mark(place)
	if place.Unit != "" {
		head += b.plan.say("workbook.in_unit", "unit", place.Unit)
	}
	b.text(s.Name, cell(at, headRow), head, "head")
	b.text(s.Name, cell(at, pathRow), place.Path(), "small")
	b.do(b.file.SetColWidth(s.Name, letter(at), letter(at), listWidth(head)))
	b.note(s.Name, cell(at, headRow), b.plan.serves(place))
}

// listWidth is the width of a column of a list.
func listWidth(head string) float64 { return float64(max(12, min(36, runewidth.StringWidth(head)+4))) }

// within is a place's label, below those of the objects around it in the
// element.
func (b *writer) within(s *Sheet, place *facts.Schema) string {
	if place.Parent == s.List.Items || place == s.List.Items {
		return place.Label()
	}
	return b.within(s, place.Parent) + "·" + place.Label()
}

// element writes one row of a list; n is nil for a spare one.
func (b *writer) element(s *Sheet, row int, n *facts.Node) {
	texts := map[int]string{}
	for i, place := range s.Columns {
		at := member(n, s.List.Items, place)
		b.value(s.Name, cell(i+1, row), place, at)
		texts[i+1] = shown(at)
	}
	document, locator := "", ""
	if n != nil {
		document, locator, _ = b.source(n.Pointer())
	}
	b.text(s.Name, cell(len(s.Columns)+1, row), document, "open")
	b.text(s.Name, cell(len(s.Columns)+2, row), locator, "open")
	texts[len(s.Columns)+1], texts[len(s.Columns)+2] = document, locator
	b.book.Fit(s.Name, row, texts, func(column int) float64 {
		if column > len(s.Columns) {
			return 24
		}
		place := s.Columns[column-1]
		return listWidth(b.within(s, place) + b.mark(place) + place.Unit)
	})
}

// member is the fact of an element that stands at a place.
func member(element *facts.Node, items, place *facts.Schema) *facts.Node {
	if element == nil || place == items {
		return element
	}
	above := member(element, items, place.Parent)
	if above == nil {
		return nil
	}
	return above.Member(place.Name)
}

// choice offers a list of values for cells.
func (b *writer) choice(sheet, cells string, options []string) {
	v := excelize.NewDataValidation(true)
	v.SetSqref(cells)
	b.do(v.SetDropList(options))
	v.SetError(excelize.DataValidationErrorStyleStop, b.plan.say("workbook.wrong_title"), b.plan.say("workbook.wrong_choice"))
	b.do(b.file.AddDataValidation(sheet, v))
}

// digest tells layouts apart.
func (p *Plan) digest() string {
	h := sha256.New()
	for _, s := range p.Sheets {
		fmt.Fprintf(h, "%s\n", s.Name)
		for i, l := range s.Lines {
			if l.Place != nil {
				fmt.Fprintf(h, "%d %s %d %s\n", i, l.Place.Path(), l.Place.Kind, l.Place.Unit)
			}
		}
		for _, c := range s.Columns {
			fmt.Fprintf(h, "%s %d %s\n", c.Path(), c.Kind, c.Unit)
		}
	}
	return "sha256:" + fmt.Sprintf("%x", h.Sum(nil))
}

// documents writes the list of documents that the evidence names.
func (b *writer) documents() {
	name := b.plan.say("workbook.documents")
	b.newSheet(name, name, b.plan.say("workbook.documents_hint"))
	for i, id := range documentHeads {
		b.text(name, cell(i+1, headRow), b.plan.say(id), "head")
	}
	for i, width := range []float64{22, 60, 36, 14, 40} {
		b.do(b.file.SetColWidth(name, letter(i+1), letter(i+1), width))
	}
	row := firstLine
	if e := b.contents.Evidence; e != nil {
		for _, d := range e.Documents {
			for i, text := range []string{d.ID, d.Title, d.File, d.Date, d.Digest} {
				b.text(name, cell(i+1, row), text, "open")
			}
			row++
		}
	}
	for range b.contents.spare() {
		for i := range documentHeads {
			b.text(name, cell(i+1, row), "", "open")
		}
		row++
	}
	b.book.Freeze(name, firstLine)
	b.protect(name)
}

// documentHeads are the columns of the sheet of documents.
var documentHeads = [...]string{"workbook.document_id", "workbook.document_title", "workbook.document_file", "workbook.document_date", "workbook.document_digest"}
