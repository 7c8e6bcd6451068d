package rego

import "github.com/open-policy-agent/opa/v1/ir"

// plainOperands undoes what reading a plan from JSON does to it: operands
// become pointers there, and values everywhere else.
func plainOperands(plan *ir.Policy) {
	for _, fn := range plan.Funcs.Funcs {
		for _, b := range fn.Blocks {
			walk(b, func(s ir.Stmt) {
				for _, o := range operandsOf(s) {
					o.Value = plain(o.Value)
				}
			})
		}
	}
}

func plain(v ir.Val) ir.Val {
	switch v := v.(type) {
	case *ir.Local:
		return *v
	case *ir.StringIndex:
		return *v
	case *ir.Bool:
		return *v
	}
	return v
}

// operandsOf are the operands of one statement, to be changed in place.
func operandsOf(s ir.Stmt) []*ir.Operand {
	switch s := s.(type) {
	case *ir.AssignVarStmt:
		return []*ir.Operand{&s.Source}
	case *ir.AssignVarOnceStmt:
		return []*ir.Operand{&s.Source}
	case *ir.DotStmt:
		return []*ir.Operand{&s.Source, &s.Key}
	case *ir.LenStmt:
		return []*ir.Operand{&s.Source}
	case *ir.IsArrayStmt:
		return []*ir.Operand{&s.Source}
	case *ir.IsObjectStmt:
		return []*ir.Operand{&s.Source}
	case *ir.IsSetStmt:
		return []*ir.Operand{&s.Source}
	case *ir.EqualStmt:
		return []*ir.Operand{&s.A, &s.B}
	case *ir.NotEqualStmt:
		return []*ir.Operand{&s.A, &s.B}
	case *ir.ArrayAppendStmt:
		return []*ir.Operand{&s.Value}
	case *ir.SetAddStmt:
		return []*ir.Operand{&s.Value}
	case *ir.ObjectInsertStmt:
		return []*ir.Operand{&s.Key, &s.Value}
	case *ir.ObjectInsertOnceStmt:
		return []*ir.Operand{&s.Key, &s.Value}
	case *ir.WithStmt:
		return []*ir.Operand{&s.Value}
	case *ir.CallStmt:
		return each(s.Args)
	case *ir.CallDynamicStmt:
		return each(s.Path)
	}
	return nil
}

func each(os []ir.Operand) []*ir.Operand {
	all := make([]*ir.Operand, len(os))
	for i := range os {
		all[i] = &os[i]
	}
	return all
}
