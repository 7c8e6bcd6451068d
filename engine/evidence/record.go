package evidence

import (
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"rubric/engine/facts"
	"rubric/engine/facts/yamlfile"
	"rubric/engine/message"
)

// Record puts digests into the text of an evidence.yaml, one for each document
// id, and changes nothing else: comments, order and layout stay. The error is a
// message.Problems: a document is not there, or is written in a way that cannot
// be added to safely.
func Record(file string, text []byte, digests map[string]string) ([]byte, error) {
	before, err := facts.ParseEvidence(file, text)
	if err != nil {
		return nil, err
	}
	e := editor{file: file, text: string(text)}
	y := yamlfile.Open(file, text)
	list := y.Fields(y.Root, "documents", "facts").Get("documents")
	for _, n := range y.Items(list) {
		if digest := digests[value(n, "id")]; digest != "" {
			e.record(n, digest)
		}
	}
	out := []byte(e.applied())
	if err := e.check(before, out, digests); err != nil {
		return nil, err
	}
	return out, nil
}

// editor gathers changes of a text and makes them all at once.
type editor struct {
	file  string
	text  string
	edits []edit
}

// edit puts a text in the place of those bytes.
type edit struct {
	from, to int
	put      string
}

// record changes the digest of a document, or adds one beside its file.
func (e *editor) record(n *yaml.Node, digest string) {
	if old := member(n, "digest"); old != nil {
		from := e.offset(old) + strings.Index(e.text[e.offset(old):], old.Value) // past a quotation mark
		e.edits = append(e.edits, edit{from, from + len(old.Value), digest})
		return
	}
	at := member(n, "file")
	if at == nil {
		return
	}
	if n.Style&yaml.FlowStyle != 0 {
		if end, ok := e.end(at); ok {
			e.edits = append(e.edits, edit{end, end, ", digest: " + digest})
		}
		return
	}
	key := e.offset(keyOf(n, "file"))
	indent := utf8.RuneCountInString(e.text[e.lineStart(key):key])
	e.edits = append(e.edits, edit{key, key, "digest: " + digest + e.newline() + strings.Repeat(" ", indent)})
}

// newline is how the lines of the text end.
func (e *editor) newline() string {
	if strings.Contains(e.text, "\r\n") {
		return "\r\n"
	}
	return "\n"
}

func (e *editor) lineStart(at int) int { return strings.LastIndexByte(e.text[:at], '\n') + 1 }

// offset is where a node begins.
func (e *editor) offset(n *yaml.Node) int {
	at := 0
	for line := 1; line < n.Line; line++ {
		at += strings.IndexByte(e.text[at:], '\n') + 1
	}
	for column := 1; column < n.Column; column++ {
		_, size := utf8.DecodeRuneInString(e.text[at:])
		at += size
	}
	return at
}

// end is where a text in one line ends; ok is false for one that cannot be told.
func (e *editor) end(n *yaml.Node) (at int, ok bool) {
	at = e.offset(n)
	rest := e.text[at:]
	switch {
	case n.Style == 0 && strings.HasPrefix(rest, n.Value):
		return at + len(n.Value), true
	case n.Style&yaml.SingleQuotedStyle != 0, n.Style&yaml.DoubleQuotedStyle != 0:
		quoted := rest[:1] + n.Value + rest[:1] // nothing in it that needs an escape
		return at + len(quoted), strings.HasPrefix(rest, quoted)
	}
	return 0, false
}

func (e *editor) applied() string {
	slices.SortFunc(e.edits, func(a, b edit) int { return b.from - a.from })
	text := e.text
	for _, one := range e.edits {
		text = text[:one.from] + one.put + text[one.to:]
	}
	return text
}

// check makes sure that the new text says what the old one did, and the digests.
func (e *editor) check(before *facts.Evidence, out []byte, digests map[string]string) error {
	want := slices.Clone(before.Documents)
	for i := range want {
		if digest := digests[want[i].ID]; digest != "" {
			want[i].Digest = digest
		}
	}
	after, err := facts.ParseEvidence(e.file, out)
	if err == nil && slices.Equal(after.Documents, want) && sameEntries(before, after) {
		return nil
	}
	return message.Problems{{File: e.file, Message: message.New("evidence.cannot_record")}}
}

// sameEntries compares sources, wherever in the file they now stand.
func sameEntries(a, b *facts.Evidence) bool {
	if len(a.Entries) != len(b.Entries) || len(a.Servings) != len(b.Servings) {
		return false
	}
	for i := range a.Entries {
		if a.Entries[i].Pointer != b.Entries[i].Pointer || !sameSource(a.Entries[i].Source, b.Entries[i].Source) {
			return false
		}
	}
	return true
}

func sameSource(a, b facts.Source) bool {
	return a.Locator == b.Locator && a.Index == b.Index && a.Reason == b.Reason && a.Document.ID == b.Document.ID &&
		len(a.Also) == len(b.Also) && reflect.DeepEqual(values(a), values(b))
}

func values(s facts.Source) (all []string) {
	for _, a := range s.Also {
		all = append(all, a.Value, a.Document.ID, a.Locator)
	}
	return all
}

// member is the value of a key of a mapping, keyOf the key; nil if there is none.
func member(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func keyOf(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i]
		}
	}
	return nil
}

func value(n *yaml.Node, key string) string {
	if v := member(n, key); v != nil {
		return v.Value
	}
	return ""
}
