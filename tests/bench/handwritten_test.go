package bench_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"rubric/engine"
)

// byHand decodes the facts and decides everything, as a program would that was
// written for this framework.
func byHand(tb testing.TB, data []byte) sheet {
	var d department
	if err := json.Unmarshal(data, &d); err != nil {
		tb.Fatal(err)
	}
	return score(&d)
}

// The hand-written rules are the shipped ones: they give the same scores, and
// take points for the same items with the same reasons.
func TestHandwritten(t *testing.T) {
	rules, data := compiled(t), source(t)
	for text, total := range map[string]string{
		string(data): "81.06",
		strings.ReplaceAll(string(data), ": true", ": false"): "47.36", // all that is checked is wanting
	} {
		sameByHand(t, assess(t, rules, []byte(text)), byHand(t, []byte(text)), total)
	}
}

func sameByHand(t *testing.T, want *engine.Assessment, got sheet, total string) {
	t.Helper()
	if by := strconv.FormatFloat(got.total(), 'f', 2, 64); want.Total.RuleScore == nil || *want.Total.RuleScore != total || by != total {
		t.Errorf("total %s by hand, %s by rules, want %s", by, *want.Total.RuleScore, total)
	}
	if len(got) != len(want.Indicators) {
		t.Fatalf("%d indicators by hand, %d by rules", len(got), len(want.Indicators))
	}
	for _, in := range want.Indicators {
		at := slices.IndexFunc(got, func(v verdict) bool { return v.id == in.ID })
		if at < 0 {
			t.Errorf("%s is not done by hand", in.ID)
			continue
		}
		if score := strconv.FormatFloat(got[at].score, 'f', 2, 64); score != *in.RuleScore {
			t.Errorf("%s: %s by hand, %s by rules", in.ID, score, *in.RuleScore)
		}
		var lost []loss
		for _, d := range in.Deductions {
			lost = append(lost, loss{d.Item, d.Reason})
		}
		byItem := func(a, b loss) int { return strings.Compare(a.item, b.item) }
		slices.SortFunc(lost, byItem)
		slices.SortFunc(got[at].lost, byItem)
		if !slices.Equal(lost, got[at].lost) {
			t.Errorf("%s: %q by hand, %q by rules", in.ID, got[at].lost, lost)
		}
	}
}

func BenchmarkHandwritten(b *testing.B) {
	data := source(b)
	b.ReportAllocs()
	for b.Loop() {
		byHand(b, data)
	}
}
