package cel

import (
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"rubric/engine/number"
	"rubric/engine/policy/pack"
)

// plan is a checked expression: its tree, to what its names refer, and its
// numbers. Types are left out: they tell the planner only which fields are those
// of Go's structures. Patterns are compiled again from their text.
func (c *coder) plan(p *plan) {
	k := &keptTree{coder: c, factory: ast.NewExprFactory(), plan: p}
	if c.Writes() {
		k.refs = p.tree.ReferenceMap()
		k.node(p.tree.Expr())
		return
	}
	k.refs, p.numbers, p.patterns = map[int64]*ast.ReferenceInfo{}, map[int64]number.Number{}, map[int64]string{}
	if root := k.node(nil); !c.Broken() {
		p.tree = ast.NewCheckedAST(ast.NewAST(root, ast.NewSourceInfo(nil)), map[int64]*types.Type{}, k.refs)
	}
}

// keptTree is one tree on its way to bytes, or from there.
type keptTree struct {
	*coder
	factory ast.ExprFactory
	plan    *plan
	refs    map[int64]*ast.ReferenceInfo
	depth   int
}

// maxKeptDepth is the most levels of a tree: macros make more of them than the
// text has.
const maxKeptDepth = 20 * maxDepth

// node writes an expression and all below it, or reads it where it is nil.
func (k *keptTree) node(e ast.Expr) ast.Expr {
	kind, id := ast.UnspecifiedExprKind, int64(0)
	if k.Writes() {
		kind, id = e.Kind(), e.ID()
	}
	pack.Whole(k.Coder, &kind)
	pack.Whole(k.Coder, &id)
	if k.depth++; k.depth > maxKeptDepth {
		k.Break()
	}
	defer func() { k.depth-- }()
	if k.Broken() {
		return k.factory.NewUnspecifiedExpr(id)
	}
	k.reference(id)
	switch kind {
	case ast.LiteralKind:
		return k.literal(id, e)
	case ast.IdentKind:
		return k.ident(id, e)
	case ast.SelectKind:
		return k.selection(id, e)
	case ast.CallKind:
		return k.call(id, e)
	case ast.ListKind:
		return k.list(id, e)
	case ast.MapKind:
		return k.mapping(id, e)
	case ast.ComprehensionKind:
		return k.comprehension(id, e)
	}
	k.Break() // the parser makes no other
	return k.factory.NewUnspecifiedExpr(id)
}

// reference is what the name of a node refers to, if it has one.
func (k *keptTree) reference(id int64) {
	r := k.refs[id]
	pack.Maybe(k.Coder, &r, func(r *ast.ReferenceInfo) {
		if r.Value != nil {
			k.Break() // a constant, of which there are none
		}
		k.Text(&r.Name)
		pack.Each(k.Coder, &r.OverloadIDs, k.Text)
	})
	if r != nil {
		k.refs[id] = r
	}
}

// Kinds of literals. Numbers are calls.
const (
	nullLiteral = iota
	falseLiteral
	trueLiteral
	textLiteral
)

func (k *keptTree) literal(id int64, e ast.Expr) ast.Expr {
	kind, text := nullLiteral, ""
	if k.Writes() {
		switch v := e.AsLiteral().(type) {
		case types.Null:
		case types.Bool:
			if kind = falseLiteral; v {
				kind = trueLiteral
			}
		case types.String:
			kind, text = textLiteral, string(v)
		default:
			k.Break()
		}
	}
	pack.Whole(k.Coder, &kind)
	var v ref.Val
	switch kind {
	case nullLiteral:
		v = types.NullValue
	case falseLiteral, trueLiteral:
		v = types.Bool(kind == trueLiteral)
	case textLiteral:
		k.Text(&text)
		v = types.String(text)
	default:
		k.Break()
	}
	return k.factory.NewLiteral(id, v)
}

func (k *keptTree) ident(id int64, e ast.Expr) ast.Expr {
	name := ""
	if k.Writes() {
		name = e.AsIdent()
	}
	k.Text(&name)
	return k.factory.NewIdent(id, name)
}

func (k *keptTree) selection(id int64, e ast.Expr) ast.Expr {
	var operand ast.Expr
	field, test := "", false
	if k.Writes() {
		s := e.AsSelect()
		operand, field, test = s.Operand(), s.FieldName(), s.IsTestOnly()
	}
	k.Text(&field)
	k.Flag(&test)
	operand = k.node(operand)
	if test {
		return k.factory.NewPresenceTest(id, operand, field)
	}
	return k.factory.NewSelect(id, operand, field)
}

func (k *keptTree) call(id int64, e ast.Expr) ast.Expr {
	var target ast.Expr
	var args []ast.Expr
	name, member := "", false
	if k.Writes() {
		c := e.AsCall()
		name, member, target, args = c.FunctionName(), c.IsMemberFunction(), c.Target(), c.Args()
	}
	k.Text(&name)
	k.Flag(&member)
	if member {
		target = k.node(target)
	}
	args = k.nodes(args)
	switch name {
	case numberFunction:
		k.number(id)
	case "matches":
		k.pattern(id, args)
	}
	if member {
		return k.factory.NewMemberCall(id, name, target, args...)
	}
	return k.factory.NewCall(id, name, args...)
}

func (k *keptTree) nodes(all []ast.Expr) []ast.Expr {
	list := all
	pack.Each(k.Coder, &list, func(e *ast.Expr) { *e = k.node(*e) })
	return list
}

// number is the number that stands at a node.
func (k *keptTree) number(id int64) {
	text := ""
	if k.Writes() {
		text = k.plan.numbers[id].String()
	}
	k.Text(&text)
	n, err := number.ParseFraction(text)
	if err != nil || n.String() != text {
		k.Break()
		return
	}
	k.plan.numbers[id] = n
}

// pattern is the pattern of a call, which its last argument says.
func (k *keptTree) pattern(id int64, args []ast.Expr) {
	if k.Writes() || k.Broken() {
		return
	}
	if len(args) == 0 || args[len(args)-1].Kind() != ast.LiteralKind {
		k.Break()
		return
	}
	text, ok := args[len(args)-1].AsLiteral().(types.String)
	if !ok {
		k.Break()
		return
	}
	k.plan.patterns[id] = string(text)
}

func (k *keptTree) list(id int64, e ast.Expr) ast.Expr {
	var elements []ast.Expr
	if k.Writes() {
		elements = e.AsList().Elements()
		if len(e.AsList().OptionalIndices()) > 0 {
			k.Break()
		}
	}
	return k.factory.NewList(id, k.nodes(elements), nil)
}

func (k *keptTree) mapping(id int64, e ast.Expr) ast.Expr {
	var entries []ast.EntryExpr
	if k.Writes() {
		entries = e.AsMap().Entries()
	}
	pack.Each(k.Coder, &entries, k.entry)
	return k.factory.NewMap(id, entries)
}

func (k *keptTree) entry(e *ast.EntryExpr) {
	id := int64(0)
	var key, value ast.Expr
	if k.Writes() {
		entry := (*e).AsMapEntry()
		id, key, value = (*e).ID(), entry.Key(), entry.Value()
		if entry.IsOptional() {
			k.Break()
		}
	}
	pack.Whole(k.Coder, &id)
	key = k.node(key)
	*e = k.factory.NewMapEntry(id, key, k.node(value), false)
}

func (k *keptTree) comprehension(id int64, e ast.Expr) ast.Expr {
	var names [3]string
	var parts [5]ast.Expr
	if k.Writes() {
		f := e.AsComprehension()
		names = [...]string{f.IterVar(), f.IterVar2(), f.AccuVar()}
		parts = [...]ast.Expr{f.IterRange(), f.AccuInit(), f.LoopCondition(), f.LoopStep(), f.Result()}
	}
	for i := range names {
		k.Text(&names[i])
	}
	for i := range parts {
		parts[i] = k.node(parts[i])
	}
	return k.factory.NewComprehensionTwoVar(id, parts[0], names[0], names[1], names[2], parts[1], parts[2], parts[3], parts[4])
}
