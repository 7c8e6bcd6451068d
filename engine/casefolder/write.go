package casefolder

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"

	"rubric/engine/facts"
)

// File is a file of a case's folder with its contents.
type File struct {
	Name string
	Data []byte
}

// WriteHead is case.yaml for the head of a case.
func WriteHead(c *Case) (File, error) {
	head := mapping()
	for _, pair := range [][2]string{{"id", c.ID}, {"title", c.Title}, {"framework", c.Framework}, {"period", c.Period}, {"previous", c.Previous}} {
		if pair[1] != "" {
			put(head, pair[0], text(pair[1]))
		}
	}
	return yamlOf(HeadFile, head)
}

// WriteFacts is facts.json for facts in JSON: a line for each member.
func WriteFacts(source []byte) (File, error) {
	value := jsontext.Value(bytes.Clone(source))
	err := value.Indent(jsontext.WithIndent("  "))
	return File{factsFile, append(value, '\n')}, err
}

// WriteEvidence is evidence.yaml for documents and entries.
func WriteEvidence(documents []facts.EvidenceDocument, entries []facts.EvidenceEntry) (File, error) {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, d := range documents {
		m := mapping()
		m.Style = yaml.FlowStyle
		for _, pair := range [][2]string{{"id", d.ID}, {"index", d.Index}, {"title", d.Title}, {"file", d.File}, {"date", d.Date},
			{"digest", d.Digest}, {"supplied_by", d.SuppliedBy}, {"confidentiality", d.Confidentiality}} {
			if pair[1] != "" {
				put(m, pair[0], text(pair[1]))
			}
		}
		list.Content = append(list.Content, m)
	}
	places := mapping()
	for _, e := range entries {
		put(places, e.Pointer, entry(e))
	}
	root := mapping()
	put(root, "documents", list)
	put(root, "facts", places)
	return yamlOf(evidenceFile, root)
}

func entry(e facts.EvidenceEntry) *yaml.Node {
	m := mapping()
	put(m, "document", text(e.Document.ID))
	put(m, "locator", text(e.Locator))
	if e.Index != "" {
		put(m, "index", text(e.Index))
	}
	if e.Entered != nil {
		from := mapping()
		put(from, "document", text(e.Entered.Document.ID))
		put(from, "locator", text(e.Entered.Locator))
		put(m, "entered", from)
	}
	if len(e.Also) == 0 {
		m.Style = yaml.FlowStyle
		return m
	}
	put(m, "reason", text(e.Reason))
	also := &yaml.Node{Kind: yaml.SequenceNode}
	for _, a := range e.Also {
		one := mapping()
		one.Style = yaml.FlowStyle
		put(one, "value", plain(a.Value))
		put(one, "document", text(a.Document.ID))
		put(one, "locator", text(a.Locator))
		also.Content = append(also.Content, one)
	}
	put(m, "also", also)
	return m
}

func mapping() *yaml.Node { return &yaml.Node{Kind: yaml.MappingNode} }

func put(m *yaml.Node, key string, value *yaml.Node) {
	m.Content = append(m.Content, text(key), value)
}

// text is a text, in quotation marks where it would be something else without.
func text(value string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(value)
	return n
}

// plain is a value as it stands: a number keeps its digits.
func plain(value string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: value} }

func yamlOf(name string, root *yaml.Node) (File, error) {
	var out bytes.Buffer
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	if err := e.Encode(root); err != nil {
		return File{}, err
	}
	return File{name, out.Bytes()}, e.Close()
}
