package rego

import (
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"rubric/engine/facts"
	"rubric/engine/message"
)

// The data document of a framework: constants that stand in a file of their own.
// It is part of the rules and no fact, so that nobody cites it.

// plain is a document as values of the machine; an empty object for none.
func plain(doc *facts.Document) value {
	if doc == nil {
		return &object{}
	}
	return plainNode(doc.Root)
}

func plainNode(n *facts.Node) value {
	switch n.Kind {
	case facts.Object:
		out := &object{}
		for _, m := range n.SortedMembers() {
			out.entries = append(out.entries, entry{key: m.Key, val: plainNode(m)})
		}
		return out
	case facts.List:
		out := &array{}
		for _, e := range n.Elements() {
			out.elems = append(out.elems, plainNode(e))
		}
		return out
	}
	return scalar(n)
}

// dataRoot is the data document; a node without members for none.
func (c *compilation) dataRoot() *facts.Node {
	if c.unit.Data == nil {
		return &facts.Node{}
	}
	return c.unit.Data.Root
}

func memberNames(n *facts.Node) []string {
	var all []string
	for _, m := range n.SortedMembers() {
		all = append(all, m.Key)
	}
	return all
}

// besideData checks that a module's package is no place in the data document,
// nor under a value in it: it would hide one of the two.
func (c *compilation) besideData(m *ast.Module) {
	if c.unit.Data == nil {
		return
	}
	at := c.unit.Data.Root
	for _, part := range m.Package.Path[1:] {
		name, _ := part.Value.(ast.String)
		if at.Kind != facts.Object {
			break
		}
		if at = at.Member(string(name)); at == nil {
			return
		}
	}
	c.problemAt(m.Package.Location, message.New("rego.data_clash", "package", m.Package.Path.String(),
		"file", c.unit.Data.File, "pointer", at.Pointer()))
}

// dataName follows ref on into the data document: its names before i lead to at.
// A name that is not there would silently be undefined.
func (c *compilation) dataName(ref ast.Ref, i int, at *facts.Node) {
	for ; i < len(ref); i++ {
		name, isText := ref[i].Value.(ast.String)
		if !isText || at.Kind == facts.List {
			return
		}
		below := at.Member(string(name))
		if below == nil {
			c.unknownData(ref[:i+1], string(name), memberNames(at))
			return
		}
		at = below
	}
}

func (c *compilation) unknownData(ref ast.Ref, name string, known []string) {
	m := message.New("rego.unknown_data", "data", ref.String(), "file", c.unit.Data.File, "known", strings.Join(known, ", "))
	if near := nearest(name, known); near != "" {
		m = message.New("rego.unknown_data_near", "data", ref.String(), "file", c.unit.Data.File, "suggestion", near)
	}
	c.problemAt(ref[0].Location, m)
}
