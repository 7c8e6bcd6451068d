// Package yamlfile reads hand-written YAML strictly, with the line and column
// of every problem: known keys only, none twice, no aliases, one document. No
// scalar is interpreted: a text is what stands in the file, so numbers keep
// their digits.
package yamlfile

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"rubric/engine/message"
	"rubric/engine/typo"
)

// MaxBytes is the largest file that is read.
const MaxBytes = 16 << 20

// File is a file being read. Its methods note problems and go on; Err has all
// of them at the end.
type File struct {
	Name string
	Root *yaml.Node // nil if the file is no YAML

	problems message.Problems
}

// Pair is one entry of a mapping.
type Pair struct {
	Key   *yaml.Node
	Value *yaml.Node
}

// Open parses data; name is for messages only. An empty file is a problem.
func Open(name string, data []byte) *File {
	f := &File{Name: name}
	switch {
	case len(data) > MaxBytes:
		f.at(1, 1, message.New("facts.file_too_large", "limit", MaxBytes>>20))
	case !utf8.Valid(data):
		f.refused(data, nil)
	default:
		f.parse(data)
	}
	return f
}

func (f *File) parse(data []byte) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var first, second yaml.Node
	err := dec.Decode(&first)
	switch {
	case errors.Is(err, io.EOF):
		f.at(1, 1, message.New("facts.empty_file"))
		return
	case err != nil:
		f.refused(data, err)
		return
	}
	switch err := dec.Decode(&second); {
	case err == nil:
		f.Report(&second, message.New("facts.yaml_documents"))
	case !errors.Is(err, io.EOF):
		f.refused(data, err)
	default:
		f.Root = first.Content[0]
	}
}

// refused reports what the YAML library could not read.
func (f *File) refused(data []byte, err error) {
	at, m := typo.YAML(data, err)
	f.at(at.Line, at.Column, m)
}

func (f *File) at(line, column int, m message.Message) {
	f.problems.Add(message.Problem{File: f.Name, Line: line, Column: column, Message: m})
}

// Report notes a problem at n, or with the file as a whole if n is nil.
func (f *File) Report(n *yaml.Node, m message.Message) {
	if n == nil {
		f.at(0, 0, m)
		return
	}
	f.at(n.Line, n.Column, m)
}

// Err is a message.Problems with what was noted, nil if nothing was.
func (f *File) Err() error {
	slices.SortStableFunc(f.problems, func(a, b message.Problem) int { return a.Line - b.Line })
	return f.problems.Err()
}

// Pairs are the entries of the mapping n, in the order of the file. Anything
// but a mapping with texts for keys, each once, is a problem.
func (f *File) Pairs(n *yaml.Node) []Pair {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		f.Report(n, noMapping(n))
		return nil
	}
	var pairs []Pair
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		name := f.Text(key)
		if seen[name] {
			f.Report(key, message.New("facts.yaml_duplicate", "key", name))
		}
		seen[name] = true
		pairs = append(pairs, Pair{key, n.Content[i+1]})
	}
	return pairs
}

// noMapping says of n that it is no mapping, and of a text with a Chinese colon
// why.
func noMapping(n *yaml.Node) message.Message {
	if n.Kind == yaml.ScalarNode && n.Style == 0 && strings.Contains(n.Value, "：") {
		return message.New("typo.full_width", "found", "：", "want", ": ")
	}
	return message.New("facts.yaml_mapping")
}

// Fields is what a mapping of known keys holds.
type Fields struct {
	file  *File
	at    *yaml.Node
	pairs []Pair
	meant []string // known keys that unknown ones most likely stand for
}

// Fields reads the mapping n. A key that is not among known is a problem.
func (f *File) Fields(n *yaml.Node, known ...string) Fields {
	m := Fields{file: f, at: n, pairs: f.Pairs(n)}
	for _, p := range m.pairs {
		if p.Key.Kind == yaml.ScalarNode && !slices.Contains(known, p.Key.Value) {
			m.unknown(p.Key, known)
		}
	}
	return m
}

// unknown reports a key that is not among known.
func (m *Fields) unknown(key *yaml.Node, known []string) {
	if before, _, cut := strings.Cut(key.Value, ":"); cut && slices.Contains(known, before) {
		m.file.Report(key, message.New("typo.yaml_colon_space", "key", before))
		m.meant = append(m.meant, before)
		return
	}
	if near := typo.Nearest(key.Value, known); near != "" {
		m.file.Report(key, message.New("facts.yaml_key_near", "key", key.Value, "suggestion", near))
		m.meant = append(m.meant, near)
		return
	}
	m.file.Report(key, message.New("facts.yaml_key", "key", key.Value, "known", known))
}

// Get is the value of key, nil if there is none.
func (m Fields) Get(key string) *yaml.Node {
	for _, p := range m.pairs {
		if p.Key.Value == key {
			return p.Value
		}
	}
	return nil
}

// Text is the text of key, "" if there is none.
func (m Fields) Text(key string) string {
	if n := m.Get(key); n != nil {
		return m.file.Text(n)
	}
	return ""
}

// Need is the text of key, whose absence or emptiness is a problem.
func (m Fields) Need(key string) string {
	n := m.Get(key)
	if n == nil {
		if m.at != nil && m.at.Kind == yaml.MappingNode && !slices.Contains(m.meant, key) {
			m.file.Report(m.at, message.New("facts.yaml_need", "key", key))
		}
		return ""
	}
	text := m.file.Text(n)
	if text == "" && n.Kind == yaml.ScalarNode && n.ShortTag() != "!!null" {
		m.file.Report(n, message.New("facts.yaml_need", "key", key))
	}
	return text
}

// Items are the elements of the sequence n; nil has none.
func (f *File) Items(n *yaml.Node) []*yaml.Node {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		f.Report(n, message.New("facts.yaml_sequence"))
		return nil
	}
	return n.Content
}

// Text is the scalar n as written, without quotes. Null and anything but a
// scalar is a problem.
func (f *File) Text(n *yaml.Node) string {
	switch {
	case n.Kind != yaml.ScalarNode:
		f.Report(n, message.New("facts.yaml_text"))
		return ""
	case n.ShortTag() == "!!null":
		f.Report(n, message.New("facts.yaml_null"))
		return ""
	}
	return n.Value
}
