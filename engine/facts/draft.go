package facts

import (
	"encoding/json"
	"slices"

	"rubric/engine/message"
)

// Draft is facts that can still be changed: a copy of a document, or of a part
// of it. Its values keep the digits of the document.
type Draft struct {
	scalar  []byte // JSON of a scalar; nil for an object or a list
	list    bool
	names   []string // of an object's members
	members []*Draft
}

// Draft copies the document. With reads, it copies no more than stands at those
// places of the schema, what identifies the case, and what lists need to be
// themselves: their counts and keys.
func (d *Document) Draft(reads []*Schema) *Draft {
	if reads == nil {
		return draft(d.Root, func(*Schema) bool { return true })
	}
	kept := map[*Schema]bool{}
	for _, s := range reads {
		keep(kept, d.Schema, s)
	}
	return draft(d.Root, func(s *Schema) bool { return kept[s] || s.Required })
}

// keep marks a place, all above it, and what a list needs.
func keep(kept map[*Schema]bool, root, s *Schema) {
	for ; s != nil && !kept[s]; s = s.Parent {
		kept[s] = true
		if s.Count != "" {
			keep(kept, root, root.At(s.Count))
		}
		if s.Kind != List {
			continue
		}
		kept[s.Items] = true
		if key := s.Items.Property(s.Unique); key != nil {
			kept[key] = true
		}
	}
}

func draft(n *Node, keep func(*Schema) bool) *Draft {
	switch n.Kind {
	case Object:
		d := &Draft{}
		for _, m := range n.Members() {
			if keep(m.Schema) {
				d.insert(m.Key, draft(m, keep))
			}
		}
		return d
	case List:
		d := &Draft{list: true}
		for _, e := range n.Elements() {
			d.insert("", draft(e, keep))
		}
		return d
	}
	return &Draft{scalar: n.JSON()}
}

// Set puts a scalar, in JSON, at a pointer; objects on the way are made. The
// error is a message.Problems: the draft has no such place.
func (d *Draft) Set(pointer string, scalar []byte) error {
	return d.change(pointer, &Draft{scalar: scalar})
}

// Remove takes away what stands at a pointer. The error is a message.Problems:
// nothing stands there.
func (d *Draft) Remove(pointer string) error { return d.change(pointer, nil) }

func (d *Draft) change(pointer string, v *Draft) error {
	path, err := ParsePointer(pointer)
	if err == nil && (len(path) == 0 || !d.put(path, v)) {
		err = message.Problems{{Pointer: pointer, Message: message.New("facts.no_place", "pointer", pointer)}}
	}
	return err
}

// NewDraft is a draft without facts.
func NewDraft() *Draft { return &Draft{} }

// SetList puts an empty list at a pointer. The error is a message.Problems: the
// draft has no such place.
func (d *Draft) SetList(pointer string) error { return d.change(pointer, &Draft{list: true}) }

// AddObject puts an object without facts at a pointer, such as one behind the
// last element of a list. The error is a message.Problems: the draft has no such
// place.
func (d *Draft) AddObject(pointer string) error { return d.change(pointer, &Draft{}) }

// put puts v at a path, or takes what is there away when v is nil. It tells
// whether there is such a place.
func (d *Draft) put(path []string, v *Draft) bool {
	i := d.at(path[0])
	switch {
	case i < 0 || i == len(d.members) && (v == nil || d.list && len(path) > 1):
		return false
	case i == len(d.members) && len(path) > 1:
		child := &Draft{}
		d.insert(path[0], child)
		return child.put(path[1:], v)
	case len(path) > 1:
		return d.members[i].put(path[1:], v)
	case v == nil:
		d.remove(i)
	case i < len(d.members):
		d.members[i] = v
	default:
		d.insert(path[0], v)
	}
	return true
}

// at is the position of a member or an element, that behind the last one for
// what can be added, and -1 for what cannot.
func (d *Draft) at(token string) int {
	if d.scalar != nil {
		return -1
	}
	if d.list {
		if i, ok := parseIndex(token); ok && i <= len(d.members) {
			return i
		}
		return -1
	}
	for i, name := range d.names {
		if name == token {
			return i
		}
	}
	return len(d.members)
}

func (d *Draft) insert(name string, v *Draft) {
	d.members = append(d.members, v)
	if !d.list {
		d.names = append(d.names, name)
	}
}

func (d *Draft) remove(i int) {
	d.members = append(d.members[:i:i], d.members[i+1:]...)
	if !d.list {
		d.names = append(d.names[:i:i], d.names[i+1:]...)
	}
}

// Like puts members into the order in which a document has them; those that it
// has not come behind, as they are.
func (d *Draft) Like(doc *Document) *Draft {
	d.like(doc.Root)
	return d
}

func (d *Draft) like(n *Node) {
	switch {
	case d.list && n.Kind == List:
		for i, e := range n.Elements() {
			if i < len(d.members) {
				d.members[i].like(e)
			}
		}
	case d.scalar == nil && !d.list && n.Kind == Object:
		ordered := &Draft{}
		for _, m := range n.Members() {
			if i := slices.Index(d.names, m.Key); i >= 0 {
				d.members[i].like(m)
				ordered.insert(m.Key, d.members[i])
				d.remove(i)
			}
		}
		ordered.names, ordered.members = append(ordered.names, d.names...), append(ordered.members, d.members...)
		*d = *ordered
	}
}

// JSON is the draft as a JSON document.
func (d *Draft) JSON() []byte { return d.append(nil) }

func (d *Draft) append(to []byte) []byte {
	if d.scalar != nil {
		return append(to, d.scalar...)
	}
	open, shut := byte('{'), byte('}')
	if d.list {
		open, shut = '[', ']'
	}
	to = append(to, open)
	for i, m := range d.members {
		if i > 0 {
			to = append(to, ',')
		}
		if !d.list {
			to = append(append(to, QuoteJSON(d.names[i])...), ':')
		}
		to = m.append(to)
	}
	return append(to, shut)
}

// QuoteJSON writes a text as JSON.
func QuoteJSON(text string) []byte {
	out, _ := json.Marshal(text) // a text always has a JSON form
	return out
}
