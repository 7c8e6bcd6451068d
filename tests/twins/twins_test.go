// Package twins evaluates policies that are written twice, once in each
// language, and compares everything they say.
package twins

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/tests/internal/shipped"
	"rubric/tests/internal/tree"
	"rubric/tests/internal/vary"
)

const (
	fewestCases = 1000 // for each twin, with all facts there
	lossPercent = 50   // of which at least so many lose points
)

// TestTwins compares two frameworks of one indicator: one with the shipped
// policy, one with its twin.
func TestTwins(t *testing.T) {
	whole := shipped.Rules(t, shipped.FrameworkDir(t))
	base := shipped.Facts(t)
	bound := bind(t, base, whole.Framework.Schema)
	for i, twin := range all() {
		t.Run(twin.id, func(t *testing.T) {
			_, file := whole.Policy(twin.id)
			r := &run{
				twin: twin, base: pruned(base, whole, twin.id),
				ours:    alone(t, twin.id, filepath.Join(shipped.FrameworkDir(t), file)),
				theirs:  alone(t, twin.id, twinFile(t, twin.id)),
				chooser: vary.New(uint64(i), bound), hits: map[string]int{}, outcomes: map[engine.Outcome]int{},
			}
			r.cases(t)
			r.absences(t)
			r.report(t)
		})
	}
}

// TestEveryTwinIsGenerated: no policy of this folder is left out.
func TestEveryTwinIsGenerated(t *testing.T) {
	var want, got []string
	for _, twin := range all() {
		want = append(want, twin.id)
	}
	for _, file := range twinFiles(t) {
		got = append(got, id(file))
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Errorf("generated for %v, the folder has %v", want, got)
	}
}

// id is the indicator of a policy file.
func id(file string) string {
	name, _, _ := strings.Cut(filepath.Base(file), ".")
	return name
}

func twinFiles(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, pattern := range []string{"*.rego", "*.cel.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, files...)
	}
	return all
}

func twinFile(t *testing.T, indicator string) string {
	t.Helper()
	for _, file := range twinFiles(t) {
		if id(file) == indicator {
			return file
		}
	}
	t.Fatalf("no twin of %s", indicator)
	return ""
}

// extension is how a policy file's name ends, from its first dot.
func extension(file string) string {
	return strings.TrimPrefix(filepath.Base(file), id(file))
}

// soleIndicator is a framework of one indicator.
const soleIndicator = `id: twin
title: 一个指标
version: 1.0.0
language: zh
rounding: {digits: 2, mode: half_up}
aggregation: sum
not_applicable: keep
grades: [{grade: 优, from: 90}, {grade: 差, to: 90}]
tree: [{id: group, title: 组, weight: 100, indicators: [{id: %s, weight: 100}]}]
`

// alone compiles a framework of one indicator with that policy file.
func alone(t *testing.T, indicator, file string) *engine.Rules {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "group"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "framework.yaml"), []byte(fmt.Sprintf(soleIndicator, indicator)))
	write(t, filepath.Join(dir, "facts.schema.json"), read(t, filepath.Join(shipped.FrameworkDir(t), "facts.schema.json")))
	write(t, filepath.Join(dir, "group", indicator+extension(file)), read(t, file))
	return shipped.Rules(t, dir)
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func write(t *testing.T, file string, text []byte) {
	t.Helper()
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// run is the comparison of one twin.
type run struct {
	twin
	ours, theirs *engine.Rules
	base         *tree.Doc
	chooser      *vary.Chooser

	hits     map[string]int // boundary and side → cases
	outcomes map[engine.Outcome]int
}

// cases generates complete cases until every side of every boundary was met
// and there are enough.
func (r *run) cases(t *testing.T) {
	for n := 0; n < fewestCases; n++ {
		doc := r.base.Clone()
		r.generate(&generator{chooser: r.chooser, doc: doc, hits: r.hits})
		r.outcomes[r.compare(t, doc)]++
	}
}

// absences takes away facts, elements and counts from generated cases.
func (r *run) absences(t *testing.T) {
	p, _ := r.ours.Policy(r.id)
	for range 40 {
		doc := r.base.Clone()
		r.generate(&generator{chooser: r.chooser, doc: doc, hits: map[string]int{}})
		for _, place := range vary.Places(bind(t, doc, r.ours.Framework.Schema), p.Reads) {
			if !place.There {
				continue
			}
			without := doc.Clone()
			without.Delete(place.Pointer)
			r.outcomes[r.compare(t, without)]++
		}
	}
}

// compare evaluates a case with both, and is the outcome.
func (r *run) compare(t *testing.T, doc *tree.Doc) engine.Outcome {
	t.Helper()
	bound := bind(t, doc, r.ours.Framework.Schema)
	ours := indicator(t, r.ours, r.id, bound)
	theirs := indicator(t, r.theirs, r.id, bind(t, doc, r.theirs.Framework.Schema))
	if a, b := said(t, ours), said(t, theirs); a != b {
		t.Fatalf("facts %s\n%s", doc.Bytes(), difference(a, b))
	}
	return ours.Outcome
}

// difference shows the first lines that differ.
func difference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			from, to := max(0, i-6), i+3
			return fmt.Sprintf("the framework's policy\n%s\nits twin\n%s",
				strings.Join(x[from:min(to, len(x))], "\n"), strings.Join(y[from:min(to, len(y))], "\n"))
		}
	}
	return "one says more than the other"
}

func indicator(t *testing.T, rules *engine.Rules, id string, doc *facts.Document) *engine.Indicator {
	t.Helper()
	a := shipped.Assess(t, rules, doc)
	for i := range a.Indicators {
		if a.Indicators[i].ID == id {
			return &a.Indicators[i]
		}
	}
	t.Fatalf("no indicator %s", id)
	return nil
}

// said is all that an assessment says of an indicator, but where in which file
// the rule stands, and whether a cited value was only tested: that is a matter
// of how each language writes a test.
func said(t *testing.T, in *engine.Indicator) string {
	t.Helper()
	same := *in
	same.Deductions = slices.Clone(in.Deductions)
	for i, d := range same.Deductions {
		same.Deductions[i].Rule = engine.Place{}
		same.Deductions[i].Facts = untested(d.Facts)
	}
	if in.Cutoff != nil {
		same.Cutoff = &engine.Clause{Reason: in.Cutoff.Reason, Facts: untested(in.Cutoff.Facts)}
	}
	text, err := json.MarshalIndent(same, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// untested are cited facts with values and conditions made one.
func untested(cited engine.Citations) engine.Citations {
	all := cited.All()
	for i := range all {
		if all[i].Role == "condition" {
			all[i].Role = "value"
		}
	}
	return engine.Cite(all...)
}

// report prints what was reached, and wants all of it.
func (r *run) report(t *testing.T) {
	t.Helper()
	for _, boundary := range slices.Sorted(maps.Keys(r.hits)) {
		t.Logf("%4d cases %s", r.hits[boundary], boundary)
	}
	fmt.Printf("twins.%s cases %d, of which %d lose points; with facts missing %d; boundaries %d\n",
		r.id, r.outcomes[engine.Full]+r.outcomes[engine.Deducted], r.outcomes[engine.Deducted], r.outcomes[engine.Undetermined], len(r.hits))
	for _, boundary := range r.boundaries {
		for _, side := range []string{below, on, above} {
			if r.hits[boundary+" "+side] == 0 {
				t.Errorf("no case %s %s", boundary, side)
			}
		}
	}
	if r.outcomes[engine.Deducted]*100 < fewestCases*lossPercent {
		t.Errorf("%d cases lose points", r.outcomes[engine.Deducted])
	}
	if r.outcomes[engine.Full] == 0 || r.outcomes[engine.Undetermined] == 0 || r.outcomes[engine.Failed] > 0 {
		t.Errorf("outcomes %v", r.outcomes)
	}
}

// pruned leaves out what the indicator does not read: it saves most of the
// time.
func pruned(doc *tree.Doc, rules *engine.Rules, id string) *tree.Doc {
	p, _ := rules.Policy(id)
	out := doc.Clone()
	for _, top := range rules.Framework.Schema.Properties {
		read := slices.ContainsFunc(p.Reads, func(s *facts.Schema) bool { return strings.HasPrefix(s.Path()+"/", top.Path()+"/") })
		if !read && !top.Required {
			out.Delete(top.Path())
		}
	}
	return out
}

func bind(t *testing.T, doc *tree.Doc, schema *facts.Schema) *facts.Document {
	t.Helper()
	bound, err := doc.Bind(schema)
	if err != nil {
		t.Fatal(err)
	}
	return bound
}
