// Package mutate changes policies in small ways, as slips of the pen would, and
// finds the changes that no case beside the policy notices: the boundaries that
// nobody guards.
package mutate

import (
	"context"
	"runtime"
	"sync"

	"rubric/engine"
	"rubric/engine/cases"
	"rubric/engine/policy"
	"rubric/engine/policy/slip"
)

// Language is a policy language that knows what slips its policies invite.
type Language interface {
	policy.Language
	// Slips are the small changes of source, one of unit's policies that
	// compile, in the order of its text.
	Slips(unit policy.Unit, source policy.Source) []slip.Slip
	// Formulas are the expressions that decide what a policy finds, for proofs
	// that two versions of it are the same; nil if the language cannot tell.
	Formulas(unit policy.Unit, source policy.Source) []slip.Formula
}

// Fate is what became of a mutant.
type Fate string

const (
	Killed     Fate = "killed"     // a case noticed it
	Survived   Fate = "survived"   // no case did
	Accepted   Fate = "accepted"   // no case did, and the cases file says why none needs to
	Equivalent Fate = "equivalent" // no case can: it decides every document alike
)

// Mutant is a changed policy and what became of it.
type Mutant struct {
	slip.Slip
	ID   string // names the change in a cases file: was => now, and which of several alike
	Fate Fate
	By   string // the case that noticed it
	Why  string // it is accepted

	// Suggestion is a case that would notice it, nil where none was found.
	Suggestion *Suggestion
}

// Policy is the mutants of one policy.
type Policy struct {
	Suite   *cases.Suite
	File    string // the policy's, relative to the framework's folder
	Title   string
	Mutants []Mutant
	Stale   []cases.Accepted // accepted changes that no longer survive, or are none
}

// Run mutates the policies of suites, all of whose cases pass. The error is
// ctx's.
func Run(ctx context.Context, rules *engine.Rules, suites []*cases.Ready, languages []Language) ([]Policy, error) {
	work := newWork(rules, suites, languages)
	queue := make(chan job)
	errs := make([]error, runtime.GOMAXPROCS(0))
	var wait sync.WaitGroup
	for i := range errs {
		wait.Go(func() {
			for j := range queue {
				if errs[i] == nil {
					errs[i] = work.try(ctx, j)
				}
			}
		})
	}
	for p, subject := range work.subjects {
		for m := range subject.Mutants {
			queue <- job{p, m}
		}
	}
	close(queue)
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return work.results(), nil
}

// subject is a policy that is mutated.
type subject struct {
	Policy
	ready    *cases.Ready
	language Language
	unit     policy.Unit
	source   policy.Source
}

// job is one mutant.
type job struct{ subject, mutant int }

type work struct {
	rules    *engine.Rules
	subjects []*subject
}

func newWork(rules *engine.Rules, suites []*cases.Ready, languages []Language) *work {
	w := &work{rules: rules}
	for _, ready := range suites {
		for _, l := range languages {
			unit, ok := rules.Unit(ready.Indicator, l)
			if !ok {
				continue
			}
			s := &subject{ready: ready, language: l, source: unit.Policies[0], unit: unit}
			s.Suite, s.File = ready.Suite, s.source.File
			if p, _ := rules.Policy(ready.Indicator); p != nil {
				s.Title = p.Meta.Title
			}
			s.Mutants = named(l.Slips(s.unit, s.source))
			w.subjects = append(w.subjects, s)
		}
	}
	return w
}

// try compiles a mutant and runs the cases until one notices it.
func (w *work) try(ctx context.Context, j job) error {
	s := w.subjects[j.subject]
	m := &s.Mutants[j.mutant]
	rules, changed, err := w.compile(ctx, s, m.Slip)
	if err != nil || rules == nil {
		return err
	}
	m.Fate = Survived
	for i := range s.Suite.Cases {
		r, err := s.ready.One(ctx, rules, i)
		if err != nil {
			return err
		}
		if !r.Passed() {
			m.Fate, m.By = Killed, r.Case.Name
			return nil
		}
	}
	for _, a := range s.Suite.Accepted {
		if a.Mutant == m.ID {
			m.Fate, m.Why = Accepted, a.Why
			return nil
		}
	}
	if same(s.language.Formulas(s.unit, s.source), s.language.Formulas(s.unit, changed), s.unit.Schema) {
		m.Fate = Equivalent
		return nil
	}
	if s.unit.Aggregates {
		return nil // its facts are outcomes, with marks and ranks that belong together
	}
	m.Suggestion, err = suggest(ctx, s, w.rules, rules)
	return err
}

// compile is the rules with a mutant in its policy's place; nil if it does not
// compile.
func (w *work) compile(ctx context.Context, s *subject, change slip.Slip) (*engine.Rules, policy.Source, error) {
	changed := s.source
	changed.Text = change.Apply(s.source.Text)
	unit := s.unit
	unit.Policies = []policy.Source{changed}
	policies, err := s.language.Compile(ctx, unit)
	if ctx.Err() != nil {
		return nil, changed, ctx.Err()
	}
	if err != nil {
		return nil, changed, nil
	}
	return w.rules.With(s.source.Indicator, policies[0]), changed, nil
}

// results leaves out what did not compile, and finds accepted changes that need
// not be.
func (w *work) results() []Policy {
	var all []Policy
	for _, s := range w.subjects {
		p := s.Policy
		p.Mutants = nil
		accepted := map[string]bool{}
		for _, m := range s.Mutants {
			if m.Fate != "" {
				p.Mutants = append(p.Mutants, m)
			}
			accepted[m.ID] = accepted[m.ID] || m.Fate == Accepted
		}
		for _, a := range s.Suite.Accepted {
			if !accepted[a.Mutant] {
				p.Stale = append(p.Stale, a)
			}
		}
		all = append(all, p)
	}
	return all
}

// Count is how many mutants of policies had a fate.
func Count(policies []Policy, fate Fate) int {
	n := 0
	for _, p := range policies {
		for _, m := range p.Mutants {
			if m.Fate == fate {
				n++
			}
		}
	}
	return n
}
