package cel

import (
	"bytes"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// What compiles is valid by the published schema, and the other way round as
// far as a schema can say it.
func TestPolicySchema(t *testing.T) {
	decoded, err := jsonschema.UnmarshalJSON(bytes.NewReader(PolicySchema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("policy.json", decoded); err != nil {
		t.Fatal(err)
	}
	published, err := compiler.Compile("policy.json")
	if err != nil {
		t.Fatal(err)
	}
	s := schema(t)
	for _, body := range []string{
		bands,
		one("true"),
		eachOver("/payments", "q", "q.paid > 1"),
		"custom: {interpretation: 解释, evidence: [甲]}\nearned: {share: 0.5, reason: 因}\ncutoff: {condition: true, reason: 因}\n",
		"earned: {share: 1, raeson: 因}\n",
		"earned: {share: 1}\n",
		"deductions: []\n",
		"cutoff: {condition: true, reason: 因}\n",
		"earned: {points: 1, reason: 因}\n",
		"earned: {share: 1, reason: 因, bands: [{condition: true, share: 1, reason: 因}]}\n",
	} {
		var value any
		if err := yaml.Unmarshal([]byte(head+body), &value); err != nil {
			t.Fatal(err)
		}
		_, compiles := compileText(s, body)
		if valid := published.Validate(value); (valid == nil) != (compiles == nil) {
			t.Errorf("%s\nby the schema: %v\nby the compiler: %v", body, valid, compiles)
		}
	}
}
