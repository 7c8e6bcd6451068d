// Package cases reads and runs the cases that stand beside a policy
// (<id>.cases.yaml): facts, a change to them, and what the policy must say, as
// worked out by hand from the written rule.
package cases

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/facts/yamlfile"
	"rubric/engine/framework"
	"rubric/engine/message"
	"rubric/engine/number"
)

// Suite is the cases of one indicator.
type Suite struct {
	Indicator string
	File      string
	Cases     []Case
	Accepted  []Accepted
}

// Accepted is a change of the policy that no case notices, and why none needs
// to: see package mutate.
type Accepted struct {
	Mutant string // the change, as mutate words it
	Why    string
	Line   int
}

// Case is one of them.
type Case struct {
	Name    string
	Line    int
	Column  int
	Why     string // the arithmetic, for people
	base    *document
	baseID  string // in place of base: the id of a case folder whose facts are taken
	patch   []change
	Element string // of a leaf that is made of a list: the id of the element; "" for the only one
	Expect  Expect
}

// Expect is what a policy must say. Share is the exact fraction of the weight
// lost after cap and cut-off; nil where the case does not say.
type Expect struct {
	Line    int // where it stands in the file
	Outcome string
	Share   *number.Number
	Points  *number.Number // the points lost, exactly, after cap and cut-off; nil where the case does not say
	Mark    string         // "" where the case does not say
	Items   []string
	Unsaid  bool   // the case has no items, which stands for none
	Reason  string // of the only deduction, or of one of them

	// Together is what a policy of aggregation must say; nil for all others.
	Together *Together
}

// Together is what a policy of aggregation must say of groups and the total. What
// the case does not mention may be anything.
type Together struct {
	Marks, Scores []GroupSaid
	Total         *string // a score or a mark; "" for nothing said
	Grade         *string // "" for none
}

// GroupSaid is what must be said of a group, "" for nothing.
type GroupSaid struct{ Group, Want string }

type change struct {
	pointer string
	path    []string
	value   *document // nil removes
	line    int
	column  int
}

// Parse reads a <id>.cases.yaml. The error is a message.Problems.
func Parse(file, indicator string, data []byte) (*Suite, error) {
	r := &reader{File: yamlfile.Open(file, data), together: file == framework.AggregatorCases}
	s := &Suite{Indicator: indicator, File: file}
	m := r.Fields(r.Root, "base", "cases", "accepted")
	base, baseID := r.base(m.Get("base"))
	names := map[string]bool{}
	for _, n := range r.Items(m.Get("cases")) {
		c := r.one(n, base, baseID)
		if names[c.Name] {
			r.Report(n, message.New("cases.twice", "name", c.Name))
		}
		names[c.Name] = true
		s.Cases = append(s.Cases, c)
	}
	s.Accepted = r.accepted(m.Get("accepted"))
	if r.Root != nil && len(s.Cases) == 0 {
		r.Report(r.Root, message.New("facts.yaml_need", "key", "cases"))
	}
	return s, r.Err()
}

// reader is a cases file being read.
type reader struct {
	*yamlfile.File
	together bool // of a policy of aggregation
}

// base is facts written out, or the id of a case whose facts are taken.
func (r *reader) base(n *yaml.Node) (*document, string) {
	switch {
	case n == nil:
		return &document{}, ""
	case n.Kind == yaml.ScalarNode:
		return nil, r.Text(n)
	}
	return fromYAML(r.File, n), ""
}

func (r *reader) one(n *yaml.Node, base *document, baseID string) Case {
	m := r.Fields(n, "name", "why", "base", "patch", "element", "expect")
	c := Case{Name: m.Need("name"), Why: m.Text("why"), Element: m.Text("element"), Line: n.Line, Column: n.Column, base: base, baseID: baseID}
	if own := m.Get("base"); own != nil {
		c.base, c.baseID = r.base(own)
	}
	for _, p := range r.Pairs(m.Get("patch")) {
		c.patch = append(c.patch, r.change(p))
	}
	if m.Get("expect") == nil {
		r.Report(n, message.New("facts.yaml_need", "key", "expect"))
	}
	if c.Expect = r.expect(m.Get("expect")); r.together && c.baseID != "" {
		r.Report(n, message.New("cases.together_base", "base", c.baseID))
	}
	return c
}

func (r *reader) accepted(n *yaml.Node) (all []Accepted) {
	seen := map[string]bool{}
	for _, item := range r.Items(n) {
		m := r.Fields(item, "mutant", "why")
		a := Accepted{Mutant: m.Need("mutant"), Why: m.Need("why"), Line: item.Line}
		if seen[a.Mutant] {
			r.Report(item, message.New("cases.accepted_twice", "mutant", a.Mutant))
		}
		seen[a.Mutant] = true
		all = append(all, a)
	}
	return all
}

func (r *reader) change(p yamlfile.Pair) change {
	c := change{pointer: r.Text(p.Key), line: p.Key.Line, column: p.Key.Column}
	path, err := facts.ParsePointer(c.pointer)
	if err != nil || len(path) == 0 {
		r.Report(p.Key, misplaced(c.pointer))
		return c
	}
	c.path = path
	if p.Value.ShortTag() != "!!null" {
		c.value = fromYAML(r.File, p.Value)
	}
	return c
}

// misplaced says of a text that it is no address of a fact.
func misplaced(pointer string) message.Message {
	if path, err := facts.ParsePointer("/" + pointer); err == nil && len(path) > 0 && path[0] != "" {
		return message.New("cases.pointer_slash", "pointer", pointer)
	}
	return message.New("cases.pointer", "pointer", pointer)
}

// outcomes are what a policy or a reconciliation check may come to.
func outcomes() []string {
	return []string{string(engine.Full), string(engine.Deducted), string(engine.NotApplicable),
		string(engine.Undetermined), string(engine.Failed), string(engine.Consistent), string(engine.Contradicted)}
}

func (r *reader) outcome(m yamlfile.Fields) string {
	outcome := m.Need("outcome")
	if n := m.Get("outcome"); outcome != "" && !slices.Contains(outcomes(), outcome) {
		r.Report(n, message.New("cases.outcome", "outcome", outcome))
	}
	return outcome
}

func (r *reader) expect(n *yaml.Node) Expect {
	if r.together {
		return r.expectTogether(n)
	}
	m := r.Fields(n, "outcome", "share", "points", "mark", "items", "reason")
	e := Expect{Line: lineOf(n), Outcome: r.outcome(m), Mark: m.Text("mark"), Items: []string{}, Reason: m.Text("reason")}
	e.Share, e.Points = r.fraction(m.Get("share")), r.fraction(m.Get("points"))
	e.Unsaid = m.Get("items") == nil
	for _, item := range r.Items(m.Get("items")) {
		e.Items = append(e.Items, r.Text(item))
	}
	return e
}

func lineOf(n *yaml.Node) int {
	if n == nil {
		return 0
	}
	return n.Line
}

// fraction is a number or a fraction, nil for none.
func (r *reader) fraction(n *yaml.Node) *number.Number {
	if n == nil {
		return nil
	}
	x, err := number.ParseFraction(r.Text(n))
	if err != nil {
		r.Report(n, message.New("cases.share", "share", r.Text(n)))
	}
	return &x
}

// facts is the case's document as JSON.
func (c Case) facts(base *document) (string, *message.Message) {
	d := base.copy()
	for _, p := range c.patch {
		if wrong := d.set(p.path, p.value.orNil()); wrong != nil {
			m := message.New("cases.patch", "pointer", p.pointer, "why", *wrong)
			return "", &m
		}
	}
	var out strings.Builder
	d.json(&out)
	return out.String(), nil
}

// orNil is a copy, so that one case's change does not reach the next.
func (d *document) orNil() *document {
	if d == nil {
		return nil
	}
	return d.copy()
}
