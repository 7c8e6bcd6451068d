package facts

import (
	"cmp"
	"slices"

	"rubric/engine/number"
)

// arena is where a document's nodes are made, in slabs, so that a document
// costs a handful of allocations.
type arena struct {
	first   int     // the size of the first slab, where it is known
	values  int     // nodes made so far
	nodes   []Node  // the slab in use
	holders []below // the slab in use
	links   []*Node // the slab in use
	open    []*Node // children of the containers that are not closed yet
}

// Sizes of a slab: of most documents only a part is ever asked for, so that
// slabs begin small and grow with what there is.
const (
	nodeSlab   = 64
	holderSlab = 24
	maxSlab    = 4096
)

func (a *arena) slab(least int) int { return min(max(least, a.values/4), maxSlab) }

func (a *arena) node() *Node {
	if len(a.nodes) == cap(a.nodes) {
		a.nodes = make([]Node, 0, a.slab(cmp.Or(a.first, nodeSlab)))
	}
	a.nodes = a.nodes[:len(a.nodes)+1]
	n := &a.nodes[len(a.nodes)-1]
	n.rank = int32(a.values)
	a.values++
	return n
}

// holder makes n an object or a list.
func (a *arena) holder(n *Node, kind Kind) {
	if len(a.holders) == cap(a.holders) {
		a.holders = make([]below, 0, a.slab(cmp.Or(a.first, holderSlab)))
	}
	a.holders = a.holders[:len(a.holders)+1]
	n.Kind, n.below = kind, &a.holders[len(a.holders)-1]
}

// close gives n its children: those that are open from base on.
func (a *arena) close(n *Node, base int) {
	n.below.members = a.link(a.open[base:])
	n.below.last = int32(a.values - 1)
	a.open = a.open[:base]
}

// link copies children to where they can stay.
func (a *arena) link(children []*Node) []*Node {
	if len(children) == 0 {
		return nil
	}
	if len(children) > cap(a.links)-len(a.links) {
		a.links = make([]*Node, 0, max(a.slab(cmp.Or(a.first, nodeSlab)), len(children)))
	}
	start := len(a.links)
	a.links = append(a.links, children...)
	return a.links[start:len(a.links):len(a.links)]
}

// sameNames are two members of an object with the same name, nil if there are
// none.
func sameNames(n *Node) (first, second *Node) {
	members := n.Members()
	if len(members) > fewMembers {
		sorted := n.SortedMembers()
		for i := 1; i < len(sorted); i++ {
			if sorted[i-1].Key == sorted[i].Key {
				return sorted[i-1], sorted[i]
			}
		}
		return nil, nil
	}
	for i, m := range members {
		same := func(other *Node) bool { return other.Key == m.Key }
		if at := slices.IndexFunc(members[:i], same); at >= 0 {
			return members[at], m
		}
	}
	return nil, nil
}

// setNumber reads the number that n.Text is; false if it is none, or too large.
func (n *Node) setNumber() bool {
	_, err := number.Parse(n.Text)
	n.scale = unscaled
	return err == nil
}
