// Package vary changes facts at random within their schema: boundary values,
// texts from elsewhere, elements that come and go.
package vary

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"rubric/engine/facts"
	"rubric/engine/number"
	"rubric/tests/internal/tree"
)

// Chooser draws values for places of a schema.
type Chooser struct {
	rng     *rand.Rand
	numbers []number.Number
	texts   []string
	dates   []string
	fresh   int
}

// ratios are the thresholds of the rules: a number times one of them stands on
// a boundary.
var ratios = []string{"1", "1", "1", "0.1", "0.25", "0.5", "0.75", "0.4", "0.55", "0.6", "0.7", "0.8", "0.85", "0.9", "0.95", "1.08", "1.09", "1.1", "2"}

// steps lead from a boundary to its two sides.
var steps = []string{"0", "0", "0.01", "-0.01", "1", "-1", "1000000000"}

// extremes are drawn whatever the document says.
var extremes = []string{"0", "1", "2", "3", "10", "100", "6000", "-1", "0.01", "123456789.87"}

// New draws from what a document holds. The same seed draws the same.
func New(seed uint64, doc *facts.Document) *Chooser {
	c := &Chooser{rng: rand.New(rand.NewPCG(seed, 2023))}
	for _, digits := range extremes {
		c.numbers = append(c.numbers, parse(digits))
	}
	c.collect(doc.Root)
	if len(c.dates) == 0 {
		c.dates = []string{"2023-12-31"}
	}
	return c
}

func (c *Chooser) collect(n *facts.Node) {
	switch {
	case n.Kind == facts.Num:
		c.numbers = append(c.numbers, n.Number())
	case n.Kind == facts.Text && n.Schema != nil && n.Schema.Format == "date":
		c.dates = append(c.dates, n.Text)
	case n.Kind == facts.Text:
		c.texts = append(c.texts, n.Text)
	}
	for _, children := range [][]*facts.Node{n.Members(), n.Elements()} {
		for _, child := range children {
			c.collect(child)
		}
	}
}

func parse(digits string) number.Number {
	n, err := number.Parse(digits)
	if err != nil {
		panic(err)
	}
	return n
}

// Below is a random whole number from 0, less than n.
func (c *Chooser) Below(n int) int { return c.rng.IntN(n) }

// Chance is true in so many of a hundred cases.
func (c *Chooser) Chance(percent int) bool { return c.rng.IntN(100) < percent }

// Pick is one of all.
func Pick[T any](c *Chooser, all []T) T { return all[c.rng.IntN(len(all))] }

// Value draws a value for the place s. It keeps to the bounds of s itself; what
// a list asks of its elements together is for the caller to see.
func (c *Chooser) Value(s *facts.Schema) any {
	switch s.Kind {
	case facts.Bool:
		return c.Chance(50)
	case facts.Num:
		return json.Number(c.number(s).String())
	case facts.Text:
		return c.text(s)
	case facts.List:
		return []any{}
	}
	object := map[string]any{}
	for _, p := range s.Properties {
		if !p.Optional || c.Chance(50) {
			object[p.Name] = c.Value(p)
		}
	}
	for _, p := range s.Properties {
		if list, count := Cut(p.Count); p.Count != "" && list == s.Path() {
			object[count] = json.Number("0") // Value makes empty lists
		}
	}
	return object
}

// Other draws a value for s that is not old; it gives up after some tries.
func (c *Chooser) Other(s *facts.Schema, old any) any {
	if flag, ok := old.(bool); ok {
		return !flag
	}
	v := c.Value(s)
	for range 10 {
		if fmt.Sprint(v) != fmt.Sprint(old) {
			break
		}
		v = c.Value(s)
	}
	return v
}

func (c *Chooser) number(s *facts.Schema) number.Number {
	if len(s.Enum) > 0 {
		return parse(Pick(c, s.Enum))
	}
	for range 100 {
		n := Pick(c, c.numbers)
		if c.Chance(70) {
			n = n.Mul(parse(Pick(c, ratios))).Add(parse(Pick(c, steps)))
		}
		if s.Integer {
			n = n.Round(0, number.RoundDown)
		}
		if within(s, n) {
			return n
		}
	}
	return number.Int(1)
}

func within(s *facts.Schema, n number.Number) bool {
	return (s.Minimum == nil || n.Cmp(*s.Minimum) >= 0) && (s.Maximum == nil || n.Cmp(*s.Maximum) <= 0) &&
		(s.ExclusiveMinimum == nil || n.Cmp(*s.ExclusiveMinimum) > 0) &&
		(s.ExclusiveMaximum == nil || n.Cmp(*s.ExclusiveMaximum) < 0)
}

func (c *Chooser) text(s *facts.Schema) string {
	switch {
	case len(s.Enum) > 0:
		return Pick(c, s.Enum)
	case s.Format == "date":
		day, err := time.Parse(time.DateOnly, Pick(c, c.dates))
		if err != nil {
			panic(err)
		}
		return day.AddDate(0, 0, c.Below(3)-1).Format(time.DateOnly)
	case s.Pattern != "":
		return "2023"
	case len(c.texts) > 0 && c.Chance(60):
		return Pick(c, c.texts)
	}
	c.fresh++
	return fmt.Sprint("新", c.fresh)
}

// Place is where facts can be changed.
type Place struct {
	Pointer string
	Schema  *facts.Schema
	There   bool // false for a fact that the document does not have
}

// Narrow is a document without what stands outside of reads, but with what
// identifies a case and what counts the elements of a list.
func Narrow(doc *facts.Document, reads []*facts.Schema) *tree.Doc {
	kept := map[*facts.Schema]bool{}
	keep := func(s *facts.Schema) {
		for ; s != nil && !kept[s]; s = s.Parent {
			kept[s] = true
			if s.Count != "" {
				kept[doc.Schema.At(s.Count)] = true
			}
		}
	}
	for _, s := range reads {
		keep(s)
		if s.Kind == facts.List {
			keep(s.Items)
		}
	}
	return tree.Of(narrowed(doc.Root, kept).(map[string]any))
}

func narrowed(n *facts.Node, kept map[*facts.Schema]bool) any {
	switch n.Kind {
	case facts.Object:
		object := map[string]any{}
		for _, m := range n.Members() {
			if kept[m.Schema] || m.Schema.Required {
				object[m.Key] = narrowed(m, kept)
			}
		}
		return object
	case facts.List:
		list := make([]any, n.Len())
		for i, element := range n.Elements() {
			list[i] = narrowed(element, kept)
		}
		return list
	case facts.Num:
		return json.Number(n.Text)
	case facts.Text:
		return n.Text
	case facts.Bool:
		return n.Flag
	}
	return nil
}

// Places lists the places of a bound document at which one of reads stands:
// facts, lists, facts that are not there, and (above facts) objects. They are
// in the facts' order.
func Places(doc *facts.Document, reads []*facts.Schema) []Place {
	var all []Place
	wanted := map[*facts.Schema]bool{}
	for _, s := range reads {
		wanted[s] = true
		for p := s.Parent; p != nil && p.Parent != nil; p = p.Parent {
			wanted[p] = true
		}
	}
	var visit func(n *facts.Node)
	visit = func(n *facts.Node) {
		if n.Parent != nil && wanted[n.Schema] {
			all = append(all, Place{n.Pointer(), n.Schema, true})
		}
		if n.Kind == facts.Object {
			for _, p := range n.Schema.Properties {
				if member := n.Member(p.Name); member != nil {
					visit(member)
				} else if wanted[p] {
					all = append(all, Place{n.Pointer() + "/" + p.Name, p, false})
				}
			}
		}
		for _, element := range n.Elements() {
			visit(element)
		}
	}
	visit(doc.Root)
	return all
}

// Flip turns every yes and no of a document round.
func Flip(doc *tree.Doc, bound *facts.Document) {
	var visit func(n *facts.Node)
	visit = func(n *facts.Node) {
		if n.Kind == facts.Bool {
			doc.Set(n.Pointer(), !n.Flag)
		}
		for _, m := range n.Members() {
			visit(m)
		}
		for _, e := range n.Elements() {
			visit(e)
		}
	}
	visit(bound.Root)
}

// Change is one change of a document.
type Change struct {
	Pointer    string // what changes, and with it all below it
	Membership bool   // it comes or goes
	Shift      bool   // what stands behind it in its list moves
	Count      string // the count that is kept consistent, "" if none
	value      any    // nil: it goes
}

func (ch Change) String() string {
	switch {
	case ch.value == nil:
		return "delete " + ch.Pointer + ch.counted()
	case ch.Shift:
		return fmt.Sprintf("insert %s %v%s", ch.Pointer, ch.value, ch.counted())
	case ch.Membership:
		return fmt.Sprintf("add %s %v%s", ch.Pointer, ch.value, ch.counted())
	}
	return fmt.Sprintf("set %s %v", ch.Pointer, ch.value)
}

// Goes tells that the place is taken away.
func (ch Change) Goes() bool { return ch.value == nil }

func (ch Change) counted() string {
	if ch.Count == "" {
		return ""
	}
	return " with " + ch.Count
}

// Apply makes the change.
func (ch Change) Apply(doc *tree.Doc) {
	switch {
	case ch.value == nil:
		doc.Delete(ch.Pointer)
	case ch.Shift:
		doc.Insert(ch.Pointer, ch.value)
	default:
		doc.Set(ch.Pointer, ch.value)
	}
	if ch.Count != "" {
		list, _ := Cut(ch.Pointer)
		doc.Set(ch.Count, json.Number(strconv.Itoa(doc.Len(list))))
	}
}

// Touches tells whether the change reaches a pointer: it is what changes, below
// or above it, its list's count, or moves with what was inserted or taken away
// before it.
func (ch Change) Touches(pointer string) bool {
	if pointer == ch.Count || strings.HasPrefix(pointer+"/", ch.Pointer+"/") {
		return true
	}
	if !ch.Shift {
		return false
	}
	list, first := Cut(ch.Pointer)
	rest, within := strings.CutPrefix(pointer, list+"/")
	token, _, _ := strings.Cut(rest, "/")
	at, err := strconv.Atoi(token)
	from, _ := strconv.Atoi(first)
	return within && err == nil && at >= from
}

// Set is the change that puts v at a pointer.
func Set(pointer string, v any) Change { return Change{Pointer: pointer, value: v} }

// Deletion is the change that takes a place away.
func Deletion(pointer string) Change { return Change{Pointer: pointer, Membership: true} }

// Cut splits a pointer before its last token.
func Cut(pointer string) (parent, last string) {
	if pointer == "" {
		return "", ""
	}
	i := strings.LastIndexByte(pointer, '/')
	return pointer[:i], pointer[i+1:]
}

// Change draws a change at a place. With keepCount a list's count follows its
// length. ok is false where nothing can be changed.
func (c *Chooser) Change(doc *tree.Doc, p Place, keepCount bool) (ch Change, ok bool) {
	if !p.There {
		return Change{Pointer: p.Pointer, Membership: true, value: c.Value(p.Schema)}, true
	}
	if p.Schema.Kind == facts.List && c.Chance(85) {
		return c.listChange(doc, p, keepCount)
	}
	isElement := p.Schema.Parent != nil && p.Schema.Parent.Kind == facts.List
	isFact := p.Schema.Kind != facts.Object && p.Schema.Kind != facts.List
	switch {
	case isElement && !isFact: // that an element goes is the list's change
		return Change{}, false
	case isFact && (isElement || c.Chance(80)):
		old, _ := doc.At(p.Pointer)
		return Set(p.Pointer, c.Other(p.Schema, old)), true
	case p.Schema.Required:
		return Change{}, false
	}
	return Deletion(p.Pointer), true
}

// listChange appends an element or takes the last away; now and then it does so
// in the middle.
func (c *Chooser) listChange(doc *tree.Doc, p Place, keepCount bool) (Change, bool) {
	n := doc.Len(p.Pointer)
	ch := Change{Membership: true}
	if keepCount && p.Schema.Count != "" {
		ch.Count = Resolve(p.Schema.Count, p.Pointer)
	}
	goes := n > 0 && c.Chance(50)
	at := n
	if goes {
		at = n - 1
	}
	if n > 1 && c.Chance(20) {
		at, ch.Shift = c.Below(n-1), true
	}
	ch.Pointer = p.Pointer + "/" + strconv.Itoa(at)
	if !goes {
		ch.value = c.element(doc, p, n)
	}
	return ch, true
}

// Resolve puts the indices of a pointer in the place of the "*" of a path that
// goes the same way.
func Resolve(path, pointer string) string {
	indices := strings.Split(pointer, "/")
	tokens := strings.Split(path, "/")
	for i := range tokens {
		if tokens[i] == "*" {
			tokens[i] = indices[i]
		}
	}
	return strings.Join(tokens, "/")
}

// element is a new element for a list, like one that is there as often as not.
func (c *Chooser) element(doc *tree.Doc, p Place, n int) any {
	v := c.Value(p.Schema.Items)
	if n > 0 && c.Chance(50) {
		v, _ = doc.At(fmt.Sprint(p.Pointer, "/", c.Below(n)))
		v = tree.Copy(v)
	}
	object, ok := v.(map[string]any)
	if key := p.Schema.Items.Property(p.Schema.Unique); ok && key != nil {
		object[p.Schema.Unique] = c.Value(key)
	}
	return v
}

// Reads are the places that any of the policies may read, each once.
func Reads(all ...[]*facts.Schema) []*facts.Schema {
	out := slices.Concat(all...)
	slices.SortFunc(out, func(a, b *facts.Schema) int { return a.Ordinal - b.Ordinal })
	return slices.Compact(out)
}
