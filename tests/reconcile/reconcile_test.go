// Package reconcile_test counts what contradicts what in the shipped case.
package reconcile_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/framework"
	"rubric/engine/policy"
	"rubric/engine/policy/cel"
	"rubric/engine/policy/rego"
	"rubric/engine/reconcile"
)

// The contradictions that stand in the report were read there one by one; the
// transcript of the verb lists them.
func TestShippedCase(t *testing.T) {
	fw, err := framework.Load("../../policies/urumqi-dept-2023", []string{".rego", ".cel.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	rules, err := engine.Compile(context.Background(), fw, rego.Language{}, cel.Language{})
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("../../inputs/urumqi-kexie-2023/facts.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := facts.Parse("facts.json", data)
	if err == nil {
		err = doc.Bind(fw.Schema)
	}
	if err != nil {
		t.Fatal(err)
	}
	result, err := reconcile.Run(context.Background(), rules, engine.Case{ID: "urumqi-kexie-2023", Facts: doc})
	if err != nil {
		t.Fatal(err)
	}
	for severity, want := range map[policy.Severity]int{policy.Error: 25, policy.Warning: 12, policy.Info: 5} {
		if got := reconcile.Count(result.Findings, severity); got != want {
			t.Errorf("%s: %d findings, want %d", severity, got, want)
		}
	}
	if len(result.Open) > 0 {
		t.Errorf("checks did not come to their end: %+v", result.Open)
	}
	fmt.Printf("figure reconcile.findings %d\n", len(result.Findings))
}
