package grid

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
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

// What a file may hold, unpacked: a small one can be made to grow without end.
const (
	MaxUnpacked = 64 << 20
	maxCells    = 2_000_000
)

// Reasons why bytes are no workbook.
var (
	ErrTooLarge = errors.New("too large when unpacked")
	ErrNoBook   = errors.New("not a workbook")
)

// Open reads a workbook (.xlsx), all of its sheets. The error is ErrTooLarge or
// ErrNoBook, or wraps one of them.
func Open(data []byte) (*Book, error) {
	parts, err := unpack(data)
	if err != nil {
		return nil, err
	}
	b := &Book{data: data, Digest: digest(data)}
	sheets, err := sheetParts(parts)
	if err != nil {
		return nil, err
	}
	texts, err := sharedTexts(parts["xl/sharedStrings.xml"])
	if err != nil {
		return nil, err
	}
	if b.formats, err = formats(parts["xl/styles.xml"]); err != nil {
		return nil, err
	}
	left := maxCells
	for _, s := range sheets {
		g, err := readGrid(s.part, texts, &left)
		if err != nil {
			return nil, fmt.Errorf("sheet %s: %w", s.name, err)
		}
		g.Name, g.Hidden = s.name, s.hidden
		b.Grids = append(b.Grids, g)
	}
	return b, nil
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// unpack unpacks the parts of a workbook, as long as they are not too large.
func unpack(data []byte) (map[string][]byte, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, ErrNoBook
	}
	parts := map[string][]byte{}
	left := int64(MaxUnpacked)
	for _, f := range archive.File {
		if !strings.HasSuffix(f.Name, ".xml") && !strings.HasSuffix(f.Name, ".rels") {
			continue
		}
		part, err := f.Open()
		if err != nil {
			return nil, ErrNoBook
		}
		text, err := io.ReadAll(io.LimitReader(part, left+1))
		part.Close()
		if left -= int64(len(text)); left < 0 {
			return nil, ErrTooLarge
		}
		if err != nil {
			return nil, ErrNoBook
		}
		parts[strings.TrimPrefix(f.Name, "/")] = text
	}
	return parts, nil
}

type sheetPart struct {
	name   string
	hidden bool
	part   []byte
}

// sheetParts lists the sheets in their order with the parts they stand in.
func sheetParts(parts map[string][]byte) ([]sheetPart, error) {
	var book struct {
		Sheets []struct {
			Name  string `xml:"name,attr"`
			State string `xml:"state,attr"`
			ID    string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var rels struct {
		Relations []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if xml.Unmarshal(parts["xl/workbook.xml"], &book) != nil || xml.Unmarshal(parts["xl/_rels/workbook.xml.rels"], &rels) != nil {
		return nil, ErrNoBook
	}
	targets := map[string]string{}
	for _, r := range rels.Relations {
		targets[r.ID] = strings.TrimPrefix(path.Join("/xl", r.Target), "/")
		if strings.HasPrefix(r.Target, "/") {
			targets[r.ID] = strings.TrimPrefix(r.Target, "/")
		}
	}
	var all []sheetPart
	for _, s := range book.Sheets {
		if part := parts[targets[s.ID]]; part != nil {
			all = append(all, sheetPart{s.Name, s.State != "" && s.State != "visible", part})
		}
	}
	if len(all) == 0 {
		return nil, ErrNoBook
	}
	return all, nil
}

// sharedTexts are the texts that cells refer to by number; runs of one text are
// put together, phonetic guides left out.
func sharedTexts(part []byte) ([]string, error) {
	if part == nil {
		return nil, nil
	}
	var table struct {
		Items []struct {
			Plain string `xml:"t"`
			Runs  []struct {
				Text string `xml:"t"`
			} `xml:"r"`
		} `xml:"si"`
	}
	if err := xml.Unmarshal(part, &table); err != nil {
		return nil, ErrNoBook
	}
	texts := make([]string, len(table.Items))
	for i, item := range table.Items {
		texts[i] = item.Plain
		for _, r := range item.Runs {
			texts[i] += r.Text
		}
	}
	return texts, nil
}

// formats are the number formats of the styles, in their order.
func formats(part []byte) ([]display, error) {
	var styles struct {
		Codes []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Styles []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if part != nil && xml.Unmarshal(part, &styles) != nil {
		return nil, ErrNoBook
	}
	codes := map[int]string{}
	for _, c := range styles.Codes {
		codes[c.ID] = c.Code
	}
	var all []display
	for _, s := range styles.Styles {
		all = append(all, displayOf(s.Format, codes[s.Format]))
	}
	return all, nil
}

// readGrid reads the cells of a sheet, one at a time; left is how many more the
// workbook may have.
func readGrid(part []byte, texts []string, left *int) (*Grid, error) {
	r := &sheetReader{grid: &Grid{}, texts: texts, left: left}
	d := xml.NewDecoder(bytes.NewReader(part))
	for {
		token, err := d.RawToken() // names are known, so that namespaces need no care
		if err == io.EOF {
			r.grid.sort()
			return r.grid, nil
		}
		if err != nil {
			return nil, ErrNoBook
		}
		switch t := token.(type) {
		case xml.StartElement:
			err = r.start(t)
		case xml.EndElement:
			err = r.end(t.Name.Local)
		case xml.CharData:
			if r.text != nil {
				r.text.Write(t)
			}
		}
		if err != nil {
			return nil, err
		}
	}
}

// sheetReader reads a sheet's XML.
type sheetReader struct {
	grid        *Grid
	texts       []string
	left        *int
	row, column int
	cell        *xmlCell         // the cell that is being read, nil between cells
	held        xmlCell          // where it is kept
	text        *strings.Builder // where text goes, nil where it is of no interest
	phonetic    bool
}

// xmlCell is a cell as it is written.
type xmlCell struct {
	kind          string
	style         int
	formula       bool
	value, inline strings.Builder
}

func (r *sheetReader) start(e xml.StartElement) error {
	switch e.Name.Local {
	case "row":
		return r.beginRow(attribute(e, "r"))
	case "c":
		return r.beginCell(e)
	case "mergeCell":
		return r.merge(attribute(e, "ref"))
	case "rPh":
		r.phonetic = true
	}
	if r.cell == nil {
		return nil
	}
	switch e.Name.Local {
	case "f":
		r.cell.formula = true
	case "v":
		r.text = &r.cell.value
	case "t":
		if !r.phonetic {
			r.text = &r.cell.inline
		}
	}
	return nil
}

func (r *sheetReader) end(name string) error {
	switch name {
	case "v", "t":
		r.text = nil
	case "rPh":
		r.phonetic = false
	case "c":
		return r.endCell()
	}
	return nil
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// beginRow goes to a row; without a number it is the next one.
func (r *sheetReader) beginRow(at string) (err error) {
	r.column = 0
	if r.row++; at != "" {
		r.row, err = strconv.Atoi(at)
	}
	if err != nil || r.row < 1 || r.row > excelize.TotalRows {
		return ErrNoBook
	}
	return nil
}

func (r *sheetReader) beginCell(e xml.StartElement) error {
	r.held = xmlCell{kind: attribute(e, "t")}
	r.cell = &r.held
	r.cell.style, _ = strconv.Atoi(attribute(e, "s")) // none is 0
	if r.column++; r.row == 0 {
		r.row = 1
	}
	if at := attribute(e, "r"); at != "" {
		column, row, err := excelize.CellNameToCoordinates(at)
		if err != nil {
			return ErrNoBook
		}
		r.column, r.row = column, row
	}
	return nil
}

func (r *sheetReader) endCell() error {
	if r.cell == nil {
		return ErrNoBook
	}
	c, err := r.cell.read(r.texts)
	r.cell = nil
	if err != nil || c.IsEmpty() {
		return err
	}
	if *r.left--; *r.left < 0 {
		return ErrTooLarge
	}
	r.grid.put(r.column, r.row, c)
	return nil
}

func (r *sheetReader) merge(ref string) error {
	from, to, _ := strings.Cut(ref, ":")
	left, top, err := excelize.CellNameToCoordinates(from)
	right, bottom, errTo := excelize.CellNameToCoordinates(to)
	if err != nil || errTo != nil {
		return ErrNoBook
	}
	r.grid.Merged = append(r.grid.Merged, Area{left, top, right, bottom})
	return nil
}

// read is what a cell holds. Text of nothing but spaces is nothing.
func (c *xmlCell) read(texts []string) (Cell, error) {
	out := Cell{Stored: c.value.String(), Formula: c.formula, style: c.style}
	switch c.kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(out.Stored))
		if err != nil || i < 0 || i >= len(texts) {
			return out, ErrNoBook
		}
		out.Kind, out.Stored = Text, texts[i]
	case "inlineStr":
		out.Kind, out.Stored = Text, c.inline.String()
	case "str": // of a formula; some programs write its numbers so as well
		out.Kind = Text
		if _, err := number.Parse(strings.TrimSpace(out.Stored)); err == nil && out.Formula {
			out.Kind, out.Stored = Number, strings.TrimSpace(out.Stored)
		}
	case "b":
		out.Kind = Bool
	case "e":
		out.Kind = Error
	default:
		out.Kind = Number
		out.Stored = strings.TrimSpace(out.Stored)
	}
	if strings.TrimSpace(out.Stored) == "" {
		out.Kind, out.Stored = Empty, ""
	}
	return out, nil
}

// compute computes the formula of a cell again.
func (b *Book) compute(g *Grid, column, row int) (string, error) {
	if b.file == nil {
		file, err := excelize.OpenReader(bytes.NewReader(b.data), excelize.Options{UnzipSizeLimit: MaxUnpacked, UnzipXMLSizeLimit: MaxUnpacked})
		if err != nil {
			return "", err
		}
		b.file = file
	}
	return b.file.CalcCellValue(g.Name, Name(column, row), excelize.Options{RawCellValue: true})
}

// display is how a cell is shown.
func (b *Book) display(c Cell) display {
	if c.style < 0 || c.style >= len(b.formats) {
		return display{general: true}
	}
	return b.formats[c.style]
}
