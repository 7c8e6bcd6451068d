package facts

import (
	"strconv"

	"rubric/engine/number"
)

// findMissing walks the schema over the document: what is missing is found
// where it should stand, not by what a policy does with the hole.
func findMissing(root *Node, s *Schema) []Missing {
	w := &missingWalk{root: root}
	w.present(root, s)
	return w.missing
}

type missingWalk struct {
	root    *Node
	path    []step // to the place looked at
	missing []Missing
}

// step is one token of a path: a member's name, or an element's index.
type step struct {
	name  string // "" for an element
	index int
}

// present looks below n, which stands at the place s. Values of the wrong kind
// are Bind's to report.
func (w *missingWalk) present(n *Node, s *Schema) {
	if s.Kind == List {
		n.Partial = !w.checkCount(n.Len(), s)
	}
	switch {
	case n.Kind != s.Kind:
	case n.Kind == List:
		for i, element := range n.members {
			w.path = append(w.path, step{"", i})
			w.present(element, s.Items)
			w.path = w.path[:len(w.path)-1]
		}
	case n.Kind == Object:
		for _, p := range s.Properties {
			w.member(n, p)
		}
	}
}

func (w *missingWalk) member(n *Node, p *Schema) {
	w.path = append(w.path, step{p.Name, 0})
	child := n.Member(p.Name)
	switch {
	case child != nil:
		w.present(child, p)
	case !p.Required: // which Bind reports
		w.absent(p)
	}
	w.path = w.path[:len(w.path)-1]
}

// absent adds what is missing because there is nothing at the place s.
func (w *missingWalk) absent(s *Schema) {
	switch {
	case s.Optional && s.Kind == List:
		w.checkCount(0, s)
	case s.Optional:
	case s.Kind == Object:
		for _, p := range s.Properties {
			w.path = append(w.path, step{p.Name, 0})
			w.absent(p)
			w.path = w.path[:len(w.path)-1]
		}
	default:
		w.missing = append(w.missing, Missing{Pointer: w.pointer(), Schema: s})
	}
}

// checkCount adds the list at the place s if the fact that counts its elements
// says otherwise. It tells whether the list is known to be complete: while that
// fact is itself missing, which is reported where it should stand, it is not.
func (w *missingWalk) checkCount(length int, s *Schema) (complete bool) {
	if s.count == nil {
		return true
	}
	count := w.counted(s)
	if count == nil || count.Kind != Num {
		return false
	}
	complete = count.Number.Equal(number.Int(int64(length)))
	if !complete {
		w.missing = append(w.missing, Missing{Pointer: w.pointer(), Schema: s, Count: count, Len: length})
	}
	return complete
}

// counted is the fact that x-count points at, "*" read as the indices of the
// elements that the walk is in; nil if there is none.
func (w *missingWalk) counted(s *Schema) *Node {
	if s.count == nil {
		return nil
	}
	n := w.root
	for i, token := range s.count {
		if token == "*" && n.Kind == List {
			n = n.members[w.path[i].index]
		} else {
			n = n.Member(token)
		}
		if n == nil {
			return nil
		}
	}
	return n
}

// pointer is the path as a pointer; the names of a schema need no escapes.
func (w *missingWalk) pointer() string {
	var to []byte
	for _, s := range w.path {
		to = append(to, '/')
		if s.name == "" {
			to = strconv.AppendInt(to, int64(s.index), 10)
		} else {
			to = append(to, s.name...)
		}
	}
	return string(to)
}
