package engine

import (
	"rubric/engine/framework"
	"rubric/engine/number"
)

// rateDigits is how many decimals a group's rate (percent of its weight) has.
const rateDigits = 2

// percent is what a whole is worth.
var percent = number.Int(100)

// aggregation is the tree being added up, from the leaves to the total.
type aggregation struct {
	*Rules
	results  results
	ordinary [viewCount][]quantity // of all indicators within the 100
	extra    [viewCount]extra
	vetoes   []veto
	parts    []views    // of the groups being added up
	column   []quantity // see in
}

// extra is what stands outside the 100.
type extra struct {
	bonus, penalty number.Number
	open           bool
}

// aggregate works out the groups and the total, as the framework says.
func (r *Rules) aggregate(results results) ([]Group, Total) {
	a := &aggregation{Rules: r, results: results}
	groups := make([]Group, 0, len(r.Framework.Groups))
	for _, g := range r.Framework.Groups {
		group, worth := a.group(g)
		groups, a.parts = append(groups, group), append(a.parts, worth)
	}
	return groups, a.total(a.parts)
}

// group adds up a group; what it is worth is in points of the weight it has in
// the group above.
func (a *aggregation) group(g framework.Group) (Group, views) {
	out := Group{ID: g.ID, Title: g.Title, Groups: make([]Group, 0, len(g.Groups)), Indicators: make([]string, 0, len(g.Indicators))}
	before := len(a.parts)
	var outside []views
	for _, inner := range g.Groups {
		group, worth := a.group(inner)
		out.Groups, a.parts = append(out.Groups, group), append(a.parts, worth)
	}
	for _, in := range g.Indicators {
		for _, res := range a.results[in.ID] {
			out.Indicators = append(out.Indicators, res.leaf.ID)
			worth := a.leaf(res)
			if in.Kind == framework.Ordinary {
				a.parts = append(a.parts, worth)
			} else {
				outside = append(outside, worth)
			}
		}
	}
	parts := a.parts[before:]
	worth := a.worth(parts, g.Weight)
	a.show(&out, parts, outside, worth)
	a.parts = a.parts[:before]
	return out, worth
}

// leaf is an indicator in all views. What stands outside the 100, and what it
// may do to the total, is set aside.
func (a *aggregation) leaf(res *result) views {
	worth := res.views(a.leavesOut(res.leaf))
	if res.leaf.Veto != nil {
		a.vetoes = append(a.vetoes, newVeto(res))
	}
	for v, q := range worth {
		switch res.leaf.Kind {
		case framework.Bonus:
			a.extra[v].bonus = a.extra[v].bonus.Add(q.score)
			a.extra[v].open = a.extra[v].open || q.open
		case framework.Penalty:
			a.extra[v].penalty = a.extra[v].penalty.Add(q.weight.Sub(q.score))
			a.extra[v].open = a.extra[v].open || q.open
		case framework.Ordinary:
			if a.Framework.NotApplicable != framework.Keep {
				a.ordinary[v] = append(a.ordinary[v], q)
			}
		}
	}
	return worth
}

// views are an indicator's score in all views; leavesOut tells whether its weight
// goes when it does not apply. A review says that it applies.
func (res *result) views(leavesOut bool) views {
	gone := leavesOut && res.outcome == NotApplicable
	optional := leavesOut && res.mark == nil && res.leaf.policy.Exempts && (res.outcome == Undetermined || res.outcome == Failed)
	w := res.leaf.Weight
	out := views{
		byRules: {weight: w, open: res.ruleScore == nil, gone: gone},
		final:   {weight: w, open: res.score == nil, gone: gone && res.mark == nil},
		least:   {weight: w, score: res.least, gone: gone && res.mark == nil, optional: optional},
		most:    {weight: w, score: res.most, gone: gone && res.mark == nil, optional: optional},
	}
	if res.ruleScore != nil {
		out[byRules].score = *res.ruleScore
	}
	if res.score != nil {
		out[final].score = *res.score
	}
	return out
}

// worth is what parts amount to in the group above, in which they together have
// the given weight.
func (a *aggregation) worth(parts []views, weight number.Number) (out views) {
	for v := range viewCount {
		all := a.in(parts, v)
		if a.Framework.Aggregation == framework.WeightedMean {
			out[v] = v.mean(all).of(weight)
		} else {
			out[v] = v.sum(all)
		}
	}
	return out
}

// in is how parts look in one view, until the next one is asked for.
func (a *aggregation) in(parts []views, v view) []quantity {
	a.column = a.column[:0]
	for i := range parts {
		a.column = append(a.column, parts[i][v])
	}
	return a.column
}

// show fills in a group's own figures: the points of its parts, or a mean out of
// 100. A group of nothing but what stands outside the 100 shows that.
func (a *aggregation) show(g *Group, parts, outside []views, worth views) {
	mean := a.Framework.Aggregation == framework.WeightedMean
	shown := worth
	switch {
	case len(parts) == 0:
		for v := range viewCount {
			shown[v] = v.sum(a.in(outside, v))
			shown[v].weight, shown[v].gone = number.Number{}, false
		}
	case mean:
		for v := range viewCount {
			shown[v] = v.mean(a.in(parts, v)).of(percent)
		}
	}
	g.Weight = shown[final].weight.String()
	if mean {
		g.Weight = worth[final].weight.String()
	}
	g.RuleScore, g.Score = a.points(shown[byRules].known(mean)), a.points(shown[final].known(mean))
	g.Rate = rate(shown[final])
}

// known is the score, nil where it is not known; of a mean also where there is
// nothing to take it of.
func (q quantity) known(mean bool) *number.Number {
	if q.open || mean && q.gone {
		return nil
	}
	return &q.score
}

// rate is the score in percent of the weight, null where either is not there.
func rate(q quantity) *string {
	share, err := q.score.Div(q.weight)
	if err != nil || q.open || q.gone {
		return nil
	}
	text := share.Mul(percent).Fixed(rateDigits)
	return &text
}

// points prints a score at the framework's rounding.
func (r *Rules) points(n *number.Number) *string {
	if n == nil {
		return nil
	}
	text := n.Fixed(r.Framework.Digits)
	return &text
}

func (r *Rules) interval(least, most number.Number) Range {
	return Range{Min: least.Fixed(r.Framework.Digits), Max: most.Fixed(r.Framework.Digits)}
}
