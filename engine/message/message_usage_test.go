package message

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Every file loads, and an id begins with the name of its file.
func TestCatalogueFiles(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Check(); err != nil {
		t.Error(err)
	}
}

// The sources and the catalogue agree: every id in a call of New, or of a
// function that hands its parameters on to New, is in the catalogue, with
// arguments for just the placeholders of the sentence; and every id in the
// catalogue stands in some string of the sources, whole or, where ids are made up
// of parts, as its beginning up to a "_".
func TestUsage(t *testing.T) {
	c, _ := Load() // its errors are TestCatalogueFiles's
	_ = c.Check()
	used := map[string]bool{}
	for _, p := range parsePackages(t, "../../engine", "../../cmd") {
		for _, text := range p.literals() {
			used[text] = true
		}
		for _, u := range p.uses() {
			checkUse(t, c, u)
		}
	}
	for _, f := range c.files {
		for id := range f.entries {
			if !isUsed(id, used) {
				t.Errorf("%s is in the catalogue and used nowhere", id)
			}
		}
	}
}

func isUsed(id string, literals map[string]bool) bool {
	if literals[id] {
		return true
	}
	for i, r := range id {
		if r == '_' && literals[id[:i+1]] {
			return true
		}
	}
	return false
}

func checkUse(t *testing.T, c *Catalogue, u use) {
	s, ok := c.find(u.id, English)
	if !ok {
		t.Errorf("%s: %q is not in the catalogue", u.at, u.id)
		return
	}
	want := s.names()
	if u.literal && !slices.Equal(u.names, want) {
		t.Errorf("%s: %s is given %v, the sentence has %v", u.at, u.id, u.names, want)
	}
}

// use is one place where a message is made.
type use struct {
	at      token.Position
	id      string
	names   []string // sorted, each once
	literal bool     // all names are literals in the call
}

// source is the parsed files of one folder, tests left out.
type source struct {
	fset  *token.FileSet
	files []*ast.File
	self  bool // it is package message
}

func parsePackages(t *testing.T, roots ...string) []source {
	t.Helper()
	var folders []string
	byFolder := map[string]*source{}
	visit := func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		folder := filepath.Dir(file)
		s := byFolder[folder]
		if s == nil {
			s = &source{fset: token.NewFileSet(), self: filepath.Base(folder) == "message"}
			byFolder[folder] = s
			folders = append(folders, folder)
		}
		parsed, err := parser.ParseFile(s.fset, file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Error(err)
			return nil
		}
		s.files = append(s.files, parsed)
		return nil
	}
	for _, root := range roots {
		if err := filepath.WalkDir(root, visit); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	var sources []source
	for _, folder := range folders {
		sources = append(sources, *byFolder[folder])
	}
	return sources
}

// inspect calls f for every node of the package.
func (s source) inspect(f func(ast.Node)) {
	for _, file := range s.files {
		ast.Inspect(file, func(n ast.Node) bool {
			if n != nil {
				f(n)
			}
			return true
		})
	}
}

// literals are all string literals.
func (s source) literals() (texts []string) {
	s.inspect(func(n ast.Node) {
		if e, ok := n.(ast.Expr); ok {
			if text, ok := literal(e); ok {
				texts = append(texts, text)
			}
		}
	})
	return texts
}

// uses are the calls that make messages and name an id.
func (s source) uses() (uses []use) {
	makers := s.makers()
	s.inspect(func(n ast.Node) {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return
		}
		m, ok := makers[s.callee(call)]
		if !ok || len(call.Args) <= m.id {
			return
		}
		if id, ok := literal(call.Args[m.id]); ok {
			u := use{at: s.fset.Position(call.Pos()), id: id}
			u.names, u.literal = m.names(call)
			uses = append(uses, u)
		}
	})
	return uses
}

// maker is a function that makes a message of its parameters.
type maker struct {
	id    int // which parameter is the id
	pairs int // the first parameter of the pairs, -1 if it takes none
}

// names are the argument names in the call, if they are all literals.
func (m maker) names(call *ast.CallExpr) (names []string, ok bool) {
	if m.pairs < 0 || call.Ellipsis.IsValid() || len(call.Args) < m.pairs {
		return nil, false
	}
	for i := m.pairs; i < len(call.Args); i += 2 {
		name, ok := literal(call.Args[i])
		if !ok {
			return nil, false
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names), true
}

// makers are New and, to any depth, the package's functions that hand an id
// parameter on, by the name they are called by.
func (s source) makers() map[string]maker {
	makers := map[string]maker{"message.New": {0, 1}}
	if s.self {
		makers["New"] = maker{0, 1}
	}
	for before := 0; before != len(makers); {
		before = len(makers)
		s.inspect(func(n ast.Node) {
			if f, ok := n.(*ast.FuncDecl); ok && f.Body != nil {
				if m, ok := s.asMaker(f, makers); ok {
					makers[f.Name.Name] = m
				}
			}
		})
	}
	return makers
}

// asMaker tells whether f hands one of its parameters to a maker as the id.
func (s source) asMaker(f *ast.FuncDecl, makers map[string]maker) (found maker, ok bool) {
	var params []string
	for _, field := range f.Type.Params.List {
		for _, name := range field.Names {
			params = append(params, name.Name)
		}
	}
	ast.Inspect(f.Body, func(n ast.Node) bool {
		call, isCall := n.(*ast.CallExpr)
		if !isCall {
			return true
		}
		m, known := makers[s.callee(call)]
		if !known || len(call.Args) <= m.id {
			return true
		}
		if i := paramIndex(params, call.Args[m.id]); i >= 0 {
			found, ok = maker{i, -1}, true
			if call.Ellipsis.IsValid() && len(call.Args) == m.pairs+1 {
				found.pairs = paramIndex(params, call.Args[m.pairs])
			}
		}
		return true
	})
	return found, ok
}

func paramIndex(params []string, e ast.Expr) int {
	if ident, ok := e.(*ast.Ident); ok {
		return slices.Index(params, ident.Name)
	}
	return -1
}

// callee is how a call names its function: message.New as such, functions and
// methods of the package by their bare names.
func (s source) callee(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok && (x.Name == "message" || f.Sel.Name == "New") {
			return x.Name + "." + f.Sel.Name
		}
		return f.Sel.Name
	}
	return ""
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}
