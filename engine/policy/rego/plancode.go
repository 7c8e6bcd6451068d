package rego

import (
	"maps"
	"reflect"
	"slices"
	"sync"

	"github.com/open-policy-agent/opa/v1/ir"

	"rubric/engine/policy/pack"
)

// planCoder writes a plan to bytes, or reads it from them: one description of
// each statement serves for both. It keeps what the machine and the analysis
// look at; of places, the file and where in it they begin.
type planCoder struct{ *pack.Coder }

// encodePlan is a plan as bytes; ok is false if it holds what decodePlan would
// not give back.
func encodePlan(plan *ir.Policy) (data []byte, ok bool) {
	c := &planCoder{pack.Writer()}
	c.plan(plan)
	return c.Bytes(), !c.Broken()
}

func (c *planCoder) plan(p *ir.Policy) {
	if p.Static == nil {
		p.Static, p.Funcs = &ir.Static{}, &ir.Funcs{}
	}
	pack.Each(c.Coder, &p.Static.Strings, c.constant)
	pack.Each(c.Coder, &p.Static.Files, c.constant)
	pack.Each(c.Coder, &p.Funcs.Funcs, c.function)
}

func (c *planCoder) constant(s **ir.StringConst) {
	pack.Made(s)
	pack.Text(c.Coder, &(*s).Value)
}

func (c *planCoder) function(f **ir.Func) {
	pack.Made(f)
	pack.Text(c.Coder, &(*f).Name)
	pack.Each(c.Coder, &(*f).Params, func(l *ir.Local) { pack.Whole(c.Coder, l) })
	pack.Whole(c.Coder, &(*f).Return)
	pack.Each(c.Coder, &(*f).Path, c.Text)
	pack.Each(c.Coder, &(*f).Blocks, c.block)
}

func (c *planCoder) block(b **ir.Block) {
	pack.Made(b)
	pack.Each(c.Coder, &(*b).Stmts, c.statement)
}

// statementKinds are all statements of plans, in order.
var statementKinds = sync.OnceValue(func() []reflect.Type {
	all := ir.StmtKinds()
	var types []reflect.Type
	for _, name := range slices.Sorted(maps.Keys(all)) {
		types = append(types, reflect.TypeOf(all[name]).Elem())
	}
	return types
})

func (c *planCoder) statement(s *ir.Stmt) {
	kind := 0
	if c.Writes() {
		kind = slices.Index(statementKinds(), reflect.TypeOf(*s).Elem())
	}
	if pack.Whole(c.Coder, &kind); kind < 0 || kind >= len(statementKinds()) {
		c.Break()
		return
	}
	if !c.Writes() {
		*s, _ = reflect.New(statementKinds()[kind]).Interface().(ir.Stmt)
	}
	c.fields(*s)
	at := (*s).GetLocation()
	pack.Whole(c.Coder, &at.File)
	pack.Whole(c.Coder, &at.Row)
	pack.Whole(c.Coder, &at.Col)
}

// fields is what stands in a statement.
func (c *planCoder) fields(s ir.Stmt) {
	switch s := s.(type) {
	case *ir.NopStmt:
	case *ir.ReturnLocalStmt:
		pack.Whole(c.Coder, &s.Source)
	case *ir.ResultSetAddStmt:
		pack.Whole(c.Coder, &s.Value)
	case *ir.BreakStmt:
		pack.Whole(c.Coder, &s.Index)
	case *ir.ResetLocalStmt:
		pack.Whole(c.Coder, &s.Target)
	case *ir.IsDefinedStmt:
		pack.Whole(c.Coder, &s.Source)
	case *ir.IsUndefinedStmt:
		pack.Whole(c.Coder, &s.Source)
	case *ir.IsArrayStmt:
		c.operands(&s.Source)
	case *ir.IsObjectStmt:
		c.operands(&s.Source)
	case *ir.IsSetStmt:
		c.operands(&s.Source)
	case *ir.EqualStmt:
		c.operands(&s.A, &s.B)
	case *ir.NotEqualStmt:
		c.operands(&s.A, &s.B)
	case *ir.DotStmt:
		c.operands(&s.Source, &s.Key)
		pack.Whole(c.Coder, &s.Target)
	case *ir.LenStmt:
		c.operands(&s.Source)
		pack.Whole(c.Coder, &s.Target)
	case *ir.AssignVarStmt:
		c.operands(&s.Source)
		pack.Whole(c.Coder, &s.Target)
	case *ir.AssignVarOnceStmt:
		c.operands(&s.Source)
		pack.Whole(c.Coder, &s.Target)
	case *ir.AssignIntStmt:
		pack.Whole(c.Coder, &s.Value)
		pack.Whole(c.Coder, &s.Target)
	default:
		c.more(s)
	}
}

// more is fields of the statements that call, nest and make values.
func (c *planCoder) more(s ir.Stmt) {
	switch s := s.(type) {
	case *ir.CallStmt:
		pack.Text(c.Coder, &s.Func)
		pack.Each(c.Coder, &s.Args, c.operand)
		pack.Whole(c.Coder, &s.Result)
	case *ir.CallDynamicStmt:
		pack.Each(c.Coder, &s.Args, func(l *ir.Local) { pack.Whole(c.Coder, l) })
		pack.Whole(c.Coder, &s.Result)
		pack.Each(c.Coder, &s.Path, c.operand)
	case *ir.BlockStmt:
		pack.Each(c.Coder, &s.Blocks, c.block)
	case *ir.NotStmt:
		c.block(&s.Block)
	case *ir.ScanStmt:
		locals(c, &s.Source, &s.Key, &s.Value)
		c.block(&s.Block)
	case *ir.WithStmt:
		pack.Whole(c.Coder, &s.Local)
		pack.Each(c.Coder, &s.Path, func(i *int) { pack.Whole(c.Coder, i) })
		c.operands(&s.Value)
		c.block(&s.Block)
	case *ir.MakeNullStmt:
		pack.Whole(c.Coder, &s.Target)
	case *ir.MakeNumberIntStmt:
		pack.Whole(c.Coder, &s.Value)
		pack.Whole(c.Coder, &s.Target)
	case *ir.MakeNumberRefStmt:
		pack.Whole(c.Coder, &s.Index)
		pack.Whole(c.Coder, &s.Target)
	case *ir.MakeArrayStmt:
		pack.Whole(c.Coder, &s.Capacity)
		pack.Whole(c.Coder, &s.Target)
	case *ir.MakeObjectStmt:
		pack.Whole(c.Coder, &s.Target)
	case *ir.MakeSetStmt:
		pack.Whole(c.Coder, &s.Target)
	case *ir.ArrayAppendStmt:
		c.operands(&s.Value)
		pack.Whole(c.Coder, &s.Array)
	case *ir.ObjectInsertStmt:
		c.operands(&s.Key, &s.Value)
		pack.Whole(c.Coder, &s.Object)
	case *ir.ObjectInsertOnceStmt:
		c.operands(&s.Key, &s.Value)
		pack.Whole(c.Coder, &s.Object)
	case *ir.ObjectMergeStmt:
		locals(c, &s.A, &s.B, &s.Target)
	case *ir.SetAddStmt:
		c.operands(&s.Value)
		pack.Whole(c.Coder, &s.Set)
	default:
		c.Break()
	}
}

func locals(c *planCoder, all ...*ir.Local) {
	for _, l := range all {
		pack.Whole(c.Coder, l)
	}
}

func (c *planCoder) operands(all ...*ir.Operand) {
	for _, o := range all {
		c.operand(o)
	}
}

// Kinds of operands. The numbers stand in what was written.
const (
	codeLocal = iota
	codeString
	codeBool
)

func (c *planCoder) operand(o *ir.Operand) {
	kind, n := 0, 0
	switch v := o.Value.(type) {
	case ir.Local:
		n = int(v)
	case ir.StringIndex:
		kind, n = codeString, int(v)
	case ir.Bool:
		if kind = codeBool; v {
			n = 1
		}
	}
	pack.Whole(c.Coder, &kind)
	pack.Whole(c.Coder, &n)
	switch kind {
	case codeLocal:
		o.Value = ir.Local(n)
	case codeString:
		o.Value = ir.StringIndex(n)
	case codeBool:
		o.Value = ir.Bool(n == 1)
	default:
		c.Break()
	}
}
