package causes

import (
	"fmt"
	"slices"
	"testing"

	"rubric/engine/facts"
	"rubric/engine/policy"
	"rubric/tests/internal/tree"
	"rubric/tests/internal/vary"
)

const fewestNecessary = 90 // percent

// TestNecessity asks of each cited fact whether, under some setting of the
// other cited facts, a valid change of it changes the result.
func TestNecessity(t *testing.T) {
	b := newBench(t)
	n := &necessity{bench: b, chooser: vary.New(seed+2, b.bind(b.base)), known: map[string]bool{}}
	for _, doc := range b.variations(12) {
		bound := b.bind(doc)
		for _, p := range b.policies {
			for _, r := range results(b.evaluate(p, bound)) {
				for _, c := range r.causes {
					n.ask(p, doc, r, c)
				}
			}
		}
	}
	necessary := 0
	for key, found := range n.known {
		if found {
			necessary++
		} else {
			t.Logf("not shown to be necessary: %s", key)
		}
	}
	percent := 100 * necessary / len(n.known)
	t.Logf("%d of %d citations shown to be necessary", necessary, len(n.known))
	fmt.Printf("figure causes.necessary_percent %d\n", percent)
	if percent < fewestNecessary {
		t.Errorf("only %d%% of the citations were shown to be necessary", percent)
	}
}

type necessity struct {
	*bench
	chooser *vary.Chooser
	known   map[string]bool // citation, the same for all elements of a list → shown necessary
}

// ask searches for a setting in which a change of c matters.
func (n *necessity) ask(p named, doc *tree.Doc, r result, c policy.Cause) {
	key := fmt.Sprint(p.id, " ", r.kind, " ", place(c).Path(), " ", roles[c.Role])
	if n.known[key] {
		return
	}
	n.known[key] = false
	for try := range 60 {
		setting := doc
		if try >= 10 {
			setting = n.setting(doc, r, c)
		}
		if n.matters(p, setting, r, c) {
			n.known[key] = true
			return
		}
	}
}

// place is where a cause stands in the schema.
func place(c policy.Cause) *facts.Schema {
	if c.Key == "" {
		return c.Node.Schema
	}
	if c.Node.Kind == facts.List {
		return c.Node.Schema.Items
	}
	return c.Node.Schema.Property(c.Key)
}

// setting draws the other facts that r cites anew.
func (n *necessity) setting(doc *tree.Doc, r result, c policy.Cause) *tree.Doc {
	for _, other := range r.causes {
		if other != c && n.chooser.Chance(60) {
			if next, ok := n.change(doc, other); ok {
				doc = next
			}
		}
	}
	return doc
}

// change is doc with another value at the place of c, or false if that is no
// valid document.
func (n *necessity) change(doc *tree.Doc, c policy.Cause) (*tree.Doc, bool) {
	next := doc.Clone()
	at := vary.Place{Pointer: c.Pointer(), Schema: place(c), There: c.Key == ""}
	if _, there := doc.At(at.Pointer); there != at.There {
		return nil, false
	}
	if old, _ := doc.At(at.Pointer); at.There && at.Schema.Kind != facts.List && at.Schema.Kind != facts.Object {
		vary.Set(at.Pointer, n.chooser.Other(at.Schema, old)).Apply(next)
	} else if change, ok := n.chooser.Change(doc, at, true); ok {
		change.Apply(next)
	}
	bound, err := next.Bind(n.schema)
	return next, err == nil && !n.lacks(bound)
}

// matters tells whether a change of c changes what the policy says of r's item.
func (n *necessity) matters(p named, doc *tree.Doc, r result, c policy.Cause) bool {
	next, ok := n.change(doc, c)
	if !ok {
		return false
	}
	before, after := n.said(p, doc, r), n.said(p, next, r)
	return !slices.EqualFunc(before, after, result.same)
}

// said is what a policy says under the item of r.
func (n *necessity) said(p named, doc *tree.Doc, r result) []result {
	all := results(n.evaluate(p, n.bind(doc)))
	return slices.DeleteFunc(all, func(o result) bool { return o.kind != r.kind || o.item != r.item })
}
