package engine

import (
	"slices"

	"rubric/engine/facts"
)

// FactsOf are the facts of a document that the policy of an indicator may read, in
// their order: of a list that indicators are made of, those of the indicator's own
// element only. A list or an object with nothing in it counts as one.
func (r *Rules) FactsOf(doc *facts.Document, indicator string) []*facts.Node {
	leaves, _ := r.expand(doc)
	at := slices.IndexFunc(leaves, func(l leaf) bool { return l.ID == indicator })
	if at < 0 {
		return nil
	}
	l := leaves[at]
	read := make(map[*facts.Schema]bool, len(l.policy.Reads))
	for _, place := range l.policy.Reads {
		read[place] = true
	}
	var all []*facts.Node
	var walk func(n *facts.Node)
	walk = func(n *facts.Node) {
		if l.element != nil && n.Parent == l.element.Parent && n != l.element {
			return
		}
		if n.Len() == 0 && read[n.Schema] {
			all = append(all, n)
		}
		for _, m := range slices.Concat(n.Members(), n.Elements()) {
			walk(m)
		}
	}
	walk(doc.Root)
	slices.SortStableFunc(all, facts.Compare)
	return all
}
