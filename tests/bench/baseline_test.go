package bench_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/types"

	"rubric/engine"
	"rubric/engine/framework"
	"rubric/engine/number"
	"rubric/engine/policy/cel"
	regolang "rubric/engine/policy/rego"
)

// topdown is OPA's interpreter over the shipped Rego policies, prepared once
// and asked one query for all of them, without a tracer.
func topdown(tb testing.TB, rules *engine.Rules) rego.PreparedEvalQuery {
	tb.Helper()
	options := []func(*rego.Rego){rego.Query("data.urumqi_dept_2023")}
	policies, helpers := rules.Framework.Policies(".rego")
	for _, s := range append(policies, helpers...) {
		options = append(options, rego.Module(s.File, string(s.Text)))
	}
	options = append(options, formatting("rubric.percent", 100, "%"), formatting("rubric.decimal", 1, ""), exact(), round())
	q, err := rego.New(options...).PrepareForEval(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	return q
}

// formatting gives OPA's interpreter our formatting functions.
func formatting(name string, factor int64, unit string) func(*rego.Rego) {
	f := &rego.Function{Name: name, Decl: types.NewFunction([]types.Type{types.N, types.N}, types.S)}
	return rego.Function2(f, func(_ rego.BuiltinContext, x, digits *ast.Term) (*ast.Term, error) {
		text, err := fixed(x, factor, digits)
		return ast.StringTerm(text + unit), err
	})
}

// fixed is a multiple of x with so many digits.
func fixed(x *ast.Term, factor int64, digits *ast.Term) (string, error) {
	n, err := number.Parse(string(x.Value.(ast.Number)))
	if err != nil {
		return "", err
	}
	d, _ := digits.Value.(ast.Number).Int()
	return n.Mul(number.Int(factor)).Fixed(d), nil
}

func round() func(*rego.Rego) {
	f := &rego.Function{Name: "rubric.round", Decl: types.NewFunction([]types.Type{types.N, types.N}, types.N)}
	return rego.Function2(f, func(_ rego.BuiltinContext, x, digits *ast.Term) (*ast.Term, error) {
		text, err := fixed(x, 1, digits)
		return ast.NewTerm(ast.Number(text)), err
	})
}

func exact() func(*rego.Rego) {
	f := &rego.Function{Name: "rubric.exact", Decl: types.NewFunction([]types.Type{types.N}, types.S)}
	return rego.Function1(f, func(_ rego.BuiltinContext, x *ast.Term) (*ast.Term, error) {
		return ast.StringTerm(string(x.Value.(ast.Number))), nil
	})
}

// ask has the interpreter decide all policies from the bytes of the facts.
func ask(tb testing.TB, q rego.PreparedEvalQuery, data []byte) {
	input, err := ast.ValueFromReader(bytes.NewReader(data))
	if err != nil {
		tb.Fatal(err)
	}
	askParsed(tb, q, input)
}

func askParsed(tb testing.TB, q rego.PreparedEvalQuery, input ast.Value) {
	results, err := q.Eval(context.Background(), rego.EvalParsedInput(input))
	if err != nil || len(results) != 1 {
		tb.Fatal(results, err)
	}
}

// only is the shipped framework reduced to the indicators whose policies end in
// extension, each with the same share of the 100 points but the first.
func only(tb testing.TB, extension string) *engine.Rules {
	tb.Helper()
	source := filepath.Join(root, rulesDir)
	dir := tb.TempDir()
	if err := os.CopyFS(dir, os.DirFS(source)); err != nil {
		tb.Fatal(err)
	}
	whole := compiled(tb)
	policies, _ := whole.Framework.Policies(extension)
	kept := map[string]bool{}
	for _, p := range policies {
		kept[p.Indicator] = true
	}
	for _, in := range whole.Framework.Indicators() {
		if !kept[in.ID] {
			remove(tb, dir, in.ID)
		}
	}
	var tree strings.Builder
	tree.WriteString("id: part\ntitle: part\nversion: 1.0.0\nlanguage: zh\ntree:\n")
	first := number.Int(100 - 4*int64(len(policies)-1))
	writeGroups(&tree, whole.Framework.Groups, kept, "  ", &first)
	if err := os.WriteFile(filepath.Join(dir, framework.TreeFile), []byte(tree.String()), 0o600); err != nil {
		tb.Fatal(err)
	}
	return compileDir(tb, dir)
}

func compileDir(tb testing.TB, dir string) *engine.Rules {
	tb.Helper()
	fw, err := framework.Load(dir, []string{".rego", ".cel.yaml"})
	if err != nil {
		tb.Fatal(err)
	}
	rules, err := engine.Compile(context.Background(), fw, regolang.Language{}, cel.Language{})
	if err != nil {
		tb.Fatal(err)
	}
	return rules
}

func remove(tb testing.TB, dir, id string) {
	for _, pattern := range []string{"*/*/" + id + ".rego", "*/*/" + id + ".cel.yaml", "*/*/" + id + ".cases.yaml"} {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			tb.Fatal(err)
		}
		for _, f := range files {
			if err := os.Remove(f); err != nil {
				tb.Fatal(err)
			}
		}
	}
}

// writeGroups writes the tree without what is not kept; first is the weight of
// the first indicator, all others have 4.
func writeGroups(out *strings.Builder, groups []framework.Group, kept map[string]bool, indent string, first *number.Number) number.Number {
	var total number.Number
	for _, g := range groups {
		var inner strings.Builder
		weight := writeGroups(&inner, g.Groups, kept, indent+"    ", first)
		for _, in := range g.Indicators {
			if !kept[in.ID] {
				continue
			}
			w := *first
			*first = number.Int(4)
			inner.WriteString(indent + "    - {id: " + in.ID + ", weight: " + w.String() + "}\n")
			weight = weight.Add(w)
		}
		if inner.Len() == 0 {
			continue
		}
		kind := "groups"
		if len(g.Indicators) > 0 {
			kind = "indicators"
		}
		out.WriteString(indent + "- id: " + g.ID + "\n" + indent + "  title: " + g.ID + "\n" + indent + "  weight: " + weight.String() + "\n" + indent + "  " + kind + ":\n" + inner.String())
		total = total.Add(weight)
	}
	return total
}

func BenchmarkTopdown(b *testing.B) {
	rules, data := compiled(b), source(b)
	q := topdown(b, rules)
	b.ReportAllocs()
	for b.Loop() {
		ask(b, q, data)
	}
}

func BenchmarkRegoOnly(b *testing.B) {
	rules, data := only(b, ".rego"), source(b)
	b.ReportAllocs()
	for b.Loop() {
		assess(b, rules, data)
	}
}

func BenchmarkRegoParsed(b *testing.B) {
	rules := only(b, ".rego")
	doc := bound(b, rules, source(b))
	b.ReportAllocs()
	for b.Loop() {
		evaluate(b, rules, doc)
	}
}
