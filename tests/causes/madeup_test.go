package causes

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"rubric/engine/facts"
	"rubric/engine/policy"
	"rubric/engine/policy/cel"
	"rubric/engine/policy/rego"
	"rubric/tests/internal/invent"
	"rubric/tests/internal/tree"
	"rubric/tests/internal/vary"
)

const (
	perFramework  = 1000 // mutations for which one framework is made up
	policiesEach  = 2    // in each language
	mostDiscarded = 30   // percent of the policies that may not compile

	mostFrameworks = 400
)

// invented is what was made up, compiled once for all tests.
var invented = sync.OnceValue(func() made {
	wanted, err := wantedMutations()
	if err != nil {
		panic(err)
	}
	return makeUp(min(wanted/perFramework, mostFrameworks))
})

// made are the policies of made-up frameworks that compile.
type made struct {
	subjects  []*subject
	discarded []string // why a policy was left out
}

func madeUp(t *testing.T) []*subject {
	t.Helper()
	m := invented()
	all := len(m.subjects) + len(m.discarded)
	t.Logf("%d made-up policies, %d of them discarded", all, len(m.discarded))
	if 100*len(m.discarded) > mostDiscarded*all {
		t.Fatalf("%d of %d made-up policies do not compile, such as %s", len(m.discarded), all, m.discarded[0])
	}
	return m.subjects
}

// makeUp makes up n frameworks.
func makeUp(n int) made {
	parts := make([]made, n)
	inParallel(n, func(i int) { parts[i] = compileMadeUp(i) })
	var all made
	for _, part := range parts {
		all.subjects = append(all.subjects, part.subjects...)
		all.discarded = append(all.discarded, part.discarded...)
	}
	return all
}

func compileMadeUp(number int) made {
	f := invent.New(uint64(number), policiesEach)
	schema, err := facts.ParseSchema("facts.schema.json", []byte(f.Schema))
	if err != nil {
		panic(fmt.Sprintf("made-up framework %d: %v\n%s", number, err, f.Schema))
	}
	if _, err := f.Facts.Bind(schema); err != nil {
		panic(fmt.Sprintf("made-up framework %d: %v\n%s", number, err, f.Facts.Bytes()))
	}
	var m made
	lib := policy.Source{File: "lib.rego", Text: []byte(f.Lib)}
	for i, text := range f.Rego {
		source := policy.Source{Indicator: invent.Name(i), File: "p.rego", Text: []byte(text)}
		m.add(schema, f.Facts, rego.Language{}, source, lib)
	}
	for i, text := range f.CEL {
		source := policy.Source{Indicator: invent.Name(i), File: "p.cel.yaml", Text: []byte(text)}
		m.add(schema, f.Facts, cel.Language{}, source)
	}
	for i, s := range m.subjects {
		s.id = fmt.Sprintf("made-up framework %d, %s", number, s.id)
		s.number = uint64(1000 + 100*number + i)
	}
	return m
}

func (m *made) add(schema *facts.Schema, doc *tree.Doc, language policy.Language, source policy.Source, helpers ...policy.Source) {
	text := string(source.Text)
	for _, h := range helpers {
		text += string(h.Text)
	}
	p, err := compile(schema, language, source, helpers...)
	if err != nil {
		m.discarded = append(m.discarded, fmt.Sprintf("%v\n%s", err, text))
		return
	}
	g := ground{schema, append(schema.Leaves(), lists(schema)...), doc}
	if len(m.subjects)%2 == 0 { // in the others, what the policy does not read must not matter
		bound, err := doc.Bind(schema)
		if err != nil {
			panic(err)
		}
		g = ground{schema, p.Reads, vary.Narrow(bound, p.Reads)}
	}
	m.subjects = append(m.subjects, &subject{g, named{source.Indicator + language.Extension(), p, ""}, 0, text})
}

func compile(schema *facts.Schema, language policy.Language, source policy.Source, helpers ...policy.Source) (*policy.Policy, error) {
	all, err := language.Compile(ctx, policy.Unit{Schema: schema, Policies: []policy.Source{source}, Helpers: helpers})
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// lists are the lists below s.
func lists(s *facts.Schema) []*facts.Schema {
	var all []*facts.Schema
	if s.Kind == facts.List {
		all = append(lists(s.Items), s)
	}
	for _, p := range s.Properties {
		all = append(all, lists(p)...)
	}
	return all
}

// TestCitesWhatIsRead: of facts and lists, a policy cites none but what it is
// known to read when it is compiled.
func TestCitesWhatIsRead(t *testing.T) {
	for _, subjects := range [][]*subject{newBench(t).subjects(), madeUp(t)} {
		for _, s := range subjects {
			s.citesWhatIsRead(t)
		}
	}
}

func (s *subject) citesWhatIsRead(t *testing.T) {
	chooser := s.chooser(seed + 7 + s.number)
	for range 3 {
		bound, err := s.draw(chooser, 40).Bind(s.schema)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results(s.evaluate(bound)) {
			for _, c := range r.causes {
				if at := place(c); at.Kind != facts.Object && !slices.Contains(s.Reads, at) {
					t.Errorf("%s cites %s, which is not among what it may read\n%s", s.id, c.Pointer(), s.text)
					return
				}
			}
		}
	}
}

const stableFrameworks = 20

// TestMadeUpStable compiles policies a second time and turns the members of the
// facts round: what is said, what is cited and the order of both stay.
func TestMadeUpStable(t *testing.T) {
	first, second := makeUp(stableFrameworks), makeUp(stableFrameworks)
	if len(first.subjects) != len(second.subjects) {
		t.Fatalf("%d policies compile, then %d", len(first.subjects), len(second.subjects))
	}
	inParallel(len(first.subjects), func(i int) { stable(t, first.subjects[i], second.subjects[i]) })
}

func stable(t *testing.T, one, other *subject) {
	chooser := one.chooser(seed + 11 + one.number)
	for range 5 {
		doc := one.holed(chooser, one.draw(chooser, 40))
		forwards, backwards := one.said(t, doc.Bytes()), other.said(t, doc.Backwards())
		if forwards != backwards {
			t.Errorf("%s says\n%s\nand then\n%s\nof %s\n%s", one.id, forwards, backwards, doc.Bytes(), one.text)
		}
	}
}

// said is everything that a policy says of facts.
func (s *subject) said(t *testing.T, text []byte) string {
	doc, err := facts.Parse("facts.json", text)
	if err == nil {
		err = doc.Bind(s.schema)
	}
	if err != nil {
		t.Error(err)
		return ""
	}
	f := s.evaluate(doc)
	out := fmt.Sprintln(f.Failure)
	for _, r := range results(f) {
		out += fmt.Sprintf("%s %q %s %s %v\n%s\n", r.kind, r.item, r.share, r.reason, r.open, cited(r.causes))
	}
	for _, m := range f.Missing {
		out += m.Path() + "\n"
	}
	return out
}
