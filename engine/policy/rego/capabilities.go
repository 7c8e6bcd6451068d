package rego

import (
	"encoding/json"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Capabilities is the allow-list as a capabilities file of OPA, in JSON: what
// `opa check --capabilities FILE` and editors need to know in order to accept
// the policies that rubric accepts, with our own functions.
func Capabilities() ([]byte, error) {
	text, err := json.MarshalIndent(capabilities(builtins()), "", "  ")
	return append(text, '\n'), err
}

// capabilities is what OPA's compiler is told exists: the allow-list, so that
// any other name fails when a policy is compiled.
func capabilities(allowed map[string]*builtin) *ast.Capabilities {
	caps := ast.CapabilitiesForThisVersion()
	var kept []*ast.Builtin
	for _, b := range caps.Builtins {
		if allowed[b.Name] != nil || rewrittenAway(b.Name) {
			kept = append(kept, b)
		}
	}
	for _, b := range ours() {
		kept = append(kept, &ast.Builtin{Name: b.name, Decl: b.decl})
	}
	caps.Builtins = kept
	caps.AllowNet = []string{}
	return caps
}

// rewrittenAway names what the compiler turns into statements, so that the
// machine never sees it.
func rewrittenAway(name string) bool {
	return name == "assign" || name == "eq" || name == "internal.print" || name == "print"
}
