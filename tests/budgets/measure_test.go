package budgets_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"rubric/engine/bench"
	"rubric/engine/facts"
	"rubric/tests/internal/shipped"
)

// Every policy of the shipped framework is measured, the dearest first, and
// takes the same steps and bytes whenever it is.
func TestMeasure(t *testing.T) {
	rules := shipped.Rules(t, shipped.FrameworkDir(t))
	text, err := os.ReadFile(filepath.Join(shipped.CaseDir(t), "facts.json"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := facts.Parse("facts.json", text)
	if err == nil {
		err = doc.Bind(rules.Framework.Schema)
	}
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bench.Cost{}
	for _, rounds := range []int{1, 3} {
		costs, err := bench.Measure(context.Background(), rules, []*facts.Document{doc}, rounds)
		if err != nil || len(costs) != len(rules.Framework.Indicators()) {
			t.Fatalf("%d costs, %v", len(costs), err)
		}
		for i, c := range costs {
			if i > 0 && c.Time > costs[i-1].Time {
				t.Errorf("%s stands behind a cheaper policy", c.Indicator)
			}
			if first, again := used[c.Indicator]; again && first.Used != c.Used {
				t.Errorf("%s: %+v, then %+v", c.Indicator, first.Used, c.Used)
			}
			if c.Used.Steps <= 0 || c.Used.Steps > 1000 || c.Time <= 0 || c.File == "" {
				t.Errorf("%+v", c)
			}
			used[c.Indicator] = c
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := bench.Measure(ctx, rules, []*facts.Document{doc}, 1); err != context.Canceled {
		t.Errorf("cancelled: %v", err)
	}
}
