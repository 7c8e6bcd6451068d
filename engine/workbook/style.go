package workbook

import (
	"strings"

	"github.com/xuri/excelize/v2"

	"rubric/engine/facts"
	"rubric/engine/number"
)

// styles makes the looks of cells. Cells to be filled in are the light ones with
// a frame, and the only ones that are not locked.
func (b *writer) styles() {
	b.style = map[string]int{}
	font := "Microsoft YaHei"
	left := &excelize.Alignment{Vertical: "center", WrapText: true}
	right := &excelize.Alignment{Vertical: "center", Horizontal: "right"}
	grey := []excelize.Border{}
	for _, side := range []string{"left", "right", "top", "bottom"} {
		grey = append(grey, excelize.Border{Type: side, Color: "BFBFBF", Style: 1})
	}
	fill := func(color string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
	}
	date := dateFormat
	open := &excelize.Protection{Locked: false}
	for _, named := range []struct {
		name  string
		style excelize.Style
	}{
		{"title", excelize.Style{Font: &excelize.Font{Family: font, Size: 15, Bold: true, Color: "1F3864"}}},
		{"hint", excelize.Style{Font: &excelize.Font{Family: font, Size: 9, Color: "7F7F7F"}}},
		{"head", excelize.Style{Font: &excelize.Font{Family: font, Size: 10, Bold: true, Color: "FFFFFF"}, Fill: fill("1F3864"), Alignment: &excelize.Alignment{Vertical: "center", Horizontal: "center", WrapText: true}, Border: grey}},
		{"heading", excelize.Style{Font: &excelize.Font{Family: font, Size: 10, Bold: true, Color: "1F3864"}, Fill: fill("DDE6F3"), Border: grey}},
		{"label", excelize.Style{Font: &excelize.Font{Family: font, Size: 10}, Alignment: left, Border: grey}},
		{"plain", excelize.Style{Font: &excelize.Font{Family: font, Size: 10}, Alignment: &excelize.Alignment{Vertical: "center", Horizontal: "center"}, Border: grey}},
		{"small", excelize.Style{Font: &excelize.Font{Family: font, Size: 8, Color: "7F7F7F"}, Alignment: left, Border: grey}},
		{"before", excelize.Style{Font: &excelize.Font{Family: font, Size: 10, Color: "7F7F7F"}, Alignment: right, Border: grey}},
		{"open", excelize.Style{Font: &excelize.Font{Family: font, Size: 10}, Alignment: left, Border: grey, NumFmt: textFormat, Protection: open}},
		{"input", excelize.Style{Font: &excelize.Font{Family: font, Size: 10}, Alignment: left, Border: grey, Fill: fill("FFF9E5"), NumFmt: textFormat, Protection: open}},
		{"date", excelize.Style{Font: &excelize.Font{Family: font, Size: 10}, Alignment: right, Border: grey, Fill: fill("FFF9E5"), CustomNumFmt: &date, Protection: open}},
		{"number", excelize.Style{Font: &excelize.Font{Family: font, Size: 10}, Alignment: right, Border: grey, Fill: fill("FFF9E5"), Protection: open}},
	} {
		id, err := b.file.NewStyle(&named.style)
		b.do(err)
		b.style[named.name] = id
	}
}

// textFormat is "@": what is typed stays as typed.
const textFormat = 49

// dateFormat shows a day as it is written in the facts.
const dateFormat = "yyyy-mm-dd"

// numberStyle is the look of a number that shows all decimals it is written
// with.
func (b *writer) numberStyle(n *facts.Node) int {
	_, fraction, _ := strings.Cut(digits(n), ".")
	if fraction == "" || strings.ContainsAny(fraction, "eE") {
		return b.style["number"]
	}
	format := "0." + strings.Repeat("0", len(fraction))
	if id, ok := b.style[format]; ok {
		return id
	}
	style, err := b.file.GetStyle(b.style["number"])
	b.do(err)
	if err != nil {
		return 0
	}
	style.CustomNumFmt = &format
	id, err := b.file.NewStyle(style)
	b.do(err)
	b.style[format] = id
	return id
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
