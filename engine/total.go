package engine

import (
	"rubric/engine/framework"
	"rubric/engine/number"
)

// The steps of the total's ledger, in the order in which they can stand.
const (
	stepSum            = "sum"            // of the rule scores, or their mean
	stepRedistribution = "redistribution" // what the weight of what does not apply brings
	stepBonus          = "bonus"
	stepBonusCap       = "bonus_cap"
	stepPenalty        = "penalty"
	stepTotalCap       = "total_cap"
	stepVeto           = "veto" // its item is the indicator

	stepPolicy = "policy" // what the framework's own policy gives
	stepCap    = "cap"    // a bound that the policy puts on it; its item is the cap's name
)

// veto is an indicator that can hold the total down.
type veto struct {
	leaf          *leaf
	byRules       bool // it has lost points
	final         bool // it has, in the end
	least, mostly bool // it may; it does whatever is missing
}

func newVeto(res *result) veto {
	lost := len(res.finding.Deductions) > 0 || res.finding.Cutoff != nil
	v := veto{leaf: res.leaf, byRules: res.outcome == Deducted, final: res.outcome == Deducted}
	v.least, v.mostly = v.final, v.final
	if res.outcome == Undetermined || res.outcome == Failed {
		v.least, v.mostly = true, lost && !res.leaf.policy.Exempts
	}
	if res.mark != nil { // experts who leave the weight lift the veto
		v.final = res.mark.Score.Cmp(res.leaf.Weight) < 0
		v.least, v.mostly = v.final, v.final
	}
	return v
}

func (v veto) holds(in view) bool { return [viewCount]bool{v.byRules, v.final, v.least, v.mostly}[in] }

// amount is the total in one view.
type amount struct {
	lines  []step        // up to the exact total
	silent bool          // nobody asks for the lines
	exact  number.Number // before rounding: grades are by this
	of     number.Number // the points there are to be had
	open   bool          // a score is not known
	none   bool          // nothing applies
	grade  string        // "" for none
	graded number.Number // what grades are given for, out of 100
}

// total adds up the first level of the tree.
func (a *aggregation) total(top []views) Total {
	var all [viewCount]amount
	worth := a.worth(top, percent)
	for v := range viewCount {
		all[v] = a.amount(v, worth.in[v])
	}
	out := Total{
		Weight: all[final].of.String(), RuleScore: a.rounded(all[byRules]), Score: a.rounded(all[final]),
		Range: a.interval(a.round(all[least]), a.round(all[most])), Ledger: []Step{}, Vetoes: []string{}, Caps: []Decision{},
	}
	if out.RuleScore != nil {
		out.Ledger = a.closed(all[byRules])
	}
	if g := all[least].grade; g != "" && g == all[most].grade {
		out.Grade = &g
	}
	for _, v := range a.vetoes {
		if v.final {
			out.Vetoes = append(out.Vetoes, v.leaf.ID)
		}
	}
	return out
}

// amount is the total in one view, line by line.
func (a *aggregation) amount(v view, top quantity) amount {
	t := &amount{of: top.weight, open: top.open || a.extra[v].open, silent: v != byRules}
	a.base(v, top, t)
	a.outside(v, t)
	if a.Framework.Extra.TotalCap != nil && t.exact.Cmp(*a.Framework.Extra.TotalCap) > 0 {
		t.add(stepTotalCap, "", a.Framework.Extra.TotalCap.Sub(t.exact))
	}
	if t.exact.Sign() < 0 {
		t.add(stepFloor, "", t.exact.Neg())
	}
	if !t.none {
		a.veto(v, t)
	}
	return *t
}

// base is what the ordinary indicators bring.
func (a *aggregation) base(v view, top quantity, t *amount) {
	t.add(stepSum, "", top.score)
	switch {
	case a.Framework.Aggregation == framework.WeightedMean:
		t.of, t.none = percent, top.gone || top.optional
	case a.Framework.NotApplicable != framework.Keep:
		mean := v.mean(a.ordinary[v])
		t.none = mean.gone || mean.optional
		t.graded = mean.score.Mul(percent)
		if a.Framework.NotApplicable == framework.Redistribute {
			t.of = percent
			if more := t.graded.Sub(top.score); more.Sign() != 0 {
				t.add(stepRedistribution, "", more)
			}
		}
	}
}

// outside is what bonus and penalty indicators bring.
func (a *aggregation) outside(v view, t *amount) {
	extra, limit := a.extra[v], a.Framework.Extra.Cap
	if extra.bonus.Sign() != 0 {
		t.add(stepBonus, "", extra.bonus)
	}
	if limit != nil && extra.bonus.Cmp(*limit) > 0 {
		t.add(stepBonusCap, "", limit.Sub(extra.bonus))
	}
	if extra.penalty.Sign() != 0 {
		t.add(stepPenalty, "", extra.penalty.Neg())
	}
}

func (t *amount) add(name, item string, points number.Number) {
	if !t.silent {
		t.lines = append(t.lines, step{name, item, points})
	}
	t.exact = t.exact.Add(points)
}

// veto holds the total and its grade down.
func (a *aggregation) veto(v view, t *amount) {
	t.grade = a.grade(t)
	for _, veto := range a.vetoes {
		if !veto.holds(v) {
			continue
		}
		if c := veto.leaf.Veto.Total; c != nil && t.exact.Cmp(*c) > 0 {
			t.add(stepVeto, veto.leaf.ID, c.Sub(t.exact))
			t.grade = a.grade(t)
		}
	}
	for _, veto := range a.vetoes {
		if g := veto.leaf.Veto.Grade; g != "" && t.grade != "" && veto.holds(v) {
			t.grade = a.Framework.WorseGrade(t.grade, g)
		}
	}
}

// grade is the band of a total. Where weights are dropped, the total is not out
// of 100, and the grade is by the rate; nothing else touches the total there.
func (a *aggregation) grade(t *amount) string {
	if a.Framework.NotApplicable == framework.Drop && a.Framework.Aggregation == framework.Sum {
		return a.Framework.GradeOf(t.graded)
	}
	return a.Framework.GradeOf(t.exact)
}

func (a *aggregation) round(t amount) number.Number {
	return t.exact.Round(a.Framework.Digits, a.Framework.Mode)
}

func (a *aggregation) rounded(t amount) *string {
	if t.open || t.none {
		return nil
	}
	score := a.round(t)
	return a.points(&score)
}

// closed are the lines of a ledger with the rounding that makes them add up to
// the rule score.
func (a *aggregation) closed(t amount) []Step {
	lines := t.lines
	if d := a.round(t).Sub(t.exact); d.Sign() != 0 {
		lines = append(lines, step{stepRounding, "", d})
	}
	out := make([]Step, len(lines))
	for i, l := range lines {
		out[i] = l.published()
	}
	return out
}
