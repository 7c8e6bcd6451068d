package rego

import (
	"slices"
	"strings"
	"testing"
)

// A misspelt name is noticed also where it is a text, or a member of something
// that the policy makes of the facts.
func TestMisspeltNames(t *testing.T) {
	const (
		near    = "unknown_fact_near"
		lost    = "names_lost"
		paid    = "some key in [\"q1\", \"q2\"]\n"
		project = "some p in input.projects\n"
	)
	for _, c := range []struct{ name, body, want string }{
		{"walk with a constant path", paid + `walk(input.payments[key], [["payd"], v])`, lost},
		{"walk with a path compared", paid + "walk(input.payments[key], [p, v])\np == [\"payd\"]", lost},
		{"walk of a list of objects", "walk(input.projects, [_, v])\nv == false", lost},
		{"json.marshal", paid + "v := json.unmarshal(json.marshal(input.payments[key])).payd", lost},
		{"json.marshal in a list", project + "json.marshal([1, p]) == \"x\"", lost},
		{"json.remove", paid + `json.remove(input.payments[key], ["due"]).payd > 1`, lost},
		{"json.patch", `json.patch(input.checks, [{"op": "remove", "path": "/alpha"}]).betta`, lost},
		{"json.filter", project + `json.filter(p, ["declard"]) == {"declard": false}`, lost},
		{"object.subset", project + `object.subset(p, {"declard": false})`, lost},
		{"sprintf of an object", project + `sprintf("%v", [p]) == "x"`, lost},
		{"union with what is not known", `object.union(input.checks, json.unmarshal("{}")).alpha`, lost},
		{"object.remove of what is not known", `object.remove(input.checks, [input.name]).alpha`, lost},
		{"the key of some", paid + "some n, v in input.payments[key]\nn == \"payd\"\nv > 1", near},
		{"the key of some, other side", "some n, v in input.checks\n\"betta\" == n\nv", near},
		{"the key of some, unequal", "some n, v in input.checks\nn != \"betta\"\nv", near},
		{"the key of some, in a list", "some n, v in input.checks\nn in [\"alpha\", \"betta\"]\nv", near},
		{"the key of some, in a set", "s := {\"alpha\", \"betta\"}\nsome n, v in input.checks\ns[n]\nv", near},
		{"the key of some with a constant value", project + "some k, false in p\nk == \"declard\"", near},
		{"the key in a function", "some n, v in input.checks\nis_it(n)\nv", near},
		{"the key of every", "every n, v in input.checks {\nn == \"betta\"\nv\n}", near},
		{"an object made of members", paid + "q := {n: v | some n, v in input.payments[key]}\nq.payd > 1", near},
		{"an object made of members, object.get", paid + "q := {n: v | some n, v in input.payments[key]}\nobject.get(q, \"payd\", 9) > 1", near},
		{"an object made of members, a variable", paid + "q := {n: v | some n, v in input.payments[key]}\nsome x in [\"payd\"]\nq[x] > 1", near},
		{"an object that a rule makes of members", "made.betta", near},
		{"a set of names", "s := {n | some n, _ in input.checks}\ns.betta", near},
		{"sets of names compared", "{n | some n, v in input.checks; v} == {\"betta\"}", near},
		{"sets of names cut", "count({n | some n, v in input.checks; v} & {\"betta\"}) > 0", near},
		{"object.keys", project + `"declard" in object.keys(p)`, near},
		{"object.remove", project + `object.remove(p, ["declard"]).amount > 1`, near},
		{"object.filter", project + `object.filter(p, {"declard"}) == {"declard": false}`, near},
		{"after object.remove", project + `object.remove(p, ["id"]).declard`, "opa_unknown_fact_near " + near},
		{"after object.union", project + `object.union(p, {"x": 1}).declard`, "opa_unknown_fact_near " + near},
		{"an object in a list", project + `{"id": p.id, "declard": false} in input.projects`, "opa_never_equal_inside"},
		{"an object compared", project + `some x in [{"declard": false}]` + "\np == x", "opa_never_equal_inside"},
		{"an object with keys of a list", project + `o := {k: 1 | some k in ["declard"]}` + "\np == o", "opa_never_equal_inside"},
		{"an object among objects of the facts", `{k: 1 | some k in ["declard"]} in input.projects`, "opa_never_equal_inside"},
		{"with", "f with input.payments.q1.payd as 3", near},
		{"with a mistaken object", `f with input.payments.q1 as {"payd": 3}`, near},
		{"with something in a list", "f with input.projects.p1 as 3", "no_members"},
		{"a built object", "o := {k: 1 | some k in [\"one\", \"two\"]}\no.onee == 1", "unknown_member_near"},
		{"a built object, like no other", "o := {k: 1 | some k in [\"one\", \"two\"]}\no.weather == 1", "unknown_member"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := compiled(schema(t), "f if input.payments.q1.paid > 1\nis_it(n) if n == \"betta\"\nmade[n] := v if some n, v in input.checks\n"+deduct(c.body))
			if got := ids(t, err); got == "" || !containsWord(c.want, got) {
				t.Errorf("problems %q, want %q\n%v", got, c.want, err)
			}
		})
	}
}

// What keeps to the names of the facts, or has none of them, stays allowed.
func TestRightNames(t *testing.T) {
	const project = "some p in input.projects\n"
	for _, c := range []struct{ name, body string }{
		{"walk of scalars", "walk(input.tags, [_, v])\nv == \"x\""},
		{"walk of constants", `walk({"a": [1]}, [["a", 0], 1])` + "\ninput.name"},
		{"json.marshal of texts", `json.marshal(input.tags) == "x"`},
		{"json.unmarshal", `json.unmarshal(input.name).anything > 1`},
		{"object.subset of constants", `object.subset({"a": 1}, {"a": 1})` + "\ninput.name"},
		{"sprintf of members", project + `sprintf("%v %v", [p.id, p.amount]) == "x"`},
		{"a key told apart", "some n, v in input.checks\nn != \"alpha\"\nv"},
		{"a key of either of two objects", "some o in [input.checks, input.budget]\nsome n, v in o\nn in [\"beta\", \"note\"]\nv"},
		{"a key in the reason", "some n, v in input.checks\nsprintf(\"%s!\", [n]) == \"weather!\"\nv"},
		{"a key or a text", "some n in array.concat([k | some k, _ in input.checks], [input.name])\nn == \"weather\""},
		{"a key or a member of data", "some n in array.concat([k | some k, _ in input.checks], [json.unmarshal(\"[]\")[0]])\nn == \"weather\""},
		{"a key or a constant", "some n in array.concat([k | some k, _ in input.checks], [\"all\"])\nn == \"weather\""},
		{"names of another object", "some n, _ in input.checks\nsome m, _ in input.budget\nn == m"},
		{"members of an object that is made", "q := {n: v | some n, v in input.payments.q1}\nq.paid > q.due"},
		{"a table with more keys", "t := {\"alpha\": 1, \"all\": 2}\nsome n, v in input.checks\nt[n] == 1\nv"},
		{"object.get of a table", "t := {\"alpha\": 1}\nsome n in [\"alpha\", \"all\"]\nobject.get(t, n, 2) == 2\ninput.name"},
		{"any key of a table", "t := {\"alpha\": 1}\nsome n in [\"alpha\", \"all\"]\nt[n] == 2\ninput.name"},
		{"object.keys", `"alpha" in object.keys(input.checks)`},
		{"object.remove", project + `object.remove(p, ["id", "name"]).amount > 1`},
		{"object.filter", project + `object.filter(p, ["declared"]) == {"declared": false}`},
		{"object.union", `object.union(input.checks, {"delta": true}).delta` + "\n" + `object.union({"delta": true}, input.checks).alpha`},
		{"object.union_n", `object.union_n([input.checks, {"delta": true}]).delta`},
		{"an object compared", `input.checks == {"alpha": true, "beta": true, "gamma": true}`},
		{"an object in a list", project + `{"id": p.id, "name": p.name, "declared": false, "amount": 1} in input.projects`},
		{"longest of built lists", `max([x | some x in [[1], [2]]]) == [1]` + "\ninput.name"},
		{"with", `f with input.payments.q1.paid as 3`},
		{"with an object", `f with input.payments.q1 as {"paid": 3}`},
		{"with two", `f with input.payments.q1.paid as 3 with input.payments.q1.due as 3`},
		{"heads with several names", "nested.one.x == 1\nnested.two.x == 2\ninput.name"},
		{"a member of one of several objects", "some t in [{\"a\": 1}, {\"b\": 1}]\nt.a == 1\ninput.name"},
		{"any member", "o := {k: 1 | some k in input.tags}\no.weather == 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := "f if input.payments.q1.paid > 1\nnested.one[k] := 1 if some k in [\"x\", \"y\"]\nnested.two[k] := 2 if some k in [\"x\", \"y\"]\n"
			if _, err := compiled(schema(t), body+deduct(c.body)); err != nil {
				t.Error(err)
			}
		})
	}
}

// ids are the messages of problems, each once, in order of the text.
func ids(t *testing.T, err error) string {
	var all []string
	for _, p := range strings.Fields(problemsOf(t, err)) {
		_, id, _ := strings.Cut(p, ":")
		all = append(all, id)
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), " ")
}

func containsWord(text, word string) bool { return slices.Contains(strings.Fields(text), word) }
