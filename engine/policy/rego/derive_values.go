package rego

import (
	"rubric/engine/facts"
	"rubric/engine/formula"
)

// A sym is a value in a derivation. It is a value of the machine, of which a fact
// that is a scalar stands for its place, or one of
//
//	*formula.Expr  a number, text or truth that is computed
//	*gathered      a collection whose elements are in it under conditions
//	*oneOf         several values, each under a condition
//	*dark          what no formula computes
type sym any

// alternative is a value under a condition. Of several the first that holds counts.
type alternative struct {
	when *formula.Expr
	val  sym
}

type oneOf struct{ all []alternative }

// dark is what a built-in makes that has no formula: now is what it gives as the
// facts stand, nil if that is not known.
type dark struct {
	now  value
	at   place
	name any // text or message
}

// gathered is an array, set or object in the making. rank is that of its type.
type gathered struct {
	rank int
	all  []element
}

type element struct {
	key, val sym
	when     *formula.Expr
	line     int
}

// conditions are the parts of what must hold.
func conditions(e *formula.Expr) []*formula.Expr {
	switch {
	case e.True():
		return nil
	case e.Op == formula.And:
		return e.Args
	}
	return []*formula.Expr{e}
}

// given is a condition without what holds anyway on a path.
func (d *derivation) given(when, path *formula.Expr) *formula.Expr {
	known := map[*formula.Expr]bool{}
	for _, c := range conditions(path) {
		known[c] = true
	}
	var left []*formula.Expr
	for _, c := range conditions(when) {
		switch {
		case known[c]:
		case known[d.Make(formula.Not, c)]:
			return d.Truth(false)
		default:
			left = append(left, c)
		}
	}
	return d.Make(formula.And, left...)
}

// but is a path on which a condition does not hold.
func (d *derivation) but(path, when *formula.Expr) *formula.Expr {
	return d.Make(formula.And, path, d.Make(formula.Not, d.given(when, path)))
}

// among are the alternatives that there are on a path.
func (d *derivation) among(all []alternative, path *formula.Expr) (out []alternative) {
	for _, a := range all {
		when := d.given(a.when, path)
		if when.False() {
			continue
		}
		out = append(out, alternative{when, a.val})
		if when.True() {
			break
		}
	}
	return out
}

// defined is when there is a value.
func (d *derivation) defined(all []alternative) *formula.Expr {
	var whens []*formula.Expr
	for _, a := range all {
		whens = append(whens, a.when)
	}
	return d.Make(formula.Or, whens...)
}

// apart makes the conditions of alternatives exclude each other.
func (d *derivation) apart(all []alternative) (out []alternative) {
	before := d.Truth(false)
	for _, a := range all {
		when := d.Make(formula.And, a.when, d.Make(formula.Not, before))
		if before.False() {
			when = a.when
		}
		out = append(out, alternative{when, a.val})
		before = d.Make(formula.Or, before, a.when)
	}
	return out
}

// together is alternatives as a value.
func together(all []alternative) sym {
	if len(all) == 1 {
		return all[0].val
	}
	return &oneOf{all}
}

// flat are the alternatives of a value.
func (d *derivation) flat(when *formula.Expr, v sym) []alternative {
	several, ok := v.(*oneOf)
	if !ok {
		return []alternative{{when, v}}
	}
	var out []alternative
	for _, a := range several.all {
		out = append(out, d.flat(d.Make(formula.And, when, a.when), a.val)...)
	}
	return out
}

// merged is alternatives that are expressions as one; the last is what is left.
func (d *derivation) merged(all []alternative) *formula.Expr {
	var out *formula.Expr
	for i := len(all) - 1; i >= 0; i-- {
		e := d.scalar(all[i].val)
		switch {
		case e == nil || out != nil && e.Kind != out.Kind:
			return nil
		case out == nil:
			out = e
		default:
			out = d.Make(formula.If, all[i].when, e, out)
		}
	}
	return out
}

// scalar is a number, text or truth as an expression, nil for anything else.
func (d *derivation) scalar(v sym) *formula.Expr {
	switch v := v.(type) {
	case *formula.Expr:
		return v
	case *oneOf:
		return d.merged(v.all)
	case *facts.Node:
		if isComposite(v) {
			return nil
		}
		return d.Fact(v)
	case bool:
		return d.Truth(v)
	case string:
		return d.Text(v)
	}
	if n, ok := numberIn(v); ok {
		return d.Number(n)
	}
	return nil
}

// rank is a value's place in Rego's order of types, -1 where it is not known.
func (d *derivation) rank(v sym) int {
	switch v := v.(type) {
	case *formula.Expr:
		return [...]int{formula.IsNumber: 2, formula.IsText: 3, formula.IsTruth: 1}[v.Kind]
	case *gathered:
		return v.rank
	case *dark:
		if v.now == nil {
			return -1
		}
		return rank(v.now)
	case *oneOf:
		first := d.rank(v.all[0].val)
		for _, a := range v.all {
			if d.rank(a.val) != first {
				return -1
			}
		}
		return first
	}
	return rank(v)
}

// elements are a collection's elements, each with when it is in it and the path
// left out.
func (d *derivation) elements(v sym, path *formula.Expr, at place) (out []element) {
	yes := d.Truth(true)
	switch v := v.(type) {
	case *facts.Node:
		for _, c := range v.SortedMembers() {
			out = append(out, element{c.Key, c, d.Present(c), 0})
		}
		for i, c := range v.Elements() {
			out = append(out, element{wholeValue(i), c, yes, 0})
		}
	case *array:
		for i, e := range v.elems {
			out = append(out, element{wholeValue(i), e, yes, 0})
		}
	case *object:
		for _, e := range v.entries {
			out = append(out, element{e.key, e.val, yes, e.line})
		}
	case *set:
		for _, e := range v.entries {
			out = append(out, element{e.key, e.key, yes, e.line})
		}
	case *gathered:
		return d.gatheredElements(v, path, at)
	case *oneOf:
		for _, a := range d.apart(v.all) {
			for _, e := range d.elements(a.val, path, at) {
				e.when = d.Make(formula.And, d.given(a.when, path), e.when)
				out = append(out, e)
			}
		}
	case *dark:
		d.opaque(v.at, v.name)
	}
	return out
}

func (d *derivation) gatheredElements(g *gathered, path *formula.Expr, at place) (out []element) {
	if g.rank == 6 && !d.distinct(g) || g.rank == 5 {
		return d.once(g, path, at)
	}
	sure := true
	for _, e := range g.all {
		e.when = d.given(e.when, path)
		sure = sure && e.when.True()
		switch {
		case g.rank == 4 && sure:
			e.key = wholeValue(len(out))
		case g.rank == 4:
			e.key = &dark{nil, at, "count"}
		case g.rank == 6:
			e.key = e.val
		}
		if !e.when.False() {
			out = append(out, e)
		}
	}
	return out
}

// once are the elements of a set, or members of an object, each only where no
// earlier one is the same: two members of one key have one value, or it is a
// failure.
func (d *derivation) once(g *gathered, path *formula.Expr, at place) (out []element) {
	for _, e := range g.all {
		e.when = d.given(e.when, path)
		if g.rank == 6 {
			e.key = e.val
		}
		var before []*formula.Expr
		for _, old := range out {
			before = append(before, d.Make(formula.And, old.when, d.same(old.key, e.key, at)))
		}
		if e.when = d.Make(formula.And, e.when, d.Make(formula.Not, d.Make(formula.Or, before...))); !e.when.False() {
			out = append(out, e)
		}
	}
	return out
}

// plain is a value that does not depend on the facts.
func (d *derivation) plain(v sym) (value, bool) {
	switch v := v.(type) {
	case *formula.Expr:
		return constant(v), v.Constant()
	case *gathered:
		return d.whole(v, func(e element) (bool, bool) { return true, e.when.True() }, d.plain)
	case *oneOf, *dark, *facts.Node, *overlay, nil:
		return nil, false
	case *array:
		for _, e := range v.elems {
			if _, ok := d.plain(e); !ok {
				return nil, false
			}
		}
	case *object:
		for _, e := range v.entries {
			if _, ok := d.plain(e.val); !ok {
				return nil, false
			}
		}
	}
	return v, true
}

func constant(e *formula.Expr) value {
	switch e.Op {
	case formula.Number:
		return e.Number
	case formula.Text:
		return e.Text
	}
	return e.Flag
}

// whole is a collection of those elements that are in it.
func (d *derivation) whole(g *gathered, in func(element) (is, ok bool), of func(sym) (value, bool)) (value, bool) {
	list, object, set := &array{}, &object{}, &set{}
	for _, e := range g.all {
		is, ok := in(e)
		if !ok {
			return nil, false
		}
		if !is {
			continue
		}
		val, ok := of(e.val)
		if !ok {
			return nil, false
		}
		switch g.rank {
		case 4:
			list.elems = append(list.elems, val)
		case 6:
			set.put(entry{key: val})
		default:
			key, ok := of(e.key)
			if !ok {
				return nil, false
			}
			object.put(entry{key: key, val: val, line: e.line})
		}
	}
	return [...]value{4: list, 5: object, 6: set}[g.rank], true
}

// now is a value as the facts stand, nil if it has none.
func (d *derivation) now(v sym) value {
	out, _ := d.concrete(v)
	return out
}

func (d *derivation) concrete(v sym) (value, bool) {
	switch v := v.(type) {
	case *formula.Expr:
		got, err := v.Eval(nil)
		return constant(d.Constant(got)), err == nil
	case *dark:
		return v.now, v.now != nil
	case *oneOf:
		for _, a := range v.all {
			if d.holds(a.when) {
				return d.concrete(a.val)
			}
		}
		return nil, false
	case *gathered:
		return d.whole(v, func(e element) (bool, bool) { return d.holds(e.when), true }, d.concrete)
	}
	return scalar(v), v != nil
}

// holds tells whether a condition holds as the facts stand.
func (d *derivation) holds(when *formula.Expr) bool {
	got, err := when.Eval(nil)
	return err == nil && got.Flag
}
