package rego

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"rubric/engine/facts"
)

// This file has the values that the analysis of a policy computes with.

// abstract is what is known of a value: the places in the schema it may be, the
// texts it may be, and, of a collection that the policy builds, its keys and
// what its elements may be.
type abstract struct {
	places []*facts.Schema
	texts  words
	keys   words
	elem   *abstract
	items  []abstract    // of an array that is built here, its elements in order: their places and texts
	over   []replacement // members that a `with` replaced, by name
}

// replacement is a member that a `with` put in the place of another.
type replacement struct {
	name string
	val  abstract
}

// words are the texts a value may be; open when it may be any other as well.
// Where all of them are the names of members of the facts, of is an object that
// has such members.
type words struct {
	known []string
	open  bool
	of    *facts.Schema
}

func (w words) none() bool { return len(w.known) == 0 && !w.open }

func (w words) join(v words) words {
	all := append(slices.Clone(w.known), v.known...)
	slices.Sort(all)
	out := words{known: slices.Compact(all), open: w.open || v.open}
	switch {
	case w.none() || w.of != nil && v.of != nil:
		out.of = cmp.Or(w.of, v.of)
	case v.none():
		out.of = w.of
	}
	return out
}

func (a abstract) join(b abstract) abstract {
	out := abstract{items: joinItems(a.items, b.items), over: joinOver(a, b), places: unitePlaces(a.places, b.places), texts: a.texts.join(b.texts), keys: a.keys.join(b.keys)}
	switch {
	case a.elem == nil:
		out.elem = b.elem
	case b.elem == nil:
		out.elem = a.elem
	default:
		elem := a.elem.join(*b.elem)
		out.elem = &elem
	}
	return out
}

// joinItems joins element by element; arrays of different length have no known
// order.
func joinItems(a, b []abstract) []abstract {
	switch {
	case len(a) == 0:
		return b
	case len(b) == 0:
		return a
	case len(a) != len(b):
		return nil
	}
	var out []abstract
	for i := range a {
		out = append(out, a[i].join(b[i]))
	}
	return out
}

// joinOver joins what is replaced in either with what the other has there.
func joinOver(a, b abstract) []replacement {
	var out []replacement
	for _, m := range a.over {
		out = append(out, replacement{m.name, m.val.join(b.at(m.name))})
	}
	for _, m := range b.over {
		if !slices.ContainsFunc(a.over, func(o replacement) bool { return o.name == m.name }) {
			out = append(out, replacement{m.name, m.val.join(a.at(m.name))})
		}
	}
	return out
}

// at is the member of a with that name.
func (a abstract) at(name string) abstract {
	for _, m := range a.over {
		if m.name == name {
			return m.val
		}
	}
	out := a.element()
	for _, p := range a.places {
		if property := p.Property(name); property != nil {
			out.places = unitePlaces(out.places, []*facts.Schema{property})
		}
	}
	return out
}

// replaced is a with v at path.
func (a abstract) replaced(path []string, v abstract) abstract {
	if len(path) == 0 {
		return v
	}
	rest := slices.DeleteFunc(slices.Clone(a.over), func(m replacement) bool { return m.name == path[0] })
	a.over = append(rest, replacement{path[0], a.at(path[0]).replaced(path[1:], v)})
	if !slices.Contains(a.memberNames().known, path[0]) {
		a.keys = a.keys.join(words{known: path[:1]})
	}
	return a
}

// element is what a member or element of a built collection may be; anything,
// when nothing is known of the collection.
func (a abstract) element() abstract {
	switch {
	case a.elem != nil:
		return *a.elem
	case len(a.places) == 0:
		return anything()
	}
	return abstract{}
}

// holding is a collection that has the element b as well.
func (a abstract) holding(b abstract) abstract {
	if a.elem != nil {
		b = a.elem.join(b)
	}
	a.elem = &b
	return a
}

// anything is a value about which only its places are known.
func anything() abstract { return abstract{texts: words{open: true}, keys: words{open: true}} }

func unitePlaces(a, b []*facts.Schema) []*facts.Schema {
	out := slices.Clone(a)
	for _, p := range b {
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

func (a abstract) sign(b *strings.Builder) {
	b.WriteByte('(')
	a.texts.sign(b)
	a.keys.sign(b)
	for _, p := range a.places {
		fmt.Fprintf(b, ",%d", p.Ordinal)
	}
	if a.elem != nil {
		a.elem.sign(b)
	}
	for _, item := range a.items {
		item.sign(b)
	}
	for _, m := range a.over {
		b.WriteString(m.name)
		m.val.sign(b)
	}
	b.WriteByte(')')
}

func (w words) sign(b *strings.Builder) {
	fmt.Fprintf(b, "%q%v%v", w.known, w.open, w.of != nil)
}

// contents is what a member or element of a collection may be, built or in the
// facts.
func (a abstract) contents() abstract {
	out := a.element()
	for _, m := range a.over {
		out = out.join(m.val)
	}
	for _, p := range a.places {
		switch p.Kind {
		case facts.Object:
			out.places = unitePlaces(out.places, p.Properties)
		case facts.List:
			out.places = unitePlaces(out.places, []*facts.Schema{p.Items})
		}
	}
	return out
}

// memberNames are the names of the members that a value may have.
func (a abstract) memberNames() words {
	all := a.keys
	for _, p := range a.places {
		if p.Kind == facts.Object {
			all = all.join(words{known: names(p), of: p})
		}
	}
	return all
}

func names(s *facts.Schema) []string {
	var all []string
	for _, p := range s.Properties {
		all = append(all, p.Name)
	}
	return all
}

// names are the texts that a key may be; open when nothing is known of it.
func (a abstract) names() words {
	names := a.texts
	for _, p := range a.places {
		if p.Kind == facts.Text {
			names = names.join(words{known: p.Enum, open: len(p.Enum) == 0})
		} else {
			names.of = nil
		}
	}
	names.open = names.open || len(names.known) == 0
	return names
}

// below is anything at or under a value.
func (a abstract) below() abstract {
	out := anything().join(a)
	for i := 0; i < len(out.places); i++ {
		inner := abstract{places: out.places[i : i+1]}
		out.places = unitePlaces(out.places, inner.contents().places)
	}
	return out
}
