// Package lint examines a framework that compiles for what is likely to be a
// slip: a branch no fact can reach, a threshold that the written rule does not
// have, 元 compared with 万元. It runs no policy; it works on their scripts and
// on the schema's bounds, with exact numbers.
//
// Each rule has a name, a severity, a small file and a page in docs/ with an
// example that fails and one that passes, which the tests run. A finding is
// silenced in place by a comment with a reason (see ignore.go).
package lint

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"rubric/engine"
	"rubric/engine/cases"
	"rubric/engine/framework"
	"rubric/engine/message"
	"rubric/engine/policy"
	"rubric/engine/policy/cel"
	"rubric/engine/policy/rego"
	"rubric/engine/policy/script"
)

// Severity is how much a finding matters.
type Severity string

// The severities: an error is to be mended; a warning is most likely a slip; an
// info is worth a look.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

// Finding is one finding of one rule. Its Problem's File is a path as the user
// gave the framework's folder; Source is the line it stands in.
type Finding struct {
	Rule     string
	Severity Severity
	message.Problem
	Source string
}

// Options are what a check depends on besides the framework.
type Options struct {
	Date  string      // ISO date on which the rules are to be used, "" for none
	Bases cases.Bases // facts of case folders; nil where they are not at hand
}

// Rule is what the check looks for.
type Rule struct {
	Name     string
	Severity Severity
	check    func(*checker) // nil for what loading and compiling report
}

// Check examines a framework that loads and compiles.
func Check(fw *framework.Framework, o Options) ([]Finding, error) {
	c := &checker{fw: fw, options: o, lines: map[string][]string{}}
	if err := c.inspect(); err != nil {
		return nil, err
	}
	for _, r := range Rules() {
		if r.check != nil {
			c.rule = r
			r.check(c)
		}
	}
	c.silence()
	slices.SortStableFunc(c.found, func(a, b Finding) int {
		return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line, a.Column-b.Column, strings.Compare(a.Rule, b.Rule))
	})
	found := slices.CompactFunc(c.found, func(a, b Finding) bool {
		return a.Rule == b.Rule && a.File == b.File && a.Line == b.Line && a.Column == b.Column
	})
	for i := range found {
		found[i].Source = c.source(found[i].File, found[i].Line)
		found[i].File = filepath.Join(fw.Dir, filepath.FromSlash(found[i].File))
	}
	return found, nil
}

// checker is the state of one check.
type checker struct {
	fw       *framework.Framework
	options  Options
	policies []script.Policy
	lines    map[string][]string // of the framework's files, as far as read
	rule     Rule                // the one at work
	found    []Finding
}

func (c *checker) inspect() error {
	policies, helpers := c.fw.Policies(".rego")
	c.policies = rego.Inspect(policy.Unit{Schema: c.fw.Schema, Policies: slices.Concat(policies, c.fw.ChecksIn(".rego")),
		Helpers: helpers, Data: c.fw.Data, Scale: c.fw.Scale})
	policies, _ = c.fw.Policies(".cel.yaml")
	more, err := cel.Inspect(policy.Unit{Schema: c.fw.Schema, Policies: slices.Concat(policies, c.fw.ChecksIn(".cel.yaml")), Scale: c.fw.Scale})
	c.policies = append(c.policies, more...)
	if err != nil || c.fw.Aggregator.File == "" {
		return err
	}
	return c.inspectAggregator()
}

// inspectAggregator adds the policy of aggregation, which sees outcomes for facts.
func (c *checker) inspectAggregator() error {
	own := c.fw.Aggregator
	schema, err := engine.OutcomesSchema(c.fw)
	if err != nil {
		return err
	}
	unit := policy.Unit{Schema: schema, Policies: []policy.Source{own}, Data: c.fw.Data, Scale: c.fw.Scale, Aggregates: true}
	if strings.HasSuffix(own.File, ".rego") {
		c.policies = append(c.policies, rego.Inspect(unit)...)
		return nil
	}
	more, err := cel.Inspect(unit)
	c.policies = append(c.policies, more...)
	return err
}

// report notes a finding of the rule at work.
func (c *checker) report(at script.Place, m message.Message) {
	c.found = append(c.found, Finding{Rule: c.rule.Name, Severity: c.rule.Severity,
		Problem: message.Problem{File: at.File, Line: at.Line, Column: at.Column, Message: m}})
}

// source is a line of a file of the framework, "" if there is none.
func (c *checker) source(file string, line int) string {
	lines, read := c.lines[file]
	if !read {
		lines = c.read(file)
		c.lines[file] = lines
	}
	if line < 1 || line > len(lines) {
		return ""
	}
	return lines[line-1]
}

func (c *checker) read(file string) []string { return linesIn(c.fw.Bundle.File(file)) }

func linesIn(text []byte) []string { return strings.Split(string(text), "\n") }

// clauses calls visit with every clause of every policy.
func (c *checker) clauses(visit func(p *script.Policy, r *script.Rule, k *script.Clause)) {
	for i := range c.policies {
		p := &c.policies[i]
		for j := range p.Rules {
			r := &p.Rules[j]
			for n := range r.Clauses {
				visit(p, r, &r.Clauses[n])
			}
		}
	}
}

// expressions calls visit with every expression of every policy, from the
// outside in.
func (c *checker) expressions(visit func(e *script.Expr)) {
	c.clauses(func(_ *script.Policy, _ *script.Rule, k *script.Clause) {
		for _, e := range k.Expressions() {
			c.walk(e, visit)
		}
	})
}

// walk visits e and its parts, and the definitions of names that are local to
// the clause: those of variables and rules have clauses of their own.
func (c *checker) walk(e *script.Expr, visit func(e *script.Expr)) {
	e.WalkAll(func(x *script.Expr) bool {
		visit(x)
		return x.Form != script.Choice
	})
}
