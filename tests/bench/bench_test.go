// Package bench_test measures what the project claims about its speed. Run it
// with
//
//	go test ./tests/bench -bench . -benchmem
//	go test ./tests/bench -run Figures -v
package bench_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/framework"
	"rubric/engine/policy/cel"
	"rubric/engine/policy/rego"
)

const (
	root       = "../.."
	caseFolder = "inputs/urumqi-kexie-2023"
	rulesDir   = "policies/urumqi-dept-2023"
)

func compiled(tb testing.TB) *engine.Rules {
	tb.Helper()
	fw, err := framework.Load(filepath.Join(root, rulesDir), []string{".rego", ".cel.yaml"})
	if err != nil {
		tb.Fatal(err)
	}
	rules, err := engine.Compile(context.Background(), fw, rego.Language{}, cel.Language{})
	if err != nil {
		tb.Fatal(err)
	}
	return rules
}

func source(tb testing.TB) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join(root, caseFolder, "facts.json"))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func assess(tb testing.TB, rules *engine.Rules, data []byte) *engine.Assessment {
	return evaluate(tb, rules, bound(tb, rules, data))
}

func bound(tb testing.TB, rules *engine.Rules, data []byte) *facts.Document {
	doc, err := facts.ParseBound("facts.json", data, rules.Framework.Schema)
	if err != nil {
		tb.Fatal(err)
	}
	return doc
}

func evaluate(tb testing.TB, rules *engine.Rules, doc *facts.Document) *engine.Assessment {
	a, err := rules.Evaluate(context.Background(), engine.Case{ID: "case", Facts: doc})
	if err != nil {
		tb.Fatal(err)
	}
	return a
}

// From the bytes of the facts to an assessment with every cause.
func BenchmarkEvaluate(b *testing.B) {
	rules, data := compiled(b), source(b)
	b.ReportAllocs()
	for b.Loop() {
		assess(b, rules, data)
	}
}

// Loading and compiling the 39 policies, which the cold command pays once.
func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		compiled(b)
	}
}

// TestFigures prints the time and memory of one evaluation and of the cold
// command, and how they compare.
func TestFigures(t *testing.T) {
	rules, data := compiled(t), source(t)
	r := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			assess(b, rules, data)
		}
	})
	fmt.Printf("figure speed.evaluate_microseconds %d\n", r.NsPerOp()/1000)
	fmt.Printf("figure speed.evaluate_kilobytes %d\n", r.AllocedBytesPerOp()/1024)
	fmt.Printf("figure speed.evaluate_allocations %d\n", r.AllocsPerOp())
	ratios(t, rules, data)
	explaining(t, rules, data)
}

// ratios compares, in alternating rounds, the shipped Rego policies on our
// machine with the same on OPA's interpreter, all policies with the same rules
// written by hand, and explaining with evaluating.
func ratios(t *testing.T, whole *engine.Rules, data []byte) {
	rules, query := only(t, ".rego"), topdown(t, whole)
	input, err := ast.ValueFromReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	doc := bound(t, rules, data)
	m := medians(
		func() { ask(t, query, data) },
		func() { assess(t, rules, data) },
		func() { askParsed(t, query, input) },
		func() { evaluate(t, rules, doc) },
		func() { assess(t, whole, data) },
		func() { byHand(t, data) },
	)
	fmt.Printf("figure speed.topdown_over_rubric %.2f\n", m[0]/m[1])
	fmt.Printf("figure speed.topdown_over_rubric_parsed %.2f\n", m[2]/m[3])
	fmt.Printf("figure speed.rubric_over_handwritten %.2f\n", m[4]/m[5])
	fmt.Printf("figure speed.handwritten_microseconds %.0f\n", m[5]/1000)
}

// medians times each of the functions in many rounds, all of them in each
// round, and gives their median times in nanoseconds.
func medians(all ...func()) []float64 {
	const rounds, repeats = 15, 20
	times := make([][]float64, len(all))
	for range rounds {
		for i, f := range all {
			start := time.Now()
			for range repeats {
				f()
			}
			times[i] = append(times[i], float64(time.Since(start))/repeats)
		}
	}
	out := make([]float64, len(all))
	for i := range times {
		slices.Sort(times[i])
		out[i] = times[i][rounds/2]
	}
	return out
}
