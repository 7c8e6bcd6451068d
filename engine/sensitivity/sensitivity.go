package sensitivity

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/framework"
	"rubric/engine/number"
)

// MaxCombinations is how many combinations of attested values that decide about
// the same indicators are evaluated; of more, so many are drawn.
const MaxCombinations = 1024

// Of tells how the assessment a of the case c, decided as d, hangs on its
// contested and its missing facts. It is nil where there are none. The error is
// ctx's, or a message.Problems when an attested value cannot stand in the facts.
func Of(ctx context.Context, r *engine.Rules, c engine.Case, d *engine.Decided, a *engine.Assessment) (*engine.Sensitivity, error) {
	all, err := contestedFacts(r, c)
	if err != nil {
		return nil, err
	}
	missing := missingFacts(a)
	if len(all) == 0 && len(missing) == 0 {
		return nil, nil
	}
	s := &study{rules: r, c: c, decided: d, adopted: a, facts: all, indicators: r.Framework.Indicators(), known: map[string]outcome{}}
	return s.report(ctx, missing)
}

// study is the evaluations of one case with other facts.
type study struct {
	rules   *engine.Rules
	c       engine.Case
	decided *engine.Decided    // with the facts as they are
	adopted *engine.Assessment // of that
	facts   []*contested

	indicators []framework.Indicator // of the framework, in its order

	known map[string]outcome // of the combinations evaluated before

	base      totals
	evaluated int
	sampled   bool
}

// totals are what the total can become: the final score, and that by the rules
// alone.
type totals struct{ least, most, ruleLeast, ruleMost number.Number }

func (s *study) report(ctx context.Context, missing []engine.MissingFact) (*engine.Sensitivity, error) {
	var err error
	if s.base, err = s.totalsOf(ctx, s.c, s.decided, nil); err != nil {
		return nil, err
	}
	out := &engine.Sensitivity{Contested: []engine.ContestedFact{}, Missing: missing, Grades: []string{}, Ranking: []engine.Influence{}}
	for _, f := range s.facts {
		told, influence, err := s.alone(ctx, f)
		if err != nil {
			return nil, err
		}
		out.Contested = append(out.Contested, told)
		out.Ranking = append(out.Ranking, influence)
	}
	for _, m := range missing {
		out.Ranking = ranked(out.Ranking, s.leftOpen(m))
	}
	slices.SortStableFunc(out.Ranking, byWidth)
	reach, err := s.together(ctx)
	if err != nil {
		return nil, err
	}
	out.Range, out.RuleRange = s.interval(hull(reach))
	out.Grades = s.grades(reach)
	out.Combinations = engine.Combinations{Evaluated: s.evaluated, Exact: !s.sampled}
	return out, nil
}

// ranked takes a missing fact into a ranking. One that is contested too stands
// there already: it moves as much as the farther of its attested values and of all
// that it may be.
func ranked(all []engine.Influence, missing engine.Influence) []engine.Influence {
	i := slices.IndexFunc(all, func(i engine.Influence) bool { return i.Pointer == missing.Pointer })
	if i < 0 {
		return append(all, missing)
	}
	all[i].Width, all[i].RuleWidth = wider(all[i].Width, missing.Width), wider(all[i].RuleWidth, missing.RuleWidth)
	return all
}

// wider is the greater of two widths as printed.
func wider(a, b string) string {
	x, _ := number.Parse(a) // fixed prints nothing else
	y, _ := number.Parse(b)
	if x.Cmp(y) < 0 {
		return b
	}
	return a
}

// alone evaluates each attested value of one fact, all others as adopted.
func (s *study) alone(ctx context.Context, f *contested) (engine.ContestedFact, engine.Influence, error) {
	fact := s.rules.Fact(s.c, f.pointer)
	told := engine.ContestedFact{Pointer: f.pointer, Label: fact.Label, Unit: fact.Unit, Value: fact.Value,
		Evidence: fact.Evidence, Reason: f.reason, Alternatives: []engine.Alternative{}}
	reach := []totals{s.base}
	for _, o := range f.options {
		d, t := s.decided, s.base
		if slices.Contains(f.touches, true) {
			var err error
			if d, t, err = s.evaluate(ctx, []change{{f.pointer, o.value}}); err != nil {
				return told, engine.Influence{}, err
			}
		}
		reach = append(reach, t)
		told.Alternatives = append(told.Alternatives, engine.Alternative{
			Value: o.value, Evidence: o.source.String(), RuleScore: d.Total.RuleScore, Score: d.Total.Score,
			Grade: d.Total.Grade, Range: d.Total.Range, Indicators: s.shifts(d),
		})
	}
	final, rule := s.interval(hull(reach))
	return told, engine.Influence{Pointer: f.pointer, Label: fact.Label, Kind: "contested",
		Width: s.fixed(width(reach, finally)), RuleWidth: s.fixed(width(reach, byRules)), Range: &final, RuleRange: &rule}, nil
}

// outcome is what a combination of facts comes to.
type outcome struct {
	decided *engine.Decided
	totals  totals
}

// evaluate decides the case with changed facts.
func (s *study) evaluate(ctx context.Context, changes []change) (*engine.Decided, totals, error) {
	key := set(changes).key()
	if o, ok := s.known[key]; ok {
		return o.decided, o.totals, nil
	}
	reads, same := s.concerned(changes)
	c, err := changed(s.c, reads, changes)
	if err != nil {
		return nil, totals{}, err
	}
	d, err := s.rules.DecideChanged(ctx, c, s.decided, same)
	if err != nil {
		return nil, totals{}, err
	}
	s.evaluated++
	t, err := s.totalsOf(ctx, c, d, same)
	s.known[key] = outcome{d, t}
	return d, t, err
}

// concerned are the facts that decide about the indicators which changes touch,
// and the indicators that they do not touch. Where indicators are elements of a
// list, all facts decide about all of them: both are nil.
func (s *study) concerned(changes []change) (reads []*facts.Schema, same map[string]bool) {
	same = map[string]bool{}
	for i, in := range s.indicators {
		p, _ := s.rules.Policy(in.ID)
		switch touches := func(f *contested) bool { return f.touches[i] && f.among(changes) }; {
		case in.Each != nil || p == nil:
			return nil, nil
		case slices.ContainsFunc(s.facts, touches):
			reads = append(reads, p.Reads...)
		default:
			same[in.ID] = true
		}
	}
	return reads, same
}

func (f *contested) among(changes []change) bool {
	return slices.ContainsFunc(changes, func(c change) bool { return c.pointer == f.pointer })
}

// totalsOf are the totals of a decision; those by the rules alone are what
// comes out without the review.
func (s *study) totalsOf(ctx context.Context, c engine.Case, d *engine.Decided, same map[string]bool) (t totals, err error) {
	t.least, t.most = ends(d.Total.Range)
	t.ruleLeast, t.ruleMost = t.least, t.most
	switch {
	case len(c.Marks) == 0:
	case d.Total.RuleScore != nil:
		t.ruleLeast, _ = number.Parse(*d.Total.RuleScore) // nothing else is printed there
		t.ruleMost = t.ruleLeast
	default:
		c.Marks = nil
		if d, err = s.rules.DecideChanged(ctx, c, d, same); err != nil {
			return t, err
		}
		t.ruleLeast, t.ruleMost = ends(d.Total.Range)
	}
	return t, nil
}

// ends are a range's ends as numbers; an assessment prints nothing else there.
func ends(r engine.Range) (least, most number.Number) {
	least, _ = number.Parse(r.Min)
	most, _ = number.Parse(r.Max)
	return least, most
}

// together is every total that the attested values together can give. Facts
// that no indicator has in common make no difference to each other: where the
// total is a sum, each such part is gone through by itself.
func (s *study) together(ctx context.Context) ([]totals, error) {
	reach := []totals{s.base}
	for _, part := range s.parts() {
		of, err := s.part(ctx, part)
		if err != nil {
			return nil, err
		}
		reach = s.combine(reach, of)
	}
	return reach, nil
}

// combine adds what each of two independent parts changes.
func (s *study) combine(a, b []totals) []totals {
	if len(a)*len(b) > MaxCombinations*MaxCombinations {
		a, b = []totals{hull(a)}, []totals{hull(b)}
	}
	var sums []totals
	seen := map[string]bool{}
	for _, x := range a {
		for _, y := range b {
			t := x.add(y).sub(s.base)
			if key := t.String(); !seen[key] {
				seen[key] = true
				sums = append(sums, t)
			}
		}
	}
	return sums
}

// part goes through the combinations of the attested values of some facts.
func (s *study) part(ctx context.Context, part []*contested) ([]totals, error) {
	count := 1
	for _, f := range part {
		if count = count * (1 + len(f.options)); count > MaxCombinations {
			return s.sample(ctx, part)
		}
	}
	reach := []totals{s.base}
	for n := 1; n < count; n++ {
		rest := n
		_, t, err := s.evaluate(ctx, chosen(part, func(options int) int {
			choice := rest % options
			rest /= options
			return choice
		}))
		if err != nil {
			return nil, err
		}
		reach = append(reach, t)
	}
	return reach, nil
}

// sample draws combinations, the same ones whenever it is asked.
func (s *study) sample(ctx context.Context, part []*contested) ([]totals, error) {
	s.sampled = true
	draw := rand.New(rand.NewPCG(1, uint64(len(part))))
	reach := []totals{s.base}
	for range MaxCombinations {
		_, t, err := s.evaluate(ctx, chosen(part, draw.IntN))
		if err != nil {
			return nil, err
		}
		reach = append(reach, t)
	}
	return reach, nil
}

// chosen takes of each fact the value that pick says, 0 for the adopted one.
func chosen(part []*contested, pick func(options int) int) []change {
	var changes []change
	for _, f := range part {
		if i := pick(1 + len(f.options)); i > 0 {
			changes = append(changes, change{f.pointer, f.options[i-1].value})
		}
	}
	return changes
}

// parts are the contested facts that decide about the same indicators, together.
// What no policy may read is in none of them.
func (s *study) parts() [][]*contested {
	var parts [][]*contested
	for _, f := range s.facts {
		if !slices.Contains(f.touches, true) {
			continue
		}
		joined := []*contested{f}
		parts = slices.DeleteFunc(parts, func(part []*contested) bool {
			joins := !additive(s.rules.Framework) || slices.ContainsFunc(part, f.meets)
			if joins {
				joined = append(joined, part...)
			}
			return joins
		})
		parts = append(parts, joined)
	}
	return parts
}

// meets tells whether an indicator may depend on both facts.
func (f *contested) meets(g *contested) bool {
	for i := range f.touches {
		if f.touches[i] && g.touches[i] {
			return true
		}
	}
	return false
}

// shifts are the indicators that d decides otherwise than the facts as they are.
func (s *study) shifts(d *engine.Decided) []engine.Shift {
	all := []engine.Shift{}
	for i, x := range s.adopted.Indicators {
		if d.Kept(i, s.decided) {
			continue
		}
		before, after := standing(x), standing(d.Indicator(i))
		if !before.equal(after) {
			all = append(all, engine.Shift{ID: x.ID, Title: x.Title, Adopted: before.Standing, Attested: after.Standing})
		}
	}
	return all
}

type standingOf struct{ engine.Standing }

func standing(in engine.Indicator) standingOf {
	return standingOf{engine.Standing{Outcome: in.Outcome, RuleScore: in.RuleScore, Score: in.Score, Mark: in.Mark, Range: in.Range}}
}

func (a standingOf) equal(b standingOf) bool {
	return a.Outcome == b.Outcome && equal(a.RuleScore, b.RuleScore) && equal(a.Score, b.Score) && equal(a.Mark, b.Mark) && a.Range == b.Range
}

func equal(a, b *string) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }

// missingFacts are the facts that an assessment misses, each with the
// indicators that it leaves open.
func missingFacts(a *engine.Assessment) []engine.MissingFact {
	all := []engine.MissingFact{}
	index := map[string]int{}
	for _, in := range a.Indicators {
		for _, f := range in.MissingFact {
			i, known := index[f.Pointer]
			if !known {
				i = len(all)
				index[f.Pointer] = i
				all = append(all, engine.MissingFact{Pointer: f.Pointer, Label: f.Label, Unit: f.Unit})
			}
			all[i].Indicators = append(all[i].Indicators, in.ID)
		}
	}
	return all
}

// leftOpen is how many points hang on a missing fact, at most: what the
// indicators that it leaves open can still become.
func (s *study) leftOpen(m engine.MissingFact) engine.Influence {
	var final, rule number.Number
	for _, in := range s.adopted.Indicators {
		if !slices.Contains(m.Indicators, in.ID) {
			continue
		}
		least, most := ends(in.Range)
		final = final.Add(most.Sub(least))
		if in.Review == nil {
			rule = rule.Add(most.Sub(least))
		} else if weight, err := number.Parse(in.Weight); err == nil {
			rule = rule.Add(weight)
		}
	}
	return engine.Influence{Pointer: m.Pointer, Label: m.Label, Kind: "missing", Width: s.fixed(final), RuleWidth: s.fixed(rule)}
}

// grades are those that the totals reach, from the best.
func (s *study) grades(reach []totals) []string {
	out := []string{}
	for _, g := range s.rules.Framework.Grades {
		if slices.ContainsFunc(reach, func(t totals) bool { return s.reaches(t, g.Name) }) {
			out = append(out, g.Name)
		}
	}
	return out
}

// byWidth puts what moves most first.
func byWidth(a, b engine.Influence) int {
	for _, w := range [][2]string{{a.Width, b.Width}, {a.RuleWidth, b.RuleWidth}} {
		x, _ := number.Parse(w[0])
		y, _ := number.Parse(w[1])
		if c := y.Cmp(x); c != 0 {
			return c
		}
	}
	return strings.Compare(a.Kind, b.Kind)
}

func sortByPlace(all []*contested) {
	slices.SortStableFunc(all, func(a, b *contested) int { return a.schema.Ordinal - b.schema.Ordinal })
}
