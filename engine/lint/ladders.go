package lint

import (
	"cmp"
	"slices"

	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy/script"
)

// ladder is a value that is decided by one of several clauses: the bands of what
// is earned, a helper with several definitions, a chain of a ? b : c.
type ladder struct {
	rule  *script.Rule
	logic *logic
	steps []condition // of the clauses
}

func newLadder(r *script.Rule) *ladder {
	l := &ladder{rule: r, logic: &logic{}}
	for _, k := range r.Clauses {
		l.steps = append(l.steps, l.logic.all(k.Conditions))
	}
	return l
}

// reached is when clause i decides.
func (l *ladder) reached(i int) condition {
	if !l.rule.Ordered {
		return l.steps[i]
	}
	return and(l.steps[i], not(or(l.steps[:i]...)))
}

// gap is when no clause decides.
func (l *ladder) gap() condition { return not(or(l.steps...)) }

// ladders calls visit with all ladders of all policies.
func (c *checker) ladders(visit func(l *ladder)) {
	for i := range c.policies {
		p := &c.policies[i]
		for j := range p.Rules {
			r := &p.Rules[j]
			if !r.Partial && (r.Kind == script.Earned || len(r.Clauses) > 1) {
				visit(newLadder(r))
			}
		}
	}
	c.expressions(func(e *script.Expr) {
		if e.Is("?:") {
			visit(newLadder(chain(e)))
		}
	})
}

// chain is a ? b : c ? d : e as a rule.
func chain(e *script.Expr) *script.Rule {
	r := &script.Rule{Place: e.Place, Ordered: true}
	for e != nil && e.Is("?:") {
		r.Clauses = append(r.Clauses, script.Clause{Place: e.Args[0].Place, Conditions: e.Args[:1], Value: e.Args[1]})
		e = e.Args[2]
	}
	r.Clauses = append(r.Clauses, script.Clause{Place: e.Place, Default: true, Value: e})
	return r
}

// valued tells ladders that must have a value: what is earned, and helpers whose
// values are numbers.
func (l *ladder) valued() bool {
	if l.rule.Kind == script.Earned {
		return true
	}
	return len(l.rule.Clauses) > 1 && !slices.ContainsFunc(l.rule.Clauses, func(k script.Clause) bool {
		if k.Value == nil {
			return true
		}
		_, isNumber := spanOf(k.Value).constant()
		return !isNumber
	})
}

// gapOf describes the gap of a ladder, "" if it has none that is known.
func (l *ladder) gapOf() (text string, points bool) {
	gap := l.gap()
	if !l.valued() || len(l.logic.subjects) == 0 || !l.logic.independent() || !l.logic.possible(gap) {
		return "", false
	}
	return l.logic.where(gap)
}

// bandGaps: bands that leave out a range.
func (c *checker) bandGaps() {
	c.ladders(func(l *ladder) {
		if text, points := l.gapOf(); text != "" && !points {
			c.report(l.rule.Place, message.New("lint.band_gap", "where", text))
		}
	})
}

// bandBoundaries: bands that leave out a boundary.
func (c *checker) bandBoundaries() {
	c.ladders(func(l *ladder) {
		if text, points := l.gapOf(); text != "" && points {
			c.report(l.rule.Place, message.New("lint.band_boundary", "where", text))
		}
	})
}

// bandOverlaps: two definitions of one value that may both hold, with different
// values.
func (c *checker) bandOverlaps() {
	c.ladders(func(l *ladder) {
		if l.rule.Ordered || !l.logic.independent() {
			return
		}
		for j := range l.steps {
			for i := range j {
				if both := and(l.steps[i], l.steps[j]); l.clash(i, j) && l.logic.possible(both) {
					text, _ := l.logic.where(both)
					c.report(l.rule.Clauses[j].Place, message.New("lint.band_overlap", "name", l.rule.Name,
						"line", l.rule.Clauses[i].Line, "where", text))
					break
				}
			}
		}
	})
}

// clash tells whether two clauses that both hold would contradict each other.
func (l *ladder) clash(i, j int) bool {
	a, b := l.rule.Clauses[i], l.rule.Clauses[j]
	if a.Default || b.Default {
		return false
	}
	if a.Value != nil && b.Value != nil {
		return a.Value.Key() != b.Value.Key()
	}
	amount := func(k script.Clause) string { return cmp.Or(k.Share, k.Points, k.Mark).Key() }
	return amount(a) != amount(b) || a.Reason.Key() != b.Reason.Key()
}

// bandOrders: bands in the order of their thresholds whose shares are not.
func (c *checker) bandOrders() {
	c.ladders(func(l *ladder) {
		shares := l.shares()
		if len(shares) < 3 || !l.oneWay() || l.shadows() {
			return
		}
		way := 0
		for i := 1; i < len(shares); i++ {
			d := shares[i].Cmp(shares[i-1])
			if way == 0 {
				way = d
			}
			if d != 0 && d != way {
				c.report(l.rule.Clauses[i].Place, message.New("lint.band_order",
					"share", shares[i].String(), "before", shares[i-1].String()))
				return
			}
		}
	})
}

// shadows tells whether some clause is never reached, which is the mistake then.
func (l *ladder) shadows() bool {
	for i := range l.steps {
		if !l.logic.possible(l.reached(i)) {
			return true
		}
	}
	return false
}

// shares are the constant values of all clauses, nil if one has none.
func (l *ladder) shares() (all []number.Number) {
	for _, k := range l.rule.Clauses {
		value := cmp.Or(k.Share, k.Points, k.Value)
		n, ok := spanOf(value).constant()
		if !ok {
			return nil
		}
		all = append(all, n)
	}
	return all
}

// oneWay tells whether the conditions are thresholds of one number in falling
// (or rising) order, all to one side, but for a last clause without one.
func (l *ladder) oneWay() bool {
	if len(l.logic.subjects) != 1 {
		return false
	}
	var last *number.Number
	way, kind := 0, ""
	for i, s := range l.steps {
		n, side, ok := l.onlyThreshold(s)
		if !ok {
			return i == len(l.steps)-1 && i > 1
		}
		if last != nil {
			d := n.Cmp(*last)
			if d == 0 || way != 0 && d != way || side != kind {
				return false
			}
			way = d
		}
		last, kind = &n, side
	}
	return true
}

// onlyThreshold is the one threshold that a condition consists of.
func (l *ladder) onlyThreshold(c condition) (n number.Number, side string, ok bool) {
	switch {
	case c.op == "and" && len(c.parts) == 1:
		return l.onlyThreshold(c.parts[0])
	case c.op == "not":
		n, side, ok = l.onlyThreshold(c.parts[0])
		if side == "below" {
			return n, "above", ok
		}
		return n, "below", ok
	case c.op == "<" || c.op == "<=":
		return c.n, "below", true
	}
	return n, "", false
}
