// Package mapping_test brings in tables as departments and budget systems have
// them, right and wrong.
package mapping_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"rubric/engine/facts"
	"rubric/engine/mapping"
	"rubric/engine/message"
	"rubric/tests/internal/shipped"
)

// export is a sheet as a budget system gives it out: title, unit, a header of two
// rows, running numbers, totals, and more columns than anybody needs.
func export(t testing.TB, do func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	const sheet = "项目明细"
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	check(f.SetSheetName("Sheet1", sheet))
	for row, cells := range [][]any{
		{"2023年单位指标明细表"},
		{"编制单位：市科协", "", "", "", "", "单位：万元"},
		{"序号", "单位", "项目", "", "指标", ""},
		{"", "", "编号", "名称", "年初预算", "是否填报目标"},
		{1, "本级", "p1", "科普活动", 12.5, "已填报"},
		{2, "", "p2", "基层科普", 7.25, "未填报"},
		{"", "小计", "", "", 19.75},
		{3, "科技馆", "p3", "展品维护", 80.1234, "已填报"},
		{"合计", "", "", "", 99.8734},
	} {
		for column, v := range cells {
			if v != "" {
				name, err := excelize.CoordinatesToCellName(column+1, row+1)
				check(err)
				check(f.SetCellValue(sheet, name, v))
			}
		}
	}
	for _, area := range [][2]string{{"A1", "F1"}, {"C3", "D3"}, {"E3", "F3"}, {"A3", "A4"}, {"B3", "B4"}, {"B5", "B6"}} {
		check(f.MergeCell(sheet, area[0], area[1]))
	}
	if do != nil {
		do(f)
	}
	var out bytes.Buffer
	check(f.Write(&out))
	return out.Bytes()
}

const payments = `季度,截止日期,累计支付数（元）
第一季度,2023/3/31,"2,696,400.00"
第二季度,2023年6月30日,5336400
第三季度,2023-09-30,9733700
第四季度,2023-12-31,14367200.5
`

const theMap = `tables:
  - file: 指标明细*.xlsx
    sheet: 项目*
    header: 3-4
    document: {id: detail, title: 2023年单位指标明细表}
    skip: [小计, 合计]
    facts:
      /performance/projects/*/id: 项目·编号
      /performance/projects/*/unit: {column: 单位, fill: true}
      /performance/projects/*/name: 项目·名称
      /performance/projects/*/goal_declared: {column: 指标·是否填报目标, values: {已填报: true, 未填报: false}}
      /performance/projects/*/funds: 指标·年初预算
      /performance/projects/*/classified: {constant: false}
      /performance/project_count: {constant: 3}
      /budget/annual/project: {cell: E9, label: 合计}
  - file: 支付*.csv
    rows:
      column: 季度
      names: {第一季度: q1, 第二季度: q2, 第三季度: q3, 第四季度: q4}
    facts:
      /payments/*/date: 截止日期
      /payments/*/paid: 累计支付数
`

// taken is what an import of files made of the facts of a new case.
func taken(t testing.TB, text string, files ...mapping.Input) (*mapping.Import, error) {
	t.Helper()
	schema := shipped.Rules(t, shipped.FrameworkDir(t)).Framework.Schema
	m, err := mapping.Read("import.map.yaml", []byte(text), schema)
	in := &mapping.Import{Schema: schema, Draft: facts.NewDraft(), Yes: "是", No: "否"}
	if err != nil {
		return in, err
	}
	_, err = in.Read(context.Background(), m, files)
	return in, err
}

func inputs(t testing.TB) []mapping.Input {
	return []mapping.Input{{Name: "in/指标明细_2023.xlsx", Data: export(t, nil)}, {Name: "支付进度.csv", Data: []byte(payments)}}
}

// TestAsItIs: both tables come in as they are, amounts in the facts' units, and
// each fact names its cell.
func TestAsItIs(t *testing.T) {
	in, err := taken(t, theMap, inputs(t)...)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"performance":{"project_count":3,"projects":[` +
		`{"id":"p1","unit":"本级","name":"科普活动","goal_declared":true,"funds":125000,"classified":false},` +
		`{"id":"p2","unit":"本级","name":"基层科普","goal_declared":false,"funds":72500,"classified":false},` +
		`{"id":"p3","unit":"科技馆","name":"展品维护","goal_declared":true,"funds":801234,"classified":false}]},` +
		`"budget":{"annual":{"project":99.8734}},` +
		`"payments":{"q1":{"date":"2023-03-31","paid":269.64},"q2":{"date":"2023-06-30","paid":533.64},` +
		`"q3":{"date":"2023-09-30","paid":973.37},"q4":{"date":"2023-12-31","paid":1436.72005}}}`
	if got := string(in.Draft.JSON()); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	for pointer, at := range map[string]string{
		"/performance/projects/1": "detail 项目明细!B6:F6", "/budget/annual/project": "detail 项目明细!E9", "/payments/q4/paid": "支付进度.csv C5",
	} {
		found := ""
		for _, e := range in.Entries {
			if e.Pointer == pointer {
				found = e.Document.ID + " " + e.Locator
			}
		}
		if found != at {
			t.Errorf("%s comes from %q, want %q", pointer, found, at)
		}
	}
	if len(in.Documents) != 2 || !strings.HasPrefix(in.Documents[0].Digest, "sha256:") {
		t.Errorf("documents %v", in.Documents)
	}
}

// TestEncodings: the same table in any encoding, with the separators and lines
// that programs write.
func TestEncodings(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(payments)
	if err != nil {
		t.Fatal(err)
	}
	want, err := taken(t, theMap, mapping.Input{Name: "支付.csv", Data: []byte(payments)})
	if err != nil {
		t.Fatal(err)
	}
	for name, in := range map[string]mapping.Input{
		"with a mark": {Data: []byte("\ufeff" + payments)},
		"GB18030":     {Data: []byte(gb)},
		"said so":     {Data: []byte(gb), Encoding: "gb18030"},
		"CRLF":        {Data: []byte(strings.ReplaceAll(payments, "\n", "\r\n"))},
		"tabs":        {Data: []byte(strings.ReplaceAll(strings.ReplaceAll(payments, `"2,696,400.00"`, "2696400.00"), ",", "\t"))},
		"empty lines": {Data: []byte(strings.ReplaceAll(payments, "第三", "\n\n第三"))},
	} {
		in.Name = "支付.csv"
		got, err := taken(t, theMap, in)
		if err != nil || string(got.Draft.JSON()) != string(want.Draft.JSON()) {
			t.Errorf("%s: %s, %v", name, got.Draft.JSON(), err)
		}
	}
}

// mistake is something wrong with a table or a map, and what is told of it.
type mistake struct {
	name     string
	do       func(*excelize.File) // in the workbook
	from, to string               // in the CSV file
	was, is  string               // in the map
	want     string               // id and place
}

const detail = "项目明细"

func put(at string, v any) func(*excelize.File) {
	return func(f *excelize.File) { must(f.SetCellValue(detail, at, v)) }
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func mistakes() []mistake {
	return []mistake{
		{name: "header that is not there", do: put("D4", "项目全称"), want: "mapping.no_column_suggest 项目明细!A3"},
		{name: "two columns alike", do: func(f *excelize.File) { put("G3", "指标")(f); put("G4", "年初预算")(f) }, want: "mapping.columns_alike 项目明细!G4"},
		{name: "sheet renamed", do: func(f *excelize.File) { must(f.SetSheetName(detail, "Sheet1")) }, want: "mapping.no_sheet "},
		{name: "header moved", do: func(f *excelize.File) { must(f.RemoveRow(detail, 1)) }, want: "mapping.no_column 项目明细!A3"},
		{name: "text in a number", do: put("E5", "约12万"), want: "workbook.not_number 项目明细!E5"},
		{name: "number as text", do: put("E5", "12.5"), want: "workbook.number_as_text 项目明细!E5"},
		{name: "other unit in a cell", do: put("E5", "125000元"), want: "workbook.other_unit_is 项目明细!E5"},
		{name: "stale formula", do: func(f *excelize.File) { must(f.SetCellFormula(detail, "E8", "E5+E6")) }, want: "workbook.stale 项目明细!E8"},
		{name: "stale total", do: func(f *excelize.File) { must(f.SetCellFormula(detail, "E9", "E5+E6")) }, want: "workbook.stale 项目明细!E9"},
		{name: "formula for a text", do: func(f *excelize.File) { must(f.SetCellFormula(detail, "D5", `HYPERLINK("x")`)) }, want: "workbook.formula_in_text 项目明细!D5"},
		{name: "merged cells", do: func(f *excelize.File) { must(f.MergeCell(detail, "D5", "D6")) }, want: "mapping.merged 项目明细!D5:D6"},
		{name: "unknown answer", do: put("F6", "待定"), want: "mapping.no_value 项目明细!F6"},
		{name: "the same project twice", do: put("C8", "p1"), want: "mapping.key_twice 项目明细!C8"},
		{name: "decimals hidden", do: func(f *excelize.File) {
			style, err := f.NewStyle(&excelize.Style{NumFmt: 2})
			must(err)
			must(f.SetCellStyle(detail, "E8", "E8", style))
		}, want: "mapping.digits_hidden 项目明细!E8"},
		{name: "total moved", do: func(f *excelize.File) { must(f.InsertRows(detail, 9, 1)) }, want: "mapping.other_label 项目明细!E9"},
		{name: "no workbook", do: func(f *excelize.File) { must(f.DeleteSheet(detail)); must(f.SetSheetName(detail, "x")) }, want: "mapping.no_sheet "},
		{name: "row that maps nowhere", from: "第二季度", to: "二季度末", want: "mapping.unknown_row_suggest A3"},
		{name: "row of nobody", from: "第二季度", to: "全年", want: "mapping.unknown_row A3"},
		{name: "row without a name", from: "第二季度", to: "", want: "mapping.row_without_name A3"},
		{name: "row twice", from: "第二季度", to: "第一季度", want: "mapping.row_twice A3"},
		{name: "row that is not there", from: "第四季度,2023-12-31,14367200.5\n", to: "", want: "mapping.row_absent A1"},
		{name: "date in words", from: "2023/3/31", to: "三月底", want: "workbook.not_date B2"},
		{name: "date without end", from: "2023/3/31", to: "2023/2/30", want: "workbook.not_date B2"},
		{name: "date with the day first", from: "2023/3/31", to: "31/3/2023", want: "workbook.not_date B2"},
		{name: "commas elsewhere", from: "2,696,400.00", to: "26,96,400.00", want: "workbook.csv_digits C2"},
		{name: "full width digits", from: "5336400", to: "５３３６４００", want: "workbook.csv_digits C3"},
		{name: "unit behind the number", from: "5336400", to: "5336400元", want: "workbook.csv_unit C3"},
		{name: "other unit behind the number", from: "5336400", to: "533.64万元", want: "workbook.other_unit_is C3"},
		{name: "formula in CSV", from: "5336400", to: "=1+1", want: "workbook.not_number C3"},
		{name: "quotation mark", from: "2023-12-31", to: `2023"12`, want: "workbook.csv_bare_quote "},
		{name: "quotation mark that stays open", from: `"2,696,400.00"`, to: `"2,696,400.00`, want: "workbook.csv_quote "},
		{name: "neither encoding", from: "第二季度", to: "\xff\xff", want: "workbook.csv_encoding "},
		{name: "unit of something else", from: "（元）", to: "（美元）", want: "mapping.other_dimension C1"},
		{name: "units that differ", was: "累计支付数\n", is: "{column: 累计支付数, unit: 万元}\n", want: "mapping.units_differ C1"},
		{name: "misspelt fact", was: "/payments/*/paid", is: "/payments/*/payd", want: "mapping.unknown_fact_suggest "},
		{name: "no such fact", was: "/budget/annual/project", is: "/x/y", want: "mapping.unknown_fact "},
		{name: "a group", was: "/budget/annual/project:", is: "/budget/annual:", want: "mapping.no_scalar "},
		{name: "misspelt key", was: "skip:", is: "skips:", want: "facts.yaml_key_near "},
		{name: "unit of a text", was: "项目·名称", is: "{column: 项目·名称, factor: 2}", want: "mapping.unit_of_text "},
		{name: "two origins", was: "{constant: 3}", is: "{constant: 3, column: 名称}", want: "mapping.origin "},
		{name: "wrong constant", was: "{constant: 3}", is: "{constant: 三}", want: "facts.text_for_number "},
		{name: "neither yes nor no", was: "已填报: true", is: "已填报: 有", want: "mapping.not_flag "},
		{name: "digits of no day", from: "2023/3/31", to: "20230931", want: "workbook.not_date B2"},
		{name: "digits of no likely day", from: "2023/3/31", to: "30230930", want: "workbook.not_date B2"},
		{name: "factor", was: "指标·年初预算", is: "{column: 指标·年初预算, factor: 0}", want: "mapping.factor "},
		{name: "no end of digits", was: "指标·年初预算", is: "{column: 指标·年初预算, factor: 1/3}", want: "workbook.no_decimal 项目明细!E5"},
		{name: "header row", was: "header: 3-4", is: "header: third", want: "mapping.header "},
		{name: "rows without names", was: "    rows:\n      column: 季度\n      names: {第一季度: q1, 第二季度: q2, 第三季度: q3, 第四季度: q4}\n", is: "", want: "mapping.no_rows "},
		{name: "file of no table", was: "支付*.csv", is: "拨款*.csv", want: "mapping.no_table "},
		{name: "which file", was: "file: 支付*.csv\n    ", is: "", want: "mapping.which_file "},
		{name: "two values", was: "/performance/project_count: {constant: 3}", is: "/payments/q1/paid: {constant: 3}", want: "mapping.two_values C2"},
		{name: "missing letter", was: "指标·年初预算", is: "{column: 指标·年初预算, at: F}", want: "mapping.other_head 项目明细!F4"},
	}
}

// TestMistakes: each is told with its place, and nothing else is; of a file with
// something wrong nothing counts.
func TestMistakes(t *testing.T) {
	found := 0
	for _, m := range mistakes() {
		text, csv := theMap, payments
		if m.was != "" {
			text = replaced(t, m.name, theMap, m.was, m.is)
		}
		if m.from != "" {
			csv = replaced(t, m.name, payments, m.from, m.to)
		}
		_, err := taken(t, text, mapping.Input{Name: "指标明细.xlsx", Data: export(t, m.do)}, mapping.Input{Name: "支付.csv", Data: []byte(csv)})
		if got := told(err); !contains(got, m.want) {
			t.Errorf("%s: %q, want %q", m.name, got, m.want)
			continue
		}
		found++
	}
	fmt.Printf("figure import.mistakes_found %d\n", found)
}

func replaced(t *testing.T, name, text, from, to string) string {
	t.Helper()
	if !strings.Contains(text, from) {
		t.Fatalf("%s: no %q", name, from)
	}
	return strings.Replace(text, from, to, 1)
}

// told are the problems: id and place.
func told(err error) []string {
	var all message.Problems
	if !errors.As(err, &all) {
		return []string{fmt.Sprint(err)}
	}
	var out []string
	for _, p := range all {
		out = append(out, p.Message.ID+" "+p.Pointer)
	}
	return out
}

func contains(all []string, want string) bool {
	for _, one := range all {
		if one == want || strings.HasSuffix(want, " ") && strings.HasPrefix(one, want) {
			return true
		}
	}
	return false
}

// TestTenThousandRows measures how fast rows come in.
func TestTenThousandRows(t *testing.T) {
	const rows = 10_000
	var csv strings.Builder
	csv.WriteString("项目编号,所属单位,项目名称,已设置绩效目标表,涉密项目,专项资金（万元）\n")
	f := excelize.NewFile()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	must(w.SetRow("A1", []any{"项目编号", "所属单位", "项目名称", "已设置绩效目标表", "涉密项目", "专项资金（万元）"}))
	for i := range rows {
		id, name := fmt.Sprintf("p-%05d", i), fmt.Sprintf("项目第%d号", i)
		fmt.Fprintf(&csv, "%s,市科协本级,%s,是,否,%d.25\n", id, name, i)
		must(w.SetRow(fmt.Sprintf("A%d", i+2), []any{id, "市科协本级", name, "是", "否", float64(i) + 0.25}))
	}
	must(w.Flush())
	var book bytes.Buffer
	must(f.Write(&book))
	schema := shipped.Rules(t, shipped.FrameworkDir(t)).Framework.Schema
	for _, file := range []mapping.Input{{Name: "p.csv", Data: []byte(csv.String())}, {Name: "p.xlsx", Data: book.Bytes()}} {
		m, err := mapping.ForTable(schema, "/performance/projects")
		if err != nil {
			t.Fatal(err)
		}
		in := &mapping.Import{Schema: schema, Draft: facts.NewDraft(), Yes: "是", No: "否"}
		start := time.Now()
		if _, err := in.Read(context.Background(), m, []mapping.Input{file}); err != nil {
			t.Fatal(err)
		}
		took := time.Since(start)
		if in.Rows != rows || len(in.Entries) != rows {
			t.Errorf("%s: %d rows, %d entries", file.Name, in.Rows, len(in.Entries))
		}
		name := "import.rows_per_second"
		if strings.HasSuffix(file.Name, ".csv") {
			name += "_csv"
		}
		fmt.Printf("figure %s %d\n", name, int(rows/took.Seconds()))
	}
}

// Progress is told after every 1000 rows of the sheet, of which one is the header;
// who gives up meanwhile gets no more rows.
func TestProgress(t *testing.T) {
	var csv strings.Builder
	csv.WriteString("项目编号,所属单位,项目名称,已设置绩效目标表,涉密项目,专项资金（万元）\n")
	for i := range 2500 {
		fmt.Fprintf(&csv, "p-%d,市科协本级,项目%d,是,否,1\n", i, i)
	}
	schema := shipped.Rules(t, shipped.FrameworkDir(t)).Framework.Schema
	m, err := mapping.ForTable(schema, "/performance/projects")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var told []string
	in := &mapping.Import{Schema: schema, Draft: facts.NewDraft(), Yes: "是", No: "否",
		Progress: func(file string, rows int) { told = append(told, fmt.Sprint(file, " ", rows)) }}
	if _, err := in.Read(ctx, m, []mapping.Input{{Name: "p.csv", Data: []byte(csv.String())}}); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(told, ", "); got != "p.csv 998, p.csv 1998" || in.Rows != 2500 {
		t.Errorf("%s; %d rows", got, in.Rows)
	}
	in = &mapping.Import{Schema: schema, Draft: facts.NewDraft(), Yes: "是", No: "否", Progress: func(string, int) { cancel() }}
	if _, err := in.Read(ctx, m, []mapping.Input{{Name: "p.csv", Data: []byte(csv.String())}}); !errors.Is(err, context.Canceled) || in.Rows != 1998 {
		t.Errorf("%v after %d rows", err, in.Rows)
	}
}
