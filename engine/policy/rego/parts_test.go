package rego

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"rubric/engine/facts"
	"rubric/engine/policy"
)

func TestClusters(t *testing.T) {
	const policies = 4
	for _, c := range []struct {
		modules []string // policies, then helpers
		want    string
	}{
		{[]string{"package p.a", "package p.b", "package q", "package r"}, "[[0] [1] [2] [3]]"},
		{[]string{"package p.a\nx := data.p.b.y", "package p.b", "package q", "package r"}, "[[0 1] [2] [3]]"},
		{[]string{"package p.a\nimport data.r.z as zz", "package p.b", "package q", "package r"}, "[[0 3] [1] [2]]"},
		{[]string{"package p.a\nx if data.p.b.y.z with data.q as 1", "package p.b", "package q", "package r"}, "[[0 1 2] [3]]"},
		{[]string{"package p.a", "package p.b", "package q\nx := data.p[_]", "package r"}, "[[0 1 2] [3]]"},
		{[]string{"package p.a", "package p", "package q", "package r"}, "[[0 1] [2] [3]]"},
		{[]string{"package p.a", "package p.ab", "package q\nx := data.table.low", "package r"}, "[[0] [1] [2] [3]]"},
		{[]string{"package p.a", "package p.b", "package q", "package r\nx if { some k; data[k] }"}, "[[0 1 2 3]]"},
		{[]string{"package p.a", "package p.b", "package q", "package r\nimport data\nx := data"}, "[[0 1 2 3]]"},
		{[]string{"package p.a\nx := data.lib.one.f(1)", "package p.b", "package q\ny := data.lib.two.g", "package r",
			"package lib.one\nimport data.lib.two\nf(x) := two.g", "package lib.two\ng := 1", "package lib.idle"}, "[[0 2 4 5 6] [1] [3]]"},
	} {
		unit := policy.Unit{}
		for i, text := range c.modules {
			s := policy.Source{File: fmt.Sprint(i, ".rego"), Text: []byte(text + "\n")}
			if i < policies {
				unit.Policies = append(unit.Policies, s)
			} else {
				unit.Helpers = append(unit.Helpers, s)
			}
		}
		whole := newCompilation(unit)
		if err := whole.run(context.Background(), whole.parse); err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(whole.clusters()); got != c.want {
			t.Errorf("%s: %s, want %s", strings.Join(c.modules, "; "), got, c.want)
		}
		if got := whole.parts(); len(got) != 1 {
			t.Errorf("so little text is compiled in %d parts", len(got))
		}
	}
}

// shipped are the Rego policies, checks and helpers of a shipped framework.
func shipped(t *testing.T, name string) policy.Unit {
	t.Helper()
	dir := filepath.Join("../../../policies", name)
	text, err := os.ReadFile(filepath.Join(dir, "facts.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	unit := policy.Unit{Digest: "sha256:x"}
	if unit.Schema, err = facts.ParseSchema("facts.schema.json", text); err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		id, ours := strings.CutSuffix(filepath.Base(path), ".rego")
		if err != nil || !ours {
			return err
		}
		text, err := os.ReadFile(path)
		s := policy.Source{Indicator: id, File: filepath.ToSlash(path), Text: text, Check: strings.Contains(path, "reconcile")}
		if strings.Contains(path, "/lib/") {
			s.Indicator = ""
			unit.Helpers = append(unit.Helpers, s)
		} else {
			unit.Policies = append(unit.Policies, s)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return unit
}

// In parts, the shipped policies read, and find in the shipped case, what they
// do as a whole; from the cache as well. The steps may differ by a few: OPA puts
// conditions that may stand in any order into that of the names of variables,
// which it numbers through all modules.
func TestPartsOfShipped(t *testing.T) {
	unit := shipped(t, "urumqi-dept-2023")
	ctx := context.Background()
	whole := Language{}.newCompilation(unit)
	if err := whole.run(ctx, whole.parse, whole.shape); err != nil {
		t.Fatal(err)
	}
	parts := whole.parts()
	if len(parts) != mostParts {
		t.Fatalf("%d parts", len(parts))
	}
	together, err := whole.compile(ctx, [][]int{everything(parts)})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../../../inputs/urumqi-kexie-2023/facts.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := facts.ParseBound("facts.json", text, unit.Schema)
	if err != nil {
		t.Fatal(err)
	}
	cache := shelf{}
	for _, l := range []Language{{}, {Cache: cache}, {Cache: watched{cache, t}}} {
		got, err := l.Compile(ctx, unit)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range policiesOf(unit, together) {
			a, errA := got[i].Evaluate(ctx, doc)
			b, errB := want.Evaluate(ctx, doc)
			a.Used, b.Used = policy.Usage{}, policy.Usage{}
			if errA != nil || errB != nil || !reflect.DeepEqual(a, b) || !reflect.DeepEqual(got[i].Reads, want.Reads) || !reflect.DeepEqual(got[i].Meta, want.Meta) {
				t.Errorf("%s: %+v (%v), want %+v (%v)", unit.Policies[i].File, a, errA, b, errB)
			}
		}
	}
}

// What is wrong is said as if there were no parts, whichever it is in.
func TestPartsWithProblems(t *testing.T) {
	unit := shipped(t, "urumqi-dept-2023")
	spoil := func(i int, line string) {
		unit.Policies[i].Text = append(unit.Policies[i].Text[:len(unit.Policies[i].Text):len(unit.Policies[i].Text)], line+"\n"...)
	}
	for _, lines := range [][2]string{
		{"slip := input.no_such_fact", ""},
		{"slip := undefined_function(1)", "slip := input.no_such_fact"},
		{"slip := data.urumqi_dept_2023.no_such_package.x", "slip := [x | x = y]"},
	} {
		unit = shipped(t, "urumqi-dept-2023")
		spoil(0, lines[0])
		spoil(len(unit.Policies)-1, lines[1])
		whole := Language{}.newCompilation(unit)
		if err := whole.run(context.Background(), whole.parse, whole.shape); err != nil {
			t.Fatal(err)
		}
		_, want := whole.compile(context.Background(), [][]int{everything(whole.parts())})
		_, got := Language{}.Compile(context.Background(), unit)
		if want == nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%v: %v, want %v", lines, got, want)
		}
	}
}

func everything(parts [][]int) (all []int) {
	for i := range parts {
		for range parts[i] {
			all = append(all, len(all))
		}
	}
	return all
}
