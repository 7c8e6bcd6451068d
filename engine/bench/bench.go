// Package bench measures what the policies of a framework cost: time, memory,
// and what they take of their limits.
package bench

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"time"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/policy"
)

// Cost is what one evaluation of a policy costs.
type Cost struct {
	Indicator   string
	File        string        // of the policy, in the framework's folder
	Time        time.Duration // the median over rounds and documents
	Allocations int64         // the median over rounds and documents
	Used        policy.Usage  // the most over the documents; the same in every round
}

// Measure evaluates every policy of a framework on every document so many
// times, and gives the costs, the dearest policy first. The error is ctx's.
// Nothing else should run in the process meanwhile: its allocations would be
// counted too.
func Measure(ctx context.Context, rules *engine.Rules, docs []*facts.Document, rounds int) ([]Cost, error) {
	var costs []Cost
	for _, in := range rules.Framework.Indicators() {
		p, file := rules.Policy(in.ID)
		s := &samples{ctx: ctx, policy: p}
		for range rounds {
			for _, doc := range docs {
				for _, element := range rules.Elements(in.ID, doc) {
					if err := s.take(doc, element); err != nil {
						return nil, err
					}
				}
			}
		}
		costs = append(costs, Cost{in.ID, file, median(s.times), median(s.allocations), s.used})
	}
	slices.SortStableFunc(costs, func(a, b Cost) int { return cmp.Compare(b.Time, a.Time) })
	return costs, nil
}

// samples are the measurements of one policy.
type samples struct {
	ctx         context.Context
	policy      *policy.Policy
	times       []time.Duration
	allocations []int64
	used        policy.Usage
}

func (s *samples) take(doc *facts.Document, indicator *facts.Node) error {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	finding, err := s.policy.Decide(s.ctx, doc, indicator)
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	if err != nil {
		return err
	}
	s.times = append(s.times, took)
	s.allocations = append(s.allocations, int64(after.Mallocs-before.Mallocs))
	s.used.Steps = max(s.used.Steps, finding.Used.Steps)
	s.used.Bytes = max(s.used.Bytes, finding.Used.Bytes)
	return nil
}

func median[T cmp.Ordered](all []T) (middle T) {
	if len(all) == 0 {
		return middle
	}
	slices.Sort(all)
	return all[len(all)/2]
}
