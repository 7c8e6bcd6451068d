// Package schemas publishes a JSON Schema for every YAML file that people write,
// for editors: they complete the keys, explain them and mark mistakes while one
// types. The files themselves are read by their own packages, more strictly than
// a schema can say.
package schemas

import (
	"embed"
	"path"
	"slices"
	"strings"

	"rubric/engine/policy/cel"
)

//go:embed *.schema.json
var files embed.FS

// Schema is one of them.
type Schema struct {
	Name  string   // such as "cases"
	Files []string // the files it is for, as glob patterns
	Text  []byte
}

// celPolicy is the schema that its language keeps.
const celPolicy = "cel-policy"

// All are all schemas, by name.
func All() []Schema {
	patterns := map[string][]string{
		"framework": {"framework.yaml"}, celPolicy: {"*.cel.yaml"}, "cases": {"*.cases.yaml"},
		"case": {"case.yaml"}, "evidence": {"evidence.yaml"}, "review": {"review.yaml"}, "panel": {"panel.yaml"}, "rubric": {"rubric.yaml"}, "map": {"*.map.yaml"},
	}
	var all []Schema
	for name, of := range patterns {
		text := cel.PolicySchema()
		if name != celPolicy {
			text, _ = files.ReadFile(name + ".schema.json") // a test reads them all
		}
		all = append(all, Schema{name, of, text})
	}
	slices.SortFunc(all, func(a, b Schema) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Find is the schema of that name.
func Find(name string) (Schema, bool) {
	for _, s := range All() {
		if s.Name == name {
			return s, true
		}
	}
	return Schema{}, false
}

// For is the schema for a file, by its name.
func For(file string) (Schema, bool) {
	for _, s := range All() {
		for _, pattern := range s.Files {
			if ok, _ := path.Match(pattern, path.Base(file)); ok { // the patterns are in order
				return s, true
			}
		}
	}
	return Schema{}, false
}
