package rego

import (
	"math"
	"math/big"

	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// bitwise are the operations on whole numbers as endless rows of bits, a
// negative one with endless leading ones, and the ranges with a step.
func bitwise() []*builtin {
	both := func(name string, f func(z, a, b *big.Int) *big.Int) *builtin {
		return numeric(name, func(a, b number.Number) (number.Number, *message.Message) {
			x, y, wrong := twoWhole(a, b)
			if wrong != nil {
				return a, wrong
			}
			return fromInt(f(new(big.Int), x, y)), nil
		})
	}
	return []*builtin{
		both("bits.and", (*big.Int).And), both("bits.or", (*big.Int).Or), both("bits.xor", (*big.Int).Xor),
		numeric("bits.lsh", shiftLeft), numeric("bits.rsh", shiftRight),
		{name: "bits.negate", call: func(_ *call, args []value) (value, *message.Message) {
			n, wrong := numberOf(args[0])
			if wrong != nil {
				return nil, wrong
			}
			x, wrong := bigOf(n)
			if wrong != nil {
				return nil, wrong
			}
			return fromInt(x.Not(x)), nil
		}},
		{name: "numbers.range_step", call: rangeStep},
	}
}

func bigOf(n number.Number) (*big.Int, *message.Message) {
	if !n.IsInt() {
		return nil, fault("rego.not_whole", "value", n.String())
	}
	return n.Rat().Num(), nil
}

func twoWhole(a, b number.Number) (x, y *big.Int, wrong *message.Message) {
	if x, wrong = bigOf(a); wrong != nil {
		return nil, nil, wrong
	}
	y, wrong = bigOf(b)
	return x, y, wrong
}

func fromInt(x *big.Int) number.Number { return number.FromRat(new(big.Rat).SetInt(x)) }

// shift is the second argument of a shift; far is a number of places that no
// number here has.
func shift(b number.Number) (places uint, far bool, wrong *message.Message) {
	n, wrong := bigOf(b)
	if wrong != nil {
		return 0, false, wrong
	}
	if n.Sign() < 0 {
		return 0, false, fault("rego.negative_shift", "value", b.String())
	}
	if !n.IsInt64() || n.Int64() > number.MaxBits {
		return 0, true, nil
	}
	return uint(n.Int64()), false, nil
}

// shiftLeft refuses a far shift before it is made.
func shiftLeft(a, b number.Number) (number.Number, *message.Message) {
	x, wrong := bigOf(a)
	if wrong != nil {
		return a, wrong
	}
	places, far, wrong := shift(b)
	switch {
	case wrong != nil:
		return a, wrong
	case x.Sign() == 0:
		return a, nil
	case far:
		return a, fault("rego.number_too_large", "limit", number.MaxBits)
	}
	return fromInt(x.Lsh(x, places)), nil
}

func shiftRight(a, b number.Number) (number.Number, *message.Message) {
	x, wrong := bigOf(a)
	if wrong != nil {
		return a, wrong
	}
	places, far, wrong := shift(b)
	if wrong != nil {
		return a, wrong
	}
	if far {
		places = uint(x.BitLen()) + 1
	}
	return fromInt(x.Rsh(x, places)), nil
}

// rangeStep lists the numbers from a to b, up or down, step apart.
func rangeStep(c *call, args []value) (value, *message.Message) {
	var given [3]number.Number
	for i, a := range args {
		n, wrong := numberOf(a)
		if wrong == nil && !n.IsInt() {
			wrong = fault("rego.not_whole", "value", n.String())
		}
		if wrong != nil {
			return nil, wrong
		}
		given[i] = n
	}
	from, to, step := given[0], given[1], given[2]
	if step.Sign() <= 0 {
		return nil, fault("rego.bad_step", "value", step.String())
	}
	steps, _ := to.Sub(from).Abs().Div(step) // step is not 0
	n, ok := steps.Floor().Int64()
	if !ok {
		n = math.MaxInt64 - 1
	}
	if wrong := c.tooMany(n + 1); wrong != nil {
		return nil, wrong
	}
	bits := int64(max(from.Bits(), to.Bits()))
	if !c.make((n+1)*(policy.SlotBytes+policy.NumberBytes+bits/8)) || !c.pay(policy.Product(n+1, 1+numberWeight(from)+numberWeight(to))) {
		return nil, nil
	}
	if to.Cmp(from) < 0 {
		step = step.Neg()
	}
	out := &array{make([]value, 0, n+1)}
	for at := from; int64(len(out.elems)) <= n; at = at.Add(step) {
		out.elems = append(out.elems, at)
	}
	return out, nil
}
