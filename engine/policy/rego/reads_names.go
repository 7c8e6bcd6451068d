package rego

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ir"

	"rubric/engine/facts"
	"rubric/engine/message"
)

// This file is the part of the analysis that follows the names of facts where
// they become texts, and members where they become parts of an object that the
// policy builds: the machine cannot tell a wrong name from a right one there.

// compared reports a constant that is held against the name of a fact and is the
// name of none, and an object with a member that no fact has, held against one
// of the facts.
func (a *analysis) compared(x, y abstract, at place) {
	a.heldAgainstNames(x, y, at)
	a.heldAgainstNames(y, x, at)
	a.heldAgainstMembers(x, y, at)
	a.heldAgainstMembers(y, x, at)
	if x.elem != nil && y.elem != nil && x.keys.none() && y.keys.none() {
		a.compared(*x.elem, *y.elem, at)
	}
}

// heldAgainstNames looks at the constants in y where x is the name of a fact.
func (a *analysis) heldAgainstNames(x, y abstract, at place) {
	if x.texts.of == nil || len(x.places) > 0 || y.texts.of != nil {
		return
	}
	for _, name := range y.texts.known {
		if !slices.Contains(x.texts.known, name) {
			a.unknown(x.texts.of, name, at)
		}
	}
}

// heldAgainstMembers looks at the members of y, which the policy builds, where x
// is an object of the facts.
func (a *analysis) heldAgainstMembers(x, y abstract, at place) {
	of := x.memberNames().of
	if of == nil || len(x.places) == 0 || len(y.places) > 0 || y.keys.of != nil {
		return
	}
	for _, name := range y.keys.known {
		if !slices.Contains(x.memberNames().known, name) {
			a.unknown(of, name, at)
		}
	}
}

// asked reports a name that is looked for in an object or set that the policy
// builds, and that it does not have: where its members have the names of facts,
// any name; else one that is written out where it is looked for.
func (a *analysis) asked(source, key abstract, constant bool, at place) {
	switch {
	case len(source.places) > 0 || source.keys.open:
		return
	case source.keys.none() && source.elem != nil:
		a.compared(*source.elem, key, at)
		return
	case key.texts.of != nil:
		return
	}
	for _, name := range key.texts.known {
		switch {
		case slices.Contains(source.keys.known, name):
		case source.keys.of != nil:
			a.unknown(source.keys.of, name, at)
		case constant:
			a.noMember(name, source.keys.known, at)
		}
	}
}

func (a *analysis) noMember(name string, known []string, at place) {
	if near := nearest(name, known); near != "" {
		a.problem(at, name, message.New("rego.unknown_member_near", "name", name, "suggestion", near))
		return
	}
	a.problem(at, name, message.New("rego.unknown_member", "name", name, "known", strings.Join(known, ", ")))
}

// instead is the value that a `with` puts in the place of another. Its path must
// be that of a fact.
func (a *analysis) instead(old abstract, s *ir.WithStmt, v abstract) abstract {
	at := a.at(s)
	for _, name := range a.names(s.Path) {
		for _, p := range old.places {
			if p.Kind != facts.Object {
				a.problem(at, p.Path(), message.New("rego.no_members", "pointer", p.Path(), "label", p.Label()))
				continue
			}
			a.properties(p, words{known: []string{name}}, old.keys, at)
		}
		old = old.at(name)
	}
	a.heldAgainstMembers(old, v, at)
	v.keys.open = true // that a member is not there is what the policy wants
	return v
}

// checkNames reports a built-in that takes the names of facts from the analysis.
func (a *analysis) checkNames(builtin string, args []abstract, at place) {
	switch builtin {
	case "equal", "neq":
		a.compared(args[0], args[1], at)
	case "and", "minus":
		a.compared(args[0], args[1], at)
	case "internal.member_2":
		a.compared(args[0], args[1].contents(), at)
	case "internal.member_3":
		a.compared(args[0], abstract{texts: args[2].memberNames()}, at)
		a.compared(args[1], args[2].contents(), at)
	case "object.remove", "object.filter":
		a.selected(builtin, args[0], args[1], at)
	case "object.union":
		a.united(builtin, args, at)
	case "object.union_n":
		a.united(builtin, []abstract{args[0].contents()}, at)
	default:
		a.refuse(builtin, args, at)
	}
}

// selected reports names of members to keep or leave out that are none; all of
// them must be known.
func (a *analysis) selected(builtin string, object, names abstract, at place) {
	wanted := abstract{texts: names.keys}
	if names.keys.none() {
		wanted = names.contents()
	}
	if len(wanted.places) > 0 || wanted.texts.open || wanted.texts.none() {
		a.refuse(builtin, []abstract{object}, at)
		return
	}
	a.heldAgainstNames(abstract{texts: object.memberNames()}, wanted, at)
}

// united reports objects of the facts united with one whose members are not
// known.
func (a *analysis) united(builtin string, objects []abstract, at place) {
	if slices.ContainsFunc(objects, func(o abstract) bool { return o.keys.open }) {
		a.refuse(builtin, objects, at)
	}
}

// keepsNames lists the built-ins after which the analysis still knows which
// object of the facts it has.
func keepsNames(builtin string) bool {
	return slices.Contains([]string{
		"array.concat", "array.reverse", "array.slice", "sort", "and", "or", "minus", "union", "intersection",
		"max", "min", "lt", "lte", "gt", "gte", "object.keys",
	}, builtin)
}

// refuse reports a built-in that is given an object of the facts, also inside of
// a list, and makes something of it in which a wrong name is not noticed.
func (a *analysis) refuse(builtin string, args []abstract, at place) {
	if keepsNames(builtin) {
		return
	}
	for _, arg := range args {
		if p := arg.factObject(); p != nil {
			a.problem(at, builtin, message.New("rego.names_lost", "function", builtin, "pointer", p.Path()))
			return
		}
	}
}

// factObject is an object of the facts that a value may be or hold, nil if there
// is none. That of the whole document is reported where it is read.
func (a abstract) factObject() *facts.Schema {
	for _, p := range a.places {
		for p.Kind == facts.List {
			p = p.Items
		}
		if p.Kind == facts.Object && p.Parent != nil {
			return p
		}
	}
	if a.elem != nil {
		return a.elem.factObject()
	}
	return nil
}
