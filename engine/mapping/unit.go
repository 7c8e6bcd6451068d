package mapping

import (
	"regexp"
	"strings"

	"rubric/engine/number"
)

// multiples are the words before a unit that multiply it, longer ones first.
var multiples = []struct {
	word  string
	times int64
}{
	{"亿", 100_000_000}, {"千万", 10_000_000}, {"百万", 1_000_000}, {"十万", 100_000}, {"万", 10_000}, {"千", 1000}, {"百", 100},
}

// unitOf parts a unit into what it counts and how many of those it is: 万元 is
// ten thousand 元.
func unitOf(unit string) (base string, times number.Number) {
	unit = narrow(unit)
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

// ratio is what to multiply a number in one unit with to have it in another; ok
// is false if they do not count the same.
func ratio(from, to string) (times number.Number, ok bool) {
	a, x := unitOf(from)
	b, y := unitOf(to)
	if a != b || a == "" {
		return times, false
	}
	times, err := x.Div(y)
	return times, err == nil
}

// narrow takes spaces out of a text and makes full width signs narrow, so that
// headers are compared as people read them.
func narrow(text string) string {
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

var inBrackets = regexp.MustCompile(`^(.+)\((?:单位:?)?([^()]+)\)$`)

// splitHead parts a header, narrowed, from what stands in brackets at its end.
func splitHead(text string) (base, brackets string) {
	if found := inBrackets.FindStringSubmatch(text); found != nil {
		return found[1], found[2]
	}
	return text, ""
}

var unitNote = regexp.MustCompile(`单位:([^\s,;()，；、]+)`)

// notedUnit is the unit that a line such as “单位：万元” states.
func notedUnit(text string) string {
	if found := unitNote.FindStringSubmatch(strings.NewReplacer("：", ":", "（", "(", "）", ")").Replace(text)); found != nil {
		return found[1]
	}
	return ""
}

// isUnit tells what is surely meant as a unit, known or not.
func isUnit(text string) bool {
	return strings.HasSuffix(text, "元") || text == "%" || text == "‰"
}
