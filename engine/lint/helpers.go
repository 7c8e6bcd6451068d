package lint

import (
	"strings"

	"rubric/engine/number"
	"rubric/engine/policy/script"
)

// usesHelpers tells whether a policy names something outside its own file.
func (c *checker) usesHelpers(p *script.Policy) bool {
	found := false
	c.eachOf(p, func(e *script.Expr) {
		found = found || e.Form == script.Call && c.functionOf(e) != nil || e.Form == script.Name && e.File == p.File && foreign(e, p)
	})
	return found
}

func foreign(e *script.Expr, p *script.Policy) bool {
	return len(e.Args) == 1 && e.Args[0].File != "" && e.Args[0].File != p.File
}

// readsData tells whether a policy reads the framework's data file, whose
// numbers are not looked at here.
func (c *checker) readsData(p *script.Policy) bool {
	found := false
	c.eachOf(p, func(e *script.Expr) {
		found = found || e.Form == script.Unknown && strings.HasPrefix(e.Text, "data.")
	})
	return found
}

// eachOf calls visit with every expression of a policy.
func (c *checker) eachOf(p *script.Policy, visit func(e *script.Expr)) {
	for _, r := range p.Rules {
		for _, k := range r.Clauses {
			for _, e := range k.Expressions() {
				e.WalkAll(func(x *script.Expr) bool {
					visit(x)
					return true
				})
			}
		}
	}
}

// helperConstants are the numbers in the helpers' files.
func (c *checker) helperConstants() (all []number.Number) {
	for i := range c.policies {
		if c.policies[i].Indicator != "" {
			continue
		}
		c.eachOf(&c.policies[i], func(e *script.Expr) {
			if n, ok := spanOf(e).constant(); ok {
				all = append(all, n)
			}
		})
	}
	return all
}

// constantsNamed are the constant values of the rules of that name.
func (c *checker) constantsNamed(name string) (all []number.Number) {
	for _, p := range c.policies {
		for _, r := range p.Rules {
			for _, k := range r.Clauses {
				if r.Name != name || k.Value == nil {
					continue
				}
				if n, ok := spanOf(k.Value).constant(); ok {
					all = append(all, n)
				}
			}
		}
	}
	return all
}

// functionOf is the function of the framework's own that a call names, nil if it
// is none of those.
func (c *checker) functionOf(e *script.Expr) *script.Rule {
	name := e.Op[strings.LastIndex(e.Op, ".")+1:]
	for i := range c.policies {
		for j := range c.policies[i].Rules {
			r := &c.policies[i].Rules[j]
			if r.Kind != script.Function || r.Name != name {
				continue
			}
			if same := c.policies[i].File == e.File; same || c.policies[i].Indicator == "" {
				return r
			}
		}
	}
	return nil
}
