package cases_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rubric/engine"
	"rubric/engine/cases"
	"rubric/engine/framework"
	"rubric/engine/message"
	"rubric/engine/policy/cel"
)

// A framework of points: the total is the mean of a and the list b, held to 60
// where a loses anything.
var pointFiles = map[string]string{
	"framework.yaml": "id: f\ntitle: F\nversion: \"1\"\naggregation: policy\ngrades: [{grade: good, from: 60}, {grade: poor, to: 60}]\ntree:\n" +
		"  - {id: g, title: G, weight: 40, indicators: [{id: a, weight: 40}]}\n" +
		"  - {id: h, title: H, weight: 60, indicators: [{id: b, weight: 60, each: {over: /b, id: id, title: id, weight: w}}]}\n",
	"facts.schema.json": `{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": false, "properties": {
		"a": {"type": "boolean"}, "b": {"type": "array", "x-key": "id", "items": {"type": "object", "additionalProperties": false, "properties": {
			"id": {"type": "string"}, "w": {"type": "number"}}}}}}`,
	"g/a.cel.yaml": "title: A\ndescription: D\ncustom: {evidence: [E]}\nearned: {share: \"facts.a ? 1 : 0\", reason: r}\n",
	"h/b.cel.yaml": "title: B\ndescription: D\ncustom: {evidence: [E]}\nearned: {share: \"indicator.w > 1 ? 1 : 0\", reason: r}\n",
	"aggregation.cel.yaml": `title: T
description: D
custom: {evidence: [E]}
variables:
  - {name: a, expression: "facts.groups.g.indicators.a"}
  - {name: b, expression: "sum(facts.groups.h.indicators.b.filter(i, i.outcome != 'not_applicable').map(i, i.score))"}
groups:
  - {group: g, condition: variables.a.outcome != "not_applicable", score: variables.a.score, reason: a}
  - {group: h, score: variables.b, reason: b}
total: {score: variables.b + 20, reason: t}
caps:
  - {cap: lost, condition: variables.a.outcome == "deducted", score: 60, reason: a lost}
`,
}

func pointRules(t *testing.T, more map[string]string) *engine.Rules {
	t.Helper()
	dir := t.TempDir()
	for _, files := range []map[string]string{pointFiles, more} {
		for name, text := range files {
			path := filepath.Join(dir, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	fw, err := framework.Load(dir, []string{".cel.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	rules, err := engine.Compile(t.Context(), fw, cel.Language{})
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// What each case of a policy of aggregation comes to; "" passes.
func TestTogether(t *testing.T) {
	const base = "base: {a: 40, b: [{id: x, weight: 20, score: 20}, {id: y, weight: 40, score: 30.5}]}\ncases:\n  - name: c\n"
	for name, c := range map[string]struct{ body, want string }{
		"as worked out":       {"    expect: {scores: {g: 40, h: 50.5}, total: 70.5, grade: good}", ""},
		"a fraction":          {"    expect: {scores: {h: 101/2}}", ""},
		"capped":              {"    patch: {/a: 39.99}\n    expect: {total: 60.00, grade: good, scores: {g: 39.99}}", ""},
		"does not apply":      {"    patch: {/a: not_applicable}\n    expect: {scores: {g: null, h: 50.50}, total: 70.5}", ""},
		"an element less":     {"    patch: {/b/1/score: not_applicable}\n    expect: {scores: {h: 20}, total: 40, grade: poor}", ""},
		"open":                {"    patch: {/a: null}\n    expect: {outcome: undetermined, scores: {g: null, h: 50.5}, total: 70.5}", ""},
		"open and not said":   {"    patch: {/a: null}\n    expect: {scores: {h: 50.5}}", "outcome"},
		"wrong":               {"    expect: {scores: {g: 39, h: 50.5}, total: 71, grade: poor}", "score g 39 40.00, total 71 70.50, grade poor good"},
		"nothing, and is":     {"    expect: {total: null}", "total  70.50"},
		"no such group":       {"    expect: {scores: {x: 1}}", "score x 1"},
		"another reason":      {"    expect: {total: 70.5, reason: u}", "reason"},
		"no such indicator":   {"    patch: {/c: 1}\n    expect: {total: 1}", "cases.together_facts"},
		"beyond the weight":   {"    patch: {/a: 40.01}\n    expect: {total: 1}", "cases.together_facts"},
		"a mark":              {"    patch: {/a: A}\n    expect: {total: 1}", "cases.together_facts"},
		"an element's weight": {"    patch: {/b/0/weight: null}\n    expect: {total: 1}", "cases.together_facts"},
	} {
		rules := pointRules(t, map[string]string{"aggregation.cases.yaml": base + c.body + "\n"})
		suites, err := cases.Suites(rules, nil, func(string, string) bool { return true })
		if err != nil || len(suites) != 1 {
			t.Fatal(name, suites, err)
		}
		results, err := suites[0].Run(t.Context(), rules)
		if err != nil {
			t.Fatal(err)
		}
		if got := shown(results[0]); !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func shown(r cases.Result) string {
	if r.Trouble != nil {
		return r.Trouble.ID
	}
	var all []string
	for _, d := range r.Differs {
		all = append(all, strings.TrimRight(strings.Replace(d.Field+" "+d.Group+" "+strings.Join(d.Want, "|")+" "+strings.Join(d.Have, "|"), "total  ", "total ", 1), " "))
	}
	return strings.ReplaceAll(strings.Join(all, ", "), "grade  ", "grade ")
}

// Cases files of aggregation that are not in order.
func TestTogetherFile(t *testing.T) {
	for body, want := range map[string]string{
		"expect: {}":                                  "cases.together_empty",
		"expect: {scores: {g: B}}":                    "cases.together_score",
		"expect: {share: 1, total: 3}":                "facts.yaml_key",
		"{base: bridge, name: d, expect: {total: 1}}": "cases.together_base",
	} {
		text := "base: {a: 1}\ncases:\n  - name: c\n    " + body + "\n"
		if strings.HasPrefix(body, "{") {
			text = "base: {a: 1}\ncases:\n  - " + body + "\n"
		}
		_, err := cases.Parse(framework.AggregatorCases, framework.AggregatorID, []byte(text))
		problems, _ := err.(message.Problems)
		if len(problems) == 0 || !strings.HasPrefix(problems[0].Message.ID, want) {
			t.Errorf("%s: %v, want %s", body, err, want)
		}
	}
}
