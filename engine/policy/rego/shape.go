package rego

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ir"
)

// This file answers questions about the shape of a plan, once, when a policy is
// compiled: which locals flow into a rule's result, and which scans leave
// nothing behind but the entries they added to it.

// localSet is a set of locals.
type localSet []uint64

func (s localSet) has(l ir.Local) bool {
	return l >= 0 && int(l)/64 < len(s) && s[l/64]&(1<<(l%64)) != 0
}

// add puts a local in, if it is one, and tells whether it was not there before.
func (s *localSet) add(l ir.Local) bool {
	if l < 0 || s.has(l) {
		return false
	}
	for int(l)/64 >= len(*s) {
		*s = append(*s, 0)
	}
	(*s)[l/64] |= 1 << (l % 64)
	return true
}

// without are those that are not in others.
func (s localSet) without(others localSet) localSet {
	rest := slices.Clone(s)
	for i := range min(len(rest), len(others)) {
		rest[i] &^= others[i]
	}
	return rest
}

// addAll tells whether any of others was not there before.
func (s *localSet) addAll(others localSet) bool {
	for len(*s) < len(others) {
		*s = append(*s, 0)
	}
	grown := false
	for i, o := range others {
		grown = grown || o&^(*s)[i] != 0
		(*s)[i] |= o
	}
	return grown
}

// flowing is, for each block of a function, the set of locals whose value can
// end up in the function's result. The planner gives the same numbers to the
// locals of every block anew: a local is another one in another block, unless
// that block takes its value over without setting it.
func flowing(f *ir.Func) []localSet {
	var shared localSet
	shared.add(f.Return)
	all := make([]localSet, len(f.Blocks))
	flows := make([]*motion, len(f.Blocks))
	room := &motion{}
	for i, b := range f.Blocks {
		room.of(b)
		flows[i] = &motion{slices.Clone(room.moves), slices.Clone(room.from), slices.Clone(room.sets)}
	}
	for grown := true; grown; {
		grown = false
		for i, f := range flows {
			all[i] = f.back(shared)
			grown = shared.addAll(all[i].without(f.sets)) || grown
		}
	}
	return all
}

// motion is how values move in a block.
type motion struct {
	moves []move
	from  []ir.Local // the sources of all moves
	sets  localSet   // what the block puts a value into
}

// move is one statement: its target, or both of a scan's, and where in from its
// sources end.
type move struct {
	target, key ir.Local
	end         int
}

func motionOf(b *ir.Block) *motion {
	f := &motion{}
	f.of(b)
	return f
}

// of makes f that of a block, in the memory it has.
func (f *motion) of(b *ir.Block) {
	f.moves, f.from = f.moves[:0], f.from[:0]
	clear(f.sets)
	var operands []ir.Operand
	walk(b, func(s ir.Stmt) {
		target, sources := movement(s, operands[:0])
		key := target
		if scan, ok := s.(*ir.ScanStmt); ok {
			key = scan.Key
		}
		if operands = sources; len(sources) > 0 {
			for _, o := range sources {
				if l, ok := o.Value.(ir.Local); ok {
					f.from = append(f.from, l)
				}
			}
			f.moves = append(f.moves, move{target, key, len(f.from)})
			f.sets.add(target)
			f.sets.add(key)
		}
		one, other := setBy(s)
		f.sets.add(one)
		f.sets.add(other)
	})
}

// back are the locals that can end up in those given.
func (f *motion) back(results localSet) localSet {
	flows := slices.Clone(results)
	for grown := true; grown; {
		grown = false
		for i, m := range slices.Backward(f.moves) {
			if !flows.has(m.target) && !flows.has(m.key) {
				continue
			}
			begin := 0
			if i > 0 {
				begin = f.moves[i-1].end
			}
			for _, l := range f.from[begin:m.end] {
				grown = flows.add(l) || grown
			}
		}
	}
	return flows
}

// movement is where a statement puts a value, and what goes into that value,
// behind what stands in into. The target is -1 for a statement that moves
// nothing.
func movement(s ir.Stmt, into []ir.Operand) (target ir.Local, sources []ir.Operand) {
	switch s := s.(type) {
	case *ir.AssignVarStmt:
		return s.Target, append(into, s.Source)
	case *ir.AssignVarOnceStmt:
		return s.Target, append(into, s.Source)
	case *ir.DotStmt:
		return s.Target, append(into, s.Source)
	case *ir.LenStmt:
		return s.Target, append(into, s.Source)
	case *ir.CallStmt:
		return s.Result, withoutDocuments(s.Args, into)
	case *ir.ArrayAppendStmt:
		return s.Array, append(into, s.Value)
	case *ir.ObjectInsertStmt:
		return s.Object, append(into, s.Key, s.Value)
	case *ir.ObjectInsertOnceStmt:
		return s.Object, append(into, s.Key, s.Value)
	case *ir.SetAddStmt:
		return s.Set, append(into, s.Value)
	case *ir.ObjectMergeStmt:
		return s.Target, append(into, ir.Operand{Value: s.A}, ir.Operand{Value: s.B})
	case *ir.ScanStmt:
		return s.Value, append(into, ir.Operand{Value: s.Source})
	}
	return -1, into
}

// withoutDocuments leaves out the facts and the data that every planned
// function is handed.
func withoutDocuments(args, into []ir.Operand) []ir.Operand {
	for _, a := range args {
		if a.Value != ir.Input && a.Value != ir.Data {
			into = append(into, a)
		}
	}
	return into
}

// walk visits every statement below b, outer ones first.
func walk(b *ir.Block, visit func(ir.Stmt)) {
	if b == nil {
		return
	}
	for _, s := range b.Stmts {
		visit(s)
		switch s := s.(type) {
		case *ir.BlockStmt:
			for _, inner := range s.Blocks {
				walk(inner, visit)
			}
		case *ir.NotStmt:
			walk(s.Block, visit)
		case *ir.WithStmt:
			walk(s.Block, visit)
		case *ir.ScanStmt:
			walk(s.Block, visit)
		}
	}
}

// leavesOnlyEntries tells whether nothing after a scan in the same block depends
// on it, except that the rule's result may have more entries: then what one
// turn of the scan read matters to that turn's entries alone.
func leavesOnlyEntries(scan *ir.ScanStmt, around *ir.Block, fn *function) bool {
	var written localSet
	var operands []ir.Operand
	leaves := false
	walk(scan.Block, func(s ir.Stmt) {
		var target ir.Local
		if target, operands = movement(s, operands[:0]); target != ir.Local(fn.result) {
			written.add(target)
		}
		if b, ok := s.(*ir.BreakStmt); ok && b.Index > 0 {
			leaves = leaves || breaksOut(scan.Block, b)
		}
	})
	return !leaves && !readAfter(around, scan, written)
}

// breaksOut tells whether a break leaves the block b.
func breaksOut(b *ir.Block, br *ir.BreakStmt) bool {
	depth, found := 0, false
	var look func(b *ir.Block, level int)
	look = func(b *ir.Block, level int) {
		for _, s := range b.Stmts {
			switch s := s.(type) {
			case *ir.BreakStmt:
				if s == br {
					depth, found = level, true
				}
			case *ir.BlockStmt:
				for _, inner := range s.Blocks {
					look(inner, level+1)
				}
			case *ir.NotStmt:
				look(s.Block, level+1)
			case *ir.WithStmt:
				look(s.Block, level+1)
			case *ir.ScanStmt:
				look(s.Block, level+1)
			}
		}
	}
	look(b, 0)
	return found && int(br.Index) > depth
}

// readAfter tells whether any local of written is read by a statement of b that
// comes after the scan.
func readAfter(b *ir.Block, scan *ir.ScanStmt, written localSet) bool {
	inside := 0 // statements of the scan
	walk(scan.Block, func(ir.Stmt) { inside++ })
	passed, read := false, false
	var reads []ir.Local
	walk(b, func(s ir.Stmt) {
		switch {
		case s == ir.Stmt(scan):
			passed = true
		case passed && inside > 0: // they are visited right behind it
			inside--
		case passed:
			reads = readsOf(s, reads[:0])
			read = read || slices.ContainsFunc(reads, written.has)
		}
	})
	return read
}

// readsOf lists the locals a statement looks at, behind what stands in into.
func readsOf(s ir.Stmt, into []ir.Local) []ir.Local {
	add := func(os ...ir.Operand) {
		for _, o := range os {
			if l, ok := o.Value.(ir.Local); ok {
				into = append(into, l)
			}
		}
	}
	var room [8]ir.Operand
	_, sources := movement(s, room[:0])
	add(sources...)
	switch s := s.(type) {
	case *ir.DotStmt:
		add(s.Key)
	case *ir.CallDynamicStmt:
		into = append(into, s.Args...)
		add(s.Path...)
	case *ir.EqualStmt:
		add(s.A, s.B)
	case *ir.NotEqualStmt:
		add(s.A, s.B)
	case *ir.IsArrayStmt:
		add(s.Source)
	case *ir.IsObjectStmt:
		add(s.Source)
	case *ir.IsSetStmt:
		add(s.Source)
	case *ir.IsDefinedStmt:
		into = append(into, s.Source)
	case *ir.IsUndefinedStmt:
		into = append(into, s.Source)
	case *ir.ReturnLocalStmt:
		into = append(into, s.Source)
	case *ir.WithStmt:
		add(s.Value)
		into = append(into, s.Local)
	}
	return into
}
