package report

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"rubric/engine"
	"rubric/engine/cases"
	"rubric/engine/coverage"
)

// TestRun is the cases of a framework, run, and what was asked for beside.
type TestRun struct {
	Dir       string // the framework's folder, as the user gave it
	Framework engine.FrameworkRef
	Suites    []cases.Tested
	Uncased   []string        // indicators without cases
	Mutation  *Mutation       // nil if it was not asked for
	Coverage  []coverage.File // nil if it was not asked for
}

// Counts are how many cases passed and failed.
func (t TestRun) Counts() (passed, failed int) {
	for _, s := range t.Suites {
		failed += s.Failed()
		passed += len(s.Results) - s.Failed()
	}
	return passed, failed
}

// file is how a file of the framework is named to the user.
func (t TestRun) file(name string) string { return filepath.Join(t.Dir, filepath.FromSlash(name)) }

// Tested writes what became of cases: each that failed, with what it expects
// and what the policy said, then a summary.
func Tested(w io.Writer, t TestRun, words Words, width int) error {
	e := explainer{newPage(width), words}
	for _, s := range t.Suites {
		for _, r := range s.Results {
			if !r.Passed() {
				e.failedCase(t, s, r)
				e.blank()
			}
		}
	}
	e.testSummary(t)
	if t.Coverage != nil {
		e.blank()
		e.coverage(t)
	}
	if t.Mutation != nil {
		e.blank()
		e.mutation(t)
	}
	return e.to(w)
}

func (e explainer) failedCase(t TestRun, s cases.Tested, r cases.Result) {
	e.rule()
	e.block(0, e.words.say("test.failed_case", "title", s.Title, "indicator", s.Suite.Indicator, "case", r.Case.Name))
	e.block(0, fmt.Sprintf("%s:%d", t.file(s.Suite.File), r.Case.Line))
	if r.Case.Why != "" {
		e.block(2, e.words.say("test.why", "why", r.Case.Why))
	}
	e.blank()
	if r.Trouble != nil {
		e.block(2, e.words.Catalogue.Text(e.words.Lang, *r.Trouble))
		return
	}
	e.differences(r.Differs)
	if r.Case.Expect.Unsaid && differsIn(r, "items") {
		e.block(2, e.words.say("test.items_unsaid", "items", flowTexts(r.Got)))
	}
	e.blank()
	e.verdictOfPolicy(t, unexpected(r))
}

// unexpected is what the policy said without the deductions that the case
// expects, where it is about which there are: who looks for one too many need
// not read the others.
func unexpected(r cases.Result) *engine.Indicator {
	got := r.Got
	if !differsIn(r, "items") {
		return &got
	}
	got.Deductions = slices.DeleteFunc(slices.Clone(got.Deductions), func(d engine.Deduction) bool {
		return slices.Contains(r.Case.Expect.Items, d.Item)
	})
	return &got
}

func differsIn(r cases.Result, field string) bool {
	return slices.ContainsFunc(r.Differs, func(d cases.Difference) bool { return d.Field == field })
}

// flowTexts are the items of what the policy said, as a case has them.
func flowTexts(got engine.Indicator) string {
	texts := make([]string, len(got.Deductions))
	for i, d := range got.Deductions {
		if texts[i] = d.Item; d.Item == "" || strings.ContainsAny(d.Item, `,:[]{}"'#`) {
			texts[i] = strconv.Quote(d.Item)
		}
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

// differences are what was expected and what the policy said, one below the
// other, so that they can be compared.
func (e explainer) differences(all []cases.Difference) {
	names := make([]string, len(all))
	column := 0
	for i, d := range all {
		names[i] = e.words.differing(d)
		column = max(column, width(names[i]))
	}
	want, have := e.words.say("test.want"), e.words.say("test.have")
	inner := 4 + column + 2 + max(width(want), width(have)) + 2
	for i, d := range all {
		e.hang(2, pad(names[i], column+2)+pad(want, inner-column-4), e.words.values(d.Want), inner)
		e.hang(2, pad("", column+2)+pad(have, inner-column-4), e.words.values(d.Have), inner)
	}
}

// differing names what differs, and of which group.
func (w Words) differing(d cases.Difference) string {
	if d.Group == "" {
		return w.field(d.Field)
	}
	return w.say("test.field_of", "field", w.field(d.Field), "group", d.Group)
}

func (w Words) field(name string) string {
	switch name {
	case "outcome":
		return w.say("test.field_outcome")
	case "share":
		return w.say("test.field_share")
	case "points":
		return w.say("test.field_points")
	case "mark":
		return w.say("test.field_mark")
	case "score":
		return w.say("test.field_score")
	case "total":
		return w.say("test.field_total")
	case "grade":
		return w.say("test.field_grade")
	case "items":
		return w.say("test.field_items")
	case "reason":
		return w.say("test.field_reason")
	}
	return name
}

// values are texts in quotation marks where they could be mistaken, or the word
// for none.
func (w Words) values(all []string) string {
	if len(all) == 0 {
		return w.say("test.none")
	}
	shown := make([]string, len(all))
	for i, v := range all {
		if shown[i] = v; v == "" {
			shown[i] = `""`
		}
	}
	return w.say("test.values", "values", shown)
}

// verdictOfPolicy is why the policy decided as it did: its deductions and the
// facts they rest on.
func (e explainer) verdictOfPolicy(t TestRun, i *engine.Indicator) {
	for _, p := range e.words.passages(i) {
		e.block(2, p.title)
		if p.reason != "" {
			e.hang(4, e.words.say("report.reason"), p.reason, 6)
		}
		if p.place != "" {
			e.hang(4, e.words.say("report.place"), t.file(p.place), 6)
		}
		for _, f := range p.facts {
			e.block(4, e.words.say("test.fact", "fact", e.words.fact(f), "pointer", f.Pointer))
		}
	}
}

func (e explainer) testSummary(t TestRun) {
	passed, failed := t.Counts()
	if failed == 0 {
		e.block(0, e.words.say("test.all_passed", "folder", t.Dir, "cases", passed, "indicators", len(t.Suites)))
	} else {
		e.block(0, e.words.say("test.some_failed", "folder", t.Dir, "cases", passed+failed, "indicators", len(t.Suites),
			"passed", passed, "failed", failed))
	}
	if len(t.Uncased) > 0 {
		e.block(0, e.words.say("test.uncased", "indicators", t.Uncased))
	}
}
