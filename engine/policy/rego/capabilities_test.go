package rego

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
)

// OPA's own compiler, told only what the published file says, accepts every
// shipped policy, and refuses what is not allowed.
func TestCapabilities(t *testing.T) {
	text, err := Capabilities()
	if err != nil {
		t.Fatal(err)
	}
	caps, err := ast.LoadCapabilitiesJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	modules := map[string]*ast.Module{}
	for _, file := range regoFiles(t) {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m, err := ast.ParseModuleWithOpts(file, string(source), ast.ParserOptions{RegoVersion: ast.RegoV1, Capabilities: caps})
		if err != nil {
			t.Fatal(err)
		}
		modules[file] = m
	}
	if len(modules) == 0 {
		t.Fatal("no shipped policies")
	}
	compiler := ast.NewCompiler().WithCapabilities(caps)
	if compiler.Compile(modules); compiler.Failed() {
		t.Error(compiler.Errors)
	}
	for _, call := range []string{"http.send({})", "time.now_ns()", "rand.intn(\"a\", 2)", "opa.runtime()", "net.lookup_ip_addr(\"a\")",
		"strings.render_template(\"\", {})", "graph.reachable({}, [])"} {
		m, err := ast.ParseModuleWithOpts("x.rego", "package x\n\na := "+call, ast.ParserOptions{RegoVersion: ast.RegoV1, Capabilities: caps})
		if err != nil {
			t.Fatal(err)
		}
		compiler := ast.NewCompiler().WithCapabilities(caps)
		compiler.Compile(map[string]*ast.Module{"x.rego": m})
		if !strings.Contains(compiler.Errors.Error(), "undefined function") {
			t.Errorf("%s is allowed: %v", call, compiler.Errors)
		}
	}
}

func regoFiles(t *testing.T) []string {
	var files []string
	err := filepath.WalkDir("../../../policies", func(file string, _ os.DirEntry, err error) error {
		if strings.HasSuffix(file, ".rego") {
			files = append(files, file)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
