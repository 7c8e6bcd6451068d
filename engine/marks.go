package engine

import (
	"slices"
)

// marks are the places of an indicator's mark on the framework's scale, 0 for
// the best; -1 where there is none, because the indicator is open or does not
// apply.
type marks struct {
	rule, final int // final is the review's where there is one
	best, worst int // what the final mark can still become
}

// mark works out an indicator's mark: the worst that a deduction holds it to, and
// the best where there is none. There are no points then.
func (r *Rules) mark(res *result) {
	last := len(r.Framework.Scale) - 1
	m := &marks{rule: -1, best: 0, worst: last}
	for _, d := range res.finding.Deductions {
		m.best = max(m.best, slices.Index(r.Framework.Scale, d.Mark))
	}
	switch res.outcome {
	case Full, Deducted:
		m.rule, m.worst = m.best, m.best
	case NotApplicable:
		m.best, m.worst = -1, -1
	case Undetermined:
		if res.leaf.policy.Exempts { // it may yet not apply, whatever is established
			m.best = 0
		}
	}
	m.final, res.marks = m.rule, m
	res.ledger, res.ruleScore, res.score = nil, nil, nil
}

// scaleMark is the mark at a place of the scale, nil for none.
func (r *Rules) scaleMark(at int) *string {
	if at < 0 {
		return nil
	}
	return &r.Framework.Scale[at]
}

// markRange are the marks between two places of the scale, nil for none.
func (r *Rules) markRange(best, worst int) *MarkRange {
	if best < 0 {
		return nil
	}
	return &MarkRange{Min: r.Framework.Scale[worst], Max: r.Framework.Scale[best]}
}
