package lint

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rubric/engine"
	"rubric/engine/framework"
)

const yieldsSchema = `{"type": "object", "additionalProperties": false, "properties": {
	"rate": {"type": "number", "minimum": 0, "maximum": 1},
	"free": {"type": "number"},
	"ok": {"type": "boolean"},
	"points": {"type": "object", "additionalProperties": false, "properties": {"a": {"type": "boolean"}, "b": {"type": "boolean"}}},
	"few": {"type": "array", "maxItems": 2, "items": {"type": "object", "additionalProperties": false, "properties": {"name": {"type": "string"}, "late": {"type": "boolean"}}}},
	"many": {"type": "array", "items": {"type": "object", "additionalProperties": false, "properties": {"name": {"type": "string"}, "late": {"type": "boolean"}}}}
}}`

// ofOne is a framework of one policy and two decimals.
func ofOne(t *testing.T, name, text string) *framework.Framework {
	t.Helper()
	dir := t.TempDir()
	for file, text := range map[string]string{
		name: text, "facts.schema.json": yieldsSchema,
		"framework.yaml": "id: " + filepath.Base(dir) + "\ntitle: t\nversion: 1.0.0\nlanguage: zh\nrounding: {digits: 2, mode: half_up}\naggregation: sum\nnot_applicable: keep\n" +
			"tree: [{id: main, title: t, weight: 100, indicators: [{id: x, weight: 100}]}]\n",
	} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(file)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	fw, err := framework.Load(dir, []string{".rego", ".cel.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	return fw
}

// Of three points.
func TestYields(t *testing.T) {
	for _, c := range []struct{ what, text, want string }{
		{"a checklist by thirds", `deductions[p] := {"share": "1/3", "reason": p} if { some k, p in {"a": "A", "b": "B"}; input.points[k] == false }`, "1.00 2.00 3.00"},
		{"a share that has a name", "share := 0.1\n\ndeductions[\"a\"] := {\"share\": share, \"reason\": \"r\"} if input.ok", "2.70 3.00"},
		{"all or nothing", `deductions["a"] := {"share": 1, "reason": "r"} if input.ok`, "0.00 3.00"},
		{"two items of different shares", "deductions[\"a\"] := {\"share\": 0.5, \"reason\": \"r\"} if input.ok\n\ndeductions[\"b\"] := {\"share\": 0.25, \"reason\": \"r\"} if input.points.a", "0.75 1.50 2.25 3.00"},
		{"of a list without end, until nothing is left", `deductions[x.name] := {"share": 0.4, "reason": "r"} if { some x in input.many; x.late }`, "0.00 0.60 1.80 3.00"},
		{"a share for each element", `deductions[q.name] := {"share": q.share, "reason": "r"} if { some q in [{"name": "a", "share": 0.5}, {"name": "b", "share": 0.1}]; input.ok }`, "0.00 1.20 1.50 2.40 2.70 3.00"}, // either of the two shares, twice at most
		{"points in place of shares", `deductions["a"] := {"points": 0.2, "reason": "r"} if input.ok`, "2.80 3.00"},
		{"a cut-off", "deductions[\"a\"] := {\"share\": 0.5, \"reason\": \"r\"} if input.ok\n\ncutoff := {\"reason\": \"r\"} if input.points.a", "0.00 1.50 3.00"},
		{"not applicable keeps the weight", "deductions[\"a\"] := {\"share\": 0.5, \"reason\": \"r\"}\n\nnot_applicable := {\"reason\": \"r\"} if input.points.a", "0.00 1.50 3.00"},
		{"a share of facts", `deductions["a"] := {"share": 1 - input.rate, "reason": "r"}`, "0.00–3.00"},
		{"a share of facts between bounds", `deductions["a"] := {"share": 0.5 + (input.rate / 4), "reason": "r"} if input.ok`, "0.75–1.50 3.00"},
		{"what is not understood", `deductions["a"] := {"share": object.get({"x": 0.5}, ["x"], 1), "reason": "r"} if input.ok`, "0.00–3.00"},
		{"other values put in place", "share := 0.1\n\ndeductions[\"a\"] := {\"share\": s, \"reason\": \"r\"} if { s := share with data.x as 1 }", "nothing known"},
		{"a definition that need not hold", "share := 0.1 if input.ok\n\nshare := 0.5 if not input.ok\n\ndeductions[\"a\"] := {\"share\": share, \"reason\": \"r\"}", "0.00–3.00"},
		{"earned one way or the other", "earned := {\"share\": 1, \"reason\": \"r\"} if input.ok else := {\"share\": 0.6, \"reason\": \"r\"}", "1.80 3.00"},

		{"CEL: bands", "earned:\n  bands:\n    - {condition: facts.rate > 0.9, share: 1, reason: r}\n    - {condition: facts.rate > 0.8, share: 0.6, reason: r}\n    - {condition: \"true\", share: 0, reason: r}", "0.00 1.80 3.00"},
		{"CEL: in proportion, cut off below 90%", "earned: {share: 'min(1, facts.free / 80)', reason: r}\ncutoff: {condition: facts.free / 80 < 0.9, reason: r}", "0.00 2.70–3.00"},
		{"CEL: one for each of at most two", "deductions:\n  - item: '{x.name}'\n    each: {over: /few, as: x}\n    condition: x.late\n    share: 1 / 4\n    reason: r", "1.50 2.25 3.00"},
		{"CEL: one choice of two", "deductions:\n  - {item: a, condition: facts.ok, share: 'facts.points.a ? 0.5 : 1', reason: r}", "0.00 1.50 3.00"},
		{"CEL: a range with a step beside it", "earned:\n  bands:\n    - {condition: facts.rate >= 0.5, share: facts.rate, reason: r}\n    - {condition: \"true\", share: 0.1, reason: r}", "0.30 1.50–3.00"},
	} {
		name, head := "main/x.rego", "# METADATA\n# title: t\n# description: with\n# custom:\n#   evidence: [e]\npackage sample.x\n\nimport rego.v1\n\n"
		if strings.HasPrefix(c.what, "CEL") {
			name, head = "main/x.cel.yaml", "title: t\ndescription: d\ncustom: {evidence: [e]}\n"
		}
		fw := ofOne(t, name, head+c.text+"\n")
		asked, kept := []engine.Indicator{{ID: "x", Weight: "3", Rule: engine.RuleText{File: name}}}, memory{}
		if _, err := Yields(fw, asked, kept); err != nil || len(kept) != 1 {
			t.Fatal(kept, err)
		}
		all, err := Yields(fw, asked, kept)
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join(engine.Listed(all["x"].Published(2)), " ")
		if all["x"] == nil {
			got = "nothing known"
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
}

// memory is a cache.
type memory map[string][]byte

func (m memory) Load(key string) []byte             { return m[key] }
func (m memory) Save(key string, data []byte) error { m[key] = data; return nil }

// What is kept is of one rule, of one framework and weight, and of this form.
func TestYieldsKept(t *testing.T) {
	text := "title: t\ndescription: d\ncustom: {evidence: [e]}\nearned: {share: 'facts.ok ? 1 : 1 / 3', reason: r}\n"
	fw, other := ofOne(t, "main/x.cel.yaml", text), ofOne(t, "main/x.cel.yaml", strings.Replace(text, "1 / 3", "0", 1))
	in := engine.Indicator{ID: "x", Weight: "4", Rule: engine.RuleText{File: "main/x.cel.yaml"}}
	kept := memory{}
	told := func(fw *framework.Framework, weight string) string {
		in.Weight = weight
		all, err := Yields(fw, []engine.Indicator{in}, kept)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(engine.Listed(all["x"].Published(2)), " ")
	}
	for range 2 {
		for _, c := range []struct {
			fw           *framework.Framework
			weight, want string
		}{{fw, "4", "1.33 4.00"}, {fw, "3", "1.00 3.00"}, {other, "4", "0.00 4.00"}} {
			if got := told(c.fw, c.weight); got != c.want {
				t.Errorf("of %s: %s, want %s", c.weight, got, c.want)
			}
		}
	}
	if len(kept) != 3 {
		t.Errorf("%d are kept", len(kept))
	}
	for key := range kept {
		for _, bad := range []string{"", "null", "[]", "[null, null]", `[[["1", "x"]]]`, "{"} {
			kept[key] = []byte(bad)
			if got := told(fw, "4"); got != "1.33 4.00" {
				t.Errorf("with %q kept: %s", bad, got)
			}
		}
	}
}

// More scores than can be told apart are bounds; what the rule has given, it can.
func TestYieldsBounds(t *testing.T) {
	text := "title: t\ndescription: d\ncustom: {evidence: [e]}\ndeductions:\n  - {item: '{x.name}', each: {over: /many, as: x}, condition: x.late, share: 0.001, reason: r}\n"
	fw := ofOne(t, "main/x.cel.yaml", text)
	in := engine.Indicator{ID: "x", Weight: "3", Rule: engine.RuleText{File: "main/x.cel.yaml"}}
	all, err := Yields(fw, []engine.Indicator{in}, nil)
	if got := fmt.Sprint(engine.Listed(all["x"].Published(2))); err != nil || got != "[0.00–3.00]" {
		t.Errorf("%v, %v", got, err)
	}
	outside := "9.00"
	in.RuleScore = &outside
	if all, err := Yields(fw, []engine.Indicator{in}, nil); err != nil || all["x"] != nil {
		t.Errorf("%v, %v: a rule that gave 9 can give it", all, err)
	}
}
