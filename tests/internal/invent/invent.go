// Package invent makes up frameworks at random: a schema of facts, policies in
// Rego and CEL that use whatever makes causes hard to find, and a case. The same
// seed makes up the same.
package invent

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"

	"rubric/tests/internal/tree"
)

// Framework is what was made up.
type Framework struct {
	Schema string // JSON Schema of the facts
	Facts  *tree.Doc
	Rego   []string // policies of the package invented.<Name(i)>
	Lib    string   // helpers of the Rego policies, package lib
	CEL    []string
}

// Name is the indicator of the Rego policy with that index.
func Name(i int) string { return fmt.Sprint("p", i) }

// New makes up a framework with so many policies in each language.
func New(seed uint64, policies int) Framework {
	g := &maker{rng: rand.New(rand.NewPCG(seed, 77))}
	g.makeUpShape()
	f := Framework{Schema: g.schema(), Facts: tree.Of(g.facts())}
	f.Lib = g.library()
	for i := range policies {
		f.Rego = append(f.Rego, g.rego(i))
		f.CEL = append(f.CEL, g.cel())
	}
	return f
}

// maker is the state of making up.
type maker struct {
	rng     *rand.Rand
	shape   shape
	fresh   int      // for names that are used once
	helpers []helper // of Rego, those made so far
	vars    []helper // variables of CEL, those made so far
}

// helper is something made up that what follows may use: as what kind of value,
// by what name, and what its keys or elements are the names of: quarters, kinds
// or items.
type helper struct{ kind, name, keys string }

func (g *maker) chance(percent int) bool { return g.rng.IntN(100) < percent }

func (g *maker) below(n int) int { return g.rng.IntN(n) }

func (g *maker) name(prefix string) string {
	g.fresh++
	return fmt.Sprint(prefix, g.fresh)
}

// one is one of some texts.
func (g *maker) one(texts ...string) string { return texts[g.rng.IntN(len(texts))] }

// some are one or two, rarely three, of what f makes.
func (g *maker) some(f func() string) []string {
	n := 1
	for n < 3 && g.chance(40) {
		n++
	}
	var all []string
	for range n {
		all = append(all, f())
	}
	return all
}

// compared are two expressions with a comparison between them, such as no author
// writes twice: neither of an expression with itself or of two constants, nor one
// that the bounds of the facts decide (of which checking a policy warns). What
// such a condition reads is cited, and no setting shows what for.
func (g *maker) compared(operand func() string, operators ...string) string {
	for {
		a, op, b := operand(), g.one(operators...), operand()
		switch {
		case a == b, literal.MatchString(a) && literal.MatchString(b):
		case a == "0" && (op == "<=" || op == ">") && notNegative(b):
		case b == "0" && (op == ">=" || op == "<") && notNegative(a):
		default:
			return a + " " + op + " " + b
		}
	}
}

var literal = regexp.MustCompile(`^[0-9.]+$`)

// notNegative tells of an expression without differences and calls of functions
// that were made up: no fact is below 0.
func notNegative(expression string) bool {
	return !strings.Contains(expression, " - ") && !strings.Contains(expression, "h")
}

// differing are two expressions that are not the same.
func (g *maker) differing(operand func() string) (a, b any) {
	first := operand()
	for {
		if second := operand(); second != first {
			return first, second
		}
	}
}

// helperOf is the name of a helper of that kind, "" if there is none.
func helperOf(g *maker, all []helper, kind string) string { return g.find(all, kind, "").name }

// find is a helper of that kind with keys of that sort, "" for any; none if there
// is none.
func (g *maker) find(all []helper, kind, keys string) helper {
	var found []helper
	for _, h := range all {
		if h.kind == kind && (keys == "" || h.keys == keys) {
			found = append(found, h)
		}
	}
	if len(found) == 0 {
		return helper{}
	}
	return found[g.below(len(found))]
}

// shape is what differs between the schemas.
type shape struct {
	optional map[string]bool // facts that may be absent
	integer  map[string]bool
	counted  bool // the nested lists and the list of numbers have a count
}

// mayBeOptional and mayBeInteger name the facts that differ.
var (
	mayBeOptional = []string{"n3", "b3", "e2", "base.x", "base.ok", "q.extra", "checks.gamma", "item.note", "item.bonus", "spare"}
	mayBeInteger  = []string{"n1", "n2", "q.paid", "item.amount"}
)

func (g *maker) makeUpShape() {
	g.shape = shape{optional: map[string]bool{}, integer: map[string]bool{}, counted: g.chance(50)}
	for _, name := range mayBeOptional {
		g.shape.optional[name] = g.chance(65)
	}
	for _, name := range mayBeInteger {
		g.shape.integer[name] = g.chance(50)
	}
}

// kinds are the values of enumerations and keys of sets.
var kinds = []string{"a", "b", "c"}

func (g *maker) schema() string {
	kind := `{"type": "string", "enum": ["a", "b", "c"]}`
	number := func(name string) string {
		if g.shape.integer[name] {
			return `{"type": "integer", "minimum": 0, "maximum": 6}`
		}
		return `{"type": "number", "minimum": 0, "maximum": 10}`
	}
	maybe := func(name, schema string) string {
		if g.shape.optional[name] {
			return strings.TrimSuffix(schema, "}") + `, "x-optional": true}`
		}
		return schema
	}
	object := func(members ...string) string {
		return `{"type": "object", "additionalProperties": false, "properties": {` + strings.Join(members, ", ") + `}}`
	}
	flag := `{"type": "boolean"}`
	list := func(items, keywords string) string { return `{"type": "array", "items": ` + items + keywords + `}` }
	counted := func(count string) string {
		if !g.shape.counted {
			return ""
		}
		return `, "x-count": "` + count + `"`
	}
	quarter := object(`"paid": `+number("q.paid"), `"due": `+number(""), `"ok": `+flag, `"extra": `+maybe("q.extra", number("")))
	part := object(`"size": `+number("item.amount"), `"ok": `+flag)
	item := object(`"id": {"type": "string"}`, `"kind": `+kind, `"amount": `+number("item.amount"), `"done": `+flag,
		`"note": `+maybe("item.note", `{"type": "string"}`), `"bonus": `+maybe("item.bonus", number("")),
		`"parts": `+list(part, counted("/items/*/part_count")), `"part_count": {"type": "integer", "minimum": 0, "maximum": 6}`)
	return object(`"n1": `+number("n1"), `"n2": `+number("n2"), `"n3": `+maybe("n3", number("")),
		`"b1": `+flag, `"b2": `+flag, `"b3": `+maybe("b3", flag),
		`"e1": `+kind, `"e2": `+maybe("e2", kind), `"t1": {"type": "string"}`,
		`"base": `+object(`"x": `+maybe("base.x", number("")), `"y": `+number(""), `"ok": `+maybe("base.ok", flag)),
		`"spare": `+maybe("spare", object(`"x": `+number(""), `"ok": `+flag)),
		`"quarters": `+object(`"q1": `+quarter, `"q2": `+quarter, `"q3": `+quarter),
		`"checks": `+object(`"alpha": `+flag, `"beta": `+flag, `"gamma": `+maybe("checks.gamma", flag)),
		`"items": `+list(item, `, "x-key": "id", "x-count": "/item_count"`), `"item_count": {"type": "integer", "minimum": 0}`,
		`"tags": `+list(kind, ""),
		`"scores": `+list(`{"type": "integer", "minimum": 0, "maximum": 6}`, counted("/score_count")), `"score_count": {"type": "integer", "minimum": 0}`)
}

func (g *maker) number() any { return json.Number(g.one("0", "1", "2", "3", "4", "5", "6")) }

func (g *maker) flag() any { return g.chance(50) }

func (g *maker) facts() map[string]any {
	doc := map[string]any{
		"n1": g.number(), "n2": g.number(), "b1": g.flag(), "b2": g.flag(), "e1": g.one(kinds...), "t1": g.one("a", "ab", "abc"),
		"base": g.optional("base.", map[string]any{"x": g.number(), "y": g.number(), "ok": g.flag()}),
		"n3":   g.number(), "b3": g.flag(), "e2": g.one(kinds...),
		"spare":  map[string]any{"x": g.number(), "ok": g.flag()},
		"checks": g.optional("checks.", map[string]any{"alpha": g.flag(), "beta": g.flag(), "gamma": g.flag()}),
	}
	quarters := map[string]any{}
	for _, q := range []string{"q1", "q2", "q3"} {
		quarters[q] = g.optional("q.", map[string]any{"paid": g.number(), "due": g.number(), "ok": g.flag(), "extra": g.number()})
	}
	doc["quarters"] = quarters
	items, tags, scores := []any{}, []any{}, []any{}
	for i := range 1 + g.below(3) {
		items = append(items, g.item(i))
	}
	for range g.below(4) {
		tags = append(tags, g.one(kinds...))
	}
	for range 1 + g.below(3) {
		scores = append(scores, g.number())
	}
	doc["items"], doc["item_count"], doc["tags"] = items, size(items), tags
	doc["scores"], doc["score_count"] = scores, size(scores)
	return g.optional("", doc)
}

func (g *maker) item(i int) any {
	parts := []any{}
	for range g.below(3) {
		parts = append(parts, map[string]any{"size": g.number(), "ok": g.flag()})
	}
	return g.optional("item.", map[string]any{
		"id": fmt.Sprint("i", i), "kind": g.one(kinds...), "amount": g.number(), "done": g.flag(),
		"note": g.one("", "x"), "bonus": g.number(), "parts": parts, "part_count": size(parts),
	})
}

func size(list []any) any { return json.Number(fmt.Sprint(len(list))) }

// optional leaves some of the members out that may be absent.
func (g *maker) optional(prefix string, object map[string]any) map[string]any {
	for _, name := range mayBeOptional {
		if member, ok := strings.CutPrefix(name, prefix); ok && g.shape.optional[name] && g.chance(40) {
			delete(object, member)
		}
	}
	return object
}
