package bench_test

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"testing"

	"rubric/engine"
	"rubric/engine/casefolder"
	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/report"
)

// witnessed is the evidence of the shipped case, which explanations quote.
func witnessed(tb testing.TB, rules *engine.Rules) *facts.Evidence {
	tb.Helper()
	c, err := casefolder.Load(filepath.Join(root, caseFolder))
	if err == nil {
		err = c.Evidence.Check(rules.Framework.Schema)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return c.Evidence
}

func words(tb testing.TB) report.Words {
	tb.Helper()
	catalogue, err := message.Load()
	if err != nil {
		tb.Fatal(err)
	}
	return report.Words{Catalogue: catalogue, Lang: message.Chinese}
}

// explaining compares evaluating the shipped case, from the bytes of its facts,
// with evaluating and explaining everything: as the published document, and as
// text for a terminal of 80 columns.
func explaining(t *testing.T, rules *engine.Rules, data []byte) {
	evidence, words := witnessed(t, rules), words(t)
	assessed := func() *engine.Assessment {
		a, err := rules.Evaluate(context.Background(), engine.Case{ID: "case", Facts: bound(t, rules, data), Evidence: evidence})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	written := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	m := medians(
		func() { assessed() },
		func() { written(report.JSON(io.Discard, assessed())) },
		func() { written(report.Explain(io.Discard, assessed(), nil, words, 80)) },
	)
	fmt.Printf("figure speed.explain_over_eval %.2f\n", m[1]/m[0])
	fmt.Printf("figure speed.explain_text_over_eval %.2f\n", m[2]/m[0])
}

func BenchmarkReportTable(b *testing.B) {
	rules, words := compiled(b), words(b)
	a := assess(b, rules, source(b))
	b.ReportAllocs()
	for b.Loop() {
		if err := report.Table(io.Discard, a, words, 80); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkExplain(b *testing.B) {
	rules, words := compiled(b), words(b)
	a := assess(b, rules, source(b))
	b.ReportAllocs()
	for b.Loop() {
		if err := report.Explain(io.Discard, a, nil, words, 80); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkJSON(b *testing.B) {
	a := assess(b, compiled(b), source(b))
	b.ReportAllocs()
	for b.Loop() {
		if err := report.JSON(io.Discard, a); err != nil {
			b.Fatal(err)
		}
	}
}
