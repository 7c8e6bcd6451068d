package lint

import (
	"testing"

	"rubric/engine/facts"
	"rubric/engine/number"
	"rubric/engine/policy/script"
)

// amounts is a schema with numbers of several bounds.
func amounts(t *testing.T) *facts.Schema {
	t.Helper()
	s, err := facts.ParseSchema("facts.schema.json", []byte(`{"type": "object", "properties": {
		"spent": {"type": "number", "minimum": 0},
		"total": {"type": "number", "exclusiveMinimum": 0},
		"percent": {"type": "number", "minimum": 0, "maximum": 100},
		"visits": {"type": "integer", "minimum": 0, "maximum": 12},
		"any": {"type": "number"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func fact(s *facts.Schema, name string) *script.Expr {
	return &script.Expr{Form: script.Fact, Facts: []*facts.Schema{s.Property(name)}}
}

func constant(text string) *script.Expr {
	n, err := number.ParseFraction(text)
	if err != nil {
		panic(err)
	}
	return &script.Expr{Form: script.Number, Number: n}
}

func call(op string, args ...*script.Expr) *script.Expr {
	return &script.Expr{Form: script.Call, Op: op, Args: args}
}

func TestSpanOf(t *testing.T) {
	s := amounts(t)
	spent, total, percent, visits, all := fact(s, "spent"), fact(s, "total"), fact(s, "percent"), fact(s, "visits"), fact(s, "any")
	rate := call("/", spent, total)
	for _, c := range []struct {
		name string
		expr *script.Expr
		want string
	}{
		{"a bound that is not reached", total, "x > 0"},
		{"both bounds", percent, "0 <= x <= 100"},
		{"no bounds", all, "x"},
		{"a sum", call("+", percent, visits), "0 <= x <= 112"},
		{"a difference", call("-", constant("1"), percent), "-99 <= x <= 1"},
		{"a difference of itself", call("-", all, all), "x = 0"},
		{"by a negative factor", call("*", constant("-2"), percent), "-200 <= x <= 0"},
		{"a product", call("*", percent, visits), "0 <= x <= 1200"},
		{"a quotient", rate, "x >= 0"},
		{"by a constant", call("/", percent, constant("100")), "0 <= x <= 1"},
		{"a quotient of anything", call("/", all, total), "x"},
		{"at most one", call("min", constant("1"), rate), "0 <= x <= 1"},
		{"what is missing", call("max", constant("0"), call("-", constant("0.95"), rate)), "0 <= x <= 0.95"},
		{"a square", call("pow", visits, constant("2")), "0 <= x <= 144"},
		{"one of two", call("?:", constant("1"), constant("0.25"), percent), "0 <= x <= 100"},
		{"a fraction as a text", &script.Expr{Form: script.Text, Text: "1/3"}, "x = 1/3"},
		{"a name", &script.Expr{Form: script.Name, Text: "limit", Args: []*script.Expr{constant("0.1")}}, "x = 0.1"},
		{"a list's length", call("count", &script.Expr{Form: script.List, Args: []*script.Expr{all, all}}), "0 <= x <= 2"},
	} {
		if got := spanOf(c.expr).describe("x"); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// Where a condition holds, its contrary included, and whether it can at all.
func TestConditions(t *testing.T) {
	s := amounts(t)
	visits, percent, total := fact(s, "visits"), fact(s, "percent"), fact(s, "total")
	for _, c := range []struct {
		name              string
		expr              *script.Expr
		possible, certain bool
		where             string
	}{
		{"within the bounds", call(">=", percent, constant("60")), true, false, "60 <= percent <= 100"},
		{"above them", call(">", percent, constant("100")), false, false, ""},
		{"below them", call("<", percent, constant("0")), false, false, ""},
		{"at the bound", call(">=", percent, constant("0")), true, true, "0 <= percent <= 100"},
		{"at a bound that is not reached", call(">", total, constant("0")), true, true, "total > 0"},
		{"turned around", call("<", constant("60"), percent), true, false, "60 < percent <= 100"},
		{"multiplied", call("<", call("*", percent, constant("2")), constant("60")), true, false, "0 <= percent < 30"},
		{"taken away", call("<", call("-", constant("100"), percent), constant("40")), true, false, "60 < percent <= 100"},
		{"between whole numbers", call("&&", call(">", visits, constant("4")), call("<", visits, constant("5"))), false, false, ""},
		{"whole numbers", call("<", visits, constant("4.5")), true, false, "0 <= visits < 4.5"},
		{"no whole number", call("==", visits, constant("4.5")), false, false, ""},
		{"two ranges", call("||", call("<", percent, constant("10")), call(">", percent, constant("90"))), true, false,
			"0 <= percent < 10; 90 < percent <= 100"},
		{"all but a point", call("!=", percent, constant("50")), true, false, "0 <= percent < 50; 50 < percent <= 100"},
		{"itself", call("<", percent, percent), false, false, ""},
		{"itself or more", call("<=", percent, percent), true, true, ""},
	} {
		l := &logic{}
		read := l.read(c.expr)
		if l.possible(read) != c.possible || l.certain(read) != c.certain {
			t.Errorf("%s: possible %v, certain %v", c.name, l.possible(read), l.certain(read))
		}
		if got, _ := l.where(read); c.where != "" && got != c.where {
			t.Errorf("%s: holds where %s, want %s", c.name, got, c.where)
		}
	}
}

func TestUnitOf(t *testing.T) {
	s, err := facts.ParseSchema("facts.schema.json", []byte(`{"type": "object", "properties": {
		"a": {"type": "number", "x-unit": "万元"}, "b": {"type": "number", "x-unit": "万元"},
		"c": {"type": "number", "x-unit": "元"}, "d": {"type": "number"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	a, b, c, d := fact(s, "a"), fact(s, "b"), fact(s, "c"), fact(s, "d")
	for _, x := range []struct {
		expr *script.Expr
		want string
	}{
		{call("+", a, b), "万元"}, {call("/", a, b), ratio}, {call("/", a, c), ""}, {call("*", call("/", a, b), c), "元"},
		{call("*", a, constant("10000")), "元"}, {call("/", c, constant("10000")), "万元"}, {call("*", a, constant("1000")), ""}, {call("/", a, constant("100000")), ""},
		{call("*", call("/", a, b), constant("100")), "%"}, {call("*", c, constant("0.0001")), "万元"}, {call("*", a, constant("0.6")), "万元"},
		{call("*", a, d), ""}, {call("max", d, a), "万元"}, {d, ""},
	} {
		if got := unitOf(x.expr); got != x.want {
			t.Errorf("%s: %q, want %q", formula(x.expr), got, x.want)
		}
	}
}

func TestPercentagesIn(t *testing.T) {
	var got []string
	for _, q := range percentagesIn("达到95%得满分，每低1个百分点扣0.5 %，80％以下不得分，共3项") {
		got = append(got, q.value.String())
	}
	if want := []string{"95", "1", "0.5", "80"}; len(got) != len(want) || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] || got[3] != want[3] {
		t.Errorf("%v, want %v", got, want)
	}
	if f := fractionsIn("扣1/3，2023/2024年，3/2"); len(f) != 1 || f[0].value.String() != "1/3" {
		t.Errorf("fractions %v", f)
	}
}

func TestIgnoresIn(t *testing.T) {
	all := ignoresIn("a.rego", []string{
		"# rubric:ignore band-gap: 标准如此", "# 说明", "", "rate := 1", "x := 2 # rubric:ignore unused-name", `y := "#rubric: ignore"`})
	if len(all) != 2 {
		t.Fatalf("%d ignores", len(all))
	}
	if g := all[0]; g.rule != "band-gap" || g.reason != "标准如此" || g.first != 1 || g.last != 4 {
		t.Errorf("%+v", g)
	}
	if g := all[1]; g.rule != "unused-name" || g.reason != "" || g.first != 5 || g.last != 5 || g.place.Column != 10 {
		t.Errorf("%+v", g)
	}
}
