package cel

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"rubric/engine/facts"
	"rubric/engine/policy"
)

// Changing a fact that a deduction does not cite leaves its item, share and
// reason as they are.
func TestCausesAreSound(t *testing.T) {
	s := schema(t)
	projects := "  - each: {over: /projects, as: p, key: k}\n    condition: "
	for _, body := range []string{
		one("facts.projects.exists(p, !p.declared) || facts.fine"),
		one("facts.projects.filter(p, p.declared).size() < 2 && facts.scores.all(x, x < 0.5)"),
		one("(facts.ok ? facts.payments.q1 : facts.payments.q2).paid < sum(facts.scores) * 100"),
		one("has(facts.note) ? facts.note == 'x' : facts.a in facts.scores"),
		one("facts.payments.q1 != facts.payments.q2"),
		bands,
		"deductions:\n" + projects + "p.amount > 2\n    item: '{p.id}'\n    share: 'min(1, p.amount / 10)'\n    reason: '{has(p.name) ? p.name : p.id}'\n",
		"deductions:\n" + projects + "p.amount > 2\n    item: '{has(p.name) ? p.name : p.id}'\n    share: 1/10\n    reason: 因\n" +
			"  - {item: p1, condition: facts.ok, share: 1/2, reason: '{exact(facts.b)}'}\n",
		eachOver("/payments", "q", "q.paid < q.due"),
	} {
		p := compiled(t, s, body)
		doc := factsOf(t, s)
		before, err := p.Evaluate(context.Background(), doc)
		if err != nil || before.Failure != nil || len(before.Deductions) == 0 {
			t.Fatalf("%s\n%v %s", body, err, show(before))
		}
		var all []*facts.Node
		leaves(doc.Root, &all)
		for _, leaf := range all {
			after, err := p.Evaluate(context.Background(), changed(t, s, leaf))
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range before.Deductions {
				if !cites(d, leaf) && !has(after, d) {
					t.Errorf("%s\n%s is not cited by %q, yet changing it makes of\n%s\n%s", body, leaf.Pointer(), d.Item, show(before), show(after))
				}
			}
		}
	}
}

func leaves(n *facts.Node, to *[]*facts.Node) {
	if n.Kind != facts.Object && n.Kind != facts.List {
		*to = append(*to, n)
	}
	for _, below := range append(n.Members(), n.Elements()...) {
		leaves(below, to)
	}
}

// changed is testFacts with another value at leaf.
func changed(t *testing.T, s *facts.Schema, leaf *facts.Node) *facts.Document {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader([]byte(testFacts)))
	decoder.UseNumber()
	var root any
	if err := decoder.Decode(&root); err != nil {
		t.Fatal(err)
	}
	at := root
	path := strings.Split(leaf.Pointer(), "/")[1:]
	for i, step := range path {
		last := i == len(path)-1
		switch container := at.(type) {
		case map[string]any:
			if last {
				container[step] = another(leaf)
			}
			at = container[step]
		case []any:
			index, _ := strconv.Atoi(step)
			if last {
				container[index] = another(leaf)
			}
			at = container[index]
		}
	}
	source, _ := json.Marshal(root)
	doc, err := facts.Parse("facts.json", source)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Bind(s); err != nil {
		t.Fatal(err)
	}
	return doc
}

func another(n *facts.Node) any {
	switch {
	case n.Kind == facts.Bool:
		return !n.Flag
	case n.Kind == facts.Num:
		return json.Number("7" + strings.Replace(n.Text, ".", "", 1))
	case n.Schema.Format == "date":
		return "2020-01-01"
	}
	return fmt.Sprint(n.Text, "x")
}

func cites(d policy.Deduction, n *facts.Node) bool {
	for _, c := range d.Causes {
		if c.Node.Pointer() == n.Pointer() && c.Key == "" {
			return true
		}
	}
	return false
}

func has(f *policy.Finding, d policy.Deduction) bool {
	for _, other := range f.Deductions {
		if other.Item == d.Item && other.Share.Equal(d.Share) && other.Reason == d.Reason {
			return true
		}
	}
	return false
}
