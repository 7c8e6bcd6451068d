package rego

import (
	"context"
	"errors"
	"strings"
	"testing"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/policy"
)

// FuzzQuery compiles any text as a policy and asks it: every outcome is an
// answer or a problem with a sentence, never a panic.
func FuzzQuery(f *testing.F) {
	for _, text := range oracle {
		f.Add(text)
	}
	f.Add("r := numbers.range(1, 1000000000)")
	f.Add("r := x if { some x, y\n[y, x] = [x, 1] }")
	f.Add("r contains x if { walk(input, [p, x]); not p[0] }")
	f.Add("r := regex.replace(input.s, \"(a|b)*$\", \"$1\")")
	f.Add("r := sprintf(\"%5.2f|%-8s|%08d|%v\", [1.5, \"a\", 3, {1}])")
	f.Add("r := time.format([1696118400000000000, \"Asia/Shanghai\"])")
	input, err := facts.Parse("input.json", []byte(oracleInput))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		modules := []policy.Source{{File: "p.rego", Text: []byte("package t.p\n\n" + text + "\n")}, {File: "lib.rego", Text: []byte(oracleHelper)}}
		q, err := NewQuery(context.Background(), modules, nil, "data.t.p.r = x")
		if err != nil {
			checkProblems(t, err)
			return
		}
		for _, lenient := range []bool{false, true} {
			q.Lenient = lenient
			if _, err := q.Eval(context.Background(), input); err != nil {
				checkProblems(t, err)
			}
		}
	})
}

// FuzzPolicy does the same with scoring policies over facts with a schema.
func FuzzPolicy(f *testing.F) {
	s := schema(f)
	f.Add("deductions[k] := {\"share\": 0.5, \"reason\": k} if some k in [\"a\", \"b\"]")
	f.Add("earned := {\"share\": \"1/3\", \"reason\": \"r\"}\nnot_applicable := {\"reason\": \"n\"} if input.ok")
	f.Add("deductions[\"x\"] := {\"share\": 1 / 3, \"reason\": sprintf(\"%v\", [input])}")
	doc := factsOf(f, s)
	f.Fuzz(func(t *testing.T, text string) {
		policies, err := Language{}.Compile(context.Background(), policy.Unit{Schema: s, Policies: []policy.Source{
			{Indicator: "x", File: "x.rego", Text: []byte("package x\n\n" + text + "\n")},
		}})
		if err != nil {
			checkProblems(t, err)
			return
		}
		if _, err := policies[0].Evaluate(context.Background(), doc); err != nil {
			t.Error(err)
		}
	})
}

func checkProblems(t *testing.T, err error) {
	var problems message.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("not a problem for people: %v", err)
	}
	if strings.Contains(err.Error(), "panic") || strings.Contains(err.Error(), "[rego.") {
		t.Error(err)
	}
}
