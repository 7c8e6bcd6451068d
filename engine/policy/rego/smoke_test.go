package rego

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rubric/engine/facts"
	"rubric/engine/policy"
)

func TestSmoke(t *testing.T) {
	root := "../../../policies/urumqi-dept-2023"
	b, _ := os.ReadFile(root + "/facts.schema.json")
	schema, err := facts.ParseSchema("facts.schema.json", b)
	if err != nil {
		t.Fatal(err)
	}
	unit := policy.Unit{Schema: schema}
	filepath.Walk(root, func(p string, i os.FileInfo, err error) error {
		if strings.HasSuffix(p, ".rego") {
			text, _ := os.ReadFile(p)
			rel, _ := filepath.Rel(root, p)
			unit.Policies = append(unit.Policies, policy.Source{Indicator: strings.TrimSuffix(filepath.Base(p), ".rego"), File: rel, Text: text})
		}
		return nil
	})
	start := time.Now()
	ps, err := Language{}.Compile(context.Background(), unit)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("compiled", len(ps), time.Since(start))
	fb, _ := os.ReadFile("../../../inputs/urumqi-kexie-2023/facts.json")
	doc, err := facts.Parse("facts.json", fb)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Bind(schema); err != nil {
		t.Fatal(err)
	}
	start = time.Now()
	for i, p := range ps {
		f, err := p.Evaluate(context.Background(), doc)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(unit.Policies[i].Indicator, p.Meta.Title, f.Failure, len(p.Reads), p.Program.(*program).distinct)
		for _, d := range f.Deductions {
			fmt.Println("   ", d.Item, d.Share, d.Reason, d.Line, d.Unproven)
			for _, c := range d.Causes {
				fmt.Print("       ", c.Pointer(), " ", c.Role, ";")
			}
			fmt.Println()
		}
		if f.Cutoff != nil {
			fmt.Println("    CUTOFF", f.Cutoff.Reason)
		}
	}
	fmt.Println("evaluated", time.Since(start))
}
