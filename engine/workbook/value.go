package workbook

import (
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
)

// fact reads a fact from its cell into the draft. It tells whether there is one.
func (r *reader) fact(g *grid, column, row int, s *facts.Schema, pointer string) bool {
	c := g.at(column, row)
	if c.kind == emptyCell && !c.formula {
		return false
	}
	if !r.computed(g, column, row, s, &c) {
		return false
	}
	value := r.value(g, column, row, s, c)
	if value == nil {
		return false
	}
	if err := r.draft.Set(pointer, value); err != nil {
		r.wrong(g.name, column, row, "workbook.no_place", "pointer", pointer)
		return false
	}
	return true
}

// computed computes a formula again, and tells whether the cell can be read.
func (r *reader) computed(g *grid, column, row int, s *facts.Schema, c *cellData) bool {
	switch {
	case !c.formula && c.kind != errorCell:
		return true
	case !c.formula:
		r.wrong(g.name, column, row, "workbook.error_value", "value", c.stored)
	case s.Kind != facts.Num:
		r.wrong(g.name, column, row, "workbook.formula_in_text", "label", s.Label())
	case c.kind == emptyCell:
		r.wrong(g.name, column, row, "workbook.formula_no_result", "label", s.Label())
	case c.kind == errorCell:
		r.wrong(g.name, column, row, "workbook.error_value", "value", c.stored)
	default:
		return r.fresh(g, column, row, s, c)
	}
	return false
}

// fresh tells whether what a formula's cell holds is what the formula gives.
func (r *reader) fresh(g *grid, column, row int, s *facts.Schema, c *cellData) bool {
	result, err := r.book.file.CalcCellValue(g.name, cell(column, row), excelize.Options{RawCellValue: true})
	if err != nil {
		r.wrong(g.name, column, row, "workbook.formula_unknown", "label", s.Label())
		return false
	}
	now, ok := typedDigits(result)
	then, stored := typedDigits(c.stored)
	if !ok || !stored || !sameNumber(now, then) {
		r.wrong(g.name, column, row, "workbook.stale", "label", s.Label(), "stored", clip(c.stored), "result", clip(result))
		return false
	}
	return true
}

func sameNumber(a, b string) bool {
	x, errX := number.Parse(a)
	y, errY := number.Parse(b)
	return errX == nil && errY == nil && x.Equal(y)
}

// value is what a cell holds, as JSON for the place s; nil after a complaint.
func (r *reader) value(g *grid, column, row int, s *facts.Schema, c cellData) []byte {
	switch {
	case s.Kind == facts.Num:
		return r.number(g, column, row, s, c)
	case s.Kind == facts.Bool:
		return r.flag(g, column, row, s, c)
	case s.Format == "date":
		return r.date(g, column, row, s, c)
	case c.kind != textCell:
		r.wrong(g.name, column, row, "workbook.not_text", "label", s.Label(), "value", clip(c.stored))
		return nil
	}
	text := strings.TrimSpace(c.stored)
	if text != c.stored {
		r.wrong(g.name, column, row, "workbook.spaces", "label", s.Label())
		return nil
	}
	return r.bound(g, column, row, s, facts.QuoteJSON(text))
}

// flag reads yes and no.
func (r *reader) flag(g *grid, column, row int, s *facts.Schema, c cellData) []byte {
	switch text := strings.TrimSpace(c.stored); {
	case c.kind == boolCell && text == "1", c.kind == textCell && text == r.plan.yesNo(true):
		return []byte("true")
	case c.kind == boolCell && text == "0", c.kind == textCell && text == r.plan.yesNo(false):
		return []byte("false")
	}
	r.wrong(g.name, column, row, "workbook.not_flag", "label", s.Label(), "value", clip(c.stored), "yes", r.plan.yesNo(true), "no", r.plan.yesNo(false))
	return nil
}

// date reads a day: one that the workbook knows as a date, or text that is one.
func (r *reader) date(g *grid, column, row int, s *facts.Schema, c cellData) []byte {
	text := strings.TrimSpace(c.stored)
	switch c.kind {
	case textCell:
		if _, err := time.Parse(time.DateOnly, text); err == nil {
			return r.bound(g, column, row, s, facts.QuoteJSON(text))
		}
	case numberCell:
		days, err := strconv.Atoi(text)
		if err == nil && r.display(c).date && days > 60 && days < 2958466 {
			return r.bound(g, column, row, s, facts.QuoteJSON(firstDay.AddDate(0, 0, days).Format(time.DateOnly)))
		}
	}
	r.wrong(g.name, column, row, "workbook.not_date", "label", s.Label(), "value", clip(c.stored))
	return nil
}

// number reads a number with the digits that the cell shows, if those are all.
func (r *reader) number(g *grid, column, row int, s *facts.Schema, c cellData) []byte {
	if c.kind != numberCell {
		return r.numberInText(g, column, row, s, c)
	}
	typed, ok := typedDigits(c.stored)
	if !ok {
		r.wrong(g.name, column, row, "workbook.not_number", "label", s.Label(), "value", clip(c.stored))
		return nil
	}
	shown, id := r.shownDigits(typed, r.display(c), s)
	if id != "" {
		r.wrong(g.name, column, row, id, "label", s.Label(), "stored", typed, "shown", shown, "unit", s.Unit)
		return nil
	}
	return r.bound(g, column, row, s, []byte(shown))
}

// shownDigits are the digits that a cell shows; id says why they will not do.
func (r *reader) shownDigits(typed string, d display, s *facts.Schema) (shown, id string) {
	n, err := number.Parse(typed)
	switch {
	case err != nil:
		return typed, "workbook.not_number"
	case d.date:
		return typed, "workbook.date_for_number"
	case d.scaled:
		return typed, "workbook.shown_otherwise"
	case d.percent && s.Unit != "%":
		return typed, "workbook.percent_for_number"
	case d.general:
		return typed, ""
	case d.percent:
		n = n.Mul(number.Int(100))
	}
	shown = n.Fixed(d.decimals)
	if !sameNumber(shown, n.String()) {
		return shown, "workbook.digits_hidden"
	}
	return shown, ""
}

// numberInText reads a number that is kept as text because it has more digits
// than a workbook's numbers; any other text is a mistake, with its remedy.
func (r *reader) numberInText(g *grid, column, row int, s *facts.Schema, c cellData) []byte {
	text := strings.TrimSpace(c.stored)
	if _, err := number.Parse(text); err == nil && significant(text) > excelDigits {
		return r.bound(g, column, row, s, []byte(text))
	}
	digits, unit := splitUnit(text)
	switch {
	case c.kind != textCell:
		r.wrong(g.name, column, row, "workbook.not_number", "label", s.Label(), "value", clip(text))
	case digits != "" && unit == "":
		r.wrong(g.name, column, row, "workbook.number_as_text", "label", s.Label(), "value", digits)
	case digits != "" && unit == s.Unit:
		r.wrong(g.name, column, row, "workbook.unit_in_cell", "label", s.Label(), "value", digits, "unit", unit)
	case digits != "":
		r.wrong(g.name, column, row, "workbook.other_unit", "label", s.Label(), "value", clip(text), "unit", s.Unit, "found", clip(unit))
	default:
		r.wrong(g.name, column, row, "workbook.not_number", "label", s.Label(), "value", clip(text))
	}
	return nil
}

// splitUnit parts a number from what stands behind it; "" for no number. Full
// width digits and separators of thousands are read as people mean them.
func splitUnit(text string) (digits, unit string) {
	text = strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			return r - '！' + '!'
		}
		return r
	}, text)
	end := strings.IndexFunc(text, func(r rune) bool { return !strings.ContainsRune("-0123456789.,", r) })
	if end < 0 {
		end = len(text)
	}
	digits, unit = strings.ReplaceAll(text[:end], ",", ""), strings.TrimSpace(text[end:])
	if _, err := number.Parse(digits); err != nil {
		return "", ""
	}
	return digits, unit
}

// display is how the cell is shown.
func (r *reader) display(c cellData) display {
	style, err := r.book.file.GetStyle(c.style)
	if err != nil || style == nil {
		return display{general: true}
	}
	code := ""
	if style.CustomNumFmt != nil {
		code = *style.CustomNumFmt
	}
	return displayOf(style.NumFmt, code)
}

// bound holds a value to the bounds of its place, with the words that the facts
// themselves are checked with.
func (r *reader) bound(g *grid, column, row int, s *facts.Schema, value []byte) []byte {
	if m, ok := s.Allows(value); !ok {
		r.problems.Add(message.Problem{File: r.file, Pointer: place(g.name, column, row), Message: m})
		return nil
	}
	return value
}
