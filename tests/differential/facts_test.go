package differential_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// chance draws what the generators choose. The same seed draws the same.
type chance struct{ *rand.Rand }

func newChance(seed, stream uint64) chance { return chance{rand.New(rand.NewPCG(seed, stream))} }

// percent is true in so many of a hundred cases.
func (c chance) percent(n int) bool { return c.IntN(100) < n }

func pick[T any](c chance, all ...T) T { return all[c.IntN(len(all))] }

// times is f called from least to most times.
func times[T any](c chance, least, most int, f func() T) []T {
	all := make([]T, least+c.IntN(most-least+1))
	for i := range all {
		all[i] = f()
	}
	return all
}

// The texts that facts and policies draw from, so that they meet.
var (
	words = []string{"a", "b", "c", "ab", "", "科学", "a-b", "12"}
	keys  = []string{"a", "b", "c", "d"}
)

// digits is a small number that binary fractions hold exactly: on these, and
// what is made of them without division, OPA's interpreter is exact.
func digits(c chance) string {
	n := c.IntN(12) - 3
	if c.percent(5) {
		n = c.IntN(2000) - 1000
	}
	if c.percent(20) && n >= 0 {
		return strconv.Itoa(n) + pick(c, ".5", ".25", ".75")
	}
	return strconv.Itoa(n)
}

func quoted(s string) string { return strconv.Quote(s) }

func word(c chance) string { return quoted(pick(c, words...)) }

func list(items []string) string { return "[" + strings.Join(items, ", ") + "]" }

// factNames are the members of generated facts. Each may be absent, and now
// and then holds something else than it usually does.
var factNames = []string{"n", "m", "z", "s", "t", "b", "f", "nil", "xs", "ys", "words", "grid", "obj", "tree", "people", "mixed", "price"}

// factsText is one generated document.
func factsText(c chance) string {
	var members []string
	for _, name := range factNames {
		if c.percent(4) {
			continue
		}
		v := fact(c, name)
		if c.percent(3) {
			v = anything(c, 2)
		}
		members = append(members, quoted(name)+": "+v)
	}
	return "{" + strings.Join(members, ", ") + "}"
}

func fact(c chance, name string) string {
	num := func() string { return digits(c) }
	text := func() string { return word(c) }
	switch name {
	case "n", "m":
		return num()
	case "z":
		return pick(c, "0", "1", "-1", "2")
	case "s", "t":
		return text()
	case "b", "f":
		return pick(c, "true", "false")
	case "nil":
		return "null"
	case "xs":
		return list(times(c, 0, 5, num))
	case "ys":
		return list(times(c, 0, 4, func() string { return strconv.Itoa(c.IntN(7) - 3) }))
	case "words":
		return list(times(c, 0, 4, text))
	case "grid":
		return list(times(c, 0, 3, func() string { return list(times(c, 0, 3, num)) }))
	case "obj":
		return object(c, num)
	case "tree":
		return object(c, func() string { return object(c, num) })
	case "people":
		n := 0
		return list(times(c, 0, 4, func() string { n++; return person(c, n) }))
	case "price": // no binary fraction holds it: for comparison only
		return pick(c, "0.1", "0.2", "0.3", "17.95", "-0.1")
	}
	return list(times(c, 0, 5, func() string { return anything(c, 2) }))
}

func person(c chance, n int) string {
	id := "p" + strconv.Itoa(n)
	if c.percent(10) {
		id = "p1"
	}
	boss := pick(c, "null", `"p1"`, `"p2"`)
	tags := list(times(c, 0, 3, func() string { return word(c) }))
	return fmt.Sprintf(`{"id": "%s", "age": %s, "ok": %v, "boss": %s, "tags": %s}`, id, digits(c), c.percent(50), boss, tags)
}

func object(c chance, value func() string) string {
	var members []string
	for _, k := range keys {
		if c.percent(50) {
			members = append(members, quoted(k)+": "+value())
		}
	}
	return "{" + strings.Join(members, ", ") + "}"
}

// anything is any JSON of a few levels.
func anything(c chance, depth int) string {
	n := c.IntN(7)
	if depth == 0 {
		n = c.IntN(5)
	}
	deeper := func() string { return anything(c, depth-1) }
	switch n {
	case 0:
		return "null"
	case 1:
		return pick(c, "true", "false")
	case 2, 3:
		return digits(c)
	case 4:
		return word(c)
	case 5:
		return list(times(c, 0, 3, deeper))
	}
	return object(c, deeper)
}
