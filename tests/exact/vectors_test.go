package exact_test

import (
	"bufio"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	_ "github.com/cockroachdb/apd/v3" // brings the public test vectors along

	"rubric/engine/number"
)

// vector is one line of the General Decimal Arithmetic test cases
// (speleotrove.com/decimal).
type vector struct {
	id, operation string
	operands      []string
	result        string
	conditions    []string
	precision     int
	rounding      string
	place         string
}

// modes are the roundings that we have.
var modes = map[string]number.Mode{
	"half_up": number.RoundHalfUp, "half_even": number.RoundHalfEven, "down": number.RoundDown,
	"up": number.RoundUp, "floor": number.RoundFloor, "ceiling": number.RoundCeil,
}

// outside says why a vector does not apply to exact rationals; "" if it does.
// The reasons are in the order in which they are looked for.
func (v vector) outside() string {
	if _, known := operations[v.operation]; !known {
		return "operation " + v.operation
	}
	for _, text := range append(slices.Clone(v.operands), v.result) {
		lower := strings.ToLower(text)
		switch {
		case strings.Contains(lower, "nan"):
			return "NaN"
		case strings.Contains(lower, "inf"):
			return "Infinity"
		case strings.ContainsAny(text, "#?"):
			return "encodings"
		}
	}
	for _, c := range v.conditions {
		switch strings.ToLower(c) {
		case "subnormal", "underflow", "overflow", "clamped":
			return "subnormal, underflow, overflow, clamped"
		case "inexact", "rounded":
		default:
			return "flag " + c
		}
	}
	if _, known := modes[v.rounding]; !known {
		return "rounding " + v.rounding
	}
	return v.outsideNumbers()
}

func (v vector) outsideNumbers() string {
	for _, text := range append(slices.Clone(v.operands), v.result) {
		spelt, ok := spelling(text)
		if !ok {
			return "syntax that is no number"
		}
		if _, err := number.Parse(spelt); err != nil {
			return "digits or exponent beyond our limits"
		}
	}
	if strings.HasPrefix(v.result, "-") && value(v.result).Sign() == 0 {
		return "signed zero"
	}
	if v.operation == "power" {
		if n, ok := value(v.operands[1]).Int64(); !ok || n > number.MaxPower || n < -number.MaxPower {
			return "power that is not whole or beyond our limits"
		}
	}
	return ""
}

// spelling puts a number as the vectors write it (+1, 01, .5, 1.) as JSON has
// it.
func spelling(text string) (string, bool) {
	mantissa, exponent, hasExponent := strings.Cut(strings.ToLower(text), "e")
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(mantissa, "+"), ".")
	whole = strings.TrimLeft(whole, "0")
	if strings.Trim(whole+fraction, "0123456789") != "" || len(mantissa) == 0 || mantissa == "." || mantissa == "+" {
		return "", false
	}
	out := whole
	if out == "" {
		out = "0"
	}
	if fraction != "" {
		out += "." + fraction
	}
	if negative {
		out = "-" + out
	}
	if hasExponent {
		out += "e" + exponent
	}
	return out, true
}

func value(text string) number.Number {
	spelt, _ := spelling(text)
	n, err := number.Parse(spelt)
	if err != nil {
		panic(text) // outside has tried it
	}
	return n
}

// operations compute exactly what the vectors then round.
var operations = map[string]func(v vector, x []number.Number) (number.Number, error){
	"add":      func(_ vector, x []number.Number) (number.Number, error) { return x[0].Add(x[1]), nil },
	"subtract": func(_ vector, x []number.Number) (number.Number, error) { return x[0].Sub(x[1]), nil },
	"multiply": func(_ vector, x []number.Number) (number.Number, error) { return x[0].Mul(x[1]), nil },
	"divide":   func(_ vector, x []number.Number) (number.Number, error) { return x[0].Div(x[1]) },
	"abs":      func(_ vector, x []number.Number) (number.Number, error) { return x[0].Abs(), nil },
	"apply":    func(_ vector, x []number.Number) (number.Number, error) { return x[0], nil },
	"plus":     func(_ vector, x []number.Number) (number.Number, error) { return x[0], nil },
	"minus":    func(_ vector, x []number.Number) (number.Number, error) { return x[0].Neg(), nil },
	"reduce":   func(_ vector, x []number.Number) (number.Number, error) { return x[0], nil },
	"tosci":    func(_ vector, x []number.Number) (number.Number, error) { return x[0], nil },
	"toeng":    func(_ vector, x []number.Number) (number.Number, error) { return x[0], nil },
	"compare": func(_ vector, x []number.Number) (number.Number, error) {
		return number.Int(int64(x[0].Cmp(x[1]))), nil
	},
	"divideint": func(_ vector, x []number.Number) (number.Number, error) { return quotient(x[0], x[1]) },
	"remainder": func(_ vector, x []number.Number) (number.Number, error) { return remainder(x[0], x[1]) },
	"power": func(_ vector, x []number.Number) (number.Number, error) {
		n, _ := x[1].Int64()
		return x[0].Pow(int(n))
	},
	"quantize": func(v vector, x []number.Number) (number.Number, error) {
		return x[0].Round(v.decimals(), modes[v.rounding]), nil
	},
	"tointegral":  func(v vector, x []number.Number) (number.Number, error) { return x[0].Round(0, modes[v.rounding]), nil },
	"tointegralx": func(v vector, x []number.Number) (number.Number, error) { return x[0].Round(0, modes[v.rounding]), nil },
}

// unrounded are the operations whose result does not follow the precision.
var unrounded = []string{"compare", "quantize", "tointegral", "tointegralx"}

func quotient(x, y number.Number) (number.Number, error) {
	q, err := x.Div(y)
	return q.Round(0, number.RoundDown), err
}

// remainder is Rem where both are whole, as its contract has it.
func remainder(x, y number.Number) (number.Number, error) {
	if x.IsInt() && y.IsInt() {
		return x.Rem(y)
	}
	q, err := quotient(x, y)
	return x.Sub(q.Mul(y)), err
}

// decimals is how many decimals the second operand is written with.
func (v vector) decimals() int {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(v.operands[1]), "e")
	_, fraction, _ := strings.Cut(mantissa, ".")
	e, _ := strconv.Atoi(exponent)
	return len(fraction) - e
}

// significant rounds to so many digits.
func significant(x number.Number, precision int, mode number.Mode) number.Number {
	if x.Sign() == 0 {
		return x
	}
	return x.Round(precision-1-magnitude(x.Abs().Rat()), mode)
}

// magnitude is the power of ten of x's first digit; x > 0.
func magnitude(x *big.Rat) int {
	m := len(x.Num().String()) - len(x.Denom().String())
	if x.Cmp(tenTo(m)) < 0 {
		m--
	}
	return m
}

func tenTo(n int) *big.Rat {
	p := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(n, -n))), nil)
	if n < 0 {
		return new(big.Rat).SetFrac(big.NewInt(1), p)
	}
	return new(big.Rat).SetInt(p)
}

func (v vector) compute() (number.Number, error) {
	var x []number.Number
	for _, o := range v.operands {
		x = append(x, value(o))
	}
	got, err := operations[v.operation](v, x)
	if err == nil && !slices.Contains(unrounded, v.operation) {
		got = significant(got, v.precision, modes[v.rounding])
	}
	return got, err
}

func TestVectors(t *testing.T) {
	passed, outside := 0, map[string]int{}
	for _, v := range vectors(t) {
		if why := v.outside(); why != "" {
			outside[why]++
			continue
		}
		got, err := v.compute()
		if err != nil || !got.Equal(value(v.result)) {
			t.Errorf("%s: %s %s %v at %d %s: %v %v, want %s", v.place, v.id, v.operation, v.operands, v.precision, v.rounding, got, err, v.result)
			continue
		}
		passed++
	}
	fmt.Printf("figure exact.vectors %d\n", passed)
	var classes []string
	for why, n := range outside {
		classes = append(classes, fmt.Sprintf("%s %d", why, n))
	}
	slices.Sort(classes)
	t.Logf("do not apply: %s", strings.Join(classes, "; "))
	if passed < 5000 {
		t.Errorf("only %d vectors apply", passed)
	}
}

// vectors reads all files that come with the decimal library.
func vectors(t *testing.T) (all []vector) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/cockroachdb/apd/v3").Output()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(out)), "testdata", "*.decTest"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no vectors: %v", err)
	}
	for _, file := range files {
		all = append(all, vectorsOf(t, file)...)
	}
	return all
}

func vectorsOf(t *testing.T, file string) (all []vector) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	settings := map[string]string{}
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		fields := split(lines.Text())
		switch {
		case len(fields) == 0:
		case strings.HasSuffix(fields[0], ":") && len(fields) > 1:
			settings[strings.ToLower(strings.TrimSuffix(fields[0], ":"))] = strings.ToLower(fields[1])
		default:
			arrow := slices.Index(fields, "->")
			if arrow < 2 || arrow+1 >= len(fields) {
				continue
			}
			precision, _ := strconv.Atoi(settings["precision"])
			all = append(all, vector{
				id: fields[0], operation: strings.ToLower(fields[1]), operands: fields[2:arrow], result: fields[arrow+1],
				conditions: fields[arrow+2:], precision: precision, rounding: settings["rounding"],
				place: fmt.Sprintf("%s:%d", filepath.Base(file), n),
			})
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// split cuts a line into words; quotes hold words together and "--" begins a
// comment.
func split(line string) (fields []string) {
	for line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "--"); line = strings.TrimSpace(line) {
		if quote := line[0]; quote == '\'' || quote == '"' {
			end := strings.IndexByte(line[1:], quote)
			if end < 0 {
				return fields
			}
			fields, line = append(fields, line[1:1+end]), line[end+2:]
			continue
		}
		end := strings.IndexAny(line, " \t")
		if end < 0 {
			end = len(line)
		}
		fields, line = append(fields, line[:end]), line[end:]
	}
	return fields
}
