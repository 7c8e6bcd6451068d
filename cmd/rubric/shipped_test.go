package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The shipped case, from the root of the repository.
const (
	root    = "../.."
	shipped = "inputs/urumqi-kexie-2023"
)

// variant is a copy of the shipped case in which one text of one file is
// another.
func variant(t *testing.T, file, old, new string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "variant")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(root, shipped))); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil || !strings.Contains(string(data), old) {
		t.Fatalf("%s has no %s: %v", file, old, err)
	}
	writeFile(t, dir, file, strings.Replace(string(data), old, new, 1))
	return dir
}

func TestEvalShipped(t *testing.T) {
	got := call(t, root, nil, "eval", shipped, "--lang", "zh")
	if got.code != exitDone || got.stderr != "" || !strings.Contains(got.stdout, "总分：81.14（满分 100），等级：良") {
		t.Errorf("%+v", got)
	}
}

// One bad case among several does not stop the others: the array holds those
// that could be evaluated, and 2 wins.
func TestSeveralCases(t *testing.T) {
	broken := variant(t, "facts.json", "{", "{,")
	out := filepath.Join(t.TempDir(), "out.json")
	got := call(t, root, nil, "eval", shipped, broken, shipped, "--format", "json", "-o", out)
	if got.code != exitNotDone || got.stdout != "" || !strings.Contains(got.stderr, "1 of 3 not done:\n  "+broken) {
		t.Errorf("%+v", got)
	}
	var list []json.RawMessage
	if data, err := os.ReadFile(out); err != nil || json.Unmarshal(data, &list) != nil || len(list) != 2 {
		t.Error(err, len(list))
	}
	for _, verb := range [][]string{{"eval"}, {"explain"}} {
		file := filepath.Join(t.TempDir(), "none")
		got := call(t, root, nil, append(verb, broken, "-o", file)...)
		if _, err := os.Stat(file); got.code != exitNotDone || got.stdout != "" || err == nil {
			t.Errorf("%s of a broken case: %+v", verb, got)
		}
	}
}

func TestPeriodOutside(t *testing.T) {
	dir := variant(t, "case.yaml", "period: ", "period: \"1999\" # ")
	refused := call(t, root, nil, "eval", dir)
	if refused.code != exitNotDone || !strings.Contains(refused.stderr, "is valid in the period 1999; there are: 1.0.0 (2023-01-01 to 2023-12-31") {
		t.Errorf("%+v", refused)
	}
	got := call(t, root, nil, "eval", dir, "--framework", "policies/urumqi-dept-2023")
	if got.code != exitDone || !strings.Contains(got.stderr, "warning: the period 1999") ||
		!strings.Contains(got.stderr, "has the period 1999, but the fact ") {
		t.Errorf("%+v", got)
	}
}

func TestExplainShipped(t *testing.T) {
	one := call(t, root, nil, "explain", shipped, "payment_progress", "--format", "json")
	if one.code != exitDone || !strings.HasPrefix(one.stdout, "{\n  \"id\": \"payment_progress\"") {
		t.Errorf("%+v", one)
	}
	two := call(t, root, nil, "explain", shipped, "--indicator", "payment_progress,disclosure", "--format", "json")
	if two.code != exitDone || !strings.HasPrefix(two.stdout, "[\n  {\n    \"id\"") {
		t.Errorf("%+v", two)
	}
	misspelt := call(t, root, nil, "explain", shipped, "paymnt_progress")
	if misspelt.code != exitNotDone || misspelt.stdout != "" || !strings.Contains(misspelt.stderr, "did you mean “payment_progress”?") {
		t.Errorf("%+v", misspelt)
	}
}

func TestValidateShipped(t *testing.T) {
	own := call(t, root, nil, "facts", "validate", shipped) // no locale: in the framework's language
	if own.code != exitDone || own.stdout != "urumqi-kexie-2023：事实填写正确、完整。\n" {
		t.Errorf("%+v", own)
	}
	whole := call(t, root, nil, "facts", "validate", shipped, "--lang", "en")
	if whole.code != exitDone || whole.stdout != "urumqi-kexie-2023: the facts are right in form and complete\n" {
		t.Errorf("%+v", whole)
	}
	wrong := variant(t, "facts.json", `"payments"`, `"paymnts"`)
	got := call(t, root, nil, "facts", "validate", wrong, "--lang", "en")
	if got.code != exitNotDone || got.stdout != "" || !strings.Contains(got.stderr, "/paymnts: ") {
		t.Errorf("%+v", got)
	}
	got = call(t, root, nil, "facts", "validate", wrong, "--format", "json")
	if got.code != exitNotDone || got.stderr != "" || !strings.Contains(got.stdout, `"valid": false`) {
		t.Errorf("%+v", got)
	}
}

func TestCheckShipped(t *testing.T) {
	got := call(t, root, nil, "check", "policies/urumqi-dept-2023")
	if got.code != exitDone || !strings.Contains(got.stdout, "39 indicators") {
		t.Errorf("%+v", got)
	}
	dir := filepath.Join(t.TempDir(), "framework")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(root, "policies/urumqi-dept-2023"))); err != nil {
		t.Fatal(err)
	}
	writeFile(t, dir, "facts.schema.json", "{")
	got = call(t, root, nil, "check", dir)
	if got.code != exitNo || got.stderr != "" || !strings.Contains(got.stdout, "facts.schema.json:1:") {
		t.Errorf("%+v", got)
	}
	got = call(t, root, nil, "eval", shipped, "--framework", dir)
	if got.code != exitNotDone || got.stdout != "" {
		t.Errorf("%+v", got)
	}
}
