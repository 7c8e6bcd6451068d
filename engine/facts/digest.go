package facts

import (
	"crypto/sha256"
	"encoding/hex"
	"unsafe"

	"github.com/go-json-experiment/json/jsontext"
)

// JSON is n as JSON in canonical form: a number in its own digits, a text with
// only the escapes it needs, members by name in byte order, no white space.
func (n *Node) JSON() []byte { return n.appendJSON(nil) }

// Digest is "sha256:…" over the document in canonical form, so that white
// space and the order of members do not change it, and a digit does.
func (d *Document) Digest() string {
	d.digested.Do(func() { d.digest = d.Root.digest() })
	return d.digest
}

func (n *Node) digest() string {
	if n.below != nil && n.below.folded != nil {
		return n.below.folded.digest(n)
	}
	return digest(n.JSON())
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return digestText(sum[:])
}

func digestText(sum []byte) string { return "sha256:" + hex.EncodeToString(sum) }

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
	to, _ = AppendQuoted(to, text) // it fails for invalid UTF-8 only, which Parse refuses
	return to
}

// AppendQuoted is jsontext.AppendQuote, quick where a text needs no escapes. The
// error is that the text is not UTF-8.
func AppendQuoted(to []byte, text string) ([]byte, error) {
	s := newScanner(unsafe.Slice(unsafe.StringData(text), len(text)))
	if end, wide := s.quote(0); end < len(text) || wide && !s.validText(0, end) {
		return jsontext.AppendQuote(to, text)
	}
	return append(append(append(to, '"'), text...), '"'), nil
}
