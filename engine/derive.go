package engine

import (
	"context"
	"slices"

	"rubric/engine/facts"
	"rubric/engine/formula"
	"rubric/engine/framework"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// Derive gives an indicator's decision as formulas over the facts: nil for one
// that is open, or whose policy has none. The formulas are held against what the
// policy says of the facts as they stand; where they say anything else they are
// not given. The error is ctx's, a *policy.Failure that says what has no formula,
// or formula.ErrTooLarge.
func (r *Rules) Derive(ctx context.Context, doc *facts.Document, indicator string) (*policy.Derivation, error) {
	leaves, _ := r.expand(doc)
	at := slices.IndexFunc(leaves, func(l leaf) bool { return l.ID == indicator })
	if at < 0 {
		return nil, nil
	}
	l := leaves[at]
	said, err := l.policy.Decide(ctx, doc, l.element)
	if err != nil {
		return nil, err
	}
	deriver, ok := l.policy.Program.(policy.Deriver)
	if !ok || said.Failure != nil || len(missing(&l, doc, said)) > 0 {
		return nil, nil
	}
	d, err := deriver.Derive(ctx, doc, l.element)
	if err != nil {
		return nil, err
	}
	if !Agrees(d, said, r.Framework.Scale, nil) {
		return nil, &policy.Failure{File: l.file, Line: 1, Message: message.New("engine.formula_differs")}
	}
	return d, nil
}

// Agrees tells whether formulas give what a policy found, on facts at the same
// places as those from which they were made.
func Agrees(d *policy.Derivation, said *policy.Finding, scale []string, at formula.Facts) bool {
	cut, ok := holds(d.Cutoff, at)
	exempt, sure := holds(d.NotApplicable, at)
	if !ok || !sure || cut != (said.Cutoff != nil) || exempt != (said.NotApplicable != nil) {
		return false
	}
	var found []policy.Amount
	for _, one := range d.Deductions {
		a, takes, ok := amountOf(one, scale, at)
		if !ok {
			return false
		}
		if takes {
			found = append(found, a)
		}
	}
	if len(found) != len(said.Deductions) {
		return false
	}
	for _, d := range said.Deductions {
		i := slices.IndexFunc(found, func(a policy.Amount) bool { return sameAmount(a, d.Amount) })
		if i < 0 {
			return false
		}
		found = slices.Delete(found, i, i+1)
	}
	return true
}

func holds(g *policy.Gate, at formula.Facts) (holds, ok bool) {
	if g == nil {
		return false, true
	}
	v, err := g.When.Eval(at)
	return v.Flag, err == nil
}

// amountOf is what a deduction takes, and whether it takes anything.
func amountOf(d policy.Derived, scale []string, at formula.Facts) (a policy.Amount, takes, ok bool) {
	when, err := d.When.Eval(at)
	if err != nil || !when.Flag {
		return a, false, err == nil
	}
	var v formula.Value
	switch {
	case d.Share != nil:
		v, err = d.Share.Eval(at)
		a.Share = v.Number
	case d.Points != nil:
		v, err = d.Points.Eval(at)
		a.Points = &v.Number
	case d.Mark != nil:
		v, err = d.Mark.Eval(at)
		a.Mark = v.Text
	}
	takes = d.Earned || !a.Zero() && (len(scale) == 0 || a.Mark != scale[0])
	return a, takes, err == nil
}

func sameAmount(a, b policy.Amount) bool {
	points := func(a policy.Amount) number.Number {
		if a.Points == nil {
			return number.Int(-1)
		}
		return *a.Points
	}
	return a.Share.Equal(b.Share) && a.Mark == b.Mark && points(a).Equal(points(b))
}

// LosesWeight tells whether an indicator has nothing where it does not apply: a
// bonus, or one whose weight goes then.
func (r *Rules) LosesWeight(indicator string) bool {
	for i := range r.leaves {
		if l := &r.leaves[i]; l.leaf == leafOf(indicator) {
			return l.Kind == framework.Bonus || r.leavesOut(l)
		}
	}
	return false
}
