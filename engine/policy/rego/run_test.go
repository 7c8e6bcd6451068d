package rego

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"rubric/engine/policy"
)

// Policies that break: where, and why.
func TestFailures(t *testing.T) {
	d := func(item, share, reason string) string {
		return fmt.Sprintf("deductions[%s] := {\"share\": %s, \"reason\": %s}", item, share, reason)
	}
	const each = " if some p in input.projects"
	for _, c := range []struct{ name, body, want string }{
		{"division by zero", d(`"a"`, "1/(input.budget.adjusted-5)", `"r"`), "3 division_by_zero"},
		{"text and number", deduct("x := [\"85\", 90]\nx[0] > 90"), "5 order_across_types"},
		{"null and number", deduct("x := [null, 90]\nx[0] < x[1]"), "5 order_across_types"},
		{"text of the facts and number", "old := [input.name, 1]\n" + deduct("old[0] < old[1]"), "5 order_across_types"},
		{"greatest of texts and numbers", deduct(`max(["a", 1]) == 1`), "4 order_across_types"},
		{"texts and numbers sorted", deduct(`sort(["a", 1]) == [1]`), "4 order_across_types"},
		{"not a number", deduct("to_number(input.name) > 1"), "4 no_number"},
		{"number with underscore", deduct(`to_number("1_000") > 1`), "4 no_number"},
		{"number in hexadecimal", deduct(`to_number("0x1p4") > 1`), "4 no_number"},
		{"share above one", d(`"a"`, "1.0001", `"r"`), "3 share_range"},
		{"share below zero", d(`"a"`, "-0.1", `"r"`), "3 share_range"},
		{"share a sentence", d(`"a"`, `lower("a third")`, `"r"`), "3 share_form"},
		{"share over zero", d(`"a"`, `lower("1/0")`, `"r"`), "3 share_form"},
		{"share true", d(`"a"`, "is_string(\"\")", `"r"`), "3 no_share"},
		{"no share", `deductions["a"] := object.union({"reason": "r"}, {})`, "3 no_share"},
		{"no object", `deductions["a"] := 1`, "3 no_share"},
		{"no reason", `deductions["a"] := object.union({"share": 1}, {})`, "3 no_reason"},
		{"blank reason", d(`"a"`, "1", `lower(" ")`), "3 no_reason"},
		{"reason a number", d(`"a"`, "1", "1+0"), "3 no_reason"},
		{"item a number", d("p.amount", "1", `"r"`) + each, "3 item_form"},
		{"item empty", d(`concat("", [p.id | some p in input.projects; p.amount < 0])`, "1", `"r"`), "3 item_form"},
		{"same item, equal objects", "deductions[x] := {\"share\": 1, \"reason\": \"r\"} if {\nsome p in input.projects\nx := sprintf(\"%v\", [p.declared])\n}", "3 same_item"},
		{"same item, two bodies", d("input.name", "1", `"r"`) + "\n" + d("input.name", "1", `"r"`) + " if input.tags", "4 same_item"},
		{"same constant item, two bodies", d(`"a"`, "1", `"r"`) + "\n" + d(`"a"`, "1", `"r"`) + " if input.tags", "4 same_item"},
		{"same item, constant and not", d(`"p1"`, "1", `"r"`) + "\n" + d("p.id", "1", `"r"`) + each, "4 same_item"},
		{"conflict", `earned := {"share": 1, "reason": "a"} if input.tags` + "\n" + `earned := {"share": 0, "reason": "b"}`, "4 conflict"},
		{"conflict of a helper", "x := 1 if input.tags\nx := 2\n" + deduct("x > 1"), "4 conflict"},
		{"conflict of a function", "f(v) := v if v > 0\nf(v) := v + 1 if v > 1\n" + deduct("f(input.budget.total) > 1"), "4 conflict"},
		{"conflict of a helper object", "x[k] := v if some k, v in {\"a\": 1}\nx[\"a\"] := 2 if input.tags\n" + deduct("x.a > 1"), "3 two_values"},
		{"key outside the schema", deduct("input.payments[input.name].paid > 1"), "4 unknown_address"},
		{"key outside the schema, default", deduct("object.get(input.payments, input.name, 1) == 1"), "4 unknown_address"},
		{"key outside the schema, not", deduct("not input.checks[input.name]"), "4 unknown_address"},
		{"key outside the schema, with", deduct("input.payments[input.name].paid > 1 with input.payments.q1 as {\"paid\": 3}"), "4 unknown_address"},
		{"nothing earned", `earned := {"share": 1, "reason": "r"} if input.budget.total < 0`, "0 nothing_earned"},
		{"nothing in earned", `earned := object.union({"share": 0.5}, {})`, "3 no_reason"},
		{"cutoff without reason", d(`"a"`, "1", `"r"`) + "\ncutoff := object.union({\"why\": 1}, {})", "4 no_reason"},
		{"sprintf too few", d(`"a"`, "1", `sprintf("%s %s", array.slice([input.name], 0, 1))`), "3 format_values"},
		{"sprintf too many", d(`"a"`, "1", `sprintf("x", array.slice([input.name], 0, 1))`), "3 format_values"},
		{"sprintf fraction", d(`"a"`, "1", `sprintf("%d", [1/3])`), "3 not_whole"},
		{"sprintf ends in %", d(`"a"`, "1", `sprintf(lower("100%"), [])`), "3 format_verb"},
		{"too deep", helperChain(policy.DefaultLimits().Depth + 5), "0 too_deep"},
		{"number grows", "x0 := input.budget.total + 7\n" + doubling("x%d := x%d * x%d", 14) + deduct("x14 > 1"), "0 number_too_large"},
		{"text grows", "x0 := concat(\"\", [input.name, \"0123456789\"])\n" + doubling("x%d := concat(\"\", [x%d, x%d])", 20) + deduct("x20 == \"\""), "0 text_too_long"},
		{"list shares its parts", "x0 := [input.name]\n" + doubling("x%d := [x%d, x%d]", 40) + deduct("sprintf(\"%v\", [x40]) == \"\""), "0 out_of_fuel"},
		{"nested loops", "r := numbers.range(1, 100000)\n" + deduct("some a in r\nsome b in r\na + b + input.budget.total < 0"), "0 out_of_fuel"},
		{"descending set", "r := {y | some x in numbers.range(1, 90000)\ny := 100000 - x}\n" + deduct("count(r) > 1"), "0 out_of_fuel"},
		{"sums of a long list", "r := numbers.range(1, 100000)\n" + deduct("some a in r\nsum(r) + a < input.budget.total"), "0 out_of_fuel"},
		{"texts searched", "x0 := concat(\"\", [input.name, \"0123456789\"])\n" + doubling("x%d := concat(\"\", [x%d, x%d])", 15) + deduct("some a in numbers.range(1, 10000)\ncontains(x15, format_int(a, 10))\na < 0"), "0 out_of_fuel"},
		{"long range", deduct("count(numbers.range(1, 1000000000)) > 1"), "4 too_many_items"},
		{"longest range", deduct("count(numbers.range(-9223372036854775808, 9223372036854775807)) > 1"), "4 too_many_items"},
		{"range of fractions", deduct("count(numbers.range(0.5, 2)) > 1"), "4 not_whole"},
		{"power", deduct("rubric.pow(10, 100000) > 1"), "4 arithmetic"},
		{"decimals", deduct(`rubric.decimal(1, 1000) == "1"`), "4 bad_digits"},
		{"remainder of fractions", deduct("5.5 % 2 == 1"), "4 arithmetic"},
		{"substring before the text", deduct(`substring(input.name, -1, 2) == "x"`), "4 negative_offset"},
		{"sum of texts", deduct("sum([x | some x in [input.name, 1]]) > 1"), "4 wrong_type"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			f := evaluate(t, mustCompile(t, c.body), factsOf(t, schema(t)))
			if f.Failure == nil {
				t.Fatalf("no failure: %s", outline(f))
			}
			line, want, _ := strings.Cut(c.want, " ")
			if got := reasonID(f.Failure.Message); got != want {
				t.Errorf("%v, want %s", f.Failure.Message, want)
			}
			if got := fmt.Sprint(f.Failure.Line); line != "0" && got != line {
				t.Errorf("line %s, want %s", got, line)
			}
			if f.Failure.File != "p.rego" && line != "0" || len(f.Deductions) > 0 || f.Cutoff != nil {
				t.Errorf("failure %+v", f)
			}
			if took := time.Since(start); took > time.Minute {
				t.Errorf("took %v", took)
			}
		})
	}
}

// doubling is lines x1 … xn, each made of two of the one before.
func doubling(line string, n int) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, line+"\n", i, i-1, i-1)
	}
	return b.String()
}

// helperChain is a policy whose rules call each other n deep.
func helperChain(n int) string {
	var b strings.Builder
	b.WriteString("x0 := input.budget.total\n")
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "x%d := x%d + 1\n", i, i-1)
	}
	return b.String() + deduct(fmt.Sprintf("x%d > 1", n))
}

// Numbers and built-ins, each against what is true.
func TestExact(t *testing.T) {
	for _, c := range []string{
		"0.1 + 0.2 == 0.3",
		"0.3 - 0.1 == 0.2",
		"sum([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]) == 1",
		"3 - 1/3 - 1/3 - 1/3 == 2",
		"986357525555293.80 != 986357525555293.70",
		"986357525555293.80 > 986357525555293.70",
		`to_number("986357525555293.80") - 986357525555293.70 == 0.1`,
		`sprintf("%d", [25]) == "25"`,
		`sprintf("%v|%s|%%|%v", [1/3, 0.50, "x"]) == "1/3|0.5|%|x"`,
		`sprintf("%v", [{"b": [1, null], "a": {2, 1}}]) == "{\"a\": {1, 2}, \"b\": [1, null]}"`,
		"1 == 1.0",
		"100000000000000000000 + 1 == 100000000000000000001",
		"2/4 == 0.5", "7 % 3 == 1", "-7 % 3 == -1",
		"round(2.5) == 3", "round(-2.5) == -3", "ceil(1.1) == 2", "floor(-1.1) == -2", "abs(-1/3) == 1/3",
		"product([1/3, 3]) == 1",
		`rubric.decimal(2.675, 2) == "2.68"`, `rubric.percent(1/3, 2) == "33.33%"`, `rubric.exact(1/3) == "1/3"`,
		"rubric.round(2/3, 2) == 0.67", "rubric.pow(1.08, 2) == 1.1664",
		"rubric.growth_rate(100, 121, 2, 4) == 0.1",
		`format_int(25.9, 16) == "19"`, "to_number(\"1e2\") == 100",
		"input.budget.total == 1000", `sprintf("%v", [input.budget.total]) == "1000"`,
		"input.projects[0].amount + input.projects[1].amount == 4",
		`count("科协") == 2`, `substring("科协", 1, -1) == "协"`, `substring("科协", 1, 9223372036854775807) == "协"`, `substring("ab", 7, 1) == ""`,
		"min([]) == 1", // undefined, so that it does not hold
	} {
		holds := !strings.HasPrefix(c, "min(")
		f := evaluate(t, mustCompile(t, deduct(c)), factsOf(t, schema(t)))
		if f.Failure != nil || (len(f.Deductions) == 1) != holds {
			t.Errorf("%s: %s", c, outline(f))
		}
	}
}

// Shares: how they are written, and that nothing is lost.
func TestShares(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{`deductions["a"] := {"share": "1/3", "reason": "r"}`, "a 1/3: "},
		{`deductions["a"] := {"share": 1/3, "reason": "r"}`, "a 1/3: "},
		{`deductions["a"] := {"share": 0, "reason": "r"}`, ""},
		{`deductions["a"] := {"share": "0.10", "reason": "r"}`, "a 0.1: "},
		{`earned := {"share": 1, "reason": "r"}`, ""},
		{`earned := {"share": "2/3", "reason": "r"}`, " 1/3: "},
		{`earned := {"share": 0, "reason": "r"}`, " 1: "},
		{"deductions[k] := {\"share\": 0.5, \"reason\": k} if some k in [\"b\", \"a\"]", "a 0.5: \nb 0.5: "},
		{"deductions[\"b\"] := {\"share\": 0.5, \"reason\": \"r\"}\ndeductions[\"a\"] := {\"share\": 0.5, \"reason\": \"r\"}", "b 0.5: \na 0.5: "},
		{"deductions[\"b\"] := {\"share\": 0.5, \"reason\": \"r\"}\ndeductions[k] := {\"share\": 0.5, \"reason\": \"r\"} if some k in [\"a\", \"c\"]", "b 0.5: \na 0.5: \nc 0.5: "},
		{"deductions[k] := {\"share\": 0.5, \"reason\": \"r\"} if some k in [\"a\", \"c\"]\ndeductions[\"b\"] := {\"share\": 0.5, \"reason\": \"r\"}", "a 0.5: \nc 0.5: \nb 0.5: "},
		{"deductions.a := {\"share\": 1, \"reason\": \"r\"} if input.budget.total < 0", ""},
		{deduct("true") + `not_applicable := {"reason": "n"} if input.name`, "a 1: \nnot_applicable: /name condition"},
	} {
		f := evaluate(t, mustCompile(t, c.body), factsOf(t, schema(t)))
		if got := outline(f); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.body, got, c.want)
		}
	}
}

func TestEvaluateCancelled(t *testing.T) {
	p := mustCompile(t, "r := numbers.range(1, 100000)\n"+deduct("some a in r\nsome b in r\na + b + input.budget.total < 0"))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if f, err := p.Evaluate(ctx, factsOf(t, schema(t))); f != nil || err != context.Canceled {
		t.Errorf("finding %v, error %v", f, err)
	}
}

// One compiled policy serves many goroutines, each run giving the same.
func TestShared(t *testing.T) {
	p := mustCompile(t, "late contains k if {\nsome k, q in input.payments\nq.paid < q.due\n}\n"+
		"deductions[k] := {\"share\": \"1/3\", \"reason\": sprintf(\"%s of %d\", [k, count(late)])} if some k in late")
	doc := factsOf(t, schema(t))
	want := outline(evaluate(t, p, doc))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if f, err := p.Evaluate(context.Background(), doc); err != nil || outline(f) != want {
					t.Errorf("%v %v", err, f)
					return
				}
			}
		})
	}
	wg.Wait()
	if want == "" {
		t.Error("nothing deducted")
	}
}

var _ policy.Program = (*program)(nil)
