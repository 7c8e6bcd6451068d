// Package workbook_test hands workbooks out, fills them in as people do, right
// and wrong, and takes them back.
package workbook_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/workbook"
	"rubric/tests/internal/shipped"
)

func plan(t testing.TB) *workbook.Plan {
	t.Helper()
	words, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	p, err := workbook.NewPlan(shipped.Rules(t, shipped.FrameworkDir(t)), words)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// filled is the workbook of the shipped case.
func filled(t testing.TB, p *workbook.Plan) (data []byte, doc *facts.Document) {
	t.Helper()
	rules := shipped.Rules(t, shipped.FrameworkDir(t))
	doc, err := shipped.Facts(t).Bind(rules.Framework.Schema)
	if err != nil {
		t.Fatal(err)
	}
	c := shipped.Complete(t, doc)
	var out bytes.Buffer
	if err := p.Write(&out, workbook.Contents{Facts: doc, Evidence: c.Evidence}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), doc
}

// TestRoundTrip: what was exported comes back as the same facts, with the
// sources that the evidence has for them.
func TestRoundTrip(t *testing.T) {
	p := plan(t)
	start := time.Now()
	data, doc := filled(t, p)
	written := time.Since(start)
	in, err := p.Read("facts.xlsx", data)
	if err != nil {
		t.Fatal(err)
	}
	again, err := facts.Parse("facts.json", in.Facts)
	if err != nil {
		t.Fatal(err)
	}
	if again.Digest() != doc.Digest() {
		t.Error("the facts are not the same")
	}
	c := shipped.Complete(t, doc)
	for _, s := range in.Sources {
		want, ok := c.Evidence.For(s.Pointer)
		if ok && (s.Document != want.Document.ID || s.Locator != want.Locator) || s.Cell == "" {
			t.Errorf("%s: %s, %s at %s; want %s", s.Pointer, s.Document, s.Locator, s.Cell, want)
		}
	}
	fmt.Printf("figure workbook.facts %d\n", len(in.Sources))
	fmt.Printf("figure workbook.write_milliseconds %d\n", written.Milliseconds())
}

// TestSameBytes: the same facts make the same file.
func TestSameBytes(t *testing.T) {
	p := plan(t)
	a, _ := filled(t, p)
	b, _ := filled(t, p)
	if !bytes.Equal(a, b) {
		t.Error("two exports differ")
	}
}

// An empty workbook is a case in which everything is missing, not one of zeros.
func TestEmpty(t *testing.T) {
	p := plan(t)
	var out bytes.Buffer
	if err := p.Write(&out, workbook.Contents{}); err != nil {
		t.Fatal(err)
	}
	in, err := p.Read("facts.xlsx", out.Bytes())
	if err != nil || string(in.Facts) != "{}" {
		t.Errorf("%s, %v", in.Facts, err)
	}
}

// mistake is something that people do to a workbook, and what they are told: the
// sentence and the cell or sheet.
type mistake struct {
	name   string
	do     func(f *excelize.File)
	id, at string
}

// The cells of the shipped framework's workbook that the mistakes are made in.
const (
	budget   = "预算"
	approved = "B15" // 年初预算批复数合计
	projects = "决算项目"
)

func set(sheet, at string, v any) func(*excelize.File) {
	return func(f *excelize.File) { must(f.SetCellValue(sheet, at, v)) }
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func format(sheet, at, code string, v any) func(*excelize.File) {
	return func(f *excelize.File) {
		style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
		must(err)
		must(f.SetCellStyle(sheet, at, at, style))
		must(f.SetCellValue(sheet, at, v))
	}
}

// stored puts the text of a number into the file as it is.
func stored(sheet, at, text string) func(*excelize.File) {
	return func(f *excelize.File) {
		must(f.SetCellStyle(sheet, at, at, 0))
		must(f.SetCellDefault(sheet, at, text))
	}
}

// formula puts a formula with the result that the file is to hold.
func formula(sheet, at, text string, result any) func(*excelize.File) {
	return func(f *excelize.File) {
		if result != nil {
			must(f.SetCellValue(sheet, at, result))
		}
		must(f.SetCellFormula(sheet, at, text))
	}
}

func mistakes() []mistake {
	flag, date := "B5", "B5"
	return []mistake{
		{"text for a number", set(budget, approved, "约一千"), "workbook.not_number", approved},
		{"number as text", set(budget, approved, "1247.22"), "workbook.number_as_text", approved},
		{"separators as text", set(budget, approved, "1,247.22"), "workbook.number_as_text", approved},
		{"full width digits", set(budget, approved, "１２４７．２２"), "workbook.number_as_text", approved},
		{"unit in the cell", set(budget, approved, "1247.22万元"), "workbook.unit_in_cell", approved},
		{"another unit in the cell", set(budget, approved, "12472200元"), "workbook.other_unit_is", approved},
		{"unit changed", set(budget, "C15", "元"), "workbook.unit_changed", "C15"},
		{"not known as text", set(budget, approved, "不详"), "workbook.not_number", approved},
		{"decimals hidden", format(budget, approved, "0.00", 1247.2249), "workbook.digits_hidden", approved},
		{"percent for an amount", format(budget, approved, "0.00%", 12.4722), "workbook.percent_for_number", approved},
		{"scientific", format(budget, approved, "0.00E+00", 1247.22), "workbook.shown_otherwise", approved},
		{"date for a number", format(budget, approved, "yyyy-mm-dd", 45000), "workbook.date_for_number", approved},
		{"negative amount", set(budget, approved, -1), "facts.exclusive_minimum", approved},
		{"part of a person", set("人员", "B4", 42.5), "facts.not_whole", "B4"},
		{"stale formula", formula(budget, approved, "B13+B14", 1000), "workbook.stale", approved},
		{"formula without result", func(f *excelize.File) {
			must(f.SetCellValue(budget, approved, nil))
			must(f.SetCellFormula(budget, approved, "B13+B14"))
		}, "workbook.formula_no_result", approved},
		{"formula that cannot be computed", formula(budget, approved, "[1]Sheet1!A1", 1247.22), "workbook.formula_unknown", approved},
		{"formula that fails", formula(budget, approved, "1/0", 1247.22), "workbook.formula_unknown", approved},
		{"yes in other words", set("年度工作计划", flag, "基本符合"), "workbook.not_flag", flag},
		{"a tick for yes", set("年度工作计划", flag, "√"), "workbook.not_flag", flag},
		{"1 for yes", set("年度工作计划", flag, 1), "workbook.not_flag", flag},
		{"date in words", set("资金支付进度", date, "三月底"), "workbook.not_date", date},
		{"date with dots", set("资金支付进度", date, "2023.3.31"), "workbook.not_date", date},
		{"date that does not exist", set("资金支付进度", date, "2023-02-30"), "workbook.not_date", date},
		{"number for a date", format("资金支付进度", date, "0", 45016), "workbook.not_date", date},
		{"formula injection", formula(projects, "C5", `HYPERLINK("http://x","y")`, "y"), "workbook.formula_in_text", "C5"},
		{"number for a text", set(projects, "A5", 7), "workbook.not_text", "A5"},
		{"spaces around a text", set(projects, "A5", " headquarters-1 "), "workbook.spaces", "A5"},
		{"none of the choices", set("预算调整", "B5", "增加"), "facts.enum", "B5"},
		{"merged cells", func(f *excelize.File) { must(f.MergeCell(budget, "B15", "C15")) }, "workbook.merged", "B15:C15"},
		{"renamed sheet", func(f *excelize.File) { must(f.SetSheetName(budget, "预算表")) }, "workbook.renamed", "预算表"},
		{"deleted sheet", func(f *excelize.File) { must(f.DeleteSheet(budget)) }, "workbook.sheet_gone", budget},
		{"added sheet", func(f *excelize.File) { _, err := f.NewSheet("备注页"); must(err) }, "workbook.sheet_added", "备注页"},
		{"inserted row", func(f *excelize.File) { must(f.InsertRows(budget, 15, 1)) }, "workbook.moved", "I15"},
		{"deleted row", func(f *excelize.File) { must(f.RemoveRow(budget, 15)) }, "workbook.moved", "I15"},
		{"row below the form", set(budget, "A40", "另：追加 30 万元"), "workbook.outside", "A40"},
		{"note beside the form", set(budget, "K15", "见附件"), "workbook.outside", "K15"},
		{"amount at a heading", set(budget, "B4", 3), "workbook.outside", "B4"},
		{"gap in a list", set(projects, "A30", "late-1"), "workbook.gap", "A14"},
		{"none and rows", set(projects, "G2", "无"), "workbook.none_but_rows", "G2"},
		{"other words for none", set("预算调整", "E2", "没有"), "workbook.none_only", "E2"},
		{"unknown document", set(budget, "E15", "A-17"), "workbook.unknown_document", "E15"},
		{"document without place", set(budget, "F15", ""), "workbook.no_locator", "F15"},
		{"place without document", set(budget, "E15", ""), "workbook.no_document", "E15"},
		{"document without title", set("佐证资料", "B4", ""), "workbook.document_incomplete", "A4"},
		{"document twice", set("佐证资料", "A5", "report"), "workbook.document_twice", "A5"},
		{"column moved", set(projects, "A4", "/elsewhere"), "workbook.moved", "A4"},
		{"error value", formula(budget, approved, "#REF!", 1247.22), "workbook.formula_unknown", approved},
	}
}

// TestMistakes makes each mistake in a workbook of its own, and all of them that
// do not hide others in one.
func TestMistakes(t *testing.T) {
	p := plan(t)
	data, _ := filled(t, p)
	found := 0
	for _, m := range mistakes() {
		got := problems(p, spoil(t, data, m.do))
		if want := m.id + " " + m.at; !told(got, m.id, m.at) {
			t.Errorf("%s: %v, want %s", m.name, got, want)
			continue
		}
		found++
	}
	fmt.Printf("figure workbook.mistakes_found %d\n", found)
}

func spoil(t *testing.T, data []byte, do func(*excelize.File)) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	do(f)
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// problems are what is told of a workbook: id and place.
func problems(p *workbook.Plan, data []byte) []string {
	in, err := p.Read("facts.xlsx", data)
	var all message.Problems
	if !errors.As(err, &all) {
		return []string{fmt.Sprint(in != nil, err)}
	}
	var out []string
	for _, problem := range all {
		out = append(out, problem.Message.ID+" "+problem.Pointer)
	}
	return out
}

func told(got []string, id, at string) bool {
	for _, g := range got {
		if strings.HasPrefix(g, id+" ") && (strings.HasSuffix(g, "!"+at) || strings.HasSuffix(g, " "+at)) {
			return true
		}
	}
	return false
}

// TestAllAtOnce: every mistake is told, not the first one.
func TestAllAtOnce(t *testing.T) {
	p := plan(t)
	data, _ := filled(t, p)
	got := problems(p, spoil(t, data, func(f *excelize.File) {
		set(budget, approved, "约一千")(f)
		set("人员", "B4", 42.5)(f)
		set("资金支付进度", "B5", "三月底")(f)
		set("预算调整", "B5", "增加")(f)
	}))
	if len(got) != 4 {
		t.Errorf("%d problems: %v", len(got), got)
	}
}

// TestForeignFiles are no workbooks that were handed out.
func TestForeignFiles(t *testing.T) {
	p := plan(t)
	data, _ := filled(t, p)
	empty := excelize.NewFile()
	var other bytes.Buffer
	if err := empty.Write(&other); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"text", []byte("名称,金额\n"), "workbook.unreadable "},
		{"nothing", nil, "workbook.unreadable "},
		{"cut off", data[:len(data)/2], "workbook.unreadable "},
		{"another workbook", other.Bytes(), "workbook.not_ours "},
		{"another framework", spoil(t, data, set("rubric", "B2", "elsewhere")), "workbook.other_framework "},
		{"another layout", spoil(t, data, set("rubric", "B3", "sha256:0")), "workbook.other_layout "},
		{"bomb", bomb(t), "workbook.too_large "},
	} {
		if got := problems(p, c.data); len(got) != 1 || got[0] != c.want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
}

// bomb is a small archive that unpacks to much.
func bomb(t *testing.T) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	part, err := w.Create("xl/workbook.xml")
	if err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	for range 80 {
		if _, err := part.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestBelow: a list is filled in below its framed rows, and the period before
// stands beside it without being read.
func TestBelow(t *testing.T) {
	p := plan(t)
	_, doc := filled(t, p)
	var out bytes.Buffer
	if err := p.Write(&out, workbook.Contents{Before: doc, Rows: 3}); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	before, err := f.GetCellValue(projects, "I5")
	must(err)
	if before != "headquarters-1" {
		t.Errorf("beside the first row stands %q", before)
	}
	for row := 5; row < 205; row++ {
		must(f.SetCellValue(projects, fmt.Sprint("A", row), fmt.Sprint("p", row)))
	}
	style, err := f.GetCellStyle(projects, "A150")
	must(err)
	look, err := f.GetStyle(style)
	must(err)
	if look.Protection == nil || look.Protection.Locked {
		t.Error("the rows below the frame are locked")
	}
	var again bytes.Buffer
	must(f.Write(&again))
	in, err := p.Read("facts.xlsx", again.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	got, err := facts.Parse("facts.json", in.Facts)
	if err != nil {
		t.Fatal(err)
	}
	if n := got.At("/performance/projects").Len(); n != 200 || len(got.Root.Members()) != 1 {
		t.Errorf("%d projects in %s", n, in.Facts)
	}
}

// TestTyped: what people type and save comes in with the digits that they see.
func TestTyped(t *testing.T) {
	p := plan(t)
	data, _ := filled(t, p)
	for _, c := range []struct {
		name string
		do   func(*excelize.File)
		want string
	}{
		{"a number", set(budget, approved, 1300.5), `1300.50`},
		{"as Excel stores 1300.1", stored(budget, approved, "1300.0999999999999"), `1300.1`},
		{"shown with zeros", format(budget, approved, "#,##0.000", 1300.5), `1300.500`},
		{"a formula", formula(budget, approved, "B13+B14", 1247.22), `1247.22`},
		{"more digits than a workbook has", set(budget, approved, "1234567890123456.78"), `1234567890123456.78`},
		{"a whole number", format(budget, approved, "0", 1300), `1300`},
	} {
		in, err := p.Read("facts.xlsx", spoil(t, data, c.do))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		doc, err := facts.Parse("facts.json", in.Facts)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if n := doc.At("/budget/approved/total"); n != nil {
			got = n.Text
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
