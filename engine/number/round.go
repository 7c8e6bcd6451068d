package number

import "math/big"

// Mode says which way a number between two neighbours is rounded.
type Mode uint8

const (
	RoundHalfUp   Mode = iota // to the nearer, ties away from zero (四舍五入)
	RoundHalfEven             // to the nearer, ties to the even one
	RoundDown                 // towards zero
	RoundUp                   // away from zero
	RoundFloor                // towards minus infinity
	RoundCeil                 // towards plus infinity
)

// modeNames are the modes as frameworks write them, in the order of Modes.
var modeNames = [...]string{"half_up", "half_even", "down", "up", "floor", "ceil"}

// ParseMode reads a mode as frameworks write it: half_up, half_even, down, up,
// floor or ceil.
func ParseMode(text string) (Mode, bool) {
	for i, name := range modeNames {
		if name == text {
			return Mode(i), true
		}
	}
	return 0, false
}

// String is the mode as frameworks write it.
func (m Mode) String() string {
	if int(m) < len(modeNames) {
		return modeNames[m]
	}
	return "unknown mode"
}

// Round is x with so many decimals; negative digits round to tens, hundreds
// and so on. The work grows with |digits|, which is the caller's to limit.
func (x Number) Round(digits int, mode Mode) Number {
	if x.IsInt() && digits >= 0 {
		return x
	}
	whole := x.shift(digits).whole(mode)
	return whole.shift(-digits)
}

// Floor is the greatest whole number that is not above x.
func (x Number) Floor() Number { return x.whole(RoundFloor) }

// Ceil is the least whole number that is not below x.
func (x Number) Ceil() Number { return x.whole(RoundCeil) }

// shift is x times 10^digits.
func (x Number) shift(digits int) Number {
	switch {
	case digits == 0:
		return x
	case digits < 0:
		return x.Mul(powerOfTen(-digits).inverse())
	}
	return x.Mul(powerOfTen(digits))
}

// powerOfTen is 10^n, n >= 0.
func powerOfTen(n int) Number {
	if p, ok := pow10(n); ok {
		return Int(p)
	}
	return fromBigInt(powInt(big.NewInt(10), n))
}

// whole is x rounded to a whole number.
func (x Number) whole(mode Mode) Number {
	if x.IsInt() {
		return x
	}
	if n, d, ok := x.small(); ok {
		quo, rem := n/d, magnitude(n%d)
		if up(mode, sign(n), cmpProducts(rem, 2, uint64(d), 1), quo%2 != 0) {
			quo += int64(sign(n)) // cannot overflow: d >= 2
		}
		return Int(quo)
	}
	return wholeBig(x.big, mode)
}

func wholeBig(x *big.Rat, mode Mode) Number {
	quo, rem := new(big.Int).QuoRem(x.Num(), x.Denom(), new(big.Int))
	half := new(big.Int).Lsh(rem, 1).CmpAbs(x.Denom())
	if up(mode, x.Sign(), half, quo.Bit(0) == 1) {
		quo.Add(quo, big.NewInt(int64(x.Sign())))
	}
	return fromBigInt(quo)
}

// up tells whether a number that is not whole goes away from zero: sign is
// its sign, half compares its fraction with 1/2, odd is the parity of its whole
// part.
func up(mode Mode, sign, half int, odd bool) bool {
	switch mode {
	case RoundHalfUp:
		return half >= 0
	case RoundHalfEven:
		return half > 0 || half == 0 && odd
	case RoundUp:
		return true
	case RoundFloor:
		return sign < 0
	case RoundCeil:
		return sign > 0
	default: // RoundDown
		return false
	}
}
