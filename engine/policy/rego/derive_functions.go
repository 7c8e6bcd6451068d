package rego

import (
	"slices"

	"rubric/engine/facts"
	"rubric/engine/formula"
	"rubric/engine/number"
)

// dot is what stands at a constant key of an answer.
func (d *derivation) dot(source sym, name string, at place) []alternative {
	return d.dotIn(source, name, d.Truth(true), at)
}

// dotIn are the members that source[key] may be. The conditions need not exclude
// each other, and may leave room for none.
func (d *derivation) dotIn(source, key sym, path *formula.Expr, at place) []alternative {
	switch s := source.(type) {
	case *oneOf:
		var all []alternative
		for _, a := range d.apart(s.all) {
			for _, member := range d.dotIn(a.val, key, path, at) {
				all = append(all, alternative{d.Make(formula.And, a.when, member.when), member.val})
			}
		}
		return all
	case *facts.Node:
		return d.dotFact(s, key, at)
	case *dark:
		d.opaque(s.at, s.name)
		return nil
	}
	if s, ok := source.(*gathered); ok && s.rank == 4 {
		return d.position(s, key, path, at)
	}
	var all []alternative
	for _, e := range d.elements(source, path, at) {
		when := d.Make(formula.And, e.when, d.same(e.key, key, at))
		if !when.False() {
			all = append(all, alternative{when, e.val})
		}
	}
	return d.closed(all, key)
}

// path are the members that a key, or one key after the other, leads to.
func (d *derivation) path(source, key sym, path *formula.Expr, at place) []alternative {
	keys := []sym{key}
	if steps, ok := d.plain(key); ok && rank(steps) == 4 {
		keys = nil
		for _, step := range elements(steps) {
			keys = append(keys, step)
		}
	}
	all := d.sure(source)
	for _, k := range keys {
		var next []alternative
		for _, from := range d.apart(all) {
			for _, a := range d.dotIn(from.val, k, path, at) {
				next = append(next, alternative{d.Make(formula.And, from.when, a.when), a.val})
			}
		}
		all = next
	}
	return all
}

// closed makes the last of the alternatives hold for certain where the key is a
// fact that has no other values.
func (d *derivation) closed(all []alternative, key sym) []alternative {
	n, ok := key.(*facts.Node)
	if !ok || n.Schema == nil || len(n.Schema.Enum) == 0 || len(all) == 0 {
		return all
	}
	for _, allowed := range n.Schema.Enum {
		is := d.Make(formula.Equal, d.scalar(n), d.Text(allowed))
		if !slices.ContainsFunc(all, func(a alternative) bool { return a.when == is }) {
			return all
		}
	}
	all[len(all)-1].when = d.Truth(true)
	return all
}

func (d *derivation) dotFact(n *facts.Node, key sym, at place) []alternative {
	k, ok := d.plain(key)
	if !ok {
		d.dim(at, "[ ]", key)
		return nil
	}
	var child *facts.Node
	switch k := k.(type) {
	case string:
		child = n.Member(k)
	case number.Number:
		if i, ok := index(k); ok && i < n.Len() && n.Kind == facts.List {
			child = n.Elements()[i]
		}
	}
	if child == nil {
		return nil
	}
	return []alternative{{d.Present(child), child}}
}

// position is the element of an array at a constant place: the first of those that
// are in it, or any where all are.
func (d *derivation) position(g *gathered, key sym, path *formula.Expr, at place) (all []alternative) {
	k, _ := d.plain(key)
	i, ok := index(k)
	if !ok {
		d.dim(at, "[ ]", key)
		return nil
	}
	var elements []alternative
	sure := true
	for _, e := range d.gatheredElements(g, path, at) {
		elements = append(elements, alternative{e.when, e.val})
		sure = sure && e.when.True()
	}
	switch {
	case i == 0:
		return elements
	case !sure:
		d.opaque(at, "[ ]")
	case i < len(elements):
		return elements[i : i+1]
	}
	return nil
}

// operations are the built-ins that are operations of formulas.
func operations() map[string]formula.Op {
	return map[string]formula.Op{
		"plus": formula.Add, "minus": formula.Sub, "mul": formula.Mul, "div": formula.Div, "rem": formula.Rem,
		"abs": formula.Abs, "floor": formula.Floor, "ceil": formula.Ceil, "rubric.round": formula.Round, "rubric.pow": formula.Pow,
		"lt": formula.Less, "lte": formula.AtMost,
	}
}

// builtin is what a built-in gives.
func (d *derivation) builtin(o *opBuiltin, args []sym, path *formula.Expr) []alternative {
	if constants, ok := d.plainAll(args); ok {
		v, _ := o.answer(d.m, constants)
		d.m.fail = nil // it may never be reached
		if v == nil {
			return nil
		}
		return d.sure(v)
	}
	if v := d.lifted(o, args, path); v != nil {
		return d.sure(v)
	}
	if o.builtin.name == "object.get" {
		return append(d.path(args[0], args[1], path, o.at), alternative{d.Truth(true), args[2]})
	}
	return d.sure(&dark{d.answerNow(o, args), o.at, functionWord(o.builtin.name)})
}

func (d *derivation) plainAll(args []sym) ([]value, bool) {
	all := make([]value, len(args))
	for i, a := range args {
		var ok bool
		if all[i], ok = d.plain(a); !ok {
			return nil, false
		}
	}
	return all, true
}

// answerNow is what a built-in gives as the facts stand, nil for nothing.
func (d *derivation) answerNow(o *opBuiltin, args []sym) value {
	all := make([]value, len(args))
	for i, a := range args {
		var ok bool
		if all[i], ok = d.concrete(a); !ok {
			return nil
		}
	}
	v, _ := o.answer(d.m, all)
	d.m.fail = nil
	return v
}

// lifted is a built-in as an expression, nil where it has none.
func (d *derivation) lifted(o *opBuiltin, args []sym, path *formula.Expr) sym {
	name := o.builtin.name
	switch name {
	case "count":
		return nilOr(d.count(args[0], path, o.at))
	case "sum", "max", "min":
		return nilOr(d.overNumbers(name, args[0], path, o.at))
	case "internal.member_2":
		return d.member(args[0], args[1], path, o.at)
	case "equal", "neq":
		same := d.same(args[0], args[1], o.at)
		if name == "neq" {
			same = d.Make(formula.Not, same)
		}
		return same
	}
	all := make([]*formula.Expr, len(args))
	for i, a := range args {
		if all[i] = d.scalar(a); all[i] == nil {
			return nil
		}
	}
	return nilOr(d.operation(name, all))
}

// nilOr keeps a pointer to nothing from being something.
func nilOr(e *formula.Expr) sym {
	if e == nil {
		return nil
	}
	return e
}

func (d *derivation) operation(name string, args []*formula.Expr) *formula.Expr {
	switch name {
	case "gt":
		name, args = "lt", []*formula.Expr{args[1], args[0]}
	case "gte":
		name, args = "lte", []*formula.Expr{args[1], args[0]}
	case "round":
		name, args = "rubric.round", append(args, d.Int(0))
	}
	op, ok := operations()[name]
	if !ok {
		return nil
	}
	for _, a := range args {
		if a.Kind != formula.IsNumber && !(a.Kind == formula.IsText && formula.Ordered(args)) {
			return nil
		}
	}
	return d.Make(op, args...)
}

// count is how many elements a collection has, or characters a text; nil where
// that has no formula.
func (d *derivation) count(v sym, path *formula.Expr, at place) *formula.Expr {
	if r := d.rank(v); r != 4 && r != 5 && r != 6 {
		return nil
	}
	if _, ok := v.(*dark); ok {
		return nil
	}
	var whens []*formula.Expr
	for _, e := range d.elements(v, path, at) {
		whens = append(whens, e.when)
	}
	return d.Make(formula.Count, whens...)
}

// distinct tells whether no two elements of a set can be the same: each is a
// constant, or another element's key.
func (d *derivation) distinct(g *gathered) bool {
	seen := map[*facts.Node]bool{}
	for _, e := range g.all {
		n, isFact := e.val.(*facts.Node)
		if !isFact {
			if _, ok := d.plain(e.val); ok {
				continue
			}
			return false
		}
		if seen[n] || n.Parent == nil || n.Parent.Parent == nil || n.Parent.Parent.Schema == nil || n.Parent.Parent.Schema.Unique != n.Key || n.Key == "" {
			return false
		}
		seen[n] = true
	}
	return true
}

// overNumbers is the sum, or an extreme, of numbers; nil where that has no formula.
func (d *derivation) overNumbers(name string, v sym, path *formula.Expr, at place) *formula.Expr {
	if r := d.rank(v); r != 4 && r != 6 {
		return nil
	}
	if _, ok := v.(*dark); ok {
		return nil
	}
	var all []*formula.Expr
	for _, e := range d.elements(v, path, at) {
		n := d.scalar(e.val)
		switch {
		case n == nil || n.Kind != formula.IsNumber || name != "sum" && !e.when.True():
			return nil
		case name == "sum":
			n = d.Make(formula.If, e.when, n, d.Int(0))
		}
		all = append(all, n)
	}
	if len(all) == 0 && name != "sum" {
		return nil
	}
	return d.Make(map[string]formula.Op{"sum": formula.Add, "max": formula.Max, "min": formula.Min}[name], all...)
}

// member is whether a collection has an element.
func (d *derivation) member(v, collection sym, path *formula.Expr, at place) sym {
	var any []*formula.Expr
	for _, e := range d.elements(collection, path, at) {
		any = append(any, d.Make(formula.And, e.when, d.same(e.val, v, at)))
	}
	return d.Make(formula.Or, any...)
}
