package casefolder

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"rubric/engine/facts"
	"rubric/engine/message"
)

// AddEvidence puts documents and entries into the text of an evidence.yaml, nil
// for none yet. What it says of other facts stays as it stands, comments and all;
// what it said of elements of the lists below is gone, because those are others
// now. Values that were attested beside an adopted one stay. The error is a
// message.Problems.
func AddEvidence(file string, text []byte, documents []facts.EvidenceDocument, entries []facts.EvidenceEntry, below []string) (File, error) {
	if len(text) == 0 {
		text = []byte("documents:\nfacts:\n")
	}
	var whole yaml.Node
	if err := yaml.Unmarshal(text, &whole); err != nil || len(whole.Content) == 0 || whole.Content[0].Kind != yaml.MappingNode {
		return File{}, problem(file, message.New("facts.yaml_mapping"))
	}
	e := newLineEdit(text)
	list, places := get(whole.Content[0], "documents"), get(whole.Content[0], "facts")
	if !e.block(list, yaml.SequenceNode) || !e.block(places, yaml.MappingNode) {
		return wholeEvidence(&whole, documents, entries, below)
	}
	e.documents(list, documents)
	e.dropBelow(places, below)
	e.entries(places, entries)
	return File{evidenceFile, e.text()}, e.err
}

// wholeEvidence writes the file anew, because it is not laid out a line for each
// entry. Comments stay, empty lines do not.
func wholeEvidence(whole *yaml.Node, documents []facts.EvidenceDocument, entries []facts.EvidenceEntry, below []string) (File, error) {
	root := whole.Content[0]
	list := member(root, "documents", yaml.SequenceNode)
	for _, d := range documents {
		addDocument(list, d)
	}
	places := member(root, "facts", yaml.MappingNode)
	dropBelow(places, below)
	at := map[string]int{}
	for i := 0; i+1 < len(places.Content); i += 2 {
		at[places.Content[i].Value] = i + 1
	}
	for _, e := range entries {
		if i, ok := at[e.Pointer]; ok {
			updateEntry(places.Content[i], e)
			continue
		}
		put(places, e.Pointer, entry(e))
	}
	return yamlOf(evidenceFile, whole)
}

// member is the value of a key, which is made if it is not there.
func member(m *yaml.Node, key string, kind yaml.Kind) *yaml.Node {
	if n := get(m, key); n != nil && n.Kind == kind {
		return n
	}
	remove(m, key)
	n := &yaml.Node{Kind: kind}
	put(m, key, n)
	return n
}

func get(m *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			return m.Content[i+1]
		}
	}
	return nil
}

func remove(m *yaml.Node, key string) {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			m.Content = slices.Delete(m.Content, i, i+2)
			return
		}
	}
}

// addDocument adds a document, or brings the one of that id up to date.
func addDocument(list *yaml.Node, d facts.EvidenceDocument) {
	pairs := [][2]string{{"id", d.ID}, {"title", d.Title}, {"file", d.File}, {"date", d.Date}, {"digest", d.Digest}}
	for _, m := range list.Content {
		if id := get(m, "id"); m.Kind == yaml.MappingNode && id != nil && id.Value == d.ID {
			for _, pair := range pairs {
				if pair[1] != "" {
					set(m, pair[0], text(pair[1]))
				}
			}
			return
		}
	}
	m := mapping()
	m.Style = yaml.FlowStyle
	for _, pair := range pairs {
		if pair[1] != "" {
			put(m, pair[0], text(pair[1]))
		}
	}
	list.Content = append(list.Content, m)
}

func set(m *yaml.Node, key string, value *yaml.Node) {
	if n := get(m, key); n != nil {
		n.SetString(value.Value)
		return
	}
	put(m, key, value)
}

// dropBelow takes away the entries of lists, and of what stands in them.
func dropBelow(places *yaml.Node, below []string) {
	kept := places.Content[:0]
	for i := 0; i+1 < len(places.Content); i += 2 {
		pointer := places.Content[i].Value
		gone := slices.ContainsFunc(below, func(list string) bool { return strings.HasPrefix(pointer, list+"/") })
		if !gone {
			kept = append(kept, places.Content[i], places.Content[i+1])
		}
	}
	places.Content = kept
}

// updateEntry makes an entry say where the fact stands now. What it says beside
// of the document it named goes with that; contested values and their reason stay.
func updateEntry(n *yaml.Node, e facts.EvidenceEntry) (changed bool) {
	document, locator := get(n, "document"), get(n, "locator")
	same := document != nil && locator != nil && document.Value == e.Document.ID && locator.Value == e.Locator
	if same && e.Entered == nil {
		return false
	}
	fresh := entry(e)
	for _, key := range []string{"reason", "also"} {
		if value := get(n, key); value != nil {
			put(fresh, key, value)
			fresh.Style = 0
		}
	}
	n.Kind, n.Content, n.Style = yaml.MappingNode, fresh.Content, fresh.Style
	return true
}
