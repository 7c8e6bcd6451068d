// Package conformance_test runs OPA's own case files on our machine. Every case
// passes, or needs a built-in outside the families that policies may use, or
// stands in the reviewed list of deviations (deviations.go).
package conformance_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/test/cases"
	"github.com/open-policy-agent/opa/v1/test/cases/testdata"
	"github.com/open-policy-agent/opa/v1/util"

	"rubric/engine/facts"
	"rubric/engine/policy"
	"rubric/engine/policy/rego"
)

func load(t *testing.T) []cases.TestCase {
	var all []cases.TestCase
	err := fs.WalkDir(testdata.V1, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := testdata.V1.ReadFile(path)
		if err != nil {
			return err
		}
		var set cases.Set
		if err := util.Unmarshal(data, &set); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		for _, c := range set.Cases {
			c.Filename = path
			all = append(all, c)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestConformance(t *testing.T) {
	var passed, deviating int
	excluded := map[string]int{}
	seen := map[string]bool{}
	for _, c := range load(t) {
		if builtin := outside(t, c); builtin != "" {
			excluded[builtin]++
			continue
		}
		wrong := run(c)
		reason, listed := deviations[c.Note]
		seen[c.Note] = true
		switch {
		case wrong == "" && listed:
			t.Errorf("%s passes: take it off the list of deviations", c.Note)
		case wrong == "":
			passed++
		case listed && reason != "":
			deviating++
		default:
			t.Errorf("%s (%s): %s", c.Note, c.Filename, wrong)
		}
	}
	for note := range deviations {
		if !seen[note] {
			t.Errorf("the deviation %q is no case that runs", note)
		}
	}
	report(t, passed, deviating, excluded)
}

func report(t *testing.T, passed, deviating int, excluded map[string]int) {
	var names []string
	total := 0
	for name, n := range excluded {
		names = append(names, fmt.Sprintf("%s %d", name, n))
		total += n
	}
	slices.Sort(names)
	fmt.Printf("figure conformance.passed %d\n", passed)
	fmt.Printf("figure conformance.deviating %d\n", deviating)
	fmt.Printf("figure conformance.excluded %d\n", total)
	t.Logf("built-ins that exclude: %s", strings.Join(names, ", "))
	if deviating*100 > 3*(passed+deviating) {
		t.Errorf("%d of %d deviate: more than 3 %%", deviating, passed+deviating)
	}
}

// outside is the first built-in of a case that policies may not use.
func outside(t *testing.T, c cases.TestCase) string {
	allowed := rego.Builtins()
	found := ""
	look := func(x any) {
		ast.WalkTerms(x, func(term *ast.Term) bool {
			if ref, ok := term.Value.(ast.Ref); ok && found == "" {
				found = disallowed(ref, allowed)
			}
			return false
		})
	}
	for _, text := range c.Modules {
		m, err := ast.ParseModuleWithOpts("case.rego", text, ast.ParserOptions{AllFutureKeywords: true, RegoVersion: ast.RegoV1})
		if err == nil {
			look(m)
		}
	}
	if body, err := ast.ParseBodyWithOpts(c.Query, ast.ParserOptions{AllFutureKeywords: true}); err == nil {
		look(body)
	}
	return found
}

func disallowed(ref ast.Ref, allowed []string) string {
	name := ref.String()
	if _, isBuiltin := ast.BuiltinMap[name]; isBuiltin && !slices.Contains(allowed, name) {
		return name
	}
	return ""
}

// run is "" when a case passes, else what is wrong.
func run(c cases.TestCase) (wrong string) {
	defer func() {
		if p := recover(); p != nil {
			wrong = fmt.Sprintf("panic: %v", p)
		}
	}()
	data, err := document("data", c.Data)
	if err != nil {
		return "harness: " + err.Error()
	}
	query, err := rego.NewQuery(context.Background(), modulesOf(c), data, c.Query)
	if err != nil {
		return mismatch(c, nil, err)
	}
	query.Lenient = !c.StrictError
	input, err := inputOf(c)
	if err != nil {
		return "harness: " + err.Error()
	}
	answers, err := query.Eval(context.Background(), input)
	return mismatch(c, answers, err)
}

func modulesOf(c cases.TestCase) []policy.Source {
	var all []policy.Source
	for i, text := range c.Modules {
		all = append(all, policy.Source{File: fmt.Sprintf("module_%d.rego", i), Text: []byte(text)})
	}
	return all
}

func document(name string, v *map[string]any) (*facts.Document, error) {
	if v == nil {
		return nil, nil
	}
	text, err := json.Marshal(*v)
	if err != nil {
		return nil, err
	}
	return facts.Parse(name, text)
}

// inputOf wraps an input that is no object: the facts are always one.
func inputOf(c cases.TestCase) (*facts.Document, error) {
	var text []byte
	switch {
	case c.InputTerm != nil:
		term, err := ast.ParseTerm(*c.InputTerm)
		if err != nil {
			return nil, err
		}
		v, err := ast.JSON(term.Value)
		if err != nil {
			return nil, err
		}
		if text, err = json.Marshal(v); err != nil {
			return nil, err
		}
	case c.Input != nil:
		var err error
		if text, err = json.Marshal(*c.Input); err != nil {
			return nil, err
		}
	default:
		return nil, nil
	}
	return facts.ParseValue("input", text)
}

// mismatch holds what came out against what a case wants.
func mismatch(c cases.TestCase, answers []string, err error) string {
	wantsError := c.WantErrorCode != nil || c.WantError != nil
	switch {
	case wantsError && err == nil:
		return fmt.Sprintf("an error was wanted, got %v", answers)
	case wantsError:
		return ""
	case err != nil:
		return err.Error()
	case c.WantDefined != nil && c.WantResult == nil:
		if defined := len(answers) > 0; defined != *c.WantDefined {
			return fmt.Sprintf("defined: %v", defined)
		}
		return ""
	case c.WantResult == nil:
		return ""
	}
	return different(c, "["+strings.Join(answers, ",")+"]")
}

func different(c cases.TestCase, result string) string {
	var got []map[string]any
	d := json.NewDecoder(bytes.NewReader([]byte(result)))
	d.UseNumber()
	if err := d.Decode(&got); err != nil {
		return err.Error()
	}
	want := valueOf(*c.WantResult, c.SortBindings)
	have := valueOf(got, c.SortBindings)
	if want.Compare(have) != 0 {
		return fmt.Sprintf("want %v, got %v", want, have)
	}
	return ""
}

// valueOf is a result set without order, as a set of bindings.
func valueOf(bindings []map[string]any, sorted bool) ast.Value {
	out := ast.NewSet()
	for _, b := range bindings {
		if sorted {
			for k, v := range b {
				if list, ok := v.([]any); ok {
					b[k] = asSet(list)
				}
			}
		}
		out.Add(ast.NewTerm(ast.MustInterfaceToValue(b)))
	}
	return out
}

func asSet(list []any) any {
	texts := make([]string, len(list))
	for i, v := range list {
		texts[i] = ast.MustInterfaceToValue(v).String()
	}
	slices.Sort(texts)
	return texts
}
