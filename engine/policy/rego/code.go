package rego

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/open-policy-agent/opa/v1/ir"

	"rubric/engine/number"
	"rubric/engine/policy"
)

// code is a planned policy prepared for the machine.
type code struct {
	functions []*function
	byName    map[string]*function
	byPath    map[string]*function // "/g0/pkg/rule"
	builtins  map[string]*builtin
	strings   []string
	files     []string

	data         value    // the framework's data document
	keyed        []string // names of rules whose entries are answers, each with a name of its own
	replacesData bool     // a with replaces a part of it, or an indicator stands in it

	idle sync.Pool // machines that have run
}

// function is one rule (all its bodies) or user function.
type function struct {
	name   string
	path   string // "/g0/pkg/rule"
	index  int
	params []int // the first two are the facts and the data
	result int
	size   int // number of locals
	blocks []block
	plan   *ir.Func

	// partial: the rule makes an object or set entry by entry, so that each
	// entry has its own trail.
	partial bool
	// levels is how many levels of collections a partial rule makes within its own,
	// as one of a.b[c] contains d does.
	levels int
	// byBody: what each body read is wanted apart; see clashes.
	byBody bool
	// constant is the value of a rule that does not depend on the facts.
	constant *memo
}

// prepare turns OPA's plan into code. Statements and calls that the machine
// does not know are an error: nothing is skipped.
func prepare(plan *ir.Policy, builtins map[string]*builtin, keyed ...string) (*code, error) {
	c := &code{keyed: keyed, byName: map[string]*function{}, byPath: map[string]*function{}, builtins: builtins}
	for _, s := range plan.Static.Strings {
		c.strings = append(c.strings, s.Value)
	}
	for _, s := range plan.Static.Files {
		c.files = append(c.files, s.Value)
	}
	for i, fn := range plan.Funcs.Funcs {
		f := &function{name: fn.Name, path: "/" + strings.Join(fn.Path, "/"), index: i, result: int(fn.Return), plan: fn, params: make([]int, len(fn.Params))}
		for j, p := range fn.Params {
			f.params[j] = int(p)
		}
		c.functions = append(c.functions, f)
		c.byName[fn.Name] = f
		c.byPath[f.path] = f
	}
	errs := make([]error, len(c.functions))
	onAllProcessors(len(c.functions), func(i int) { errs[i] = c.fill(c.functions[i]) })
	return c, cmp.Or(errs...)
}

// onAllProcessors does n pieces of work, which are numbered, in no order.
func onAllProcessors(n int, do func(i int)) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wait.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				do(int(i))
			}
		})
	}
	wait.Wait()
}

// fill translates a function's blocks.
func (c *code) fill(f *function) error {
	f.partial = makesCollection(f.plan)
	f.levels = levelsWithin(f.plan)
	t := &translation{code: c, fn: f, size: max(f.result, slices.Max(f.params)) + 1}
	if err := c.checkSet(f.plan); err != nil {
		return err
	}
	flows := flowing(f.plan)
	for i, b := range f.plan.Blocks {
		t.flows = flows[i]
		ops, err := t.block(b, f.partial, b)
		if err != nil {
			return err
		}
		f.blocks = append(f.blocks, ops)
	}
	f.size = t.size
	return nil
}

// levelsWithin is how often a partial rule finds, or else makes, a collection in
// the one it adds to, at most: see leads.
func levelsWithin(f *ir.Func) (most int) {
	for _, b := range f.Blocks {
		levels := 0
		walk(b, func(s ir.Stmt) {
			if outer, ok := s.(*ir.BlockStmt); ok && len(outer.Blocks) == 1 && len(outer.Blocks[0].Stmts) == 2 && leads(outer.Blocks[0], 0) {
				if _, ok := outer.Blocks[0].Stmts[0].(*ir.DotStmt); ok {
					levels++
				}
			}
		})
		most = max(most, levels)
	}
	return most
}

// makesCollection recognises a partial rule: its first block makes the result.
func makesCollection(f *ir.Func) bool {
	if len(f.Blocks) == 0 || len(f.Blocks[0].Stmts) == 0 {
		return false
	}
	switch s := f.Blocks[0].Stmts[0].(type) {
	case *ir.MakeObjectStmt:
		return s.Target == f.Return
	case *ir.MakeSetStmt:
		return s.Target == f.Return
	}
	return false
}

// translation is the state of translating one function.
type translation struct {
	code  *code
	fn    *function
	flows localSet // locals of the block whose value flows into the result
	size  int
	puts  map[ir.Local]int // see inserted; nil before it is asked
}

// block translates a block. path says that it lies on the way of a partial
// rule to its entries; around is the function's block it stands in.
func (t *translation) block(b *ir.Block, path bool, around *ir.Block) (block, error) {
	var ops block
	aside, insertion := t.aside(b, path)
	for i, s := range b.Stmts {
		if i == aside {
			ops = append(ops, opAside{})
		}
		o, err := t.stmt(s, path, around)
		if err != nil {
			return nil, err
		}
		if insert, ok := o.(*opInsert); ok && i == insertion {
			insert.aside = true
		}
		if o != nil {
			ops = append(ops, o)
		}
	}
	return ops, nil
}

// aside finds where a block that adds a deduction begins to make its value, and
// adds it: the statements between set nothing that goes into the item. Both are
// -1 where there are none.
func (t *translation) aside(b *ir.Block, path bool) (from, insertion int) {
	insertion = slices.IndexFunc(b.Stmts, func(s ir.Stmt) bool {
		insert, ok := s.(*ir.ObjectInsertOnceStmt)
		return ok && t.result(insert.Object)
	})
	if !path || insertion < 0 || !t.code.isKeyed(t.fn.plan) {
		return -1, -1
	}
	var item localSet
	if key, ok := b.Stmts[insertion].(*ir.ObjectInsertOnceStmt).Key.Value.(ir.Local); ok {
		item.add(key)
	}
	flows := motionOf(b).back(item)
	for from = insertion; from > 0 && !sets(b.Stmts[from-1], flows); from-- {
	}
	if from == insertion {
		return -1, -1
	}
	return from, insertion
}

// sets tells whether a statement, or one inside it, puts a value into one of the
// locals, or leaves the block.
func sets(s ir.Stmt, locals localSet) (found bool) {
	walk(&ir.Block{Stmts: []ir.Stmt{s}}, func(s ir.Stmt) {
		target, _ := movement(s, nil)
		one, other := setBy(s)
		switch s.(type) {
		case *ir.BreakStmt, *ir.ReturnLocalStmt:
			found = true
		}
		found = found || locals.has(target) || locals.has(one) || locals.has(other)
	})
	return found
}

func (t *translation) at(s ir.Stmt) place {
	l := s.GetLocation()
	p := place{line: l.Row, column: l.Col}
	if l.File >= 0 && l.File < len(t.code.files) {
		p.file = t.code.files[l.File]
	}
	return p
}

func (t *translation) local(l ir.Local) int {
	t.size = max(t.size, int(l)+1)
	return int(l)
}

func (t *translation) operand(o ir.Operand) operand {
	switch v := o.Value.(type) {
	case ir.Local:
		return operand{local: t.local(v)}
	case ir.StringIndex:
		return operand{val: t.code.strings[v]}
	case ir.Bool:
		return operand{val: bool(v)}
	}
	panic(fmt.Sprintf("operand %T", o.Value)) // the three kinds are all there are
}

func (t *translation) operands(os []ir.Operand) []operand {
	all := make([]operand, len(os))
	for i, o := range os {
		all[i] = t.operand(o)
	}
	return all
}

// role is Value for what flows into the function's result.
func (t *translation) role(target ir.Local) policy.Role {
	if t.flows.has(target) {
		return policy.Value
	}
	return policy.Condition
}

func (t *translation) stmt(s ir.Stmt, path bool, around *ir.Block) (op, error) {
	switch s := s.(type) {
	case *ir.NopStmt:
		return nil, nil
	case *ir.AssignVarStmt:
		return &opAssign{t.operand(s.Source), t.local(s.Target)}, nil
	case *ir.AssignIntStmt:
		return &opAssign{operand{val: number.Int(s.Value)}, t.local(s.Target)}, nil
	case *ir.AssignVarOnceStmt:
		return &opAssignOnce{t.operand(s.Source), t.local(s.Target), t.code.constantItem(t.fn.plan) != "", t.at(s)}, nil
	case *ir.ResetLocalStmt:
		return &opReset{t.local(s.Target)}, nil
	case *ir.ResultSetAddStmt:
		return &opAnswer{t.local(s.Value)}, nil
	case *ir.ReturnLocalStmt:
		return &opReturn{t.local(s.Source)}, nil
	case *ir.BreakStmt:
		return &opBreak{int(s.Index)}, nil
	case *ir.IsDefinedStmt:
		return &opDefined{t.local(s.Source), true}, nil
	case *ir.IsUndefinedStmt:
		return &opDefined{t.local(s.Source), false}, nil
	case *ir.IsArrayStmt:
		return &opIs{t.operand(s.Source), 4}, nil
	case *ir.IsObjectStmt:
		return &opIs{t.operand(s.Source), 5}, nil
	case *ir.IsSetStmt:
		return &opIs{t.operand(s.Source), 6}, nil
	case *ir.EqualStmt:
		return &opEqual{t.operand(s.A), t.operand(s.B), true, t.at(s)}, nil
	case *ir.NotEqualStmt:
		return &opEqual{t.operand(s.A), t.operand(s.B), false, t.at(s)}, nil
	case *ir.LenStmt:
		return &opLen{t.operand(s.Source), t.local(s.Target)}, nil
	case *ir.DotStmt:
		return &opDot{t.operand(s.Source), t.operand(s.Key), t.local(s.Target), t.role(s.Target), t.at(s)}, nil
	case *ir.CallStmt:
		return t.call(s)
	case *ir.CallDynamicStmt:
		return t.callPath(s), nil
	}
	if o, err := t.making(s); o != nil || err != nil {
		return o, err
	}
	return t.nested(s, path, around)
}

// making translates the statements that build values.
func (t *translation) making(s ir.Stmt) (op, error) {
	switch s := s.(type) {
	case *ir.MakeNullStmt:
		return &opAssign{operand{val: null{}}, t.local(s.Target)}, nil
	case *ir.MakeNumberIntStmt:
		return &opAssign{operand{val: number.Int(s.Value)}, t.local(s.Target)}, nil
	case *ir.MakeNumberRefStmt:
		n, err := number.Parse(t.code.strings[s.Index])
		return &opAssign{operand{val: n}, t.local(s.Target)}, err
	case *ir.MakeArrayStmt:
		return &opMakeArray{t.local(s.Target), t.inserted(s.Target)}, nil
	case *ir.MakeObjectStmt:
		return &opMakeObject{t.local(s.Target), t.inserted(s.Target)}, nil
	case *ir.MakeSetStmt:
		return &opMakeSet{t.local(s.Target)}, nil
	case *ir.ArrayAppendStmt:
		return &opAppend{t.operand(s.Value), t.local(s.Array), t.at(s)}, nil
	case *ir.ObjectInsertStmt:
		return t.insert(s, s.Key, s.Value, s.Object, false), nil
	case *ir.ObjectInsertOnceStmt:
		return t.insert(s, s.Key, s.Value, s.Object, true), nil
	case *ir.ObjectMergeStmt:
		return &opMerge{t.local(s.A), t.local(s.B), t.local(s.Target), t.at(s)}, nil
	case *ir.SetAddStmt:
		return &opSetAdd{t.operand(s.Value), t.local(s.Set), t.result(s.Set), t.at(s)}, nil
	}
	return nil, nil
}

// inserted is how many statements put something into the collection in l: as
// many elements as one that is written out has.
func (t *translation) inserted(l ir.Local) (n int) {
	if t.puts == nil {
		t.puts = map[ir.Local]int{}
		for _, b := range t.fn.plan.Blocks {
			walk(b, t.count)
		}
	}
	return t.puts[l]
}

// count counts a statement that puts something into a collection.
func (t *translation) count(s ir.Stmt) {
	switch s := s.(type) {
	case *ir.ArrayAppendStmt:
		t.puts[s.Array]++
	case *ir.ObjectInsertStmt:
		t.puts[s.Object]++
	case *ir.ObjectInsertOnceStmt:
		t.puts[s.Object]++
	}
}

func (t *translation) result(l ir.Local) bool { return t.fn.partial && int(l) == t.fn.result }

func (t *translation) insert(s ir.Stmt, key, val ir.Operand, object ir.Local, once bool) op {
	return &opInsert{
		key: t.operand(key), val: t.operand(val), object: t.local(object), once: once,
		result: t.result(object), unique: t.result(object) && t.code.isKeyed(t.fn.plan), at: t.at(s),
	}
}

// isKeyed tells whether a planned function is a rule that lists answers, such as
// what a policy deducts.
func (c *code) isKeyed(f *ir.Func) bool {
	return len(f.Params) == 2 && len(f.Path) > 0 && slices.Contains(c.keyed, f.Path[len(f.Path)-1])
}

// constantItem is the item of a rule deductions["item"], which OPA plans as a
// function of its own; "" for any other function.
func (c *code) constantItem(f *ir.Func) string {
	if n := len(f.Path); len(f.Params) == 2 && n > 2 && slices.Contains(c.keyed, f.Path[n-2]) {
		return f.Path[n-1]
	}
	return ""
}

func (t *translation) nested(s ir.Stmt, path bool, around *ir.Block) (op, error) {
	switch s := s.(type) {
	case *ir.BlockStmt:
		o := &opBlock{}
		for _, b := range s.Blocks {
			ops, err := t.block(b, false, around)
			if err != nil {
				return nil, err
			}
			o.blocks = append(o.blocks, ops)
		}
		return o, nil
	case *ir.NotStmt:
		body, err := t.block(s.Block, false, around)
		return &opNot{body}, err
	case *ir.WithStmt:
		body, err := t.block(s.Block, false, around)
		o := &opWith{local: t.local(s.Local), value: t.operand(s.Value), body: body}
		for _, i := range s.Path {
			o.path = append(o.path, t.code.strings[i])
		}
		return o, err
	case *ir.ScanStmt:
		forgets := path && leavesOnlyEntries(s, around, t.fn)
		body, err := t.block(s.Block, forgets, around)
		role := t.role(s.Value)
		if t.flows.has(s.Key) {
			role = policy.Value
		}
		return &opScan{
			source: t.local(s.Source), key: t.local(s.Key), val: t.local(s.Value),
			body: body, role: role, valueRole: t.role(s.Value), forgets: forgets, at: t.at(s),
		}, err
	}
	return nil, fmt.Errorf("statement %T of the plan is not known", s)
}

func (t *translation) call(s *ir.CallStmt) (op, error) {
	args, target, role := t.operands(s.Args), t.local(s.Result), t.role(s.Result)
	if fn := t.code.byName[s.Func]; fn != nil {
		return &opCall{fn, args, target, role, t.at(s)}, nil
	}
	if b := t.code.builtins[s.Func]; b != nil {
		return &opBuiltin{b, args, target, role, t.at(s)}, nil
	}
	return nil, fmt.Errorf("built-in %s is not known", s.Func)
}

func (t *translation) callPath(s *ir.CallDynamicStmt) op {
	args := make([]int, len(s.Args))
	for i, a := range s.Args {
		args[i] = t.local(a)
	}
	return &opCallPath{args, t.operands(s.Path), t.local(s.Result), t.role(s.Result), t.at(s)}
}
