package grid

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
)

// Reader reads facts from the cells of a book.
type Reader struct {
	Book    *Book
	Yes, No string // what stands for true and false
}

// As says how a cell is to be read.
type As struct {
	Place *facts.Schema
	Loose bool   // dates may be written as 2023/3/31 or 2023年3月31日, and spaces around a text do not count
	Unit  string // the unit that the cell's number is in, if it is not the fact's own

	Factor *number.Number // what to multiply the number with; nil for as it is
	Stored bool           // take the number as stored even where the cell shows fewer decimals
	Shown  bool           // take the number as shown even where more decimals are stored
}

// unit is the unit that a cell's number is in.
func (as As) unit() string {
	if as.Unit != "" {
		return as.Unit
	}
	return as.Place.Unit
}

func wrong(id string, pairs ...any) *message.Message {
	m := message.New(id, pairs...)
	return &m
}

// Fact reads a fact from its cell, as JSON. Both results are nil for an empty
// cell; else one of them is.
func (r Reader) Fact(g *Grid, column, row int, as As) (value []byte, mistake *message.Message) {
	c := g.At(column, row)
	if c.IsEmpty() {
		return nil, nil
	}
	if m := r.computed(g, column, row, as.Place, c); m != nil {
		return nil, m
	}
	if value, mistake = r.value(c, g.CSV, as); mistake != nil {
		return nil, mistake
	}
	if m, ok := as.Place.Allows(value); !ok {
		return nil, &m
	}
	return value, nil
}

// computed computes a formula again, and tells what is wrong with it.
func (r Reader) computed(g *Grid, column, row int, s *facts.Schema, c Cell) *message.Message {
	switch {
	case !c.Formula && c.Kind != Error:
		return nil
	case !c.Formula:
		return wrong("workbook.error_value", "value", c.Stored)
	case s.Kind != facts.Num:
		return wrong("workbook.formula_in_text", "label", s.Label())
	case c.Kind == Empty:
		return wrong("workbook.formula_no_result", "label", s.Label())
	case c.Kind == Error:
		return wrong("workbook.error_value", "value", c.Stored)
	}
	return r.fresh(g, column, row, s, c)
}

// fresh complains where what a formula's cell holds is not what the formula
// gives.
func (r Reader) fresh(g *Grid, column, row int, s *facts.Schema, c Cell) *message.Message {
	result, err := r.Book.compute(g, column, row)
	if err != nil {
		return wrong("workbook.formula_unknown", "label", s.Label())
	}
	now, ok := typedDigits(result)
	then, stored := typedDigits(c.Stored)
	if !ok || !stored || !sameNumber(now, then) {
		return wrong("workbook.stale", "label", s.Label(), "stored", clip(c.Stored), "result", clip(result))
	}
	return nil
}

func sameNumber(a, b string) bool {
	x, errX := number.Parse(a)
	y, errY := number.Parse(b)
	return errX == nil && errY == nil && x.Equal(y)
}

func (r Reader) value(c Cell, csv bool, as As) ([]byte, *message.Message) {
	s := as.Place
	switch {
	case s.Kind == facts.Num:
		return r.number(c, csv, as)
	case s.Kind == facts.Bool:
		return r.flag(c, as)
	case s.Format == "date":
		return r.date(c, as)
	case c.Kind == Number && r.isCode(c, s):
		return facts.QuoteJSON(strings.TrimSpace(c.Stored)), nil
	case c.Kind != Text:
		return nil, wrong("workbook.not_text", "label", s.Label(), "value", clip(c.Stored))
	}
	text := strings.TrimSpace(c.Stored)
	switch {
	case text != c.Stored && !as.Loose:
		return nil, wrong("workbook.spaces", "label", s.Label())
	case csv && strings.ContainsRune("=+-@", rune(text[0])):
		return nil, wrong("workbook.csv_formula", "label", s.Label(), "value", clip(text))
	}
	return facts.QuoteJSON(text), nil
}

// isCode tells a number that is surely meant as the text that the place asks for,
// such as the year 2023: it shows its plain digits, and those are written as asked.
func (r Reader) isCode(c Cell, s *facts.Schema) bool {
	text := strings.TrimSpace(c.Stored)
	d := r.Book.display(c)
	plain := d.general || d.decimals == 0 && !d.date && !d.percent && !d.scaled
	if s.Pattern == "" || !plain || strings.Trim(text, "0123456789") != "" || significant(text) > Digits {
		return false
	}
	_, ok := s.Allows(facts.QuoteJSON(text))
	return ok
}

// flag reads yes and no.
func (r Reader) flag(c Cell, as As) ([]byte, *message.Message) {
	switch text := strings.TrimSpace(c.Stored); {
	case c.Kind == Bool && text == "1", c.Kind == Text && text == r.Yes, as.Loose && strings.EqualFold(text, "true"):
		return []byte("true"), nil
	case c.Kind == Bool && text == "0", c.Kind == Text && text == r.No, as.Loose && strings.EqualFold(text, "false"):
		return []byte("false"), nil
	}
	return nil, wrong("workbook.not_flag", "label", as.Place.Label(), "value", clip(c.Stored), "yes", r.Yes, "no", r.No)
}

// FirstDay is day 0 of the calendar in workbooks; from March 1900 on its days
// are right.
var FirstDay = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)

// The days of workbooks that are read: from March 1900 to the year 9999.
const firstSure, lastDay = 61, 2958465

// date reads a day: one that the workbook knows as a date, or text that is one.
func (r Reader) date(c Cell, as As) ([]byte, *message.Message) {
	text := strings.TrimSpace(c.Stored)
	switch c.Kind {
	case Text:
		if day, ok := day(text, as.Loose); ok {
			return facts.QuoteJSON(day), nil
		}
	case Number:
		days, err := strconv.Atoi(text)
		if day, ok := eightDigits(text); ok && !r.Book.display(c).date {
			return facts.QuoteJSON(day), nil
		}
		if err == nil && r.Book.display(c).date && days >= firstSure && days <= lastDay {
			return facts.QuoteJSON(FirstDay.AddDate(0, 0, days).Format(time.DateOnly)), nil
		}
	}
	if day, ok := day(text, true); ok {
		return nil, wrong("workbook.date_otherwise", "label", as.Place.Label(), "value", clip(text), "day", day)
	}
	return nil, wrong("workbook.not_date", "label", as.Place.Label(), "value", clip(c.Stored))
}

// day reads a day that is written with the year first, in one of the ways that
// cannot be misunderstood where any will do.
func day(text string, loose bool) (string, bool) {
	if day, ok := eightDigits(text); ok {
		return day, true
	}
	ways := []string{time.DateOnly}
	if loose {
		ways = append(ways, "2006/1/2", "2006-1-2", "2006年1月2日")
	}
	for _, way := range ways {
		if day, err := time.Parse(way, text); err == nil {
			return day.Format(time.DateOnly), true
		}
	}
	return "", false
}

// eightDigits reads a day as exports have it, 20230930, of the years that no other
// number is likely to look like.
func eightDigits(text string) (string, bool) {
	day, err := time.Parse("20060102", text)
	if err != nil || len(text) != 8 || day.Year() < 1900 || day.Year() > 2099 {
		return "", false
	}
	return day.Format(time.DateOnly), true
}

// number reads a number with the digits that the cell shows, if those are all.
func (r Reader) number(c Cell, csv bool, as As) ([]byte, *message.Message) {
	digits, m := "", (*message.Message)(nil)
	switch {
	case csv:
		digits, m = writtenDigits(c, as)
	case c.Kind == Number:
		digits, m = r.numberDigits(c, as)
	default:
		digits, m = textDigits(c, as)
	}
	if m != nil || as.Factor == nil {
		return []byte(digits), m
	}
	n, err := number.Parse(digits)
	if err != nil {
		return nil, wrong("workbook.not_number", "label", as.Place.Label(), "value", clip(digits))
	}
	text := n.Mul(*as.Factor).String()
	if _, err := number.Parse(text); err != nil { // a fraction without end
		return nil, wrong("workbook.no_decimal", "label", as.Place.Label(), "value", digits, "result", text)
	}
	return []byte(text), nil
}

func (r Reader) numberDigits(c Cell, as As) (string, *message.Message) {
	typed, ok := typedDigits(c.Stored)
	if !ok {
		return "", wrong("workbook.not_number", "label", as.Place.Label(), "value", clip(c.Stored))
	}
	shown, id := shownDigits(typed, r.Book.display(c), as)
	if id != "" {
		return "", wrong(id, "label", as.Place.Label(), "stored", typed, "shown", shown, "unit", as.unit())
	}
	return shown, nil
}

// shownDigits are the digits that a cell shows; id says why they will not do.
func shownDigits(typed string, d display, as As) (shown, id string) {
	n, err := number.Parse(typed)
	switch {
	case err != nil:
		return typed, "workbook.not_number"
	case d.date:
		return typed, "workbook.date_for_number"
	case d.scaled:
		return typed, "workbook.shown_otherwise"
	case d.percent && as.unit() != "%":
		return typed, "workbook.percent_for_number"
	case d.general:
		return typed, ""
	case d.percent:
		n = n.Mul(number.Int(100))
	}
	shown = n.Fixed(d.decimals)
	switch {
	case sameNumber(shown, n.String()), as.Shown:
		return shown, ""
	case as.Stored:
		return n.String(), ""
	}
	return shown, "workbook.digits_hidden"
}

// textDigits reads a number that is kept as text because it has more digits
// than a workbook's numbers; any other text is a mistake, with its remedy.
func textDigits(c Cell, as As) (string, *message.Message) {
	text := strings.TrimSpace(c.Stored)
	if _, err := number.Parse(text); err == nil && significant(text) > Digits {
		return text, nil
	}
	label := as.Place.Label()
	digits, unit := splitUnit(text)
	switch {
	case c.Kind != Text:
		return "", wrong("workbook.not_number", "label", label, "value", clip(text))
	case digits != "" && unit == "":
		return "", wrong("workbook.number_as_text", "label", label, "value", digits)
	case digits != "" && unit == as.unit():
		return "", wrong("workbook.unit_in_cell", "label", label, "value", digits, "unit", unit)
	case digits != "":
		return "", otherUnit(text, digits, unit, as)
	case inCurrency(text):
		return "", wrong("workbook.currency", "label", label, "value", clip(text), "unit", as.unit())
	}
	return "", wrong("workbook.not_number", "label", label, "value", clip(text))
}

// writtenDigits reads a number of a file in which everything is text. Commas
// between thousands are no part of it.
func writtenDigits(c Cell, as As) (string, *message.Message) {
	text := strings.TrimSpace(c.Stored)
	plain := withoutThousands(text)
	if _, err := number.Parse(plain); err == nil {
		return plain, nil
	}
	label := as.Place.Label()
	digits, unit := splitUnit(text)
	switch {
	case digits != "" && unit == as.unit() && unit != "":
		return "", wrong("workbook.csv_unit", "label", label, "value", digits, "unit", unit)
	case digits != "" && unit != "":
		return "", otherUnit(text, digits, unit, as)
	case digits != "":
		return "", wrong("workbook.csv_digits", "label", label, "value", clip(text), "digits", digits)
	case inCurrency(text):
		return "", wrong("workbook.currency", "label", label, "value", clip(text), "unit", as.unit())
	}
	return "", wrong("workbook.not_number", "label", label, "value", clip(text))
}

// inCurrency tells whether the sign of a currency stands before a number.
func inCurrency(text string) bool {
	amount := strings.TrimLeft(text, "￥¥$€ ")
	digits, _ := splitUnit(amount)
	return amount != text && digits != ""
}

// withoutThousands takes out commas that part thousands, and leaves alone a text
// in which they stand elsewhere.
func withoutThousands(text string) string {
	whole, fraction, _ := strings.Cut(text, ".")
	groups := strings.Split(whole, ",")
	first := strings.TrimPrefix(groups[0], "-")
	odd := slices.ContainsFunc(groups[1:], func(g string) bool { return len(g) != 3 })
	if len(groups) == 1 || odd || len(first) < 1 || len(first) > 3 || strings.Contains(fraction, ",") {
		return text
	}
	return strings.ReplaceAll(text, ",", "")
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

// clip keeps a text that is shown in a message short.
func clip(text string) string {
	const longest = 40
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return text
}
