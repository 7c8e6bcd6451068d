package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"path"
	"strings"

	"rubric/engine"
	"rubric/engine/cases"
)

// testDocument is a TestRun as its JSON has it.
type testDocument struct {
	Schema    string              `json:"schema"`
	Framework engine.FrameworkRef `json:"framework"`
	Folder    string              `json:"folder"`
	Passed    int                 `json:"passed"`
	Failed    int                 `json:"failed"`
	Uncased   []string            `json:"without_cases"`
	Cases     []testedCase        `json:"cases"`
	Mutation  *mutationJSON       `json:"mutation"` // null if it was not asked for
	Coverage  *coverageJSON       `json:"coverage"` // likewise
}

type testedCase struct {
	Indicator   string            `json:"indicator"`
	Name        string            `json:"name"`
	File        string            `json:"file"`
	Line        int               `json:"line"`
	Passed      bool              `json:"passed"`
	Trouble     *string           `json:"trouble"` // why it could not be run
	Differences []difference      `json:"differences"`
	Got         *engine.Indicator `json:"got"` // what the policy said, where that is not what was expected
}

type difference struct {
	Field string   `json:"field"`
	Group string   `json:"group,omitempty"` // of a case of aggregation
	Want  []string `json:"want"`
	Have  []string `json:"have"`
}

// TestSchemaID names the form of TestedJSON.
const TestSchemaID = "rubric.test/v1"

// TestedJSON writes what became of cases as one JSON document.
func TestedJSON(w io.Writer, t TestRun, words Words) error {
	d := testDocument{Schema: TestSchemaID, Framework: t.Framework, Folder: t.Dir, Uncased: append([]string{}, t.Uncased...), Cases: []testedCase{}}
	d.Passed, d.Failed = t.Counts()
	d.Mutation, d.Coverage = words.mutationJSON(t), words.coverageJSON(t)
	for _, s := range t.Suites {
		for _, r := range s.Results {
			d.Cases = append(d.Cases, caseJSON(t, s, r, words))
		}
	}
	return document(w, d)
}

func caseJSON(t TestRun, s cases.Tested, r cases.Result, words Words) testedCase {
	c := testedCase{
		Indicator: s.Suite.Indicator, Name: r.Case.Name, File: t.file(s.Suite.File), Line: r.Case.Line,
		Passed: r.Passed(), Differences: []difference{},
	}
	for _, d := range r.Differs {
		c.Differences = append(c.Differences, difference{d.Field, d.Group, append([]string{}, d.Want...), append([]string{}, d.Have...)})
	}
	switch {
	case r.Trouble != nil:
		text := words.Catalogue.Text(words.Lang, *r.Trouble)
		c.Trouble = &text
	case !r.Passed():
		c.Got = &r.Got
	}
	return c
}

// The elements of a JUnit report, as far as other programs read them.
type junitRun struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	File     string      `xml:"file,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	File    string        `xml:"file,attr"`
	Line    int           `xml:"line,attr"`
	Failure *junitFailure `xml:"failure"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// TestedJUnit writes what became of cases in the form that build servers read.
func TestedJUnit(w io.Writer, t TestRun, words Words) error {
	run := junitRun{Name: t.Framework.ID}
	passed, failed := t.Counts()
	run.Tests, run.Failures = passed+failed, failed
	for _, s := range t.Suites {
		suite := junitSuite{Name: s.Suite.Indicator, File: t.file(s.Suite.File), Tests: len(s.Results), Failures: s.Failed()}
		for _, r := range s.Results {
			suite.Cases = append(suite.Cases, junitOf(t, s, r, words))
		}
		run.Suites = append(run.Suites, suite)
	}
	if t.Mutation != nil {
		suite := words.mutationJUnit(t)
		run.Tests, run.Failures = run.Tests+suite.Tests, run.Failures+suite.Failures
		run.Suites = append(run.Suites, suite)
	}
	out, err := xml.MarshalIndent(run, "", "  ")
	if err != nil {
		return err
	}
	return write(w, xml.Header+string(out)+"\n")
}

func junitOf(t TestRun, s cases.Tested, r cases.Result, words Words) junitCase {
	c := junitCase{Name: clean(r.Case.Name), Class: classOf(t, s.Suite.File), File: t.file(s.Suite.File), Line: r.Case.Line}
	if r.Passed() {
		return c
	}
	e := explainer{newPage(DefaultWidth), words}
	e.failedCase(t, s, r)
	c.Failure = &junitFailure{Message: words.inBrief(r), Text: e.text.String()}
	return c
}

// classOf is the dotted name under which build servers group the cases of a file.
func classOf(t TestRun, file string) string {
	return strings.ReplaceAll(path.Join(t.Framework.ID, strings.TrimSuffix(file, ".cases.yaml")), "/", ".")
}

// inBrief is why a case failed, in a line.
func (w Words) inBrief(r cases.Result) string {
	if r.Trouble != nil {
		return w.Catalogue.Text(w.Lang, *r.Trouble)
	}
	d := r.Differs[0]
	return fmt.Sprintf("%s: %s %s, %s %s", w.differing(d), w.say("test.want"), w.values(d.Want), w.say("test.have"), w.values(d.Have))
}
