package vary

import (
	"encoding/json"

	"rubric/engine/facts"
	"rubric/tests/internal/tree"
)

// Cohort makes n documents out of one, each with some of the values at the places
// of reads changed within the schema; nothing is taken away or added. The same
// seed makes the same.
func Cohort(seed uint64, doc *facts.Document, reads []*facts.Schema, parsed func() *tree.Doc, n int) []*tree.Doc {
	c := New(seed, doc)
	var places []Place
	for _, p := range Places(doc, reads) {
		if p.There && p.Schema.Kind != facts.Object && p.Schema.Kind != facts.List && !p.Schema.Required && !isKey(p.Schema) && !countOf(doc.Schema, p.Schema) {
			places = append(places, p)
		}
	}
	all := make([]*tree.Doc, n)
	for i := range all {
		if all[i] = parsed(); len(places) == 0 {
			continue
		}
		for range 2 + c.Below(12) {
			p := Pick(c, places)
			old, _ := all[i].At(p.Pointer)
			v := c.Other(p.Schema, old)
			if digits, ok := v.(json.Number); ok && !within(p.Schema, parse(digits.String())) {
				continue // nothing drawn was within its bounds
			}
			Set(p.Pointer, v).Apply(all[i])
		}
	}
	return all
}

// isKey tells whether a place is that by which elements of a list are told apart.
func isKey(s *facts.Schema) bool {
	list := s.Parent.Parent
	return list != nil && list.Kind == facts.List && list.Unique == s.Name
}

// countOf tells whether a place states how long some list is.
func countOf(root, place *facts.Schema) bool {
	if root.Count == place.Path() {
		return true
	}
	for _, p := range root.Properties {
		if countOf(p, place) {
			return true
		}
	}
	return root.Items != nil && countOf(root.Items, place)
}
