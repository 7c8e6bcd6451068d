package lint_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rubric/engine"
	"rubric/engine/cases"
	"rubric/engine/framework"
	"rubric/engine/lint"
	"rubric/engine/number"
	"rubric/engine/policy/cel"
	"rubric/engine/policy/rego"
	"rubric/tests/internal/invent"
	"rubric/tests/internal/shipped"
	"rubric/tests/internal/tree"
	"rubric/tests/internal/vary"
)

// yielded holds indicators to what their rules were said to yield, without
// telling the analysis what they gave. It counts the scores, and those of them
// that stand alone.
type yielded struct {
	t             *testing.T
	fw            *framework.Framework
	known         map[string]engine.Yields
	scores, alone int
}

func (y *yielded) hold(what string, in engine.Indicator) {
	y.t.Helper()
	if in.RuleScore == nil {
		return
	}
	yields, seen := y.known[in.ID]
	if !seen {
		unseen := in
		unseen.RuleScore = nil
		all, err := lint.Yields(y.fw, []engine.Indicator{unseen}, nil)
		if err != nil {
			y.t.Fatal(err)
		}
		yields = all[in.ID]
		y.known[in.ID] = yields
	}
	score, err := number.Parse(*in.RuleScore)
	if err != nil {
		y.t.Fatal(err)
	}
	if !yields.Has(score) {
		y.t.Errorf("%s: %s gives %s, which is none of %v", what, in.ID, score, engine.Listed(yields.Published(y.fw.Digits)))
	}
	y.scores++
	if len(yields) > 0 && yields[0].Min.Equal(yields[0].Max) {
		y.alone++
	}
}

// What the shipped rules give in their cases is among what they are said to
// yield.
func TestYieldsOfShippedRules(t *testing.T) {
	dirs, err := filepath.Glob(filepath.Join(shipped.Root(t), "policies/*/framework.yaml"))
	if err != nil || len(dirs) < 3 {
		t.Fatal(dirs, err)
	}
	scores, alone := 0, 0
	for _, file := range dirs {
		rules := shipped.Rules(t, filepath.Dir(file))
		if len(rules.Framework.Scale) > 0 {
			continue
		}
		suites, err := cases.Suites(rules, factsOfCase(t), func(string, string) bool { return true })
		if err != nil {
			t.Fatal(err)
		}
		y := &yielded{t: t, fw: rules.Framework, known: map[string]engine.Yields{}}
		for _, suite := range suites {
			results, err := suite.Run(context.Background(), rules)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range results {
				y.hold(r.Case.Name, r.Got)
			}
		}
		t.Logf("%s: %d scores, %d of rules whose scores can be counted", rules.Framework.ID, y.scores, y.alone)
		scores, alone = scores+y.scores, alone+y.alone
	}
	if scores < 400 || alone < 300 {
		t.Errorf("only %d scores, %d of rules whose scores can be counted", scores, alone)
	}
}

func factsOfCase(t *testing.T) cases.Bases {
	return func(id string) ([]byte, error) {
		return os.ReadFile(filepath.Join(shipped.Root(t), "inputs", id, "facts.json"))
	}
}

// single is a framework of a made-up policy, nil if the policy does
// not compile.
func single(t *testing.T, f invent.Framework, name, text string) *engine.Rules {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "made-up")
	for file, text := range map[string]string{
		"main/" + name: text, "lib/lib.rego": f.Lib, "facts.schema.json": f.Schema,
		"framework.yaml": "id: made-up\ntitle: t\nversion: 1.0.0\nlanguage: en\nrounding: {digits: 2, mode: half_up}\naggregation: sum\nnot_applicable: keep\n" +
			"tree:\n  - {id: main, title: t, weight: 100, indicators: [{id: p0, weight: 100}]}\n",
	} {
		file = filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	fw, err := framework.Load(dir, []string{".rego", ".cel.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	rules, err := engine.Compile(context.Background(), fw, rego.Language{}, cel.Language{})
	if err != nil {
		return nil
	}
	return rules
}

// What made-up rules give on made-up facts is among what they are said to yield.
func TestYieldsOfMadeUpRules(t *testing.T) {
	const frameworks, documents = 60, 25
	scores, alone := 0, 0
	for seed := range uint64(frameworks) {
		f := invent.New(seed, 1)
		meta := "# METADATA\n# title: t\n# description: d\n# custom:\n#   evidence: [e]\n"
		for name, text := range map[string]string{
			"p0.rego": meta + f.Rego[0], "p0.cel.yaml": strings.Replace(f.CEL[0], "description: d", "description: d\ncustom: {evidence: [e]}", 1),
		} {
			rules := single(t, f, name, text)
			if rules == nil {
				continue
			}
			bound, err := f.Facts.Bind(rules.Framework.Schema)
			if err != nil {
				t.Fatal(err)
			}
			y := &yielded{t: t, fw: rules.Framework, known: map[string]engine.Yields{}}
			for n, doc := range vary.Cohort(seed, bound, rules.Framework.Schema.Leaves(), f.Facts.Clone, documents) {
				y.document(fmt.Sprintf("seed %d, document %d\n%s", seed, n, text), rules, doc)
			}
			scores, alone = scores+y.scores, alone+y.alone
		}
	}
	t.Logf("%d scores, %d of rules whose scores can be counted", scores, alone)
	if scores < 500 || alone < 100 {
		t.Errorf("only %d scores, %d of rules whose scores can be counted", scores, alone)
	}
}

func (y *yielded) document(what string, rules *engine.Rules, doc *tree.Doc) {
	bound, err := doc.Bind(rules.Framework.Schema)
	if err != nil {
		return
	}
	a, err := rules.Evaluate(context.Background(), engine.Case{ID: "case", Title: "case", Facts: bound})
	if err != nil {
		y.t.Fatal(err)
	}
	y.hold(what, a.Indicators[0])
}
