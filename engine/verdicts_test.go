package engine_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"rubric/engine"
)

// A framework of marks: in one, a and b by the weakest link, with a plus where
// the other is better; in two, c alone. The total is the worse of both.
const markTree = `id: f
title: F
version: "1"
language: en
scale: [A, B+, B, C+, C, "D*"]
aggregation: policy
tree:
  - id: one
    title: One
    indicators: [{id: a}, {id: b}]
  - id: two
    title: Two
    indicators: [{id: c}]
`

const markSchema = `{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": false, "properties": {
 "a": {"type": "string"}, "b": {"type": "string"}, "c": {"type": "string"}, "none": {"type": "boolean", "x-optional": true}}}`

const weakest = `# METADATA
# title: Together
# description: The weakest link.
# custom:
#   evidence: [E]
package f.aggregation

ranks[id] := [i.rank | some i in group.indicators; i.rank != null] if some id, group in input.groups

groups[id] := {"mark": mark, "reason": sprintf("weakest %v", [input.scale[max(all)]])} if {
	some id, all in ranks
	count(all) > 0
	mark := input.scale[max(all) - plus(all)]
}

plus(all) := 1 if {
	min(all) < max(all)
	input.scale[max(all)] in {"B", "C"}
} else := 0

total := {"mark": mark, "reason": "worst"} if {
	worst := max([r | some all in ranks; some r in all])
	mark := input.scale[worst]
}

caps["c"] := {"mark": "C", "reason": "c is unknown"} if input.groups.two.indicators.c.mark == "D*"
`

// weakestCEL is weakest in CEL.
const weakestCEL = `title: Together
description: The weakest link.
custom: {evidence: [E]}
variables:
  - name: one
    expression: "[facts.groups.one.indicators.a, facts.groups.one.indicators.b].filter(i, i.rank != null).map(i, i.rank)"
  - name: two
    expression: "[facts.groups.two.indicators.c].filter(i, i.rank != null).map(i, i.rank)"
  - name: plus
    expression: "min(variables.one) < max(variables.one) && facts.scale[max(variables.one)] in ['B', 'C'] ? 1 : 0"
  - name: worst
    expression: max(variables.one + variables.two)
groups:
  - group: one
    condition: size(variables.one) > 0
    mark: "{facts.scale[max(variables.one) - variables.plus]}"
    reason: weakest {facts.scale[max(variables.one)]}
  - group: two
    bands:
      - condition: size(variables.two) == 1
        mark: "{facts.scale[variables.two[0]]}"
        reason: weakest {facts.scale[variables.two[0]]}
total:
  mark: "{facts.scale[variables.worst]}"
  reason: worst
caps:
  - cap: c
    condition: facts.groups.two.indicators.c.mark == "D*"
    mark: C
    reason: c is unknown
`

func marked(t *testing.T, change ...string) (*engine.Rules, error) {
	t.Helper()
	return markedBy(t, "aggregation.rego", strings.NewReplacer(change...).Replace(weakest))
}

// markedBy is the framework of marks with a policy of aggregation.
func markedBy(t *testing.T, file, aggregation string) (*engine.Rules, error) {
	t.Helper()
	policy := func(id string) string {
		text := "title: T\ndescription: D\ncustom: {evidence: [E]}\nearned: {mark: \"{facts." + id + "}\", reason: r}\n"
		if id == "b" {
			text += "not_applicable: {condition: has(facts.none), reason: n}\n"
		}
		return text
	}
	return build(t, map[string]string{
		"framework.yaml": markTree, "facts.schema.json": markSchema, file: aggregation,
		"one/a.cel.yaml": policy("a"), "one/b.cel.yaml": policy("b"), "two/c.cel.yaml": policy("c"),
	})
}

// Marks of one, two and the total, with what they can still become, by a policy
// in each language.
func TestMarks(t *testing.T) {
	for file, text := range map[string]string{"aggregation.rego": weakest, "aggregation.cel.yaml": weakestCEL} {
		t.Run(file, func(t *testing.T) { testMarks(t, file, text) })
	}
}

func testMarks(t *testing.T, file, aggregation string) {
	r, err := markedBy(t, file, aggregation)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, facts, want string }{
		{"the best", `"a": "A", "b": "A", "c": "A"`, "A A–A, A A–A, A A–A"},
		{"weakest link with a plus", `"a": "A", "b": "C", "c": "B"`, "C+ C+–C+, B B–B, C C–C"},
		{"equal has no plus", `"a": "C", "b": "C", "c": "B"`, "C C–C, B B–B, C C–C"},
		{"insufficient has no plus", `"a": "A", "b": "D*", "c": "A"`, "D* D*–D*, A A–A, D* D*–D*"},
		{"does not apply", `"a": "B", "b": "C", "c": "B", "none": true`, "B B–B, B B–B, B B–B"},
		// b is open: any mark, or not applicable
		{"open", `"a": "B", "c": "B"`, "null D*–B+, B B–B, null D*–B"},
		{"open, of the worst", `"a": "D*", "c": "B"`, "null D*–D*, B B–B, null D*–D*"},
		{"open, of one that must apply", `"a": "B", "b": "B"`, "B B–B, null D*–A, null D*–B"},
		{"failed", `"a": "E", "b": "A", "c": "B"`, "null D*–A, B B–B, null D*–B"},
	} {
		a := evaluate(t, r, engine.Case{Facts: bound(t, r, "{"+c.facts+"}")})
		show := func(mark *string, m *engine.MarkRange) string {
			return fmt.Sprintf("%s %s–%s", text(mark), m.Min, m.Max)
		}
		got := show(a.Groups[0].Mark, a.Groups[0].MarkRange) + ", " + show(a.Groups[1].Mark, a.Groups[1].MarkRange) + ", " + show(a.Total.Mark, a.Total.MarkRange)
		if got != c.want || a.Total.Failure != nil {
			t.Errorf("%s: %s, want %s %v", c.name, got, c.want, a.Total.Failure)
		}
	}
}

// What a verdict rests on, and its place.
func TestMarksDecision(t *testing.T) {
	r, err := marked(t)
	if err != nil {
		t.Fatal(err)
	}
	a := evaluate(t, r, engine.Case{Facts: bound(t, r, `{"a": "A", "b": "C", "c": "D*"}`)})
	one, total := a.Groups[0].Decision, a.Total
	if one.Reason != "weakest C" || strings.Join(one.Indicators, " ") != "a b" || one.Rule != (engine.Place{File: "aggregation.rego", Line: 10}) {
		t.Errorf("%+v", one)
	}
	if strings.Join(total.Decision.Indicators, " ") != "a b c" || len(total.Caps) != 1 || strings.Join(total.Caps[0].Indicators, " ") != "c" || text(total.Mark) != "D*" {
		t.Errorf("%+v %+v", total.Decision, total.Caps)
	}
	if in := a.Indicators[1]; text(in.Mark) != "C" || text(in.RuleMark) != "C" || in.RuleScore != nil || len(in.Ledger) != 0 || text(in.Deductions[0].Mark) != "C" || in.Outcome != engine.Deducted {
		t.Errorf("%+v", in)
	}
}

// A policy of aggregation that breaks leaves the indicators as they are.
func TestMarksFailure(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"group that is not there", "groups[id] :=", "groups[concat(\"\", [id, \"x\"])] :=", "engine.verdict_group"},
		{"group left out", "count(all) > 0", "count(all) > 1", "engine.no_verdict"},
		{"mark that is not there", `mark := input.scale[worst]`, `mark := concat("", [input.scale[worst], "x"])`, "rego.mark_form"},
		{"negative score", `{"mark": mark, "reason": "worst"}`, `{"mark": mark, "score": -1, "reason": "worst"}`, "engine.verdict_score"},
		{"total above 100", `{"mark": mark, "reason": "worst"}`, `{"score": "301/3", "mark": mark, "reason": "worst"}`, "engine.verdict_score"},
		{"no such grade", `{"mark": mark, "reason": "worst"}`, `{"grade": mark, "reason": "worst"}`, "engine.verdict_grade"},
		{"grade of a group", `{"mark": mark, "reason": sprintf`, `{"grade": mark, "reason": sprintf`, "engine.verdict_group_grade"},
		{"no reason", `{"mark": mark, "reason": "worst"}`, `object.union({"mark": mark}, {})`, "rego.no_reason"},
		{"nothing said", `{"mark": mark, "reason": "worst"}`, `{"marks": mark, "reason": "worst"}`, "rego.verdict_empty"},
	} {
		r, err := marked(t, c.old, c.new)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		a := evaluate(t, r, engine.Case{Facts: bound(t, r, `{"a": "A", "b": "C", "c": "B"}`)})
		if a.Total.Failure == nil || a.Total.Failure.Words.ID != c.want || a.Total.Mark != nil || a.Groups[0].Mark != nil || text(a.Indicators[1].Mark) != "C" {
			t.Errorf("%s: %+v, want %s", c.name, a.Total, c.want)
		}
	}
}

// Points by a policy of aggregation: the better half of the groups counts double,
// held to 60 where anything is lost in the first.
func TestVerdictPoints(t *testing.T) {
	const policy = `# METADATA
# title: Together
# description: D
# custom:
#   evidence: [E]
package f.aggregation

total := {"score": s, "reason": "a third of all"} if s := sum([i.score | some g in input.groups; some i in g.indicators]) / 3 + 50

caps["first"] := {"score": 60, "grade": "poor", "reason": "a lost"} if input.groups.g.indicators.a.outcome == "deducted"
`
	const inCEL = `title: Together
description: D
custom: {evidence: [E]}
variables:
  - name: scores
    expression: "[facts.groups.g.indicators.a, facts.groups.g.indicators.b].map(i, i.score)"
total:
  score: sum(variables.scores) / 3 + 50
  reason: a third of all
caps:
  - cap: first
    condition: facts.groups.g.indicators.a.outcome == "deducted"
    score: 60
    grade: poor
    reason: a lost
`
	for file, text := range map[string]string{"aggregation.rego": policy, "aggregation.cel.yaml": inCEL} {
		t.Run(file, func(t *testing.T) { testPoints(t, file, text) })
	}
}

func testPoints(t *testing.T, file, policy string) {
	files := map[string]string{"framework.yaml": "id: f\ntitle: F\nversion: \"1\"\naggregation: policy\n" + twoOf,
		"facts.schema.json": markSchema, file: policy}
	for _, id := range []string{"a", "b"} {
		files["g/"+id+".cel.yaml"] = "title: T\ndescription: D\ncustom: {evidence: [E]}\nearned: {share: \"facts." + id + " == 'y' ? 1 : 0.5\", reason: r}\n"
	}
	r := built(t, files)
	for facts, want := range map[string]string{
		`"a": "y", "b": "y"`: "83.33 good 83.33–83.33 policy 250/3, rounding -1/300", // 50 + 100/3
		`"a": "y", "b": "n"`: "76.67 fair 76.67–76.67 policy 230/3, rounding 1/300",  // 50 + 80/3
		`"a": "n", "b": "y"`: "60.00 poor 60.00–60.00 policy 220/3, cap first -40/3", // 50 + 70/3, at most 60
		`"a": "y"`:           "null null 0.00–100.00 ",                               // anything, of points by a policy
	} {
		total := evaluate(t, r, engine.Case{Facts: bound(t, r, "{"+facts+"}")}).Total
		got := fmt.Sprintf("%s %s %s–%s %s", text(total.RuleScore), text(total.Grade), total.Range.Min, total.Range.Max, steps(total.Ledger))
		if got != want || total.Failure != nil {
			t.Errorf("%s: %s, want %s", facts, got, want)
		}
	}
}

// An expert's score of an indicator goes through the policy of aggregation.
func TestVerdictReview(t *testing.T) {
	r, err := marked(t)
	if err != nil {
		t.Fatal(err)
	}
	m := engine.Mark{Indicator: "b", Letter: "B", Reason: "r", By: "x"}
	a, err := r.Evaluate(context.Background(), engine.Case{Facts: bound(t, r, `{"a": "A", "b": "C", "c": "B"}`), Marks: []engine.Mark{m}})
	if err != nil {
		t.Fatal(err)
	}
	if g := a.Groups[0]; text(g.RuleMark) != "C+" || text(g.Mark) != "B+" || text(a.Indicators[1].Mark) != "B" || text(a.Indicators[1].RuleMark) != "C" || text(a.Indicators[1].Review.Mark) != "B" {
		t.Errorf("%+v %+v", a.Groups[0], a.Indicators[1])
	}
	for _, m := range []engine.Mark{{Indicator: "b", Letter: "E"}, mark(t, "b", "1")} {
		if _, err := r.Evaluate(context.Background(), engine.Case{Facts: bound(t, r, `{"a": "A", "b": "C", "c": "B"}`), Marks: []engine.Mark{m}}); !strings.Contains(ids(t, err), "engine.mark_scale") {
			t.Errorf("%+v: %s", m, ids(t, err))
		}
	}
}

// A policy of aggregation has a form of its own, and stands there only where the
// framework asks for one.
func TestVerdictFiles(t *testing.T) {
	const text = "title: T\ndescription: D\ncustom: {evidence: [E]}\nearned: {share: 1, reason: r}\n"
	byPolicy := map[string]string{"framework.yaml": "id: f\ntitle: F\nversion: \"1\"\naggregation: policy\n" + twoOf,
		"facts.schema.json": markSchema, "aggregation.cel.yaml": text, "g/a.cel.yaml": text, "g/b.cel.yaml": text}
	if _, err := build(t, byPolicy); ids(t, err) != "4::cel.unknown_key 1::cel.no_verdict" {
		t.Error(ids(t, err))
	}
	delete(byPolicy, "aggregation.cel.yaml")
	if _, err := build(t, byPolicy); ids(t, err) != "0::framework.no_aggregation" {
		t.Error(ids(t, err))
	}
	byPolicy["aggregation.rego"], byPolicy["framework.yaml"] = weakest, strings.Replace(byPolicy["framework.yaml"], "aggregation: policy\n", "", 1)
	if _, err := build(t, byPolicy); ids(t, err) != "0::framework.aggregation_unused" {
		t.Error(ids(t, err))
	}
}

// Whatever an element's finding does not cite can change without changing it:
// every other fact of the form is changed in turn.
func TestEachSound(t *testing.T) {
	for name, files := range eachLanguage {
		r := built(t, files)
		before := evaluate(t, r, engine.Case{Facts: bound(t, r, formFacts)})
		for _, change := range []struct{ pointer, old, new string }{
			{"/spent", `"spent": 39.5`, `"spent": 1`},
			{"/kinds/big", `"big": 1`, `"big": 7`},
			{"/outputs/0/name", `"Road"`, `"Lane"`}, {"/outputs/0/target", `"target": 3`, `"target": 30`},
			{"/outputs/0/done", `"done": 1`, `"done": 2`}, {"/outputs/0/why", `"rain"`, `"snow"`}, {"/outputs/0/kind", `"kind": "big", "target": 3`, `"kind": "small", "target": 3`},
			{"/outputs/1/done", `"done": 2`, `"done": 1`}, {"/outputs/2/name", `"Path"`, `"Walk"`},
			{"/outputs/2/done", `"done": 3`, `"done": 1`}, {"/outputs/2/target", `"target": 4`, `"target": 8`}, {"/outputs/2/why", `"done": 3`, `"done": 3, "why": "mud"`},
		} {
			text := strings.Replace(formFacts, change.old, change.new, 1)
			if text == formFacts {
				t.Fatal(change.old)
			}
			after := evaluate(t, r, engine.Case{Facts: bound(t, r, text)})
			for i, in := range before.Indicators {
				cited := false
				for _, d := range in.Deductions {
					for _, f := range d.Facts.All() {
						cited = cited || f.Pointer == change.pointer
					}
				}
				if a, b := fmt.Sprint(in.Outcome, shares(in)), fmt.Sprint(after.Indicators[i].Outcome, shares(after.Indicators[i])); a != b && !cited && len(in.Deductions) > 0 {
					t.Errorf("%s: %s changes %s, which does not cite it: %s, %s", name, change.pointer, in.ID, a, b)
				}
			}
		}
	}
}

func shares(in engine.Indicator) (all []string) {
	for _, d := range in.Deductions {
		all = append(all, d.Item+" "+d.Share+" "+d.Reason)
	}
	return all
}
