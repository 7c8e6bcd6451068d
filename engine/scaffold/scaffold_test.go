package scaffold

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rubric/engine"
	"rubric/engine/cases"
	"rubric/engine/framework"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
	"rubric/engine/policy/cel"
	"rubric/engine/policy/rego"
)

func maker(lang message.Lang) Maker {
	return Maker{Lang: lang, Languages: []policy.Language{rego.Language{}, cel.Language{}}}
}

// begun is a new framework in a folder of the test's own.
func begun(t *testing.T, m Maker) string {
	t.Helper()
	dir := t.TempDir()
	if _, err := m.Framework(context.Background(), dir, "dept-2024", `部门 "2024"：试行`); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "dept-2024")
}

// compiled is a framework that has no problem at all.
func compiled(t *testing.T, dir string) *engine.Rules {
	t.Helper()
	fw, err := framework.Load(dir, []string{".rego", ".cel.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	rules, err := engine.Compile(context.Background(), fw, rego.Language{}, cel.Language{})
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

func passes(t *testing.T, rules *engine.Rules) {
	t.Helper()
	for _, source := range rules.Framework.Cases {
		suite, err := cases.Parse(source.File, source.Indicator, source.Text)
		if err != nil {
			t.Fatal(err)
		}
		results, err := suite.Ready(rules.Framework.Schema, nil).Run(context.Background(), rules)
		if err != nil || len(results) < 4 {
			t.Fatalf("%s: %d cases, %v", source.File, len(results), err)
		}
		for _, r := range results {
			if !r.Passed() {
				t.Errorf("%s: %s: %+v", source.File, r.Case.Name, r)
			}
		}
	}
}

// Every pattern, in both policy languages and both of people's, compiles and
// passes its cases as it is, and the weights still add up.
func TestEveryPattern(t *testing.T) {
	for _, lang := range []message.Lang{message.Chinese, message.English} {
		m := maker(lang)
		dir := begun(t, m)
		passes(t, compiled(t, dir))
		for _, pattern := range Patterns() {
			for _, ext := range []string{".rego", ".cel.yaml"} {
				id := pattern + strings.ReplaceAll(ext, ".", "_")
				_, err := m.Indicator(context.Background(), dir, Indicator{ID: id, Group: "results", Pattern: pattern, Ext: ext, Weight: "2.5", TakeFrom: "plan_completeness"})
				if err != nil {
					t.Fatalf("%s: %v", id, err)
				}
			}
		}
		rules := compiled(t, dir)
		if n := len(rules.Framework.Indicators()); n != 12 {
			t.Errorf("%d indicators", n)
		}
		passes(t, rules)
	}
}

// What was there stays byte for byte, but for the lines that must change.
func TestInPlace(t *testing.T) {
	dir := begun(t, maker(message.Chinese))
	tree := filepath.Join(dir, "framework.yaml")
	text, err := os.ReadFile(tree)
	if err != nil {
		t.Fatal(err)
	}
	old := strings.Replace(string(text), "      - {id: completion_rate, weight: 40}\n", "      # 备注\n      - id: completion_rate   # 完成率\n        weight:   40    # 四十\n\n# 结束", 1)
	old = strings.ReplaceAll(old, "weight: 40\n", "weight: 40.0  # 合计\n")
	if err := os.WriteFile(tree, []byte(old), 0o600); err != nil || os.Chmod(tree, 0o600) != nil {
		t.Fatal(err)
	}
	if _, err := maker(message.Chinese).Indicator(context.Background(), dir, Indicator{ID: "archives", Group: "management", Ext: ".rego", Weight: "7.5", TakeFrom: "completion_rate"}); err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer(
		"weight:   40    # 四十", "weight:   32.5    # 四十", "weight: 40.0  # 合计", "weight: 32.5  # 合计", "    weight: 60\n", "    weight: 67.5\n",
		"      - {id: plan_completeness, weight: 60}\n", "      - {id: plan_completeness, weight: 60}\n      - {id: archives, weight: 7.5}\n").Replace(old)
	got, _ := os.ReadFile(tree)
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if info, _ := os.Stat(tree); info.Mode().Perm() != 0o600 {
		t.Errorf("the mode is %v", info.Mode())
	}
	compiled(t, dir)
}

func TestInsertProperty(t *testing.T) {
	const member = "\"b\": {\n  \"type\": \"number\"\n}"
	for _, c := range []struct{ name, schema, want string }{
		{"indented", "{\n  \"properties\": {\n    \"a\": {\"x\": \"}\"}\n  },\n  \"z\": 1\n}\n", "{\n  \"properties\": {\n    \"a\": {\"x\": \"}\"},\n    \"b\": {\n      \"type\": \"number\"\n    }\n  },\n  \"z\": 1\n}\n"},
		{"tabs", "{\n\t\"properties\": {\n\t\t\"a\": 1\n\t}}", "{\n\t\"properties\": {\n\t\t\"a\": 1,\n\t\t\"b\": {\n\t\t  \"type\": \"number\"\n\t\t}\n\t}}"},
		{"one line", `{"properties": {"a": {"properties": {}}}}`, `{"properties": {"a": {"properties": {}}, "b": { "type": "number" }}}`},
	} {
		got, err := insertProperty(c.schema, member)
		if err != nil || got != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.name, err, got, c.want)
		}
	}
	for _, bad := range []string{"", "[]", "{}", `{"properties": 1`, `{"properties": {}}`} {
		if got, err := insertProperty(bad, member); err == nil {
			t.Errorf("%q became %q", bad, got)
		}
	}
}

// What cannot be done leaves the folder as it was.
func TestNothingHalfWritten(t *testing.T) {
	m := maker(message.Chinese)
	for _, c := range []struct {
		name string
		in   Indicator
		file [2]string // an edit of framework.yaml before
		want string
	}{
		{"bad id", Indicator{ID: "Bad-Id", Group: "results"}, [2]string{}, "framework.id"},
		{"there", Indicator{ID: "completion_rate", Group: "results"}, [2]string{}, "scaffold.indicator_there"},
		{"no group said", Indicator{ID: "a"}, [2]string{}, "scaffold.which_group"},
		{"no such group", Indicator{ID: "a", Group: "result"}, [2]string{}, "scaffold.no_group"},
		{"no such pattern", Indicator{ID: "a", Group: "results", Pattern: "x"}, [2]string{}, "scaffold.pattern"},
		{"bad weight", Indicator{ID: "a", Group: "results", Weight: "three"}, [2]string{}, "scaffold.weight"},
		{"negative weight", Indicator{ID: "a", Group: "results", Weight: "-1"}, [2]string{}, "scaffold.weight"},
		{"takes too much", Indicator{ID: "a", Group: "results", Weight: "61", TakeFrom: "plan_completeness"}, [2]string{}, "scaffold.take_too_much"},
		{"takes from nobody", Indicator{ID: "a", Group: "results", TakeFrom: "plan_completness"}, [2]string{}, "engine.unknown_indicator_near"},
		{"line break in title", Indicator{ID: "a", Title: "a\nb", Group: "results"}, [2]string{}, "scaffold.title"},
		{"flow list", Indicator{ID: "a", Group: "results"}, [2]string{"indicators:\n      - {id: completion_rate, weight: 40}", "indicators: [{id: completion_rate, weight: 40}]"}, "scaffold.flow_list"},
		{"quoted weight", Indicator{ID: "a", Group: "results", Weight: "1", TakeFrom: "plan_completeness"}, [2]string{"{id: plan_completeness, weight: 60}", `{id: plan_completeness, weight: "60"}`}, "scaffold.plain_weight"},
		{"broken before", Indicator{ID: "a", Group: "results"}, [2]string{"version: 0.1.0\n", ""}, "facts.yaml_need"},
	} {
		dir := begun(t, m)
		if c.file[0] != "" {
			tree := filepath.Join(dir, "framework.yaml")
			text, _ := os.ReadFile(tree)
			changed := strings.Replace(string(text), c.file[0], c.file[1], 1)
			if changed == string(text) {
				t.Fatalf("%s: nothing to edit", c.name)
			}
			if err := os.WriteFile(tree, []byte(changed), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		before := snapshot(t, dir)
		if c.in.Ext == "" {
			c.in.Ext = ".cel.yaml"
		}
		_, err := m.Indicator(context.Background(), dir, c.in)
		var problems message.Problems
		if !errors.As(err, &problems) || problems[0].Message.ID != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
		if after := snapshot(t, dir); after != before {
			t.Errorf("%s: the folder changed", c.name)
		}
	}
}

// Writing that fails on the way is undone.
func TestWriteUndone(t *testing.T) {
	m := maker(message.Chinese)
	dir := begun(t, m)
	before := snapshot(t, dir)
	if err := os.Mkdir(filepath.Join(dir, "zz"), 0o755); err != nil {
		t.Fatal(err)
	}
	files := compiled(t, dir).Framework.Bundle.Files[:1]
	files = append(files[:1:1], files[0], files[0])
	files[0].Text, files[1].Name, files[2].Name = []byte("{}"), "new/a.txt", "zz"
	if err := write(dir, files); err == nil {
		t.Fatal("a folder was overwritten")
	}
	os.Remove(filepath.Join(dir, "zz"))
	os.Remove(filepath.Join(dir, "new"))
	if snapshot(t, dir) != before {
		t.Error("what was written was not undone")
	}
}

// snapshot is every file of a folder.
func snapshot(t *testing.T, dir string) string {
	t.Helper()
	text := ""
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		text += path + "\n" + string(content) + "\n"
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Half of another's weight, where none is said.
func TestHalf(t *testing.T) {
	m := maker(message.English)
	dir := begun(t, m)
	if _, err := m.Indicator(context.Background(), dir, Indicator{ID: "a", Group: "results", Ext: ".rego", TakeFrom: "completion_rate"}); err != nil {
		t.Fatal(err)
	}
	for _, in := range compiled(t, dir).Framework.Indicators() {
		if in.ID != "plan_completeness" && !in.Weight.Equal(number.Int(20)) {
			t.Errorf("%s has weight %s", in.ID, in.Weight)
		}
	}
}
