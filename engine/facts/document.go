package facts

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

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
	Kind   Kind
	Flag   bool    // the value of a Bool
	scale  uint8   // of a Num: its value is digits / 10^scale, or what Text says if scale is unscaled
	Index  int32   // position in Parent: in document order for an Object
	Offset int32   // byte offset of the value in the source
	rank   int32   // position in the facts' order, see Compare
	digits int64   // of a Num
	Text   string  // the value of a Text; the digits as written of a Num
	Key    string  // member name in Parent, when Parent is an Object
	Schema *Schema // the schema's node for this place; set by Bind
	Parent *Node   // nil for the root
	below  *below  // of an Object or a List
}

// unscaled is the scale of a number that digits cannot hold.
const unscaled = 255

// below is what an object or a list holds.
type below struct {
	members []*Node                 // in document order, once it is no longer shut
	sorted  atomic.Pointer[[]*Node] // members by key in byte order; made when first asked for
	last    int32                   // no node below has a greater rank

	partial    bool // of a List: see Partial
	miscounted bool // of a List: see Miscounted

	shut   atomic.Bool // nobody has looked into it yet
	span   int32       // of a shut one: where it stands in folded.spans
	folded *folded     // of a shut one
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

// Number is the value of a Num.
func (n *Node) Number() number.Number {
	if n.scale != unscaled {
		return number.Decimal(n.digits, int(n.scale))
	}
	value, _ := number.Parse(n.Text) // which decoding has checked
	return value
}

// Partial tells that a List is not known to be complete: what counts its
// elements is missing, or counts others. Bind finds that.
func (n *Node) Partial() bool { return n.below != nil && n.below.partial }

// Miscounted tells that a List has not as many elements as the fact says that
// counts them. Bind finds that.
func (n *Node) Miscounted() bool { return n.below != nil && n.below.miscounted }

// Len is the number of members or elements; 0 for a scalar.
func (n *Node) Len() int {
	return len(n.children())
}

// Members lists the members of an Object in document order, nil for any other
// kind. The slice is not to be changed.
func (n *Node) Members() []*Node {
	if n.Kind != Object {
		return nil
	}
	return n.children()
}

// SortedMembers lists the members of an Object by key, in byte order, nil for
// any other kind. The slice is not to be changed.
func (n *Node) SortedMembers() []*Node {
	if n.Kind != Object {
		return nil
	}
	if sorted := n.below.sorted.Load(); sorted != nil {
		return *sorted
	}
	sorted := n.children()
	if !slices.IsSortedFunc(sorted, compareMembers) {
		sorted = slices.Clone(sorted)
		slices.SortFunc(sorted, compareMembers)
	}
	n.below.sorted.Store(&sorted) // whoever else was at it has made the same
	return sorted
}

func compareMembers(a, b *Node) int {
	return cmp.Or(strings.Compare(a.Key, b.Key), cmp.Compare(a.Index, b.Index))
}

// Elements lists the elements of a List, nil for any other kind. The slice is
// not to be changed.
func (n *Node) Elements() []*Node {
	if n.Kind != List {
		return nil
	}
	return n.children()
}

// children lists the members or elements in document order.
func (n *Node) children() []*Node {
	if n.below == nil {
		return nil
	}
	if n.below.shut.Load() {
		n.below.folded.unfold(n)
	}
	return n.below.members
}

// fewMembers is the size up to which looking at each member in turn beats a
// binary search.
const fewMembers = 8

// Member is the member of an Object with that name, nil when there is none or
// n is not an Object.
func (n *Node) Member(name string) *Node {
	members := n.Members()
	if len(members) > fewMembers {
		sorted := n.SortedMembers()
		if i, ok := slices.BinarySearchFunc(sorted, name, compareKey); ok {
			return sorted[i]
		}
		return nil
	}
	for _, m := range members {
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
func Compare(a, b *Node) int { return cmp.Compare(a.rank, b.rank) }

// IsBelow tells whether n is above's member or element, or one of theirs.
func (n *Node) IsBelow(above *Node) bool {
	return above.below != nil && n.rank > above.rank && n.rank <= above.below.last
}
