package panel

import (
	"bytes"

	"go.yaml.in/yaml/v3"
)

// YAML is the panel as a panel.yaml, which Parse reads. Comments of the text it
// takes the place of, nil for none, stay with the experts, indicators and marks
// that they stand by, and numbers that are the same keep their digits.
func (p *Panel) YAML(before []byte) ([]byte, error) {
	experts := &yaml.Node{Kind: yaml.SequenceNode}
	for _, e := range p.Experts {
		experts.Content = append(experts.Content, flow([][2]string{{"id", e.ID}, {"name", e.Name}}))
	}
	marks := &yaml.Node{Kind: yaml.MappingNode}
	for _, item := range p.Items {
		put(marks, item.Indicator, item.node())
	}
	root := &yaml.Node{Kind: yaml.MappingNode}
	put(root, "experts", experts)
	put(root, "marks", marks)
	document := &yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{root}}
	var old yaml.Node
	if yaml.Unmarshal(before, &old) == nil && old.Kind == yaml.DocumentNode {
		keep(&old, document)
	}
	var out bytes.Buffer
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	err := e.Encode(document)
	return out.Bytes(), err
}

func (item Item) node() *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	if item.Reason != "" {
		put(n, "reason", text(item.Reason))
	}
	ballots := &yaml.Node{Kind: yaml.MappingNode}
	for _, b := range item.Ballots {
		one := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
		if b.Scored {
			put(one, "score", &yaml.Node{Kind: yaml.ScalarNode, Value: b.Score.String()})
		}
		for _, pair := range [][2]string{{"opinion", b.Opinion}, {"invalid", b.Invalid}} {
			if pair[1] != "" {
				put(one, pair[0], text(pair[1]))
			}
		}
		put(ballots, b.Expert, one)
	}
	put(n, "ballots", ballots)
	return n
}

func flow(pairs [][2]string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	for _, pair := range pairs {
		put(n, pair[0], text(pair[1]))
	}
	return n
}

func put(m *yaml.Node, key string, value *yaml.Node) { m.Content = append(m.Content, text(key), value) }

// text is a text, in quotation marks where it would be something else without.
func text(value string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(value)
	return n
}
