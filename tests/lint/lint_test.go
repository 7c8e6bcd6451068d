// Package lint_test plants mistakes into a framework and has the check find
// them, each at its place and nothing beside it. Each archive in
// testdata/plants holds several plants; a plant is a folder of files that are put
// over the framework of testdata/base.txtar. A mark ⟦rule⟧ stands where the
// finding is expected and is taken out before the check.
package lint_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/tools/txtar"

	"rubric/engine"
	"rubric/engine/framework"
	"rubric/engine/lint"
	"rubric/engine/message"
	"rubric/engine/policy/cel"
	"rubric/engine/policy/rego"
	"rubric/tests/internal/shipped"
)

// day is the day on which the frameworks are to be used.
const day = "2024-06-30"

// plant is one mistake.
type plant struct {
	name  string
	files map[string]string // over those of the base
	want  []string          // "file:line:column rule"
}

var (
	marks = regexp.MustCompile(`⟦([a-z-]+)⟧`)
	heads = regexp.MustCompile(`(?m)^%(rego|cel|remove)(?: (.*))?\n`)
)

// head writes out what every policy begins with.
func head(language, description string) string {
	if description == "" {
		description = "甲"
	}
	if language == "cel" {
		return "title: 甲\ndescription: " + description + "\ncustom: {evidence: [丙]}\n"
	}
	return "# METADATA\n# title: 甲\n# description: " + description +
		"\n# custom:\n#   evidence: [丙]\npackage sample.main.execution\n\nimport rego.v1\n\n"
}

func plants(t *testing.T) (all []plant) {
	t.Helper()
	archives, err := filepath.Glob("testdata/plants/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no plants", err)
	}
	for _, file := range archives {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		family := strings.TrimSuffix(filepath.Base(file), ".txtar")
		for _, f := range archive.Files {
			name, path, _ := strings.Cut(f.Name, "/")
			p := plant{name: family + "/" + name, files: map[string]string{}}
			p.take(path, string(f.Data))
			all = append(all, p)
		}
	}
	return all
}

// take takes a file over, its marks as what is wanted.
func (p *plant) take(path, text string) {
	if h := heads.FindStringSubmatch(text); h != nil && h[1] == "remove" {
		file, rule, _ := strings.Cut(h[2], " ")
		p.files[path] = ""
		p.want = append(p.want, fmt.Sprintf("%s:1:1 %s", file, marks.FindStringSubmatch(rule)[1]))
		return
	}
	text = heads.ReplaceAllStringFunc(text, func(line string) string {
		h := heads.FindStringSubmatch(line)
		return head(h[1], h[2])
	})
	for at := marks.FindStringSubmatchIndex(text); at != nil; at = marks.FindStringSubmatchIndex(text) {
		before := text[:at[0]]
		line, start := strings.Count(before, "\n")+1, strings.LastIndex(before, "\n")+1
		p.want = append(p.want, fmt.Sprintf("%s:%d:%d %s", path, line, utf8.RuneCountInString(before[start:])+1, text[at[2]:at[3]]))
		text = before + text[at[1]:]
	}
	p.files[path] = text
}

// write puts the base and what is over it into a folder. A policy in one
// language takes the place of that in the other; an empty text takes a file away.
func write(t *testing.T, over map[string]string) string {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/base.txtar")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range archive.Files {
		files[f.Name] = string(f.Data)
	}
	for name, text := range over {
		delete(files, strings.TrimSuffix(name, ".rego")+".cel.yaml")
		delete(files, strings.TrimSuffix(name, ".cel.yaml")+".rego")
		if files[name] = text; text == "" {
			delete(files, name)
		}
	}
	dir := filepath.Join(t.TempDir(), "sample")
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// check is what rubric check finds in a folder.
func check(t testing.TB, dir string) []lint.Finding {
	t.Helper()
	fw, err := framework.Load(dir, []string{".rego", ".cel.yaml"})
	if err == nil {
		_, err = engine.Compile(context.Background(), fw, rego.Language{}, cel.Language{})
	}
	var problems message.Problems
	if errors.As(err, &problems) {
		return lint.Compiled(problems, func(string) []byte { return nil })
	}
	if err != nil {
		t.Fatal(err)
	}
	found, err := lint.Check(fw, lint.Options{Date: day, Bases: bases(t)})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func bases(t testing.TB) func(id string) ([]byte, error) {
	return func(id string) ([]byte, error) {
		return os.ReadFile(filepath.Join(shipped.Root(t), "inputs", id, "facts.json"))
	}
}

func places(t testing.TB, dir string, found []lint.Finding) (all []string) {
	for _, f := range found {
		file, err := filepath.Rel(dir, f.File)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprintf("%s:%d:%d %s", filepath.ToSlash(file), f.Line, f.Column, f.Rule))
	}
	return all
}

// Every planted mistake is found where it is, and nothing else is: but for cases,
// which the plants have only where they are about them.
func TestPlants(t *testing.T) {
	total, hit := 0, 0
	for _, p := range plants(t) {
		t.Run(p.name, func(t *testing.T) {
			dir := write(t, p.files)
			found := check(t, dir)
			got := places(t, dir, found)
			if !strings.Contains(strings.Join(p.want, "\n"), "no-boundary-case") {
				got = slices.DeleteFunc(got, func(f string) bool { return strings.HasSuffix(f, " no-boundary-case") })
			}
			for _, want := range p.want {
				total++
				if slices.Contains(got, want) {
					hit++
				} else {
					t.Errorf("not found: %s", want)
				}
			}
			for i, f := range got {
				if !slices.Contains(p.want, f) {
					t.Errorf("besides: %s: %s", f, found[min(i, len(found)-1)].Message.ID)
				}
			}
		})
	}
	fmt.Printf("figure check.planted_total %d\n", total)
	fmt.Printf("figure check.planted_found %d\n", hit)
}

// The base itself has no finding.
func TestBase(t *testing.T) {
	dir := write(t, nil)
	if got := places(t, dir, check(t, dir)); len(got) > 0 {
		t.Errorf("found %s", strings.Join(got, "\n"))
	}
}

// The shipped frameworks have no finding at all.
func TestShipped(t *testing.T) {
	folders, err := filepath.Glob(filepath.Join(shipped.Root(t), "policies", "*", "framework.yaml"))
	if err != nil || len(folders) == 0 {
		t.Fatal("no frameworks", err)
	}
	words, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range folders {
		for _, f := range check(t, filepath.Dir(file)) {
			if f.Rule != "expired" {
				t.Errorf("%s %s", f.Rule, words.Problem(message.Chinese, f.Problem))
			}
		}
	}
}
