package lint

import (
	"slices"
	"strings"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy/script"
)

// shares calls visit with each share and what it may be where it counts.
func (c *checker) shares(visit func(k *script.Clause, s span)) {
	c.clauses(func(_ *script.Policy, r *script.Rule, k *script.Clause) {
		if k.Share == nil {
			return
		}
		known := settled(r, k)
		s := (&spans{narrowed: narrowed(known)}).of(k.Share)
		if q := k.Share.Resolve(); q.Is("/") && lessOrEqual(known, q.Args[0], q.Args[1]) && !spanOf(q.Args[0]).negative() {
			s = s.meet(unitSpan())
		}
		visit(k, s)
	})
}

// settled are the conditions that hold where a clause decides: its own, and the
// contrary of those of the clauses before it.
func settled(r *script.Rule, k *script.Clause) []*script.Expr {
	known := slices.Clone(k.Conditions)
	for i := range r.Clauses {
		before := &r.Clauses[i]
		if before == k || !r.Ordered {
			break
		}
		if parts := conjuncts(before.Conditions); len(parts) == 1 {
			known = append(known, &script.Expr{Place: parts[0].Place, Form: script.Call, Op: "!", Args: parts})
		}
	}
	return known
}

// lessOrEqual tells whether some of the conditions says that a is no more than b.
func lessOrEqual(conditions []*script.Expr, a, b *script.Expr) bool {
	for _, e := range conjuncts(conditions) {
		e = e.Resolve()
		turned := e.Is("!")
		if turned {
			e = e.Args[0].Resolve()
		}
		if e == nil || !isOrder(e) {
			continue
		}
		below := (e.Op == "<" || e.Op == "<=") != turned
		less, more := e.Args[0], e.Args[1]
		if !below {
			less, more = more, less
		}
		if less.Key() == a.Key() && more.Key() == b.Key() {
			return true
		}
	}
	return false
}

// narrowed is what conditions that hold say of the numbers they compare.
func narrowed(conditions []*script.Expr) map[string]span {
	out := map[string]span{}
	for _, part := range conjuncts(conditions) {
		l := &logic{}
		c := l.read(part)
		if len(l.subjects) != 1 || l.subjects[0].kind != facts.Num {
			continue
		}
		s := l.subjects[0]
		var within *span
		for _, part := range s.cells() {
			if !c.holds([]cell{part}) {
				continue
			}
			one := part.span
			if within != nil {
				one = within.join(one)
			}
			within = &one
		}
		if within != nil {
			if known, ok := out[s.key]; ok {
				*within = known.meet(*within)
			}
			out[s.key] = *within
		}
	}
	return out
}

func unitSpan() span { return span{lo: end{}, hi: end{at: number.Int(1)}} }

// shareRanges: a share that is certainly no part of the weight.
func (c *checker) shareRanges() {
	c.shares(func(k *script.Clause, s span) {
		if !s.empty() && s.meet(unitSpan()).empty() {
			c.report(k.Share.Place, message.New("lint.share_range", "range", s.describe("share")))
		}
	})
}

// sharesBeyond: a share that may be more than the weight, or less than nothing.
func (c *checker) sharesBeyond() {
	c.shares(func(k *script.Clause, s span) {
		one := number.Int(1)
		if s.empty() || s.meet(unitSpan()).empty() || hasUnknown(k.Share) || !understood(k.Share) {
			return
		}
		if s.hi.none || s.hi.at.Cmp(one) > 0 || s.lo.none || s.lo.at.Sign() < 0 {
			c.report(k.Share.Place, message.New("lint.share_beyond", "range", s.describe("share")))
		}
	})
}

// understood tells whether an expression is made of facts, numbers and
// arithmetic alone, so that its span is close to the truth.
func understood(e *script.Expr) bool {
	known := []string{"+", "-", "*", "/", "neg", "min", "max", "abs", "floor", "ceil", "round", "count", "sum"}
	ok := true
	e.WalkAll(func(x *script.Expr) bool {
		switch x.Form {
		case script.Number, script.Name, script.List, script.Each:
		case script.Fact:
			ok = ok && len(x.Facts) == 1 && (x.Facts[0].Kind == facts.Num || x.Facts[0].Kind == facts.List)
		case script.Call:
			ok = ok && slices.Contains(known, x.Op)
		default:
			ok = false
		}
		return ok && x.Form != script.Each
	})
	return ok
}

// tally is what the deductions of a policy can add up to.
type tally struct {
	sum   number.Number
	first script.Place
	part  bool // some share is less than the whole weight
}

// tallies calls visit with every policy of deductions whose shares and numbers
// are constant.
func (c *checker) tallies(visit func(p *script.Policy, t tally)) {
	for i := range c.policies {
		p := &c.policies[i]
		if t, ok := tallyOf(p); ok {
			visit(p, t)
		}
	}
}

func tallyOf(p *script.Policy) (t tally, ok bool) {
	items := map[string]bool{}
	for _, r := range p.Rules {
		if r.Kind == script.Cutoff {
			return t, false
		}
		if r.Kind != script.Deduction {
			continue
		}
		for _, k := range r.Clauses {
			share, constant := spanOf(k.Share).constant()
			times := 1
			for _, over := range k.Over {
				n, known := turns(over)
				constant, times = constant && known, times*n
			}
			item := constantText(k.Item)
			if !constant || k.Share == nil || iterates(k) || item != "" && items[item] { // of one item, one counts
				return t, false
			}
			items[item] = true
			t.part = t.part || share.Cmp(number.Int(1)) < 0
			t.sum = t.sum.Add(share.Mul(number.Int(int64(times))))
			if !ok {
				t.first, ok = k.Place, true
			}
		}
	}
	return t, ok
}

// iterates tells whether a clause may be true for more than what it is said to
// be repeated over: its item is made of the facts.
func iterates(k script.Clause) bool {
	found := false
	k.Item.WalkAll(func(e *script.Expr) bool {
		found = found || e.Form == script.Fact || e.Form == script.Unknown
		return !found
	})
	return found && len(k.Over) == 0
}

// tillNothing is how a written rule says that deductions go on until nothing is
// left.
const tillNothing = "扣完为止"

// deductionsShort: the written rule says 扣完为止, but all deductions together
// leave something.
func (c *checker) deductionsShort() {
	c.tallies(func(p *script.Policy, t tally) {
		if strings.Contains(p.Meta.Rule, tillNothing) && t.sum.Cmp(number.Int(1)) < 0 && !nearlyOne(t.sum) {
			c.report(t.first, message.New("lint.deductions_short", "sum", t.sum.String(), "words", tillNothing))
		}
	})
}

// nearlyOne is a sum such as three times 0.33.
func nearlyOne(n number.Number) bool { return n.Cmp(number.Ratio(98, 100)) >= 0 }

// deductionsExceed: all deductions together are more than the weight, and the
// written rule does not say that it stops there.
func (c *checker) deductionsExceed() {
	c.tallies(func(p *script.Policy, t tally) {
		if t.part && t.sum.Cmp(number.Int(1)) > 0 && !strings.Contains(p.Meta.Rule, tillNothing) {
			c.report(t.first, message.New("lint.deductions_exceed", "sum", t.sum.String(), "words", tillNothing))
		}
	})
}
