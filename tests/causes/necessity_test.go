package causes

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"testing"

	"rubric/engine/facts"
	"rubric/engine/number"
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
	if os.Getenv("FIGURES") == "" {
		return // what is only measured, for a minute
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
	n := &necessity{s, s.chooser(seed + 2 + s.number), constants(s.text), map[string]bool{}, map[string]int{}}
	for round := range rounds {
		doc := s.base
		if round > 0 {
			doc = s.draw(n.chooser, []int{15, 40, 80}[round%3])
		}
		for _, r := range n.results(doc) {
			n.words.texts = append(n.words.texts, r.item)
			for _, c := range r.causes {
				n.ask(doc, r, c)
			}
		}
	}
	if s.text != "" {
		n.askCollisions()
	}
	return n.known
}

type necessity struct {
	*subject
	chooser *vary.Chooser
	words   words
	known   map[string]bool // citation → shown necessary
	asked   map[string]int
}

// words are the constants of a made-up policy: what it compares facts with.
type words struct{ texts, numbers []string }

var (
	quotedText  = regexp.MustCompile(`\\?"([^"\\]*)\\?"`)
	plainDigits = regexp.MustCompile(`\b[0-9]+(\.[0-9]+)?\b`)
)

func constants(policyText string) words {
	w := words{numbers: plainDigits.FindAllString(policyText, -1)}
	for _, found := range quotedText.FindAllStringSubmatch(policyText, -1) {
		w.texts = append(w.texts, found[1])
	}
	return w
}

func (n *necessity) results(doc *tree.Doc) []result {
	bound, err := doc.Bind(n.schema)
	if err != nil {
		panic(err)
	}
	return results(n.evaluate(bound))
}

// key names a citation of a rule, the same for all elements of a list.
func (n *necessity) key(r result, c policy.Cause) string {
	return fmt.Sprint(n.id, " ", r.kind, " of line ", r.line, " ", place(c).Path(), " ", roles[c.Role])
}

const (
	mostTries  = 150 // settings for one citation
	asItStands = 10  // of them with the other facts as they are
)

// ask searches for a setting in which a change of c matters.
func (n *necessity) ask(doc *tree.Doc, r result, c policy.Cause) {
	key := n.key(r, c)
	if n.known[key] || n.asked[key] == askedEach {
		return
	}
	n.asked[key]++
	n.known[key] = false
	for try := range mostTries {
		setting := doc
		if try >= asItStands {
			setting = n.setting(doc, r, c)
		}
		if n.matters(setting, r, c) || try >= asItStands && n.mattersLikewise(setting, key) {
			n.known[key] = true
			return
		}
	}
}

// mattersLikewise asks the same of a setting's own results: where the fact that
// names an item changed, r goes by another name there.
func (n *necessity) mattersLikewise(setting *tree.Doc, key string) bool {
	for _, r := range n.results(setting) {
		for _, c := range r.causes {
			if n.key(r, c) == key && n.matters(setting, r, c) {
				return true
			}
		}
	}
	return false
}

const collisionsTried = 100

// askCollisions shows what keeps two deductions from one item: where they have
// it the policy fails, and what then takes one of them away brings the other
// back. Hardly any facts drawn by chance come to that, so that items already
// seen are put in the place of texts.
func (n *necessity) askCollisions() {
	for try := range collisionsTried {
		doc := n.draw(n.chooser, []int{15, 40, 80}[try%3])
		bound, err := doc.Bind(n.schema)
		if err != nil {
			panic(err)
		}
		for _, p := range vary.Places(bound, n.reads) {
			if p.There && p.Schema.Kind == facts.Text && len(p.Schema.Enum) == 0 && len(n.words.texts) > 0 && n.chooser.Chance(70) {
				next := doc.Clone()
				vary.Set(p.Pointer, vary.Pick(n.chooser, n.words.texts)).Apply(next)
				if n.complete(next) {
					doc = next
				}
			}
		}
		if bound, err := doc.Bind(n.schema); err == nil && n.evaluate(bound).Failure != nil {
			n.resolve(doc, bound)
		}
	}
}

// resolve looks for single changes after which a policy that failed has results:
// to those that cite what changed, it mattered.
func (n *necessity) resolve(doc *tree.Doc, bound *facts.Document) {
	for _, p := range vary.Places(bound, n.reads) {
		next := doc.Clone()
		change, ok := n.chooser.Change(doc, p, true)
		if !ok || n.needed(change, p) {
			continue
		}
		if change.Apply(next); !n.complete(next) {
			continue
		}
		for _, r := range n.results(next) {
			for _, c := range r.causes {
				if _, asked := n.known[n.key(r, c)]; asked && touches(c, change) {
					n.known[n.key(r, c)] = true
				}
			}
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

// setting draws the other facts that r cites anew, or makes those of one name
// alike, as where whole objects are compared.
func (n *necessity) setting(doc *tree.Doc, r result, c policy.Cause) *tree.Doc {
	if n.chooser.Chance(20) {
		doc = n.alike(doc, r)
	}
	percent := vary.Pick(n.chooser, []int{10, 30, 60, 90})
	for _, other := range r.causes {
		if other != c && n.chooser.Chance(percent) {
			if next, ok := n.change(doc, r, other); ok {
				doc = next
			}
		}
	}
	return doc
}

// alike gives all cited facts of one name the same value, or takes them all
// away.
func (n *necessity) alike(doc *tree.Doc, r result) *tree.Doc {
	first := map[string]policy.Cause{}
	for _, c := range r.causes {
		s := place(c)
		like, known := first[s.Name]
		if !known {
			first[s.Name] = c
		}
		if !known || s.Kind == facts.Object || s.Kind == facts.List || s.Kind != place(like).Kind {
			continue
		}
		next := doc.Clone()
		if v, there := doc.At(like.Pointer()); there {
			vary.Set(c.Pointer(), v).Apply(next)
		} else if _, there := doc.At(c.Pointer()); there {
			vary.Deletion(c.Pointer()).Apply(next)
		}
		if n.complete(next) {
			doc = next
		}
	}
	return doc
}

func (n *necessity) complete(doc *tree.Doc) bool {
	bound, err := doc.Bind(n.schema)
	return err == nil && !n.lacks(bound)
}

// change is doc with another value at the place of c, or false if that is no
// valid document. Of an object, only that it is there can change.
func (n *necessity) change(doc *tree.Doc, r result, c policy.Cause) (*tree.Doc, bool) {
	next := doc.Clone()
	at := vary.Place{Pointer: c.Pointer(), Schema: place(c)}
	old, there := doc.At(at.Pointer)
	at.There = there
	isObject := there && at.Schema.Kind == facts.Object
	switch {
	case isObject || there && at.Schema.Optional && n.chooser.Chance(30):
		vary.Deletion(at.Pointer).Apply(next)
	case at.Schema.Kind == facts.List && there:
		n.resize(next, at)
	case at.Schema.Kind != facts.List && (there || at.Schema.Kind != facts.Object && at.Schema.Parent.Kind != facts.List):
		vary.Set(at.Pointer, n.value(doc, r, at.Schema, old)).Apply(next)
	default:
		if change, ok := n.chooser.Change(doc, at, true); ok {
			change.Apply(next)
		}
	}
	bound, err := next.Bind(n.schema)
	return next, err == nil && (isObject || !n.lacks(bound))
}

// resize lets a list grow or shrink, by as many elements as an index or a count
// in a policy is apart.
func (n *necessity) resize(doc *tree.Doc, at vary.Place) {
	for range 1 + n.chooser.Below(3) {
		if change, ok := n.chooser.Change(doc, at, true); ok {
			change.Apply(doc)
		}
		if _, there := doc.At(at.Pointer); !there {
			return
		}
	}
}

// value is another value for a place: often that of another cited fact or a
// constant of the policy, or one beside it, because equality and thresholds are
// rarely met by chance.
func (n *necessity) value(doc *tree.Doc, r result, s *facts.Schema, old any) any {
	if len(s.Enum) > 0 || s.Kind == facts.Bool || n.chooser.Chance(30) {
		return n.chooser.Other(s, old)
	}
	v := n.near(doc, r, s)
	if digits, ok := v.(json.Number); ok {
		v = n.step(digits)
	}
	if v == nil || v == old {
		return n.chooser.Other(s, old)
	}
	return v
}

// near is a value that the policy may compare with, nil if there is none for s.
func (n *necessity) near(doc *tree.Doc, r result, s *facts.Schema) any {
	switch {
	case n.chooser.Chance(50):
		if like := vary.Pick(n.chooser, r.causes); place(like).Kind == s.Kind {
			v, _ := doc.At(like.Pointer())
			return v
		}
	case s.Kind == facts.Num && len(n.words.numbers) > 0:
		return json.Number(vary.Pick(n.chooser, n.words.numbers))
	case s.Kind == facts.Text && n.chooser.Chance(50):
		return r.item
	case s.Kind == facts.Text && len(n.words.texts) > 0:
		return vary.Pick(n.chooser, n.words.texts)
	}
	return nil
}

// step is a number, or one a little beside it.
func (n *necessity) step(digits json.Number) any {
	v, err := number.Parse(digits.String())
	if err != nil {
		return digits
	}
	return json.Number(v.Add(number.Int(int64(n.chooser.Below(3) - 1))).String())
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
