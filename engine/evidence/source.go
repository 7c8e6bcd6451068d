package evidence

import (
	"slices"

	"rubric/engine/casefolder"
	"rubric/engine/facts"
)

// WithoutSource are the facts at those places for which the evidence names no
// source, in the order of the document; where that is so of all in an object or
// a list, just that.
func WithoutSource(c *casefolder.Case, places []*facts.Schema) []*facts.Node {
	s := sources{evidence: c.Evidence, read: map[*facts.Schema]bool{}}
	for _, place := range places {
		s.read[place] = true
	}
	return s.among(c.Facts.Root)
}

// sources looks for facts that have none.
type sources struct {
	evidence *facts.Evidence // nil if there is none
	read     map[*facts.Schema]bool
	named    int // facts that have a source, so far
}

// among are the facts below n that have no source; n alone if none has.
func (s *sources) among(n *facts.Node) []*facts.Node {
	below := slices.Concat(n.Members(), n.Elements())
	if n.Kind != facts.Object && n.Kind != facts.List {
		return s.scalar(n)
	}
	named := s.named
	var without []*facts.Node
	for _, m := range below {
		without = append(without, s.among(m)...)
	}
	if len(without) > 1 && s.named == named && n.Parent != nil {
		return []*facts.Node{n}
	}
	return without
}

func (s *sources) scalar(n *facts.Node) []*facts.Node {
	switch {
	case !s.read[n.Schema]:
		return nil
	case s.evidence == nil:
		return []*facts.Node{n}
	}
	if _, ok := s.evidence.For(n.Pointer()); ok {
		s.named++
		return nil
	}
	return []*facts.Node{n}
}
