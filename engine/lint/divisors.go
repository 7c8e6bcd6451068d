package lint

import (
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy/script"
)

// zeroDivisors: a division by a fact that may be 0, in a policy that compares
// that fact with nothing. The indicator then fails: what a department that has
// none of it should get is for the written rule to say.
func (c *checker) zeroDivisors() {
	for i := range c.policies {
		divisions, compared := c.divisions(&c.policies[i])
		for _, e := range divisions {
			by := e.Args[1].Resolve()
			if by == nil || by.Form != script.Fact || compared[by.Key()] || !spanOf(by).has(number.Number{}) {
				continue
			}
			compared[by.Key()] = true // told once a policy
			c.report(e.Place, message.New("lint.zero_divisor", "divisor", formula(by)))
		}
	}
}

// divisions are those of a policy, and the keys of what it compares.
func (c *checker) divisions(p *script.Policy) (all []*script.Expr, compared map[string]bool) {
	compared = map[string]bool{}
	for _, r := range p.Rules {
		for i := range r.Clauses {
			for _, e := range r.Clauses[i].Expressions() {
				c.walk(e, func(e *script.Expr) {
					switch {
					case e.Is("/"):
						all = append(all, e)
					case isOrder(e) || e.Is("==") || e.Is("!="):
						compared[e.Args[0].Key()], compared[e.Args[1].Key()] = true, true
					}
				})
			}
		}
	}
	return all, compared
}
