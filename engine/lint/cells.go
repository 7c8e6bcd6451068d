package lint

import (
	"slices"
	"strings"

	"rubric/engine/facts"
	"rubric/engine/number"
	"rubric/engine/policy/script"
)

// cell is a part of what a subject may be: for a number a point or what lies
// between two thresholds.
type cell struct {
	sample number.Number
	span   span // of a number
	text   string
	other  bool // a text that nothing is compared with
	truth  bool
}

// maxCells bounds the combinations that are looked at.
const maxCells = 20_000

func (s *subject) cells() []cell {
	switch s.kind {
	case facts.Bool:
		return []cell{{truth: true}, {}}
	case facts.Text:
		var all []cell
		for _, t := range s.texts {
			all = append(all, cell{text: t})
		}
		if !s.closed {
			all = append(all, cell{other: true})
		}
		return all
	}
	return s.numberCells()
}

func (s *subject) numberCells() []cell {
	points := slices.Clone(s.cuts)
	for _, e := range []end{s.span.lo, s.span.hi} {
		if !e.none && !slices.ContainsFunc(points, e.at.Equal) {
			points = append(points, e.at)
		}
	}
	slices.SortFunc(points, number.Number.Cmp)
	var all []cell
	add := func(c cell) {
		if s.span.has(c.sample) {
			all = append(all, c)
		}
	}
	for i, p := range points {
		if i == 0 {
			s.between(end{none: true}, end{at: p, open: true}, add)
		}
		add(cell{sample: p, span: exactly(p)})
		next := end{none: true}
		if i+1 < len(points) {
			next = end{at: points[i+1], open: true}
		}
		s.between(end{at: p, open: true}, next, add)
	}
	return all
}

// between adds the open cell between two ends, if it has a number that the
// subject may be.
func (s *subject) between(lo, hi end, add func(cell)) {
	c := cell{span: span{lo: lo, hi: hi}}
	one := number.Int(1)
	switch {
	case lo.none:
		c.sample = hi.at.Sub(one)
	case hi.none:
		c.sample = lo.at.Add(one)
	default:
		c.sample, _ = lo.at.Add(hi.at).Div(number.Int(2))
	}
	if s.span.whole {
		switch {
		case lo.none:
			c.sample = hi.at.Ceil().Sub(one)
		default:
			c.sample = lo.at.Floor().Add(one)
		}
		if !c.span.has(c.sample) {
			return
		}
	}
	add(c)
}

// holds is the condition in a combination of cells.
func (c condition) holds(at []cell) bool {
	switch c.op {
	case "and":
		return !slices.ContainsFunc(c.parts, func(p condition) bool { return !p.holds(at) })
	case "or":
		return slices.ContainsFunc(c.parts, func(p condition) bool { return p.holds(at) })
	case "not":
		return !c.parts[0].holds(at)
	case "true", "false":
		return c.op == "true"
	case "text":
		return !at[c.subject].other && at[c.subject].text == c.text
	case "truth":
		return at[c.subject].truth
	}
	d := at[c.subject].sample.Cmp(c.n)
	return c.op == "<" && d < 0 || c.op == "<=" && d <= 0 || c.op == "==" && d == 0
}

// combinations calls visit with each combination of cells of the subjects,
// until it says no. It is not ok if there are too many.
func (l *logic) combinations(visit func(at []cell) bool) (ok bool) {
	total := 1
	sets := make([][]cell, len(l.subjects))
	for i, s := range l.subjects {
		sets[i] = s.cells()
		if total *= max(1, len(sets[i])); total > maxCells {
			return false
		}
	}
	at := make([]cell, len(sets))
	var next func(i int) bool
	next = func(i int) bool {
		if i == len(sets) {
			return visit(at)
		}
		for _, c := range sets[i] {
			at[i] = c
			if !next(i + 1) {
				return false
			}
		}
		return true
	}
	next(0)
	return true
}

// possible tells whether the condition holds in some cell, and certain whether
// it does in all.
func (l *logic) possible(c condition) bool {
	found := false
	ok := l.combinations(func(at []cell) bool {
		found = c.holds(at)
		return !found
	})
	return found || !ok
}

func (l *logic) certain(c condition) bool { return !l.possible(not(c)) }

// independent tells whether every combination of cells may well occur: the
// subjects are understood, and no two look at the same fact.
func (l *logic) independent() bool {
	seen := map[string]bool{}
	for _, s := range l.subjects {
		if s.opaque {
			return false
		}
		own := map[string]bool{}
		for _, f := range factsOf(s.expr) {
			own[f.Path()] = true
		}
		for path := range own {
			if seen[path] {
				return false
			}
			seen[path] = true
		}
	}
	return true
}

// where describes the cells in which a condition holds, as ranges of the one
// number it is about; "" if it is about something else. Points tells that it
// holds at single values only.
func (l *logic) where(c condition) (text string, points bool) {
	if len(l.subjects) != 1 || l.subjects[0].kind != facts.Num {
		return l.example(c), false
	}
	s := l.subjects[0]
	var runs []span
	joined := false
	for _, one := range s.cells() {
		switch {
		case !c.holds([]cell{one}):
			joined = false
			continue
		case joined:
			runs[len(runs)-1].hi = one.span.hi
		default:
			runs = append(runs, one.span)
		}
		joined = true
	}
	points = len(runs) > 0
	var all []string
	for _, r := range runs {
		r = r.meet(span{lo: s.span.lo, hi: s.span.hi})
		_, single := r.constant()
		points = points && single
		all = append(all, r.describe(formula(s.expr)))
	}
	return strings.Join(all, "; "), points
}

// example is one combination of cells in which a condition holds.
func (l *logic) example(c condition) string {
	text := ""
	l.combinations(func(at []cell) bool {
		if !c.holds(at) {
			return true
		}
		var all []string
		for i, s := range l.subjects {
			all = append(all, s.describe(at[i]))
		}
		text = strings.Join(all, ", ")
		return false
	})
	return text
}

func (s *subject) describe(c cell) string {
	name := formula(s.expr)
	switch {
	case s.kind == facts.Num:
		return c.span.meet(span{lo: s.span.lo, hi: s.span.hi}).describe(name)
	case s.kind == facts.Text && c.other:
		return name + " != " + strings.Join(s.texts, ", ")
	case s.kind == facts.Text:
		return name + " = " + c.text
	case c.truth:
		return name + " = true"
	}
	return name + " = false"
}

// describe writes a span as people write ranges: 0.8 <= x < 0.9.
func (s span) describe(name string) string {
	if n, ok := s.constant(); ok {
		return name + " = " + n.String()
	}
	sign := func(e end) string {
		if e.open {
			return " < "
		}
		return " <= "
	}
	text := name
	switch {
	case s.lo.none && s.hi.none:
		return name
	case s.hi.none:
		return name + strings.Replace(sign(s.lo), "<", ">", 1) + s.lo.at.String()
	case !s.lo.none:
		text = s.lo.at.String() + sign(s.lo) + text
	}
	return text + sign(s.hi) + s.hi.at.String()
}

// factsOf are the facts that an expression reads.
func factsOf(e *script.Expr) (all []*facts.Schema) {
	e.WalkAll(func(x *script.Expr) bool {
		all = append(all, x.Facts...)
		return true
	})
	return all
}
