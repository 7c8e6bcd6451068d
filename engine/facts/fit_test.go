package facts

import (
	"slices"
	"testing"
)

const fitSchema = `{
	"type": "object", "required": ["period"], "additionalProperties": false,
	"properties": {
		"period": {"type": "string", "pattern": "^2[0-9]+$"},
		"count": {"type": "integer", "minimum": 0},
		"note": {"type": ["string", "null"], "minLength": 2, "x-optional": true},
		"rows": {"type": "array", "x-count": "/count", "x-key": "id", "minItems": 1, "items": {
			"type": "object", "additionalProperties": false, "properties": {
				"id": {"type": "integer"},
				"date": {"type": "string", "format": "date"},
				"size": {"type": "integer", "minimum": 0},
				"parts": {"type": "array", "x-count": "/rows/*/size", "maxItems": 3, "items": {"type": "number", "exclusiveMinimum": 0, "maximum": 10}}
			}}},
		"plan": {"type": "object", "x-optional": true, "additionalProperties": false, "properties": {
			"done": {"type": "boolean"},
			"kind": {"type": "string", "enum": ["a", "b"]}
		}}
	}}`

const fitting1 = `{"period": "2023", "count": 2, "rows": [
	{"id": 1, "date": "2023-02-28", "size": 1, "parts": [1.5]},
	{"id": 2, "date": "2024-02-29", "size": 0, "parts": []}], "plan": {"done": true, "kind": "a"}}`

func fitPlace(tb testing.TB) *Schema {
	s, err := ParseSchema("s", []byte(fitSchema))
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// What fits is found without nodes; what does not is left to the binder.
func TestFits(t *testing.T) {
	schema := fitPlace(t)
	for _, c := range []struct {
		doc  string
		fits bool
	}{
		{fitting1, true},
		{`{"period":"2023","count":1,"rows":[{"id":1,"date":"2023-01-31","size":0,"parts":[]}]}`, true},
		{`{"period":"2023","count":1,"note":null,"rows":[{"id":1,"date":"2023-01-31","size":0,"parts":[]}]}`, false}, // allowed, but rare
		{`{"period":"2023","count":2,"rows":[{"id":1,"date":"2023-01-31","size":0,"parts":[]}]}`, false},
		{`{"period":"2023","count":1,"rows":[{"id":1,"date":"2023-01-31","size":1,"parts":[]}]}`, false},
		{`{"period":"2023","count":1,"rows":[{"id":1,"date":"2023-02-29","size":0,"parts":[]}]}`, false},
		{`{"period":"2023","count":0,"rows":[]}`, false},
		{`{"count":1,"period":"2023","rows":[{"id":1,"date":"2023-01-31","size":0,"parts":[]}]}`, false}, // another order
		{`{"period":"2023","count":2,"rows":[{"id":1,"date":"2023-01-31","size":0,"parts":[]},{"id":1,"date":"2023-01-31","size":0,"parts":[]}]}`, false},
		{`{"period":"2023","rows":[{"id":1,"date":"2023-01-31","size":0,"parts":[]}]}`, false},
	} {
		if got := fit([]byte(c.doc), 0, schema) != nil; got != c.fits {
			t.Errorf("%s: fits %v", c.doc, got)
		}
	}
}

// However a document is bound, it is the same, and so is what is wrong with it.
func FuzzFit(f *testing.F) {
	schema := fitPlace(f)
	f.Add([]byte(fitting1))
	f.Add([]byte(`{"period":"2023","count":0,"note":null,"rows":[]}`))
	f.Add([]byte(`{"plan":{"kind":"a","done":true},"rows":[{"id":1e0,"parts":[0],"size":2}],"count":"1","x":1}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		quick, quickErr := ParseBound("f", data, schema)
		whole, err := Parse("f", data)
		if err == nil {
			unfoldAll(whole.Root)
			err = whole.Bind(schema)
		}
		twice, errTwice := Parse("f", data)
		if errTwice == nil {
			errTwice = twice.Bind(schema)
		}
		if text(quickErr) != text(err) || text(errTwice) != text(err) {
			t.Fatalf("%s\nquick: %v\nnode by node: %v\nafter parsing: %v", data, quickErr, err, errTwice)
		}
		if err != nil {
			return
		}
		for _, d := range []*Document{quick, twice} {
			if len(d.Missing()) != len(whole.Missing()) {
				t.Fatalf("%s\nmissing %v, want %v", data, d.Missing(), whole.Missing())
			}
			if got, want := d.Digest(), digest(whole.Root.JSON()); got != want {
				t.Fatalf("%s\ndigest %s, want %s", data, got, want)
			}
			sameNodes(t, d.Root, whole.Root)
			inOrder(t, d.Root)
		}
	})
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func sameNodes(t *testing.T, a, b *Node) {
	sameOffsets(t, a, b)
	if a.Schema != b.Schema || a.Partial() != b.Partial() || a.Miscounted() != b.Miscounted() || a.Text != b.Text || !a.Number().Equal(b.Number()) {
		t.Fatalf("%+v, %+v", a, b)
	}
	for i := range a.children() {
		sameNodes(t, a.children()[i], b.children()[i])
	}
}

// inOrder wants nodes in the order of the schema, and each below its parents.
func inOrder(t *testing.T, n *Node) {
	children := slices.Clone(n.children())
	slices.SortFunc(children, Compare)
	for i, c := range children {
		if !c.IsBelow(n) || Compare(n, c) >= 0 || n.IsBelow(c) {
			t.Fatalf("%s is not below %s", c.Pointer(), n.Pointer())
		}
		if i > 0 && (c.Schema.Ordinal < children[i-1].Schema.Ordinal || c.IsBelow(children[i-1])) {
			t.Fatalf("%s is out of order", c.Pointer())
		}
		inOrder(t, c)
	}
}

// A document in another is the same as when it is cut out and bound.
func FuzzAround(f *testing.F) {
	schema := fitPlace(f)
	for _, text := range []string{
		`{"id": "a", "facts": ` + fitting1 + `}`, ` {"facts":` + fitting1 + `,"id":"b","n":-1.5e3} `, `{"facts":` + fitting1 + `,"facts":1}`,
		`{"id":[],"facts":` + fitting1 + `}`, `{"id":"\u0061","facts":` + fitting1 + `}`, `{"\u0061":"","facts":` + fitting1 + `}`, `{"a":"","facts":` + fitting1,
		`{"a":1,"a":2,"facts":` + fitting1 + `}`, `{"facts":` + fitting1 + `}x`, `{"facts":` + fitting1 + `,}`, `{}`, `{"facts":null}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		whole, within := ParseAround("f", data, "facts", schema)
		if whole == nil {
			return
		}
		slow, err := Parse("f", data)
		if err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		sameOffsets(t, whole.Root, slow.Root)
		n := slow.Root.Member("facts")
		n.Parent, n.Key, n.Index = nil, "", 0
		alone := &Document{File: "f", Source: data, Root: n}
		unfoldAll(n)
		if err := alone.Bind(schema); err != nil || len(alone.Missing()) > 0 {
			t.Fatalf("%s: %v, missing %v", data, err, alone.Missing())
		}
		sameNodes(t, within.Root, n)
		if a, b := within.Digest(), alone.Digest(); a != b {
			t.Fatalf("%s: digest %s, want %s", data, a, b)
		}
	})
}

// A line as cohorts have them is read at once.
func TestParseAround(t *testing.T) {
	whole, within := ParseAround("f", []byte(`{"id":"a","facts":`+fitting1+`}`), "facts", fitPlace(t))
	if whole == nil || whole.Root.Member("id").Text != "a" || within.At("/rows/1/id").Text != "2" {
		t.Errorf("%v, %v", whole, within)
	}
}
