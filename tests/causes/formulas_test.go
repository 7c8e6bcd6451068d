package causes

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/policy"
	"rubric/tests/internal/shipped"
	"rubric/tests/internal/tree"
	"rubric/tests/internal/vary"
)

// others is how many cases with other values are tried for each policy.
const others = 60

// formulas are what was found of the formulas of policies.
type formulas struct{ policies, derived, compared, wrong int }

// hold derives the formulas of a policy from a case, and holds them against what
// the policy says of cases with other values at the same places.
func (s *subject) hold(t *testing.T, count *formulas, scale []string) {
	count.policies++
	bound, err := s.base.Bind(s.schema)
	if err != nil {
		t.Fatal(err)
	}
	element := bound.At(s.element)
	if s.element == "" {
		element = nil
	}
	d, err := s.Program.(policy.Deriver).Derive(ctx, bound, element)
	if err != nil {
		t.Logf("%s: %v", s.id, why(err))
		return
	}
	count.derived++
	for _, doc := range append(vary.Cohort(s.number, bound, s.reads, s.base.Clone, others), s.without(bound)...) {
		other, err := doc.Bind(s.schema)
		if err != nil {
			continue
		}
		f := s.evaluate(other)
		if f == nil || f.Failure != nil || len(other.Missing()) > 0 {
			continue
		}
		count.compared++
		if !engine.Agrees(d, f, scale, func(n *facts.Node) *facts.Node { return other.At(n.Pointer()) }) {
			if count.wrong++; count.wrong < 5 {
				t.Errorf("%s: the formulas give something else than the policy, which says %v\n%s\n%s", s.id, results(f), doc.Bytes(), s.text)
			}
		}
	}
}

// without are the facts without one of those that need not be there.
func (s *subject) without(bound *facts.Document) (all []*tree.Doc) {
	var walk func(n *facts.Node)
	walk = func(n *facts.Node) {
		if n.Len() == 0 && n.Schema.Optional && n.Kind != facts.List && n.Kind != facts.Object {
			doc := s.base.Clone()
			doc.Delete(n.Pointer())
			all = append(all, doc)
		}
		for _, below := range append(n.Members(), n.Elements()...) {
			walk(below)
		}
	}
	walk(bound.Root)
	return all
}

func why(err error) string {
	var f *policy.Failure
	if errors.As(err, &f) {
		return fmt.Sprintf("%s:%d %s %v", f.File, f.Line, f.Message.ID, f.Message.Args)
	}
	return err.Error()
}

// TestFormulasOfShippedPolicies: formulas give what the policies say, whatever the
// values are.
func TestFormulasOfShippedPolicies(t *testing.T) {
	var count formulas
	for framework, of := range map[string]string{"urumqi-dept-2023": "urumqi-kexie-2023", "project-self-evaluation": "bridge-project-2023", "fiscal-capacity": "county-fiscal-2023"} {
		for _, s := range subjectsOf(t, framework, of) {
			s.hold(t, &count, s.scale)
		}
	}
	t.Logf("%+v", count)
	if count.derived != count.policies || count.compared < 20*count.policies {
		t.Errorf("%+v", count)
	}
	fmt.Printf("figure formulas.shipped_policies %d\nfigure formulas.shipped_derived %d\n", count.policies, count.derived)
}

// scaled is a subject of a framework with a scale.
type scaled struct {
	*subject
	scale []string
}

func subjectsOf(t *testing.T, framework, of string) (all []scaled) {
	root := shipped.Root(t)
	rules := shipped.Rules(t, filepath.Join(root, "policies", framework))
	doc := read(t, filepath.Join(root, "inputs", of, "facts.json"))
	for _, in := range rules.Framework.Indicators() {
		p, _ := rules.Policy(in.ID)
		elements := []string{""}
		if in.Each != nil {
			elements = nil
			for i := range doc.Len(in.Each.Over) {
				elements = append(elements, fmt.Sprintf("%s/%d", in.Each.Over, i))
			}
		}
		for _, element := range elements {
			s := &subject{ground{rules.Framework.Schema, p.Reads, doc}, named{in.ID + element, p, element}, uint64(len(all)), ""}
			all = append(all, scaled{s, rules.Framework.Scale})
		}
	}
	return all
}

// TestFormulasOfMadeUpPolicies: so do those of policies that nobody would write.
func TestFormulasOfMadeUpPolicies(t *testing.T) {
	var count formulas
	for _, s := range madeUp(t) {
		s.hold(t, &count, nil)
	}
	fmt.Printf("figure formulas.compared %d\nfigure formulas.differing %d\n", count.compared, count.wrong)
	t.Logf("%+v", count)
	if count.derived < count.policies/3 || count.compared < 10*count.derived {
		t.Errorf("%+v", count)
	}
}

func read(t *testing.T, file string) *tree.Doc {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := tree.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}
