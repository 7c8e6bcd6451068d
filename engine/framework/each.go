package framework

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"rubric/engine/facts"
	"rubric/engine/message"
)

// Each makes a leaf of the tree as many indicators as a list in the facts has
// elements, all with the leaf's policy. The weights of the elements add up to
// the leaf's.
type Each struct {
	Over              string        // the list's pointer
	ID, Title, Weight string        // the elements' members that say so
	List              *facts.Schema // the list
}

// each reads a leaf's each; whether the schema has the list is checked when the
// schema is there.
func (t *treeFile) each(n *yaml.Node) *Each {
	if n == nil {
		return nil
	}
	m := t.Fields(n, "over", "id", "title", "weight")
	e := &Each{Over: m.Need("over"), ID: m.Need("id"), Title: m.Need("title"), Weight: m.Need("weight")}
	t.eaches = append(t.eaches, eachAt{e, n})
	return e
}

// eachAt is an each and where it stands.
type eachAt struct {
	each *Each
	node *yaml.Node
}

// eachLists finds the lists that leaves are made of.
func (l *loading) eachLists() {
	if l.fw.Schema == nil {
		return
	}
	for _, at := range l.eaches {
		if m, ok := at.each.find(l.fw.Schema); !ok {
			l.problem(TreeFile, at.node.Line, at.node.Column, m)
		}
	}
}

// find looks the list up in the schema, and checks that its elements are told
// apart by their id and have a title and a weight.
func (e *Each) find(root *facts.Schema) (wrong message.Message, ok bool) {
	list := root.At(e.Over)
	if list == nil || list.Kind != facts.List || list.Items.Kind != facts.Object || strings.Contains(list.Path(), "*") {
		return message.New("framework.each_over", "over", e.Over), false
	}
	if list.Unique != e.ID {
		return message.New("framework.each_id", "over", e.Over, "id", e.ID), false
	}
	for _, member := range []struct {
		name string
		kind facts.Kind
	}{{e.Title, facts.Text}, {e.Weight, facts.Num}} {
		p := list.Items.Property(member.name)
		if p == nil || p.Kind != member.kind || p.Optional || p.Nullable {
			return message.New("framework.each_member", "over", e.Over, "member", member.name, "kind", kindWord(member.kind)), false
		}
	}
	e.List = list
	return wrong, true
}

func kindWord(k facts.Kind) message.Message {
	if k == facts.Num {
		return message.New("framework.kind_number")
	}
	return message.New("framework.kind_text")
}

// element is the place of what an indicator's policy sees as indicator, nil
// where it sees none.
func (l *loading) element(id string) *facts.Schema {
	for _, in := range l.fw.Indicators() {
		if in.ID == id && in.Each != nil && in.Each.List != nil {
			return in.Each.List.Items
		}
	}
	return nil
}
