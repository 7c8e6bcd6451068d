package number

import (
	"fmt"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
)

// Limits of a number as text. They are checked before any arithmetic.
const (
	MaxDigits   = 200 // digits written, the exponent's aside
	MaxExponent = 200 // the exponent written, up or down
)

// maxDecimals is up to where String writes decimals rather than a fraction.
const maxDecimals = 30

// Parse reads a number as JSON writes it: no leading zeros or plus sign, no
// other bases, no NaN, no blanks. The errors are ErrSyntax and ErrTooLarge.
func Parse(s string) (Number, error) {
	t, ok := scan(s)
	if !ok {
		return Number{}, fmt.Errorf("%w: %q", ErrSyntax, clip(s))
	}
	exponent, ok := t.exponentValue()
	if !ok || len(t.whole)+len(t.fraction) > MaxDigits {
		return Number{}, fmt.Errorf("%w: %s", ErrTooLarge, clip(s))
	}
	if n, ok := t.decimal(); ok {
		return n, nil
	}
	n := digitsValue(t.whole, t.fraction)
	if t.negative {
		n = n.Neg()
	}
	return n.shift(exponent - len(t.fraction)), nil
}

// decimal is the value of a token with few digits and no exponent, as most
// facts are: the small form without going through the general way.
func (t token) decimal() (n Number, ok bool) {
	if t.exponent != "" || len(t.whole)+len(t.fraction) > 18 {
		return n, false
	}
	m := int64(0)
	for _, digits := range [...]string{t.whole, t.fraction} {
		for i := range len(digits) {
			m = m*10 + int64(digits[i]-'0')
		}
	}
	if t.negative {
		m = -m
	}
	return Decimal(m, len(t.fraction)), true
}

// ParseFraction reads a number as Parse does, or two of them as a fraction
// such as "1/3". The errors are Parse's and ErrDivisionByZero.
func ParseFraction(s string) (Number, error) {
	above, below, found := strings.Cut(s, "/")
	x, err := Parse(above)
	if err != nil || !found {
		return x, err
	}
	y, err := Parse(below)
	if err != nil {
		return Number{}, err
	}
	return x.Div(y)
}

// token is a JSON number taken apart; its parts share memory with the text.
type token struct {
	negative         bool
	whole, fraction  string // digits
	negativeExponent bool
	exponent         string // digits, "" for none
}

// scan takes s apart by the grammar of RFC 8259, section 6.
func scan(s string) (t token, ok bool) {
	s, t.negative = strings.CutPrefix(s, "-")
	t.whole, s = cutDigits(s)
	if t.whole == "" || len(t.whole) > 1 && t.whole[0] == '0' {
		return t, false
	}
	if rest, dot := strings.CutPrefix(s, "."); dot {
		if t.fraction, s = cutDigits(rest); t.fraction == "" {
			return t, false
		}
	}
	if s != "" && (s[0] == 'e' || s[0] == 'E') {
		s = s[1:]
		if s != "" && (s[0] == '-' || s[0] == '+') {
			t.negativeExponent = s[0] == '-'
			s = s[1:]
		}
		if t.exponent, s = cutDigits(s); t.exponent == "" {
			return t, false
		}
	}
	return t, s == ""
}

func cutDigits(s string) (digits, rest string) {
	i := 0
	for i < len(s) && '0' <= s[i] && s[i] <= '9' {
		i++
	}
	return s[:i], s[i:]
}

// exponentValue is the exponent, or false if it is above MaxExponent.
func (t token) exponentValue() (int, bool) {
	digits := strings.TrimLeft(t.exponent, "0")
	if digits == "" {
		return 0, true
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n > MaxExponent {
		return 0, false
	}
	if t.negativeExponent {
		return -n, true
	}
	return n, true
}

// digitsValue is the whole number that two runs of digits write together, at
// most MaxDigits of them.
func digitsValue(whole, fraction string) Number {
	if len(whole)+len(fraction) > 18 { // may not fit an int64
		n, _ := new(big.Int).SetString(whole+fraction, 10)
		return fromBigInt(n)
	}
	var n int64
	for _, digits := range [...]string{whole, fraction} {
		for _, digit := range []byte(digits) {
			n = 10*n + int64(digit-'0')
		}
	}
	return Int(n)
}

// clip keeps error texts short, whatever was read.
func clip(s string) string {
	const longest = 40
	if len(s) <= longest {
		return s
	}
	return s[:longest] + "…"
}

// String is x exactly, and the same for equal numbers: the shortest decimal
// if there is one of at most 30 decimals, else a fraction in lowest terms, such
// as "1/3".
func (x Number) String() string {
	n, d, small := x.small()
	if small && d == 1 {
		return strconv.FormatInt(n, 10)
	}
	if x.IsInt() {
		return x.big.Num().String()
	}
	if digits, ok := x.decimals(); ok {
		return withPoint(x.shift(digits), digits)
	}
	if small {
		return strconv.FormatInt(n, 10) + "/" + strconv.FormatInt(d, 10)
	}
	return x.big.String()
}

// decimals is how many decimals write x exactly, or false if maxDecimals do
// not: as many as the denominator has factors 2, or 5 if those are more, and
// it may have no others. x is not whole.
func (x Number) decimals() (digits int, ok bool) {
	_, d, small := x.small()
	if !small {
		digits, ok = x.big.FloatPrec()
		return digits, ok && digits <= maxDecimals
	}
	twos, fives := bits.TrailingZeros64(uint64(d)), 0
	for d >>= twos; d%5 == 0; d /= 5 {
		fives++
	}
	digits = max(twos, fives)
	return digits, d == 1 && digits <= maxDecimals
}

// Fixed is x rounded half up, written with exactly so many decimals; a number
// that rounds to zero has no sign. Negative digits round to tens, hundreds and
// so on. The work grows with |digits|, which is the caller's to limit.
func (x Number) Fixed(digits int) string {
	if digits <= 0 {
		return x.Round(digits, RoundHalfUp).String()
	}
	return withPoint(x.shift(digits).whole(RoundHalfUp), digits)
}

// withPoint writes a whole number with a decimal point before its last digits.
func withPoint(whole Number, digits int) string {
	n, small := whole.Int64()
	if !small {
		text := new(big.Int).Abs(whole.big.Num()).String()
		return string(appendPoint(nil, whole.Sign() < 0, text, digits))
	}
	var unsigned, text [32]byte
	return string(appendPoint(text[:0], n < 0, strconv.AppendUint(unsigned[:0], magnitude(n), 10), digits))
}

func appendPoint[T string | []byte](to []byte, negative bool, unsigned T, digits int) []byte {
	if negative {
		to = append(to, '-')
	}
	for short := digits + 1 - len(unsigned); short > 0; short-- {
		if to = append(to, '0'); short == digits+1-len(unsigned) {
			to = append(to, '.')
		}
	}
	point := len(unsigned) - digits
	if point <= 0 {
		return append(to, unsigned...)
	}
	to = append(append(to, unsigned[:point]...), '.')
	return append(to, unsigned[point:]...)
}
