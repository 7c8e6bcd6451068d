package facts

import (
	"bytes"
	"encoding/json"
	"math/bits"
	"math/rand/v2"
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
	f.Fuzz(func(t *testing.T, data []byte) { sameEitherWay(t, data, schema) })
}

// sameEitherWay wants a document that is bound at once, node by node, and after
// parsing to be the same, and what is wrong with it.
func sameEitherWay(t *testing.T, data []byte, schema *Schema) {
	t.Helper()
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
}

// Names shorter and longer than a word, numbers within all kinds of bounds, keys:
// what the quick look tells apart.
const wideSchema = `{
	"type": "object", "additionalProperties": false, "properties": {
		"a": {"type": "number"},
		"abcde": {"type": "number", "minimum": 0, "maximum": 100},
		"abcdef": {"type": "number", "exclusiveMinimum": 0, "x-optional": true},
		"abcdefghijklm": {"type": "integer", "minimum": -5, "maximum": 12345},
		"abcdefghijklmn": {"type": "number", "minimum": 2.5, "exclusiveMaximum": 7.5},
		"abcdefghijklmnopqrs": {"type": "string"},
		"abcdefghijklmnopqrt": {"type": "string", "x-optional": true},
		"flags": {"type": "array", "items": {"type": "boolean"}},
		"rows": {"type": "array", "x-key": "id", "items": {"type": "object", "additionalProperties": false, "properties": {
			"id": {"type": "string"}, "n": {"type": "number", "enum": [1, 2.5]}}}}
	}}`

const wide1 = `{"a": -1.5, "abcde": 100, "abcdef": 0.5, "abcdefghijklm": 12344, "abcdefghijklmn": 2.50, "abcdefghijklmnopqrs": "", "flags": [true, false],
    "rows": [{"id": "乌鲁木齐市（本级）x", "n": 1},
        {"id": "a乌é😀", "n": 2.5}]}`

// However a document is mutilated, the quick look and the slow one agree on it.
func TestMutilated(t *testing.T) {
	narrow := fitPlace(t)
	wide, err := ParseSchema("s", []byte(wideSchema))
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(3, 1))
	fitted := 0
	for _, c := range []struct {
		doc    string
		schema *Schema
	}{{fitting1, narrow}, {wide1, wide}} {
		for _, doc := range layouts(t, c.doc) {
			if fit(doc, 0, c.schema) == nil {
				t.Errorf("does not fit: %s", doc)
			}
			sameEitherWay(t, doc, c.schema)
			for range 1200 {
				mutant := mutilated(random, doc)
				if fit(mutant, 0, c.schema) != nil {
					fitted++
				}
				sameEitherWay(t, mutant, c.schema)
			}
		}
	}
	if fitted < 500 {
		t.Errorf("only %d mutants fit", fitted)
	}
}

// layouts are a document as various programs write it.
func layouts(t *testing.T, doc string) [][]byte {
	var compact, lines, tabs bytes.Buffer
	for _, err := range []error{json.Compact(&compact, []byte(doc)), json.Indent(&lines, []byte(doc), "", "  "), json.Indent(&tabs, []byte(doc), "\t", "\t")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return [][]byte{[]byte(doc), compact.Bytes(), lines.Bytes(), tabs.Bytes(), bytes.ReplaceAll(lines.Bytes(), []byte(`":`), []byte("\"\r\n :"))}
}

// mutilated changes a few bytes of a document: to others, to such as stand in JSON,
// to pieces of itself.
func mutilated(random *rand.Rand, doc []byte) []byte {
	const likely = "0123456789.-+eE\"\\{}[],: \n\ttrufalsn\x00\x1f\x80\xe4\xff"
	doc = slices.Clone(doc)
	for range 1 + random.IntN(2) {
		at := random.IntN(len(doc))
		end := min(at+random.IntN(4), len(doc))
		switch random.IntN(5) {
		case 0:
			doc[at] = likely[random.IntN(len(likely))]
		case 1:
			doc = slices.Insert(doc, at, likely[random.IntN(len(likely))])
		case 2:
			doc = slices.Delete(doc, at, end)
		case 3:
			doc = slices.Insert(doc, at, doc[end:min(end+random.IntN(12), len(doc))]...)
		case 4:
			doc[at] = byte(random.IntN(256))
		}
		if len(doc) == 0 {
			return doc
		}
	}
	return doc
}

// The first digits of a word are what they say.
func TestWords(t *testing.T) {
	for _, c := range []struct {
		text   string
		digits int
		value  uint32
	}{{"1,", 1, 1}, {"10.5", 2, 10}, {"90817263", 8, 90817263}, {"1234567}", 7, 1234567}, {"099", 3, 99}} {
		s := newScanner([]byte(c.text))
		word := s.eight(0)
		others := notDigits(word)
		if got := bits.TrailingZeros64(others) / 8; got != c.digits {
			t.Errorf("%s: %d digits", c.text, got)
		}
		if got := firstDigits(word, c.digits); got != c.value {
			t.Errorf("%s: %d", c.text, got)
		}
	}
	for b := range 256 {
		s := newScanner([]byte{byte(b), '5', byte(b)})
		want := uint64(0x80<<16 | 0x80)
		if isDigit(byte(b)) {
			want = 0
		}
		if got := notDigits(s.eight(0)); got&0xffffff != want {
			t.Errorf("%q: %x, want %x", byte(b), got, want)
		}
	}
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
