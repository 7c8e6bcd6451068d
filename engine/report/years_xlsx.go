package report

import (
	"io"

	"rubric/engine/sheet"
)

// YearsBook writes a comparison as a workbook: all years, changes, growth and
// shares, one section below the other. Numbers stand there as they are printed, as
// texts, so that no digit is lost.
func YearsBook(w io.Writer, y YearsTold, words Words) error {
	b := sheet.New()
	defer b.Close()
	name := words.say("years.sheet")
	b.Sheet(name)
	b.Text(name, sheet.Cell(1, 1), y.Case.Title, "title")
	b.Text(name, sheet.Cell(1, 2), words.yearsCases(y), "hint")
	row, columns := 4, 0
	for _, s := range words.years(y, true) {
		b.Text(name, sheet.Cell(1, row), s.title, "label")
		row++
		for n, line := range s.table {
			style := "label"
			if n == 0 {
				style = "head"
			}
			for column, cell := range line {
				b.Text(name, sheet.Cell(column+1, row), cell, style)
			}
			columns = max(columns, len(line))
			row++
		}
		row = yearNotes(b, name, row, s.items) + 1
	}
	widths := []float64{44}
	for range max(0, columns-1) {
		widths = append(widths, 14)
	}
	b.Widths(name, widths...)
	b.Paper(name, sheet.Landscape)
	return b.Write(w, y.Case.Title)
}

func yearNotes(b *sheet.Book, name string, row int, items []item) int {
	for _, i := range items {
		b.Text(name, sheet.Cell(1, row), i.text, "hint")
		row = yearNotes(b, name, row+1, i.below)
	}
	return row
}
