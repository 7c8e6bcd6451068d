package cel

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"rubric/engine/facts"
	"rubric/engine/policy"
	"rubric/engine/policy/pack"
	"rubric/engine/policy/probe"
)

// shelf is a cache in memory.
type shelf map[string][]byte

func (s shelf) Load(key string) []byte { return s[key] }

func (s shelf) Save(key string, data []byte) error {
	s[key] = bytes.Clone(data)
	return nil
}

// watched is a cache that must not be written.
type watched struct {
	shelf
	t *testing.T
}

func (w watched) Save(string, []byte) error {
	w.t.Error("compiled again")
	return errors.ErrUnsupported
}

// Everything that a program can hold stands in one of these.
var wide = []policy.Source{
	{Indicator: "a", File: "a.cel.yaml", Text: []byte(head + `custom:
  interpretation: 解释
  evidence: [一, 二]
variables:
  - name: late
    expression: facts.projects.filter(p, !p.declared)
  - name: rate
    expression: facts.a / facts.b - 0.5 + 1e-3
deductions:
  - each: {over: /projects, as: p, key: k}
    item: "{p.id}"
    condition: |
      !p.declared && (has(p.name) || size(variables.late) > 1) && p.id.matches("^p[0-9]$")
    share: "p.amount > 2 ? 1/3 : min(p.amount, 0.25, -(-1))"
    reason: "{p.id}: {exact(variables.rate)} {{x}} {k}"
  - item: 其他
    condition: '{"x": [1, 2]}["x"][1] == 2 && facts.scores.exists(s, s > 0.1) && matches(facts.name, "科") && !(has(facts.tags) && facts.tags[0] == "x")'
    points: facts.c
    reason: "{percent(facts.a, 2)}"
cutoff:
  condition: facts.budget.total < 1 || facts.payments.q1.paid in [1, 2] || null != null
  reason: 截止
not_applicable:
  condition: "false"
  reason: 不适用
`)},
	{Indicator: "b", File: "b.cel.yaml", Text: []byte(head + `earned:
  bands:
    - {condition: facts.ok && facts.a >= 95/100, share: "1", reason: 好}
    - {condition: "true", share: 3/10, reason: "差 {exact(facts.a)}"}
`)},
	{Indicator: "c", File: "c.cel.yaml", Check: true, Text: []byte(head + `contradictions:
  - item: 合计
    condition: facts.a + facts.b != facts.c
    severity: warning
    message: 合计不符
    figures: [facts.a + facts.b, facts.c]
    adopt: {/c: facts.a + facts.b}
`)},
}

func compileKept(t *testing.T, cache policy.Cache, unit policy.Unit) []*policy.Policy {
	t.Helper()
	all, err := Language{Cache: cache}.Compile(context.Background(), unit)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// same compares policies by what they say of themselves and find in the facts.
func same(t *testing.T, name string, got, want []*policy.Policy, doc *facts.Document) {
	t.Helper()
	for i := range want {
		a, b := got[i], want[i]
		if !reflect.DeepEqual(a.Meta, b.Meta) || !reflect.DeepEqual(a.Reads, b.Reads) || a.Exempts != b.Exempts {
			t.Errorf("%s: %+v, want %+v", name, a, b)
		}
		found, errFound := a.Evaluate(context.Background(), doc)
		wanted, errWanted := b.Evaluate(context.Background(), doc)
		if errFound != nil || errWanted != nil || !reflect.DeepEqual(found, wanted) {
			t.Errorf("%s: found %+v (%v), want %+v (%v)", name, found, errFound, wanted, errWanted)
		}
	}
}

// A unit comes out of the cache as it went in, without being compiled; what is
// damaged in it is compiled again, and never trusted to be in order.
func TestKeptUnit(t *testing.T) {
	s := schema(t)
	doc := factsOf(t, s)
	unit := policy.Unit{Schema: s, Policies: wide, Digest: "sha256:x"}
	fresh := compileKept(t, nil, unit)
	if f, _ := fresh[0].Evaluate(context.Background(), doc); len(f.Deductions) != 3 || f.Failure != nil || f.Cutoff != nil {
		t.Fatalf("%+v", f)
	}
	cache := shelf{}
	same(t, "saved", compileKept(t, cache, unit), fresh, doc)
	if len(cache) != 1 {
		t.Fatalf("%d kept", len(cache))
	}
	for key, data := range cache {
		same(t, "kept", compileKept(t, watched{cache, t}, unit), fresh, doc)
		for i := 0; i < len(data); i += 61 {
			cache[key] = bytes.Clone(data[:i])
			same(t, fmt.Sprint("cut at ", i), compileKept(t, cache, unit), fresh, doc)
			if !bytes.Equal(cache[key], data) {
				t.Fatalf("cut at %d, it is not written again", i)
			}
		}
		for i := 0; i < len(data); i += 13 { // a cache would not give it, and yet nothing breaks
			cache[key] = bytes.Clone(data)
			cache[key][i] ^= 0x41
			for _, p := range compileKept(t, cache, unit) {
				if _, err := p.Evaluate(context.Background(), doc); err != nil {
					t.Errorf("byte %d: %v", i, err)
				}
			}
		}
	}
}

func TestKeptFor(t *testing.T) {
	s := schema(t)
	unit := policy.Unit{Schema: s, Policies: wide, Digest: "sha256:x"}
	cache := shelf{}
	compileKept(t, cache, unit)
	other := unit
	other.Digest = "sha256:y"
	if compileKept(t, cache, other); len(cache) != 2 {
		t.Error("another digest takes what is kept of the first")
	}
	other.Digest = ""
	if compileKept(t, cache, other); len(cache) != 2 {
		t.Error("a unit without a digest is kept")
	}
	probed := Language{Cache: watched{shelf{}, t}}.Probed(&probe.Recorder{})
	if _, err := probed.Compile(context.Background(), unit); err != nil {
		t.Error(err)
	}
}

// What is read is written again byte for byte: nothing gets lost on the way.
func TestKeptShipped(t *testing.T) {
	files, err := filepath.Glob("../../../policies/*/facts.schema.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s, err := facts.ParseSchema(file, text)
		if err != nil {
			t.Fatal(err)
		}
		for _, source := range sourcesIn(t, filepath.Dir(file)) {
			unit := policy.Unit{Schema: s, Policies: []policy.Source{source}, Digest: "sha256:x"}
			all, err := Language{}.Compile(context.Background(), unit)
			if err != nil {
				continue // it needs more of its framework than its schema
			}
			cache := shelf{}
			compileKept(t, cache, unit)
			for _, data := range cache {
				if again := rewritten(data); !bytes.Equal(again, data) {
					t.Errorf("%s: what was read of %d policies is written otherwise", source.File, len(all))
				}
			}
		}
	}
}

func sourcesIn(t *testing.T, dir string) (all []policy.Source) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		name, ours := strings.CutSuffix(filepath.Base(path), ".cel.yaml")
		if err != nil || !ours {
			return err
		}
		text, err := os.ReadFile(path)
		all = append(all, policy.Source{Indicator: name, File: path, Text: text, Check: strings.Contains(path, "reconcile")})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// rewritten is what was kept, read and written again.
func rewritten(data []byte) []byte {
	var all []keptPolicy
	read := &coder{Coder: pack.Reader(data)}
	if read.unit(&all); !read.Finished() {
		return nil
	}
	write := &coder{Coder: pack.Writer(), known: map[*lateStep]int{}}
	write.unit(&all)
	return write.Bytes()
}
