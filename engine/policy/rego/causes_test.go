package rego

import (
	"slices"
	"strings"
	"testing"
)

// item is a deduction of one scan whose rest is the given body.
func item(key, body string) string {
	return "deductions[" + key + "] := {\"share\": 0.5, \"reason\": \"r\"} if {\n" + body + "\n}\n"
}

// What each construct cites. The facts are testFacts; what is wanted follows
// from the rule alone: what is tested is a condition, what flows into item,
// share or reason a value, a list or object whose size or totality mattered a
// collection, an optional fact that is not there absent.
func TestCauses(t *testing.T) {
	const payments = "/payments/q1/due condition, /payments/q1/paid condition, /payments/q2/due condition, /payments/q2/paid condition, /payments/q3/due condition, /payments/q3/paid condition"
	const late = "late contains k if {\nsome k, q in input.payments\nq.paid < q.due\n}\n" // q1 and q3
	const named = "/projects collection, /projects/0/amount condition, /projects/1/name absent, /projects/1/amount condition, /projects/2/name value, /projects/2/amount condition"
	for _, c := range []struct{ name, body, want string }{
		{"condition", deduct("input.budget.adjusted < 6"), "a 1: /budget/adjusted condition"},
		{"condition and value", "deductions[\"a\"] := {\"share\": x / 10, \"reason\": \"r\"} if {\nx := input.budget.adjusted\ninput.budget.total > x\n}",
			"a 0.5: /budget/adjusted value, /budget/total condition"},
		{"value in the reason", "deductions[\"a\"] := {\"share\": 1, \"reason\": sprintf(\"%s\", [input.name])} if input.budget.total > 0",
			"a 1: /name value, /budget/total condition"},
		{"value in the item", item("input.name", "true"), "科协 0.5: /name value"},
		{"own turn only", item("k", "some k, q in input.payments\nq.paid < q.due"),
			"q1 0.5: /payments/q1/paid condition, /payments/q1/due condition\nq3 0.5: /payments/q3/paid condition, /payments/q3/due condition"},
		{"own turn of a constant list", item("k", "some k in [\"alpha\", \"beta\", \"gamma\"]\nnot input.checks[k]"),
			"beta 0.5: /checks/beta condition\ngamma 0.5: /checks/gamma condition"},
		{"own element by x-key", item("p.id", "some p in input.projects\nnot p.declared"),
			"p2 0.5: /projects/1/id value, /projects/1/declared condition\np3 0.5: /projects/2/id value, /projects/2/declared condition"},
		{"variables as keys", item("k", "input.checks[k] == false"),
			"beta 0.5: /checks/beta condition\ngamma 0.5: /checks/gamma condition"},
		// the name is no x-key: another project could come by the same one
		{"item by another member", item("p.name", "some p in input.projects\np.amount > 2"),
			"three 0.5: /projects collection, /projects/0/amount condition, /projects/1/name absent, /projects/1/amount condition, /projects/2/name value, /projects/2/amount condition"},

		// a project may be called q1, and no payment alpha; but the project that is
		// called three is not
		{"items of three bodies, two of which may meet", item("p.name", "some p in input.projects\np.amount > 2") + item("k", "some k in [\"alpha\", \"beta\"]\nnot input.checks[k]") +
			item("k", "some k, q in input.payments\nq.paid < q.due\nk == \"q1\""),
			"three 0.5: " + named + "\n" +
				"beta 0.5: /checks/beta condition, " + named + "\n" +
				"q1 0.5: /payments/q1/paid condition, /payments/q1/due condition, " + named},
		// two other projects might be called beta: of p3 its name matters, because it
		// would be deducted; its amount does not, whatever it makes of the share
		{"what another item's share and reason are made of", "deductions[p.id] := {\"share\": p.amount / 10, \"reason\": sprintf(\"%v\", [input.budget.total])} if {\nsome p in input.projects\np.declared == false\n}\n" +
			item("k", "some k in [\"alpha\", \"beta\"]\nnot input.checks[k]"),
			"p2 0.25: /budget/total value, /projects/1/id value, /projects/1/declared condition, /projects/1/amount value\n" +
				"p3 0.4: /budget/total value, /projects/2/id value, /projects/2/declared condition, /projects/2/amount value\n" +
				"beta 0.5: /checks/beta condition, /projects collection, /projects/0/declared condition, /projects/1/id value, /projects/1/declared condition, /projects/2/id value, /projects/2/declared condition"},
		// any project might have been called three, and been x
		{"absence from a set within a helper", "large[p.name] contains p.id if {\nsome p in input.projects\np.amount > 2\n}\n" + deduct(`not "x" in large["three"]`),
			"a 1: /projects collection, /projects/0/amount condition, /projects/1/name absent, /projects/1/amount condition, /projects/2/id condition, /projects/2/name condition, /projects/2/amount condition"},
		{"size of an object within a helper", "large[p.name][p.id] := 1 if {\nsome p in input.projects\np.amount > 2\n}\n" + deduct(`count(large["three"]) == 1`),
			"a 1: /projects collection, /projects/0/amount condition, /projects/1/name absent, /projects/1/amount condition, /projects/2/id condition, /projects/2/name condition, /projects/2/amount condition"},
		{"helper function", "low(q) if q.paid < q.due\n" + deduct("low(input.payments.q1)"),
			"a 1: /payments/q1/paid condition, /payments/q1/due condition"},
		{"helper function's value", "rate(q) := q.paid / q.due\ndeductions[\"a\"] := {\"share\": rate(input.payments.q1), \"reason\": \"r\"}",
			"a 0.5: /payments/q1/paid value, /payments/q1/due value"},
		{"function of two bodies", "low(q) if q.paid < q.due\nlow(q) if q.paid > 1000\n" + deduct("low(input.payments.q3)"),
			"a 1: /payments/q3/paid condition, /payments/q3/due condition"},
		{"complete rule, all bodies", "low if input.payments.q1.paid < 20\nlow if input.budget.adjusted > 100\n" + deduct("low"),
			"a 1: /budget/adjusted condition, /payments/q1/paid condition"},
		{"complete rule's value", "x := input.budget.adjusted / 10\ndeductions[\"a\"] := {\"share\": x, \"reason\": \"r\"}",
			"a 0.5: /budget/adjusted value"},
		{"value twice, memoised", "x := input.budget.adjusted / 10\n" + deduct("x > 0\nx < 1"), "a 1: /budget/adjusted condition"},

		{"element of a helper set", late + item("k", "some k in late"),
			"q1 0.5: /payments/q1/paid condition, /payments/q1/due condition\nq3 0.5: /payments/q3/paid condition, /payments/q3/due condition"},
		{"membership in a helper set", late + deduct(`"q1" in late`), "a 1: /payments/q1/paid condition, /payments/q1/due condition"},
		{"lookup in a helper set", late + deduct("late.q1"), "a 1: /payments/q1/paid condition, /payments/q1/due condition"},
		{"absence from a helper set", late + deduct(`not late.q2`), "a 1: " + payments + ", /payments collection"},
		{"not a member of a helper set", late + deduct(`not "q2" in late`), "a 1: " + payments + ", /payments collection"},
		{"size of a helper set", late + deduct("count(late) == 2"), "a 1: " + payments + ", /payments collection"},
		{"member of a helper object", "gap[k] := q.due - q.paid if some k, q in input.payments\n" + deduct("gap.q1 > 5"),
			"a 1: /payments/q1/paid condition, /payments/q1/due condition"},
		{"helper set of two bodies", "bad contains \"x\" if input.budget.adjusted > 1\nbad contains \"x\" if input.budget.total > 1\n" + deduct(`"x" in bad`),
			"a 1: /budget/adjusted condition, /budget/total condition"},
		{"helper set over a helper set", late + "worse contains k if {\nsome k in late\ninput.payments[k].paid < 20\n}\n" + deduct(`"q1" in worse`),
			"a 1: /payments/q1/paid condition, /payments/q1/due condition"},

		{"negation of a helper that fails", "rich if {\ninput.budget.total > 10\ninput.budget.adjusted > 10\n}\n" + deduct("not rich"),
			"a 1: /budget/adjusted condition, /budget/total condition"},
		{"negation stops at the first failure", "rich if {\ninput.budget.adjusted > 10\ninput.budget.total > 10\n}\n" + deduct("not rich"),
			"a 1: /budget/adjusted condition"},
		{"negation over a list", deduct("not any_big") + "any_big if {\nsome p in input.projects\np.amount > 100\n}",
			"a 1: /projects collection, /projects/0/amount condition, /projects/1/amount condition, /projects/2/amount condition"},
		{"every", deduct("every p in input.projects {\np.amount < 100\n}"),
			"a 1: /projects collection, /projects/0/amount condition, /projects/1/amount condition, /projects/2/amount condition"},
		{"not every", deduct("not all_good") + "all_good if {\nevery p in input.projects {\np.declared\n}\n}",
			"a 1: /projects collection, /projects/0/declared condition, /projects/1/declared condition, /projects/2/declared condition"},
		{"comprehension and count", deduct("count([1 | some p in input.projects; p.declared]) < 2"),
			"a 1: /projects collection, /projects/0/declared condition, /projects/1/declared condition, /projects/2/declared condition"},
		{"comprehension's sum", "deductions[\"a\"] := {\"share\": x / 16, \"reason\": \"r\"} if x := sum([p.amount | some p in input.projects; p.id != \"\"])",
			"a 0.5: /projects collection, /projects/0/id condition, /projects/0/amount value, /projects/1/id condition, /projects/1/amount value, /projects/2/id condition, /projects/2/amount value"},
		{"count of a list", deduct("count(input.projects) == 3"), "a 1: /projects collection"},
		{"count of a text", deduct("count(input.name) == 2"), "a 1: /name condition"},
		{"sum of a list of the facts", deduct("concat(\"\", input.tags) == \"xy\""), "a 1: /tags collection, /tags/0 condition, /tags/1 condition"},
		{"membership in a list", deduct(`"x" in input.tags`), "a 1: /tags collection, /tags/0 condition, /tags/1 condition"},
		{"not a member of a list", deduct(`not "z" in input.tags`), "a 1: /tags collection, /tags/0 condition, /tags/1 condition"},
		{"objects compared", deduct("input.payments.q1 == {\"due\": 20, \"paid\": 10}"),
			"a 1: /payments/q1 collection, /payments/q1/paid condition, /payments/q1/due condition"},
		{"else", "x := 1 if {\ninput.budget.adjusted > 100\n} else := 0.5 if {\ninput.budget.total > 1\n} else := 0\ndeductions[\"a\"] := {\"share\": x, \"reason\": \"r\"}",
			"a 0.5: /budget/adjusted condition, /budget/total condition"},
		{"else, first branch", "x := 1 if {\ninput.budget.adjusted > 1\n} else := 0.5 if {\ninput.budget.total > 1\n}\ndeductions[\"a\"] := {\"share\": x, \"reason\": \"r\"}",
			"a 1: /budget/adjusted condition"},
		{"default", "default x := 1\nx := 0.5 if input.budget.adjusted > 100\ndeductions[\"a\"] := {\"share\": x, \"reason\": \"r\"}",
			"a 1: /budget/adjusted condition"},
		{"with a fact replaced", "poor if input.budget.total < 10\n" + deduct("poor with input.budget.total as 5"), "a 1: "},
		{"with another fact replaced", "poor if input.budget.total + input.budget.adjusted > 10\n" + deduct("poor with input.budget.total as 6"),
			"a 1: /budget/adjusted condition"},
		{"with a fact replaced by another", "poor if input.budget.total < 10\n" + deduct("poor with input.budget.total as input.budget.adjusted"),
			"a 1: /budget/adjusted condition"},
		{"with at the top", "poor if {\ninput.project_count == 9\ninput.name != \"\"\n}\n" + deduct("poor with input.project_count as 9"),
			"a 1: /name condition"},
		{"with an element absent", "f if object.get(input.budget, \"note\", \"\") == \"\"\n" + deduct("f with input.budget.total as 6"),
			"a 1: /budget/note absent"},
		{"with, twice", "f if input.budget.adjusted + input.budget.total == 3\n" + deduct("f with input.budget.total as 1 with input.budget.adjusted as 2\ninput.budget.total > 1"),
			"a 1: /budget/total condition"},
		{"with, all walked over", "f if count([1 | some q in input.payments; q.paid < 20]) == 2\n" + deduct("f with input.payments.q2 as {\"paid\": 0, \"due\": 0}"),
			"a 1: /payments collection, /payments/q1/paid condition, /payments/q3/paid condition"},
		{"memory inside and outside of with", "x := input.budget.total\n" + deduct("x == 5 with input.budget.total as 5\nx == 1000"),
			"a 1: /budget/total condition"},

		{"object.get, there", deduct(`object.get(input.budget, "total", 0) > 1`), "a 1: /budget/total condition"},
		{"object.get, optional and absent", deduct(`object.get(input.budget, "note", "") == ""`), "a 1: /budget collection, /budget/note absent"},
		{"object.get, a path", deduct(`object.get(input, ["budget", "total"], 0) > 1`), "a 1: /budget/total condition"},
		{"optional and absent", deduct("not input.maybe"), "a 1: /maybe absent"},
		{"list index", deduct("input.projects[1].amount > 1"), "a 1: /projects/1/amount condition"},
		{"list index out of range", deduct("not input.projects[7]"), "a 1: /projects collection, /projects/7 absent"},
		{"null optional", deduct("is_null(object.get(input, \"maybe\", null))"), "a 1: /maybe absent"},

		{"nothing", deduct("true"), "a 1: "},
		{"constant table", "limits := {\"alpha\": 1}\n" + deduct("limits.alpha == 1\ninput.checks.alpha"), "a 1: /checks/alpha condition"},
		{"cutoff", deduct("input.checks.alpha") + "cutoff := {\"reason\": sprintf(\"%v\", [input.budget.total])} if input.budget.adjusted > 1",
			"a 1: /checks/alpha condition\ncutoff: /budget/adjusted condition, /budget/total value"},
		{"what is not earned", "earned := {\"share\": x, \"reason\": \"r\"} if {\nx := input.budget.adjusted / 10\ninput.checks.alpha\n}",
			" 0.5: /budget/adjusted value, /checks/alpha condition"},
		{"what is not earned, other bodies", "earned := {\"share\": 0, \"reason\": \"r\"} if input.budget.adjusted < 10\nearned := {\"share\": 1, \"reason\": \"s\"} if input.budget.total < 10",
			" 1: /budget/adjusted condition, /budget/total condition"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := evaluate(t, mustCompile(t, c.body), factsOf(t, schema(t)))
			if got := outline(f); normal(got) != normal(c.want) {
				t.Errorf("cited\n%s\nwant\n%s", normal(got), normal(c.want))
			}
		})
	}
}

// normal puts each line's causes into the order of their text: that they come
// in the facts' order is for TestOrder to say.
func normal(outline string) string {
	lines := strings.Split(outline, "\n")
	for i, line := range lines {
		head, rest, _ := strings.Cut(line, ": ")
		causes := strings.Split(rest, ", ")
		slices.Sort(causes)
		lines[i] = head + ": " + strings.Join(causes, ", ")
	}
	return strings.Join(lines, "\n")
}

// Deductions come by line, then by the facts they cite, then by item; causes in
// the facts' order.
func TestOrder(t *testing.T) {
	body := item("k", "some k in [\"gamma\", \"beta\"]\nnot input.checks[k]\ninput.payments.q3.paid > 0\ninput.name") +
		item("k", "some k in [\"z\", \"y\"]\ninput.tags[1]\ninput.budget.adjusted")
	want := "beta 0.5: /name condition, /payments/q3/paid condition, /checks/beta condition\n" +
		"gamma 0.5: /name condition, /payments/q3/paid condition, /checks/gamma condition\n" +
		"y 0.5: /budget/adjusted condition, /tags/1 condition\n" +
		"z 0.5: /budget/adjusted condition, /tags/1 condition"
	if got := outline(evaluate(t, mustCompile(t, body), factsOf(t, schema(t)))); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
