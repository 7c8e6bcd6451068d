package causes

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"rubric/engine/facts"
	"rubric/engine/policy"
	"rubric/tests/internal/tree"
	"rubric/tests/internal/vary"
)

const (
	fewestNecessary = 99 // percent, of the shipped framework's citations
	askedEach       = 3  // citations of one kind for which a setting is looked for
)

// TestNecessity asks of each cited fact whether, under some setting of the
// other cited facts, a valid change of it changes the result.
//
// Of the shipped framework nearly all have to be. Made-up conditions are often
// true, or false, of any facts, and no setting is found by chance for those that
// compare whole objects: their figure is what was shown, and a lower bound.
func TestNecessity(t *testing.T) {
	percent := shownNecessary(t, newBench(t).subjects(), 12)
	fmt.Printf("figure causes.necessary_percent %d\n", percent)
	if percent < fewestNecessary {
		t.Errorf("only %d%% of the citations were shown to be necessary", percent)
	}
	fmt.Printf("figure causes.necessary_made_up_percent %d\n", shownNecessary(t, madeUp(t)[:40], 2))
}

func shownNecessary(t *testing.T, subjects []*subject, rounds int) (percent int) {
	t.Helper()
	found := make([]map[string]bool, len(subjects))
	inParallel(len(found), func(i int) { found[i] = subjects[i].necessary(rounds) })
	shown, all := 0, 0
	for _, known := range found {
		for _, key := range slices.Sorted(maps.Keys(known)) {
			if all++; known[key] {
				shown++
			} else {
				t.Logf("not shown to be necessary: %s", key)
			}
		}
	}
	t.Logf("%d of %d citations shown to be necessary", shown, all)
	return 100 * shown / all
}

// necessary tells of each citation, the same for all elements of a list, whether
// it was shown to be necessary.
func (s *subject) necessary(rounds int) map[string]bool {
	n := &necessity{s, s.chooser(seed + 2 + s.number), map[string]bool{}, map[string]int{}}
	for round := range rounds {
		doc := s.base
		if round > 0 {
			doc = s.draw(n.chooser, []int{15, 40, 80}[round%3])
		}
		for _, r := range n.results(doc) {
			for _, c := range r.causes {
				n.ask(doc, r, c)
			}
		}
	}
	return n.known
}

type necessity struct {
	*subject
	chooser *vary.Chooser
	known   map[string]bool // citation → shown necessary
	asked   map[string]int
}

func (n *necessity) results(doc *tree.Doc) []result {
	bound, err := doc.Bind(n.schema)
	if err != nil {
		panic(err)
	}
	return results(n.evaluate(bound))
}

// ask searches for a setting in which a change of c matters.
func (n *necessity) ask(doc *tree.Doc, r result, c policy.Cause) {
	key := fmt.Sprint(n.id, " ", r.kind, " ", place(c).Path(), " ", roles[c.Role])
	if n.known[key] || n.asked[key] == askedEach {
		return
	}
	n.asked[key]++
	n.known[key] = false
	for try := range 60 {
		setting := doc
		if try >= 10 {
			setting = n.setting(doc, r, c)
		}
		if n.matters(setting, r, c) {
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
			if next, ok := n.change(doc, r, other); ok {
				doc = next
			}
		}
	}
	return doc
}

// change is doc with another value at the place of c, or false if that is no
// valid document. Of an object, only that it is there can change.
func (n *necessity) change(doc *tree.Doc, r result, c policy.Cause) (*tree.Doc, bool) {
	next := doc.Clone()
	at := vary.Place{Pointer: c.Pointer(), Schema: place(c), There: c.Key == ""}
	if _, there := doc.At(at.Pointer); there != at.There {
		return nil, false
	}
	old, _ := doc.At(at.Pointer)
	isObject := at.There && at.Schema.Kind == facts.Object
	switch {
	case isObject || at.There && at.Schema.Optional && n.chooser.Chance(30):
		vary.Deletion(at.Pointer).Apply(next)
	case at.There && at.Schema.Kind != facts.List:
		vary.Set(at.Pointer, n.value(doc, r, at.Schema, old)).Apply(next)
	default:
		if change, ok := n.chooser.Change(doc, at, true); ok {
			change.Apply(next)
		}
	}
	bound, err := next.Bind(n.schema)
	return next, err == nil && (isObject || !n.lacks(bound))
}

// value is another value for a place, now and then that of another cited fact:
// equality is rare by chance.
func (n *necessity) value(doc *tree.Doc, r result, s *facts.Schema, old any) any {
	if like := vary.Pick(n.chooser, r.causes); n.chooser.Chance(40) && place(like).Kind == s.Kind {
		if v, there := doc.At(like.Pointer()); there && v != old {
			return v
		}
	}
	return n.chooser.Other(s, old)
}

// matters tells whether a change of c changes what the policy says of r's item.
func (n *necessity) matters(doc *tree.Doc, r result, c policy.Cause) bool {
	next, ok := n.change(doc, r, c)
	if !ok {
		return false
	}
	before, after := n.said(doc, r), n.said(next, r)
	return !slices.EqualFunc(before, after, func(a, b result) bool { return a.same(b) && a.open == b.open })
}

// said is what a policy says under the item of r.
func (n *necessity) said(doc *tree.Doc, r result) []result {
	return slices.DeleteFunc(n.results(doc), func(o result) bool { return o.kind != r.kind || o.item != r.item })
}
