package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// shared is a buffer that is written and read at the same time.
type shared struct {
	sync.Mutex
	bytes.Buffer
}

func (s *shared) Write(p []byte) (int, error) {
	s.Lock()
	defer s.Unlock()
	return s.Buffer.Write(p)
}

func (s *shared) text() string {
	s.Lock()
	defer s.Unlock()
	return s.String()
}

// until waits for a text to come up so many times.
func until(t *testing.T, s, other *shared, text string, times int) {
	t.Helper()
	for range 600 {
		if strings.Count(s.text(), text) >= times {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("no %q, %d times, in:\n%s\nbeside:\n%s", text, times, s.text(), other.text())
}

// The cases are run, and again after each change: one that breaks a case, one
// that breaks the policy, one that mends both. An interrupt ends it, and the last
// run gives the exit code.
func TestWatch(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		file := filepath.Join(dir, "w", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	const policy = "title: T\ndescription: D\ncustom: {evidence: [E]}\nearned:\n  bands:\n    - {condition: facts.n >= 1, share: 1, reason: R}\n    - {condition: \"true\", share: 0, reason: R}\n"
	write("framework.yaml", "id: w\ntitle: W\nversion: 1.0.0\ntree:\n  - {id: g, title: G, weight: 100, indicators: [{id: a, weight: 100}]}\n")
	write("facts.schema.json", `{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": false, "properties": {"n": {"type": "number"}}}`)
	write("g/a.cel.yaml", policy)
	write("g/a.cases.yaml", "base: {n: 1}\ncases:\n  - name: exactly one\n    expect: {outcome: full, items: []}\n")

	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	var stdout, stderr shared
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, []string{"test", "w", "--watch"}, strings.NewReader(""), &stdout, &stderr, []string{"RUBRIC_LANG=en"}, dir)
	}()
	until(t, &stdout, &stderr, "all passed", 1)
	until(t, &stderr, &stdout, "Watching w", 1)
	write("g/a.cel.yaml", strings.Replace(policy, ">=", ">", 1))
	until(t, &stdout, &stderr, "1 failed", 1)
	until(t, &stderr, &stdout, "Watching w", 2)
	write("g/a.cel.yaml", strings.Replace(policy, "facts.n", "facts.m", 1))
	until(t, &stderr, &stdout, "a.cel.yaml:6:", 1)
	until(t, &stderr, &stdout, "Watching w", 3)
	write("g/a.cel.yaml", policy)
	until(t, &stdout, &stderr, "all passed", 2)
	until(t, &stderr, &stdout, "Watching w", 4)
	interrupt()
	select {
	case got := <-code:
		if got != exitDone {
			t.Errorf("exit code %d\n%s\n%s", got, stdout.text(), stderr.text())
		}
	case <-time.After(30 * time.Second):
		t.Fatal("it does not end")
	}
	if !strings.Contains(stderr.text(), filepath.FromSlash("w/g/a.cel.yaml")+" changed") {
		t.Errorf("it does not say what changed:\n%s", stderr.text())
	}
}
