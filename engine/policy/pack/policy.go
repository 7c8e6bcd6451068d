package pack

import (
	"slices"

	"rubric/engine/facts"
	"rubric/engine/policy"
)

// Meta is what a policy says of itself.
func (c *Coder) Meta(m *policy.Meta) {
	c.Text(&m.Title)
	c.Text(&m.Rule)
	c.Text(&m.Interpretation)
	Each(c, &m.Evidence, c.Text)
}

// Places are places of a schema, by their ordinals.
type Places []int

// PlacesOf are places as they are kept.
func PlacesOf(all []*facts.Schema) Places {
	places := make(Places, len(all))
	for i, s := range all {
		places[i] = s.Ordinal
	}
	return places
}

// Fit tells whether all of them can be among so many places.
func (p Places) Fit(count int) bool {
	return !slices.ContainsFunc(p, func(n int) bool { return n < 0 || n >= count })
}

// In are the places again, of all that the schema has. They fit.
func (p Places) In(all []*facts.Schema) (found []*facts.Schema) {
	for _, ordinal := range p {
		found = append(found, all[ordinal])
	}
	return found
}

// Places are a policy's places.
func (c *Coder) Places(p *Places) {
	Each(c, (*[]int)(p), func(n *int) { Whole(c, n) })
}
