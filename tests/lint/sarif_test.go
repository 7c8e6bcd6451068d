package lint_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"rubric/engine/lint"
	"rubric/engine/message"
	"rubric/engine/report"
)

// What the check writes as SARIF is valid by the standard's own schema, and has
// every finding with its place.
func TestSARIF(t *testing.T) {
	words, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	var found []lint.Finding
	for _, p := range plants(t) {
		found = append(found, check(t, write(t, p.files))...)
	}
	var out bytes.Buffer
	if err := report.SARIF(&out, found, "1.0.0", report.Words{Lang: message.Chinese, Catalogue: words}); err != nil {
		t.Fatal(err)
	}
	written, err := jsonschema.UnmarshalJSON(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if err := sarifSchema(t).Validate(written); err != nil {
		t.Error(err)
	}
	var log struct {
		Runs []struct {
			Results []struct {
				RuleID  string
				Message struct{ Text string }
			}
		}
	}
	if err := json.Unmarshal(out.Bytes(), &log); err != nil || len(log.Runs) != 1 || len(log.Runs[0].Results) != len(found) {
		t.Fatalf("%v, %d results for %d findings", err, len(log.Runs[0].Results), len(found))
	}
	for i, r := range log.Runs[0].Results {
		if r.RuleID != found[i].Rule || r.Message.Text == "" {
			t.Errorf("result %d is %+v", i, r)
		}
	}
}

// The schema refuses what is no SARIF, so that the test above can fail.
func TestSARIFSchema(t *testing.T) {
	for _, wrong := range []string{`{}`, `{"version": "2.0.0", "runs": []}`, `{"version": "2.1.0", "runs": [{}]}`} {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(wrong))
		if err != nil {
			t.Fatal(err)
		}
		if sarifSchema(t).Validate(value) == nil {
			t.Errorf("%s is valid", wrong)
		}
	}
}

// sarifSchema is the schema as OASIS publishes it.
func sarifSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("sarif.json", decoded); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}
