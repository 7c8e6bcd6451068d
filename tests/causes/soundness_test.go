package causes

import (
	"fmt"
	"testing"

	"rubric/engine/facts"
	"rubric/tests/internal/tree"
	"rubric/tests/internal/vary"
)

const (
	randomCases     = 30
	tries           = 10 // mutations tried for each deduction
	fewestMutations = 10_000
)

// TestSoundness changes, deletes and appends what a deduction does not cite:
// the deduction must stand as it was.
func TestSoundness(t *testing.T) {
	b := newBench(t)
	m := &mutations{bench: b, chooser: vary.New(seed+1, b.bind(b.base))}
	for _, doc := range b.variations(randomCases) {
		m.document(doc)
	}
	t.Logf("%d results, %d mutations, %d of them of facts the policy itself reads, %d refused by the schema",
		m.results, m.done, m.own, m.refused)
	fmt.Printf("figure causes.mutations %d\nfigure causes.unsound %d\n", m.done, m.unsound)
	if m.done < fewestMutations || m.own < fewestMutations/4 {
		t.Errorf("%d mutations, %d of what the policy reads: too few", m.done, m.own)
	}
}

// mutations mutates documents and counts.
type mutations struct {
	*bench
	chooser                              *vary.Chooser
	results, done, own, refused, unsound int
}

func (m *mutations) document(doc *tree.Doc) {
	bound := m.bind(doc)
	all := vary.Places(bound, m.reads)
	for _, p := range m.policies {
		own := vary.Places(bound, p.Reads)
		for _, r := range results(m.evaluate(p, bound)) {
			m.results++
			for range tries {
				m.mutate(p, doc, r, own, all)
			}
		}
	}
}

// mutate makes one to five changes that r does not cite.
func (m *mutations) mutate(p named, doc *tree.Doc, r result, own, all []vary.Place) {
	changed, changes, ofOwn := doc.Clone(), []vary.Change{}, false
	wanted := 1
	if m.chooser.Chance(40) {
		wanted = 2 + m.chooser.Below(4)
	}
	for range 3 * wanted {
		from := all
		if m.chooser.Chance(75) {
			from = own
		}
		change, ok := m.uncited(changed, r, vary.Pick(m.chooser, from))
		if !ok {
			continue
		}
		change.Apply(changed)
		changes = append(changes, change)
		ofOwn = ofOwn || len(from) == len(own)
		if len(changes) == wanted {
			break
		}
	}
	if len(changes) > 0 {
		m.check(p, changed, r, changes, ofOwn)
	}
}

// uncited draws a change at a place, and tells whether it is one that r must
// outlive.
func (m *mutations) uncited(doc *tree.Doc, r result, place vary.Place) (vary.Change, bool) {
	if _, there := doc.At(place.Pointer); there != place.There { // an earlier change was here
		return vary.Change{}, false
	}
	change, ok := m.chooser.Change(doc, place, m.chooser.Chance(70))
	return change, ok && !r.cites(change)
}

func (m *mutations) check(p named, doc *tree.Doc, r result, changes []vary.Change, ofOwn bool) {
	bound, err := doc.Bind(m.schema)
	if err != nil {
		m.refused++
		return
	}
	m.done++
	if ofOwn {
		m.own++
	}
	f := m.evaluate(p, bound)
	if r.in(f) {
		return
	}
	if m.unsound++; m.unsound <= 5 {
		m.t.Errorf("%s: %s %q (%s, %s)\n cites %s\n changed: %v\n now: %s", p.id, r.kind, r.item, r.share, r.reason,
			cited(r.causes), changes, shown(results(f), f.Failure != nil))
	}
}

func shown(all []result, failed bool) string {
	text := fmt.Sprint("failed: ", failed)
	for _, r := range all {
		text += fmt.Sprintf("\n  %s %q (%s, %s) established: %v", r.kind, r.item, r.share, r.reason, !r.open)
	}
	return text
}

// TestPruning: leaving out what no policy reads changes no finding.
func TestPruning(t *testing.T) {
	b := newBench(t)
	whole := shippedDocument(t, b)
	for _, p := range b.policies {
		want, got := results(b.evaluate(p, whole)), results(b.evaluate(p, b.bind(b.base)))
		if shown(want, false) != shown(got, false) {
			t.Errorf("%s: %s\nwithout the tables: %s", p.id, shown(want, false), shown(got, false))
		}
	}
}

func shippedDocument(t *testing.T, b *bench) *facts.Document {
	t.Helper()
	return b.bind(shippedFacts(t))
}
