// Package sheet is how the sheets of workbooks (.xlsx) that we write look, so that
// all of them look alike: styles, paper, and texts that are never formulas.
package sheet

import (
	"io"
	"strconv"
	"strings"

	"github.com/mattn/go-runewidth"
	"github.com/xuri/excelize/v2"
)

// Book is a workbook being written. After an error it does nothing more; Write
// has the first.
type Book struct {
	File     *excelize.File
	style    map[string]int
	taken    map[string]bool // names of sheets, in small letters
	formulas bool            // there are some
	texts    []string        // that formulas give
	err      error
}

// New is an empty workbook. It is to be closed.
func New() *Book {
	b := &Book{File: excelize.NewFile(), style: map[string]int{}, taken: map[string]bool{}}
	for _, named := range looks() {
		b.AddStyle(named.name, named.style)
	}
	return b
}

// Close gives up what the workbook holds.
func (b *Book) Close() { b.File.Close() }

// Do notes an error, of which the first counts.
func (b *Book) Do(err error) {
	if b.err == nil {
		b.err = err
	}
}

// Cell is the name of a cell, both counted from 1: B3.
func Cell(column, row int) string {
	name, _ := excelize.CoordinatesToCellName(column, row)
	return name
}

// Letter is the name of a column, counted from 1: B.
func Letter(column int) string {
	name, _ := excelize.ColumnNumberToName(column)
	return name
}

// Style is the number of a style by its name.
func (b *Book) Style(name string) int { return b.style[name] }

// HasStyle tells whether there is a style of that name.
func (b *Book) HasStyle(name string) bool {
	_, ok := b.style[name]
	return ok
}

// AddStyle adds a style under a name.
func (b *Book) AddStyle(name string, s excelize.Style) int {
	id, err := b.File.NewStyle(&s)
	b.Do(err)
	b.style[name] = id
	return id
}

// Text writes a text, which is never a formula.
func (b *Book) Text(sheet, at, text, style string) {
	b.Do(b.File.SetCellStr(sheet, at, text))
	b.Styled(sheet, at, style)
}

// Styled gives a cell a style.
func (b *Book) Styled(sheet, at, style string) {
	b.Do(b.File.SetCellStyle(sheet, at, at, b.style[style]))
}

// Sheet adds a sheet.
func (b *Book) Sheet(name string) {
	_, err := b.File.NewSheet(name)
	b.Do(err)
}

// Orientation of paper.
type Orientation string

const (
	Landscape Orientation = "landscape"
	Portrait  Orientation = "portrait"
)

// Paper sets how a sheet looks on paper: A4, as wide as the page, with the name
// of the sheet and the page's number at the foot.
func (b *Book) Paper(name string, o Orientation) {
	orientation, a4, one, none := string(o), 9, 1, 0
	fit := true
	b.Do(b.File.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}))
	b.Do(b.File.SetPageLayout(name, &excelize.PageLayoutOptions{Orientation: &orientation, Size: &a4, FitToWidth: &one, FitToHeight: &none}))
	margin := 0.5
	b.Do(b.File.SetPageMargins(name, &excelize.PageLayoutMarginsOptions{Left: &margin, Right: &margin, Top: &margin, Bottom: &margin}))
	b.Do(b.File.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddFooter: "&L&A&R&P / &N"}))
}

// Widths sets the widths of the first columns, in characters.
func (b *Book) Widths(name string, widths ...float64) {
	for i, width := range widths {
		b.Do(b.File.SetColWidth(name, Letter(i+1), Letter(i+1), width))
	}
}

// Freeze keeps the rows above one in sight.
func (b *Book) Freeze(sheet string, row int) {
	b.Do(b.File.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: row - 1, TopLeftCell: Cell(1, row), ActivePane: "bottomLeft"}))
}

// lineHeight is how high a line of text in a cell is, in points.
const lineHeight = 15

// noteHeight is how high a line of a note is.
const noteHeight = 12

// Fit makes a row as high as its longest text, by column, needs.
func (b *Book) Fit(sheet string, row int, texts map[int]string, widths func(column int) float64) {
	lines := 1
	for column, text := range texts {
		lines = max(lines, Lines(text, widths(column)))
	}
	b.Do(b.File.SetRowHeight(sheet, row, float64(lines*lineHeight+3)))
}

// Lines is how many lines a text takes in a cell of that width.
func Lines(text string, width float64) int {
	room := max(1, int(width)-2)
	return (runewidth.StringWidth(text) + room - 1) / room
}

// Write writes the workbook without the sheet that every new one has, with the
// first of the others in front. No time of making stands in it: the same
// contents give the same file.
func (b *Book) Write(w io.Writer, title string) error {
	b.Do(b.File.DeleteSheet("Sheet1"))
	b.File.SetActiveSheet(0)
	b.Do(b.File.SetDocProps(&excelize.DocProperties{Creator: "rubric", Title: title,
		Created: "2000-01-01T00:00:00Z", Modified: "2000-01-01T00:00:00Z"}))
	if b.err != nil {
		return b.err
	}
	if b.formulas {
		return b.writeNumbers(w)
	}
	return b.File.Write(w)
}

// RepeatRows prints the rows up to one at the head of every page of a sheet.
func (b *Book) RepeatRows(name string, last int) {
	b.Do(b.File.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles",
		RefersTo: "'" + strings.ReplaceAll(name, "'", "''") + "'!$1:$" + strconv.Itoa(last), Scope: name}))
}

// PrintOnly leaves what stands behind a column or below a row off the paper.
func (b *Book) PrintOnly(name string, column, row int) {
	b.Do(b.File.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area",
		RefersTo: Quoted(name) + "!$A$1:$" + Letter(column) + "$" + strconv.Itoa(row), Scope: name}))
}

// Footer sets what stands at the foot of a sheet on paper, left of the page's
// number.
func (b *Book) Footer(name, text string) {
	text = strings.ReplaceAll(text, "&", "&&")
	b.Do(b.File.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddFooter: "&L" + text + "&R&P / &N"}))
}

// The height of an upright A4 page in points, as the sheets that we write are
// scaled: programs differ in how wide they take columns to be, and so in how much
// they scale. And by how much more may be squeezed onto a page.
const (
	pageHeight = 840
	pageAtMost = 1010
	squeezed   = 1.35
)

// OnePage puts a sheet on one upright page if it is not much more than that; else its last
// rows, from one on, are kept together.
func (b *Book) OnePage(name string, keep, last int) {
	height, kept := 0.0, 0.0
	for row := 1; row <= last; row++ {
		h, err := b.File.GetRowHeight(name, row)
		b.Do(err)
		height += h
		if row >= keep {
			kept += h
		}
	}
	one := 1
	switch {
	case height <= pageHeight*squeezed:
		b.Do(b.File.SetPageLayout(name, &excelize.PageLayoutOptions{FitToHeight: &one}))
	case int(height/pageHeight) > int((height-kept)/pageAtMost):
		b.Do(b.File.InsertPageBreak(name, Cell(1, keep)))
	}
}
