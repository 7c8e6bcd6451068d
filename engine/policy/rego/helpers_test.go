package rego

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
  "name": {"type": "string"},
  "budget": {"type": "object", "additionalProperties": false, "properties": {
    "adjusted": {"type": "number"}, "total": {"type": "number"}, "note": {"type": "string", "x-optional": true}}},
  "payments": {"type": "object", "additionalProperties": false, "properties": {
    "q1": {"$ref": "#/$defs/quarter"}, "q2": {"$ref": "#/$defs/quarter"}, "q3": {"$ref": "#/$defs/quarter"}}},
  "checks": {"type": "object", "additionalProperties": false, "properties": {
    "alpha": {"type": "boolean"}, "beta": {"type": "boolean"}, "gamma": {"type": "boolean"}}},
  "projects": {"type": "array", "x-count": "/project_count", "x-key": "id", "items": {
    "type": "object", "additionalProperties": false, "properties": {
      "id": {"type": "string"}, "name": {"type": "string", "x-optional": true},
      "declared": {"type": "boolean"}, "amount": {"type": "number"}}}},
  "project_count": {"type": "integer"},
  "tags": {"type": "array", "items": {"type": "string"}},
  "maybe": {"type": "number", "x-optional": true}
 },
 "$defs": {"quarter": {"type": "object", "additionalProperties": false, "properties": {
    "paid": {"type": "number"}, "due": {"type": "number"}}}}
}`

const testFacts = `{
 "name": "科协",
 "budget": {"adjusted": 5, "total": 1000.00},
 "payments": {"q1": {"paid": 10, "due": 20}, "q2": {"paid": 50, "due": 40}, "q3": {"paid": 55, "due": 60}},
 "checks": {"alpha": true, "beta": false, "gamma": false},
 "projects": [
  {"id": "p1", "name": "one", "declared": true, "amount": 1.5},
  {"id": "p2", "declared": false, "amount": 2.5},
  {"id": "p3", "name": "three", "declared": false, "amount": 4}],
 "project_count": 3,
 "tags": ["x", "y"]
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

// source is the policy of the indicator p; body begins at line 3.
func source(body string) policy.Source {
	return policy.Source{Indicator: "p", File: "p.rego", Text: []byte("package t.p\n\n" + body)}
}

func compiled(s *facts.Schema, body string, helpers ...policy.Source) (*policy.Policy, error) {
	all, err := Language{}.Compile(context.Background(), policy.Unit{Schema: s, Policies: []policy.Source{source(body)}, Helpers: helpers})
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

func mustCompile(t testing.TB, body string) *policy.Policy {
	t.Helper()
	p, err := compiled(schema(t), body)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func evaluate(t testing.TB, p *policy.Policy, doc *facts.Document) *policy.Finding {
	t.Helper()
	f, err := p.Evaluate(context.Background(), doc)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// problemsOf prints problems as "line:id".
func problemsOf(t testing.TB, err error) string {
	t.Helper()
	var problems message.Problems
	if err != nil && !errors.As(err, &problems) {
		t.Fatalf("the error is a %T: %v", err, err)
	}
	var all []string
	for _, p := range problems {
		all = append(all, fmt.Sprintf("%d:%s", p.Line, strings.TrimPrefix(p.Message.ID, "rego.")))
	}
	return strings.Join(all, " ")
}

// cited prints causes, or that they leave the result unproven.
func cited(causes []policy.Cause, unproven bool) string {
	letters := map[policy.Role]string{policy.Value: "value", policy.Condition: "condition", policy.Collection: "collection", policy.Absent: "absent"}
	var all []string
	for _, c := range causes {
		all = append(all, c.Pointer()+" "+letters[c.Role])
	}
	if unproven {
		return "unproven"
	}
	return strings.Join(all, ", ")
}

// outline is a finding in lines: "item share: causes".
func outline(f *policy.Finding) string {
	var lines []string
	for _, d := range f.Deductions {
		lines = append(lines, fmt.Sprintf("%s %s: %s", d.Item, d.Share, cited(d.Causes, d.Unproven)))
	}
	for _, c := range []struct {
		name   string
		clause *policy.Clause
	}{{"cutoff", f.Cutoff}, {"not_applicable", f.NotApplicable}} {
		if c.clause != nil {
			lines = append(lines, c.name+": "+cited(c.clause.Causes, c.clause.Unproven))
		}
	}
	if f.Failure != nil {
		lines = append(lines, fmt.Sprintf("failed %s:%d %s", f.Failure.File, f.Failure.Line, reasonID(f.Failure.Message)))
	}
	return strings.Join(lines, "\n")
}

// reasonID is the id of a message, or of why a built-in had no result.
func reasonID(m message.Message) string {
	for _, a := range m.Args {
		if why, ok := a.Value.(message.Message); ok && a.Name == "why" {
			return strings.TrimPrefix(why.ID, "rego.")
		}
	}
	return strings.TrimPrefix(m.ID, "rego.")
}
