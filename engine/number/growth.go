package number

import "math/big"

// GrowthRate is the average growth from v0 to v1 over so many periods,
// (v1/v0)^(1/periods) - 1, as a ratio (0.08 for 8%) rounded half up to so many
// decimals. The root is irrational as a rule; it is never approximated: the
// rounding is decided by comparing whole powers. A threshold on a growth rate
// is better put as v1/v0 > 1.08^n, with Pow, which needs no rounding at all.
//
// The errors are ErrDomain for v0 <= 0, v1 < 0 or periods < 1, and ErrTooLarge
// if digits is not within 0 to MaxExponent or the powers exceed MaxBits.
func GrowthRate(v0, v1 Number, periods, digits int) (Number, error) {
	if v0.Sign() <= 0 || v1.Sign() < 0 || periods < 1 {
		return Number{}, ErrDomain
	}
	if digits < 0 || digits > MaxExponent || periods > MaxBits || v0.Bits()+v1.Bits() > MaxBits {
		return Number{}, ErrTooLarge
	}
	ratio := v1.Mul(v0.inverse()).rat()
	unit := new(big.Int).Lsh(powInt(big.NewInt(10), digits), 1) // half of the last decimal
	if unit.BitLen()*periods+ratio.Num().BitLen() > MaxBits {
		return Number{}, ErrTooLarge
	}
	halves, exact := scaledRoot(ratio, unit, periods)
	halves.Sub(halves, unit)
	return roundHalves(halves, exact).shift(-digits), nil
}

// scaledRoot is the whole part of unit * ratio^(1/n), and whether that is all
// of it. It uses that the whole part of a root is the root of the whole part.
func scaledRoot(ratio *big.Rat, unit *big.Int, n int) (root *big.Int, exact bool) {
	power := powInt(unit, n)
	power.Mul(power, ratio.Num())
	quo, rem := power.QuoRem(power, ratio.Denom(), new(big.Int))
	root = wholeRoot(quo, n)
	return root, rem.Sign() == 0 && powInt(root, n).Cmp(quo) == 0
}

// roundHalves rounds a number of halves to a whole number, half up. Where
// halves is only the whole part of it, any fraction of a half in its place
// rounds the same way: a half of a half is put there.
func roundHalves(halves *big.Int, exact bool) Number {
	quarters := new(big.Int).Lsh(halves, 1)
	if !exact {
		quarters.Add(quarters, big.NewInt(1))
	}
	return fromBigInt(quarters).Mul(Ratio(1, 4)).whole(RoundHalfUp)
}

// wholeRoot is the greatest r with r^n <= x, for x >= 0, n >= 1. The upper
// half of its bits is found first; Newton's method then comes down on r from
// just above it.
func wholeRoot(x *big.Int, n int) *big.Int {
	if x.BitLen() <= n { // x < 2^n
		return big.NewInt(int64(x.Sign()))
	}
	shift := uint(x.BitLen()/n+1) / 2
	r := wholeRoot(new(big.Int).Rsh(x, shift*uint(n)), n)
	r.Add(r, big.NewInt(1)).Lsh(r, shift)
	for {
		next := newton(x, r, n)
		if next.Cmp(r) >= 0 {
			return r
		}
		r = next
	}
}

// newton is ((n-1)*r + x/r^(n-1)) / n.
func newton(x, r *big.Int, n int) *big.Int {
	next := new(big.Int).Quo(x, powInt(r, n-1))
	next.Add(next, new(big.Int).Mul(r, big.NewInt(int64(n-1))))
	return next.Quo(next, big.NewInt(int64(n)))
}
