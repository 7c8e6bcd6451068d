// Package schemas_test holds the published schemas to the files they are for:
// what is shipped is valid, and planted mistakes are not.
package schemas_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"rubric/engine/schemas"
	"rubric/tests/internal/shipped"
)

func compiled(t *testing.T, s schemas.Schema) *jsonschema.Schema {
	t.Helper()
	decoded, err := jsonschema.UnmarshalJSON(bytes.NewReader(s.Text))
	if err != nil {
		t.Fatalf("%s: %v", s.Name, err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(s.Name+".json", decoded); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(s.Name + ".json")
	if err != nil {
		t.Fatalf("%s: %v", s.Name, err)
	}
	return schema
}

// value is YAML as an editor's validator sees it; dates are texts there.
func value(t *testing.T, text []byte) any {
	t.Helper()
	var node yaml.Node
	if err := yaml.Unmarshal(text, &node); err != nil {
		t.Fatal(err)
	}
	plain(&node)
	var v any
	if err := node.Decode(&v); err != nil {
		t.Fatal(err)
	}
	encoded, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := jsonschema.UnmarshalJSON(bytes.NewReader(encoded))
	if err != nil {
		t.Fatal(err)
	}
	return decoded
}

// plain makes texts of dates, as YAML 1.2 has them.
func plain(n *yaml.Node) {
	if n.ShortTag() == "!!timestamp" {
		n.Tag = "!!str"
	}
	for _, c := range n.Content {
		plain(c)
	}
}

// Every YAML file that is shipped is valid by the schema for it, and has one.
func TestShipped(t *testing.T) {
	valid := 0
	for _, top := range []string{"policies", "inputs"} {
		err := filepath.WalkDir(filepath.Join(shipped.Root(t), top), func(file string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(file, ".yaml") {
				return err
			}
			s, ok := schemas.For(file)
			if !ok {
				return nil
			}
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			if err := compiled(t, s).Validate(value(t, text)); err != nil {
				t.Errorf("%s: %v", file, err)
			}
			valid++
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if valid < 50 {
		t.Errorf("only %d files looked at", valid)
	}
}

// For each schema, a file that is valid, and what makes it invalid.
func TestPlanted(t *testing.T) {
	for _, c := range []struct {
		name, right string
		wrong       [][2]string // written in place of what
	}{
		{"framework", "id: a\ntitle: b\nversion: 1.0.0\nvalid_from: 2024-01-01\ngrades:\n  - {grade: 优, from: 90}\ntree:\n  - id: g\n    title: 组\n    weight: 100\n    indicators:\n      - {id: x, weight: 100, bonus: true}\n",
			[][2]string{{"title: b", "titel: b"}, {"2024-01-01", "January"}, {"from: 90", "form: 90"}, {"id: g", "id: G-1"},
				{"weight: 100, bonus: true", "weight: hundred"}, {"bonus: true", "bonus: 3"}, {"indicators:", "indicator:"}}},
		{"cel-policy", "title: a\ndescription: b\nearned:\n  share: 1\n  reason: c\n",
			[][2]string{{"reason", "raeson"}, {"share: 1\n", ""}, {"title: a\n", ""}}},
		{"cel-policy", "title: a\ndescription: b\ncontradictions:\n  - item: c\n    condition: facts.x > 1\n    severity: error\n    message: d\n    figures: [facts.x, 1]\n    adopt: {/x: 1}\n",
			[][2]string{{"severity: error", "severity: grave"}, {"message", "reason"}, {"[facts.x, 1]", "[1]"}, {"/x: 1", "x: 1"}, {"contradictions", "contradiction"}}},
		{"cel-policy", "title: a\ndescription: b\ngroups:\n  - group: g\n    bands:\n      - {condition: x, mark: A, reason: r}\n      - {mark: B, reason: r}\ntotal: {score: 1, grade: 优, reason: r}\ncaps:\n  - {cap: c, condition: x, mark: B, reason: r}\n",
			[][2]string{{"group: g", "name: g"}, {"cap: c, ", ""}, {"score: 1, grade: 优, ", ""}, {"{mark: B, reason: r}", "{mark: B}"}, {"bands", "band"}, {"total", "totals"}}},
		{"cases", "base: {a: A, b: 3}\ncases:\n  - name: 甲\n    expect: {marks: {g: B, h: null}, scores: {g: 1.5}, total: null, grade: 优}\n",
			[][2]string{{"grade", "grades"}, {"scores: {g: 1.5}", "scores: 1.5"}}},
		{"cases", "base: {a: {b: 1}}\ncases:\n  - name: 甲\n    patch: {/a/b: 2}\n    expect: {outcome: deducted, share: 1/3, items: [\"\"]}\n",
			[][2]string{{"outcome: deducted", "outcome: lost"}, {"/a/b", "a.b"}, {"share: 1/3", "share: third"}, {"expect", "expects"}, {"name: 甲", "nmae: 甲"}}},
		{"case", "id: a\ntitle: b\nframework: c\nperiod: \"2023\"\n",
			[][2]string{{"framework: c\n", ""}, {"period", "perod"}, {"id: a", "id: ../a"}}},
		{"evidence", "documents:\n  - {id: a, title: b}\nfacts:\n  /x: {document: a, locator: 表1, also: [{value: 3, document: a, locator: 表2}], reason: 以决算为准}\n",
			[][2]string{{"/x", "x"}, {"locator: 表1, ", ""}, {", reason: 以决算为准", ""}, {"title: b", "name: b"}}},
		{"review", "disclosure: {score: 1.5, reason: 已整改, by: 专家组}\n",
			[][2]string{{", by: 专家组", ""}, {"1.5", "多"}, {"reason", "why"}}},
		{"panel", "experts:\n  - {id: zhang, name: 张三}\nmarks:\n  disclosure:\n    reason: 已整改\n    ballots:\n      zhang: {score: 1.5, opinion: 及时}\n",
			[][2]string{{"name: 张三", "nmae: 张三"}, {"1.5", "高"}, {"ballots", "votes"}}},
		{"map", "tables:\n  - file: a*.csv\n    header: 3-4\n    rows: {column: 季度, names: {一季度: q1}}\n    skip: [合计]\n    facts:\n      /payments/*/paid: {column: 支付数, unit: 元}\n      /payments/*/date: 日期\n",
			[][2]string{{"header", "haeder"}, {"3-4", "third"}, {"column: 季度, ", ""}, {", names: {一季度: q1}", ""}, {"unit: 元", "unit: 元, factor: 2"}, {"column: 支付数, ", ""}, {"/payments/*/date", "payments"}}},
		{"rubric", "lang: zh\nlimits:\n  steps: 300000\n  bytes: off\n",
			[][2]string{{"lang: zh", "lang: fr"}, {"steps", "setps"}, {"300000", "-1"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, ok := schemas.Find(c.name)
			if !ok {
				t.Fatal("no such schema")
			}
			schema := compiled(t, s)
			if err := schema.Validate(value(t, []byte(c.right))); err != nil {
				t.Error(err)
			}
			for _, w := range c.wrong {
				if !strings.Contains(c.right, w[0]) {
					t.Fatalf("no %q", w[0])
				}
				if text := strings.Replace(c.right, w[0], w[1], 1); schema.Validate(value(t, []byte(text))) == nil {
					t.Errorf("%q for %q is valid", w[1], w[0])
				}
			}
		})
	}
}

// There is a schema for every name, and each says which files it is for.
func TestAll(t *testing.T) {
	for _, s := range schemas.All() {
		if len(s.Text) == 0 || len(s.Files) == 0 {
			t.Errorf("%s has no text or no files", s.Name)
		}
		compiled(t, s)
	}
}

// The settings for VS Code give each kind of file its schema, and a modeline
// leads to one.
func TestEditorSettings(t *testing.T) {
	root := shipped.Root(t)
	text, err := os.ReadFile(filepath.Join(root, ".vscode", "settings.json"))
	if err != nil {
		t.Fatal(err)
	}
	var settings struct {
		Schemas map[string]string `json:"yaml.schemas"`
	}
	if err := json.Unmarshal(text, &settings); err != nil {
		t.Fatal(err)
	}
	for file, pattern := range settings.Schemas {
		published, err := os.ReadFile(filepath.Join(root, file))
		s, known := schemas.For(strings.ReplaceAll(pattern, "*", "x"))
		if err != nil || !known || !bytes.Equal(published, s.Text) {
			t.Errorf("%s is not the schema of %s (%v)", file, pattern, err)
		}
	}
	if len(settings.Schemas) != len(schemas.All()) {
		t.Errorf("%d settings for %d schemas", len(settings.Schemas), len(schemas.All()))
	}
	tree := filepath.Join(root, "policies", shipped.Framework, "framework.yaml")
	text, err = os.ReadFile(tree)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "# yaml-language-server: $schema=")
	file, _, _ := strings.Cut(rest, "\n")
	if _, err := os.Stat(filepath.Join(filepath.Dir(tree), file)); !found || err != nil {
		t.Errorf("the modeline of %s leads nowhere: %v", tree, err)
	}
}
