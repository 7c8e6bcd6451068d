package sensitivity

import (
	"slices"

	"rubric/engine"
	"rubric/engine/framework"
	"rubric/engine/number"
)

func (t totals) add(o totals) totals {
	return totals{t.least.Add(o.least), t.most.Add(o.most), t.ruleLeast.Add(o.ruleLeast), t.ruleMost.Add(o.ruleMost)}
}

func (t totals) sub(o totals) totals {
	return totals{t.least.Sub(o.least), t.most.Sub(o.most), t.ruleLeast.Sub(o.ruleLeast), t.ruleMost.Sub(o.ruleMost)}
}

// String tells totals apart.
func (t totals) String() string {
	return t.least.String() + " " + t.most.String() + " " + t.ruleLeast.String() + " " + t.ruleMost.String()
}

// hull spans all totals that can come out.
func hull(reach []totals) totals {
	all := reach[0]
	for _, t := range reach[1:] {
		all.least, all.ruleLeast = number.Min(all.least, t.least), number.Min(all.ruleLeast, t.ruleLeast)
		all.most, all.ruleMost = number.Max(all.most, t.most), number.Max(all.ruleMost, t.ruleMost)
	}
	return all
}

func finally(t totals) (least, most number.Number) { return t.least, t.most }
func byRules(t totals) (least, most number.Number) { return t.ruleLeast, t.ruleMost }

// width is how far apart the totals lie. While facts are missing, a total is a
// range, and its ends may move unequally: the farther counts.
func width(reach []totals, of func(totals) (least, most number.Number)) number.Number {
	lowLeast, lowMost := of(reach[0])
	highLeast, highMost := lowLeast, lowMost
	for _, t := range reach[1:] {
		least, most := of(t)
		lowLeast, highLeast = number.Min(lowLeast, least), number.Max(highLeast, least)
		lowMost, highMost = number.Min(lowMost, most), number.Max(highMost, most)
	}
	return number.Max(highLeast.Sub(lowLeast), highMost.Sub(lowMost))
}

func (s *study) fixed(n number.Number) string { return n.Fixed(s.rules.Framework.Digits) }

func (s *study) interval(t totals) (final, rule engine.Range) {
	return engine.Range{Min: s.fixed(t.least), Max: s.fixed(t.most)}, engine.Range{Min: s.fixed(t.ruleLeast), Max: s.fixed(t.ruleMost)}
}

// reaches tells whether a band of grades has a part of what the final score can
// become.
func (s *study) reaches(t totals, grade string) bool {
	for _, g := range s.rules.Framework.Grades {
		if g.Name == grade {
			return (g.To == nil || t.least.Cmp(*g.To) < 0) && (g.From == nil || t.most.Cmp(*g.From) >= 0)
		}
	}
	return false
}

// additive tells whether the total is the sum of the indicators' scores, so that
// what one of them loses changes nothing about the others.
func additive(fw *framework.Framework) bool {
	if fw.Aggregation != framework.Sum || fw.NotApplicable != framework.Keep || fw.Extra.Cap != nil || fw.Extra.TotalCap != nil {
		return false
	}
	return !slices.ContainsFunc(fw.Indicators(), func(in framework.Indicator) bool { return in.Veto != nil || in.Each != nil })
}
