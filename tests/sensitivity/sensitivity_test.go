// Package sensitivity_test compares what is said of contested facts, and of the
// least changes that bring full marks, with going through all possibilities.
package sensitivity_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/number"
	"rubric/engine/sensitivity"
	"rubric/tests/internal/shipped"
	"rubric/tests/internal/tree"
	"rubric/tests/internal/vary"
)

const generated = 200 // cases with contested facts

// TestSensitivity takes generated cases whose facts are contested at random
// places, and assesses each combination of the attested values by itself.
func TestSensitivity(t *testing.T) {
	rules := shipped.Rules(t, shipped.FrameworkDir(t))
	moved, flipped := 0, 0
	for n := range generated {
		g := generate(t, rules, uint64(n))
		adopted := g.decide(t, rules, nil)
		got, err := sensitivity.Of(context.Background(), rules, g.c, adopted, adopted.Assessment())
		if err != nil {
			t.Fatalf("case %d: %v\n%s", n, err, g.evidence)
		}
		want := g.bruteForce(t, rules)
		if got.Range != want.span || got.RuleRange != want.ruleSpan || !slices.Equal(got.Grades, want.grades) || !got.Combinations.Exact {
			t.Errorf("case %d: %v, by the rules %v, grades %v, exact %v; want %v, %v, %v\n%s", n,
				got.Range, got.RuleRange, got.Grades, got.Combinations.Exact, want.span, want.ruleSpan, want.grades, g.evidence)
		}
		if got.Range.Min != got.Range.Max {
			moved++
		}
		if len(got.Grades) > 1 {
			flipped++
		}
	}
	if moved < generated/2 || flipped == 0 {
		t.Errorf("of %d cases only %d move and %d change the grade: they show nothing", generated, moved, flipped)
	}
	fmt.Printf("figure sensitivity.checked %d\n", generated)
}

// contest is a fact with other values.
type contest struct {
	pointer string
	others  []any
}

type made struct {
	c        engine.Case
	doc      *tree.Doc
	contests []contest
	evidence string
}

// generate varies some facts of the shipped case and contests two or three.
func generate(t *testing.T, rules *engine.Rules, seed uint64) made {
	doc := shipped.Facts(t)
	bound := bind(t, rules, doc)
	chooser := vary.New(seed, bound)
	places := scalars(rules, bound)
	for range 6 {
		p := vary.Pick(chooser, places)
		try(t, rules, doc, p.Pointer, chooser.Value(p.Schema))
	}
	g := made{doc: doc}
	for range 2 + chooser.Below(2) {
		p := vary.Pick(chooser, places)
		if slices.ContainsFunc(g.contests, func(c contest) bool { return c.pointer == p.Pointer }) {
			continue
		}
		g.contests = append(g.contests, contest{p.Pointer, others(t, rules, doc, chooser, p)})
	}
	g.contests = slices.DeleteFunc(g.contests, func(c contest) bool { return len(c.others) == 0 })
	g.evidence = evidence(g.contests)
	parsed, err := facts.ParseEvidence("evidence.yaml", []byte(g.evidence))
	if err != nil {
		t.Fatalf("%v\n%s", err, g.evidence)
	}
	g.c = engine.Case{ID: "made", Facts: bind(t, rules, doc), Evidence: parsed}
	if seed%3 == 0 { // some with marks, which hold the final score
		g.c.Marks = shipped.Complete(t, g.c.Facts).Marks
	}
	return g
}

// scalars are the facts that any policy may read.
func scalars(rules *engine.Rules, bound *facts.Document) []vary.Place {
	var reads [][]*facts.Schema
	for _, in := range rules.Framework.Indicators() {
		p, _ := rules.Policy(in.ID)
		reads = append(reads, p.Reads)
	}
	return slices.DeleteFunc(vary.Places(bound, vary.Reads(reads...)), func(p vary.Place) bool {
		return !p.There || p.Schema.Kind == facts.Object || p.Schema.Kind == facts.List || p.Schema.Required || isKey(p.Schema)
	})
}

// isKey tells what elements of a list are told apart by, which is no two times
// the same.
func isKey(s *facts.Schema) bool {
	list := s.Parent.Parent
	return list != nil && list.Kind == facts.List && list.Unique == s.Name
}

// try sets a fact if the schema allows it.
func try(t *testing.T, rules *engine.Rules, doc *tree.Doc, pointer string, v any) bool {
	next := doc.Clone()
	next.Set(pointer, v)
	if _, err := next.Bind(rules.Framework.Schema); err != nil {
		return false
	}
	doc.Set(pointer, v)
	return true
}

// others are one or two values that a fact could have instead.
func others(t *testing.T, rules *engine.Rules, doc *tree.Doc, chooser *vary.Chooser, p vary.Place) []any {
	old, _ := doc.At(p.Pointer)
	seen := []string{canonical(old)}
	var all []any
	for range 1 + chooser.Below(2) {
		v := chooser.Other(p.Schema, old)
		text, isText := v.(string)
		if slices.Contains(seen, canonical(v)) || isText && strings.TrimSpace(text) == "" || !try(t, rules, doc.Clone(), p.Pointer, v) {
			continue
		}
		seen = append(seen, canonical(v))
		all = append(all, v)
	}
	return all
}

func canonical(v any) string {
	if n, err := number.Parse(fmt.Sprint(v)); err == nil {
		return n.String()
	}
	return fmt.Sprint(v)
}

func evidence(contests []contest) string {
	var b strings.Builder
	b.WriteString("documents: [{id: a, title: A}]\nfacts:\n")
	for _, c := range contests {
		fmt.Fprintf(&b, "  %s:\n    document: a\n    locator: p\n    reason: the later one\n    also:\n", c.pointer)
		for _, v := range c.others {
			text := fmt.Sprint(v)
			if _, ok := v.(string); ok {
				text = fmt.Sprintf("%q", text)
			}
			fmt.Fprintf(&b, "      - {value: %s, document: a, locator: q}\n", text)
		}
	}
	return b.String()
}

func bind(t *testing.T, rules *engine.Rules, doc *tree.Doc) *facts.Document {
	bound, err := doc.Bind(rules.Framework.Schema)
	if err != nil {
		t.Fatal(err)
	}
	return bound
}

// assess evaluates the case with some facts set to other values.
func (g made) assess(t *testing.T, rules *engine.Rules, set map[string]any) *engine.Assessment {
	return g.decide(t, rules, set).Assessment()
}

func (g made) decide(t *testing.T, rules *engine.Rules, set map[string]any) *engine.Decided {
	doc := g.doc.Clone()
	for pointer, v := range set {
		doc.Set(pointer, v)
	}
	c := g.c
	c.Facts = bind(t, rules, doc)
	d, err := rules.Decide(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

type expected struct {
	span, ruleSpan engine.Range
	grades         []string
}

// bruteForce assesses every combination.
func (g made) bruteForce(t *testing.T, rules *engine.Rules) (want expected) {
	var final, byRules span
	reached := map[string]bool{}
	for _, set := range combinations(g.contests) {
		a := g.assess(t, rules, set)
		final.take(a.Total.Range)
		least, _ := number.Parse(a.Total.Range.Min)
		most, _ := number.Parse(a.Total.Range.Max)
		reached[rules.Framework.GradeOf(least)] = true
		reached[rules.Framework.GradeOf(most)] = true
		if plain := g; len(g.c.Marks) > 0 {
			plain.c.Marks = nil
			a = plain.assess(t, rules, set)
		}
		byRules.take(a.Total.Range)
	}
	for _, grade := range rules.Framework.Grades {
		if reached[grade.Name] {
			want.grades = append(want.grades, grade.Name)
		}
	}
	want.span, want.ruleSpan = final.Range, byRules.Range
	return want
}

func combinations(contests []contest) []map[string]any {
	all := []map[string]any{{}}
	for _, c := range contests {
		for _, set := range slices.Clone(all) {
			for _, v := range c.others {
				next := map[string]any{c.pointer: v}
				for pointer, other := range set {
					next[pointer] = other
				}
				all = append(all, next)
			}
		}
	}
	return all
}

// span is the widest of ranges.
type span struct{ engine.Range }

func (s *span) take(r engine.Range) {
	if s.Min == "" || less(r.Min, s.Min) {
		s.Min = r.Min
	}
	if s.Max == "" || less(s.Max, r.Max) {
		s.Max = r.Max
	}
}

func less(a, b string) bool {
	x, _ := number.Parse(a)
	y, _ := number.Parse(b)
	return x.Cmp(y) < 0
}
