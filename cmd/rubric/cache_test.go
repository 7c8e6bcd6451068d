package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func evalShipped(t *testing.T, cache string) string {
	t.Helper()
	r := call(t, root, []string{"RUBRIC_CACHE=" + cache}, "eval", shipped, "--format", "json")
	if r.code != exitDone || r.stderr != "" {
		t.Fatalf("exit code %d: %s", r.code, r.stderr)
	}
	return r.stdout
}

// Nothing in the cache can change an assessment: not what an earlier run left
// there, nor any damage to it.
func TestCacheChangesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cache")
	want := evalShipped(t, settingOff)
	if got := evalShipped(t, dir); got != want {
		t.Fatal("the run that fills the cache says something else")
	}
	if got := evalShipped(t, dir); got != want {
		t.Fatal("the run that uses the cache says something else")
	}
	kept := kept(t, dir)
	for _, file := range kept {
		damage(t, file, func(what string) {
			if got := evalShipped(t, dir); got != want {
				t.Errorf("with %s of %s changed, it says something else", what, file)
			}
		})
	}
	if got := len(files(t, dir)); got != len(kept) {
		t.Errorf("%d files in the cache, not %d", got, len(kept))
	}
}

// damage changes bytes throughout a file, each alone, and looks that the file is
// written again.
func damage(t *testing.T, file string, use func(what string)) {
	t.Helper()
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const most = 12
	for n := range most {
		bad, at := slices.Clone(good), n*(len(good)-1)/(most-1)
		bad[at] ^= byte(1 + n)
		if err := os.WriteFile(file, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		use(fmt.Sprintf("byte %d", at))
		if after, err := os.ReadFile(file); err != nil || !bytes.Equal(after, good) {
			t.Fatalf("the damaged file was not written again: %v", err)
		}
	}
}

// A file of another framework does not count, under whatever name.
func TestCacheOfAnotherFramework(t *testing.T) {
	dir, other, changed := t.TempDir(), t.TempDir(), t.TempDir()
	framework := filepath.Join(changed, "urumqi")
	if err := os.CopyFS(framework, os.DirFS(filepath.Join(root, "policies/urumqi-dept-2023"))); err != nil {
		t.Fatal(err)
	}
	policy := filepath.Join(framework, "input/budget/payment_progress.rego")
	text, err := os.ReadFile(policy)
	if err != nil {
		t.Fatal(err)
	}
	milder := bytes.Replace(text, []byte(`"target": 0.25`), []byte(`"target": 0.15`), 1)
	if bytes.Equal(text, milder) {
		t.Fatal("the rule has no such target")
	}
	if err := os.WriteFile(policy, milder, 0o600); err != nil {
		t.Fatal(err)
	}
	eval := func(cache string) string {
		r := call(t, root, []string{"RUBRIC_CACHE=" + cache}, "eval", shipped, "--framework", framework, "--format", "json")
		if r.code != exitDone {
			t.Fatal(r.stderr)
		}
		return r.stdout
	}
	before, want := evalShipped(t, dir), eval(other)
	if before == want {
		t.Fatal("the change of the rule changes nothing")
	}
	if got := eval(dir); got != want {
		t.Error("the cache of the framework as it was is used for the changed one")
	}
	theirs := kept(t, other)
	for _, file := range files(t, dir) { // each under the names of the others
		for _, good := range theirs {
			if filepath.Base(file) != filepath.Base(good) {
				put(t, file, good)
				if got := evalShipped(t, dir); got != before {
					t.Error("a file under another's name counts")
				}
			}
		}
	}
}

func put(t *testing.T, file, from string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(file, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// kept are the files of the cache after one framework was used: its Rego
// plan, its CEL programs, and what its rules can yield.
func kept(t *testing.T, dir string) []string {
	t.Helper()
	all := files(t, dir)
	if len(all) != 3 {
		t.Fatalf("%d files in the cache", len(all))
	}
	return all
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*.compiled"))
	if err != nil {
		t.Fatal(err)
	}
	return all
}
