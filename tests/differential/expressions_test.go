package differential_test

import (
	"fmt"
	"strconv"
	"strings"
)

// ground is a value without variables.
func (w *writer) ground(k kind) string {
	c := w.chance
	switch k {
	case num:
		return digits(c)
	case text:
		return word(c)
	case boolean:
		return pick(c, "true", "false")
	case nums:
		return list(times(c, 0, 3, func() string { return digits(c) }))
	case texts:
		return list(times(c, 0, 3, func() string { return word(c) }))
	case numSet:
		return set(times(c, 0, 3, func() string { return digits(c) }))
	case textSet:
		return set(times(c, 0, 3, func() string { return word(c) }))
	case table:
		return object(c, func() string { return digits(c) })
	case human:
		return person(c, 1)
	}
	return anything(c, 2)
}

func set(items []string) string {
	if len(items) == 0 {
		return "set()"
	}
	return "{" + strings.Join(items, ", ") + "}"
}

// named is a variable or rule of that kind, or a call of a function.
func (w *writer) named(k kind, depth int) (string, bool) {
	var found []string
	for _, all := range [][]known{w.vars, w.vars, w.rules} {
		for _, v := range all {
			if v.kind == k {
				found = append(found, v.name)
			}
		}
	}
	for _, f := range w.functions {
		if f.result == k && depth > 0 {
			var args []string
			for _, a := range f.args {
				args = append(args, w.expr(a, depth-1))
			}
			found = append(found, fmt.Sprintf("%s(%s)", f.name, strings.Join(args, ", ")))
		}
	}
	if len(found) == 0 {
		return "", false
	}
	return pick(w.chance, found...), true
}

// expr is an expression of that kind, up to so many levels deep.
func (w *writer) expr(k kind, depth int) string {
	if w.percent(45) {
		if name, ok := w.named(k, depth); ok {
			return name
		}
	}
	if depth <= 0 || w.percent(20) {
		return w.leaf(k)
	}
	d := depth - 1
	switch k {
	case num:
		return w.number(d)
	case text:
		return w.textual(d)
	case boolean:
		return w.truth(d)
	case nums:
		return w.list(num, nums, d)
	case texts:
		return w.list(text, texts, d)
	case numSet:
		return w.set(num, numSet, d)
	case textSet:
		return w.set(text, textSet, d)
	case table:
		return w.table(d)
	case human:
		return w.leaf(human)
	}
	return w.composite(d)
}

func (w *writer) leaf(k kind) string {
	if w.percent(35) {
		return w.ground(k)
	}
	switch k {
	case num:
		return pick(w.chance, "input.n", "input.m", "input.z", "input.xs[0]", "input.obj.a", "input.tree.a.b", "data.conf.limit", "data.conf.steps[1]", "input.people[0].age")
	case text:
		return pick(w.chance, "input.s", "input.t", "input.words[0]", "input.people[0].id", `data.conf.name`)
	case boolean:
		return pick(w.chance, "input.b", "input.f", "input.people[0].ok")
	case nums:
		return pick(w.chance, "input.xs", "input.ys", "input.grid[0]", "data.conf.steps")
	case texts:
		return pick(w.chance, "input.words", "input.people[0].tags")
	case table:
		return pick(w.chance, "input.obj", "input.tree.a", "data.conf.table")
	case human:
		return pick(w.chance, "input.people[0]", "input.people[1]")
	case free:
		return pick(w.chance, "input.mixed[0]", "input.nil", "input.mixed", "input.tree", "input.people", "data.conf")
	}
	return w.ground(k)
}

func (w *writer) number(d int) string {
	e := func() string { return w.expr(num, d) }
	switch w.IntN(22) {
	case 0, 1, 2:
		return fmt.Sprintf("(%s + %s)", e(), e())
	case 3, 4:
		return fmt.Sprintf("(%s - %s)", e(), e())
	case 5:
		return fmt.Sprintf("(%s * %s)", e(), pick(w.chance, "-1", "2", "3", "0.5"))
	case 6:
		return fmt.Sprintf("count(%s)", w.expr(pick(w.chance, nums, texts, numSet, textSet, table, text), d))
	case 7, 8:
		return fmt.Sprintf("%s(%s)", pick(w.chance, "sum", "max", "min"), w.expr(pick(w.chance, nums, numSet), d))
	case 9:
		return fmt.Sprintf("%s(%s)", pick(w.chance, "abs", "floor", "ceil", "round"), e())
	case 10:
		return fmt.Sprintf("(%s %% %s)", e(), pick(w.chance, "2", "3", "7", e()))
	case 11:
		return fmt.Sprintf("to_number(%s)", pick(w.chance, e(), `"12"`, `"0.5"`, "input.s", w.expr(boolean, d)))
	case 12:
		return fmt.Sprintf("object.get(%s, %s, %s)", w.expr(table, d), w.expr(text, 0), w.ground(num))
	case 13:
		return fmt.Sprintf("%s(%s, %s)", pick(w.chance, "indexof", "strings.count"), w.expr(text, d), w.expr(text, 0))
	case 14:
		return "product(input.ys)"
	case 15:
		return w.element(nums, d) + "[" + pick(w.chance, "0", "1", "input.z", "-1") + "]"
	case 16:
		return w.element(table, d) + "[" + w.expr(text, 0) + "]"
	case 17:
		return fmt.Sprintf("%s.age", w.person())
	case 18:
		return fmt.Sprintf("bits.%s(%s, %s)", pick(w.chance, "and", "or", "xor"), pick(w.chance, "input.z", e()), pick(w.chance, "6", "1"))
	case 19:
		return fmt.Sprintf("count([1 | %s])", w.inner(2, d))
	case 20:
		return fmt.Sprintf("(%s / %s)", e(), pick(w.chance, "2", "4", "0"))
	}
	return "units.parse(" + pick(w.chance, `"2k"`, `"1Mi"`, "input.s") + ")"
}

// element is something of that kind that an index may follow.
func (w *writer) element(k kind, d int) string {
	e := w.expr(k, d)
	if strings.ContainsAny(e[:1], "[{(") || strings.ContainsAny(e, " (") {
		return w.leafRef(k)
	}
	return e
}

func (w *writer) leafRef(k kind) string {
	switch k {
	case nums:
		return pick(w.chance, "input.xs", "input.ys", "data.conf.steps")
	default:
		return pick(w.chance, "input.obj", "input.tree.a", "data.conf.table")
	}
}

func (w *writer) person() string {
	for _, v := range w.vars {
		if v.kind == human && w.percent(70) {
			return v.name
		}
	}
	return pick(w.chance, "input.people[0]", "input.people[1]", "input.people[input.z]")
}

func (w *writer) textual(d int) string {
	e := func() string { return w.expr(text, d) }
	switch w.IntN(15) {
	case 0:
		return fmt.Sprintf("concat(%s, %s)", pick(w.chance, `","`, `""`, "input.t"), w.expr(pick(w.chance, texts, textSet), d))
	case 1:
		return fmt.Sprintf("%s(%s)", pick(w.chance, "upper", "lower", "trim_space", "strings.reverse"), e())
	case 2:
		return fmt.Sprintf("sprintf(%s, [%s, %s])", pick(w.chance, `"%s-%v"`, `"%v %v"`), e(), w.expr(pick(w.chance, num, text, nums, table, free), d))
	case 3:
		return fmt.Sprintf("format_int(%s, %s)", w.expr(num, d), pick(w.chance, "2", "8", "10", "16"))
	case 4:
		return fmt.Sprintf("substring(%s, %s, %s)", e(), pick(w.chance, "0", "1", "input.z"), pick(w.chance, "-1", "1", "2"))
	case 5:
		return fmt.Sprintf("replace(%s, %s, %s)", e(), pick(w.chance, `"a"`, `"b"`, `"学"`), word(w.chance))
	case 6:
		return fmt.Sprintf("%s(%s, %s)", pick(w.chance, "trim", "trim_left", "trim_right", "trim_prefix", "trim_suffix"), e(), pick(w.chance, `"a"`, `"-b"`, `"学"`))
	case 7:
		return fmt.Sprintf("split(%s, %s)[%s]", e(), pick(w.chance, `"-"`, `"a"`, `""`), pick(w.chance, "0", "1"))
	case 8:
		return fmt.Sprintf("type_name(%s)", w.expr(kind(w.IntN(int(kinds))), d))
	case 9:
		return w.person() + pick(w.chance, ".id", ".boss", ".tags[0]")
	case 10:
		mark := len(w.vars)
		inside := w.expr(pick(w.chance, num, text, boolean, nums), 0)
		w.vars = w.vars[:mark]
		if strings.ContainsAny(inside, `"{`) {
			inside = "input.n"
		}
		return fmt.Sprintf(`$"n={%s}!"`, inside)
	case 11:
		return fmt.Sprintf("json.marshal(%s)", w.expr(kind(w.IntN(int(kinds))), d))
	case 12:
		return fmt.Sprintf("%s(%s)", pick(w.chance, "base64.encode", "hex.encode"), e())
	case 13:
		return fmt.Sprintf("regex.replace(%s, %s, %s)", e(), pick(w.chance, `"[ab]"`, `"^."`, `"(b)$"`), pick(w.chance, `"<$1>"`, `"x"`))
	}
	return "input.words[" + pick(w.chance, "0", "1", "input.z") + "]"
}

func (w *writer) truth(d int) string {
	switch w.IntN(12) {
	case 0, 1, 2:
		return fmt.Sprintf("%s(%s, %s)", pick(w.chance, "startswith", "endswith", "contains"), w.expr(text, d), w.expr(text, 0))
	case 3:
		return fmt.Sprintf("%s(%s)", pick(w.chance, "is_number", "is_string", "is_boolean", "is_array", "is_set", "is_object", "is_null"), w.expr(free, d))
	case 4:
		return fmt.Sprintf("object.subset(%s, %s)", w.expr(table, d), w.expr(table, 0))
	case 5:
		return fmt.Sprintf("regex.match(%s, %s)", pick(w.chance, `"^a"`, `"[0-9]+"`, `"学$"`), w.expr(text, d))
	case 6:
		return w.person() + ".ok"
	case 7:
		return fmt.Sprintf("strings.any_prefix_match(%s, %s)", w.expr(pick(w.chance, text, texts, textSet), d), w.expr(pick(w.chance, text, texts), 0))
	case 8:
		return fmt.Sprintf("glob.match(%s, %s, %s)", pick(w.chance, `"a*"`, `"*b"`, `"?"`), pick(w.chance, "[]", `["-"]`), w.expr(text, d))
	case 9:
		return fmt.Sprintf("(%s in %s)", w.expr(text, 0), w.expr(pick(w.chance, texts, textSet), d))
	case 10:
		return fmt.Sprintf("(%s, %s in %s)", pick(w.chance, "0", "1"), w.expr(num, 0), w.expr(nums, d))
	}
	return w.leaf(boolean)
}

// list is a list of elements, by literal, comprehension or built-in.
func (w *writer) list(element, self kind, d int) string {
	switch w.IntN(9) {
	case 0:
		return list(times(w.chance, 0, 3, func() string { return w.expr(element, d) }))
	case 1, 2, 3:
		return "[" + w.comprehension(func() string { return w.expr(element, d) }, d) + "]"
	case 4:
		return fmt.Sprintf("array.concat(%s, %s)", w.expr(self, d), w.expr(self, 0))
	case 5:
		return fmt.Sprintf("array.slice(%s, %s, %s)", w.expr(self, d), pick(w.chance, "0", "1", "-1", "input.z"), pick(w.chance, "1", "2", "9"))
	case 6:
		return fmt.Sprintf("sort(%s)", w.expr(pick(w.chance, self, map[kind]kind{num: numSet, text: textSet}[element]), d))
	case 7:
		return fmt.Sprintf("array.reverse(%s)", w.expr(self, d))
	}
	if element == text {
		return fmt.Sprintf("split(%s, %s)", w.expr(text, d), pick(w.chance, `"-"`, `","`, `""`))
	}
	return fmt.Sprintf("numbers.range(%s, %s)", strconv.Itoa(w.IntN(4)), strconv.Itoa(w.IntN(4)-1))
}

// comprehension is "head | body" over variables of its own.
func (w *writer) comprehension(head func() string, d int) string {
	mark := len(w.vars)
	defer func() { w.vars = w.vars[:mark] }()
	body := []string{w.some(d)}
	for range w.IntN(2) {
		body = append(body, w.statement(d)...)
	}
	return head() + " | " + strings.Join(body, "; ")
}

func (w *writer) set(element, self kind, d int) string {
	switch w.IntN(6) {
	case 0: // of several that turn out equal, topdown would go through each
		return set([]string{w.expr(element, d)})
	case 1, 2:
		return "{" + w.comprehension(func() string { return w.expr(element, d) }, d) + "}"
	case 3, 4:
		return fmt.Sprintf("(%s %s %s)", w.expr(self, d), pick(w.chance, "&", "|", "-"), w.expr(self, 0))
	}
	return fmt.Sprintf("%s({%s, %s})", pick(w.chance, "union", "intersection"), w.expr(self, d), w.expr(self, 0))
}

func (w *writer) table(d int) string {
	switch w.IntN(7) {
	case 0:
		return fmt.Sprintf("{%s: %s, %q: %s}", w.expr(text, 0), w.expr(num, d), "zz", w.expr(num, 0))
	case 1:
		return "{" + w.comprehension(func() string { return w.expr(text, d) + ": " + w.expr(num, 0) }, d) + "}"
	case 2:
		mark := len(w.vars)
		defer func() { w.vars = w.vars[:mark] }()
		source := w.expr(table, d)
		k, v := w.variable(text), w.variable(num)
		return fmt.Sprintf("{%s: %s | some %s, %s in %s}", k, w.expr(num, d), k, v, source)
	case 3:
		return fmt.Sprintf("object.union(%s, %s)", w.expr(table, d), w.expr(table, 0))
	case 4:
		return fmt.Sprintf("object.%s(%s, %s)", pick(w.chance, "remove", "filter"), w.expr(table, d), w.expr(pick(w.chance, texts, textSet), 0))
	case 5:
		return fmt.Sprintf("object.union_n([%s, %s])", w.expr(table, d), w.expr(table, 0))
	}
	return "input.tree[" + w.expr(text, 0) + "]"
}

func (w *writer) composite(d int) string {
	e := func() string { return w.expr(kind(w.IntN(int(kinds))), d) }
	switch w.IntN(7) {
	case 0:
		return list(times(w.chance, 0, 3, e))
	case 1:
		return set([]string{e()})
	case 2:
		return fmt.Sprintf("{%s: %s}", w.expr(pick(w.chance, text, num, nums, boolean, table), 0), e())
	case 3:
		return "[" + w.comprehension(e, d) + "]"
	case 4:
		return "{" + w.comprehension(e, d) + "}"
	case 5:
		return fmt.Sprintf("object.get(input, %s, %s)", pick(w.chance, `["tree", "a"]`, `["people", 0, "tags"]`, `["mixed", 1]`, `"none"`), w.ground(free))
	}
	return pick(w.chance, `json.filter(input.tree, ["a/b", "b"])`, `json.remove(input.tree, ["a"])`, "input.people", "object.keys(input.tree)",
		`json.patch(input.obj, [{"op": "add", "path": "/q", "value": input.n}])`, "array.flatten(input.grid)", `json.unmarshal("[1, {\"a\": 2.5}]")`)
}
