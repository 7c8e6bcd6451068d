// Package reconcile finds the facts of a case that contradict each other (勾稽核
// 对): it runs the identities that the schema declares of its tables (x-table)
// and the reconciliation checks of the framework, compares them with what the cases
// of earlier years state, and says which indicators a contradiction touches and by
// how many points.
package reconcile

import (
	"context"
	"runtime"
	"slices"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
	"rubric/engine/years"
)

// Result is what is to be said of one case.
type Result struct {
	// Findings are the gravest first, then in the order of the facts and of the
	// checks' files.
	Findings []engine.Reconciliation
	// Open are the checks that broke, or that could not be completed because facts
	// are missing.
	Open []Open

	marks []mark // of Findings
}

// Open is a check that did not come to its end.
type Open struct {
	Check   string          `json:"check"`
	Title   string          `json:"title"`
	Missing []engine.Fact   `json:"missing"`
	Failure *engine.Failure `json:"failure"` // nil where facts are missing
}

// mark is what a finding is made of, for weighing it.
type mark struct {
	causes  []policy.Cause
	figures []number.Number
	adopt   []policy.Adoption
}

// Run reconciles a case whose facts are bound. A chain is the case and its
// predecessors, the latest first: then what they state differently of one year is
// found too. Points are not weighed yet: see Weigh. The error is ctx's.
func Run(ctx context.Context, rules *engine.Rules, c engine.Case, chain ...years.Case) (*Result, error) {
	words, err := message.Load()
	if err != nil {
		return nil, err
	}
	lang, _ := message.ParseLang(rules.Framework.Language)
	r := &running{ctx: ctx, rules: rules, c: c, words: words, lang: lang, result: &Result{Findings: []engine.Reconciliation{}, Open: []Open{}}}
	checks := r.begin(rules.Checks())
	r.tables(c.Facts.Root)
	for _, done := range checks {
		if err := r.check(<-done); err != nil {
			return nil, err
		}
	}
	r.years(chain)
	r.result.sort()
	return r.result, nil
}

// running is one reconciliation under way.
type running struct {
	ctx    context.Context
	rules  *engine.Rules
	c      engine.Case
	words  *message.Catalogue
	lang   message.Lang // of the framework's texts, so that a result is the same everywhere
	result *Result
}

func (r *running) say(id string, pairs ...any) string {
	return r.words.Text(r.lang, message.New(id, pairs...))
}

// checked is what one of the framework's checks came to. The error is ctx's.
type checked struct {
	*engine.Checked
	err error
}

// begin starts the framework's checks beside each other, as many at a time as
// there are processors; each is given in its order.
func (r *running) begin(checks []engine.Check) []<-chan checked {
	all := make([]<-chan checked, len(checks))
	room := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, check := range checks {
		done := make(chan checked, 1)
		go func() {
			room <- struct{}{}
			found, err := r.rules.Reconcile(r.ctx, r.c, check)
			<-room
			done <- checked{found, err}
		}()
		all[i] = done
	}
	return all
}

// check takes over what one of the framework's checks found.
func (r *running) check(checked checked) error {
	if checked.err != nil {
		return checked.err
	}
	check := checked.Check
	if checked.Failure != nil || len(checked.Missing) > 0 {
		r.result.Open = append(r.result.Open, Open{check.ID, check.Policy.Meta.Title, checked.Missing, checked.Failure})
	}
	for _, d := range checked.Found {
		r.found(engine.Reconciliation{
			Check: check.ID, Item: d.Item, Severity: string(d.Contradiction.Severity), Message: d.Reason,
			Rule: engine.Place{File: check.File, Line: d.Line},
		}, mark{d.Causes, d.Contradiction.Figures, d.Contradiction.Adopt})
	}
	return nil
}

// found completes a finding: its figures, its facts, the indicators it touches.
func (r *running) found(f engine.Reconciliation, m mark) {
	if len(m.figures) == 2 {
		f.Figures = []string{m.figures[0].String(), m.figures[1].String()}
		difference := m.figures[0].Sub(m.figures[1]).String()
		f.Difference = &difference
	}
	f.Facts = engine.CitationsOf(r.c, m.causes)
	f.Indicators = r.touched(m)
	r.result.Findings = append(r.result.Findings, f)
	r.result.marks = append(r.result.marks, m)
}

// touched are the indicators that may read a fact of a finding, in the tree's
// order.
func (r *running) touched(m mark) []engine.Touched {
	var places []*facts.Schema
	for _, c := range m.causes {
		places = append(places, c.Node.Schema)
	}
	for _, a := range m.adopt {
		places = append(places, r.c.Facts.Schema.At(a.Pointer))
	}
	return r.rules.ReadBy(r.c, places...)
}

// Count is how many findings have that severity.
func Count(findings []engine.Reconciliation, severity policy.Severity) int {
	n := 0
	for _, f := range findings {
		if f.Severity == string(severity) {
			n++
		}
	}
	return n
}

// sort puts the gravest findings first and leaves their order else as it was.
func (res *Result) sort() {
	order := make([]int, len(res.Findings))
	for i := range order {
		order[i] = i
	}
	grave := policy.Severities()
	slices.SortStableFunc(order, func(a, b int) int {
		return slices.Index(grave, res.Findings[a].Severity) - slices.Index(grave, res.Findings[b].Severity)
	})
	findings, marks := []engine.Reconciliation{}, []mark{}
	for _, i := range order {
		findings, marks = append(findings, res.Findings[i]), append(marks, res.marks[i])
	}
	res.Findings, res.marks = findings, marks
}
