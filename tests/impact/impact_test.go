// Package impact_test holds a comparison of two versions to what each of them
// says on its own.
package impact_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"rubric/engine"
	"rubric/engine/casefolder"
	"rubric/engine/cohort"
	"rubric/engine/facts"
	"rubric/engine/framework"
	"rubric/engine/impact"
	"rubric/engine/number"
	"rubric/engine/policy/cel"
	"rubric/engine/policy/rego"
	"rubric/tests/internal/shipped"
	"rubric/tests/internal/vary"
)

// changed is the shipped framework with other rules: a threshold in each
// language, two weights, an indicator in the place of another.
func changed(t testing.TB, edits map[string][2]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), shipped.Framework)
	if err := os.CopyFS(dir, os.DirFS(shipped.FrameworkDir(t))); err != nil {
		t.Fatal(err)
	}
	for file, edit := range edits {
		name := filepath.Join(dir, filepath.FromSlash(file))
		text, err := os.ReadFile(name)
		if err != nil || !bytes.Contains(text, []byte(edit[0])) {
			t.Fatalf("%s has no %q: %v", file, edit[0], err)
		}
		if err := os.WriteFile(name, bytes.ReplaceAll(text, []byte(edit[0]), []byte(edit[1])), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func thresholds() map[string][2]string {
	return map[string][2]string{
		"input/budget/payment_progress.rego":                     {`"target": 0.25`, `"target": 0.2`},
		"input/budget/budget_execution_rate.cel.yaml":            {"execution_rate >= 0.95", "execution_rate >= 0.9"},
		"satisfaction/satisfaction_survey/satisfaction.cel.yaml": {"satisfaction >= 0.9", "satisfaction >= 0.95"},
		"framework.yaml": {"{id: plan_completeness, weight: 3}\n          - {id: plan_reasonableness, weight: 3}", "{id: plan_completeness, weight: 4}\n          - {id: plan_reasonableness, weight: 2}"},
		"input/performance/evaluation_coverage.cel.yaml":            {"0.55", "0.6"},
		"input/internal_control/internal_control_completeness.rego": {"0.1", "0.2"},
		"output/quantity/lectures.cel.yaml":                         {"0.9", "0.8"},
		"output/timeliness/science_day_timeliness.rego":             {"# METADATA", "# METADATA"},
	}
}

func load(t testing.TB, dir string) *framework.Framework {
	t.Helper()
	fw, err := framework.Load(dir, []string{".rego", ".cel.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	return fw
}

func comparison(t testing.TB, old, new string) impact.Comparison {
	t.Helper()
	before, after := load(t, old), load(t, new)
	impact.Share(before, after)
	return impact.Comparison{Old: compile(t, before), New: compile(t, after)}
}

func compile(t testing.TB, fw *framework.Framework) *engine.Rules {
	t.Helper()
	rules, err := engine.Compile(context.Background(), fw, rego.Language{}, cel.Language{})
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// generated is a file of n cases made out of the shipped one.
func generated(t testing.TB, n int) string {
	t.Helper()
	c, err := casefolder.Load(shipped.CaseDir(t))
	if err != nil {
		t.Fatal(err)
	}
	rules := compile(t, load(t, shipped.FrameworkDir(t)))
	if err := c.Facts.Bind(rules.Framework.Schema); err != nil {
		t.Fatal(err)
	}
	var reads []*facts.Schema
	for _, in := range rules.Framework.Indicators() {
		p, _ := rules.Policy(in.ID)
		reads = vary.Reads(reads, p.Reads)
	}
	var out bytes.Buffer
	original := shipped.Facts(t)
	for i, doc := range vary.Cohort(7, c.Facts, reads, original.Clone, n) {
		if i%50 == 49 { // some do not know everything
			doc.Delete("/payments/q2/paid")
		}
		fmt.Fprintf(&out, "{\"id\":\"case-%04d\",\"title\":\"第%d局\",\"period\":\"2023\",\"facts\":%s}\n", i, i, inOrder(t, doc.Bytes(), rules.Framework.Schema))
	}
	file := filepath.Join(t.TempDir(), "cases.jsonl")
	if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// inOrder puts facts into the schema's order, as a facts file made from its
// template has them.
func inOrder(t testing.TB, text []byte, schema *facts.Schema) []byte {
	t.Helper()
	doc, err := facts.Parse("facts.json", text)
	if err == nil {
		err = doc.Bind(schema)
	}
	if err != nil {
		t.Fatal(err)
	}
	return inSchemaOrder(nil, doc.Root)
}

func inSchemaOrder(to []byte, n *facts.Node) []byte {
	switch n.Kind {
	case facts.Object:
		to = append(to, '{')
		for _, p := range n.Schema.Properties {
			if m := n.Member(p.Name); m != nil {
				to = append(to, facts.QuoteJSON(p.Name)...)
				to = append(inSchemaOrder(append(to, ':'), m), ',')
			}
		}
		return append(bytes.TrimSuffix(to, []byte{','}), '}')
	case facts.List:
		to = append(to, '[')
		for _, e := range n.Elements() {
			to = append(inSchemaOrder(to, e), ',')
		}
		return append(bytes.TrimSuffix(to, []byte{','}), ']')
	}
	return append(to, n.JSON()...)
}

func find(t testing.TB, path string) []cohort.Entry {
	t.Helper()
	entries, err := cohort.Find(path)
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

func run(t testing.TB, c impact.Comparison, entries []cohort.Entry) *impact.Report {
	t.Helper()
	r, err := c.Run(context.Background(), entries)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func parse(t testing.TB, text string) number.Number {
	t.Helper()
	n, err := number.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// What the report says of each case is what each version says on its own, and
// its sums are theirs.
func TestReconciles(t *testing.T) {
	newDir := changed(t, thresholds())
	entries := find(t, generated(t, 200))
	report := run(t, comparison(t, shipped.FrameworkDir(t), newDir), entries)
	if len(report.Failed) > 0 || len(report.Cases) != len(entries) {
		t.Fatalf("%d cases of %d, failed: %v", len(report.Cases), len(entries), report.Failed)
	}
	oldRules, newRules := compile(t, load(t, shipped.FrameworkDir(t))), compile(t, load(t, newDir))
	var oldSum, newSum, byRule number.Number
	compared, flips, moved := 0, 0, 0
	for i, entry := range entries {
		old, new, c := assess(t, oldRules, entry), assess(t, newRules, entry), report.Cases[i]
		for _, side := range []struct {
			plain  *engine.Assessment
			result impact.Result
		}{{old, c.Old}, {new, c.New}} {
			if show(side.plain.Total.RuleScore) != show(side.result.Score) || show(side.plain.Total.Grade) != show(side.result.Grade) {
				t.Errorf("%s: %s %s, plain evaluation %s %s", c.ID, show(side.result.Score), show(side.result.Grade), show(side.plain.Total.RuleScore), show(side.plain.Total.Grade))
			}
		}
		if c.Difference == nil {
			continue
		}
		compared++
		oldSum, newSum = oldSum.Add(parse(t, *old.Total.RuleScore)), newSum.Add(parse(t, *new.Total.RuleScore))
		if *c.Old.Grade != *c.New.Grade {
			flips++
		}
		var changes number.Number
		for _, ch := range c.Changes {
			changes = changes.Add(parse(t, *ch.Difference))
			moved++
		}
		if !changes.Equal(parse(t, *c.Difference)) {
			t.Errorf("%s: its indicators changed by %s, its total by %s", c.ID, changes, *c.Difference)
		}
		byRule = byRule.Add(changes)
	}
	s := report.Summary
	if s.Compared != compared || s.OldSum != oldSum.Fixed(2) || s.NewSum != newSum.Fixed(2) || s.Difference != newSum.Sub(oldSum).Fixed(2) || s.Flips < flips {
		t.Errorf("summary %+v; plainly %d cases, %s, %s, %d flips", s, compared, oldSum, newSum, flips)
	}
	if s.Gained+s.Lost+s.Same != s.Compared || s.Compared+s.Open != s.Cases {
		t.Errorf("the counts of the summary do not add up: %+v", s)
	}
	if compared == 0 || moved == 0 || flips == 0 || s.Open == 0 {
		t.Fatalf("a test of nothing: %d compared, %d changes, %d flips, %d open", compared, moved, flips, s.Open)
	}
	if !byRule.Equal(newSum.Sub(oldSum)) {
		t.Errorf("by rule %s, by case %s", byRule, newSum.Sub(oldSum))
	}
	rulesReconcile(t, report)
}

// rulesReconcile adds up the rules again from the cases.
func rulesReconcile(t *testing.T, report *impact.Report) {
	sums := map[string]number.Number{}
	for _, c := range report.Cases {
		for _, ch := range c.Changes {
			if ch.Difference != nil {
				sums[ch.Indicator] = sums[ch.Indicator].Add(parse(t, *ch.Difference))
			}
		}
	}
	for _, r := range report.Indicators {
		if !sums[r.ID].Equal(parse(t, r.Difference)) {
			t.Errorf("%s: %s in the table of rules, %s in the cases", r.ID, r.Difference, sums[r.ID])
		}
	}
}

func show(text *string) string {
	if text == nil {
		return "-"
	}
	return *text
}

func assess(t *testing.T, rules *engine.Rules, entry cohort.Entry) *engine.Assessment {
	t.Helper()
	c, err := entry.Read()
	if err == nil {
		err = cohort.Bind(c.Facts, rules.Framework.Schema)
	}
	if err != nil {
		t.Fatal(err)
	}
	a, err := rules.Evaluate(context.Background(), engine.Case{ID: c.ID, Title: c.Title, Facts: c.Facts})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// A version compared with itself changes nothing.
func TestNothingChanges(t *testing.T) {
	same := shipped.FrameworkDir(t)
	report := run(t, comparison(t, same, same), find(t, generated(t, 20)))
	for _, c := range report.Cases {
		if len(c.Changes) > 0 || c.Difference != nil && parse(t, *c.Difference).Sign() != 0 {
			t.Errorf("%s changed: %+v", c.ID, c.Changes)
		}
	}
}

// The same bytes, however many processors there are, and whether or not the two
// versions share a schema.
func TestStable(t *testing.T) {
	newDir := changed(t, thresholds())
	entries := find(t, generated(t, 60))
	want := ""
	for _, processors := range []int{1, 2, 7} {
		before := runtime.GOMAXPROCS(processors)
		report := run(t, comparison(t, shipped.FrameworkDir(t), newDir), entries)
		runtime.GOMAXPROCS(before)
		got, err := json.Marshal(report)
		if err != nil {
			t.Fatal(err)
		}
		if want == "" {
			want = string(got)
		}
		if string(got) != want {
			t.Errorf("another report with %d processors", processors)
		}
	}
	apart := impact.Comparison{Old: compile(t, load(t, shipped.FrameworkDir(t))), New: compile(t, load(t, newDir))}
	if got, _ := json.Marshal(run(t, apart, entries)); string(got) != want {
		t.Error("another report where the schemas are two")
	}
}

// A version that asks for one fact more and one fact less: the departments lack
// the one, and the other is left out.
func TestOtherFacts(t *testing.T) {
	newDir := changed(t, map[string][2]string{
		"facts.schema.json":                           {`"in_post"`, `"posted"`},
		"reconcile/same_figure.rego":                  {"input.staffing.in_post", "input.staffing.posted"},
		"input/duties/staffing_control_rate.cel.yaml": {"staffing.in_post", "staffing.posted"},
	})
	report := run(t, comparison(t, shipped.FrameworkDir(t), newDir), find(t, shipped.CaseDir(t)))
	if len(report.Failed) > 0 || len(report.Cases) != 1 {
		t.Fatalf("%+v", report.Failed)
	}
	if len(report.Dropped) != 1 || report.Dropped[0] != (impact.Dropped{Path: "/staffing/in_post", ByNew: true, Cases: 1}) {
		t.Errorf("left out: %+v", report.Dropped)
	}
	c := report.Cases[0]
	if len(c.Changes) != 1 || c.Changes[0].Indicator != "staffing_control_rate" || c.Changes[0].New.Outcome != engine.Undetermined ||
		len(c.Changes[0].Causes) != 1 || c.Changes[0].Causes[0].Reason != "/staffing/posted" || c.Difference != nil {
		t.Errorf("%+v", c)
	}
	if s := report.Summary; s.NewlyOpen != 1 || s.Open != 1 || s.Compared != 0 || s.Cases != 1 {
		t.Errorf("%+v", s)
	}
}

// An indicator that is new and one that is gone count with all their points.
func TestIndicatorsComeAndGo(t *testing.T) {
	newDir := changed(t, map[string][2]string{"framework.yaml": {"{id: plan_completeness, weight: 3}", "{id: plan_wholeness, weight: 3}"}})
	for _, end := range []string{".rego", ".cases.yaml"} {
		from := filepath.Join(newDir, "input", "duties", "plan_completeness"+end)
		text, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		text = bytes.ReplaceAll(text, []byte("duties.plan_completeness"), []byte("duties.plan_wholeness"))
		if err := os.WriteFile(filepath.Join(newDir, "input", "duties", "plan_wholeness"+end), text, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(from); err != nil {
			t.Fatal(err)
		}
	}
	report := run(t, comparison(t, shipped.FrameworkDir(t), newDir), find(t, shipped.CaseDir(t)))
	found := map[string]impact.Rule{}
	for _, r := range report.Indicators {
		found[r.ID] = r
	}
	if r := found["plan_wholeness"]; r.Status != impact.Added || r.Difference != "3.00" || r.Gained != 1 || r.OldWeight != nil {
		t.Errorf("added: %+v", r)
	}
	if r := found["plan_completeness"]; r.Status != impact.Removed || r.Difference != "-3.00" || r.Lost != 1 || r.NewWeight != nil {
		t.Errorf("removed: %+v", r)
	}
	if *report.Cases[0].Difference != "0.00" || len(report.Cases[0].Changes) != 2 {
		t.Errorf("%+v", report.Cases[0])
	}
}

// Bad cases are named and do not stop the others.
func TestBadCases(t *testing.T) {
	good := fmt.Sprintf(`{"id":"a","facts":%s}`, shipped.Facts(t).Bytes())
	lines := []string{good, `{"id":"b"`, `{"id":"c","fact":{}}`, good, `{"id":"d","facts":{"department":"x","period":"2023","staffing":{"in_post":"42"}}}`}
	file := filepath.Join(t.TempDir(), "cases.jsonl")
	text := ""
	for _, l := range lines {
		text += l + "\n\n"
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	same := shipped.FrameworkDir(t)
	report := run(t, comparison(t, same, same), find(t, file))
	var failed []string
	for _, f := range report.Failed {
		failed = append(failed, fmt.Sprintf("%s %v", filepath.Base(f.Case), f.Err))
	}
	if len(report.Cases) != 1 || len(failed) != 4 {
		t.Fatalf("%d cases, failed: %q", len(report.Cases), failed)
	}
	for i, want := range []string{"jsonl:3:", "jsonl:5:", "jsonl:7", "jsonl:9:"} {
		if !bytes.Contains([]byte(failed[i]), []byte(want)) {
			t.Errorf("%q does not name %s", failed[i], want)
		}
	}
}

// TestFigures prints how fast cases are compared, decoding included: how many a
// second, and the seconds and processor seconds that a thousand take.
func TestFigures(t *testing.T) {
	c := comparison(t, shipped.FrameworkDir(t), changed(t, thresholds()))
	entries := find(t, generated(t, 1000))
	best, work := time.Hour, time.Hour
	for range 5 {
		start, spent := time.Now(), processorTime(t)
		if report := run(t, c, entries); report.Summary.Cases != 1000 {
			t.Fatalf("%d cases: %v", report.Summary.Cases, report.Failed[:1])
		}
		best, work = min(best, time.Since(start)), min(work, processorTime(t)-spent)
	}
	fmt.Printf("figure impact.cases_per_second %d\n", int(1000/best.Seconds()))
	fmt.Printf("figure impact.seconds_per_1000 %.2f\n", best.Seconds())
	fmt.Printf("figure impact.processor_seconds_per_1000 %.2f\n", work.Seconds())
}

// processorTime is what this process has used, on all processors.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
