package invent

import (
	"fmt"
	"strings"
)

// scope is what is bound where an expression stands.
type scope struct {
	items, quarters, parts []string // variables that are an element of items, …
	keys, kinds            []string // variables that are the name of a quarter, "q1" and so on, or a kind
	depth                  int
}

func (s scope) deeper() scope {
	s.depth++
	return s
}

// named is the scope with a variable that is one of the names of keys.
func (s scope) named(variable, keys string) scope {
	switch keys {
	case "quarter":
		s.keys = with(s.keys, variable)
	case "kind":
		s.kinds = with(s.kinds, variable)
	}
	return s
}

func with(names []string, name string) []string { return append(names[:len(names):len(names)], name) }

// library makes up helpers in a package of their own.
func (g *maker) library() string {
	var b strings.Builder
	b.WriteString("package lib\n\n")
	g.helpers = nil
	local := len(g.helpers)
	for range 3 + g.below(4) {
		b.WriteString(g.helper(""))
	}
	for i := range g.helpers[local:] {
		g.helpers[i].name = "data.lib." + g.helpers[i].name
	}
	return b.String()
}

// rego makes up a policy, with helpers of its own.
func (g *maker) rego(index int) string {
	shared := g.helpers
	defer func() { g.helpers = shared }()
	g.helpers = g.helpers[:len(g.helpers):len(g.helpers)]
	var b strings.Builder
	fmt.Fprintf(&b, "package invented.%s\n\n", Name(index))
	for range 1 + g.below(5) {
		b.WriteString(g.helper(""))
	}
	if g.chance(25) {
		b.WriteString(g.earned())
	} else {
		for range 1 + g.below(3) {
			b.WriteString(g.deductions())
		}
	}
	for _, clause := range []string{"cutoff", "not_applicable"} {
		if g.chance(15) {
			fmt.Fprintf(&b, "%s := {\"reason\": %s} if {\n%s}\n\n", clause, g.reason(scope{}), g.body(scope{}))
		}
	}
	return b.String()
}

func (g *maker) earned() string {
	out := fmt.Sprintf("earned := {\"share\": %s, \"reason\": %s} if {\n%s}", g.share(scope{}), g.reason(scope{}), g.body(scope{}))
	for g.chance(50) {
		out += fmt.Sprintf(" else := {\"share\": %s, \"reason\": %s} if {\n%s}", g.share(scope{}), g.reason(scope{}), g.body(scope{}))
	}
	if g.chance(50) {
		return "default earned := {\"share\": \"1/3\", \"reason\": \"r\"}\n\n" + out + "\n\n"
	}
	return out + " else := {\"share\": 0.25, \"reason\": \"r\"}\n\n"
}

func (g *maker) deductions() string {
	sc := scope{}
	bind, item := "", ""
	switch g.below(8) {
	case 0, 1:
		item = fmt.Sprintf("%q", g.name("k"))
	case 2:
		bind, item = g.overQuarters(&sc)
	case 3:
		bind, item = g.overItems(&sc)
		item += ".id"
	case 4:
		bind, item = g.overItems(&sc)
		item = fmt.Sprintf(`sprintf("%s-%%s", [%s.id])`, g.name("k"), item)
	case 5:
		bind, item = g.overItems(&sc)
		item += ".kind"
	case 6:
		set := g.find(g.helpers, "set", "")
		if set.name == "" {
			set = helper{"set", "{input.e1, \"b\"}", "kind"}
		}
		item = g.name("v")
		bind = fmt.Sprintf("\tsome %s in %s\n", item, set.name)
		sc = sc.named(item, set.keys)
	case 7:
		object := g.find(g.helpers, "object", "")
		if object.name == "" {
			object = helper{"object", `{"a": input.n1, "b": input.n2}`, "kind"}
		}
		item = g.name("v")
		member := g.name("m")
		bind = fmt.Sprintf("\tsome %s, %s in %s\n\t%s > %s\n", item, member, object.name, member, g.plainNum(sc))
		sc = sc.named(item, object.keys)
	}
	body := bind + g.body(sc)
	return fmt.Sprintf("deductions[%s] := {\"share\": %s, \"reason\": %s} if {\n%s}\n\n", item, g.share(sc), g.reason(sc), body)
}

func (g *maker) overQuarters(sc *scope) (bind, key string) {
	key, q := g.name("v"), g.name("q")
	sc.keys, sc.quarters = with(sc.keys, key), with(sc.quarters, q)
	return fmt.Sprintf("\tsome %s, %s in input.quarters\n", key, q), key
}

func (g *maker) overItems(sc *scope) (bind, element string) {
	element = g.name("x")
	sc.items = with(sc.items, element)
	return fmt.Sprintf("\tsome %s in input.items\n", element), element
}

func (g *maker) share(sc scope) string {
	if g.chance(50) {
		return g.one(`"1/3"`, "0.5", "1", "0.25")
	}
	return fmt.Sprintf("min([1, max([0, %s / 10])])", g.num(sc.deeper()))
}

func (g *maker) reason(sc scope) string {
	switch {
	case g.chance(40):
		return fmt.Sprintf("%q", g.name("r"))
	case len(sc.items) > 0 && g.chance(40):
		return fmt.Sprintf(`sprintf("%%s %%v", [%s.id, %s])`, g.one(sc.items...), g.num(sc.deeper()))
	}
	return fmt.Sprintf(`sprintf("r %%v", [%s])`, g.num(sc.deeper()))
}

// body is one to three lines, the first of which may bind more.
func (g *maker) body(sc scope) string {
	bind := ""
	if g.chance(45) {
		bind = g.bind(&sc)
	}
	lines := g.some(func() string { return g.cond(sc) })
	if n := len(sc.items); n > 0 && g.chance(60) {
		lines = append(lines, g.ofItem(sc.items[n-1]))
	}
	return bind + "\t" + strings.Join(lines, "\n\t") + "\n"
}

func (g *maker) bind(sc *scope) string {
	switch g.below(7) {
	case 0:
		bind, _ := g.overQuarters(sc)
		return bind
	case 1:
		bind, _ := g.overItems(sc)
		return bind
	case 2:
		x := g.name("x")
		sc.items = with(sc.items, x)
		return fmt.Sprintf("\t%s := input.items[%s]\n", x, g.one("_", "0", "1", g.name("i")))
	case 3:
		if len(sc.items) > 0 {
			p := g.name("p")
			sc.parts = with(sc.parts, p)
			return fmt.Sprintf("\tsome %s in %s.parts\n", p, g.one(sc.items[len(sc.items)-1]))
		}
	case 4:
		if set := g.find(g.helpers, "set", ""); set.name != "" {
			k := g.name("v")
			*sc = sc.named(k, set.keys)
			return fmt.Sprintf("\tsome %s in %s\n", k, set.name)
		}
	case 5:
		if set := helperOf(g, g.helpers, "elements"); set != "" {
			x := g.name("x")
			sc.items = with(sc.items, x)
			return fmt.Sprintf("\tsome %s in %s\n", x, set)
		}
	}
	k := g.name("v")
	sc.keys = with(sc.keys, k)
	return fmt.Sprintf("\tsome %s in [\"q1\", \"q3\"]\n", k)
}

// helper makes up one helper rule or function, and adds it to helpers.
func (g *maker) helper(string) string {
	kind := g.one("bool", "bool", "number", "number", "function", "test", "set", "set", "object", "elements", "nested", "pair", "list")
	name, keys := g.name("h"), ""
	var b strings.Builder
	sc := scope{depth: 1}
	switch kind {
	case "bool":
		for range 1 + g.below(2) {
			fmt.Fprintf(&b, "%s if {\n%s}\n\n", name, g.body(sc))
		}
	case "number":
		switch g.below(3) {
		case 0:
			fmt.Fprintf(&b, "%s := %s if {\n%s} else := %s if {\n%s} else := 1\n\n", name, g.num(sc), g.body(sc), g.num(sc), g.body(sc))
		case 1:
			fmt.Fprintf(&b, "default %s := 2\n\n%s := %s if {\n%s}\n\n", name, name, g.num(sc), g.body(sc))
		default:
			fmt.Fprintf(&b, "%s := 3 if {\n%s}\n\n%s := 3 if {\n%s}\n\n", name, g.body(sc), name, g.body(sc))
		}
	case "function":
		fmt.Fprintf(&b, "%s(a) := %s if {\n\ta > %s\n%s} else := a + %s\n\n", name, g.num(sc), g.num(sc), g.body(sc), g.num(sc))
	case "test": // of an element
		inner := sc
		inner.items = with(nil, "e")
		for range 1 + g.below(2) {
			fmt.Fprintf(&b, "%s(e) if {\n%s}\n\n", name, g.body(inner))
		}
	case "set":
		keys = g.one("quarter", "kind")
		for range 1 + g.below(2) {
			inner := sc
			bind, key := g.overQuarters(&inner)
			switch {
			case keys == "kind" && g.chance(70):
				bind, key = g.overItems(&inner)
				key += ".kind"
			case keys == "kind":
				key = "input.e1"
			case g.chance(30):
				key = g.one(`"q1"`, `"q2"`)
			}
			fmt.Fprintf(&b, "%s contains %s if {\n%s%s}\n\n", name, key, bind, g.body(inner))
		}
	case "object":
		inner := sc
		bind, key := g.overQuarters(&inner)
		if keys = "quarter"; g.chance(30) {
			inner, keys = sc, "id"
			bind, key = g.overItems(&inner)
			key += ".id"
		}
		fmt.Fprintf(&b, "%s[%s] := %s if {\n%s%s}\n\n", name, key, g.num(inner), bind, g.body(inner))
	case "elements":
		inner := sc
		bind, x := g.overItems(&inner)
		fmt.Fprintf(&b, "%s contains %s if {\n%s%s}\n\n", name, x, bind, g.body(inner))
	case "nested":
		inner := sc
		bind, x := g.overItems(&inner)
		fmt.Fprintf(&b, "%s[%s.kind] contains %s.id if {\n%s%s}\n\n", name, x, x, bind, g.body(inner))
	case "pair":
		fmt.Fprintf(&b, "%s := {\"n\": %s, \"s\": {k | some k, q in input.quarters; q.%s}} if {\n%s} else := {\"n\": %s, \"s\": {\"q1\"}}\n\n",
			name, g.num(sc), g.one("ok", "extra", "paid > q.due"), g.body(sc), g.num(sc))
	case "list":
		inner := sc
		inner.items = with(nil, "e")
		fmt.Fprintf(&b, "%s := [%s | some e in input.items; %s]\n\n", name, g.num(inner), g.conds(g.ofItem("e"), inner))
	}
	g.helpers = append(g.helpers, helper{kind, name, keys})
	return b.String()
}

const deepest = 3

// num is an expression that is a number, or undefined.
func (g *maker) num(sc scope) string {
	if sc.depth >= deepest {
		return g.plainNum(sc)
	}
	in := sc.deeper()
	switch g.below(22) {
	case 0:
		return fmt.Sprintf("(%s + %s)", g.num(in), g.num(in))
	case 1:
		a, b := g.differing(func() string { return g.num(in) })
		return fmt.Sprintf("(%s - %s)", a, b)
	case 2:
		return fmt.Sprintf("(%s * 2)", g.num(in))
	case 3:
		return fmt.Sprintf("count(%s)", g.one("input.items", "input.tags", "input.scores", "input.base", "input.checks"))
	case 4:
		x := g.name("x")
		in.items = with(in.items, x)
		return fmt.Sprintf("sum([%s | some %s in input.items; %s])", g.num(in), x, g.conds(g.ofItem(x), in))
	case 5:
		q := g.name("q")
		in.quarters = with(in.quarters, q)
		return fmt.Sprintf("count({%s.%s | some %s in input.quarters; %s})", q, g.one("paid", "ok", "due"), q, g.conds(g.ofQuarter(q), in))
	case 6:
		a, b := g.differing(func() string { return g.num(in) })
		return fmt.Sprintf(g.one("max([0, %s, %s])", "min([%s, %s])"), a, b)
	case 7, 8:
		if f := helperOf(g, g.helpers, "function"); f != "" {
			return fmt.Sprintf("%s(%s)", f, g.num(in))
		}
	case 9, 10:
		if h := helperOf(g, g.helpers, "number"); h != "" {
			return h
		}
	case 11, 12:
		if h := g.find(g.helpers, "object", ""); h.name != "" {
			return fmt.Sprintf("%s[%s]", h.name, g.key(sc, h.keys))
		}
	case 13:
		if h := helperOf(g, g.helpers, "pair"); h != "" {
			return g.one(h+".n", "count("+h+".s)")
		}
	case 14:
		if h := helperOf(g, g.helpers, "list"); h != "" {
			return g.one("count("+h+")", "sum("+h+")", h+"[0]", "max("+h+")", "sort("+h+")[0]")
		}
	case 15:
		if h := helperOf(g, g.helpers, g.one("set", "elements", "object", "nested")); h != "" {
			return "count(" + h + ")"
		}
	case 16:
		return g.one("sum(input.scores)", "max(input.scores)", "input.scores[0]", "input.scores[1]", "sort(input.scores)[0]",
			"array.slice(input.scores, 0, 1)[0]", "array.concat(input.scores, [4])[2]", "array.reverse(input.scores)[0]")
	case 17:
		return g.one(`object.union(input.base, {"z": 3}).y`, `object.union({"x": 2}, input.base).x`, `object.remove(input.base, ["ok"]).y`,
			`count(object.keys(input.base))`, `object.filter(input.base, {"y"}).y`)
	}
	return g.plainNum(sc)
}

// plainNum is a literal or a fact.
func (g *maker) plainNum(sc scope) string {
	switch n := g.below(12); {
	case n < 2:
		return g.one("0", "1", "2", "3", "4", "1.5")
	case n == 2 && g.shape.optional["n3"]:
		return `object.get(input, "n3", 2)`
	case n == 3 && g.shape.optional["base.x"]:
		return g.one(`object.get(input.base, "x", 1)`, `object.get(input, ["base", "x"], 3)`)
	case n == 4:
		return "input.quarters[" + g.quarter(sc) + "]." + g.one("paid", "due", "extra")
	case n < 8 && len(sc.items) > 0:
		return g.one(sc.items...) + "." + g.one("amount", "amount", "bonus")
	case n < 8 && len(sc.quarters) > 0:
		return g.one(sc.quarters...) + "." + g.one("paid", "due", "extra")
	case n < 10 && len(sc.parts) > 0:
		return g.one(sc.parts...) + ".size"
	}
	return g.one("input.n1", "input.n2", "input.n3", "input.base.y", "input.spare.x", "input.quarters.q1.paid", "input.quarters.q2.due", "input.items[0].amount")
}

// factNum is plainNum that is no literal.
func (g *maker) factNum(sc scope) string {
	for {
		if n := g.plainNum(sc); !literal.MatchString(n) {
			return n
		}
	}
}

// key is an expression for a key of a helper.
func (g *maker) key(sc scope, keys string) string {
	switch {
	case keys == "quarter" && len(sc.keys) > 0 && g.chance(60):
		return g.one(sc.keys...)
	case keys == "quarter":
		return g.one(`"q1"`, `"q2"`)
	case keys == "kind" && len(sc.kinds) > 0 && g.chance(60):
		return g.one(sc.kinds...)
	case keys == "kind":
		return g.one(`"a"`, "input.e1")
	case len(sc.items) > 0 && g.chance(60):
		return g.one(sc.items...) + ".id"
	}
	return `"i0"`
}

// quarter is an expression for a key of the quarters: the schema must have it.
func (g *maker) quarter(scope) string { return g.one(`"q1"`, `"q2"`, `"q3"`) }

// cond is one line that may fail.
func (g *maker) cond(sc scope) string {
	if sc.depth >= deepest {
		return g.plainCond(sc)
	}
	in := sc.deeper()
	switch g.below(26) {
	case 0, 1, 2:
		return g.compared(func() string { return g.num(in) }, "<", ">", "<=", ">=", "==", "!=")
	case 3, 4:
		if h := helperOf(g, g.helpers, "bool"); h != "" {
			return g.one("", "not ") + h
		}
	case 5, 6:
		if h := g.find(g.helpers, "set", ""); h.name != "" {
			return fmt.Sprintf(g.one("%s in %s", "not %s in %s"), g.key(sc, h.keys), h.name)
		}
	case 7:
		if h := g.find(g.helpers, "set", ""); h.name != "" {
			return fmt.Sprintf(g.one("%s[%s]", "not %s[%s]"), h.name, g.key(sc, h.keys))
		}
	case 8:
		a := g.find(g.helpers, "set", "")
		if b := g.find(g.helpers, "set", a.keys); a != b {
			return fmt.Sprintf(g.one("count(%s & %s) > 0", "count(%s | %s) > 1", "count(%s - %s) == 0", "%s == %s"), a.name, b.name)
		}
	case 9, 10:
		if h := helperOf(g, g.helpers, "test"); h != "" {
			element := "input.items[" + g.one("0", "1", "_") + "]"
			if len(sc.items) > 0 {
				element = g.one(sc.items...)
			}
			if strings.HasSuffix(element, "[_]") {
				return fmt.Sprintf("%s(%s)", h, element)
			}
			return fmt.Sprintf("%s%s(%s)", g.one("", "not "), h, element)
		}
	case 11, 12:
		x := g.name("x")
		in.items = with(in.items, x)
		return fmt.Sprintf("every %s in input.items { %s }", x, g.conds(g.ofItem(x), in))
	case 13:
		q := g.name("q")
		in.quarters = with(in.quarters, q)
		return fmt.Sprintf("every %s in input.quarters { %s }", q, g.conds(g.ofQuarter(q), in))
	case 14:
		x := g.name("x")
		in.items = with(in.items, x)
		return fmt.Sprintf("count([1 | some %s in input.items; %s]) %s %s", x, g.conds(g.ofItem(x), in), g.one(">", "=="), g.one("0", "1", "2"))
	case 15:
		return g.withSomething(in)
	case 16:
		if h := helperOf(g, g.helpers, "nested"); h != "" {
			return fmt.Sprintf(g.one("count(%s[%s]) > 0", "not %s[%s]", "%s[%s].i0", `"i1" in %s[%s]`), h, g.key(sc, "kind"))
		}
	case 17:
		if h := g.find(g.helpers, "object", ""); h.name != "" {
			return fmt.Sprintf("%s%s[%s]", g.one("", "not "), h.name, g.key(sc, h.keys))
		}
	case 18:
		if h := g.find(g.helpers, "object", ""); h.name != "" {
			return fmt.Sprintf("object.get(%s, %s, 1) > %s", h.name, g.key(sc, h.keys), g.num(in))
		}
	case 19:
		if h := helperOf(g, g.helpers, "pair"); h != "" {
			return fmt.Sprintf("%s in %s.s", g.key(sc, "quarter"), h)
		}
	case 20:
		return g.one("input.quarters.q1 == input.quarters.q2", "input.quarters.q1 != input.quarters.q3",
			"input.items[0].kind != input.items[1].kind", "input.checks == {\"alpha\": true, \"beta\": false, \"gamma\": true}", `input.items[0].parts == input.items[1].parts`,
			`input.scores == [1, 2]`, `count({p | p := input.items[_].parts}) > 1`, `input.tags == ["a"]`)
	}
	return g.plainCond(sc)
}

// withSomething is a condition under other facts.
func (g *maker) withSomething(in scope) string {
	replaced := g.one(fmt.Sprintf("input.n1 as %s", g.plainNum(in)), "input.base.y as 3", "input.quarters.q1.paid as 2", "input.b1 as true",
		"input.base as {\"y\": 2, \"x\": 1}", "input.e1 as \"b\"", "input.quarters.q2 as {\"paid\": 1, \"due\": 2, \"ok\": true}", "input.tags as [\"a\"]",
		"input.quarters.q2 as input.quarters.q3", "input.base.x as 2", "input.checks.gamma as true", "input.items as []")
	for _, kind := range []string{"bool", "number", "set"} {
		h := g.find(g.helpers, kind, "")
		switch {
		case h.name == "" || g.chance(40):
		case kind == "bool":
			return h.name + " with " + replaced
		case kind == "number":
			return fmt.Sprintf("%s > %s with %s", h.name, g.plainNum(in), replaced)
		default:
			return fmt.Sprintf("%s in %s with %s", g.key(in, h.keys), h.name, replaced)
		}
	}
	return "input.n1 < input.base.y with " + replaced
}

// conds is a condition, alone or with another.
func (g *maker) conds(first string, sc scope) string {
	if g.chance(50) {
		return first
	}
	return g.one(first+"; "+g.cond(sc), g.cond(sc)+"; "+first)
}

// ofItem is a condition of an element of the items.
func (g *maker) ofItem(x string) string {
	if g.shape.optional["item.note"] && g.chance(15) {
		return g.one("not "+x+".note", `object.get(`+x+`, "note", "x") == "x"`)
	}
	if g.shape.optional["item.bonus"] && g.chance(15) {
		return "not " + x + ".bonus"
	}
	return g.one(x+".done", "not "+x+".done", x+`.kind == "a"`, x+".kind == input.e1", x+`.kind in {"a", "b"}`,
		x+".amount > 2", x+".amount < input.n1", "count("+x+".parts) > 0", x+".parts[0].ok", "not "+x+".parts[1]", x+".kind in input.tags")
}

// ofQuarter is a condition of a quarter.
func (g *maker) ofQuarter(q string) string {
	if g.shape.optional["q.extra"] && g.chance(15) {
		return "not " + q + ".extra"
	}
	return g.one(q+".ok", "not "+q+".ok", q+".paid < "+q+".due", q+".paid > 2", q+".extra < 3", q+" != input.quarters.q1", q+" == input.quarters.q2")
}

// plainCond is a condition of facts alone.
func (g *maker) plainCond(sc scope) string {
	in := sc.deeper()
	switch n := g.below(16); {
	case n < 2:
		return g.one("input.b1", "not input.b1", "input.b2", "not input.b2", "input.b3", "not input.b3", "input.base.ok", "not input.base.ok", "not input.spare", "input.spare.ok")
	case n < 4 && len(sc.items) > 0:
		return g.ofItem(g.one(sc.items...))
	case n < 6 && len(sc.quarters) > 0:
		return g.ofQuarter(g.one(sc.quarters...))
	case n < 7 && len(sc.parts) > 0:
		p := g.one(sc.parts...)
		return g.one(p+".ok", "not "+p+".ok", p+".size > 2")
	case n == 7 && len(sc.keys) > 0:
		k := g.one(sc.keys...)
		return g.one(k+` != "q2"`, k+` in ["q1", "q3"]`, `endswith(`+k+`, "1")`)
	case n == 12 && len(sc.kinds) > 0:
		k := g.one(sc.kinds...)
		return g.one(k+` != "b"`, k+" in input.tags", k+" == input.e1", `startswith(`+k+`, "a")`)
	case n == 8:
		return fmt.Sprintf("%sinput.checks[%s]", g.one("", "not "), g.one(`"alpha"`, `"beta"`, `"gamma"`))
	case n == 9:
		return g.one(`"a" in input.tags`, `not "b" in input.tags`, "input.e1 in input.tags", "input.n1 in input.scores", `input.tags[0] == "a"`, "not input.tags[1]",
			"count(input.tags) < 2", `concat(",", input.tags) == "a"`, "input.scores[0] < input.scores[1]", "not input.items[1]", "input.items[0].done", `"b" in {t | some t in input.tags}`)
	case n == 10:
		return g.one(`input.e1 == "a"`, `input.e1 != "b"`, "input.e1 == input.e2", "not input.e2", `startswith(input.t1, "a")`, `contains(input.t1, "b")`, "count(input.t1) > 1",
			"is_string(input.e2)", `object.get(input, "e2", "a") == "a"`, `input.e1 in {"a", "c"}`)
	case n == 11:
		return fmt.Sprintf(g.one("%s > 1", "not %s > 2", "%s == 2"), g.factNum(in))
	}
	return g.compared(func() string { return g.plainNum(in) }, "<", ">", "<=", ">=", "==")
}
