package number

import (
	"math"
	"math/bits"
)

// The arithmetic of the small form: every function that can overflow says so
// with ok false, and then the caller goes the big way.

func sign(n int64) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

// magnitude is |n|, for MinInt64 too.
func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

func bitLen(n int64) int { return bits.Len64(magnitude(n)) }

// gcd takes halves and differences, which are quicker than remainders.
func gcd(a, b uint64) uint64 {
	if a == 0 || b == 0 {
		return a | b
	}
	twos := bits.TrailingZeros64(a | b)
	for a >>= bits.TrailingZeros64(a); b != 0; b -= a {
		b >>= bits.TrailingZeros64(b)
		if a > b {
			a, b = b, a
		}
	}
	return a << twos
}

// signed is m with the sign given; MinInt64 counts as overflow.
func signed(m uint64, negative bool) (n int64, ok bool) {
	if m > math.MaxInt64 {
		return 0, false
	}
	if negative {
		return -int64(m), true
	}
	return int64(m), true
}

func mul(a, b int64) (product int64, ok bool) {
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	if hi != 0 {
		return 0, false
	}
	return signed(lo, (a < 0) != (b < 0))
}

func add(a, b int64) (sum int64, ok bool) {
	sum = a + b // wraps around, as Go defines it
	wrapped := (a < 0) == (b < 0) && (sum < 0) != (a < 0)
	return sum, !wrapped && sum != math.MinInt64
}

// pow10 is 10^n for 0 <= n <= 18.
func pow10(n int) (power int64, ok bool) {
	if n < 0 || n > 18 {
		return 0, false
	}
	power = 1
	for range n {
		power *= 10
	}
	return power, true
}

// powersOfFive are 5^0 to 5^18.
var powersOfFive = [...]int64{
	1, 5, 25, 125, 625, 3125, 15625, 78125, 390625, 1953125, 9765625, 48828125, 244140625, 1220703125,
	6103515625, 30517578125, 152587890625, 762939453125, 3814697265625,
}
