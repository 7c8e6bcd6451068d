package rego

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"rubric/engine/message"
	"rubric/engine/policy"
)

// A policy of aggregation defines groups[id], total and caps[name], each an
// object with a reason and one or more of score, mark and grade.

// verdictForms checks the form of those rules.
func (c *compilation) verdictForms(m *ast.Module) {
	if !has(m, ruleGroups) && !has(m, ruleTotal) {
		c.problemAt(m.Package.Location, message.New("rego.no_verdict"))
	}
	for _, r := range m.Rules {
		name, single := ruleName(r), r.Head.RuleKind() == ast.SingleValue && len(r.Head.Args) == 0
		switch {
		case slices.Contains(c.keyed(), name) && (!single || len(r.Head.Ref()) != 2):
			c.problemAt(r.Location, message.New("rego.deductions_form", "rule", name))
		case name == ruleTotal && (!single || len(r.Head.Ref()) != 1):
			c.problemAt(r.Location, message.New("rego.answer_form", "rule", name))
		}
	}
}

// verdicts evaluates the rules.
func (r *run) verdicts() bool {
	for _, k := range []struct {
		rule keyed
		of   policy.VerdictOf
	}{{r.groups, policy.OfGroup}, {r.caps, policy.OfCap}} {
		ok := r.entries(k.rule, func(name string, e entry, mark int) bool {
			return r.verdict(policy.Verdict{Of: k.of, Name: name, Line: e.line}, e.val, mark)
		})
		if !ok {
			return false
		}
	}
	if r.total == nil {
		return true
	}
	mark := r.m.trail.Mark()
	v, reads, line, ok := r.value(r.total)
	if !ok || v == nil {
		return ok
	}
	r.m.trail.Append(reads)
	return r.verdict(policy.Verdict{Of: policy.OfTotal, Line: line}, v, mark)
}

// verdict reads an answer, whose reads are on the trail from mark.
func (r *run) verdict(d policy.Verdict, v value, mark int) bool {
	score, letter, grade := scalar(r.field(v, "score")), scalar(r.field(v, amountMark)), scalar(r.field(v, "grade"))
	if given(score, letter, grade) == 0 {
		return r.broken(d.Line, message.New("rego.verdict_empty"))
	}
	if score != nil {
		n, ok := r.number(score, d.Line, "rego.score_form", "rego.score_form")
		if !ok {
			return false
		}
		d.Score = &n
	}
	if letter != nil {
		a, ok := r.marked(letter, d.Line)
		if !ok {
			return false
		}
		d.Mark = a.Mark
	}
	if grade != nil {
		text, ok := grade.(string)
		if !ok {
			return r.broken(d.Line, message.New("rego.grade_form"))
		}
		d.Grade = text
	}
	var ok bool
	if d.Reason, ok = r.reason(v, d.Line); !ok {
		return false
	}
	d.Causes, d.Unproven = r.settle(mark)
	r.finding.Verdicts = append(r.finding.Verdicts, d)
	return true
}
