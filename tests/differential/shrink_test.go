package differential_test

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/util"
)

// differs tells whether both machines compile g and disagree on d for no known
// reason.
func differs(g generated, d document, strict bool) bool {
	p, oursErr, theirsErr := prepare(g, strict)
	if oursErr != nil || theirsErr != nil {
		return false
	}
	ours := p.askOurs(d)
	return !same(ours, p.askTheirs(d)) && classify(g, d, strict, p, ours) == unexplained
}

// shrink leaves out of a policy and its facts what the difference does not
// need.
func shrink(g generated, d document, strict bool) (generated, document) {
	for range 4 {
		before, _ := g.texts()
		g = shrinkPolicy(g, func(g generated) bool { return differs(g, d, strict) })
		d = shrinkFacts(d, func(d document) bool { return differs(g, d, strict) })
		if after, _ := g.texts(); after == before {
			break
		}
	}
	return g, d
}

func shrinkPolicy(g generated, fails func(generated) bool) generated {
	g.main = shrinkRules(g.main, func(rules []rule) bool { return fails(generated{rules, g.helper}) })
	g.helper = shrinkRules(g.helper, func(rules []rule) bool { return fails(generated{g.main, rules}) })
	return g
}

func shrinkRules(rules []rule, fails func([]rule) bool) []rule {
	for i := len(rules) - 1; i >= 0; i-- {
		if without := slices.Delete(slices.Clone(rules), i, i+1); fails(without) {
			rules = without
			continue
		}
		try := func(r rule) bool {
			changed := slices.Clone(rules)
			changed[i] = r
			if fails(changed) {
				rules = changed
				return true
			}
			return false
		}
		if r := rules[i]; r.tail != "" {
			r.tail = ""
			try(r)
		}
		for j := len(rules[i].body) - 1; j >= 0; j-- {
			r := rules[i]
			r.body = slices.Delete(slices.Clone(r.body), j, j+1)
			try(r)
		}
	}
	return rules
}

// shrinkFacts deletes members and elements one by one.
func shrinkFacts(d document, fails func(document) bool) document {
	for again := true; again; {
		again = false
		for _, smaller := range smallerFacts(d.text) {
			if next, err := newDocument(smaller); err == nil && fails(next) {
				d, again = next, true
				break
			}
		}
	}
	return d
}

// smallerFacts are all documents that lack one member or element of text.
func smallerFacts(text string) (all []string) {
	d := util.NewJSONDecoder(strings.NewReader(text))
	var root any
	if d.Decode(&root) != nil {
		return nil
	}
	for _, v := range smallerValues(root) {
		out, err := json.Marshal(v)
		if err == nil {
			all = append(all, string(out))
		}
	}
	return all
}

func smallerValues(v any) (all []any) {
	switch v := v.(type) {
	case []any:
		for i := range v {
			all = append(all, slices.Delete(slices.Clone(v), i, i+1))
		}
		for i := range v {
			for _, smaller := range smallerValues(v[i]) {
				changed := slices.Clone(v)
				changed[i] = smaller
				all = append(all, changed)
			}
		}
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			all = append(all, changedMember(v, name, nil))
		}
		for _, name := range names {
			for _, smaller := range smallerValues(v[name]) {
				all = append(all, changedMember(v, name, smaller))
			}
		}
	}
	return all
}

// changedMember is v with another member, or without it for nil.
func changedMember(v map[string]any, name string, member any) map[string]any {
	changed := map[string]any{}
	for k, old := range v {
		changed[k] = old
	}
	delete(changed, name)
	if member != nil {
		changed[name] = member
	}
	return changed
}
