// Package tests holds the source of the project to its own rules.
package tests

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	root   = ".."
	module = "rubric/"
)

// floors are the packages from the ground up. A package imports only packages
// of lower floors; tests may import anything.
var floors = [][]string{
	{"engine/number", "engine/message", "engine/cache", "engine/page"},
	{"engine/typo"},
	{"engine/facts/yamlfile", "engine/bundle", "engine/sheet"},
	{"engine/facts", "engine/gitrev", "engine/form"},
	{"engine/formula"},
	{"engine/policy", "engine/casefolder", "engine/grid"},
	{"engine/policy/script", "engine/policy/slip", "engine/policy/probe", "engine/policy/pack"},
	{"engine/framework", "engine/cohort", "engine/policy/rego", "engine/policy/cel"},
	{"engine", "engine/signature", "engine/schemas"},
	{"engine/years"},
	{"engine/review", "engine/panel", "engine/workbook", "engine/mapping", "engine/evidence", "engine/papers", "engine/progress", "engine/sensitivity", "engine/reconcile", "engine/cases", "engine/bench", "engine/impact", "engine/scaffold", "engine/diff"},
	{"engine/ballots", "engine/mutate", "engine/coverage", "engine/lint"},
	{"engine/receipt", "engine/live"},
	{"engine/report"},
	{"cmd/rubric"},
}

// exact are the packages between the digits of the facts and the score, in
// which no binary floating point may occur.
var exact = []string{
	"engine/number", "engine/facts", "engine/formula", "engine/policy", "engine/policy/rego", "engine/policy/cel",
	"engine/framework", "engine/review", "engine/panel", "engine/sensitivity", "engine/reconcile", "engine/years", "engine/cases", "engine",
}

func floorOf(pkg string) int {
	return slices.IndexFunc(floors, func(floor []string) bool { return slices.Contains(floor, pkg) })
}

// source is one package of the project without its tests.
type source struct {
	path  string // below the root, such as engine/facts
	files []*ast.File
}

// sources reads all packages below engine and cmd.
func sources(t *testing.T) ([]source, *token.FileSet) {
	t.Helper()
	set := token.NewFileSet()
	found := map[string][]*ast.File{}
	for _, top := range []string{"engine", "cmd"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(file string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
				return err
			}
			parsed, err := parser.ParseFile(set, file, nil, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			dir, err := filepath.Rel(root, filepath.Dir(file))
			found[filepath.ToSlash(dir)] = append(found[filepath.ToSlash(dir)], parsed)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var all []source
	for dir, files := range found {
		all = append(all, source{dir, files})
	}
	slices.SortFunc(all, func(a, b source) int { return strings.Compare(a.path, b.path) })
	return all, set
}

func imports(f *ast.File) []string {
	var paths []string
	for _, spec := range f.Imports {
		text, _ := strconv.Unquote(spec.Path.Value) // the parser has checked it
		paths = append(paths, text)
	}
	return paths
}

func TestFloors(t *testing.T) {
	all, set := sources(t)
	var there []string
	for _, s := range all {
		there = append(there, s.path)
		floor := floorOf(s.path)
		if floor < 0 {
			t.Errorf("%s stands on no floor; put it where it belongs in this file and in engine/doc.go", s.path)
		}
		for _, f := range s.files {
			for _, imported := range imports(f) {
				below, ours := strings.CutPrefix(imported, module)
				if ours && floorOf(below) >= floor {
					t.Errorf("%s: %s may not import %s, which is not on a lower floor", set.Position(f.Package).Filename, s.path, below)
				}
				if strings.HasPrefix(imported, "github.com/spf13/") && !strings.HasPrefix(s.path, "cmd/") {
					t.Errorf("%s: %s belongs in cmd only", set.Position(f.Package).Filename, imported)
				}
			}
		}
	}
	for _, floor := range floors {
		for _, pkg := range floor {
			if !slices.Contains(there, pkg) {
				t.Errorf("%s is on the list of floors, but there is no such package", pkg)
			}
		}
	}
}

func TestNoInit(t *testing.T) {
	all, set := sources(t)
	for _, s := range all {
		for _, f := range s.files {
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
					t.Errorf("%s: an init function; say what is needed where it is needed", set.Position(fn.Pos()))
				}
			}
			for _, spec := range f.Imports {
				if spec.Name != nil && spec.Name.Name == "_" && spec.Path.Value != `"embed"` {
					t.Errorf("%s: a blank import", set.Position(spec.Pos()))
				}
			}
		}
	}
}

// A variable of a package is set where it is declared and never again.
func TestNoMutableVariables(t *testing.T) {
	all, set := sources(t)
	for _, s := range all {
		info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
		config := types.Config{Importer: nothing{}, Error: func(error) {}}
		pkg, _ := config.Check(s.path, set, s.files, info) // imports are missing: names of this package resolve all the same
		global := func(e ast.Expr) bool {
			id := stem(e)
			v, ok := info.Uses[id].(*types.Var)
			return id != nil && ok && v.Parent() == pkg.Scope()
		}
		for _, f := range s.files {
			ast.Inspect(f, func(n ast.Node) bool {
				for _, changed := range changes(n) {
					if global(changed) {
						t.Errorf("%s: a variable of the package is changed", set.Position(changed.Pos()))
					}
				}
				return true
			})
		}
	}
}

// nothing is an importer that has no packages.
type nothing struct{}

func (nothing) Import(string) (*types.Package, error) { return nil, errors.New("left out") }

// changes are the places that a statement or expression changes, or could be
// used to change.
func changes(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.AssignStmt:
		return n.Lhs
	case *ast.IncDecStmt:
		return []ast.Expr{n.X}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			return []ast.Expr{n.X}
		}
	case *ast.RangeStmt:
		return []ast.Expr{n.Key, n.Value}
	case *ast.CallExpr:
		if id, ok := n.Fun.(*ast.Ident); ok && slices.Contains([]string{"clear", "copy", "delete"}, id.Name) {
			return n.Args[:1]
		}
	}
	return nil
}

// stem is the name that a place begins with: x in x[i].y.
func stem(e ast.Expr) *ast.Ident {
	switch e := e.(type) {
	case *ast.Ident:
		return e
	case *ast.IndexExpr:
		return stem(e.X)
	case *ast.SelectorExpr:
		return stem(e.X)
	case *ast.StarExpr:
		return stem(e.X)
	case *ast.ParenExpr:
		return stem(e.X)
	}
	return nil
}

// Between the digits of the facts and the score nothing is a float: no type, no
// literal, no function that gives one.
func TestNoFloats(t *testing.T) {
	banned := []string{"float32", "float64", "ParseFloat", "FormatFloat", "Float32", "Float64", "SetFloat64", "NewFloat"}
	all, set := sources(t)
	for _, s := range all {
		if !slices.Contains(exact, s.path) {
			continue
		}
		for _, f := range s.files {
			if slices.Contains(imports(f), "math") {
				floatFunctions(t, set, f)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok && slices.Contains(banned, id.Name) {
					t.Errorf("%s: %s", set.Position(n.Pos()), id.Name)
				}
				if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.FLOAT {
					t.Errorf("%s: the literal %s", set.Position(n.Pos()), lit.Value)
				}
				return true
			})
		}
	}
}

// floatFunctions reports what is used of package math beyond the bounds of
// whole numbers.
func floatFunctions(t *testing.T, set *token.FileSet, f *ast.File) {
	ast.Inspect(f, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		pkg, ok := sel.X.(*ast.Ident)
		if ok && pkg.Name == "math" && !strings.HasPrefix(sel.Sel.Name, "MaxInt") && !strings.HasPrefix(sel.Sel.Name, "MaxUint") && !strings.HasPrefix(sel.Sel.Name, "MinInt") {
			t.Errorf("%s: math.%s", set.Position(n.Pos()), sel.Sel.Name)
		}
		return true
	})
}

func TestExportedNamesAreDocumented(t *testing.T) {
	all, set := sources(t)
	for _, s := range all {
		documented := false
		for _, f := range s.files {
			documented = documented || f.Doc != nil
			for _, d := range f.Decls {
				for _, name := range undocumented(d) {
					t.Errorf("%s: %s has no comment", set.Position(d.Pos()), name)
				}
			}
		}
		if !documented {
			t.Errorf("package %s has no comment", s.path)
		}
	}
}

// undocumented are the exported names of a declaration that no comment tells
// about. One comment serves a whole group; an enumeration has its type's.
func undocumented(d ast.Decl) []string {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Doc == nil && d.Name.IsExported() && (d.Recv == nil || stemOfType(d.Recv.List[0].Type).IsExported()) {
			return []string{d.Name.Name}
		}
	case *ast.GenDecl:
		if enumeration(d) {
			return nil
		}
		var names []string
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				if spec.Name.IsExported() && d.Doc == nil && spec.Doc == nil {
					names = append(names, spec.Name.Name)
				}
			case *ast.ValueSpec:
				for _, name := range spec.Names {
					if name.IsExported() && d.Doc == nil && spec.Doc == nil && spec.Comment == nil {
						names = append(names, name.Name)
					}
				}
			}
		}
		return names
	}
	return nil
}

// enumeration tells a group of constants of a type.
func enumeration(d *ast.GenDecl) bool {
	if d.Tok != token.CONST || !d.Lparen.IsValid() || len(d.Specs) == 0 {
		return false
	}
	return d.Specs[0].(*ast.ValueSpec).Type != nil
}

// stemOfType is the name of a receiver's type.
func stemOfType(e ast.Expr) *ast.Ident {
	if star, ok := e.(*ast.StarExpr); ok {
		return stemOfType(star.X)
	}
	return stem(e)
}

// The project speaks of itself only: nothing in it names a place on the
// machine it was written on.
func TestNoForeignPlaces(t *testing.T) {
	foreign := []string{"/wo" + "rk/", "sha" + "red/", "/ro" + "ot/", "/ho" + "me/"}
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.Name() == ".git" && entry.IsDir():
			return fs.SkipDir
		case entry.Name() == ".git": // of a work tree
			return nil
		case !entry.Type().IsRegular() || ignored(file):
			return nil
		}
		text, err := os.ReadFile(file)
		for _, place := range foreign {
			if strings.Contains(string(text), place) {
				t.Errorf("%s mentions %s", file, place)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// ignored tells the files that .gitignore names: built programs.
func ignored(file string) bool {
	file = filepath.ToSlash(file)
	return file == path.Join(root, "rubric") || strings.HasPrefix(file, root+"/bin/") || strings.HasSuffix(file, ".test") || strings.HasSuffix(file, ".out")
}

// What the project may use of OPA: its parser and compiler, and its planner. No
// policy is run by OPA's interpreter, which stands in tests only, as an oracle.
var (
	opaPackages = []string{"v1/ast", "v1/format", "v1/ir", "v1/types"}
	plannerFile = "engine/policy/rego/plan.go"
	plannerUses = []string{
		"BuiltinContext", "Compiler", "Function", "FunctionDyn", "New", "PrepareOption", "Query", "RegisterPlugin", "Rego",
		"Target", "TargetPluginEval",
	}
)

// OPA hands out its planner only through package rego, which can evaluate as
// well: what may be called of it is counted, and nothing that evaluates is.
func TestInterpreterIsForTests(t *testing.T) {
	const opa, planner = "github.com/open-policy-agent/opa/", "v1/rego"
	all, set := sources(t)
	for _, s := range all {
		for _, f := range s.files {
			file := filepath.ToSlash(strings.TrimPrefix(set.Position(f.Package).Filename, root+string(filepath.Separator)))
			for _, imported := range imports(f) {
				used, isOPA := strings.CutPrefix(imported, opa)
				switch {
				case !isOPA || slices.Contains(opaPackages, used):
				case used == planner && file == plannerFile:
					onlyPlans(t, set, f)
				default:
					t.Errorf("%s imports %s of OPA", file, used)
				}
			}
		}
	}
}

// onlyPlans reports what a file uses of OPA's package rego beyond planning.
func onlyPlans(t *testing.T, set *token.FileSet, f *ast.File) {
	ast.Inspect(f, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == "rego" && !slices.Contains(plannerUses, sel.Sel.Name) {
			t.Errorf("%s: rego.%s is not for planning", set.Position(n.Pos()), sel.Sel.Name)
		}
		if slices.Contains([]string{"Eval", "PartialResult", "Partial", "PrepareForPartial"}, sel.Sel.Name) {
			t.Errorf("%s: %s evaluates", set.Position(n.Pos()), sel.Sel.Name)
		}
		return true
	})
}
