package rego

import (
	"slices"
	"strconv"

	"rubric/engine/message"
)

// patch applies the operations of RFC 6902 in turn; beyond the RFC, a path may
// be an array of keys, and lead into sets.
func patch(c *call, args []value) (value, *message.Message) {
	operations, wrong := arrayOf(args[1])
	if wrong != nil {
		return nil, wrong
	}
	doc := args[0]
	for i, v := range operations {
		p, wrong := patchOf(v, i)
		if wrong != nil {
			return nil, wrong
		}
		p.call = c
		if doc, wrong = p.apply(doc); wrong != nil || p.broke {
			return nil, wrong
		}
	}
	return doc, nil
}

// operation is one operation of a patch. Its methods make changed copies: of
// what lies on the path, and of nothing else.
type operation struct {
	call       *call
	name       string
	path, from []value
	val        value
	broke      bool
}

func patchOf(v value, index int) (*operation, *message.Message) {
	members, wrong := objectOf(v)
	if wrong != nil {
		return nil, wrong
	}
	fields := collection{entries: members}
	field := func(name string) value {
		if i, found := fields.find(name); found {
			return fields.entries[i].val
		}
		return nil
	}
	p := &operation{val: field("value")}
	needed := []string{"op", "path"}
	switch p.name, _ = textIn(field("op")); p.name {
	case "add", "replace", "test":
		needed = append(needed, "value")
	case "move", "copy":
		needed = append(needed, "from")
	case "remove":
	default:
		return nil, fault("rego.patch_op", "position", index+1, "op", show(field("op")))
	}
	for _, name := range needed {
		if field(name) == nil {
			return nil, fault("rego.patch_field", "position", index+1, "op", p.name, "field", name)
		}
	}
	if p.path, wrong = pathOf(field("path")); wrong == nil && p.name != "remove" && field("from") != nil {
		p.from, wrong = pathOf(field("from"))
	}
	return p, wrong
}

func (p *operation) apply(doc value) (value, *message.Message) {
	switch p.name {
	case "add":
		return p.insert(doc, p.path, p.val)
	case "remove":
		return p.remove(doc, p.path)
	case "replace":
		doc, wrong := p.remove(doc, p.path)
		if wrong != nil || p.broke {
			return nil, wrong
		}
		return p.insert(doc, p.path, p.val)
	case "test":
		return p.test(doc)
	}
	moved, wrong := p.lookup(doc, p.from)
	if wrong == nil && p.name == "move" {
		doc, wrong = p.remove(doc, p.from)
	}
	if wrong != nil || p.broke {
		return nil, wrong
	}
	return p.insert(doc, p.path, moved)
}

func (p *operation) test(doc value) (value, *message.Message) {
	v, wrong := p.lookup(doc, p.path)
	if wrong != nil || !p.call.pay(p.call.weight(p.val)) {
		return nil, wrong
	}
	if compare(v, p.val) != 0 {
		return nil, fault("rego.patch_test", "path", showPath(p.path), "want", show(p.val), "got", show(v))
	}
	return doc, nil
}

func (p *operation) lookup(doc value, path []value) (value, *message.Message) {
	for i, key := range path {
		child, found := childOf(doc, key)
		if !found {
			return nil, noPath(path[:i+1])
		}
		doc = child
	}
	return doc, nil
}

func noPath(path []value) *message.Message {
	return fault("rego.patch_path", "path", showPath(path))
}

func showPath(path []value) string {
	text := ""
	for _, key := range path {
		if s, ok := textIn(key); ok {
			text += "/" + clipped(s)
			continue
		}
		text += "/" + show(key)
	}
	return text
}

// childOf is a member, an element, or an element of a set by itself.
func childOf(v, key value) (value, bool) {
	switch rank(v) {
	case 4:
		items := elements(v)
		i, ok := patchIndex(key, len(items))
		if !ok || i >= len(items) {
			return nil, false
		}
		return items[i], true
	case 5, 6:
		all := collection{entries: entriesOf(v)}
		i, found := all.find(scalar(key))
		if !found {
			return nil, false
		}
		if e := all.entries[i]; e.val != nil {
			return e.val, true
		}
		return all.entries[i].key, true
	}
	return nil, false
}

// patchIndex reads a position in an array, as a number or as digits without
// leading zeros; "-" is behind the last element.
func patchIndex(key value, length int) (int, bool) {
	if s, ok := textIn(key); ok {
		if s == "-" {
			return length, true
		}
		i, err := strconv.Atoi(s)
		return i, err == nil && i >= 0 && strconv.Itoa(i) == s
	}
	return index(key)
}

// insert is doc with v at the end of path.
func (p *operation) insert(doc value, path []value, v value) (value, *message.Message) {
	if len(path) == 0 {
		return v, nil
	}
	return p.edit(doc, path, func(parent, key value) (value, bool) {
		switch rank(parent) {
		case 4:
			items := elements(parent)
			i, ok := patchIndex(key, len(items))
			if !ok || i > len(items) {
				return nil, false
			}
			return &array{slices.Insert(slices.Clone(items), i, v)}, true
		case 5:
			return withMember(parent, key, v), true
		case 6:
			s := &set{collection{entries: slices.Clone(parent.(*set).entries)}}
			s.put(entry{key: scalar(key)})
			return s, compare(key, v) == 0
		}
		return nil, false
	})
}

// remove is doc without what path leads to; without path there is nothing left.
func (p *operation) remove(doc value, path []value) (value, *message.Message) {
	if len(path) == 0 {
		return nil, nil
	}
	return p.edit(doc, path, func(parent, key value) (value, bool) {
		if _, found := childOf(parent, key); !found {
			return nil, false
		}
		switch rank(parent) {
		case 4:
			i, _ := patchIndex(key, 0)
			return &array{slices.Delete(slices.Clone(elements(parent)), i, i+1)}, true
		case 5:
			return &object{without(parent, key)}, true
		}
		return &set{without(parent, key)}, true
	})
}

// edit rebuilds doc down to the parent of what path leads to, and that parent
// by change, which says false when the path leads nowhere.
func (p *operation) edit(doc value, path []value, change func(parent, key value) (value, bool)) (value, *message.Message) {
	if doc == nil {
		return nil, noPath(path)
	}
	size, _ := count(scalar(doc))
	if rank(doc) >= 4 {
		if p.broke = !p.call.pay(1+int64(size)) || !p.call.make(shallow(doc)); p.broke {
			return nil, nil
		}
	}
	if len(path) == 1 {
		changed, ok := change(doc, path[0])
		if !ok {
			return nil, noPath(path)
		}
		n, _ := count(changed)
		return changed, p.call.tooMany(int64(n))
	}
	child, found := childOf(doc, path[0])
	if !found {
		return nil, noPath(path[:1])
	}
	changed, wrong := p.edit(child, path[1:], change)
	if wrong != nil || p.broke {
		return nil, wrong
	}
	return withChild(doc, path[0], changed), nil
}

// withChild is v with another child in the place of an existing one.
func withChild(v, key, child value) value {
	switch rank(v) {
	case 4:
		items := slices.Clone(elements(v))
		i, _ := patchIndex(key, 0)
		items[i] = child
		return &array{items}
	case 5:
		return withMember(v, key, child)
	}
	s := &set{without(v, key)}
	s.put(entry{key: scalar(child)})
	return s
}

func withMember(v, key, child value) value {
	out := &object{collection{entries: slices.Clone(entriesOf(v))}}
	out.put(entry{key: scalar(key), val: child})
	return out
}

// without is what remains of an object's or a set's entries without one.
func without(v, key value) collection {
	all := collection{entries: entriesOf(v)}
	i, _ := all.find(scalar(key))
	return collection{entries: slices.Delete(slices.Clone(all.entries), i, i+1)}
}
