package causes

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"rubric/engine/facts"
	"rubric/engine/policy"
	"rubric/tests/internal/tree"
	"rubric/tests/internal/vary"
)

// walk goes from case to case by changes of one place each. What a policy says on
// the two sides of a change shows, of each result that cites the place on either
// side, whether it matters there. Cases in which something else is cited than in
// all before are kept to go on from: so the walk comes step by step into the
// branches in which a citation stands.
type walk struct {
	*subject
	chooser *vary.Chooser
	words   words
	met     map[citation]*evidence
	open    []*evidence // of those that are not shown yet, in the order they were met
	kept    []*spot
	seen    map[string]bool // what is cited in the cases that were kept
	idle    int             // cases since something was found out
	visits  int

	// home is the result from whose case the walk came changing only what it
	// cites; none after another change.
	home result
}

// spot is a case with what the policy says of it.
type spot struct {
	doc     *tree.Doc
	bound   *facts.Document
	results []result
	failed  string // where the policy broke, "" where it did not
	lacks   bool   // a fact is missing
	places  []vary.Place
}

// citation is what is counted: that a rule cites a place, the same for all
// elements of a list.
type citation struct {
	kind string
	line int
	at   *facts.Schema
}

// evidence is what is known of a citation.
type evidence struct {
	citation
	number int
	shown  bool    // that it is necessary
	spots  []*spot // some that have it, while it is not shown
}

// cause is a cause with the result that cites it.
type cause struct {
	policy.Cause
	of result
}

func (c cause) citation() citation { return citation{c.of.kind, c.of.line, place(c.Cause)} }

const (
	patience   = 4000 // cases in which nothing is found out, before the walk ends: an eighth where nothing is open
	mostCases  = 60_000
	mostCiting = 6 // cases that are remembered for each citation
	longest    = 4 // changes from a kept case
)

// necessary tells of each citation that is met whether it was shown to be
// necessary. It starts from so many cases drawn at random.
func (s *subject) necessary(rounds int) map[string]bool {
	w := &walk{subject: s, chooser: s.chooser(seed + 2 + s.number), words: constants(s.text, s.schema),
		met: map[citation]*evidence{}, seen: map[string]bool{}}
	w.visit(s.base)
	for round := range rounds {
		w.visit(s.draw(w.chooser, []int{15, 40, 80}[round%3]))
	}
	for w.visits < mostCases && w.idle < patience {
		if len(w.open) == 0 && w.idle > patience/8 {
			break
		}
		w.stroll()
	}
	known := map[string]bool{}
	for c, e := range w.met {
		known[fmt.Sprint(w.id, " ", c.kind, " of line ", c.line, " ", c.at.Path())] = e.shown
	}
	return known
}

// visit is what the policy says of a case; nil if it is none.
func (w *walk) visit(doc *tree.Doc) *spot {
	w.idle++
	w.visits++
	bound, err := doc.Bind(w.schema)
	if err != nil {
		return nil
	}
	f := w.evaluate(bound)
	at := &spot{doc: doc, bound: bound, results: results(f), lacks: w.lacks(bound)}
	if f != nil && f.Failure != nil {
		at.failed = fmt.Sprint(f.Failure.Line, f.Failure.Message.ID)
	}
	if at.lacks {
		return at
	}
	if sign := w.sign(at); !w.seen[sign] {
		w.seen[sign] = true
		w.kept = append(w.kept, at)
		for _, r := range at.results {
			w.words.say(r.item)
		}
	}
	return at
}

// sign is what is cited in a case, or where the policy failed. Every citation in
// it is noted.
func (w *walk) sign(at *spot) string {
	var bits []byte
	for _, c := range at.causes() {
		e := w.meet(c.citation(), at)
		for e.number/8 >= len(bits) {
			bits = append(bits, 0)
		}
		bits[e.number/8] |= 1 << (e.number % 8)
	}
	return string(bits) + at.failed
}

// meet notes a citation of a case.
func (w *walk) meet(c citation, at *spot) *evidence {
	e := w.met[c]
	if e == nil {
		e = &evidence{citation: c, number: len(w.met)}
		w.met[c] = e
		w.open = append(w.open, e)
		w.idle = 0
	}
	switch n := len(e.spots); {
	case e.shown || n > 0 && e.spots[n-1] == at:
	case n < mostCiting:
		e.spots = append(e.spots, at)
	case w.chooser.Chance(5):
		e.spots[w.chooser.Below(n)] = at
	}
	return e
}

func (s *spot) causes() (all []cause) {
	for _, r := range s.results {
		for _, c := range r.causes {
			all = append(all, cause{c, r})
		}
	}
	return all
}

// stroll makes some changes from a case, often one with a citation that is not
// shown yet, and then of what that cites.
func (w *walk) stroll() {
	at := vary.Pick(w.chooser, w.kept)
	w.home = result{}
	if len(w.open) > 0 && w.chooser.Chance(85) {
		goal := vary.Pick(w.chooser, w.open)
		at = vary.Pick(w.chooser, goal.spots)
		w.search(at, goal)
		return
	}
	for range 1 + w.chooser.Below(longest) {
		at = w.step(at, w.anywhere(at))
	}
}

// search changes what is cited beside a citation, or now and then anything, and
// then what the citation is of.
func (w *walk) search(at *spot, goal *evidence) {
	c, _ := w.find(at, goal)
	w.home = c.of
	for range w.chooser.Below(longest) {
		p := whereOf(vary.Pick(w.chooser, c.of.causes))
		if w.chooser.Chance(15) {
			w.home = result{}
			p = w.anywhere(at)
		}
		at = w.step(at, p)
	}
	if here, ok := w.find(at, goal); ok && w.chooser.Chance(50) {
		c = here
	}
	w.step(at, whereOf(c.Cause))
}

// find is a cause in a case that is that citation.
func (w *walk) find(at *spot, goal *evidence) (found cause, ok bool) {
	var all []cause
	for _, c := range at.causes() {
		if c.citation() == goal.citation {
			all = append(all, c)
		}
	}
	if len(all) == 0 {
		return found, false
	}
	return vary.Pick(w.chooser, all), true
}

// anywhere is any place that the policy reads.
func (w *walk) anywhere(at *spot) vary.Place {
	places := w.places(at)
	if len(places) == 0 {
		return vary.Place{}
	}
	return vary.Pick(w.chooser, places)
}

// places are those that may be changed.
func (w *walk) places(at *spot) []vary.Place {
	if at.places == nil {
		at.places = vary.Places(at.bound, w.reads)
	}
	return at.places
}

// whereOf is the place that has to change for a cause to change: of an element,
// its list.
func whereOf(c policy.Cause) vary.Place {
	switch {
	case c.Key != "" && c.Node.Kind == facts.List:
		return vary.Place{Pointer: c.Node.Pointer(), Schema: c.Node.Schema, There: true}
	case c.Key == "" && c.Node.Kind == facts.Object && c.Node.Schema.Name == "*":
		return vary.Place{Pointer: c.Node.Parent.Pointer(), Schema: c.Node.Parent.Schema, There: true}
	}
	return vary.Place{Pointer: c.Pointer(), Schema: place(c), There: c.Key == ""}
}

// step goes on to a case with a change at a place, and stays where there is none.
func (w *walk) step(from *spot, p vary.Place) *spot {
	if p.Schema == nil {
		return from
	}
	if w.chooser.Chance(10) {
		if p.Schema.Kind == facts.Object {
			w.home = result{} // more changes than what it cites
		}
		if to := w.visit(w.alike(from, p)); to != nil && !to.lacks {
			return to
		}
		return from
	}
	doc, ok := w.changed(from, p)
	if !ok {
		return from
	}
	to := w.visit(doc)
	if to == nil || to.lacks && p.Schema.Kind != facts.Object {
		return from
	}
	w.compare(from, to, p)
	if to.lacks {
		return from
	}
	w.compare(to, from, p)
	w.collide(from, to, p)
	return to
}

// collide repeats a change that makes a deduction come or go, with the item of
// another deduction: one that cites what changed because the two must not have
// one item. For that a text of the facts that the one item is made of takes the
// place of the other.
func (w *walk) collide(from, to *spot, p vary.Place) {
	if from.failed != "" || to.failed != "" {
		return
	}
	for _, went := range gone(from, to) {
		for _, r := range from.results {
			if r.kind == "deduction" && r.item != went.item && len(to.said(r)) > 0 && w.openAt(r, from, to, p) {
				w.collideAs(from, to, p, r, went)
				w.collideAs(from, to, p, went, r)
			}
		}
	}
}

// gone are the deductions that only one of two cases has.
func gone(one, other *spot) (all []result) {
	for _, pair := range [][2]*spot{{one, other}, {other, one}} {
		for _, r := range pair[0].results {
			if r.kind == "deduction" && len(pair[1].said(r)) == 0 {
				all = append(all, r)
			}
		}
	}
	return all
}

// openAt tells whether r cites what changes and nobody knows yet what for.
func (w *walk) openAt(r result, one, other *spot, p vary.Place) bool {
	return slices.ContainsFunc(r.causes, func(c policy.Cause) bool {
		e := w.met[cause{c, r}.citation()]
		return e != nil && !e.shown && moves(c, p, one, other)
	})
}

// collideAs gives r the item of other in both cases, by each text that it cites.
func (w *walk) collideAs(from, to *spot, p vary.Place, r, other result) {
	for _, c := range r.causes {
		old, _ := from.doc.At(c.Pointer())
		text, ok := old.(string)
		if !ok || text == "" || c.Pointer() == p.Pointer || len(place(c).Enum) > 0 {
			continue
		}
		before, after, found := strings.Cut(r.item, text)
		new, ends := strings.CutSuffix(strings.TrimPrefix(other.item, before), after)
		if !found || !ends || !strings.HasPrefix(other.item, before) {
			continue
		}
		one, another := w.visit(with(from, c.Pointer(), new)), w.visit(with(to, c.Pointer(), new))
		if one != nil && another != nil && !one.lacks && !another.lacks {
			w.compare(one, another, p)
			w.compare(another, one, p)
		}
	}
}

func with(s *spot, pointer string, v any) *tree.Doc {
	doc := s.doc.Clone()
	doc.Set(pointer, v)
	return doc
}

// compare notes of what one case cites at p, and the result that the walk came
// from, whether it matters: the other case says something else of the item.
func (w *walk) compare(one, other *spot, p vary.Place) {
	for _, r := range append(one.results[:len(one.results):len(one.results)], w.home) {
		for _, c := range r.causes {
			e := w.met[cause{c, r}.citation()]
			if e == nil || e.shown || !moves(c, p, one, other) || sameOf(r, one, other) {
				continue
			}
			e.shown, e.spots = true, nil
			w.open = slices.DeleteFunc(w.open, func(o *evidence) bool { return o == e })
			w.idle = 0
		}
	}
}

// moves tells whether a change at p from one case to the other is one of c.
func moves(c policy.Cause, p vary.Place, one, other *spot) bool {
	at := c.Pointer()
	if at == p.Pointer {
		return true
	}
	if p.Schema.Kind != facts.List {
		return false
	}
	if p.Schema.Count != "" && at == vary.Resolve(p.Schema.Count, p.Pointer) {
		return true
	}
	list, last := vary.Cut(at)
	index, err := strconv.Atoi(last)
	isElement := c.Role == policy.Absent || c.Role == policy.Collection && c.Node.Kind == facts.Object
	return list == p.Pointer && err == nil && isElement && (index < one.doc.Len(list)) != (index < other.doc.Len(list))
}

// sameOf tells whether two cases say the same under the item of r.
func sameOf(r result, one, other *spot) bool {
	return slices.EqualFunc(one.said(r), other.said(r), func(a, b result) bool { return a.same(b) && a.open == b.open })
}

func (s *spot) said(r result) (all []result) {
	for _, o := range s.results {
		if o.kind == r.kind && o.item == r.item {
			all = append(all, o)
		}
	}
	return all
}
