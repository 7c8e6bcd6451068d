package cel

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"rubric/engine/policy"
)

// A cause is written as its pointer, followed by ? for a condition, # for a
// collection, - for an absent fact, nothing for a value.
func TestCausesOfConditions(t *testing.T) {
	s := schema(t)
	for _, c := range []struct {
		condition, causes string
		replace           []string
	}{
		{`facts.a < facts.b`, "/a? /b?", nil},
		// && and ||: what was looked at, left to right
		{`facts.ok || facts.fine`, "/ok?", nil},
		{`facts.fine || facts.ok`, "/ok? /fine?", nil},
		{`facts.ok && !facts.fine`, "/ok? /fine?", nil},
		{`facts.ok || facts.a / 0 > 1`, "/ok?", nil}, // what decides comes first
		{`!(facts.fine && facts.a / 0 > 1)`, "/fine?", nil},
		{`facts.fine || facts.a > 1 || facts.b < 1 && facts.ok || facts.c > 1`, "/a? /b? /ok? /fine?", nil},
		// ternary: the branch taken
		{`facts.ok ? facts.a < 1 : facts.b < 1`, "/a? /ok?", nil},
		{`(facts.fine ? facts.payments.q1 : facts.payments.q2).paid == 50`, "/fine? /payments/q2/paid?", nil},
		// has
		{`!has(facts.note)`, "/note-", nil},
		{`has(facts.note) ? facts.note == "" : facts.ok`, "/note- /ok?", nil},
		{`has(facts.note)`, "/note?", []string{`"a": 0.1`, `"note": "x", "a": 0.1`}},
		{`has(facts.note) && facts.note == "x"`, "/note?", []string{`"a": 0.1`, `"note": "x", "a": 0.1`}},
		{`!has(facts.projects[1].name) && !facts.projects[1].declared`, "/projects/1/name- /projects/1/declared?", nil},
		// exists and all end early; in the end the list's totality matters
		{`facts.projects.exists(p, !p.declared)`, "/projects/0/declared? /projects/1/declared?", nil},
		{`facts.projects.exists(p, p.amount == 4)`, "/projects/0/amount? /projects/1/amount? /projects/2/amount?", nil},
		{`!facts.projects.exists(p, p.amount > 4)`, "/projects# /projects/0/amount? /projects/1/amount? /projects/2/amount?", nil},
		{`facts.projects.all(p, p.amount > 1)`, "/projects# /projects/0/amount? /projects/1/amount? /projects/2/amount?", nil},
		{`!facts.projects.all(p, p.declared)`, "/projects/0/declared? /projects/1/declared?", nil},
		{`!facts.projects.all(p, p.amount < 4)`, "/projects/0/amount? /projects/1/amount? /projects/2/amount?", nil},
		{`facts.projects.exists(p, facts.scores.exists(x, x > p.amount / 10))`,
			"/projects/0/amount? /scores/0? /scores/1?", nil},
		{`[1].exists(i, facts.projects.filter(p, p.declared).size() == i)`,
			"/projects# /projects/0/declared? /projects/1/declared? /projects/2/declared?", nil},
		{`facts.scores.exists_one(x, x == 0.1)`, "/scores# /scores/0? /scores/1? /scores/2?", nil},
		{`facts.scores.filter(x, x > 1) == []`, "/scores# /scores/0? /scores/1? /scores/2?", nil},
		{`!facts.scores.exists(x, x > 1)`, "/scores#", []string{"[0.1, 0.2, 0.3]", "[]", `"score_count": 3`, `"score_count": 0`}},
		{`size(facts.projects) == 3`, "/projects#", nil},
		{`size(facts.projects.filter(p, p.amount > 2)) == 2`,
			"/projects# /projects/0/amount? /projects/1/amount? /projects/2/amount?", nil},
		{`facts.projects.map(p, p.amount).exists(x, x == 1.5)`,
			"/projects# /projects/0/amount? /projects/1/amount? /projects/2/amount?", nil},
		{`facts.projects[1].amount == 2.5`, "/projects/1/amount?", nil},
		{`0.2 in facts.scores`, "/scores/0? /scores/1?", nil},
		{`!(1 in facts.scores)`, "/scores# /scores/0? /scores/1? /scores/2?", nil},
		{`sum(facts.scores) < 1`, "/scores# /scores/0? /scores/1? /scores/2?", nil},
		{`facts.payments.q1 != facts.payments.q2`, "/payments/q1/paid? /payments/q1/due? /payments/q2/paid? /payments/q2/due?", nil},
		{`facts.projects[0] != facts.projects[1]`, "/projects/0/id? /projects/0/name? /projects/0/declared? /projects/0/amount? " +
			"/projects/1/name- /projects/1/id? /projects/1/declared? /projects/1/amount?", nil},
	} {
		f := evaluate(t, s, one(c.condition), c.replace...)
		if len(f.Deductions) != 1 {
			t.Errorf("%s: %s", c.condition, show(f))
		} else if got := showCauses(f.Deductions[0].Causes); got != c.causes {
			t.Errorf("%s\ngot  %s\nwant %s", c.condition, got, c.causes)
		}
	}
}

func TestFindings(t *testing.T) {
	s := schema(t)
	entry := func(item, condition, share, reason string) string {
		return "  - {item: '" + item + "', condition: '" + condition + "', share: '" + share + "', reason: '" + reason + "'}\n"
	}
	projects := "  - each: {over: /projects, as: p, key: k}\n"
	for _, c := range []struct {
		name, body, want string
		replace          []string
	}{
		{"roles", "deductions:\n" + entry("项", "facts.a < 1", "facts.b", "{exact(facts.c)}与{facts.name}"),
			"项 0.2 3与科协 [/name /a? /b /c]", nil},
		{"a fact in condition and reason is a value", "deductions:\n" + entry("项", "facts.a < 1", "1", "{percent(facts.a, 1)}"),
			"项 1 10.0% [/a]", nil},
		{"braces", "deductions:\n" + entry("{{x}}", "true", "1", "{\"}\" + facts.name}%d{{"), "{x} 1 }科协%d{ [/name]", nil},
		{"a share of 0 is no deduction", "deductions:\n" + entry("项", "true", "facts.a - facts.a", "因"), "", nil},
		{"two entries do not share causes", "deductions:\n" + entry("甲", "facts.a < 1", "1/2", "因") + entry("乙", "facts.b < 1", "1/2", "因"),
			"甲 0.5 因 [/a?]\n乙 0.5 因 [/b?]", nil},
		{"variables are shared, each user cites its reads", "variables:\n  - {name: r, expression: facts.a / facts.c}\n  - {name: h, expression: variables.r > 1}\n" +
			"deductions:\n" + entry("甲", "!variables.h", "1/2", "{exact(variables.r)}") + entry("乙", "variables.r < 1", "1/2", "因") + entry("丙", "facts.fine", "1", "因"),
			"甲 0.5 1/30 [/a /c]\n乙 0.5 因 [/a? /c?]", nil},
		{"an unused variable is not evaluated", "variables:\n  - {name: r, expression: 1 / 0}\ndeductions:\n" + entry("甲", "true", "1", "因"), "甲 1 因 []", nil},
		{"each over an object, in the schema's order", "deductions:\n  - each: {over: /payments, as: q, key: k}\n    item: '{k}'\n    condition: q.paid < q.due\n    share: 1/3\n    reason: 欠{exact(q.due - q.paid)}\n",
			"q1 1/3 欠10 [/payments/q1/paid /payments/q1/due]\nq3 1/3 欠5 [/payments/q3/paid /payments/q3/due]", nil},
		{"each over a list, told apart by its key", "deductions:\n" + projects + "    item: '项目{p.id}'\n    condition: '!p.declared'\n    share: 1/10\n    reason: 第{k}项\n",
			"项目p2 0.1 第1项 [/projects/1/id /projects/1/declared?]\n项目p3 0.1 第2项 [/projects/2/id /projects/2/declared?]", nil},
		{"each over a list, told apart by the index", "deductions:\n" + projects + "    item: '{k}'\n    condition: 'p.amount > 3'\n    share: 1/10\n    reason: 因\n",
			"2 0.1 因 [/projects/2/amount?]", nil},
		// Of what is not deducted, what keeps it from being; of what is, what its item
		// is made of: whether it is deducted then makes no difference.
		{"items that could coincide cite the whole entry", "deductions:\n" + projects + "    item: '{has(p.name) ? p.name : p.id}'\n    condition: 'p.amount > 2'\n    share: 1/10\n    reason: 因\n",
			"p2 0.1 因 [/projects# /projects/0/amount? /projects/1/name- /projects/1/id /projects/1/amount? /projects/2/name]\n" +
				"三 0.1 因 [/projects# /projects/0/amount? /projects/1/name- /projects/1/id /projects/2/name /projects/2/amount?]", nil},
		{"an entry whose items cannot coincide with another's", "deductions:\n" + entry("总额", "facts.a < 1", "1/2", "因") + projects + "    item: '项目{p.id}'\n    condition: p.amount > 3\n    share: 1/10\n    reason: 因\n",
			"总额 0.5 因 [/a?]\n项目p3 0.1 因 [/projects/2/id /projects/2/amount?]", nil},
		{"an optional name", "deductions:\n" + projects + "    item: '{p.id}'\n    condition: '!p.declared'\n    share: 1/10\n    reason: '{has(p.name) ? p.name : \"无\"}'\n",
			"p2 0.1 无 [/projects/1/name- /projects/1/id /projects/1/declared?]\np3 0.1 三 [/projects/2/id /projects/2/name /projects/2/declared?]", nil},
		// bands
		{"the first band that holds", bands, " 0.1 10.00% [/a /c?]", nil},
		{"full marks have no deduction", bands, "", []string{`"a": 0.1`, `"a": 0.5`}},
		{"the last band, all conditions tested", bands, " 1 低 [/a? /c?]", []string{`"a": 0.1`, `"a": 0.01`}},
		{"earned without bands", "earned: {share: facts.a * 5, reason: '{decimal(facts.a, 1)}'}\n", " 0.5 0.1 [/a]", nil},
		{"no band", "earned:\n  bands:\n    - {condition: facts.fine, share: 1, reason: 因}\n", "4 cel.no_band", nil},
		// holes
		{"a hole: the entry is not made", "deductions:\n" + entry("甲", "facts.a < 1", "1/2", "因") + entry("乙", "facts.b < 1", "1/2", "因"),
			"乙 0.5 因 [/b?]\nmissing /a", []string{`"a": 0.1, `, ``}},
		{"a hole that || absorbs leaves its mark", "deductions:\n" + entry("甲", "facts.a < 1 || facts.ok", "1", "因"),
			"甲 1 因 [/ok?] unproven\nmissing /a", []string{`"a": 0.1, `, ``}},
		{"a hole in a member", "deductions:\n  - each: {over: /payments, as: q, key: k}\n    item: '{k}'\n    condition: q.paid < q.due\n    share: 1/3\n    reason: 因\n",
			"q1 1/3 因 [/payments/q1/paid? /payments/q1/due?]\nmissing /payments/q3", []string{`, "q3": {"paid": 55, "due": 60}`, ``}},
		{"a hole in a list's place", "deductions:\n" + projects + "    item: '{p.id}'\n    condition: '!p.declared'\n    share: 1/10\n    reason: 因\n",
			"missing /scores", []string{`"scores": [0.1, 0.2, 0.3], `, ``, "never", "never"}},
		{"a hole in earned", bands, "missing /c", []string{`"c": 3, `, ``}},
		// failures
		{"division by zero", "deductions:\n" + entry("甲", "facts.a / (facts.c - 3) > 1", "1", "因"), "4 cel.division_by_zero", nil},
		{"in a variable, its line", "variables:\n  - name: r\n    expression: |\n      1 / (facts.c - 3)\ndeductions:\n" + entry("甲", "variables.r > 1", "1", "因"), "6 cel.division_by_zero", nil},
		{"an absent optional fact", "deductions:\n" + entry("甲", "facts.maybe > 1", "1", "因"), "4 cel.absent", nil},
		{"an index outside", "deductions:\n" + entry("甲", "facts.scores[3] > 1", "1", "因"), "4 cel.no_element", nil},
		{"an index between", "deductions:\n" + entry("甲", "facts.scores[0.5] > 1", "1", "因"), "4 cel.index_not_whole", nil},
		{"a share above 1", "deductions:\n" + entry("甲", "true", "facts.c", "因"), "4 cel.share_outside", nil},
		{"a share below 0", "earned: {share: 0 - facts.a, reason: 因}\n", "3 cel.share_outside", nil},
		{"one item twice", "deductions:\n" + projects + "    item: '{p.declared ? \"甲\" : \"乙\"}'\n    condition: 'true'\n    share: 1/10\n    reason: 因\n", "4 cel.same_item", nil},
		{"% of fractions", "deductions:\n" + entry("甲", "facts.a % 2 == 0", "1", "因"), "4 cel.remainder_not_whole", nil},
		{"not a date", "deductions:\n" + entry("甲", "days_between(facts.name, facts.to) > 1", "1", "因"), "4 cel.not_a_date", nil},
		{"no numbers", "deductions:\n" + entry("甲", "max(facts.scores.filter(x, x > 1)) > 1", "1", "因"), "4 cel.no_numbers", nil},
		{"too many digits", "deductions:\n" + entry("甲", "round(facts.a, 31) > 1", "1", "因"), "4 cel.not_small_whole", nil},
		{"too large", "deductions:\n" + entry("甲", "pow(pow(facts.c, 900), 900) > 1", "1", "因"), "4 cel.number_too_large", nil},
		{"null in arithmetic", "deductions:\n" + entry("甲", "facts.a + null > 1", "1", "因"), "4 cel.null", nil},
	} {
		if c.name == "a hole in a list's place" {
			c.body = strings.Replace(c.body, "/projects, as: p", "/scores, as: p", 1)
			c.body = strings.NewReplacer("{p.id}", "{k}", "!p.declared", "p > 1").Replace(c.body)
			c.replace = c.replace[:2]
		}
		if got := show(evaluate(t, s, c.body, c.replace...)); got != c.want {
			t.Errorf("%s\n%s\ngot  %s\nwant %s", c.name, c.body, got, c.want)
		}
	}
}

// What fails is never absorbed. Holes: /a is missing in the facts.
func TestFailuresAreNotAbsorbed(t *testing.T) {
	s := schema(t)
	const divided, absent, none, holds = "6 cel.division_by_zero", "6 cel.absent", "", "项 1 因"
	const hole, unproven = "missing /a", "项 1 因 unproven\nmissing /a"
	hidden := []string{`"a": 0.1, `, ``}
	late := []string{`"id": "p2"`, `"name": "零", "id": "p2"`} // p2 has a name
	for _, c := range []struct {
		condition, want string
		replace         []string
	}{
		{`1/0 > 1 || true`, divided, nil},
		{`true || 1/0 > 1`, holds, nil},
		{`false || 1/0 > 1`, divided, nil},
		{`1/0 > 1 && false`, divided, nil},
		{`1/0 > 1 && facts.a < 0.9`, divided, nil},
		{`facts.a < 0.9 && 1/0 > 1`, divided, nil},
		{`facts.a > 0.9 && 1/0 > 1`, none, nil},
		{`!(1/0 > 1 || true)`, divided, nil},
		{`(1/0 > 1 || true) && facts.ok`, divided, nil},
		{`facts.ok && (1/0 > 1 || true)`, divided, nil},
		{`facts.fine || 1/0 > 1 || facts.ok || true`, divided, nil},
		{`facts.fine || (1/0 > 1 || facts.ok) || true`, divided, nil},
		{`facts.ok || facts.fine || 1/0 > 1 || facts.fine`, holds, nil},
		{`facts.maybe > 1 || facts.ok`, absent, nil},
		{`facts.ok || facts.maybe > 1`, holds, nil},
		{`facts.maybe > 1 && facts.fine`, absent, nil},
		{`facts.fine && facts.maybe > 1`, none, nil},
		{`has(facts.maybe) && facts.maybe > 1`, none, nil},
		{`(1/0 > 1 ? true : false) || true`, divided, nil},
		{`facts.ok ? true : 1/0 > 1`, holds, nil},
		{`variables.broken || true`, "4 cel.division_by_zero", nil},
		{`true || variables.broken`, holds, nil},
		{`has(facts.projects[9].name) || true`, "6 cel.no_element", nil},
		// elements
		{`[0, 1].exists(x, 1/x == 1)`, divided, nil},
		{`[1, 0].exists(x, 1/x == 1)`, holds, nil},
		{`[0, 1].exists(x, 1/x == 1) || true`, divided, nil},
		{`[0, 1].all(x, 1/x == 2)`, divided, nil},
		{`[1, 0].all(x, 1/x == 2)`, none, nil},
		{`[0, 1].exists_one(x, 1/x == 1)`, divided, nil},
		{`[1, 0].exists_one(x, 1/x == 1)`, divided, nil},
		{`size([0, 1].filter(x, 1/x == 1)) > 0 || true`, divided, nil},
		{`size([0, 1].map(x, 1/x)) > 0 || true`, divided, nil},
		{`[1].exists(x, [0, 1].exists(y, x/y == 1) || true)`, divided, nil},
		{`facts.projects.exists(p, p.name == "三")`, absent, nil},
		{`facts.projects.exists(p, p.name == "三")`, holds, late},
		{`facts.projects.exists(p, p.name == "一")`, holds, nil},
		{`!facts.projects.all(p, p.name == "一")`, absent, nil},
		{`facts.projects.exists_one(p, p.name == "三")`, absent, nil},
		// an optional list that is absent
		{`facts.tags.exists(x, x == "") || true`, absent, nil},
		{`facts.tags.all(x, x == "")`, absent, nil},
		{`facts.tags.exists_one(x, x == "")`, absent, nil},
		{`size(facts.tags.map(x, x)) == 0`, absent, nil},
		{`size(facts.tags.filter(x, true)) == 0`, absent, nil},
		{`"x" in facts.tags || true`, absent, nil},
		// holes
		{`facts.a > 1 || facts.ok`, unproven, hidden},
		{`facts.ok || facts.a > 1`, holds, hidden},
		{`facts.a > 1 && facts.fine`, hole, hidden},
		{`!(facts.a > 1 && facts.fine)`, unproven, hidden},
		{`facts.a > 1 && facts.ok`, hole, hidden},
		{`facts.a > 1 || 1/0 > 1`, hole, hidden}, // might not be reached
		{`1/0 > 1 || facts.a > 1`, divided, hidden},
		{`facts.a > 1 || 1/0 > 1 || true`, hole, hidden},
		{`facts.a > 1 || (1/0 > 1 || true)`, hole, hidden},
		{`(facts.a > 1 || 1/0 > 1) || true`, hole, hidden},
		{`[1, 0].exists(x, x == 1 ? facts.a > 1 : true)`, unproven, hidden},
		{`[1, 0].exists(x, x == 1 ? facts.a > 1 : 1/x > 1)`, divided, hidden},
		{`[0, 1].exists(x, x == 1 ? facts.a > 1 : 1/x > 1)`, divided, hidden},
		{`[0, 1].exists_one(x, x == 1 ? facts.a > 1 : 1/x > 1)`, divided, hidden},
		{`[1, 0].exists_one(x, x == 1 ? facts.a > 1 : 1/x > 1)`, divided, hidden},
		{`[0, 1].filter(x, x == 1 ? facts.a > 1 : 1/x > 1) == []`, divided, hidden},
		{`[0].all(x, facts.a > 1 && 1/x > 1)`, hole, hidden},
	} {
		body := one(c.condition)
		if strings.Contains(c.condition, "variables.") {
			body = "variables:\n  - {name: broken, expression: 1/0 > 1}\n" + body
		}
		f := evaluate(t, s, body, c.replace...)
		if f.Failure != nil && f.Failure.File != "x.cel.yaml" {
			t.Errorf("%s fails in %q", c.condition, f.Failure.File)
		}
		for i := range f.Deductions {
			f.Deductions[i].Causes = nil
		}
		if got := strings.ReplaceAll(show(f), " []", ""); got != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", c.condition, got, c.want)
		}
	}
}

func TestFailingClauses(t *testing.T) {
	s := schema(t)
	for _, c := range []struct{ condition, want string }{
		{"1/0 > 1 && facts.a < 0.9", "4 cel.division_by_zero"},
		{"facts.a < 0.9 && 1/0 > 1", "4 cel.division_by_zero"},
		{"(1/0 > 1 || true)", "4 cel.division_by_zero"},
		{"facts.maybe > 1 || facts.ok", "4 cel.absent"},
		{"facts.fine && 1/0 > 1", ""},
	} {
		for _, clause := range []string{"cutoff", "not_applicable"} {
			f := evaluate(t, s, "earned: {share: 1, reason: 因}\n"+clause+": {condition: '"+c.condition+"', reason: 因}\n")
			if got := show(f); got != c.want || f.Cutoff != nil || f.NotApplicable != nil {
				t.Errorf("%s %s: %s", clause, c.condition, got)
			}
		}
	}
}

const bands = `variables:
  - {name: rate, expression: facts.a * 3 / facts.c}
earned:
  bands:
    - {condition: variables.rate >= 0.5, share: 1, reason: 高}
    - {condition: variables.rate >= 0.1, share: 0.9, reason: '{percent(facts.a, 2)}'}
    - {condition: "true", share: 0, reason: 低}
`

func TestClauses(t *testing.T) {
	s := schema(t)
	body := "deductions:\n  - {item: 项, condition: facts.fine, share: 1, reason: 因}\n" +
		"cutoff:\n  condition: facts.a < 0.5\n  reason: 仅{exact(facts.a)}\nnot_applicable: {condition: \"!has(facts.maybe) || facts.maybe > 1\", reason: 无}\n"
	f := evaluate(t, s, body)
	if f.Cutoff == nil || f.Cutoff.Reason != "仅0.1" || f.Cutoff.Line != 6 || showCauses(f.Cutoff.Causes) != "/a" {
		t.Errorf("cutoff %+v", f.Cutoff)
	}
	if f.NotApplicable == nil || showCauses(f.NotApplicable.Causes) != "/maybe-" {
		t.Errorf("not applicable %+v", f.NotApplicable)
	}
	f = evaluate(t, s, body, `"a": 0.1, `, ``)
	if f.Cutoff != nil || show(f) != "missing /a" {
		t.Errorf("%+v %s", f.Cutoff, show(f))
	}
}

func TestRunawayPolicies(t *testing.T) {
	s := schema(t)
	digits := "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]"
	loops := "x0 >= 0"
	for i := range 12 {
		loops = digits + ".all(x" + string(rune('a'+i)) + ", " + strings.ReplaceAll(loops, "x0", "x"+string(rune('a'+i))) + ")"
	}
	doubling := "variables:\n  - {name: v0, expression: facts.name}\n"
	squaring := "variables:\n  - {name: v0, expression: facts.c}\n"
	lists := "variables:\n  - {name: v0, expression: facts.scores}\n"
	for i := range 40 {
		last, next := "variables.v"+string(rune('0'+i)), "v"+string(rune('0'+i+1))
		if i >= 9 {
			last, next = "variables.w"+strings.Repeat("a", i), "w"+strings.Repeat("a", i+1)
		}
		if i == 9 {
			last = "variables.v9"
		}
		doubling += "  - {name: " + next + ", expression: " + last + " + " + last + "}\n"
		squaring += "  - {name: " + next + ", expression: " + last + " * " + last + "}\n"
		lists += "  - {name: " + next + ", expression: " + last + " + " + last + "}\n"
	}
	final := "variables.w" + strings.Repeat("a", 40)
	for _, c := range []struct{ body, want string }{
		{one(loops), "cel.too_much_work"},
		{doubling + one("size("+final+") > 1"), "cel.text_too_long"},
		{squaring + one(final+" > 1"), "cel.number_too_large"},
		{lists + one("size("+final+") > 1"), "cel.list_too_long"},
	} {
		began := time.Now()
		f := evaluate(t, s, c.body)
		if f.Failure == nil || f.Failure.Message.ID != c.want {
			t.Errorf("want %s, got %s", c.want, show(f))
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s took %v", c.want, took)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	f, err := compiled(t, s, one(loops)).Evaluate(ctx, factsOf(t, s))
	if f != nil || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("cancelled: %v, %v", f, err)
	}
}

func TestSharedByGoroutines(t *testing.T) {
	s := schema(t)
	p := compiled(t, s, "variables:\n  - {name: late, expression: 'facts.projects.filter(p, !p.declared)'}\n"+
		"deductions:\n  - {item: 项, condition: size(variables.late) > 1 && facts.name.matches('科.'), share: 'sum(variables.late.map(p, p.amount)) / 10', reason: 因}\n"+
		"  - each: {over: /projects, as: p}\n    item: '{p.id}'\n    condition: p.amount > facts.c\n    share: 1/3\n    reason: '{exact(p.amount)}'\n")
	doc := factsOf(t, s)
	want, err := p.Evaluate(context.Background(), doc)
	if err != nil || len(want.Deductions) != 2 {
		t.Fatal(show(want), err)
	}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 20 {
				got, err := p.Evaluate(context.Background(), doc)
				if err != nil || !reflect.DeepEqual(got, want) {
					t.Errorf("%s, %v", show(got), err)
				}
			}
		})
	}
	wait.Wait()
}

func TestOutcomesAreDeterministic(t *testing.T) {
	s := schema(t)
	var first *policy.Finding
	for range 5 {
		f := evaluate(t, s, "deductions:\n  - {item: 项, condition: 'true', share: 2, reason: 因}\n  - {item: 乙, condition: 1 / 0 > 1, share: 1, reason: 因}\n")
		if first != nil && !reflect.DeepEqual(first, f) {
			t.Error(show(f))
		}
		first = f
	}
}

func FuzzCompile(f *testing.F) {
	s := schema(f)
	f.Add(one(`facts.a + 1 > 0.5 && facts.projects.exists(p, p.amount > -1e3)`))
	f.Add(one(`[1].map(x, x)[0] in {"a": 1}`))
	f.Add(bands)
	f.Add(eachOver("/payments", "q", "q.paid > 1"))
	f.Add("earned: {share: &x 1, reason: '{{}} {facts.name.matches(\"(\")}'}\n")
	f.Add("a: [\n- *x")
	doc := factsOf(f, s)
	f.Fuzz(func(t *testing.T, body string) {
		policies, err := compileText(s, body)
		if err != nil {
			if strings.Contains(err.Error(), "[cel.") || strings.Contains(problemIDs(err), "cel.crashed") {
				t.Error(err)
			}
			return
		}
		finding, err := policies[0].Evaluate(context.Background(), doc)
		if err != nil {
			t.Error(err)
		} else if finding.Failure != nil && strings.Contains("cel.crashed cel.unexpected", finding.Failure.Message.ID) {
			t.Error(finding.Failure)
		}
	})
}

// Another entry counts for a deduction only where it could yield the same item.
func TestCausesOfItems(t *testing.T) {
	s := schema(t)
	quarters := "deductions:\n" +
		"  - {each: {over: /payments, as: q, key: k}, item: '%s', condition: q.paid < q.due, share: 1/10, reason: 因}\n" +
		"  - {item: '%s', condition: facts.fine, share: 1/2, reason: 因}\n"
	for _, c := range []struct{ each, item, causes string }{
		{"{k}", "x1", "/payments/q1/paid? /payments/q1/due?"}, // k is q1, q2 or q3
		{"{k}-x", "q4-x", "/payments/q1/paid? /payments/q1/due?"},
		{"{k}", "q1", "/fine? /payments/q1/paid? /payments/q1/due?"},
		{"{k}", "q2", "/payments/q1/paid? /payments/q1/due?"}, // it is the item of another quarter
		// A name may be anything, but what is called q1 with a name before it is
		// not x1. q2 makes nothing; q3 has another item, whatever it deducts.
		{"{facts.name}{k}", "x1", "/name /payments/q1/paid? /payments/q1/due? /payments/q2/paid? /payments/q2/due?"},
	} {
		f := evaluate(t, s, fmt.Sprintf(quarters, c.each, c.item))
		if f.Failure != nil || len(f.Deductions) == 0 {
			t.Errorf("%s: %s", c.each, show(f))
			continue
		}
		if got := showCauses(f.Deductions[0].Causes); got != c.causes {
			t.Errorf("%s beside %s: %s, want %s", c.each, c.item, got, c.causes)
		}
	}
}
