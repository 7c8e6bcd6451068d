package differential_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"rubric/engine/facts"
	"rubric/engine/number"
	"rubric/engine/policy"
	"rubric/engine/policy/cel"
)

const sharedSchema = `{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": false, "properties": {
 "a": {"type": "number", "title": "a"}, "b": {"type": "number", "title": "b"}, "c": {"type": "number", "title": "c"}, "d": {"type": "number", "title": "d"},
 "k": {"type": "integer", "title": "k"}, "xn": {"type": "integer", "title": "xn"}, "yn": {"type": "integer", "title": "yn"},
 "xs": {"type": "array", "title": "xs", "x-count": "/xn", "items": {"type": "number", "title": "x"}},
 "ys": {"type": "array", "title": "ys", "x-count": "/yn", "items": {"type": "number", "title": "y"}}}}`

// logic gives Rego the operators that it has no expressions for.
const logic = `package lib.h

both(a, b) := (false in [a, b]) == false

either(a, b) := true in [a, b]

inverse(a) := a == false
`

// figures is one document of numbers, as every side reads it.
type figures struct {
	document
	scope scope
}

func newFigures(t *testing.T, c chance, schema *facts.Schema, fractions bool) figures {
	draw := func() string {
		if fractions && c.percent(60) {
			return pick(c, "0.1", "0.2", "0.3", "17.95", "-0.1", "269.64", "986357525555293.80", "986357525555293.70", "1e-7")
		}
		return digits(c)
	}
	s, text := scope{}, &strings.Builder{}
	for _, name := range []string{"a", "b", "c", "d"} {
		v := draw()
		s[name] = rational(v)
		fmt.Fprintf(text, "%q: %s, ", name, v)
	}
	k := fmt.Sprint(c.IntN(40) - 20)
	s["k"] = rational(k)
	fmt.Fprintf(text, `"k": %s`, k)
	for _, name := range []string{"xs", "ys"} {
		items, values := times(c, 0, 4, draw), []*big.Rat{}
		for _, item := range items {
			values = append(values, rational(item))
		}
		s[name] = values
		fmt.Fprintf(text, `, %q: %s, "%cn": %d`, name, list(items), name[0], len(items))
	}
	d, err := newDocument("{" + text.String() + "}")
	if err != nil {
		t.Fatal(err)
	}
	// The document that Rego reads stays unbound; CEL reads one that is bound.
	if err := d.ours.Bind(schema); err != nil {
		t.Fatal(err)
	}
	return figures{d, s}
}

const (
	figuresPerRound      = 100
	calculationsPerRound = 40
)

// shared compares what Rego and CEL make of one expression with the reference,
// and with topdown where binary fractions hold everything.
func shared(t *testing.T, n *tally, end time.Time) {
	schema, err := facts.ParseSchema("facts.schema.json", []byte(sharedSchema))
	if err != nil {
		t.Fatal(err)
	}
	for round := uint64(0); time.Now().Before(end) && len(n.differences) < mostDifferences; round++ {
		c := newChance(seed(t), 1<<32+round)
		fractions := round%2 == 0
		var documents []figures
		for range figuresPerRound {
			documents = append(documents, newFigures(t, c, schema, fractions))
		}
		for i := 0; i < calculationsPerRound && time.Now().Before(end); i++ {
			calculator := &calculator{chance: c, fractions: fractions}
			e := calculator.truth(3)
			if c.percent(50) {
				e = calculator.number(3)
			}
			n.calculation(t, schema, e, documents, !fractions)
		}
	}
}

// calculation asks all machines for one expression over all documents.
func (n *tally) calculation(t *testing.T, schema *facts.Schema, e calculation, documents []figures, binary bool) {
	n.tell()
	p, oursErr, theirsErr := prepareTexts("package t.p\n\nimport data.lib.h\n\nr := "+e.rego+"\n", logic, true)
	inCEL, celErr := celPolicies(schema, e.cel)
	if oursErr != nil || theirsErr != nil || celErr != nil {
		n.differ(fmt.Sprintf("does not compile: %s\n%s\n%v\n%v\n%v", e.rego, e.cel, oursErr, theirsErr, celErr))
		return
	}
	for _, d := range documents {
		want := reference(e, d.scope)
		for name, got := range map[string]string{"Rego": resultOf(p.askOurs(d.document)), "CEL": askCEL(t, inCEL, d.ours)} {
			n.pairs++
			// CEL does not look at what && and || do not need.
			if got != want && !(name == "CEL" && want == "error") {
				n.differ(fmt.Sprintf("%s\n%s\nfacts: %s\n%s: %s, want %s", e.rego, e.cel, d.text, name, got, want))
				return
			}
		}
		if !binary || want == "error" || floors(e.rego) {
			continue
		}
		n.pairs++
		if got := resultOf(p.askTheirs(d.document)); got != want {
			n.differ(fmt.Sprintf("%s\nfacts: %s\nOPA: %s, want %s", e.rego, d.text, got, want))
			return
		}
	}
}

// floors tells an expression that topdown gets wrong between -1 and 1.
func floors(rego string) bool {
	return strings.Contains(rego, "floor(") || strings.Contains(rego, "ceil(")
}

// reference is the value that mathematics gives.
func reference(e calculation, s scope) (text string) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(noResult); !ok {
				panic(r)
			}
			text = "error"
		}
	}()
	switch v := e.value(s).(type) {
	case *big.Rat:
		return number.FromRat(v).String()
	default:
		return fmt.Sprint(v)
	}
}

// resultOf is r of the answer {"x":{"r":…}}, which need not be JSON: fractions
// are written as such.
func resultOf(o outcome) string {
	if o.err != nil {
		return "error"
	}
	v, _ := strings.CutPrefix(canonical(o.value), `{"x":{"r":`)
	return strings.TrimSuffix(v, "}}")
}

// celPolicies is a policy that deducts for the expression: where it is a
// number, as the reason; else in one deduction if it holds, in the other if
// not.
func celPolicies(schema *facts.Schema, expression string) (*policy.Policy, error) {
	quote := func(s string) string { b, _ := json.Marshal(s); return string(b) }
	write := func(items ...string) policy.Source {
		return policy.Source{Indicator: "x", File: "x.cel.yaml", Text: []byte("title: t\ndescription: d\ndeductions:\n" + strings.Join(items, ""))}
	}
	item := func(name, condition, reason string) string {
		return fmt.Sprintf("  - {item: %s, condition: %s, share: 1, reason: %s}\n", name, quote(condition), quote(reason))
	}
	compile := func(s policy.Source) (*policy.Policy, error) {
		all, err := cel.Language{}.Compile(context.Background(), policy.Unit{Schema: schema, Policies: []policy.Source{s}})
		if err != nil {
			return nil, err
		}
		return all[0], nil
	}
	if p, err := compile(write(item("n", "true", "{exact("+expression+")}"))); err == nil {
		return p, nil
	}
	return compile(write(item("t", expression, "true"), item("f", "!("+expression+")", "false")))
}

func askCEL(t *testing.T, p *policy.Policy, doc *facts.Document) string {
	f, err := p.Evaluate(context.Background(), doc)
	switch {
	case err != nil:
		t.Fatal(err)
	case f.Failure != nil:
		return "error"
	case len(f.Deductions) != 1:
		return fmt.Sprintf("%d deductions", len(f.Deductions))
	}
	return f.Deductions[0].Reason
}
