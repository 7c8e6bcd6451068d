package cel

import (
	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/parser"

	"rubric/engine/facts"
	"rubric/engine/number"
	"rubric/engine/policy"
	"rubric/engine/policy/script"
)

// Inspect gives the scripts of the policies of a unit that compiles. A policy
// that does not is left out.
func Inspect(unit policy.Unit) ([]script.Policy, error) {
	plain, err := parser.NewParser(parser.EnablePrattParser(true), parser.ExpressionSizeCodePointLimit(maxExpression),
		parser.MaxRecursionDepth(maxDepth), parser.MaxExpressionNodeCount(maxNodes))
	if err != nil {
		return nil, err
	}
	var all []script.Policy
	for _, source := range unit.Policies {
		t := newText(unit, source)
		doc := t.read()
		if len(t.problems) > 0 {
			continue
		}
		i := &inspection{text: t, schema: unit.Schema, parser: plain, variables: map[string]*script.Expr{}, used: map[string]bool{}}
		i.element = source.Element
		all = append(all, i.policy(source.Indicator, doc))
	}
	return all, nil
}

// inspection is one policy on its way to an script. Its expressions are parsed
// without expanding macros: they stand in the script as they were written.
type inspection struct {
	*text
	schema    *facts.Schema
	element   *facts.Schema // what the policy sees as indicator, nil for nothing
	parser    *parser.Parser
	variables map[string]*script.Expr
	used      map[string]bool
}

func (i *inspection) policy(indicator string, doc *document) script.Policy {
	p := script.Policy{Indicator: indicator, File: i.file, Meta: doc.meta}
	if root := i.parse(); root != nil {
		m := i.mapping(root, "title", "description", "custom", "variables", "deductions", "earned", "cutoff", "not_applicable",
			"contradictions", "groups", "total", "caps")
		p.Title = i.place(scalar{node: m.at["title"]}, 0)
		p.Description = i.place(scalar{node: m.at["description"]}, 0)
	}
	for _, v := range doc.variables {
		value := i.expression(v.expression, nil)
		i.variables[v.name.text] = value
		p.Rules = append(p.Rules, script.Rule{Place: i.place(v.name, 0), Name: v.name.text, Ordered: true,
			Clauses: []script.Clause{{Place: i.place(v.name, 0), Value: value}}})
	}
	for _, d := range doc.deductions {
		p.Rules = append(p.Rules, i.deduction(d))
	}
	if doc.earned != nil {
		p.Rules = append(p.Rules, i.earned(doc.earned))
	}
	for _, v := range doc.verdicts {
		p.Rules = append(p.Rules, i.verdict(v))
	}
	p.Rules = append(p.Rules, i.clause(script.Cutoff, "cutoff", doc.cutoff)...)
	p.Rules = append(p.Rules, i.clause(script.NotApplicable, "not_applicable", doc.notApplicable)...)
	for n := range p.Rules {
		p.Rules[n].Used = p.Rules[n].Kind != script.Helper || i.used[p.Rules[n].Name]
	}
	return p
}

func (i *inspection) place(s scalar, offset int) script.Place {
	if s.node == nil {
		return script.Place{File: i.file, Line: 1, Column: 1}
	}
	line, column := i.position(s, offset)
	return script.Place{File: i.file, Line: line, Column: column}
}

func (i *inspection) deduction(d deductionSource) script.Rule {
	at := i.place(d.item, 0)
	c := script.Clause{Place: at}
	scope := map[string]*script.Expr{}
	if d.each != nil {
		over := &script.Expr{Place: i.place(d.each.over, 0), Form: script.Fact, Facts: []*facts.Schema{i.schema.At(d.each.over.text)}}
		c.Over = []*script.Expr{over}
		element := over.Elements(over.Place)
		if d.each.key.present() {
			scope[d.each.key.text] = over.KeysOf(over.Place)
		}
		scope[d.each.as.text] = element
	}
	c.Conditions = []*script.Expr{i.expression(d.condition, scope)}
	i.amount(&c, d.amount, scope)
	c.Item, c.Reason = i.template(d.item, scope), i.template(d.reason, scope)
	if d.contradiction != nil {
		c.Value = &script.Expr{Place: at, Args: i.contradicting(d.contradiction, scope)}
		return script.Rule{Place: at, Kind: script.Found, Name: "contradictions", Partial: true, Clauses: []script.Clause{c}}
	}
	return script.Rule{Place: at, Kind: script.Deduction, Name: "deductions", Partial: true, Clauses: []script.Clause{c}}
}

// contradicting is what a contradiction says beside its message.
func (i *inspection) contradicting(c *contradictionSource, scope map[string]*script.Expr) (all []*script.Expr) {
	for _, figure := range c.figures {
		all = append(all, i.expression(figure, scope))
	}
	for _, a := range c.adopt {
		all = append(all, i.expression(a.value, scope))
	}
	return all
}

func (i *inspection) earned(e *earnedSource) script.Rule {
	r := script.Rule{Place: i.place(e.bands[0].reason, 0), Kind: script.Earned, Name: "earned", Ordered: true}
	for _, b := range e.bands {
		r.Clauses = append(r.Clauses, i.band(b))
	}
	r.Place = r.Clauses[0].Place
	return r
}

func (i *inspection) band(b bandSource) script.Clause {
	c := script.Clause{Place: i.place(b.reason, 0), Reason: i.template(b.reason, nil)}
	i.amount(&c, b.amount, nil)
	if grade := i.template(b.grade, nil); c.Mark == nil {
		c.Mark = grade
	}
	if b.condition.present() {
		condition := i.expression(b.condition, nil)
		c.Place, c.Conditions = condition.Place, []*script.Expr{condition}
	}
	return c
}

// amount is how much a clause takes or gives.
func (i *inspection) amount(c *script.Clause, a amountSource, scope map[string]*script.Expr) {
	c.Share, c.Points, c.Mark = i.expression(a.share, scope), i.expression(a.points, scope), i.template(a.mark, scope)
}

func (i *inspection) clause(kind script.Kind, name string, s *clauseSource) []script.Rule {
	if s == nil {
		return nil
	}
	condition := i.expression(s.condition, nil)
	c := script.Clause{Place: condition.Place, Conditions: []*script.Expr{condition}, Reason: i.template(s.reason, nil)}
	return []script.Rule{{Place: c.Place, Kind: kind, Name: name, Ordered: true, Clauses: []script.Clause{c}}}
}

// template is the text that a template makes.
func (i *inspection) template(s scalar, scope map[string]*script.Expr) *script.Expr {
	if !s.present() {
		return nil
	}
	out := &script.Expr{Place: i.place(s, 0), Form: script.Call, Op: "text"}
	offset := 0
	for _, part := range i.parts(s) {
		if part.expression.present() {
			offset = part.expression.offset + len([]rune(part.expression.text)) + 1
			out.Args = append(out.Args, i.expression(part.expression, scope))
			continue
		}
		out.Args = append(out.Args, &script.Expr{Place: i.place(s, offset), Form: script.Text, Text: part.literal})
	}
	return out
}

// reading is one expression being taken over.
type reading struct {
	*inspection
	subject *subject
	scope   map[string]*script.Expr
}

func (i *inspection) expression(s scalar, scope map[string]*script.Expr) *script.Expr {
	if !s.present() {
		return nil
	}
	unknown := &script.Expr{Place: i.place(s, leadingSpace(s.text))}
	source := common.NewTextSource(s.text)
	tree, errs := i.parser.Parse(source)
	if len(errs.GetErrors()) > 0 {
		return unknown
	}
	b := &builder{text: i.text}
	x := &subject{builder: b, scalar: s, source: source, tree: tree, numbers: map[int64]number.Number{}}
	return (&reading{i, x, scope}).expr(tree.Expr())
}

func (r *reading) at(e ast.Expr) script.Place {
	return r.place(r.subject.scalar, r.subject.offset(e.ID()))
}

func (r *reading) exprs(all []ast.Expr) (out []*script.Expr) {
	for _, e := range all {
		out = append(out, r.expr(e))
	}
	return out
}

func (r *reading) expr(e ast.Expr) *script.Expr {
	at := r.at(e)
	switch e.Kind() {
	case ast.LiteralKind:
		return r.literal(e, at)
	case ast.IdentKind:
		return r.ident(e.AsIdent(), at)
	case ast.SelectKind:
		return r.selected(e.AsSelect(), at)
	case ast.ListKind:
		return (&script.Expr{Place: at, Form: script.List, Args: r.exprs(e.AsList().Elements())}).Start()
	case ast.MapKind:
		return r.object(e, at)
	case ast.CallKind:
		return r.call(e.AsCall(), at)
	}
	return &script.Expr{Place: at}
}

func (r *reading) literal(e ast.Expr, at script.Place) *script.Expr {
	if n, ok := r.subject.literal(e); ok {
		return &script.Expr{Place: at, Form: script.Number, Number: n}
	}
	switch v := e.AsLiteral().Value().(type) {
	case string:
		return &script.Expr{Place: at, Form: script.Text, Text: v}
	case bool:
		return &script.Expr{Place: at, Form: script.Truth, Flag: v}
	}
	return &script.Expr{Place: at}
}

func (r *reading) ident(name string, at script.Place) *script.Expr {
	if bound, ok := r.scope[name]; ok {
		return &script.Expr{Place: at, Form: script.Name, Text: name, Args: []*script.Expr{bound}}
	}
	if name == "facts" {
		return &script.Expr{Place: at, Form: script.Fact, Facts: []*facts.Schema{r.schema}}
	}
	if name == indicatorName && r.element != nil {
		return &script.Expr{Place: at, Form: script.Fact, Facts: []*facts.Schema{r.element}}
	}
	return &script.Expr{Place: at, Text: name}
}

func (r *reading) selected(s ast.SelectExpr, at script.Place) *script.Expr {
	if s.Operand().Kind() == ast.IdentKind && s.Operand().AsIdent() == "variables" {
		at = r.at(s.Operand())
		r.used[s.FieldName()] = true
		named := &script.Expr{Place: at, Form: script.Name, Text: s.FieldName()}
		if value := r.variables[s.FieldName()]; value != nil {
			named.Args = []*script.Expr{value}
		}
		return named
	}
	base := r.expr(s.Operand())
	return base.Step(base.Place, &script.Expr{Place: at, Form: script.Text, Text: s.FieldName()})
}

func (r *reading) object(e ast.Expr, at script.Place) *script.Expr {
	out := &script.Expr{Place: at, Form: script.Object}
	for _, entry := range e.AsMap().Entries() {
		pair := entry.AsMapEntry()
		key := r.expr(pair.Key())
		if key.Form != script.Text {
			return &script.Expr{Place: at}
		}
		out.Keys = append(out.Keys, key.Text)
		out.Args = append(out.Args, r.expr(pair.Value()))
	}
	return out
}

// operatorNames are CEL's operators as scripts call them.
func operatorNames() map[string]string {
	return map[string]string{"_+_": "+", "_-_": "-", "_*_": "*", "_/_": "/", "_%_": "%", "-_": "neg",
		"_<_": "<", "_<=_": "<=", "_>_": ">", "_>=_": ">=", "_==_": "==", "_!=_": "!=",
		"_&&_": "&&", "_||_": "||", "!_": "!", "_?_:_": "?:", "@in": "in", "_[_]": "index", "size": "count"}
}

func (r *reading) call(c ast.CallExpr, at script.Place) *script.Expr {
	name := c.FunctionName()
	if own := operatorNames()[name]; own != "" {
		name = own
	}
	if c.IsMemberFunction() {
		target := r.expr(c.Target())
		if macro := r.macro(name, target, c.Args(), at); macro != nil {
			return macro.Start()
		}
		return (&script.Expr{Place: at, Form: script.Call, Op: name, Args: append([]*script.Expr{target}, r.exprs(c.Args())...)}).Start()
	}
	args := r.exprs(c.Args())
	if at.Column > len(name) && name == c.FunctionName() { // a call is located at its parenthesis
		at.Column -= len(name)
	}
	if name == "index" {
		return args[0].Step(args[0].Place, args[1])
	}
	return (&script.Expr{Place: at, Form: script.Call, Op: name, Args: args}).Start()
}

// macro is an iteration, nil if the call is none.
func (r *reading) macro(name string, over *script.Expr, args []ast.Expr, at script.Place) *script.Expr {
	ops := map[string]string{"all": "all", "exists": "some", "exists_one": "one", "filter": "list", "map": "list"}
	if ops[name] == "" || len(args) < 2 || args[0].Kind() != ast.IdentKind {
		return nil
	}
	variable, element := args[0].AsIdent(), over.Elements(at)
	inner := &reading{r.inspection, r.subject, scopeWith(r.scope, variable, element)}
	rest := inner.exprs(args[1:])
	out := &script.Expr{Place: at, Form: script.Each, Op: ops[name], Over: []*script.Expr{over}}
	switch {
	case name == "map":
		out.Where, out.Args = rest[:len(rest)-1], rest[len(rest)-1:]
	default:
		out.Where, out.Args = rest, []*script.Expr{element}
	}
	return out
}

func scopeWith(scope map[string]*script.Expr, name string, value *script.Expr) map[string]*script.Expr {
	out := map[string]*script.Expr{name: value}
	for k, v := range scope {
		if _, hidden := out[k]; !hidden {
			out[k] = v
		}
	}
	return out
}
