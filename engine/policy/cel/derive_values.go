package cel

import (
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"

	"rubric/engine/facts"
	"rubric/engine/formula"
)

// A sym is what an expression gives in a derivation: one of
//
//	*formula.Expr  a number, text or truth
//	*facts.Node    an object of the facts
//	*list          elements, each in the list under a condition
//	*table         a map that is written out
//	*either        one of two objects
//
// or nil for what has no formula.
type sym any

type list struct{ all []element }

type element struct {
	val  sym
	when *formula.Expr
}

type table struct {
	keys   []*formula.Expr
	values []sym
}

type either struct {
	when            *formula.Expr
	then, otherwise sym
}

// bound is a name in an expression and what it stands for.
type bound struct {
	name  string
	val   sym
	outer *bound
}

// value is what an expression gives.
func (d *derivation) value(x *expression, names *bound) sym {
	return (&walk{d, x}).expr(x.tree.Expr(), names)
}

// fact is a place of the facts.
func (d *derivation) fact(n *facts.Node) sym {
	switch n.Kind {
	case facts.Object:
		return n
	case facts.List:
		out := &list{}
		for _, e := range n.Elements() {
			out.all = append(out.all, element{d.fact(e), d.Truth(true)})
		}
		return out
	}
	if e := d.Fact(n); e != nil {
		return e
	}
	return nil // null
}

// walk is the way through one expression.
type walk struct {
	*derivation
	x *expression
}

func (w *walk) expr(e ast.Expr, names *bound) sym {
	if w.err != nil {
		return nil
	}
	switch e.Kind() {
	case ast.LiteralKind:
		return w.literal(e)
	case ast.IdentKind:
		return w.name(e.AsIdent(), names)
	case ast.SelectKind:
		return w.member(e.AsSelect(), names)
	case ast.CallKind:
		return w.call(e, names)
	case ast.ListKind:
		out := &list{}
		for _, item := range e.AsList().Elements() {
			out.all = append(out.all, element{w.expr(item, names), w.Truth(true)})
		}
		return out
	case ast.MapKind:
		return w.table(e.AsMap(), names)
	case ast.ComprehensionKind:
		return w.fold(e.AsComprehension(), names)
	}
	return nil
}

func (w *walk) literal(e ast.Expr) sym {
	switch v := e.AsLiteral().(type) {
	case types.Bool:
		return w.Truth(bool(v))
	case types.String:
		return w.Text(string(v))
	}
	return nil
}

func (w *walk) name(name string, names *bound) sym {
	for n := names; n != nil; n = n.outer {
		if n.name == name {
			return n.val
		}
	}
	switch {
	case name == "facts":
		return w.run.doc.Root
	case name == indicatorName && w.run.element != nil:
		return w.fact(w.run.element)
	}
	return nil
}

func (w *walk) table(m ast.MapExpr, names *bound) sym {
	out := &table{}
	for _, entry := range m.Entries() {
		key, ok := w.expr(entry.AsMapEntry().Key(), names).(*formula.Expr)
		if !ok {
			return nil
		}
		out.keys, out.values = append(out.keys, key), append(out.values, w.expr(entry.AsMapEntry().Value(), names))
	}
	return out
}

// member is a variable, a fact, or whether an optional fact is there.
func (w *walk) member(s ast.SelectExpr, names *bound) sym {
	if s.Operand().Kind() == ast.IdentKind && s.Operand().AsIdent() == "variables" {
		return w.variable(s.FieldName())
	}
	return w.of(w.expr(s.Operand(), names), s.FieldName(), s.IsTestOnly())
}

func (w *walk) of(object sym, name string, test bool) sym {
	switch o := object.(type) {
	case *facts.Node:
		n := o.Member(name)
		switch {
		case test && n == nil:
			return w.Truth(false)
		case test:
			return w.Present(n)
		case n != nil:
			return w.fact(n)
		}
		w.opaque("." + name)
	case *either:
		return w.choose(o.when, w.of(o.then, name, test), w.of(o.otherwise, name, test))
	case *table:
		return w.keyed(o, w.Text(name))
	}
	return nil
}

func (w *walk) variable(name string) sym {
	if v, known := w.memo[name]; known {
		return v
	}
	for _, v := range w.variables {
		if v.name == name {
			w.memo[name] = w.value(v.value, nil)
		}
	}
	return w.memo[name]
}

// choose is one of two values.
func (w *walk) choose(when *formula.Expr, then, otherwise sym) sym {
	switch {
	case when.True():
		return then
	case when.False():
		return otherwise
	}
	switch a := then.(type) {
	case *formula.Expr:
		if b, ok := otherwise.(*formula.Expr); ok && a.Kind == b.Kind {
			return w.Make(formula.If, when, a, b)
		}
	case *list:
		if b, ok := otherwise.(*list); ok {
			return w.chooseList(when, a, b)
		}
	case *facts.Node, *either:
		switch otherwise.(type) {
		case *facts.Node, *either:
			return &either{when, then, otherwise}
		}
	}
	return nil
}

// chooseList is one of two lists. What they have in common at their beginning is
// in it either way.
func (w *walk) chooseList(when *formula.Expr, a, b *list) sym {
	out := &list{}
	same := 0
	for same < min(len(a.all), len(b.all)) && a.all[same] == b.all[same] {
		out.all = append(out.all, a.all[same])
		same++
	}
	for _, e := range a.all[same:] {
		out.all = append(out.all, element{e.val, w.Make(formula.And, when, e.when)})
	}
	for _, e := range b.all[same:] {
		out.all = append(out.all, element{e.val, w.Make(formula.And, w.Make(formula.Not, when), e.when)})
	}
	return out
}

// fold is a macro, turn by turn. That it may end early changes nothing.
func (w *walk) fold(c ast.ComprehensionExpr, names *bound) sym {
	over, ok := w.expr(c.IterRange(), names).(*list)
	if !ok || c.HasIterVar2() {
		return nil
	}
	so := w.expr(c.AccuInit(), names)
	for _, e := range over.all {
		inner := &bound{c.IterVar(), e.val, &bound{c.AccuVar(), so, names}}
		so = w.choose(e.when, w.expr(c.LoopStep(), inner), so)
		if so == nil {
			return nil
		}
	}
	return w.expr(c.Result(), &bound{c.AccuVar(), so, names})
}

// lazily is a call that need not look at all its arguments.
func (w *walk) lazily(name string, args []ast.Expr, names *bound) (out sym, is bool) {
	switch name {
	case operators.Conditional:
		when, ok := w.expr(args[0], names).(*formula.Expr)
		switch {
		case !ok:
			return nil, true
		case when.True():
			return w.expr(args[1], names), true
		case when.False():
			return w.expr(args[2], names), true
		}
		return w.choose(when, w.expr(args[1], names), w.expr(args[2], names)), true
	case andFunction, orFunction:
		return w.join(name == orFunction, args, names), true
	}
	return nil, false
}

func (w *walk) join(or bool, args []ast.Expr, names *bound) sym {
	op := formula.And
	if or {
		op = formula.Or
	}
	var all []*formula.Expr
	for _, arg := range args {
		e, ok := w.expr(arg, names).(*formula.Expr)
		if !ok {
			return nil
		}
		if all = append(all, e); e.Op == formula.Truth && e.Flag == or {
			break
		}
	}
	return w.Make(op, all...)
}
