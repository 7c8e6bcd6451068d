package cel

import (
	"slices"

	"cel.dev/cel-go/interpreter"

	"rubric/engine/facts"
	"rubric/engine/policy"
	"rubric/engine/policy/pack"
)

// keptPolicy is what was found out about one policy: from it, the policy is made
// again without cel-go's parser and checker.
type keptPolicy struct {
	meta    policy.Meta
	reads   pack.Places
	program *program
}

// keptAs is the key of a unit's kept form: everything that it follows from.
func keptAs(unit policy.Unit) string {
	key := "cel programs of " + unit.Digest
	for _, s := range unit.Policies {
		key += "\n" + s.Indicator + " in " + s.File
	}
	return key
}

func (l Language) keeps(unit policy.Unit) bool {
	return l.Cache != nil && unit.Digest != "" && l.probes == nil
}

// load gives the policies of a unit as an earlier run compiled them, nil if
// nothing is kept of them.
func (l Language) load(unit policy.Unit) []*policy.Policy {
	if !l.keeps(unit) {
		return nil
	}
	data := l.Cache.Load(keptAs(unit))
	if data == nil {
		return nil
	}
	target, err := newPlanning(newProvider())
	if err != nil {
		return nil
	}
	var all []keptPolicy
	c := &coder{Coder: pack.Reader(data), target: target}
	places := unit.Schema.Places()
	if c.unit(&all); !c.Finished() || len(all) != len(unit.Policies) ||
		slices.ContainsFunc(all, func(k keptPolicy) bool { return !k.reads.Fit(len(places)) }) {
		return nil
	}
	policies := make([]*policy.Policy, len(all))
	for i, k := range all {
		policies[i] = l.again(k, unit, unit.Policies[i], places)
	}
	return policies
}

// again is a policy that was kept.
func (l Language) again(k keptPolicy, unit policy.Unit, source policy.Source, places []*facts.Schema) *policy.Policy {
	k.program.file, k.program.scale, k.program.limits = source.File, unit.Scale, l.Limits.Effective()
	return &policy.Policy{Meta: k.meta, Reads: k.reads.In(places), Exempts: k.program.notApplicable != nil, Program: k.program}
}

// save keeps the policies of a unit. What cannot be kept is compiled again: that
// is no failure.
func (l Language) save(unit policy.Unit, policies []*policy.Policy) {
	all := make([]keptPolicy, len(policies))
	for i, p := range policies {
		made, ok := p.Program.(*program)
		if !ok {
			return
		}
		all[i] = keptPolicy{p.Meta, pack.PlacesOf(p.Reads), made}
	}
	c := &coder{Coder: pack.Writer(), known: map[*lateStep]int{}}
	if c.unit(&all); !c.Broken() {
		_ = l.Cache.Save(keptAs(unit), c.Bytes())
	}
	for s := range c.known {
		s.plan = nil
	}
}

// coder writes programs to bytes, or reads them from there. An expression that
// stands in several places is written where it stands first.
type coder struct {
	*pack.Coder
	target interpreter.Interpreter // plans what is read
	steps  []*lateStep
	known  map[*lateStep]int // places in steps, where they are written
}

func (c *coder) unit(all *[]keptPolicy) {
	pack.Each(c.Coder, all, func(k *keptPolicy) {
		c.Meta(&k.meta)
		c.Places(&k.reads)
		pack.Made(&k.program)
		c.program(k.program)
	})
}

func (c *coder) program(p *program) {
	pack.Each(c.Coder, &p.variables, func(v **variable) {
		pack.Made(v)
		c.Text(&(*v).name)
		c.expression(&(*v).value)
	})
	pack.Each(c.Coder, &p.deductions, c.deduction)
	pack.Whole(c.Coder, &p.earnedLine)
	pack.Each(c.Coder, &p.bands, c.band)
	pack.Each(c.Coder, &p.verdicts, func(v *verdict) {
		pack.Whole(c.Coder, &v.of)
		c.Text(&v.name)
		pack.Each(c.Coder, &v.bands, c.band)
	})
	pack.Maybe(c.Coder, &p.cutoff, c.clause)
	pack.Maybe(c.Coder, &p.notApplicable, c.clause)
}

func (c *coder) deduction(p **deduction) {
	pack.Made(p)
	d := *p
	pack.Whole(c.Coder, &d.line)
	pack.Maybe(c.Coder, &d.each, func(e *each) {
		pack.Each(c.Coder, &e.path, c.Text)
		c.Text(&e.as)
		c.Text(&e.key)
	})
	c.template(&d.item)
	c.template(&d.reason)
	c.expression(&d.condition)
	c.amount(&d.amount)
	pack.Maybe(c.Coder, &d.contradiction, c.contradiction)
	pack.Each(c.Coder, &d.clashes, func(n *int) { pack.Whole(c.Coder, n) })
	pack.Each(c.Coder, &d.ends, func(w *itemEnds) {
		c.Text(&w.before)
		c.Text(&w.after)
		c.Flag(&w.whole)
	})
}

func (c *coder) contradiction(k *contradiction) {
	pack.Text(c.Coder, &k.severity)
	pack.Each(c.Coder, &k.figures, c.expression)
	pack.Each(c.Coder, &k.adopt, func(a *adoption) {
		c.Text(&a.pointer)
		c.expression(&a.value)
	})
}

func (c *coder) band(b *band) {
	pack.Whole(c.Coder, &b.line)
	c.expression(&b.condition)
	c.amount(&b.amount)
	c.template(&b.grade)
	c.template(&b.reason)
}

func (c *coder) amount(a *amount) {
	c.expression(&a.share)
	c.expression(&a.points)
	c.template(&a.mark)
}

func (c *coder) clause(k *clause) {
	pack.Whole(c.Coder, &k.line)
	c.expression(&k.condition)
	c.template(&k.reason)
}

// template leaves out the code of the expressions, which only compiling asks
// for.
func (c *coder) template(t **template) {
	pack.Maybe(c.Coder, t, func(t *template) {
		pack.Whole(c.Coder, &t.line)
		pack.Each(c.Coder, &t.parts, func(p *piece) {
			c.Text(&p.literal)
			c.expression(&p.value)
		})
	})
}

func (c *coder) expression(x **expression) {
	pack.Maybe(c.Coder, x, func(x *expression) {
		pack.Whole(c.Coder, &x.line)
		if c.Writes() {
			c.writeStep(x)
		} else {
			c.readStep(x)
		}
	})
}

func (c *coder) writeStep(x *expression) {
	s, ok := x.step.(*lateStep)
	if !ok || s.plan == nil {
		c.Break()
		return
	}
	at, known := c.known[s]
	if !known {
		at = len(c.known)
		c.known[s] = at
	}
	if pack.Whole(c.Coder, &at); !known {
		c.plan(s.plan)
	}
}

func (c *coder) readStep(x *expression) {
	at := 0
	switch pack.Whole(c.Coder, &at); {
	case c.Broken(), at < 0, at > len(c.steps):
		c.Break()
		return
	case at == len(c.steps):
		p := &plan{target: c.target}
		c.steps = append(c.steps, &lateStep{plan: p})
		if c.plan(p); c.Broken() {
			return
		}
		c.steps[at].id, c.steps[at].said = p.tree.Expr().ID(), &said{p.tree, p.numbers}
	}
	x.step, x.said = c.steps[at], c.steps[at].said
}
