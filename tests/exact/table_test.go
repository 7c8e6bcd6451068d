// Package exact_test holds the numbers of policies against mathematics: the
// expressions that OPA's interpreter and CEL's own numbers get wrong, and the
// public decimal test vectors.
package exact_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"rubric/engine/facts"
	"rubric/engine/policy"
	"rubric/engine/policy/cel"
	"rubric/engine/policy/rego"
)

const schemaText = `{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": false, "properties": {
 "a": {"type": "number", "title": "a"}, "b": {"type": "number", "title": "b"}, "c": {"type": "number", "title": "c"}, "one": {"type": "number", "title": "one"},
 "more": {"type": "number", "title": "more"}, "less": {"type": "number", "title": "less"}, "text": {"type": "string", "title": "text"}, "yes": {"type": "boolean", "title": "yes"},
 "none": {"type": ["number", "null"], "title": "none"},
 "count": {"type": "integer", "title": "count"}, "tenths": {"type": "array", "title": "tenths", "x-count": "/count", "items": {"type": "number", "title": "tenth"}}}}`

const factsText = `{"a": 0.1, "b": 0.2, "c": 0.3, "one": %s, "more": 986357525555293.80, "less": 986357525555293.70, "text": "85", "yes": true, "none": null,
 "count": 10, "tenths": [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]}`

// table is expressions in both languages and their value; "" where a language
// has no such expression, "error" where there is no answer.
var table = []struct{ rego, cel, want string }{
	{"0.1 + 0.2 == 0.3", "0.1 + 0.2 == 0.3", "true"},
	{"input.a + input.b == input.c", "facts.a + facts.b == facts.c", "true"},
	{"input.a + input.b", "facts.a + facts.b", "0.3"},
	{"0.3 - 0.1", "0.3 - 0.1", "0.2"},
	{"input.c - input.a", "facts.c - facts.a", "0.2"},
	{"input.c - input.a == input.b", "facts.c - facts.a == facts.b", "true"},
	{"sum([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1])", "sum([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1])", "1"},
	{"sum(input.tenths) == 1", "sum(facts.tenths) == 1", "true"},
	{"(((3 - (1 / 3)) - (1 / 3)) - (1 / 3)) == 2", "3 - 1/3 - 1/3 - 1/3 == 2", "true"},
	{"3 - 1 / 3 - 1 / 3 - 1 / 3", "3 - 1/3 - 1/3 - 1/3", "2"},
	{"input.one / 3 == 1 / 3", "facts.one / 3 == 1 / 3", "true"},
	{"986357525555293.80 == 986357525555293.70", "986357525555293.80 == 986357525555293.70", "false"},
	{"input.more == input.less", "facts.more == facts.less", "false"},
	{"input.more > input.less", "facts.more > facts.less", "true"},
	{"input.more - input.less", "facts.more - facts.less", "0.1"},
	{"input.text > 90", "facts.text > 90", "error"},
	{"input.none < 90", "facts.none < 90", "error"},
	{"input.yes < 90", "facts.yes < 90", "error"},
	{`"85" > 90`, `"85" > 90`, "error"},
	{"null < 90", "null < 90", "error"},
	{"true < 90", "true < 90", "error"},
	{`max(["85", 90])`, `max(["85", 90])`, "error"},
	{`to_number("1_000")`, `double("1_000")`, "error"},
	{`to_number("0x1p4")`, `double("0x1p4")`, "error"},
	{`to_number("1000")`, "", "1000"},
	{"1_000", "1_000", "error"},
	{`sprintf("%.0f", [25])`, "decimal(25, 0)", "25"},
	{`sprintf("%.2f", [0.125])`, "decimal(0.125, 2)", "0.13"},
	{`sprintf("%d", [25])`, "exact(25)", "25"},
	{"input.one + 1", "facts.one + 1", "2"},
	{"input.one + 1.0", "facts.one + 1.0", "2"},
	{"input.one == 1", "facts.one == 1", "true"},
	{"input.one == 1.0", "facts.one == 1.0", "true"},
	{"input.one in {1.0}", "facts.one in [1.0]", "true"},
	{"[1, 2][input.one]", "[1, 2][facts.one]", "2"},
	{"input.one / 0", "facts.one / 0", "error"},
	{"round(0.5) + round(-0.5)", "round(0.5, 0) + round(-0.5, 0)", "0"},
	{"floor(-0.5)", "floor(-0.5)", "-1"},
	{"ceil(-0.5)", "ceil(-0.5)", "0"},
}

func TestTable(t *testing.T) {
	for _, one := range []string{"1", "1.0", "1.00", "1e0", "10e-1"} {
		doc, schema := document(t, fmt.Sprintf(factsText, one))
		for _, row := range table {
			if got := inRego(t, doc, row.rego); got != row.want {
				t.Errorf("Rego: %s with one = %s: %s, want %s", row.rego, one, got, row.want)
			}
			if row.cel == "" {
				continue
			}
			if got := inCEL(t, schema, doc, row.cel); got != row.want {
				t.Errorf("CEL: %s with one = %s: %s, want %s", row.cel, one, got, row.want)
			}
		}
	}
	fmt.Printf("figure exact.table %d\n", len(table))
}

func document(t *testing.T, text string) (*facts.Document, *facts.Schema) {
	t.Helper()
	schema, err := facts.ParseSchema("facts.schema.json", []byte(schemaText))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := facts.Parse("facts.json", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Bind(schema); err != nil {
		t.Fatal(err)
	}
	return doc, schema
}

// inRego is the value of an expression as text, "error" for none.
func inRego(t *testing.T, doc *facts.Document, expression string) string {
	t.Helper()
	module := policy.Source{File: "p.rego", Text: []byte("package p\n\nr := " + expression + "\n")}
	q, err := rego.NewQuery(context.Background(), []policy.Source{module}, nil, "x = data.p.r")
	if err != nil {
		return "error"
	}
	answers, err := q.Eval(context.Background(), doc)
	switch {
	case err != nil:
		return "error"
	case len(answers) != 1:
		return fmt.Sprintf("%d answers", len(answers))
	}
	text, _ := strings.CutPrefix(answers[0], `{"x":`)
	return strings.Trim(strings.TrimSuffix(text, "}"), `"`)
}

// inCEL is the same in CEL: a number or text as the reason of a deduction, a
// truth as one deduction of two.
func inCEL(t *testing.T, schema *facts.Schema, doc *facts.Document, expression string) string {
	t.Helper()
	for _, deductions := range []string{
		fmt.Sprintf("  - {item: x, condition: 'true', share: 1, reason: '{exact(%s)}'}\n", expression),
		fmt.Sprintf("  - {item: x, condition: 'true', share: 1, reason: '{%s}'}\n", expression),
		fmt.Sprintf("  - {item: x, condition: '%s', share: 1, reason: 'true'}\n  - {item: y, condition: '!(%[1]s)', share: 1, reason: 'false'}\n", expression),
	} {
		source := policy.Source{Indicator: "x", File: "x.cel.yaml", Text: []byte("title: t\ndescription: d\ndeductions:\n" + deductions)}
		policies, err := cel.Language{}.Compile(context.Background(), policy.Unit{Schema: schema, Policies: []policy.Source{source}})
		if err != nil {
			continue
		}
		f, err := policies[0].Evaluate(context.Background(), doc)
		switch {
		case err != nil:
			t.Fatal(err)
		case f.Failure != nil:
			return "error"
		case len(f.Deductions) != 1:
			return fmt.Sprintf("%d deductions", len(f.Deductions))
		}
		return f.Deductions[0].Reason
	}
	return "error"
}
