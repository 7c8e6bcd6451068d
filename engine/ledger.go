package engine

import (
	"slices"

	"rubric/engine/facts"
	"rubric/engine/framework"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// result is what became of one indicator, in exact numbers.
type result struct {
	leaf      *leaf
	outcome   Outcome
	said      *policy.Finding // what the policy said
	finding   *policy.Finding // of that, only what is established
	missing   []facts.Missing
	ledger    []step
	ruleScore *number.Number // rounded; nil when undetermined or failed
	score     *number.Number // the review's where there is one
	least     number.Number  // what the final score can still become
	most      number.Number
	rounded   number.Number // what ruleScore points at
	mark      *Mark
	marks     *marks // where the framework has a scale
}

// step is one line of the ledger.
type step struct {
	name   string
	item   string
	points number.Number
}

func (s step) published() Step {
	out := Step{Step: s.name, Points: s.points.String()}
	if s.name == stepDeduction || s.name == stepVeto || s.name == stepCap {
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

	stepNotApplicable = "not_applicable"
)

// decide turns what a policy said into points, or into a mark.
func (r *Rules) decide(res *result, l *leaf, said *policy.Finding, missing []facts.Missing) {
	f := l.accept(said)
	*res = result{leaf: l, said: said, finding: f}
	switch {
	case len(missing) > 0:
		r.undetermined(res, missing)
	case f.Failure != nil:
		res.outcome, res.most = Failed, l.Weight
	case f.NotApplicable != nil:
		r.settle(res, NotApplicable, r.exempt(l))
	case len(f.Deductions) == 0 && f.Cutoff == nil && l.untouched != nil:
		l.untouched.settle(res)
	case len(f.Deductions) == 0 && f.Cutoff == nil:
		r.settle(res, Full, []step{{stepWeight, "", l.Weight}})
	default:
		r.settle(res, Deducted, entries(l.Weight, f))
	}
	if len(r.Framework.Scale) > 0 {
		r.mark(res)
	}
}

// accept holds points that are earned against the weight, which the policy does
// not know: all of it is no deduction, more than it a failure.
func (l *leaf) accept(f *policy.Finding) *policy.Finding {
	over := func(d policy.Deduction) bool { return d.Earned && d.Points.Cmp(l.Weight) >= 0 }
	if !slices.ContainsFunc(f.Deductions, over) {
		return f
	}
	kept := *f
	kept.Deductions = nil
	for _, d := range f.Deductions {
		switch {
		case !over(d):
			kept.Deductions = append(kept.Deductions, d)
		case d.Points.Cmp(l.Weight) > 0:
			return &policy.Finding{Used: f.Used, Failure: &policy.Failure{File: l.file, Line: d.Line,
				Message: message.New("engine.points_above_weight", "points", d.Points.String(), "weight", l.Weight.String())}}
		}
	}
	return &kept
}

// exempt are the lines of an indicator that does not apply. What is a bonus, or
// loses its weight, has nothing.
func (r *Rules) exempt(l *leaf) []step {
	lines := []step{{stepWeight, "", l.Weight}}
	if l.Kind == framework.Bonus || r.leavesOut(l) {
		lines = append(lines, step{stepNotApplicable, "", l.Weight.Neg()})
	}
	return lines
}

// leavesOut tells whether the weight of an indicator goes when it does not apply.
func (r *Rules) leavesOut(l *leaf) bool {
	return l.Kind == framework.Ordinary && r.Framework.NotApplicable != framework.Keep
}

// fewSteps is how many lines a ledger can have beside the deductions.
const fewSteps = 4

// entries are the ledger's lines before rounding.
func entries(weight number.Number, f *policy.Finding) []step {
	lines := append(make([]step, 0, len(f.Deductions)+fewSteps), step{stepWeight, "", weight})
	left := weight
	for _, d := range f.Deductions {
		points := d.Lost(weight).Neg()
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

// settle closes a ledger: the rounding line makes it sum exactly to the rule
// score.
func (r *Rules) settle(res *result, outcome Outcome, lines []step) {
	exact := sum(lines)
	score := exact.Round(r.Framework.Digits, r.Framework.Mode)
	if d := score.Sub(exact); d.Sign() != 0 {
		lines = append(lines, step{stepRounding, "", d})
	}
	res.outcome, res.ledger, res.rounded, res.least, res.most = outcome, lines, score, score, score
	res.ruleScore, res.score = &res.rounded, &res.rounded
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
func (r *Rules) undetermined(res *result, missing []facts.Missing) {
	l, f, proven := res.leaf, res.finding, &policy.Finding{}
	for _, d := range f.Deductions {
		if !d.Unproven {
			proven.Deductions = append(proven.Deductions, d)
		}
	}
	if f.Cutoff != nil && !f.Cutoff.Unproven {
		proven.Cutoff = f.Cutoff
	}
	most := l.Weight
	if !l.policy.Exempts || r.leavesOut(l) {
		most = sum(entries(l.Weight, proven)).Round(r.Framework.Digits, r.Framework.Mode)
	}
	res.outcome, res.finding, res.missing, res.most = Undetermined, proven, missing, most
}

// review puts an expert's mark in the place of the score; the rule score stays.
// Where the framework has a scale, rank is that of the expert's mark.
func (res *result) review(m Mark, rank int) {
	if res.marks != nil {
		res.mark = &m
		res.marks.final, res.marks.best, res.marks.worst = rank, rank, rank
		return
	}
	score := m.Score
	res.mark, res.score, res.least, res.most = &m, &score, score, score
}
