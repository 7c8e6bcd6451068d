// Package release_test holds releases to their promises: what is built loads in
// OPA, what was signed cannot be altered, and rules that change under way are
// never half the old and half the new.
package release_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	opabundle "github.com/open-policy-agent/opa/v1/bundle"

	"rubric/engine/bundle"
	"rubric/engine/framework"
	"rubric/engine/policy/rego"
	"rubric/tests/internal/shipped"
)

var extensions = []string{".rego", ".cel.yaml"}

func loadShipped(t *testing.T) *framework.Framework {
	t.Helper()
	fw, err := framework.Load(shipped.FrameworkDir(t), extensions)
	if err != nil {
		t.Fatal(err)
	}
	return fw
}

// OPA's own reader takes the archive for a bundle, with all its Rego policies,
// and its compiler accepts them with the published capabilities.
func TestArchiveLoadsInOPA(t *testing.T) {
	fw := loadShipped(t)
	packed, err := fw.Pack(nil)
	if err != nil {
		t.Fatal(err)
	}
	published, err := rego.Capabilities()
	if err != nil {
		t.Fatal(err)
	}
	capabilities, err := ast.LoadCapabilitiesJSON(bytes.NewReader(published))
	if err != nil {
		t.Fatal(err)
	}
	b, err := opabundle.NewReader(bytes.NewReader(packed)).WithCapabilities(capabilities).WithRegoVersion(ast.RegoV1).Read()
	if err != nil {
		t.Fatal(err)
	}
	regos := 0
	for _, f := range fw.Bundle.Files {
		if strings.HasSuffix(f.Name, ".rego") {
			regos++
		}
	}
	if len(b.Modules) != regos || regos == 0 || b.Manifest.Revision != fw.Version || b.Manifest.Metadata["digest"] != fw.Digest {
		t.Errorf("%d modules of %d, manifest %+v", len(b.Modules), regos, b.Manifest)
	}
	modules := map[string]*ast.Module{}
	for _, m := range b.Modules {
		modules[m.Path] = m.Parsed
	}
	compiler := ast.NewCompiler().WithCapabilities(capabilities)
	if compiler.Compile(modules); compiler.Failed() {
		t.Error(compiler.Errors)
	}
}

// The data file of a framework arrives in OPA too, below the same names.
func TestDataLoadsInOPA(t *testing.T) {
	fw := loadShipped(t)
	b := *fw.Bundle
	b.Files = append(b.Files[:0:0], b.Files...)
	for i, f := range b.Files {
		if f.Name == "framework.yaml" { // data.yaml stands before it
			b.Files = append(b.Files[:i:i], append([]bundle.File{{Name: "data.yaml", Text: []byte("limits: {low: 0.95}\n")}}, b.Files[i:]...)...)
			break
		}
	}
	with, err := framework.LoadBundle(&b, extensions)
	if err != nil {
		t.Fatal(err)
	}
	packed, err := with.Pack(nil)
	if err != nil {
		t.Fatal(err)
	}
	read, err := opabundle.NewReader(bytes.NewReader(packed)).WithRegoVersion(ast.RegoV1).Read()
	if err != nil {
		t.Fatal(err)
	}
	if limits, ok := read.Data["limits"].(map[string]any); !ok || len(limits) != 1 {
		t.Errorf("%v", read.Data)
	}
}
