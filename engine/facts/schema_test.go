package facts

import (
	"slices"
	"strings"
	"testing"
)

const caseSchema = `{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "case", "$comment": "for tests",
  "type": "object",
  "required": ["department"],
  "additionalProperties": false,
  "properties": {
    "department": {"type": "string", "title": "部门名称", "minLength": 2},
    "budget": {"type": "object", "title": "预算", "properties": {
      "total": {"$ref": "#/$defs/amount", "title": "年初预算数"},
      "adjusted": {"$ref": "#/$defs/amount", "x-optional": true, "description": "调整后"},
      "rate": {"type": ["number", "null"], "exclusiveMinimum": 0, "exclusiveMaximum": 1.5, "maximum": 1.2}
    }},
    "project_count": {"type": "integer", "title": "项目数"},
    "projects": {"type": "array", "title": "项目", "x-count": "/project_count", "x-key": "name", "maxItems": 3, "items": {"$ref": "#/$defs/project"}},
    "audit": {"type": "object", "title": "审计", "x-optional": true, "properties": {
      "date": {"type": "string", "format": "date", "title": "审计日期"},
      "opinion": {"type": "string", "enum": ["标准", "保留"], "examples": ["标准"]}
    }},
    "level": {"type": "integer", "enum": [1, 2.0], "x-optional": true},
    "code": {"type": "string", "pattern": "^[0-9]{3}$", "x-optional": true},
    "tags": {"type": "array", "x-optional": true, "minItems": 1, "items": {"type": "string"}}
  },
  "$defs": {
    "amount": {"type": "number", "x-unit": "万元", "minimum": 0, "title": "金额"},
    "project": {"type": "object", "properties": {
      "name": {"type": "string", "title": "项目名称"},
      "amount": {"$ref": "#/$defs/amount"},
      "open": {"type": "boolean", "title": "已公开"},
      "step_count": {"type": "integer"},
      "steps": {"type": "array", "x-count": "/projects/*/step_count", "items": {"type": "string"}}
    }}
  }
}`

func mustSchema(t testing.TB, source string) *Schema {
	t.Helper()
	s, err := ParseSchema("facts.schema.json", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func paths(places []*Schema) (paths []string) {
	for _, s := range places {
		paths = append(paths, s.Path())
	}
	return paths
}

func TestSchemaTree(t *testing.T) {
	root := mustSchema(t, caseSchema)
	want := []string{"/department", "/budget/total", "/budget/adjusted", "/budget/rate", "/project_count",
		"/projects/*/name", "/projects/*/amount", "/projects/*/open", "/projects/*/step_count", "/projects/*/steps/*",
		"/audit/date", "/audit/opinion", "/level", "/code", "/tags/*"}
	leaves := root.Leaves()
	if got := paths(leaves); !slices.Equal(got, want) {
		t.Errorf("leaves %q", got)
	}
	if !slices.IsSortedFunc(leaves, func(a, b *Schema) int { return a.Ordinal - b.Ordinal }) || root.Ordinal != 0 || leaves[1].Ordinal != 3 {
		t.Error("the ordinals are not depth first")
	}
	for _, leaf := range leaves {
		if root.At(leaf.Path()) != leaf || !slices.Equal(leaf.Leaves(), []*Schema{leaf}) {
			t.Errorf("%s does not lead to its place", leaf.Path())
		}
	}
	if root.At("/projects/7/amount") != root.At("/projects/*/amount") || root.At("") != root || root.At("/projects").At("/0/name") == nil {
		t.Error("an index does not stand for *")
	}
	for _, path := range []string{"/nothing", "/department/0", "/projects/x", "budget", "/budget/*"} {
		if s := root.At(path); s != nil {
			t.Errorf("%s leads to %s", path, s.Path())
		}
	}
}

func TestSchemaPlaces(t *testing.T) {
	root := mustSchema(t, caseSchema)
	total, adjusted := root.At("/budget/total"), root.At("/budget/adjusted")
	if total.Title != "年初预算数" || total.Unit != "万元" || total.Minimum.String() != "0" || total.Optional || total.Kind != Num || total.Integer {
		t.Errorf("%+v", total)
	}
	if adjusted.Title != "金额" || !adjusted.Optional || adjusted.Description != "调整后" || adjusted.Label() != "金额" {
		t.Errorf("%+v", adjusted)
	}
	rate := root.At("/budget/rate")
	if !rate.Nullable || rate.Label() != "rate" || rate.ExclusiveMaximum.String() != "1.5" || rate.Minimum != nil {
		t.Errorf("%+v", rate)
	}
	projects := root.At("/projects")
	if projects.Count != "/project_count" || projects.Unique != "name" || projects.MaxItems != 3 || projects.MinItems != 0 || projects.Items.Label() != "项目" {
		t.Errorf("%+v", projects)
	}
	if !root.Property("department").Required || root.Property("budget").Required || root.Property("tags").MaxItems != -1 {
		t.Error("required or maxItems is wrong")
	}
	if got := root.At("/audit/opinion").Enum; !slices.Equal(got, []string{"标准", "保留"}) {
		t.Errorf("enum %q", got)
	}
}

func TestSuggest(t *testing.T) {
	root := mustSchema(t, caseSchema)
	for name, want := range map[string]string{
		"departmant":             "department",
		"project":                "projects",
		"projectcount":           "project_count",
		"部门名称":                   "department",
		"x":                      "",
		"tag":                    "tags",
		"something_else":         "",
		strings.Repeat("a", 200): "",
	} {
		if got := root.Suggest(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestParseSchemaRefuses(t *testing.T) {
	// In each source the place in question is marked with ‸, which is taken out.
	tests := []struct{ id, source, pointer string }{
		{"facts.schema_keyword", `{"type":"object","properties":{"a":{"type":"string","maxLength":‸3}}}`, "/properties/a/maxLength"},
		{"facts.schema_keyword", `{"type":"object","oneOf":‸[],"properties":{"a":{"type":"string"}}}`, "/oneOf"},
		{"facts.schema_keyword", `{"type":"object","properties":{"a":{"type":"string"}},"$defs":{"x":{"type":"string","anyOf":‸[]}}}`, "/$defs/x/anyOf"},
		{"facts.schema_default", `{"type":"object","properties":{"a":{"type":"string","default":‸"x"}}}`, "/properties/a/default"},
		{"facts.schema_root_keyword", `{"type":"object","properties":{"a":{"type":"string","$defs":‸{}}}}`, "/properties/a/$defs"},
		{"facts.schema_not_for_type", `{"type":"object","properties":{"a":{"type":"string","minimum":‸3}}}`, "/properties/a/minimum"},
		{"facts.schema_form", `{"type":"object","properties":{"a":{"type":"string","title":‸3}}}`, "/properties/a/title"},
		{"facts.schema_form", `{"type":"object","properties":{"a":{"type":"string","x-optional":‸"yes"}}}`, "/properties/a/x-optional"},
		{"facts.schema_form", `{"type":"object","properties":{"a":{"type":"number","minimum":‸"3"}}}`, "/properties/a/minimum"},
		{"facts.schema_form", `{"type":"object","properties":{"a":{"type":"string","enum":‸[]}}}`, "/properties/a/enum"},
		{"facts.schema_form", `{"type":"object","properties":{"a":‸true}}`, "/properties/a"},
		{"facts.schema_form", `{"type":"object","properties":{"a":{"type":"string"}},"$defs":‸[]}`, "/$defs"},
		{"facts.schema_ref", `{"type":"object","properties":{"a":{"type":"string","$ref":‸"#/$defs/x"}}}`, "/properties/a/$ref"},
		{"facts.schema_ref", `{"type":"object","properties":{"a":{"type":"string","$ref":‸"other.json"}}}`, "/properties/a/$ref"},
		{"facts.schema_recursion", `{"type":"object","properties":{"a":{"$ref":"#/$defs/x"}},"$defs":{"x":{"type":"object","properties":{"b":{"type":"object","$ref":‸"#/$defs/x"}}}}}`, "/$defs/x/properties/b/$ref"},
		{"facts.schema_no_type", `{"type":"object","properties":{"a":‸{}}}`, "/properties/a"},
		{"facts.schema_type", `{"type":"object","properties":{"a":{"type":‸"text"}}}`, "/properties/a/type"},
		{"facts.schema_type", `{"type":"object","properties":{"a":{"type":‸["string","number"]}}}`, "/properties/a/type"},
		{"facts.schema_type", `{"type":"object","properties":{"a":{"type":‸["null","null"]}}}`, "/properties/a/type"},
		{"facts.schema_type", `{"type":"object","properties":{"a":{"type":‸"null"}}}`, "/properties/a/type"},
		{"facts.schema_draft", `{"$schema":‸"http://json-schema.org/draft-07/schema#","type":"object","properties":{"a":{"type":"string"}}}`, "/$schema"},
		{"facts.schema_root", `‸{"type":"array","items":{"type":"string"}}`, ""},
		{"facts.schema_root", `‸{"type":["object","null"],"properties":{"a":{"type":"string"}}}`, ""},
		{"facts.schema_open", `{"type":"object","additionalProperties":‸true,"properties":{"a":{"type":"string"}}}`, "/additionalProperties"},
		{"facts.schema_open", `{"type":"object","additionalProperties":‸{},"properties":{"a":{"type":"string"}}}`, "/additionalProperties"},
		{"facts.schema_no_properties", `{"type":"object","properties":{"a":‸{"type":"object"}}}`, "/properties/a"},
		{"facts.schema_name", `{"type":"object","properties":{"预算":‸{"type":"string"}}}`, "/properties/预算"},
		{"facts.schema_name", `{"type":"object","properties":{"a-b":‸{"type":"string"}}}`, "/properties/a-b"},
		{"facts.schema_name", `{"type":"object","properties":{"2a":‸{"type":"string"}}}`, "/properties/2a"},
		{"facts.schema_all_optional", `{"type":"object","properties":{"a":‸{"type":"object","properties":{"b":{"type":"string","x-optional":true}}}}}`, "/properties/a"},
		{"facts.schema_required_unknown", `{"type":"object","required":[‸"b"],"properties":{"a":{"type":"string"}}}`, "/required/0"},
		{"facts.schema_required_optional", `{"type":"object","required":[‸"a"],"properties":{"a":{"type":"string","x-optional":true}}}`, "/required/0"},
		{"facts.schema_no_items", `{"type":"object","properties":{"a":‸{"type":"array"}}}`, "/properties/a"},
		{"facts.schema_optional_items", `{"type":"object","properties":{"a":{"type":"array","items":‸{"type":"string","x-optional":true}}}}`, "/properties/a/items"},
		{"facts.schema_format", `{"type":"object","properties":{"a":{"type":"string","format":‸"email"}}}`, "/properties/a/format"},
		{"facts.schema_pattern", `{"type":"object","properties":{"a":{"type":"string","pattern":‸"("}}}`, "/properties/a/pattern"},
		{"facts.schema_enum", `{"type":"object","properties":{"a":{"type":"string","enum":["x",‸1]}}}`, "/properties/a/enum/1"},
		{"facts.schema_enum", `{"type":"object","properties":{"a":{"type":"boolean","const":‸true}}}`, "/properties/a/const"},
		{"facts.schema_size", `{"type":"object","properties":{"a":{"type":"string","minLength":‸-1}}}`, "/properties/a/minLength"},
		{"facts.schema_size", `{"type":"object","properties":{"a":{"type":"array","items":{"type":"string"},"maxItems":‸1.5}}}`, "/properties/a/maxItems"},
		{"facts.schema_key", `{"type":"object","properties":{"a":{"type":"array","x-key":‸"c","items":{"type":"object","properties":{"b":{"type":"string"}}}}}}`, "/properties/a/x-key"},
		{"facts.schema_key", `{"type":"object","properties":{"a":{"type":"array","x-key":‸"b","items":{"type":"object","properties":{"b":{"type":"boolean"}}}}}}`, "/properties/a/x-key"},
		{"facts.schema_count", `{"type":"object","properties":{"n":{"type":"number"},"a":{"type":"array","x-count":‸"/n","items":{"type":"string"}}}}`, "/properties/a/x-count"},
		{"facts.schema_count", `{"type":"object","properties":{"n":{"type":"integer"},"a":{"type":"array","x-count":‸"n","items":{"type":"string"}}}}`, "/properties/a/x-count"},
		{"facts.schema_count", `{"type":"object","properties":{"n":{"type":["integer","null"]},"a":{"type":"array","x-count":‸"/n","items":{"type":"string"}}}}`, "/properties/a/x-count"},
		{"facts.schema_count", `{"type":"object","properties":{"a":{"type":"array","x-count":‸"/a/*/n","items":{"type":"object","properties":{"n":{"type":"integer"}}}}}}`, "/properties/a/x-count"},
		{"facts.schema_count_optional", `{"type":"object","properties":{"n":{"type":"integer","x-optional":true},"a":{"type":"array","x-count":‸"/n","items":{"type":"string"}}}}`, "/properties/a/x-count"},
		{"facts.schema_count_optional", `{"type":"object","properties":{"o":{"type":"object","x-optional":true,"properties":{"n":{"type":"integer"}}},"a":{"type":"array","x-count":‸"/o/n","items":{"type":"string"}}}}`, "/properties/a/x-count"},
		{"facts.duplicate", `{"type":"object","type":‸"object"}`, "/type"},
		{"facts.not_an_object", `‸true`, ""},
	}
	for _, test := range tests {
		before, after, _ := strings.Cut(test.source, "‸")
		s, err := ParseSchema("s.json", []byte(before+after))
		problems := problemsOf(t, err)
		if s != nil || len(problems) != 1 {
			t.Errorf("%s: %s: problems %v", test.id, test.source, problems)
			continue
		}
		p := problems[0]
		if column := len([]rune(before)) + 1; p.Message.ID != test.id || p.Pointer != test.pointer || p.Column != column || p.Line != 1 {
			t.Errorf("%s:%d:%d %s, want column %d %s in %s", p.Message.ID, p.Line, p.Column, p.Pointer, column, test.pointer, test.source)
		}
	}
}

// All mistakes are reported, in the order of the file, one in a definition
// once however often it is used.
func TestParseSchemaReportsAll(t *testing.T) {
	_, err := ParseSchema("s.json", []byte(`{"type":"object","properties":{
		"A": {"type": "string"},
		"b": {"$ref": "#/$defs/x"},
		"c": {"$ref": "#/$defs/x"},
		"d": {"type": "strin"}},
		"$defs": {"x": {"type": "string", "default": "1"}}}`))
	var got []int
	for _, p := range problemsOf(t, err) {
		got = append(got, p.Line)
	}
	if !slices.Equal(got, []int{2, 5, 6}) {
		t.Errorf("problems on lines %v: %v", got, err)
	}
}

// References to references must not make a small file a huge tree.
func TestSchemaExplosion(t *testing.T) {
	source := `{"type":"object","properties":{"a":{"$ref":"#/$defs/a"}},"$defs":{`
	for c := 'a'; c < 'z'; c++ {
		next := `{"$ref":"#/$defs/` + string(c+1) + `"}`
		source += `"` + string(c) + `":{"type":"object","properties":{"x":` + next + `,"y":` + next + `}},`
	}
	_, err := ParseSchema("s.json", []byte(source+`"z":{"type":"string"}}}`))
	if problems := problemsOf(t, err); len(problems) != 1 || problems[0].Message.ID != "facts.schema_too_large" {
		t.Errorf("%v", err)
	}
}

// No schema makes the reader panic, and every document can be bound to one
// that is accepted.
func FuzzParseSchema(f *testing.F) {
	f.Add([]byte(caseSchema), []byte(goodCase))
	f.Add([]byte(`{"type":["object","null"],"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/a"}}}`), []byte(`{}`))
	f.Add([]byte(`{"type":"object","properties":{"a":{"type":"array","x-count":"/a/*/b","x-key":"","items":{"type":"array","items":{}}}}}`), []byte(`{"a":[[null]]}`))
	f.Fuzz(func(t *testing.T, source, facts []byte) {
		schema, err := ParseSchema("s", source)
		if err != nil {
			problemsOf(t, err)
			return
		}
		doc, err := Parse("f", facts)
		if err != nil {
			return
		}
		problemsOf(t, doc.Bind(schema))
		for _, m := range doc.Missing() {
			if schema.At(m.Pointer) != m.Schema {
				t.Errorf("missing %s has the place %s", m.Pointer, m.Schema.Path())
			}
		}
	})
}
