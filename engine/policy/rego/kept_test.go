package rego

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/open-policy-agent/opa/v1/ir"

	"rubric/engine/facts"
	"rubric/engine/policy"
	"rubric/engine/policy/pack"
)

// shelf is a cache in memory.
type shelf map[string][]byte

func (s shelf) Load(key string) []byte { return s[key] }

func (s shelf) Save(key string, data []byte) error {
	s[key] = bytes.Clone(data)
	return nil
}

// Everything that a plan of these rules has stands in what is kept.
const wide = `
deductions[name] := {"share": s, "reason": sprintf("%s %v", [name, limits])} if {
	some name, p in input.projects
	not late(p)
	every x in [1, 2.5, null, true] { x != "no" }
	s := share with input.rate as 3
	count({y | some y in [1, 1e30, -3]}) > 2
	{"a": [q]} = {"a": [p.name]}
	q != ""
}

late(p) if p.days > 3
late(p) if { p.days == 2 } else := false if p.days == 1

default share := "1/3"

share := "1/2" if input.rate == 3

limits := {"low": 1, "high": object.union({"x": 1}, {"y": {2, 3}})}
`

func TestKeptPlan(t *testing.T) {
	c := newCompilation(policy.Unit{Helpers: []policy.Source{{File: "p.rego", Text: []byte("package p\n" + wide)}}})
	if err := c.run(context.Background(), c.parse, c.check); err != nil {
		t.Fatal(err)
	}
	plan, err := planned(context.Background(), c.compiler, "data.p.deductions = x")
	if err != nil {
		t.Fatal(err)
	}
	data, ok := encodePlan(plan)
	if !ok {
		t.Fatal("the plan cannot be kept")
	}
	read := &planCoder{pack.Reader(data)}
	back := &ir.Policy{}
	if read.plan(back); !read.Finished() {
		t.Fatal("what was written cannot be read")
	}
	again, ok := encodePlan(back)
	if !ok || !bytes.Equal(again, data) {
		t.Error("what was read is written otherwise")
	}
	strip(plan)
	if !reflect.DeepEqual(plan.Funcs, back.Funcs) {
		t.Error("the functions differ")
	}
}

// strip takes out of a plan what is not kept.
func strip(plan *ir.Policy) {
	for _, f := range plan.Funcs.Funcs {
		for _, b := range f.Blocks {
			walk(b, func(s ir.Stmt) {
				l := s.GetLocation()
				*l = ir.Location{File: l.File, Row: l.Row, Col: l.Col}
			})
		}
	}
}

// Every statement there is can be kept: each of its fields comes back.
func TestKeptStatements(t *testing.T) {
	for name, prototype := range ir.StmtKinds() {
		s := reflect.New(reflect.TypeOf(prototype).Elem())
		n := 0
		fill(s.Elem(), &n)
		*s.Interface().(ir.Stmt).GetLocation() = ir.Location{File: 1, Row: 2, Col: 3}
		plan := &ir.Policy{Static: &ir.Static{}, Funcs: &ir.Funcs{Funcs: []*ir.Func{{Blocks: []*ir.Block{{Stmts: []ir.Stmt{s.Interface().(ir.Stmt)}}}}}}}
		data, ok := encodePlan(plan)
		if !ok {
			t.Errorf("%s is not known", name)
			continue
		}
		back := &ir.Policy{}
		if (&planCoder{pack.Reader(data)}).plan(back); !reflect.DeepEqual(back.Funcs, plan.Funcs) {
			t.Errorf("%s comes back as %+v", name, back.Funcs.Funcs[0].Blocks[0].Stmts[0])
		}
	}
}

// fill gives every field below v a value of its own.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint32:
		v.SetUint(uint64(*n))
	case reflect.String:
		v.SetString(fmt.Sprint("text ", *n))
	case reflect.Interface: // an operand
		v.Set(reflect.ValueOf([]ir.Val{ir.Local(*n), ir.StringIndex(*n), ir.Bool(true)}[*n%3]))
	case reflect.Pointer:
		v.Set(reflect.ValueOf(&ir.Block{Stmts: []ir.Stmt{&ir.BreakStmt{Index: uint32(*n)}}}))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() && v.Type().Field(i).Name != "Location" {
				fill(f, n)
			}
		}
	}
}

// A unit comes out of the cache as it went in; what is damaged in it is found
// out again.
func TestKeptUnit(t *testing.T) {
	s := schema(t)
	unit := policy.Unit{Schema: s, Policies: []policy.Source{source(deduct("true"))}, Digest: "sha256:x"}
	cache := shelf{}
	compile := func(cache policy.Cache, unit policy.Unit) *policy.Policy {
		t.Helper()
		all, err := Language{Cache: cache}.Compile(context.Background(), unit)
		if err != nil {
			t.Fatal(err)
		}
		return all[0]
	}
	fresh := compile(nil, unit)
	if compile(cache, unit); len(cache) != 1 {
		t.Fatalf("%d kept", len(cache))
	}
	for key, data := range cache {
		sameAs(t, "kept", compile(watched{cache, t}, unit), fresh)
		for i := range data {
			cache[key] = bytes.Clone(data[:i])
			sameAs(t, fmt.Sprint("cut at ", i), compile(cache, unit), fresh)
			if !bytes.Equal(cache[key], data) {
				t.Errorf("cut at %d, it is not written again", i)
			}
		}
	}
	unit.Digest = ""
	if compile(cache, unit); len(cache) != 1 {
		t.Error("a unit without a digest is kept")
	}
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

func sameAs(t *testing.T, name string, got, want *policy.Policy) {
	t.Helper()
	places := func(all []*facts.Schema) (paths []string) {
		for _, s := range all {
			paths = append(paths, s.Path())
		}
		return paths
	}
	a, b := got.Program.(*program), want.Program.(*program)
	if !reflect.DeepEqual(got.Meta, want.Meta) || !reflect.DeepEqual(places(got.Reads), places(want.Reads)) ||
		got.Exempts != want.Exempts || fmt.Sprint(a.deductions.clashes) != fmt.Sprint(b.deductions.clashes) || a.limits != b.limits || len(a.code.functions) != len(b.code.functions) {
		t.Errorf("%s: %+v, want %+v", name, got, want)
	}
}
