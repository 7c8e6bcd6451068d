package cases

import (
	"encoding/json"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"rubric/engine/facts"
	"rubric/engine/facts/yamlfile"
	"rubric/engine/message"
)

// A document is facts that a case changes before they are evaluated. Numbers
// keep the digits written.
type document struct {
	scalar  string // JSON of a scalar; "" for an object or list
	list    bool
	names   []string // of an object's members
	members []*document
}

// fromYAML reads facts written in YAML: an unquoted number is a number, by its
// digits; true and false are truth values; all else is text.
func fromYAML(f *yamlfile.File, n *yaml.Node) *document {
	switch n.Kind {
	case yaml.MappingNode:
		d := &document{}
		for _, p := range f.Pairs(n) {
			d.names = append(d.names, f.Text(p.Key))
			d.members = append(d.members, fromYAML(f, p.Value))
		}
		return d
	case yaml.SequenceNode:
		d := &document{list: true}
		for _, item := range n.Content {
			d.members = append(d.members, fromYAML(f, item))
		}
		return d
	}
	return &document{scalar: f.ScalarJSON(n)}
}

func quote(text string) string {
	out, _ := json.Marshal(text) // a text always has a JSON form
	return string(out)
}

// fromFacts copies a parsed document.
func fromFacts(n *facts.Node) *document {
	switch n.Kind {
	case facts.Object:
		d := &document{}
		for _, m := range n.Members() {
			d.names = append(d.names, m.Key)
			d.members = append(d.members, fromFacts(m))
		}
		return d
	case facts.List:
		d := &document{list: true}
		for _, e := range n.Elements() {
			d.members = append(d.members, fromFacts(e))
		}
		return d
	}
	return &document{scalar: string(n.JSON())}
}

// copy is a document that can be changed without changing d.
func (d *document) copy() *document {
	out := &document{scalar: d.scalar, list: d.list, names: append([]string(nil), d.names...)}
	for _, m := range d.members {
		out.members = append(out.members, m.copy())
	}
	return out
}

// json writes the document.
func (d *document) json(out *strings.Builder) {
	if d.scalar != "" {
		out.WriteString(d.scalar)
		return
	}
	open, shut := "{", "}"
	if d.list {
		open, shut = "[", "]"
	}
	out.WriteString(open)
	for i, m := range d.members {
		if i > 0 {
			out.WriteByte(',')
		}
		if !d.list {
			out.WriteString(quote(d.names[i]) + ":")
		}
		m.json(out)
	}
	out.WriteString(shut)
}

// at is the position of the member or element that a token of a pointer names;
// "-" is the place after the last element.
func (d *document) at(token string) (int, bool) {
	if d.list {
		if token == "-" {
			return len(d.members), true
		}
		i, err := strconv.Atoi(token)
		return i, err == nil && i >= 0 && i < len(d.members)
	}
	for i, name := range d.names {
		if name == token {
			return i, true
		}
	}
	return len(d.members), d.scalar == ""
}

// set puts v at a pointer, or takes what is there away when v is nil. Objects on
// the way are made.
func (d *document) set(path []string, v *document) *message.Message {
	i, ok := d.at(path[0])
	switch {
	case !ok:
		return unusable(path[0])
	case len(path) > 1:
		if i == len(d.members) {
			d.insert(path[0], &document{})
		}
		return d.members[i].set(path[1:], v)
	case v == nil:
		return d.remove(i, path[0])
	case i < len(d.members):
		d.members[i] = v
	default:
		d.insert(path[0], v)
	}
	return nil
}

func unusable(token string) *message.Message {
	m := message.New("cases.no_place", "part", token)
	return &m
}

func (d *document) insert(name string, v *document) {
	d.members = append(d.members, v)
	if !d.list {
		d.names = append(d.names, name)
	}
}

func (d *document) remove(i int, token string) *message.Message {
	if i >= len(d.members) {
		return unusable(token)
	}
	d.members = append(d.members[:i:i], d.members[i+1:]...)
	if !d.list {
		d.names = append(d.names[:i:i], d.names[i+1:]...)
	}
	return nil
}
