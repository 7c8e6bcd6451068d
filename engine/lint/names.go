package lint

import (
	"slices"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/policy/script"
)

// unusedNames: a variable or helper that nothing names.
func (c *checker) unusedNames() {
	for i := range c.policies {
		seen := map[string]bool{}
		for _, r := range c.policies[i].Rules {
			if !r.Used && !seen[r.Name] {
				c.report(r.Place, message.New("lint.unused_name", "name", r.Name))
			}
			seen[r.Name] = true
		}
	}
}

// bareFacts: all facts taken as one value, so that every one of them is cited.
func (c *checker) bareFacts() {
	c.expressions(func(e *script.Expr) {
		if e.Form == script.Fact && len(e.Facts) == 1 && e.Facts[0].Parent == nil && e.Line > 0 {
			c.report(e.Place, message.New("lint.bare_facts"))
		}
	})
}

// duplicateItems: two deductions with one constant item.
func (c *checker) duplicateItems() {
	for i := range c.policies {
		first := map[string]int{}
		for _, r := range c.policies[i].Rules {
			if r.Kind != script.Deduction && r.Kind != script.Found {
				continue
			}
			for _, k := range r.Clauses {
				item := constantText(k.Item)
				if line, twice := first[item]; twice && item != "" && !exclude(&c.policies[i], line, k) {
					c.report(k.Place, message.New("lint.duplicate_item", "item", item, "line", line))
				} else if item != "" {
					first[item] = k.Line
				}
			}
		}
	}
}

// exclude tells whether the deduction in that line and another cannot both be
// made: their conditions contradict each other.
func exclude(p *script.Policy, line int, k script.Clause) bool {
	for _, r := range p.Rules {
		for _, other := range r.Clauses {
			if (r.Kind == script.Deduction || r.Kind == script.Found) && other.Line == line {
				l := &logic{}
				return !l.possible(and(l.all(other.Conditions), l.all(k.Conditions)))
			}
		}
	}
	return false
}

func constantText(e *script.Expr) string {
	pieces := piecesOf(e)
	if len(pieces) != 1 || pieces[0].Resolve() == nil || pieces[0].Resolve().Form != script.Text {
		return ""
	}
	return pieces[0].Resolve().Text
}

// optionalUnderNot: "not" over something that reads a fact that may be absent.
func (c *checker) optionalUnderNot() {
	c.clauses(func(_ *script.Policy, _ *script.Rule, k *script.Clause) {
		for _, e := range k.Conditions {
			if e.Is("!") && len(e.Args) == 1 && !isPresence(e.Args[0]) {
				if f := c.optionalIn(e.Args[0]); f != nil {
					c.report(e.Place, message.New("lint.optional_under_not", "name", f.Label()))
				}
			}
		}
	})
}

// isPresence tells a fact that is not a yes or no by itself: not before it asks
// whether it is there.
func isPresence(e *script.Expr) bool {
	e = e.Resolve()
	return e != nil && e.Form == script.Fact && !slices.ContainsFunc(e.Facts, func(f *facts.Schema) bool { return f.Kind == facts.Bool })
}

// optionalIn is an optional fact that an expression reads as if it were there,
// nil if there is none.
func (c *checker) optionalIn(e *script.Expr) (found *facts.Schema) {
	e.WalkAll(func(x *script.Expr) bool {
		if x.Is("object.get") || x.Is("has") {
			return false
		}
		if x.Form == script.Fact {
			for _, f := range x.Facts {
				if f.Optional {
					found = f
				}
			}
		}
		if x.Form == script.Call && found == nil {
			found = c.optionalInFunction(x)
		}
		return found == nil
	})
	return found
}

// optionalInFunction looks into a function for the members of its parameters.
func (c *checker) optionalInFunction(call *script.Expr) (found *facts.Schema) {
	f := c.functionOf(call)
	if f == nil {
		return nil
	}
	for _, k := range f.Clauses {
		for _, e := range k.Expressions() {
			e.WalkAll(func(x *script.Expr) bool {
				if x.Is("object.get") {
					return false
				}
				if stepped := stepOfParameter(x, call.Args); stepped != nil {
					for _, p := range stepped.Facts {
						if p.Optional {
							found = p
						}
					}
				}
				return found == nil
			})
		}
	}
	return found
}

// stepOfParameter is parameter.member with the argument in the parameter's place.
func stepOfParameter(x *script.Expr, args []*script.Expr) *script.Expr {
	if x.Form != script.Unknown || len(x.Args) != 2 {
		return nil
	}
	base := x.Args[0].Resolve()
	for i, a := range args {
		if base != nil && base.Form == script.Unknown && base.Op == script.Parameter(i+1) {
			return a.Step(a.Place, x.Args[1])
		}
	}
	return nil
}
