package sensitivity

import (
	"strings"
	"time"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/number"
)

const (
	// reach is how many values are tried on one side of a number or date. Each is
	// about a quarter farther away than the one before, so that they span eleven
	// orders of magnitude and miss no interval wider than a quarter of its
	// distance.
	reach = 120
	// few is how many values a place has at most for all of them to be tried.
	few = 64
	// farDays is how far away a date is looked for: eleven years.
	farDays = 4000
)

// values are what a fact could be in place of what it is, to undo a loss: the
// nearest values that do, or, for the last change, that bring full marks. A fact
// that cannot do so alone is put to its extremes: others may still be needed.
func (s *search) values(so set, f engine.Fact, l loss, last bool) [][]byte {
	if last {
		return s.nearest(so, f, isFull)
	}
	if near := s.nearest(so, f, l.gone); len(near) > 0 {
		return near
	}
	return s.extremes(f)
}

// nearest are the nearest values of a fact, with the changes so, that satisfy a
// goal: of a number or a date the nearest on either side, of anything else all.
func (s *search) nearest(so set, f engine.Fact, goal func(*engine.Indicator) bool) (all [][]byte) {
	ok := func(value []byte) bool { return goal(s.at(so.with(change{f.Pointer, value}))) }
	place := s.c.Facts.Schema.At(f.Pointer)
	switch {
	case place == nil:
	case isScale(place):
		for _, up := range []bool{true, false} {
			if value := s.along(f.Pointer, place, up, ok); value != nil {
				all = append(all, value)
			}
		}
	default:
		for _, value := range s.extremes(f) {
			if ok(value) {
				all = append(all, value)
			}
		}
	}
	return all
}

func isScale(s *facts.Schema) bool {
	return len(s.Enum) == 0 && (s.Kind == facts.Num || s.Kind == facts.Text && s.Format == "date")
}

// extremes are the values to try of a fact of which no order is known, and the
// ends of one that has an order.
func (s *search) extremes(f engine.Fact) [][]byte {
	place, n := s.c.Facts.Schema.At(f.Pointer), s.c.Facts.At(f.Pointer)
	var all [][]byte
	add := func(value []byte) {
		if n == nil || !same(place, value, n.JSON()) {
			all = append(all, value)
		}
	}
	switch {
	case place == nil:
	case place.Kind == facts.Bool:
		add([]byte("true"))
		add([]byte("false"))
	case len(place.Enum) > 0:
		for _, option := range place.Enum {
			value, _ := inJSON(place, option)
			add(value)
		}
	case isFew(place):
		for v := *place.Minimum; v.Cmp(*place.Maximum) <= 0; v = v.Add(number.Int(1)) {
			add([]byte(v.String()))
		}
	case place.Kind == facts.Num:
		for _, p := range s.probes(place) {
			add([]byte(p.String()))
		}
	}
	return all
}

// isFew tells whether the schema leaves a number few values.
func isFew(place *facts.Schema) bool {
	return place.Kind == facts.Num && place.Integer && place.Minimum != nil && place.Maximum != nil &&
		place.Maximum.Sub(*place.Minimum).Cmp(number.Int(few)) < 0
}

// probes are numbers at which something is likely to change: the ends that the
// schema sets, and the other numbers that the policy reads.
func (s *search) probes(place *facts.Schema) []number.Number {
	var all []number.Number
	for _, end := range []*number.Number{place.Minimum, place.Maximum} {
		if end != nil {
			all = append(all, *end)
		}
	}
	var visit func(n *facts.Node)
	visit = func(n *facts.Node) {
		if n.Kind == facts.Num && (!place.Integer || n.Number().IsInt()) {
			all = append(all, n.Number())
		}
		for _, m := range n.Members() {
			visit(m)
		}
		for _, e := range n.Elements() {
			visit(e)
		}
	}
	visit(s.c.Facts.Root)
	return all
}

// scale counts the values of a fact in steps from what it is: of a number, of
// its last decimal; of a date, of days.
type scale func(steps number.Number) []byte

func scaleOf(n *facts.Node, place *facts.Schema) scale {
	if place.Kind == facts.Num {
		digits, per := decimals(n.Text), perUnit(n)
		return func(steps number.Number) []byte {
			by, _ := steps.Div(per) // never 0
			return []byte(n.Number().Add(by).Fixed(digits))
		}
	}
	day, _ := time.Parse(time.DateOnly, n.Text) // the schema has checked it
	return func(steps number.Number) []byte {
		days, _ := steps.Int64()
		return facts.QuoteJSON(day.AddDate(0, 0, int(days)).Format(time.DateOnly))
	}
}

// decimals is how many decimals a number is written with.
func decimals(digits string) int {
	_, fraction, _ := strings.Cut(digits, ".")
	if i := strings.IndexAny(fraction, "eE"); i >= 0 {
		fraction = fraction[:i]
	}
	return len(fraction)
}

// along is the nearest value on one side that is ok, nil if none is found: it
// goes out in growing steps and to the probes, then halves the way back.
func (s *search) along(pointer string, place *facts.Schema, up bool, ok func([]byte) bool) []byte {
	n := s.c.Facts.At(pointer)
	if n == nil {
		return nil
	}
	at := scaleOf(n, place)
	fails, holds := s.bracket(n, place, up, func(steps number.Number) bool { return ok(at(steps)) })
	if holds == nil {
		return nil
	}
	two := number.Int(2)
	for holds.Sub(fails).Abs().Cmp(number.Int(1)) > 0 {
		middle, err := fails.Add(*holds).Div(two)
		if err != nil {
			return nil
		}
		middle = middle.Round(0, number.RoundDown)
		if ok(at(middle)) {
			holds = &middle
		} else {
			fails = middle
		}
	}
	return at(*holds)
}

// bracket finds steps that hold and, nearer, steps that fail.
func (s *search) bracket(n *facts.Node, place *facts.Schema, up bool, ok func(number.Number) bool) (fails number.Number, holds *number.Number) {
	sign := number.Int(1)
	if !up {
		sign = sign.Neg()
	}
	away := number.Int(1)
	for range reach {
		if s.exhausted() || place.Kind == facts.Text && away.Cmp(number.Int(farDays)) > 0 {
			return fails, nil
		}
		steps := away.Mul(sign)
		if ok(steps) {
			return fails, &steps
		}
		fails, away = steps, farther(away, isFew(place))
	}
	return s.atProbe(n, place, up, ok)
}

// farther is the next distance to try.
func farther(away number.Number, each bool) number.Number {
	next := away.Add(number.Int(1))
	if each {
		return next
	}
	return number.Max(next, away.Mul(number.Ratio(5, 4)).Round(0, number.RoundHalfUp))
}

// atProbe tries the other numbers that the policy reads: a value that must equal
// one of them would be missed by steps that double.
func (s *search) atProbe(n *facts.Node, place *facts.Schema, up bool, ok func(number.Number) bool) (fails number.Number, holds *number.Number) {
	if place.Kind != facts.Num {
		return fails, nil
	}
	for _, p := range s.probes(place) {
		steps := p.Sub(n.Number()).Mul(perUnit(n))
		if (steps.Sign() > 0) == up && steps.Sign() != 0 && steps.IsInt() && ok(steps) && (holds == nil || steps.Abs().Cmp(holds.Abs()) < 0) {
			holds = &steps
		}
	}
	return fails, holds
}

// perUnit is how many steps of a number's last decimal make 1.
func perUnit(n *facts.Node) number.Number {
	per, err := number.Int(10).Pow(decimals(n.Text))
	if err != nil {
		return number.Int(1) // more decimals than a fact can have
	}
	return per
}
