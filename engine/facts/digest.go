package facts

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/go-json-experiment/json/jsontext"
)

// JSON is n as JSON in canonical form: a number in its own digits, a text with
// only the escapes it needs, members by name in byte order, no white space.
func (n *Node) JSON() []byte { return n.appendJSON(nil) }

// Digest is "sha256:…" over the document in canonical form, so that white
// space and the order of members do not change it, and a digit does.
func (d *Document) Digest() string {
	d.digested.Do(func() { d.digest = digest(d.Root.appendJSON(make([]byte, 0, len(d.Source)))) })
	return d.digest
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

func (n *Node) appendJSON(to []byte) []byte {
	switch n.Kind {
	case Null:
		return append(to, "null"...)
	case Bool:
		if n.Flag {
			return append(to, "true"...)
		}
		return append(to, "false"...)
	case Num:
		return append(to, n.Text...)
	case Text:
		return appendQuoted(to, n.Text)
	case List:
		return n.appendList(to)
	}
	return n.appendObject(to)
}

func (n *Node) appendList(to []byte) []byte {
	to = append(to, '[')
	for i, element := range n.children() {
		if i > 0 {
			to = append(to, ',')
		}
		to = element.appendJSON(to)
	}
	return append(to, ']')
}

func (n *Node) appendObject(to []byte) []byte {
	to = append(to, '{')
	for i, member := range n.SortedMembers() {
		if i > 0 {
			to = append(to, ',')
		}
		to = append(appendQuoted(to, member.Key), ':')
		to = member.appendJSON(to)
	}
	return append(to, '}')
}

func appendQuoted(to []byte, text string) []byte {
	to, _ = jsontext.AppendQuote(to, text) // it fails for invalid UTF-8 only, which Parse refuses
	return to
}
