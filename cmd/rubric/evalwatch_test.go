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

// heard is what a running command has printed so far.
type heard struct {
	lock sync.Mutex
	text bytes.Buffer
}

func (h *heard) Write(p []byte) (int, error) {
	h.lock.Lock()
	defer h.lock.Unlock()
	return h.text.Write(p)
}

// next waits until something is printed that has not been waited for, and takes
// what was printed up to it.
func (h *heard) next(t *testing.T, want string) {
	t.Helper()
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		h.lock.Lock()
		if at := strings.Index(h.text.String(), want); at >= 0 {
			h.text.Next(at + len(want))
			h.lock.Unlock()
			return
		}
		h.lock.Unlock()
	}
	h.lock.Lock()
	defer h.lock.Unlock()
	t.Fatalf("%q was not printed: %s", want, h.text.String())
}

// A case is evaluated again when its facts change and when its rules do; rules
// that are broken leave the last good ones in use.
func TestEvalWatch(t *testing.T) {
	dir := t.TempDir()
	for _, folder := range []string{"policies/urumqi-dept-2023", shipped} {
		if err := os.CopyFS(filepath.Join(dir, folder), os.DirFS(filepath.Join(root, folder))); err != nil {
			t.Fatal(err)
		}
	}
	edit := func(file, old, new string) {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil || !strings.Contains(string(text), old) {
			t.Fatalf("%s has no %s: %v", file, old, err)
		}
		writeFile(t, dir, file, strings.Replace(string(text), old, new, 1))
	}
	ctx, end := context.WithCancel(t.Context())
	out, said, code := &heard{}, &heard{}, make(chan int)
	go func() {
		code <- run(ctx, []string{"eval", shipped, "--watch"}, strings.NewReader(""), out, said, nil, dir)
	}()
	out.next(t, "Total: 81.14")
	said.next(t, "waiting for changes")
	edit(shipped+"/facts.json", `"2023-09-30", "paid": 973.37`, `"2023-09-30", "paid": 1200.00`)
	out.next(t, "Total: 82.14")
	edit(shipped+"/facts.json", `"2023-09-30", "paid": 1200.00`, `"2023-09-30", "paid": `)
	said.next(t, "facts.json")
	edit(shipped+"/facts.json", `"2023-09-30", "paid": `, `"2023-09-30", "paid": 973.37`)
	out.next(t, "Total: 81.14")
	edit("policies/urumqi-dept-2023/framework.yaml", "version: 1.0.0", "version: broken")
	said.next(t, "its last good version 1.0.0 stays in use")
	edit("policies/urumqi-dept-2023/framework.yaml", "version: broken", "version: 1.0.1")
	said.next(t, "is in order, version 1.0.1")
	out.next(t, "version 1.0.1")
	end()
	if got := <-code; got != exitDone {
		t.Errorf("exit code %d", got)
	}
	for args, want := range map[string]string{"eval a b --watch": "works on one case", "eval a --watch --receipt r": "does not go with --receipt"} {
		if got := call(t, dir, nil, strings.Fields(args)...); got.code != exitNotDone || !strings.Contains(got.stderr, want) {
			t.Errorf("%s: %+v", args, got)
		}
	}
}
