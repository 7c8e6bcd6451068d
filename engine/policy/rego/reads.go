package rego

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ir"

	"rubric/engine/facts"
	"rubric/engine/message"
)

// This file finds, without running a policy, every fact it may read, and every
// address it uses that the schema does not have. It walks the plan with places
// of the schema in place of values.

// analysis collects what one policy may read, and what is wrong with it.
type analysis struct {
	code     *code
	read     map[*facts.Schema]bool
	scanned  map[*ir.ScanStmt]abstract // what a scan may go over
	items    map[*ir.ObjectInsertOnceStmt]words
	done     map[string]abstract // function and arguments → result
	problems message.Problems
	reported map[string]bool
}

// env is what is known of a function's locals at one point.
type env map[ir.Local]abstract

func (e env) get(o ir.Operand, c *code) abstract {
	switch v := o.Value.(type) {
	case ir.Local:
		return e[v]
	case ir.StringIndex:
		return abstract{texts: words{known: []string{c.strings[v]}}}
	}
	return abstract{}
}

func newAnalysis(c *code) *analysis {
	return &analysis{
		code: c, read: map[*facts.Schema]bool{}, scanned: map[*ir.ScanStmt]abstract{}, items: map[*ir.ObjectInsertOnceStmt]words{},
		done: map[string]abstract{}, reported: map[string]bool{},
	}
}

// entry analyses the rule that is a policy's answer: whatever it returns is
// read. element is the place of the indicator in the data, nil for none.
func (a *analysis) entry(fn *function, root, element *facts.Schema) {
	data := anything()
	if element != nil {
		data.over = []replacement{{indicatorName, abstract{places: []*facts.Schema{element}}}}
	}
	result := a.function(fn, []abstract{{places: []*facts.Schema{root}}, data})
	at := place{}
	if blocks := fn.plan.Blocks; len(blocks) > 0 && len(blocks[0].Stmts) > 0 {
		at = a.at(blocks[0].Stmts[0])
	}
	a.readAll(result, at)
}

func (a *analysis) function(fn *function, args []abstract) abstract {
	key := signature(fn, args)
	if r, ok := a.done[key]; ok {
		return r
	}
	a.done[key] = abstract{} // Rego has no recursion; this only guards
	e := env{}
	for i, p := range fn.plan.Params {
		e[p] = args[i]
	}
	for _, b := range fn.plan.Blocks {
		a.branch(b, e)
	}
	a.done[key] = e[fn.plan.Return]
	return e[fn.plan.Return]
}

func signature(fn *function, args []abstract) string {
	var b strings.Builder
	b.WriteString(fn.name)
	for _, arg := range args {
		arg.sign(&b)
	}
	return b.String()
}

// branch analyses a block that may or may not run to its end: what it leaves in
// locals is joined with what was there before.
func (a *analysis) branch(b *ir.Block, e env) {
	inner := env{}
	for l, v := range e {
		inner[l] = v
	}
	a.block(b, inner)
	for l, v := range inner {
		e[l] = e[l].join(v)
	}
}

func (a *analysis) block(b *ir.Block, e env) {
	for i, s := range b.Stmts {
		if dot, ok := s.(*ir.DotStmt); ok && !leads(b, i) {
			_, constant := dot.Key.Value.(ir.StringIndex)
			a.asked(e.get(dot.Source, a.code), e.get(dot.Key, a.code), constant, a.at(s))
		}
		a.stmt(s, e)
	}
}

// leads recognises how the head of a rule such as a.b[c] finds the object it
// adds to: what is not there is made.
func leads(b *ir.Block, i int) bool {
	if i != 0 || len(b.Stmts) != 2 {
		return false
	}
	_, ok := b.Stmts[1].(*ir.BreakStmt)
	return ok
}

func (a *analysis) stmt(s ir.Stmt, e env) {
	switch s := s.(type) {
	case *ir.AssignVarStmt:
		e[s.Target] = e.get(s.Source, a.code)
	case *ir.AssignVarOnceStmt:
		e[s.Target] = e[s.Target].join(e.get(s.Source, a.code))
	case *ir.ResetLocalStmt:
		e[s.Target] = abstract{}
	case *ir.MakeArrayStmt:
		e[s.Target] = abstract{}
	case *ir.MakeObjectStmt:
		e[s.Target] = abstract{}
	case *ir.MakeSetStmt:
		e[s.Target] = abstract{}
	case *ir.MakeNumberIntStmt:
		e[s.Target] = abstract{}
	case *ir.MakeNumberRefStmt:
		e[s.Target] = abstract{}
	case *ir.MakeNullStmt:
		e[s.Target] = abstract{}
	case *ir.ArrayAppendStmt:
		v := e.get(s.Value, a.code)
		array := e[s.Array].holding(v)
		array.items = append(slices.Clip(array.items), abstract{places: v.places, texts: v.texts})
		e[s.Array] = array
	case *ir.SetAddStmt:
		v := e.get(s.Value, a.code)
		a.readAll(v, a.at(s)) // to tell it from the other elements
		e[s.Set] = e[s.Set].holding(v)
	case *ir.ObjectInsertStmt:
		a.keep(e, s.Object, s.Key, s.Value)
	case *ir.ObjectInsertOnceStmt:
		a.items[s] = a.items[s].join(e.get(s.Key, a.code).names())
		a.keep(e, s.Object, s.Key, s.Value)
	case *ir.ObjectMergeStmt:
		e[s.Target] = e[s.A].join(e[s.B])
	case *ir.EqualStmt:
		x, y := e.get(s.A, a.code), e.get(s.B, a.code)
		a.readAll(x, a.at(s))
		a.readAll(y, a.at(s))
		a.compared(x, y, a.at(s))
	case *ir.LenStmt:
		a.readSize(e.get(s.Source, a.code), a.at(s))
		e[s.Target] = abstract{}
	case *ir.DotStmt:
		e[s.Target] = a.member(e.get(s.Source, a.code), e.get(s.Key, a.code), a.at(s))
	case *ir.CallStmt:
		e[s.Result] = a.call(s, e)
	case *ir.CallDynamicStmt:
		a.callPath(s, e)
	default:
		a.nested(s, e)
	}
}

func (a *analysis) keep(e env, object ir.Local, key, val ir.Operand) {
	o := e[object].holding(e.get(val, a.code))
	o.keys = o.keys.join(e.get(key, a.code).names())
	e[object] = o
}

func (a *analysis) nested(s ir.Stmt, e env) {
	switch s := s.(type) {
	case *ir.BlockStmt:
		for _, b := range s.Blocks {
			a.branch(b, e)
		}
	case *ir.NotStmt:
		a.branch(s.Block, e)
	case *ir.WithStmt:
		saved := e[s.Local]
		e[s.Local] = saved.replaced(a.names(s.Path), a.instead(saved, s, e.get(s.Value, a.code)))
		a.branch(s.Block, e)
		e[s.Local] = saved
	case *ir.ScanStmt:
		e[s.Key], e[s.Value] = a.turn(s, e[s.Source])
		a.branch(s.Block, e)
	}
}

// turn is what a scan's key and value may be.
func (a *analysis) turn(s *ir.ScanStmt, source abstract) (key, val abstract) {
	a.scanned[s] = a.scanned[s].join(source)
	a.readSize(source, a.at(s))
	val = source.contents()
	a.touch(val)
	return abstract{texts: source.memberNames()}, val
}

// names are the texts at the given places of the plan.
func (a *analysis) names(path []int) []string {
	var all []string
	for _, i := range path {
		all = append(all, a.code.strings[i])
	}
	return all
}

// member is source[key].
func (a *analysis) member(source, key abstract, at place) abstract {
	var result abstract
	names := key.names()
	for _, m := range source.over {
		if names.open || slices.Contains(names.known, m.name) {
			result = result.join(m.val)
			names.known = slices.DeleteFunc(slices.Clone(names.known), func(n string) bool { return n == m.name })
		}
	}
	if names.open || len(names.known) > 0 {
		result = result.join(source.element())
	}
	for _, p := range source.places {
		switch p.Kind {
		case facts.Object:
			result.places = unitePlaces(result.places, a.properties(p, names, source.keys, at))
		case facts.List:
			a.read[p] = true
			result.places = unitePlaces(result.places, []*facts.Schema{p.Items})
		default:
			a.problem(at, p.Path(), message.New("rego.no_members", "pointer", p.Path(), "label", p.Label()))
		}
	}
	a.touch(result)
	return result
}

// properties are the members with these names; all of them when the names are
// not known yet: the machine checks them when it runs. beside are the names of
// members that the policy added.
func (a *analysis) properties(p *facts.Schema, names, beside words, at place) []*facts.Schema {
	if names.open {
		return p.Properties
	}
	var found []*facts.Schema
	for _, name := range names.known {
		if property := p.Property(name); property != nil {
			found = append(found, property)
		} else if !slices.Contains(beside.known, name) {
			a.unknown(p, name, at)
		}
	}
	return found
}

func (a *analysis) unknown(p *facts.Schema, name string, at place) {
	pointer := p.Path() + "/" + name
	if near := p.Suggest(name); near != "" {
		a.problem(at, name, message.New("rego.unknown_fact_near", "pointer", pointer, "suggestion", p.Path()+"/"+near))
		return
	}
	a.problem(at, name, message.New("rego.unknown_fact", "pointer", pointer, "known", strings.Join(names(p), ", ")))
}

// problem reports a mistake once for each place and what it is about.
func (a *analysis) problem(at place, about string, m message.Message) {
	key := fmt.Sprint(at, about, m.ID)
	if a.reported[key] {
		return
	}
	a.reported[key] = true
	a.problems.Add(message.Problem{File: at.file, Line: at.line, Column: at.column, Message: m})
}

func (a *analysis) at(s ir.Stmt) place { return (&translation{code: a.code}).at(s) }

// touch marks scalars as read: they are read when they are reached.
func (a *analysis) touch(v abstract) {
	for _, p := range v.places {
		if p.Kind != facts.Object && p.Kind != facts.List {
			a.read[p] = true
		}
	}
}

// readSize marks what decides how many elements there are.
func (a *analysis) readSize(v abstract, at place) {
	for _, p := range v.places {
		switch p.Kind {
		case facts.List:
			a.read[p] = true
		case facts.Object:
			a.whole(p, at)
			for _, m := range p.Properties {
				if m.Kind != facts.Object {
					a.read[m] = true
				}
			}
		}
	}
}

// readAll marks everything in a value.
func (a *analysis) readAll(v abstract, at place) {
	for _, p := range v.places {
		a.whole(p, at)
		if p.Kind == facts.List {
			a.read[p] = true
		}
		for _, leaf := range p.Leaves() {
			a.read[leaf] = true
			for up := leaf.Parent; leaf != p && up != p; up = up.Parent {
				if up.Kind == facts.List {
					a.read[up] = true
				}
			}
		}
	}
	if v.elem != nil {
		a.readAll(*v.elem, at)
	}
	for _, m := range v.over {
		a.readAll(m.val, at)
	}
}

// whole reports a policy that looks at the whole document: it would cite
// everything.
func (a *analysis) whole(p *facts.Schema, at place) {
	if p.Parent == nil {
		a.problem(at, "", message.New("rego.bare_input"))
	}
}

func (a *analysis) call(s *ir.CallStmt, e env) abstract {
	args := make([]abstract, len(s.Args))
	for i, o := range s.Args {
		args[i] = e.get(o, a.code)
	}
	if fn := a.code.byName[s.Func]; fn != nil {
		return a.function(fn, args)
	}
	return a.builtin(s, args)
}

func (a *analysis) builtin(s *ir.CallStmt, args []abstract) abstract {
	at := a.at(s)
	switch s.Func {
	case "object.get":
		return a.objectGet(args[0], args[1], at).join(args[2])
	case "count":
		a.readSize(args[0], at)
		return anything()
	case "is_null", "is_boolean", "is_number", "is_string", "is_array", "is_object", "is_set", "type_name":
		return anything()
	}
	for _, arg := range args {
		a.readAll(arg, at)
	}
	a.checkNames(s.Func, args, at)
	return a.made(s.Func, args)
}

// made is what a built-in gives back of what it was given. Where that is not
// known, it has no names of the facts in it: see checkNames.
func (a *analysis) made(builtin string, args []abstract) abstract {
	switch builtin {
	case "object.keys":
		return abstract{}.holding(abstract{texts: args[0].memberNames()})
	case "object.remove", "object.filter":
		return args[0]
	case "object.union":
		return args[0].join(args[1])
	case "object.union_n":
		return args[0].contents()
	}
	result := anything()
	for _, arg := range args {
		switch builtin {
		case "array.concat", "array.reverse", "array.slice", "sort", "and", "or", "minus":
			result = result.holding(arg.contents())
		case "union", "intersection":
			result = result.holding(arg.contents().contents())
		case "max", "min":
			result = result.join(arg.contents())
		}
	}
	return result
}

// objectGet is object.get of a key or of a path, an array of keys. A path that
// is not written out may lead anywhere below.
func (a *analysis) objectGet(source, key abstract, at place) abstract {
	isList := slices.ContainsFunc(key.places, func(p *facts.Schema) bool { return p.Kind == facts.List })
	switch {
	case isList || key.elem != nil && (key.texts.open || key.items == nil):
		a.readAll(source, at)
		return source.below()
	case key.elem != nil:
		for _, item := range key.items {
			a.asked(source, item, false, at)
			source = a.member(source, item, at)
		}
		return source
	}
	a.asked(source, key, false, at)
	return a.member(source, key, at)
}

// callPath joins all functions that the path may lead to: those with as many
// segments.
func (a *analysis) callPath(s *ir.CallDynamicStmt, e env) {
	args := make([]abstract, len(s.Args))
	for i, l := range s.Args {
		args[i] = e[l]
	}
	result := anything()
	for _, fn := range a.code.functions {
		if len(fn.plan.Path) == len(s.Path) && len(fn.plan.Params) == len(args) {
			result = result.join(a.function(fn, args))
		}
	}
	e[s.Result] = result
}

// reads lists the places marked as read, in the facts' order.
func (a *analysis) reads() []*facts.Schema {
	var all []*facts.Schema
	for p := range a.read {
		all = append(all, p)
	}
	slices.SortFunc(all, func(x, y *facts.Schema) int { return x.Ordinal - y.Ordinal })
	return all
}
