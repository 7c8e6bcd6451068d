package engine

import (
	"encoding/json"
	"strconv"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"rubric/engine/facts"
	"rubric/engine/policy"
)

// Citations are the facts that a result depended on, in the facts' order. They
// become text (pointers, labels, sources) when somebody reads them, and until
// then hold on to the document; their JSON is a list of Fact.
type Citations struct {
	causes   []policy.Cause
	evidence *facts.Evidence // nil where there is none
	told     []Fact          // in place of causes
}

// Cite makes citations of facts that are text already.
func Cite(all ...Fact) Citations { return Citations{told: all} }

// Len is how many facts are cited.
func (c Citations) Len() int { return len(c.causes) + len(c.told) }

// At is one of the facts cited, from 0.
func (c Citations) At(i int) Fact {
	if i < len(c.told) {
		return c.told[i]
	}
	return c.fact(c.causes[i-len(c.told)])
}

// All are the facts cited. The slice is the caller's.
func (c Citations) All() []Fact {
	all := make([]Fact, c.Len())
	for i := range all {
		all[i] = c.At(i)
	}
	return all
}

// MarshalJSONTo writes the facts straight into the document around them.
func (c Citations) MarshalJSONTo(to *jsontext.Encoder) error {
	return jsonv2.MarshalEncode(to, c.All())
}

// MarshalJSON implements json.Marshaler.
func (c Citations) MarshalJSON() ([]byte, error) { return json.Marshal(c.All()) }

// UnmarshalJSON implements json.Unmarshaler.
func (c *Citations) UnmarshalJSON(data []byte) error {
	*c = Citations{}
	return json.Unmarshal(data, &c.told)
}

// Digest is "sha256:…" over a document, worked out when somebody reads it.
type Digest struct {
	doc  *facts.Document
	text string // in place of doc
}

// DigestOf is a digest that is text already.
func DigestOf(text string) Digest { return Digest{text: text} }

// String is the digest's text.
func (d Digest) String() string {
	if d.doc != nil {
		return d.doc.Digest()
	}
	return d.text
}

// MarshalText implements encoding.TextMarshaler.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Digest) UnmarshalText(text []byte) error {
	*d = DigestOf(string(text))
	return nil
}

func (c Citations) fact(cause policy.Cause) Fact {
	pointer := cause.Pointer()
	f := Fact{Pointer: pointer, Role: roleName(cause.Role), Label: label(cause.Node, cause.Key), Evidence: c.source(pointer)}
	schema := cause.Node.Schema
	if cause.Key != "" && schema != nil {
		schema = schema.Property(cause.Key)
	}
	if schema != nil {
		f.Unit = schema.Unit
	}
	switch cause.Role {
	case policy.Collection:
		n := cause.Node.Len()
		f.Count = &n
	case policy.Absent:
	default:
		f.Value = json.RawMessage(cause.Node.JSON())
	}
	return f
}

func roleName(r policy.Role) string {
	return [...]string{policy.Condition: "condition", policy.Value: "value", policy.Collection: "collection", policy.Absent: "absent"}[r]
}

func (c Citations) source(pointer string) string {
	if c.evidence == nil {
		return ""
	}
	return c.evidence.Words(pointer)
}

// LabelSeparator stands between the labels of a fact's path.
const LabelSeparator = " › "

// Label is the path to a node in the labels of the schema that it is bound to.
func Label(n *facts.Node) string { return label(n, "") }

// label is the path to a node, or to its member key that is not there, in the
// labels of the schema.
func label(n *facts.Node, key string) string {
	text := appendLabel(make([]byte, 0, 128), n)
	if key != "" && n.Schema != nil {
		if p := n.Schema.Property(key); p != nil {
			text = appendPart(text, p.Label())
		}
	}
	return string(text)
}

func appendPart(to []byte, label string) []byte {
	if len(to) > 0 {
		to = append(to, LabelSeparator...)
	}
	return append(to, label...)
}

// appendLabel appends the path to n. An element of a list has its name behind
// the list's.
func appendLabel(to []byte, n *facts.Node) []byte {
	if n.Parent == nil || n.Schema == nil {
		return to
	}
	to = appendLabel(to, n.Parent)
	if n.Parent.Kind != facts.List {
		return appendPart(to, n.Schema.Label())
	}
	if len(to) > 0 {
		to = append(append(append(to, "（"...), elementName(n)...), "）"...)
	}
	return to
}

// elementName tells an element of a list apart: by its x-key member, else by
// its position from 1.
func elementName(n *facts.Node) string {
	if list := n.Parent.Schema; list != nil && list.Unique != "" {
		if key := n.Member(list.Unique); key != nil && key.Text != "" {
			return key.Text
		}
	}
	return strconv.Itoa(int(n.Index) + 1)
}
