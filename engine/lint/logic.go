package lint

import (
	"slices"
	"strconv"

	"rubric/engine/facts"
	"rubric/engine/number"
	"rubric/engine/policy/script"
)

// A condition is examined over cells: each value that it looks at (its subject)
// is cut at the thresholds it is compared with, and the condition is either true
// or false all over a cell. What cannot be taken apart is a subject that is true
// or false. Subjects are taken as independent of one another, so that what holds
// for all cells holds for all facts; the reverse only where they are
// independent.

// subject is a value that conditions look at.
type subject struct {
	key    string
	expr   *script.Expr
	span   span            // of a number
	cuts   []number.Number // of a number: thresholds
	texts  []string        // of a text: what it is compared with, or all it may be
	closed bool            // of a text: it may be nothing else
	kind   facts.Kind      // Num, Text, or Bool for what is true or false
	opaque bool            // it could not be taken apart
}

// condition is a condition taken apart.
type condition struct {
	op      string // "and", "or", "not", "true", "false", "<", "<=", "==", "text", "truth"
	parts   []condition
	subject int
	n       number.Number
	text    string
}

// logic takes conditions apart; those of one logic share subjects.
type logic struct {
	subjects []*subject
}

func (l *logic) subject(e *script.Expr, key string, kind facts.Kind) int {
	for i, s := range l.subjects {
		if s.key == key && s.kind == kind {
			return i
		}
	}
	s := &subject{key: key, expr: e, kind: kind}
	switch kind {
	case facts.Num:
		s.span = spanOf(e)
		s.span.whole = s.span.whole || wholeFact(e)
	case facts.Text:
		if r := e.Resolve(); r.Form == script.Fact && len(r.Facts) == 1 {
			s.texts, s.closed = slices.Clone(r.Facts[0].Enum), len(r.Facts[0].Enum) > 0
		}
	}
	l.subjects = append(l.subjects, s)
	return len(l.subjects) - 1
}

func wholeFact(e *script.Expr) bool {
	r := e.Resolve()
	if r == nil || r.Form != script.Fact {
		return false
	}
	return !slices.ContainsFunc(r.Facts, func(f *facts.Schema) bool { return !f.Integer })
}

func constantly(b bool) condition { return condition{op: strconv.FormatBool(b)} }

func not(c condition) condition { return condition{op: "not", parts: []condition{c}} }

func and(all ...condition) condition { return condition{op: "and", parts: all} }

func or(all ...condition) condition { return condition{op: "or", parts: all} }

func (l *logic) all(es []*script.Expr) condition {
	c := and()
	for _, e := range es {
		c.parts = append(c.parts, l.read(e))
	}
	return c
}

// read takes a condition apart.
func (l *logic) read(e *script.Expr) condition {
	r := e.Resolve()
	switch {
	case r == nil:
	case r.Form == script.Truth:
		return constantly(r.Flag)
	case r.Form == script.Call && len(r.Args) == 2:
		return l.binary(r)
	case r.Is("!"):
		return not(l.read(r.Args[0]))
	case r.Is("?:"):
		if c := l.read(r.Args[0]); isTruth(r.Args[1]) || isTruth(r.Args[2]) {
			return or(and(c, l.read(r.Args[1])), and(not(c), l.read(r.Args[2])))
		}
	}
	return l.truth(e)
}

func isTruth(e *script.Expr) bool { return e.Resolve() != nil && e.Resolve().Form == script.Truth }

// truth is a condition as a subject of its own.
func (l *logic) truth(e *script.Expr) condition {
	r := e.Resolve()
	n := l.subject(e, e.Key(), facts.Bool)
	l.subjects[n].opaque = r == nil || r.Form != script.Fact || len(r.Facts) != 1 || r.Loop != 0
	return condition{op: "truth", subject: n}
}

func (l *logic) binary(e *script.Expr) condition {
	a, b := e.Args[0], e.Args[1]
	switch e.Op {
	case "&&":
		return and(l.read(a), l.read(b))
	case "||":
		return or(l.read(a), l.read(b))
	case "<", "<=":
		return l.order(e, a, b, e.Op)
	case ">":
		return l.order(e, b, a, "<")
	case ">=":
		return l.order(e, b, a, "<=")
	case "==":
		return l.equal(e, a, b)
	case "!=":
		return not(l.equal(e, a, b))
	case "in":
		return l.in(e, a, b)
	}
	return l.truth(e)
}

func (l *logic) in(e, a, b *script.Expr) condition {
	list := b.Resolve()
	if list == nil || list.Form != script.List {
		return l.truth(e)
	}
	c := or()
	for _, member := range list.Args {
		c.parts = append(c.parts, l.equal(e, a, member))
	}
	return c
}

// equal is a == b: of a truth value, a text or a number with a constant.
func (l *logic) equal(e, a, b *script.Expr) condition {
	x, y := a.Resolve(), b.Resolve()
	switch {
	case x == nil || y == nil:
		return l.truth(e)
	case x.Form == script.Truth || x.Form == script.Text || x.Form == script.Number:
		if y.Form != script.Truth && y.Form != script.Text && y.Form != script.Number {
			return l.equal(e, b, a)
		}
		return constantly(x.Key() == y.Key())
	case x.Key() == y.Key() && x.Form != script.Choice:
		return constantly(true)
	case y.Form == script.Truth && y.Flag:
		return l.read(a)
	case y.Form == script.Truth:
		return not(l.read(a))
	case y.Form == script.Text:
		n := l.subject(a, a.Key(), facts.Text)
		if s := l.subjects[n]; !s.closed && !slices.Contains(s.texts, y.Text) {
			s.texts = append(s.texts, y.Text)
		}
		l.subjects[n].opaque = x.Form != script.Fact || x.Loop != 0
		return condition{op: "text", subject: n, text: y.Text}
	}
	if c, ok := spanOf(b).constant(); ok {
		return l.threshold(a, "==", c)
	}
	return l.pair(e, a, b, "==")
}

// order is a < b or a <= b.
func (l *logic) order(e, a, b *script.Expr, op string) condition {
	x, isX := spanOf(a).constant()
	y, isY := spanOf(b).constant()
	switch {
	case isX && isY:
		c := x.Cmp(y)
		return constantly(c < 0 || c == 0 && op == "<=")
	case isY:
		return l.threshold(a, op, y)
	case isX: // x < b is not b <= x
		turned := map[string]string{"<": "<=", "<=": "<"}[op]
		return not(l.threshold(b, turned, x))
	case a.Key() == b.Key() && a.Resolve().Form != script.Choice:
		return constantly(op == "<=")
	}
	return l.pair(e, a, b, op)
}

// pair compares two values that both depend on the facts: only their spans tell.
func (l *logic) pair(e, a, b *script.Expr, op string) condition {
	x, y := spanOf(a), spanOf(b)
	difference := x.add(y.neg())
	switch {
	case op == "==" && !difference.has(number.Number{}) && !difference.whole:
		return constantly(false)
	case op == "==":
	case !difference.hi.none && (difference.hi.at.Sign() < 0 || difference.hi.at.Sign() == 0 && (op == "<=" || difference.hi.open)):
		return constantly(true)
	case !difference.lo.none && (difference.lo.at.Sign() > 0 || difference.lo.at.Sign() == 0 && (op == "<" || difference.lo.open)):
		return constantly(false)
	}
	n := l.subject(e, a.Key()+op+b.Key(), facts.Bool)
	l.subjects[n].opaque = true
	return condition{op: "truth", subject: n}
}

// threshold is a comparison with a constant. What is added to the value or
// multiplied with it is taken to the other side first.
func (l *logic) threshold(e *script.Expr, op string, c number.Number) condition {
	r := e.Resolve()
	if r != nil && r.Form == script.Call && len(r.Args) == 2 {
		a, isA := spanOf(r.Args[0]).constant()
		b, isB := spanOf(r.Args[1]).constant()
		switch {
		case r.Op == "*" && isB && b.Sign() > 0:
			q, _ := c.Div(b)
			return l.threshold(r.Args[0], op, q)
		case r.Op == "*" && isA && a.Sign() > 0:
			q, _ := c.Div(a)
			return l.threshold(r.Args[1], op, q)
		case r.Op == "/" && isB && b.Sign() > 0:
			return l.threshold(r.Args[0], op, c.Mul(b))
		case r.Op == "+" && isB:
			return l.threshold(r.Args[0], op, c.Sub(b))
		case r.Op == "-" && isB:
			return l.threshold(r.Args[0], op, c.Add(b))
		case r.Op == "-" && isA && op == "==":
			return l.threshold(r.Args[1], op, a.Sub(c))
		case r.Op == "-" && isA: // a - x < c is x > a - c
			turned := map[string]string{"<": "<=", "<=": "<"}[op]
			return not(l.threshold(r.Args[1], turned, a.Sub(c)))
		}
	}
	n := l.subject(e, e.Key(), facts.Num)
	s := l.subjects[n]
	s.opaque = hasUnknown(e)
	if !slices.ContainsFunc(s.cuts, c.Equal) {
		s.cuts = append(s.cuts, c)
	}
	return condition{op: op, subject: n, n: c}
}

// hasUnknown tells whether something in e is not understood: an element of a
// list, which need not be the same one elsewhere, or a call of a function.
func hasUnknown(e *script.Expr) bool {
	found := false
	e.WalkAll(func(x *script.Expr) bool {
		switch x.Form {
		case script.Unknown:
			found = found || x.Op == ""
		case script.Choice:
			found = true
		case script.Fact:
			found = found || x.Loop != 0
		case script.Name:
			found = found || len(x.Args) == 0
		case script.Each:
			return false // a whole list is what it is
		}
		return !found
	})
	return found
}
