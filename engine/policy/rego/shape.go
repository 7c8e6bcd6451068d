package rego

import (
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ir"
)

// This file answers questions about the shape of a plan, once, when a policy is
// compiled: which locals flow into a rule's result, and which scans leave
// nothing behind but the entries they added to it.

// flowing is, for each block of a function, the set of locals whose value can
// end up in the function's result. The planner gives the same numbers to the
// locals of every block anew: a local is another one in another block, unless
// that block takes its value over without setting it.
func flowing(f *ir.Func) []map[ir.Local]bool {
	shared := map[ir.Local]bool{f.Return: true}
	all := make([]map[ir.Local]bool, len(f.Blocks))
	flows := make([]*motion, len(f.Blocks))
	for i, b := range f.Blocks {
		flows[i] = motionOf(b)
	}
	for before := 0; before != len(shared); {
		before = len(shared)
		for i, f := range flows {
			all[i] = f.back(shared)
			for l := range all[i] {
				if !f.sets[l] {
					shared[l] = true
				}
			}
		}
	}
	return all
}

// motion is how values move in a block.
type motion struct {
	moves []move
	sets  map[ir.Local]bool // what the block puts a value into
}

// move is one statement: its target, or both of a scan's, and what goes in.
type move struct {
	target, key ir.Local
	sources     []ir.Operand
}

func motionOf(b *ir.Block) *motion {
	f := &motion{sets: map[ir.Local]bool{}}
	walk(b, func(s ir.Stmt) {
		target, sources := movement(s)
		key := target
		if scan, ok := s.(*ir.ScanStmt); ok {
			key = scan.Key
		}
		if len(sources) > 0 {
			f.moves = append(f.moves, move{target, key, sources})
			f.sets[target], f.sets[key] = true, true
		}
		for _, l := range setBy(s) {
			f.sets[l] = true
		}
	})
	return f
}

// back are the locals that can end up in those given.
func (f *motion) back(results map[ir.Local]bool) map[ir.Local]bool {
	flows := maps.Clone(results)
	for before := 0; before != len(flows); {
		before = len(flows)
		for _, m := range slices.Backward(f.moves) {
			if !flows[m.target] && !flows[m.key] {
				continue
			}
			for _, o := range m.sources {
				if l, ok := o.Value.(ir.Local); ok {
					flows[l] = true
				}
			}
		}
	}
	return flows
}

// movement is where a statement puts a value, and what goes into that value.
// The target is -1 for a statement that moves nothing.
func movement(s ir.Stmt) (target ir.Local, sources []ir.Operand) {
	switch s := s.(type) {
	case *ir.AssignVarStmt:
		return s.Target, []ir.Operand{s.Source}
	case *ir.AssignVarOnceStmt:
		return s.Target, []ir.Operand{s.Source}
	case *ir.DotStmt:
		return s.Target, []ir.Operand{s.Source}
	case *ir.LenStmt:
		return s.Target, []ir.Operand{s.Source}
	case *ir.CallStmt:
		return s.Result, withoutDocuments(s.Args)
	case *ir.ArrayAppendStmt:
		return s.Array, []ir.Operand{s.Value}
	case *ir.ObjectInsertStmt:
		return s.Object, []ir.Operand{s.Key, s.Value}
	case *ir.ObjectInsertOnceStmt:
		return s.Object, []ir.Operand{s.Key, s.Value}
	case *ir.SetAddStmt:
		return s.Set, []ir.Operand{s.Value}
	case *ir.ObjectMergeStmt:
		return s.Target, []ir.Operand{{Value: s.A}, {Value: s.B}}
	case *ir.ScanStmt:
		return s.Value, []ir.Operand{{Value: s.Source}}
	}
	return -1, nil
}

// withoutDocuments leaves out the facts and the data that every planned
// function is handed.
func withoutDocuments(args []ir.Operand) []ir.Operand {
	var rest []ir.Operand
	for _, a := range args {
		if a.Value != ir.Input && a.Value != ir.Data {
			rest = append(rest, a)
		}
	}
	return rest
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
	written := map[ir.Local]bool{}
	leaves := false
	walk(scan.Block, func(s ir.Stmt) {
		if t, _ := movement(s); t >= 0 && t != ir.Local(fn.result) {
			written[t] = true
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
func readAfter(b *ir.Block, scan *ir.ScanStmt, written map[ir.Local]bool) bool {
	within := map[ir.Stmt]bool{scan: true}
	walk(scan.Block, func(s ir.Stmt) { within[s] = true })
	passed, read := false, false
	walk(b, func(s ir.Stmt) {
		if s == ir.Stmt(scan) {
			passed = true
		}
		if !passed || within[s] {
			return
		}
		for _, l := range readsOf(s) {
			read = read || written[l]
		}
	})
	return read
}

// readsOf lists the locals a statement looks at.
func readsOf(s ir.Stmt) []ir.Local {
	var all []ir.Local
	add := func(os ...ir.Operand) {
		for _, o := range os {
			if l, ok := o.Value.(ir.Local); ok {
				all = append(all, l)
			}
		}
	}
	_, sources := movement(s)
	add(sources...)
	switch s := s.(type) {
	case *ir.DotStmt:
		add(s.Key)
	case *ir.CallDynamicStmt:
		all = append(all, s.Args...)
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
		all = append(all, s.Source)
	case *ir.IsUndefinedStmt:
		all = append(all, s.Source)
	case *ir.ReturnLocalStmt:
		all = append(all, s.Source)
	case *ir.WithStmt:
		add(s.Value)
		all = append(all, s.Local)
	}
	return all
}
