package engine

import (
	"context"
	"slices"

	"rubric/engine/policy"
)

// Basis is what an indicator with full marks rests on: the facts that its policy
// may read, as they stand, and what would have taken points off and did not.
type Basis struct {
	Facts Citations
	// Met are the items of the deductions that the policy could have made, sorted,
	// as far as they have names that do not hang on the facts.
	Met []string
}

// Basis tells what an indicator of a case was checked for. The error is ctx's.
func (r *Rules) Basis(ctx context.Context, c Case, indicator string) (*Basis, error) {
	var causes []policy.Cause
	for _, n := range r.FactsOf(c.Facts, indicator) {
		causes = append(causes, policy.Cause{Node: n, Role: policy.Value})
	}
	out := &Basis{Facts: CitationsOf(c, causes)}
	d, err := r.Derive(ctx, c.Facts, indicator)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil || d == nil: // a policy without formulas: its facts are all that is known
		return out, nil
	}
	for _, one := range d.Deductions {
		if one.Item != "" && !slices.Contains(out.Met, one.Item) {
			out.Met = append(out.Met, one.Item)
		}
	}
	slices.Sort(out.Met)
	return out, nil
}
