package rego

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"rubric/engine/facts"
	"rubric/engine/policy"
	"rubric/engine/policy/script"
)

// Inspect gives the scripts of the policies of a unit that compiles, and of its
// helpers behind them. A file that is no Rego is left out.
func Inspect(unit policy.Unit) []script.Policy {
	i := &inspection{schema: unit.Schema, rules: map[string][]*ast.Rule{}, used: map[string]bool{}, opened: map[string]*script.Expr{},
		lines: map[string][]string{}, elements: map[*ast.Module]*facts.Schema{}, aggregates: unit.Aggregates}
	var sources []policy.Source
	allowed := capabilities(builtins())
	for _, s := range slices.Concat(unit.Policies, unit.Helpers) {
		i.lines[s.File] = strings.Split(string(s.Text), "\n")
		m, err := ast.ParseModuleWithOpts(s.File, string(s.Text), ast.ParserOptions{
			ProcessAnnotation: true, RegoVersion: ast.RegoV1, Capabilities: allowed})
		if err != nil {
			continue
		}
		i.elements[m] = s.Element
		i.modules, sources = append(i.modules, m), append(sources, s)
		for _, r := range m.Rules {
			name := m.Package.Path.String() + "." + ruleName(r)
			i.rules[name] = append(i.rules[name], r)
		}
	}
	var all []script.Policy
	for n, m := range i.modules {
		all = append(all, i.policy(sources[n], m))
	}
	for n := range all {
		i.markUsed(all[n].Rules)
	}
	return all
}

// inspection is the modules of a unit on their way to scripts.
type inspection struct {
	schema  *facts.Schema
	modules []*ast.Module
	rules   map[string][]*ast.Rule  // by package and name
	used    map[string]bool         // rules that another names
	opened  map[string]*script.Expr // constants by package and name; nil while they are being read
	lines   map[string][]string     // by file

	elements map[*ast.Module]*facts.Schema // what a policy sees as data.indicator

	aggregates bool // see policy.Unit
}

func (i *inspection) markUsed(rules []script.Rule) {
	for n := range rules {
		r := &rules[n]
		r.Used = r.Kind != script.Helper && r.Kind != script.Function || i.used[r.Package+"."+r.Name]
	}
}

func (i *inspection) policy(s policy.Source, m *ast.Module) script.Policy {
	p := script.Policy{Indicator: s.Indicator, File: s.File, Meta: meta(m)}
	p.Title, p.Description = i.metaPlace(s.File, "title:"), i.metaPlace(s.File, "description:")
	done := map[string]bool{}
	for _, r := range m.Rules {
		name := ruleName(r)
		if partial := r.Head.RuleKind() == ast.MultiValue || len(r.Head.Ref()) > 1; partial {
			p.Rules = append(p.Rules, i.partial(m, s, r))
			continue
		}
		if !done[name] {
			done[name] = true
			p.Rules = append(p.Rules, i.rule(m, s, i.rules[m.Package.Path.String()+"."+name]))
		}
	}
	return p
}

// metaPlace is where the text behind a key of the metadata stands.
func (i *inspection) metaPlace(file, key string) script.Place {
	for n, line := range i.lines[file] {
		if text, ok := strings.CutPrefix(line, "#"); ok && strings.HasPrefix(strings.TrimSpace(text), key) {
			before := line[:strings.Index(line, key)+len(key)]
			rest := strings.TrimLeft(line[len(before):], " ")
			return script.Place{File: file, Line: n + 1, Column: len([]rune(line)) - len([]rune(rest)) + 1}
		}
	}
	return script.Place{File: file, Line: 1, Column: 1}
}

func (i *inspection) at(l *ast.Location) script.Place {
	if l == nil {
		return script.Place{}
	}
	return script.Place{File: l.File, Line: l.Row, Column: l.Col}
}

func (i *inspection) kindOf(s policy.Source, name string, r *ast.Rule) script.Kind {
	kinds := map[string]script.Kind{ruleDeductions: script.Deduction, ruleEarned: script.Earned,
		ruleCutoff: script.Cutoff, ruleNotApplicable: script.NotApplicable}
	switch {
	case s.Check:
		kinds = map[string]script.Kind{ruleContradictions: script.Found}
	case i.aggregates:
		kinds = map[string]script.Kind{ruleGroups: script.Earned, ruleTotal: script.Earned, ruleCaps: script.Cutoff}
	}
	switch {
	case s.Indicator != "" && kinds[name] != script.Helper:
		return kinds[name]
	case len(r.Head.Args) > 0:
		return script.Function
	}
	return script.Helper
}

// rule is a complete rule or a function with all its definitions.
func (i *inspection) rule(m *ast.Module, source policy.Source, all []*ast.Rule) script.Rule {
	name := ruleName(all[0])
	out := script.Rule{Place: i.at(all[0].Location), Kind: i.kindOf(source, name, all[0]), Name: name, Package: m.Package.Path.String()}
	definitions := 0
	for _, r := range all {
		if !r.Default {
			definitions++
		}
		for ; r != nil; r = r.Else {
			out.Clauses = append(out.Clauses, i.clause(m, out.Kind, r))
		}
	}
	slices.SortStableFunc(out.Clauses, func(a, b script.Clause) int { // the default is the last resort
		switch {
		case a.Default == b.Default:
			return 0
		case b.Default:
			return -1
		}
		return 1
	})
	out.Ordered = definitions <= 1
	return out
}

// partial is one definition of a rule that adds to a collection.
func (i *inspection) partial(m *ast.Module, source policy.Source, r *ast.Rule) script.Rule {
	name := ruleName(r)
	kind := i.kindOf(source, name, r)
	return script.Rule{Place: i.at(r.Location), Kind: kind, Name: name, Package: m.Package.Path.String(), Partial: true,
		Clauses: []script.Clause{i.clause(m, kind, r)}}
}

func (i *inspection) clause(m *ast.Module, kind script.Kind, r *ast.Rule) script.Clause {
	s := i.scope(m)
	c := script.Clause{Place: i.at(r.Location), Default: r.Default}
	for n, arg := range r.Head.Args {
		if v, ok := arg.Value.(ast.Var); ok {
			s.names[v] = &script.Expr{Place: i.at(arg.Location), Text: string(v), Op: script.Parameter(n + 1)}
		} else {
			c.Conditions = append(c.Conditions, &script.Expr{Place: i.at(arg.Location)})
		}
	}
	conditions, over := s.body(r.Body)
	c.Conditions, c.Over = append(c.Conditions, conditions...), over
	if ref := r.Head.Ref(); len(ref) > 1 {
		c.Item = s.term(ref[len(ref)-1])
	} else if r.Head.Key != nil {
		c.Item = s.term(r.Head.Key)
	}
	if r.Head.Value != nil {
		c.Value = s.term(r.Head.Value)
	}
	if kind == script.Found {
		c.Reason = c.Value.Member("message")
		return c
	}
	if kind != script.Helper && kind != script.Function {
		c.Share, c.Points, c.Mark = c.Value.Member("share"), c.Value.Member("points"), c.Value.Member("mark")
		c.Reason, c.Value = c.Value.Member("reason"), nil
	}
	return c
}

// scope is what the names in a body stand for.
type scope struct {
	*inspection
	module *ast.Module
	names  map[ast.Var]*script.Expr
}

func (i *inspection) scope(m *ast.Module) *scope {
	return &scope{i, m, map[ast.Var]*script.Expr{}}
}

// inner is a scope within s.
func (s *scope) inner() *scope {
	out := s.scope(s.module)
	for k, v := range s.names {
		out.names[k] = v
	}
	return out
}

// body reads the statements of a body: conditions, and what it iterates over.
func (s *scope) body(b ast.Body) (conditions, over []*script.Expr) {
	for _, e := range b {
		if some, ok := e.Terms.(*ast.SomeDecl); ok {
			over = append(over, s.some(some)...)
			continue
		}
		if terms, ok := e.Terms.([]*ast.Term); ok && s.assignment(e, terms) {
			continue
		}
		condition := s.statement(e)
		if e.Negated {
			condition = &script.Expr{Place: s.at(e.Location), Form: script.Call, Op: "!", Args: []*script.Expr{condition}}
		}
		if always(condition) {
			continue
		}
		conditions = append(conditions, condition)
	}
	return conditions, over
}

// always tells a literal true: OPA gives it to a rule that has no body.
func always(e *script.Expr) bool { return e.Form == script.Truth && e.Flag }

// assignment takes note of name := value.
func (s *scope) assignment(e *ast.Expr, terms []*ast.Term) bool {
	if len(terms) != 3 || e.Negated || !isOp(terms[0], "assign") && !isOp(terms[0], "eq") {
		return false
	}
	v, ok := terms[1].Value.(ast.Var)
	if !ok || isOp(terms[0], "eq") && (s.names[v] != nil || s.isRule(v)) {
		return isOp(terms[0], "assign")
	}
	s.names[v] = s.term(terms[2])
	return true
}

func (s *scope) isRule(v ast.Var) bool {
	return s.rules[s.module.Package.Path.String()+"."+string(v)] != nil
}

func isOp(t *ast.Term, name string) bool {
	ref, ok := t.Value.(ast.Ref)
	return ok && ref.String() == name
}

// some reads: some x in xs; some k, x in xs; some x.
func (s *scope) some(d *ast.SomeDecl) (over []*script.Expr) {
	for _, symbol := range d.Symbols {
		call, ok := symbol.Value.(ast.Call)
		if !ok {
			if v, ok := symbol.Value.(ast.Var); ok {
				s.names[v] = nil
			}
			continue
		}
		collection := s.term(call[len(call)-1])
		over = append(over, collection)
		at := s.at(call[len(call)-2].Location)
		s.bind(call[len(call)-2], collection.Elements(at))
		if len(call) == 4 {
			s.bind(call[1], collection.KeysOf(s.at(call[1].Location)))
		}
	}
	return over
}

func (s *scope) bind(t *ast.Term, value *script.Expr) {
	if v, ok := t.Value.(ast.Var); ok {
		s.names[v] = value
	}
}

// statement is an expression of a body as a condition.
func (s *scope) statement(e *ast.Expr) *script.Expr {
	switch terms := e.Terms.(type) {
	case *ast.Term:
		return s.term(terms)
	case []*ast.Term:
		return s.call(terms, e.Location)
	case *ast.Every:
		return s.every(terms)
	}
	return &script.Expr{Place: s.at(e.Location)}
}

func (s *scope) every(e *ast.Every) *script.Expr {
	in := s.inner()
	collection := in.term(e.Domain)
	in.bind(e.Value, collection.Elements(s.at(e.Value.Location)))
	if e.Key != nil {
		in.bind(e.Key, collection.KeysOf(s.at(e.Key.Location)))
	}
	where, over := in.body(e.Body)
	return &script.Expr{Place: s.at(e.Location), Form: script.Each, Op: "all", Over: append([]*script.Expr{collection}, over...), Where: where}
}

func (s *scope) terms(all []*ast.Term) (out []*script.Expr) {
	for _, t := range all {
		out = append(out, s.term(t))
	}
	return out
}
