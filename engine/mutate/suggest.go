package mutate

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"rubric/engine"
	"rubric/engine/cases"
	"rubric/engine/facts"
	"rubric/engine/number"
)

// Suggestion is a case that would notice a mutant: one of the cases there are,
// with one fact changed.
type Suggestion struct {
	Base       string // the name of the case that is changed
	Pointer    string
	Label      string
	Value      string // JSON, as it stands in a cases file
	Rule, Slip Answer // what the policy says of it, and what the mutant says
}

// Answer is what a policy says, as a case expects it.
type Answer struct {
	Outcome string
	Lost    string // exact share of the weight
	Mark    string // in place of it, where the framework has a scale
	Items   []string
}

func (a Answer) equal(b Answer) bool {
	return a.Outcome == b.Outcome && a.Lost == b.Lost && a.Mark == b.Mark && slices.Equal(a.Items, b.Items)
}

// maxTries bounds the documents that are tried for one mutant.
const maxTries = 4000

// maxText is the length of the facts, as text, beyond which a case is no base.
const maxText = 4000

// suggest tries the boundaries near the facts of the cases until the policy and
// the mutant differ. It is nil if none is found.
func suggest(ctx context.Context, s *subject, rules, mutant *engine.Rules) (*Suggestion, error) {
	h := &hunt{ctx: ctx, subject: s, rules: rules, mutant: mutant, constants: constantsOf(s)}
	for i, doc := range s.ready.Facts() {
		if doc == nil || len(doc.Source) > maxText {
			continue
		}
		h.indicator = s.ready.Asks(i)
		if found, err := h.around(s.Suite.Cases[i].Name, doc); found != nil || err != nil {
			return found, err
		}
	}
	return nil, nil
}

type hunt struct {
	ctx           context.Context
	subject       *subject
	rules, mutant *engine.Rules
	constants     []number.Number
	tries         int
	indicator     string // that is asked for now
}

// around changes each fact of a document that the policy may read, one at a
// time.
func (h *hunt) around(base string, doc *facts.Document) (*Suggestion, error) {
	places := factsRead(h.rules, h.subject.ready.Indicator, doc)
	draft := cases.DraftOf(doc)
	for _, n := range places {
		for _, value := range h.values(n, places) {
			if h.tries++; h.tries > maxTries {
				return nil, nil
			}
			changed, ok := draft.With(n.Pointer(), value)
			if !ok {
				continue
			}
			rule, slip, err := h.answers(changed)
			if err != nil {
				return nil, err
			}
			if rule != nil && !rule.equal(*slip) {
				return &Suggestion{base, n.Pointer(), n.Schema.Label(), value, *rule, *slip}, nil
			}
		}
	}
	return nil, nil
}

// answers are what the policy and the mutant say of a draft; nil where the
// schema does not allow it, or the policy finds a fact missing.
func (h *hunt) answers(d *cases.Draft) (rule, slip *Answer, err error) {
	doc, wrong := d.Bound(h.subject.unit.Schema)
	if wrong != nil {
		return nil, nil, nil
	}
	rule, err = h.answer(h.rules, doc)
	if rule == nil || rule.Outcome == string(engine.Undetermined) || rule.Outcome == string(engine.Failed) {
		return nil, nil, err
	}
	if slip, err = h.answer(h.mutant, doc); slip == nil {
		return nil, nil, err
	}
	return rule, slip, nil
}

// answer is what rules say of facts; nil if they have no such indicator, which
// may be made of a list that was changed. The error is the context's.
func (h *hunt) answer(rules *engine.Rules, doc *facts.Document) (*Answer, error) {
	got, err := rules.EvaluateIndicator(h.ctx, engine.Case{Facts: doc}, h.indicator)
	if err != nil {
		return nil, h.ctx.Err()
	}
	a := &Answer{Outcome: string(got.Outcome), Lost: cases.Lost(got).String(), Items: []string{}}
	if got.RuleMark != nil {
		a.Mark = *got.RuleMark
	}
	for _, d := range got.Deductions {
		a.Items = append(a.Items, d.Item)
	}
	return a, nil
}

// factsRead are the scalars of a document that a policy may read.
func factsRead(rules *engine.Rules, indicator string, doc *facts.Document) (all []*facts.Node) {
	p, _ := rules.Policy(indicator)
	read := map[*facts.Schema]bool{}
	for _, s := range p.Reads {
		read[s] = true
	}
	var visit func(n *facts.Node)
	visit = func(n *facts.Node) {
		if n.Schema != nil && read[n.Schema] && n.Kind != facts.Object && n.Kind != facts.List {
			all = append(all, n)
		}
		for _, below := range [][]*facts.Node{n.Members(), n.Elements()} {
			for _, m := range below {
				visit(m)
			}
		}
	}
	visit(doc.Root)
	return all
}

var digitsIn = regexp.MustCompile(`[0-9]+(?:\.[0-9]+)?`)

// constantsOf are the numbers in a policy's text.
func constantsOf(s *subject) []number.Number {
	all := []number.Number{number.Int(0), number.Int(1)}
	for _, digits := range digitsIn.FindAllString(string(s.source.Text), -1) {
		n, err := number.Parse(digits)
		if err == nil && !slices.ContainsFunc(all, n.Equal) {
			all = append(all, n)
		}
	}
	return all
}

// values are what a fact is tried with, in JSON: boundaries that it may have with
// the numbers of the policy and the other facts.
func (h *hunt) values(n *facts.Node, others []*facts.Node) (all []string) {
	switch n.Schema.Kind {
	case facts.Bool:
		return []string{strconv.FormatBool(!n.Flag)}
	case facts.Text:
		for _, v := range n.Schema.Enum {
			if v != n.Text {
				all = append(all, strconv.Quote(v))
			}
		}
		return all
	case facts.Num:
		return h.numbers(n, others)
	}
	return nil
}

func (h *hunt) numbers(n *facts.Node, others []*facts.Node) []string {
	step := number.Ratio(1, 100)
	if n.Schema.Integer {
		step = number.Int(1)
	}
	var all []string
	for _, x := range h.boundaries(n, others) {
		for _, y := range []number.Number{x, x.Add(step), x.Sub(step)} {
			if text := y.String(); !strings.Contains(text, "/") && !slices.Contains(all, text) && allowed(n.Schema, y) {
				all = append(all, text)
			}
		}
	}
	return all
}

// boundaries are the numbers of the policy, and where a fact stands to another,
// or to what a third leaves of it, in the proportion of such a number.
func (h *hunt) boundaries(n *facts.Node, others []*facts.Node) (all []number.Number) {
	var numbers []number.Number
	for _, o := range others {
		if o != n && o.Kind == facts.Num {
			numbers = append(numbers, o.Number())
		}
	}
	one := number.Int(1)
	for _, c := range h.constants {
		all = append(all, c)
		for i, o := range numbers {
			all = append(all, o.Mul(c), o.Add(c), o.Mul(one.Sub(c)), o.Mul(one.Add(c)))
			if q, err := o.Div(c); err == nil {
				all = append(all, q)
			}
			for k, third := range numbers {
				if k != i && len(numbers) <= fewNumbers {
					all = append(all, o.Mul(c).Sub(third))
				}
			}
		}
	}
	return all
}

// fewNumbers is up to how many facts three are tried together.
const fewNumbers = 4

func allowed(s *facts.Schema, n number.Number) bool {
	return (!s.Integer || n.IsInt()) &&
		(s.Minimum == nil || n.Cmp(*s.Minimum) >= 0) && (s.Maximum == nil || n.Cmp(*s.Maximum) <= 0)
}

// Expect is the answer as it is written in a cases file.
func (a Answer) Expect() string {
	items := make([]string, len(a.Items))
	for i, item := range a.Items {
		items[i] = cmp.Or(item, `""`)
	}
	amount := "share: " + a.Lost
	if a.Mark != "" {
		amount = "mark: " + a.Mark
	}
	return fmt.Sprintf("{outcome: %s, %s, items: [%s]}", a.Outcome, amount, strings.Join(items, ", "))
}
