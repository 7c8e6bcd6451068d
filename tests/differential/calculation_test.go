package differential_test

import (
	"fmt"
	"math/big"
	"strings"
)

// calculation is an expression that Rego and CEL share. It knows how to write
// itself in both, and what it comes to.
type calculation struct {
	rego, cel string
	// value computes it over the facts and the variables of comprehensions: a
	// *big.Rat, bool or []*big.Rat. It panics with noResult where there is none.
	value func(s scope) any
}

type scope map[string]any

// noResult is the panic of a calculation that has no value.
type noResult struct{}

// calculator draws calculations. Without exact, only those that binary
// fractions hold, so that OPA's interpreter can be asked too.
type calculator struct {
	chance
	fractions bool // with division, and decimals that binary fractions do not hold
	elements  []string
	fresh     int
}

func (c *calculator) literal() string {
	if c.fractions && c.percent(60) {
		return pick(c.chance, "0.1", "0.2", "0.3", "1.08", "17.95", "0.95", "33.33", "0.01")
	}
	return strings.TrimPrefix(digits(c.chance), "-")
}

func (c *calculator) number(depth int) calculation {
	if depth == 0 || c.percent(15) {
		return c.numberLeaf()
	}
	switch c.IntN(8) {
	case 0, 1, 2:
		return c.binary(pick(c.chance, "+", "-", "*"), depth)
	case 3:
		if c.fractions {
			return c.binary("/", depth)
		}
		return c.binary("-", depth)
	case 4:
		name := pick(c.chance, "abs", "floor", "ceil")
		x := c.number(depth - 1)
		return calculation{name + "(" + x.rego + ")", name + "(" + x.cel + ")", func(s scope) any { return rounded(name, x.value(s).(*big.Rat)) }}
	case 5:
		xs := c.list(depth - 1)
		return calculation{"sum(" + xs.rego + ")", "sum(" + xs.cel + ")", func(s scope) any { return sum(xs.value(s).([]*big.Rat)) }}
	case 6:
		xs := c.list(depth - 1)
		return calculation{"count(" + xs.rego + ")", "size(" + xs.cel + ")", func(s scope) any {
			return big.NewRat(int64(len(xs.value(s).([]*big.Rat))), 1)
		}}
	}
	return c.remainder()
}

func (c *calculator) numberLeaf() calculation {
	switch {
	case len(c.elements) > 0 && c.percent(50):
		name := pick(c.chance, c.elements...)
		return calculation{name, name, func(s scope) any { return s[name] }}
	case c.percent(60):
		name := pick(c.chance, "a", "b", "c", "d")
		return calculation{"input." + name, "facts." + name, func(s scope) any { return s[name] }}
	}
	text := c.literal()
	return calculation{text, text, func(scope) any { return rational(text) }}
}

func rational(text string) *big.Rat {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		panic(text)
	}
	return r
}

func (c *calculator) binary(operator string, depth int) calculation {
	x, y := c.number(depth-1), c.number(depth-1)
	write := func(a, b string) string { return "(" + a + " " + operator + " " + b + ")" }
	return calculation{write(x.rego, y.rego), write(x.cel, y.cel), func(s scope) any {
		a, b := x.value(s).(*big.Rat), y.value(s).(*big.Rat)
		switch operator {
		case "+":
			return new(big.Rat).Add(a, b)
		case "-":
			return new(big.Rat).Sub(a, b)
		case "*":
			return new(big.Rat).Mul(a, b)
		}
		if b.Sign() == 0 {
			panic(noResult{})
		}
		return new(big.Rat).Quo(a, b)
	}}
}

// remainder is of the facts' whole numbers.
func (c *calculator) remainder() calculation {
	y := pick(c.chance, "2", "3", "7", "0")
	return calculation{"(input.k % " + y + ")", "(facts.k % " + y + ")", func(s scope) any {
		if y == "0" {
			panic(noResult{})
		}
		return new(big.Rat).SetInt(new(big.Int).Rem(s["k"].(*big.Rat).Num(), rational(y).Num()))
	}}
}

func rounded(name string, x *big.Rat) *big.Rat {
	if name == "abs" {
		return new(big.Rat).Abs(x)
	}
	floor := new(big.Int).Div(x.Num(), x.Denom()) // Euclidean: the denominator is above 0
	if name == "ceil" && !x.IsInt() {
		floor.Add(floor, big.NewInt(1))
	}
	return new(big.Rat).SetInt(floor)
}

func sum(xs []*big.Rat) *big.Rat {
	total := new(big.Rat)
	for _, x := range xs {
		total.Add(total, x)
	}
	return total
}

func (c *calculator) list(depth int) calculation {
	if depth <= 0 || c.percent(40) {
		if c.percent(70) {
			name := pick(c.chance, "xs", "ys")
			return calculation{"input." + name, "facts." + name, func(s scope) any { return s[name] }}
		}
		a, b := c.numberLeaf(), c.numberLeaf()
		return calculation{"[" + a.rego + ", " + b.rego + "]", "[" + a.cel + ", " + b.cel + "]", func(s scope) any {
			return []*big.Rat{a.value(s).(*big.Rat), b.value(s).(*big.Rat)}
		}}
	}
	source, name, body := c.over(depth, c.percent(50))
	if body.number {
		return calculation{
			fmt.Sprintf("[%s | some %s in %s]", body.rego, name, source.rego), fmt.Sprintf("%s.map(%s, %s)", source.cel, name, body.cel),
			func(s scope) any {
				var all []*big.Rat
				each(s, name, source, func(s scope) { all = append(all, body.value(s).(*big.Rat)) })
				return all
			},
		}
	}
	return calculation{
		fmt.Sprintf("[%s | some %s in %s; %s == true]", name, name, source.rego, body.rego), fmt.Sprintf("%s.filter(%s, %s)", source.cel, name, body.cel),
		func(s scope) any {
			var all []*big.Rat
			each(s, name, source, func(s scope) {
				if body.value(s).(bool) {
					all = append(all, s[name].(*big.Rat))
				}
			})
			return all
		},
	}
}

type inner struct {
	calculation
	number bool
}

// over is a list to go through, its variable and what is computed of it.
func (c *calculator) over(depth int, number bool) (source calculation, name string, body inner) {
	source = c.list(depth - 1)
	c.fresh++
	name = fmt.Sprintf("x%d", c.fresh)
	c.elements = append(c.elements, name)
	defer func() { c.elements = c.elements[:len(c.elements)-1] }()
	if number {
		return source, name, inner{c.number(depth - 1), true}
	}
	return source, name, inner{c.truth(depth - 1), false}
}

func each(s scope, name string, source calculation, f func(scope)) {
	for _, x := range source.value(s).([]*big.Rat) {
		with := scope{name: x}
		for k, v := range s {
			if k != name {
				with[k] = v
			}
		}
		f(with)
	}
}

// truth is a calculation with a boolean value. In Rego, "and" and "or" are
// functions of a helper and evaluate both sides.
func (c *calculator) truth(depth int) calculation {
	if depth <= 0 {
		return c.comparison(0)
	}
	switch c.IntN(8) {
	case 0, 1, 2:
		return c.comparison(depth)
	case 3:
		x, y := c.truth(depth-1), c.truth(depth-1)
		return calculation{"h.both(" + x.rego + ", " + y.rego + ")", "(" + x.cel + " && " + y.cel + ")", func(s scope) any {
			a, b := x.value(s).(bool), y.value(s).(bool)
			return a && b
		}}
	case 4:
		x, y := c.truth(depth-1), c.truth(depth-1)
		return calculation{"h.either(" + x.rego + ", " + y.rego + ")", "(" + x.cel + " || " + y.cel + ")", func(s scope) any {
			a, b := x.value(s).(bool), y.value(s).(bool)
			return a || b
		}}
	case 5:
		x := c.truth(depth - 1)
		return calculation{"h.inverse(" + x.rego + ")", "!" + x.cel, func(s scope) any { return !x.value(s).(bool) }}
	case 6:
		x, xs := c.number(depth-1), c.list(depth-1)
		return calculation{"(" + x.rego + " in " + xs.rego + ")", "(" + x.cel + " in " + xs.cel + ")", func(s scope) any {
			a, found := x.value(s).(*big.Rat), false
			for _, b := range xs.value(s).([]*big.Rat) {
				found = found || a.Cmp(b) == 0
			}
			return found
		}}
	}
	return c.quantified(depth)
}

// quantified is all or exists over a list.
func (c *calculator) quantified(depth int) calculation {
	source, name, body := c.over(depth, false)
	all := c.percent(50)
	macro, rego := "exists", "(true in [%s | some %s in %s])"
	if all {
		macro, rego = "all", "h.inverse((false in [%s | some %s in %s]))"
	}
	return calculation{fmt.Sprintf(rego, body.rego, name, source.rego), fmt.Sprintf("%s.%s(%s, %s)", source.cel, macro, name, body.cel), func(s scope) any {
		found := false
		each(s, name, source, func(s scope) { found = body.value(s).(bool) != all || found })
		return found != all
	}}
}

func (c *calculator) comparison(depth int) calculation {
	x, y := c.number(max(depth-1, 0)), c.number(max(depth-1, 0))
	operator := pick(c.chance, "==", "!=", "<", "<=", ">", ">=")
	write := func(a, b string) string { return "(" + a + " " + operator + " " + b + ")" }
	return calculation{write(x.rego, y.rego), write(x.cel, y.cel), func(s scope) any {
		return holds(operator, x.value(s).(*big.Rat).Cmp(y.value(s).(*big.Rat)))
	}}
}

func holds(operator string, c int) bool {
	switch operator {
	case "==":
		return c == 0
	case "!=":
		return c != 0
	case "<":
		return c < 0
	case "<=":
		return c <= 0
	case ">":
		return c > 0
	}
	return c >= 0
}
