package engine

import (
	"bytes"
	"context"
	"slices"

	"rubric/engine/facts"
	"rubric/engine/framework"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// Decided is a case that the rules have decided, of which nothing has been made
// text but its totals: for who compares many cases and explains few indicators.
type Decided struct {
	Groups []Group
	Total  Total

	rules   *Rules
	c       Case
	leaves  []leaf
	results []result
}

// Decide is Evaluate without the explanation.
func (r *Rules) Decide(ctx context.Context, c Case) (*Decided, error) {
	return r.decideAll(ctx, c, nil, nil)
}

// DecideAgain is Decide where the same facts were decided by other rules before:
// the policies in same, which SamePolicies told of the two, are not run again.
func (r *Rules) DecideAgain(ctx context.Context, c Case, before *Decided, same map[string]bool) (*Decided, error) {
	if before.c.Facts != c.Facts {
		same = nil
	}
	return r.decideAll(ctx, c, before, same)
}

// DecideChanged is Decide of facts that are others than before, but not where
// the policies of the leaves in same may look: those are not run again. Their
// indicators cannot be explained from the new facts, which may be an excerpt.
func (r *Rules) DecideChanged(ctx context.Context, c Case, before *Decided, same map[string]bool) (*Decided, error) {
	return r.decideAll(ctx, c, before, same)
}

// Kept tells whether what the i-th indicator's policy says was taken over from
// another decision.
func (d *Decided) Kept(i int, before *Decided) bool {
	return i < before.Len() && d.results[i].said == before.results[i].said
}

func (r *Rules) decideAll(ctx context.Context, c Case, before *Decided, same map[string]bool) (*Decided, error) {
	d := &Decided{rules: r, c: c}
	if err := d.enter(); err != nil {
		return nil, err
	}
	var marks map[string]*Mark
	if len(c.Marks) > 0 {
		marks = make(map[string]*Mark, len(c.Marks))
	}
	for i, m := range c.Marks {
		marks[m.Indicator] = &c.Marks[i]
	}
	d.results = make([]result, len(d.leaves))
	for i := range d.leaves {
		l := &d.leaves[i]
		var known *result
		if same[l.leaf] {
			known = before.result(l.ID, i)
		}
		res := &d.results[i]
		if err := r.resultOf(ctx, res, l, c.Facts, known); err != nil {
			return nil, err
		}
		if m := marks[l.ID]; m != nil {
			res.review(*m, slices.Index(r.Framework.Scale, m.Letter))
		}
	}
	var err error
	d.Groups, d.Total, err = r.together(ctx, d.results)
	return d, err
}

// enter finds out what there is to decide, and whether it and the review are in
// order.
func (d *Decided) enter() error {
	leaves, problems := d.rules.expand(d.c.Facts)
	if len(problems) > 0 {
		return problems
	}
	d.leaves = leaves
	if len(d.c.Marks) == 0 {
		return nil
	}
	if err := byTitle(leaves, d.c.Marks); err != nil {
		return err
	}
	return checkMarks(d.rules.Framework, instances(leaves), d.c.Marks)
}

// resultOf runs a policy, unless what it says of these facts is known.
func (r *Rules) resultOf(ctx context.Context, res *result, l *leaf, doc *facts.Document, known *result) error {
	if known == nil {
		return r.evaluate(ctx, res, l, doc)
	}
	r.decide(res, l, known.said, known.missing)
	return nil
}

// result is that of an indicator, nil for none; near is where it may stand.
func (d *Decided) result(id string, near int) *result {
	if at := d.Find(id, near); at >= 0 {
		return &d.results[at]
	}
	return nil
}

// Assessment is the whole of it, explained.
func (d *Decided) Assessment() *Assessment {
	a := d.rules.head(d.c)
	a.Indicators = make([]Indicator, 0, d.Len())
	for i := range d.Len() {
		a.Indicators = append(a.Indicators, d.Indicator(i))
	}
	a.Groups, a.Total = d.Groups, d.Total
	return a
}

// Len is how many indicators the case has.
func (d *Decided) Len() int { return len(d.leaves) }

// Find is where the indicator of that id stands, -1 for nowhere. It is looked for
// at near first.
func (d *Decided) Find(id string, near int) int {
	if near < len(d.leaves) && d.leaves[near].ID == id {
		return near
	}
	return slices.IndexFunc(d.leaves, func(l leaf) bool { return l.ID == id })
}

// ID is the i-th indicator's.
func (d *Decided) ID(i int) string { return d.leaves[i].ID }

// RuleScore is the i-th indicator's score by the rules alone, rounded, or 0 where
// it is open.
func (d *Decided) RuleScore(i int) (score number.Number, open bool) {
	if d.results[i].ruleScore == nil {
		return number.Number{}, true
	}
	return *d.results[i].ruleScore, false
}

// Indicator explains the i-th indicator.
func (d *Decided) Indicator(i int) Indicator {
	return d.rules.explain(d.c, &d.leaves[i], &d.results[i])
}

// SameAs tells whether the i-th indicator comes to the same as the k-th of
// another decision: outcome, score, the points of each deduction and what else
// decided it. Words and causes are not compared.
func (d *Decided) SameAs(i int, other *Decided, k int) bool {
	a, b := &d.results[i], &other.results[k]
	if a.outcome != b.outcome || !equal(a.ruleScore, b.ruleScore) {
		return false
	}
	if a.said == b.said && a.leaf.Weight.Equal(b.leaf.Weight) {
		return true
	}
	x, y := a.finding, b.finding
	return (x.Cutoff == nil) == (y.Cutoff == nil) && (x.NotApplicable == nil) == (y.NotApplicable == nil) &&
		(x.Failure == nil) == (y.Failure == nil) && slices.EqualFunc(a.missing, b.missing, sameMissing) &&
		slices.EqualFunc(x.Deductions, y.Deductions, func(one, two policy.Deduction) bool {
			return one.Item == two.Item && one.Lost(a.leaf.Weight).Equal(two.Lost(b.leaf.Weight))
		})
}

func equal(a, b *number.Number) bool { return a == b || a != nil && b != nil && a.Equal(*b) }

func sameMissing(a, b facts.Missing) bool { return a.Pointer == b.Pointer }

// SamePolicies are the ids of the leaves whose policies say the same of any
// facts under two sets of rules that the same languages compiled. It errs on the
// side of no: a policy that may look into another file of the framework counts
// as the same only if all files are.
func SamePolicies(a, b *Rules) map[string]bool {
	same := map[string]bool{}
	x, y := a.Framework, b.Framework
	if x.Schema != y.Schema || !slices.Equal(x.Scale, y.Scale) {
		return same
	}
	files := slices.EqualFunc(x.Files, y.Files, sameSource) && sameData(x, y)
	for _, l := range a.leaves {
		mine, theirs := sourceOf(x, l.leaf), sourceOf(y, l.leaf)
		same[l.leaf] = mine != nil && theirs != nil && sameSource(*mine, *theirs) && (files || !bytes.Contains(mine.Text, []byte("data")))
	}
	return same
}

func sourceOf(fw *framework.Framework, leaf string) *policy.Source {
	for i, s := range fw.Files {
		if s.Indicator == leaf {
			return &fw.Files[i]
		}
	}
	return nil
}

func sameSource(a, b policy.Source) bool {
	return a.Indicator == b.Indicator && a.File == b.File && a.Element == b.Element && bytes.Equal(a.Text, b.Text)
}

func sameData(a, b *framework.Framework) bool {
	if a.Data == nil || b.Data == nil {
		return a.Data == b.Data
	}
	return bytes.Equal(a.Data.Source, b.Data.Source)
}
