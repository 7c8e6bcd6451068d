package workbook

import (
	"strings"

	"github.com/xuri/excelize/v2"

	"rubric/engine/facts"
	"rubric/engine/number"
)

// numberStyle is the look of a number that shows all decimals it is written
// with.
func (b *writer) numberStyle(n *facts.Node) int {
	_, fraction, _ := strings.Cut(digits(n), ".")
	if fraction == "" || strings.ContainsAny(fraction, "eE") {
		return b.book.Style("number")
	}
	format := "0." + strings.Repeat("0", len(fraction))
	if b.book.HasStyle(format) {
		return b.book.Style(format)
	}
	style, err := b.file.GetStyle(b.book.Style("number"))
	b.do(err)
	if err != nil {
		return 0
	}
	style.CustomNumFmt = &format
	return b.book.AddStyle(format, *style)
}

func digits(n *facts.Node) string {
	if n == nil || n.Kind != facts.Num {
		return ""
	}
	return n.Text
}

// allow tells the workbook what may be typed at the places of a sheet: each kind
// of place once, for all its cells.
func (b *writer) allow(sheet string, cells map[*facts.Schema]string, order []*facts.Schema) {
	for _, place := range order {
		at := cells[place]
		switch {
		case place.Kind == facts.Bool:
			b.choice(sheet, at, []string{b.plan.yesNo(true), b.plan.yesNo(false)})
		case len(place.Enum) > 0 && len(strings.Join(place.Enum, ",")) < 250:
			b.choice(sheet, at, place.Enum)
		case place.Kind == facts.Num:
			b.bounds(sheet, at, place)
		}
	}
}

// bounds lets a workbook refuse numbers outside the schema's.
func (b *writer) bounds(sheet, cells string, place *facts.Schema) {
	v := excelize.NewDataValidation(true)
	v.SetSqref(cells)
	kind := excelize.DataValidationTypeDecimal
	if place.Integer {
		kind = excelize.DataValidationTypeWhole
	}
	least, most := bound(place.Minimum, "-1E+15"), bound(place.Maximum, "1E+15")
	b.do(v.SetRange(least, most, kind, excelize.DataValidationOperatorBetween))
	v.SetError(excelize.DataValidationErrorStyleStop, b.plan.say("workbook.wrong_title"), b.plan.say("workbook.wrong_number", "label", place.Label()))
	b.do(b.file.AddDataValidation(sheet, v))
}

func bound(n *number.Number, otherwise string) string {
	if n == nil {
		return otherwise
	}
	return n.String()
}
