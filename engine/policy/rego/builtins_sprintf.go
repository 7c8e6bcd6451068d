package rego

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"rubric/engine/message"
	"rubric/engine/number"
)

// sprintf knows the verbs %s %v %q (any value), %d %b %o %x %X %c %U (whole
// numbers; %x also texts), %f %F %e %E (numbers), %t (booleans) and %%, with
// the flags + - space 0 #, a width and a precision. Numbers are printed
// exactly: %f and %e round the exact value half up, and what rounds to zero has
// no sign; %v and %s print all digits, or a fraction such as 1/3. Anything else
// in the format, a value of another type and a count of values that does not
// fit are errors: no text has "%!" in it.
func sprintf(c *call, args []value) (value, *message.Message) {
	format, wrong := textOf(args[0])
	if wrong != nil {
		return nil, wrong
	}
	rest, wrong := arrayOf(args[1])
	if wrong != nil {
		return nil, wrong
	}
	out := c.writer()
	for format != "" {
		text, after, found := strings.Cut(format, "%")
		if format = after; found {
			var s string
			if s, format, rest, wrong = c.directive(after, rest); wrong != nil {
				return nil, wrong
			}
			text += s
		}
		if _, err := out.WriteString(text); err != nil {
			return nil, c.tooLong(math.MaxInt)
		}
	}
	if len(rest) > 0 {
		return nil, fault("rego.format_values")
	}
	return string(out.text), nil
}

// directive prints what a format says after a "%", and returns what is left of
// the format and of the values.
func (c *call) directive(format string, values []value) (string, string, []value, *message.Message) {
	v, after, wrong := nextVerb(format)
	if wrong != nil {
		return "", "", nil, wrong
	}
	if v.letter == '%' {
		return "%", after, values, nil
	}
	if len(values) == 0 {
		return "", "", nil, fault("rego.format_values")
	}
	s, wrong := v.print(c, values[0])
	if wrong != nil {
		return "", "", nil, wrong
	}
	return v.pad(s), after, values[1:], nil
}

// verb is one directive of a format; precision is -1 if none is given.
type verb struct {
	letter                           byte
	plus, minus, space, zero, number bool
	width, precision                 int
}

const (
	verbLetters = "%svqdboxXcUfFeEt"
	maxWidth    = 1000
)

// nextVerb is the verb that a format begins with behind its "%".
func nextVerb(format string) (v verb, after string, wrong *message.Message) {
	v, after, ok := parseVerb(format)
	if !ok {
		return v, after, fault("rego.format_verb", "verb", "%"+format[:len(format)-len(after)])
	}
	return v, after, nil
}

func parseVerb(format string) (v verb, after string, ok bool) {
	v.precision = -1
	i := 0
	for ; i < len(format) && v.flag(format[i]); i++ {
	}
	rest := format[i:]
	v.width, rest = leadingInt(rest)
	if fraction, dot := strings.CutPrefix(rest, "."); dot {
		v.precision, rest = leadingInt(fraction)
	}
	if rest == "" {
		return v, "", false
	}
	v.letter = rest[0]
	_, width := utf8.DecodeRuneInString(rest)
	after = rest[width:]
	ok = strings.IndexByte(verbLetters, v.letter) >= 0 && v.width <= maxWidth && v.precision <= maxWidth && v.sensible()
	return v, after, ok
}

func (v *verb) flag(c byte) bool {
	switch c {
	case '+':
		v.plus = true
	case '-':
		v.minus = true
	case ' ':
		v.space = true
	case '0':
		v.zero = true
	case '#':
		v.number = true
	default:
		return false
	}
	return true
}

// sensible refuses flags and precisions that say nothing about a verb.
func (v *verb) sensible() bool {
	switch v.letter {
	case 's', 'v':
		return !v.number && !v.plus && !v.space
	case 'q', 'c', 'U', 't':
		return !v.number && !v.plus && !v.space && v.precision < 0
	case '%':
		return *v == verb{letter: '%', precision: -1}
	case 'f', 'F', 'e', 'E':
		return !v.number
	}
	return true
}

// leadingInt reads digits; what is too large becomes just too large.
func leadingInt(s string) (int, string) {
	n := 0
	for s != "" && '0' <= s[0] && s[0] <= '9' {
		n = min(n*10+int(s[0]-'0'), maxWidth+1)
		s = s[1:]
	}
	return n, s
}

func (v *verb) print(c *call, arg value) (string, *message.Message) {
	switch v.letter {
	case 's', 'v':
		s, wrong := c.plainText(arg)
		return v.cut(s), wrong
	case 'q':
		s, wrong := c.plainText(arg)
		return strconv.Quote(s), wrong
	case 't':
		b, ok := scalar(arg).(bool)
		if !ok {
			return "", wrongType("boolean", arg)
		}
		return strconv.FormatBool(b), nil
	case 'x', 'X':
		if s, ok := textIn(arg); ok {
			return v.hexText(c, s)
		}
	}
	n, wrong := numberOf(arg)
	if wrong != nil {
		return "", wrong
	}
	switch v.letter {
	case 'f', 'F':
		return v.signed(n.Fixed(v.digits())), nil
	case 'e', 'E':
		return v.signed(scientific(n, v.digits(), v.letter)), nil
	}
	if i, small := n.Int64(); small && v.letter == 'd' && v.precision < 0 {
		return v.signed(strconv.FormatInt(i, 10)), nil
	}
	x, wrong := bigOf(n)
	if wrong != nil {
		return "", wrong
	}
	return v.whole(x)
}

// cut shortens a text to the precision, in characters.
func (v *verb) cut(s string) string {
	if v.precision < 0 || utf8.RuneCountInString(s) <= v.precision {
		return s
	}
	return string([]rune(s)[:v.precision])
}

func (v *verb) digits() int {
	if v.precision < 0 {
		return 6
	}
	return v.precision
}

func (v *verb) hexText(c *call, s string) (string, *message.Message) {
	if v.precision >= 0 || v.space || v.number || v.plus {
		return "", fault("rego.format_verb", "verb", "%"+string(rune(v.letter)))
	}
	const lower = "0123456789abcdef"
	if wrong := c.tooLong(2 * len(s)); wrong != nil {
		return "", wrong
	}
	out := make([]byte, 0, 2*len(s))
	for _, b := range []byte(s) {
		out = append(out, lower[b>>4], lower[b&15])
	}
	if v.letter == 'X' {
		return strings.ToUpper(string(out)), nil
	}
	return string(out), nil
}

// whole prints a whole number.
func (v *verb) whole(x *big.Int) (string, *message.Message) {
	if v.letter == 'c' || v.letter == 'U' {
		return v.character(x)
	}
	base, prefix := 10, ""
	switch v.letter {
	case 'b':
		base, prefix = 2, "0b"
	case 'o':
		base, prefix = 8, "0"
	case 'x', 'X':
		base, prefix = 16, "0"+string(rune(v.letter))
	}
	s := new(big.Int).Abs(x).Text(base)
	if v.letter == 'X' {
		s = strings.ToUpper(s)
	}
	if short := v.precision - len(s); short > 0 {
		s = strings.Repeat("0", short) + s
	}
	if v.number && base != 10 {
		s = prefix + s
	}
	if x.Sign() < 0 {
		s = "-" + s
	}
	return v.signed(s), nil
}

func (v *verb) character(x *big.Int) (string, *message.Message) {
	if !x.IsInt64() || x.Int64() < 0 || x.Int64() > utf8.MaxRune || !utf8.ValidRune(rune(x.Int64())) {
		return "", fault("rego.no_character", "value", x.String())
	}
	if v.letter == 'c' {
		return string(rune(x.Int64())), nil
	}
	hex := strings.ToUpper(x.Text(16))
	return "U+" + strings.Repeat("0", max(4-len(hex), 0)) + hex, nil
}

// signed puts a plus or a blank before what is not negative.
func (v *verb) signed(s string) string {
	switch {
	case strings.HasPrefix(s, "-"):
		return s
	case v.plus:
		return "+" + s
	case v.space:
		return " " + s
	}
	return s
}

// pad fills up to the width: with zeros after the sign of a number, if so
// flagged, else with blanks.
func (v *verb) pad(s string) string {
	missing := v.width - utf8.RuneCountInString(s)
	switch {
	case missing <= 0:
		return s
	case v.minus:
		return s + strings.Repeat(" ", missing)
	case v.zero && v.padsZeros():
		head := 0
		if s[0] == '-' || s[0] == '+' || s[0] == ' ' {
			head = 1
		}
		return s[:head] + strings.Repeat("0", missing) + s[head:]
	}
	return strings.Repeat(" ", missing) + s
}

func (v *verb) padsZeros() bool {
	switch v.letter {
	case 'd', 'b', 'o', 'x', 'X':
		return v.precision < 0 && !v.number
	case 'f', 'F', 'e', 'E':
		return true
	}
	return false
}

// scientific prints d.ddde±xx with so many digits after the point.
func scientific(n number.Number, digits int, letter byte) string {
	if n.Sign() == 0 {
		return withExponent("0"+strings.Repeat("0", digits), 0, letter)
	}
	exponent := decimalExponent(n)
	s := mantissa(n, digits-exponent)
	if len(s) > digits+1 { // rounded up to the next power of ten
		exponent++
		s = s[:digits+1]
	}
	s = withExponent(s, exponent, letter)
	if n.Sign() < 0 {
		return "-" + s
	}
	return s
}

// mantissa is |n|·10^shift rounded half up to a whole number.
func mantissa(n number.Number, shift int) string {
	scaled := n.Abs().Rat()
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(shift, -shift))), nil)
	if shift < 0 {
		scaled.Quo(scaled, new(big.Rat).SetInt(power))
	} else {
		scaled.Mul(scaled, new(big.Rat).SetInt(power))
	}
	return number.FromRat(scaled).Fixed(0)
}

// decimalExponent is the e for which 10^e <= |n| < 10^(e+1).
func decimalExponent(n number.Number) int {
	r := n.Abs().Rat()
	e := len(r.Num().String()) - len(r.Denom().String())
	power := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(e, -e))), nil))
	if e < 0 {
		power.Inv(power)
	}
	if r.Cmp(power) < 0 {
		e--
	}
	return e
}

func withExponent(digits string, exponent int, letter byte) string {
	s := digits[:1]
	if len(digits) > 1 {
		s += "." + digits[1:]
	}
	sign := "+"
	if exponent < 0 {
		sign, exponent = "-", -exponent
	}
	e := strconv.Itoa(exponent)
	if len(e) < 2 {
		e = "0" + e
	}
	return s + string(rune(letter)) + sign + e
}
