package evidence

import (
	"io"
	"strconv"
	"strings"

	"rubric/engine/sheet"
)

// Say is a sentence of the catalogue in some language.
type Say func(id string, pairs ...any) string

// Book writes the index as a workbook: a sheet of the documents, one of what each
// attests, and one of what indicators ask for. The same index gives the same
// bytes.
func (x *Index) Book(w io.Writer, say Say) error {
	b := book{sheet.New(), say}
	defer b.Close()
	b.documents(x)
	b.facts(x)
	b.asked(x)
	return b.Write(w, say("evidence.title"))
}

type book struct {
	*sheet.Book
	say Say
}

// The rows of a sheet.
const (
	titleRow = 1
	headRow  = 3
	firstRow = 4
)

// table starts a sheet with a title and the heads of its columns.
func (b book) table(name, title string, widths []float64, heads []string) {
	b.Sheet(name)
	b.Text(name, sheet.Cell(1, titleRow), title, "title")
	b.Text(name, sheet.Cell(1, titleRow+1), b.say("evidence.title"), "hint")
	b.Widths(name, widths...)
	for i, head := range heads {
		b.Text(name, sheet.Cell(i+1, headRow), head, "head")
	}
	b.Freeze(name, firstRow)
	b.Paper(name, sheet.Landscape)
	b.RepeatRows(name, headRow)
}

// row writes the cells of a row, all of them texts.
func (b book) row(name string, row int, widths []float64, texts []string) {
	all := map[int]string{}
	for i, text := range texts {
		b.Text(name, sheet.Cell(i+1, row), text, "label")
		all[i+1] = text
	}
	b.Fit(name, row, all, func(column int) float64 { return widths[column-1] })
}

func (b book) documents(x *Index) {
	name := b.say("evidence.sheet_documents")
	widths := []float64{5, 9, 26, 11, 11, 9, 18, 9, 16, 26}
	b.table(name, x.Case.Title, widths, []string{
		b.say("evidence.column_no"), b.say("evidence.index"), b.say("evidence.column_title"), b.say("evidence.date"),
		b.say("evidence.column_supplied"), b.say("evidence.column_confidential"), b.say("evidence.column_file"),
		b.say("evidence.column_state"), b.say("evidence.column_digest"), b.say("evidence.column_indicators")})
	for i, d := range x.Documents {
		var titles []string
		for _, in := range d.Indicators {
			titles = append(titles, in.Title)
		}
		b.row(name, firstRow+i, widths, []string{strconv.Itoa(i + 1), d.Index, d.Title, d.Date, d.SuppliedBy, d.Confidentiality,
			d.File, b.state(d.State), d.Digest, strings.Join(titles, "；")})
	}
}

func (b book) state(s State) string {
	switch s {
	case NoFile:
		return b.say("evidence.state_no_file")
	case Unrecorded:
		return b.say("evidence.state_unrecorded")
	case Same:
		return b.say("evidence.state_same")
	case Changed:
		return b.say("evidence.state_changed")
	case Absent:
		return b.say("evidence.state_absent")
	}
	return b.say("evidence.state_unreadable")
}

func (b book) facts(x *Index) {
	name := b.say("evidence.sheet_facts")
	widths := []float64{9, 30, 36, 38, 9, 13}
	b.table(name, x.Case.Title, widths, []string{b.say("evidence.index"), b.say("evidence.column_title"), b.say("evidence.column_fact"),
		b.say("evidence.column_locator"), b.say("evidence.column_role"), b.say("evidence.column_value")})
	row := firstRow
	for _, d := range x.Documents {
		for _, c := range d.Facts {
			label, index := c.Label, c.Index
			if label == "" {
				label = b.say("evidence.whole_case")
			}
			if index == "" {
				index = d.Index
			}
			b.row(name, row, widths, []string{index, d.Title, label, c.Locator, b.role(c.Role), c.Value})
			row++
		}
	}
}

func (b book) role(role string) string {
	switch role {
	case Another:
		return b.say("evidence.role_also")
	case TypedOff:
		return b.say("evidence.role_imported")
	}
	return b.say("evidence.role_adopted")
}

func (b book) asked(x *Index) {
	name := b.say("evidence.sheet_asked")
	widths := []float64{28, 50, 56}
	b.table(name, x.Case.Title, widths, []string{b.say("evidence.column_indicator"), b.say("evidence.column_asked"), b.say("evidence.column_documents")})
	titles := map[string]string{}
	for _, d := range x.Documents {
		titles[d.ID] = strings.TrimSpace(d.Index + " " + d.Title)
	}
	row := firstRow
	for _, in := range x.Indicators {
		for _, a := range in.Asked {
			b.row(name, row, widths, []string{in.Title, a.Text, b.named(in, a, titles)})
			row++
		}
	}
}

// named are the documents for one thing asked for, or that there are none.
func (b book) named(in Indicator, a Asked, titles map[string]string) string {
	var all []string
	for _, id := range a.Documents {
		all = append(all, titles[id])
	}
	switch {
	case len(all) > 0:
		return strings.Join(all, "；")
	case in.Standing == Missing:
		return b.say("evidence.none_at_all")
	}
	return b.say("evidence.none_named")
}
