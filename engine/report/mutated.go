package report

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"rubric/engine/mutate"
	"rubric/engine/number"
)

// Mutation is the policies of a TestRun, changed in small ways.
type Mutation struct {
	Skipped  bool // cases failed
	Policies []mutate.Policy
}

// Unguarded tells whether a change went unnoticed, or one is accepted that need
// not be.
func (m *Mutation) Unguarded() bool {
	if m == nil {
		return false
	}
	for _, p := range m.Policies {
		if len(p.Stale) > 0 {
			return true
		}
	}
	return mutate.Count(m.Policies, mutate.Survived) > 0
}

// KilledPercent is how many of the changes that make a difference were noticed,
// with two decimals.
func (m *Mutation) KilledPercent() string {
	killed := mutate.Count(m.Policies, mutate.Killed)
	all := killed + mutate.Count(m.Policies, mutate.Survived) + mutate.Count(m.Policies, mutate.Accepted)
	if all == 0 {
		return "100.00"
	}
	return number.Ratio(int64(killed)*100, int64(all)).Round(2, number.RoundDown).Fixed(2)
}

func (e explainer) mutation(t TestRun) {
	m := t.Mutation
	if m.Skipped {
		e.block(0, e.words.say("mutate.skipped"))
		return
	}
	for _, p := range m.Policies {
		for _, mutant := range p.Mutants {
			if mutant.Fate == mutate.Survived {
				e.survivor(t, p, mutant)
				e.blank()
			}
		}
		for _, a := range p.Stale {
			e.block(0, e.words.say("mutate.stale", "file", t.file(p.Suite.File), "line", a.Line, "mutant", a.Mutant))
			e.blank()
		}
	}
	if mutate.Count(m.Policies, mutate.Survived) > 0 {
		e.block(0, e.words.say("mutate.how_to_accept"))
		e.blank()
	}
	e.block(0, e.words.mutationSummary(m))
}

func (w Words) mutationSummary(m *Mutation) string {
	total := 0
	for _, p := range m.Policies {
		total += len(p.Mutants)
	}
	return w.say("mutate.summary", "policies", len(m.Policies), "total", total,
		"killed", mutate.Count(m.Policies, mutate.Killed), "percent", m.KilledPercent(),
		"equivalent", mutate.Count(m.Policies, mutate.Equivalent),
		"accepted", mutate.Count(m.Policies, mutate.Accepted),
		"survived", mutate.Count(m.Policies, mutate.Survived))
}

// survivor is a change that went unnoticed: the case that is lacking, the
// change, and a case that would notice it.
func (e explainer) survivor(t TestRun, p mutate.Policy, m mutate.Mutant) {
	e.block(0, fmt.Sprintf("%s:%d: %s", t.file(p.File), m.Line, e.words.Catalogue.Text(e.words.Lang, m.Lacking)))
	was, now, add := e.words.say("mutate.was"), e.words.say("mutate.now"), e.words.say("mutate.add")
	column := 2 + max(width(was), width(now), width(add)) + 2
	before, after, _ := strings.Cut(m.ID, " =>")
	e.labelled(2, was, before, column)
	e.labelled(2, now, cmp.Or(strings.TrimSpace(after), "—"), column)
	if s := m.Suggestion; s != nil {
		e.labelled(2, add, e.words.suggestion(s), column)
	}
}

func (w Words) suggestion(s *mutate.Suggestion) string {
	return w.say("mutate.suggestion", "base", s.Base, "patch", "{"+s.Pointer+": "+s.Value+"}", "label", s.Label,
		"rule", s.Rule.Expect(), "slip", s.Slip.Expect())
}

// mutationJSON is a Mutation as its JSON has it.
type mutationJSON struct {
	Skipped       bool         `json:"skipped"`
	Total         int          `json:"total"`
	Killed        int          `json:"killed"`
	Equivalent    int          `json:"equivalent"`
	Accepted      int          `json:"accepted"`
	Survived      int          `json:"survived"`
	KilledPercent string       `json:"killed_percent"`
	Mutants       []mutantJSON `json:"mutants"`
	Stale         []staleJSON  `json:"stale"`
}

type mutantJSON struct {
	Indicator  string          `json:"indicator"`
	File       string          `json:"file"`
	Line       int             `json:"line"`
	Mutant     string          `json:"mutant"`
	Fate       mutate.Fate     `json:"fate"`
	KilledBy   string          `json:"killed_by"`
	Why        string          `json:"why"`
	Lacking    string          `json:"lacking"`
	Suggestion *suggestionJSON `json:"suggestion"`
}

type suggestionJSON struct {
	Base    string     `json:"base"`
	Pointer string     `json:"pointer"`
	Value   string     `json:"value"`
	Rule    answerJSON `json:"rule"`
	Slip    answerJSON `json:"slip"`
}

type answerJSON struct {
	Outcome string   `json:"outcome"`
	Share   string   `json:"share"`
	Mark    string   `json:"mark"`
	Items   []string `json:"items"`
}

type staleJSON struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Mutant string `json:"mutant"`
}

func (w Words) mutationJSON(t TestRun) *mutationJSON {
	m := t.Mutation
	if m == nil {
		return nil
	}
	out := &mutationJSON{Skipped: m.Skipped, KilledPercent: m.KilledPercent(), Mutants: []mutantJSON{}, Stale: []staleJSON{},
		Killed: mutate.Count(m.Policies, mutate.Killed), Equivalent: mutate.Count(m.Policies, mutate.Equivalent),
		Accepted: mutate.Count(m.Policies, mutate.Accepted), Survived: mutate.Count(m.Policies, mutate.Survived)}
	for _, p := range m.Policies {
		for _, mutant := range p.Mutants {
			out.Mutants = append(out.Mutants, w.mutantJSON(t, p, mutant))
		}
		for _, a := range p.Stale {
			out.Stale = append(out.Stale, staleJSON{t.file(p.Suite.File), a.Line, a.Mutant})
		}
	}
	out.Total = len(out.Mutants)
	return out
}

func (w Words) mutantJSON(t TestRun, p mutate.Policy, m mutate.Mutant) mutantJSON {
	out := mutantJSON{Indicator: p.Suite.Indicator, File: t.file(p.File), Line: m.Line, Mutant: m.ID, Fate: m.Fate,
		KilledBy: m.By, Why: m.Why, Lacking: w.Catalogue.Text(w.Lang, m.Lacking)}
	if s := m.Suggestion; s != nil {
		out.Suggestion = &suggestionJSON{s.Base, s.Pointer, s.Value, answerOf(s.Rule), answerOf(s.Slip)}
	}
	return out
}

func answerOf(a mutate.Answer) answerJSON { return answerJSON{a.Outcome, a.Lost, a.Mark, a.Items} }

// mutationJUnit is one test for each policy: that no change goes unnoticed.
func (w Words) mutationJUnit(t TestRun) junitSuite {
	suite := junitSuite{Name: "mutate", File: t.Dir}
	for _, p := range t.Mutation.Policies {
		e := explainer{newPage(DefaultWidth), w}
		survived := 0
		for _, m := range p.Mutants {
			if m.Fate == mutate.Survived {
				e.survivor(t, p, m)
				survived++
			}
		}
		c := junitCase{Name: w.say("mutate.junit"), Class: classOf(t, p.Suite.File), File: t.file(p.File), Line: 1}
		if survived > 0 {
			c.Failure = &junitFailure{Message: strconv.Itoa(survived), Text: e.text.String()}
			suite.Failures++
		}
		suite.Tests++
		suite.Cases = append(suite.Cases, c)
	}
	return suite
}
