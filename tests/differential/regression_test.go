package differential_test

import (
	"strings"
	"testing"
)

// found are differences that the generator found and that were mended, each a
// module of data.t.p with its facts and what both machines must say.
var found = []struct{ name, main, facts, want string }{
	{
		"objects are ordered member by member, not first by their keys",
		"p := input.tree >= input.other", `{"tree": {"a": {}}, "other": {"a": 5, "d": 2}}`, `{"x":{"p":true}}`,
	},
	{
		"a longer object that differs earlier",
		"p := sort([{\"a\": 2}, {\"a\": 1, \"b\": 1}])[0]", `{}`, `{"x":{"p":{"a":1,"b":1}}}`,
	},
	{
		"with replaces a document behind a function",
		"q := input.obj\n\np := v if { v := q with h.f as 3 with input as {\"obj\": 5} }", `{"obj": 1}`, `{"x":{"p":5,"q":1}}`,
	},
	{
		"with replaces a document behind a built-in",
		"q := [input.obj, count(input.list)]\n\np := v if { v := q with count as 7 with input.obj as 5 }", `{"obj": 1, "list": []}`, `{"x":{"p":[5,7],"q":[1,0]}}`,
	},
	{
		"with replaces data behind a function",
		"q := [data.conf.limit, h.f(1)]\n\np := v if { v := q with h.f as 7 with data.conf.limit as 5 }", `{}`, `{"x":{"p":[5,7],"q":[3,2]}}`,
	},
	{
		"an object that is written out equals a comprehension",
		"p if {\"a\": 1} == {k: v | some k, v in input.obj}", `{"obj": {"a": 1}}`, `{"x":{"p":true}}`,
	},
	{
		"quotes in texts are escaped where a collection is printed",
		`p := sprintf("%v", [{input.s: [input.s]}])`, `{"s": "a\"b"}`, `{"x":{"p":"{\"a\\\"b\": [\"a\\\"b\"]}"}}`,
	},
	{
		"what can never be equal, negated",
		`p if { every v in [1] { v > 0; not [8, 3] == [5]; not [v, [8, 3]] == [1, [5]]; not {"a": [v]} == {"a": [v, 2]}; not {"a": 1} == {"a": 1, "b": v} } }`,
		`{}`, `{"x":{"p":true}}`,
	},
}

const foundHelper = "package lib.h\n\nf(x) := x + 1\n"

func TestFound(t *testing.T) {
	for _, c := range found {
		p, oursErr, theirsErr := prepareTexts("package t.p\n\nimport data.lib.h\n\n"+c.main+"\n", foundHelper, true)
		if oursErr != nil || theirsErr != nil {
			t.Errorf("%s: %v, %v", c.name, oursErr, theirsErr)
			continue
		}
		d, err := newDocument(c.facts)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.askOurs(d); canonical(got.value) != c.want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
		if got := p.askTheirs(d); canonical(got.value) != c.want {
			t.Errorf("%s: OPA now says %v", c.name, got)
		}
	}
}

// refused are policies that OPA's interpreter runs and its planner gets wrong;
// they do not compile with us, rather than score wrongly.
var refused = []string{
	"p := a if { some a, b\n[b, a] = [a, input.n] }",
	"p contains a if { some a, b\n{\"x\": b, \"y\": a} = {\"x\": a, \"y\": 1} }",
}

func TestRefused(t *testing.T) {
	for _, main := range refused {
		_, oursErr, theirsErr := prepareTexts("package t.p\n\n"+main+"\n", foundHelper, true)
		if theirsErr != nil {
			t.Errorf("%s: OPA: %v", main, theirsErr)
		}
		if oursErr == nil || !strings.Contains(oursErr.Error(), "p.rego:4") {
			t.Errorf("%s: compiles, or is refused without its place: %v", main, oursErr)
		}
	}
}

// onPurpose are differences that have their class, each a module of data.t.p
// with its facts; classes that are drawn often need no case.
var onPurpose = []struct{ name, main, facts, class string }{
	{
		"two values for one key, compared with what is undefined",
		"p if {data.conf.name: v | some v in [3, 5.5]} == input.tree.a", `{}`, enteredClass,
	},
	{
		"compared with a rule that is undefined",
		"q := input.n\n\np if { [w | some v in [0, 1]; w := 1 / v] == q }", `{}`, enteredClass,
	},
	{
		"two values for one key in a rule that topdown does not ask for",
		"p if { x := {data.conf.name: v | some v in [3, 5.5]}\nx == input.n }", `{}`, skippedClass,
	},
	{
		"an unused maximum of a text and a number in a list that is written out",
		"p if { max([input.obj.a, data.conf.limit]) }", `{"obj": {"a": "b"}}`, orderClass,
	},
	{
		"two values for one key, behind a with, of which topdown asks for another key",
		"q[k] := v if { some k in [1, 1]; some v in input.list }\n\np if { not q[3] with input.list as [4, 5] }", `{"list": []}`, elsewhereClass,
	},
}

func TestOnPurpose(t *testing.T) {
	for _, c := range onPurpose {
		g := generated{main: []rule{{head: c.main}}}
		main, _ := g.texts()
		p, oursErr, theirsErr := prepare(g, true)
		if oursErr != nil || theirsErr != nil {
			t.Errorf("%s: %v, %v\n%s", c.name, oursErr, theirsErr, main)
			continue
		}
		d, err := newDocument(c.facts)
		if err != nil {
			t.Fatal(err)
		}
		ours, theirs := p.askOurs(d), p.askTheirs(d)
		if ours.err == nil || theirs.err != nil {
			t.Errorf("%s: %v with us, and %v with OPA", c.name, ours, theirs)
			continue
		}
		if class := classify(g, d, true, p, ours); class != c.class {
			t.Errorf("%s: %s, want %s", c.name, class, c.class)
		}
	}
}
