// Package shipped loads the shipped framework and case for tests.
package shipped

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"rubric/engine"
	"rubric/engine/casefolder"
	"rubric/engine/facts"
	"rubric/engine/framework"
	"rubric/engine/policy/cel"
	"rubric/engine/policy/rego"
	"rubric/engine/review"
	"rubric/tests/internal/tree"
)

// The ids of what is shipped.
const (
	Framework = "urumqi-dept-2023"
	Case      = "urumqi-kexie-2023"
)

// Root is the top folder of the project.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			return dir
		}
		if filepath.Dir(dir) == dir {
			break
		}
		dir = filepath.Dir(dir)
	}
	t.Fatalf("no go.mod above the test: %v", err)
	return ""
}

// FrameworkDir is the folder of the shipped framework.
func FrameworkDir(t testing.TB) string { return filepath.Join(Root(t), "policies", Framework) }

// CaseDir is the folder of the shipped case.
func CaseDir(t testing.TB) string { return filepath.Join(Root(t), "inputs", Case) }

// Rules compiles the framework in a folder.
func Rules(t testing.TB, dir string) *engine.Rules {
	t.Helper()
	fw, err := framework.Load(dir, []string{".rego", ".cel.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	rules, err := engine.Compile(context.Background(), fw, rego.Language{}, cel.Language{})
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// Facts is the shipped case's facts.json, to be changed.
func Facts(t testing.TB) *tree.Doc {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(CaseDir(t), "facts.json"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := tree.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// Complete is the shipped case with its evidence and review, and with doc for
// its facts.
func Complete(t testing.TB, doc *facts.Document) engine.Case {
	t.Helper()
	c, err := casefolder.Load(CaseDir(t))
	if err != nil {
		t.Fatal(err)
	}
	marks, err := review.Parse(c.ReviewFile, c.Review)
	if err != nil {
		t.Fatal(err)
	}
	digest := fmt.Sprintf("sha256:%x", sha256.Sum256(c.Review))
	return engine.Case{ID: c.ID, Title: c.Title, Facts: doc, Evidence: c.Evidence, Marks: marks, ReviewDigest: &digest}
}

// Assess evaluates facts alone, without evidence and review.
func Assess(t testing.TB, rules *engine.Rules, doc *facts.Document) *engine.Assessment {
	t.Helper()
	a, err := rules.Evaluate(context.Background(), engine.Case{ID: "case", Title: "case", Facts: doc})
	if err != nil {
		t.Fatal(err)
	}
	return a
}
