// Package cases_test runs the cases that stand beside the shipped policies, and
// checks that they guard what they must.
package cases_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rubric/engine"
	"rubric/engine/cases"
	"rubric/engine/coverage"
	"rubric/engine/facts"
	"rubric/engine/framework"
	"rubric/engine/lint"
	"rubric/engine/message"
	"rubric/engine/mutate"
	"rubric/engine/policy/cel"
	"rubric/engine/policy/probe"
	"rubric/engine/policy/rego"
	"rubric/engine/report"
)

const root = "../.."

func base(id string) ([]byte, error) {
	return os.ReadFile(filepath.Join(root, "inputs", id, "facts.json"))
}

// Every case of every indicator of every shipped framework holds; each indicator
// has a case for a missing fact, and in the framework of the report one for the
// report's case.
func TestCases(t *testing.T) {
	total := 0
	every(t, func(t *testing.T, c compiled) { total += passed(t, c) })
	fmt.Printf("figure cases.passed %d\n", total)
}

func passed(t *testing.T, c compiled) (total int) {
	words, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	ran, err := cases.RunAll(context.Background(), c.rules, c.suites)
	if err != nil {
		t.Fatal(err)
	}
	for _, tested := range ran {
		total += len(tested.Results)
		tell(t, words, tested.Suite, tested.Results)
		complete(t, c.rules, tested.Suite, tested.Results)
	}
	for _, id := range cases.Uncased(c.rules) {
		t.Errorf("%s: %s has no cases", c.dir, id)
	}
	return total
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

func complete(t *testing.T, r *engine.Rules, s *cases.Suite, results []cases.Result) {
	p, _ := r.Policy(s.Indicator)
	missing, shipped := !slices.ContainsFunc(p.Reads, mustBeThere), r.Framework.ID != ofReport
	for _, r := range results {
		missing = missing || r.Got.Outcome == engine.Undetermined
		shipped = shipped || r.Case.Name == "本例"
	}
	if !missing || !shipped {
		t.Errorf("%s: a case with a missing fact: %v, the shipped case: %v; both are needed", s.File, missing, shipped)
	}
}

// ofReport is the framework that the shipped report was written by.
const ofReport = "urumqi-dept-2023"

// mustBeThere tells whether a fact can be missing.
func mustBeThere(s *facts.Schema) bool {
	for ; s != nil; s = s.Parent {
		if s.Optional {
			return false
		}
	}
	return true
}

// compiled is a shipped framework with its cases.
type compiled struct {
	dir    string
	rules  *engine.Rules
	suites []*cases.Ready
}

// all compiles the shipped frameworks, once for all tests.
var all = sync.OnceValues(func() ([]compiled, error) {
	files, err := filepath.Glob(filepath.Join(root, "policies/*/framework.yaml"))
	if err != nil || len(files) < 4 {
		return nil, fmt.Errorf("%d frameworks: %w", len(files), err)
	}
	var out []compiled
	for _, file := range files {
		c := compiled{dir: filepath.Dir(file)}
		fw, err := framework.Load(c.dir, []string{".rego", ".cel.yaml"})
		if err == nil {
			c.rules, err = engine.Compile(context.Background(), fw, rego.Language{}, cel.Language{})
		}
		if err == nil {
			c.suites, err = cases.Suites(c.rules, base, func(string, string) bool { return true })
		}
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
})

// every runs a test over each of the shipped frameworks.
func every(t *testing.T, test func(t *testing.T, c compiled)) {
	frameworks, err := all()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range frameworks {
		t.Run(filepath.Base(c.dir), func(t *testing.T) { test(t, c) })
	}
}

// No slip of the pen in a shipped policy goes unnoticed, but for those that the
// cases files justify.
func TestMutants(t *testing.T) {
	var policies []mutate.Policy
	began := time.Now()
	every(t, func(t *testing.T, c compiled) {
		found, err := mutate.Run(context.Background(), c.rules, c.suites, []mutate.Language{rego.Language{}, cel.Language{}})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range found {
			unnoticed(t, p)
		}
		if filepath.Base(c.dir) == ofReport {
			fmt.Printf("figure mutants.seconds %.1f\n", time.Since(began).Seconds())
		}
		began = time.Now()
		policies = append(policies, found...)
	})
	m := report.Mutation{Policies: policies}
	total := 0
	for _, p := range policies {
		total += len(p.Mutants)
	}
	fmt.Printf("figure mutants.total %d\n", total)
	fmt.Printf("figure mutants.equivalent %d\n", mutate.Count(policies, mutate.Equivalent))
	fmt.Printf("figure mutants.accepted %d\n", mutate.Count(policies, mutate.Accepted))
	fmt.Printf("figure mutants.survived %d\n", mutate.Count(policies, mutate.Survived))
	fmt.Printf("figure mutants.killed_percent %s\n", m.KilledPercent())
}

// unnoticed names the mutants that no case notices, and the accepted ones that
// are none.
func unnoticed(t *testing.T, p mutate.Policy) {
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

// The cases use every line and both sides of every condition of the shipped
// policies.
func TestCoverage(t *testing.T) {
	var lines, branches coverage.Share
	every(t, func(t *testing.T, c compiled) {
		files, err := coverage.Run(context.Background(), c.rules, c.suites, []coverage.Language{rego.Language{}, cel.Language{}})
		if err != nil {
			t.Fatal(err)
		}
		decide := 0
		for _, f := range files {
			lines, branches = lines.Add(f.Lines()), branches.Add(f.Branches())
			decide += f.Branches().All
			for _, g := range f.Gaps() {
				t.Errorf("%s:%d:%d: no case uses %s: %v", f.Name, g.Line, g.Column, g.Text, g.Reason)
			}
		}
		if decide < len(c.rules.Framework.Indicators()) {
			t.Errorf("only %d branches", decide)
		}
	})
	fmt.Printf("figure coverage.lines %d/%d\n", lines.Used, lines.All)
	fmt.Printf("figure coverage.branches %d/%d\n", branches.Used, branches.All)
}

// check finds nothing in the shipped frameworks: no false finding.
func TestClean(t *testing.T) {
	words, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	every(t, func(t *testing.T, c compiled) {
		found, err := lint.Check(c.rules.Framework, lint.Options{Bases: base})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			t.Errorf("%s:%d: %s: %s", f.File, f.Line, f.Rule, words.Text(message.English, f.Message))
		}
	})
}

// A policy that is watched decides as it does unwatched.
func TestWatchedDecidesAlike(t *testing.T) {
	every(t, func(t *testing.T, c compiled) {
		for _, s := range c.suites {
			for _, l := range []coverage.Language{rego.Language{}, cel.Language{}} {
				unit, ok := c.rules.Unit(s.Indicator, l)
				if !ok {
					continue
				}
				watched, err := l.Probed(&probe.Recorder{}).Compile(context.Background(), unit)
				if err != nil {
					t.Fatal(err)
				}
				alike(t, s, c.rules, c.rules.With(s.Indicator, watched[0]))
			}
		}
	})
}

// alike compares what two versions of a policy say of all cases, causes
// included.
func alike(t *testing.T, s *cases.Ready, plain, watched *engine.Rules) {
	for i, c := range s.Cases {
		a, err := s.One(context.Background(), plain, i)
		b, also := s.One(context.Background(), watched, i)
		if err != nil || also != nil {
			t.Fatal(err, also)
		}
		if !reflect.DeepEqual(a.Got, b.Got) {
			t.Errorf("%s, %s: watched it says %+v, else %+v", s.File, c.Name, b.Got, a.Got)
		}
	}
}

// fewestMutants is less than any policy that decides something has.
const fewestMutants = 2

// The marks of the groups of the framework of marks, worked out by hand from the
// dimensions' marks by its written rules: the weakest link with a plus for
// credibility, the table for reporting.
func TestWeakestLinkAndTable(t *testing.T) {
	frameworks, err := all()
	if err != nil {
		t.Fatal(err)
	}
	r := frameworks[slices.IndexFunc(frameworks, func(c compiled) bool { return filepath.Base(c.dir) == "fiscal-capacity" })].rules
	shift := map[string]string{"A": "5", "B": "10", "C": "15", "D": "16"}
	ratio := map[string]string{"A": "100", "B": "112", "C": "116", "D": "50"}
	days := map[string]string{"A": `"report_days": 90,`, "B": `"report_days": 180,`, "C": `"report_days": 270,`, "D": `"report_days": 271,`, "D*": ""}
	audited := map[string]string{"A": `"audited_percent": 90,`, "B": `"audited_percent": 75,`, "C": `"audited_percent": 50,`, "D": `"audited_percent": 1,`, "D*": ""}
	for _, c := range []struct{ total, composition, timeliness, audit, credibility, reporting string }{
		// reporting has six documents, a B, as its first dimension
		{"A", "A", "A", "A", "A", "A"},     // AAB
		{"A", "C", "A", "B", "C+", "B+"},   // ABB
		{"C", "C", "B", "B", "C", "B"},     // BBB
		{"B", "A", "A", "C", "B+", "B"},    // ABC
		{"D", "A", "D", "D", "D+", "D+"},   // BDD
		{"D", "D", "C", "C", "D", "C+"},    // BCC
		{"C", "B", "A", "D", "C+", "C+"},   // ABD
		{"B", "B", "D*", "A", "B", "C+"},   // D* counts as D: ABD
		{"B", "D", "D*", "D*", "D+", "D+"}, // BDD
	} {
		year := fmt.Sprintf(`{"budget": 100, "actual": %s, "shift": %s}`, ratio[c.total], shift[c.composition])
		text := fmt.Sprintf(`{"county": "x", "period": "2023", "outturn": {"year1": %[1]s, "year2": %[1]s, "year3": %[1]s}, %[2]s %[3]s
			"documents": {"deficit": true, "last_outturn": true, "current_outturn": true, "summary": true, "financing": true, "assumptions": true, "debt": false, "assets": false, "new_policies": false},
			"transfers": {"exists": false}}`, year, days[c.timeliness], audited[c.audit])
		doc, err := facts.Parse("facts.json", []byte(text))
		if err == nil {
			err = doc.Bind(r.Framework.Schema)
		}
		if err != nil {
			t.Fatal(err)
		}
		a, err := r.Evaluate(context.Background(), engine.Case{Facts: doc})
		if err != nil || a.Total.Failure != nil {
			t.Fatal(err, a.Total.Failure)
		}
		if a.Groups[0].Mark == nil || a.Groups[1].Mark == nil || *a.Groups[0].Mark != c.credibility || *a.Groups[1].Mark != c.reporting || a.Groups[2].Mark != nil {
			t.Errorf("%+v: %v %v", c, *a.Groups[0].Mark, *a.Groups[1].Mark)
		}
	}
}
