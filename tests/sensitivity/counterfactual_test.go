package sensitivity_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/sensitivity"
	"rubric/tests/internal/shipped"
	"rubric/tests/internal/tree"
	"rubric/tests/internal/vary"
)

// values are all that each fact of the small framework can be.
func values() map[string][]any {
	all := map[string][]any{"kind": {"x", "y", "z"}}
	for _, name := range []string{"c1", "c2", "c3", "c4"} {
		all[name] = []any{false, true}
	}
	for _, name := range []string{"a", "b", "d"} {
		for n := range 10 {
			if n > 0 || name != "b" {
				all[name] = append(all[name], json.Number(strconv.Itoa(n)))
			}
		}
	}
	return all
}

// small is one department's facts under the small framework.
type small map[string]any

func (s small) with(o small) small {
	out := small{}
	for _, m := range []small{s, o} {
		for name, v := range m {
			out[name] = v
		}
	}
	return out
}

// TestFewestChanges goes through all facts that a policy reads: no fewer changes
// bring full marks, and no number that is changed could stay nearer.
func TestFewestChanges(t *testing.T) {
	rules := shipped.Rules(t, "testdata/small")
	draw := rand.New(rand.NewPCG(3, 5))
	checked := 0
	for range 60 {
		start := small{}
		for _, name := range slices.Sorted(keys(values())) {
			start[name] = values()[name][draw.IntN(len(values()[name]))]
		}
		c, a := assessSmall(t, rules, start)
		told, err := sensitivity.Counter(context.Background(), rules, c, a, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, remedy := range told.Indicators {
			checked++
			compare(t, rules, start, remedy)
		}
	}
	if checked < 100 {
		t.Errorf("only %d indicators lost points", checked)
	}
	fmt.Printf("figure counterfactual.checked %d\n", checked)
}

func keys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func assessSmall(t *testing.T, rules *engine.Rules, s small) (engine.Case, *engine.Assessment) {
	doc := tree.Of(map[string]any(s.with(nil)))
	c := engine.Case{ID: "small", Facts: bind(t, rules, doc)}
	a, err := rules.Evaluate(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	return c, a
}

// compare holds a remedy to what going through all facts gives.
func compare(t *testing.T, rules *engine.Rules, start small, remedy engine.Remedy) {
	t.Helper()
	p, _ := rules.Policy(remedy.ID)
	fewest := 0
	full := func(s small) bool { return fullMarks(t, rules, s, remedy.ID) }
	for fewest = 1; !reachable(start, names(p.Reads), fewest, full); fewest++ {
		if fewest > len(p.Reads) {
			fewest = 0
			break
		}
	}
	got := 0
	if len(remedy.Proposals) > 0 {
		got = len(remedy.Proposals[0].Changes)
	}
	if got != fewest || !remedy.Complete {
		t.Errorf("%s of %v: %d changes, complete %v; %d suffice", remedy.ID, start, got, remedy.Complete, fewest)
	}
	for _, proposal := range remedy.Proposals {
		holds(t, start, proposal, full)
	}
}

func names(reads []*facts.Schema) []string {
	var all []string
	for _, s := range reads {
		all = append(all, s.Name)
	}
	return all
}

// seen are the indicators with full marks for facts that were evaluated before.
var seen = map[string]bool{}

func fullMarks(t *testing.T, rules *engine.Rules, s small, id string) bool {
	p, _ := rules.Policy(id)
	key := id
	for _, name := range names(p.Reads) {
		key += fmt.Sprint(" ", s[name])
	}
	if known, ok := seen[key]; ok {
		return known
	}
	doc := tree.Of(map[string]any(s.with(nil)))
	in, err := rules.EvaluateIndicator(context.Background(), engine.Case{ID: "small", Facts: bind(t, rules, doc)}, id)
	if err != nil {
		t.Fatal(err)
	}
	seen[key] = in.Outcome == engine.Full
	return seen[key]
}

// reachable tells whether some change of exactly so many facts brings full
// marks.
func reachable(start small, names []string, changes int, full func(small) bool) bool {
	if changes == 0 {
		return full(start)
	}
	for i, name := range names {
		for _, v := range values()[name] {
			if v != start[name] && reachable(start.with(small{name: v}), names[i+1:], changes-1, full) {
				return true
			}
		}
	}
	return false
}

// holds applies a proposal, without one of its changes, and with each of its
// numbers nearer.
func holds(t *testing.T, start small, p engine.Proposal, full func(small) bool) {
	t.Helper()
	set := small{}
	for _, ch := range p.Changes {
		set[ch.Pointer[1:]] = tree.Value(string(ch.Proposed))
	}
	if !full(start.with(set)) {
		t.Errorf("%v with %v has not full marks", start, set)
	}
	for name, v := range set {
		less := set.with(nil)
		delete(less, name)
		if full(start.with(less)) {
			t.Errorf("%v with %v needs no change of %s", start, set, name)
		}
		to, isNumber := v.(json.Number)
		if !isNumber {
			continue
		}
		from, end := whole(start[name].(json.Number)), whole(to)
		for from != end {
			if end > from {
				end--
			} else {
				end++
			}
			if end != from && full(start.with(set).with(small{name: json.Number(strconv.Itoa(end))})) {
				t.Errorf("%v with %v: %s could be %d", start, set, name, end)
			}
		}
	}
}

func whole(n json.Number) int {
	i, _ := strconv.Atoi(n.String())
	return i
}

// TestProposalsHold applies every proposal for generated cases of the shipped
// framework.
func TestProposalsHold(t *testing.T) {
	rules := shipped.Rules(t, shipped.FrameworkDir(t))
	proposals := 0
	for n := range 4 {
		doc := shipped.Facts(t)
		bound := bind(t, rules, doc)
		chooser := vary.New(uint64(n), bound)
		for range 15 {
			p := vary.Pick(chooser, scalars(rules, bound))
			try(t, rules, doc, p.Pointer, chooser.Value(p.Schema))
		}
		c := engine.Case{ID: "made", Facts: bind(t, rules, doc)}
		a, err := rules.Evaluate(context.Background(), c)
		if err != nil {
			t.Fatal(err)
		}
		told, err := sensitivity.Counter(context.Background(), rules, c, a, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, remedy := range told.Indicators {
			for _, p := range remedy.Proposals {
				proposals++
				apply(t, rules, doc, remedy, p)
			}
		}
	}
	if proposals < 30 {
		t.Errorf("only %d proposals", proposals)
	}
}

func apply(t *testing.T, rules *engine.Rules, doc *tree.Doc, remedy engine.Remedy, p engine.Proposal) {
	t.Helper()
	next := doc.Clone()
	for _, ch := range p.Changes {
		next.Set(ch.Pointer, tree.Value(string(ch.Proposed)))
	}
	in, err := rules.EvaluateIndicator(context.Background(), engine.Case{ID: "made", Facts: bind(t, rules, next)}, remedy.ID)
	if err != nil {
		t.Fatal(err)
	}
	if in.Outcome != engine.Full {
		t.Errorf("%s with %+v is %s", remedy.ID, p.Changes, in.Outcome)
	}
}
