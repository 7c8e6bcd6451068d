package engine

import (
	"sync"

	"rubric/engine/number"
	"rubric/engine/policy"
)

// untouched is what an indicator comes to when nothing is taken from it, as most
// are: always the same, and so worked out when the framework is compiled. It is
// shared by all assessments, and nobody changes it.
type untouched struct {
	score  number.Number
	ledger []step
	shown  Indicator // without a review
}

// prepare works out what can be known before there are any facts.
func (r *Rules) prepare() {
	r.idle = &sync.Pool{}
	for i := range r.leaves {
		l := &r.leaves[i]
		if l.untouched = nil; l.policy == nil || l.Each != nil || len(r.Framework.Scale) > 0 {
			continue
		}
		var res result
		r.decide(&res, l, &policy.Finding{}, nil)
		l.untouched = &untouched{score: res.rounded, ledger: res.ledger[:len(res.ledger):len(res.ledger)], shown: r.explain(Case{}, l, &res)}
	}
}

// settle makes res that result.
func (u *untouched) settle(res *result) {
	res.outcome, res.ledger, res.least, res.most = Full, u.ledger, u.score, u.score
	res.ruleScore, res.score = &u.score, &u.score
}

// explains tells whether shown is what there is to say of a result.
func (u *untouched) explains(res *result) bool {
	return u != nil && res.outcome == Full && res.mark == nil && res.ruleScore == &u.score
}
