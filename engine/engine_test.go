package engine_test

import (
	"context"
	"encoding/json"
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
	"rubric/engine/number"
	"rubric/engine/policy/rego"
)

// A tiny framework of three indicators: a (5, in g1), b (10, in g1), c (85, in
// g2). Tests replace single policies.
const tree = `id: tiny
title: Tiny
version: "1"
language: en
grades:
  - {grade: good, from: 90}
  - {grade: poor, to: 90}
tree:
  - id: g1
    title: One
    weight: 15
    indicators:
      - {id: a, weight: 5}
      - {id: b, weight: 10}
  - id: g2
    title: Two
    weight: 85
    indicators:
      - {id: c, weight: 85}
`

const schema = `{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": false, "properties": {
 "n": {"type": "number", "title": "Amount", "x-unit": "万元"},
 "m": {"type": "number"},
 "note": {"type": "string", "x-optional": true, "title": "Note"},
 "places": {"type": "object", "additionalProperties": false, "title": "Places", "properties": {
   "north": {"type": "object", "additionalProperties": false, "title": "North", "properties": {"size": {"type": "number", "title": "Size"}}}}},
 "count": {"type": "integer"},
 "projects": {"type": "array", "title": "Projects", "x-key": "id", "x-count": "/count", "items": {"type": "object", "additionalProperties": false, "properties": {
   "id": {"type": "string", "title": "Id"}, "done": {"type": "boolean", "title": "Done"}}}},
 "tags": {"type": "array", "title": "Tags", "items": {"type": "object", "additionalProperties": false, "properties": {"on": {"type": "boolean", "title": "On"}}}}}}`

const caseFacts = `{"n": 1530.50, "m": 0, "places": {"north": {"size": 3}}, "count": 2,
 "projects": [{"id": "p1", "done": true}, {"id": "p2", "done": false}], "tags": [{"on": true}, {"on": false}]}`

const full = `earned := {"share": 1, "reason": "r"}`

// deductions are constant deductions x0, x1, … of these shares.
func deductions(shares ...string) string {
	var b strings.Builder
	for i, s := range shares {
		fmt.Fprintf(&b, "deductions[\"x%d\"] := {\"share\": \"%s\", \"reason\": \"r%d\"}\n", i, s, i)
	}
	return b.String()
}

// rules compiles the tiny framework with these policies for a, b and c, in
// order; those that are not given are full marks.
func rules(t *testing.T, policies ...string) *engine.Rules {
	t.Helper()
	r, err := compile(t, tree, policies...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func compile(t *testing.T, tree string, policies ...string) (*engine.Rules, error) {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("framework.yaml", tree)
	write("facts.schema.json", schema)
	for i, file := range []string{"g1/a.rego", "g1/b.rego", "g2/c.rego"} {
		body := full
		if i < len(policies) {
			body = policies[i]
		}
		id := strings.TrimSuffix(filepath.Base(file), ".rego")
		write(file, "# METADATA\n# title: T"+id+"\n# description: D\n# custom:\n#   evidence: [E]\npackage x."+id+"\n\n"+body+"\n")
	}
	fw, err := framework.Load(dir, []string{".rego"})
	if err != nil {
		t.Fatal(err)
	}
	return engine.Compile(context.Background(), fw, rego.Language{})
}

// document is caseFacts with texts replaced, old and new in turn.
func document(t *testing.T, r *engine.Rules, replace ...string) *facts.Document {
	t.Helper()
	text := caseFacts
	for i := 0; i < len(replace); i += 2 {
		if !strings.Contains(text, replace[i]) {
			t.Fatalf("no %q in the facts", replace[i])
		}
		text = strings.Replace(text, replace[i], replace[i+1], 1)
	}
	doc, err := facts.Parse("facts.json", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Bind(r.Framework.Schema); err != nil {
		t.Fatal(err)
	}
	return doc
}

func evaluate(t *testing.T, r *engine.Rules, c engine.Case) *engine.Assessment {
	t.Helper()
	a, err := r.Evaluate(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// text is what a pointer points at, "null" for none.
func text(s *string) string {
	if s == nil {
		return "null"
	}
	return *s
}

func ledger(in engine.Indicator) string {
	var all []string
	for _, s := range in.Ledger {
		item := ""
		if s.Item != nil {
			item = *s.Item
		}
		if (s.Item != nil) != (s.Step == "deduction") {
			item = "item?"
		}
		all = append(all, strings.TrimSpace(s.Step+" "+item)+" "+s.Points)
	}
	return strings.Join(all, ", ")
}

// Ledgers of an indicator of weight 5 (or as stated), rounded to two decimals.
func TestLedger(t *testing.T) {
	const cutoff = `cutoff := {"reason": "stop"}` + "\n"
	for _, c := range []struct{ name, policy, weight, outcome, score, ledger string }{
		{"full", full, "5", "full", "5.00", "weight 5"},
		{"one", deductions("0.5"), "5", "deducted", "2.50", "weight 5, deduction x0 -2.5"},
		{"a third", deductions("1/3"), "5", "deducted", "3.33", "weight 5, deduction x0 -5/3, rounding -1/300"},
		{"two thirds", deductions("1/3", "1/3"), "5", "deducted", "1.67", "weight 5, deduction x0 -5/3, deduction x1 -5/3, rounding 1/300"},
		{"three thirds leave nothing", deductions("1/3", "1/3", "1/3"), "5", "deducted", "0.00", "weight 5, deduction x0 -5/3, deduction x1 -5/3, deduction x2 -5/3"},
		{"floor", deductions("0.5", "0.4", "0.3"), "5", "deducted", "0.00", "weight 5, deduction x0 -2.5, deduction x1 -2, deduction x2 -1.5, floor 1"},
		{"cut-off", deductions("0.5") + cutoff, "5", "deducted", "0.00", "weight 5, deduction x0 -2.5, cutoff -2.5"},
		{"cut-off alone", deductions("0") + cutoff, "5", "deducted", "0.00", "weight 5, cutoff -5"},
		{"cut-off after the floor", deductions("0.8", "0.4") + cutoff, "5", "deducted", "0.00", "weight 5, deduction x0 -4, deduction x1 -2, floor 1, cutoff 0"},
		{"tie rounds up", deductions("0.001"), "5", "deducted", "5.00", "weight 5, deduction x0 -0.005, rounding 0.005"},
		{"not earned", `earned := {"share": "2/3", "reason": "r"}`, "5", "deducted", "3.33", "weight 5, deduction -5/3, rounding -1/300"},
		{"not applicable", deductions("1") + `not_applicable := {"reason": "none"}`, "5", "not_applicable", "5.00", "weight 5"},
		{"weight in fractions", full, "5.005", "full", "5.01", "weight 5.005, rounding 0.005"},
		{"no weight", deductions("1"), "0", "deducted", "0.00", "weight 0, deduction x0 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			other := map[string]string{"5": "10", "5.005": "9.995", "0": "15"}[c.weight]
			r, err := compile(t, strings.NewReplacer("{id: a, weight: 5}", "{id: a, weight: "+c.weight+"}", "{id: b, weight: 10}", "{id: b, weight: "+other+"}").Replace(tree), c.policy)
			if err != nil {
				t.Fatal(err)
			}
			in := evaluate(t, r, engine.Case{Facts: document(t, r)}).Indicators[0]
			if got := ledger(in); got != c.ledger {
				t.Errorf("ledger %s, want %s", got, c.ledger)
			}
			if string(in.Outcome) != c.outcome || text(in.RuleScore) != c.score || text(in.Score) != c.score || in.Range != (engine.Range{Min: c.score, Max: c.score}) {
				t.Errorf("%s %s %s %v, want %s %s", in.Outcome, text(in.RuleScore), text(in.Score), in.Range, c.outcome, c.score)
			}
			balanced(t, in)
		})
	}
}

// balanced checks that the ledger sums to the rule score exactly.
func balanced(t *testing.T, in engine.Indicator) {
	t.Helper()
	var sum number.Number
	for _, s := range in.Ledger {
		n, err := number.ParseFraction(s.Points)
		if err != nil {
			t.Fatal(err)
		}
		sum = sum.Add(n)
	}
	if want, err := number.Parse(*in.RuleScore); err != nil || !sum.Equal(want) {
		t.Errorf("the ledger sums to %s, the rule score is %s", sum, want)
	}
}

// A fact is missing: what stands all the same, and what can still be reached
// of a weight of 10.
func TestUndetermined(t *testing.T) {
	reads := "deductions[\"m\"] := {\"share\": 0.5, \"reason\": \"r\"} if input.m > 0\n"
	for _, c := range []struct{ name, policy, most, items string }{
		{"nothing proven", reads, "10.00", ""},
		{"a deduction stands", reads + deductions("1/3"), "6.67", "x0"},
		{"two stand", reads + deductions("0.7", "0.6"), "0.00", "x0 x1"},
		{"a cut-off stands", reads + `cutoff := {"reason": "stop"} if input.n > 0`, "0.00", ""},
		{"a cut-off that depends on it", reads + `cutoff := {"reason": "stop"} if not input.m > 0`, "10.00", ""},
		{"a deduction that depends on it", "deductions[\"x\"] := {\"share\": 0.5, \"reason\": \"r\"} if not input.m > 0\n" + deductions("0.1"), "9.00", "x0"},
		{"may not apply at all", reads + deductions("1/3") + `not_applicable := {"reason": "none"} if input.m > 3`, "10.00", "x0"},
		{"breaks on the hole's account", reads + "deductions[\"y\"] := {\"share\": 2, \"reason\": \"r\"}", "10.00", ""},
		{"other branch", `earned := {"share": 0, "reason": "r"} if input.n > 0` + "\n" + `earned := {"share": 1, "reason": "s"} if input.m > 0`, "10.00", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := rules(t, full, c.policy)
			in := evaluate(t, r, engine.Case{Facts: document(t, r, `"m": 0, `, "")}).Indicators[1]
			var items []string
			for _, d := range in.Deductions {
				items = append(items, d.Item)
			}
			if in.Outcome != engine.Undetermined || in.RuleScore != nil || in.Score != nil || in.Range != (engine.Range{Min: "0.00", Max: c.most}) || strings.Join(items, " ") != c.items {
				t.Errorf("%s %s %v %v, want up to %s with %s", in.Outcome, text(in.Score), in.Range, items, c.most, c.items)
			}
			if strings.Join(in.Missing, " ") != "/m" || len(in.Ledger) != 0 || in.Failure != nil {
				t.Errorf("missing %v, ledger %v", in.Missing, in.Ledger)
			}
		})
	}
}

// Whether a list lacks elements is decided by its count.
func TestUndeterminedList(t *testing.T) {
	r := rules(t, full, "deductions[p.id] := {\"share\": 0.2, \"reason\": \"r\"} if {\nsome p in input.projects\nnot p.done\n}\n"+
		"cutoff := {\"reason\": \"stop\"} if count(input.projects) < 3")
	in := evaluate(t, r, engine.Case{Facts: document(t, r, `"count": 2`, `"count": 3`)}).Indicators[1]
	if in.Outcome != engine.Undetermined || in.Range.Max != "8.00" || in.Cutoff != nil || strings.Join(in.Missing, " ") != "/projects" {
		t.Errorf("%s %v %v %v", in.Outcome, in.Range, in.Cutoff, in.Missing)
	}
}

func TestFailed(t *testing.T) {
	r := rules(t, full, "deductions[\"x\"] := {\"share\": 1 / input.m, \"reason\": \"r\"}")
	a := evaluate(t, r, engine.Case{Facts: document(t, r)})
	in := a.Indicators[1]
	if in.Outcome != engine.Failed || in.RuleScore != nil || in.Range != (engine.Range{Min: "0.00", Max: "10.00"}) || len(in.Deductions) != 0 {
		t.Errorf("indicator %+v", in)
	}
	if f := in.Failure; f == nil || f.File != "g1/b.rego" || f.Line != 8 || !strings.Contains(f.Message, "division of 1 by zero") {
		t.Errorf("failure %+v", f)
	}
	// the others are decided all the same
	if text(a.Indicators[0].Score) != "5.00" || text(a.Indicators[2].Score) != "85.00" || text(a.Total.Score) != "null" {
		t.Errorf("total %+v", a.Total)
	}
}

func mark(t *testing.T, id, score string) engine.Mark {
	t.Helper()
	n, err := number.Parse(score)
	if err != nil {
		t.Fatal(err)
	}
	return engine.Mark{Indicator: id, Score: n, Reason: "because", By: "Li", File: "review.yaml", Line: 7}
}

func TestReviewMarks(t *testing.T) {
	r := rules(t)
	for _, c := range []struct{ id, score, want string }{
		{"b", "10", ""}, {"b", "0", ""}, {"b", "9.99", ""}, {"b", "9.50", ""},
		{"b", "10.01", "engine.mark_range"}, {"b", "-0.01", "engine.mark_range"}, {"b", "9.999", "engine.mark_digits"},
		{"bb", "1", "engine.unknown_indicator_near"}, {"lectures", "1", "engine.unknown_indicator"},
	} {
		_, err := r.Evaluate(context.Background(), engine.Case{Facts: document(t, r), Marks: []engine.Mark{mark(t, c.id, c.score)}})
		var problems message.Problems
		switch {
		case c.want == "" && err == nil:
		case !errors.As(err, &problems) || len(problems) != 1 || problems[0].Message.ID != c.want || problems[0].File != "review.yaml" || problems[0].Line != 7:
			t.Errorf("%s %s: %v, want %s", c.id, c.score, err, c.want)
		}
	}
}

// The review becomes the score and leaves the rule score as it is; where there
// is no rule score it settles the range.
func TestReviewed(t *testing.T) {
	r := rules(t, full, "deductions[\"x\"] := {\"share\": 0.5, \"reason\": \"r\"} if input.m == 0")
	for _, c := range []struct {
		facts                []string
		rule, total, byRules string
	}{
		{nil, "5.00", "98.50", "95.00"},
		{[]string{`"m": 0, `, ""}, "null", "98.50", "null"},
	} {
		a := evaluate(t, r, engine.Case{Facts: document(t, r, c.facts...), Marks: []engine.Mark{mark(t, "b", "8.5")}})
		in := a.Indicators[1]
		if text(in.RuleScore) != c.rule || text(in.Score) != "8.50" || in.Range != (engine.Range{Min: "8.50", Max: "8.50"}) ||
			in.Review.Given() != "8.50" || in.Review.Reason != "because" || in.Review.By != "Li" {
			t.Errorf("indicator %+v", in)
		}
		if text(a.Total.Score) != c.total || text(a.Total.RuleScore) != c.byRules || text(a.Total.Grade) != "good" {
			t.Errorf("total %s %s %s", text(a.Total.Score), text(a.Total.RuleScore), text(a.Total.Grade))
		}
	}
}

// Totals: sums of rounded scores, nulls, ranges, rates and grades.
func TestAggregate(t *testing.T) {
	holey := func(share string) string {
		return "deductions[\"m\"] := {\"share\": " + share + ", \"reason\": \"r\"} if input.m > 0\n"
	}
	for _, c := range []struct {
		name     string
		policies []string
		without  bool // without the fact m
		total    engine.Total
		groups   string // score and rate
	}{
		{"all", nil, false, total("100.00", "good", "100.00", "100.00"), "One 15.00 100.00, Two 85.00 100.00"},
		{"rounded scores are added", []string{deductions("1/3"), deductions("1/3")}, false, total("95.00", "good", "95.00", "95.00"), "One 10.00 66.67, Two 85.00 100.00"},
		{"on the boundary", []string{full, deductions("1")}, false, total("90.00", "good", "90.00", "90.00"), "One 5.00 33.33, Two 85.00 100.00"},
		{"below the boundary", []string{full, deductions("1"), deductions("0.0001")}, false, total("89.99", "poor", "89.99", "89.99"), "One 5.00 33.33, Two 84.99 99.99"},
		{"range spans bands", []string{holey("1"), full, deductions("0.1")}, true, total("null", "null", "86.50", "91.50"), "One null null, Two 76.50 90.00"},
		{"range in one band", []string{holey("1")}, true, total("null", "good", "95.00", "100.00"), "One null null, Two 85.00 100.00"},
		{"nothing known", []string{holey("1"), holey("1"), holey("1")}, true, total("null", "null", "0.00", "100.00"), "One null null, Two null null"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := rules(t, c.policies...)
			doc := document(t, r)
			if c.without {
				doc = document(t, r, `"m": 0, `, "")
			}
			a := evaluate(t, r, engine.Case{Facts: doc})
			a.Total.Ledger, a.Total.Vetoes, a.Total.Caps = nil, nil, nil // see TestAggregation
			if got, want := marshal(t, a.Total), marshal(t, c.total); got != want {
				t.Errorf("total %s, want %s", got, want)
			}
			var groups []string
			for _, g := range a.Groups {
				groups = append(groups, g.Title+" "+text(g.Score)+" "+text(g.Rate))
			}
			if got := strings.Join(groups, ", "); got != c.groups {
				t.Errorf("groups %s, want %s", got, c.groups)
			}
		})
	}
}

// total is a total whose score is its rule score; "null" for none.
func total(score, grade, least, most string) engine.Total {
	optional := func(s string) *string {
		if s == "null" {
			return nil
		}
		return &s
	}
	return engine.Total{Weight: "100", RuleScore: optional(score), Score: optional(score), Grade: optional(grade), Range: engine.Range{Min: least, Max: most}}
}

func marshal(t *testing.T, v any) string {
	t.Helper()
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// How facts are cited: digits as written, labels by the schema's titles and the
// elements' keys, units, sources.
func TestExplanation(t *testing.T) {
	evidence, err := facts.ParseEvidence("evidence.yaml", []byte("documents:\n  - {id: d, title: Report}\nfacts:\n  /n: {document: d, locator: page 3, index: A1}\n"))
	if err != nil {
		t.Fatal(err)
	}
	r := rules(t, full, `deductions["x"] := {"share": 0.5, "reason": sprintf("%v", [input.n])} if {
input.places.north.size == 3
input.projects[1].done == false
input.tags[1].on == false
count(input.projects) == 2
not input.note
not input.tags[9]
}`)
	in := evaluate(t, r, engine.Case{Facts: document(t, r), Evidence: evidence}).Indicators[1]
	var got []string
	for _, f := range in.Deductions[0].Facts.All() {
		count := ""
		if f.Count != nil {
			count = fmt.Sprint(*f.Count)
		}
		got = append(got, strings.Join([]string{f.Pointer, f.Role, string(f.Value) + count, f.Label, f.Unit, f.Evidence}, " | "))
	}
	want := []string{
		"/note | absent |  | Note |  | ",
		"/n | value | 1530.50 | Amount | 万元 | Report，page 3（索引号 A1）",
		"/places/north/size | condition | 3 | Places › North › Size |  | ",
		"/projects | collection | 2 | Projects |  | ",
		"/projects/1/done | condition | false | Projects（p2） › Done |  | ",
		"/tags/9 | absent |  | Tags |  | ",
		"/tags/1/on | condition | false | Tags（2） › On |  | ",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("facts\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if in.Title != "Tb" || in.Rule.Text != "D" || in.Rule.File != "g1/b.rego" || in.Deductions[0].Rule != (engine.Place{File: "g1/b.rego", Line: 8}) || in.Deductions[0].Points != "5" {
		t.Errorf("indicator %+v", in)
	}
}

// Missing facts have labels and units as cited ones have.
func TestMissingLabels(t *testing.T) {
	policy := `deductions["x"] := {"share": 0.5, "reason": "r"} if {
input.n > 0
input.places.north.size > 0
input.projects[_].done
}`
	r := rules(t, full, policy)
	for _, c := range []struct{ old, new, want string }{
		{`"n": 1530.50, `, "", "/n Amount 万元"},
		{`{"size": 3}`, "{}", "/places/north/size Places › North › Size "},
		{`"places": {"north": {"size": 3}}, `, "", "/places/north/size Places › North › Size "},
		{`{"id": "p2", "done": false}`, `{"id": "p2"}`, "/projects/1/done Projects（p2） › Done "},
		{`{"id": "p2", "done": false}`, `{"done": false}`, ""}, // the id is not read
		{`"count": 2`, `"count": 3`, "/projects Projects "},
	} {
		in := evaluate(t, r, engine.Case{Facts: document(t, r, c.old, c.new)}).Indicators[1]
		var got []string
		for _, f := range in.MissingFact {
			got = append(got, f.Pointer+" "+f.Label+" "+f.Unit)
		}
		if strings.Join(got, ", ") != c.want || (in.Outcome == engine.Undetermined) != (c.want != "") {
			t.Errorf("without %s: %s, missing %s, want %s", c.old, in.Outcome, got, c.want)
		}
	}
}

func TestOneIndicator(t *testing.T) {
	r := rules(t, full, deductions("0.5"))
	c := engine.Case{Facts: document(t, r), Marks: []engine.Mark{mark(t, "b", "1")}}
	if in, err := r.EvaluateIndicator(context.Background(), c, "b"); err != nil || text(in.Score) != "5.00" || in.Review != nil {
		t.Errorf("%+v, %v", in, err)
	}
	var problems message.Problems
	if _, err := r.EvaluateIndicator(context.Background(), c, "d"); !errors.As(err, &problems) || !strings.HasPrefix(problems[0].Message.ID, "engine.unknown_indicator") {
		t.Errorf("error %v", err)
	}
	if p, file := r.Policy("b"); p == nil || file != "g1/b.rego" {
		t.Errorf("policy %v in %q", p, file)
	}
	if p, file := r.Policy("d"); p != nil || file != "" {
		t.Errorf("policy %v in %q", p, file)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	slow := rules(t, full, "r := numbers.range(1, 100000)\ndeductions[\"a\"] := {\"share\": 1, \"reason\": \"r\"} if {\nsome x in r\nx < input.m\n}")
	if a, err := slow.Evaluate(ctx, engine.Case{Facts: document(t, slow)}); a != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v", a, err)
	}
}

// What is wrong with several policies is reported together, with the folder.
func TestCompileErrors(t *testing.T) {
	_, err := compile(t, tree, "earned := 1\ndeductions.a := 1", full, deduction("input.q > 1"))
	var problems message.Problems
	if !errors.As(err, &problems) || !strings.HasSuffix(problems[0].File, filepath.FromSlash("g1/a.rego")) || !filepath.IsAbs(problems[0].File) {
		t.Errorf("error %v", err)
	}
}

func deduction(condition string) string {
	return "deductions[\"x\"] := {\"share\": 1, \"reason\": \"r\"} if " + condition
}
