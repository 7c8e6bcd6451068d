package reconcile_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/framework"
	"rubric/engine/message"
	"rubric/engine/policy/cel"
	"rubric/engine/policy/rego"
	"rubric/engine/reconcile"
)

const tree = "id: tiny\ntitle: Tiny\nversion: \"1\"\nlanguage: zh\ntree:\n  - id: g\n    title: G\n    weight: 100\n    indicators:\n      - {id: a, weight: 100}\n"

const schema = `{"type": "object", "properties": {
 "plan": {"type": "number", "title": "计划", "x-unit": "万元"},
 "paid": {"type": "number", "title": "支付", "x-unit": "万元"},
 "way": {"type": "string", "title": "方式"},
 "year": {"type": "object", "title": "年度", "properties": {
   "a": {"type": "number", "title": "甲"}, "b": {"type": "number", "title": "乙"}, "total": {"type": "number", "title": "合计"},
   "rate": {"type": "number", "title": "占比", "x-unit": "%", "x-optional": true}, "growth": {"type": "number", "title": "增长", "x-unit": "%", "x-optional": true},
   "left": {"type": "number", "title": "结余", "x-optional": true}, "copy": {"type": "number", "title": "抄录", "x-optional": true},
   "share_a": {"type": "number", "title": "甲占比", "x-unit": "%", "x-optional": true}, "share_b": {"type": "number", "title": "乙占比", "x-unit": "%", "x-optional": true}},
   "x-table": {"digits": 2, "identities": [
     {"is": "total", "sum": ["a", "b"]},
     {"is": "a", "at_most": "b"},
     {"is": "rate", "percent": ["a", "b"]},
     {"is": "growth", "growth": ["b", "a"], "digits": 1},
     {"is": "left", "difference": ["total", "a"]},
     {"is": "copy", "same": "total"},
     {"is": 100, "sum": ["share_a", "share_b"]}]}},
 "rows": {"type": "array", "title": "行", "x-key": "item", "x-optional": true, "items": {"type": "object", "properties": {
     "item": {"type": "string"}, "n": {"type": "integer", "title": "数"}, "p": {"type": "number", "title": "率", "x-unit": "%"}}},
   "x-table": {"identities": [
     {"is": "合计", "sum": "others"},
     {"is": "小计", "sum": {"from": "一", "to": "二"}},
     {"is": "三", "sum": ["二", "没有的"]}]}}}}`

const indicator = `# METADATA
# title: 甲
# description: 规则
# custom:
#   evidence: [资料]
package tiny.g.a

deductions["少"] := {"share": 1, "reason": "少"} if input.paid < input.plan
`

const regoCheck = `# METADATA
# title: 计划与支付
# description: 应当一样
package tiny.reconcile.plan

contradictions["计划"] := {"severity": "error", "message": "计划与支付不一样", "figures": [input.plan, input.paid]} if input.plan != input.paid
`

const celCheck = `title: 计划与合计
description: 应当一样
contradictions:
  - item: 合计
    condition: facts.plan != facts.year.total
    severity: warning
    message: 计划{exact(facts.plan)}，合计{exact(facts.year.total)}
    figures: [facts.plan, facts.year.total]
    adopt: {/plan: facts.year.total, /paid: facts.year.total}
  - item: 方式
    condition: facts.way == "未定"
    severity: info
    message: 方式未定
`

func rules(t *testing.T, files map[string]string) *engine.Rules {
	t.Helper()
	r, err := compiled(t, files)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func compiled(t *testing.T, files map[string]string) (*engine.Rules, error) {
	t.Helper()
	dir := t.TempDir()
	all := map[string]string{"framework.yaml": tree, "facts.schema.json": schema, "g/a.rego": indicator}
	for name, content := range files {
		all[name] = content
	}
	for name, content := range all {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	fw, err := framework.Load(dir, []string{".rego", ".cel.yaml"})
	if err != nil {
		return nil, err
	}
	return engine.Compile(context.Background(), fw, rego.Language{}, cel.Language{})
}

func run(t *testing.T, r *engine.Rules, source string) (*reconcile.Result, engine.Case) {
	t.Helper()
	doc, err := facts.Parse("facts.json", []byte(source))
	if err == nil {
		err = doc.Bind(r.Framework.Schema)
	}
	if err != nil {
		t.Fatal(err)
	}
	c := engine.Case{ID: "c", Facts: doc}
	result, err := reconcile.Run(context.Background(), r, c)
	if err != nil {
		t.Fatal(err)
	}
	return result, c
}

func told(result *reconcile.Result) (all []string) {
	for _, f := range result.Findings {
		all = append(all, f.Severity+" "+f.Item+" "+strings.Join(f.Figures, "≠"))
	}
	return all
}

// Each identity where it holds, where rounding explains the difference, and
// where it does not; expected values are worked out by hand.
func TestIdentities(t *testing.T) {
	r := rules(t, nil)
	for _, test := range []struct {
		name, year, rows string
		want             []string
	}{
		{"all hold", `{"a": 1, "b": 3, "total": 4, "rate": 33.33, "growth": 200.0, "left": 3, "copy": 4, "share_a": 25, "share_b": 75}`,
			`[{"item": "一", "n": 1, "p": 1}, {"item": "二", "n": 2, "p": 1}, {"item": "小计", "n": 3, "p": 9}, {"item": "合计", "n": 6, "p": 0}]`, nil},
		{"what is not there is not checked", `{"a": 1, "b": 3, "total": 4}`, `[]`, nil},
		{"two rounded addends may be off by 0.01", `{"a": 1, "b": 3, "total": 4.01}`, `[]`, []string{"info /year/total 4.01≠4"}},
		{"not by more", `{"a": 1, "b": 3, "total": 4.02}`, `[]`, []string{"error /year/total 4.02≠4"}},
		{"more than allowed", `{"a": 3.01, "b": 3, "total": 6.01}`, `[]`, []string{"error /year/a 3.01≠3"}},
		{"rounded half up", `{"a": 1, "b": 8, "total": 9, "rate": 12.5}`, `[]`, nil},
		{"a rate off by what rounding its figures can do", `{"a": 1, "b": 3, "total": 4, "rate": 33.5}`, `[]`, []string{"info /year/rate 33.5≠33.33"}},
		{"a rate that is wrong", `{"a": 1, "b": 3, "total": 4, "rate": 34}`, `[]`, []string{"error /year/rate 34≠33.33"}},
		{"growth", `{"a": 2, "b": 3, "total": 5, "growth": 60}`, `[]`, []string{"error /year/growth 60≠50"}},
		{"growth of nothing", `{"a": 0, "b": 3, "total": 3, "growth": 60}`, `[]`, nil},
		{"difference", `{"a": 1, "b": 3, "total": 4, "left": 3.02}`, `[]`, []string{"error /year/left 3.02≠3"}},
		{"a copy knows no rounding", `{"a": 1, "b": 3, "total": 4, "copy": 4.01}`, `[]`, []string{"error /year/copy 4.01≠4"}},
		{"shares", `{"a": 1, "b": 3, "total": 4, "share_a": 25, "share_b": 74}`, `[]`, []string{"error /year = 100 100≠99"}},
		{"others", `{"a": 1, "b": 3, "total": 4}`, `[{"item": "一", "n": 1, "p": 1}, {"item": "合计", "n": 2, "p": 1}]`, []string{"error /rows/1/n 2≠1"}},
		{"a span", `{"a": 1, "b": 3, "total": 4}`, `[{"item": "一", "n": 1, "p": 1}, {"item": "外", "n": 1, "p": 1}, {"item": "二", "n": 5, "p": 1}, {"item": "小计", "n": 6, "p": 1}]`, []string{"error /rows/3/n 6≠7"}},
		{"a row that is not there adds nothing", `{"a": 1, "b": 3, "total": 4}`, `[{"item": "二", "n": 5, "p": 1}, {"item": "三", "n": 4, "p": 1}]`, []string{"error /rows/1/n 4≠5"}},
	} {
		result, _ := run(t, r, `{"plan": 1, "paid": 1, "way": "定", "year": `+test.year+`, "rows": `+test.rows+`}`)
		if got := told(result); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// A finding says what does not agree, where it stands and where it is declared.
func TestSentence(t *testing.T) {
	r := rules(t, nil)
	result, _ := run(t, r, `{"plan": 1, "paid": 1, "way": "定", "year": {"a": 1.00, "b": 3, "total": 4.02}, "rows": [{"item": "一", "n": 1, "p": 1}, {"item": "合计", "n": 2, "p": 1}]}`)
	var got []string
	for _, f := range result.Findings {
		got = append(got, f.Check+": "+f.Message)
		if f.Rule.File != "facts.schema.json" || f.Rule.Line == 0 || f.Facts.Len() == 0 || f.Facts.All()[0].Label == "" {
			t.Errorf("%+v", f)
		}
	}
	want := []string{
		"x-table /year: 年度：合计 4.02，而 甲 1.00 + 乙 3 = 4",
		"x-table /rows: 行：合计·数 2，而 一·数 1 = 1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// Checks in both languages, their order, and what adopting the other figure does
// to the indicator that reads it.
func TestChecksAndPoints(t *testing.T) {
	r := rules(t, map[string]string{"reconcile/plan.rego": regoCheck, "reconcile/total.cel.yaml": celCheck})
	result, c := run(t, r, `{"plan": 5, "paid": 4, "way": "未定", "year": {"a": 1, "b": 3, "total": 4}}`)
	if got, want := told(result), []string{"error 计划 5≠4", "warning 合计 5≠4", "info 方式 "}; !slices.Equal(got, want) {
		t.Fatalf("%q, want %q", got, want)
	}
	if len(result.Open) > 0 || *result.Findings[0].Difference != "1" || result.Findings[2].Difference != nil || result.Findings[1].Message != "计划5，合计4" {
		t.Errorf("%+v", result)
	}
	if result.Findings[0].Rule != (engine.Place{File: "reconcile/plan.rego", Line: 6}) || result.Findings[1].Rule.Line != 4 {
		t.Errorf("rules %v %v", result.Findings[0].Rule, result.Findings[1].Rule)
	}
	if err := result.Weigh(context.Background(), r, c); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"a 0.00 100.00 100", "a 0.00 100.00 100", ""} {
		var got []string
		for _, touched := range result.Findings[i].Indicators {
			got = append(got, touched.ID, *touched.RuleScore, *touched.Other, *touched.Points)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("finding %d: %q, want %q", i, got, want)
		}
	}
}

// What depends on a missing fact is not said; the check is told as open. A check
// that breaks is told too.
func TestOpen(t *testing.T) {
	broken := strings.Replace(regoCheck, `"severity": "error"`, `"severity": "grave"`, 1)
	r := rules(t, map[string]string{"reconcile/plan.rego": regoCheck, "reconcile/total.cel.yaml": celCheck,
		"reconcile/broken.rego": strings.Replace(broken, "reconcile.plan", "reconcile.broken", 1)})
	result, c := run(t, r, `{"plan": 5, "paid": 4, "way": "定", "year": {"a": 1, "b": 3}}`)
	if got, want := told(result), []string{"error 计划 5≠4"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if len(result.Open) != 2 || result.Open[0].Check != "broken" || result.Open[0].Failure == nil ||
		result.Open[1].Check != "total" || len(result.Open[1].Missing) != 1 || result.Open[1].Missing[0].Pointer != "/year/total" {
		t.Errorf("%+v", result.Open)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := reconcile.Run(ctx, r, c); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled run gives %v", err)
	}
}

// Checks that are no checks are refused when the framework is compiled.
func TestRefuses(t *testing.T) {
	for _, test := range []struct{ name, file, text, want string }{
		{"points", "reconcile/p.rego", "# METADATA\n# title: T\n# description: D\npackage tiny.reconcile.p\n\ndeductions[\"x\"] := {\"share\": 1, \"reason\": \"r\"}\n", "rego.no_contradictions rego.weightless"},
		{"form", "reconcile/p.rego", "# METADATA\n# title: T\n# description: D\npackage tiny.reconcile.p\n\ncontradictions := 1\n", "rego.contradictions_form"},
		{"no sentence about it", "reconcile/p.rego", "package tiny.reconcile.p\n\ncontradictions[\"x\"] := {\"severity\": \"info\", \"message\": \"m\"}\n", "engine.no_meta engine.no_meta"},
		{"an indicator's name", "reconcile/a.rego", regoCheck, "framework.check_id"},
		{"nothing", "reconcile/p.cel.yaml", "title: T\ndescription: D\n", "cel.no_contradictions"},
		{"severity", "reconcile/p.cel.yaml", strings.Replace(celCheck, "severity: info", "severity: grave", 1), "cel.severity"},
		{"one figure", "reconcile/p.cel.yaml", strings.Replace(celCheck, "[facts.plan, facts.year.total]", "[facts.plan]", 1), "cel.figures_form"},
		{"adopt nothing", "reconcile/p.cel.yaml", strings.Replace(celCheck, "{/plan:", "{/plann:", 1), "cel.adopt_pointer"},
		{"cases of nothing", "reconcile/p.cases.yaml", "cases: []\n", "framework.surplus_check"},
	} {
		_, err := compiled(t, map[string]string{test.file: test.text})
		if got := strings.Join(problems(t, err), " "); got != test.want {
			t.Errorf("%s: %q, want %q (%v)", test.name, got, test.want, err)
		}
	}
}

func problems(t *testing.T, err error) (ids []string) {
	t.Helper()
	var all message.Problems
	if !errors.As(err, &all) {
		t.Fatalf("no problems but %v", err)
	}
	for _, p := range all {
		ids = append(ids, p.Message.ID)
	}
	return ids
}
