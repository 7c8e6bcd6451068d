package engine

import (
	"rubric/engine/facts"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// result is what became of one indicator, in exact numbers.
type result struct {
	outcome   Outcome
	finding   *policy.Finding // only what is established
	missing   []facts.Missing
	ledger    []step
	ruleScore *number.Number // rounded; nil when undetermined or failed
	score     *number.Number // the review's where there is one
	least     number.Number  // what the final score can still become
	most      number.Number
	mark      *Mark
}

// step is one line of the ledger.
type step struct {
	name   string
	item   string
	points number.Number
}

func (s step) published() Step {
	out := Step{Step: s.name, Points: s.points.String()}
	if s.name == stepDeduction {
		out.Item = &s.item
	}
	return out
}

// The steps of the ledger, in the order in which they can stand.
const (
	stepWeight    = "weight"
	stepDeduction = "deduction"
	stepFloor     = "floor"
	stepCutoff    = "cutoff"
	stepRounding  = "rounding"
)

// decide turns a finding into points.
func (r *Rules) decide(l leaf, f *policy.Finding, missing []facts.Missing) *result {
	switch {
	case len(missing) > 0:
		return r.undetermined(l, f, missing)
	case f.Failure != nil:
		return &result{outcome: Failed, finding: f, most: l.Weight}
	case f.NotApplicable != nil:
		return r.settled(NotApplicable, f, []step{{stepWeight, "", l.Weight}})
	case len(f.Deductions) == 0 && f.Cutoff == nil:
		return r.settled(Full, f, []step{{stepWeight, "", l.Weight}})
	default:
		return r.settled(Deducted, f, entries(l.Weight, f))
	}
}

// entries are the ledger's lines before rounding.
func entries(weight number.Number, f *policy.Finding) []step {
	lines := []step{{stepWeight, "", weight}}
	left := weight
	for _, d := range f.Deductions {
		points := weight.Mul(d.Share).Neg()
		lines = append(lines, step{stepDeduction, d.Item, points})
		left = left.Add(points)
	}
	if left.Sign() < 0 {
		lines = append(lines, step{stepFloor, "", left.Neg()})
		left = number.Number{}
	}
	if f.Cutoff != nil {
		lines = append(lines, step{stepCutoff, "", left.Neg()})
	}
	return lines
}

// settled closes a ledger: the rounding line makes it sum exactly to the rule
// score.
func (r *Rules) settled(outcome Outcome, f *policy.Finding, lines []step) *result {
	exact := sum(lines)
	score := exact.Round(r.Framework.Digits, r.Framework.Mode)
	if d := score.Sub(exact); d.Sign() != 0 {
		lines = append(lines, step{stepRounding, "", d})
	}
	return &result{outcome: outcome, finding: f, ledger: lines, ruleScore: &score, score: &score, least: score, most: score}
}

func sum(lines []step) number.Number {
	var total number.Number
	for _, s := range lines {
		total = total.Add(s.points)
	}
	return total
}

// undetermined keeps the deductions that do not depend on what is missing: they
// stand whatever it turns out to be, so that they lower the most that can still
// be reached.
func (r *Rules) undetermined(l leaf, f *policy.Finding, missing []facts.Missing) *result {
	proven := &policy.Finding{}
	for _, d := range f.Deductions {
		if !d.Unproven {
			proven.Deductions = append(proven.Deductions, d)
		}
	}
	if f.Cutoff != nil && !f.Cutoff.Unproven {
		proven.Cutoff = f.Cutoff
	}
	most := l.Weight
	if !l.policy.Exempts {
		most = sum(entries(l.Weight, proven)).Round(r.Framework.Digits, r.Framework.Mode)
	}
	return &result{outcome: Undetermined, finding: proven, missing: missing, most: most}
}

// review puts an expert's mark in the place of the score; the rule score stays.
func (res *result) review(m Mark) {
	score := m.Score
	res.mark, res.score, res.least, res.most = &m, &score, score, score
}
