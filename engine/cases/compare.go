package cases

import (
	"slices"

	"rubric/engine"
	"rubric/engine/number"
)

// Difference is a field of Expect that the policy did not meet.
type Difference struct {
	Field      string // outcome, share, points, mark, items or reason; of aggregation also score, total, grade
	Group      string // of aggregation: the group that it is of, else ""
	Want, Have []string
}

// compare lists where got is not what was expected.
func (e Expect) compare(got engine.Indicator) (differs []Difference) {
	expect := func(field string, want, have []string) {
		if !slices.Equal(want, have) {
			differs = append(differs, Difference{Field: field, Want: want, Have: have})
		}
	}
	expect("outcome", []string{e.Outcome}, []string{string(got.Outcome)})
	if e.Share != nil {
		expect("share", []string{e.Share.String()}, []string{Lost(got).String()})
	}
	if e.Points != nil {
		_, lost := taken(got)
		expect("points", []string{e.Points.String()}, []string{lost.String()})
	}
	if e.Mark != "" {
		expect("mark", []string{e.Mark}, marksOf(got))
	}
	if e.Together != nil {
		if got.Together != nil {
			differs = append(differs, e.Together.compare(got.Together)...)
		}
	} else {
		expect("items", e.Items, itemsOf(got))
	}
	if have := reasonsOf(got); e.Reason != "" && !slices.Contains(have, e.Reason) {
		expect("reason", []string{e.Reason}, have)
	}
	return differs
}

func itemsOf(in engine.Indicator) []string {
	items := []string{}
	for _, d := range in.Deductions {
		items = append(items, d.Item)
	}
	return items
}

func reasonsOf(in engine.Indicator) []string {
	var reasons []string
	for _, d := range in.Deductions {
		reasons = append(reasons, d.Reason)
	}
	for _, c := range []*engine.Clause{in.Cutoff, in.NotApplicable} {
		if c != nil {
			reasons = append(reasons, c.Reason)
		}
	}
	return reasons
}

func marksOf(in engine.Indicator) []string {
	if in.RuleMark == nil {
		return nil
	}
	return []string{*in.RuleMark}
}

// Lost is the exact fraction of the weight that an indicator lost, after floor
// and cut-off and before rounding, read from its ledger.
func Lost(in engine.Indicator) number.Number {
	weight, lost := taken(in)
	share, err := lost.Div(weight)
	if err != nil {
		return number.Number{}
	}
	return share
}

// taken are the weight of an indicator and the points it lost.
func taken(in engine.Indicator) (weight, lost number.Number) {
	for _, s := range in.Ledger {
		points, _ := number.ParseFraction(s.Points) // the ledger's own numbers
		switch s.Step {
		case "weight":
			weight = points
		case "rounding":
		default:
			lost = lost.Sub(points)
		}
	}
	return weight, lost
}
