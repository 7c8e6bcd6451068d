package years_test

import (
	"fmt"
	"strings"
	"testing"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/number"
	"rubric/engine/years"
)

const schema = `{"type": "object", "properties": {
 "money": {"type": "object", "title": "资金", "x-table": {"identities": [{"is": "total", "sum": ["staff", "other"]}, {"is": "staff", "sum": ["plan", "moved"]}]}, "properties": {
   "total": {"type": "number", "title": "合计", "x-unit": "万元", "minimum": 0}, "staff": {"type": "number", "title": "人员", "x-unit": "万元", "minimum": 0},
   "other": {"type": "number", "title": "其他", "x-unit": "万元", "minimum": 0}, "rate": {"type": "number", "title": "比率", "x-unit": "%"},
   "plan": {"type": "number", "title": "年初", "minimum": 0}, "moved": {"type": "number", "title": "调整"}}},
 "cars": {"type": "object", "title": "车辆", "properties": {
   "current": {"type": "object", "title": "本年", "x-year": 0, "properties": {"spent": {"type": "number", "title": "支出", "minimum": 0}}},
   "previous": {"type": "object", "title": "上年", "x-year": -1, "properties": {"spent": {"type": "number", "title": "支出", "minimum": 0}}}}},
 "row_count": {"type": "integer", "minimum": 0},
 "rows": {"type": "array", "title": "行", "x-key": "item", "x-count": "/row_count", "x-year": {"of": 0, "series": "明细表"},
   "x-table": {"identities": [{"is": "合计", "sum": "others"}]}, "items": {"type": "object", "properties": {
   "item": {"type": "string", "title": "项目"}, "paid": {"type": "number", "title": "支出", "x-unit": "万元", "minimum": 0}, "note": {"type": "string", "x-optional": true}}}},
 "printed": {"type": "object", "x-optional": true, "properties": {
   "y2022": {"type": "array", "x-key": "item", "x-year": {"of": 2022, "series": "明细表"}, "items": {"type": "object", "properties": {
     "item": {"type": "string"}, "paid": {"type": "number", "title": "支出", "x-unit": "万元", "minimum": 0}}}}}}}}`

func chain(t *testing.T, sources ...string) []years.Case { return read(t, schema, sources...) }

func read(t *testing.T, schema string, sources ...string) (all []years.Case) {
	t.Helper()
	for i, source := range sources {
		s, err := facts.ParseSchema("facts.schema.json", []byte(schema))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := facts.Parse("facts.json", []byte(source))
		if err == nil {
			err = doc.Bind(s)
		}
		if err != nil {
			t.Fatal(err)
		}
		year := 2023 - i
		all = append(all, years.Case{Case: engine.Case{ID: fmt.Sprint("c", year), Facts: doc}, Year: year})
	}
	return all
}

func text(n *number.Number) string {
	if n == nil {
		return "-"
	}
	return n.String()
}

// told is a comparison in lines: section, figure, values (* not its own year's),
// changes with growth, shares.
func told(c *years.Comparison) string {
	var lines []string
	for _, s := range c.Sections {
		lines = append(lines, s.Title)
		for _, f := range s.Figures {
			line := " " + f.Label + ":"
			for _, v := range f.Values {
				switch {
				case v.Node == nil:
					line += " ?"
				case v.Own:
					line += " " + v.Node.Text
				default:
					line += " " + v.Node.Text + "*"
				}
			}
			line += " |"
			for _, change := range f.Changes {
				line += " " + text(change.By) + " " + text(change.Growth)
			}
			line += " | " + f.Total
			for _, share := range f.Shares {
				line += " " + text(share)
			}
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

const (
	of2023 = `{"money": {"total": 30, "staff": 10, "other": 20, "rate": 50, "plan": 12, "moved": -2}, "cars": {"current": {"spent": 4}, "previous": {"spent": 5}},
  "row_count": 3, "rows": [{"item": "合计", "paid": 9}, {"item": "甲", "paid": 6}, {"item": "丙", "paid": 3}]}`
	of2022 = `{"money": {"total": 25, "staff": 5, "other": 20.0, "rate": 40, "plan": 5, "moved": 0}, "cars": {"previous": {"spent": 8}},
  "row_count": 3, "rows": [{"item": "合计", "paid": 8}, {"item": "甲", "paid": 0}, {"item": "乙", "paid": 8}]}`
	of2021 = `{"money": {"total": 20, "staff": 0, "rate": 40}, "row_count": 2, "rows": [{"item": "乙", "paid": 2}, {"item": "丁", "paid": 1}]}`
)

// Worked out by hand: 10 is 5 more than 5, as much again; 5 of 25 is a fifth;
// nothing grows from 0; percentages change but do not grow; what may be negative is
// no part. The second row of 2022 stands behind the first.
func TestCompare(t *testing.T) {
	c := years.Compare(chain(t, of2023, of2022, of2021), nil)
	want := `资金
 合计: 20 25 30 | 5 0.25 5 0.2 |  - - -
 人员: 0 5 10 | 5 - 5 1 | 合计 0 0.2 1/3
 其他: ? 20.0 20 | - - 0 0 | 合计 - 0.8 2/3
 比率: 40 40 50 | 0 - 10 - |  - - -
 年初: ? 5 12 | - - 7 1.4 |  - - -
 调整: ? 0 -2 | - - -2 - |  - - -
车辆
 支出: 8* 5* 4 | -3 -0.375 -1 -0.2 |  - - -
明细表 › 支出
 合计: ? 8 9 | - - 1 0.125 |  - - -
 甲: ? 0 6 | - - 6 - | 合计 - 0 2/3
 乙: 2 8 ? | 6 3 - - | 合计 - 1 -`
	if got := told(c); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if fmt.Sprint(c.Years) != "[2021 2022 2023]" || len(c.Findings) != 0 {
		t.Errorf("%v %+v", c.Years, c.Findings)
	}
}

// A case alone tells what it says of the year before; pointers choose tables.
func TestCompareAlone(t *testing.T) {
	for _, c := range []struct {
		pointers []string
		want     string
	}{
		{nil, "车辆\n 支出: 5* 4 | -1 -0.2 |  - -"},
		{[]string{"/cars"}, "车辆\n 支出: 5* 4 | -1 -0.2 |  - -"},
		{[]string{"/car"}, ""},
		{[]string{"/money", "/rows"}, ""},
	} {
		if got := told(years.Compare(chain(t, of2023), c.pointers)); got != c.want {
			t.Errorf("%v: %s, want %s", c.pointers, got, c.want)
		}
	}
}

// What a later case says of an earlier year, against that year's own: 5 and 6 of
// cars, and a row of a table that stands elsewhere; the same in other digits is no
// contradiction.
func TestContradictions(t *testing.T) {
	later := strings.Replace(of2023, `"row_count"`, `"printed": {"y2022": [{"item": "甲", "paid": 1}, {"item": "乙", "paid": 8.0}]}, "row_count"`, 1)
	own := strings.Replace(of2022, `"cars": {`, `"cars": {"current": {"spent": 6}, `, 1)
	c := years.Compare(chain(t, later, own), nil)
	var all []string
	for _, f := range c.Findings {
		all = append(all, fmt.Sprintf("%d %s: %s %s %s, %s %s %s, %s", f.Year, f.Label, f.Own.Case, f.Own.Fact.Pointer, f.Own.Fact.Value,
			f.Later.Case, f.Later.Fact.Pointer, f.Later.Fact.Value, f.Difference))
	}
	want := "2022 车辆 › 本年 › 支出: c2022 /cars/current/spent 6, c2023 /cars/previous/spent 5, -1\n" +
		"2022 行（甲） › 支出: c2022 /rows/1/paid 0, c2023 /printed/y2022/0/paid 1, 1"
	if got := strings.Join(all, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestPeriod(t *testing.T) {
	for text, want := range map[string]int{"2023": 2023, "2023-01": 0, "23": 0, "二〇二三": 0, "": 0} {
		if year, ok := years.Period(text); ok != (want != 0) || ok && year != want {
			t.Errorf("%q: %d %v", text, year, ok)
		}
	}
}

const laidOut = `{"type": "object", "properties": {
 "cars": {"type": "object", "title": "车辆", "properties": {
   "now": {"type": "object", "title": "本年", "x-year": {"of": 0, "series": "用车"}, "properties": {"spent": {"type": "number", "title": "支出"}}}}},
 "tables": {"type": "object", "title": "附表", "properties": {
   "t1": {"type": "object", "title": "表1", "properties": {"row_count": {"type": "integer"}, "rows": {"type": "array", "title": "行", "x-key": "item", "x-count": "/tables/t1/row_count", "items": {"type": "object", "properties": {
     "item": {"type": "string"},
     "paid": {"type": "object", "title": "支出", "properties": {"y2022": {"type": "number", "x-year": 2022, "title": "2022年"}, "y2023": {"type": "number", "x-year": 2023, "title": "2023年"}}},
     "y2022": {"type": "object", "title": "2022年", "x-year": 2022, "properties": {"plan": {"type": "number", "title": "预算"}}},
     "y2023": {"type": "object", "title": "2023年", "x-year": 2023, "properties": {"plan": {"type": "number", "title": "预算"}}},
     "n2022": {"type": "integer", "title": "2022年", "x-year": 2022}, "n2023": {"type": "integer", "title": "2023年", "x-year": 2023}}}}}},
   "t2": {"type": "object", "title": "表2", "properties": {
     "cars": {"type": "object", "title": "车辆", "properties": {"y2022": {"type": "object", "x-year": {"of": 2022, "series": "用车"}, "title": "2022年", "properties": {"spent": {"type": "number", "title": "支出"}}}}},
     "trips": {"type": "object", "title": "出国", "properties": {
       "y2022": {"type": "object", "x-year": 2022, "title": "2022年", "properties": {"spent": {"type": "number", "title": "支出"}}},
       "y2023": {"type": "object", "x-year": 2023, "title": "2023年", "properties": {"spent": {"type": "number", "title": "支出"}}}}}}}}}}}`

// Tables that are laid out over years: years below a column, columns below a year,
// a year alone, and an object of its own; a series in the middle of it goes with
// the series.
func TestCompareLaidOut(t *testing.T) {
	const later = `{"cars": {"now": {"spent": 4}}, "tables": {"t1": {"row_count": 1, "rows": [
   {"item": "甲", "paid": {"y2022": 1, "y2023": 2}, "y2022": {"plan": 3}, "y2023": {"plan": 6}, "n2022": 7, "n2023": 8}]},
  "t2": {"cars": {"y2022": {"spent": 5}}, "trips": {"y2022": {"spent": 9}, "y2023": {"spent": 9}}}}}`
	const own = `{"cars": {"now": {"spent": 6}}, "tables": {"t2": {"cars": {"y2022": {"spent": 6}}}, "t1": {"row_count": 1, "rows": [{"item": "甲", "paid": {"y2022": 1.5}}]}}}`
	c := years.Compare(read(t, laidOut, later, own), nil)
	const want = `用车
 支出: 6 4 | -2 -1/3 |  - -
附表 › 表1 › 支出
 甲: 1.5 2 | 0.5 1/3 |  - -
附表 › 表1 › 预算
 甲: 3* 6 | 3 1 |  - -
附表 › 表1
 甲: 7* 8 | 1 1/7 |  - -
附表 › 表2
 出国 › 支出: 9* 9 | 0 0 |  - -`
	if got := told(c); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	var all []string
	for _, f := range c.Findings {
		all = append(all, f.Own.Fact.Pointer+" "+f.Later.Fact.Pointer+" "+f.Difference.String())
	}
	// What a case says twice is told once.
	if got := strings.Join(all, ", "); got != "/cars/now/spent /tables/t2/cars/y2022/spent -1, /tables/t1/rows/0/paid/y2022 /tables/t1/rows/0/paid/y2022 -0.5" {
		t.Error(got)
	}
	if got := told(years.Compare(read(t, laidOut, later, own), []string{"/tables/t2"})); !strings.HasPrefix(got, "用车\n") || !strings.HasSuffix(got, "9* 9 | 0 0 |  - -") || strings.Contains(got, "表1") {
		t.Error(got)
	}
}
