package rego

import (
	"fmt"

	"rubric/engine/formula"
)

// derived is a call in a derivation. Locals are alternatives, each under a
// condition that counts from the beginning of the call.
type derived struct {
	fn     *function
	locals [][]alternative
}

// exit is a path on which more than one block is left, or the function.
type exit struct {
	how  flow
	when *formula.Expr
}

// call is the value of a rule or function: the alternatives that there are.
func (d *derivation) call(fn *function, args []sym) []alternative {
	if fn.constant != nil {
		return []alternative{{d.Truth(true), fn.constant.val}}
	}
	cached := len(fn.params) == 2
	if known, ok := d.memo[fn]; ok && cached {
		return known
	}
	if d.depth++; d.depth > d.m.limits.Depth {
		d.opaque(place{file: d.file, line: headOf(fn)}, fn.name)
		return nil
	}
	defer func() { d.depth-- }()
	f := &derived{fn: fn, locals: make([][]alternative, fn.size)}
	for i, p := range fn.params {
		f.locals[p] = d.flat(d.Truth(true), args[i])
	}
	path := d.Truth(true)
	for _, b := range fn.blocks {
		_, exits := d.block(b, f, path)
		for _, e := range exits {
			path = d.but(path, e.when)
		}
	}
	out := d.among(f.locals[fn.result], d.Truth(true))
	if cached {
		d.memo[fn] = out
	}
	return out
}

// block runs statements on a path; on is the path at its end.
func (d *derivation) block(b block, f *derived, path *formula.Expr) (on *formula.Expr, exits []exit) {
	for _, o := range b {
		if d.steps++; d.steps > maxDerivation || d.Err() != nil {
			d.err = formula.ErrTooLarge
		}
		if path.False() || d.err != nil {
			return d.Truth(false), exits
		}
		var more []exit
		path, more = d.op(o, f, path)
		exits = append(exits, more...)
	}
	return path, exits
}

// op runs a statement; on is the path on which the next one runs.
func (d *derivation) op(o op, f *derived, path *formula.Expr) (on *formula.Expr, exits []exit) {
	switch o := o.(type) {
	case *opAssign:
		return d.assign(f, o.target, path, d.get(o.source, f, path)), nil
	case *opAssignOnce:
		for _, a := range d.get(o.source, f, path) {
			f.locals[o.target] = append(f.locals[o.target], d.flat(d.Make(formula.And, path, a.when), a.val)...)
		}
		return path, nil
	case *opReset:
		f.locals[o.target] = nil
		return path, nil
	case *opBlock:
		return d.blocks(o, f, path)
	case *opBreak:
		return d.Truth(false), leaving(flow(o.levels), path)
	case *opReturn:
		return d.Truth(false), leaving(returned, path)
	case *opNot:
		on, inner := d.block(o.body, f, path)
		return d.left(d.but(path, on), inner)
	case *opScan:
		return d.scan(o, f, path)
	case *opDefined:
		is := d.defined(d.among(f.locals[o.source], path))
		if !o.want {
			is = d.Make(formula.Not, is)
		}
		return d.Make(formula.And, path, is), nil
	}
	return d.compute(o, f, path), nil
}

func leaving(how flow, path *formula.Expr) []exit {
	if how == 0 {
		return nil
	}
	return []exit{{how, path}}
}

// left is what exits from inside mean to the block around.
func (d *derivation) left(path *formula.Expr, inner []exit) (on *formula.Expr, exits []exit) {
	for _, e := range inner {
		path = d.but(path, e.when)
		exits = append(exits, leaving(leave(e.how), e.when)...)
	}
	return path, exits
}

func (d *derivation) blocks(o *opBlock, f *derived, path *formula.Expr) (on *formula.Expr, exits []exit) {
	for _, b := range o.blocks {
		_, inner := d.block(b, f, path)
		var more []exit
		path, more = d.left(path, inner)
		exits = append(exits, more...)
	}
	return path, exits
}

func (d *derivation) scan(o *opScan, f *derived, path *formula.Expr) (on *formula.Expr, exits []exit) {
	for _, source := range d.apart(d.among(f.locals[o.source], path)) {
		for _, e := range d.elements(source.val, path, o.at) {
			turn := d.Make(formula.And, path, source.when, e.when)
			if turn.False() {
				continue
			}
			d.put(f, o.key, turn, e.key)
			d.put(f, o.val, turn, e.val)
			_, inner := d.block(o.body, f, turn)
			var more []exit
			path, more = d.left(path, inner)
			exits = append(exits, more...)
		}
	}
	return path, exits
}

// get are the alternatives of an operand on a path, of which one holds wherever it
// is defined.
func (d *derivation) get(o operand, f *derived, path *formula.Expr) []alternative {
	if o.val != nil {
		return []alternative{{d.Truth(true), o.val}}
	}
	return d.among(f.locals[o.local], path)
}

// put gives a local a value on a path. What it was before stays for other paths.
func (d *derivation) put(f *derived, target int, path *formula.Expr, v sym) {
	all := d.flat(path, v)
	for _, old := range f.locals[target] {
		if !d.given(path, old.when).True() {
			all = append(all, old)
		}
	}
	f.locals[target] = all
}

// assign gives a local alternatives; on is the path on which there is one.
func (d *derivation) assign(f *derived, target int, path *formula.Expr, all []alternative) (on *formula.Expr) {
	if len(all) == 0 {
		return d.Truth(false)
	}
	path = d.Make(formula.And, path, d.defined(all))
	d.put(f, target, path, together(all))
	return path
}

// compute runs the statements that do not lead elsewhere.
func (d *derivation) compute(o op, f *derived, path *formula.Expr) (on *formula.Expr) {
	switch o := o.(type) {
	case *opDot:
		var all []alternative
		keys := d.get(o.key, f, path)
		for _, source := range d.get(o.source, f, path) {
			for _, key := range keys {
				for _, a := range d.dotIn(source.val, key.val, path, o.at) {
					a.when = d.Make(formula.And, source.when, key.when, a.when)
					all = append(all, a)
				}
			}
		}
		return d.assign(f, o.target, path, all)
	case *opCall:
		args, path := d.operands(o.args, f, path)
		if path.False() {
			return path
		}
		return d.assign(f, o.target, path, d.call(o.fn, args))
	case *opBuiltin:
		args, path := d.operands(o.args, f, path)
		if path.False() {
			return path
		}
		return d.assign(f, o.target, path, d.builtin(o, args, path))
	case *opLen:
		args, path := d.operands([]operand{o.source}, f, path)
		if path.False() {
			return path
		}
		return d.assign(f, o.target, path, d.sure(d.count(args[0], path, place{})))
	case *opEqual:
		args, path := d.operands([]operand{o.a, o.b}, f, path)
		if path.False() {
			return path
		}
		return d.Make(formula.And, path, d.tested(o, args[0], args[1]))
	case *opIs:
		args, path := d.operands([]operand{o.source}, f, path)
		if path.False() {
			return path
		}
		r := d.rank(args[0])
		if r < 0 {
			d.opaque(place{file: d.file, line: headOf(f.fn)}, f.fn.name)
		}
		return d.Make(formula.And, path, d.Truth(r == o.rank))
	}
	return d.build(o, f, path)
}

// sure is a value that is always there.
func (d *derivation) sure(v sym) []alternative { return []alternative{{d.Truth(true), v}} }

// operands are the values of operands; on is the path on which all have one.
func (d *derivation) operands(all []operand, f *derived, path *formula.Expr) (values []sym, on *formula.Expr) {
	for _, o := range all {
		found := d.get(o, f, path)
		if len(found) == 0 {
			return nil, d.Truth(false)
		}
		path = d.Make(formula.And, path, d.defined(found))
		values = append(values, together(found))
	}
	return values, path
}

// tested is whether two values are equal, or the planner's test that one is not
// false.
func (d *derivation) tested(o *opEqual, a, b sym) *formula.Expr {
	if no, isBool := b.(bool); isBool && !no && !o.want {
		return d.truth(a, o.at)
	}
	same := d.same(a, b, o.at)
	if !o.want {
		return d.Make(formula.Not, same)
	}
	return same
}

// truth is whether a value is not false.
func (d *derivation) truth(v sym, at place) *formula.Expr {
	switch v := v.(type) {
	case *oneOf:
		out := d.Truth(false)
		for i := len(v.all) - 1; i >= 0; i-- {
			out = d.Make(formula.If, v.all[i].when, d.truth(v.all[i].val, at), out)
		}
		return out
	case *dark:
		if r := d.rank(v); r <= 1 {
			d.opaque(v.at, v.name)
		}
		return d.Truth(true)
	}
	if e := d.scalar(v); e != nil && e.Kind == formula.IsTruth {
		return e
	}
	return d.Truth(true)
}

func (d *derivation) same(a, b sym, at place) *formula.Expr {
	if x, ok := d.plain(a); ok {
		if y, ok := d.plain(b); ok {
			return d.Truth(compare(x, y) == 0)
		}
	}
	x, y := d.scalar(a), d.scalar(b)
	if x == nil || y == nil {
		if r, s := d.rank(a), d.rank(b); r >= 0 && s >= 0 && r != s {
			return d.Truth(false)
		}
		d.dim(at, "==", a, b)
		return d.Truth(false)
	}
	return d.Make(formula.Equal, x, y)
}

// dim gives up on an operation whose arguments have no formula.
func (d *derivation) dim(at place, name any, args ...sym) {
	for _, a := range args {
		if hidden, ok := a.(*dark); ok {
			at, name = hidden.at, hidden.name
		}
	}
	d.opaque(at, name)
}

// build runs the statements that make collections.
func (d *derivation) build(o op, f *derived, path *formula.Expr) (on *formula.Expr) {
	switch o := o.(type) {
	case *opMakeArray:
		d.put(f, o.target, path, &gathered{rank: 4})
	case *opMakeObject:
		d.put(f, o.target, path, &gathered{rank: 5})
	case *opMakeSet:
		d.put(f, o.target, path, &gathered{rank: 6})
	case *opAppend:
		return d.gather(f, o.array, path, nil, o.value, o.at)
	case *opSetAdd:
		return d.gather(f, o.set, path, nil, o.value, o.at)
	case opAside: // it only takes note of what was read
	case *opInsert:
		return d.gather(f, o.object, path, &o.key, o.val, o.at)
	default:
		d.opaque(place{file: d.file, line: headOf(f.fn)}, statementWord(o))
	}
	return path
}

// statementWord is what a statement that has no formula is called in Rego.
func statementWord(o op) string {
	switch o.(type) {
	case *opWith:
		return "with"
	case *opMerge:
		return "object.union"
	}
	return fmt.Sprintf("%T", o)
}

// gather puts an element into the collection in a local.
func (d *derivation) gather(f *derived, local int, path *formula.Expr, key *operand, val operand, at place) (on *formula.Expr) {
	operands := []operand{val}
	if key != nil {
		operands = append(operands, *key)
	}
	args, path := d.operands(operands, f, path)
	if path.False() {
		return path
	}
	e := element{val: args[0], when: path, line: at.line}
	if key != nil {
		e.key = args[1]
	}
	for _, a := range d.among(f.locals[local], path) {
		into, ok := a.val.(*gathered)
		if !ok || !a.when.True() {
			d.opaque(at, "{ }")
			return path
		}
		into.add(d, e)
	}
	return path
}

// add puts an element in. One that a set has already is in it one way or the other.
func (g *gathered) add(d *derivation, e element) {
	if same, ok := d.plain(e.val); ok && g.rank == 6 {
		for i, old := range g.all {
			if known, ok := d.plain(old.val); ok && compare(known, same) == 0 {
				g.all[i].when = d.Make(formula.Or, old.when, e.when)
				return
			}
		}
	}
	g.all = append(g.all, e)
}
