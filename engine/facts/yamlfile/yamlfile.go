// Package yamlfile reads hand-written YAML strictly, with the line and column
// of every problem: known keys only, none twice, no aliases, one document. No
// scalar is interpreted: a text is what stands in the file, so numbers keep
// their digits.
package yamlfile

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"rubric/engine/message"
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
		f.at(bytes.Count(data[:bytes.IndexRune(data, utf8.RuneError)], []byte{'\n'})+1, 0, message.New("facts.not_utf8"))
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
		f.syntax(err)
		return
	}
	switch err := dec.Decode(&second); {
	case err == nil:
		f.Report(&second, message.New("facts.yaml_documents"))
	case !errors.Is(err, io.EOF):
		f.syntax(err)
	default:
		f.Root = first.Content[0]
	}
}

var lineOfError = regexp.MustCompile(`line (\d+): `)

// syntax reports an error of the YAML library, whose text has the line, except
// when it is the first.
func (f *File) syntax(err error) {
	line, detail := 1, strings.TrimPrefix(err.Error(), "yaml: ")
	if at := lineOfError.FindStringSubmatchIndex(detail); at != nil {
		line, _ = strconv.Atoi(detail[at[2]:at[3]])
		detail = detail[at[1]:]
	}
	f.at(line, 0, message.New("facts.yaml_syntax", "detail", detail))
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
		f.Report(n, message.New("facts.yaml_mapping"))
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

// Fields is what a mapping of known keys holds.
type Fields struct {
	file  *File
	at    *yaml.Node
	pairs []Pair
}

// Fields reads the mapping n. A key that is not among known is a problem.
func (f *File) Fields(n *yaml.Node, known ...string) Fields {
	pairs := f.Pairs(n)
	for _, p := range pairs {
		if p.Key.Kind == yaml.ScalarNode && !slices.Contains(known, p.Key.Value) {
			f.Report(p.Key, message.New("facts.yaml_key", "key", p.Key.Value, "known", known))
		}
	}
	return Fields{f, n, pairs}
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
		if m.at != nil && m.at.Kind == yaml.MappingNode {
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
