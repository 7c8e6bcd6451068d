package number

import (
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

func parse(t testing.TB, text string) Number {
	t.Helper()
	n, err := ParseFraction(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return n
}

func bigRat(text string) *big.Rat {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		panic(text)
	}
	return r
}

// samples are numbers around every edge of the small form, and random ones.
func samples() []Number {
	edges := []int64{0, 1, -1, 2, -2, 3, 10, 1 << 31, 1<<32 - 1, 1 << 62, math.MaxInt64, math.MaxInt64 - 1, math.MinInt64, math.MinInt64 + 1}
	ns := []Number{{}}
	for _, a := range edges {
		ns = append(ns, Int(a))
		for _, b := range edges {
			if b != 0 {
				ns = append(ns, Ratio(a, b))
			}
		}
	}
	for _, text := range []string{"1e100", "-1e-100", "9223372036854775808", "-9223372036854775809", "0.1", "986357525555293.80"} {
		n, _ := Parse(text)
		ns = append(ns, n)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		a, b := r.Int64()>>r.IntN(63), r.Int64()>>r.IntN(63)
		ns = append(ns, Ratio(a-b, b+1))
	}
	return ns
}

// checkForm holds the invariants that everything else relies on.
func checkForm(t *testing.T, n Number) {
	t.Helper()
	num, den, ok := n.small()
	switch {
	case ok && (den < 1 || num == math.MinInt64 || gcd(magnitude(num), uint64(den)) != 1):
		t.Errorf("bad small form %d/%d", num, den)
	case !ok && demoted(n.big).big == nil:
		t.Errorf("%v has a small form", n.big)
	}
}

// Every operation against big.Rat.
func TestArithmeticIsThatOfRationals(t *testing.T) {
	check := func(op string, x, y, got Number, want *big.Rat) {
		t.Helper()
		if got.rat().Cmp(want) != 0 {
			t.Errorf("%v %s %v = %v, want %v", x, op, y, got, want)
		}
		checkForm(t, got)
	}
	for _, x := range samples() {
		check("neg", x, x, x.Neg(), new(big.Rat).Neg(x.rat()))
		check("abs", x, x, x.Abs(), new(big.Rat).Abs(x.rat()))
		check("rat", x, x, FromRat(x.Rat()), x.rat())
		for _, y := range samples() {
			check("+", x, y, x.Add(y), new(big.Rat).Add(x.rat(), y.rat()))
			check("-", x, y, x.Sub(y), new(big.Rat).Sub(x.rat(), y.rat()))
			check("*", x, y, x.Mul(y), new(big.Rat).Mul(x.rat(), y.rat()))
			if y.Sign() != 0 {
				q, err := x.Div(y)
				if err != nil {
					t.Fatal(err)
				}
				check("/", x, y, q, new(big.Rat).Quo(x.rat(), y.rat()))
			}
			if got, want := x.Cmp(y), x.rat().Cmp(y.rat()); got != want || x.Equal(y) != (want == 0) {
				t.Errorf("%v cmp %v = %d, want %d", x, y, got, want)
			}
		}
	}
}

func TestRoundingIsThatOfRationals(t *testing.T) {
	for _, x := range samples() {
		floor := new(big.Int).Div(x.rat().Num(), x.rat().Denom()) // Euclidean, so down for a positive divisor
		if x.Floor().rat().Cmp(new(big.Rat).SetInt(floor)) != 0 {
			t.Errorf("floor of %v is %v", x, x.Floor())
		}
		if !x.Ceil().Equal(x.Neg().Floor().Neg()) {
			t.Errorf("ceil of %v is %v", x, x.Ceil())
		}
		for _, digits := range []int{0, 2, 25} {
			want := bigRat(x.rat().FloatString(digits)) // rounds half away from zero
			if got := x.Round(digits, RoundHalfUp); got.rat().Cmp(want) != 0 {
				t.Errorf("%v rounded to %d is %v, want %v", x, digits, got, want)
			}
			checkForm(t, x.Round(digits, RoundHalfUp))
		}
	}
}

func TestTextComesBack(t *testing.T) {
	for _, x := range samples() {
		if back := parse(t, x.String()); !back.Equal(x) {
			t.Errorf("%v comes back as %v", x, back)
		}
	}
}

// The numbers on which floating-point engines go wrong.
func TestExactWhereFloatsAreNot(t *testing.T) {
	n := func(text string) Number { return parse(t, text) }
	third := Ratio(1, 3)
	var tenths Number
	for range 10 {
		tenths = tenths.Add(n("0.1"))
	}
	tests := []struct{ got, want Number }{
		{n("0.1").Add(n("0.2")), n("0.3")},
		{n("0.3").Sub(n("0.1")), n("0.2")},
		{tenths, n("1")},
		{n("3").Sub(third).Sub(third).Sub(third), n("2")},
		{n("3").Sub(third.Mul(n("3")).Mul(n("3"))), n("0")}, // three times a third of the weight 3
		{n("986357525555293.80").Sub(n("986357525555293.70")), n("0.1")},
		{n("1.0"), n("1")},
		{n("1e2"), n("100")},
		{n("-0"), Number{}},
	}
	for i, tt := range tests {
		if !tt.got.Equal(tt.want) {
			t.Errorf("%d: %v, want %v", i, tt.got, tt.want)
		}
	}
	if n("986357525555293.80").Cmp(n("986357525555293.70")) != 1 {
		t.Error("large amounts that differ by a dime compare equal")
	}
}

func TestEdgesOfTheSmallForm(t *testing.T) {
	n := func(text string) Number { return parse(t, text) }
	tests := []struct {
		name string
		got  Number
		want string
		big  bool
	}{
		{"max + 1", Int(math.MaxInt64).Add(Int(1)), "9223372036854775808", true},
		{"and back", Int(math.MaxInt64).Add(Int(1)).Sub(Int(1)), "9223372036854775807", false},
		{"min", Int(math.MinInt64), "-9223372036854775808", true},
		{"min negated", Int(math.MinInt64).Neg(), "9223372036854775808", true},
		{"min + 1", Int(math.MinInt64).Add(Int(1)), "-9223372036854775807", false},
		{"sum that is min", Int(math.MinInt64 + 1).Sub(Int(1)), "-9223372036854775808", true},
		{"min / min", Ratio(math.MinInt64, math.MinInt64), "1", false},
		{"1 / min", Ratio(1, math.MinInt64), "-1/9223372036854775808", true},
		{"negative denominator", Ratio(2, -4), "-0.5", false},
		{"product that cancels", Ratio(math.MaxInt64, 2).Mul(Ratio(2, math.MaxInt64)), "1", false},
		{"product that is 2^63", Int(1 << 62).Mul(Int(2)), "9223372036854775808", true},
		{"product that is -2^63", Int(1 << 62).Mul(Int(-2)), "-9223372036854775808", true},
		{"big times zero", n("1e100").Mul(Int(0)), "0", false},
		{"zero value", Number{}.Add(Number{}).Neg(), "0", false},
		{"zero value times", Number{}.Mul(Ratio(1, 3)), "0", false},
	}
	for _, tt := range tests {
		if tt.got.String() != tt.want || (tt.got.big != nil) != tt.big {
			t.Errorf("%s: %v, big %v; want %s", tt.name, tt.got, tt.got.big != nil, tt.want)
		}
		checkForm(t, tt.got)
	}
}

func TestInt64(t *testing.T) {
	tests := []struct {
		text string
		want int64
		ok   bool
	}{
		{"0", 0, true}, {"-7", -7, true}, {"1/2", 0, false}, {"2.0", 2, true},
		{"9223372036854775807", math.MaxInt64, true}, {"9223372036854775808", 0, false},
		{"-9223372036854775808", math.MinInt64, true}, {"1e30", 0, false}, {"1e-30", 0, false},
	}
	for _, tt := range tests {
		got, ok := parse(t, tt.text).Int64()
		if ok != tt.ok || ok && got != tt.want {
			t.Errorf("%s: %d, %v", tt.text, got, ok)
		}
	}
	if n, ok := (Number{}).Int64(); n != 0 || !ok || !(Number{}).IsInt() {
		t.Error("the zero value is not the whole number 0")
	}
}

func TestDivisionErrors(t *testing.T) {
	if _, err := Int(1).Div(Number{}); !errors.Is(err, ErrDivisionByZero) {
		t.Errorf("1/0: %v", err)
	}
	tests := []struct {
		x, y, want string
		err        error
	}{
		{"7", "3", "1", nil}, {"-7", "3", "-1", nil}, {"7", "-3", "1", nil}, {"6", "3", "0", nil},
		{"1e30", "7", "1", nil}, // 10 = 3 mod 7, 3^6 = 1, 30 = 5*6
		{"-9223372036854775808", "-1", "0", nil},
		{"7", "1e30", "7", nil},
		{"7", "0", "", ErrDivisionByZero}, {"1e30", "0", "", ErrDivisionByZero},
		{"7.5", "2", "", ErrNotWhole}, {"7", "0.5", "", ErrNotWhole},
	}
	for _, tt := range tests {
		got, err := parse(t, tt.x).Rem(parse(t, tt.y))
		if !errors.Is(err, tt.err) || err == nil && got.String() != tt.want {
			t.Errorf("%s rem %s = %v, %v", tt.x, tt.y, got, err)
		}
	}
}

func TestRatioPanicsOnZero(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	Ratio(1, 0)
}

func TestPow(t *testing.T) {
	tests := []struct {
		x    string
		n    int
		want string
		err  error
	}{
		{"1.08", 3, "1.259712", nil},
		{"2/3", -2, "2.25", nil},
		{"-2", 3, "-8", nil},
		{"0", 0, "1", nil}, {"0", 5, "0", nil}, {"0", -1, "", ErrDivisionByZero},
		{"1", 1000, "1", nil}, {"-1", -999, "-1", nil},
		{"1", 1001, "", ErrTooLarge}, {"1", -1001, "", ErrTooLarge}, {"1", math.MinInt, "", ErrTooLarge},
		{"1e100", 1000, "", ErrTooLarge}, {"1e-100", 1000, "", ErrTooLarge},
	}
	for _, tt := range tests {
		got, err := parse(t, tt.x).Pow(tt.n)
		if !errors.Is(err, tt.err) || err == nil && got.String() != tt.want {
			t.Errorf("%s^%d = %v, %v; want %s, %v", tt.x, tt.n, got, err, tt.want, tt.err)
		}
	}
	x := parse(t, "3").shift(100) // 3e100: 334 bits; to the 196th 65,4xx bits, with 1 of the denominator
	if p, err := x.Pow(196); err != nil || p.Bits() > MaxBits || p.Bits() < MaxBits-334 {
		t.Errorf("just below the limit: %d bits, %v", p.Bits(), err)
	}
	if _, err := x.Pow(197); !errors.Is(err, ErrTooLarge) {
		t.Errorf("just above the limit: %v", err)
	}
}

func TestBits(t *testing.T) {
	for text, want := range map[string]int{"0": 1, "1": 2, "-1": 2, "255": 9, "1/3": 3, "18446744073709551616": 66} {
		if got := parse(t, text).Bits(); got != want {
			t.Errorf("%s: %d bits, want %d", text, got, want)
		}
	}
}

func TestSmallDoesNotAllocate(t *testing.T) {
	x, y := parse(t, "269.64"), parse(t, "1/3")
	allocs := testing.AllocsPerRun(100, func() {
		if x.Add(y).Mul(x).Sub(y).Cmp(y) == 0 || x.Round(1, RoundHalfUp).Equal(y) {
			t.Fail()
		}
		if _, err := Parse("269.64"); err != nil {
			t.Fail()
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}

func benchmark(b *testing.B, f func(x, y Number)) {
	x, y := parse(b, "269.64"), parse(b, "1234.5")
	b.ReportAllocs()
	for b.Loop() {
		f(x, y)
	}
}

func BenchmarkAdd(b *testing.B)    { benchmark(b, func(x, y Number) { x.Add(y) }) }
func BenchmarkMul(b *testing.B)    { benchmark(b, func(x, y Number) { x.Mul(y) }) }
func BenchmarkCmp(b *testing.B)    { benchmark(b, func(x, y Number) { x.Cmp(y) }) }
func BenchmarkRound(b *testing.B)  { benchmark(b, func(x, y Number) { x.Round(1, RoundHalfUp) }) }
func BenchmarkString(b *testing.B) { benchmark(b, func(x, y Number) { _ = x.String() }) }
func BenchmarkParse(b *testing.B) {
	benchmark(b, func(x, y Number) { _, _ = Parse("269.64") })
}
