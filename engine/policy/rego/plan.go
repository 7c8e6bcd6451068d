package rego

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/ir"
	"github.com/open-policy-agent/opa/v1/rego"

	"rubric/engine/message"
	"rubric/engine/policy"
	"rubric/engine/policy/pack"
)

// plan has OPA plan every rule that is an answer.
func (c *compilation) plan(ctx context.Context) {
	c.probe()
	plan, err := planned(ctx, c.compiler, planQuery(c.entrypoints()), c.probing()...)
	if err != nil {
		c.opaErrors("", err)
		return
	}
	c.found.plan = plan
	for _, m := range c.modules[:len(c.unit.Policies)] {
		c.found.policies = append(c.found.policies, keptPolicy{path: packagePath(m), meta: meta(m)})
	}
}

// prepare makes code of the plan.
func (c *compilation) prepare(ctx context.Context) {
	var err error
	c.code, err = prepare(c.found.plan, c.builtins, c.keyed()...)
	if err != nil {
		c.problems.Add(message.Problem{Message: message.New("rego.plan", "message", err.Error())})
		return
	}
	c.code.data = plain(c.unit.Data)
	c.code.replacesData = c.code.findsDataReplaced() || c.elements()
	c.code.foldConstants(ctx)
}

// entrypoints are the rules whose value is part of a finding.
func (c *compilation) entrypoints() []string {
	var all []string
	for i, m := range c.modules[:len(c.unit.Policies)] {
		for _, rule := range c.answerRules() {
			if has(m, rule) && (rule == ruleContradictions) == c.unit.Policies[i].Check {
				all = append(all, rulePath(m, rule))
			}
		}
	}
	return all
}

// rulePath is a rule's place in the data, "pkg/sub/rule".
func rulePath(m *ast.Module, rule string) string { return packagePath(m) + "/" + rule }

// packagePath is a package's place in the data, "pkg/sub".
func packagePath(m *ast.Module) string {
	var parts []string
	for _, t := range m.Package.Path[1:] {
		s, _ := t.Value.(ast.String)
		parts = append(parts, string(s))
	}
	return strings.Join(parts, "/")
}

// planned has OPA plan what a query asks for. OPA hands its plan only to the
// plug-in of a target, or as a file in a bundle, which costs several times as
// much as the planning. More are functions to declare beside ours.
func planned(ctx context.Context, compiler *ast.Compiler, query string, more ...*builtin) (*ir.Policy, error) {
	registerPlanner()
	options := []func(*rego.Rego){rego.Compiler(compiler), rego.Target(planTarget), rego.Query(query)}
	for _, b := range append(ours(), more...) {
		f := &rego.Function{Name: b.name, Decl: b.decl}
		options = append(options, rego.FunctionDyn(f, func(rego.BuiltinContext, []*ast.Term) (*ast.Term, error) {
			return nil, errors.ErrUnsupported // planning calls nothing
		}))
	}
	var plan *ir.Policy
	_, err := rego.New(options...).PrepareForEval(context.WithValue(ctx, planKey{}, &plan))
	return plan, err
}

// planQuery asks for every entrypoint, so that each is planned.
func planQuery(entrypoints []string) string {
	var b strings.Builder
	for i, e := range entrypoints {
		ref := ast.Ref{ast.DefaultRootDocument}
		for _, part := range strings.Split(e, "/") {
			ref = append(ref, ast.StringTerm(part))
		}
		fmt.Fprintf(&b, "x%d = %v\n", i, ref)
	}
	return b.String()
}

// planTarget names the target whose plug-in takes a plan and keeps it.
const planTarget = "rubric"

// planKey is where planned leaves room for the plan in the context.
type planKey struct{}

// planner is OPA's plug-in that hands a plan over.
type planner struct{}

func (planner) IsTarget(name string) bool { return name == planTarget }

func (planner) PrepareForEval(ctx context.Context, plan *ir.Policy, _ ...rego.PrepareOption) (rego.TargetPluginEval, error) {
	*ctx.Value(planKey{}).(**ir.Policy) = plan
	return nil, nil
}

// registerPlanner makes the plug-in known to OPA, which keeps plug-ins in a
// list of the process.
var registerPlanner = sync.OnceFunc(func() { rego.RegisterPlugin(planTarget, planner{}) })

// Limits of working out rules when a policy is compiled. What takes more is
// worked out when it runs, and paid for then.
const (
	foldSteps = 50_000  // for one rule
	foldBytes = 1 << 20 // for one rule
	foldTotal = 20      // times as much for all
)

// foldConstants evaluates once the rules that do not depend on the facts, such
// as tables of thresholds.
func (c *code) foldConstants(ctx context.Context) {
	l := policy.Limits{Steps: foldSteps, Bytes: foldBytes}.Effective()
	left := policy.Usage{Steps: foldTotal * foldSteps, Bytes: foldTotal * foldBytes}
	for _, fn := range c.functions {
		if len(fn.params) != 2 || !c.independent(fn, 0) {
			continue
		}
		l.Steps, l.Bytes = min(l.Steps, left.Steps), min(l.Bytes, left.Bytes)
		m := newMachine(ctx, c, l)
		val, line, r := m.enter(fn, []value{nil, c.data})
		if r == next && val != nil {
			fn.constant = &memo{val: val, line: line}
		}
		left.Steps, left.Bytes = left.Steps-m.used().Steps, left.Bytes-m.used().Bytes
	}
}

// findsDataReplaced tells whether a `with` replaces data anywhere: then a rule
// that reads data is no constant.
func (c *code) findsDataReplaced() bool {
	found := false
	for _, fn := range c.functions {
		for _, b := range fn.plan.Blocks {
			walk(b, func(s ir.Stmt) {
				with, ok := s.(*ir.WithStmt)
				found = found || ok && with.Local == ir.Data
			})
		}
	}
	return found
}

// deepest is how far calls are followed when a policy is compiled.
const deepest = 200

// independent tells whether nothing a function does can reach the facts.
func (c *code) independent(fn *function, depth int) bool {
	ok := depth < deepest
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
				for _, l := range readsOf(s, nil) {
					ok = ok && l != ir.Input && (l != ir.Data || !c.replacesData)
				}
			}
		})
	}
	return ok
}

// analyse finds what each policy may read.
func (c *compilation) analyse(context.Context) {
	for i, s := range c.unit.Policies {
		found := &c.found.policies[i]
		p := &program{}
		a := newAnalysis(c.code)
		for _, fn := range c.answersOf(p, found.path) {
			if fn != nil {
				a.entry(fn, c.unit.Schema, s.Element)
			}
		}
		for _, k := range p.keyedRules() {
			if k.whole != nil {
				k.clashes = clashes(k.whole, a)
			}
		}
		found.note(p)
		found.reads = pack.PlacesOf(a.reads())
		c.problems = append(c.problems, a.problems...)
	}
}

// finish makes the policies of what was found out.
func (c *compilation) finish(context.Context) {
	places := c.unit.Schema.Places()
	for i, s := range c.unit.Policies {
		found := &c.found.policies[i]
		p := c.program(s, found)
		c.policies = append(c.policies, &policy.Policy{Meta: found.meta, Reads: found.reads.In(places), Exempts: p.notApplicable != nil, Program: p})
	}
}

func (c *compilation) program(s policy.Source, found *keptPolicy) *program {
	p := &program{code: c.code, file: s.File, limits: c.limits.Effective(), scale: c.unit.Scale, check: s.Check}
	c.answersOf(p, found.path)
	found.tell(p)
	return p
}

// answersOf gives a program its rules, and lists them.
func (c *compilation) answersOf(p *program, path string) []*function {
	rule := func(name string) *function { return c.code.byPath["/g0/"+path+"/"+name] }
	if c.unit.Aggregates {
		p.aggregates, p.groups, p.caps, p.total = true, c.keyedRule(path, ruleGroups), c.keyedRule(path, ruleCaps), rule(ruleTotal)
		return slices.Concat(p.groups.constant, p.caps.constant, []*function{p.groups.whole, p.total, p.caps.whole})
	}
	p.deductions = c.keyedRule(path, answerRule(p.check))
	p.earned, p.cutoff, p.notApplicable = rule(ruleEarned), rule(ruleCutoff), rule(ruleNotApplicable)
	return slices.Concat(p.deductions.constant, []*function{p.deductions.whole, p.earned, p.cutoff, p.notApplicable})
}

// keyedRule is a rule whose entries are answers. Where their names are all
// written out, they have a function each, and none in common.
func (c *compilation) keyedRule(path, name string) keyed {
	k := keyed{name: name, whole: c.code.byPath["/g0/"+path+"/"+name]}
	prefix := "/g0/" + path + "/" + name + "/"
	for _, fn := range c.code.functions {
		if strings.HasPrefix(fn.path, prefix) && c.code.constantItem(fn.plan) != "" {
			k.constant = append(k.constant, fn)
		}
	}
	return k
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
