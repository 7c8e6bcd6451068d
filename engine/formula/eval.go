package formula

import (
	"errors"

	"rubric/engine/facts"
	"rubric/engine/number"
)

// Value is what an expression gives.
type Value struct {
	Kind   Kind
	Number number.Number
	Text   string
	Flag   bool
}

// Same tells whether two values are one.
func (v Value) Same(w Value) bool {
	return v.Kind == w.Kind && v.Number.Equal(w.Number) && v.Text == w.Text && v.Flag == w.Flag
}

// ErrNoValue is that a fact is not there any more, or of another kind.
var ErrNoValue = errors.New("a fact has no value")

// Facts gives the fact that now stands at the place of another one, nil for none.
type Facts func(*facts.Node) *facts.Node

// Eval computes an expression exactly. Facts that are nil are as they were when it
// was made. The errors are ErrNoValue and those of package number.
func (e *Expr) Eval(at Facts) (Value, error) {
	if at == nil {
		at = func(n *facts.Node) *facts.Node { return n }
	}
	c := &computation{at: at, known: map[*Expr]Value{}}
	return c.value(e)
}

// computation is the values that are known already.
type computation struct {
	at    Facts
	known map[*Expr]Value
}

func (c *computation) value(e *Expr) (Value, error) {
	if v, ok := c.known[e]; ok {
		return v, nil
	}
	v, err := c.compute(e)
	if err == nil {
		c.known[e] = v
	}
	return v, err
}

func (c *computation) compute(e *Expr) (Value, error) {
	switch e.Op {
	case Number, Text, Truth:
		return Value{e.Kind, e.Number, e.Text, e.Flag}, nil
	case Fact:
		return c.fact(e)
	case Present:
		return Value{Kind: IsTruth, Flag: c.at(e.Fact) != nil}, nil
	case If, And, Or:
		return c.lazy(e)
	}
	args := make([]Value, len(e.Args))
	for i, a := range e.Args {
		var err error
		if args[i], err = c.value(a); err != nil {
			return Value{}, err
		}
	}
	if e.Kind == IsTruth {
		return Value{Kind: IsTruth, Flag: holds(e.Op, args)}, nil
	}
	n, err := numeric(e.Op, args)
	return Value{Kind: IsNumber, Number: n}, err
}

func (c *computation) fact(e *Expr) (Value, error) {
	n := c.at(e.Fact)
	if n == nil || n.Kind != e.Fact.Kind {
		return Value{}, ErrNoValue
	}
	switch n.Kind {
	case facts.Num:
		return Value{Kind: IsNumber, Number: n.Number()}, nil
	case facts.Text:
		return Value{Kind: IsText, Text: n.Text}, nil
	}
	return Value{Kind: IsTruth, Flag: n.Flag}, nil
}

// lazy computes no more than it needs.
func (c *computation) lazy(e *Expr) (Value, error) {
	if e.Op == If {
		when, err := c.value(e.Args[0])
		switch {
		case err != nil:
			return Value{}, err
		case when.Flag:
			return c.value(e.Args[1])
		}
		return c.value(e.Args[2])
	}
	for _, a := range e.Args {
		if v, err := c.value(a); err != nil || v.Flag == (e.Op == Or) {
			return v, err
		}
	}
	return Value{Kind: IsTruth, Flag: e.Op == And}, nil
}

func holds(op Op, args []Value) bool {
	switch op {
	case Less:
		return compare(args[0], args[1]) < 0
	case AtMost:
		return compare(args[0], args[1]) <= 0
	case Equal:
		return args[0].Same(args[1])
	}
	return !args[0].Flag
}

func compare(a, b Value) int {
	if a.Kind == IsNumber {
		return a.Number.Cmp(b.Number)
	}
	switch {
	case a.Text < b.Text:
		return -1
	case a.Text > b.Text:
		return 1
	}
	return 0
}

func numeric(op Op, args []Value) (number.Number, error) {
	first := args[0].Number
	switch op {
	case Sub:
		return first.Sub(args[1].Number), nil
	case Mul:
		return first.Mul(args[1].Number), nil
	case Div:
		return first.Div(args[1].Number)
	case Rem:
		return first.Rem(args[1].Number)
	case Floor:
		return first.Floor(), nil
	case Ceil:
		return first.Ceil(), nil
	case Abs:
		return first.Abs(), nil
	case Round, Pow:
		return withWhole(op, first, args[1].Number)
	}
	return folded(op, args), nil
}

func withWhole(op Op, x, by number.Number) (number.Number, error) {
	const most = 1000
	n, ok := by.Int64()
	switch {
	case !ok || n < -most || n > most:
		return number.Number{}, number.ErrNotWhole
	case op == Round:
		return x.Round(int(n), number.RoundHalfUp), nil
	}
	return x.Pow(int(n))
}

func folded(op Op, args []Value) number.Number {
	var out number.Number
	for i, a := range args {
		switch {
		case op == Count:
			if a.Flag {
				out = out.Add(number.Int(1))
			}
		case op == Add:
			out = out.Add(a.Number)
		case i == 0, op == Min && a.Number.Cmp(out) < 0, op == Max && a.Number.Cmp(out) > 0:
			out = a.Number
		}
	}
	return out
}
