package rego

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/policy"
)

// A policy of the elements of a list sees the element that it decides as
// data.indicator; with `import data.indicator` it is called indicator. It is a
// node of the facts, so that what is read of it is cited by its own address.

const indicatorName = "indicator"

// withIndicator is data with the indicator in it.
func withIndicator(data value, indicator *facts.Node) value {
	base, ok := data.(*object)
	if indicator == nil || !ok {
		return data
	}
	out := &object{collection{entries: slices.Clone(base.entries), whole: base.whole}}
	out.put(entry{key: indicatorName, val: indicator})
	return out
}

// elements tells whether some policy of the unit sees an indicator.
func (c *compilation) elements() bool {
	return slices.ContainsFunc(c.unit.Policies, func(s policy.Source) bool { return s.Element != nil })
}

// element is the place of the indicator that a module sees, nil if it sees none.
func (c *compilation) element(m *ast.Module) *facts.Schema {
	for _, s := range c.unit.Policies {
		if s.File == m.Package.Location.File {
			return s.Element
		}
	}
	return nil
}

// besideIndicator checks that nothing else stands at data.indicator.
func (c *compilation) besideIndicator(m *ast.Module) {
	if !c.elements() {
		return
	}
	if len(m.Package.Path) > 1 && m.Package.Path[1].Value.Compare(ast.String(indicatorName)) == 0 {
		c.problemAt(m.Package.Location, message.New("rego.indicator_package"))
	}
}

// indicatorInData checks that the data document leaves the name free.
func (c *compilation) indicatorInData() {
	if root := c.dataRoot(); c.elements() && root.Member(indicatorName) != nil {
		c.problems.Add(message.Problem{File: c.unit.Data.File, Message: message.New("rego.indicator_data")})
	}
}

// isIndicator tells whether a reference leads to the indicator.
func isIndicator(ref ast.Ref) bool {
	return len(ref) > 1 && ref.HasPrefix(ast.DefaultRootRef) && ref[1].Value.Compare(ast.String(indicatorName)) == 0
}

// seesIndicator reports a reference to the indicator in a module that has none.
func (c *compilation) seesIndicator(m *ast.Module, ref ast.Ref) {
	if c.element(m) == nil {
		c.problemAt(ref[0].Location, message.New("rego.no_indicator"))
	}
}
