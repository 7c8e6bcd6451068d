package rego

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	opa "github.com/open-policy-agent/opa/v1/rego"

	"rubric/engine/facts"
	"rubric/engine/policy"
)

const oracleInput = `{"n": 7, "zero": 0, "neg": -3, "s": "科学abc", "t": true, "f": false, "null": null,
 "list": [3, 1, 2, 3], "empty": [], "words": ["b", "a", "c"], "nested": [[1, 2], [3], []],
 "obj": {"x": 1, "y": {"z": [10, 20]}, "w": false}, "people": [
  {"id": "p1", "age": 30, "tags": ["a", "b"]}, {"id": "p2", "age": 20, "tags": []}, {"id": "p3", "age": 30, "tags": ["b"]}]}`

const oracleHelper = `package lib.people

adult(p) if p.age >= 25

by_age[p.age] contains p.id if some p in input.people

limit := 25

default mode := "none"
mode := "some" if count(input.people) > 1
`

// oracle is policies whose value r must be what OPA's own interpreter makes of
// them. Fractions, order across types and failing built-ins are left out: there
// we differ on purpose.
var oracle = []string{
	"r := input.n + 1",
	"r contains x if some x in input.list",
	"r contains x if some x in input.list\nr contains \"more\" if input.t",
	"r contains [i, x] if some i, x in input.words",
	"r[k] := v if some k, v in input.obj",
	"r[p.id] := p.age if some p in input.people\nr.extra := 1 if input.f\nr.more := 2 if input.t",
	"r[p.age] contains p.id if some p in input.people",
	"r[p.age][p.id] := count(p.tags) if some p in input.people",
	"r.a.b := 1\nr.a.c := 2 if input.t\nr.d contains 3",
	"r := [x | some x in input.list; x > 1]",
	"r := {x | some x in input.list}",
	"r := {k: count(v) | some p in input.people; k := p.id; v := p.tags}",
	"r := [[y | some y in x; y > 1] | some x in input.nested]",
	"r := {p.id: {t | some t in p.tags} | some p in input.people; count(p.tags) > 0}",
	"r := sum([count([1 | some y in x]) | some x in input.nested])",
	"f(x) := \"big\" if x > 5\nf(x) := \"small\" if x <= 5\nr := [f(input.n), f(input.zero)]",
	"f(0) := \"zero\"\nf(x) := \"other\" if x != 0\nr := [f(input.n), f(input.zero)]",
	"f([a, b]) := a + b\nf({\"a\": a}) := a\nr := [f([1, 2]), f({\"a\": 5})]",
	"f(x, _) if x in input.list\nr := [f(3, 1), f(2, 1)]",
	"f(x) := y if { some y in [x + 1] }\nr := f(f(f(1)))",
	"r := 1 if { input.f } else := 2 if { input.zero > 0 } else := 3",
	"r := 1 if { input.n > 5 } else := 2",
	"f(x) := 1 if { x > 5 } else := 2 if { x > 2 } else := 3\nr := [f(9), f(4), f(0)]",
	"default r := \"d\"\nr := \"x\" if input.f",
	"default r := \"d\"\nr := \"x\" if input.t",
	"default f(_) := 0\nf(x) := x if x > 5\nr := [f(1), f(9)]",
	"r if every x in input.list { x > 0 }",
	"r if every x in input.empty { x > 0 }",
	"r if every i, x in input.list { x > i }",
	"r if not every_positive\nevery_positive if every x in [1, -1] { x > 0 }",
	"r if every p in input.people { some t in p.tags\nt == \"b\" }",
	"r if some x in input.list",
	"r contains x if { some x in input.list; not x in {1, 2} }",
	"r contains x if { x := input.list[_]; x > 1 }",
	"r contains i if input.list[i] == 3",
	"r contains [i, j] if input.nested[i][j] > 1",
	"r contains p.id if { p := input.people[_]; p.tags[_] == \"b\" }",
	"r contains [a.id, b.id] if { some a in input.people; some b in input.people; a.age == b.age; a.id < b.id }",
	"r := input.obj.y.z[1]",
	"r := input.obj[input.words[1]]",
	"r := [x | x := input.obj[k]; k in {\"x\", \"w\"}]",
	"r if input.f",
	"r if input.f == false",
	"r if not input.missing",
	"r if not input.obj.w",
	"r if input.null == null",
	"r := x if input.obj.y = {\"z\": [x, 20]}",
	"r := [a, b] if [a, [b]] := [1, [2]]",
	"r if {1, 2} == {2, 1, 2}",
	"r := input.n with input.n as 9",
	"q := input.n + input.zero\nr := [q, x] if { x := q with input.n as 1 }",
	"q := input.obj\nr := x if { x := q with input.obj.y as 1 }",
	"q := input.obj.y.z\nr := x if { x := q with input.obj.y.z as [input.n] }",
	"q := input.a.b\nr := x if { x := q with input.a.b as 1 }",
	"q := count(input.obj)\nr := x if { x := q with input.obj.y as 1 with input.obj.v as 2 }",
	"f(x) := x + 1\nq := f(1)\nr := x if { x := q with f as 7 }",
	"g(x) := x * 10\nf(x) := x + 1\nq := f(1)\nr := x if { x := q with f as g }",
	"q := lim.limit\nimport data.lib.people as lim\nr := 1",
	"import data.lib.people\nr contains p.id if { some p in input.people; people.adult(p) }",
	"import data.lib.people\nr := people.by_age",
	"import data.lib.people\nr := people.by_age[30]",
	"import data.lib.people\nr := [people.limit, people.mode]",
	"import data.lib.people\nr := x if { x := people.mode with input.people as [] }",
	"import data.lib.people\nr := x if { x := people.limit with data.lib.people.limit as 1 }",
	"import data.lib.people\nr contains k if people.by_age[k]",
	"r := data.lib.people.limit + data.lib[\"people\"].limit",
	"r := x if { some name in [\"people\"]; x := data.lib[name].limit }",
	"s contains x if some x in input.list\nr := [s[3], count(s)]",
	"s contains x if some x in input.list\nr if not s[9]",
	"s contains [x, y] if { some x in [1, 2]; some y in [3, 4] }\nr contains y if s[[1, y]]",
	"o[x] := y if { some x, y in {\"a\": 1, \"b\": 2} }\nr contains k if o[k] > 1",
	"a := 1\nb := a + 1\nc := b + a\nr := [a, b, c]",
	"r := object.get(input.obj, [\"y\", \"z\", 0], \"no\")",
	"r := [object.get(input.obj, \"q\", 5), object.get(input, [\"obj\", \"q\", \"z\"], 6)]",
	"r := object.union({\"a\": 1, \"b\": {\"c\": 2}}, {\"b\": {\"d\": 3}})",
	"r := object.keys(input.obj)",
	"r := [array.concat(input.list, [9]), array.slice(input.list, 1, 3), array.reverse(input.words), array.slice(input.list, -5, 99)]",
	"r := [sort(input.list), sum(input.list), product(input.list), max(input.words), min(input.list), count(input.s)]",
	"r := [{1, 2, 3} & {2, 3, 4}, {1} | {2}, {1, 2, 3} - {2}]",
	"r := [1 in input.list, \"q\" in input.obj, 1 in input.obj, \"x\", 1 in {1, 2}]",
	"r := [(0, 3) in input.list | true]",
	"r := [concat(\",\", input.words), split(\"a-b\", \"-\"), replace(\"aa\", \"a\", \"b\"), upper(\"x\"), trim(\" x \", \" \"), substring(input.s, 1, 3), indexof(input.s, \"abc\")]",
	"r := [contains(input.s, \"学\"), startswith(input.s, \"科\"), endswith(input.s, \"c\"), lower(\"AB\"), trim_prefix(\"ab\", \"a\"), trim_space(\" a \")]",
	"r := [sprintf(\"%d %s %v\", [1, \"a\", [1, \"b\"]]), format_int(255, 16), to_number(\"12\")]",
	"r := numbers.range(5, 2)",
	"r := [round(7), abs(input.neg), 7 % 3, -7 % 3, 2 * 3 - 1, 8 / 2]",
	"r := [is_number(1), is_string(1), is_array([]), is_object({}), is_set({1}), is_null(null), is_boolean(true), type_name({})]",
	"r := [x | some x in [1, \"a\", null, true, [1], {\"k\": 1}, {1}]; x != 1]",
	"r contains x if some x in [{\"b\": 1, \"a\": 2}, {\"a\": 2, \"b\": 1}, [1, 2], \"s\", 3, null, false]",
	"r := {\"a\": 1, \"b\": [2, {\"c\": {3, 4}}]}",
	"r := x if { x := 1; y := x; y == 1 }",
	"r := y if { some x; x = 1; y := x + 1 }",
	"r contains x if { some x; x = input.list[_] }",
	"r := count({x | some x in numbers.range(1, 50); x % 7 == 0})",
	"t := {\"a\": {\"w\": 1}, \"b\": {\"w\": 2}}\nr[k] := v.w * 2 if some k, v in t",
	"r := `raw\\n` ",
	"r := [true, false, null, 1, 10, -1]",
}

func TestOracle(t *testing.T) {
	ctx := context.Background()
	input, err := facts.Parse("input.json", []byte(oracleInput))
	if err != nil {
		t.Fatal(err)
	}
	var forOPA any
	if err := json.Unmarshal([]byte(oracleInput), &forOPA); err != nil {
		t.Fatal(err)
	}
	defined := 0
	for _, text := range oracle {
		module := "package t.p\n\n" + text + "\n"
		result, opaErr := opa.New(opa.Query("data.t.p.r = x"), opa.Module("p.rego", module), opa.Module("lib.rego", oracleHelper),
			opa.Input(forOPA), opa.StrictBuiltinErrors(true)).Eval(ctx)
		want := ""
		if len(result) > 0 {
			want = canonical(t, marshal(t, map[string]any{"x": result[0].Bindings["x"]}))
		}
		q, err := NewQuery(ctx, []policy.Source{{File: "p.rego", Text: []byte(module)}, {File: "lib.rego", Text: []byte(oracleHelper)}}, nil, "data.t.p.r = x")
		if err != nil {
			if opaErr == nil {
				t.Errorf("%s\ndoes not compile: %v; OPA has %s", text, err, want)
			}
			continue
		}
		answers, err := q.Eval(ctx, input)
		if (err != nil) != (opaErr != nil) {
			t.Errorf("%s\nerror %v, OPA's %v", text, err, opaErr)
			continue
		}
		got := ""
		if len(answers) > 0 {
			got = canonical(t, []byte(answers[0]))
		}
		if got != "" {
			defined++
		}
		if got != want {
			t.Errorf("%s\ngives %s, with OPA %s", text, got, want)
		}
	}
	if defined*10 < len(oracle)*8 {
		t.Errorf("only %d of %d policies have a value", defined, len(oracle))
	}
}

func marshal(t *testing.T, v any) []byte {
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// canonical is JSON with sorted keys.
func canonical(t *testing.T, text []byte) string {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return string(marshal(t, v))
}
