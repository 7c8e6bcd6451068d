package lint

import (
	"rubric/engine/message"
	"rubric/engine/policy/script"
)

// judged is a condition that is always or never true.
type judged struct {
	at     script.Place
	always bool
	id     string // of the sentence
	args   []any
}

// unreachable: a clause that no facts lead to.
func (c *checker) unreachable() {
	c.judge(func(r *script.Rule, j judged) {
		if !j.always && r.Kind != script.Cutoff {
			c.report(j.at, message.New(j.id, j.args...))
		}
	})
	c.ladders(func(l *ladder) { c.shadowed(l) })
}

// alwaysTrue: a condition that holds for all facts.
func (c *checker) alwaysTrue() {
	c.judge(func(_ *script.Rule, j judged) {
		if j.always {
			c.report(j.at, message.New(j.id, j.args...))
		}
	})
}

// cutoffNever: a cut-off that cannot apply.
func (c *checker) cutoffNever() {
	c.judge(func(r *script.Rule, j judged) {
		if !j.always && r.Kind == script.Cutoff {
			c.report(j.at, message.New("lint.cutoff_never"))
		}
	})
}

// judge finds the conditions of clauses that are always or never true: each part
// by itself, then all parts together.
func (c *checker) judge(found func(r *script.Rule, j judged)) {
	c.clauses(func(_ *script.Policy, r *script.Rule, k *script.Clause) {
		parts := conjuncts(k.Conditions)
		never := false
		for _, part := range parts {
			if isTruth(part) {
				continue
			}
			l := &logic{}
			read := l.read(part)
			switch {
			case !l.possible(read):
				never = true
				found(r, judged{part.Place, false, "lint.never_true", []any{"bounds", l.bounds()}})
			case l.certain(read):
				found(r, judged{part.Place, true, "lint.always_true", []any{"bounds", l.bounds()}})
			}
		}
		l := &logic{}
		if all := l.all(k.Conditions); !never && len(parts) > 1 && !l.possible(all) {
			found(r, judged{parts[0].Place, false, "lint.contradiction", nil})
		}
	})
}

// conjuncts are the parts of conditions that must all hold.
func conjuncts(conditions []*script.Expr) (all []*script.Expr) {
	for _, e := range conditions {
		if r := e.Resolve(); r.Is("&&") {
			all = append(all, conjuncts(r.Args)...)
		} else {
			all = append(all, e)
		}
	}
	return all
}

// bounds say what is known of the values that a condition looks at.
func (l *logic) bounds() any {
	for _, s := range l.subjects {
		switch {
		case len(s.cuts) > 0 && !(s.span.lo.none && s.span.hi.none):
			return message.New("lint.bounds", "range", s.span.describe(formula(s.expr)))
		case s.closed:
			return message.New("lint.bounds_texts", "name", formula(s.expr), "texts", s.texts)
		}
	}
	return message.New("lint.bounds_constant")
}

// shadowed reports clauses before which another has always been chosen.
func (c *checker) shadowed(l *ladder) {
	if !l.rule.Ordered {
		return
	}
	for i := 1; i < len(l.steps); i++ {
		k := l.rule.Clauses[i]
		bare := k.Default || len(k.Conditions) == 0 || len(k.Conditions) == 1 && isTruth(k.Conditions[0])
		if bare && i == len(l.steps)-1 || !l.logic.possible(l.steps[i]) {
			continue // a last resort does no harm; what is never true is known
		}
		if !l.logic.possible(l.reached(i)) {
			c.report(k.Place, message.New("lint.shadowed", "line", l.rule.Clauses[i-1].Line))
		}
	}
}
