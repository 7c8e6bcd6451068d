package formula

import (
	"strings"
	"testing"

	"rubric/engine/facts"
	"rubric/engine/number"
)

const schemaText = `{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": false, "properties": {
 "spent": {"type": "number"}, "budget": {"type": "number"}, "tier": {"type": "string"}, "signed": {"type": "boolean"}}}`

// sample is a document and a Maker.
func sample(t *testing.T, text string) (*Maker, func(name string) *Expr) {
	t.Helper()
	s, err := facts.ParseSchema("facts.schema.json", []byte(schemaText))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := facts.Parse("facts.json", []byte(text))
	if err == nil {
		err = doc.Bind(s)
	}
	if err != nil {
		t.Fatal(err)
	}
	m := NewMaker()
	return m, func(name string) *Expr { return m.Fact(doc.Root.Member(name)) }
}

const values = `{"spent": 12.5, "budget": 20, "tier": "好", "signed": true}`

func sheetOf() Sheet {
	cells := map[string]string{"/spent": "C1", "/budget": "C2", "/tier": "C3", "/signed": "C4"}
	return Sheet{Yes: "是", Cell: func(n *facts.Node) string { return cells[n.Pointer()] }}
}

func reader() Reader {
	say := func(id string, pairs ...any) string {
		var parts []string
		for i := 1; i < len(pairs); i += 2 {
			parts = append(parts, strings.TrimSpace(pairs[i].(string)))
		}
		return strings.TrimPrefix(id, "formula.") + "(" + strings.Join(parts, "; ") + ")"
	}
	return Reader{Label: func(n *facts.Node) string { return n.Key }, Say: say}
}

func TestFormulas(t *testing.T) {
	m, fact := sample(t, values)
	spent, budget, tier, signed := fact("spent"), fact("budget"), fact("tier"), fact("signed")
	rate := m.Make(Div, spent, budget)
	eight := m.Number(number.Ratio(4, 5))
	for _, c := range []struct {
		e                *Expr
		cell, read, want string
	}{
		{rate, "C1/C2", "spent 12.5 ÷ budget 20", "0.625"},
		{m.Make(Less, rate, eight), "ROUND(C1/C2-0.8,12)<0", "spent 12.5 ÷ budget 20 < 0.8", "true"},
		{m.Make(AtMost, eight, rate), "ROUND(C1/C2-0.8,12)>=0", "spent 12.5 ÷ budget 20 ≥ 0.8", "false"},
		{m.Make(Not, m.Make(Less, spent, budget)), "C2<=C1", "budget 20 ≤ spent 12.5", "false"},
		{m.Make(Equal, tier, m.Text(`好"`)), `EXACT(C3,"好""")`, `tier“好”`, "false"},
		{m.Make(Equal, signed, m.Truth(false)), `NOT(C4="是")`, "signed yes()", "false"},
		{m.Make(If, m.Make(Less, rate, eight), m.Number(number.Ratio(1, 3)), m.Int(0)), "IF(ROUND(C1/C2-0.8,12)<0,1/3,0)",
			"case(spent 12.5 ÷ budget 20 < 0.8; 1/3)", "1/3"},
		{m.Make(Sub, m.Int(1), m.Make(Sub, m.Int(1), rate)), "1-(1-C1/C2)", "1 − （1 − spent 12.5 ÷ budget 20）", "0.625"},
		{m.Make(Div, spent, m.Make(Mul, budget, budget)), "C1/(C2*C2)", "spent 12.5 ÷ （budget 20 × budget 20）", "0.03125"},
		{m.Make(And, signed, m.Make(Less, rate, eight)), `IF(C4="是",ROUND(C1/C2-0.8,12)<0,FALSE)`, "signed yes()and()spent 12.5 ÷ budget 20 < 0.8", "true"},
		{m.Make(Floor, rate), "INT(C1/C2+0.0000000001)", "does_floor(spent 12.5 ÷ budget 20)", "0"},
		{m.Make(Ceil, rate), "-INT(-(C1/C2)+0.0000000001)", "does_ceil(spent 12.5 ÷ budget 20)", "1"},
		{m.Make(Count, signed, m.Truth(true), m.Make(Less, budget, spent)), `IF(C4="是",1,0)+IF(C2<C1,1,0)+1`, "count_of(flag(signed; yes(); yes())；budget 20 < spent 12.5; 1) + 1", "2"},
		{m.Make(Rem, budget, m.Int(3)), "C2-3*TRUNC(C2/3)", "budget 20 mod 3", "2"},
	} {
		if got, ok := sheetOf().Formula(c.e); got != c.cell || !ok {
			t.Errorf("cell: %s, want %s", got, c.cell)
		}
		if got := reader().Read(c.e); got != c.read {
			t.Errorf("read: %s, want %s", got, c.read)
		}
		v, err := c.e.Eval(nil)
		got := v.Number.String()
		if v.Kind == IsTruth {
			got = map[bool]string{true: "true", false: "false"}[v.Flag]
		}
		if err != nil || got != c.want {
			t.Errorf("%s gives %s, want %s: %v", c.cell, got, c.want, err)
		}
	}
}

// What can be decided without the facts is.
func TestSimplest(t *testing.T) {
	m, fact := sample(t, values)
	signed, spent := fact("signed"), fact("spent")
	yes, no := m.Truth(true), m.Truth(false)
	not := m.Make(Not, signed)
	for i, c := range []struct{ got, want *Expr }{
		{m.Make(And), yes}, {m.Make(Or), no}, {m.Make(And, signed, yes), signed}, {m.Make(Or, signed, yes), yes},
		{m.Make(And, signed, not), no}, {m.Make(Or, not, signed), yes}, {m.Make(Not, not), signed},
		{m.Make(If, signed, yes, no), signed}, {m.Make(If, signed, no, yes), not}, {m.Make(If, not, spent, m.Int(0)), m.Make(If, signed, m.Int(0), spent)},
		{m.Make(Add, spent, m.Int(2), m.Int(-2)), spent}, {m.Make(Equal, spent, spent), yes}, {m.Make(Equal, spent, m.Text("a")), no},
		{m.Make(Mul, m.Int(6), m.Int(7)), m.Int(42)}, {m.Make(Equal, m.Make(If, signed, m.Int(1), m.Int(2)), m.Int(1)), signed},
		{m.Make(And, m.Make(And, signed, m.Make(Less, spent, m.Int(1))), signed), m.Make(And, signed, m.Make(Less, spent, m.Int(1)))},
	} {
		if c.got != c.want {
			t.Errorf("%d: %+v, want %+v", i, c.got, c.want)
		}
	}
	if e := m.Make(Div, m.Int(1), m.Int(0)); e.Constant() {
		t.Errorf("1/0 is %+v", e)
	}
}

// Another document may have other values, and must have a value.
func TestOtherFacts(t *testing.T) {
	m, fact := sample(t, values)
	rate := m.Make(Div, fact("spent"), fact("budget"))
	_, other := sample(t, `{"spent": 5, "budget": 20}`)
	v, err := rate.Eval(func(n *facts.Node) *facts.Node { return other(n.Key).Fact })
	if err != nil || v.Number.String() != "0.25" {
		t.Errorf("%v %v", v, err)
	}
	if _, err := rate.Eval(func(*facts.Node) *facts.Node { return nil }); err != ErrNoValue {
		t.Errorf("gone: %v", err)
	}
}

// A computation that stands in more than one place is shared; a lone one is not.
func TestShared(t *testing.T) {
	m, fact := sample(t, values)
	rate := m.Make(Div, fact("spent"), fact("budget"))
	all := []*Expr{m.Make(Less, rate, m.Int(1)), m.Make(Sub, m.Int(1), rate), m.Make(Mul, fact("spent"), m.Int(2))}
	if got := Shared(all); len(got) != 1 || got[0] != rate {
		t.Errorf("%v", got)
	}
}

// What is too long for a cell is no formula, nor is what a cell does not hold.
func TestTooLong(t *testing.T) {
	m, fact := sample(t, values)
	e := fact("spent")
	for range 40 {
		e = m.Make(Mul, m.Make(Add, e, m.Int(1)), m.Make(Sub, e, m.Int(1)))
	}
	if _, ok := sheetOf().Formula(e); ok {
		t.Error("written all the same")
	}
	sheet := sheetOf()
	sheet.Cell = func(*facts.Node) string { return "" }
	if _, ok := sheet.Formula(fact("spent")); ok {
		t.Error("a fact without a cell")
	}
}
