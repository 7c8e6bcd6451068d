package framework

import (
	"go.yaml.in/yaml/v3"

	"rubric/engine/message"
	"rubric/engine/number"
)

// grades reads the bands, highest first, and checks that every total has
// exactly one.
func (t *treeFile) grades(n *yaml.Node, fw *Framework) {
	items := t.Items(n)
	for i, item := range items {
		m := t.Fields(item, "grade", "from", "to")
		g := Grade{Name: m.Need("grade"), From: t.bound(m.Get("from")), To: t.bound(m.Get("to"))}
		if g.To != nil && i == 0 {
			t.Report(m.Get("to"), message.New("framework.top_grade", "grade", g.Name))
		}
		if g.From == nil && i < len(items)-1 {
			t.Report(item, message.New("framework.grade_from", "grade", g.Name))
		}
		if g.From != nil && g.From.Sign() > 0 && i == len(items)-1 {
			t.Report(m.Get("from"), message.New("framework.bottom_grade", "grade", g.Name, "from", g.From.String()))
		}
		if i > 0 {
			t.meets(item, fw.Grades[i-1], g)
		}
		fw.Grades = append(fw.Grades, g)
	}
}

func (t *treeFile) bound(n *yaml.Node) *number.Number {
	if n == nil {
		return nil
	}
	x := t.number(n)
	return &x
}

// meets checks that a band begins where the one above it ends.
func (t *treeFile) meets(n *yaml.Node, above, g Grade) {
	if above.From == nil {
		return
	}
	if g.To == nil {
		t.Report(n, message.New("framework.grade_to", "grade", g.Name, "above", above.Name, "from", above.From.String()))
		return
	}
	id := ""
	switch g.To.Cmp(*above.From) {
	case -1:
		id = "framework.grade_gap"
	case 1:
		id = "framework.grade_overlap"
	}
	if id != "" {
		t.Report(n, message.New(id, "grade", g.Name, "to", g.To.String(), "above", above.Name, "from", above.From.String()))
	}
	if g.From != nil && g.From.Cmp(*g.To) >= 0 {
		t.Report(n, message.New("framework.grade_empty", "grade", g.Name, "from", g.From.String(), "to", g.To.String()))
	}
}

// GradeOf is the name of the band that total falls into, "" when the framework
// has no bands.
func (f *Framework) GradeOf(total number.Number) string {
	for _, g := range f.Grades {
		if g.From == nil || total.Cmp(*g.From) >= 0 {
			return g.Name
		}
	}
	return ""
}
