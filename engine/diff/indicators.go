package diff

import (
	"path"
	"slices"
	"strings"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/framework"
	"rubric/engine/policy"
)

// comparing is two versions with their trees.
type comparing struct {
	old, new      *engine.Rules
	before, after *tree
}

// pair is an indicator in both versions; either may lack it.
type pair struct{ old, new *leaf }

// indicators lists those that changed.
func (c comparing) indicators() []Indicator {
	var all []Indicator
	pairs := c.pairs()
	reordered := c.reordered(pairs)
	for _, p := range pairs {
		switch {
		case p.old == nil:
			all = append(all, c.describe(c.new, p.new, Added))
		case p.new == nil:
			all = append(all, c.describe(c.old, p.old, Removed))
		default:
			in := c.describe(c.new, p.new, Changed)
			in.Changes = append(in.Changes, c.changes(p, slices.Contains(reordered, p.new.id))...)
			if len(in.Changes) > 0 {
				all = append(all, in)
			}
		}
	}
	return all
}

func (c comparing) describe(rules *engine.Rules, l *leaf, status Status) Indicator {
	in := Indicator{ID: l.id, Title: l.id, Status: status, Weight: l.weight, Group: l.folder, Changes: []Change{}}
	if p, _ := rules.Policy(l.id); p != nil {
		in.Title = p.Meta.Title
	}
	return in
}

// pairs matches indicators by id, and those left over by title: what has another
// id and the same title was renamed. They are in the new order, then what is
// gone.
func (c comparing) pairs() []pair {
	used := map[string]bool{}
	var pairs []pair
	for i := range c.after.indicators {
		l := &c.after.indicators[i]
		old := c.find(l.id)
		if old == nil {
			old = c.renamed(l, used)
		}
		if old != nil {
			used[old.id] = true
		}
		pairs = append(pairs, pair{old, l})
	}
	for i := range c.before.indicators {
		if l := &c.before.indicators[i]; !used[l.id] {
			pairs = append(pairs, pair{old: l})
		}
	}
	return pairs
}

func (c comparing) find(id string) *leaf {
	for i := range c.before.indicators {
		if c.before.indicators[i].id == id {
			return &c.before.indicators[i]
		}
	}
	return nil
}

func (c comparing) renamed(l *leaf, used map[string]bool) *leaf {
	now, _ := c.new.Policy(l.id)
	for i := range c.before.indicators {
		old := &c.before.indicators[i]
		was, _ := c.old.Policy(old.id)
		if stays, _ := c.new.Policy(old.id); stays == nil && !used[old.id] && was != nil && now != nil && was.Meta.Title == now.Meta.Title {
			return old
		}
	}
	return nil
}

// reordered are the indicators that stand elsewhere among the others of their
// group: what is not part of the longest order that both versions have.
func (c comparing) reordered(pairs []pair) []string {
	var moved []string
	byGroup := map[string][2][]string{}
	var groups []string
	for _, p := range pairs {
		if p.old == nil || p.new == nil || p.old.folder != p.new.folder {
			continue
		}
		lists, known := byGroup[p.new.folder]
		if !known {
			groups = append(groups, p.new.folder)
		}
		lists[1] = append(lists[1], p.new.id)
		byGroup[p.new.folder] = lists
	}
	for _, g := range groups {
		now := byGroup[g][1]
		var was []string
		for _, l := range c.before.indicators {
			if i := slices.IndexFunc(pairs, func(p pair) bool { return p.old != nil && p.new != nil && p.old.id == l.id }); i >= 0 && slices.Contains(now, pairs[i].new.id) {
				was = append(was, pairs[i].new.id)
			}
		}
		for _, p := range align(was, now) {
			moved = append(moved, p.new...)
		}
	}
	return moved
}

func (c comparing) changes(p pair, reordered bool) []Change {
	var all []Change
	add := func(kind Kind, old, new string) {
		if old != new {
			all = append(all, Change{Kind: kind, Old: old, New: new})
		}
	}
	add(Renamed, p.old.id, p.new.id)
	add(Moved, p.old.folder, p.new.folder)
	if reordered {
		all = append(all, Change{Kind: Order})
	}
	if !equalValue(p.old.weight, p.new.weight) {
		add(Weight, p.old.weight, p.new.weight)
	}
	all = append(all, entries(Option, p.old.options, p.new.options)...)
	was, oldFile := c.old.Policy(p.old.id)
	now, newFile := c.new.Policy(p.new.id)
	if was == nil || now == nil {
		return all
	}
	all = append(all, words(was.Meta, now.Meta)...)
	all = append(all, reads(was.Reads, now.Reads)...)
	all = append(all, c.code(oldFile, newFile, len(all) > 0)...)
	for i := range all {
		if all[i].File == "" && all[i].Line > 0 {
			all[i].File = newFile
		}
	}
	return all
}

// words compares what the policies say of themselves.
func words(old, new policy.Meta) []Change {
	var all []Change
	for _, t := range []struct{ where, old, new string }{
		{"title", old.Title, new.Title}, {"rule", old.Rule, new.Rule}, {"interpretation", old.Interpretation, new.Interpretation},
	} {
		if t.old != t.new {
			all = append(all, Change{Kind: Wording, Where: t.where, Old: t.old, New: t.new, Words: Words(t.old, t.new)})
		}
	}
	for _, p := range align(old.Evidence, new.Evidence) {
		for _, gone := range p.old {
			all = append(all, Change{Kind: EvidenceGone, Old: gone})
		}
		for _, came := range p.new {
			all = append(all, Change{Kind: EvidenceNew, New: came})
		}
	}
	return all
}

// reads compares the facts that policies may read, by address.
func reads(old, new []*facts.Schema) []Change {
	var all []Change
	for _, p := range []struct {
		in, other []*facts.Schema
		kind      Kind
	}{{new, old, ReadsNew}, {old, new, ReadsGone}} {
		for _, s := range p.in {
			if !slices.ContainsFunc(p.other, func(o *facts.Schema) bool { return o.Path() == s.Path() }) {
				all = append(all, Change{Kind: p.kind, Where: s.Path(), New: s.Label()})
			}
		}
	}
	return all
}

// code compares the rules themselves. told says that something of the indicator
// has been told, so that a change of mere layout needs no word.
func (c comparing) code(oldFile, newFile string, told bool) []Change {
	old, new := c.old.Framework.Bundle.File(oldFile), c.new.Framework.Bundle.File(newFile)
	if ending(oldFile) != ending(newFile) {
		return []Change{{Kind: Language, Old: ending(oldFile), New: ending(newFile), File: newFile, Line: 1}}
	}
	all := compareParts(parts(oldFile, old), parts(newFile, new))
	if len(all) == 0 && !told && string(old) != string(new) {
		return []Change{{Kind: Layout, File: newFile, Line: 1}}
	}
	return all
}

func ending(file string) string {
	_, end, _ := strings.Cut(path.Base(file), ".")
	return end
}

// files compares what is no tree, no schema and no indicator's policy.
func (c comparing) files() []Change {
	var all []Change
	old, new := c.old.Framework, c.new.Framework
	other := func(f *framework.Framework, name string) bool {
		if name == framework.TreeFile || name == framework.SchemaFile {
			return false
		}
		for _, s := range f.Files {
			if s.File == name && s.Indicator != "" {
				return false
			}
		}
		return true
	}
	for _, f := range new.Bundle.Files {
		was := old.Bundle.File(f.Name)
		switch {
		case !other(new, f.Name):
		case was == nil:
			all = append(all, Change{Kind: FileAdded, File: f.Name})
		case string(was) != string(f.Text):
			all = append(all, Change{Kind: FileChanged, File: f.Name})
		}
	}
	for _, f := range old.Bundle.Files {
		if other(old, f.Name) && new.Bundle.File(f.Name) == nil {
			all = append(all, Change{Kind: FileRemoved, File: f.Name})
		}
	}
	return all
}
