package mutate

import (
	"maps"
	"slices"

	"rubric/engine/facts"
	"rubric/engine/number"
)

// linear is a sum of facts, each times a number, and a constant.
type linear struct {
	of       map[string]number.Number // by the fact's path; none is 0
	constant number.Number
}

func (l linear) isConstant() bool { return len(l.of) == 0 }

func (l linear) times(n number.Number) linear {
	out := linear{map[string]number.Number{}, l.constant.Mul(n)}
	for path, k := range l.of {
		if k = k.Mul(n); k.Sign() != 0 {
			out.of[path] = k
		}
	}
	return out
}

func (l linear) plus(m linear) linear {
	out := linear{maps.Clone(l.of), l.constant.Add(m.constant)}
	for path, k := range m.of {
		if k = k.Add(out.of[path]); k.Sign() == 0 {
			delete(out.of, path)
		} else {
			out.of[path] = k
		}
	}
	return out
}

func (l linear) equal(m linear) bool {
	return l.constant.Equal(m.constant) && maps.EqualFunc(l.of, m.of, number.Number.Equal)
}

// product is l times m where that is linear.
func (l linear) product(m linear) (linear, bool) {
	switch {
	case m.isConstant():
		return l.times(m.constant), true
	case l.isConstant():
		return m.times(l.constant), true
	}
	return linear{}, false
}

// quotient is one linear form over another.
type quotient struct{ over, under linear }

func constant(n number.Number) linear { return linear{map[string]number.Number{}, n} }

// quotientOf reads arithmetic on facts that are numbers as a quotient; false
// where it is more than that.
func quotientOf(n *node, schema *facts.Schema) (quotient, bool) {
	one := constant(number.Int(1))
	switch {
	case n.num != nil:
		return quotient{constant(*n.num), one}, true
	case n.op == "":
		s := schema.At(n.leaf)
		if s == nil || s.Kind != facts.Num || s.Nullable {
			return quotient{}, false
		}
		return quotient{linear{map[string]number.Number{n.leaf: number.Int(1)}, number.Int(0)}, one}, true
	case len(n.args) != 2:
		return quotient{}, false
	}
	a, ok := quotientOf(n.args[0], schema)
	b, also := quotientOf(n.args[1], schema)
	if !ok || !also {
		return quotient{}, false
	}
	switch n.op {
	case "+":
		return a.plus(b)
	case "-":
		return a.plus(quotient{b.over.times(number.Int(-1)), b.under})
	case "*":
		return a.times(b.over, b.under)
	case "/":
		return a.times(b.under, b.over)
	}
	return quotient{}, false
}

func (a quotient) plus(b quotient) (quotient, bool) {
	if a.under.equal(b.under) {
		return quotient{a.over.plus(b.over), a.under}, true
	}
	left, ok := a.over.product(b.under)
	right, also := b.over.product(a.under)
	under, whole := a.under.product(b.under)
	return quotient{left.plus(right), under}, ok && also && whole
}

func (a quotient) times(over, under linear) (quotient, bool) {
	above, ok := a.over.product(over)
	below, also := a.under.product(under)
	return quotient{above, below}, ok && also
}

// verdict is what a comparison always says.
type verdict int

const (
	undecided verdict = iota
	always
	never
)

// comparison is `form < 0`, `form <= 0` or `form == 0`, in a shape that is the
// same for all ways to write it, or its opposite.
type comparison struct {
	form    linear
	op      string // "<", "<=" or "=="
	not     bool   // the opposite of it
	verdict verdict
}

func (c comparison) equal(d comparison) bool {
	return c.op == d.op && c.not == d.not && c.form.equal(d.form)
}

// reduce reads a comparison of quotients whose denominators are above zero.
func reduce(n *node, schema *facts.Schema) (comparison, bool) {
	q, ok := quotientOf(&node{op: "-", args: n.args}, schema)
	if !ok {
		return comparison{}, false
	}
	if low, _ := boundsOf(q.under, schema); low == nil || low.at.Sign() < 0 || low.at.Sign() == 0 && !low.open {
		return comparison{}, false
	}
	c := comparison{form: q.over, op: n.op}
	switch n.op {
	case ">", ">=":
		c.form, c.op = q.over.times(number.Int(-1)), map[string]string{">": "<", ">=": "<="}[n.op]
	case "!=":
		c.op, c.not = "==", true
	}
	c.decide(schema)
	c.scale()
	if allWhole(c.form, schema) {
		c.round()
	}
	return c, true
}

// scale divides by the size of the first factor.
func (c *comparison) scale() {
	if c.form.isConstant() {
		return
	}
	first := slices.Min(slices.Collect(maps.Keys(c.form.of)))
	size, err := number.Int(1).Div(c.form.of[first].Abs())
	if err == nil {
		c.form = c.form.times(size)
	}
	if c.op == "==" && c.form.of[first].Sign() < 0 {
		c.form = c.form.times(number.Int(-1))
	}
}

func allWhole(l linear, schema *facts.Schema) bool {
	for path := range l.of {
		if !schema.At(path).Integer {
			return false
		}
	}
	return !l.isConstant()
}

// round uses that the facts are whole numbers: sum + constant < 0 is the same as
// sum + the next whole constant <= 0.
func (c *comparison) round() {
	den := number.Int(1)
	for _, path := range slices.Sorted(maps.Keys(c.form.of)) {
		if k := c.form.of[path].Mul(den); !k.IsInt() {
			below := number.FromRat(k.Rat().SetInt(k.Rat().Denom()))
			den = den.Mul(below)
		}
	}
	c.form = c.form.times(den)
	switch at := c.form.constant; {
	case c.op == "<":
		c.op, c.form.constant = "<=", at.Floor().Add(number.Int(1))
	case c.op == "<=":
		c.form.constant = at.Ceil()
	case !at.IsInt():
		c.verdict = never
		if c.not {
			c.verdict = always
		}
	}
}

// bound is an end of a range; open if it does not belong to it.
type bound struct {
	at   number.Number
	open bool
}

// boundsOf is the range of a linear form by the bounds of its facts; nil where
// there is no end.
func boundsOf(l linear, schema *facts.Schema) (low, high *bound) {
	low, high = &bound{at: l.constant}, &bound{at: l.constant}
	for _, path := range slices.Sorted(maps.Keys(l.of)) {
		k, s := l.of[path], schema.At(path)
		least, most := lowest(s), highest(s)
		if k.Sign() < 0 {
			least, most = most, least
		}
		low, high = low.plus(least, k), high.plus(most, k)
	}
	return low, high
}

func (b *bound) plus(c *bound, k number.Number) *bound {
	if b == nil || c == nil {
		return nil
	}
	return &bound{b.at.Add(c.at.Mul(k)), b.open || c.open}
}

func lowest(s *facts.Schema) *bound {
	switch {
	case s.ExclusiveMinimum != nil:
		return &bound{*s.ExclusiveMinimum, true}
	case s.Minimum != nil:
		return &bound{*s.Minimum, false}
	}
	return nil
}

func highest(s *facts.Schema) *bound {
	switch {
	case s.ExclusiveMaximum != nil:
		return &bound{*s.ExclusiveMaximum, true}
	case s.Maximum != nil:
		return &bound{*s.Maximum, false}
	}
	return nil
}

// decide finds what the comparison always says, if it does.
func (c *comparison) decide(schema *facts.Schema) {
	low, high := boundsOf(c.form, schema)
	var yes, no bool
	switch c.op {
	case "<":
		yes = high != nil && (high.at.Sign() < 0 || high.at.Sign() == 0 && high.open)
		no = low != nil && low.at.Sign() >= 0
	case "<=":
		yes = high != nil && high.at.Sign() <= 0
		no = low != nil && (low.at.Sign() > 0 || low.at.Sign() == 0 && low.open)
	case "==":
		above := low != nil && (low.at.Sign() > 0 || low.at.Sign() == 0 && low.open)
		below := high != nil && (high.at.Sign() < 0 || high.at.Sign() == 0 && high.open)
		no = above || below
	}
	switch {
	case yes != c.not && (yes || no):
		c.verdict = always
	case yes || no:
		c.verdict = never
	}
}
