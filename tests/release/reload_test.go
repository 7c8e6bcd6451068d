package release_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rubric/engine"
	"rubric/engine/bundle"
	"rubric/engine/facts"
	"rubric/engine/framework"
	"rubric/engine/live"
	"rubric/engine/policy"
	"rubric/engine/policy/cel"
	"rubric/engine/policy/rego"
	"rubric/engine/receipt"
	"rubric/tests/internal/shipped"
)

// Reloading under load: so many evaluations a second, while the folder is
// rewritten so many times.
const (
	rate     = 1000
	rewrites = 200
	workers  = 4
)

// versionFiles are version n of a framework with a policy in each language, each
// of which says the version in its reason.
func versionFiles(n int) []bundle.File {
	file := func(name, format string, args ...any) bundle.File {
		return bundle.File{Name: name, Text: fmt.Appendf(nil, format, args...)}
	}
	return []bundle.File{
		file("framework.yaml", "id: x\ntitle: X\nversion: 1.0.%d\ntree:\n  - id: g\n    title: G\n    weight: 100\n    indicators:\n      - {id: a, weight: 60}\n      - {id: b, weight: 40}\n", n),
		file("facts.schema.json", `{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": false, "properties": {"p": {"type": "number"}}}`),
		file("g/a.rego", "# METADATA\n# title: A\n# description: D\n# custom:\n#   evidence: [E]\npackage x.a\n\ndeductions[\"low\"] := {\"share\": 1, \"reason\": \"version 1.0.%d\"} if input.p < 10\n", n),
		file("g/a.cases.yaml", "cases:\n  - name: low\n    base: {p: 9}\n    expect: {outcome: deducted, share: 1, items: [low], reason: version 1.0.%d}\n", n),
		file("g/b.cel.yaml", "title: B\ndescription: D\ncustom:\n  evidence: [E]\ndeductions:\n  - item: low\n    condition: facts.p < 10\n    share: 1\n    reason: version 1.0.%d\n", n),
		file("g/b.cases.yaml", "cases:\n  - name: low\n    base: {p: 9}\n    expect: {outcome: deducted, share: 1, items: [low], reason: version 1.0.%d}\n", n),
	}
}

// broken is version n with one of several mistakes.
func broken(n int) []bundle.File {
	files := versionFiles(n)
	switch n % 4 {
	case 0:
		files[2].Text = files[2].Text[:len(files[2].Text)/2]
	case 1:
		files[3].Text = []byte(strings.Replace(string(files[3].Text), "deducted", "full", 1))
	case 2:
		files[0].Text = []byte("id: x\n")
	default:
		files[4].Text = []byte(strings.Replace(string(files[4].Text), "facts.p", "facts.q", 1))
	}
	return files
}

// subject is what is rewritten and evaluated.
type subject struct {
	files, broken func(n int) []bundle.File
	facts         []byte
	bases         func(id string) ([]byte, error)
	settle        time.Duration
	receipts      int                              // one for so many evaluations: that of the shipped framework takes longer than its evaluation
	check         func(a *engine.Assessment) error // that the policies are of the version that the assessment names
}

func small() subject {
	return subject{files: versionFiles, broken: broken, facts: []byte(`{"p": 9}`), settle: 20 * time.Millisecond, receipts: 1, check: func(a *engine.Assessment) error {
		for _, in := range a.Indicators {
			if len(in.Deductions) != 1 || in.Deductions[0].Reason != "version "+a.Framework.Version {
				return fmt.Errorf("%s of version %s: %+v", in.ID, a.Framework.Version, in)
			}
		}
		return nil
	}}
}

// whole is the shipped framework; its versions differ at the end of every file.
func whole(t *testing.T) subject {
	fw := loadShipped(t)
	files := func(n int) []bundle.File {
		all := slices.Clone(fw.Bundle.Files)
		for i, f := range all {
			switch {
			case f.Name == framework.TreeFile:
				all[i].Text = bytes.Replace(f.Text, []byte("version: "+fw.Version), fmt.Appendf(nil, "version: 1.0.%d", n), 1)
			case f.Name == framework.SchemaFile:
				all[i].Text = append(bytes.Clone(f.Text), bytes.Repeat([]byte("\n"), n)...)
			default:
				all[i].Text = fmt.Appendf(bytes.Clone(f.Text), "\n# of version 1.0.%d\n", n)
			}
		}
		return all
	}
	base := func(id string) ([]byte, error) {
		return os.ReadFile(filepath.Join(shipped.Root(t), "inputs", id, "facts.json"))
	}
	text, err := base(shipped.Case)
	if err != nil {
		t.Fatal(err)
	}
	return subject{files: files, facts: text, bases: base, settle: 100 * time.Millisecond, receipts: 16, check: func(*engine.Assessment) error { return nil },
		broken: func(n int) []bundle.File {
			all := files(n)
			at := n % len(all)
			all[at].Text = append([]byte("(\n"), all[at].Text...)
			return all
		}}
}

// rewriter writes versions into a folder, as editors do: file by file, in place
// and not at once.
type rewriter struct {
	subject
	t     *testing.T
	dir   string
	known sync.Map // digest of every version that stood there → whether all of it was written

	last    time.Time // of the last write
	changed int       // files of the version that is being written, so far
	stalled int
}

func (w *rewriter) note(n int) { w.known.Store(bundle.New(w.dir, w.files(n)).Digest(), true) }

// put writes a version. Where it halts, it leaves the folder half written, and
// quiet for longer than it takes to believe in one file that was saved.
func (w *rewriter) put(files []bundle.File, halts bool) {
	w.changed = 0 // what stood there before was written whole
	order := rand.Perm(len(files))
	for k, i := range order {
		w.mind()
		w.write(files[i])
		if rand.IntN(3) == 0 {
			time.Sleep(time.Duration(rand.IntN(5)) * time.Millisecond)
		}
		if halts && w.changed > 1 && k >= len(order)/2 {
			time.Sleep(2 * w.settle)
			halts = false
		}
	}
}

func (w *rewriter) write(f bundle.File) {
	path := filepath.Join(w.dir, filepath.FromSlash(f.Name))
	before, _ := os.ReadFile(path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		w.t.Error(err)
	}
	if err := os.WriteFile(path, f.Text, 0o644); err != nil {
		w.t.Error(err)
	}
	w.last = time.Now()
	if !bytes.Equal(before, f.Text) {
		w.changed++
	}
}

// mind notes what has stood there, half written, for as long as it takes to be
// believed whole: on a busy machine the writer itself may be held up between two
// files. Nothing can tell that from a version, unless its cases do.
func (w *rewriter) mind() {
	enough := 5 * w.settle
	if w.changed == 1 {
		enough = w.settle
	}
	if w.changed == 0 || time.Since(w.last) < enough*9/10 {
		return
	}
	if b, err := bundle.Read(w.dir); err == nil {
		if _, known := w.known.LoadOrStore(b.Digest(), false); !known {
			w.stalled++
		}
	}
}

// all rewrites the folder; every fourth version is broken, every fifth written
// with a halt. A version stands for too short a time to be believed, or long
// enough.
func (w *rewriter) all() {
	for n := 2; n < rewrites+2; n++ {
		if n%4 == 3 {
			w.put(w.broken(n/4), n%5 == 0)
		} else {
			w.note(n)
			w.put(w.files(n), n%5 == 0)
		}
		time.Sleep(w.settle/4 + time.Duration(rand.Int64N(int64(16*w.settle))))
	}
}

// load evaluates at the rate until ctx ends.
type load struct {
	subject
	done, failed atomic.Int64
	seen         sync.Map // versions
}

func (l *load) run(ctx context.Context, t *testing.T, rules *live.Rules, known *sync.Map) {
	var wait sync.WaitGroup
	began := time.Now()
	for k := range workers {
		wait.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				due := began.Add(time.Duration(i*workers+k) * time.Second / rate)
				time.Sleep(time.Until(due))
				if err := l.one(rules.Current(), known, i%l.receipts == 0); err != nil {
					l.failed.Add(1)
					t.Error(err)
					return
				}
				l.done.Add(1)
			}
		})
	}
	wait.Wait()
}

// one evaluates a case from its bytes, and holds the receipt to the versions
// that existed and the reasons to the version.
func (l *load) one(rules *engine.Rules, known *sync.Map, withReceipt bool) error {
	doc, err := facts.Parse("facts.json", l.facts)
	if err == nil {
		err = doc.Bind(rules.Framework.Schema)
	}
	if err != nil {
		return err
	}
	a, err := rules.Evaluate(context.Background(), engine.Case{ID: "c", Facts: doc})
	if err != nil {
		return err
	}
	version, digest := a.Framework.Version, a.Framework.Digest
	if withReceipt {
		r, err := receipt.New(a, receipt.Source{Framework: rules.Framework, FrameworkPath: "x", CasePath: "c", Facts: doc})
		if err != nil {
			return err
		}
		version, digest = r.Framework.Version, r.Framework.Digest
	}
	written, existed := known.Load(digest)
	if !existed {
		return fmt.Errorf("version %s, %s, never stood there", version, digest)
	}
	if written == false {
		return nil
	}
	l.seen.Store(version, true)
	return l.check(a)
}

// No evaluation fails and none is on a half-read version while the folder is
// rewritten under it, and each receipt names a version that existed.
func TestReloadUnderLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	s := small()
	if os.Getenv("RUBRIC_RELOAD") == "shipped" { // as much as half a core, and minutes
		s = whole(t)
	}
	w := &rewriter{subject: s, t: t, dir: filepath.Join(t.TempDir(), "x")}
	w.note(1)
	w.put(w.files(1), false)
	rules, err := live.Open(t.Context(), w.dir, live.Options{Settle: s.settle, Poll: time.Second, Bases: s.bases,
		Languages: []policy.Language{rego.Language{}, cel.Language{}}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	var refused atomic.Int64
	var wait sync.WaitGroup
	wait.Go(func() {
		_ = rules.Watch(ctx, func(_ *engine.Rules, err error) {
			if err != nil {
				refused.Add(1)
			}
		})
	})
	l := &load{subject: s}
	wait.Go(func() { l.run(ctx, t, rules, &w.known) })
	began := time.Now()
	w.all()
	w.note(rewrites + 2)
	w.put(w.files(rewrites+2), false) // the last must get through
	last := fmt.Sprintf("1.0.%d", rewrites+2)
	for deadline := time.Now().Add(60 * time.Second); rules.Current().Framework.Version != last && time.Now().Before(deadline); {
		time.Sleep(s.settle)
	}
	achieved := float64(l.done.Load()) / time.Since(began).Seconds()
	end()
	wait.Wait()
	versions := 0
	l.seen.Range(func(any, any) bool { versions++; return true })
	if rules.Current().Framework.Version != last {
		t.Errorf("version %s, and %s was written last", rules.Current().Framework.Version, last)
	}
	if versions < 10 || refused.Load() == 0 {
		t.Errorf("%d versions were evaluated with, %d refused: the test shows nothing", versions, refused.Load())
	}
	fmt.Printf("figure reload.evaluations_per_second %.0f\nfigure reload.evaluations %d\nfigure reload.failed %d\nfigure reload.rewrites %d\nfigure reload.versions %d\nfigure reload.refused %d\nfigure reload.writer_held_up %d\n",
		achieved, l.done.Load(), l.failed.Load(), rewrites, versions, refused.Load(), w.stalled)
}
