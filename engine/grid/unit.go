package grid

import (
	"slices"
	"strings"

	"rubric/engine/message"
	"rubric/engine/number"
)

// multiple is a word before a unit that multiplies it.
type multiple struct {
	word  string
	times int64
}

// multiples are such words, longer ones first.
var multiples = []multiple{
	{"亿", 100_000_000}, {"千万", 10_000_000}, {"百万", 1_000_000}, {"十万", 100_000}, {"万", 10_000}, {"千", 1000}, {"百", 100},
}

// unitOf parts a unit into what it counts and how many of those it is: 万元 is
// ten thousand 元.
func unitOf(unit string) (base string, times number.Number) {
	unit = Narrow(unit)
	if unit == "‰" {
		return "%", number.Ratio(1, 10)
	}
	for _, m := range multiples {
		if base, ok := strings.CutPrefix(unit, m.word); ok && base != "" && !strings.HasPrefix(base, "分") {
			return base, number.Int(m.times)
		}
	}
	return unit, number.Int(1)
}

// Ratio is what to multiply a number in one unit with to have it in another; ok
// is false if they do not count the same.
func Ratio(from, to string) (times number.Number, ok bool) {
	a, x := unitOf(from)
	b, y := unitOf(to)
	if a != b || a == "" {
		return times, false
	}
	times, err := x.Div(y)
	return times, err == nil
}

// converted is a number of one unit in another, as it can be typed; ok is false
// where it cannot be said. 12万 in a column of 元 is 12万元.
func converted(digits, from, to string) (text string, ok bool) {
	if base, _ := unitOf(to); slices.ContainsFunc(multiples, func(m multiple) bool { return m.word == Narrow(from) }) {
		from = Narrow(from) + base
	}
	times, ok := Ratio(from, to)
	n, err := number.Parse(digits)
	if !ok || err != nil {
		return "", false
	}
	text = n.Mul(times).String()
	_, err = number.Parse(text) // no fraction without end
	return text, err == nil
}

// otherUnit complains of a number with another unit than it should have, and says
// what it is in that one.
func otherUnit(text, digits, unit string, as As) *message.Message {
	label := as.Place.Label()
	if same, ok := converted(digits, unit, as.unit()); ok {
		return wrong("workbook.other_unit_is", "label", label, "value", clip(text), "unit", as.unit(), "converted", same)
	}
	return wrong("workbook.other_unit", "label", label, "value", clip(text), "unit", as.unit(), "found", clip(unit))
}

// Narrow takes spaces out of a text and makes full width signs narrow, so that
// headers and units are compared as people read them.
func Narrow(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\u3000' || r == '\u00a0':
			return -1
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		}
		return r
	}, text)
}
