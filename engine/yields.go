package engine

import (
	"slices"

	"rubric/engine/number"
)

// Interval is the scores from Min to Max, both of them included.
type Interval struct{ Min, Max number.Number }

// Yields are the scores that a rule can give, whatever the facts: in order, and
// apart from one another. There may be too many of them, never too few; nil
// where they are not known.
type Yields []Interval

// Has tells whether the rule may give a score. Where nothing is known, it may.
func (y Yields) Has(score number.Number) bool {
	return y == nil || slices.ContainsFunc(y, func(i Interval) bool {
		return score.Cmp(i.Min) >= 0 && score.Cmp(i.Max) <= 0
	})
}

// Published is the yields in the form of the assessment, with that many
// decimals.
func (y Yields) Published(digits int) []Range {
	var all []Range
	for _, i := range y {
		all = append(all, Range{Min: i.Min.Fixed(digits), Max: i.Max.Fixed(digits)})
	}
	return all
}

// Listed are the scores that a rule can give as texts: 0.00 and 1.80–2.00. Of many
// only the least and the greatest are told.
func Listed(yields []Range) []string {
	const most = 12
	var all []string
	for _, r := range yields {
		if r.Min != r.Max {
			r.Min += "–" + r.Max
		}
		all = append(all, r.Min)
	}
	if len(all) > most {
		return []string{all[0], "…", all[len(all)-1]}
	}
	return all
}

// Unyielding are the indicators that have a review with another score than the
// rule's.
func (a *Assessment) Unyielding() []Indicator {
	var all []Indicator
	for _, in := range a.Indicators {
		if r := in.Review; r != nil && r.Score != nil && (in.RuleScore == nil || *in.RuleScore != *r.Score) {
			all = append(all, in)
		}
	}
	return all
}

// Hold marks the reviews whose score is none that the rule can give.
func (a *Assessment) Hold(yields map[string]Yields, digits int) {
	for i := range a.Indicators {
		r := a.Indicators[i].Review
		if r == nil || r.Score == nil {
			continue
		}
		score, err := number.Parse(*r.Score)
		if y := yields[a.Indicators[i].ID]; err == nil && !y.Has(score) {
			r.Outside = y.Published(digits)
		}
	}
}
