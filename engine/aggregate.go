package engine

import (
	"rubric/engine/framework"
	"rubric/engine/number"
)

// rateDigits is how many decimals a group's rate (percent of its weight) has.
const rateDigits = 2

// tally is the sum over a part of the tree. A score is nil where an indicator's
// is.
type tally struct {
	weight      number.Number
	ruleScore   *number.Number
	score       *number.Number
	least, most number.Number
}

func newTally() tally {
	return tally{ruleScore: new(number.Number), score: new(number.Number)}
}

func (t *tally) add(o tally) {
	t.weight = t.weight.Add(o.weight)
	t.ruleScore = addScore(t.ruleScore, o.ruleScore)
	t.score = addScore(t.score, o.score)
	t.least, t.most = t.least.Add(o.least), t.most.Add(o.most)
}

func addScore(a, b *number.Number) *number.Number {
	if a == nil || b == nil {
		return nil
	}
	s := a.Add(*b)
	return &s
}

// aggregate adds up the rounded scores, from the leaves to the total.
func (r *Rules) aggregate(results results) ([]Group, Total) {
	total := newTally()
	groups := r.groups(r.Framework.Groups, results, &total)
	out := Total{
		Weight:    total.weight.String(),
		RuleScore: r.points(total.ruleScore),
		Score:     r.points(total.score),
		Range:     r.interval(total.least, total.most),
	}
	if grade := r.Framework.GradeOf(total.least); grade != "" && grade == r.Framework.GradeOf(total.most) {
		out.Grade = &grade
	}
	return groups, out
}

func (r *Rules) groups(level []framework.Group, results results, above *tally) []Group {
	out := []Group{}
	for _, g := range level {
		t := newTally()
		inner := Group{ID: g.ID, Title: g.Title, Indicators: []string{}}
		inner.Groups = r.groups(g.Groups, results, &t)
		for _, in := range g.Indicators {
			for _, res := range results[in.ID] {
				t.add(tally{res.leaf.Weight, res.ruleScore, res.score, res.least, res.most})
				inner.Indicators = append(inner.Indicators, res.leaf.ID)
			}
		}
		inner.Weight, inner.RuleScore, inner.Score = t.weight.String(), r.points(t.ruleScore), r.points(t.score)
		inner.Rate = rate(t)
		out = append(out, inner)
		above.add(t)
	}
	return out
}

// rate is the score in percent of the weight, null where either is not there.
func rate(t tally) *string {
	if t.score == nil {
		return nil
	}
	share, err := t.score.Div(t.weight)
	if err != nil {
		return nil
	}
	text := share.Mul(number.Int(100)).Fixed(rateDigits)
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
