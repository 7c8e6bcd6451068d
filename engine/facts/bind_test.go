package facts

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

const goodCase = `{
  "department": "市财政局",
  "budget": {"total": 1000, "rate": null},
  "project_count": 2,
  "projects": [
    {"name": "道路", "amount": 1.50, "open": true, "step_count": 1, "steps": ["招标"]},
    {"name": "桥梁", "amount": 2, "open": false, "step_count": 0, "steps": []}
  ]
}`

// edit sets values in goodCase by pointer ("-" deletes) and returns the JSON.
func edit(t *testing.T, changes ...string) string {
	t.Helper()
	var root any
	if err := json.Unmarshal([]byte(goodCase), &root); err != nil {
		t.Fatal(err)
	}
	for _, change := range changes {
		pointer, value, _ := strings.Cut(change, "=")
		tokens, _ := ParsePointer(pointer)
		at := root
		for _, token := range tokens[:len(tokens)-1] {
			if list, ok := at.([]any); ok {
				i, _ := parseIndex(token)
				at = list[i]
			} else {
				at = at.(map[string]any)[token]
			}
		}
		object, last := at.(map[string]any), tokens[len(tokens)-1]
		if value == "-" {
			delete(object, last)
		} else {
			object[last] = json.RawMessage(value)
		}
	}
	data, err := json.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestBindRefuses(t *testing.T) {
	schema := mustSchema(t, caseSchema)
	tests := []struct{ change, id, pointer string }{
		{`/budgte=1`, "unknown_fact", "/budgte"},
		{`/zzzzzzzz=1`, "unknown", "/zzzzzzzz"},
		{`/projects/1/a~1b=1`, "unknown", "/projects/1/a~1b"},
		{`/budget/total=null`, "null", "/budget/total"},
		{`/budget=null`, "null", "/budget"},
		{`/budget/total="12.5"`, "quoted_number", "/budget/total"},
		{`/budget/total="1,000"`, "text_for_number", "/budget/total"},
		{`/budget/total=""`, "text_for_number", "/budget/total"},
		{`/projects/0/open="true"`, "quoted_bool", "/projects/0/open"},
		{`/projects/0/open="yes"`, "wrong_kind", "/projects/0/open"},
		{`/projects/0/open=1`, "wrong_kind", "/projects/0/open"},
		{`/department=12`, "number_for_text", "/department"},
		{`/projects={}`, "wrong_kind", "/projects"},
		{`/budget=[]`, "wrong_kind", "/budget"},
		{`/budget/total=true`, "wrong_kind", "/budget/total"},
		{`/department="市"`, "min_length", "/department"},
		{`/department=-`, "required", "/department"},
		{`/project_count=2.5`, "not_whole", "/project_count"},
		{`/budget/total=-0.01`, "minimum", "/budget/total"},
		{`/budget/rate=1.200000000000000000001`, "maximum", "/budget/rate"},
		{`/budget/rate=0`, "exclusive_minimum", "/budget/rate"},
		{`/level=3`, "enum", "/level"},
		{`/code="12a"`, "pattern_digits", "/code"},
		{`/audit={"date":"2023-02-29","opinion":"标准"}`, "date", "/audit/date"},
		{`/audit={"date":"2023-2-1","opinion":"标准"}`, "date", "/audit/date"},
		{`/audit={"date":"2023-12-31","opinion":"无"}`, "enum", "/audit/opinion"},
		{`/projects/1/name="道路"`, "same_key", "/projects/1/name"},
		{`/tags=[]`, "min_items", "/tags"},
		{`/tags=[null]`, "null", "/tags/0"},
		{`/projects=[{"name":"1"},{"name":"2"},{"name":"3"},{"name":"4"}]`, "max_items", "/projects"},
	}
	for _, test := range tests {
		doc := mustParse(t, edit(t, test.change))
		problems := problemsOf(t, doc.Bind(schema))
		if len(problems) != 1 || problems[0].Message.ID != "facts."+test.id || problems[0].Pointer != test.pointer {
			t.Errorf("%s: want facts.%s at %s, got %+v", test.change, test.id, test.pointer, problems)
			continue
		}
		if n := doc.At(test.pointer); n != nil {
			if _, column := doc.Position(n); problems[0].Column != column {
				t.Errorf("%s: column %d, want %d", test.change, problems[0].Column, column)
			}
		}
	}
}

func TestBindAccepts(t *testing.T) {
	schema := mustSchema(t, caseSchema)
	for _, changes := range [][]string{
		nil,
		{`/budget/total=1e3`},
		{`/project_count=2.0`},
		{`/level=2`, `/code="012"`, `/tags=["a","a"]`},
		{`/audit={"date":"2024-02-29","opinion":"保留"}`},
		{`/budget/rate=1.2`},
	} {
		doc := mustParse(t, edit(t, changes...))
		if err := doc.Bind(schema); err != nil || len(doc.Missing()) != 0 {
			t.Errorf("%v: %v, missing %v", changes, err, doc.Missing())
		}
		for _, place := range []string{"", "/budget/total", "/projects/1/steps"} {
			if got := doc.At(place).Schema; got != schema.At(place) {
				t.Errorf("%q is bound to %v", place, got)
			}
		}
	}
}

// Everything wrong is reported at once, in the order of the file, with line and
// column.
func TestBindReportsAll(t *testing.T) {
	doc := mustParse(t, "{\n \"级别\": 1,\n \"budget\": {\"total\": \"1\", \"totle\": 2},\n \"level\": null}")
	var got []string
	for _, p := range problemsOf(t, doc.Bind(mustSchema(t, caseSchema))) {
		got = append(got, fmt.Sprintf("%d:%d %s", p.Line, p.Column, p.Message.ID))
	}
	want := []string{"1:1 facts.required", "2:8 facts.unknown", "3:22 facts.quoted_number", "3:36 facts.unknown_fact", "4:11 facts.null"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestMissing(t *testing.T) {
	schema := mustSchema(t, caseSchema)
	tests := []struct {
		changes []string
		want    string
	}{
		{[]string{`/budget/total=-`}, "/budget/total"},
		{[]string{`/budget=-`}, "/budget/total /budget/rate"},
		{[]string{`/projects=-`}, "/projects"},
		{[]string{`/project_count=-`}, "/project_count"},
		{[]string{`/project_count=-`, `/projects=-`}, "/project_count /projects"},
		{[]string{`/project_count=3`}, "/projects"},
		{[]string{`/project_count=1`}, "/projects"},
		{[]string{`/project_count=0`, `/projects=[]`}, ""},
		{[]string{`/projects/1/amount=-`, `/projects/0/open=-`, `/project_count=4`, `/budget/total=-`},
			"/budget/total /projects /projects/0/open /projects/1/amount"},
		{[]string{`/projects/0/step_count=2`, `/projects/1/step_count=1`}, "/projects/0/steps /projects/1/steps"},
		{[]string{`/projects/1/step_count=-`}, "/projects/1/step_count"},
		{[]string{`/projects/1/steps=-`}, "/projects/1/steps"},
		{[]string{`/audit={}`}, "/audit/date /audit/opinion"},
		{[]string{`/projects=[{},{}]`}, "/projects/0/name /projects/0/amount /projects/0/open /projects/0/step_count /projects/0/steps " +
			"/projects/1/name /projects/1/amount /projects/1/open /projects/1/step_count /projects/1/steps"},
	}
	for _, test := range tests {
		doc := mustParse(t, edit(t, test.changes...))
		if err := doc.Bind(schema); err != nil {
			t.Errorf("%v: %v", test.changes, err)
		}
		var got []string
		for _, m := range doc.Missing() {
			got = append(got, m.Pointer)
			if m.Schema != schema.At(m.Pointer) {
				t.Errorf("%v: %s has the place %s", test.changes, m.Pointer, m.Schema.Path())
			}
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%v: missing %v, want %s", test.changes, got, test.want)
		}
	}
}

// What holds for an absent object in the schema: required facts below it are
// missing like others, an optional list that is counted must be there.
func TestMissingBelowAbsent(t *testing.T) {
	schema := mustSchema(t, `{"type":"object","properties":{
		"n": {"type": "integer"},
		"list": {"type": "array", "x-optional": true, "x-count": "/n", "items": {"type": "string"}},
		"o": {"type": "object", "required": ["r"], "properties": {"r": {"type": "string"}, "l": {"type": "array", "items": {"type": "string"}},
			"p": {"type": "object", "x-optional": true, "properties": {"q": {"type": "string"}}}}}}}`)
	for source, want := range map[string]string{
		`{"n": 0}`:                              "/o/r /o/l",
		`{"n": 2}`:                              "/list /o/r /o/l",
		`{"o": {"r": "x", "l": []}}`:            "/n",
		`{"n": 0, "o": {"r": "x", "p": {}}}`:    "/o/l /o/p/q",
		`{"n": 1, "list": [""], "o": {"r":""}}`: "/o/l",
	} {
		doc := mustParse(t, source)
		err := doc.Bind(schema)
		var got []string
		for _, m := range doc.Missing() {
			got = append(got, m.Pointer)
		}
		if strings.Join(got, " ") != want || err != nil {
			t.Errorf("%s: missing %v, want %s; %v", source, got, want, err)
		}
	}
}

func TestCompare(t *testing.T) {
	doc := mustParse(t, edit(t)) // members by name
	order := []string{"", "/department", "/budget", "/budget/total", "/budget/rate", "/project_count", "/projects",
		"/projects/0", "/projects/0/name", "/projects/0/steps", "/projects/0/steps/0", "/projects/1", "/projects/1/name", "/projects/1/amount"}
	if err := doc.Bind(mustSchema(t, caseSchema)); err != nil {
		t.Fatal(err)
	}
	sign := func(n int) int { return min(1, max(-1, n)) }
	for i, a := range order {
		for j, b := range order {
			if got := Compare(doc.At(a), doc.At(b)); sign(got) != sign(i-j) {
				t.Errorf("%q and %q: %d", a, b, got)
			}
		}
	}
}

// A document of another framework must be refused in bearable time.
func TestBindManyUnknown(t *testing.T) {
	var b strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&b, "\"departmen%d\": 1,\n", i)
	}
	doc := mustParse(t, "{"+b.String()+`"department": "市财政局"}`)
	if problems := problemsOf(t, doc.Bind(mustSchema(t, caseSchema))); len(problems) != 100_000 || problems[99_999].Line != 100_000 {
		t.Errorf("%d problems", len(problems))
	}
}

func BenchmarkBind(b *testing.B) {
	schema, doc := mustSchema(b, caseSchema), mustParse(b, goodCase)
	b.ReportAllocs()
	for b.Loop() {
		if err := doc.Bind(schema); err != nil {
			b.Fatal(err)
		}
	}
}
