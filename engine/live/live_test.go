package live

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rubric/engine"
	"rubric/engine/bundle"
	"rubric/engine/message"
	"rubric/engine/policy"
	"rubric/engine/policy/rego"
)

// write puts version n of a small framework into a folder.
func write(t *testing.T, dir string, n int) {
	t.Helper()
	for name, text := range map[string]string{
		"framework.yaml": fmt.Sprintf("id: x\ntitle: X\nversion: 1.0.%d\ntree:\n  - id: g\n    title: G\n    weight: 100\n    indicators:\n      - {id: a, weight: 100}\n", n),
		"facts.schema.json": `{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": false,
			"properties": {"p": {"type": "number"}}}`,
		"g/a.rego":       fmt.Sprintf("# METADATA\n# title: A\n# description: D\n# custom:\n#   evidence: [E]\npackage x.a\n\ndeductions[\"low\"] := {\"share\": 1, \"reason\": \"of %d\"} if input.p < 10\n", n),
		"g/a.cases.yaml": fmt.Sprintf("cases:\n  - name: low\n    base: {p: 9}\n    expect: {outcome: deducted, share: 1, items: [low], reason: of %d}\n", n),
	} {
		put(t, filepath.Join(dir, name), text)
	}
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func options() Options {
	return Options{Languages: []policy.Language{rego.Language{}}, Settle: 20 * time.Millisecond, Poll: 50 * time.Millisecond}
}

func open(t *testing.T) (*Rules, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "x")
	write(t, dir, 1)
	r, err := Open(t.Context(), dir, options())
	if err != nil {
		t.Fatal(err)
	}
	return r, dir
}

// firstID is the id of the first problem.
func firstID(err error) string {
	var problems message.Problems
	if !errors.As(err, &problems) {
		return fmt.Sprint(err)
	}
	return problems[0].Message.ID
}

// A new version takes the place of the old one; a broken edit keeps the last
// good one, is told, and is not tried again until it changes.
func TestReload(t *testing.T) {
	r, dir := open(t)
	first := r.Current()
	reload := func(swaps bool, version, wrong string) {
		t.Helper()
		swapped, err := r.Reload(t.Context())
		if swapped != swaps || r.Current().Framework.Version != version || firstID(err) != wrong || text(r.Wrong()) != text(err) {
			t.Errorf("swapped %v, version %s, %v", swapped, r.Current().Framework.Version, err)
		}
	}
	reload(false, "1.0.1", "<nil>")
	write(t, dir, 2)
	reload(true, "1.0.2", "<nil>")
	for _, c := range []struct{ file, text, want string }{
		{"g/a.rego", "package x.a\n\ndeductions[\"low\"] := {\n", ""},
		{"g/a.rego", "package x.a\n\nearned := {\"share\": 1, \"reason\": \"r\"} if input.q < 1\n", ""},
		{"g/a.cases.yaml", "cases:\n  - name: low\n    base: {p: 9}\n    expect: {outcome: full}\n", "live.case"},
		{"g/a.cases.yaml", "cases: [\n", "typo.yaml_unclosed"},
		{"framework.yaml", "id: x\n", "facts.yaml_need"},
		{"g/b.rego", "package x.b\n", "framework.surplus"},
	} {
		write(t, dir, 3)
		put(t, filepath.Join(dir, c.file), c.text)
		_, err := r.Reload(t.Context())
		if err == nil || c.want != "" && firstID(err) != c.want || r.Current().Framework.Version != "1.0.2" {
			t.Errorf("%s %q: %v", c.file, c.text, err)
		}
		_, again := r.Reload(t.Context())
		if text(again) != text(err) {
			t.Errorf("then %v", again)
		}
	}
	if err := os.Remove(filepath.Join(dir, "g/b.rego")); err != nil {
		t.Fatal(err)
	}
	reload(true, "1.0.3", "<nil>")
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	reload(false, "1.0.3", "bundle.unreadable")
	write(t, dir, 3)
	reload(false, "1.0.3", "<nil>")
	if first.Framework.Version != "1.0.1" {
		t.Error("rules that were taken have changed")
	}
}

// An archive is watched like a folder.
func TestArchive(t *testing.T) {
	r, dir := open(t)
	packed, err := r.Current().Framework.Pack(nil)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "x.tar.gz")
	put(t, file, string(packed))
	a, err := Open(t.Context(), file, options())
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, 2)
	if _, err := r.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if packed, err = r.Current().Framework.Pack(nil); err != nil {
		t.Fatal(err)
	}
	put(t, file, string(packed[:len(packed)/2]))
	if swapped, err := a.Reload(t.Context()); swapped || firstID(err) != "bundle.damaged" {
		t.Error(swapped, err)
	}
	put(t, file, string(packed))
	if swapped, err := a.Reload(t.Context()); !swapped || err != nil || a.Current().Framework.Version != "1.0.2" {
		t.Error(swapped, err)
	}
}

// What is not trusted is not taken, and Open refuses what is not in order.
func TestTrust(t *testing.T) {
	r, dir := open(t)
	refusal := message.Problems{{File: dir, Message: message.New("signature.unsigned")}}
	r.options.Trust = func(context.Context, *bundle.Bundle) error { return refusal }
	write(t, dir, 2)
	if swapped, err := r.Reload(t.Context()); swapped || firstID(err) != "signature.unsigned" {
		t.Error(swapped, err)
	}
	if _, err := Open(t.Context(), dir, r.options); firstID(err) != "signature.unsigned" {
		t.Error(err)
	}
	if _, err := Open(t.Context(), filepath.Join(dir, "none"), options()); err == nil {
		t.Error("nothing was opened")
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := Open(ended, dir, options()); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := r.Reload(ended); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// Watching finds edits, new folders and a folder in another's place, and tells
// each mistake once.
func TestWatch(t *testing.T) {
	r, dir := open(t)
	ctx, end := context.WithCancel(t.Context())
	told := make(chan string, 100)
	done := make(chan error)
	go func() {
		done <- r.Watch(ctx, func(rules *engine.Rules, err error) { told <- rules.Framework.Version + " " + firstID(err) })
	}()
	next := func(want string) {
		t.Helper()
		select {
		case got := <-told:
			if got != want {
				t.Errorf("told %q, want %q", got, want)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("not told %q", want)
		}
	}
	write(t, dir, 2)
	next("1.0.2 <nil>")
	put(t, filepath.Join(dir, "framework.yaml"), "id: x\n")
	next("1.0.2 facts.yaml_need")
	write(t, dir, 2)
	next("1.0.2 <nil>")
	other := filepath.Join(t.TempDir(), "x")
	write(t, other, 3)
	if err := errors.Join(os.Rename(dir, dir+"-old"), os.Rename(other, dir)); err != nil {
		t.Fatal(err)
	}
	for got := range told { // in between the folder may have been seen missing
		if got == "1.0.3 <nil>" {
			break
		}
		if !strings.HasPrefix(got, "1.0.2 ") {
			t.Fatal(got)
		}
	}
	end()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
