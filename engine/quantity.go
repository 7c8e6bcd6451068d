package engine

import (
	"slices"

	"rubric/engine/number"
)

// quantity is so many points of so much weight, of an indicator or a part of the
// tree.
type quantity struct {
	weight, score number.Number
	open          bool // the score is not known
	gone          bool // does not apply: neither weight nor score count
	optional      bool // may yet turn out not to apply; in the views least and most only
}

// view is from where quantities are looked at.
type view int

const (
	byRules view = iota
	final        // with the reviews
	least        // what the final score can still become
	most
	viewCount
)

// views are the quantities of one place in all views.
type views struct {
	in    [viewCount]quantity
	alike bool // they are all the same, as where nothing is open or reviewed
}

// alike is q in all views.
func alike(q quantity) views { return views{[viewCount]quantity{q, q, q, q}, true} }

// each works out something of parts in all views, once where they are alike.
func each(parts []views, what func(view) quantity) views {
	if !slices.ContainsFunc(parts, func(p views) bool { return !p.alike }) {
		return alike(what(final))
	}
	var out views
	for v := range viewCount {
		out.in[v] = what(v)
	}
	return out
}

// sum adds up points and weights.
func (v view) sum(all []quantity) quantity {
	total := quantity{gone: len(all) > 0}
	for i := range all {
		q := &all[i]
		if q.gone {
			continue
		}
		total.gone = false
		total.weight = total.weight.Add(q.weight)
		total.open = total.open || q.open
		if !q.optional || v != least {
			total.score = total.score.Add(q.score)
		}
	}
	return total
}

// mean is how much of its weight everything together reaches, as a quantity of
// the weight 1. In the views least and most, what may not apply is counted in
// where that makes the mean less, or more.
func (v view) mean(all []quantity) quantity {
	sure, maybe := v.split(all)
	if sure.weight.Sign() == 0 && len(maybe) == 0 {
		return quantity{gone: true}
	}
	optional := sure.weight.Sign() == 0
	for _, q := range maybe {
		if sure.weight.Sign() == 0 || v.improves(q, sure) {
			sure.weight, sure.score = sure.weight.Add(q.weight), sure.score.Add(q.score)
		}
	}
	share, _ := sure.score.Div(sure.weight) // which is above 0
	return quantity{weight: number.Int(1), score: share, open: sure.open, optional: optional}
}

// split adds up what applies for certain, and lists what may not, best first for
// the view. What has no weight does not matter.
func (v view) split(all []quantity) (sure quantity, maybe []quantity) {
	for _, q := range all {
		switch {
		case q.gone || q.weight.Sign() == 0:
		case q.optional:
			maybe = append(maybe, q)
		default:
			sure.weight, sure.score, sure.open = sure.weight.Add(q.weight), sure.score.Add(q.score), sure.open || q.open
		}
	}
	slices.SortStableFunc(maybe, func(a, b quantity) int {
		c := compareRates(b, a)
		if v == least {
			return -c
		}
		return c
	})
	return sure, maybe
}

// improves tells whether counting q in makes the mean better for the view.
func (v view) improves(q, sure quantity) bool {
	c := compareRates(q, sure)
	return v == least && c < 0 || v != least && c > 0
}

// compareRates compares score by weight, which are above 0.
func compareRates(a, b quantity) int {
	return a.score.Mul(b.weight).Cmp(b.score.Mul(a.weight))
}

// of is a share of a weight.
func (q quantity) of(weight number.Number) quantity {
	q.weight, q.score = weight, q.score.Mul(weight)
	return q
}
