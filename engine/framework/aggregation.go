package framework

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"rubric/engine/facts/yamlfile"
	"rubric/engine/message"
	"rubric/engine/number"
)

// Aggregation is how scores become group scores and a total.
type Aggregation string

const (
	Sum          Aggregation = "sum"           // weights are points
	WeightedMean Aggregation = "weighted_mean" // each group is worth 100 in itself, and its weight in the one above
	ByPolicy     Aggregation = "policy"        // a policy of the framework's own
)

// NotApplicable is what becomes of the weight of an indicator that does not
// apply.
type NotApplicable string

const (
	Keep         NotApplicable = "keep"         // it is scored in full
	Redistribute NotApplicable = "redistribute" // it goes to the others, in proportion to theirs
	Drop         NotApplicable = "drop"         // it is taken out, so that there are fewer points to be had
)

// Kind is how an indicator counts.
type Kind uint8

const (
	Ordinary Kind = iota
	Bonus         // its score is added to the total; its weight is outside the 100
	Penalty       // what it loses is taken from the total; its weight is outside the 100
)

// Veto is what the loss of any point of an indicator does to the total.
type Veto struct {
	Total *number.Number // the total is no more than this, nil for no such bound
	Grade string         // the grade is no better than this, "" for no such bound
}

// Extra are the bounds of what stands outside the 100.
type Extra struct {
	Cap      *number.Number // of all bonus points together, nil for none
	TotalCap *number.Number // of the total with bonus points, nil for none
}

// aggregation reads how scores come together.
func (t *treeFile) aggregation(m yamlfile.Fields, fw *Framework) {
	fw.Scale = t.scale(m.Get("scale"))
	fw.Aggregation = Aggregation(t.choice(m, "aggregation", string(Sum), string(WeightedMean), string(ByPolicy)))
	fw.NotApplicable = NotApplicable(t.choice(m, "not_applicable", string(Keep), string(Redistribute), string(Drop)))
	if len(fw.Scale) > 0 && fw.Aggregation != ByPolicy {
		t.Report(m.Get("scale"), message.New("framework.scale_policy"))
	}
	if n := m.Get("bonus"); n != nil {
		b := t.Fields(n, "cap", "total_cap")
		fw.Extra = Extra{Cap: t.bound(b.Get("cap")), TotalCap: t.bound(b.Get("total_cap"))}
	}
	t.marks, t.mean, t.byPolicy = len(fw.Scale) > 0, fw.Aggregation == WeightedMean, fw.Aggregation == ByPolicy
}

// scale reads the marks, best first.
func (t *treeFile) scale(n *yaml.Node) []string {
	var marks []string
	for _, item := range t.Items(n) {
		mark := t.Text(item)
		switch {
		case slices.Contains(marks, mark):
			t.Report(item, message.New("framework.mark_twice", "mark", mark))
		case strings.TrimSpace(mark) != mark || mark == "" || strings.ContainsAny(mark, "{}\n"):
			t.Report(item, message.New("framework.mark_form", "mark", mark))
		}
		marks = append(marks, mark)
	}
	if n != nil && len(marks) < 2 {
		t.Report(n, message.New("framework.scale_short"))
	}
	return marks
}

// kind reads whether an indicator stands outside the 100.
func (t *treeFile) kind(m yamlfile.Fields) Kind {
	bonus, penalty := t.flag(m, "bonus"), t.flag(m, "penalty")
	switch {
	case bonus && penalty:
		t.Report(m.Get("penalty"), message.New("framework.bonus_and_penalty"))
	case bonus:
		return Bonus
	case penalty:
		return Penalty
	}
	return Ordinary
}

func (t *treeFile) flag(m yamlfile.Fields, key string) bool {
	n := m.Get(key)
	if n == nil {
		return false
	}
	text := t.Text(n)
	if text != "true" && text != "false" {
		t.Report(n, message.New("framework.choice", "key", key, "value", text, "known", []string{"true", "false"}))
	}
	return text == "true"
}

// veto reads what an indicator can do to the total.
func (t *treeFile) veto(n *yaml.Node) *Veto {
	if n == nil {
		return nil
	}
	m := t.Fields(n, "total", "grade")
	v := &Veto{Total: t.bound(m.Get("total")), Grade: m.Text("grade")}
	if v.Total == nil && v.Grade == "" {
		t.Report(n, message.New("framework.veto_empty"))
	}
	if v.Grade != "" {
		t.vetoes = append(t.vetoes, m.Get("grade"))
	}
	return v
}

// conflicts checks that nothing else touches a total that is not out of 100, or
// that a policy gives.
func (t *treeFile) conflicts(m yamlfile.Fields, fw *Framework) {
	outside, veto := m.Get("bonus") != nil, false
	for _, in := range fw.Indicators() {
		outside = outside || in.Kind != Ordinary || in.Veto != nil && in.Veto.Total != nil
		veto = veto || in.Veto != nil
	}
	switch {
	case fw.Aggregation == ByPolicy && (outside || veto || m.Get("not_applicable") != nil):
		t.Report(m.Get("aggregation"), message.New("framework.policy_outside"))
	case fw.NotApplicable == Drop && fw.Aggregation == Sum && outside:
		t.Report(m.Get("not_applicable"), message.New("framework.drop_outside"))
	}
}

// vetoGrades checks that vetoes name grades that there are.
func (t *treeFile) vetoGrades(fw *Framework) {
	var known []string
	for _, g := range fw.Grades {
		known = append(known, g.Name)
	}
	for _, n := range t.vetoes {
		if !slices.Contains(known, n.Value) {
			t.Report(n, message.New("framework.veto_grade", "grade", n.Value, "known", known))
		}
	}
}

// WorseGrade is the lower of two grades.
func (f *Framework) WorseGrade(a, b string) string {
	at := func(name string) int {
		return slices.IndexFunc(f.Grades, func(g Grade) bool { return g.Name == name })
	}
	if at(a) < at(b) {
		return b
	}
	return a
}
