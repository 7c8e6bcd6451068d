package cel

import (
	"strings"
	"testing"

	"rubric/engine/facts"
	"rubric/engine/policy"
)

const slipSchema = `{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": false, "properties": {
	"n": {"type": "number"}, "m": {"type": "number"}, "ok": {"type": "boolean"}, "kind": {"type": "string", "enum": ["a", "b"]},
	"list": {"type": "array", "items": {"type": "object", "additionalProperties": false, "properties": {"x": {"type": "number"}, "y": {"type": "number"}}}}}}`

func slipsOf(t *testing.T, text string) string {
	t.Helper()
	schema, err := facts.ParseSchema("s.json", []byte(slipSchema))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range (Language{}).Slips(policy.Unit{Schema: schema}, policy.Source{File: "p.cel.yaml", Text: []byte(text)}) {
		if changed := string(s.Apply([]byte(text))); changed == text {
			t.Errorf("%s changes nothing", s.Now)
		}
		got = append(got, s.Was+" => "+s.Now)
	}
	return strings.Join(got, "\n")
}

// The slips of a condition, as "was => now".
func TestSlips(t *testing.T) {
	for _, c := range []struct{ name, condition, want string }{
		{"comparison", "facts.n < 0.5", `facts.n < 0.5 => facts.m < 0.5
facts.n < 0.5 => false
facts.n < 0.5 => true
facts.n < 0.5 => facts.n <= 0.5
facts.n < 0.5 => facts.n >= 0.5
facts.n < 0.5 => facts.n < 0.51
facts.n < 0.5 => facts.n < 0.49`},
		{"and", "facts.ok && !facts.ok", `facts.ok && !facts.ok => true && !facts.ok
facts.ok && !facts.ok => false
facts.ok && !facts.ok => true
facts.ok && !facts.ok => facts.ok || !facts.ok
facts.ok && !facts.ok => facts.ok && facts.ok
facts.ok && !facts.ok => facts.ok && true`},
		{"text of an enum, quoted", `"facts.kind == 'a'"`, `facts.kind == 'a' => false
facts.kind == 'a' => true
facts.kind == 'a' => facts.kind != 'a'
facts.kind == 'a' => facts.kind == 'b'`},
		{"bound", "min(facts.n, 2) > -1", `min(facts.n, 2) > -1 => max(facts.n, 2) > -1
min(facts.n, 2) > -1 => false
min(facts.n, 2) > -1 => true
min(facts.n, 2) > -1 => min(facts.m, 2) > -1
min(facts.n, 2) > -1 => min(facts.n, 3) > -1
min(facts.n, 2) > -1 => min(facts.n, 1) > -1
min(facts.n, 2) > -1 => min(facts.n, 2) >= -1
min(facts.n, 2) > -1 => min(facts.n, 2) <= -1
min(facts.n, 2) > -1 => min(facts.n, 2) > -2
min(facts.n, 2) > -1 => min(facts.n, 2) > -0`},
		{"constant", `"true"`, ""},
	} {
		text := "title: T\ndescription: D\ncutoff:\n  condition: " + c.condition + "\n  reason: R {exact(facts.n + 1)}\nearned: {share: facts.m, reason: R}\n"
		got, _, _ := strings.Cut(slipsOf(t, text), "\nfacts.m => ")
		if strings.HasPrefix(got, "facts.m =>") {
			got = ""
		}
		if got != c.want {
			t.Errorf("%s:\n%s\nwant:\n%s", c.name, got, c.want)
		}
	}
}

// Elements of an each, and variables that only a reason names.
func TestSlipsOfEntries(t *testing.T) {
	const text = `title: T
description: D
variables:
  - name: used                # what counts
    expression: facts.n + 1
  - name: told
    expression: facts.n + 2
deductions:
  - each: {over: /list, as: e}
    item: "{e.x > 0 ? 'a' : 'b'}"
    condition: e.x > variables.used
    share: 1
    reason: R {exact(variables.told)}
`
	const want = `facts.n + 1 => facts.m + 1
facts.n + 1 => facts.n - 1
facts.n + 1 => facts.n + 2
facts.n + 1 => facts.n + 0
e.x > variables.used => e.y > variables.used
e.x > variables.used => false
e.x > variables.used => true
e.x > variables.used => e.x >= variables.used
e.x > variables.used => e.x <= variables.used
1 => 2
1 => 0`
	if got := slipsOf(t, text); got != want {
		t.Errorf("%s\nwant:\n%s", got, want)
	}
}
