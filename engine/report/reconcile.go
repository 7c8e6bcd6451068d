package report

import (
	"io"
	"strings"

	"rubric/engine"
	"rubric/engine/number"
	"rubric/engine/policy"
	"rubric/engine/reconcile"
)

// Reconciled is the reconciliation of one case, as its JSON has it.
type Reconciled struct {
	Framework engine.FrameworkRef     `json:"framework"`
	Case      engine.CaseRef          `json:"case"`
	Errors    int                     `json:"errors"`
	Warnings  int                     `json:"warnings"`
	Infos     int                     `json:"infos"`
	Findings  []engine.Reconciliation `json:"findings"`
	Open      []reconcile.Open        `json:"open"`
}

// NewReconciled counts what was found of a case.
func NewReconciled(fw engine.FrameworkRef, c engine.CaseRef, r *reconcile.Result) Reconciled {
	return Reconciled{
		Framework: fw, Case: c, Findings: r.Findings, Open: r.Open,
		Errors: reconcile.Count(r.Findings, policy.Error), Warnings: reconcile.Count(r.Findings, policy.Warning),
		Infos: reconcile.Count(r.Findings, policy.Info),
	}
}

// Reconciliation writes what contradicts what, the gravest first: the sentence,
// the figures with their places, and the indicators that they touch.
func Reconciliation(w io.Writer, r Reconciled, words Words, width int) error {
	p := newPage(width)
	p.hang(0, "", titleOf(r.Case), 0)
	p.hang(0, "", words.say("report.framework", "id", r.Framework.ID, "version", r.Framework.Version), 0)
	p.blank()
	words.reconciled(r).write(p)
	return p.to(w)
}

// ReconciliationMarkdown is Reconciliation in Markdown.
func ReconciliationMarkdown(w io.Writer, r Reconciled, words Words) error {
	m := &markdown{words: words}
	m.paragraph("## " + escape(titleOf(r.Case)))
	m.paragraph(escape(words.say("report.framework", "id", r.Framework.ID, "version", r.Framework.Version)))
	words.reconciled(r).markdown(m)
	return write(w, m.result())
}

// ReconciliationJSON writes one reconciliation, or several as an array.
func ReconciliationJSON(w io.Writer, all []Reconciled, many bool) error {
	if !many && len(all) == 1 {
		return document(w, all[0])
	}
	return document(w, all)
}

func titleOf(c engine.CaseRef) string {
	if c.Title != "" {
		return c.Title
	}
	return c.ID
}

// reconciled is the outline: a verdict, the findings by severity, and the checks
// that did not come to their end.
func (w Words) reconciled(r Reconciled) outline {
	all := outline{{title: w.say("report.reconciled", "errors", r.Errors, "warnings", r.Warnings, "infos", r.Infos)}}
	for _, severity := range policy.Severities() {
		s := section{title: w.graveness(severity)}
		for n, f := range r.Findings {
			if f.Severity == severity {
				s.items = append(s.items, item{w.say("report.numbered", "number", n+1, "text", f.Message), w.foundDetails(f)})
			}
		}
		if len(s.items) > 0 {
			all = append(all, s)
		}
	}
	if len(r.Open) > 0 {
		all = append(all, section{title: w.say("report.open_checks"), items: w.openChecks(r.Open)})
	}
	return all
}

// foundDetails are the difference, the facts and the indicators of a finding.
func (w Words) foundDetails(f engine.Reconciliation) (below []item) {
	if f.Difference != nil {
		below = append(below, item{text: w.say("report.figures_differ", "difference", shownDifference(*f.Difference))})
	}
	for _, c := range w.citedShort(f) {
		below = append(below, item{text: c})
	}
	for _, t := range f.Indicators {
		below = append(below, item{text: w.touched(t)})
	}
	return below
}

// mostDecimals is how many decimals of a difference are shown.
const mostDecimals = 4

func shownDifference(text string) string {
	return parsedPoints(text).Abs().Round(mostDecimals, number.RoundHalfUp).String()
}

// manyFacts is how many facts of a finding are told one by one.
const manyFacts = 6

// citedShort are the facts of a finding with their places: the two figures and,
// if they are few, the others that it is computed from. The names by which rows
// were found are left out.
func (w Words) citedShort(f engine.Reconciliation) (lines []string) {
	left := 0
	for _, c := range f.Facts.All() {
		switch {
		case len(f.Figures) == 0 || isFigure(c, f.Figures) || isNumeric(c) && f.Facts.Len() <= manyFacts:
			lines = append(lines, w.placed(c))
		case isNumeric(c):
			left++
		}
	}
	if left > 0 {
		lines = append(lines, w.say("report.more_facts", "count", left))
	}
	return lines
}

func isNumeric(c engine.Fact) bool {
	_, err := number.Parse(string(c.Value))
	return err == nil
}

// isFigure tells a fact that has the value of one of the figures.
func isFigure(c engine.Fact, figures []string) bool {
	value, err := number.Parse(string(c.Value))
	for _, figure := range figures {
		n, _ := number.ParseFraction(figure)
		if err == nil && value.Equal(n) {
			return true
		}
	}
	return false
}

// placed is a fact with its value and its place in the documents, in one line.
func (w Words) placed(f engine.Fact) string {
	text := f.Label + " " + strings.TrimSpace(w.value(f))
	if f.Case != "" {
		text = w.say("report.of_case", "case", f.Case, "fact", text)
	}
	if evidence := w.evidence(f); evidence != "" {
		text = w.say("report.placed", "fact", text, "evidence", evidence)
	}
	return text
}

// touched is what a finding does to an indicator.
func (w Words) touched(t engine.Touched) string {
	switch {
	case t.Points == nil:
		return w.say("report.touches", "title", t.Title)
	case parsedPoints(*t.Points).Sign() == 0:
		return w.say("report.touches_nothing", "title", t.Title, "score", *t.RuleScore)
	}
	return w.say("report.touches_points", "title", t.Title, "score", *t.RuleScore, "other", *t.Other,
		"points", strings.TrimPrefix(*t.Points, "-"))
}

func parsedPoints(text string) number.Number {
	n, _ := number.ParseFraction(text)
	return n
}

// openChecks are the checks that broke or lack facts.
func (w Words) openChecks(open []reconcile.Open) (items []item) {
	for _, o := range open {
		i := item{text: w.say("report.open_check", "title", o.Title, "check", o.Check)}
		if o.Failure != nil {
			i.below = points(w.failure(o.Failure))
		}
		for _, f := range o.Missing {
			i.below = append(i.below, item{text: w.missingFact(f)})
		}
		items = append(items, i)
	}
	return items
}

// contradictions says shortly that facts contradict each other, "" if none do.
func (w Words) contradictions(a *engine.Assessment) string {
	errors, warnings := reconcile.Count(a.Reconciliation, policy.Error), reconcile.Count(a.Reconciliation, policy.Warning)
	if errors+warnings == 0 {
		return ""
	}
	return w.say("report.contradictions", "errors", errors, "warnings", warnings)
}

// graveness is what a finding of that severity is called.
func (w Words) graveness(severity string) string {
	switch severity {
	case string(policy.Error):
		return w.say("report.found_error")
	case string(policy.Warning):
		return w.say("report.found_warning")
	}
	return w.severity(severity)
}
