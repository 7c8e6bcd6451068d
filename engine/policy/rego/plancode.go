package rego

import (
	"encoding/binary"
	"maps"
	"reflect"
	"slices"
	"sync"

	"github.com/open-policy-agent/opa/v1/ir"
)

// planCoder writes a plan to bytes, or reads it from them: one description of
// each statement serves for both. It keeps what the machine and the analysis
// look at; of places, the file and where in it they begin.
type planCoder struct {
	data   []byte
	text   string // data, for reading texts without a copy of each
	at     int    // of what is read
	writes bool
	broken bool // a statement that is not known, or bytes that make no sense
}

// encodePlan is a plan as bytes; ok is false if it holds what decodePlan would
// not give back.
func encodePlan(plan *ir.Policy) (data []byte, ok bool) {
	c := &planCoder{writes: true}
	c.plan(plan)
	return c.data, !c.broken
}

func (c *planCoder) plan(p *ir.Policy) {
	if p.Static == nil {
		p.Static, p.Funcs = &ir.Static{}, &ir.Funcs{}
	}
	each(c, &p.Static.Strings, c.constant)
	each(c, &p.Static.Files, c.constant)
	each(c, &p.Funcs.Funcs, c.function)
}

func (c *planCoder) constant(s **ir.StringConst) {
	made(s)
	c.string(&(*s).Value)
}

func (c *planCoder) function(f **ir.Func) {
	made(f)
	c.string(&(*f).Name)
	each(c, &(*f).Params, func(l *ir.Local) { whole(c, l) })
	whole(c, &(*f).Return)
	each(c, &(*f).Path, c.string)
	each(c, &(*f).Blocks, c.block)
}

func (c *planCoder) block(b **ir.Block) {
	made(b)
	each(c, &(*b).Stmts, c.statement)
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
	if c.writes {
		kind = slices.Index(statementKinds(), reflect.TypeOf(*s).Elem())
	}
	if whole(c, &kind); kind < 0 || kind >= len(statementKinds()) {
		c.broken = true
		return
	}
	if !c.writes {
		*s, _ = reflect.New(statementKinds()[kind]).Interface().(ir.Stmt)
	}
	c.fields(*s)
	at := (*s).GetLocation()
	whole(c, &at.File)
	whole(c, &at.Row)
	whole(c, &at.Col)
}

// fields is what stands in a statement.
func (c *planCoder) fields(s ir.Stmt) {
	switch s := s.(type) {
	case *ir.NopStmt:
	case *ir.ReturnLocalStmt:
		whole(c, &s.Source)
	case *ir.ResultSetAddStmt:
		whole(c, &s.Value)
	case *ir.BreakStmt:
		whole(c, &s.Index)
	case *ir.ResetLocalStmt:
		whole(c, &s.Target)
	case *ir.IsDefinedStmt:
		whole(c, &s.Source)
	case *ir.IsUndefinedStmt:
		whole(c, &s.Source)
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
		whole(c, &s.Target)
	case *ir.LenStmt:
		c.operands(&s.Source)
		whole(c, &s.Target)
	case *ir.AssignVarStmt:
		c.operands(&s.Source)
		whole(c, &s.Target)
	case *ir.AssignVarOnceStmt:
		c.operands(&s.Source)
		whole(c, &s.Target)
	case *ir.AssignIntStmt:
		whole(c, &s.Value)
		whole(c, &s.Target)
	default:
		c.more(s)
	}
}

// more is fields of the statements that call, nest and make values.
func (c *planCoder) more(s ir.Stmt) {
	switch s := s.(type) {
	case *ir.CallStmt:
		c.string(&s.Func)
		each(c, &s.Args, c.operand)
		whole(c, &s.Result)
	case *ir.CallDynamicStmt:
		each(c, &s.Args, func(l *ir.Local) { whole(c, l) })
		whole(c, &s.Result)
		each(c, &s.Path, c.operand)
	case *ir.BlockStmt:
		each(c, &s.Blocks, c.block)
	case *ir.NotStmt:
		c.block(&s.Block)
	case *ir.ScanStmt:
		locals(c, &s.Source, &s.Key, &s.Value)
		c.block(&s.Block)
	case *ir.WithStmt:
		whole(c, &s.Local)
		each(c, &s.Path, func(i *int) { whole(c, i) })
		c.operands(&s.Value)
		c.block(&s.Block)
	case *ir.MakeNullStmt:
		whole(c, &s.Target)
	case *ir.MakeNumberIntStmt:
		whole(c, &s.Value)
		whole(c, &s.Target)
	case *ir.MakeNumberRefStmt:
		whole(c, &s.Index)
		whole(c, &s.Target)
	case *ir.MakeArrayStmt:
		whole(c, &s.Capacity)
		whole(c, &s.Target)
	case *ir.MakeObjectStmt:
		whole(c, &s.Target)
	case *ir.MakeSetStmt:
		whole(c, &s.Target)
	case *ir.ArrayAppendStmt:
		c.operands(&s.Value)
		whole(c, &s.Array)
	case *ir.ObjectInsertStmt:
		c.operands(&s.Key, &s.Value)
		whole(c, &s.Object)
	case *ir.ObjectInsertOnceStmt:
		c.operands(&s.Key, &s.Value)
		whole(c, &s.Object)
	case *ir.ObjectMergeStmt:
		locals(c, &s.A, &s.B, &s.Target)
	case *ir.SetAddStmt:
		c.operands(&s.Value)
		whole(c, &s.Set)
	default:
		c.broken = true
	}
}

func locals(c *planCoder, all ...*ir.Local) {
	for _, l := range all {
		whole(c, l)
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
	whole(c, &kind)
	whole(c, &n)
	switch kind {
	case codeLocal:
		o.Value = ir.Local(n)
	case codeString:
		o.Value = ir.StringIndex(n)
	case codeBool:
		o.Value = ir.Bool(n == 1)
	default:
		c.broken = true
	}
}

// made gives a pointer that is read something to point at.
func made[T any](p **T) {
	if *p == nil {
		*p = new(T)
	}
}

// each is a list: how many there are, then one after the other.
func each[T any](c *planCoder, list *[]T, one func(*T)) {
	n := len(*list)
	if whole(c, &n); !c.writes && (n < 0 || n > len(c.data)-c.at) {
		c.broken = true // each takes a byte or more
		return
	}
	if !c.writes && n > 0 {
		*list = make([]T, n)
	}
	for i := 0; i < n && !c.broken; i++ {
		one(&(*list)[i])
	}
}

func whole[T ~int | ~int64 | ~int32 | ~uint32](c *planCoder, v *T) {
	if c.writes {
		c.data = binary.AppendVarint(c.data, int64(*v))
		return
	}
	n, size := binary.Varint(c.data[c.at:])
	if *v = T(n); size <= 0 || int64(*v) != n {
		c.broken = true
		return
	}
	c.at += size
}

func (c *planCoder) string(s *string) {
	n := len(*s)
	whole(c, &n)
	switch {
	case c.writes:
		c.data = append(c.data, *s...)
	case c.broken, n < 0, n > len(c.data)-c.at:
		c.broken = true
	default:
		*s = c.text[c.at : c.at+n]
		c.at += n
	}
}
