package yamlfile

import (
	"encoding/json"
	"strings"

	"go.yaml.in/yaml/v3"

	"rubric/engine/number"
)

// JSON is n as JSON: an unquoted number is a number, by its digits; unquoted
// true and false are truth values; any other scalar is text.
func (f *File) JSON(n *yaml.Node) string {
	var out strings.Builder
	f.json(n, &out)
	return out.String()
}

func (f *File) json(n *yaml.Node, out *strings.Builder) {
	switch n.Kind {
	case yaml.MappingNode:
		for i, p := range f.Pairs(n) {
			out.WriteString(delimiter('{', i) + quote(f.Text(p.Key)) + ":")
			f.json(p.Value, out)
		}
		out.WriteString(closing("{}", len(n.Content)))
	case yaml.SequenceNode:
		for i, item := range n.Content {
			out.WriteString(delimiter('[', i))
			f.json(item, out)
		}
		out.WriteString(closing("[]", len(n.Content)))
	default:
		out.WriteString(f.ScalarJSON(n))
	}
}

// delimiter stands before element i of an object or list.
func delimiter(open byte, i int) string {
	if i == 0 {
		return string(open)
	}
	return ","
}

// closing ends an object or list of n elements; brackets are both of its own.
func closing(brackets string, n int) string {
	if n == 0 {
		return brackets
	}
	return brackets[1:]
}

// ScalarJSON is JSON of a scalar.
func (f *File) ScalarJSON(n *yaml.Node) string {
	text := f.Text(n)
	if n.Style == 0 {
		if _, err := number.Parse(text); err == nil || text == "true" || text == "false" {
			return text
		}
	}
	return quote(text)
}

func quote(text string) string {
	out, _ := json.Marshal(text) // a text always has a JSON form
	return string(out)
}
