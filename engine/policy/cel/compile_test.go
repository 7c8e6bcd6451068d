package cel

import (
	"strings"
	"testing"
)

// Positions are those of the whole file, whose body begins on line 3.
func TestCompileErrors(t *testing.T) {
	s := schema(t)
	expression := func(code string) string { // the code begins at 5:16
		return "deductions:\n  - item: 项\n    condition: " + code + "\n    share: 1\n    reason: 因\n"
	}
	for _, c := range []struct{ body, want string }{
		// facts, variables, names
		{expression(`facts.budget.ajusted > 1`), "5:29 cel.unknown_fact_near"},
		{expression(`facts.budgets.total > 1`), "5:22 cel.unknown_fact_near"},
		{expression(`facts.zzzzzz > 1`), "5:22 cel.unknown_fact"},
		{expression(`facts.projects.exists(p, p.amuont > 1)`), "5:43 cel.unknown_fact_near"},
		{expression(`facts.projects.map(p, p.amount).exists(x, y > 1)`), "5:58 cel.unknown_name"},
		{expression(`facts.projects[0].declard`), "5:34 cel.unknown_fact_near"},
		{expression(`fact.a > 1`), "5:16 cel.unknown_name_near"},
		{expression(`variables.x > 1`), "5:26 cel.unknown_variable"},
		{expression(`facts.a.x > 1`), "5:24 cel.no_members"},
		{expression(`facts.projects.id == "x"`), "5:31 cel.no_members"},
		{"variables:\n  - {name: rate, expression: facts.a}\n" + expression("variables.rat > 1"), "7:26 cel.unknown_variable_near"},
		{"variables:\n  - {name: x, expression: variables.y}\n  - {name: y, expression: facts.a}\n" + expression("true"), "4:37 cel.unknown_variable"},
		{"variables:\n  - {name: x, expression: facts.q}\n" + expression("variables.x > 1"), "4:33 cel.unknown_fact"},
		{"variables:\n  - {name: facts, expression: 1}\n  - {name: x, expression: 1}\n  - {name: x, expression: 1}\n" + expression("true"),
			"4:12 cel.bad_name, 6:12 cel.variable_twice"},
		// an error in a variable is reported once, not where it is used
		{"variables:\n  - {name: x, expression: facts.q}\n" + expression("min(1, variables.x) > 1"), "4:33 cel.unknown_fact"},
		{"variables:\n  - {name: x, expression: (facts.a}\nearned: {share: 'min(1, variables.x)', reason: '{variables.x}'}\n", "4:27 typo.unclosed"},
		{"variables:\n  - {name: x, expression: facts.q}\n  - {name: y, expression: '[variables.x, 1]'}\n" + expression("'{\"a\": variables.y}[\"a\"] == variables.x.z'"),
			"4:33 cel.unknown_fact"},
		{"variables:\n  - {name: x, expression: facts.q}\n" + expression("variables.x"), "4:33 cel.unknown_fact"},
		{"variables:\n  - {name: x, expression: facts.q}\n" + expression("has(variables.x.y)"), "4:33 cel.unknown_fact"},
		{"variables:\n  - {name: facts, expression: 1}\n" + expression("variables.facts > 1"), "4:12 cel.bad_name"},
		{expression(`((facts.a > > 1 ] ]`), "5:32 typo.crossed"},
		{expression(`facts.a > > 1`), "5:26 cel.syntax"},
		{expression(`facts.a ≥ 1`), "5:24 typo.full_width"},
		{expression(`facts.a > 1 facts.b`), "5:28 cel.syntax_more"},
		{expression(`IF(facts.a > 1, true, false)`), "5:18 cel.spreadsheet_function"},
		{expression(`MAX(facts.a, 1) > 1`), "5:19 cel.unknown_function_near"},
		{expression(`for > 1`), "5:16 cel.syntax_reserved"},
		// all of the facts
		{expression(`facts == facts`), "5:16 cel.bare_facts, 5:25 cel.bare_facts"},
		{expression(`'[facts].exists(f, f.a > 1)'`), "5:18 cel.bare_facts"},
		{expression(`facts in [facts]`), "5:16 cel.bare_facts, 5:26 cel.bare_facts"},
		{expression(`'(facts.ok ? facts : facts).a > 1'`), "5:29 cel.bare_facts, 5:37 cel.bare_facts"},
		{expression(`'{"a": facts}["a"].a > 1'`), "5:23 cel.bare_facts"},
		{expression(`size(facts) > 1`), "5:20 cel.misapplied_function"},
		{expression(`variables == variables`), "5:16 cel.bare_variables, 5:29 cel.bare_variables"},
		{expression(`'[1].exists(facts, facts > 1)'`), "5:27 cel.bad_name"},
		{"variables:\n  - {name: x, expression: facts}\n" + expression("variables.x.a > 1"), "4:27 cel.bare_facts"},
		{eachOver("/", "q", "true"), "4:19 cel.over_not_pointer"},
		// types
		{expression(`facts.a`), "5:16 cel.wrong_type"},
		{expression(`facts.a < "1"`), "5:24 cel.misapplied_operator"},
		{expression(`facts.ok < true`), "5:25 cel.misapplied_operator"},
		{expression(`facts.a == "1"`), "5:24 cel.misapplied_operator"},
		{expression(`facts.a + facts.name == 1`), "5:24 cel.misapplied_operator"},
		{expression(`round(facts.a) > 1`), "5:21 cel.misapplied_function"},
		{expression(`rond(facts.a, 1) > 1`), "5:20 cel.unknown_function_near"},
		{expression(`timestamp(facts.from) > 1`), "5:25 cel.unknown_function"},
		{expression(`size(facts.budget) > 1`), "5:20 cel.misapplied_function"},
		{expression(`min(1, "a") > 1`), "5:19 cel.mixed_list"},
		{expression(`'[1, "a"].exists(x, x == 1)'`), "5:17 cel.mixed_list"},
		{expression(`'"a" in {1: 2}'`), "5:21 cel.misapplied_operator"},
		{expression(`facts.budget.exists(x, true)`), "5:21 cel.not_a_range"},
		{expression(`facts.projects[0.5].x > 1`), "5:36 cel.unknown_fact"},
		{expression(`facts.ok == null`), "5:25 cel.misapplied_operator"},
		{expression(`double(facts.a) > 1`), "5:22 cel.unknown_function"},
		{expression(`facts.from.getHours("Local") > 1`), "5:35 cel.unknown_function"},
		// has
		{expression(`has(facts.a)`), "5:26 cel.has_of_required"},
		{expression(`has(facts.projects[0].declared)`), "5:38 cel.has_of_required"},
		{expression(`has(facts.nte)`), "5:26 cel.unknown_fact_near"},
		// literals and syntax
		{expression(`facts.a > 017`), "5:26 cel.bad_number"},
		{expression(`facts.a > .5`), "5:26 cel.bad_number"},
		{expression(`facts.a > 0x1F`), "5:26 cel.bad_number"},
		{expression(`facts.a > 5u`), "5:26 cel.bad_number"},
		{expression(`(facts.a > 1`), "5:16 typo.unclosed"},
		{expression(`facts.a >`), "5:25 cel.syntax_end"},
		{expression(`"facts.name.matches(\"(\")"`), "5:37 cel.bad_pattern"},
		{expression(`facts.name.matches(facts.name)`), "5:40 cel.pattern_not_literal"},
		{expression(`facts.name.matches("(.{0,200}){5}x$")`), "5:35 cel.pattern_too_large"},
		// positions in other styles of text
		{"deductions:\n  - item: 项\n    condition: |\n      facts.ok\n      || facts.b < facts.x\n    share: 1\n    reason: 因\n", "7:26 cel.unknown_fact"},
		{"deductions:\n  - item: 项\n    condition: facts.ok\n      || facts.x\n    share: 1\n    reason: 因\n", "6:16 cel.unknown_fact"},
		{"deductions:\n  - item: 项\n    condition: 'facts.name == '''' || facts.x'\n    share: 1\n    reason: 因\n", "5:45 cel.unknown_fact"},
		// templates
		{expression("true") + "  - item: 甲{facts.a}\n    condition: true\n    share: 1\n    reason: 因{facts.x}}}\n", "8:13 cel.braces_number, 11:21 cel.unknown_fact"},
		{expression("true") + "  - item: 甲{facts.ok}乙\n    condition: true\n    share: 1\n    reason: 因{{}} {\n", "8:13 cel.braces_not_text, 11:19 cel.open_brace"},
		{expression("true") + "  - item: 甲 }\n    condition: true\n    share: 1\n    reason: 因{ }\n", "8:13 cel.stray_brace, 11:14 cel.empty_braces"},
		{expression("true") + "  - {item: 项, condition: true, share: 1, reason: 因}\n", "8:12 cel.item_twice"},
		{expression("true") + "  - {item: 乙, condition: true, share: \"'x'\", reason: 因}\n", "8:40 cel.wrong_type"},
		// each
		{eachOver("/paymnts", "q", "true"), "4:19 cel.unknown_over_near"},
		{eachOver("payments", "q", "true"), "4:19 cel.over_not_pointer"},
		{eachOver("/a", "q", "true"), "4:19 cel.over_scalar"},
		{eachOver("/budget/total", "q", "true"), "4:19 cel.over_scalar"},
		{eachOver("", "q", "true"), "4:18 cel.empty_text"},
		{eachOver("/payments", "facts", "true"), "4:35 cel.bad_name"},
		{eachOver("/payments", "q", "q.payd > 1"), "5:18 cel.unknown_fact_near"},
		{eachOver("/payments", "q", "q.paid > q.duee"), "5:27 cel.unknown_fact_near"},
		// the file
		{"deductions: []\n", "3:13 cel.empty_list"},
		{"earned: {share: 1, reason: 因}\n" + expression("true"), "3:1 cel.both_kinds"},
		{"cutoff: {condition: true, reason: 因}\n", "1:1 cel.no_kind"},
		{"earned: {share: 1, raeson: 因}\n", "3:20 cel.unknown_key_near, 3:9 cel.missing_key"},
		{"earned: {points: 1, share: 1, reason: 因}\n", "3:10 cel.two_amounts"},
		{"earned: {bands: [{condition: true, mark: A, reason: 因}]}\n", "3:36 cel.no_scale"},
		{"earned: {share: 1, reason: 因, bands: [{condition: true, share: 1, reason: 因}]}\n", "3:31 cel.bands_and_share"},
		{"earned: {share: 1, share: 1, reason: 因}\n", "3:20 cel.key_twice"},
		{"earned: {share: 1, reason: {facts.x}}\n", "3:28 cel.not_text"},
		{"earned: [1]\n", "3:9 cel.not_mapping"},
		{"earned: {share: &x 1, reason: *x}\n", "3:31 cel.alias"},
		{"earned: {share: 1, reason: }\n", "3:28 cel.empty_text"},
		{"earned: {share: 1, reason: 因}\nzzz: 1\n", "4:1 cel.unknown_key"},
		{"earned: {share: 1, reason: 因}\n---\na: 1\n", "4:1 cel.two_documents"},
		{"earned: {share: [1\n", "3:0 typo.yaml_unclosed"},
	} {
		_, err := compileText(s, c.body)
		if err == nil {
			t.Errorf("%s\ncompiles, want %s", c.body, c.want)
			continue
		}
		if got := problemIDs(err); got != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", c.body, got, c.want)
		}
		if strings.Contains(err.Error(), "[cel.") {
			t.Errorf("a sentence is not in the catalogue: %v", err)
		}
	}
}

// eachOver is an entry over some facts; over begins at 4:19, the condition at 5:16.
func eachOver(over, as, condition string) string {
	return "deductions:\n  - each: {over: '" + over + "', as: " + as + ", key: k}\n    condition: " + condition +
		"\n    item: '{k}'\n    share: 1\n    reason: 因\n"
}

func TestMeta(t *testing.T) {
	p := compiled(t, schema(t), "custom:\n  interpretation: 解释\n  evidence: [甲, 乙]\nearned: {share: 1, reason: 因}\n")
	m := p.Meta
	if m.Title != "标题" || m.Rule != "规则" || m.Interpretation != "解释" || strings.Join(m.Evidence, "+") != "甲+乙" {
		t.Errorf("%+v", m)
	}
}

func TestReads(t *testing.T) {
	s := schema(t)
	for _, c := range []struct{ condition, want string }{
		{`facts.budget.total > 1`, "/budget/total"},
		{`facts.b > 1 || facts.a > 1`, "/a /b"},
		{`(facts.ok ? facts.payments.q1 : facts.payments.q2).paid > 1`, "/ok /payments/q1/paid /payments/q2/paid"},
		{`facts.projects.exists(p, p.amount > 1)`, "/projects /projects/*/amount"},
		{`size(facts.projects) > 1`, "/projects"},
		{`size(facts.projects.filter(p, has(p.name))) > 1`, "/projects /projects/*/name"},
		{`facts.projects.filter(p, p.declared).map(q, q.amount).exists(x, x > 1)`, "/projects /projects/*/declared /projects/*/amount"},
		{`facts.projects.filter(p, p.declared)[0].id == "x"`, "/projects /projects/*/id /projects/*/declared"},
		{`facts.scores[0] > 1 && sum(facts.scores) > 2`, "/scores /scores/*"},
		{`facts.payments.q1 == facts.payments.q2`, "/payments/q1/paid /payments/q1/due /payments/q2/paid /payments/q2/due"},
		{`facts.projects == facts.projects`, "/projects /projects/*/id /projects/*/name /projects/*/declared /projects/*/amount"},
		{`[facts.payments.q1, facts.payments.q3].all(q, q.paid > 1)`, "/payments/q1/paid /payments/q3/paid"},
		{`has(facts.note) && variables.v > 1`, "/c /note"},
		{`(facts.scores + [1]).exists(x, x > 1)`, "/scores /scores/*"},
	} {
		p := compiled(t, s, "variables:\n  - {name: v, expression: facts.c}\n  - {name: unused, expression: facts.b}\n"+one(c.condition))
		var got []string
		for _, r := range p.Reads {
			got = append(got, r.Path())
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", c.condition, strings.Join(got, " "), c.want)
		}
	}
	p := compiled(t, s, eachOver("/payments", "q", "q.paid < q.due"))
	if len(p.Reads) != 6 {
		t.Errorf("each over an object reads %d places", len(p.Reads))
	}
}
