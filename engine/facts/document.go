package facts

import (
	"slices"
	"strings"
	"sync"

	"rubric/engine/number"
)

// Kind is the JSON kind of a node.
type Kind uint8

const (
	Null Kind = iota
	Bool
	Num
	Text
	List
	Object
)

// Node is one value of a document. Nodes are read-only once parsed and bound.
type Node struct {
	Kind    Kind
	Flag    bool          // the value of a Bool
	Number  number.Number // the value of a Num
	Text    string        // the value of a Text; the digits as written of a Num
	Schema  *Schema       // the schema's node for this place; set by Bind
	Parent  *Node         // nil for the root
	Key     string        // member name in Parent, when Parent is an Object
	Index   int           // position in Parent: in document order for an Object
	Offset  int           // byte offset of the value in the source
	Partial bool          // of a List: not known to be complete, by its count; set by Bind

	members []*Node // of an Object or a List, in document order
	sorted  []*Node // of an Object, by key in byte order; members itself where that is the order
}

// Document is one department's facts: the decoded source and, once bound to a
// schema, what is missing in it.
type Document struct {
	File   string
	Source []byte
	Root   *Node
	Schema *Schema // nil before Bind

	missing []Missing

	digested sync.Once // digest is worked out when it is first asked for
	digest   string
}

// Missing is a fact that the schema has and the document lacks.
type Missing struct {
	Pointer string  // where it would stand
	Schema  *Schema // its place in the schema; for a list whose length is not what its count says, the list's
	Count   *Node   // what counts the elements of such a list; nil for anything else
	Len     int     // how many elements such a list has
}

// Missing lists, in the facts' order, what the bound schema has and the
// document lacks. An absent object counts as its facts, an absent list and one
// whose length is not its count as the list. The slice is not to be changed.
func (d *Document) Missing() []Missing { return d.missing }

// Len is the number of members or elements; 0 for a scalar.
func (n *Node) Len() int { return len(n.members) }

// Members lists the members of an Object in document order, nil for any other
// kind. The slice is not to be changed.
func (n *Node) Members() []*Node {
	if n.Kind != Object {
		return nil
	}
	return n.members
}

// SortedMembers lists the members of an Object by key, in byte order, nil for
// any other kind. The slice is not to be changed.
func (n *Node) SortedMembers() []*Node { return n.sorted }

// Elements lists the elements of a List, nil for any other kind. The slice is
// not to be changed.
func (n *Node) Elements() []*Node {
	if n.Kind != List {
		return nil
	}
	return n.members
}

// fewMembers is the size up to which looking at each member in turn beats a
// binary search.
const fewMembers = 8

// Member is the member of an Object with that name, nil when there is none or
// n is not an Object.
func (n *Node) Member(name string) *Node {
	if len(n.sorted) > fewMembers {
		if i, ok := slices.BinarySearchFunc(n.sorted, name, compareKey); ok {
			return n.sorted[i]
		}
		return nil
	}
	for _, m := range n.sorted {
		if m.Key == name {
			return m
		}
	}
	return nil
}

func compareKey(n *Node, name string) int { return strings.Compare(n.Key, name) }

// Compare orders nodes of one document in the facts' order: by the schema's
// order along the path, elements of a list by index, an ancestor before what
// is below it. Members that no schema is bound to keep the document's order.
func Compare(a, b *Node) int {
	x, y := a, b
	depthX, depthY := x.depth(), y.depth()
	for ; depthX > depthY; depthX-- {
		x = x.Parent
	}
	excess := depthY - depthX
	for ; excess > 0; excess-- {
		y = y.Parent
	}
	if x == y {
		return a.depth() - b.depth()
	}
	for x.Parent != y.Parent {
		x, y = x.Parent, y.Parent
	}
	return compareSiblings(x, y)
}

func compareSiblings(x, y *Node) int {
	if x.Schema != nil && y.Schema != nil && x.Schema != y.Schema {
		return x.Schema.Ordinal - y.Schema.Ordinal
	}
	return x.Index - y.Index
}

func (n *Node) depth() int {
	depth := 0
	for p := n.Parent; p != nil; p = p.Parent {
		depth++
	}
	return depth
}
