package rego

import (
	"context"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/open-policy-agent/opa/v1/ast"

	"rubric/engine/facts"
	"rubric/engine/message"
)

// names checks that every rule a module names is there, or else a member of the
// framework's data. OPA takes any name below data for a document that may come:
// it would silently be undefined.
func (c *compilation) names(context.Context) {
	root := c.compiler.RuleTree.Child(ast.DefaultRootDocument.Value)
	for _, m := range c.modules {
		ast.WalkRefs(c.compiler.Modules[m.Package.Location.File], func(ref ast.Ref) bool {
			switch {
			case isIndicator(ref) && c.elements():
				c.seesIndicator(m, ref)
			case ref.HasPrefix(ast.DefaultRootRef):
				c.name(ref, root)
			}
			return false
		})
	}
}

// name follows ref through packages down to a rule, or through the data
// document, as far as its names are written out.
func (c *compilation) name(ref ast.Ref, at *ast.TreeNode) {
	data := c.dataRoot()
	for i, part := range ref[1:] {
		name, isText := part.Value.(ast.String)
		if at == nil || len(at.Values) > 0 || !isText {
			return
		}
		below, member := at.Child(name), data.Member(string(name))
		switch {
		case below == nil && member != nil:
			c.dataName(ref, i+2, member)
			return
		case below == nil:
			c.unknownRule(ref[:i+2], string(name), at, data)
			return
		}
		at = below
		if data = member; data == nil {
			data = &facts.Node{}
		}
	}
}

func (c *compilation) unknownRule(ref ast.Ref, name string, at *ast.TreeNode, data *facts.Node) {
	known := memberNames(data)
	for _, k := range at.Sorted {
		if s, ok := k.(ast.String); ok {
			known = append(known, string(s))
		}
	}
	m := message.New("rego.unknown_rule", "rule", ref.String(), "known", strings.Join(known, ", "))
	if near := nearest(name, known); near != "" {
		m = message.New("rego.unknown_rule_near", "rule", ref.String(), "suggestion", near)
	}
	c.problemAt(ref[0].Location, m)
}

// nearest is the name that is most like name, "" when none is.
func nearest(name string, known []string) string {
	best, within := "", max(2, len(name)/3)
	for _, k := range known {
		if d := levenshtein.ComputeDistance(name, k); d <= within && d < len(name) {
			best, within = k, d-1
		}
	}
	return best
}
