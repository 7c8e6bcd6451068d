package reconcile

import (
	"rubric/engine/facts"
	"rubric/engine/number"
)

// comparison is a figure as stated, and as it should be. Both may differ by
// tolerance because the figures it is computed from were rounded before.
type comparison struct {
	stated, expected number.Number
	tolerance        number.Number
	most             bool // stated may be less than expected
}

// holds tells that nothing is to be said.
func (c comparison) holds() bool {
	d := c.stated.Cmp(c.expected)
	return d == 0 || d < 0 && c.most
}

// rounding tells that the difference is no more than rounding explains.
func (c comparison) rounding() bool {
	return c.stated.Sub(c.expected).Abs().Cmp(c.tolerance) <= 0
}

// compute works out what a figure should be; not ok where that cannot be said,
// as for the share of nothing.
//
// A sum of n figures that were each rounded to some decimals may be off by n
// halves of the last place. A percentage is compared as printed, rounded half
// up; it may be off by what rounding its two figures can do to it.
func compute(id facts.Identity, printed int, e equation) (comparison, bool) {
	c := comparison{most: id.Kind == facts.AtMost}
	c.stated = stated(id, e)
	values := make([]number.Number, len(e.of))
	for i, n := range e.of {
		values[i] = n.Number()
	}
	switch id.Kind {
	case facts.Sum:
		for _, v := range values {
			c.expected = c.expected.Add(v)
		}
		c.tolerance = number.Int(int64(len(values))).Mul(half(id.Digits))
	case facts.Difference:
		c.expected = values[0].Sub(values[1])
		c.tolerance = number.Int(2).Mul(half(id.Digits))
	case facts.AtMost, facts.Same:
		c.expected = values[0]
	case facts.Percent, facts.Growth:
		return c.ratio(id, printed, values)
	}
	return c, true
}

func stated(id facts.Identity, e equation) number.Number {
	if e.is == nil {
		return *id.Total
	}
	return e.is.Number()
}

// half is half a unit of the last of so many decimals; 0 where figures are not
// rounded.
func half(digits int) number.Number {
	if digits < 0 {
		return number.Number{}
	}
	if digits < len(halves) {
		return halves[digits]
	}
	unit, _ := number.Int(10).Pow(-digits) // a power of ten exists
	return unit.Mul(number.Ratio(1, 2))
}

// halves are half a unit of the last of so many decimals, for what figures have.
var halves = [...]number.Number{
	number.Ratio(1, 2), number.Ratio(1, 20), number.Ratio(1, 200), number.Ratio(1, 2_000), number.Ratio(1, 20_000),
}

// ratio is compute for percentages and growth rates.
func (c comparison) ratio(id facts.Identity, printed int, values []number.Number) (comparison, bool) {
	exact, ok := percent(id.Kind, values[0], values[1])
	if !ok {
		return c, false
	}
	c.expected = exact.Round(id.Digits, number.RoundHalfUp)
	h := half(printed)
	least, _ := percent(id.Kind, values[0].Sub(h), values[1].Add(h))
	greatest, ok := percent(id.Kind, values[0].Add(h), values[1].Sub(h))
	c.tolerance = half(id.Digits).Add(half(id.Digits)).Add(exact.Sub(least))
	if up := half(id.Digits).Add(half(id.Digits)).Add(greatest.Sub(exact)); ok && up.Cmp(c.tolerance) > 0 {
		c.tolerance = up
	}
	if h.Sign() == 0 {
		c.tolerance = number.Number{}
	}
	return c, true
}

// percent is a in percent of b, or by how many percent a is above b. There is
// none of nothing.
func percent(kind facts.IdentityKind, a, b number.Number) (number.Number, bool) {
	if b.Sign() <= 0 {
		return number.Number{}, false
	}
	part, err := a.Div(b)
	if kind == facts.Growth {
		part = part.Sub(number.Int(1))
	}
	return part.Mul(number.Int(100)), err == nil
}
