package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"rubric/engine/number"
)

// digitsKept is how many significant digits a number in a workbook keeps.
const digitsKept = 15

// Exact tells whether a workbook keeps all digits of a number.
func Exact(digits string) bool {
	_, err := number.Parse(digits)
	return err == nil && len(strings.Trim(digits, "-0.")) <= digitsKept
}

// Number writes a number by its digits, showing as many decimals as it has. One
// with more digits than a workbook keeps is written as text.
func (b *Book) Number(sheet, at, digits string) {
	if !Exact(digits) {
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

// Computed is Formula with as many decimals as the number has, from two to six.
func (b *Book) Computed(sheet, at, formula string, value number.Number) {
	const format = "0.00####"
	b.Formula(sheet, at, formula, value, 0)
	b.formatted(sheet, at, "computed", format)
}

// TextFormula writes a formula that gives a text, and the text that it gives now.
func (b *Book) TextFormula(sheet, at, formula, value, style string) {
	b.formulas = true
	b.texts = append(b.texts, value)
	b.Do(b.File.SetCellDefault(sheet, at, fmt.Sprintf("0.%0*d", noteDigits, len(b.texts)-1)))
	b.Do(b.File.SetCellFormula(sheet, at, formula))
	b.Styled(sheet, at, style)
}

// cachedDecimals is how many decimals the value of a formula is stored with: those
// that a workbook can tell apart from binary noise. With noteDigits, stored is not
// a value but the number of a text, until the workbook is written: the library has
// no way to store the text that a formula gives.
const (
	cachedDecimals = 12
	noteDigits     = cachedDecimals + 1
)

// Cached is a number as the value of a formula is stored.
func Cached(n number.Number) string {
	return n.Round(cachedDecimals, number.RoundHalfUp).String()
}

func (b *Book) decimals(sheet, at string, decimals int) {
	b.formatted(sheet, at, "figure"+strings.Repeat("0", decimals), strings.TrimSuffix("0."+strings.Repeat("0", decimals), "."))
}

// formatted gives a cell the style of figures in a format, under a name.
func (b *Book) formatted(sheet, at, name, format string) {
	if !b.HasStyle(name) {
		style, err := b.File.GetStyle(b.Style("figure"))
		b.Do(err)
		if err != nil {
			return
		}
		style.CustomNumFmt = &format
		b.AddStyle(name, *style)
	}
	b.Styled(sheet, at, name)
}

// writeNumbers writes the workbook with the values of its formulas as what they
// are. The library stores numbers as texts, which programs show as texts until
// they compute the workbook anew.
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
		if err := b.copyPart(out, part); err != nil {
			return err
		}
	}
	return out.Close()
}

// computed is a formula with what it gives, as the library writes it.
var computed = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(` t="str"(><f>[^<]*</f><v>)(-?[0-9][0-9.]*)(</v>)`)
})

// stored is a formula with what it gives as the number or text that it is.
func (b *Book) stored(cell []byte) []byte {
	parts := computed().FindSubmatch(cell)
	digits, isText := strings.CutPrefix(string(parts[2]), "0.")
	if !isText || len(digits) != noteDigits {
		return slices.Concat(parts[1], parts[2], parts[3])
	}
	no, err := strconv.Atoi(digits)
	var text bytes.Buffer
	if b.Do(err); err == nil {
		b.Do(xml.EscapeText(&text, []byte(b.texts[no])))
	}
	return slices.Concat([]byte(` t="str"`), parts[1], text.Bytes(), parts[3])
}

func (b *Book) copyPart(out *zip.Writer, part *zip.File) error {
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
		text = computed().ReplaceAllFunc(text, b.stored)
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

// Span makes one cell of several in a row.
func (b *Book) Span(sheet string, from, to, row int) {
	b.Do(b.File.MergeCell(sheet, Cell(from, row), Cell(to, row)))
}

// Height makes a row as high as so many lines of text need.
func (b *Book) Height(sheet string, row, lines int) {
	b.Do(b.File.SetRowHeight(sheet, row, float64(max(lines, 1)*lineHeight+3)))
}

// Tight makes a row as high as so many lines of a note need.
func (b *Book) Tight(sheet string, row, lines int) {
	b.Do(b.File.SetRowHeight(sheet, row, float64(max(lines, 1)*noteHeight+4)))
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
