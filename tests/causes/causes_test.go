// Package causes proves that every point lost is explained by the facts that
// are cited for it, over the shipped framework with variations of the shipped
// case, and over frameworks that are made up.
package causes

import (
	"context"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/policy"
	"rubric/tests/internal/shipped"
	"rubric/tests/internal/tree"
	"rubric/tests/internal/vary"
)

const seed = 20231231

// TestMain collects garbage less often: the tests make documents by the hundred
// thousand and keep none.
func TestMain(m *testing.M) {
	debug.SetGCPercent(800)
	debug.SetMemoryLimit(2 << 30)
	os.Exit(m.Run())
}

// ctx is never cancelled.
var ctx = context.Background()

// bench is what the tests of the shipped framework work on.
type bench struct {
	ground // with what any policy reads, and the shipped case's facts of that
	t      *testing.T
	rules  *engine.Rules

	policies []named
}

type named struct {
	id string
	*policy.Policy
	element string // pointer of the element of a list that is the indicator, "" for none
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, rules: shipped.Rules(t, shipped.FrameworkDir(t))}
	b.schema = b.rules.Framework.Schema
	for _, in := range b.rules.Framework.Indicators() {
		p, _ := b.rules.Policy(in.ID)
		b.policies = append(b.policies, named{in.ID, p, ""})
		b.reads = vary.Reads(b.reads, p.Reads)
	}
	b.base = vary.Narrow(b.bind(shipped.Facts(t)), b.reads)
	return b
}

func (b *bench) bind(doc *tree.Doc) *facts.Document {
	b.t.Helper()
	bound, err := doc.Bind(b.schema)
	if err != nil {
		b.t.Fatal(err)
	}
	return bound
}

// subjects are the policies, each with a case of no more than it reads.
func (b *bench) subjects() []*subject {
	var all []*subject
	for i, p := range b.policies {
		base := vary.Narrow(b.bind(b.base), p.Reads)
		all = append(all, &subject{ground{b.schema, p.Reads, base}, p, uint64(i), ""})
	}
	return all
}

// whole are the policies, each with a case of all that any policy reads.
func (b *bench) whole() []*subject {
	var all []*subject
	for i, p := range b.policies {
		all = append(all, &subject{b.ground, p, uint64(len(b.policies) + i), ""})
	}
	return all
}

// variations are the shipped case, the case with every yes and no turned
// round, and so many cases drawn at random in which most policies lose points.
func (b *bench) variations(random int) []*tree.Doc {
	flipped := b.base.Clone()
	vary.Flip(flipped, b.bind(flipped))
	all := []*tree.Doc{b.base, flipped}
	chooser := b.chooser(seed)
	for i := range random {
		all = append(all, b.draw(chooser, []int{15, 40, 80}[i%3]))
	}
	return all
}

// ground is what cases are drawn from.
type ground struct {
	schema *facts.Schema
	reads  []*facts.Schema // what is changed
	base   *tree.Doc
}

// chooser draws from what the base holds.
func (g *ground) chooser(seed uint64) *vary.Chooser {
	bound, err := g.base.Bind(g.schema)
	if err != nil {
		panic(err)
	}
	return vary.New(seed, bound)
}

// draw is a complete case in which so many of a hundred facts are drawn anew,
// and lists have grown or shrunk.
func (g *ground) draw(chooser *vary.Chooser, percent int) *tree.Doc {
	bound, err := g.base.Bind(g.schema)
	if err != nil {
		panic(err)
	}
	places := vary.Places(bound, g.reads)
	for range 3 {
		if doc := g.base.Clone(); g.drawAll(chooser, doc, places, percent) {
			return doc
		}
	}
	doc := g.base
	for _, p := range places { // now one by one
		if next := doc.Clone(); g.drawAll(chooser, next, []vary.Place{p}, percent) {
			doc = next
		}
	}
	return doc
}

// drawAll changes some of the places, and tells whether the document is still a
// case.
func (g *ground) drawAll(chooser *vary.Chooser, doc *tree.Doc, places []vary.Place, percent int) bool {
	for _, p := range places {
		times := 1
		if p.Schema.Kind == facts.List {
			times = chooser.Below(6)
		}
		for range times {
			if _, there := doc.At(p.Pointer); p.There != there || !chooser.Chance(percent) {
				continue
			}
			if change, ok := chooser.Change(doc, p, true); ok && !g.needed(change, p) {
				change.Apply(doc)
			}
		}
	}
	bound, err := doc.Bind(g.schema)
	return err == nil && !g.lacks(bound)
}

// needed tells whether a change takes away what must be there.
func (g *ground) needed(change vary.Change, p vary.Place) bool {
	return change.Pointer == p.Pointer && change.Goes() && !p.Schema.Optional
}

// lacks tells whether a fact is missing that some policy reads.
func (g *ground) lacks(doc *facts.Document) bool {
	return slices.ContainsFunc(doc.Missing(), func(m facts.Missing) bool { return slices.Contains(g.reads, m.Schema) })
}

// subject is one policy on its own ground.
type subject struct {
	ground
	named
	number uint64 // among all subjects: its seed
	text   string // of a made-up policy
}

// evaluate is nil where the indicator itself is gone.
func (p named) evaluate(doc *facts.Document) *policy.Finding {
	var element *facts.Node
	if p.element != "" {
		if element = doc.At(p.element); element == nil {
			return nil
		}
	}
	f, err := p.Decide(ctx, doc, element)
	if err != nil {
		panic(err)
	}
	return f
}

// holed is doc without some of its facts and elements.
func (g *ground) holed(chooser *vary.Chooser, doc *tree.Doc) *tree.Doc {
	bound, err := doc.Bind(g.schema)
	if err != nil {
		panic(err)
	}
	for _, p := range vary.Places(bound, g.reads) {
		element := p.Schema.Name == "*"
		if _, there := doc.At(p.Pointer); !there || element || p.Schema.Required || !chooser.Chance(8) {
			continue
		}
		next := doc.Clone()
		next.Delete(p.Pointer)
		if _, err := next.Bind(g.schema); err == nil {
			doc = next
		}
	}
	return doc
}

// inParallel does jobs 0 to n-1 on all processors. What each does must depend
// on its number only.
func inParallel(n int, job func(i int)) {
	var wait sync.WaitGroup
	var taken atomic.Int64
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for i := int(taken.Add(1)) - 1; i < n; i = int(taken.Add(1)) - 1 {
				job(i)
			}
		})
	}
	wait.Wait()
}

// result is a deduction or a clause: what points were lost for.
type result struct {
	kind   string // "deduction", "cutoff", "not applicable"
	line   int    // of the rule that made it
	item   string
	share  string
	reason string
	causes []policy.Cause
	open   bool // not established
}

func results(f *policy.Finding) []result {
	var all []result
	if f == nil {
		return nil
	}
	for _, d := range f.Deductions {
		all = append(all, result{"deduction", d.Line, d.Item, d.Share.String(), d.Reason, d.Causes, d.Unproven})
	}
	if c := f.Cutoff; c != nil {
		all = append(all, result{"cutoff", c.Line, "", "", c.Reason, c.Causes, c.Unproven})
	}
	if c := f.NotApplicable; c != nil {
		all = append(all, result{"not applicable", c.Line, "", "", c.Reason, c.Causes, c.Unproven})
	}
	return all
}

// same tells whether two results say the same, whatever they cite.
func (r result) same(o result) bool {
	return r.kind == o.kind && r.item == o.item && r.share == o.share && r.reason == o.reason
}

// in tells whether a finding has r, established unless it may be open.
func (r result) in(f *policy.Finding, mayBeOpen bool) bool {
	return slices.ContainsFunc(results(f), func(o result) bool { return r.same(o) && (mayBeOpen || !o.open) })
}

// opens tells whether a change puts the count in doubt of a list whose totality
// r cites: r still stands, but is no longer established.
func (r result) opens(change vary.Change) bool {
	return slices.ContainsFunc(r.causes, func(c policy.Cause) bool {
		s := c.Node.Schema
		return s.Kind == facts.List && s.Count != "" && change.Touches(vary.Resolve(s.Count, c.Node.Pointer()))
	})
}

// cites tells whether a change touches what r cites: a cited place, what it
// stands in, or the members of a cited collection.
func (r result) cites(change vary.Change) bool {
	return slices.ContainsFunc(r.causes, func(c policy.Cause) bool { return touches(c, change) })
}

func touches(c policy.Cause, change vary.Change) bool {
	at := c.Pointer()
	list, _ := vary.Cut(change.Pointer)
	return change.Touches(at) || change.Membership && c.Role == policy.Collection && at == list
}
