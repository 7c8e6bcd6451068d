package cases

import (
	"context"
	"errors"
	"path/filepath"
	"sync"

	"rubric/engine"
	"rubric/engine/framework"
	"rubric/engine/message"
)

// Selection tells which cases are run, by their indicator and name.
type Selection func(indicator, name string) bool

// Tested is the cases of one indicator, run. Title is the policy's.
type Tested struct {
	Suite   *Suite
	Title   string
	Results []Result
}

// Failed counts the cases that did not pass.
func (t Tested) Failed() int {
	n := 0
	for _, r := range t.Results {
		if !r.Passed() {
			n++
		}
	}
	return n
}

// Suites reads the cases files of a framework and builds their facts, in the
// tree's order. Cases that are not selected are left out, and suites of which
// none is. The error is a message.Problems with everything that is wrong in the
// files.
func Suites(rules *engine.Rules, bases Bases, selected Selection) ([]*Ready, error) {
	files := map[string]*Suite{}
	var problems message.Problems
	for _, source := range rules.Framework.Cases {
		s, err := Parse(source.File, source.Indicator, source.Text)
		var found message.Problems
		if errors.As(err, &found) {
			problems = append(problems, inFolder(rules.Framework.Dir, found)...)
		}
		files[source.Indicator] = s
	}
	if len(problems) > 0 {
		return nil, problems
	}
	var all []*Ready
	for _, id := range guarded(rules) {
		if s := files[id]; s != nil && s.narrow(selected) {
			all = append(all, s.ready(rules, bases))
		}
	}
	return all, nil
}

func (s *Suite) ready(rules *engine.Rules, bases Bases) *Ready {
	if s.File == framework.AggregatorCases {
		return s.together(rules)
	}
	return s.Ready(rules.Framework.Schema, bases)
}

// inFolder names files as the user gave the framework's folder.
func inFolder(dir string, problems message.Problems) message.Problems {
	for i := range problems {
		problems[i].File = filepath.Join(dir, filepath.FromSlash(problems[i].File))
	}
	return problems
}

// narrow leaves out the cases that are not selected; false if none is left.
func (s *Suite) narrow(selected Selection) bool {
	var kept []Case
	for _, c := range s.Cases {
		if selected(s.Indicator, c.Name) {
			kept = append(kept, c)
		}
	}
	s.Cases = kept
	return len(kept) > 0
}

// RunAll runs suites. The error is ctx's.
func RunAll(ctx context.Context, rules *engine.Rules, suites []*Ready) ([]Tested, error) {
	all := make([]Tested, len(suites))
	errs := make([]error, len(suites))
	var wait sync.WaitGroup
	for i, s := range suites {
		wait.Go(func() {
			results, err := s.Run(ctx, rules)
			all[i], errs[i] = Tested{Suite: s.Suite, Results: results}, err
		})
	}
	wait.Wait()
	for i, s := range suites {
		if p, _ := rules.Policy(s.Indicator); p != nil {
			all[i].Title = p.Meta.Title
		}
	}
	return all, errors.Join(errs...)
}

// guarded are the ids of what cases can guard: the indicators in the tree's
// order, then the reconciliation checks and the policy of aggregation.
func guarded(rules *engine.Rules) []string {
	var ids []string
	for _, in := range rules.Framework.Indicators() {
		ids = append(ids, in.ID)
	}
	for _, c := range rules.Checks() {
		ids = append(ids, c.ID)
	}
	if rules.Framework.Aggregator.File != "" {
		ids = append(ids, framework.AggregatorID)
	}
	return ids
}

// Uncased are the indicators and checks of a framework without any case.
func Uncased(rules *engine.Rules) []string {
	cased := map[string]bool{}
	for _, source := range rules.Framework.Cases {
		cased[source.Indicator] = true
	}
	var all []string
	for _, id := range guarded(rules) {
		if !cased[id] {
			all = append(all, id)
		}
	}
	return all
}
