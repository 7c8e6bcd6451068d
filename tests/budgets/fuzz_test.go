package budgets_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/policy"
	"rubric/engine/policy/cel"
	"rubric/engine/policy/rego"
)

// FuzzPolicy holds any text as a policy against any facts: it does not compile,
// with a reason for people, or it has a finding, the same each time.
func FuzzPolicy(f *testing.F) {
	few := `{"name": "n", "n": 3, "long": "abab", "list": [1, 2, 3], "texts": ["x", "y"]}`
	for _, r := range runaways() {
		f.Add(r.Language == "cel", r.text, few)
		f.Add(r.Language == "cel", r.text, `{}`)
	}
	schema, err := facts.ParseSchema("facts.schema.json", []byte(schemaText))
	if err != nil {
		f.Fatal(err)
	}
	limits := policy.Limits{Steps: 20_000, Bytes: 1 << 20}
	f.Fuzz(func(t *testing.T, isCEL bool, text, factsJSON string) {
		doc, err := facts.Parse("facts.json", []byte(factsJSON))
		if err != nil || doc.Bind(schema) != nil {
			return
		}
		language := policy.Language(rego.Language{Limits: limits})
		if isCEL {
			language = cel.Language{Limits: limits}
		}
		all, err := language.Compile(context.Background(), policy.Unit{Schema: schema, Policies: []policy.Source{
			{Indicator: "p", File: "p" + language.Extension(), Text: []byte(text)}}})
		var problems message.Problems
		if err != nil && (!errors.As(err, &problems) || strings.Contains(err.Error(), "crashed")) {
			t.Fatal(err)
		}
		if err != nil {
			return
		}
		var last string
		for i := range 2 {
			finding, err := all[0].Evaluate(context.Background(), doc)
			if err != nil {
				t.Fatal(err)
			}
			if finding.Failure != nil && strings.HasSuffix(finding.Failure.Message.ID, ".crashed") {
				t.Fatal(finding.Failure)
			}
			said := outline(finding)
			if i > 0 && said != last {
				t.Fatalf("first\n%s\nthen\n%s", last, said)
			}
			last = said
		}
	})
}

// outline is what a finding says.
func outline(f *policy.Finding) string {
	text := asText(&policy.Finding{Failure: f.Failure, Used: f.Used})
	for _, d := range f.Deductions {
		text += "\n" + d.Item + " " + d.Share.String() + " " + d.Reason
		for _, c := range d.Causes {
			text += " " + c.Pointer()
		}
	}
	return text
}
