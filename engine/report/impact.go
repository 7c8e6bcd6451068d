package report

import (
	"cmp"
	"errors"
	"io"
	"slices"
	"strings"

	"rubric/engine/impact"
	"rubric/engine/message"
	"rubric/engine/number"
)

// ImpactJSON writes a comparison of two versions in the published form.
func ImpactJSON(w io.Writer, r *impact.Report, words Words) error {
	type failed struct {
		Case     string   `json:"case"`
		Problems []string `json:"problems"`
	}
	list := []failed{}
	for _, f := range r.Failed {
		list = append(list, failed{f.Case, words.problems(f.Err)})
	}
	return document(w, struct {
		*impact.Report
		Failed []failed `json:"not_compared"`
	}{r, list})
}

// ImpactTable writes a comparison of two versions for a terminal: what happens
// to the cohort, by which rules, and, for the top cases that gain or lose most,
// why. With top 0 all cases are shown.
func ImpactTable(w io.Writer, r *impact.Report, words Words, width, top int) error {
	p := newPage(width)
	p.hang(0, "", words.say("impact.title"), 0)
	p.hang(0, "", words.versions(r), 2)
	p.blank()
	p.blocks(0, words.impactSummary(r))
	words.gradeGrid(p, r)
	words.ruleGrid(p, r)
	words.caseGrid(p, r, top)
	words.notCompared(p, r)
	p.blank()
	p.blocks(0, words.impactLegend(r))
	return p.to(w)
}

func (w Words) versions(r *impact.Report) string {
	return w.say("impact.versions", "old", version(r.Old), "new", version(r.New))
}

func version(v impact.Version) string { return v.ID + " " + v.Version }

// impactSummary is what happens to the cohort, in sentences.
func (w Words) impactSummary(r *impact.Report) []string {
	s := r.Summary
	lines := []string{w.say("impact.summary", "cases", s.Cases, "gained", s.Gained, "lost", s.Lost, "same", s.Same, "flips", s.Flips)}
	if s.Compared > 0 {
		lines = append(lines, w.say("impact.means", "old", s.OldMean, "new", s.NewMean, "difference", signed(s.Difference)))
	}
	return append(lines, w.impactRemarks(r)...)
}

// impactRemarks are what the figures leave out.
func (w Words) impactRemarks(r *impact.Report) (lines []string) {
	if s := r.Summary; s.Open > 0 {
		lines = append(lines, w.say("impact.open", "open", s.Open, "newly", s.NewlyOpen, "settled", s.Settled))
	}
	for _, d := range r.Dropped {
		id := "impact.dropped_old"
		if d.ByNew {
			id = "impact.dropped_new"
		}
		lines = append(lines, w.say(id, "path", d.Path, "cases", d.Cases))
	}
	return lines
}

// signed is a difference with its sign.
func signed(difference string) string {
	if strings.HasPrefix(difference, "-") || strings.Trim(difference, "0.") == "" {
		return difference
	}
	return "+" + difference
}

func (w Words) signed(difference *string) string {
	if difference == nil {
		return w.say("report.open")
	}
	return signed(*difference)
}

// grade is a grade, or a dash where it is not known.
func grade(name string) string {
	if name == "" {
		return "—"
	}
	return name
}

func (w Words) gradeGrid(p *page, r *impact.Report) {
	g := grid{heads: []string{w.say("impact.grade_moves"), w.say("impact.departments")}}
	for _, m := range r.Grades {
		if m.From != m.To {
			g.add([]string{grade(m.From) + " → " + grade(m.To), w.count(m.Cases)}, nil)
		}
	}
	if len(g.rows) > 0 {
		p.blank()
		g.write(p)
	}
}

// ruleGrid lists the indicators that move anything, those that move most first.
func (w Words) ruleGrid(p *page, r *impact.Report) {
	p.blank()
	moving := movingRules(r)
	if len(moving) == 0 {
		p.block(0, w.say("impact.no_rule"))
		return
	}
	g := grid{heads: []string{w.say("impact.rules"), w.say("report.weight"), w.say("impact.gained"), w.say("impact.lost"), w.say("impact.points")}}
	for _, rule := range moving {
		g.add([]string{w.ruleName(rule), weights(rule), w.count(rule.Gained), w.count(rule.Lost), signed(rule.Difference)},
			func(p *page) { p.blocks(2, w.ruleOpen(rule)) })
	}
	g.write(p)
}

func (w Words) count(n int) string { return w.say("impact.number", "number", n) }

// movingRules are the indicators that change anything for anybody.
func movingRules(r *impact.Report) []impact.Rule {
	var moving []impact.Rule
	for _, rule := range r.Indicators {
		if rule.Gained+rule.Lost+rule.NewlyOpen+rule.Settled > 0 {
			moving = append(moving, rule)
		}
	}
	slices.SortStableFunc(moving, func(a, b impact.Rule) int {
		return cmp.Or(size(&b.Difference).Cmp(size(&a.Difference)), b.Gained+b.Lost-a.Gained-a.Lost)
	})
	return moving
}

// size is how far a difference is from nothing.
func size(difference *string) number.Number { return exact(difference).Abs() }

// exact is a score or difference as a number, 0 where there is none.
func exact(text *string) number.Number {
	if text == nil {
		return number.Number{}
	}
	n, _ := number.ParseFraction(*text) // the engine wrote it
	return n
}

func (w Words) ruleName(rule impact.Rule) string {
	switch rule.Status {
	case impact.Added:
		return w.say("impact.rule_added", "title", rule.Title)
	case impact.Removed:
		return w.say("impact.rule_removed", "title", rule.Title)
	}
	return rule.Title
}

// weights is the weight, or both where it changed.
func weights(rule impact.Rule) string {
	old, new := "—", "—"
	if rule.OldWeight != nil {
		old = *rule.OldWeight
	}
	if rule.NewWeight != nil {
		new = *rule.NewWeight
	}
	if old == new {
		return old
	}
	return old + "→" + new
}

func (w Words) ruleOpen(rule impact.Rule) []string {
	if rule.NewlyOpen+rule.Settled == 0 {
		return nil
	}
	return []string{w.say("impact.rule_open", "newly", rule.NewlyOpen, "settled", rule.Settled)}
}

// movers are the cases that change, those that change most first: what becomes
// open or is settled, then by points.
func movers(r *impact.Report) []impact.Case {
	var all []impact.Case
	for _, c := range r.Cases {
		if len(c.Changes) > 0 || flips(c) {
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(a, b impact.Case) int {
		return cmp.Or(openness(a)-openness(b), size(b.Difference).Cmp(size(a.Difference)))
	})
	return all
}

// openness sorts cases that changed between open and known before others.
func openness(c impact.Case) int {
	if (c.Old.Score == nil) != (c.New.Score == nil) {
		return 0
	}
	return 1
}

func flips(c impact.Case) bool { return gradeOf(c.Old) != gradeOf(c.New) }

func gradeOf(r impact.Result) string {
	if r.Grade == nil {
		return ""
	}
	return *r.Grade
}

func (w Words) caseGrid(p *page, r *impact.Report, top int) {
	all := movers(r)
	if len(all) == 0 {
		return
	}
	p.blank()
	shown := all
	if top > 0 && len(all) > top {
		shown = all[:top]
	}
	g := grid{heads: []string{w.say("impact.cases"), w.say("impact.old"), w.say("impact.new"), w.say("impact.change"), w.say("impact.grade")}}
	for _, c := range shown {
		g.add([]string{c.Title, w.score(c.Old.Score, ""), w.score(c.New.Score, ""), w.signed(c.Difference), w.grades(c)}, func(p *page) { w.caseChanges(p, c) })
	}
	g.write(p)
	if len(shown) < len(all) {
		p.blank()
		p.block(0, w.say("impact.more", "shown", len(shown), "all", len(all)))
	}
}

// grades is the grade, or both where it changed.
func (w Words) grades(c impact.Case) string {
	if !flips(c) {
		return grade(gradeOf(c.Old))
	}
	return grade(gradeOf(c.Old)) + " → " + grade(gradeOf(c.New))
}

// caseChanges writes the indicators of a case that changed, with reasons.
func (w Words) caseChanges(p *page, c impact.Case) {
	for _, ch := range c.Changes {
		p.block(2, w.changeHead(ch))
		p.blocks(4, w.changeReasons(ch))
	}
}

func (w Words) changeHead(ch impact.Change) string {
	return w.say("impact.change_head", "title", ch.Title, "old", w.decision(ch.Old), "new", w.decision(ch.New), "difference", w.signed(ch.Difference))
}

func (w Words) decision(d *impact.Decision) string {
	if d == nil {
		return "—"
	}
	return w.score(d.Score, d.Outcome)
}

// changeReasons are the deductions and other causes that appeared or vanished.
func (w Words) changeReasons(ch impact.Change) []string {
	var lines []string
	for _, d := range ch.Appeared {
		lines = append(lines, w.say("impact.appeared", "what", w.lost(d)))
	}
	for _, d := range ch.Vanished {
		lines = append(lines, w.say("impact.vanished", "what", w.lost(d)))
	}
	for _, d := range ch.Altered {
		lines = append(lines, w.say("impact.altered", "old", w.rough(d.Old.Points), "what", w.lost(d.New)))
	}
	for _, c := range ch.Causes {
		id := "impact.vanished"
		if c.New {
			id = "impact.appeared"
		}
		lines = append(lines, w.say(id, "what", w.cause(c)))
	}
	return lines
}

func (w Words) cause(c impact.Cause) string {
	switch c.Kind {
	case impact.CutOff:
		return w.say("report.cutoff_note", "reason", c.Reason)
	case impact.NotApplicable:
		return w.say("report.not_applicable_note", "reason", c.Reason)
	case impact.Missing:
		return w.missingFact(*c.Fact)
	}
	return w.failure(&c.Failure)
}

func (w Words) notCompared(p *page, r *impact.Report) {
	if len(r.Failed) == 0 {
		return
	}
	p.blank()
	p.block(0, w.say("impact.not_compared", "count", len(r.Failed)))
	for _, f := range r.Failed {
		p.blocks(2, w.problems(f.Err))
	}
}

// problems is an error in our words, a line for each problem.
func (w Words) problems(err error) []string {
	var list message.Problems
	if !errors.As(err, &list) {
		return []string{w.say("cmd.error", "error", message.System(err))}
	}
	lines := []string{}
	for _, p := range list {
		lines = append(lines, w.Catalogue.Problem(w.Lang, p))
	}
	return lines
}

func (w Words) impactLegend(r *impact.Report) []string {
	lines := []string{w.say("impact.legend")}
	if r.Summary.Open > 0 {
		lines = append(lines, w.say("impact.legend_open"))
	}
	return lines
}

// isOpen tells whether a version of the framework could not decide a case.
func isOpen(r impact.Result) bool { return r.Score == nil }
