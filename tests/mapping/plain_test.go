package mapping_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"rubric/engine/mapping"
	"rubric/engine/message"
)

// TestPlainWords: a map answers facts of yes and no with 是 and 否, and a day may
// stand in the eight digits of an export, as text and as a number.
func TestPlainWords(t *testing.T) {
	text := replaced(t, "values", theMap, "{已填报: true, 未填报: false}", "{已填报: 是, 未填报: 否}")
	text = replaced(t, "constant", text, "{constant: false}", "{constant: 否}")
	csv := replaced(t, "day", payments, "2023-09-30", "20230930")
	in, err := taken(t, text, mapping.Input{Name: "指标明细.xlsx", Data: export(t, nil)}, mapping.Input{Name: "支付.csv", Data: []byte(csv)})
	if err != nil {
		t.Fatal(err)
	}
	got := string(in.Draft.JSON())
	for _, want := range []string{
		`"name":"科普活动","goal_declared":true,"funds":125000,"classified":false}`,
		`"name":"基层科普","goal_declared":false,`,
		`"q3":{"date":"2023-09-30","paid":973.37}`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s has not %s", got, want)
		}
	}
}

const dayMap = `tables:
  - facts:
      /payments/q3/date: {cell: B1}
      /period: {cell: B2}
      /department: {cell: B3}
`

// TestNumbersForTexts: a number is a day or a code where its digits can be nothing
// else.
func TestNumbersForTexts(t *testing.T) {
	sheet := func(day, period any, format int) []byte {
		return book(t, func(f *excelize.File) {
			must(f.SetCellValue("Sheet1", "B1", day))
			must(f.SetCellValue("Sheet1", "B2", period))
			must(f.SetCellValue("Sheet1", "B3", "市科协"))
			style, err := f.NewStyle(&excelize.Style{NumFmt: format})
			must(err)
			must(f.SetCellStyle("Sheet1", "B2", "B2", style))
		})
	}
	const whole = `{"payments":{"q3":{"date":"2023-09-30"}},"period":"2023","department":"市科协"}`
	for _, c := range []struct {
		day, period any
		format      int
		want        string
	}{
		{20230930, 2023, 0, whole},
		{"20230930", "2023", 0, whole},
		{20230930, 2023, 1, whole},                          // shown as 2023
		{20230930, 2023, 2, "workbook.not_text Sheet1!B2"},  // shown as 2023.00
		{20230930, 2023, 14, "workbook.not_text Sheet1!B2"}, // shown as a day of 1905
		{20230930, 20231, 0, "workbook.not_text Sheet1!B2"},
		{20230930, "'2023", 0, "facts.pattern_digits Sheet1!B2"},
		{20230931, 2023, 0, "workbook.not_date Sheet1!B1"},
		{12030930, 2023, 0, "workbook.not_date Sheet1!B1"},
	} {
		in, err := taken(t, dayMap, mapping.Input{Name: "表.xlsx", Data: sheet(c.day, c.period, c.format)})
		got := strings.Join(told(err), ", ")
		if err == nil {
			got = string(in.Draft.JSON())
		}
		if got != c.want {
			t.Errorf("%v and %v: %s, want %s", c.day, c.period, got, c.want)
		}
	}
}

// book is a workbook with one sheet.
func book(t testing.TB, fill func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	out, err := f.WriteToBuffer()
	must(err)
	return out.Bytes()
}

// TestToldOnce: what is wrong is said once, and what is wrong in a row that the map
// does not name, by the row's own text.
func TestToldOnce(t *testing.T) {
	text := replaced(t, "names", theMap, ", 第三季度: q3", "")
	csv := replaced(t, "day", payments, "2023-09-30", "九月底")
	_, err := taken(t, text, mapping.Input{Name: "指标明细.xlsx", Data: export(t, nil)}, mapping.Input{Name: "支付.csv", Data: []byte(csv)})
	got := inChinese(t, err)
	want := []string{
		"支付.csv: A4: 对照表没有“第三季度”这一行；是不是“第一季度”？请改正一处，或用 skip 写明不读。",
		"支付.csv: B4: “第三季度 › 截止日期”应当是日期，这里是“九月底”；请写成 2023-03-31 的样子。",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	text = replaced(t, "values", theMap, "/payments/*/date: 截止日期", "/payments/*/date: {constant: 无}")
	text = replaced(t, "values", text, "{已填报: true, 未填报: false}", "{已填报: 有, 未填报: 有}")
	_, err = taken(t, text)
	got = inChinese(t, err)
	const flag = "import.map.yaml:11: “已设置绩效目标表”是答“是”或“否”的事实，对照表里写的却是“有”；请写 是 或 否（写 true 或 false 也可以）。"
	const day = "import.map.yaml:21: “第一季度截止日期”应当是日期，“无”不是。请写成 2023-12-31 这样。"
	if !slices.Equal(got, []string{flag, day}) { // not for each quarter, and not for each answer
		t.Errorf("%q, want %q and %q", got, flag, day)
	}
}

func inChinese(t *testing.T, err error) (all []string) {
	t.Helper()
	catalogue, loading := message.Load()
	if loading != nil {
		t.Fatal(loading)
	}
	problems, _ := err.(message.Problems)
	for _, p := range problems {
		all = append(all, catalogue.Problem(message.Chinese, p))
	}
	return all
}
