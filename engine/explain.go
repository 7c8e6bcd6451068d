package engine

import (
	"encoding/json"
	"strconv"
	"strings"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// explain puts a result into the published form: every point with its rule, its
// reason and its facts.
func (r *Rules) explain(c Case, l leaf, res *result) Indicator {
	e := explainer{rules: r, c: c, leaf: l}
	in := Indicator{
		ID: l.ID, Title: l.Title(), Weight: l.Weight.String(), Outcome: res.outcome,
		RuleScore: r.points(res.ruleScore), Score: r.points(res.score), Range: r.interval(res.least, res.most),
		Deductions: e.deductions(res.finding), Cutoff: e.clause(res.finding.Cutoff),
		NotApplicable: e.clause(res.finding.NotApplicable), Missing: []string{}, Ledger: []Step{},
		Rule: RuleText{File: l.file, Text: l.policy.Meta.Rule, Interpretation: l.policy.Meta.Interpretation, Evidence: l.policy.Meta.Evidence},
	}
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
		in.Review = &Review{Score: *r.points(&res.mark.Score), Reason: res.mark.Reason, By: res.mark.By}
	}
	return in
}

// explainer explains one indicator of one case.
type explainer struct {
	rules *Rules
	c     Case
	leaf  leaf
}

func (e explainer) deductions(f *policy.Finding) []Deduction {
	all := []Deduction{}
	for _, d := range f.Deductions {
		all = append(all, Deduction{
			Item: d.Item, Share: e.share(d).String(), Points: d.Lost(e.leaf.Weight).String(), Mark: textOrNil(d.Mark),
			Reason: d.Reason, Facts: e.facts(d.Causes), Rule: Place{e.leaf.file, d.Line},
		})
	}
	return all
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
	return &Clause{Reason: c.Reason, Facts: e.facts(c.Causes), Rule: Place{e.leaf.file, c.Line}}
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

func (e explainer) facts(causes []policy.Cause) []Fact {
	all := []Fact{}
	for _, c := range causes {
		all = append(all, e.fact(c))
	}
	return all
}

func (e explainer) fact(c policy.Cause) Fact {
	f := Fact{Pointer: c.Pointer(), Role: roleName(c.Role), Label: label(c.Node, c.Key), Evidence: e.source(c.Pointer())}
	schema := c.Node.Schema
	if c.Key != "" && schema != nil {
		schema = schema.Property(c.Key)
	}
	if schema != nil {
		f.Unit = schema.Unit
	}
	switch c.Role {
	case policy.Collection:
		n := c.Node.Len()
		f.Count = &n
	case policy.Absent:
	default:
		f.Value = json.RawMessage(c.Node.JSON())
	}
	return f
}

func roleName(r policy.Role) string {
	return [...]string{policy.Condition: "condition", policy.Value: "value", policy.Collection: "collection", policy.Absent: "absent"}[r]
}

func (e explainer) source(pointer string) string {
	if e.c.Evidence == nil {
		return ""
	}
	s, ok := e.c.Evidence.For(pointer)
	if !ok {
		return ""
	}
	return s.String()
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
	f.Label = strings.Join(append(labels(at), absent...), labelSeparator)
	if m.Count != nil {
		f.Miscount = &Miscount{Label: m.Count.Schema.Label(), Value: m.Count.Text, Len: m.Len}
	}
	return f
}

// labelSeparator stands between the labels of a fact's path.
const labelSeparator = " › "

// label is the path to a node, or to its member key that is not there, in the
// labels of the schema.
func label(n *facts.Node, key string) string {
	parts := labels(n)
	if key != "" && n.Schema != nil {
		if p := n.Schema.Property(key); p != nil {
			parts = append(parts, p.Label())
		}
	}
	return strings.Join(parts, labelSeparator)
}

func labels(n *facts.Node) []string {
	if n.Parent == nil || n.Schema == nil {
		return nil
	}
	parts := labels(n.Parent)
	if n.Parent.Kind != facts.List {
		return append(parts, n.Schema.Label())
	}
	if len(parts) > 0 {
		parts[len(parts)-1] += "（" + elementName(n) + "）"
	}
	return parts
}

// elementName tells an element of a list apart: by its x-key member, else by
// its position from 1.
func elementName(n *facts.Node) string {
	if list := n.Parent.Schema; list != nil && list.Unique != "" {
		if key := n.Member(list.Unique); key != nil && key.Text != "" {
			return key.Text
		}
	}
	return strconv.Itoa(int(n.Index) + 1)
}
