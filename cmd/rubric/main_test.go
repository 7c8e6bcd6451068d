package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rubric/engine/message"
)

// result is what one run of the command left.
type result struct {
	code           int
	stdout, stderr string
}

// call runs the command in a folder with an environment of NAME=value.
func call(t *testing.T, dir string, env []string, args ...string) result {
	t.Helper()
	return callContext(context.Background(), dir, env, args...)
}

func callContext(ctx context.Context, dir string, env []string, args ...string) result {
	var stdout, stderr bytes.Buffer
	code := run(ctx, args, strings.NewReader(""), &stdout, &stderr, env, dir)
	return result{code, stdout.String(), stderr.String()}
}

func lookup(env []string) func(string) string {
	find, _ := variables(env)
	return find
}

func writeFile(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A mistake in the command line ends with exit code 2, a message that says
// what to do, and nothing on stdout.
func TestUsage(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "policies/demo/framework.yaml", "")
	writeFile(t, dir, "case/case.yaml", "id: c\ntitle: t\nframework: dmo\nperiod: \"2023\"\n")
	writeFile(t, dir, "case/facts.json", "{}")
	writeFile(t, dir, "facts.json", "{}")
	for args, want := range map[string]string{
		"":                           "Commands:",
		"evl case":                   "did you mean “eval”?",
		"evl --format json":          "did you mean “eval”?",
		"frobnicate":                 "completion, diff, eval, evidence, explain, facts",
		"facts valdate --format x":   "did you mean “validate”?",
		"eval":                       "name a case",
		"explain":                    "name a case",
		"facts validate":             "name a case",
		"check":                      "name the folder of a framework",
		"version now":                "“now”",
		"eval case --fromat json":    "did you mean --format?",
		"eval case --format":         "--format needs a value",
		"eval case --format xml":     "choose one of: table, json, markdown",
		"check policies --format md": "choose one of: text, json",
		"eval case --width 59":       "--width: “59”",
		"eval case --timeout 30":     "--timeout: “30”",
		"eval case --lang fr":        "choose one of: zh, en",
		"eval case --config none":    "no configuration file none",
		"eval case -o policies":      "policies is a folder",
		"eval case -o none/x":        "no folder none",
		"eval case":                  "did you mean demo? There are: demo",
		"eval facts.json":            "--framework",
		"check case":                 "facts validate case",
		"check none":                 "there is no folder none",
		"check policies":             "name one or several of them: policies/demo",
		"eval policies/demo":         "rubric check policies/demo",
		"eval .":                     "name one or several of them: case",
		"eval case/facts.json":       "name the case: case",
		"explain payment_progress":   "rubric explain CASE payment_progress",
		"validate case":              "did you mean “rubric facts validate”?",
		"eval case -o case/out":      "lies in ",
		"eval case --policies case":  "case holds no framework",
	} {
		got := call(t, dir, nil, strings.Fields(args)...)
		if got.code != exitNotDone || got.stdout != "" || !strings.Contains(got.stderr, want) {
			t.Errorf("rubric %s: %d, stdout %q, stderr %q, want %q", args, got.code, got.stdout, got.stderr, want)
		}
	}
}

// Help speaks the language asked for, with examples, and every sentence of it
// is in the catalogue.
func TestHelp(t *testing.T) {
	for _, verb := range []string{"", "eval", "explain", "check", "facts", "facts validate", "version", "completion", "completion bash"} {
		zh := call(t, "", nil, append(strings.Fields(verb), "--help", "--lang", "zh")...)
		en := call(t, "", []string{"RUBRIC_LANG=en", "LANG=zh_CN.UTF-8"}, append([]string{"help"}, strings.Fields(verb)...)...)
		for _, got := range []result{zh, en} {
			if got.code != exitDone || got.stderr != "" || strings.Contains(got.stdout, "[cmd.") {
				t.Errorf("%s: %+v", verb, got)
			}
		}
		if !strings.Contains(zh.stdout, "用法：\n  rubric") || !strings.Contains(zh.stdout, "示例：\n  ") {
			t.Errorf("%s: %s", verb, zh.stdout)
		}
		if !strings.Contains(en.stdout, "Usage:\n  rubric") || !strings.Contains(en.stdout, "Examples:\n  ") {
			t.Errorf("%s: %s", verb, en.stdout)
		}
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	got := callContext(ctx, t.TempDir(), nil, "eval", "a", "b", "-o", "out.json")
	if got.code != exitNotDone || got.stdout != "" || got.stderr != "interrupted; nothing was written\n" {
		t.Errorf("%+v", got)
	}
}

// Of several cases each is tried, and the end says which were bad.
func TestSeveralBad(t *testing.T) {
	got := call(t, t.TempDir(), nil, "eval", "a", "b", "--format", "json")
	for _, part := range []string{"[1/2] a … not done:\n", "[2/2] b … not done:\n", "2 of 2 not done:\n  a: ", "\n  b: "} {
		if !strings.Contains(got.stderr, part) {
			t.Errorf("%q is not in\n%s", part, got.stderr)
		}
	}
	if got.code != exitNotDone || got.stdout != "[]\n" {
		t.Errorf("%+v", got)
	}
}

func TestWorse(t *testing.T) {
	order := []int{exitDone, exitNo, exitOpen, exitNotDone}
	for i, a := range order {
		for j, b := range order {
			if got, want := worse(a, b), order[max(i, j)]; got != want {
				t.Errorf("worse(%d, %d) is %d", a, b, got)
			}
		}
	}
}

func TestClosest(t *testing.T) {
	verbs := []string{"check", "eval", "explain", "facts"}
	ids := []string{"payment_progress", "plan_completeness", "plan_reasonableness"}
	for _, c := range []struct {
		word       string
		candidates []string
		want       string
	}{
		{"evla", verbs, "eval"}, {"chek", verbs, "check"}, {"zzzzzz", verbs, ""},
		{"payment", ids, "payment_progress"}, // the only one that contains it
		{"plan", ids, ""}, {"plan_completness", ids, "plan_completeness"},
	} {
		if got := closest(c.word, c.candidates); got != c.want {
			t.Errorf("%s: got %q, want %q", c.word, got, c.want)
		}
	}
}

func TestOutside(t *testing.T) {
	for _, c := range []struct {
		period, from, to string
		want             bool
	}{
		{"2023", "2023-01-01", "2023-12-31", false},
		{"2023", "2023-01-02", "", true},
		{"2023", "", "2023-12-30", true},
		{"2023", "", "", false},
		{"2023-06", "2023-06-01", "2023-06-30", false},
		{"2023-06", "", "2023-06-29", true},
		{"2024-02", "", "2024-02-28", true}, // a leap year
		{"2023-03-05", "2023-03-05", "2023-03-05", false},
		{"2023-01/2023-06", "2023-01-01", "2023-06-30", false},
		{"2023-01/2023-07", "2023-01-01", "2023-06-30", true},
		{"二〇二三", "2024-01-01", "2024-12-31", false}, // not understood
	} {
		if got := outside(c.period, c.from, c.to); got != c.want {
			t.Errorf("%+v: got %v", c, got)
		}
	}
}

func TestCasesAndIndicators(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "two/case.yaml", "")
	a := &app{dir: dir}
	paths, ids := a.casesAndIndicators([]string{"one", "two", "three", "four/five"})
	if strings.Join(paths, " ") != "one two four/five" || strings.Join(ids, " ") != "three" {
		t.Error(paths, ids)
	}
}

// A file is replaced as a whole, keeps its mode, and leaves nothing beside it.
func TestReplaceFile(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "out"), filepath.Join(dir, "link")
	for _, text := range []string{"first", "second"} {
		if err := replaceFile(file, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(file); string(got) != text {
			t.Errorf("got %q", got)
		}
	}
	if err := os.Chmod(file, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("out", link); err != nil {
		t.Skip(err)
	}
	if err := replaceFile(link, []byte("third")); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(file)
	got, _ := os.ReadFile(file)
	if err != nil || info.Mode() != 0o600 || string(got) != "third" {
		t.Error(err, info.Mode(), string(got))
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 2 {
		t.Error(entries)
	}
}

// A message for a person at a terminal fits it; the same for a file has a line
// for each problem.
func TestTellAtATerminal(t *testing.T) {
	long := strings.Repeat("事实表里没有这一项，", 5)
	for columns, want := range map[int]string{0: long + "\n", 60: strings.Repeat("事实表里没有这一项，", 3) + "\n  " + strings.Repeat("事实表里没有这一项，", 2) + "\n"} {
		var out strings.Builder
		(&app{stderr: &out, columns: columns}).tell(long)
		if out.String() != want {
			t.Errorf("%d columns:\n%s", columns, out.String())
		}
	}
}

// Each verb is found under its own name.
func TestVerbNames(t *testing.T) {
	catalogue, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	a := &app{catalogue: catalogue, env: func(string) string { return "" }}
	for _, v := range a.verbs() {
		if c := v.command(); c.Name() != v.name {
			t.Errorf("%s makes the command %s", v.name, c.Name())
		}
	}
}
