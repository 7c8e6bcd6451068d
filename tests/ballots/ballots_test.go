// Package ballots_test hands ballots out to a panel and takes them back, filled in
// right and wrong.
package ballots_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"rubric/engine/ballots"
	"rubric/engine/message"
	"rubric/engine/panel"
	"rubric/tests/internal/shipped"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// form is what a panel of three is asked about the shipped case.
func form(t testing.TB) *ballots.Form {
	t.Helper()
	words, err := message.Load()
	must(err)
	rules := shipped.Rules(t, shipped.FrameworkDir(t))
	doc, err := shipped.Facts(t).Bind(rules.Framework.Schema)
	must(err)
	c := shipped.Complete(t, doc)
	c.Marks = nil
	a, err := rules.Evaluate(context.Background(), c)
	must(err)
	return &ballots.Form{Case: a.Case, Items: a.Indicators,
		Experts: []panel.Expert{{ID: "zhang", Name: "张三"}, {ID: "li", Name: "李四"}, {ID: "wang", Name: "李四"}},
		Say:     func(id string, pairs ...any) string { return words.Text(message.Chinese, message.New(id, pairs...)) }}
}

func book(t testing.TB, f *ballots.Form, do func(*excelize.File)) []byte {
	t.Helper()
	var out bytes.Buffer
	must(f.Write(&out))
	b, err := excelize.OpenReader(&out)
	must(err)
	defer b.Close()
	do(b)
	var again bytes.Buffer
	must(b.Write(&again))
	return again.Bytes()
}

func set(sheet, at string, v any) func(*excelize.File) {
	return func(f *excelize.File) { must(f.SetCellValue(sheet, at, v)) }
}

// TestMarks: marks come back with their digits, and as a panel.yaml that says the
// same.
func TestMarks(t *testing.T) {
	f := form(t)
	data := book(t, f, func(b *excelize.File) {
		set("张三", "E4", 2.5)(b)
		set("张三", "F4", "任务分解不够细")(b)
		set("李四 li", "E4", 3)(b)
		set("李四 wang", "G4", "回避")(b)
		set("专家组理由", "B4", "见专家意见")(b)
	})
	read, err := f.Read("marks.xlsx", data)
	must(err)
	joined, err := f.Join([]string{"marks.xlsx"}, []*panel.Panel{read})
	must(err)
	text, err := joined.YAML(nil)
	must(err)
	const want = `experts:
  - {id: zhang, name: 张三}
  - {id: li, name: 李四}
  - {id: wang, name: 李四}
marks:
  plan_completeness:
    reason: 见专家意见
    ballots:
      zhang: {score: 2.5, opinion: 任务分解不够细}
      li: {score: 3}
      wang: {invalid: 回避}
`
	if string(text) != want {
		t.Errorf("%s\nwant\n%s", text, want)
	}
	again, err := panel.Parse("panel.yaml", text)
	must(err)
	f.Before = again
	read, err = f.Read("marks.xlsx", book(t, f, func(*excelize.File) {}))
	must(err)
	joined, err = f.Join([]string{"marks.xlsx"}, []*panel.Panel{read})
	must(err)
	if same, err := joined.YAML(nil); err != nil || string(same) != want {
		t.Errorf("filled in and taken back it is %s", same)
	}
}

// TestJoin: experts of one workbook do not touch the marks of others.
func TestJoin(t *testing.T) {
	f := form(t)
	before, err := panel.Parse("panel.yaml", []byte("experts:\n  - {id: zhang, name: 张三}\n  - {id: zhao, name: 赵六}\nmarks:\n  disclosure:\n    ballots:\n      zhang: {score: 1}\n      zhao: {score: 2}\n"))
	must(err)
	f.Before = before
	read, err := f.Read("a.xlsx", book(t, f, func(b *excelize.File) { set("张三", "E5", 1)(b) }))
	must(err)
	joined, err := f.Join([]string{"a.xlsx"}, []*panel.Panel{read})
	must(err)
	for _, item := range joined.Items {
		if item.Indicator == "disclosure" && len(item.Ballots) != 2 {
			t.Errorf("disclosure has %v", item.Ballots)
		}
	}
	if len(joined.Experts) != 4 {
		t.Errorf("experts %v", joined.Experts)
	}
	other, err := f.Read("b.xlsx", book(t, f, func(b *excelize.File) { set("张三", "E5", 1.5)(b) }))
	must(err)
	if _, err := f.Join([]string{"a.xlsx", "b.xlsx"}, []*panel.Panel{read, other}); err == nil {
		t.Error("an expert with two workbooks passes")
	}
}

// TestHandedIn: each expert hands in a copy of one workbook with only the own
// sheet filled in, at once or one after the other; a copy that was filled in
// beforehand says nothing of the others.
func TestHandedIn(t *testing.T) {
	f := form(t)
	zhang, err := f.Read("z.xlsx", book(t, f, set("张三", "E4", 3)))
	must(err)
	li, err := f.Read("l.xlsx", book(t, f, set("李四 li", "E4", 2)))
	must(err)
	scores := func(files []string, read ...*panel.Panel) string {
		t.Helper()
		joined, err := f.Join(files, read)
		must(err)
		f.Before = joined
		var all []string
		for _, item := range joined.Items {
			for _, b := range item.Ballots {
				all = append(all, b.Expert+" "+b.Score.String())
			}
		}
		return strings.Join(all, ", ")
	}
	if got := scores([]string{"z.xlsx", "l.xlsx"}, zhang, li); got != "zhang 3, li 2" {
		t.Errorf("handed in at once: %s", got)
	}
	f.Before = nil
	scores([]string{"z.xlsx"}, zhang)
	if got := scores([]string{"l.xlsx"}, li); got != "zhang 3, li 2" {
		t.Errorf("handed in one after the other: %s", got)
	}
	again, err := f.Read("z2.xlsx", book(t, f, set("张三", "E4", 1)))
	must(err)
	wang, err := f.Read("w.xlsx", book(t, f, set("李四 wang", "E4", 0)))
	must(err)
	before := f.Before
	if got := scores([]string{"z2.xlsx", "w.xlsx"}, again, wang); got != "li 2, zhang 1, wang 0" {
		t.Errorf("one marks again, in a copy with all marks: %s", got)
	}
	after := f.Before
	f.Before = before
	if changes := f.Changes(after); len(changes) != 1 || changes[0].ID != "ballots.changed" {
		t.Errorf("changes %v", changes)
	}
}

// TestMistakes: each is told at its cell.
func TestMistakes(t *testing.T) {
	f := form(t)
	for _, c := range []struct {
		name string
		do   func(*excelize.File)
		want string
	}{
		{"above the weight", set("张三", "E4", 3.5), "facts.maximum 张三!E4"},
		{"below zero", set("张三", "E4", -1), "facts.minimum 张三!E4"},
		{"text", set("张三", "E4", "优秀"), "workbook.not_number 张三!E4"},
		{"number as text", set("张三", "E4", "2"), "workbook.number_as_text 张三!E4"},
		{"opinion alone", set("张三", "F4", "好"), "ballots.no_score 张三!E4"},
		{"formula", func(b *excelize.File) { must(b.SetCellFormula("张三", "F4", "1+1")) }, "ballots.formula 张三!F4"},
		{"weight changed", set("张三", "C4", 30), "ballots.weight_changed 张三!C4"},
		{"row deleted", func(b *excelize.File) { must(b.RemoveRow("张三", 5)) }, "workbook.moved 张三!H5"},
		{"sheet renamed", func(b *excelize.File) { must(b.SetSheetName("张三", "张三丰")) }, "workbook.sheet_gone 张三, workbook.sheet_added 张三丰"},
		{"sheet added", func(b *excelize.File) { _, err := b.NewSheet("附"); must(err) }, "workbook.sheet_added 附"},
		{"merged", func(b *excelize.File) { must(b.MergeCell("张三", "E4", "E5")) }, "workbook.merged 张三!E4:E5"},
		{"note beside", set("张三", "J4", "见附件"), "ballots.outside 张三!J4"},
		{"other case", set("rubric", "B2", "another"), "ballots.other_case "},
		{"other workbook", func(b *excelize.File) { must(b.DeleteSheet("rubric")) }, "ballots.not_ours "},
	} {
		_, err := f.Read("marks.xlsx", book(t, f, c.do))
		var all message.Problems
		errors.As(err, &all)
		var got []string
		for _, p := range all {
			got = append(got, p.Message.ID+" "+p.Pointer)
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestParseExperts(t *testing.T) {
	got, err := ballots.ParseExperts("张三，li=李四, 王五")
	if err != nil || len(got) != 3 || got[0] != (panel.Expert{ID: "张三", Name: "张三"}) || got[1] != (panel.Expert{ID: "li", Name: "李四"}) {
		t.Errorf("%v, %v", got, err)
	}
	for _, text := range []string{"=张三", "张三,张三", "zhang="} {
		if _, err := ballots.ParseExperts(text); err == nil {
			t.Errorf("%q passes", text)
		}
	}
}
