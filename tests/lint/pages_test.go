package lint_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rubric/engine/lint"
	"rubric/engine/message"
	"rubric/tests/internal/shipped"
)

var update = flag.Bool("update", false, "rewrite the index of the check's rules")

// Every rule has a page with a summary in both languages; its failing example is
// found by that rule, and its passing one by none but those about cases.
func TestPages(t *testing.T) {
	for _, r := range lint.Rules() {
		t.Run(r.Name, func(t *testing.T) {
			if lint.Summary(r.Name, message.Chinese) == "" || lint.Summary(r.Name, message.English) == "" {
				t.Fatal("no page, or no summary on it")
			}
			fails, passes := 0, 0
			for _, e := range lint.Examples(r.Name) {
				found := example(t, e)
				has := slices.ContainsFunc(found, func(f lint.Finding) bool { return f.Rule == r.Name })
				if e.Fails {
					fails++
					if !has {
						t.Errorf("the failing example is not found by %s, but has %v", r.Name, rulesOf(found))
					}
					continue
				}
				passes++
				if others := slices.DeleteFunc(rulesOf(found), aboutCases(r.Name)); len(others) > 0 {
					t.Errorf("the passing example has %v", others)
				}
			}
			if fails == 0 || passes == 0 {
				t.Errorf("%d failing and %d passing examples", fails, passes)
			}
		})
	}
}

// aboutCases leaves out what is said of the base's cases where an example is
// about something else.
func aboutCases(rule string) func(string) bool {
	return func(found string) bool { return found == "no-boundary-case" && rule != found }
}

// example checks the example with its head before it.
func example(t *testing.T, e lint.Example) []lint.Finding {
	t.Helper()
	text := e.Text
	switch {
	case strings.HasSuffix(e.File, ".cel.yaml") && !strings.HasPrefix(text, "title:"):
		text = head("cel", "") + text
	case strings.HasSuffix(e.File, ".rego") && !strings.Contains(text, "package "):
		text = head("rego", "") + text
	case strings.TrimSpace(text) == "":
		text = ""
	}
	return check(t, write(t, map[string]string{e.File: text}))
}

func rulesOf(found []lint.Finding) (names []string) {
	for _, f := range found {
		names = append(names, f.Rule)
	}
	return names
}

// The index lists every rule, and no page is of none.
func TestIndex(t *testing.T) {
	folder := filepath.Join(shipped.Root(t), "engine", "lint", "docs")
	index := filepath.Join(folder, "README.md")
	if *update {
		if err := os.WriteFile(index, []byte(lint.Index()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(index)
	if err != nil || string(text) != lint.Index() {
		t.Errorf("docs/README.md is not the list of rules; go test ./tests/lint -update writes it (%v)", err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), ".md")
		if _, known := lint.Find(name); !known && e.Name() != "README.md" {
			t.Errorf("%s is the page of no rule", e.Name())
		}
	}
}
