package causes

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/policy"
	"rubric/tests/internal/shipped"
	"rubric/tests/internal/tree"
	"rubric/tests/internal/vary"
)

const (
	fewestMutations = 100_000
	triesEach       = 24 // mutations tried for each deduction of a case
	mostFailed      = 5  // percent of the runs that may break after a mutation
)

// wantedMutations is fewestMutations, or what RUBRIC_MUTATIONS says.
func wantedMutations() (int, error) {
	text := os.Getenv("RUBRIC_MUTATIONS")
	if text == "" {
		return fewestMutations, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n <= 0 {
		return 0, fmt.Errorf("RUBRIC_MUTATIONS=%s is not a number of mutations", text)
	}
	return n, nil
}

// TestSoundness changes, deletes and inserts what a deduction does not cite: the
// deduction must stand as it was.
func TestSoundness(t *testing.T) {
	wanted, err := wantedMutations()
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t)
	var all tally
	for _, part := range []struct {
		name     string
		subjects []*subject
		percent  int
	}{
		{"shipped, whole cases", b.whole(), 2},
		{"shipped, what a policy reads", b.subjects(), 48},
		{"made up", madeUp(t), 50},
	} {
		got := mutateUntil(part.subjects, wanted*part.percent/100)
		t.Logf("%s: %v", part.name, got)
		all.add(got)
	}
	fmt.Printf("figure causes.mutations %d\nfigure causes.unsound %d\nfigure causes.failed_runs %d\n", all.done, all.unsound, all.failed)
	for _, example := range all.examples {
		t.Error(example)
	}
	if all.done < wanted || all.done-all.ofOthers < wanted*8/10 {
		t.Errorf("%v: too few", all)
	}
	if 100*all.failed > mostFailed*all.done {
		t.Errorf("%d of %d runs broke after a mutation", all.failed, all.done)
	}
}

// tally counts what became of mutations.
type tally struct {
	results  int // that were mutated
	open     int // results that were left out: they hang on a missing fact
	done     int // mutations
	ofOthers int // of them, of facts that this policy does not read
	refused  int // mutations that the schema refuses; not done
	failed   int // runs that broke
	unsound  int
	examples []string
}

const mostExamples = 5

func (a *tally) add(b tally) {
	a.results += b.results
	a.open += b.open
	a.done += b.done
	a.ofOthers += b.ofOthers
	a.refused += b.refused
	a.failed += b.failed
	a.unsound += b.unsound
	a.examples = append(a.examples, b.examples[:min(len(b.examples), mostExamples-len(a.examples))]...)
}

func (a tally) String() string {
	return fmt.Sprintf("%d results, %d mutations (%d of facts that the policy does not read, %d refused by the schema), %d broke the policy, %d unsound",
		a.results, a.done, a.ofOthers, a.refused, a.failed, a.unsound)
}

// mutateUntil mutates cases of each subject in turn until so many are done.
func mutateUntil(subjects []*subject, wanted int) tally {
	var all tally
	for round := 0; all.done < wanted && round < 10_000; round++ {
		parts := make([]tally, len(subjects))
		inParallel(len(subjects), func(i int) { parts[i] = subjects[i].mutate(round) })
		for _, part := range parts {
			all.add(part)
		}
	}
	return all
}

// mutate draws one case and mutates it.
func (s *subject) mutate(round int) tally {
	m := &mutations{subject: s, chooser: s.chooser(seed + s.number + uint64(round)<<32)}
	doc := s.base
	if round > 0 {
		doc = s.draw(m.chooser, []int{15, 40, 80}[round%3])
	}
	if round%4 == 3 {
		doc = s.holed(m.chooser, doc)
	}
	bound, err := doc.Bind(s.schema)
	if err != nil {
		panic(err)
	}
	m.holed = s.lacks(bound)
	own, all := vary.Places(bound, s.Reads), vary.Places(bound, s.reads)
	for _, r := range results(s.evaluate(bound)) {
		if r.open {
			m.open++
			continue
		}
		m.results++
		for range triesEach {
			m.try(doc, r, own, all)
		}
	}
	return m.tally
}

// mutations mutates one case of a subject.
type mutations struct {
	*subject
	tally
	chooser *vary.Chooser
	holed   bool // the case lacks facts, and what they will bring about is open
}

// try makes one to five changes that r does not cite.
func (m *mutations) try(doc *tree.Doc, r result, own, all []vary.Place) {
	changed, changes, ofOwn := doc.Clone(), []vary.Change{}, false
	wanted := 1
	if m.chooser.Chance(40) {
		wanted = 2 + m.chooser.Below(4)
	}
	for range 3 * wanted {
		from, isOwn := own, true
		if len(own) == 0 || m.chooser.Chance(25) {
			from, isOwn = all, len(all) == len(own)
		}
		if len(from) == 0 {
			return
		}
		change, ok := m.uncited(changed, r, vary.Pick(m.chooser, from))
		if !ok {
			continue
		}
		change.Apply(changed)
		changes = append(changes, change)
		ofOwn = ofOwn || isOwn
		if len(changes) == wanted {
			break
		}
	}
	if len(changes) > 0 {
		m.check(doc, changed, r, changes, ofOwn)
	}
}

// uncited draws a change at a place, and tells whether it is one that r must
// outlive.
func (m *mutations) uncited(doc *tree.Doc, r result, place vary.Place) (vary.Change, bool) {
	if _, there := doc.At(place.Pointer); there != place.There { // an earlier change was here
		return vary.Change{}, false
	}
	change, ok := m.chooser.Change(doc, place, m.chooser.Chance(70))
	if place.There && place.Schema.Kind == facts.Text && r.item != "" && m.chooser.Chance(30) {
		change, ok = vary.Set(place.Pointer, r.item), true // another deduction may come by the item
	}
	return change, ok && !r.cites(change)
}

func (m *mutations) check(before, doc *tree.Doc, r result, changes []vary.Change, ofOwn bool) {
	bound, err := doc.Bind(m.schema)
	if err != nil {
		m.refused++
		return
	}
	f := m.evaluate(bound)
	if f == nil {
		m.refused++
		return
	}
	m.done++
	if !ofOwn {
		m.ofOthers++
	}
	switch {
	case r.in(f, slices.ContainsFunc(changes, r.opens)):
	case f.Failure != nil && (m.holed || !r.isTwice(f.Failure)):
		m.failed++
	default:
		m.unsound++
		m.examples = append(m.examples, fmt.Sprintf("%s: %s %q (%s, %s)\n cites %s\n changed: %v\n now: %v %s\n facts: %s\n%s", m.id, r.kind, r.item, r.share, r.reason,
			strings.ReplaceAll(cited(r.causes), "\n", ", "), changes, f.Failure, shown(results(f)), before.Bytes(), m.text))
	}
}

// isTwice tells whether a policy broke because another deduction has r's item:
// then r must cite what brought that about.
func (r result) isTwice(f *policy.Failure) bool {
	return strings.HasSuffix(f.Message.ID, ".same_item") && slices.ContainsFunc(f.Message.Args, func(a message.Arg) bool {
		text := fmt.Sprint(a.Value)
		return a.Name == "item" && (text == r.item || text == strconv.Quote(r.item))
	})
}

func shown(all []result) string {
	text := ""
	for _, r := range all {
		text += fmt.Sprintf("\n  %s %q (%s, %s) established: %v", r.kind, r.item, r.share, r.reason, !r.open)
	}
	return text
}

// TestPruning: leaving out what no policy reads, or what one policy does not
// read, changes no finding.
func TestPruning(t *testing.T) {
	b := newBench(t)
	whole := b.bind(shipped.Facts(t))
	for _, s := range b.subjects() {
		want := shown(results(s.evaluate(whole)))
		for name, doc := range map[string]*facts.Document{"what policies read": b.bind(b.base), "what this one reads": b.bind(s.base)} {
			if got := shown(results(s.evaluate(doc))); want != got {
				t.Errorf("%s: %s\nof %s: %s", s.id, want, name, got)
			}
		}
	}
}
