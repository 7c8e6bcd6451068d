package causes

import (
	"testing"

	"rubric/engine"
	"rubric/engine/number"
	"rubric/tests/internal/shipped"
)

// TestLedgersAddUp: weight and ledger points sum exactly to the rule score, and
// a deduction's points are its share of the weight.
func TestLedgersAddUp(t *testing.T) {
	b := newBench(t)
	steps, settled := map[string]int{}, 0
	for _, doc := range b.variations(30) {
		for _, in := range shipped.Assess(t, b.rules, b.bind(doc)).Indicators {
			if in.RuleScore == nil {
				continue
			}
			settled++
			addsUp(t, &in)
			for _, s := range in.Ledger {
				steps[s.Step]++
			}
		}
	}
	t.Logf("%d indicators, steps %v", settled, steps)
	for _, step := range []string{"weight", "deduction", "floor", "cutoff", "rounding"} {
		if steps[step] == 0 {
			t.Errorf("no ledger had the step %s", step)
		}
	}
}

func addsUp(t *testing.T, in *engine.Indicator) {
	t.Helper()
	var sum number.Number
	var lost []string
	for _, s := range in.Ledger {
		sum = sum.Add(parse(t, s.Points))
		if s.Step == "deduction" {
			lost = append(lost, s.Points)
		}
	}
	weight := parse(t, in.Weight)
	if in.Ledger[0].Step != "weight" || !parse(t, in.Ledger[0].Points).Equal(weight) {
		t.Errorf("%s: the ledger begins with %v, the weight is %s", in.ID, in.Ledger[0], in.Weight)
	}
	if !sum.Equal(parse(t, *in.RuleScore)) {
		t.Errorf("%s: the ledger sums to %s, the score is %s: %v", in.ID, sum, *in.RuleScore, in.Ledger)
	}
	if len(lost) != len(in.Deductions) {
		t.Fatalf("%s: %d deductions, %d in the ledger", in.ID, len(in.Deductions), len(lost))
	}
	for i, d := range in.Deductions {
		points := parse(t, d.Share).Mul(weight)
		if !points.Equal(parse(t, d.Points)) || !points.Neg().Equal(parse(t, lost[i])) {
			t.Errorf("%s %q: share %s of %s is %s; points %s, ledger %s", in.ID, d.Item, d.Share, in.Weight, points, d.Points, lost[i])
		}
	}
}
