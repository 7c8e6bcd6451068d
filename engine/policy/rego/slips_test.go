package rego

import (
	"strings"
	"testing"

	"rubric/engine/facts"
	"rubric/engine/policy"
)

const slipSchema = `{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": false, "properties": {
	"n": {"type": "number"}, "m": {"type": "number"}, "ok": {"type": "boolean"}, "kind": {"type": "string", "enum": ["a", "b"]},
	"list": {"type": "array", "items": {"type": "object", "additionalProperties": false, "properties": {"x": {"type": "number"}, "y": {"type": "number"}}}}}}`

// The slips of each body, as "was => now". What only the reason depends on is
// left alone.
func TestSlips(t *testing.T) {
	schema, err := facts.ParseSchema("s.json", []byte(slipSchema))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, text, want string }{
		{"comparison", `input.n < 3`, `input.n < 3 => true
input.n < 3 => input.m < 3
input.n < 3 => input.n <= 3
input.n < 3 => input.n >= 3
input.n < 3 => input.n < 4
input.n < 3 => input.n < 2`},
		{"negation", `not input.ok`, `not input.ok => true
not input.ok => input.ok`},
		{"truth value", `input.ok`, `input.ok => true
input.ok => not input.ok`},
		{"arithmetic", `sum := input.n + input.m; sum == 1`, `sum := input.n + input.m => sum := input.m + input.m
sum := input.n + input.m => sum := input.n - input.m
sum := input.n + input.m => sum := input.n + input.n
sum == 1 => true
sum == 1 => sum != 1
sum == 1 => sum == 2
sum == 1 => sum == 0`},
		{"text of an enum", `input.kind == "a"`, `input.kind == "a" => true
input.kind == "a" => input.kind != "a"
input.kind == "a" => input.kind == "b"`},
		{"element", `some e in input.list; e.x > 0`, `e.x > 0 => true
e.x > 0 => e.y > 0
e.x > 0 => e.x >= 0
e.x > 0 => e.x <= 0
e.x > 0 => e.x > 1`},
		{"comprehension", `count([1 | some e in input.list; e.x > 0]) > 0`, `count([1 | some e in input.list; e.x > 0]) > 0 => true
e.x > 0 => true
e.x > 0 => e.y > 0
e.x > 0 => e.x >= 0
e.x > 0 => e.x <= 0
e.x > 0 => e.x > 1
count([1 | some e in input.list; e.x > 0]) > 0 => count([1 | some e in input.list; e.x > 0]) >= 0
count([1 | some e in input.list; e.x > 0]) > 0 => count([1 | some e in input.list; e.x > 0]) <= 0
count([1 | some e in input.list; e.x > 0]) > 0 => count([1 | some e in input.list; e.x > 0]) > 1`},
		{"wording", `text := sprintf("%d", [input.n + 1]); why := concat("", [text, "x"])`, ""},
	} {
		text := "package p\n\ndeductions[\"d\"] := {\"share\": 1, \"reason\": \"r\"} if {\n\t" + strings.ReplaceAll(c.text, "; ", "\n\t") + "\n}\n"
		if strings.Contains(c.text, "[1 | ") {
			text = strings.Replace(text, "input.list\n\t", "input.list; ", 1)
		}
		var got []string
		for _, s := range (Language{}).Slips(policy.Unit{Schema: schema}, policy.Source{File: "p.rego", Text: []byte(text)}) {
			if s.Line > 3 && !strings.HasPrefix(s.Was, "deductions[") {
				got = append(got, s.Was+" => "+s.Now)
			}
		}
		if all := strings.Join(got, "\n"); all != c.want {
			t.Errorf("%s:\n%s\nwant:\n%s", c.name, all, c.want)
		}
	}
}

// What is slipped in heads and tables.
func TestSlipsOfHeads(t *testing.T) {
	schema, err := facts.ParseSchema("s.json", []byte(slipSchema))
	if err != nil {
		t.Fatal(err)
	}
	const text = `package p

share := "1/3"

points := {"a": 1, "b": 2}

rows := [{"low": 1}, {"low": 2}]

cutoff := {"reason": "r", "share": 1} if input.ok
`
	const want = `share := "1/3" => share := "1/4"
"a": 1, => 
"a": 1 => "a": 2
"a": 1 => "a": 0
, "b": 2 => 
"b": 2 => "b": 3
"b": 2 => "b": 1
{"low": 1} => {"low": 2}
{"low": 1} => {"low": 0}
{"low": 2} => {"low": 3}
{"low": 2} => {"low": 1}
cutoff := {"reason": "r", "share": 1} => cutoff := {"reason": "r", "share": 2}
cutoff := {"reason": "r", "share": 1} => cutoff := {"reason": "r", "share": 0}
cutoff := {"reason": "r", "share": 1} if input.ok => cutoff := {"reason": "r", "share": 1} if false; input.ok
input.ok => true
input.ok => not input.ok`
	var got []string
	for _, s := range (Language{}).Slips(policy.Unit{Schema: schema}, policy.Source{File: "p.rego", Text: []byte(text)}) {
		got = append(got, s.Was+" => "+s.Now)
	}
	if all := strings.Join(got, "\n"); all != want {
		t.Errorf("%s\nwant:\n%s", all, want)
	}
}
