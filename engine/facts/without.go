package facts

import "encoding/json"

// Without is the document as JSON, leaving out the members that the schema does
// not have and other has: what was asked for by another version and no longer
// is. Whatever neither has stays, to be complained of. dropped are the places
// left out, in the document's order.
func (d *Document) Without(schema, other *Schema) (text []byte, dropped []string) {
	w := &trimmer{}
	w.value(d.Root, schema, other)
	return w.text, w.dropped
}

// trimmer writes a document without some of its members.
type trimmer struct {
	text    []byte
	dropped []string
}

func (w *trimmer) value(n *Node, schema, other *Schema) {
	switch {
	case n.Kind == Object && schema != nil && other != nil && schema.Kind == Object && other.Kind == Object:
		w.object(n, schema, other)
	case n.Kind == List && schema != nil && other != nil && schema.Kind == List && other.Kind == List:
		w.list(n, schema.Items, other.Items)
	default:
		w.text = n.appendJSON(w.text)
	}
}

func (w *trimmer) object(n *Node, schema, other *Schema) {
	w.text = append(w.text, '{')
	begun := false
	for _, m := range n.Members() {
		own, theirs := schema.Property(m.Key), other.Property(m.Key)
		if own == nil && theirs != nil {
			w.dropped = append(w.dropped, m.Pointer())
			continue
		}
		if begun {
			w.text = append(w.text, ',')
		}
		begun = true
		name, _ := json.Marshal(m.Key) // a text always has a JSON form
		w.text = append(append(w.text, name...), ':')
		w.value(m, own, theirs)
	}
	w.text = append(w.text, '}')
}

func (w *trimmer) list(n *Node, schema, other *Schema) {
	w.text = append(w.text, '[')
	for i, element := range n.Elements() {
		if i > 0 {
			w.text = append(w.text, ',')
		}
		w.value(element, schema, other)
	}
	w.text = append(w.text, ']')
}
