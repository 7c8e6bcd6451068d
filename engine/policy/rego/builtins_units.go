package rego

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"rubric/engine/message"
	"rubric/engine/number"
)

// notations read amounts with units, and versions.
func notations() []*builtin {
	return []*builtin{
		textual("units.parse", func(_ *call, args []string) (value, *message.Message) {
			return parseUnits(args[0])
		}),
		textual("units.parse_bytes", func(_ *call, args []string) (value, *message.Message) {
			return parseBytes(args[0])
		}),
		textual("semver.compare", func(_ *call, args []string) (value, *message.Message) {
			return compareVersions(args[0], args[1])
		}),
		valid("semver.is_valid", func(_ *call, s string) bool {
			_, ok := parseVersion(s)
			return ok
		}),
	}
}

// magnitudes are the steps of the decimal units, kilo to exa, and with an "i"
// those of 1024.
const magnitudes = "kmgtpe"

// parseUnits reads "10k", "1.5Mi", "100m": m is a thousandth, M a million. The
// result is exact.
func parseUnits(s string) (value, *message.Message) {
	n, unit, wrong := amount(s)
	if wrong != nil {
		return nil, wrong
	}
	if unit != "" {
		unit = unit[:1] + strings.ToLower(unit[1:])
	}
	if unit == "m" {
		return n.Mul(number.Ratio(1, 1000)), nil
	}
	factor, ok := unitFactor(strings.ToLower(unit))
	if !ok {
		return nil, fault("rego.unknown_unit", "unit", unit)
	}
	return n.Mul(factor), nil
}

// parseBytes reads "10KB", "1.5MiB", "7g" in whole bytes, rounded towards zero.
func parseBytes(s string) (value, *message.Message) {
	n, unit, wrong := amount(strings.ToLower(s))
	if wrong != nil {
		return nil, wrong
	}
	factor, ok := unitFactor(strings.TrimSuffix(unit, "b"))
	if !ok || unit == "b" {
		return nil, fault("rego.unknown_unit", "unit", unit)
	}
	return n.Mul(factor).Round(0, number.RoundDown), nil
}

// unitFactor is what a unit in small letters, such as "k" or "ki", stands for.
func unitFactor(unit string) (number.Number, bool) {
	if unit == "" {
		return number.Int(1), true
	}
	base := int64(1000)
	if len(unit) == 2 && unit[1] == 'i' {
		base, unit = 1024, unit[:1]
	}
	power := strings.Index(magnitudes, unit)
	if power < 0 || len(unit) != 1 {
		return number.Number{}, false
	}
	factor, err := number.Int(base).Pow(power + 1)
	return factor, err == nil
}

// numberHead is a number at the beginning of an amount: an "e" that no digit
// follows belongs to the unit.
var numberHead = regexp.MustCompile(`^[+-]?[0-9.]*([eE][+-]?[0-9]+)?`)

// amount splits a text into number and unit. Quotation marks do not count.
func amount(s string) (n number.Number, unit string, wrong *message.Message) {
	bare := strings.ReplaceAll(s, `"`, "")
	if strings.Contains(bare, " ") {
		return n, "", fault("rego.amount_spaces", "value", show(clipped(s)))
	}
	head := numberHead.FindString(bare)
	n, ok := loose(head)
	if !ok {
		return n, "", fault("rego.no_number", "value", show(clipped(s)))
	}
	return n, bare[len(head):], nil
}

// loose reads a number that need not have digits on both sides of its point.
func loose(s string) (number.Number, bool) {
	s = strings.TrimPrefix(s, "+")
	s, negative := strings.CutPrefix(s, "-")
	mantissa, exponent := s, ""
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		mantissa, exponent = s[:i], s[i:]
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if whole == "" && fraction == "" {
		return number.Number{}, false
	}
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	if fraction != "" {
		whole += "." + fraction
	}
	n, err := number.Parse(whole + exponent)
	if negative {
		n = n.Neg()
	}
	return n, err == nil
}

// version is a semantic version (semver.org), without its build metadata.
type version struct {
	core [3]int64
	pre  []string
}

var identifiers = regexp.MustCompile(`^[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*$`)

// parseVersion reads a version; a "v" may stand before it.
func parseVersion(s string) (v version, ok bool) {
	s = strings.TrimPrefix(s, "v")
	s, metadata, found := strings.Cut(s, "+")
	if found && !identifiers.MatchString(metadata) {
		return v, false
	}
	s, pre, found := strings.Cut(s, "-")
	if found {
		if !identifiers.MatchString(pre) {
			return v, false
		}
		v.pre = strings.Split(pre, ".")
	}
	for _, id := range v.pre {
		if allDigits(id) && leadingZero(id) {
			return v, false
		}
	}
	parts := strings.Split(s, ".")
	if len(parts) != 3 {
		return v, false
	}
	for i, part := range parts {
		n, err := strconv.ParseInt(part, 10, 64)
		if err != nil || !allDigits(part) || leadingZero(part) {
			return v, false
		}
		v.core[i] = n
	}
	return v, true
}

func allDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func leadingZero(s string) bool { return len(s) > 1 && s[0] == '0' }

func compareVersions(a, b string) (value, *message.Message) {
	x, ok := parseVersion(a)
	if !ok {
		return nil, fault("rego.no_version", "value", show(clipped(a)))
	}
	y, ok := parseVersion(b)
	if !ok {
		return nil, fault("rego.no_version", "value", show(clipped(b)))
	}
	return number.Int(int64(x.compare(y))), nil
}

// compare is -1, 0 or 1 by rule 11 of semver.org.
func (v version) compare(w version) int {
	for i := range v.core {
		if v.core[i] != w.core[i] {
			return sign(v.core[i] > w.core[i])
		}
	}
	if len(v.pre) == 0 || len(w.pre) == 0 {
		if len(v.pre) == len(w.pre) {
			return 0
		}
		return sign(len(v.pre) == 0)
	}
	for i := range min(len(v.pre), len(w.pre)) {
		if c := compareIdentifiers(v.pre[i], w.pre[i]); c != 0 {
			return c
		}
	}
	if len(v.pre) == len(w.pre) {
		return 0
	}
	return sign(len(v.pre) > len(w.pre))
}

func sign(greater bool) int {
	if greater {
		return 1
	}
	return -1
}

func compareIdentifiers(a, b string) int {
	x, y := allDigits(a), allDigits(b)
	switch {
	case x && y:
		m, _ := new(big.Int).SetString(a, 10)
		n, _ := new(big.Int).SetString(b, 10)
		return m.Cmp(n)
	case x != y:
		return sign(y)
	}
	return strings.Compare(a, b)
}
