package rego

import (
	"github.com/open-policy-agent/opa/v1/ast"

	"rubric/engine/policy"
	"rubric/engine/policy/slip"
)

// Formulas are what decides the findings of a policy: the expressions of all its
// rules, with what its constants and variables stand for.
func (Language) Formulas(_ policy.Unit, source policy.Source) []slip.Formula {
	m := parsed(source)
	if m == nil {
		return nil
	}
	constants := map[string]string{}
	for _, r := range m.Rules {
		if isConstant(r) {
			constants[ruleName(r)] = string(r.Head.Value.Location.Text)
		}
	}
	var all []slip.Formula
	for _, r := range m.Rules {
		for ; r != nil && !isConstant(r); r = r.Else {
			all = append(all, formulasOf(r, constants)...)
		}
	}
	return all
}

// isConstant tells a rule that only gives a name to a value.
func isConstant(r *ast.Rule) bool {
	return len(r.Head.Ref()) == 1 && len(r.Head.Args) == 0 && r.Head.Value != nil && r.Head.Value.Location != nil &&
		!bodyWritten(r) && r.Else == nil && !r.Default
}

// formulasOf are the expressions of one rule, its head first. What is there for
// the reason alone is left out.
func formulasOf(r *ast.Rule, constants map[string]string) []slip.Formula {
	names := map[string]string{}
	for name, text := range constants {
		names[name] = text
	}
	all := []slip.Formula{{Text: string(r.Head.Location.Text), Names: names}}
	if !bodyWritten(r) {
		return all
	}
	reasons := reasonsOf(r)
	for _, e := range r.Body {
		target, term, assigned := assignment(e)
		switch {
		case assigned && reasons[target]:
		case assigned && term.Location != nil:
			names[string(target)] = string(term.Location.Text)
			all = append(all, slip.Formula{Text: string(term.Location.Text), Names: names})
		default:
			all = append(all, slip.Formula{Text: string(e.Location.Text), Names: names})
		}
	}
	return all
}
