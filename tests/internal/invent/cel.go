package invent

import (
	"encoding/json"
	"fmt"
	"strings"
)

// cel makes up a policy.
func (g *maker) cel() string {
	g.vars = nil
	var b strings.Builder
	b.WriteString("title: t\ndescription: d\n")
	if n := g.below(4); n > 0 {
		b.WriteString("variables:\n")
		for range n {
			kind, name := g.one("bool", "number", "list", "object"), g.name("v")
			fmt.Fprintf(&b, "  - {name: %s, expression: %s}\n", name, quoted(g.variable(kind)))
			g.vars = append(g.vars, helper{kind, "variables." + name, ""})
		}
	}
	if g.chance(30) {
		b.WriteString(g.bands())
	} else {
		b.WriteString("deductions:\n")
		for range 1 + g.below(3) {
			b.WriteString(g.entry())
		}
	}
	for _, clause := range []string{"cutoff", "not_applicable"} {
		if g.chance(15) {
			fmt.Fprintf(&b, "%s: {condition: %s, reason: %s}\n", clause, quoted(g.celCond(scope{})), quoted(g.celReason(scope{})))
		}
	}
	return b.String()
}

// quoted is a text as YAML.
func quoted(text string) string {
	out, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(out))
}

func (g *maker) variable(kind string) string {
	switch kind {
	case "bool":
		return g.celCond(scope{})
	case "number":
		return g.celNum(scope{})
	case "list":
		in := scope{items: []string{"x"}, depth: 1}
		return fmt.Sprintf("facts.items.filter(x, %s)", g.celCond(in))
	}
	return g.one("facts.quarters.q1", "facts.quarters.q2", "facts.b1 ? facts.quarters.q1 : facts.quarters.q3")
}

func (g *maker) bands() string {
	var b strings.Builder
	b.WriteString("earned:\n  bands:\n")
	for range 1 + g.below(3) {
		fmt.Fprintf(&b, "    - {condition: %s, share: %s, reason: %s}\n", quoted(g.celCond(scope{})), g.celShare(scope{}), quoted(g.celReason(scope{})))
	}
	fmt.Fprintf(&b, "    - {condition: \"true\", share: %s, reason: %s}\n", g.celShare(scope{}), quoted(g.celReason(scope{})))
	return b.String()
}

func (g *maker) entry() string {
	sc, each, item := scope{}, "", g.name("k")
	switch g.below(5) {
	case 0, 1:
		each = "    each: {over: /items, as: x}\n"
		item = g.one("{x.id}", "{x.id}", item+"-{x.id}", "{x.kind}", item)
		sc.items = []string{"x"}
	case 2:
		each = "    each: {over: /quarters, as: q, key: k}\n"
		item = g.one("{k}", "{k}", item+"{k}", item)
		sc.quarters, sc.keys = []string{"q"}, []string{"k"}
	}
	return fmt.Sprintf("  - item: %s\n%s    condition: %s\n    share: %s\n    reason: %s\n", quoted(item), each,
		quoted(g.celCond(sc)), g.celShare(sc), quoted(g.celReason(sc)))
}

func (g *maker) celShare(sc scope) string {
	if g.chance(50) {
		return quoted(g.one("1.0 / 3", "0.5", "1", "0.25"))
	}
	return quoted(fmt.Sprintf("min(1, max(0, %s / 10))", g.celNum(sc.deeper())))
}

func (g *maker) celReason(sc scope) string {
	switch {
	case g.chance(40):
		return g.name("r")
	case len(sc.items) > 0 && g.chance(40):
		return fmt.Sprintf("{x.id} {exact(%s)}", g.celNum(sc.deeper()))
	}
	return fmt.Sprintf("r {exact(%s)}", g.celNum(sc.deeper()))
}

func (g *maker) celNum(sc scope) string {
	if sc.depth >= deepest {
		return g.celPlainNum(sc)
	}
	in := sc.deeper()
	switch g.below(15) {
	case 0:
		return fmt.Sprintf("(%s + %s)", g.celNum(in), g.celNum(in))
	case 1:
		a, b := g.differing(func() string { return g.celNum(in) })
		return fmt.Sprintf("(%s - %s)", a, b)
	case 2:
		a, b := g.differing(func() string { return g.celNum(in) })
		return fmt.Sprintf("(%s ? %s : %s)", g.celCond(in), a, b)
	case 3:
		return fmt.Sprintf("size(%s)", g.one("facts.items", "facts.tags", "facts.scores"))
	case 4:
		x := g.name("x")
		in.items = with(in.items, x)
		return fmt.Sprintf("sum(facts.items.map(%s, %s))", x, g.celNum(in))
	case 5:
		x := g.name("x")
		in.items = with(in.items, x)
		return fmt.Sprintf("size(facts.items.filter(%s, %s))", x, g.celCond(in))
	case 6:
		a, b := g.differing(func() string { return g.celNum(in) })
		return fmt.Sprintf("%s(%s, %s)", g.one("min", "max"), a, b)
	case 7, 8:
		if v := helperOf(g, g.vars, "number"); v != "" {
			return v
		}
	case 9:
		if v := helperOf(g, g.vars, "list"); v != "" {
			x := g.name("x")
			in.items = with(in.items, x)
			return g.one("size("+v+")", fmt.Sprintf("sum(%s.map(%s, %s))", v, x, g.celNum(in)))
		}
	case 10:
		if v := helperOf(g, g.vars, "object"); v != "" {
			return v + "." + g.one("paid", "due")
		}
	case 11:
		return g.one("sum(facts.scores)", "(size(facts.scores) > 0 ? facts.scores[0] : 1)", "(size(facts.scores) > 1 ? max(facts.scores) : 2)",
			"sum(facts.scores.filter(s, s > 1))", "sum(facts.scores + [1, 2])", "size(facts.t1)")
	}
	return g.celPlainNum(sc)
}

func (g *maker) celPlainNum(sc scope) string {
	switch n := g.below(12); {
	case n < 2:
		return g.one("0", "1", "2", "3", "4", "1.5")
	case n == 2 && g.shape.optional["n3"]:
		return "(has(facts.n3) ? facts.n3 : 2)"
	case n == 3 && g.shape.optional["base.x"]:
		return "(has(facts.base.x) ? facts.base.x : 1)"
	case n < 8 && len(sc.items) > 0:
		x := g.one(sc.items...)
		if g.shape.optional["item.bonus"] && g.chance(40) {
			return fmt.Sprintf("(has(%s.bonus) ? %s.bonus : 1)", x, x)
		}
		return x + ".amount"
	case n < 8 && len(sc.quarters) > 0:
		return g.one(sc.quarters...) + "." + g.one("paid", "due")
	case n < 9 && len(sc.parts) > 0:
		return g.one(sc.parts...) + ".size"
	}
	return g.one("facts.n1", "facts.n2", "facts.base.y", "facts.quarters.q1.paid", "facts.quarters.q2.due", "facts.quarters.q3.paid")
}

func (g *maker) celCond(sc scope) string {
	if sc.depth >= deepest {
		return g.celPlainCond(sc)
	}
	in := sc.deeper()
	switch g.below(20) {
	case 0, 1, 2:
		return g.compared(func() string { return g.celNum(in) }, "<", ">", "<=", ">=", "==", "!=")
	case 3, 4:
		return fmt.Sprintf("(%s && %s)", g.celCond(in), g.celCond(in))
	case 5, 6:
		return fmt.Sprintf("(%s || %s)", g.celCond(in), g.celCond(in))
	case 7:
		return fmt.Sprintf("!(%s)", g.celCond(in))
	case 8, 9, 10:
		x := g.name("x")
		in.items = with(in.items, x)
		list := "facts.items"
		if v := helperOf(g, g.vars, "list"); v != "" && g.chance(40) {
			list = v
		}
		return fmt.Sprintf("%s.%s(%s, %s)", list, g.one("all", "exists", "exists_one"), x, g.celCond(in))
	case 11:
		if len(sc.items) > 0 {
			p := g.name("p")
			in.parts = with(in.parts, p)
			return fmt.Sprintf("%s.parts.%s(%s, %s)", g.one(sc.items...), g.one("all", "exists"), p, g.celCond(in))
		}
	case 12, 13:
		if v := helperOf(g, g.vars, "bool"); v != "" {
			return g.one("", "!") + v
		}
	case 14:
		if v := helperOf(g, g.vars, "object"); v != "" {
			return g.one(v+".ok", v+" == facts.quarters.q1", v+".paid > "+v+".due")
		}
	case 15:
		return fmt.Sprintf("(%s ? %s : %s)", g.celCond(in), g.celCond(in), g.celCond(in))
	case 16:
		return g.one("facts.quarters.q1 == facts.quarters.q2", "facts.quarters.q1 != facts.quarters.q3", "facts.scores == [1, 2]", `facts.tags == ["a"]`,
			"facts.items.exists(x, facts.items.exists(y, x.id != y.id && x.amount == y.amount))", `facts.items.map(x, x.kind) == ["a", "b"]`,
			`facts.tags.all(t, t in ["a", "b"])`, `"a" in facts.items.map(x, x.kind)`, "facts.scores.exists(s, s > facts.n1)")
	}
	return g.celPlainCond(sc)
}

func (g *maker) celPlainCond(sc scope) string {
	in := sc.deeper()
	switch n := g.below(14); {
	case n < 2:
		return g.one("facts.b1", "!facts.b1", "facts.b2", "!facts.b2")
	case n < 4 && len(sc.items) > 0:
		x := g.one(sc.items...)
		if g.shape.optional["item.note"] && g.chance(30) {
			return g.one("has("+x+".note)", fmt.Sprintf(`(has(%s.note) && %s.note == "x")`, x, x))
		}
		return g.one(x+".done", "!"+x+".done", x+`.kind == "a"`, x+".kind == facts.e1", x+`.kind in ["a", "b"]`, "size("+x+".parts) > 0", x+".kind in facts.tags")
	case n < 6 && len(sc.quarters) > 0:
		q := g.one(sc.quarters...)
		return g.one(q+".ok", "!"+q+".ok", q+".paid < "+q+".due", q+" != facts.quarters.q1")
	case n < 7 && len(sc.parts) > 0:
		p := g.one(sc.parts...)
		return g.one(p+".ok", "!"+p+".ok", p+".size > 2")
	case n == 7 && len(sc.keys) > 0:
		return g.one(sc.keys...) + g.one(` != "q2"`, ` in ["q1", "q3"]`)
	case n == 8 && g.shape.optional["checks.gamma"]:
		return g.one("has(facts.checks.gamma)", "(has(facts.checks.gamma) && facts.checks.gamma)", "(facts.b1 || facts.checks.gamma)")
	case n == 9:
		return g.one(`"a" in facts.tags`, `!("b" in facts.tags)`, "facts.e1 in facts.tags", "facts.n1 in facts.scores", "size(facts.tags) < 2")
	case n == 10:
		return g.one(`facts.e1 == "a"`, `facts.e1 != "b"`, `facts.t1.startsWith("a")`, `facts.t1.contains("b")`, `facts.e1 in ["a", "c"]`, "facts.checks.alpha", "!facts.checks.beta")
	}
	return g.compared(func() string { return g.celPlainNum(in) }, "<", ">", "<=", ">=", "==")
}
