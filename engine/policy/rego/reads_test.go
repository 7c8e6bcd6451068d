package rego

import (
	"strings"
	"testing"

	"rubric/engine/policy"
)

// What is missing: the deductions that stand all the same, and the places the
// run met.
func TestHoles(t *testing.T) {
	const absent = "not input.checks.alpha"
	for _, c := range []struct {
		name, body string
		without    string // what is taken out of the facts
		want       string
		missing    string
	}{
		{"own turns stand", item("k", "some k in [\"alpha\", \"beta\", \"gamma\"]\nnot input.checks[k]"), `"alpha": true, `,
			"alpha 0.5: unproven\nbeta 0.5: /checks/beta condition\ngamma 0.5: /checks/gamma condition", "/checks/alpha"},
		{"nothing deducted", deduct("input.checks.alpha"), `"alpha": true, `, "", "/checks/alpha"},
		{"negation", deduct(absent), `"alpha": true, `, "a 1: unproven", "/checks/alpha"},
		{"negation of a helper", "good if input.checks.alpha\n" + deduct("not good"), `"alpha": true, `, "a 1: unproven", "/checks/alpha"},
		{"default", "default x := 1\nx := 0 if input.checks.alpha\n" + deduct("x == 1"), `"alpha": true, `, "a 1: unproven", "/checks/alpha"},
		{"object.get", deduct("object.get(input.checks, \"alpha\", false) == false"), `"alpha": true, `, "a 1: unproven", "/checks/alpha"},
		{"not read", deduct("input.checks.gamma == false"), `"alpha": true, `, "a 1: /checks/gamma condition", ""},
		{"size of an object", deduct("count(input.checks) == 2"), `"alpha": true, `, "a 1: unproven", "/checks/alpha"},
		{"walk over an object", item("k", "input.checks[k] == false"), `"alpha": true, `,
			"beta 0.5: /checks/beta condition\ngamma 0.5: /checks/gamma condition", "/checks/alpha"},
		{"in a comprehension", deduct("count([1 | some p in input.projects; p.declared]) == 0"), `"declared": true, `,
			"a 1: unproven", "/projects/*/declared"},
		{"other element", item("p.id", "some p in input.projects\nnot p.declared"), `"declared": false, "amount": 2.5`,
			"p2 0.5: unproven\np3 0.5: /projects/2/id value, /projects/2/declared condition", "/projects/*/declared"},
		{"elements that the count says there are", item("p.id", "some p in input.projects\nnot p.declared") + "cutoff := {\"reason\": \"r\"} if count(input.projects) < 4", `"project_count": 3`,
			"p2 0.5: /projects/1/id value, /projects/1/declared condition\np3 0.5: /projects/2/id value, /projects/2/declared condition\ncutoff: unproven", "/projects"},
		{"index among elements to come", deduct("not input.projects[3]"), `"project_count": 3`, "a 1: unproven", "/projects"},
		{"every over elements to come", deduct("every p in input.projects {\np.amount > 0\n}"), `"project_count": 3`,
			"a 1: unproven", "/projects"},
		{"what is replaced is no hole", "f if input.checks.alpha\n" + deduct("not f with input.checks.alpha as false"), `"alpha": true, `, "a 1: ", ""},
		{"beside what is replaced", "f if input.checks.alpha\n" + deduct("not f with input.checks.beta as true"), `"alpha": true, `, "a 1: unproven", "/checks/alpha"},
		{"beside what is replaced, none of it there", "f if input.checks.alpha\n" + deduct("not f with input.checks.beta as true"),
			`"checks": {"alpha": true, "beta": false, "gamma": false},`, "a 1: unproven", "/checks"},
		{"replaced in what is not there, and no more of it looked at", "poor if input.budget.total < 10\n" + deduct("not poor with input.checks.beta as true"),
			`"checks": {"alpha": true, "beta": false, "gamma": false},`, "a 1: /budget/total condition", ""},
		{"beside what is replaced, not read", "f if input.checks.gamma\n" + deduct("not f with input.checks.beta as true"), `"alpha": true, `, "a 1: /checks/gamma condition", ""},
		{"another way into a set", "s contains \"x\" if input.checks.beta == false\ns contains \"x\" if not input.checks.alpha\n" + deduct(`"x" in s`), `"alpha": true, `,
			"a 1: /checks/beta condition", ""},
		{"another way into a set, that first", "s contains \"x\" if not input.checks.alpha\ns contains \"x\" if input.checks.beta == false\n" + deduct(`"x" in s`), `"alpha": true, `,
			"a 1: /checks/beta condition", ""},
		{"nothing earned yet", `earned := {"share": 1, "reason": "r"} if input.checks.alpha`, `"alpha": true, `, "", "/checks/alpha"},
		{"earned", "earned := {\"share\": 0.5, \"reason\": \"r\"} if {\nnot input.checks.alpha\n}", `"alpha": true, `, " 0.5: unproven", "/checks/alpha"},
		{"not applicable", deduct("true") + "not_applicable := {\"reason\": \"r\"} if not input.checks.alpha", `"alpha": true, `, "a 1: \nnot_applicable: unproven", "/checks/alpha"},
	} {
		t.Run(c.name, func(t *testing.T) {
			with := ""
			switch c.without {
			case `"project_count": 3`:
				with = `"project_count": 4`
			case `"declared": false, "amount": 2.5`:
				with = `"name": "two"`
			}
			f := evaluate(t, mustCompile(t, c.body), factsOf(t, schema(t), c.without, with))
			if got := outline(f); normal(got) != normal(c.want) {
				t.Errorf("got\n%s\nwant\n%s", normal(got), normal(c.want))
			}
			var missing []string
			for _, s := range f.Missing {
				missing = append(missing, s.Path())
			}
			if got := strings.Join(missing, " "); got != c.missing {
				t.Errorf("missing %q, want %q", got, c.missing)
			}
		})
	}
}

// Whether two bindings can come to the same item is decided when compiling.
func TestDistinctItems(t *testing.T) {
	const over = "some p in input.projects\nnot p.declared"
	for _, c := range []struct {
		name, body string
		want       bool
	}{
		{"constant", deduct("input.name"), true},
		{"constants", deduct("input.name") + strings.Replace(deduct("input.tags"), `"a"`, `"b"`, 1), true},
		{"no scan", item("input.name", "true"), true},
		{"key of an object", item("k", "some k, q in input.payments\nq.paid < q.due"), true},
		{"constant list", item("k", "some k in [\"alpha\", \"beta\"]\nnot input.checks[k]"), true},
		{"constant list with repetition", item("k", "some k in [\"alpha\", \"alpha\"]\nnot input.checks[k]"), false},
		{"constant set", item("k", "some k in {\"alpha\", \"beta\"}\nnot input.checks[k]"), true},
		{"constant rule", "names := [\"alpha\", \"beta\"]\n" + item("k", "some k in names\nnot input.checks[k]"), true},
		{"member of a constant table", "t := {\"alpha\": {\"name\": \"x\"}, \"beta\": {\"name\": \"y\"}}\n" + item("v.name", "some k, v in t\nnot input.checks[k]"), true},
		{"equal members of a constant table", "t := {\"alpha\": {\"name\": \"x\"}, \"beta\": {\"name\": \"x\"}}\n" + item("v.name", "some k, v in t\nnot input.checks[k]"), false},
		{"x-key", item("p.id", over), true},
		{"another member", item("p.name", over), false},
		{"x-key in a text", item(`sprintf("project %s", [p.id])`, over), true},
		{"index in a text", item(`sprintf("no. %d", [i])`, "some i, p in input.projects\nnot p.declared"), true},
		{"x-key and another in a text", item(`sprintf("%s%s", [p.id, p.name])`, over), false},
		{"two keys in a text", item(`sprintf("%s%s", [j, k])`, "some j, _ in input.payments\nsome k in [\"1\", \"11\"]"), false},
		{"one of two scans", item("k", "some k, _ in input.payments\nsome p in input.projects\np.amount > 3"), false},
		{"two scans, the inner constant in a text", item(`sprintf("%s%s", [k, "x"])`, "some k, _ in input.payments"), true},
		{"x-key and a constant list in a text", item(`sprintf("%s: %s", [p.id, k])`, over+"\nsome k in [\"own\", \"other\"]"), true},
		{"x-key and a constant list in a text that can be mistaken", item(`sprintf("%s%s", [p.id, k])`, over+"\nsome k in [\"own\", \"town\"]"), false},
		{"constant list and x-key in a text", item(`sprintf("%s %s", [k, p.id])`, over+"\nsome k in [\"a\", \"b\"]"), true},
		{"constant list and x-key in a text that can be mistaken", item(`sprintf("%s%s", [k, p.id])`, over+"\nsome k in [\"a\", \"ab\"]"), false},
		{"two constant lists in a text", item(`sprintf("%s%d", [j, k])`, "some j in [\"a\", \"b\"]\nsome k in [1, 2]\ninput.name"), true},
		{"two constant lists in a text that can be mistaken", item(`sprintf("%s%s", [j, k])`, "some j in [\"a\", \"ab\"]\nsome k in [\"bc\", \"c\"]\ninput.name"), false},
		{"x-key in a text of another verb", item(`sprintf("%5s", [p.id])`, over), false},
		{"elements of a list", item("v", "some v in input.tags"), false},
		{"elements of a helper set", "names contains p.name if some p in input.projects\n" + item("n", "some n in names"), true},
		{"elements of a helper set in a text", "names contains p.name if some p in input.projects\n" + item(`sprintf("%v", [n])`, "some n in names"), false},
		{"joined lists", item("p.id", "some p in array.concat(input.projects, input.projects)\nnot p.declared"), false},
		{"two rules, constant lists", item("k", "some k in [\"alpha\", \"beta\"]\nnot input.checks[k]") + item("k", "some k in [\"x\", \"y\"]\ninput.name"), true},
		{"two rules, one item in both", item("k", "some k in [\"alpha\", \"beta\"]\nnot input.checks[k]") + item("k", "some k in [\"x\", \"beta\"]\ninput.name"), false},
		{"two rules, one not constant", item("p.id", over) + item("k", "some k in [\"x\", \"y\"]\ninput.name"), false},
		{"two rules, different beginnings", item(`sprintf("late %s", [p.id])`, over) + item(`sprintf("lost %v", [p.id])`, over), true},
		{"two rules, a beginning that begins the other", item(`sprintf("late %s", [p.id])`, over) + item(`sprintf("late %s 2", [p.id])`, over), false},
		{"two rules, different ends", item(`sprintf("%s late", [p.id])`, over) + item(`sprintf("%s lost", [p.id])`, over), true},
		{"two rules, an end and a beginning", item(`sprintf("%s late", [p.id])`, over) + item(`sprintf("lost %s", [p.id])`, over), false},
		{"two rules, a constant that has the beginning", item(`sprintf("x%s", [p.id])`, over) + item("k", "some k in [\"x\", \"y\"]\ninput.name"), false},
		{"two rules, a constant that has it not", item(`sprintf("z%s", [p.id])`, over) + item("k", "some k in [\"x\", \"y\"]\ninput.name"), true},
		{"two rules, keys of the facts and others", item("k", "some k, q in input.payments\nq.paid < q.due") + item("k", "some k in [\"x\", \"y\"]\ninput.name"), true},
		{"two rules, keys of the facts twice", item("k", "some k, q in input.payments\nq.paid < q.due") + item("k", "some k, q in input.payments\nq.due > 5"), false},
		{"two rules, keys of the facts and of a table", item("k", "some k, q in input.payments\nq.paid < q.due") + item("k", "some k, m in {\"x\": input.budget.total, \"y\": 1}\nm > 5"), true},
		{"two rules, keys of the facts, also of a table", item("k", "some k, q in input.payments\nq.paid < q.due") + item("k", "some k, m in {\"q1\": input.budget.total, \"y\": 1}\nm > 5"), false},
		{"two rules, indices of a list", item("k", "some k, q in input.payments\nq.paid < q.due") + item("i", "some i, p in input.projects\nnot p.declared"), false},
		{"lower case", item("lower(p.id)", over), false},
	} {
		if got := len(mustCompile(t, c.body).Program.(*program).deductions.clashes) == 0; got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// Reads per construct.
func TestReads(t *testing.T) {
	const projects = "/projects /projects/*/"
	for _, c := range []struct{ name, body, want string }{
		{"member", deduct("input.budget.total > 1"), "/budget/total"},
		{"object alone", deduct("input.budget"), ""}, // whether it is there is seen when it runs
		{"constant keys", deduct("some k in [\"alpha\", \"gamma\"]\ninput.checks[k]"), "/checks/alpha /checks/gamma"},
		{"any key", deduct("some k\ninput.checks[k]"), "/checks/alpha /checks/beta /checks/gamma"},
		{"key from the facts", deduct("object.get(input.checks, input.name, true)"), "/name /checks/alpha /checks/beta /checks/gamma"},
		{"key from the facts or a constant", "k := \"alpha\" if input.budget.total > 1\nk := input.name if input.budget.total <= 1\n" + deduct("object.get(input.checks, k, true)"),
			"/name /budget/total /checks/alpha /checks/beta /checks/gamma"},
		{"list", deduct("some p in input.projects\np.declared"), projects + "declared"},
		{"list size", deduct("count(input.projects) > 1"), "/projects"},
		{"index", deduct("input.projects[0].amount > 1"), projects + "amount"},
		{"comprehension", deduct("count([1 | some p in input.projects; p.amount > 1]) > 1"), projects + "amount"},
		{"every", deduct("every q in input.payments {\nq.paid > 1\n}"), "/payments/q1/paid /payments/q2/paid /payments/q3/paid"},
		{"negation", deduct("not input.checks.beta"), "/checks/beta"},
		{"branch that does not run", deduct("input.budget.total < 0\ninput.name == \"x\""), "/name /budget/total"},
		{"else", "x := 1 if {\ninput.checks.alpha\n} else := 2 if {\ninput.checks.beta\n}\n" + deduct("x == 1"), "/checks/alpha /checks/beta"},
		{"function", "f(q) := q.paid\n" + deduct("f(input.payments.q2) > 1"), "/payments/q2/paid"},
		{"helper set", "s contains p.id if {\nsome p in input.projects\np.declared\n}\n" + deduct("count(s) > 1"), "/projects /projects/*/id /projects/*/declared"},
		{"object.get", deduct("object.get(input.budget, \"note\", \"\") == \"x\""), "/budget/note"},
		{"object.get with a path", deduct("object.get(input, [\"budget\", \"total\"], 0) == 1"), "/budget/total"},
		{"rest of a list", deduct("some p in array.slice(input.projects, 1, 3)\np.declared"), "/projects /projects/*/id /projects/*/name /projects/*/declared /projects/*/amount"},
		{"with", "f if input.payments.q1.paid > 1\n" + deduct("f with input.payments.q1.paid as input.budget.total"), "/budget/total"},
		{"with, beside", "f if input.payments.q1.due > 1\n" + deduct("f with input.payments.q1.paid as 1"), "/payments/q1/due"},
		{"reason", "deductions[\"a\"] := {\"share\": 1, \"reason\": input.name} if input.checks.alpha", "/name /checks/alpha"},
		{"cutoff", deduct("true") + "cutoff := {\"reason\": \"r\"} if input.maybe > 1", "/maybe"},
		{"not applicable", deduct("true") + "not_applicable := {\"reason\": \"r\"} if input.maybe > 1", "/maybe"},
		{"earned", "earned := {\"share\": input.budget.adjusted / 100, \"reason\": \"r\"}", "/budget/adjusted"},
		{"computed path", deduct("data.t[x].low") + "x := \"p\"\nlow if input.name == \"x\"", "/name"},
		{"nothing", deduct("true"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := mustCompile(t, c.body)
			if got := readsText(p); got != c.want {
				t.Errorf("reads %q, want %q", got, c.want)
			}
			if p.Exempts != strings.Contains(c.body, "not_applicable") {
				t.Errorf("exempts %v", p.Exempts)
			}
		})
	}
}

func readsText(p *policy.Policy) string {
	var all []string
	for _, s := range p.Reads {
		all = append(all, s.Path())
	}
	return strings.Join(all, " ")
}

// Rules that do not depend on the facts are evaluated when compiling; those that
// fail, or may depend on them, are not.
func TestConstantRules(t *testing.T) {
	p := mustCompile(t, "table := {\"q1\": {\"due\": 1/4}}\nhalf := table.q1.due * 2\nbroken := 1 / 0\n"+
		"name := input.name\nnone := 1 if false\nf(x) := x\n"+
		deduct("half == 0.5\nnot none\nname != \"\"\nf(1) == 1")+strings.Replace(deduct("broken == 1\ninput.name == \"\""), `"a"`, `"b"`, 1))
	folded := map[string]bool{}
	for _, fn := range p.Program.(*program).code.functions {
		folded[fn.plan.Path[len(fn.plan.Path)-1]] = fn.constant != nil
	}
	for name, want := range map[string]bool{"table": true, "half": true, "broken": false, "name": false, "none": false, "f": false, "a": false} {
		if folded[name] != want {
			t.Errorf("%s is folded: %v", name, folded[name])
		}
	}
	if f := evaluate(t, p, factsOf(t, schema(t))); f.Failure == nil || reasonID(f.Failure.Message) != "division_by_zero" {
		t.Errorf("finding %s", outline(f))
	}
}
