package number

import (
	"errors"
	"math/big"
	"math/rand/v2"
	"testing"
)

func TestRound(t *testing.T) {
	modes := []Mode{RoundHalfUp, RoundHalfEven, RoundDown, RoundUp, RoundFloor, RoundCeil}
	tests := []struct {
		text   string
		digits int
		want   [6]string // in the order of modes
	}{
		{"2.5", 0, [6]string{"3", "2", "2", "3", "2", "3"}},
		{"-2.5", 0, [6]string{"-3", "-2", "-2", "-3", "-3", "-2"}},
		{"3.5", 0, [6]string{"4", "4", "3", "4", "3", "4"}},
		{"0.5", 0, [6]string{"1", "0", "0", "1", "0", "1"}},
		{"-0.5", 0, [6]string{"-1", "0", "0", "-1", "-1", "0"}},
		{"2.4", 0, [6]string{"2", "2", "2", "3", "2", "3"}},
		{"2.6", 0, [6]string{"3", "3", "2", "3", "2", "3"}},
		{"-2.6", 0, [6]string{"-3", "-3", "-2", "-3", "-3", "-2"}},
		{"7", 0, [6]string{"7", "7", "7", "7", "7", "7"}},
		{"1.005", 2, [6]string{"1.01", "1", "1", "1.01", "1", "1.01"}},
		{"1.015", 2, [6]string{"1.02", "1.02", "1.01", "1.02", "1.01", "1.02"}},
		{"-1/3", 2, [6]string{"-0.33", "-0.33", "-0.33", "-0.34", "-0.34", "-0.33"}},
		{"1250", -2, [6]string{"1300", "1200", "1200", "1300", "1200", "1300"}},
		{"100000000000000000000.5", 0, [6]string{"100000000000000000001", "100000000000000000000", "100000000000000000000", "100000000000000000001", "100000000000000000000", "100000000000000000001"}},
		{"-100000000000000000001.5", 0, [6]string{"-100000000000000000002", "-100000000000000000002", "-100000000000000000001", "-100000000000000000002", "-100000000000000000002", "-100000000000000000001"}},
	}
	for _, tt := range tests {
		for i, mode := range modes {
			if got := parse(t, tt.text).Round(tt.digits, mode).String(); got != tt.want[i] {
				t.Errorf("%s to %d, %v: %s, want %s", tt.text, tt.digits, mode, got, tt.want[i])
			}
		}
	}
}

func TestParseMode(t *testing.T) {
	for m := RoundHalfUp; m <= RoundCeil; m++ {
		if got, ok := ParseMode(m.String()); got != m || !ok {
			t.Errorf("%v comes back as %v, %v", m, got, ok)
		}
	}
	if m, ok := ParseMode("half_up"); m != RoundHalfUp || !ok {
		t.Errorf("half_up is %v, %v", m, ok)
	}
	for _, text := range []string{"", "HALF_UP", "half-up", "bankers"} {
		if _, ok := ParseMode(text); ok {
			t.Errorf("%q accepted", text)
		}
	}
}

func TestGrowthRate(t *testing.T) {
	tests := []struct {
		v0, v1          string
		periods, digits int
		want            string
		err             error
	}{
		{"7.52", "10.6", 3, 4, "0.1212", nil},
		{"7.52", "10.6", 4, 4, "0.0896", nil},
		{"100", "125.9712", 3, 4, "0.08", nil}, // 1.08^3, exactly
		{"100", "110", 1, 2, "0.1", nil},
		{"100", "100", 5, 4, "0", nil},
		{"100", "0", 2, 4, "-1", nil},
		{"4", "1", 2, 4, "-0.5", nil},
		{"1", "2", 2, 30, "0.41421356237309504880168872421", nil}, // sqrt 2 = 1.414213562373095048801688724209698…: the 30th decimal is 0
		{"2", "1", 2, 4, "-0.2929", nil},                          // 0.70710678…
		{"1", "1.05", 1, 1, "0.1", nil},                           // ties go away from zero
		{"1", "0.95", 1, 1, "-0.1", nil},
		{"1", "0.85", 1, 1, "-0.2", nil},
		{"1", "1.1025", 2, 1, "0.1", nil},   // a tie under the root: 1.05^2
		{"1", "1.10249", 2, 1, "0", nil},    // a hair below
		{"1", "0.9025", 2, 1, "-0.1", nil},  // a tie: 0.95^2
		{"1", "0.90251", 2, 1, "0", nil},    // a hair above
		{"1", "0.90249", 2, 1, "-0.1", nil}, // a hair below
		{"3", "7", 4000, 4, "0.0002", nil},  // ln(7/3)/4000 = 0.000212
		{"0", "1", 1, 4, "", ErrDomain}, {"-1", "1", 1, 4, "", ErrDomain}, {"1", "-1", 1, 4, "", ErrDomain}, {"1", "1", 0, 4, "", ErrDomain},
		{"1", "1", 1, -1, "", ErrTooLarge}, {"1", "1", 1, 201, "", ErrTooLarge}, {"1", "2", 1 << 40, 0, "", ErrTooLarge}, {"1", "2", 60000, 4, "", ErrTooLarge},
	}
	for _, tt := range tests {
		got, err := GrowthRate(parse(t, tt.v0), parse(t, tt.v1), tt.periods, tt.digits)
		if !errors.Is(err, tt.err) || err == nil && got.String() != tt.want {
			t.Errorf("%s to %s in %d: %v, %v; want %s, %v", tt.v0, tt.v1, tt.periods, got, err, tt.want, tt.err)
		}
	}
}

// r^n <= x < (r+1)^n, and rates agree with the powers around them.
func TestWholeRoot(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		n := 1 + r.IntN(40)
		x := new(big.Int).Lsh(big.NewInt(r.Int64()), uint(r.IntN(600)))
		x.Sub(x, big.NewInt(int64(r.IntN(3))))
		if x.Sign() < 0 {
			continue
		}
		root := wholeRoot(x, n)
		above := new(big.Int).Add(root, big.NewInt(1))
		if powInt(root, n).Cmp(x) > 0 || powInt(above, n).Cmp(x) <= 0 {
			t.Errorf("root %d of %v is not %v", n, x, root)
		}
	}
}
