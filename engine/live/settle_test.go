package live

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"rubric/engine/bundle"
	"rubric/engine/message"
)

// files are a bundle of texts by name.
func files(texts map[string]string) look {
	var all []bundle.File
	for name, text := range texts {
		all = append(all, bundle.File{Name: name, Text: []byte(text)})
	}
	return lookAt(bundle.New("x", all))
}

func with(base map[string]string, name, text string) map[string]string {
	all := map[string]string{name: text}
	for n, t := range base {
		if n != name {
			all[n] = t
		}
	}
	return all
}

// How many ticks are asked for, by what differs from the last good version.
func TestNeed(t *testing.T) {
	base := map[string]string{"framework.yaml": "v1", "a.rego": "a", "b.rego": "b"}
	for name, c := range map[string]struct {
		now  map[string]string
		want int
	}{
		"nothing":   {base, 0},
		"one":       {with(base, "a.rego", "x"), 4},
		"the tree":  {with(base, "framework.yaml", "v2"), 20},
		"two":       {with(with(base, "a.rego", "x"), "b.rego", "y"), 20},
		"one more":  {with(base, "c.rego", "c"), 20},
		"one fewer": {map[string]string{"framework.yaml": "v1", "a.rego": "a"}, 20},
		"renamed":   {map[string]string{"framework.yaml": "v1", "a.rego": "a", "c.rego": "b"}, 20},
	} {
		s := settling{good: files(base), last: files(c.now)}
		if got := s.need(); got != c.want {
			t.Errorf("%s: %d ticks, want %d", name, got, c.want)
		}
		s.refused = true
		if got := s.need(); got != 2*c.want {
			t.Errorf("%s, after a refusal: %d ticks, want %d", name, got, 2*c.want)
		}
		if s.longest = 15; c.want > 0 && s.need() != max(30, 2*c.want) {
			t.Errorf("%s, after a pause of 15 ticks: %d", name, s.need())
		}
		if s.longest = 99; c.want > 0 && s.need() != 40 {
			t.Errorf("%s, after a long pause: %d ticks, want 100", name, s.need())
		}
	}
	archive := files(base)
	archive.bundle.Archive = true
	if s := (settling{good: files(with(base, "a.rego", "x")), last: archive, refused: true}); s.need() != 4 {
		t.Errorf("an archive: %d ticks", s.need())
	}
}

// A folder that is half written, and quiet for longer than the time of settling,
// is not taken for a version: its files compile and their cases pass.
func TestHalfWritten(t *testing.T) {
	r, dir := open(t)
	r.options.Settle = 80 * time.Millisecond
	taken := make(chan string, 1)
	put(t, filepath.Join(dir, "framework.yaml"), fmt.Sprintf("id: x\ntitle: X\nversion: 1.0.%d\ntree:\n  - id: g\n    title: G\n    weight: 100\n    indicators:\n      - {id: a, weight: 100}\n", 2))
	go func() {
		_, _ = r.Reload(t.Context())
		taken <- r.Current().Framework.Bundle.Digest()
	}()
	time.Sleep(2 * r.options.Settle)
	write(t, dir, 2)
	whole, err := bundle.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := <-taken; got != whole.Digest() {
		t.Error("the half of it was taken")
	}
}

// While files are gone from a folder that is being replaced, what is left is not
// taken, though it is in order.
func TestFilesGone(t *testing.T) {
	r, dir := open(t)
	r.options.Settle = 80 * time.Millisecond
	before := r.Current()
	cases := filepath.Join(dir, "g/a.cases.yaml")
	text, err := os.ReadFile(cases)
	if err == nil {
		err = os.Remove(cases)
	}
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan bool)
	go func() {
		swapped, _ := r.Reload(t.Context())
		done <- swapped
	}()
	time.Sleep(2 * r.options.Settle)
	put(t, cases, string(text))
	if <-done || r.Current() != before {
		t.Error("a framework without its cases was taken")
	}
}

// What was refused unsigned is looked at again when its signature has come.
func TestSignatureLater(t *testing.T) {
	r, dir := open(t)
	r.options.Trust = func(_ context.Context, b *bundle.Bundle) error {
		if b.Signature == nil {
			return message.Problems{{File: dir, Message: message.New("signature.unsigned")}}
		}
		return nil
	}
	write(t, dir, 2)
	if swapped, err := r.Reload(t.Context()); swapped || firstID(err) != "signature.unsigned" {
		t.Error(swapped, err)
	}
	put(t, filepath.Join(dir, bundle.SignatureFile), "signed")
	if swapped, err := r.Reload(t.Context()); !swapped || err != nil {
		t.Error(swapped, err)
	}
}
