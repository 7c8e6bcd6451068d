package impact

import (
	"cmp"
	"slices"

	"rubric/engine"
	"rubric/engine/cohort"
	"rubric/engine/message"
	"rubric/engine/number"
)

// gather makes the report of what became of all cases.
func (c Comparison) gather(entries []cohort.Entry, outcomes []outcome) *Report {
	r := &Report{
		Schema: SchemaID, Old: version(c.Old), New: version(c.New),
		Grades: []GradeMove{}, Cases: []Case{}, Failed: []Failed{}, Others: []Other{}, Dropped: []Dropped{},
	}
	t := newTally(r, c)
	seen := map[string]string{}
	for i, o := range outcomes {
		if o.foreign != "" {
			r.Others = append(r.Others, Other{Case: entries[i].Name, Framework: o.foreign})
			continue
		}
		if other, again := seen[o.id]; again && o.err == nil {
			o.err = message.Problems{{File: o.entry, Message: twice(o.id, other)}}
		}
		if o.err != nil {
			r.Failed = append(r.Failed, Failed{Case: entries[i].Name, Err: o.err})
			continue
		}
		seen[o.id] = o.entry
		r.Cases = append(r.Cases, o.change)
		t.add(o)
	}
	t.close()
	return r
}

func version(rules *engine.Rules) Version {
	f := rules.Framework
	v := Version{FrameworkRef: engine.FrameworkRef{ID: f.ID, Version: f.Version, Digest: f.Digest}, Title: f.Title, Indicators: len(f.Indicators()), Grades: []string{}}
	for _, g := range f.Grades {
		v.Grades = append(v.Grades, g.Name)
	}
	return v
}

// tally adds up what happens to a cohort.
type tally struct {
	report     *Report
	digits     int
	old, new   number.Number
	rules      []*ruleTally
	byID       map[string]*ruleTally
	moves      map[GradeMove]int
	dropped    map[Dropped]int
	firstDrops []Dropped // in the order met, for a stable report
}

type ruleTally struct {
	Rule
	old, new number.Number
}

func newTally(r *Report, c Comparison) *tally {
	t := &tally{
		report: r, digits: max(c.Old.Framework.Digits, c.New.Framework.Digits),
		byID: map[string]*ruleTally{}, moves: map[GradeMove]int{}, dropped: map[Dropped]int{},
	}
	for _, side := range []struct {
		rules *engine.Rules
		isNew bool
	}{{c.New, true}, {c.Old, false}} {
		for _, in := range side.rules.Framework.Indicators() {
			t.rule(side.rules, in.ID, in.Weight.String(), side.isNew)
		}
	}
	return t
}

// rule notes that a version has an indicator.
func (t *tally) rule(rules *engine.Rules, id, weight string, isNew bool) {
	known := t.byID[id]
	switch {
	case known == nil:
		known = &ruleTally{Rule: Rule{ID: id, Status: Removed}}
		if p, _ := rules.Policy(id); p != nil {
			known.Title = p.Meta.Title
		}
		if isNew {
			known.Status = Added
		}
		t.rules, t.byID[id] = append(t.rules, known), known
	default:
		known.Status = Kept
	}
	if isNew {
		known.NewWeight = &weight
	} else {
		known.OldWeight = &weight
	}
}

func (t *tally) add(o outcome) {
	s, c := &t.report.Summary, o.change
	s.Cases++
	t.moves[GradeMove{From: text(c.Old.Grade), To: text(c.New.Grade)}]++
	if c.Old.Grade != nil && c.New.Grade != nil && *c.Old.Grade != *c.New.Grade {
		s.Flips++
	}
	if c.Difference == nil {
		s.Open++
	}
	switch {
	case c.Old.Score != nil && c.New.Score == nil:
		s.NewlyOpen++
	case c.Old.Score == nil && c.New.Score != nil:
		s.Settled++
	case c.Difference != nil:
		s.Compared++
		t.old, t.new = t.old.Add(exact(c.Old.Score)), t.new.Add(exact(c.New.Score))
		count(exact(c.Difference).Sign(), &s.Gained, &s.Lost, &s.Same)
	}
	for _, one := range o.scores {
		t.indicator(one)
	}
	t.drops(o.dropped)
}

func count(sign int, gained, lost, same *int) {
	switch {
	case sign > 0:
		*gained++
	case sign < 0:
		*lost++
	default:
		*same++
	}
}

func text(grade *string) string {
	if grade == nil {
		return ""
	}
	return *grade
}

// indicator adds one indicator of one case.
func (t *tally) indicator(s scores) {
	rule := t.byID[s.id]
	if rule == nil { // an indicator of the case's own
		rule = &ruleTally{Rule: Rule{ID: s.id, Status: Kept}}
		t.rules, t.byID[s.id] = append(t.rules, rule), rule
	}
	switch {
	case s.newOpen && !s.oldOpen:
		rule.NewlyOpen++
	case s.oldOpen && !s.newOpen:
		rule.Settled++
	case !s.oldOpen:
		rule.old, rule.new = rule.old.Add(s.old), rule.new.Add(s.new)
		same := 0
		count(s.new.Cmp(s.old), &rule.Gained, &rule.Lost, &same)
	}
}

func (t *tally) drops(dropped [2][]string) {
	for side, all := range dropped {
		seen := map[string]bool{}
		for _, place := range all {
			d := Dropped{Path: place, ByNew: side == 1}
			if t.dropped[d] == 0 {
				t.firstDrops = append(t.firstDrops, d)
			}
			if !seen[place] {
				t.dropped[d]++
			}
			seen[place] = true
		}
	}
}

// close puts the sums into the report.
func (t *tally) close() {
	s := &t.report.Summary
	s.OldSum, s.NewSum = t.old.Fixed(t.digits), t.new.Fixed(t.digits)
	s.Difference = t.new.Sub(t.old).Fixed(t.digits)
	s.OldMean, s.NewMean = t.mean(t.old), t.mean(t.new)
	for _, r := range t.rules {
		r.OldSum, r.NewSum, r.Difference = r.old.Fixed(t.digits), r.new.Fixed(t.digits), r.new.Sub(r.old).Fixed(t.digits)
		t.report.Indicators = append(t.report.Indicators, r.Rule)
	}
	for move, n := range t.moves {
		move.Cases = n
		t.report.Grades = append(t.report.Grades, move)
	}
	slices.SortFunc(t.report.Grades, t.byGrade)
	for _, d := range t.firstDrops {
		d.Cases = t.dropped[d]
		t.report.Dropped = append(t.report.Dropped, d)
	}
	slices.SortFunc(t.report.Dropped, func(a, b Dropped) int { return cmp.Compare(a.Path, b.Path) })
}

// mean is per compared case, at the frameworks' rounding.
func (t *tally) mean(sum number.Number) string {
	mean, err := sum.Div(number.Int(int64(t.report.Summary.Compared)))
	if err != nil {
		return number.Number{}.Fixed(t.digits)
	}
	return mean.Fixed(t.digits)
}

// byGrade orders moves as the frameworks order their grades.
func (t *tally) byGrade(a, b GradeMove) int {
	rank := func(grades []string, grade string) int {
		if at := slices.Index(grades, grade); at >= 0 {
			return at
		}
		return len(grades)
	}
	return cmp.Or(rank(t.report.Old.Grades, a.From)-rank(t.report.Old.Grades, b.From),
		rank(t.report.New.Grades, a.To)-rank(t.report.New.Grades, b.To), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
}
