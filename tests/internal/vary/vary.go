// Package vary changes facts at random within their schema: boundary values,
// texts from elsewhere, elements that come and go.
package vary

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
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
	return c
}

func (c *Chooser) collect(n *facts.Node) {
	switch {
	case n.Kind == facts.Num:
		c.numbers = append(c.numbers, n.Number)
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
	case c.Chance(60):
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
	Count      string // the count that is kept consistent, "" if none
	value      any    // nil: it goes
}

func (ch Change) String() string {
	switch {
	case ch.value == nil:
		return "delete " + ch.Pointer + ch.counted()
	case ch.Membership:
		return fmt.Sprintf("add %s %v%s", ch.Pointer, ch.value, ch.counted())
	}
	return fmt.Sprintf("set %s %v", ch.Pointer, ch.value)
}

func (ch Change) counted() string {
	if ch.Count == "" {
		return ""
	}
	return " with " + ch.Count
}

// Apply makes the change.
func (ch Change) Apply(doc *tree.Doc) {
	if ch.value == nil {
		doc.Delete(ch.Pointer)
	} else {
		doc.Set(ch.Pointer, ch.value)
	}
	if ch.Count != "" {
		list, _ := Cut(ch.Pointer)
		doc.Set(ch.Count, json.Number(fmt.Sprint(doc.Len(list))))
	}
}

// Set is the change that puts v at a pointer.
func Set(pointer string, v any) Change { return Change{Pointer: pointer, value: v} }

// Deletion is the change that takes a place away.
func Deletion(pointer string) Change { return Change{Pointer: pointer, Membership: true} }

// Cut splits a pointer before its last token.
func Cut(pointer string) (parent, last string) {
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
	case isElement && !isFact: // only the last may go, and that is the list's change
		return Change{}, false
	case isFact && c.Chance(80):
		old, _ := doc.At(p.Pointer)
		return Set(p.Pointer, c.Other(p.Schema, old)), true
	case p.Schema.Required:
		return Change{}, false
	}
	return Deletion(p.Pointer), true
}

func (c *Chooser) listChange(doc *tree.Doc, p Place, keepCount bool) (Change, bool) {
	n := doc.Len(p.Pointer)
	ch := Change{Membership: true}
	if keepCount {
		ch.Count = p.Schema.Count
	}
	if n > 0 && c.Chance(50) {
		ch.Pointer = fmt.Sprint(p.Pointer, "/", n-1)
		return ch, true
	}
	ch.Pointer = fmt.Sprint(p.Pointer, "/", n)
	ch.value = c.element(doc, p, n)
	return ch, true
}

// element is a new element for a list, like one that is there as often as not.
func (c *Chooser) element(doc *tree.Doc, p Place, n int) any {
	v := c.Value(p.Schema.Items)
	if n > 0 && c.Chance(50) {
		v, _ = doc.Clone().At(fmt.Sprint(p.Pointer, "/", c.Below(n)))
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
