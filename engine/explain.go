package engine

import (
	"strings"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// explain puts a result into the published form: every point with its rule, its
// reason and its facts.
func (r *Rules) explain(c Case, l *leaf, res *result) Indicator {
	if l.untouched.explains(res) {
		return l.untouched.shown
	}
	e := explainer{rules: r, c: c, leaf: l}
	in := Indicator{
		ID: l.ID, Title: l.Title(), Weight: l.Weight.String(), Outcome: res.outcome,
		Deductions: e.deductions(res.finding), Cutoff: e.clause(res.finding.Cutoff),
		NotApplicable: e.clause(res.finding.NotApplicable), Missing: []string{}, Ledger: make([]Step, 0, len(res.ledger)),
		Rule: RuleText{File: l.file, Text: l.policy.Meta.Rule, Interpretation: l.policy.Meta.Interpretation, Evidence: l.policy.Meta.Evidence},
	}
	r.scores(&in, res)
	for _, s := range res.ledger {
		in.Ledger = append(in.Ledger, s.published())
	}
	for _, m := range res.missing {
		in.Missing = append(in.Missing, m.Pointer)
		in.MissingFact = append(in.MissingFact, e.lacking(m))
	}
	if f := res.finding.Failure; f != nil && res.outcome == Failed {
		in.Failure = e.failure(f)
	}
	if m := res.marks; m != nil {
		in.Mark, in.RuleMark, in.MarkRange = r.scaleMark(m.final), r.scaleMark(m.rule), r.markRange(m.best, m.worst)
	}
	if res.mark != nil {
		in.Review = &Review{Reason: res.mark.Reason, By: res.mark.By, Panel: res.mark.Panel}
		if in.Review.Mark = textOrNil(res.mark.Letter); in.Review.Mark == nil {
			in.Review.Score = r.points(&res.mark.Score)
		}
	}
	return in
}

// scores puts in the scores of a result; most are one and the same.
func (r *Rules) scores(in *Indicator, res *result) {
	in.RuleScore = r.points(res.ruleScore)
	in.Score = in.RuleScore
	if res.score != res.ruleScore {
		in.Score = r.points(res.score)
	}
	if res.score != nil && res.least.Equal(*res.score) && res.most.Equal(*res.score) {
		in.Range = Range{Min: *in.Score, Max: *in.Score}
	} else {
		in.Range = r.interval(res.least, res.most)
	}
}

// explainer explains one indicator of one case.
type explainer struct {
	rules *Rules
	c     Case
	leaf  *leaf
}

func (e explainer) deductions(f *policy.Finding) []Deduction {
	all := make([]Deduction, 0, len(f.Deductions))
	for _, d := range f.Deductions {
		all = append(all, Deduction{
			Item: d.Item, Share: e.share(d).String(), Points: d.Lost(e.leaf.Weight).String(), Mark: textOrNil(d.Mark),
			Reason: d.Reason, Facts: e.cite(d.Causes), Rule: Place{e.leaf.file, d.Line},
		})
	}
	return all
}

func (e explainer) cite(causes []policy.Cause) Citations {
	return Citations{causes: causes, evidence: e.c.Evidence}
}

// share is the share of the weight that a deduction takes.
func (e explainer) share(d policy.Deduction) number.Number {
	if d.Points == nil {
		return d.Share
	}
	share, _ := d.Lost(e.leaf.Weight).Div(e.leaf.Weight) // 0 of a weight that is 0
	return share
}

func textOrNil(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func (e explainer) clause(c *policy.Clause) *Clause {
	if c == nil {
		return nil
	}
	return &Clause{Reason: c.Reason, Facts: e.cite(c.Causes), Rule: Place{e.leaf.file, c.Line}}
}

// failure is worded in the framework's language, so that an assessment is the
// same wherever it is made.
func (e explainer) failure(f *policy.Failure) *Failure {
	lang, ok := message.ParseLang(e.rules.Framework.Language)
	if !ok {
		lang = message.English
	}
	file := f.File
	if file == "" {
		file = e.leaf.file
	}
	return &Failure{Message: e.rules.words.Text(lang, f.Message), File: file, Line: f.Line, Words: f.Message}
}

// lacking describes a missing fact by the labels of the schema and, of list
// elements, their keys in the document.
func (e explainer) lacking(m facts.Missing) Fact {
	f := Fact{Pointer: m.Pointer, Unit: m.Schema.Unit}
	at, schema := e.c.Facts.At(m.Pointer), m.Schema
	var absent []string
	for pointer := m.Pointer; at == nil; schema = schema.Parent {
		absent = append([]string{schema.Label()}, absent...)
		pointer = pointer[:strings.LastIndexByte(pointer, '/')]
		at = e.c.Facts.At(pointer)
	}
	if path := Label(at); path != "" {
		absent = append([]string{path}, absent...)
	}
	f.Label = strings.Join(absent, LabelSeparator)
	if m.Count != nil {
		f.Miscount = &Miscount{Label: m.Count.Schema.Label(), Value: m.Count.Text, Len: m.Len}
	}
	return f
}
