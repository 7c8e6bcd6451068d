package lint

import (
	"strings"

	"rubric/engine/facts"
	"rubric/engine/number"
	"rubric/engine/policy/script"
)

// end is one end of a span.
type end struct {
	at   number.Number
	open bool // at itself does not belong to the span
	none bool // the span does not end here
}

// span is the numbers that an expression may have, as far as the schema's bounds
// say. It may be too wide, never too narrow.
type span struct {
	lo, hi end
	whole  bool // whole numbers only
}

func everything() span { return span{lo: end{none: true}, hi: end{none: true}} }

func exactly(n number.Number) span { return span{lo: end{at: n}, hi: end{at: n}, whole: n.IsInt()} }

func atLeast(n int64) span { return span{lo: end{at: number.Int(n)}, hi: end{none: true}} }

// constant is the one number of a span that has just one.
func (s span) constant() (number.Number, bool) {
	return s.lo.at, !s.lo.none && !s.hi.none && !s.lo.open && !s.hi.open && s.lo.at.Equal(s.hi.at)
}

func (s span) empty() bool {
	if s.lo.none || s.hi.none {
		return false
	}
	c := s.lo.at.Cmp(s.hi.at)
	return c > 0 || c == 0 && (s.lo.open || s.hi.open)
}

func (s span) has(n number.Number) bool {
	if s.whole && !n.IsInt() {
		return false
	}
	below := !s.lo.none && (n.Cmp(s.lo.at) < 0 || s.lo.open && n.Equal(s.lo.at))
	above := !s.hi.none && (n.Cmp(s.hi.at) > 0 || s.hi.open && n.Equal(s.hi.at))
	return !below && !above
}

// meet is what two spans have in common.
func (s span) meet(t span) span {
	return span{lo: higher(s.lo, t.lo), hi: lower(s.hi, t.hi), whole: s.whole || t.whole}
}

// join is the least span that has both.
func (s span) join(t span) span {
	out := span{whole: s.whole && t.whole, lo: end{none: true}, hi: end{none: true}}
	if !s.lo.none && !t.lo.none {
		out.lo = s.lo
		if c := t.lo.at.Cmp(s.lo.at); c < 0 || c == 0 && s.lo.open {
			out.lo = t.lo
		}
	}
	if !s.hi.none && !t.hi.none {
		out.hi = s.hi
		if c := t.hi.at.Cmp(s.hi.at); c > 0 || c == 0 && s.hi.open {
			out.hi = t.hi
		}
	}
	return out
}

func higher(a, b end) end {
	switch {
	case a.none:
		return b
	case b.none:
		return a
	}
	if c := a.at.Cmp(b.at); c > 0 || c == 0 && a.open {
		return a
	}
	return b
}

func lower(a, b end) end {
	switch {
	case a.none:
		return b
	case b.none:
		return a
	}
	if c := a.at.Cmp(b.at); c < 0 || c == 0 && a.open {
		return a
	}
	return b
}

func (e end) plus(f end) end {
	return end{at: e.at.Add(f.at), open: e.open || f.open, none: e.none || f.none}
}

func (s span) add(t span) span {
	return span{lo: s.lo.plus(t.lo), hi: s.hi.plus(t.hi), whole: s.whole && t.whole}
}

func (s span) neg() span {
	turn := func(e end) end { return end{e.at.Neg(), e.open, e.none} }
	return span{lo: turn(s.hi), hi: turn(s.lo), whole: s.whole}
}

// times is exact where one side is constant or both are not below zero; else
// anything.
func (s span) times(t span) span {
	if c, ok := s.constant(); ok {
		return t.scaled(c)
	}
	if c, ok := t.constant(); ok {
		return s.scaled(c)
	}
	if s.negative() || t.negative() {
		return everything()
	}
	product := func(a, b end) end {
		zero := !a.none && !a.open && a.at.Sign() == 0 || !b.none && !b.open && b.at.Sign() == 0
		return end{at: a.at.Mul(b.at), open: (a.open || b.open) && !zero, none: a.none || b.none}
	}
	return span{lo: product(s.lo, t.lo), hi: product(s.hi, t.hi), whole: s.whole && t.whole}
}

// negative tells whether the span has numbers below zero.
func (s span) negative() bool { return s.lo.none || s.lo.at.Sign() < 0 }

func (s span) scaled(c number.Number) span {
	if c.Sign() < 0 {
		return s.neg().scaled(c.Neg())
	}
	if c.Sign() == 0 {
		return exactly(c)
	}
	scale := func(e end) end { return end{e.at.Mul(c), e.open, e.none} }
	return span{lo: scale(s.lo), hi: scale(s.hi), whole: s.whole && c.IsInt()}
}

// over is the quotient of two spans that are not below zero; else anything.
// Dividing by zero is a failure, and yields nothing.
func (s span) over(t span) span {
	if c, ok := t.constant(); ok && c.Sign() != 0 {
		inverse, _ := number.Int(1).Div(c)
		out := s.scaled(inverse)
		out.whole = false
		return out
	}
	if s.negative() || t.negative() {
		return everything()
	}
	out := span{lo: end{open: s.lo.open && s.lo.at.Sign() == 0}, hi: end{none: true}}
	if q, err := s.lo.at.Div(t.hi.at); err == nil && !t.hi.none {
		out.lo = end{at: q, open: s.lo.open || t.hi.open}
	}
	if q, err := s.hi.at.Div(t.lo.at); err == nil && !s.hi.none {
		out.hi = end{at: q, open: s.hi.open || t.lo.open}
	}
	return out
}

// spans works out what expressions may be. narrowed is what is known of some of
// them besides, by key.
type spans struct {
	narrowed map[string]span
	depth    int
}

func spanOf(e *script.Expr) span { return (&spans{}).of(e) }

const maxDepth = 60

func (w *spans) of(e *script.Expr) span {
	e = e.Resolve()
	if e == nil || w.depth > maxDepth {
		return everything()
	}
	w.depth++
	defer func() { w.depth-- }()
	s := w.plain(e)
	if known, ok := w.narrowed[e.Key()]; ok {
		s = s.meet(known)
	}
	return s
}

func (w *spans) plain(e *script.Expr) span {
	switch e.Form {
	case script.Number:
		return exactly(e.Number)
	case script.Text:
		if n, err := number.ParseFraction(e.Text); err == nil {
			return exactly(n)
		}
	case script.Fact:
		return factSpan(e.Facts)
	case script.Choice:
		return w.joined(e.Args)
	case script.Call:
		return w.call(e)
	}
	return everything()
}

func (w *spans) joined(all []*script.Expr) span {
	if len(all) == 0 {
		return everything()
	}
	s := w.of(all[0])
	for _, e := range all[1:] {
		s = s.join(w.of(e))
	}
	return s
}

// factSpan is what the schema says of numbers at some places.
func factSpan(places []*facts.Schema) span {
	var out span
	for i, f := range places {
		s := everything()
		if f.Kind == facts.Num {
			s = bounds(f)
		}
		if i == 0 {
			out = s
		} else {
			out = out.join(s)
		}
	}
	if len(places) == 0 {
		return everything()
	}
	return out
}

func bounds(f *facts.Schema) span {
	s := everything()
	s.whole = f.Integer
	for _, b := range []struct {
		n    *number.Number
		low  bool
		open bool
	}{{f.Minimum, true, false}, {f.ExclusiveMinimum, true, true}, {f.Maximum, false, false}, {f.ExclusiveMaximum, false, true}} {
		limit := everything()
		switch {
		case b.n == nil:
			continue
		case b.low:
			limit.lo = end{at: *b.n, open: b.open}
		default:
			limit.hi = end{at: *b.n, open: b.open}
		}
		s = s.meet(limit)
	}
	return s
}

func (w *spans) call(e *script.Expr) span {
	if len(e.Args) == 2 {
		a, b := e.Args[0], e.Args[1]
		switch e.Op {
		case "+":
			return w.of(a).add(w.of(b))
		case "-":
			if a.Key() == b.Key() {
				return exactly(number.Number{})
			}
			return w.of(a).add(w.of(b).neg())
		case "*":
			return w.of(a).times(w.of(b))
		case "/":
			if partOf(a, b) {
				return span{lo: end{}, hi: end{at: number.Int(1)}}
			}
			return w.of(a).over(w.of(b))
		case "pow":
			return w.power(a, b)
		}
	}
	return w.function(e)
}

// partOf tells a count of some of a list's elements over the count of all.
func partOf(a, b *script.Expr) bool {
	a, b = a.Resolve(), b.Resolve()
	if !a.Is("count") || !b.Is("count") || len(a.Args) != 1 || len(b.Args) != 1 {
		return false
	}
	some, all := a.Args[0].Resolve(), b.Args[0].Resolve()
	return some != nil && some.Form == script.Each && len(some.Over) == 1 && some.Over[0].Key() == all.Key()
}

func (w *spans) power(a, b *script.Expr) span {
	base, exponent := w.of(a), w.of(b)
	if c, ok := exponent.constant(); ok {
		if n, whole := c.Int64(); whole && n > 0 && n < 100 && !base.negative() {
			raise := func(e end) end {
				p, err := e.at.Pow(int(n))
				return end{p, e.open, e.none || err != nil}
			}
			return span{lo: raise(base.lo), hi: raise(base.hi)}
		}
	}
	if base.negative() {
		return everything()
	}
	return atLeast(0)
}

func (w *spans) function(e *script.Expr) span {
	switch e.Op {
	case "neg":
		return w.of(e.Args[0]).neg()
	case "?:":
		return w.of(e.Args[1]).join(w.of(e.Args[2]))
	case "min", "max":
		return w.extreme(e)
	case "abs":
		if s := w.of(e.Args[0]); !s.negative() {
			return s
		}
		return atLeast(0)
	case "count":
		return w.count(e.Args[0])
	case "sum":
		return w.sum(e.Args[0])
	case "floor", "ceil", "round":
		return w.rounded(e)
	case "object.get":
		return w.of(e.Args[0]).join(w.of(e.Args[len(e.Args)-1]))
	}
	return everything()
}

// extreme is min or max of several, or of a list.
func (w *spans) extreme(e *script.Expr) span {
	args := e.Args
	if list := args[0].Resolve(); len(args) == 1 && list != nil {
		if list.Form != script.List || len(list.Args) == 0 {
			return w.elements(list)
		}
		args = list.Args
	}
	out := w.of(args[0])
	for _, a := range args[1:] {
		s := w.of(a)
		if e.Op == "min" {
			out = span{lo: loosest(out, s).lo, hi: lower(out.hi, s.hi), whole: out.whole && s.whole}
		} else {
			out = span{lo: higher(out.lo, s.lo), hi: loosest(out, s).hi, whole: out.whole && s.whole}
		}
	}
	return out
}

func loosest(a, b span) span { return a.join(b) }

// elements is what the elements of a list may be.
func (w *spans) elements(list *script.Expr) span {
	switch list.Form {
	case script.List:
		return w.joined(list.Args)
	case script.Each:
		return w.joined(list.Args)
	case script.Fact:
		return w.of(list.Elements(list.Place))
	}
	return everything()
}

func (w *spans) sum(e *script.Expr) span {
	list := e.Resolve()
	if list == nil {
		return everything()
	}
	if list.Form == script.List {
		out := exactly(number.Number{})
		for _, a := range list.Args {
			out = out.add(w.of(a))
		}
		return out
	}
	if s := w.elements(list); !s.negative() {
		return span{lo: end{}, hi: end{none: true}, whole: s.whole}
	}
	return everything()
}

// count is how many elements a collection may have.
func (w *spans) count(e *script.Expr) span {
	out := span{lo: end{}, hi: end{none: true}, whole: true}
	if most, ok := turns(e.Resolve()); ok {
		out.hi = end{at: number.Int(int64(most))}
	}
	return out
}

// turns is how many elements a collection has at most, if that is known.
func turns(e *script.Expr) (most int, ok bool) {
	if e = e.Resolve(); e == nil {
		return 0, false
	}
	switch e.Form {
	case script.List, script.Object:
		return len(e.Args), true
	case script.Fact:
		for _, f := range e.Facts {
			switch {
			case f.Kind == facts.Object:
				most = max(most, len(f.Properties))
			case f.Kind == facts.List && f.MaxItems >= 0:
				most = max(most, f.MaxItems)
			default:
				return 0, false
			}
		}
		return most, len(e.Facts) > 0
	case script.Each:
		most = 1
		for _, over := range e.Over {
			n, ok := turns(over)
			if !ok {
				return 0, false
			}
			most *= n
		}
		return most, len(e.Over) > 0
	}
	return 0, false
}

// rounded is a rounded value: at most one away where the digits are not given.
func (w *spans) rounded(e *script.Expr) span {
	s := w.of(e.Args[0])
	whole := len(e.Args) == 1
	shift := func(e end, by int64) end {
		return end{at: e.at.Add(number.Int(by)), none: e.none}
	}
	out := span{lo: shift(s.lo, -1), hi: shift(s.hi, 1), whole: whole}
	if !s.negative() {
		out.lo = higher(out.lo, end{})
	}
	return out
}

// formula is an expression in words that people know: names and operators.
func formula(e *script.Expr) string {
	switch {
	case e == nil:
		return "…"
	case e.Form == script.Name:
		return e.Text
	case e.Form == script.Number:
		return e.Number.String()
	case e.Form == script.Fact && len(e.Facts) > 0:
		return e.Facts[0].Label()
	case e.Form == script.Text || e.Form == script.Unknown && e.Text != "":
		return e.Text
	case e.Form == script.Call && len(e.Args) == 2 && strings.Contains("+ - * / %", e.Op):
		return formula(e.Args[0]) + " " + e.Op + " " + formula(e.Args[1])
	case e.Form == script.Call:
		var args []string
		for _, a := range e.Args {
			args = append(args, formula(a))
		}
		return e.Op + "(" + strings.Join(args, ", ") + ")"
	}
	return "…"
}
