package rego

import (
	"fmt"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/ir"
)

// What OPA's planner gets wrong is mended before it plans, or refused after.

// documentsFirst puts the `with` modifiers that replace documents before those
// that replace functions. Their order means nothing, but OPA's planner (1.22)
// takes the one for the other where a function comes first, and replaces
// nothing.
func documentsFirst(compiler *ast.Compiler) {
	for _, m := range compiler.Modules {
		ast.WalkExprs(m, func(e *ast.Expr) bool {
			slices.SortStableFunc(e.With, func(a, b *ast.With) int {
				return replacesFunction(compiler, a) - replacesFunction(compiler, b)
			})
			return false
		})
	}
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
	set := map[ir.Local]bool{ir.Input: true, ir.Data: true}
	for _, p := range f.Params {
		set[p] = true
	}
	var err error
	for _, b := range f.Blocks {
		walk(b, func(s ir.Stmt) {
			for _, l := range readsOf(s) {
				if !set[l] && !mayBeUnset(s) && err == nil {
					at := (&translation{code: c}).at(s)
					err = fmt.Errorf("%s:%d: a pattern uses a variable before it has a value; write the equations one by one", at.file, at.line)
				}
			}
			for _, l := range setBy(s) {
				set[l] = true
			}
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

// setBy are the locals that a statement gives a value.
func setBy(s ir.Stmt) []ir.Local {
	switch s := s.(type) {
	case *ir.ScanStmt:
		return []ir.Local{s.Key, s.Value}
	case *ir.AssignIntStmt:
		return []ir.Local{s.Target}
	case *ir.CallDynamicStmt:
		return []ir.Local{s.Result}
	case *ir.MakeNullStmt:
		return []ir.Local{s.Target}
	case *ir.MakeNumberIntStmt:
		return []ir.Local{s.Target}
	case *ir.MakeNumberRefStmt:
		return []ir.Local{s.Target}
	case *ir.MakeArrayStmt:
		return []ir.Local{s.Target}
	case *ir.MakeObjectStmt:
		return []ir.Local{s.Target}
	case *ir.MakeSetStmt:
		return []ir.Local{s.Target}
	}
	target, _ := movement(s)
	return []ir.Local{target}
}
