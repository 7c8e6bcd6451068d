// Package cases_test runs the cases that stand beside the shipped policies, and
// checks that they guard what they must.
package cases_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rubric/engine"
	"rubric/engine/cases"
	"rubric/engine/framework"
	"rubric/engine/message"
	"rubric/engine/mutate"
	"rubric/engine/policy/cel"
	"rubric/engine/policy/rego"
	"rubric/engine/report"
)

const root = "../.."

func rules(t *testing.T) *engine.Rules {
	t.Helper()
	fw, err := framework.Load(filepath.Join(root, "policies/urumqi-dept-2023"), []string{".rego", ".cel.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	r, err := engine.Compile(context.Background(), fw, rego.Language{}, cel.Language{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func base(id string) ([]byte, error) {
	return os.ReadFile(filepath.Join(root, "inputs", id, "facts.json"))
}

// Every case of every indicator holds; each indicator has a case for a missing
// fact and one for the shipped case.
func TestCases(t *testing.T) {
	r := rules(t)
	words, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	suites, err := cases.Suites(r, base, func(string, string) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	all, err := cases.RunAll(context.Background(), r, suites)
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, tested := range all {
		total += len(tested.Results)
		tell(t, words, tested.Suite, tested.Results)
		complete(t, tested.Suite, tested.Results)
	}
	for _, id := range cases.Uncased(r) {
		t.Errorf("%s has no cases", id)
	}
	fmt.Printf("figure cases.passed %d\n", total)
}

func tell(t *testing.T, words *message.Catalogue, s *cases.Suite, results []cases.Result) {
	for _, r := range results {
		var lines []string
		if r.Trouble != nil {
			lines = append(lines, words.Text(message.English, *r.Trouble))
		}
		for _, d := range r.Differs {
			lines = append(lines, fmt.Sprintf("%s should be %q and is %q", d.Field, d.Want, d.Have))
		}
		if len(lines) > 0 {
			t.Errorf("%s:%d: %s\n\t%s", s.File, r.Case.Line, r.Case.Name, strings.Join(lines, "\n\t"))
		}
	}
}

func complete(t *testing.T, s *cases.Suite, results []cases.Result) {
	missing, shipped := false, false
	for _, r := range results {
		missing = missing || r.Got.Outcome == engine.Undetermined
		shipped = shipped || r.Case.Name == "本例"
	}
	if !missing || !shipped {
		t.Errorf("%s: a case with a missing fact: %v, the shipped case: %v; both are needed", s.File, missing, shipped)
	}
}

// No slip of the pen in a shipped policy goes unnoticed, but for those that the
// cases files justify.
func TestMutants(t *testing.T) {
	r := rules(t)
	suites, err := cases.Suites(r, base, func(string, string) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	policies, err := mutate.Run(context.Background(), r, suites, []mutate.Language{rego.Language{}, cel.Language{}})
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(began)
	m := report.Mutation{Policies: policies}
	total := 0
	for _, p := range policies {
		total += len(p.Mutants)
		for _, mutant := range p.Mutants {
			if mutant.Fate == mutate.Survived {
				t.Errorf("%s:%d: no case notices %s", p.File, mutant.Line, mutant.ID)
			}
		}
		for _, a := range p.Stale {
			t.Errorf("%s:%d: %s does not survive", p.Suite.File, a.Line, a.Mutant)
		}
		if len(p.Mutants) < fewestMutants {
			t.Errorf("%s: only %d mutants", p.File, len(p.Mutants))
		}
	}
	fmt.Printf("figure mutants.total %d\n", total)
	fmt.Printf("figure mutants.equivalent %d\n", mutate.Count(policies, mutate.Equivalent))
	fmt.Printf("figure mutants.accepted %d\n", mutate.Count(policies, mutate.Accepted))
	fmt.Printf("figure mutants.survived %d\n", mutate.Count(policies, mutate.Survived))
	fmt.Printf("figure mutants.killed_percent %s\n", m.KilledPercent())
	fmt.Printf("figure mutants.seconds %.1f\n", took.Seconds())
}

// fewestMutants is less than any policy that decides something has.
const fewestMutants = 2
