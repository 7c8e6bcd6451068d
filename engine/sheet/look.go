package sheet

import "github.com/xuri/excelize/v2"

// look is a style with its name.
type look struct {
	name  string
	style excelize.Style
}

// looks are the styles of all workbooks. Cells to be filled in are the light ones
// with a frame, and the only ones that are not locked.
func looks() []look {
	font := "Microsoft YaHei"
	left := &excelize.Alignment{Vertical: "center", WrapText: true}
	right := &excelize.Alignment{Vertical: "center", Horizontal: "right", Indent: 1} // apart from the text beside it
	grey := []excelize.Border{}
	for _, side := range []string{"left", "right", "top", "bottom"} {
		grey = append(grey, excelize.Border{Type: side, Color: "BFBFBF", Style: 1})
	}
	fill := func(color string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
	}
	date := DateFormat
	open := &excelize.Protection{Locked: false}
	return []look{
		{"title", excelize.Style{Font: &excelize.Font{Family: font, Size: 15, Bold: true, Color: "1F3864"}}},
		{"hint", excelize.Style{Font: &excelize.Font{Family: font, Size: 9, Color: "7F7F7F"}}},
		{"head", excelize.Style{Font: &excelize.Font{Family: font, Size: 10, Bold: true, Color: "FFFFFF"}, Fill: fill("1F3864"), Alignment: &excelize.Alignment{Vertical: "center", Horizontal: "center", WrapText: true}, Border: grey}},
		{"heading", excelize.Style{Font: &excelize.Font{Family: font, Size: 10, Bold: true, Color: "1F3864"}, Fill: fill("DDE6F3"), Border: grey}},
		{"label", excelize.Style{Font: &excelize.Font{Family: font, Size: 10}, Alignment: left, Border: grey}},
		{"link", excelize.Style{Font: &excelize.Font{Family: font, Size: 10, Color: "0563C1", Underline: "single"}, Alignment: left, Border: grey}},
		{"plain", excelize.Style{Font: &excelize.Font{Family: font, Size: 10}, Alignment: &excelize.Alignment{Vertical: "center", Horizontal: "center"}, Border: grey}},
		{"middle", excelize.Style{Font: &excelize.Font{Family: font, Size: 10}, Alignment: &excelize.Alignment{Vertical: "center", Horizontal: "center", WrapText: true}, Border: grey}},
		{"small", excelize.Style{Font: &excelize.Font{Family: font, Size: 8, Color: "7F7F7F"}, Alignment: left, Border: grey}},
		{"note", excelize.Style{Font: &excelize.Font{Family: font, Size: 9, Color: "404040"}, Alignment: left, Border: grey}},
		{"before", excelize.Style{Font: &excelize.Font{Family: font, Size: 10, Color: "7F7F7F"}, Alignment: right, Border: grey}},
		{"open", excelize.Style{Font: &excelize.Font{Family: font, Size: 10}, Alignment: left, Border: grey, NumFmt: TextFormat, Protection: open}},
		{"alarm", excelize.Style{Font: &excelize.Font{Family: font, Size: 10, Bold: true, Color: "C00000"}}},
		{"figure", excelize.Style{Font: &excelize.Font{Family: font, Size: 10}, Alignment: right, Border: grey}},
		{"strong", excelize.Style{Font: &excelize.Font{Family: font, Size: 10, Bold: true}, Alignment: left, Border: grey, Fill: fill("F2F2F2")}},
		{"total", excelize.Style{Font: &excelize.Font{Family: font, Size: 10, Bold: true}, Alignment: right, Border: grey, Fill: fill("F2F2F2")}},
		{"input", excelize.Style{Font: &excelize.Font{Family: font, Size: 10}, Alignment: left, Border: grey, Fill: fill("FFF9E5"), NumFmt: TextFormat, Protection: open}},
		{"date", excelize.Style{Font: &excelize.Font{Family: font, Size: 10}, Alignment: right, Border: grey, Fill: fill("FFF9E5"), CustomNumFmt: &date, Protection: open}},
		{"number", excelize.Style{Font: &excelize.Font{Family: font, Size: 10}, Alignment: right, Border: grey, Fill: fill("FFF9E5"), Protection: open}},
	}
}

// TextFormat is "@": what is typed stays as typed.
const TextFormat = 49

// DateFormat shows a day as it is written in the facts.
const DateFormat = "yyyy-mm-dd"
