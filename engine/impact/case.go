package impact

import (
	"slices"

	"rubric/engine"
	"rubric/engine/casefolder"
	"rubric/engine/number"
)

// scores are what both versions give an indicator: 0 where it is open, or the
// version does not have it. They hold on to no document.
type scores struct {
	id               string
	oldOpen, newOpen bool
	old, new         number.Number
}

// compare notes what the new version does to a case. Only what has changed is
// explained.
func (o *outcome) compare(read *casefolder.Case, old, new *engine.Decided) {
	c := Case{ID: read.ID, Title: read.Title, Period: read.Period, Old: newResult(old), New: newResult(new), Changes: []Change{}}
	if c.Title == "" {
		c.Title = c.ID
	}
	c.Difference = difference(c.Old.Score, c.New.Score)
	o.change, o.scores = c, make([]scores, 0, new.Len())
	met := make([]bool, old.Len())
	for i := range new.Len() {
		k := old.Find(new.ID(i), i)
		if k >= 0 {
			met[k] = true
		}
		o.indicator(old, k, new, i)
	}
	for k := range old.Len() {
		if !met[k] {
			o.indicator(old, k, new, -1)
		}
	}
}

// indicator compares one indicator: the k-th of the old version, the i-th of the
// new one, negative where there is none.
func (o *outcome) indicator(old *engine.Decided, k int, new *engine.Decided, i int) {
	hadOld, hasNew := k >= 0, i >= 0
	var s scores
	var before, after *engine.Indicator
	if hadOld {
		s.id = old.ID(k)
		s.old, s.oldOpen = old.RuleScore(k)
	}
	if hasNew {
		s.id = new.ID(i)
		s.new, s.newOpen = new.RuleScore(i)
	}
	o.scores = append(o.scores, s)
	if hadOld && hasNew && new.SameAs(i, old, k) {
		return
	}
	if hadOld {
		before = told(old.Indicator(k))
	}
	if hasNew {
		after = told(new.Indicator(i))
	}
	if change, changed := newChange(before, after); changed {
		o.change.Changes = append(o.change.Changes, change)
	}
}

// told is an indicator that no longer holds on to its document: of a thousand
// documents only what is reported is to be kept.
func told(in engine.Indicator) *engine.Indicator {
	for i, d := range in.Deductions {
		in.Deductions[i].Facts = engine.Cite(d.Facts.All()...)
	}
	return &in
}

func newResult(d *engine.Decided) Result {
	return Result{Score: d.Total.RuleScore, Grade: d.Total.Grade, Range: d.Total.Range}
}

// difference is new less old, with the decimals of the finer; null where either
// is.
func difference(old, new *string) *string {
	if old == nil || new == nil {
		return nil
	}
	text := exact(new).Sub(exact(old)).Fixed(max(decimals(*old), decimals(*new)))
	return &text
}

// exact is a score in digits, 0 where there is none.
func exact(score *string) number.Number {
	if score == nil {
		return number.Number{}
	}
	n, _ := number.ParseFraction(*score) // the engine wrote it
	return n
}

// decimals is how many digits stand behind the point.
func decimals(score string) int {
	for i := range score {
		if score[i] == '.' {
			return len(score) - i - 1
		}
	}
	return 0
}

// newChange compares an indicator under both versions, of which one may not have
// it. Different words for the same points are no change.
func newChange(old, new *engine.Indicator) (Change, bool) {
	c := Change{Old: newDecision(old), New: newDecision(new), Appeared: []engine.Deduction{}, Vanished: []engine.Deduction{}, Altered: []Altered{}}
	named := new
	if new == nil {
		named = old
	}
	c.Indicator, c.Title = named.ID, named.Title
	c.Difference = gain(c.Old, c.New)
	c.deductions(list(old), list(new))
	c.Causes = slices.Concat(causes(new, old, true), causes(old, new, false))
	changed := old == nil || new == nil || old.Outcome != new.Outcome || exact(c.Difference).Sign() != 0 ||
		len(c.Appeared)+len(c.Vanished)+len(c.Altered)+len(c.Causes) > 0
	return c, changed
}

func newDecision(i *engine.Indicator) *Decision {
	if i == nil {
		return nil
	}
	return &Decision{Outcome: i.Outcome, Score: i.RuleScore, Weight: i.Weight}
}

// gain is what a department gains by the change of one indicator; what a version
// does not have counts as nothing. It is null where a score is open.
func gain(old, new *Decision) *string {
	zero := "0"
	before, after := &zero, &zero
	if old != nil {
		before = old.Score
	}
	if new != nil {
		after = new.Score
	}
	return difference(before, after)
}

func list(i *engine.Indicator) []engine.Deduction {
	if i == nil {
		return nil
	}
	return i.Deductions
}

// deductions matches what both versions take away, by item.
func (c *Change) deductions(old, new []engine.Deduction) {
	of := func(all []engine.Deduction, item string) int {
		return slices.IndexFunc(all, func(d engine.Deduction) bool { return d.Item == item })
	}
	for _, d := range new {
		switch at := of(old, d.Item); {
		case at < 0:
			c.Appeared = append(c.Appeared, d)
		case old[at].Points != d.Points:
			c.Altered = append(c.Altered, Altered{Item: d.Item, Old: old[at], New: d})
		}
	}
	for _, d := range old {
		if of(new, d.Item) < 0 {
			c.Vanished = append(c.Vanished, d)
		}
	}
}

// causes are what decided an indicator in one version and not in the other.
func causes(in, other *engine.Indicator, isNew bool) []Cause {
	all := []Cause{}
	if in == nil {
		return all
	}
	if other == nil {
		other = &engine.Indicator{}
	}
	if in.Cutoff != nil && other.Cutoff == nil {
		all = append(all, Cause{Kind: CutOff, New: isNew, Reason: in.Cutoff.Reason})
	}
	if in.NotApplicable != nil && other.NotApplicable == nil {
		all = append(all, Cause{Kind: NotApplicable, New: isNew, Reason: in.NotApplicable.Reason})
	}
	for i, pointer := range in.Missing {
		if !slices.Contains(other.Missing, pointer) {
			all = append(all, Cause{Kind: Missing, New: isNew, Reason: pointer, Fact: &in.MissingFact[i]})
		}
	}
	if in.Failure != nil && other.Failure == nil {
		all = append(all, Cause{Kind: Broken, New: isNew, Reason: in.Failure.Message, Failure: *in.Failure})
	}
	return all
}
