package sheet

import (
	"archive/zip"
	"bytes"
	"io"
	"strconv"
	"strings"

	"rubric/engine/number"
)

// digitsKept is how many significant digits a number in a workbook keeps.
const digitsKept = 15

// Number writes a number by its digits, showing as many decimals as it has. One
// with more digits than a workbook keeps is written as text.
func (b *Book) Number(sheet, at, digits string) {
	if _, err := number.Parse(digits); err != nil || len(strings.Trim(digits, "-0.")) > digitsKept {
		b.Text(sheet, at, digits, "figure")
		return
	}
	b.Do(b.File.SetCellDefault(sheet, at, digits))
	_, fraction, _ := strings.Cut(digits, ".")
	b.decimals(sheet, at, len(fraction))
}

// Formula writes a formula that gives a number, and the number that it gives now,
// shown with so many decimals.
func (b *Book) Formula(sheet, at, formula string, value number.Number, decimals int) {
	b.formulas = true
	b.Do(b.File.SetCellDefault(sheet, at, Cached(value)))
	b.Do(b.File.SetCellFormula(sheet, at, formula))
	b.decimals(sheet, at, decimals)
}

// Cached is a number as the value of a formula is stored: as many decimals as a
// workbook can tell apart from binary noise.
func Cached(n number.Number) string {
	const decimals = 12
	return n.Round(decimals, number.RoundHalfUp).String()
}

func (b *Book) decimals(sheet, at string, decimals int) {
	name := "figure" + strings.Repeat("0", decimals)
	if !b.HasStyle(name) {
		style, err := b.File.GetStyle(b.Style("figure"))
		b.Do(err)
		if err != nil {
			return
		}
		format := strings.TrimSuffix("0."+strings.Repeat("0", decimals), ".")
		style.CustomNumFmt = &format
		b.AddStyle(name, *style)
	}
	b.Styled(sheet, at, name)
}

// writeNumbers writes the workbook with the values of its formulas as numbers.
// The library stores them as texts, which programs show as texts until they
// compute the workbook anew.
func (b *Book) writeNumbers(w io.Writer) error {
	data, err := b.File.WriteToBuffer()
	if err != nil {
		return err
	}
	in, err := zip.NewReader(bytes.NewReader(data.Bytes()), int64(data.Len()))
	if err != nil {
		return err
	}
	out := zip.NewWriter(w)
	for _, part := range in.File {
		if err := copyPart(out, part); err != nil {
			return err
		}
	}
	return out.Close()
}

func copyPart(out *zip.Writer, part *zip.File) error {
	from, err := part.Open()
	if err != nil {
		return err
	}
	defer from.Close()
	text, err := io.ReadAll(from)
	if err != nil {
		return err
	}
	if strings.HasPrefix(part.Name, "xl/worksheets/") { // in a text, < and > are escaped
		text = bytes.ReplaceAll(text, []byte(` t="str"><f>`), []byte(`><f>`))
	}
	to, err := out.CreateHeader(&zip.FileHeader{Name: part.Name, Method: zip.Deflate})
	if err == nil {
		_, err = to.Write(text)
	}
	return err
}

// Merge makes one cell of several in a row, each with the style.
func (b *Book) Merge(sheet string, from, to, row int, text, style string) {
	for column := from; column <= to; column++ {
		b.Styled(sheet, Cell(column, row), style)
	}
	b.Do(b.File.MergeCell(sheet, Cell(from, row), Cell(to, row)))
	b.Text(sheet, Cell(from, row), text, style)
}

// Height makes a row as high as so many lines of text need.
func (b *Book) Height(sheet string, row, lines int) {
	b.Do(b.File.SetRowHeight(sheet, row, float64(max(lines, 1)*lineHeight+3)))
}

// Link makes a cell lead to another sheet.
func (b *Book) Link(sheet, at, target string) {
	b.Do(b.File.SetCellHyperLink(sheet, at, Quoted(target)+"!A1", "Location"))
}

// Quoted is the name of a sheet as it stands in formulas.
func Quoted(name string) string { return "'" + strings.ReplaceAll(name, "'", "''") + "'" }

// maxName is how long the name of a sheet may be.
const maxName = 31

// NameFor is a name for a sheet that Excel takes and no other sheet has.
func (b *Book) NameFor(title string) string {
	clean := strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) || r < ' ' {
			return -1
		}
		return r
	}, title), "' ")
	name := clipped(clean, maxName)
	for n := 2; b.taken[strings.ToLower(name)]; n++ {
		suffix := " (" + strconv.Itoa(n) + ")"
		name = clipped(clean, maxName-len(suffix)) + suffix
	}
	b.taken[strings.ToLower(name)] = true
	return name
}

func clipped(text string, most int) string {
	runes := []rune(text)
	return string(runes[:min(len(runes), most)])
}

// RoundTo is the formula that rounds another as a framework does: x is what to
// round. Binary noise beyond twelve decimals is taken away first, so that what is
// exactly a half rounds as a half.
func RoundTo(x, digits string, mode number.Mode) string {
	clean := "ROUND(" + x + ",12)"
	switch mode {
	case number.RoundHalfEven:
		scaled := clean + "*10^" + digits
		return "IF(ABS(MOD(" + scaled + ",1)-0.5)<0.00000001,2*ROUND((" + scaled + ")/2,0)/10^" + digits + ",ROUND(" + clean + "," + digits + "))"
	case number.RoundDown, number.RoundFloor: // a score is not negative
		return "ROUNDDOWN(" + clean + "," + digits + ")"
	case number.RoundUp, number.RoundCeil:
		return "ROUNDUP(" + clean + "," + digits + ")"
	}
	return "ROUND(" + clean + "," + digits + ")"
}
