package rego

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/compile"
	"github.com/open-policy-agent/opa/v1/ir"

	"rubric/engine/message"
	"rubric/engine/policy"
)

// plan has OPA plan every rule that is an answer, and prepares the plan.
func (c *compilation) plan(ctx context.Context) {
	plan, err := planned(ctx, c.modules, c.sources(), c.entrypoints(), capabilities(c.builtins))
	if err != nil {
		c.opaErrors("", err)
		return
	}
	c.code, err = prepare(plan, c.builtins)
	if err != nil {
		c.problems.Add(message.Problem{Message: message.New("rego.plan", "message", err.Error())})
		return
	}
	c.code.foldConstants(ctx)
}

// entrypoints are the rules whose value is part of a finding.
func (c *compilation) entrypoints() []string {
	var all []string
	for _, m := range c.modules[:len(c.unit.Policies)] {
		for _, rule := range []string{ruleDeductions, ruleEarned, ruleCutoff, ruleNotApplicable} {
			if has(m, rule) {
				all = append(all, rulePath(m, rule))
			}
		}
	}
	return all
}

// rulePath is a rule's place in the data, "pkg/sub/rule".
func rulePath(m *ast.Module, rule string) string {
	var parts []string
	for _, t := range m.Package.Path[1:] {
		s, _ := t.Value.(ast.String)
		parts = append(parts, string(s))
	}
	return strings.Join(append(parts, rule), "/")
}

func planned(ctx context.Context, modules []*ast.Module, sources []policy.Source, entrypoints []string, caps *ast.Capabilities) (*ir.Policy, error) {
	b := &bundle.Bundle{Data: map[string]any{}}
	b.Manifest.Init()
	for i, m := range modules {
		b.Modules = append(b.Modules, bundle.ModuleFile{URL: sources[i].File, Path: sources[i].File, Raw: sources[i].Text, Parsed: m})
	}
	compiler := compile.New().WithTarget(compile.TargetPlan).WithBundle(b).
		WithEntrypoints(entrypoints...).WithCapabilities(caps).WithRegoVersion(ast.RegoV1)
	if err := compiler.Build(ctx); err != nil {
		return nil, err
	}
	var plan ir.Policy
	if err := json.Unmarshal(compiler.Bundle().PlanModules[0].Raw, &plan); err != nil {
		return nil, err
	}
	plainOperands(&plan)
	return &plan, nil
}

// foldConstants evaluates once the rules that do not depend on the facts, such
// as tables of thresholds.
func (c *code) foldConstants(ctx context.Context) {
	for _, fn := range c.functions {
		if len(fn.params) != 2 || !c.independent(fn, 0) {
			continue
		}
		m := newMachine(ctx, c)
		val, line, r := m.enter(fn, []value{nil, &object{}})
		if r == next && val != nil {
			fn.constant = &memo{val: val, line: line}
		}
	}
}

// independent tells whether nothing a function does can reach the facts.
func (c *code) independent(fn *function, depth int) bool {
	ok := depth < maxDepth
	for _, b := range fn.plan.Blocks {
		walk(b, func(s ir.Stmt) {
			switch s := s.(type) {
			case *ir.CallStmt:
				if callee := c.byName[s.Func]; callee != nil {
					ok = ok && c.independent(callee, depth+1)
				}
			case *ir.CallDynamicStmt, *ir.WithStmt:
				ok = false
			default:
				for _, l := range readsOf(s) {
					ok = ok && l != ir.Input
				}
			}
		})
	}
	return ok
}

// analyse finds what each policy may read, and makes the policies.
func (c *compilation) analyse(context.Context) {
	for i, s := range c.unit.Policies {
		m := c.modules[i]
		p := &program{
			code: c.code, file: s.File,
			deductions: c.rule(m, ruleDeductions), constant: c.constantDeductions(m), earned: c.rule(m, ruleEarned),
			cutoff: c.rule(m, ruleCutoff), notApplicable: c.rule(m, ruleNotApplicable),
		}
		a := newAnalysis(c.code)
		for _, fn := range append(p.constant, p.deductions, p.earned, p.cutoff, p.notApplicable) {
			if fn != nil {
				a.entry(fn, c.unit.Schema)
			}
		}
		p.distinct = p.deductions == nil || distinctItems(p.deductions, a)
		c.problems = append(c.problems, a.problems...)
		c.policies = append(c.policies, &policy.Policy{
			Meta: meta(m), Reads: a.reads(), Exempts: p.notApplicable != nil, Program: p,
		})
	}
}

func (c *compilation) rule(m *ast.Module, name string) *function {
	return c.code.byPath["/g0/"+rulePath(m, name)]
}

// constantDeductions are the functions of deductions whose items are all
// written out; they have no common function then.
func (c *compilation) constantDeductions(m *ast.Module) []*function {
	prefix := "/g0/" + rulePath(m, ruleDeductions) + "/"
	var all []*function
	for _, fn := range c.code.functions {
		if path := "/" + strings.Join(fn.plan.Path, "/"); constantItem(fn.plan) != "" && strings.HasPrefix(path, prefix) {
			all = append(all, fn)
		}
	}
	return all
}

// meta is what the METADATA comment of the package says.
func meta(m *ast.Module) policy.Meta {
	for _, a := range m.Annotations {
		if a.Scope != "package" {
			continue
		}
		out := policy.Meta{Title: a.Title, Rule: strings.TrimSpace(a.Description)}
		out.Interpretation, _ = a.Custom["interpretation"].(string)
		out.Interpretation = strings.TrimSpace(out.Interpretation)
		list, _ := a.Custom["evidence"].([]any)
		for _, e := range list {
			if s, ok := e.(string); ok {
				out.Evidence = append(out.Evidence, s)
			}
		}
		return out
	}
	return policy.Meta{}
}
