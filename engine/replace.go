package engine

import (
	"slices"
	"strings"

	"rubric/engine/framework"
	"rubric/engine/policy"
)

// Unit is what the policy of an indicator, or of aggregation, is compiled from,
// alone with its helpers; false where it is not in that language.
func (r *Rules) Unit(id string, language policy.Language) (policy.Unit, bool) {
	fw, extension := r.Framework, language.Extension()
	if id == framework.AggregatorID && r.aggregator != nil {
		return r.aggregator.unit(fw), strings.HasSuffix(r.aggregator.file, extension)
	}
	policies, helpers := fw.Policies(extension)
	at := slices.IndexFunc(policies, func(p policy.Source) bool { return p.Indicator == id })
	if at < 0 {
		return policy.Unit{}, false
	}
	return policy.Unit{Schema: fw.Schema, Policies: policies[at : at+1], Helpers: helpers, Data: fw.Data, Scale: fw.Scale}, true
}

// With is the rules with another policy for one of the indicators, or of
// aggregation.
func (r *Rules) With(indicator string, p *policy.Policy) *Rules {
	changed := *r
	if indicator == framework.AggregatorID && r.aggregator != nil {
		a := *r.aggregator
		a.policy, changed.aggregator = p, &a
		return &changed
	}
	changed.leaves = slices.Clone(r.leaves)
	for i := range changed.leaves {
		if changed.leaves[i].leaf == indicator {
			changed.leaves[i].policy = p
		}
	}
	changed.prepare()
	return &changed
}
