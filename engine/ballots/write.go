package ballots

import (
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"

	"rubric/engine"
	"rubric/engine/panel"
	"rubric/engine/sheet"
)

// widths are the widths of the columns of an expert's sheet.
var widths = []float64{26, 58, 8, 10, 10, 34, 18, 10}

// Write writes the workbook. The error is that of the writer.
func (f *Form) Write(w io.Writer) error {
	book := sheet.New()
	defer book.Close()
	b := &writer{Book: book, form: f}
	for _, e := range f.Experts {
		b.expert(e)
	}
	b.reasons()
	b.meta()
	b.Do(b.File.ProtectWorkbook(&excelize.WorkbookProtectionOptions{LockStructure: true}))
	return book.Write(w, f.Case.Title)
}

type writer struct {
	*sheet.Book
	form *Form
}

func (b *writer) begin(name, title, hint string, heads []string, widths []float64) {
	b.Sheet(name)
	b.Text(name, "A1", title, "title")
	b.Text(name, "A2", hint, "hint")
	b.Do(b.File.SetRowHeight(name, 1, 26))
	b.Paper(name, sheet.Landscape)
	b.Widths(name, widths...)
	for i, id := range heads {
		b.Text(name, sheet.Cell(i+1, headRow), b.form.Say(id), "head")
	}
	b.Freeze(name, firstRow)
	b.Do(b.File.SetColVisible(name, sheet.Letter(len(heads)), false))
	titles := fmt.Sprintf("'%s'!$%d:$%d", name, headRow, headRow)
	b.Do(b.File.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: titles, Scope: name}))
}

func (b *writer) protect(name string) {
	b.Do(b.File.ProtectSheet(name, &excelize.SheetProtectionOptions{
		SelectLockedCells: true, SelectUnlockedCells: true, FormatColumns: true, FormatRows: true,
	}))
}

// expert writes the sheet of one expert.
func (b *writer) expert(e panel.Expert) {
	f, name := b.form, b.form.sheetName(e)
	b.begin(name, f.Say("ballots.title", "case", f.Case.Title, "expert", e.Name), f.Say("ballots.hint"),
		[]string{"ballots.indicator", "ballots.rule", "ballots.weight", "ballots.rule_score", "ballots.score", "ballots.opinion",
			"ballots.invalid", "ballots.id"}, widths)
	for i, in := range f.Items {
		b.row(name, firstRow+i, in, f.ballot(in.ID, e.ID))
	}
	b.total(name)
	b.protect(name)
}

// ballot is the mark that an expert gave already, nil for none.
func (f *Form) ballot(indicator, expert string) *panel.Ballot {
	if f.Before == nil {
		return nil
	}
	for _, item := range f.Before.Items {
		for i, b := range item.Ballots {
			if item.Indicator == indicator && b.Expert == expert {
				return &item.Ballots[i]
			}
		}
	}
	return nil
}

func (b *writer) row(name string, row int, in engine.Indicator, given *panel.Ballot) {
	at := func(column int) string { return sheet.Cell(column, row) }
	b.about(name, row, in)
	b.Text(name, at(colOpinion), "", "open")
	b.Text(name, at(colInvalid), "", "open")
	b.Text(name, at(colID), in.ID, "small")
	b.Styled(name, at(colScore), "number")
	if given != nil {
		if given.Scored {
			b.Do(b.File.SetCellDefault(name, at(colScore), given.Score.String()))
		}
		b.Text(name, at(colOpinion), given.Opinion, "open")
		b.Text(name, at(colInvalid), given.Invalid, "open")
	}
	v := excelize.NewDataValidation(true)
	v.SetSqref(at(colScore))
	b.Do(v.SetRange("0", in.Weight, excelize.DataValidationTypeDecimal, excelize.DataValidationOperatorBetween))
	v.SetError(excelize.DataValidationErrorStyleStop, b.form.Say("workbook.wrong_title"), b.form.Say("ballots.wrong", "weight", in.Weight))
	b.Do(b.File.AddDataValidation(name, v))
	b.Fit(name, row, map[int]string{colTitle: in.Title, colRule: in.Rule.Text}, func(column int) float64 { return widths[column-1] })
}

// about writes what an indicator is and what the rules give for it.
func (b *writer) about(name string, row int, in engine.Indicator) {
	b.Text(name, sheet.Cell(colTitle, row), in.Title, "label")
	b.Text(name, sheet.Cell(colRule, row), in.Rule.Text, "label")
	b.Styled(name, sheet.Cell(colWeight, row), "plain")
	b.Do(b.File.SetCellDefault(name, sheet.Cell(colWeight, row), in.Weight))
	b.ruleScore(name, sheet.Cell(colRuleScore, row), in)
}

func (b *writer) ruleScore(name, at string, in engine.Indicator) {
	if in.RuleScore == nil {
		b.Text(name, at, b.form.Say("ballots.open"), "plain")
		return
	}
	b.Styled(name, at, "plain")
	b.Do(b.File.SetCellDefault(name, at, *in.RuleScore))
}

// total adds up under the last row.
func (b *writer) total(name string) {
	row := firstRow + len(b.form.Items)
	for column := 1; column < columns; column++ {
		b.Text(name, sheet.Cell(column, row), "", "heading")
	}
	b.Text(name, sheet.Cell(colTitle, row), b.form.Say("ballots.total"), "heading")
	for _, column := range []int{colWeight, colRuleScore, colScore} {
		at := sheet.Cell(column, row)
		b.Do(b.File.SetCellValue(name, at, nil))
		sum := fmt.Sprintf("SUM(%s:%s)", sheet.Cell(column, firstRow), sheet.Cell(column, row-1))
		b.Do(b.File.SetCellFormula(name, at, sum))
	}
}

// reasons writes the sheet in which the panel says why a mark departs from the
// rule score.
func (b *writer) reasons() {
	f, name := b.form, b.form.Say("ballots.reasons")
	b.begin(name, name, f.Say("ballots.reasons_hint"), []string{"ballots.indicator", "ballots.reason", "ballots.weight", "ballots.rule_score", "ballots.id"},
		[]float64{32, 80, 8, 10, 10})
	for i, in := range f.Items {
		row := firstRow + i
		b.about(name, row, in)
		b.Text(name, sheet.Cell(reasonColumn, row), f.reason(in.ID), "open")
		b.Text(name, sheet.Cell(reasonID, row), in.ID, "small")
		b.Fit(name, row, map[int]string{1: in.Title, 2: f.reason(in.ID)}, func(column int) float64 { return []float64{32, 80}[column-1] })
	}
	b.protect(name)
}

func (f *Form) reason(indicator string) string {
	if f.Before == nil {
		return ""
	}
	for _, item := range f.Before.Items {
		if item.Indicator == indicator {
			return item.Reason
		}
	}
	return ""
}

// meta says what the workbook is for, and whose the sheets are.
func (b *writer) meta() {
	b.Sheet(metaSheet)
	pairs := b.form.identity()
	for _, e := range b.form.Experts {
		pairs = append(pairs, [2]string{e.ID, e.Name})
	}
	for i, pair := range pairs {
		b.Do(b.File.SetCellStr(metaSheet, sheet.Cell(1, i+1), pair[0]))
		b.Do(b.File.SetCellStr(metaSheet, sheet.Cell(2, i+1), pair[1]))
		if i >= metaExperts-1 {
			b.Do(b.File.SetCellStr(metaSheet, sheet.Cell(3, i+1), b.form.sheetName(b.form.Experts[i-metaExperts+1])))
		}
	}
	b.Do(b.File.SetSheetVisible(metaSheet, false, true))
}
