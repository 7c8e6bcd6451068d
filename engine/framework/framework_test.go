package framework

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rubric/engine/message"
	"rubric/engine/number"
)

const treeText = `id: tiny
title: Tiny
version: "1"
language: en
valid_from: 2023-01-01
valid_to: 2023-12-31
rounding:
  digits: 2
  mode: half_up
grades:
  - {grade: good, from: 90}
  - {grade: fair, from: 80, to: 90}
  - {grade: poor, to: 80}
tree:
  - id: input
    title: Input
    weight: 60
    groups:
      - id: budget
        title: Budget
        weight: 60
        indicators:
          - {id: execution, weight: 57.5}
          - {id: progress, weight: 2.5}
  - id: output
    title: Output
    weight: 40
    indicators:
      - {id: lectures, weight: 40}
`

// tiny is a framework that is in order, by file.
func tiny() map[string]string {
	return map[string]string{
		TreeFile:                            treeText,
		SchemaFile:                          `{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": false, "properties": {"n": {"type": "number"}}}`,
		"input/budget/execution.rego":       "package execution\n",
		"input/budget/execution.cases.yaml": "cases: []\n",
		"input/budget/progress.cel.yaml":    "earned: 1\n",
		"output/lectures.rego":              "package lectures\n",
		"lib/people.rego":                   "package people\n",
		"reconcile/sums.rego":               "package sums\n",
		"README.md":                         "notes\n",
	}
}

// write puts files into a new folder, in the given order.
func write(t *testing.T, files map[string]string, names []string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(files[name]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func load(dir string) (*Framework, error) { return Load(dir, []string{".rego", ".cel.yaml"}) }

func loadFiles(t *testing.T, files map[string]string) (*Framework, error) {
	t.Helper()
	return load(write(t, files, slices.Sorted(maps.Keys(files))))
}

// problemsOf prints problems as "file:line:id".
func problemsOf(t *testing.T, err error) string {
	t.Helper()
	var problems message.Problems
	if err != nil && !errors.As(err, &problems) {
		t.Fatalf("the error is a %T: %v", err, err)
	}
	var all []string
	for _, p := range problems {
		all = append(all, fmt.Sprintf("%s:%d:%s", filepath.Base(p.File), p.Line, strings.TrimPrefix(p.Message.ID, "framework.")))
	}
	return strings.Join(all, " ")
}

func TestLoad(t *testing.T) {
	fw, err := loadFiles(t, tiny())
	if err != nil {
		t.Fatal(err)
	}
	if fw.ID != "tiny" || fw.Title != "Tiny" || fw.Version != "1" || fw.Language != "en" || fw.Digits != 2 || fw.Mode != number.RoundHalfUp ||
		fw.ValidFrom != "2023-01-01" || fw.ValidTo != "2023-12-31" || fw.Schema == nil {
		t.Errorf("framework %+v", fw)
	}
	var ids []string
	for _, in := range fw.Indicators() {
		ids = append(ids, in.ID+" "+in.Weight.String())
	}
	if got := strings.Join(ids, ", "); got != "execution 57.5, progress 2.5, lectures 40" {
		t.Errorf("indicators %s", got)
	}
	policies, helpers := fw.Policies(".rego")
	if len(policies) != 2 || policies[0].Indicator != "execution" || policies[1].File != "output/lectures.rego" || len(helpers) != 1 || helpers[0].File != "lib/people.rego" {
		t.Errorf("policies %v, helpers %v", policies, helpers)
	}
	if cel, _ := fw.Policies(".cel.yaml"); len(cel) != 1 || string(cel[0].Text) != "earned: 1\n" {
		t.Errorf("policies %v", cel)
	}
	if len(fw.Cases) != 1 || fw.Cases[0].Indicator != "execution" {
		t.Errorf("cases %v", fw.Cases)
	}
	if near := fw.Nearest("executoin"); near != "execution" {
		t.Errorf("nearest %q", near)
	}
}

func TestDefaults(t *testing.T) {
	files := tiny()
	files[TreeFile] = strings.Replace(cut(treeText, "language:", "grades:"), "grades:\n", "grades: []\n", 1)
	files[TreeFile] = cut(files[TreeFile], "  - {grade: good", "tree:")
	fw, err := loadFiles(t, files)
	if err != nil {
		t.Fatal(err)
	}
	if fw.Language != "zh" || fw.Digits != 2 || fw.Mode != number.RoundHalfUp || fw.GradeOf(number.Int(95)) != "" {
		t.Errorf("framework %+v", fw)
	}
}

// cut is text without what stands from one line up to another.
func cut(text, from, upTo string) string {
	i := strings.Index(text, from)
	return text[:i] + text[i+strings.Index(text[i:], upTo):]
}

// Mistakes in framework.yaml: what is written in place of what, and what is
// reported.
func TestTreeErrors(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"leaf weight", "weight: 57.5", "weight: 57", "framework.yaml:19:weights"},
		{"inner weight", "title: Budget\n        weight: 60", "title: Budget\n        weight: 59", "framework.yaml:15:weights framework.yaml:19:weights"},
		{"first level", "title: Output\n    weight: 40", "title: Output\n    weight: 41", "framework.yaml:15:total framework.yaml:25:weights"},
		{"weights in thirds", "weight: 57.5", "weight: 57.500000000000000001", "framework.yaml:19:weights"},
		{"octal", "weight: 57.5", "weight: 017", "framework.yaml:23:number"},
		{"no digit before the point", "weight: 2.5", "weight: .5", "framework.yaml:24:number"},
		{"underscore", "weight: 57.5", "weight: 57_5", "framework.yaml:23:number"},
		{"hexadecimal", "{id: lectures, weight: 40}", "{id: lectures, weight: 0x28}", "framework.yaml:29:number"},
		{"not a number", "{id: lectures, weight: 40}", "{id: lectures, weight: .nan}", "framework.yaml:29:number"},
		{"exponent is a number", "{id: lectures, weight: 40}", "{id: lectures, weight: 4e1}", ""},
		{"large exponent", "{id: lectures, weight: 40}", "{id: lectures, weight: 1e3}", "framework.yaml:25:weights"},
		{"quoted is the same digits", "{id: lectures, weight: 40}", "{id: lectures, weight: \"40.00\"}", ""},
		{"negative", "{id: execution, weight: 57.5}\n          - {id: progress, weight: 2.5}", "{id: execution, weight: 62.5}\n          - {id: progress, weight: -2.5}", "framework.yaml:24:negative_weight"},
		{"no weight", "{id: lectures, weight: 40}", "{id: lectures}", "framework.yaml:29:facts.yaml_need"},
		{"gap", "from: 80, to: 90", "from: 80, to: 89.99", "framework.yaml:12:grade_gap"},
		{"overlap", "from: 80, to: 90", "from: 80, to: 90.01", "framework.yaml:12:grade_overlap"},
		{"no upper bound", "from: 80, to: 90", "from: 80", "framework.yaml:12:grade_to"},
		{"no lower bound", "from: 80, to: 90", "to: 90", "framework.yaml:12:grade_from"},
		{"highest ends", "good, from: 90", "good, from: 90, to: 100", "framework.yaml:11:top_grade"},
		{"lowest begins above 0", "poor, to: 80", "poor, from: 60, to: 80", "framework.yaml:13:bottom_grade"},
		{"lowest begins at 0", "poor, to: 80", "poor, from: 0, to: 80", ""},
		{"empty band", "from: 80, to: 90}\n  - {grade: poor, to: 80", "from: 90, to: 90}\n  - {grade: poor, to: 90", "framework.yaml:12:grade_empty"},
		{"grade without name", "grade: fair, ", "", "framework.yaml:12:facts.yaml_need"},
		{"unknown key", "title: Tiny", "title: Tiny\ntilte: x", "framework.yaml:3:facts.yaml_key_near"},
		{"unknown key of an indicator", "{id: lectures, weight: 40}", "{id: lectures, weight: 40, title: x}", "framework.yaml:29:facts.yaml_key"},
		{"key twice", "title: Tiny", "title: Tiny\ntitle: x", "framework.yaml:3:facts.yaml_duplicate"},
		{"bad id", "id: output", "id: Out-put", "framework.yaml:25:id lectures.rego:0:misplaced"},
		{"indicator twice", "{id: progress, weight: 2.5}", "{id: execution, weight: 2.5}", "framework.yaml:24:indicator_twice"},
		{"groups and indicators", "    indicators:\n      - {id: lectures", "    groups: []\n    indicators:\n      - {id: lectures", "framework.yaml:25:group_content"},
		{"date", "2023-01-01", "2023-13-01", "framework.yaml:5:date"},
		{"no such day", "2023-12-31", "2023-02-29", "framework.yaml:6:date"},
		{"date in words", "2023-01-01", "January", "framework.yaml:5:date"},
		{"last day first", "2023-12-31", "2022-12-31", "framework.yaml:6:dates"},
		{"digits", "digits: 2", "digits: 11", "framework.yaml:8:digits"},
		{"half a digit", "digits: 2", "digits: 0.5", "framework.yaml:8:digits"},
		{"mode", "mode: half_up", "mode: bankers", "framework.yaml:9:mode"},
		{"language", "language: en", "language: fr", "framework.yaml:4:choice"},
		{"aggregation", "rounding:", "aggregation: product\nrounding:", "framework.yaml:7:choice"},
		{"version in words", "version: \"1\"", "version: draft", "framework.yaml:3:version"},
		{"version with a v", "version: \"1\"", "version: v1.0.0", "framework.yaml:3:version"},
		{"version of four numbers", "version: \"1\"", "version: 1.0.0.1", "framework.yaml:3:version"},
		{"version with a leading zero", "version: \"1\"", "version: 1.01.0", "framework.yaml:3:version"},
		{"version of a draft", "version: \"1\"", "version: 1.1.0-draft.2", ""},
		{"no id", "id: tiny\n", "", "framework.yaml:1:facts.yaml_need"},
		{"anchor", "title: Tiny", "title: &x Tiny", ""},
		{"alias", "title: Tiny\nversion: \"1\"", "title: &x Tiny\nversion: *x", "framework.yaml:3:facts.yaml_text"},
		{"no YAML", "tree:", "tree: [", "framework.yaml:14:typo.yaml_unclosed"},
		{"no tree", "tree:", "grades:", "framework.yaml:1:facts.yaml_need framework.yaml:14:facts.yaml_duplicate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(treeText, c.old) {
				t.Fatalf("no %q in the tree", c.old)
			}
			files := tiny()
			files[TreeFile] = strings.Replace(treeText, c.old, c.new, 1)
			if _, err := loadFiles(t, files); problemsOf(t, err) != c.want {
				t.Errorf("problems %q, want %q\n%v", problemsOf(t, err), c.want, err)
			}
		})
	}
}

func TestFileErrors(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(files map[string]string)
		want   string
		text   string // in the error
	}{
		{"missing policy", func(f map[string]string) { delete(f, "output/lectures.rego") }, "framework.yaml:29:no_policy", "create output/lectures.rego"},
		{"misnamed policy", func(f map[string]string) {
			f["output/lectures.rego.txt"] = f["output/lectures.rego"]
			delete(f, "output/lectures.rego")
		}, "lectures.rego.txt:0:misnamed", "rename it to lectures.rego"},
		{"yml", func(f map[string]string) {
			f["input/budget/progress.yml"] = f["input/budget/progress.cel.yaml"]
			delete(f, "input/budget/progress.cel.yaml")
		}, "progress.yml:0:misnamed", "rename it to progress.cel.yaml"},
		{"policy called by its title", func(f map[string]string) {
			f["output/讲座.rego"] = f["output/lectures.rego"]
			delete(f, "output/lectures.rego")
		}, "讲座.rego:0:misnamed", "rename it to lectures.rego"},
		{"surplus policy", func(f map[string]string) { f["output/weather.rego"] = "" }, "weather.rego:0:surplus", "weather"},
		{"misspelt policy", func(f map[string]string) { f["output/lecturs.rego"] = "" }, "lecturs.rego:0:surplus_near", "did you mean lectures?"},
		{"misspelt cases", func(f map[string]string) { f["output/lecturs.cases.yaml"] = "" }, "lecturs.cases.yaml:0:surplus_near", "did you mean lectures?"},
		{"misplaced policy", func(f map[string]string) {
			f["input/lectures.rego"] = f["output/lectures.rego"]
			delete(f, "output/lectures.rego")
		}, "lectures.rego:0:misplaced", "belongs to output;"},
		{"two policies", func(f map[string]string) { f["output/lectures.cel.yaml"] = "" }, "lectures.rego:0:two_policies", "output/lectures.cel.yaml"},
		{"no schema", func(f map[string]string) { delete(f, SchemaFile) }, "facts.schema.json:0:no_schema", ""},
		{"bad schema", func(f map[string]string) { f[SchemaFile] = `{"type": "object", "tpye": 1}` }, "facts.schema.json:1:", ""},
		{"hidden files", func(f map[string]string) { f[".git/x.rego"], f["output/.lectures.rego.swp"] = "", "" }, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := tiny()
			c.change(files)
			_, err := loadFiles(t, files)
			if got := problemsOf(t, err); !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
				t.Errorf("problems %q, want %q", got, c.want)
			}
			if err != nil && !strings.Contains(err.Error(), c.text) {
				t.Errorf("%v does not say %q", err, c.text)
			}
		})
	}
}

// A link that leads out of the folder is refused, one within is read.
func TestLinks(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "lectures.rego")
	if err := os.WriteFile(outside, []byte("package lectures\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ target, want string }{
		{outside, "lectures.rego:0:bundle.unreadable framework.yaml:29:no_policy"},
		{"../input/budget/execution.rego", ""},
		{"nowhere", "lectures.rego:0:bundle.unreadable framework.yaml:29:no_policy"},
	} {
		files := tiny()
		delete(files, "output/lectures.rego")
		files["output/notes.txt"] = ""
		dir := write(t, files, slices.Sorted(maps.Keys(files)))
		if err := os.Symlink(c.target, filepath.Join(dir, "output/lectures.rego")); err != nil {
			t.Skip(err)
		}
		if _, err := load(dir); problemsOf(t, err) != c.want {
			t.Errorf("%s: %v, want %s", c.target, err, c.want)
		}
	}
}

func TestNoFramework(t *testing.T) {
	empty := t.TempDir()
	for _, dir := range []string{empty, filepath.Join(empty, "none")} {
		_, err := load(dir)
		var problems message.Problems
		if !errors.Is(err, ErrNoFramework) || !errors.As(err, &problems) || problems[0].File != dir {
			t.Errorf("%s: %v", dir, err)
		}
	}
}

// The digest is over the names and bytes of all files, in whatever order they
// were made.
func TestDigest(t *testing.T) {
	names := slices.Sorted(maps.Keys(tiny()))
	digestOf := func(files map[string]string, names []string) string {
		fw, err := load(write(t, files, names))
		if err != nil {
			t.Fatal(err)
		}
		return fw.Digest
	}
	want := digestOf(tiny(), names)
	backwards := slices.Clone(names)
	slices.Reverse(backwards)
	if got := digestOf(tiny(), backwards); got != want || !strings.HasPrefix(want, "sha256:") || len(want) != 71 {
		t.Errorf("digest %s, then %s", want, got)
	}
	seen := map[string]string{want: "as it is"}
	for _, name := range names {
		files := tiny()
		files[name] += " "
		d := digestOf(files, names)
		if other, twice := seen[d]; twice {
			t.Errorf("a byte more in %s gives the digest of %s", name, other)
		}
		seen[d] = name
	}
	files := tiny()
	files["NOTES.md"] = files["README.md"]
	delete(files, "README.md")
	if d := digestOf(files, slices.Sorted(maps.Keys(files))); d == want {
		t.Error("another name, the same digest")
	}
}

func TestGradeOf(t *testing.T) {
	fw, err := loadFiles(t, tiny())
	if err != nil {
		t.Fatal(err)
	}
	for total, want := range map[string]string{
		"100": "good", "90": "good", "89.995": "fair", "89.999999999999999999": "fair", "80": "fair", "79.99": "poor", "0": "poor", "105": "good",
	} {
		n, err := number.Parse(total)
		if err != nil {
			t.Fatal(err)
		}
		if got := fw.GradeOf(n); got != want {
			t.Errorf("%s is %s, want %s", total, got, want)
		}
	}
}

// A framework whose folder has another name would not be found by its cases.
func TestCheckFolder(t *testing.T) {
	for folder, want := range map[string]string{"tiny": "", "tiny-2.0.0": "", "tiny@2": "", "tiny.tar.gz": "", "tiny-1.0.0.tar.gz": "",
		"tiny2": "tiny2/framework.yaml:7:5: framework.folder_name", "other": "other/framework.yaml:7:5: framework.folder_name"} {
		fw := &Framework{Dir: folder, ID: "tiny", idLine: 7, idColumn: 5}
		var problems message.Problems
		got := ""
		if errors.As(fw.CheckFolder(), &problems) {
			got = fmt.Sprintf("%s:%d:%d: %s", problems[0].File, problems[0].Line, problems[0].Column, problems[0].Message.ID)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", folder, got, want)
		}
	}
}

// The data document: one file, strict, by its digits, part of the digest.
func TestData(t *testing.T) {
	for _, c := range []struct{ name, file, text, want string }{
		{"JSON", DataFile, `{"low": 0.950, "names": ["a"]}`, `{"low":0.950,"names":["a"]}`},
		{"YAML", DataYAMLFile, "low: 0.950\nnames: [a, \"1\"]\nnone: {}\nempty: []\nyes: true\n", `{"empty":[],"low":0.950,"names":["a","1"],"none":{},"yes":true}`},
		{"twice in JSON", DataFile, `{"a": 1, "a": 2}`, "data.json:1:facts.duplicate"},
		{"twice in YAML", DataYAMLFile, "a: 1\na: 2\n", "data.yaml:2:facts.yaml_duplicate"},
		{"no object", DataYAMLFile, "- 1\n", "data.yaml:1:facts.not_an_object"},
	} {
		files := tiny()
		files[c.file] = c.text
		fw, err := loadFiles(t, files)
		got := problemsOf(t, err)
		if err == nil {
			got = string(fw.Data.Root.JSON())
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
