package number

import (
	"cmp"
	"math/big"
	"math/bits"
)

// Limits of Pow and GrowthRate.
const (
	MaxPower = 1000    // the largest |n| of Pow
	MaxBits  = 1 << 16 // the largest result, in Bits
)

// Neg is -x.
func (x Number) Neg() Number {
	if n, d, ok := x.small(); ok {
		return Number{num: -n, den: d}
	}
	return demoted(new(big.Rat).Neg(x.big))
}

// Abs is |x|.
func (x Number) Abs() Number {
	if x.Sign() < 0 {
		return x.Neg()
	}
	return x
}

// Add is x + y.
func (x Number) Add(y Number) Number {
	if sum, ok := addSmall(x, y); ok {
		return sum
	}
	return demoted(new(big.Rat).Add(x.rat(), y.rat()))
}

// addSmall brings both to the least common denominator b/g*d, so that sums
// that fit the small form seldom overflow on the way.
func addSmall(x, y Number) (sum Number, ok bool) {
	a, b, okX := x.small()
	c, d, okY := y.small()
	if !okX || !okY {
		return Number{}, false
	}
	g := int64(1)
	if b != 1 && d != 1 {
		g = int64(gcd(uint64(b), uint64(d)))
	}
	left, ok1 := mul(a, d/g)
	right, ok2 := mul(c, b/g)
	num, ok3 := add(left, right)
	den, ok4 := mul(b/g, d)
	if !(ok1 && ok2 && ok3 && ok4) {
		return Number{}, false
	}
	return reduced(num, den), true
}

// Sub is x - y.
func (x Number) Sub(y Number) Number { return x.Add(y.Neg()) }

// Mul is x * y.
func (x Number) Mul(y Number) Number {
	a, b, okX := x.small()
	c, d, okY := y.small()
	if okX && okY {
		if product, ok := mulSmall(a, b, c, d); ok {
			return product
		}
	}
	return demoted(new(big.Rat).Mul(x.rat(), y.rat()))
}

// mulSmall is a/b * c/d. Cancelling crosswise first leaves the product in
// lowest terms, so it overflows only if the product has no small form.
func mulSmall(a, b, c, d int64) (product Number, ok bool) {
	if d != 1 {
		g := int64(gcd(magnitude(a), uint64(d)))
		a, d = a/g, d/g
	}
	if b != 1 {
		g := int64(gcd(magnitude(c), uint64(b)))
		c, b = c/g, b/g
	}
	num, ok1 := mul(a, c)
	den, ok2 := mul(b, d)
	return Number{num: num, den: den}, ok1 && ok2
}

// Div is x / y, or ErrDivisionByZero.
func (x Number) Div(y Number) (Number, error) {
	if y.Sign() == 0 {
		return Number{}, ErrDivisionByZero
	}
	return x.Mul(y.inverse()), nil
}

// inverse is 1/x; x is not 0.
func (x Number) inverse() Number {
	n, d, ok := x.small()
	switch {
	case !ok:
		return demoted(new(big.Rat).Inv(x.big))
	case n < 0:
		return Number{num: -d, den: -n}
	}
	return Number{num: d, den: n}
}

// Rem is the remainder of x divided by y, with the sign of x, as in Go. The
// errors are ErrNotWhole, if one of them is not whole, and ErrDivisionByZero.
func (x Number) Rem(y Number) (Number, error) {
	if !x.IsInt() || !y.IsInt() {
		return Number{}, ErrNotWhole
	}
	if y.Sign() == 0 {
		return Number{}, ErrDivisionByZero
	}
	if x.big == nil && y.big == nil {
		return Int(x.num % y.num), nil
	}
	return fromBigInt(new(big.Int).Rem(x.rat().Num(), y.rat().Num())), nil
}

// Cmp is -1, 0 or 1 as x is less than, equal to or greater than y.
func (x Number) Cmp(y Number) int {
	a, b, okX := x.small()
	c, d, okY := y.small()
	if !okX || !okY {
		return x.rat().Cmp(y.rat())
	}
	if sign(a) != sign(c) {
		return cmp.Compare(sign(a), sign(c))
	}
	return sign(a) * cmpProducts(magnitude(a), uint64(d), magnitude(c), uint64(b))
}

// cmpProducts compares a*b with c*d in 128 bits.
func cmpProducts(a, b, c, d uint64) int {
	hi1, lo1 := bits.Mul64(a, b)
	hi2, lo2 := bits.Mul64(c, d)
	if hi1 != hi2 {
		return cmp.Compare(hi1, hi2)
	}
	return cmp.Compare(lo1, lo2)
}

// Equal tells whether x and y are the same number.
func (x Number) Equal(y Number) bool { return x.Cmp(y) == 0 }

// Pow is x to the power n, exactly; 0 to the power 0 is 1. The errors are
// ErrDivisionByZero, for 0 to a negative power, and ErrTooLarge, for |n| above
// MaxPower and results above MaxBits; they come before the work.
func (x Number) Pow(n int) (Number, error) {
	if n < -MaxPower || n > MaxPower {
		return Number{}, ErrTooLarge
	}
	if n < 0 {
		if x.Sign() == 0 {
			return Number{}, ErrDivisionByZero
		}
		x, n = x.inverse(), -n
	}
	r := x.rat()
	if tooLargePower(r.Num(), n) || tooLargePower(r.Denom(), n) {
		return Number{}, ErrTooLarge
	}
	p := demoted(new(big.Rat).SetFrac(powInt(r.Num(), n), powInt(r.Denom(), n)))
	if p.Bits() > MaxBits {
		return Number{}, ErrTooLarge
	}
	return p, nil
}

// tooLargePower tells that x^n is certainly above MaxBits: it has at least
// (BitLen(x)-1)*n bits.
func tooLargePower(x *big.Int, n int) bool { return n > 0 && x.BitLen() > MaxBits/n+1 }

func powInt(x *big.Int, n int) *big.Int {
	return new(big.Int).Exp(x, big.NewInt(int64(n)), nil)
}

func fromBigInt(n *big.Int) Number { return demoted(new(big.Rat).SetInt(n)) }

// Min is the smaller of two numbers.
func Min(a, b Number) Number {
	if b.Cmp(a) < 0 {
		return b
	}
	return a
}

// Max is the greater of two numbers.
func Max(a, b Number) Number {
	if b.Cmp(a) > 0 {
		return b
	}
	return a
}
