package budgets_test

import (
	"fmt"
	"strings"
)

// runaway is a policy without end. refused is a part of what is said where it
// does not even compile.
type runaway struct {
	order
	name, text, refused string
}

func runaways() []runaway {
	var all []runaway
	add := func(language, name, text, refused string) {
		all = append(all, runaway{order{Language: language}, name, text, refused})
	}
	for _, r := range regoRunaways() {
		add("rego", r[0], "package p\n\n"+r[1], r[2])
	}
	for _, r := range celRunaways() {
		add("cel", r[0], r[1], "")
	}
	return all
}

// regoDeduct is a deduction with a condition, after rules it may use.
func regoDeduct(condition, rules string) string {
	return "deductions[\"a\"] := {\"share\": 1, \"reason\": \"r\"} if {\n\t" + condition + "\n}\n" + rules
}

// doubled are rules x0 … xn, each made of two of the one before.
func doubled(first, next string, n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "x0 := %s\n", first)
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "x%d := %s\n", i, strings.ReplaceAll(next, "$", fmt.Sprintf("x%d", i-1)))
	}
	return b.String()
}

func regoRunaways() [][3]string {
	return [][3]string{
		{"numbers.range", regoDeduct("count(numbers.range(1, 1000000000)) > input.n", ""), ""},
		{"ranges kept", regoDeduct("count([r | some i in input.list; r := numbers.range(i, i + 90000)]) < 0", ""), ""},
		{"loops over ranges", regoDeduct("some a in r\n\tsome b in r\n\tsome c in r\n\ta + b + c + input.n < 0", "r := numbers.range(1, 90000)\n"), ""},
		{"nested comprehension", regoDeduct("count([1 | some a in input.list; some b in input.list; a + b < 0]) > 0", ""), ""},
		{"nested comprehension kept", regoDeduct("count([x | some a in input.list; x := [y | some b in input.list; y := [a, b]]]) > 0", ""), ""},
		{"set comprehension", regoDeduct("count({[a, b] | some a in input.list; some b in input.list}) > 0", ""), ""},
		{"object comprehension", regoDeduct("count({x: a | some a in input.list; some b in input.list; x := sprintf(\"%d-%d\", [a, b])}) > 0", ""), ""},
		{"rule that makes a set", regoDeduct("count(pairs) < 0", "pairs contains [a, b, s] if {\n\ts := count(input.list)\n\tsome a in input.list\n\tsome b in input.list\n}\n"), ""},
		{"walk of a million values", regoDeduct("walk(x, [_, v])\n\tv < 0", "x := [input.list | some i in numbers.range(1, 20)]\n"), ""},
		{"walk of shared parts", regoDeduct("walk(x40, [_, v])\n\tv == 0", doubled("[input.n]", "[$, $]", 40)), ""},
		{"object.union loop", regoDeduct("count([o | some a in input.list; some b in input.list; o := object.union(big, {sprintf(\"%d\", [a]): b})]) < 0",
			"big := {sprintf(\"k%d\", [a]): a | some a in numbers.range(1, 5000)}\n"), ""},
		{"object.union doubling", regoDeduct("count(x40) < 0", doubled(`{"a": input.n}`, `object.union($, {"a": $, "b": $})`, 40)), ""},
		{"concat doubling", regoDeduct("x40 == \"\"", doubled("input.name", `concat("", [$, $])`, 40)), ""},
		{"concat kept", regoDeduct("count({x | some a in input.list; x := concat(\"\", [input.long, sprintf(\"%d\", [a])])}) < 0", ""), ""},
		{"sprintf of shared parts", regoDeduct("sprintf(\"%v\", [x40]) == \"\"", doubled("[input.n]", "[$, $]", 40)), ""},
		{"json.marshal", regoDeduct("some a in input.list\n\tjson.marshal([input.list, input.list, input.list, a]) == \"\"", ""), ""},
		{"json.marshal of shared parts", regoDeduct("json.marshal(x30) == \"\"", doubled("[input.n]", "[$, $]", 30)), ""},
		{"json.unmarshal", regoDeduct("some a in input.list\n\tcount(json.unmarshal(concat(\"\", [\"[1\", s, \"]\"]))) == a", "s := replace(replace(substring(input.long, 0, 300000), \"a\", \",\"), \"b\", \"1\")\n"), ""},
		{"regex.match", regoDeduct("regex.match(`^(.{0,200}){5}x$`, concat(\"x\", [input.long]))\n\tregex.match(`(.{0,200}){5}x`, input.long)", ""), ""},
		{"regex.match, many", regoDeduct("some a in input.list\n\tregex.match(`(a|b|ab)*c`, input.long)", ""), ""},
		{"regex.match, wide", regoDeduct("regex.match(`"+strings.Repeat("(a?b?)*", 200)+"c$`, input.long)", ""), ""},
		{"regex.find", regoDeduct("some a in input.list\n\tcount(regex.find_n(`a|b`, input.long, -1)) < 0", ""), ""},
		{"regex.replace", regoDeduct("some a in input.list\n\tregex.replace(input.long, `a+`, `$0$0$0$0`) == \"\"", ""), ""},
		{"bits.lsh 4e7", regoDeduct("bits.lsh(1, 40000000) > input.n", ""), ""},
		{"bits.lsh 1e11", regoDeduct("bits.lsh(1, 100000000000) > input.n", ""), ""},
		{"squares", regoDeduct("x40 > 1", doubled("input.n", "$ * $", 40)), ""},
		{"powers", regoDeduct("some a in input.list\n\trubric.pow(input.n / 7, 250) == a", ""), ""},
		{"graph.reachable_paths", regoDeduct("count(graph.reachable_paths({}, [])) > 0", ""), "graph.reachable_paths"},
		{"strings.render_template", regoDeduct(`strings.render_template("{{.}}", {}) == ""`, ""), "strings.render_template"},
		{"glob.match", regoDeduct("some a in input.list\n\tglob.match(\""+strings.Repeat("*a", 100)+"*c\", [], input.long)", ""), ""},
		{"glob.match, braces", regoDeduct("glob.match(\""+strings.Repeat("{a,ab,*}", 100)+"c\", null, input.long)", ""), ""},
		{"split", regoDeduct("some a in input.list\n\tcount(split(input.long, \"\")) == a", ""), ""},
		{"indexof_n", regoDeduct("some a in input.list\n\tcount(indexof_n(input.long, \"ab\")) < 0", ""), ""},
		{"strings.replace_n", regoDeduct("some a in input.list\n\tstrings.replace_n({substring(input.long, 0, 400000): \"x\"}, input.long) == \"\"", ""), ""},
		{"replace", regoDeduct("some a in input.list\n\treplace(input.long, \"\", input.long) == \"\"", ""), ""},
		{"sort", regoDeduct("some a in input.list\n\tcount(sort(input.list)) == 0", ""), ""},
		{"sums", regoDeduct("some a in input.list\n\tsum(input.list) < 0", ""), ""},
		{"members", regoDeduct("some a in input.list\n\ta - 300000 in input.list", ""), ""},
		{"helpers", regoDeduct("f(f(f(f(f(input.n))))) < 0", "f(x) := sum([y | some a in input.list; y := x + a])\n"), ""},
	}
}

// celDeduct is a deduction with a condition, after variables it may use.
func celDeduct(condition string, variables ...string) string {
	var b strings.Builder
	b.WriteString("title: t\ndescription: d\ncustom: {evidence: [e]}\nvariables:\n  - {name: v0, expression: facts.n}\n")
	for i := 0; i+1 < len(variables); i += 2 {
		fmt.Fprintf(&b, "  - {name: %s, expression: '%s'}\n", variables[i], variables[i+1])
	}
	return b.String() + "deductions:\n  - item: a\n    condition: '" + condition + "'\n    share: 1\n    reason: r\n"
}

// chained are variables x0 … xn, each made of two of the one before.
func chained(first, next string, n int) []string {
	all := []string{"x0", first}
	for i := 1; i <= n; i++ {
		all = append(all, fmt.Sprintf("x%d", i), strings.ReplaceAll(next, "$", fmt.Sprintf("variables.x%d", i-1)))
	}
	return all
}

func celRunaways() [][2]string {
	return [][2]string{
		{"nested comprehension", celDeduct("facts.list.all(a, facts.list.all(b, a + b >= 0))")},
		{"nested comprehension, deep", celDeduct("facts.texts.all(a, facts.texts.all(b, facts.texts.all(c, facts.texts.all(d, facts.texts.all(e, facts.texts.all(f, facts.texts.all(g, facts.texts.all(h, a + b + c + d + e + f + g + h != \"\"))))))))")},
		{"nested comprehension kept", celDeduct("size(facts.list.map(a, facts.list.map(b, [a, b]))) < 0")},
		{"lists kept", celDeduct("size(facts.list.map(a, [a, a, a, a, a, a, a, a])) < 0", "big", "facts.list.map(a, facts.texts.map(b, facts.texts))")},
		{"filter", celDeduct("size(facts.list.filter(a, size(facts.list.filter(b, b > a)) > 0)) < 0")},
		{"regex", celDeduct("facts.long.matches(\"^(a?b?){100}(a?b?)*c$\")")},
		{"regex, many", celDeduct("facts.list.exists(a, facts.long.matches(\"(a|b|ab)*c\"))")},
		{"text growth", celDeduct("variables.x40 == \"\"", chained("facts.name", "$ + $", 40)...)},
		{"texts kept", celDeduct("size(facts.list.map(a, facts.long + exact(a))) < 0")},
		{"text tests", celDeduct("facts.list.exists(a, facts.long.contains(exact(a) + \"x\"))")},
		{"text order", celDeduct("facts.list.exists(a, facts.long < facts.long)")},
		{"text equality", celDeduct("facts.list.exists(a, facts.long != facts.long)")},
		{"text size", celDeduct("facts.list.exists(a, size(facts.long) < 0)")},
		{"list growth", celDeduct("size(variables.x40) < 0", chained("facts.texts", "$ + $", 40)...)},
		{"flatten", celDeduct("size(variables.x39) < 0", chained("[facts.n]", "[$, $].map(a, a)[0] + [$, $].map(a, a)[1]", 39)...)},
		{"shared parts", celDeduct("variables.x8 != variables.x8", chained("facts.list", "$ + $", 8)...)},
		{"squares", celDeduct("variables.x40 > 1", chained("facts.n", "$ * $", 40)...)},
		{"powers", celDeduct("facts.list.exists(a, pow(facts.n / 7, 250) == a)")},
		{"sums", celDeduct("facts.list.exists(a, sum(facts.list) < 0)")},
		{"members", celDeduct("facts.list.exists(a, -1 in facts.list)")},
	}
}
