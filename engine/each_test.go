package engine_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/framework"
	"rubric/engine/message"
	"rubric/engine/policy/cel"
	"rubric/engine/policy/rego"
)

// build compiles a framework of these files, in both languages.
func build(t *testing.T, files map[string]string) (*engine.Rules, error) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	fw, err := framework.Load(dir, []string{".rego", ".cel.yaml"})
	if err != nil {
		return nil, err
	}
	return engine.Compile(context.Background(), fw, rego.Language{}, cel.Language{})
}

func built(t *testing.T, files map[string]string) *engine.Rules {
	t.Helper()
	r, err := build(t, files)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func bound(t *testing.T, r *engine.Rules, text string) *facts.Document {
	t.Helper()
	doc, err := facts.Parse("facts.json", []byte(text))
	if err == nil {
		err = doc.Bind(r.Framework.Schema)
	}
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// ids are the problems of an error as "line:pointer:id".
func ids(t *testing.T, err error) string {
	t.Helper()
	var problems message.Problems
	if err != nil && !errors.As(err, &problems) {
		t.Fatalf("the error is a %T: %v", err, err)
	}
	var all []string
	for _, p := range problems {
		all = append(all, fmt.Sprintf("%d:%s:%s", p.Line, p.Pointer, p.Message.ID))
	}
	return strings.Join(all, " ")
}

const formTree = `id: form
title: Form
version: "1"
language: en
tree:
  - id: out
    title: Output
    weight: 60
    indicators:
      - {id: output, weight: 60, each: {over: /outputs, id: no, title: name, weight: weight}}
  - id: money
    title: Money
    weight: 40
    indicators:
      - {id: spent, weight: 40}
`

const formSchema = `{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": false, "properties": {
 "spent": {"type": "number"}, "count": {"type": "integer"}, "kinds": {"type": "object", "additionalProperties": false, "properties": {"big": {"type": "number"}, "small": {"type": "number"}}},
 "outputs": {"type": "array", "title": "Outputs", "x-key": "no", "x-count": "/count", "items": {"type": "object", "additionalProperties": false, "properties": {
   "no": {"type": "string"}, "name": {"type": "string"}, "weight": {"type": "number"}, "kind": {"type": "string", "enum": ["big", "small"]},
   "target": {"type": "number"}, "done": {"type": "number"}, "why": {"type": "string", "x-optional": true}}}}}}`

const outputRego = `# METADATA
# title: Outputs
# description: By completion.
# custom:
#   evidence: [E]
package form.output

import data.indicator

earned := {"share": rate, "reason": reason}

rate := min([1, indicator.done / indicator.target])

reason := "as planned" if rate == 1
reason := sprintf("%v: %v", [indicator.name, indicator.why]) if {
	rate < 1
	indicator.why
}
reason := sprintf("%v: no reason", [indicator.name]) if {
	rate < 1
	not indicator.why
}
`

const outputCEL = `title: Outputs
description: By completion.
custom: {evidence: [E]}
variables:
  - {name: rate, expression: "min(1, indicator.done / indicator.target)"}
earned:
  bands:
    - {condition: variables.rate == 1, share: 1, reason: as planned}
    - {condition: has(indicator.why), share: variables.rate, reason: "{indicator.name}: {indicator.why}"}
    - {condition: true, share: variables.rate, reason: "{indicator.name}: no reason"}
`

const spentCEL = `title: Spent
description: 10 points
custom: {evidence: [E]}
earned: {points: facts.spent, reason: "spent {exact(facts.spent)}"}
`

const formFacts = `{"spent": 39.5, "count": 3, "kinds": {"big": 1, "small": 2}, "outputs": [
 {"no": "a", "name": "Road", "weight": 30, "kind": "big", "target": 3, "done": 1, "why": "rain"},
 {"no": "b", "name": "Bridge", "weight": 20.5, "kind": "small", "target": 2, "done": 2},
 {"no": "c", "name": "Path", "weight": 9.5, "kind": "big", "target": 4, "done": 3}]}`

func formFiles(policy, text string) map[string]string {
	return map[string]string{"framework.yaml": formTree, "facts.schema.json": formSchema, "out/" + policy: text, "money/spent.cel.yaml": spentCEL}
}

var eachLanguage = map[string]map[string]string{
	"rego": formFiles("output.rego", outputRego),
	"cel":  formFiles("output.cel.yaml", outputCEL),
}

// Road: 30 × (1 − 1/3) = 20 lost; Path: 9.5 × 1/4 = 2.375 lost, 7.125 → 7.13.
func TestEach(t *testing.T) {
	for name, files := range eachLanguage {
		t.Run(name, func(t *testing.T) {
			r := built(t, files)
			a := evaluate(t, r, engine.Case{Facts: bound(t, r, formFacts)})
			var got []string
			for _, in := range a.Indicators {
				got = append(got, fmt.Sprintf("%s %s %s %s", in.ID, in.Title, in.Weight, text(in.RuleScore)))
				balanced(t, in)
			}
			if s := strings.Join(got, ", "); s != "output.a Road 30 10.00, output.b Bridge 20.5 20.50, output.c Path 9.5 7.13, spent Spent 40 39.50" {
				t.Error(s)
			}
			if s := strings.Join(a.Groups[0].Indicators, " "); s != "output.a output.b output.c" || text(a.Groups[0].Score) != "37.63" || text(a.Total.Score) != "77.13" {
				t.Errorf("%s %s %s", s, text(a.Groups[0].Score), text(a.Total.Score))
			}
			for i, want := range []string{"/outputs/0/name /outputs/0/target /outputs/0/done /outputs/0/why", "/outputs/2/why /outputs/2/name /outputs/2/target /outputs/2/done"} {
				d := a.Indicators[2*i].Deductions[0]
				var cited []string
				for _, f := range d.Facts.All() {
					cited = append(cited, f.Pointer)
				}
				if got := strings.Join(cited, " "); got != want {
					t.Errorf("%s cites %s, want %s", d.Reason, got, want)
				}
			}
			if d := a.Indicators[0].Deductions[0]; d.Share != "2/3" || d.Points != "20" || d.Reason != "Road: rain" {
				t.Errorf("%+v", d)
			}
		})
	}
}

// A missing fact of one element leaves the others as they are.
func TestEachMissing(t *testing.T) {
	for name, files := range eachLanguage {
		t.Run(name, func(t *testing.T) {
			r := built(t, files)
			a := evaluate(t, r, engine.Case{Facts: bound(t, r, strings.Replace(formFacts, `"target": 2, `, "", 1))})
			var got []string
			for _, in := range a.Indicators {
				got = append(got, fmt.Sprintf("%s %s %v %s", in.ID, in.Outcome, in.Missing, in.Range.Max))
			}
			if s := strings.Join(got, ", "); s != "output.a deducted [] 10.00, output.b undetermined [/outputs/1/target] 20.50, output.c deducted [] 7.13, spent deducted [] 39.50" {
				t.Error(s)
			}
			if a.Total.Range != (engine.Range{Min: "56.63", Max: "77.13"}) || a.Total.Score != nil {
				t.Errorf("%+v", a.Total)
			}
		})
	}
}

// Forms that are refused, and where.
func TestEachForm(t *testing.T) {
	r := built(t, eachLanguage["cel"])
	for _, c := range []struct{ name, old, new, want string }{
		{"in order", "", "", ""},
		{"do not add up", `"weight": 30`, `"weight": 30.01`, "1:/outputs:engine.each_weights"},
		{"negative", `"weight": 30`, `"weight": -30`, "2:/outputs/0/weight:engine.each_negative"},
		{"no weight", `"weight": 30, `, ``, "2:/outputs/0/weight:engine.each_member"},
		{"no title", `"name": "Road", `, ``, "2:/outputs/0/name:engine.each_member"},
		{"not all there", `"count": 3`, `"count": 4`, "1:/outputs:engine.each_partial"},
		{"none", formFacts[strings.Index(formFacts, `"outputs": [`):], `"outputs": []}`, "1:/outputs:engine.each_none"},
		{"no list", formFacts[strings.Index(formFacts, `, "outputs": [`):], `}`, "1:/outputs:engine.each_none"},
	} {
		_, err := r.Evaluate(context.Background(), engine.Case{Facts: bound(t, r, strings.Replace(formFacts, c.old, c.new, 1))})
		if got := ids(t, err); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// A review names an element behind its leaf, and one indicator can be decided
// alone.
func TestEachNames(t *testing.T) {
	r := built(t, eachLanguage["rego"])
	c := engine.Case{Facts: bound(t, r, formFacts), Marks: []engine.Mark{mark(t, "output.a", "12")}}
	if a := evaluate(t, r, c); text(a.Indicators[0].Score) != "12.00" || text(a.Indicators[0].RuleScore) != "10.00" || text(a.Total.Score) != "79.13" {
		t.Errorf("%+v", a.Total)
	}
	c.Marks = []engine.Mark{mark(t, "output.d", "1"), mark(t, "output", "1"), mark(t, "output.b", "21")}
	if _, err := r.Evaluate(context.Background(), c); ids(t, err) != "7::engine.which_element 7::engine.which_element 7::engine.mark_range" {
		t.Error(ids(t, err))
	}
	for id, want := range map[string]string{"output.c": "", "spent": "", "output": "0::engine.which_element", "output.x": "0::engine.which_element", "none": "0::engine.unknown_indicator"} {
		in, err := r.EvaluateIndicator(context.Background(), c, id)
		if got := ids(t, err); got != want || err == nil && in.ID != id {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
}

// What is wrong with an each, or with a policy of elements, is found when the
// framework is loaded or compiled.
func TestEachMistakes(t *testing.T) {
	for _, c := range []struct{ name, file, old, new, want string }{
		{"no list", "framework.yaml", "over: /outputs", "over: /output", "framework.each_over"},
		{"not a list", "framework.yaml", "over: /outputs", "over: /kinds", "framework.each_over"},
		{"not the key", "framework.yaml", "id: no", "id: name", "framework.each_id"},
		{"title is a number", "framework.yaml", "title: name", "title: target", "framework.each_member"},
		{"weight may be absent", "facts.schema.json", `"weight": {"type": "number"}`, `"weight": {"type": "number", "x-optional": true}`, "framework.each_member"},
		{"misspelt", "out/output.rego", "indicator.done", "indicator.doen", "rego.unknown_fact_near"},
		{"misspelt far down", "out/output.rego", "indicator.done / indicator.target", "input.kinds[indicator.why] / indicator.target.x", "rego.no_members"},
		{"data.indicator elsewhere", "out/output.rego", "import data.indicator", "import data.indicators as indicator", "rego.unknown_rule"},
		{"package", "out/output.rego", "package form.output", "package indicator.output", "rego.indicator_package"},
		{"in CEL without each", "money/spent.cel.yaml", "facts.spent,", "indicator.done,", "cel.no_indicator"},
	} {
		files := map[string]string{}
		for name, text := range eachLanguage["rego"] {
			files[name] = text
		}
		if !strings.Contains(files[c.file], c.old) {
			t.Fatalf("%s: no %q", c.name, c.old)
		}
		files[c.file] = strings.Replace(files[c.file], c.old, c.new, 1)
		if _, err := build(t, files); !strings.Contains(ids(t, err)+" ", c.want+" ") {
			t.Errorf("%s: %s, want %s", c.name, ids(t, err), c.want)
		}
	}
}

// Points in place of shares, of a weight of 40.
func TestPoints(t *testing.T) {
	const head = "title: Spent\ndescription: D\ncustom: {evidence: [E]}\n"
	const regoHead = "# METADATA\n# title: S\n# description: D\n# custom:\n#   evidence: [E]\npackage form.spent\n\n"
	for _, c := range []struct{ name, cel, rego, want string }{
		{"earned", `earned: {points: 39, reason: r}`, `earned := {"points": 39, "reason": "r"}`, "deducted 39.00 weight 40, deduction -1"},
		{"a fraction", `earned: {points: 118/3, reason: r}`, `earned := {"points": "118/3", "reason": "r"}`, "deducted 39.33 weight 40, deduction -2/3, rounding -1/300"},
		{"all of it", `earned: {points: 40, reason: r}`, `earned := {"points": 40, "reason": "r"}`, "full 40.00 weight 40"},
		{"nothing", `earned: {points: 0, reason: r}`, `earned := {"points": 0, "reason": "r"}`, "deducted 0.00 weight 40, deduction -40"},
		{"more than the weight", `earned: {points: 40.5, reason: r}`, `earned := {"points": 40.5, "reason": "r"}`, "failed null "},
		{"negative", `earned: {points: -1, reason: r}`, `earned := {"points": -1, "reason": "r"}`, "failed null "},
		{"lost", `deductions: [{item: x, condition: true, points: 1.5, reason: r}]`, `deductions["x"] := {"points": 1.5, "reason": "r"}`, "deducted 38.50 weight 40, deduction x -1.5"},
		{"lost beyond the weight", `deductions: [{item: x, condition: true, points: 41, reason: r}]`, `deductions["x"] := {"points": 41, "reason": "r"}`, "deducted 0.00 weight 40, deduction x -41, floor 1"},
		{"no points lost", `deductions: [{item: x, condition: true, points: 0, reason: r}]`, `deductions["x"] := {"points": 0, "reason": "r"}`, "full 40.00 weight 40"},
		{"negative lost", `deductions: [{item: x, condition: true, points: -2, reason: r}]`, `deductions["x"] := {"points": -2, "reason": "r"}`, "failed null "},
		{"beside a share", `deductions: [{item: x, condition: true, points: 2, reason: r}, {item: y, condition: true, share: 1/4, reason: r}]`, "deductions[\"x\"] := {\"points\": 2, \"reason\": \"r\"}\ndeductions[\"y\"] := {\"share\": \"1/4\", \"reason\": \"r\"}", "deducted 28.00 weight 40, deduction x -2, deduction y -10"},
	} {
		for _, policy := range []struct{ file, text string }{{"money/spent.cel.yaml", head + c.cel + "\n"}, {"money/spent.rego", regoHead + c.rego + "\n"}} {
			files := formFiles("output.rego", outputRego)
			delete(files, "money/spent.cel.yaml")
			files[policy.file] = policy.text
			r := built(t, files)
			in := evaluate(t, r, engine.Case{Facts: bound(t, r, formFacts)}).Indicators[3]
			if got := fmt.Sprintf("%s %s %s", in.Outcome, text(in.RuleScore), ledger(in)); got != c.want {
				t.Errorf("%s, %s: %s, want %s", c.name, policy.file, got, c.want)
			}
		}
	}
}
