package diff

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"rubric/engine/facts/yamlfile"
	"rubric/engine/framework"
)

// tree is framework.yaml as key and value, whatever keys there are.
type tree struct {
	settings   []entry // in the order of the file, tree and grades left out
	grades     []entry // grade and band
	groups     []group
	indicators []leaf
}

type entry struct{ key, value string }

type group struct{ path, title, weight string }

type leaf struct {
	id, folder, weight string
	options            []entry
}

func readTree(f *framework.Framework) *tree {
	y := yamlfile.Open(framework.TreeFile, f.Bundle.File(framework.TreeFile))
	t := &tree{}
	for _, p := range y.Pairs(y.Root) {
		switch p.Key.Value {
		case "tree":
			t.level(y, p.Value, "")
		case "grades":
			for _, item := range y.Items(p.Value) {
				t.grades = append(t.grades, entry{text(item, "grade"), band(text(item, "from"), text(item, "to"))})
			}
		default:
			t.settings = append(t.settings, entry{p.Key.Value, shown(y, p.Value)})
		}
	}
	return t
}

// shown is a value as people read it: a scalar as it is, else its entries.
func shown(y *yamlfile.File, n *yaml.Node) string {
	switch n.Kind {
	case yaml.ScalarNode:
		return n.Value
	case yaml.MappingNode:
		var parts []string
		for _, p := range y.Pairs(n) {
			parts = append(parts, p.Key.Value+" "+shown(y, p.Value))
		}
		return strings.Join(parts, ", ")
	}
	var parts []string
	for _, item := range n.Content {
		parts = append(parts, shown(y, item))
	}
	return strings.Join(parts, "; ")
}

func text(n *yaml.Node, key string) string {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1].Value
		}
	}
	return ""
}

// band is a half-open band such as [80, 90).
func band(from, to string) string {
	switch {
	case from == "" && to == "":
		return "…"
	case from == "":
		return "< " + to
	case to == "":
		return "≥ " + from
	}
	return "[" + from + ", " + to + ")"
}

func (t *tree) level(y *yamlfile.File, n *yaml.Node, folder string) {
	for _, item := range y.Items(n) {
		g := group{path: strings.TrimPrefix(folder+"/"+text(item, "id"), "/"), title: text(item, "title"), weight: text(item, "weight")}
		t.groups = append(t.groups, g)
		for _, p := range y.Pairs(item) {
			switch p.Key.Value {
			case "groups":
				t.level(y, p.Value, g.path)
			case "indicators":
				for _, in := range y.Items(p.Value) {
					t.leaf(y, in, g.path)
				}
			}
		}
	}
}

func (t *tree) leaf(y *yamlfile.File, n *yaml.Node, folder string) {
	l := leaf{folder: folder}
	for _, p := range y.Pairs(n) {
		switch p.Key.Value {
		case "id":
			l.id = p.Value.Value
		case "weight":
			l.weight = p.Value.Value
		default:
			l.options = append(l.options, entry{p.Key.Value, shown(y, p.Value)})
		}
	}
	t.indicators = append(t.indicators, l)
}

// entries compares two lists by key: what changed and what is gone in the old
// order, then what is new.
func entries(kind Kind, old, new []entry) []Change {
	var all []Change
	find := func(in []entry, key string) string {
		for _, e := range in {
			if e.key == key {
				return e.value
			}
		}
		return ""
	}
	for _, e := range old {
		if now := find(new, e.key); !equalValue(e.value, now) {
			all = append(all, Change{Kind: kind, Where: e.key, Old: e.value, New: now})
		}
	}
	for _, e := range new {
		if !slices.ContainsFunc(old, func(o entry) bool { return o.key == e.key }) {
			all = append(all, Change{Kind: kind, Where: e.key, New: e.value})
		}
	}
	return all
}

func (d *Difference) settings(old, new *tree) {
	d.Framework = append(d.Framework, entries(Key, old.settings, new.settings)...)
	d.Framework = append(d.Framework, entries(Band, old.grades, new.grades)...)
}

func (d *Difference) groups(old, new *tree) {
	at := func(in []group, path string) int {
		return slices.IndexFunc(in, func(g group) bool { return g.path == path })
	}
	for _, g := range new.groups {
		i := at(old.groups, g.path)
		if i < 0 {
			d.Groups = append(d.Groups, Change{Kind: GroupAdded, Where: g.path, New: g.title})
			continue
		}
		before := old.groups[i]
		if before.title != g.title {
			d.Groups = append(d.Groups, Change{Kind: GroupTitle, Where: g.path, Old: before.title, New: g.title})
		}
		if !equalValue(before.weight, g.weight) {
			d.Groups = append(d.Groups, Change{Kind: GroupWeight, Where: g.title, Old: before.weight, New: g.weight})
		}
	}
	for _, g := range old.groups {
		if at(new.groups, g.path) < 0 {
			d.Groups = append(d.Groups, Change{Kind: GroupRemoved, Where: g.path, Old: g.title})
		}
	}
}
