package causes

import (
	"fmt"
	"slices"
	"testing"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/number"
	"rubric/tests/internal/shipped"
	"rubric/tests/internal/tree"
	"rubric/tests/internal/vary"
)

// TestNothingVanishesSilently deletes each fact, each element and each object
// of several cases: every indicator is undetermined or stays as it was. What
// was established without the missing fact is so in the complete case too.
func TestNothingVanishesSilently(t *testing.T) {
	b := newBench(t)
	deletions, open := 0, 0
	for _, doc := range b.variations(3) {
		before := shipped.Assess(t, b.rules, b.bind(doc))
		for _, p := range b.removable(doc) {
			changed := doc.Clone()
			changed.Delete(p.Pointer)
			bound, err := changed.Bind(b.schema)
			if err != nil { // a list must keep some elements: refused, nothing is scored
				continue
			}
			after := shipped.Assess(t, b.rules, bound)
			deletions++
			for i := range after.Indicators {
				open += b.compare(p, &before.Indicators[i], &after.Indicators[i])
			}
		}
	}
	t.Logf("%d deletions, %d indicators became undetermined", deletions, open)
	if deletions < 500 || open < deletions/2 {
		t.Error("too few deletions to say anything")
	}
}

// removable are the facts, objects and elements that may be absent, of what
// some policy reads, and the counts of lists.
func (b *bench) removable(doc *tree.Doc) []vary.Place {
	reads := slices.Clone(b.reads)
	for _, s := range b.reads {
		if s.Count != "" {
			reads = append(reads, b.schema.At(s.Count))
		}
	}
	places := vary.Places(b.bind(doc), reads)
	return slices.DeleteFunc(places, func(p vary.Place) bool { return !p.There || p.Schema.Required })
}

// compare tells with 1 that the indicator became undetermined.
func (b *bench) compare(p vary.Place, before, after *engine.Indicator) int {
	b.t.Helper()
	if after.Outcome != engine.Undetermined {
		if !slices.Equal(points(before), points(after)) || before.Outcome != after.Outcome {
			b.t.Errorf("without %s, %s is %s, was %s: %v, were %v",
				p.Pointer, after.ID, after.Outcome, before.Outcome, points(after), points(before))
		}
		return 0
	}
	if before.Outcome != engine.Undetermined {
		b.established(p, before, after)
	}
	return 1
}

// points is what an indicator scored and lost. Reasons are left out: an
// optional fact may stand in them.
func points(in *engine.Indicator) []string {
	all := []string{"score " + text(in.RuleScore)}
	for _, d := range in.Deductions {
		all = append(all, d.Item+" "+d.Share)
	}
	return all
}

func text(s *string) string {
	if s == nil {
		return "open"
	}
	return *s
}

// established: what stands while a fact is missing, stands in the complete case.
func (b *bench) established(p vary.Place, complete, open *engine.Indicator) {
	b.t.Helper()
	for _, d := range open.Deductions {
		same := func(o engine.Deduction) bool { return o.Item == d.Item && o.Share == d.Share && o.Reason == d.Reason }
		if !slices.ContainsFunc(complete.Deductions, same) {
			b.t.Errorf("without %s, %s establishes %q (%s, %s), which the complete case has not", p.Pointer, open.ID, d.Item, d.Share, d.Reason)
		}
	}
	if open.Cutoff != nil && (complete.Cutoff == nil || complete.Cutoff.Reason != open.Cutoff.Reason) {
		b.t.Errorf("without %s, %s establishes the cut-off %s, which the complete case has not", p.Pointer, open.ID, open.Cutoff.Reason)
	}
	if score := parse(b.t, *complete.RuleScore); score.Cmp(parse(b.t, open.Range.Min)) < 0 || score.Cmp(parse(b.t, open.Range.Max)) > 0 {
		b.t.Errorf("without %s, %s can be %v; complete it is %s", p.Pointer, open.ID, open.Range, *complete.RuleScore)
	}
}

func parse(t *testing.T, text string) number.Number {
	t.Helper()
	n, err := number.ParseFraction(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestElementAndCountVanish: a list whose count is gone as well is not known to
// be complete.
func TestElementAndCountVanish(t *testing.T) {
	b := newBench(t)
	for _, doc := range b.variations(3) {
		before := shipped.Assess(t, b.rules, b.bind(doc))
		for _, list := range b.lists(doc) {
			changed := doc.Clone()
			changed.Delete(list.Schema.Count)
			changed.Delete(fmt.Sprint(list.Pointer, "/", doc.Len(list.Pointer)-1))
			bound, err := changed.Bind(b.schema)
			if err != nil {
				continue
			}
			after := shipped.Assess(t, b.rules, bound)
			for i := range after.Indicators {
				b.compare(list, &before.Indicators[i], &after.Indicators[i])
			}
		}
	}
}

// lists are the counted lists that have elements.
func (b *bench) lists(doc *tree.Doc) []vary.Place {
	return slices.DeleteFunc(vary.Places(b.bind(doc), b.reads), func(p vary.Place) bool {
		return p.Schema.Kind != facts.List || p.Schema.Count == "" || doc.Len(p.Pointer) == 0
	})
}
