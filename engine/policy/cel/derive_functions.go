package cel

import (
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"

	"rubric/engine/formula"
	"rubric/engine/number"
)

// call is what an operator or function gives. What has no formula is noted when
// something is decided by it, for most of it is only said in reasons.
func (w *walk) call(e ast.Expr, names *bound) sym {
	c := e.AsCall()
	if c.FunctionName() == numberFunction {
		return w.Number(w.x.numbers[e.ID()])
	}
	given := c.Args()
	if c.IsMemberFunction() {
		given = append([]ast.Expr{c.Target()}, given...)
	}
	if out, is := w.lazily(c.FunctionName(), given, names); is {
		return out
	}
	args := make([]sym, len(given))
	for i, arg := range given {
		if args[i] = w.expr(arg, names); args[i] == nil {
			return nil
		}
	}
	out := w.apply(c.FunctionName(), args)
	if out == nil {
		w.opaque(functionName(c.FunctionName()))
	}
	return out
}

// functionName is a function as authors write it.
func functionName(name string) string {
	if shown, ok := operators.FindReverse(name); ok && shown != "" {
		return shown
	}
	if name == indexFunction {
		return "[ ]"
	}
	return name + "()"
}

func (w *walk) apply(name string, args []sym) sym {
	if len(args) > 0 {
		if over, ok := args[0].(*list); ok {
			return w.ofList(name, over, args[1:])
		}
		if t, ok := args[0].(*table); ok && name == indexFunction {
			if key, ok := args[1].(*formula.Expr); ok {
				return w.keyed(t, key)
			}
			return nil
		}
	}
	if name == operators.In && len(args) == 2 {
		return w.in(args[0], args[1])
	}
	all := make([]*formula.Expr, len(args))
	for i, a := range args {
		e, ok := a.(*formula.Expr)
		if !ok {
			return nil
		}
		all[i] = e
	}
	if e := w.operation(name, all); e != nil {
		return e
	}
	return nil
}

// ofList is a function of a list.
func (w *walk) ofList(name string, l *list, more []sym) sym {
	switch name {
	case "size":
		var whens []*formula.Expr
		for _, e := range l.all {
			whens = append(whens, e.when)
		}
		return w.Make(formula.Count, whens...)
	case operators.Add:
		if other, ok := more[0].(*list); ok {
			return &list{append(l.all[:len(l.all):len(l.all)], other.all...)}
		}
	case "sum", "min", "max":
		return w.overNumbers(name, l)
	case indexFunction:
		return w.position(l, more[0])
	}
	return nil
}

func (w *walk) overNumbers(name string, l *list) sym {
	var all []*formula.Expr
	for _, e := range l.all {
		n, ok := e.val.(*formula.Expr)
		switch {
		case !ok || name != "sum" && !e.when.True():
			return nil
		case name == "sum":
			n = w.Make(formula.If, e.when, n, w.Int(0))
		}
		all = append(all, n)
	}
	if len(all) == 0 && name != "sum" {
		return nil
	}
	return w.Make(map[string]formula.Op{"sum": formula.Add, "min": formula.Min, "max": formula.Max}[name], all...)
}

func (w *walk) position(l *list, at sym) sym {
	e, ok := at.(*formula.Expr)
	if !ok || e.Op != formula.Number {
		return nil
	}
	i, whole := e.Number.Int64()
	if !whole || i < 0 || int(i) >= len(l.all) {
		return nil
	}
	for _, e := range l.all {
		if !e.when.True() {
			return nil
		}
	}
	return l.all[i].val
}

// keyed is the value of a key of a map: the last where it is none of the others.
func (w *walk) keyed(t *table, key *formula.Expr) sym {
	var out sym
	for i := len(t.keys) - 1; i >= 0; i-- {
		is := w.Make(formula.Equal, t.keys[i], key)
		switch {
		case is.False():
		case out == nil:
			out = t.values[i]
		default:
			out = w.choose(is, t.values[i], out)
		}
	}
	return out
}

// in is whether a list has an element, or a map a key.
func (w *walk) in(v, of sym) sym {
	e, ok := v.(*formula.Expr)
	if !ok {
		return nil
	}
	var any []*formula.Expr
	switch of := of.(type) {
	case *list:
		for _, one := range of.all {
			other, ok := one.val.(*formula.Expr)
			if !ok {
				return nil
			}
			any = append(any, w.Make(formula.And, one.when, w.Make(formula.Equal, e, other)))
		}
	case *table:
		for _, key := range of.keys {
			any = append(any, w.Make(formula.Equal, e, key))
		}
	default:
		return nil
	}
	return w.Make(formula.Or, any...)
}

// operations are the functions that are operations of formulas.
func operations() map[string]formula.Op {
	return map[string]formula.Op{
		operators.Add: formula.Add, operators.Subtract: formula.Sub, operators.Multiply: formula.Mul,
		operators.Divide: formula.Div, operators.Modulo: formula.Rem,
		operators.Less: formula.Less, operators.LessEquals: formula.AtMost,
		"abs": formula.Abs, "floor": formula.Floor, "ceil": formula.Ceil, "round": formula.Round, "pow": formula.Pow,
	}
}

// operation is a function of scalars, nil where it has no formula.
func (w *walk) operation(name string, args []*formula.Expr) *formula.Expr {
	switch name {
	case operators.Equals:
		return w.Make(formula.Equal, args...)
	case operators.NotEquals:
		return w.Make(formula.Not, w.Make(formula.Equal, args...))
	case operators.LogicalNot:
		return w.Make(formula.Not, args...)
	case operators.NotStrictlyFalse:
		return args[0]
	case operators.Negate:
		return w.Make(formula.Mul, w.Number(number.Int(-1)), args[0])
	case operators.Greater:
		name, args = operators.Less, []*formula.Expr{args[1], args[0]}
	case operators.GreaterEquals:
		name, args = operators.LessEquals, []*formula.Expr{args[1], args[0]}
	}
	op, ok := operations()[name]
	if !ok {
		return nil
	}
	for _, a := range args {
		if a.Kind != formula.IsNumber && !(a.Kind == formula.IsText && (op == formula.Less || op == formula.AtMost) && formula.Ordered(args)) {
			return nil
		}
	}
	return w.Make(op, args...)
}
