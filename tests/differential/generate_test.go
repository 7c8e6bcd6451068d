package differential_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// kind is the type of a generated expression.
type kind int

const (
	num kind = iota
	text
	boolean
	nums  // list of numbers
	texts // list of texts
	numSet
	textSet
	table // object from texts to numbers
	human // a person of the facts
	free  // anything
	kinds
)

// rule is one generated rule, in parts that can be left out one by one.
type rule struct {
	head string
	body []string
	tail string // else branches
}

func (r rule) String() string {
	if len(r.body) == 0 { // an else needs a body before it
		return r.head
	}
	return r.head + " if {\n\t" + strings.Join(r.body, "\n\t") + "\n}" + r.tail
}

// generated is a set of modules: rules of data.t.p and of its helper data.lib.h.
type generated struct{ main, helper []rule }

func (g generated) texts() (main, helper string) {
	return moduleText("package t.p\n\nimport data.lib.h\n", g.main), moduleText("package lib.h\n", g.helper)
}

func moduleText(head string, rules []rule) string {
	var b strings.Builder
	b.WriteString(head)
	for _, r := range rules {
		b.WriteString("\n" + r.String() + "\n")
	}
	return b.String()
}

// known is what an expression may name: a variable, or a rule made before.
type known struct {
	name string
	kind kind
}

type function struct {
	name   string
	args   []kind
	result kind
}

// writer writes the rules of one module after another; later rules may use
// earlier ones, so that nothing is recursive.
type writer struct {
	chance
	rules     []known
	functions []function
	vars      []known
	fresh     int
}

func generate(c chance) generated {
	w := &writer{chance: c}
	helper := w.module("h", 2)
	// The helper's names get their prefix for the other module.
	for i := range w.rules {
		w.rules[i].name = "h." + w.rules[i].name
	}
	for i := range w.functions {
		w.functions[i].name = "h." + w.functions[i].name
	}
	return generated{main: w.module("p", 4), helper: helper}
}

// module writes up to so many rules, besides their bodies.
func (w *writer) module(prefix string, most int) (all []rule) {
	for i := range 1 + w.IntN(most) {
		all = append(all, w.anyRule(prefix+strconv.Itoa(i))...)
	}
	return all
}

func (w *writer) anyRule(name string) []rule {
	defer func() { w.vars = nil }()
	switch w.IntN(12) {
	case 0, 1:
		return w.complete(name)
	case 2:
		return w.elses(name)
	case 3, 4:
		return w.partialSet(name)
	case 5, 6:
		return w.partialObject(name)
	case 7:
		return w.nested(name)
	case 8, 9:
		return w.function(name)
	case 10:
		return w.condition(name)
	}
	return w.constants(name)
}

// declare makes a rule known to those after it.
func (w *writer) declare(name string, k kind) { w.rules = append(w.rules, known{name, k}) }

func (w *writer) complete(name string) []rule {
	k := kind(w.IntN(int(kinds)))
	defer w.declare(name, k)
	var all []rule
	if w.percent(30) {
		all = append(all, rule{head: fmt.Sprintf("default %s := %s", name, w.ground(k))})
	}
	value := w.ground(k)
	for range 1 + w.IntN(2) {
		body := w.body(3)
		if w.percent(60) {
			value = w.expr(k, 2)
		}
		all = append(all, rule{head: name + " := " + value, body: body})
		w.vars = nil
		value = w.ground(k)
	}
	return all
}

func (w *writer) elses(name string) []rule {
	k := kind(w.IntN(int(human)))
	defer w.declare(name, k)
	r := rule{body: w.body(2)}
	r.head = name + " := " + w.expr(k, 1)
	for range 1 + w.IntN(2) {
		w.vars = nil
		body := strings.Join(append(w.body(1), w.statement(1)...), "\n\t")
		r.tail += fmt.Sprintf(" else := %s if {\n\t%s\n}", w.expr(k, 1), body)
	}
	if w.percent(40) {
		w.vars = nil
		r.tail += " else := " + w.ground(k)
	}
	return []rule{r}
}

func (w *writer) partialSet(name string) []rule {
	k, set := num, numSet
	if w.percent(40) {
		k, set = text, textSet
	}
	defer w.declare(name, set)
	var all []rule
	for range 1 + w.IntN(3) {
		w.vars = nil
		body := w.body(3)
		all = append(all, rule{head: fmt.Sprintf("%s contains %s", name, w.expr(k, 1)), body: body})
	}
	return all
}

func (w *writer) partialObject(name string) []rule {
	defer w.declare(name, table)
	var all []rule
	for range 1 + w.IntN(2) {
		w.vars = nil
		body := w.body(3)
		all = append(all, rule{head: fmt.Sprintf("%s[%s] := %s", name, w.expr(text, 1), w.expr(num, 1)), body: body})
	}
	if w.percent(30) {
		w.vars = nil
		all = append(all, rule{head: fmt.Sprintf("%s.%s := %s", name, pick(w.chance, keys...), w.ground(num)), body: w.body(2)})
	}
	return all
}

// nested are rules whose heads have several levels.
func (w *writer) nested(name string) []rule {
	defer w.declare(name, free)
	form := w.IntN(3)
	var all []rule
	for i := range 1 + w.IntN(2) {
		w.vars = nil
		body := w.body(3)
		head := ""
		switch form {
		case 0:
			head = fmt.Sprintf("%s[%s] contains %s", name, w.expr(text, 1), w.expr(kind(w.IntN(2)), 1))
		case 1:
			head = fmt.Sprintf("%s[%s][%s] := %s", name, w.expr(text, 1), w.expr(kind(w.IntN(2)), 1), w.expr(num, 1))
		default:
			head = fmt.Sprintf("%s.k%d.%s := %s", name, i, pick(w.chance, keys...), w.expr(free, 1))
		}
		all = append(all, rule{head: head, body: body})
	}
	return all
}

func (w *writer) function(name string) []rule {
	f := function{name: name, result: kind(w.IntN(int(nums)))}
	for range 1 + w.IntN(2) {
		f.args = append(f.args, kind(w.IntN(int(human))))
	}
	defer func() { w.functions = append(w.functions, f) }()
	var all []rule
	if w.percent(25) {
		all = append(all, rule{head: fmt.Sprintf("default %s(%s) := %s", name, strings.Repeat("_, ", len(f.args)-1)+"_", w.ground(f.result))})
	}
	for range 1 + w.IntN(2) {
		w.vars = nil
		var args []string
		for _, k := range f.args {
			args = append(args, w.parameter(k))
		}
		body := w.body(2)
		r := rule{head: fmt.Sprintf("%s(%s) := %s", name, strings.Join(args, ", "), w.expr(f.result, 1)), body: body}
		if w.percent(25) {
			r.tail = " else := " + w.ground(f.result)
		}
		if len(r.body) == 0 {
			r.tail = ""
		}
		all = append(all, r)
	}
	return all
}

// parameter is what stands for an argument in a function's head.
func (w *writer) parameter(k kind) string {
	switch {
	case w.percent(12):
		return w.ground(k)
	case k == nums && w.percent(40):
		return fmt.Sprintf("[%s, %s]", w.variable(num), w.variable(num))
	case k == table && w.percent(40):
		return fmt.Sprintf("{%q: %s}", pick(w.chance, keys...), w.variable(num))
	case w.percent(10):
		return "_"
	}
	return w.variable(k)
}

func (w *writer) condition(name string) []rule {
	defer w.declare(name, boolean)
	var all []rule
	for range 1 + w.IntN(2) {
		w.vars = nil
		body := w.body(3)
		if len(body) == 0 {
			body = []string{"true"}
		}
		all = append(all, rule{head: name, body: body})
	}
	return all
}

func (w *writer) constants(name string) []rule {
	k := kind(w.IntN(int(human)))
	defer w.declare(name, k)
	return []rule{{head: name + " := " + w.ground(k)}}
}

func (w *writer) variable(k kind) string {
	w.fresh++
	name := "v" + strconv.Itoa(w.fresh)
	w.vars = append(w.vars, known{name, k})
	return name
}

// body is up to so many statements, each over the variables of those before.
func (w *writer) body(most int) []string {
	var all []string
	for range w.IntN(most + 1) {
		all = append(all, w.statement(2)...)
	}
	return all
}

// inner is a body whose variables end with it.
func (w *writer) inner(most, depth int) string {
	mark := len(w.vars)
	all := w.statement(depth)
	for range w.IntN(most) {
		all = append(all, w.statement(depth)...)
	}
	w.vars = w.vars[:mark]
	return strings.Join(all, "; ")
}

func (w *writer) statement(depth int) []string {
	switch w.IntN(20) {
	case 0, 1:
		k := kind(w.IntN(int(kinds)))
		e := w.expr(k, depth)
		return []string{w.variable(k) + " := " + e}
	case 2, 3, 4:
		return []string{w.some(depth)}
	case 5, 6, 7:
		return []string{w.comparison(depth)}
	case 8:
		return []string{"not " + w.negatable(depth)}
	case 9:
		return w.indexed()
	case 10:
		return []string{w.every(depth)}
	case 11:
		return []string{w.expr(num, 1) + " in " + w.expr(pick(w.chance, nums, numSet), 1)}
	case 12, 13:
		return []string{w.expr(boolean, depth)}
	case 14:
		return w.membership()
	case 15, 16:
		return w.pattern()
	case 17, 18:
		return w.with()
	}
	return w.walk()
}

// some binds the elements of a collection.
func (w *writer) some(depth int) string {
	k := pick(w.chance, nums, texts, numSet, textSet, table, human, free)
	element, key := map[kind]kind{nums: num, texts: text, numSet: num, textSet: text, table: num, human: human, free: free}[k], num
	collection := ""
	switch k {
	case human:
		collection = "input.people"
	case free:
		collection = pick(w.chance, "input.mixed", "input.tree", "input.grid")
		key = free
	default:
		collection = w.expr(k, depth-1)
	}
	switch k {
	case textSet, table:
		key = text
	}
	if w.percent(35) {
		return fmt.Sprintf("some %s, %s in %s", w.variable(key), w.variable(element), collection)
	}
	if w.percent(10) {
		return fmt.Sprintf("some %s in %s", w.expr(element, 0), collection)
	}
	return fmt.Sprintf("some %s in %s", w.variable(element), collection)
}

func (w *writer) comparison(depth int) string {
	if w.percent(2) { // order across types is an error with us
		return w.expr(free, 1) + pick(w.chance, " < ", " >= ") + w.expr(free, 1)
	}
	if w.percent(5) {
		return "input.price " + pick(w.chance, "<", "<=", "==", "!=", ">") + " " + pick(w.chance, "0.1", "0.2", "0.3", "17.95", "1")
	}
	if w.percent(10) {
		k := kind(w.IntN(int(kinds)))
		return w.expr(k, depth-1) + pick(w.chance, " == ", " != ") + w.expr(k, depth-1)
	}
	k := pick(w.chance, num, num, num, text, boolean, nums, numSet)
	return w.expr(k, depth-1) + pick(w.chance, " == ", " != ", " < ", " <= ", " > ", " >= ") + w.expr(k, depth-1)
}

func (w *writer) negatable(depth int) string {
	switch w.IntN(4) {
	case 0:
		return w.comparison(depth)
	case 1:
		return "input." + pick(w.chance, "b", "f", "missing", "obj.a", "tree.a.b", "people[0].ok", "s")
	case 2:
		return w.expr(text, 0) + " in " + w.expr(pick(w.chance, texts, textSet), 1)
	}
	return w.expr(boolean, depth-1)
}

// indexed reaches elements by variables that nothing has bound yet.
func (w *writer) indexed() []string {
	i := w.variable(num)
	switch w.IntN(5) {
	case 0:
		return []string{"some " + i, fmt.Sprintf("input.xs[%s] %s %s", i, pick(w.chance, "==", ">", "<"), w.expr(num, 0))}
	case 1:
		j := w.variable(num)
		return []string{"some " + i + ", " + j, fmt.Sprintf("input.grid[%s][%s] >= %s", i, j, w.expr(num, 0))}
	case 2:
		return []string{"some " + i, fmt.Sprintf("input.people[%s].tags[_] == %s", i, w.expr(text, 0))}
	case 3:
		element := w.variable(num)
		lines := []string{fmt.Sprintf("%s = input.xs[%s]", element, i), fmt.Sprintf("%s != input.ys[%s]", element, i)}
		if w.percent(50) {
			slices.Reverse(lines)
		}
		return append([]string{"some " + i + ", " + element}, lines...)
	}
	w.vars[len(w.vars)-1].kind = text
	return []string{"some " + i, fmt.Sprintf("input.obj[%s] == input.tree[_][%s]", i, i)}
}

func (w *writer) every(depth int) string {
	if depth == 0 {
		return w.comparison(0)
	}
	mark := len(w.vars)
	k := pick(w.chance, nums, numSet, table, human)
	collection, element := "input.people", human
	if k != human {
		collection, element = w.expr(k, 1), num
	}
	head := ""
	if w.percent(30) {
		key := map[kind]kind{nums: num, numSet: num, table: text, human: num}[k]
		head = w.variable(key) + ", "
	}
	head += w.variable(element)
	body := w.inner(2, depth-1)
	w.vars = w.vars[:mark]
	// OPA refuses variables of every that nothing uses.
	return fmt.Sprintf("every %s in %s { [%s] != []; %s }", head, collection, head, body)
}

// membership asks a collection of a rule.
func (w *writer) membership() []string {
	var known []known
	for _, r := range w.rules {
		if r.kind == numSet || r.kind == textSet || r.kind == table {
			known = append(known, r)
		}
	}
	if len(known) == 0 {
		return []string{w.expr(boolean, 1)}
	}
	r := pick(w.chance, known...)
	k := map[kind]kind{numSet: num, textSet: text, table: text}[r.kind]
	switch {
	case w.percent(40):
		return []string{fmt.Sprintf("%s[%s]", r.name, w.expr(k, 1))}
	case w.percent(30):
		return []string{fmt.Sprintf("not %s[%s]", r.name, w.expr(k, 0))}
	}
	v := w.variable(k)
	return []string{"some " + v, fmt.Sprintf("%s[%s]", r.name, v)}
}

func (w *writer) pattern() []string {
	switch w.IntN(5) {
	case 0:
		e := w.leafRef(nums)
		return []string{fmt.Sprintf("[%s, _] = %s", w.variable(num), e)}
	case 1:
		e := w.expr(num, 0)
		a, b := w.variable(num), w.variable(num)
		return []string{fmt.Sprintf("some %s, %s", a, b), fmt.Sprintf("[%s, %s] = [%s, %s]", b, a, e, b)}
	case 2:
		a := w.variable(text)
		b := w.variable(num)
		return []string{fmt.Sprintf(`some {"id": %s, "age": %s, "ok": %s, "boss": _, "tags": _} in input.people`, a, b, pick(w.chance, "true", "_"))}
	case 3:
		a := w.variable(num)
		return []string{"some " + a, fmt.Sprintf("{%q: %s, %q: %s} = %s", "a", a, "b", w.ground(num), w.leafRef(table))}
	}
	return []string{fmt.Sprintf("[%s, [%s, _]] := [%s, [%s, 1]]", w.variable(text), w.variable(num), word(w.chance), digits(w.chance))}
}

// with asks an earlier rule about other facts.
func (w *writer) with() []string {
	if len(w.rules) == 0 {
		return []string{w.comparison(1)}
	}
	r := pick(w.chance, w.rules...)
	line := r.name
	if r.kind == num && w.percent(30) {
		line = "count([1 | " + r.name + "])"
	}
	for range 1 + w.IntN(2) {
		line += " with " + w.replacement()
	}
	return []string{w.variable(r.kind) + " := " + line}
}

func (w *writer) replacement() string {
	switch w.IntN(7) {
	case 0:
		return "input.n as " + w.expr(num, 1)
	case 1:
		return fmt.Sprintf("input.%s as %s", pick(w.chance, "obj.a", "tree.a.b", "tree.a", "new.a.b"), w.ground(pick(w.chance, num, table, free)))
	case 2:
		return "input.xs as " + w.expr(nums, 1)
	case 3:
		return "input as " + pick(w.chance, `{"n": 1, "xs": [1, 2], "people": []}`, `{}`, "input.tree", "input.obj")
	case 4:
		return "data.conf.limit as " + w.ground(num)
	case 5:
		if len(w.functions) > 0 {
			f := pick(w.chance, w.functions...)
			return f.name + " as " + w.ground(f.result)
		}
	}
	return "count as 2"
}

func (w *writer) walk() []string {
	p, v := w.variable(free), w.variable(free)
	return []string{fmt.Sprintf("walk(%s, [%s, %s])", pick(w.chance, "input.tree", "input.mixed", "data.conf"), p, v)}
}
