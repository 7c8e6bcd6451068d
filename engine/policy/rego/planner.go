package rego

import (
	"fmt"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/ir"
)

// What OPA's planner (1.22) gets wrong is mended before it plans, or refused
// after.

// mend puts expressions into the form that the planner understands.
func mend(compiler *ast.Compiler) {
	for _, m := range compiler.Modules {
		ast.WalkExprs(m, func(e *ast.Expr) bool {
			documentsFirst(compiler, e)
			literalLast(e)
			differentLengths(e)
			return false
		})
	}
}

// documentsFirst puts the `with` modifiers that replace documents before those
// that replace functions. Their order means nothing, but the planner takes the
// one for the other where a function comes first, and replaces nothing.
func documentsFirst(compiler *ast.Compiler, e *ast.Expr) {
	slices.SortStableFunc(e.With, func(a, b *ast.With) int {
		return replacesFunction(compiler, a) - replacesFunction(compiler, b)
	})
}

// literalLast swaps an equation of an array or object that is written out and
// a set or comprehension: the planner knows it only the other way round.
func literalLast(e *ast.Expr) {
	if !e.IsEquality() {
		return
	}
	terms, ok := e.Terms.([]*ast.Term)
	if !ok || len(terms) != 3 {
		return
	}
	switch terms[1].Value.(type) {
	case *ast.Array, ast.Object:
	default:
		return
	}
	switch terms[2].Value.(type) {
	case ast.Set, *ast.ArrayComprehension, *ast.SetComprehension, *ast.ObjectComprehension:
		terms[1], terms[2] = terms[2], terms[1]
	}
}

// differentLengths writes false for a negated equation of two arrays or objects that
// differ in length: the planner leaves nothing of it inside the negation, and
// what is empty succeeds.
func differentLengths(e *ast.Expr) {
	terms, ok := e.Terms.([]*ast.Term)
	if e.Negated && e.IsEquality() && ok && len(terms) == 3 && differ(terms[1], terms[2]) {
		e.Terms = ast.BooleanTerm(false).SetLocation(e.Location)
	}
}

// differ tells whether two terms that are written out have arrays or objects of
// different length in one place.
func differ(a, b *ast.Term) bool {
	switch x := a.Value.(type) {
	case *ast.Array:
		y, ok := b.Value.(*ast.Array)
		if !ok || x.Len() != y.Len() {
			return ok
		}
		for i := range x.Len() {
			if differ(x.Elem(i), y.Elem(i)) {
				return true
			}
		}
	case ast.Object:
		y, ok := b.Value.(ast.Object)
		if !ok || x.Len() != y.Len() {
			return ok
		}
		return x.Until(func(key, value *ast.Term) bool {
			other := y.Get(key)
			return other != nil && differ(value, other)
		})
	}
	return false
}

// replacesFunction is 1 if a modifier replaces a function, else 0.
func replacesFunction(compiler *ast.Compiler, w *ast.With) int {
	ref, ok := w.Target.Value.(ast.Ref)
	if !ok || ref.HasPrefix(ast.InputRootRef) {
		return 0
	}
	if !ref.HasPrefix(ast.DefaultRootRef) {
		return 1 // a built-in
	}
	for _, r := range compiler.GetRulesExact(ref) {
		if len(r.Head.Args) > 0 {
			return 1
		}
	}
	return 0
}

// checkSet refuses a plan that reads a local before anything sets it. OPA
// plans patterns that way which name a variable before they bind it, such as
// [a, b] = [b, 1]; run as planned, they would silently be undefined.
func (c *code) checkSet(f *ir.Func) error {
	var set localSet
	for _, l := range append([]ir.Local{ir.Input, ir.Data}, f.Params...) {
		set.add(l)
	}
	var err error
	var reads []ir.Local
	for _, b := range f.Blocks {
		walk(b, func(s ir.Stmt) {
			reads = readsOf(s, reads[:0])
			for _, l := range reads {
				if !set.has(l) && !mayBeUnset(s) && err == nil {
					at := (&translation{code: c}).at(s)
					err = fmt.Errorf("%s:%d: a pattern uses a variable before it has a value; write the equations one by one", at.file, at.line)
				}
			}
			one, other := setBy(s)
			set.add(one)
			set.add(other)
		})
	}
	return err
}

// mayBeUnset tells the statements that are there to ask whether a local is set.
func mayBeUnset(s ir.Stmt) bool {
	switch s.(type) {
	case *ir.IsDefinedStmt, *ir.IsUndefinedStmt, *ir.ReturnLocalStmt:
		return true
	}
	return false
}

// setBy are the locals, two at most, that a statement gives a value; -1 is none.
func setBy(s ir.Stmt) (one, other ir.Local) {
	switch s := s.(type) {
	case *ir.ScanStmt:
		return s.Key, s.Value
	case *ir.AssignIntStmt:
		return s.Target, -1
	case *ir.CallDynamicStmt:
		return s.Result, -1
	case *ir.MakeNullStmt:
		return s.Target, -1
	case *ir.MakeNumberIntStmt:
		return s.Target, -1
	case *ir.MakeNumberRefStmt:
		return s.Target, -1
	case *ir.MakeArrayStmt:
		return s.Target, -1
	case *ir.MakeObjectStmt:
		return s.Target, -1
	case *ir.MakeSetStmt:
		return s.Target, -1
	}
	var room [8]ir.Operand
	target, _ := movement(s, room[:0])
	return target, -1
}
