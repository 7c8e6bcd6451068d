package rego

import (
	"context"
	"strings"
	"testing"

	"rubric/engine/policy"
)

// deduct is a deduction whose condition is the given body.
func deduct(body string) string {
	return "deductions[\"a\"] := {\"share\": 1, \"reason\": \"r\"} if {\n" + body + "\n}\n"
}

func TestCompileErrors(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"fact", deduct("input.budget.ajusted > 1"), "4:opa_unknown_fact_near"},
		{"fact like no other", deduct("input.budget.weather > 1"), "4:opa_unknown_fact"},
		{"fact in every", deduct("every q in input.payments {\nq.piad > 1\n}"), "5:unknown_fact_near"},
		{"fact through a function", "f(b) := b.ajusted\n" + deduct("f(input.budget) > 1"), "3:unknown_fact_near"},
		{"fact through a rule", "b := input.budget\n" + deduct("b.ajusted > 1"), "5:opa_unknown_fact_near"},
		{"fact in object.get", deduct(`object.get(input.budget, "ajusted", 0) > 1`), "4:unknown_fact_near"},
		{"fact in object.get with a path", deduct(`object.get(input, ["budget", "ajusted"], 0) > 1`), "4:unknown_fact_near"},
		{"fact under not, key from a list", deduct("some k in [\"alpha\", \"betta\"]\nnot input.checks[k]"), "5:unknown_fact_near"},
		{"key from the keys of an object", "names := {\"alpha\": 1, \"delta\": 2}\n" + deduct("some k, _ in names\ninput.checks[k]"), "6:unknown_fact"},
		{"key from a helper set", "names contains \"delta\"\n" + deduct("some k in names\ninput.checks[k]"), "6:unknown_fact"},
		{"fact in a comprehension", deduct("count([1 | some p in input.projects; p.declard]) > 1"), "4:opa_unknown_fact_near"},
		{"member of a scalar", deduct("some p in input.projects\np.id.x"), "5:opa_no_members"},
		{"list by name", deduct("input.projects.p1"), "4:opa_no_members"},
		{"path not written out", deduct("k := array.concat([\"budget\"], [input.name])\nobject.get(input, k, 0) > 1"), "5:bare_input"},
		{"fact of a list's elements joined", deduct("some p in array.concat(input.projects, [])\nobject.get(p, \"declard\", 1) == 2"), "5:unknown_fact_near"},
		{"rule of the package", deduct("data.t.p.limt > 1") + "limit := 1", "4:unknown_rule_near"},
		{"rule of another package", deduct("data.lib.limit > 1"), "4:unknown_rule"},
		{"import of nothing", "import data.lib.limit\n" + deduct("limit > 1"), "5:unknown_rule"},
		{"no answer", "x := 1", "1:no_answer"},
		{"two answers", deduct("true") + `earned := {"share": 1, "reason": "r"}`, "1:two_answers"},
		{"deductions as a set", `deductions contains {"share": 1, "reason": "r"}`, "3:deductions_form"},
		{"deductions as a whole", `deductions := {"a": {"share": 1, "reason": "r"}}`, "3:deductions_form"},
		{"deductions two deep", `deductions.a.b := {"share": 1, "reason": "r"}`, "3:deductions_form"},
		{"item empty", `deductions[""] := {"share": 1, "reason": "r"}`, "3:item_form"},
		{"earned in parts", "earned.share := 0\nearned.reason := \"r\"", "3:answer_form 4:answer_form"},
		{"cutoff in parts", deduct("true") + "cutoff.reason := \"r\"", "6:answer_form"},
		{"cutoff as a function", deduct("true") + `cutoff(x) := {"reason": x}`, "6:answer_form"},
		{"not_applicable as a set", deduct("true") + `not_applicable contains "r"`, "6:answer_form"},
		{"network", deduct(`http.send({"method": "get", "url": "x"}).body`), "4:opa_unknown_function"},
		{"clock", deduct("time.now_ns() > 1"), "4:opa_unknown_function"},
		{"clock through with", deduct("count(input.tags) > 1 with count as time.now_ns"), "4:opa"},
		{"runtime", deduct(`opa.runtime().env.HOME == input.name`), "4:opa_unknown_function"},
		{"whole input compared", deduct("f(input)") + "f(x) if x == input\n", "6:bare_input"},
		{"whole input as the answer", "earned := input", "3:bare_input"},
		{"whole input walked over", deduct("some k, _ in input\nk == \"name\""), "4:bare_input"},
		{"whole input through a function", "f(x) := count(x)\n" + deduct("f(input) > 1"), "3:bare_input"},
		{"whole input counted", deduct("count(input) > 1"), "4:bare_input"},
		{"whole input printed", "deductions[\"a\"] := {\"share\": 1, \"reason\": sprintf(\"%v\", [input])}", "3:bare_input"},
		{"syntax", "deductions[", "3:typo.unclosed"},
		{"types", deduct(`input.budget.total + "1" > 1`), "4:opa_argument"},
		{"types compared", deduct(`input.budget.total == "1"`), "4:opa_never_equal"},
		{"no such variable", deduct("x > 1"), "4:opa_unsafe"},
		{"no value", deduct("x := 1\nx := 2"), "5:opa_variable_twice"},
		{"quotes", deduct(`"abc`), "4:typo.unclosed_text"},
		{"METADATA", "# METADATA\n# title: [a\n" + deduct("true"), "4:opa_metadata"},
		{"number", "x := 1e999999999", "3:opa_number"},
		{"recursion", "a if b\nb if a\n" + deduct("a"), "3:opa_recursion"},
		{"rule and function", "x := 1\nx(y) := 2\n" + deduct("x == 1"), "3:opa_conflict"},
		{"values of a call", deduct("count(1, 2) == 1"), "4:opa_arity"},
		{"function not called", "f(x) := 1\n" + deduct("f == 1"), "5:opa_not_called"},
		{"print", deduct("print(1)"), "4:print"},
		{"print in a comprehension", deduct("x := [1 | print(1)]\nx == [input.name]"), "4:print"},
		{"conflicting names", "earned := 1\nearned(x) := x", "4:answer_form"},
		{"no share", `deductions["a"] := {"reason": "r"}`, "3:no_share"},
		{"share misspelt", `deductions["a"] := {"shere": 1, "reason": "r"}`, "3:answer_member_near"},
		{"share in percent", `deductions["a"] := {"share": "33%", "reason": "r"}`, "3:share_form"},
		{"share in words", `deductions["a"] := {"share": "一半", "reason": "r"}`, "3:share_form"},
		{"share true", `earned := {"share": true, "reason": "r"}`, "3:no_share"},
		{"two amounts", `deductions["a"] := {"points": 1, "share": 1, "reason": "r"}`, "3:two_amounts"},
		{"mark without a scale", `earned := {"mark": "A", "reason": "r"}`, "3:no_scale"},
		{"no reason", `deductions["a"] := {"share": 1}`, "3:no_reason"},
		{"reason misspelt", "earned := {\n\"share\": 1,\n\"reson\": \"r\"}", "5:answer_member_near"},
		{"reason blank", `deductions["a"] := {"share": 1, "reason": " "}`, "3:no_reason"},
		{"reason a number", `deductions["a"] := {"share": 1, "reason": 1}`, "3:no_reason"},
		{"reason in an else", "earned := {\"share\": 1, \"reason\": \"r\"} if input.tags\nelse := {\"share\": 0}", "4:no_reason"},
		{"cutoff without reason", deduct("true") + `cutoff := {"why": "r"}`, "6:no_reason"},
		{"sprintf too few", deduct(`sprintf("%s %d%%", [input.name]) == ""`), "4:format_count"},
		{"sprintf too many", "f(x) := sprintf(\"x\", [x])\n" + deduct(`f(input.name) == ""`), "3:format_count"},
		{"sprintf in a comprehension", deduct(`x := [sprintf("%z", [t]) | some t in input.tags]` + "\ncount(x) > 1"), "4:format_verb"},
		{"several at once", deduct("some p in input.projects\np.declard\np.amout > 1"), "5:opa_unknown_fact_near 6:opa_unknown_fact_near"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := compiled(schema(t), c.body)
			if got := problemsOf(t, err); !strings.HasPrefix(got, c.want) || c.want == "" {
				t.Errorf("problems %q, want %q\n%v", got, c.want, err)
			}
		})
	}
}

// Places and suggestions of what is reported.
func TestCompileErrorText(t *testing.T) {
	_, err := compiled(schema(t), deduct("some p in input.projects\nnot p.declard"))
	if want := "p.rego:5:5: the schema has no fact p.declard; did you mean declared?"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	_, err = compiled(schema(t), deduct("every q in input.payments {\nq.piad > 1\n}"))
	if want := "p.rego:5:1: the schema has no fact /payments/q1/piad; did you mean /payments/q1/paid?"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	_, err = compiled(schema(t), deduct("input.name.first == 1"))
	if want := "p.rego:4:1: there is no input.name.first: input.name is a single value, or a list to be gone through with some … in"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	_, err = compiled(schema(t), deduct("input.budget.weather > 1"))
	for _, want := range []string{"p.rego:4:1: the schema has no fact input.budget.weather; there are: adjusted, note, total"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not have %q", err, want)
		}
	}
}

func TestPackages(t *testing.T) {
	const answer = "\nearned := {\"share\": 1, \"reason\": \"r\"}\n"
	file := func(indicator, pkg string) policy.Source {
		return policy.Source{Indicator: indicator, File: pkg + ".rego", Text: []byte("package " + pkg + answer)}
	}
	for _, c := range []struct {
		name              string
		policies, helpers []policy.Source
		want              string
	}{
		{"right", []policy.Source{file("a", "x.a"), file("b", "x.b")}, []policy.Source{file("", "x.lib")}, ""},
		{"other name", []policy.Source{file("a", "x.b")}, nil, "1:package_name"},
		{"twice", []policy.Source{file("a", "x.a"), file("a", "x.a")}, nil, "1:package_twice"},
		{"helper", []policy.Source{file("a", "x.a")}, []policy.Source{file("", "x.a")}, "1:helper_in_policy_package"},
		{"too long", []policy.Source{{Indicator: "a", File: "a.rego", Text: make([]byte, maxSource+1)}}, nil, "0:source_too_long"},
		{"reserved", []policy.Source{file("deductions", "x.deductions")}, nil, "1:package_reserved"},
		{"helper reserved", []policy.Source{file("a", "x.a")}, []policy.Source{file("", "x.deductions")}, "1:package_reserved"},
		{"none", nil, nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			all, err := Language{}.Compile(context.Background(), policy.Unit{Schema: schema(t), Policies: c.policies, Helpers: c.helpers})
			if got := problemsOf(t, err); got != c.want {
				t.Errorf("problems %q, want %q", got, c.want)
			}
			if err == nil && len(all) != len(c.policies) {
				t.Errorf("%d policies of %d", len(all), len(c.policies))
			}
		})
	}
}

func TestMeta(t *testing.T) {
	text := "# METADATA\n# title: 标题\n# description: |\n#   规则。\n# custom:\n#   interpretation: 解释\n#   evidence: [甲, 乙]\npackage t.p\n\nearned := {\"share\": 1, \"reason\": \"r\"}\n"
	all, err := Language{}.Compile(context.Background(), policy.Unit{Schema: schema(t), Policies: []policy.Source{{Indicator: "p", File: "p.rego", Text: []byte(text)}}})
	if err != nil {
		t.Fatal(err)
	}
	m := all[0].Meta
	if m.Title != "标题" || m.Rule != "规则。" || m.Interpretation != "解释" || strings.Join(m.Evidence, ",") != "甲,乙" {
		t.Errorf("meta %+v", m)
	}
}

func TestCompileCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Language{}.Compile(ctx, policy.Unit{Schema: schema(t), Policies: []policy.Source{source(deduct("true"))}})
	if err != context.Canceled {
		t.Errorf("error %v", err)
	}
}
