// Package number holds the exact numbers of rubric: rationals with a small
// fast path and a big fallback. No value ever passes through a binary float.
//
// A Number is immutable; its zero value is 0. Compare with Equal or Cmp, never
// with ==.
//
// What comes in as text is limited (MaxDigits, MaxExponent) before any big
// arithmetic begins. What arithmetic then makes of it is not: long chains of
// Add and Mul can grow without bound, and budgets are the caller's. Bits tells
// the size to charge for.
package number

import (
	"errors"
	"math"
	"math/big"
	"math/bits"
)

// Number is an exact rational number, always in lowest terms.
type Number struct {
	num int64    // numerator of the small form, never math.MinInt64, so that it can be negated
	den int64    // denominator of the small form, > 0; 0 stands for 1
	big *big.Rat // when set, the value, which then has no small form; num and den are unused
}

// The errors of this package; test for them with errors.Is.
var (
	ErrSyntax         = errors.New("not a number")
	ErrTooLarge       = errors.New("number too large")
	ErrDivisionByZero = errors.New("division by zero")
	ErrNotWhole       = errors.New("not a whole number")
	ErrDomain         = errors.New("no growth rate: it needs a start above zero, an end of zero or more and at least one period")
)

// Int is the whole number n.
func Int(n int64) Number {
	if n == math.MinInt64 {
		return Number{big: new(big.Rat).SetInt64(n)}
	}
	return Number{num: n, den: 1}
}

// Ratio is a/b, for constants and counts: it panics when b is 0.
func Ratio(a, b int64) Number {
	if b == 0 {
		panic("number: Ratio with denominator 0")
	}
	if a == math.MinInt64 || b == math.MinInt64 {
		return FromRat(big.NewRat(a, b))
	}
	if b < 0 {
		a, b = -a, -b
	}
	return reduced(a, b)
}

// Decimal is m / 10^scale, for a scale of 0 to 18 and an m that is not
// math.MinInt64.
func Decimal(m int64, scale int) Number {
	if scale == 0 || m == 0 {
		return Number{num: m, den: 1}
	}
	twos := min(bits.TrailingZeros64(uint64(m)), scale)
	fives := scale
	for fives > 0 && m%5 == 0 {
		m /= 5
		fives--
	}
	return Number{num: m >> twos, den: powersOfFive[fives] << (scale - twos)}
}

// FromRat is the value of r, which is copied.
func FromRat(r *big.Rat) Number { return demoted(new(big.Rat).Set(r)) }

// Rat is x as a big.Rat that the caller may change.
func (x Number) Rat() *big.Rat { return new(big.Rat).Set(x.rat()) }

// reduced is the small number a/b in lowest terms; b > 0, a not MinInt64.
func reduced(a, b int64) Number {
	if b == 1 {
		return Number{num: a, den: 1}
	}
	g := gcd(magnitude(a), uint64(b))
	return Number{num: a / int64(g), den: b / int64(g)}
}

// demoted takes r over, in the small form if it has one. Every value so has
// exactly one form.
func demoted(r *big.Rat) Number {
	n, d := r.Num(), r.Denom()
	if n.IsInt64() && d.IsInt64() && n.Int64() != math.MinInt64 {
		return Number{num: n.Int64(), den: d.Int64()}
	}
	return Number{big: r}
}

// small is the small form, or ok false if x is big.
func (x Number) small() (num, den int64, ok bool) {
	if x.den == 0 {
		return x.num, 1, x.big == nil
	}
	return x.num, x.den, x.big == nil
}

// rat is x for reading: it may share memory with x.
func (x Number) rat() *big.Rat {
	if x.big != nil {
		return x.big
	}
	n, d, _ := x.small()
	return big.NewRat(n, d)
}

// Sign is -1, 0 or 1.
func (x Number) Sign() int {
	if x.big != nil {
		return x.big.Sign()
	}
	return sign(x.num)
}

// IsInt tells whether x is a whole number.
func (x Number) IsInt() bool {
	if x.big != nil {
		return x.big.IsInt()
	}
	return x.den <= 1
}

// Int64 is x as an int64, or false when x is not whole or does not fit.
func (x Number) Int64() (int64, bool) {
	if x.big != nil {
		return x.big.Num().Int64(), x.big.IsInt() && x.big.Num().IsInt64()
	}
	return x.num, x.den <= 1
}

// Bits is the size of x: the bits of its numerator and its denominator
// together. Budgets charge for it.
func (x Number) Bits() int {
	r := x.big
	if r == nil {
		n, d, _ := x.small()
		return bitLen(n) + bitLen(d)
	}
	return r.Num().BitLen() + r.Denom().BitLen()
}
