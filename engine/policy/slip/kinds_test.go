package slip

import (
	"fmt"
	"strings"
	"testing"

	"rubric/engine/facts"
)

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ digits, want string }{
		{"3", "4 2"}, {"0", "1"}, {"1", "2 0"}, {"0.25", "0.26 0.24"}, {"0.5", "0.51 0.49"},
		{"0.001", "0.002 0"}, {"1.1", "1.2 1"}, {"31000", "31001 30999"}, {"2.50", "2.51 2.49"}, {"x", ""},
	} {
		if got := strings.Join(Numbers(c.digits), " "); got != c.want {
			t.Errorf("%s: %s, want %s", c.digits, got, c.want)
		}
	}
}

func TestText(t *testing.T) {
	enums := [][]string{{"A", "B", "C"}, {"only"}}
	for _, c := range []struct{ text, want string }{
		{"1/3", "1/4"}, {"2023-12-31", "2024-01-01"}, {"A", "B"}, {"C", "A"}, {"only", ""}, {"other", ""},
	} {
		if got := Text(c.text, enums); got != c.want {
			t.Errorf("%s: %q, want %q", c.text, got, c.want)
		}
	}
}

func TestPercent(t *testing.T) {
	for _, c := range []struct{ text, want string }{{"0.95", "0.95 (95%)"}, {"1", "1"}, {"0", "0"}, {"x", "x"}, {"0.125", "0.125 (12.5%)"}} {
		if got := Percent(c.text); got != c.want {
			t.Errorf("%s: %q, want %q", c.text, got, c.want)
		}
	}
}

const swapSchema = `{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": false, "properties": {
	"initial": {"type": "object", "additionalProperties": false, "properties": {"total": {"type": "number", "x-unit": "万元"}}},
	"adjusted": {"type": "object", "additionalProperties": false, "properties": {
		"total": {"type": "number", "x-unit": "万元"}, "basic": {"type": "number", "x-unit": "万元"},
		"people": {"type": "number", "x-unit": "人"}, "done": {"type": "boolean"}}},
	"list": {"type": "array", "items": {"type": "object", "additionalProperties": false, "properties": {
		"a": {"type": "boolean"}, "n": {"type": "number"}, "b": {"type": "boolean"}}}}}}`

// The facts that are taken for another: of its kind and unit, beside it or beside
// what it is in.
func TestSwaps(t *testing.T) {
	schema, err := facts.ParseSchema("s.json", []byte(swapSchema))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, want string }{
		{"adjusted.total", "/adjusted/basic /initial/total"},
		{"initial.total", "/adjusted/total"},
		{"adjusted.people", ""},
		{"adjusted.done", ""},
		{"list.*.a", "/list/*/b"},
		{"list.*.n", ""},
		{"adjusted", ""},
		{"nowhere.total", ""},
	} {
		var got []string
		for _, s := range Swaps(schema, strings.Split(c.path, ".")) {
			got = append(got, s.To.Path())
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", c.path, got, c.want)
		}
	}
}

func TestPen(t *testing.T) {
	p := Pen{Text: []byte("one\ntwo <  three\n")}
	p.Write(Span{8, 9}, "<=", Span{4, 16}, Compared("two", "<", "<=", "three"))
	p.Write(Span{8, 9}, "<", Span{4, 16}, Compared("two", "<", "<", "three"))
	if len(p.Slips) != 1 {
		t.Fatalf("%v", p.Slips)
	}
	s := p.Slips[0]
	if got, want := fmt.Sprint(s.Line, s.Was, "|", s.Now, "|", string(s.Apply(p.Text))), "2two < three|two <= three|one\ntwo <=  three\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
