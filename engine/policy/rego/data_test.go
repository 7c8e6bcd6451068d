package rego

import (
	"context"
	"testing"

	"rubric/engine/facts"
	"rubric/engine/policy"
)

const testData = `{"limits": {"low": 0.95, "names": ["a", "b"], "q1": {"due": 20}}, "flat": 1, "t": {"other": {"x": 1}}}`

func withData(t testing.TB, body string, helpers ...policy.Source) (*policy.Policy, error) {
	t.Helper()
	data, err := facts.Parse("data.json", []byte(testData))
	if err != nil {
		t.Fatal(err)
	}
	all, err := Language{}.Compile(context.Background(), policy.Unit{
		Schema: schema(t), Policies: []policy.Source{source(body)}, Helpers: helpers, Data: data})
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// Data is seen by its digits and cited by nobody.
func TestData(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"threshold", deduct("input.budget.adjusted / 5 > data.limits.low"), "a 1: /budget/adjusted condition"},
		{"digits", deduct("data.limits.low + 0.05 == 1"), "a 1: "},
		{"items", "deductions[n] := {\"share\": 0.5, \"reason\": \"r\"} if some n in data.limits.names", "a 0.5: \nb 0.5: "},
		{"key of the facts", deduct("some k\ninput.payments[k].due == data.limits[k].due"), "a 1: /payments collection, /payments/q1/due condition, /payments/q2/due condition, /payments/q3/due condition"},
		{"in a rule", "low := data.limits.low\n" + deduct("low < 1"), "a 1: "},
		{"replaced", "low := data.limits.low\n" + deduct("low == 7 with data.limits.low as 7\nlow == 0.95"), "a 1: "},
		{"beside packages", deduct("data.t.other.x == 1"), "a 1: "},
		{"whole", deduct("count(data.limits) == 3"), "a 1: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := withData(t, c.body)
			if err != nil {
				t.Fatal(err)
			}
			if got := outline(evaluate(t, p, factsOf(t, schema(t)))); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
		})
	}
}

func TestDataProblems(t *testing.T) {
	helper := func(pkg string) policy.Source {
		return policy.Source{File: "lib/h.rego", Text: []byte("package " + pkg + "\n\nx := 1\n")}
	}
	for _, c := range []struct {
		name, body, pkg, want string
	}{
		{"misspelt", deduct("data.limits.lwo > 1"), "lib.h", "4:unknown_data_near"},
		{"not there", deduct("data.limits.q1.weather > 1"), "lib.h", "4:unknown_data"},
		{"below a value", deduct("data.limits.low.x > 1"), "lib.h", "4:unknown_data"},
		{"misspelt at the top", deduct("data.limit.low > 1"), "lib.h", "4:unknown_rule_near"},
		{"package in its place", deduct("true"), "limits", "1:data_clash"},
		{"package under a value", deduct("true"), "flat.h", "1:data_clash"},
		{"package deep in it", deduct("true"), "limits.q1", "1:data_clash"},
		{"package beside it", deduct("true"), "limits.q9", ""},
	} {
		_, err := withData(t, c.body, helper(c.pkg))
		if got := problemsOf(t, err); got != c.want {
			t.Errorf("%s: %s, want %s (%v)", c.name, got, c.want, err)
		}
	}
}
