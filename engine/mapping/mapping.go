// Package mapping reads tables as departments and budget systems have them, by a
// mapping (对照表) that says which sheet, which header and which columns are which
// facts, or by the headers of the table itself. A table comes in whole or not at
// all: what is wrong is told by cell, all of it at once.
package mapping

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"rubric/engine/facts"
	"rubric/engine/facts/yamlfile"
	"rubric/engine/grid"
	"rubric/engine/message"
	"rubric/engine/number"
)

// Map says what of which tables is which fact.
type Map struct {
	File   string // for messages; "" for a map that nobody wrote
	Tables []*Table
}

// Table is one table of a sheet.
type Table struct {
	Files    string                 // pattern of the file's name; "" for the only one
	Sheet    string                 // pattern of the sheet's name; "" for the only one
	Encoding string                 // of a CSV file; "" to find out
	Document facts.EvidenceDocument // what the file is; its ID is "" where the map does not say
	First    int                    // row of the header
	Last     int                    // its last row, where it takes several
	Rows     *Rows                  // nil where each row is an element of a list
	Skip     []string               // rows that begin with one of these texts are none; "*" at the end stands for any
	Blank    []string               // texts that stand for nothing
	Fields   []*Field
	Line     int

	strict bool // nobody wrote a map: the headers name the facts, and all of them must
}

// Rows says which row is whose, by the text in a column.
type Rows struct {
	Column string
	At     string // the column's letter, "" for the one with that header
	Names  []Name // what stands for * in the facts' pointers
	Member string // of a list: the member of an element that has the text
	Add    bool   // a row whose element is not there yet is added
	Line   int
}

// Name is a row by its text in the sheet and its name in the facts.
type Name struct {
	Text, To string
	Line     int
}

// Field is a fact, or one of each row where its pointer has a *.
type Field struct {
	Pointer  string
	Column   string // header of its column
	At       string // letter of its column; "" for the one with that header
	Cell     string // of a single fact: where it stands, such as B7
	Label    string // what stands left of that cell or above it
	Unit     string // what its numbers are in; "" for what header or fact say
	Factor   *number.Number
	Values   []Value
	Constant []byte // JSON of what it is in any case; nil for none
	Fill     bool   // an empty cell holds what the one above it holds
	Decimals string // "shown" or "stored" where cells hide some; "" for a mistake then
	Line     int

	names []string // of a table without a map: the headers it may have
}

// Value is a text in the sheet with the JSON of what it stands for.
type Value struct {
	Text string
	JSON []byte
}

// Parse reads a mapping:
//
//	tables:
//	  - file: 指标明细*.xlsx
//	    sheet: 明细
//	    header: 3
//	    skip: [合计]
//	    facts:
//	      /performance/projects/*/id: 项目编号
//	      /performance/projects/*/funds: {column: 专项资金, unit: 万元}
//
// The error is a message.Problems; what could be read stands beside it, so that
// Check can tell of the rest.
func Parse(file string, data []byte) (*Map, error) {
	r := reader{yamlfile.Open(file, data), &Map{File: file}}
	root := r.Fields(r.Root, "tables")
	for _, n := range r.Items(root.Get("tables")) {
		r.table(n)
	}
	if r.Root != nil && len(r.mapping.Tables) == 0 {
		r.Report(r.Root, message.New("facts.yaml_need", "key", "tables"))
	}
	return r.mapping, r.Err()
}

// Read reads a mapping and holds it to the schema. The error is a message.Problems
// with everything that is wrong; a line that is not understood is held to nothing.
func Read(file string, data []byte, s *facts.Schema) (*Map, error) {
	m, err := Parse(file, data)
	var problems message.Problems
	if errors.As(err, &problems); err != nil && problems == nil {
		return nil, err
	}
	told := map[int]bool{}
	for _, p := range problems {
		told[p.Line] = true
	}
	for _, t := range m.Tables { // what is said of a table as a whole is another thing
		delete(told, t.Line)
	}
	var wrong message.Problems
	if err := m.Check(s); err != nil && !errors.As(err, &wrong) {
		return nil, err
	}
	for _, p := range wrong {
		if !told[p.Line] {
			problems = append(problems, p)
		}
	}
	slices.SortStableFunc(problems, func(a, b message.Problem) int { return a.Line - b.Line })
	return m, problems.Err()
}

type reader struct {
	*yamlfile.File
	mapping *Map
}

func (r reader) table(n *yaml.Node) {
	f := r.Fields(n, "file", "sheet", "encoding", "document", "header", "rows", "skip", "blank", "facts")
	t := &Table{Files: f.Text("file"), Sheet: f.Text("sheet"), Skip: r.texts(f.Get("skip")), Blank: r.texts(f.Get("blank")), Line: n.Line}
	if e := f.Get("encoding"); e != nil {
		if t.Encoding = grid.ParseEncoding(r.Text(e)); t.Encoding == "" {
			r.Report(e, message.New("mapping.encoding", "name", r.Text(e)))
		}
	}
	if d := f.Get("document"); d != nil {
		m := r.Fields(d, "id", "title", "date")
		t.Document = facts.EvidenceDocument{ID: m.Need("id"), Title: m.Need("title"), Date: m.Text("date")}
	}
	t.First, t.Last = r.header(f.Get("header"))
	if rows := f.Get("rows"); rows != nil {
		t.Rows = r.rows(rows)
	}
	for _, p := range r.Pairs(f.Get("facts")) {
		t.Fields = append(t.Fields, r.field(p))
	}
	if len(t.Fields) == 0 {
		r.Report(n, message.New("facts.yaml_need", "key", "facts"))
	}
	r.mapping.Tables = append(r.mapping.Tables, t)
}

func (r reader) texts(n *yaml.Node) []string {
	var all []string
	for _, item := range r.Items(n) {
		all = append(all, r.Text(item))
	}
	return all
}

var headerRows = regexp.MustCompile(`^([1-9][0-9]{0,5})(?:-([1-9][0-9]{0,5}))?$`)

// header reads the rows of a header, such as 3 or 3-4.
func (r reader) header(n *yaml.Node) (first, last int) {
	if n == nil {
		return 1, 1
	}
	found := headerRows.FindStringSubmatch(r.Text(n))
	if found == nil {
		r.Report(n, message.New("mapping.header", "value", n.Value))
		return 1, 1
	}
	first, _ = strconv.Atoi(found[1])
	if last = first; found[2] != "" {
		last, _ = strconv.Atoi(found[2])
	}
	if last < first || last > first+9 {
		r.Report(n, message.New("mapping.header", "value", n.Value))
	}
	return first, last
}

func (r reader) rows(n *yaml.Node) *Rows {
	f := r.Fields(n, "column", "at", "names", "member", "add")
	rows := &Rows{Column: f.Need("column"), At: r.letter(f.Get("at")), Member: f.Text("member"), Add: r.flag(f.Get("add")), Line: n.Line}
	for _, p := range r.Pairs(f.Get("names")) {
		rows.Names = append(rows.Names, Name{r.Text(p.Key), r.Text(p.Value), p.Key.Line})
	}
	if len(rows.Names) == 0 && rows.Member == "" {
		r.Report(n, message.New("mapping.rows_what"))
	}
	return rows
}

func (r reader) flag(n *yaml.Node) bool {
	if n == nil {
		return false
	}
	text := r.Text(n)
	if text != "true" && text != "false" {
		r.Report(n, message.New("mapping.flag", "value", text))
	}
	return text == "true"
}

var columnLetters = regexp.MustCompile(`^[A-Z]{1,3}$`)

func (r reader) letter(n *yaml.Node) string {
	if n == nil {
		return ""
	}
	if !columnLetters.MatchString(n.Value) {
		r.Report(n, message.New("mapping.letter", "value", n.Value))
	}
	return n.Value
}

var cellName = regexp.MustCompile(`^[A-Z]{1,3}[1-9][0-9]{0,6}$`)

func (r reader) field(p yamlfile.Pair) *Field {
	field := &Field{Pointer: r.Text(p.Key), Line: p.Key.Line}
	if p.Value.Kind == yaml.ScalarNode {
		field.Column = r.Text(p.Value)
		return field
	}
	f := r.Fields(p.Value, "column", "at", "cell", "label", "unit", "factor", "values", "constant", "fill", "decimals")
	field.Column, field.At, field.Label, field.Unit = f.Text("column"), r.letter(f.Get("at")), f.Text("label"), f.Text("unit")
	if field.Cell = f.Text("cell"); field.Cell != "" && !cellName.MatchString(field.Cell) {
		r.Report(f.Get("cell"), message.New("mapping.cell", "value", field.Cell))
	}
	if n := f.Get("factor"); n != nil {
		field.Factor = r.factor(n)
	}
	for _, v := range r.Pairs(f.Get("values")) {
		field.Values = append(field.Values, Value{r.Text(v.Key), []byte(r.JSON(v.Value))})
	}
	if n := f.Get("constant"); n != nil {
		field.Constant = []byte(r.JSON(n))
	}
	field.Fill = r.flag(f.Get("fill"))
	if field.Decimals = f.Text("decimals"); field.Decimals != "" && field.Decimals != "shown" && field.Decimals != "stored" {
		r.Report(f.Get("decimals"), message.New("mapping.decimals", "value", field.Decimals))
	}
	r.oneOrigin(p, field)
	return field
}

// oneOrigin holds a fact to one origin: a column, a cell or a constant.
func (r reader) oneOrigin(p yamlfile.Pair, f *Field) {
	count := 0
	for _, there := range []bool{f.Column != "", f.Cell != "", f.Constant != nil} {
		if there {
			count++
		}
	}
	if count != 1 {
		r.Report(p.Key, message.New("mapping.origin", "pointer", f.Pointer))
	}
	if f.Unit != "" && f.Factor != nil {
		r.Report(p.Key, message.New("mapping.unit_and_factor", "pointer", f.Pointer))
	}
}

func (r reader) factor(n *yaml.Node) *number.Number {
	text := r.Text(n)
	x, err := number.ParseFraction(text)
	if err != nil || x.Sign() <= 0 {
		r.Report(n, message.New("mapping.factor", "value", text))
		return nil
	}
	return &x
}

// each tells whether the fact is one of each row.
func (f *Field) each() bool { return strings.Contains(f.Pointer, "*") }
