package number

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	tests := []struct {
		text, want string
		err        error
	}{
		{"0", "0", nil}, {"-0", "0", nil}, {"-0.00", "0", nil}, {"0e5", "0", nil}, {"10", "10", nil},
		{"0.10", "0.1", nil}, {"-269.64", "-269.64", nil}, {"1e3", "1000", nil}, {"1.5E+1", "15", nil},
		{"25e-1", "2.5", nil}, {"1e-2", "0.01", nil}, {"1e00000000000000000000002", "100", nil}, {"0e-0", "0", nil},
		{"12345678901234567890.5", "12345678901234567890.5", nil},
		{"1e200", "1" + strings.Repeat("0", 200), nil},
		{strings.Repeat("9", 200), strings.Repeat("9", 200), nil},

		{"", "", ErrSyntax}, {"-", "", ErrSyntax}, {"017", "", ErrSyntax}, {"-01", "", ErrSyntax}, {"00", "", ErrSyntax},
		{"+1", "", ErrSyntax}, {"--1", "", ErrSyntax}, {".5", "", ErrSyntax}, {"5.", "", ErrSyntax}, {"1.e1", "", ErrSyntax},
		{"1_000", "", ErrSyntax}, {"1,000", "", ErrSyntax}, {"0x10", "", ErrSyntax}, {"0b1", "", ErrSyntax}, {"0x1p4", "", ErrSyntax},
		{"NaN", "", ErrSyntax}, {"Infinity", "", ErrSyntax}, {"1e", "", ErrSyntax}, {"1e+", "", ErrSyntax}, {"1e1.5", "", ErrSyntax},
		{" 1", "", ErrSyntax}, {"1 ", "", ErrSyntax}, {"1\n", "", ErrSyntax}, {"1 2", "", ErrSyntax}, {"１", "", ErrSyntax},
		{"1/3", "", ErrSyntax}, {"null", "", ErrSyntax}, {"85%", "", ErrSyntax},

		{"1e201", "", ErrTooLarge}, {"1e-201", "", ErrTooLarge}, {"1e999999999", "", ErrTooLarge}, {"0e999999999", "", ErrTooLarge},
		{"1e99999999999999999999", "", ErrTooLarge}, {strings.Repeat("9", 201), "", ErrTooLarge}, {"0." + strings.Repeat("0", 200), "", ErrTooLarge},
	}
	for _, tt := range tests {
		got, err := Parse(tt.text)
		if !errors.Is(err, tt.err) || err == nil && got.String() != tt.want {
			t.Errorf("Parse(%q) = %v, %v; want %s, %v", tt.text, got, err, tt.want, tt.err)
		}
		if err == nil {
			checkForm(t, got)
		}
	}
}

func TestParseIsFastOnAnything(t *testing.T) {
	million := strings.Repeat("7", 1_000_000)
	start := time.Now()
	for _, text := range []string{million, "0." + million, "1e" + million, "-" + million + "x", "1/" + million} {
		_, err := ParseFraction(text)
		if err == nil {
			t.Errorf("%s… accepted", text[:10])
		} else if len(err.Error()) > 100 {
			t.Errorf("an error text of %d bytes", len(err.Error()))
		}
	}
	if d := time.Since(start); d > time.Second {
		t.Errorf("took %v", d)
	}
}

func TestParseFraction(t *testing.T) {
	tests := []struct {
		text, want string
		err        error
	}{
		{"0.1", "0.1", nil}, {"1/3", "1/3", nil}, {"-2/6", "-1/3", nil}, {"0.5/-1.5", "-1/3", nil}, {"4/2", "2", nil}, {"0/5", "0", nil},
		{"1/0", "", ErrDivisionByZero}, {"0/0", "", ErrDivisionByZero}, {"1/-0.0", "", ErrDivisionByZero},
		{"1/", "", ErrSyntax}, {"/3", "", ErrSyntax}, {"1/2/3", "", ErrSyntax}, {"1 / 3", "", ErrSyntax}, {"", "", ErrSyntax},
		{"1/1e999", "", ErrTooLarge},
	}
	for _, tt := range tests {
		got, err := ParseFraction(tt.text)
		if !errors.Is(err, tt.err) || err == nil && got.String() != tt.want {
			t.Errorf("ParseFraction(%q) = %v, %v; want %s, %v", tt.text, got, err, tt.want, tt.err)
		}
	}
}

func TestString(t *testing.T) {
	tests := []struct{ text, want string }{
		{"1/3", "1/3"}, {"-1/3", "-1/3"}, {"1/8", "0.125"}, {"-1/8", "-0.125"}, {"7/5", "1.4"}, {"100/10", "10"},
		{"1e-30", "0." + strings.Repeat("0", 29) + "1"},
		{"1e-31", "1/1" + strings.Repeat("0", 31)},
		{"1/1073741824", "0.000000000931322574615478515625"},   // 2^-30: 30 decimals
		{"1/2147483648", "1/2147483648"},                       // 2^-31 would have 31
		{"1e20", "100000000000000000000"},                      // no exponents
		{"100000000000000000000.5", "100000000000000000000.5"}, // big
		{"100000000000000000000/3", "100000000000000000000/3"}, // big
	}
	for _, tt := range tests {
		if got := parse(t, tt.text).String(); got != tt.want {
			t.Errorf("%s prints as %s, want %s", tt.text, got, tt.want)
		}
	}
}

func TestFixed(t *testing.T) {
	tests := []struct {
		text   string
		digits int
		want   string
	}{
		{"2.755", 2, "2.76"}, {"-2.755", 2, "-2.76"}, {"2.754", 2, "2.75"}, {"3", 2, "3.00"}, {"0", 2, "0.00"},
		{"-0.004", 2, "0.00"}, {"-0.005", 2, "-0.01"}, {"0.05", 1, "0.1"}, {"1/3", 4, "0.3333"}, {"2/3", 0, "1"},
		{"-0.4", 0, "0"}, {"0.5", 0, "1"}, {"99.995", 2, "100.00"}, {"1250", -2, "1300"}, {"49", -2, "0"},
		{"986357525555293.80", 2, "986357525555293.80"}, {"1e30", 1, "1" + strings.Repeat("0", 30) + ".0"},
		{"9223372036854775807", 2, "9223372036854775807.00"}, {"1/3", 25, "0." + strings.Repeat("3", 25)},
	}
	for _, tt := range tests {
		if got := parse(t, tt.text).Fixed(tt.digits); got != tt.want {
			t.Errorf("%s with %d decimals: %s, want %s", tt.text, tt.digits, got, tt.want)
		}
	}
}

// Parse takes just what encoding/json takes, within the limits, and what it
// makes of it comes back.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"0", "-0", "017", "+1", ".5", "1_000", "0x10", "NaN", "1e999999999", "-12.50e-3", "1e200", "1/3"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := Parse(text)
		strict := json.Valid([]byte(text)) && strings.Trim(text, "-+.eE0123456789") == ""
		if strict == errors.Is(err, ErrSyntax) {
			t.Fatalf("%q: %v, JSON says %v", text, err, strict)
		}
		if err != nil {
			return
		}
		checkForm(t, n)
		if n.rat().Cmp(bigRat(text)) != 0 {
			t.Fatalf("%q is read as %v", text, n)
		}
		fraction := n.rat().RatString()
		if FromRat(bigRat(n.String())).Cmp(n) != 0 {
			t.Fatalf("%s prints as %v", fraction, n)
		}
	})
}
