package casefolder

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"rubric/engine/facts"
	"rubric/engine/message"
)

const (
	goodHead     = "id: finance-2023\ntitle: 市财政局2023年\nframework: budget\nperiod: 2023\nprevious: finance-2022\n"
	goodFacts    = `{"department": "市财政局"}`
	goodEvidence = "documents: [{id: d, title: 决算表}]\nfacts: {/department: {document: d, locator: 封面}}\n"
)

// folder writes files into a new folder; the text "link:x" makes a link to x,
// "dir" a folder and "pipe" a named pipe.
func newFolder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "case")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		var err error
		switch target, isLink := strings.CutPrefix(text, "link:"); {
		case isLink:
			err = os.Symlink(target, path)
		case text == "dir":
			err = os.Mkdir(path, 0o777)
		case text == "pipe":
			err = syscall.Mkfifo(path, 0o666)
		default:
			err = os.WriteFile(path, []byte(text), 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestLoad(t *testing.T) {
	dir := newFolder(t, map[string]string{caseFile: goodHead, factsFile: "link:real.json", "real.json": goodFacts, evidenceFile: goodEvidence, reviewFile: "a: 1\n"})
	c, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if c.ID != "finance-2023" || c.Title != "市财政局2023年" || c.Framework != "budget" || c.Period != "2023" || c.Previous != "finance-2022" || c.Dir != dir {
		t.Errorf("%+v", c)
	}
	if c.Facts.At("/department").Text != "市财政局" || c.Facts.File != filepath.Join(dir, "facts.json") || c.Facts.Schema != nil {
		t.Errorf("facts %+v", c.Facts)
	}
	if s, ok := c.Evidence.For("/department"); !ok || s.String() != "决算表，封面" || c.Evidence.File != filepath.Join(dir, "evidence.yaml") {
		t.Errorf("evidence %v", s)
	}
	if string(c.Review) != "a: 1\n" || c.ReviewFile != filepath.Join(dir, "review.yaml") {
		t.Errorf("review %q in %s", c.Review, c.ReviewFile)
	}
}

func TestLoadWithoutOptionalFiles(t *testing.T) {
	dir := newFolder(t, map[string]string{caseFile: "id: a\ntitle: b\nframework: c\nperiod: d\n", factsFile: goodFacts})
	c, err := Load(dir + "/")
	if err != nil {
		t.Fatal(err)
	}
	if c.Evidence != nil || c.Review != nil || c.ReviewFile != "" || c.Previous != "" {
		t.Errorf("%+v", c)
	}
}

func TestLoadFile(t *testing.T) {
	dir := newFolder(t, map[string]string{"2023.财政局.json": goodFacts})
	for _, load := range []func(string) (*Case, error){Load, LoadFile} {
		path := filepath.Join(dir, "2023.财政局.json")
		c, err := load(path)
		if err != nil {
			t.Fatal(err)
		}
		if c.ID != "2023.财政局" || c.Framework != "" || c.Dir != "" || c.Facts.File != path || c.Evidence != nil {
			t.Errorf("%+v", c)
		}
	}
	t.Chdir(dir)
	if c, err := Load("2023.财政局.json"); err != nil || c.Facts.File != "2023.财政局.json" {
		t.Errorf("by its name alone: %v", err)
	}
}

func TestLoadRefuses(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string // over a good case; "" takes away
		want  string            // file:line:id of each problem
	}{
		{"no case.yaml", map[string]string{caseFile: ""}, "case.yaml:0:casefolder.no_case_file"},
		{"no facts", map[string]string{factsFile: ""}, "facts.json:0:casefolder.no_facts"},
		{"nothing", map[string]string{factsFile: "", caseFile: ""}, "case.yaml:0:casefolder.no_case_file facts.json:0:casefolder.no_facts"},
		{"facts is a folder", map[string]string{factsFile: "dir"}, "facts.json:0:casefolder.is_folder"},
		{"evidence is a pipe", map[string]string{evidenceFile: "pipe"}, "evidence.yaml:0:casefolder.not_a_file"},
		{"link out", map[string]string{factsFile: "link:../outside.json"}, "facts.json:0:casefolder.link"},
		{"absolute link out", map[string]string{reviewFile: "link:/etc/hostname"}, "review.yaml:0:casefolder.link"},
		{"link to nothing", map[string]string{evidenceFile: "link:gone.yaml"}, "evidence.yaml:0:casefolder.link"},
		{"link through a link", map[string]string{"up": "link:..", factsFile: "link:up/outside.json"}, "facts.json:0:casefolder.link"},
		{"unknown key", map[string]string{caseFile: goodHead + "grade: 3\n"}, "case.yaml:6:facts.yaml_key"},
		{"key twice", map[string]string{caseFile: goodHead + "id: x\n"}, "case.yaml:6:facts.yaml_duplicate"},
		{"keys missing", map[string]string{caseFile: "id: x\n"}, "case.yaml:1:facts.yaml_need case.yaml:1:facts.yaml_need case.yaml:1:facts.yaml_need"},
		{"title empty", map[string]string{caseFile: "id: x\nframework: f\nperiod: 1\ntitle:\n"}, "case.yaml:4:facts.yaml_null"},
		{"id with slash", map[string]string{caseFile: "framework: f\nperiod: 1\ntitle: t\nid: ../x\n"}, "case.yaml:4:casefolder.bad_id"},
		{"framework with space", map[string]string{caseFile: "framework: a b\nperiod: 1\ntitle: t\nid: x\n"}, "case.yaml:1:casefolder.bad_id"},
		{"empty review", map[string]string{reviewFile: "\n", factsFile: "{"}, "facts.json:1:facts.truncated"},
		{"all files bad", map[string]string{caseFile: "- x", factsFile: "\n[]", evidenceFile: "x: 1"},
			"case.yaml:1:facts.yaml_mapping facts.json:2:facts.not_an_object evidence.yaml:1:facts.yaml_key"},
		{"facts too large", map[string]string{factsFile: strings.Repeat(" ", facts.MaxBytes+10)}, "facts.json:1:facts.file_too_large"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files := map[string]string{caseFile: goodHead, factsFile: goodFacts}
			for name, text := range test.files {
				files[name] = text
				if text == "" {
					delete(files, name)
				}
			}
			dir := newFolder(t, files)
			if err := os.WriteFile(filepath.Join(dir, "../outside.json"), []byte(goodFacts), 0o666); err != nil {
				t.Fatal(err)
			}
			c, err := Load(dir)
			if got := briefly(t, dir, err); c != nil || !slices.Equal(got, strings.Fields(test.want)) {
				t.Errorf("%v, want %s\n%v", got, test.want, err)
			}
		})
	}
}

func TestLoadRefusesPaths(t *testing.T) {
	dir := newFolder(t, map[string]string{"facts.txt": "{}", "bad.json": "[", "out.json": "link:/etc/hostname", "dir.json": "dir"})
	for name, want := range map[string]string{
		"none":      "none:0:casefolder.missing",
		"none.json": "none.json:0:casefolder.missing",
		"facts.txt": "facts.txt:0:casefolder.not_a_case",
		"bad.json":  "bad.json:1:facts.not_an_object",
		"out.json":  "out.json:0:casefolder.link",
		"dir.json":  "dir.json/case.yaml:0:casefolder.no_case_file dir.json/facts.json:0:casefolder.no_facts",
	} {
		_, err := Load(filepath.Join(dir, name))
		if got := briefly(t, dir, err); !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%s: %v, want %s", name, got, want)
		}
	}
	if _, err := LoadFile(filepath.Join(dir, "none.json")); !slices.Equal(briefly(t, dir, err), []string{"none.json:0:casefolder.no_such_file"}) {
		t.Errorf("%v", err)
	}
}

// briefly is file:line:id of the problems in err.
func briefly(t *testing.T, dir string, err error) (lines []string) {
	t.Helper()
	var problems message.Problems
	if err != nil && !errors.As(err, &problems) {
		t.Fatalf("the error is a %T: %v", err, err)
	}
	for _, p := range problems {
		file, relErr := filepath.Rel(dir, p.File)
		if relErr != nil {
			t.Fatal(relErr)
		}
		lines = append(lines, fmt.Sprintf("%s:%d:%s", filepath.ToSlash(file), p.Line, p.Message.ID))
	}
	return lines
}
