package casefolder

import (
	"fmt"
	"testing"

	"rubric/engine/facts"
)

const listed = `{"type": "object", "properties": {
 "rows": {"type": "array", "x-key": "id", "items": {"type": "object", "properties": {"id": {"type": "string"}, "n": {"type": "number", "x-optional": true}}}},
 "plain": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "number"}}}}}}`

func bound(t *testing.T, source string) *facts.Document {
	t.Helper()
	schema, err := facts.ParseSchema("facts.schema.json", []byte(listed))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := facts.Parse("facts.json", []byte(source))
	if err == nil {
		err = doc.Bind(schema)
	}
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// b went from the second place to the first and has another value: its own place
// keeps what else is attested, from the source of its new row. c has lost its fact,
// a is gone, rows without keys cannot be told apart, and a value that is adopted now
// is no other.
func TestKeepContested(t *testing.T) {
	old := facts.EvidenceDocument{ID: "old"}
	also := func(pointer string, values ...string) facts.EvidenceEntry {
		e := facts.EvidenceEntry{Pointer: pointer, Source: facts.Source{Document: old, Locator: "p1", Reason: "r"}}
		for _, v := range values {
			e.Also = append(e.Also, facts.Attested{Value: v, Document: old, Locator: "p2"})
		}
		return e
	}
	evidence := &facts.Evidence{Entries: []facts.EvidenceEntry{also("/rows/0/n", "9"), also("/rows/1/n", "8", "2.0"), also("/rows/2/n", "7"),
		also("/plain/0/n", "6"), {Pointer: "/rows/1/id"}}}
	before := bound(t, `{"rows": [{"id": "a", "n": 1}, {"id": "b", "n": 3}, {"id": "c", "n": 4}], "plain": [{"n": 1}]}`)
	now := bound(t, `{"rows": [{"id": "b", "n": 2}, {"id": "c"}], "plain": [{"n": 1}, {"n": 2}]}`)
	book := facts.EvidenceDocument{ID: "book"}
	entries, lost := KeepContested(evidence, before, now, []string{"/rows", "/plain"},
		[]facts.EvidenceEntry{{Pointer: "/rows/0", Source: facts.Source{Document: book, Locator: "A2:B2"}}})
	told := ""
	for _, e := range entries {
		told += fmt.Sprintln(e.Pointer, e.Document.ID, e.Locator, e.Reason, len(e.Also))
	}
	for _, l := range lost {
		told += fmt.Sprintln(l.Pointer, l.Why, l.Also[0].Value)
	}
	const want = `/rows/0 book A2:B2  0
/rows/0/n book A2:B2 r 1
/rows/0/n row_gone 9
/rows/2/n fact_gone 7
/plain/0/n no_key 6
`
	if told != want {
		t.Errorf("got\n%s", told)
	}
}
