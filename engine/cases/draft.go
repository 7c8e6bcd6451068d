package cases

import (
	"strings"

	"rubric/engine/facts"
)

// Draft is facts that can be changed, one value after another, and bound again:
// for trying what a policy would say.
type Draft struct{ root *document }

// DraftOf copies a document.
func DraftOf(doc *facts.Document) *Draft { return &Draft{fromFacts(doc.Root)} }

// With is the draft with another value, written in JSON, at the pointer of a
// scalar; false if there is no such place.
func (d *Draft) With(pointer, json string) (*Draft, bool) {
	path, err := facts.ParsePointer(pointer)
	if err != nil || len(path) == 0 {
		return nil, false
	}
	out := &Draft{d.root.copy()}
	return out, out.root.set(path, &document{scalar: json}) == nil
}

// Bound is the draft as a document of the schema; the error says what is not
// allowed there.
func (d *Draft) Bound(schema *facts.Schema) (*facts.Document, error) {
	var text strings.Builder
	d.root.json(&text)
	doc, err := facts.Parse("", []byte(text.String()))
	if err != nil {
		return nil, err
	}
	return doc, doc.BindExcerpt(schema)
}
