package report

import (
	"io"
	"strconv"
	"strings"

	"rubric/engine"
)

// Explain writes, for the indicators with those ids or for all when ids is
// empty, the written rule, the ledger, and why each point was lost. Where all
// are explained, those with full marks are told in a line.
func Explain(w io.Writer, a *engine.Assessment, ids []string, words Words, width int) error {
	all := chosen(a, ids)
	e := explainer{pageFor(width, perExplained*(2+len(all))), words}
	heading(e.page, a, words)
	for n, i := range all {
		if n > 0 {
			e.blank()
		}
		e.indicator(i, len(ids) == 0 && untouched(i))
	}
	if len(ids) == 0 {
		e.blank()
		e.rule()
		e.block(0, words.verdict(a.Total))
		findings(e.page, a, words)
	}
	return e.to(w)
}

// perExplained is how many bytes the explanation of an indicator takes.
const perExplained = 1 << 10

// untouched tells whether there is nothing to explain.
func untouched(i *engine.Indicator) bool {
	return i.Outcome == engine.Full && i.Review == nil
}

type explainer struct {
	*page
	words Words
}

func (e explainer) indicator(i *engine.Indicator, brief bool) {
	e.rule()
	e.block(0, i.Title+" ("+i.ID+")")
	e.block(0, e.words.standing(i))
	if brief {
		return
	}
	texts := e.words.ruleText(i)
	if len(texts) > 0 {
		e.blank()
	}
	for _, t := range texts {
		e.labelled(0, t[0], t[1], e.labelColumn())
	}
	e.ledger(i)
	for _, p := range e.words.passages(i) {
		e.blank()
		e.passage(p)
	}
}

// standing is the indicator's weight, result and scores in a sentence.
func (w Words) standing(i *engine.Indicator) string {
	switch {
	case i.Mark != nil:
		return w.say("report.standing_mark", "rule", w.orNot(i.RuleMark, w.say("report.no_mark")), "mark", *i.Mark)
	case i.MarkRange != nil:
		return w.say("report.standing_mark_open", "outcome", w.outcome(i.Outcome), "min", i.MarkRange.Min, "max", i.MarkRange.Max)
	case i.Score == nil && i.Outcome == engine.NotApplicable:
		return w.outcome(i.Outcome)
	case i.Score == nil:
		return w.say("report.standing_open", "weight", i.Weight, "outcome", w.outcome(i.Outcome),
			"min", i.Range.Min, "max", i.Range.Max)
	}
	return w.say("report.standing", "weight", i.Weight, "outcome", w.outcome(i.Outcome),
		"rule", w.score(i.RuleScore, i.Outcome), "score", w.score(i.Score, i.Outcome))
}

func (w Words) outcome(o engine.Outcome) string {
	switch o {
	case engine.Full:
		return w.say("report.outcome_full")
	case engine.Deducted:
		return w.say("report.outcome_deducted")
	case engine.NotApplicable:
		return w.say("report.outcome_not_applicable")
	case engine.Undetermined:
		return w.say("report.outcome_undetermined")
	case engine.Failed:
		return w.say("report.outcome_failed")
	}
	return string(o)
}

// ruleText is what the policy says of itself: pairs of a label and a text.
func (w Words) ruleText(i *engine.Indicator) [][2]string {
	texts := [][2]string{
		{w.say("report.written_rule"), i.Rule.Text},
		{w.say("report.interpretation"), i.Rule.Interpretation},
		{w.say("report.evidence_asked"), strings.Join(i.Rule.Evidence, w.say("report.separator"))},
		{w.say("report.policy"), i.Rule.File},
	}
	var there [][2]string
	for _, t := range texts {
		if t[1] != "" {
			there = append(there, t)
		}
	}
	return there
}

// labelColumn is the column in which texts behind labels start.
func (e explainer) labelColumn() int {
	if e.column > 0 {
		return e.column
	}
	w := e.words
	for _, label := range []string{
		w.say("report.written_rule"), w.say("report.interpretation"),
		w.say("report.evidence_asked"), w.say("report.policy"),
	} {
		e.column = max(e.column, width(label)+2)
	}
	return e.column
}

// ledgerLine is a line of the ledger as it is printed.
type ledgerLine struct{ label, points, about string }

// ledgerLines are the steps from the weight to the score, none where there is
// no score yet.
func (w Words) ledgerLines(i *engine.Indicator) []ledgerLine {
	var lines []ledgerLine
	if i.Score == nil {
		return nil
	}
	for _, s := range i.Ledger {
		lines = append(lines, ledgerLine{w.step(s), s.Points, w.about(s.Points)})
	}
	lines = append(lines, ledgerLine{label: w.say("report.rule_score"), points: w.score(i.RuleScore, i.Outcome)})
	if i.Review != nil {
		lines = append(lines, ledgerLine{label: w.say("report.step_review"), points: i.Review.Given()})
	}
	return append(lines, ledgerLine{label: w.say("report.score"), points: w.score(i.Score, i.Outcome)})
}

func (w Words) step(s engine.Step) string {
	name := w.stepName(s.Step)
	if s.Item == nil || *s.Item == "" {
		return name
	}
	return w.say("report.step_item", "step", name, "item", *s.Item)
}

func (w Words) stepName(step string) string {
	switch step {
	case "weight":
		return w.say("report.step_weight")
	case "deduction":
		return w.say("report.step_deduction")
	case "floor":
		return w.say("report.step_floor")
	case "cutoff":
		return w.say("report.step_cutoff")
	case "not_applicable":
		return w.say("report.step_not_applicable")
	case "rounding":
		return w.say("report.step_rounding")
	}
	return step
}

func (e explainer) ledger(i *engine.Indicator) {
	lines := e.words.ledgerLines(i)
	if len(lines) == 0 {
		return
	}
	points := make([]string, len(lines))
	labels, about := 0, 0
	for n, l := range lines {
		points[n] = l.points
		labels = max(labels, width(clean(l.label)))
		about = max(about, width(l.about))
	}
	numbers := newColumn(points)
	labels = max(min(labels, e.width-numbers.width-about-2-gap), MinWidth/4)
	e.blank()
	e.line(e.words.say("report.ledger"))
	for _, l := range lines {
		text := wrap(l.label, labels, labels)
		e.hang(2, pad(text[0], labels+gap), numbers.cell(l.points)+l.about, 4)
		for _, more := range text[1:] {
			e.line("  " + more)
		}
	}
}

// passage is one thing explained: what it is, why, what it rests on, and
// where the rule stands.
type passage struct {
	title  string
	reason string
	facts  []engine.Fact
	place  string // file:line, or ""
	notes  []string
	below  string // behind the facts
}

// manyChecked is how many facts are told one by one of what was checked.
const manyChecked = 40

// checked says what full marks rest on. What a fact did to the points is not said:
// nothing was taken off.
func (w Words) checked(c *engine.Basis) passage {
	p := passage{title: w.say("report.full_statement")}
	if c == nil {
		return p
	}
	if len(c.Met) > 0 {
		p.notes = append(p.notes, w.say("report.checked_items", "items", strings.Join(c.Met, w.say("report.separator"))))
	}
	if c.Facts.Len() > 0 {
		p.notes = append(p.notes, w.say("report.checked_facts"))
	}
	for n := range min(c.Facts.Len(), manyChecked) {
		f := c.Facts.At(n)
		f.Role = readOnly
		p.facts = append(p.facts, f)
	}
	if left := c.Facts.Len() - len(p.facts); left > 0 {
		p.below = w.say("report.more_facts", "count", left)
	}
	return p
}

// readOnly is the role of a fact that was read and took nothing off.
const readOnly = "read"

// passages are everything about an indicator that wants explaining.
func (w Words) passages(i *engine.Indicator) []passage {
	var all []passage
	for n, d := range counted(i) {
		all = append(all, passage{w.deductionTitle(n+1, d), d.Reason, d.Facts.All(), place(d.Rule), nil, ""})
	}
	if c := i.Cutoff; c != nil {
		all = append(all, passage{w.say("report.cutoff_title"), c.Reason, c.Facts.All(), place(c.Rule), nil, ""})
	}
	if c := i.NotApplicable; c != nil {
		all = append(all, passage{w.say("report.not_applicable_title"), c.Reason, c.Facts.All(), place(c.Rule), nil, ""})
	}
	if facts := missing(i); len(facts) > 0 {
		all = append(all, passage{title: w.say("report.missing_title"), facts: facts})
	}
	if f := i.Failure; f != nil {
		all = append(all, passage{title: w.say("report.failure_title"), reason: w.broken(f),
			place: place(engine.Place{File: f.File, Line: f.Line})})
	}
	if i.Outcome == engine.Full {
		all = append(all, w.checked(i.Basis))
	}
	if r := i.Review; r != nil {
		all = append(all, passage{title: w.reviewTitle(r), reason: r.Reason, notes: append(w.outside(r), w.ballots(r.Panel)...)})
	}
	return all
}

func (w Words) deductionTitle(n int, d engine.Deduction) string {
	if d.Severity != "" {
		return w.say("report.check_found", "number", n, "item", d.Item, "severity", w.graveness(d.Severity))
	}
	if d.Said != nil {
		return w.say("report.verdict_title", "item", d.Item, "said", w.said(*d.Said))
	}
	if d.Mark != nil {
		return w.say("report.deduction_title_mark", "number", n, "mark", *d.Mark, "item", d.Item)
	}
	points := strings.TrimPrefix(d.Points, "-")
	if d.Item == "" {
		return w.say("report.deduction_title", "number", n, "points", points, "about", w.about(points), "share", d.Share)
	}
	return w.say("report.deduction_title_item", "number", n, "item", d.Item, "points", points,
		"about", w.about(points), "share", d.Share)
}

// said is what a verdict gives: score, mark, grade.
func (w Words) said(s engine.Said) string {
	var all []string
	for _, text := range []*string{s.Score, s.Mark, s.Grade} {
		if text != nil {
			all = append(all, *text)
		}
	}
	return strings.Join(all, w.say("report.separator"))
}

func (w Words) reviewTitle(r *engine.Review) string {
	if r.Mark != nil {
		return w.say("report.review_mark_title", "mark", *r.Mark, "by", r.By)
	}
	if r.By == "" {
		return w.say("report.review_title", "score", r.Given())
	}
	return w.say("report.review_title_by", "score", r.Given(), "by", r.By)
}

func place(p engine.Place) string {
	if p.Line == 0 {
		return p.File
	}
	return p.File + ":" + strconv.Itoa(p.Line)
}

func (e explainer) passage(p passage) {
	e.block(0, p.title)
	if p.reason != "" {
		e.field("report.reason", p.reason)
	}
	if p.place != "" {
		e.field("report.place", p.place)
	}
	e.blocks(2, p.notes)
	if len(p.facts) == 0 {
		return
	}
	if p.reason != "" {
		e.line("  " + e.words.say("report.facts"))
	}
	for _, f := range p.facts {
		e.block(4, e.words.fact(f))
		e.block(6, e.words.source(f))
	}
	if p.below != "" {
		e.block(4, p.below)
	}
}

// field writes a label and its text.
func (e explainer) field(label, text string) {
	label = e.words.say(label)
	e.hang(2, label, text, 2+width(label))
}

// fact is a cited or missing fact in words: label, value with unit, role.
func (w Words) fact(f engine.Fact) string {
	label := f.Label
	if label == "" {
		label = f.Pointer
	}
	switch {
	case f.Miscount != nil:
		return w.say("report.miscounted", "label", label, "miscount", w.miscount(f.Miscount))
	case f.Role == "":
		return label
	case f.Role == readOnly:
		return w.say("report.fact_read", "label", label, "value", w.value(f))
	}
	return w.say("report.fact", "label", label, "value", w.value(f), "role", w.role(f.Role))
}

// source is where a fact stands in the facts and in the evidence.
func (w Words) source(f engine.Fact) string {
	if evidence := w.evidence(f); evidence != "" {
		return w.say("report.source", "pointer", f.Pointer, "evidence", evidence)
	}
	return f.Pointer
}

// evidence is the source of a fact, or the word for none; "" for a fact that is
// not there.
func (w Words) evidence(f engine.Fact) string {
	if f.Evidence == "" && f.Role != "" && f.Role != "absent" {
		return w.say("report.no_evidence")
	}
	return f.Evidence
}
