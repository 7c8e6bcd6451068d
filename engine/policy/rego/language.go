// Package rego is policies written in Rego. OPA parses, type-checks and plans
// them; the plan (OPA's intermediate representation, the same that other
// languages' OPAs execute) is prepared once and run by our own machine over
// exact numbers, which notes every fact it reads.
package rego

import (
	"context"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/policy"
)

// Language compiles Rego policies. The zero value is ready.
type Language struct{}

// Extension is ".rego".
func (Language) Extension() string { return ".rego" }

// The rules a policy may define as its answer.
const (
	ruleDeductions    = "deductions"
	ruleEarned        = "earned"
	ruleCutoff        = "cutoff"
	ruleNotApplicable = "not_applicable"
)

// maxSource is the largest policy file, in bytes: OPA's compiler cannot be
// interrupted.
const maxSource = 1 << 20

// Compile implements policy.Language.
func (Language) Compile(ctx context.Context, unit policy.Unit) ([]*policy.Policy, error) {
	if len(unit.Policies) == 0 {
		return nil, nil
	}
	c := newCompilation(unit)
	for _, step := range []func(context.Context){c.parse, c.shape, c.check, c.names, c.plan, c.analyse} {
		if step(ctx); len(c.problems) > 0 {
			return nil, c.sorted()
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return c.policies, nil
}

// compilation is the state of compiling one unit.
type compilation struct {
	unit         policy.Unit
	builtins     map[string]*builtin
	capabilities *ast.Capabilities
	compiler     *ast.Compiler
	modules      []*ast.Module // policies, then helpers
	code         *code
	policies     []*policy.Policy
	problems     message.Problems
}

func newCompilation(unit policy.Unit) *compilation {
	all := builtins()
	return &compilation{unit: unit, builtins: all, capabilities: capabilities(all)}
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
	for _, s := range c.sources() {
		if len(s.Text) > maxSource {
			c.problems.Add(message.Problem{File: s.File, Message: message.New("rego.source_too_long", "limit", maxSource)})
			continue
		}
		m, err := ast.ParseModuleWithOpts(s.File, string(s.Text), ast.ParserOptions{
			ProcessAnnotation: true, RegoVersion: ast.RegoV1, Capabilities: c.capabilities,
		})
		if err != nil {
			c.opaErrors(s.File, err)
			continue
		}
		c.modules = append(c.modules, m)
	}
}

// opaErrors takes over what OPA reports. Its sentences are English; ours says
// so around them.
func (c *compilation) opaErrors(file string, err error) {
	list, ok := err.(ast.Errors)
	if !ok {
		c.problems.Add(message.Problem{File: file, Message: message.New("rego.opa", "message", err.Error())})
		return
	}
	for _, e := range list {
		p := message.Problem{File: file, Message: opaMessage(e)}
		if e.Location != nil {
			p.File, p.Line, p.Column = e.Location.File, e.Location.Row, e.Location.Col
		}
		c.problems.Add(p)
	}
}

// opaMessage puts the mistakes that authors make most into our words.
func opaMessage(e *ast.Error) message.Message {
	text := e.Message
	if ref, ok := strings.CutPrefix(text, "undefined ref: "); ok {
		switch d := e.Details.(type) {
		case *ast.RefErrInvalidDetail:
			return undefinedRef(ref, d)
		case *ast.RefErrUnsupportedDetail:
			return message.New("rego.opa_no_members", "fact", ref, "above", d.Ref[:d.Pos+1].String())
		}
	}
	if name, ok := strings.CutPrefix(text, "undefined function "); ok {
		return message.New("rego.opa_unknown_function", "function", name)
	}
	if e.Details != nil {
		text += "\n\t" + strings.Join(e.Details.Lines(), "\n\t")
	}
	return message.New("rego.opa", "message", text)
}

// undefinedRef says what would have been possible in place of a name.
func undefinedRef(ref string, d *ast.RefErrInvalidDetail) message.Message {
	if len(d.OneOf) == 0 {
		return message.New("rego.opa_no_members", "fact", ref, "above", d.Ref[:d.Pos].String())
	}
	var known []string
	for _, v := range d.OneOf {
		known = append(known, strings.Trim(v.String(), `"`))
	}
	name, _ := d.Ref[d.Pos].Value.(ast.String)
	if near := nearest(string(name), known); near != "" {
		return message.New("rego.opa_unknown_fact_near", "fact", ref, "suggestion", near)
	}
	return message.New("rego.opa_unknown_fact", "fact", ref, "known", strings.Join(known, ", "))
}

// shape checks what a policy must have to be one: its package, its rules.
func (c *compilation) shape(context.Context) {
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
		c.answers(m)
	}
	for _, m := range c.modules[len(c.unit.Policies):] {
		if owner, taken := packages[m.Package.Path.String()]; taken {
			c.problemAt(m.Package.Location, message.New("rego.helper_in_policy_package", "policy", owner))
		}
	}
}

// answers checks that a policy defines deductions or earned, and not both.
func (c *compilation) answers(m *ast.Module) {
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
				c.problemAt(r.Location, message.New("rego.deductions_form"))
			} else if item := r.Head.Ref()[1].Value; item.Compare(ast.String("")) == 0 {
				c.problemAt(r.Location, message.New("rego.item_form", "item", item.String()))
			}
		case ruleEarned, ruleCutoff, ruleNotApplicable:
			if !single || len(r.Head.Ref()) != 1 {
				c.problemAt(r.Location, message.New("rego.answer_form", "rule", name))
			}
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
	c.compiler = ast.NewCompiler().WithCapabilities(c.capabilities)
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
	}
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
