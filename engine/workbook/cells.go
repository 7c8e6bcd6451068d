package workbook

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"rubric/engine/number"
)

// What a workbook may hold, unpacked: a small file can be made to grow without
// end.
const (
	maxUnpacked = 64 << 20
	maxCells    = 2_000_000
)

// Kinds of cells.
type cellKind uint8

const (
	emptyCell cellKind = iota
	numberCell
	textCell
	boolCell
	errorCell // #REF! and the like
)

// cellData is a cell as the file has it: stored is the text of its value, formula
// what it is computed by, "" for a plain value.
type cellData struct {
	kind    cellKind
	stored  string
	formula bool
	style   int
}

// grid is the cells of one sheet that hold anything.
type grid struct {
	name   string
	cells  map[[2]int]cellData // by column and row, from 1
	rows   int                 // the last row with anything in it
	merged []string            // areas such as A1:B2
}

func (g *grid) at(column, row int) cellData { return g.cells[[2]int{column, row}] }

// book is a workbook that was read.
type book struct {
	file  *excelize.File // for styles and formulas
	grids []*grid        // in the order of the sheets
}

func (b *book) grid(name string) *grid {
	for _, g := range b.grids {
		if g.name == name {
			return g
		}
	}
	return nil
}

// Reasons why bytes are no workbook.
var (
	errTooLarge = errors.New("too large when unpacked")
	errNoBook   = errors.New("not a workbook")
)

// open reads a workbook, all of its sheets.
func open(data []byte) (*book, error) {
	parts, err := unpack(data)
	if err != nil {
		return nil, err
	}
	b := &book{}
	names, files, err := sheetParts(parts)
	if err != nil {
		return nil, err
	}
	strs, err := sharedTexts(parts["xl/sharedStrings.xml"])
	if err != nil {
		return nil, err
	}
	left := maxCells
	for i, name := range names {
		g, err := readGrid(parts[files[i]], strs, &left)
		if err != nil {
			return nil, fmt.Errorf("sheet %s: %w", name, err)
		}
		g.name = name
		b.grids = append(b.grids, g)
	}
	b.file, err = excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked})
	return b, err
}

// unpack unpacks the parts of a workbook, as long as they are not too large.
func unpack(data []byte) (map[string][]byte, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, errNoBook
	}
	parts := map[string][]byte{}
	left := int64(maxUnpacked)
	for _, f := range archive.File {
		if !strings.HasSuffix(f.Name, ".xml") && !strings.HasSuffix(f.Name, ".rels") {
			continue
		}
		part, err := f.Open()
		if err != nil {
			return nil, errNoBook
		}
		text, err := io.ReadAll(io.LimitReader(part, left+1))
		part.Close()
		if left -= int64(len(text)); left < 0 {
			return nil, errTooLarge
		}
		if err != nil {
			return nil, errNoBook
		}
		parts[strings.TrimPrefix(f.Name, "/")] = text
	}
	return parts, nil
}

// sheetParts lists the sheets in their order with the parts they stand in.
func sheetParts(parts map[string][]byte) (names, files []string, err error) {
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var rels struct {
		Relations []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if xml.Unmarshal(parts["xl/workbook.xml"], &book) != nil || xml.Unmarshal(parts["xl/_rels/workbook.xml.rels"], &rels) != nil {
		return nil, nil, errNoBook
	}
	targets := map[string]string{}
	for _, r := range rels.Relations {
		targets[r.ID] = strings.TrimPrefix(path.Join("/xl", r.Target), "/")
		if strings.HasPrefix(r.Target, "/") {
			targets[r.ID] = strings.TrimPrefix(r.Target, "/")
		}
	}
	for _, s := range book.Sheets {
		if parts[targets[s.ID]] != nil {
			names, files = append(names, s.Name), append(files, targets[s.ID])
		}
	}
	if len(names) == 0 {
		return nil, nil, errNoBook
	}
	return names, files, nil
}

// sharedTexts are the texts that cells refer to by number; runs of one text are
// put together, phonetic guides left out.
func sharedTexts(part []byte) ([]string, error) {
	if part == nil {
		return nil, nil
	}
	var table struct {
		Items []richText `xml:"si"`
	}
	if err := xml.Unmarshal(part, &table); err != nil {
		return nil, errNoBook
	}
	texts := make([]string, len(table.Items))
	for i, item := range table.Items {
		texts[i] = item.String()
	}
	return texts, nil
}

type richText struct {
	Plain string `xml:"t"`
	Runs  []struct {
		Text string `xml:"t"`
	} `xml:"r"`
}

func (t richText) String() string {
	text := t.Plain
	for _, r := range t.Runs {
		text += r.Text
	}
	return text
}

// readGrid reads the cells of a sheet, one at a time; left is how many more the
// workbook may have.
func readGrid(part []byte, texts []string, left *int) (*grid, error) {
	g := &grid{cells: map[[2]int]cellData{}}
	d := xml.NewDecoder(bytes.NewReader(part))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return g, nil
		}
		if err != nil {
			return nil, errNoBook
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "c":
			err = g.readCell(d, start, texts, left)
		case "mergeCell":
			g.merged = append(g.merged, attribute(start, "ref"))
		}
		if err != nil {
			return nil, err
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// xmlCell is a cell as it is written.
type xmlCell struct {
	At      string    `xml:"r,attr"`
	Type    string    `xml:"t,attr"`
	Style   int       `xml:"s,attr"`
	Formula *struct{} `xml:"f"`
	Value   string    `xml:"v"`
	Inline  richText  `xml:"is"`
}

func (g *grid) readCell(d *xml.Decoder, start xml.StartElement, texts []string, left *int) error {
	var c xmlCell
	if err := d.DecodeElement(&c, &start); err != nil {
		return errNoBook
	}
	column, row, err := excelize.CellNameToCoordinates(c.At)
	if err != nil {
		return errNoBook
	}
	data, err := c.data(texts)
	if err != nil {
		return err
	}
	if data.kind == emptyCell && !data.formula {
		return nil
	}
	if *left--; *left < 0 {
		return errTooLarge
	}
	g.cells[[2]int{column, row}] = data
	g.rows = max(g.rows, row)
	return nil
}

// data is what a cell holds. Text of nothing but spaces is nothing.
func (c xmlCell) data(texts []string) (cellData, error) {
	out := cellData{stored: c.Value, formula: c.Formula != nil, style: c.Style}
	switch c.Type {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(c.Value))
		if err != nil || i < 0 || i >= len(texts) {
			return out, errNoBook
		}
		out.kind, out.stored = textCell, texts[i]
	case "inlineStr":
		out.kind, out.stored = textCell, c.Inline.String()
	case "str": // of a formula; some programs write its numbers so as well
		out.kind = textCell
		if _, err := number.Parse(strings.TrimSpace(c.Value)); err == nil && out.formula {
			out.kind, out.stored = numberCell, strings.TrimSpace(c.Value)
		}
	case "b":
		out.kind = boolCell
	case "e":
		out.kind = errorCell
	default:
		out.kind = numberCell
		out.stored = strings.TrimSpace(c.Value)
	}
	if strings.TrimSpace(out.stored) == "" {
		out.kind, out.stored = emptyCell, ""
	}
	return out, nil
}
