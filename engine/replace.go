package engine

import (
	"slices"

	"rubric/engine/policy"
)

// With is the rules with another policy for one of the indicators.
func (r *Rules) With(indicator string, p *policy.Policy) *Rules {
	changed := *r
	changed.leaves = slices.Clone(r.leaves)
	for i := range changed.leaves {
		if changed.leaves[i].leaf == indicator {
			changed.leaves[i].policy = p
		}
	}
	changed.prepare()
	return &changed
}
