package engine

import (
	"rubric/engine/framework"
	"rubric/engine/number"
)

// rateDigits is how many decimals a group's rate (percent of its weight) has.
const rateDigits = 2

// percent is what a whole is worth.
var percent = number.Int(100)

// aggregation is the tree being added up, from the leaves to the total. Its
// memory is used again for the next case.
type aggregation struct {
	*Rules
	left     results               // of the leaves that are not reached yet
	ids      []string              // of the indicators, for the groups to share
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
	a, ok := r.idle.Get().(*aggregation)
	if !ok {
		a = &aggregation{}
	}
	a.Rules, a.left, a.ids = r, results, make([]string, 0, len(results))
	defer a.rest()
	groups := make([]Group, 0, len(r.Framework.Groups))
	for i := range r.Framework.Groups {
		group, worth := a.group(&r.Framework.Groups[i])
		groups, a.parts = append(groups, group), append(a.parts, worth)
	}
	return groups, a.total(a.parts)
}

// rest keeps the memory, and nothing of the case.
func (a *aggregation) rest() {
	kept := aggregation{parts: a.parts[:0], column: a.column[:0]}
	clear(a.parts[:cap(a.parts)])
	clear(a.column[:cap(a.column)])
	for v := range viewCount {
		clear(a.ordinary[v])
		kept.ordinary[v] = a.ordinary[v][:0]
	}
	r := a.Rules
	*a = kept
	r.idle.Put(a)
}

// group adds up a group; what it is worth is in points of the weight it has in
// the group above.
func (a *aggregation) group(g *framework.Group) (Group, views) {
	out := Group{ID: g.ID, Title: g.Title, Groups: make([]Group, 0, len(g.Groups))}
	before := len(a.parts)
	for i := range g.Groups {
		group, worth := a.group(&g.Groups[i])
		out.Groups, a.parts = append(out.Groups, group), append(a.parts, worth)
	}
	first := len(a.ids)
	var outside []views
	for i := range g.Indicators {
		outside = append(outside, a.indicator(&g.Indicators[i])...)
	}
	out.Indicators = a.ids[first:len(a.ids):len(a.ids)]
	parts := a.parts[before:]
	worth := a.worth(parts, g.Weight)
	a.show(&out, parts, outside, worth)
	a.parts = a.parts[:before]
	return out, worth
}

// indicator adds a leaf of the tree to the parts, as one or as one for each
// element of its list; outside is what stands outside the 100.
func (a *aggregation) indicator(in *framework.Indicator) (outside []views) {
	mine := a.left.first(in.ID)
	a.left = a.left[len(mine):]
	for i := range mine {
		a.ids = append(a.ids, mine[i].leaf.ID)
		worth := a.leaf(&mine[i])
		if in.Kind == framework.Ordinary {
			a.parts = append(a.parts, worth)
		} else {
			outside = append(outside, worth)
		}
	}
	return outside
}

// leaf is an indicator in all views. What stands outside the 100, and what it
// may do to the total, is set aside.
func (a *aggregation) leaf(res *result) views {
	worth := res.views(a.leavesOut(res.leaf))
	if res.leaf.Veto != nil {
		a.vetoes = append(a.vetoes, newVeto(res))
	}
	for v, q := range worth.in {
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
	if res.ruleScore != nil && res.ruleScore == res.score {
		return alike(quantity{weight: w, score: *res.score, gone: gone})
	}
	out := [viewCount]quantity{
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
	return views{in: out}
}

// worth is what parts amount to in the group above, in which they together have
// the given weight.
func (a *aggregation) worth(parts []views, weight number.Number) views {
	return each(parts, func(v view) quantity {
		all := a.in(parts, v)
		if a.Framework.Aggregation == framework.WeightedMean {
			return v.mean(all).of(weight)
		}
		return v.sum(all)
	})
}

// in is how parts look in one view, until the next one is asked for.
func (a *aggregation) in(parts []views, v view) []quantity {
	a.column = a.column[:0]
	for i := range parts {
		a.column = append(a.column, parts[i].in[v])
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
		shown = each(outside, func(v view) quantity {
			q := v.sum(a.in(outside, v))
			q.weight, q.gone = number.Number{}, false
			return q
		})
	case mean:
		shown = each(parts, func(v view) quantity { return v.mean(a.in(parts, v)).of(percent) })
	}
	g.Weight = shown.in[final].weight.String()
	if mean {
		g.Weight = worth.in[final].weight.String()
	}
	g.RuleScore = a.points(shown.in[byRules].known(mean))
	if g.Score = g.RuleScore; !shown.alike {
		g.Score = a.points(shown.in[final].known(mean))
	}
	g.Rate = rate(shown.in[final])
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
