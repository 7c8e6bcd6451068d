// Package causes proves that every point lost is explained by the facts that
// are cited for it, over the shipped framework and variations of the shipped
// case.
package causes

import (
	"context"
	"slices"
	"strings"
	"testing"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/policy"
	"rubric/tests/internal/shipped"
	"rubric/tests/internal/tree"
	"rubric/tests/internal/vary"
)

const seed = 20231231

// bench is what the tests of this package work on.
type bench struct {
	t        *testing.T
	rules    *engine.Rules
	schema   *facts.Schema
	policies []named
	reads    []*facts.Schema // of all policies
	base     *tree.Doc       // the shipped case's facts without what no policy reads
}

type named struct {
	id string
	*policy.Policy
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, rules: shipped.Rules(t, shipped.FrameworkDir(t)), base: shipped.Facts(t)}
	b.schema = b.rules.Framework.Schema
	for _, in := range b.rules.Framework.Indicators() {
		p, _ := b.rules.Policy(in.ID)
		b.policies = append(b.policies, named{in.ID, p})
		b.reads = vary.Reads(b.reads, p.Reads)
	}
	b.prune()
	return b
}

// prune leaves out the parts of the case that no policy looks into, such as the
// printed tables: it saves most of the time.
func (b *bench) prune() {
	for _, p := range b.schema.Properties {
		read := slices.ContainsFunc(b.reads, func(s *facts.Schema) bool { return strings.HasPrefix(s.Path()+"/", p.Path()+"/") })
		if !read && !p.Required {
			b.base.Delete(p.Path())
		}
	}
}

func (b *bench) bind(doc *tree.Doc) *facts.Document {
	b.t.Helper()
	bound, err := doc.Bind(b.schema)
	if err != nil {
		b.t.Fatal(err)
	}
	return bound
}

func (b *bench) evaluate(p named, doc *facts.Document) *policy.Finding {
	b.t.Helper()
	f, err := p.Evaluate(context.Background(), doc)
	if err != nil {
		b.t.Fatal(err)
	}
	return f
}

// variations are the shipped case, the case with every yes and no turned
// round, and so many cases drawn at random in which most policies lose points.
func (b *bench) variations(random int) []*tree.Doc {
	all := []*tree.Doc{b.base, b.flipped()}
	chooser := vary.New(seed, b.bind(b.base))
	for i := range random {
		percent := []int{15, 40, 80}[i%3]
		all = append(all, b.draw(chooser, percent))
	}
	return all
}

func (b *bench) flipped() *tree.Doc {
	doc := b.base.Clone()
	vary.Flip(doc, b.bind(doc))
	return doc
}

// draw is a complete case in which so many of a hundred facts are drawn anew,
// and lists have grown or shrunk.
func (b *bench) draw(chooser *vary.Chooser, percent int) *tree.Doc {
	doc := b.base.Clone()
	for _, p := range vary.Places(b.bind(doc), b.reads) {
		times := 1
		if p.Schema.Kind == facts.List {
			times = chooser.Below(6)
		}
		for range times {
			if chooser.Chance(percent) {
				doc = b.drawOne(chooser, doc, p)
			}
		}
	}
	return doc
}

// drawOne changes one place, unless the document would no longer be a case.
func (b *bench) drawOne(chooser *vary.Chooser, doc *tree.Doc, p vary.Place) *tree.Doc {
	change, ok := chooser.Change(doc, p, true)
	if _, there := doc.At(p.Pointer); !ok || p.There != there {
		return doc
	}
	next := doc.Clone()
	change.Apply(next)
	if bound, err := next.Bind(b.schema); err != nil || b.lacks(bound) {
		return doc
	}
	return next
}

// lacks tells whether a fact is missing that some policy reads.
func (b *bench) lacks(doc *facts.Document) bool {
	return slices.ContainsFunc(doc.Missing(), func(m facts.Missing) bool { return slices.Contains(b.reads, m.Schema) })
}

// result is a deduction or a clause: what points were lost for.
type result struct {
	kind   string // "deduction", "cutoff", "not applicable"
	item   string
	share  string
	reason string
	causes []policy.Cause
	open   bool // not established
}

func results(f *policy.Finding) []result {
	var all []result
	for _, d := range f.Deductions {
		all = append(all, result{"deduction", d.Item, d.Share.String(), d.Reason, d.Causes, d.Unproven})
	}
	if c := f.Cutoff; c != nil {
		all = append(all, result{"cutoff", "", "", c.Reason, c.Causes, c.Unproven})
	}
	if c := f.NotApplicable; c != nil {
		all = append(all, result{"not applicable", "", "", c.Reason, c.Causes, c.Unproven})
	}
	return all
}

// same tells whether two results say the same, whatever they cite.
func (r result) same(o result) bool {
	return r.kind == o.kind && r.item == o.item && r.share == o.share && r.reason == o.reason
}

// in tells whether a finding has r, established.
func (r result) in(f *policy.Finding) bool {
	return slices.ContainsFunc(results(f), func(o result) bool { return r.same(o) && !o.open })
}

// cites tells whether a change touches what r cites: a cited place, what it
// stands in, or the members of a cited collection.
func (r result) cites(change vary.Change) bool {
	return slices.ContainsFunc(r.causes, func(c policy.Cause) bool { return touches(c, change) })
}

func touches(c policy.Cause, change vary.Change) bool {
	at := c.Pointer()
	list, _ := vary.Cut(change.Pointer)
	return at == change.Count || strings.HasPrefix(at+"/", change.Pointer+"/") ||
		change.Membership && c.Role == policy.Collection && at == list
}
