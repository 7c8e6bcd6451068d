// Package rego is policies written in Rego. OPA parses, type-checks and plans
// them; the plan (OPA's intermediate representation, the same that other
// languages' OPAs execute) is prepared once and run by our own machine over
// exact numbers, which notes every fact it reads.
package rego

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/policy"
	"rubric/engine/policy/probe"
)

// Language compiles Rego policies. The zero value is ready.
type Language struct {
	Limits policy.Limits // of each evaluation
	Cache  policy.Cache  // keeps plans for later runs; nil for none

	probes *probe.Recorder // watches the one policy that is compiled; see Probed
}

// Extension is ".rego".
func (Language) Extension() string { return ".rego" }

// The rules a policy may define as its answer.
const (
	ruleDeductions    = "deductions"
	ruleEarned        = "earned"
	ruleCutoff        = "cutoff"
	ruleNotApplicable = "not_applicable"
)

// The rules that a policy of aggregation may define instead.
const (
	ruleGroups = "groups"
	ruleTotal  = "total"
	ruleCaps   = "caps"
)

// answerRules are the rules whose value is part of a finding.
func (c *compilation) answerRules() []string {
	if c.unit.Aggregates {
		return []string{ruleGroups, ruleTotal, ruleCaps}
	}
	return []string{ruleDeductions, ruleEarned, ruleCutoff, ruleNotApplicable, ruleContradictions}
}

// keyed are those of them whose entries are answers.
func (c *compilation) keyed() []string {
	if c.unit.Aggregates {
		return []string{ruleGroups, ruleCaps}
	}
	return []string{ruleDeductions, ruleContradictions}
}

// maxSource is the largest policy file, in bytes: OPA's compiler cannot be
// interrupted.
const maxSource = 1 << 20

// Compile implements policy.Language.
func (l Language) Compile(ctx context.Context, unit policy.Unit) ([]*policy.Policy, error) {
	if len(unit.Policies) == 0 {
		return nil, nil
	}
	if parts := l.load(unit); parts != nil {
		if takeSteps(ctx, parts, (*compilation).prepare, (*compilation).finish) == nil {
			return policiesOf(unit, parts), nil
		}
	}
	whole := l.newCompilation(unit)
	if err := whole.run(ctx, whole.parse, whole.shape); err != nil {
		return nil, err
	}
	parts, err := whole.compile(ctx, whole.parts())
	if err != nil {
		return nil, err
	}
	l.save(unit, parts)
	return policiesOf(unit, parts), nil
}

// compile compiles the modules in parts. Where something is wrong with several
// parts, or one, it compiles them as a whole: that tells what is wrong as if
// there were no parts.
func (c *compilation) compile(ctx context.Context, parts [][]int) ([]*compilation, error) {
	all := make([]*compilation, len(parts))
	for i, modules := range parts {
		all[i] = c.part(modules)
	}
	err := takeSteps(ctx, all, (*compilation).check, (*compilation).names, (*compilation).plan,
		(*compilation).prepare, (*compilation).analyse, (*compilation).finish)
	if err != nil && len(parts) > 1 && ctx.Err() == nil {
		return c.compile(ctx, [][]int{slices.Sorted(slices.Values(slices.Concat(parts...)))})
	}
	return all, err
}

// takeSteps takes the steps for all parts, beside each other. The error is of the
// first part that has one.
func takeSteps(ctx context.Context, parts []*compilation, steps ...func(*compilation, context.Context)) error {
	errs := make([]error, len(parts))
	onAllProcessors(len(parts), func(i int) {
		for _, step := range steps {
			if errs[i] = parts[i].run(ctx, func(ctx context.Context) { step(parts[i], ctx) }); errs[i] != nil {
				return
			}
		}
	})
	return cmp.Or(errs...)
}

// policiesOf are the policies of a unit, in its order.
func policiesOf(unit policy.Unit, parts []*compilation) []*policy.Policy {
	all := make([]*policy.Policy, len(unit.Policies))
	for _, p := range parts {
		for i, at := range p.found.of {
			all[at] = p.policies[i]
		}
	}
	return all
}

func (l Language) newCompilation(unit policy.Unit) *compilation {
	c := newCompilation(unit)
	c.limits, c.probes = l.Limits, l.probes
	return c
}

// run takes the steps until one finds problems.
func (c *compilation) run(ctx context.Context, steps ...func(context.Context)) error {
	for _, step := range steps {
		if step(ctx); len(c.problems) > 0 {
			return c.sorted()
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// compilation is the state of compiling one unit.
type compilation struct {
	unit         policy.Unit
	limits       policy.Limits
	probes       *probe.Recorder // nil for none
	builtins     map[string]*builtin
	capabilities *ast.Capabilities
	compiler     *ast.Compiler
	modules      []*ast.Module // policies, then helpers
	found        *keptPart
	code         *code
	policies     []*policy.Policy
	problems     message.Problems
}

func newCompilation(unit policy.Unit) *compilation {
	return &compilation{unit: unit, builtins: builtins(), found: &keptPart{}}
}

func (c *compilation) sources() []policy.Source {
	return slices.Concat(c.unit.Policies, c.unit.Helpers)
}

func (c *compilation) sorted() message.Problems {
	slices.SortStableFunc(c.problems, func(a, b message.Problem) int {
		if d := strings.Compare(a.File, b.File); d != 0 {
			return d
		}
		return a.Line - b.Line
	})
	return c.problems
}

func (c *compilation) parse(context.Context) {
	c.capabilities = capabilities(c.builtins)
	sources := c.sources()
	modules := make([]parsedModule, len(sources))
	onAllProcessors(len(sources), func(i int) { modules[i] = c.parseOne(sources[i]) })
	for i, p := range modules {
		switch s := sources[i]; {
		case len(s.Text) > maxSource:
			c.problems.Add(message.Problem{File: s.File, Message: message.New("rego.source_too_long", "limit", maxSource)})
		case unreadableFile(s.Text) != nil:
			c.problems.Add(message.Problem{File: s.File, Line: 1, Message: *unreadableFile(s.Text)})
		case p.err != nil:
			c.parseErrors(s, p.err)
		default:
			c.modules = append(c.modules, p.module)
		}
	}
}

// parsedModule is what OPA made of a source.
type parsedModule struct {
	module *ast.Module
	err    error
}

func (c *compilation) parseOne(s policy.Source) (p parsedModule) {
	if len(s.Text) <= maxSource {
		p.module, p.err = ast.ParseModuleWithOpts(s.File, string(s.Text), ast.ParserOptions{
			ProcessAnnotation: true, RegoVersion: ast.RegoV1, Capabilities: c.capabilities,
		})
	}
	return p
}

// shape checks what a policy must have to be one: its package, its rules.
func (c *compilation) shape(context.Context) {
	c.indicatorInData()
	packages := map[string]string{}
	for i, s := range c.unit.Policies {
		m := c.modules[i]
		path := m.Package.Path.String()
		if other, taken := packages[path]; taken {
			c.problemAt(m.Package.Location, message.New("rego.package_twice", "package", path, "other", other))
		}
		packages[path] = s.File
		if last := m.Package.Path[len(m.Package.Path)-1]; last.Value.Compare(ast.String(s.Indicator)) != 0 {
			c.problemAt(m.Package.Location, message.New("rego.package_name", "indicator", s.Indicator, "package", path))
		}
		if s.Check {
			c.checkAnswers(m)
			continue
		}
		c.answers(m)
		for _, r := range m.Rules {
			c.written(r)
		}
	}
	for _, m := range c.modules {
		for _, name := range c.keyed() {
			if last := m.Package.Path[len(m.Package.Path)-1]; last.Value.Compare(ast.String(name)) == 0 {
				c.problemAt(m.Package.Location, message.New("rego.package_reserved", "name", name))
			}
		}
		c.besideData(m)
		c.besideIndicator(m)
		c.printing(m)
		c.formats(m)
	}
	for _, m := range c.modules[len(c.unit.Policies):] {
		if owner, taken := packages[m.Package.Path.String()]; taken {
			c.problemAt(m.Package.Location, message.New("rego.helper_in_policy_package", "policy", owner))
		}
	}
}

// printing refuses print, which OPA's compiler would silently take out.
func (c *compilation) printing(m *ast.Module) {
	ast.WalkExprs(m, func(e *ast.Expr) bool {
		if e.IsCall() && e.Operator().Equal(ast.Print.Ref()) {
			c.problemAt(e.Location, message.New("rego.print"))
		}
		return false
	})
}

// answers checks that a policy defines deductions or earned, and not both.
func (c *compilation) answers(m *ast.Module) {
	if c.unit.Aggregates {
		c.verdictForms(m)
		return
	}
	deductions, earned := has(m, ruleDeductions), has(m, ruleEarned)
	if deductions == earned {
		id := "rego.no_answer"
		if deductions {
			id = "rego.two_answers"
		}
		c.problemAt(m.Package.Location, message.New(id))
	}
	for _, r := range m.Rules {
		name, single := ruleName(r), r.Head.RuleKind() == ast.SingleValue && len(r.Head.Args) == 0
		switch name {
		case ruleDeductions:
			if !single || len(r.Head.Ref()) != 2 {
				c.problemAt(r.Location, message.New("rego.deductions_form", "rule", name))
			} else if item := r.Head.Ref()[1].Value; item.Compare(ast.String("")) == 0 {
				c.problemAt(r.Location, message.New("rego.item_form", "item", item.String()))
			}
		case ruleEarned, ruleCutoff, ruleNotApplicable:
			if !single || len(r.Head.Ref()) != 1 {
				c.problemAt(r.Location, message.New("rego.answer_form", "rule", name))
			}
			if name == ruleCutoff && len(c.unit.Scale) > 0 {
				c.problemAt(r.Location, message.New("rego.cutoff_mark"))
			}
		}
	}
}

// checkAnswers checks that a reconciliation check defines contradictions and
// nothing that costs points.
func (c *compilation) checkAnswers(m *ast.Module) {
	if !has(m, ruleContradictions) {
		c.problemAt(m.Package.Location, message.New("rego.no_contradictions"))
	}
	for _, r := range m.Rules {
		switch name, single := ruleName(r), r.Head.RuleKind() == ast.SingleValue && len(r.Head.Args) == 0; {
		case slices.Contains([]string{ruleDeductions, ruleEarned, ruleCutoff, ruleNotApplicable}, name):
			c.problemAt(r.Location, message.New("rego.weightless", "rule", name))
		case name != ruleContradictions:
		case !single || len(r.Head.Ref()) != 2:
			c.problemAt(r.Location, message.New("rego.contradictions_form"))
		case r.Head.Ref()[1].Value.Compare(ast.String("")) == 0:
			c.problemAt(r.Location, message.New("rego.item_form", "item", r.Head.Ref()[1].String()))
		}
	}
}

func has(m *ast.Module, rule string) bool {
	return slices.ContainsFunc(m.Rules, func(r *ast.Rule) bool { return ruleName(r) == rule })
}

func ruleName(r *ast.Rule) string {
	name, _ := r.Head.Ref()[0].Value.(ast.Var)
	return string(name)
}

func (c *compilation) problemAt(l *ast.Location, m message.Message) {
	c.problems.Add(message.Problem{File: l.File, Line: l.Row, Column: l.Col, Message: m})
}

// check has OPA compile the modules, with types checked against the schema of
// the facts where there is one.
func (c *compilation) check(context.Context) {
	// What else the compiler finds out is for OPA's interpreter.
	c.compiler = ast.NewCompiler().WithCapabilities(c.capabilities).
		WithEvalMode(ast.EvalModeIR).WithSkipStages(ast.StageBuildRequiredCapabilities)
	if c.unit.Schema != nil {
		schemas := ast.NewSchemaSet()
		schemas.Put(ast.SchemaRootRef, opaSchema(c.unit.Schema))
		c.compiler = c.compiler.WithSchemas(schemas)
	}
	byFile := map[string]*ast.Module{}
	for _, m := range c.modules {
		byFile[m.Package.Location.File] = m
	}
	if c.compiler.Compile(byFile); c.compiler.Failed() {
		c.opaErrors("", c.compiler.Errors)
		return
	}
	mend(c.compiler)
}

// opaSchema is the schema of the facts in the plain form that OPA reads.
func opaSchema(s *facts.Schema) any {
	names := map[facts.Kind]string{facts.Bool: "boolean", facts.Num: "number", facts.Text: "string", facts.List: "array", facts.Object: "object"}
	out := map[string]any{"type": names[s.Kind]}
	if s.Nullable {
		out["type"] = []any{names[s.Kind], "null"}
	}
	switch s.Kind {
	case facts.Object:
		properties := map[string]any{}
		for _, p := range s.Properties {
			properties[p.Name] = opaSchema(p)
		}
		out["properties"], out["additionalProperties"] = properties, false
	case facts.List:
		out["items"] = opaSchema(s.Items)
	}
	return out
}
