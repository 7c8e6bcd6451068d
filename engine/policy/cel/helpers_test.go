package cel

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/policy"
)

const testSchema = `{
 "$schema": "https://json-schema.org/draft/2020-12/schema",
 "type": "object", "additionalProperties": false,
 "properties": {
  "name": {"type": "string", "title": "名称"},
  "a": {"type": "number", "title": "甲"},
  "b": {"type": "number", "title": "乙"},
  "c": {"type": "number", "title": "丙"},
  "ok": {"type": "boolean", "title": "符合"},
  "fine": {"type": "boolean", "title": "良好"},
  "note": {"type": "string", "title": "备注", "x-optional": true},
  "maybe": {"type": "number", "title": "可选", "x-optional": true},
  "budget": {"type": "object", "additionalProperties": false, "properties": {
    "adjusted": {"type": "number", "title": "调整"}, "total": {"type": "number", "title": "合计"}}},
  "payments": {"type": "object", "additionalProperties": false, "properties": {
    "q1": {"$ref": "#/$defs/quarter"}, "q2": {"$ref": "#/$defs/quarter"}, "q3": {"$ref": "#/$defs/quarter"}}},
  "projects": {"type": "array", "title": "项目", "x-count": "/project_count", "x-key": "id", "items": {"$ref": "#/$defs/project"}},
  "project_count": {"type": "integer", "title": "项目数"},
  "scores": {"type": "array", "title": "得分", "x-count": "/score_count", "items": {"type": "number", "title": "分"}},
  "score_count": {"type": "integer", "title": "个数"},
  "tags": {"type": "array", "title": "标签", "x-optional": true, "minItems": 1, "items": {"type": "string", "title": "标签"}},
  "from": {"type": "string", "format": "date", "title": "起"},
  "to": {"type": "string", "format": "date", "title": "止"}
 },
 "$defs": {
  "quarter": {"type": "object", "additionalProperties": false, "properties": {
    "paid": {"type": "number", "title": "支付"}, "due": {"type": "number", "title": "应付"}}},
  "project": {"type": "object", "additionalProperties": false, "properties": {
    "id": {"type": "string", "title": "编号"}, "name": {"type": "string", "title": "名称", "x-optional": true},
    "declared": {"type": "boolean", "title": "申报"}, "amount": {"type": "number", "title": "金额"}}}
 }
}`

const testFacts = `{
 "name": "科协", "a": 0.1, "b": 0.2, "c": 3, "ok": true, "fine": false,
 "budget": {"adjusted": 5, "total": 1000.00},
 "payments": {"q1": {"paid": 10, "due": 20}, "q2": {"paid": 50, "due": 40}, "q3": {"paid": 55, "due": 60}},
 "projects": [
  {"id": "p1", "name": "一", "declared": true, "amount": 1.5},
  {"id": "p2", "declared": false, "amount": 2.5},
  {"id": "p3", "name": "三", "declared": false, "amount": 4}],
 "project_count": 3, "scores": [0.1, 0.2, 0.3], "score_count": 3,
 "from": "2023-02-27", "to": "2023-03-01"
}`

func schema(t testing.TB) *facts.Schema {
	t.Helper()
	s, err := facts.ParseSchema("facts.schema.json", []byte(testSchema))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// factsOf is testFacts with texts replaced, old and new in turn.
func factsOf(t testing.TB, s *facts.Schema, replace ...string) *facts.Document {
	t.Helper()
	source := testFacts
	for i := 0; i < len(replace); i += 2 {
		if !strings.Contains(source, replace[i]) {
			t.Fatalf("no %q in the facts", replace[i])
		}
		source = strings.Replace(source, replace[i], replace[i+1], 1)
	}
	doc, err := facts.Parse("facts.json", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Bind(s); err != nil {
		t.Fatal(err)
	}
	return doc
}

const head = "title: 标题\ndescription: 规则\n" // two lines

// compiled compiles a policy without its head.
func compiled(t testing.TB, s *facts.Schema, body string) *policy.Policy {
	t.Helper()
	policies, err := compileText(s, body)
	if err != nil {
		t.Fatalf("%s\n%v", body, err)
	}
	return policies[0]
}

func compileText(s *facts.Schema, body string) ([]*policy.Policy, error) {
	return Language{}.Compile(context.Background(), policy.Unit{Schema: s, Policies: []policy.Source{
		{Indicator: "x", File: "x.cel.yaml", Text: []byte(head + body)},
	}})
}

func evaluate(t testing.TB, s *facts.Schema, body string, replace ...string) *policy.Finding {
	t.Helper()
	finding, err := compiled(t, s, body).Evaluate(context.Background(), factsOf(t, s, replace...))
	if err != nil {
		t.Fatal(err)
	}
	return finding
}

// one is a policy with one deduction under that condition.
func one(condition string) string {
	return "deductions:\n  - item: 项\n    condition: |\n      " + condition + "\n    share: 1\n    reason: 因\n"
}

// show is a finding in short: item share reason [causes], lines joined.
func show(f *policy.Finding) string {
	if f.Failure != nil {
		return fmt.Sprintf("%d %s", f.Failure.Line, f.Failure.Message.ID)
	}
	var lines []string
	for _, d := range f.Deductions {
		mark := ""
		if d.Unproven {
			mark = " unproven"
		}
		lines = append(lines, fmt.Sprintf("%s %s %s [%s]%s", d.Item, d.Share, d.Reason, showCauses(d.Causes), mark))
	}
	for _, s := range f.Missing {
		lines = append(lines, "missing "+s.Path())
	}
	return strings.Join(lines, "\n")
}

func showCauses(causes []policy.Cause) string {
	var all []string
	for _, c := range causes {
		all = append(all, c.Pointer()+map[policy.Role]string{
			policy.Condition: "?", policy.Value: "", policy.Collection: "#", policy.Absent: "-",
		}[c.Role])
	}
	return strings.Join(all, " ")
}

func problemIDs(err error) string {
	var problems message.Problems
	if !errors.As(err, &problems) {
		return fmt.Sprint(err)
	}
	var all []string
	for _, p := range problems {
		all = append(all, fmt.Sprintf("%d:%d %s", p.Line, p.Column, p.Message.ID))
	}
	return strings.Join(all, ", ")
}
