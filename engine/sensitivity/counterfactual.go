package sensitivity

import (
	"cmp"
	"context"
	"slices"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/number"
)

const (
	// maxChanges is how many facts a proposal changes at most.
	maxChanges = 12
	// maxTries is how many evaluations one indicator is worth.
	maxTries = 20000
	// maxProposals is how many ways to full marks are told.
	maxProposals = 5
)

// Counter tells what would have to be otherwise: for each of the indicators ids
// (all if nil) that lost points by the rules, the fewest facts whose change
// brings full marks. The error is ctx's.
func Counter(ctx context.Context, r *engine.Rules, c engine.Case, a *engine.Assessment, ids []string) (*engine.Counterfactual, error) {
	out := &engine.Counterfactual{NextGrade: nextGrade(r, a), Indicators: []engine.Remedy{}}
	for _, in := range a.Indicators {
		if in.Outcome != engine.Deducted || ids != nil && !slices.Contains(ids, in.ID) {
			continue
		}
		remedy, err := remedyFor(ctx, r, c, in)
		if err != nil {
			return nil, err
		}
		out.Indicators = append(out.Indicators, remedy)
	}
	return out, nil
}

// nextGrade is the band above the final score.
func nextGrade(r *engine.Rules, a *engine.Assessment) *engine.NextGrade {
	if a.Total.Score == nil {
		return nil
	}
	score, err := number.Parse(*a.Total.Score)
	if err != nil {
		return nil
	}
	for i := len(r.Framework.Grades) - 1; i >= 0; i-- {
		g := r.Framework.Grades[i]
		if g.From != nil && g.From.Cmp(score) > 0 {
			return &engine.NextGrade{Grade: g.Name, From: g.From.String(), Points: g.From.Sub(score).String()}
		}
	}
	return nil
}

func remedyFor(ctx context.Context, r *engine.Rules, c engine.Case, in engine.Indicator) (engine.Remedy, error) {
	out := engine.Remedy{ID: in.ID, Title: in.Title, Weight: in.Weight, RuleScore: in.RuleScore, RuleMark: in.RuleMark,
		Proposals: []engine.Proposal{}, Deductions: []engine.Undoing{}}
	s, err := newSearch(ctx, r, c, in.ID)
	if err != nil {
		return out, err
	}
	found := s.fewest()
	for _, set := range found {
		full := s.at(set)
		out.Proposals = append(out.Proposals, engine.Proposal{Changes: s.told(set), RuleScore: full.RuleScore, RuleMark: full.RuleMark})
	}
	out.Complete = !s.exhausted()
	for _, d := range in.Deductions {
		out.Deductions = append(out.Deductions, engine.Undoing{Item: d.Item, Points: d.Points, Reason: d.Reason, Facts: s.told(s.undo(d))})
	}
	return out, s.err
}

// search looks for changes of the facts that one indicator depends on.
type search struct {
	ctx   context.Context
	rules *engine.Rules
	c     engine.Case // the excerpt that the indicator's policy reads
	id    string
	whole engine.Case

	cache map[string]*engine.Indicator
	tries int
	err   error // ctx's
}

func newSearch(ctx context.Context, r *engine.Rules, c engine.Case, id string) (*search, error) {
	s := &search{ctx: ctx, rules: r, whole: c, id: id, cache: map[string]*engine.Indicator{}}
	var reads []*facts.Schema // all, where an indicator is an element of a list
	if p, _ := r.Policy(id); p != nil {
		reads = p.Reads
	}
	doc, err := facts.Parse(c.Facts.File, c.Facts.Draft(reads).JSON())
	if err == nil {
		err = doc.BindExcerpt(c.Facts.Schema)
	}
	s.c = engine.Case{ID: c.ID, Facts: doc}
	return s, err
}

// set is a number of changes, each of another fact.
type set []change

func (s set) has(pointer string) bool {
	return slices.ContainsFunc(s, func(c change) bool { return c.pointer == pointer })
}

func (s set) with(c change) set { return append(slices.Clone(s), c) }

func (s set) key() string {
	sorted := slices.SortedFunc(slices.Values(s), func(a, b change) int { return cmp.Compare(a.pointer, b.pointer) })
	key := ""
	for _, c := range sorted {
		key += c.pointer + "=" + string(c.value) + "\n"
	}
	return key
}

// pointers tells sets of the same facts.
func (s set) pointers() string {
	var all []string
	for _, c := range s {
		all = append(all, c.pointer)
	}
	slices.Sort(all)
	key := ""
	for _, p := range all {
		key += p + "\n"
	}
	return key
}

// exhausted tells that the search was given up.
func (s *search) exhausted() bool { return s.err != nil || s.tries >= maxTries }

// at is the indicator with changed facts, nil where they are not allowed or
// the search is over.
func (s *search) at(changes set) *engine.Indicator {
	key := changes.key()
	if in, known := s.cache[key]; known {
		return in
	}
	if s.exhausted() {
		return nil
	}
	s.tries++
	in := s.evaluate(changes)
	s.cache[key] = in
	return in
}

func (s *search) evaluate(changes set) *engine.Indicator {
	draft := s.c.Facts.Draft(nil)
	for _, c := range changes {
		if draft.Set(c.pointer, c.value) != nil {
			return nil
		}
	}
	doc, err := facts.Parse(s.c.Facts.File, draft.JSON())
	if err != nil || doc.BindExcerpt(s.c.Facts.Schema) != nil {
		return nil
	}
	in, err := s.rules.EvaluateIndicator(s.ctx, engine.Case{ID: s.c.ID, Facts: doc}, s.id)
	if err != nil {
		s.err = err
		return nil
	}
	return &in
}

func (s *search) isFull(changes set) bool {
	in := s.at(changes)
	return in != nil && in.Outcome == engine.Full
}

// fewest are the smallest sets of changes that bring full marks, found by going
// through all sets of one fact, then of two, and so on. Of a deduction, at
// least one cited fact must change: what is not cited cannot undo it.
func (s *search) fewest() []set {
	for size := 1; size <= maxChanges && !s.exhausted(); size++ {
		var found []set
		s.extend(nil, size, &found)
		if len(found) > 0 {
			slices.SortStableFunc(found, s.byEffort)
			return found[:min(len(found), maxProposals)]
		}
	}
	return nil
}

// extend tries what size more changes can do.
func (s *search) extend(so set, size int, found *[]set) {
	in := s.at(so)
	if in == nil || in.Outcome != engine.Deducted || s.exhausted() {
		return
	}
	lost := cause(in)
	for _, f := range lost.facts {
		if so.has(f.Pointer) {
			continue
		}
		for _, value := range s.values(so, f, lost, size == 1) {
			next := so.with(change{f.Pointer, value})
			if size > 1 {
				s.extend(next, size-1, found)
			} else if s.isFull(next) {
				s.add(found, s.relax(next))
			}
		}
	}
}

// add keeps of the sets of the same facts the one of the least effort.
func (s *search) add(found *[]set, next set) {
	slices.SortFunc(next, func(a, b change) int { return cmp.Compare(a.pointer, b.pointer) })
	for i, old := range *found {
		if old.pointers() == next.pointers() {
			if s.byEffort(next, old) < 0 {
				(*found)[i] = next
			}
			return
		}
	}
	*found = append(*found, next)
}

// loss is a deduction or cut-off that has to go.
type loss struct {
	item   string
	line   int
	cutoff bool
	facts  []engine.Fact
}

// cause is the first loss of an indicator.
func cause(in *engine.Indicator) loss {
	if in.Cutoff != nil {
		return loss{line: in.Cutoff.Rule.Line, cutoff: true, facts: in.Cutoff.Facts.All()}
	}
	d := in.Deductions[0]
	return loss{item: d.Item, line: d.Rule.Line, facts: d.Facts.All()}
}

// gone tells whether a loss is no more.
func (l loss) gone(in *engine.Indicator) bool {
	if in == nil || in.Outcome != engine.Deducted && in.Outcome != engine.Full {
		return false
	}
	if l.cutoff {
		return in.Cutoff == nil
	}
	return !slices.ContainsFunc(in.Deductions, func(d engine.Deduction) bool { return d.Item == l.item })
}

// undo are the changes of single facts that take a deduction away and make the
// indicator better for it.
func (s *search) undo(d engine.Deduction) set {
	l := loss{item: d.Item, line: d.Rule.Line, facts: d.Facts.All()}
	before := s.at(nil)
	better := func(in *engine.Indicator) bool {
		return l.gone(in) && (in.RuleScore == nil || scoreOf(in).Cmp(scoreOf(before)) > 0)
	}
	var all set
	for _, f := range d.Facts.All() {
		for _, value := range s.nearest(nil, f, better) {
			all = append(all, change{f.Pointer, value})
		}
	}
	return all
}

// scoreOf is the rule score of an indicator that has one.
func scoreOf(in *engine.Indicator) (score number.Number) {
	if in.RuleScore != nil {
		score, _ = number.Parse(*in.RuleScore)
	}
	return score
}

// relax brings each number of a set of changes as near to what it was as the
// others allow.
func (s *search) relax(full set) set {
	if len(full) == 1 {
		return full
	}
	for i := range full {
		others := slices.Delete(slices.Clone(full), i, i+1)
		best := full[i]
		for _, value := range s.nearest(others, engine.Fact{Pointer: full[i].pointer}, isFull) {
			if ch := (change{full[i].pointer, value}); s.effort(ch).Cmp(s.effort(best)) < 0 {
				best = ch
			}
		}
		full[i] = best
	}
	return full
}

func isFull(in *engine.Indicator) bool { return in != nil && in.Outcome == engine.Full }

// told describes changes, in the facts' order.
func (s *search) told(changes set) []engine.FactChange {
	out := []engine.FactChange{}
	for _, c := range changes {
		f := s.rules.Fact(s.whole, c.pointer)
		out = append(out, engine.FactChange{Pointer: c.pointer, Label: f.Label, Unit: f.Unit, Value: f.Value, Proposed: c.value})
	}
	return out
}

// byEffort puts fewer changes first, then smaller ones.
func (s *search) byEffort(a, b set) int {
	if c := len(a) - len(b); c != 0 {
		return c
	}
	var x, y number.Number
	for i := range a {
		x, y = x.Add(s.effort(a[i])), y.Add(s.effort(b[i]))
	}
	return cmp.Or(x.Cmp(y), cmp.Compare(a.key(), b.key()))
}

// effort is how far a change goes: of a number, in parts of what it is; of
// anything else, 1.
func (s *search) effort(c change) number.Number {
	n := s.c.Facts.At(c.pointer)
	if n == nil || n.Kind != facts.Num {
		return number.Int(1)
	}
	to, err := number.Parse(string(c.value))
	if err != nil {
		return number.Int(1)
	}
	by := to.Sub(n.Number()).Abs()
	if part, err := by.Div(n.Number().Abs()); err == nil {
		return part
	}
	return by
}
