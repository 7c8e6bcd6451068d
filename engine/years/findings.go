package years

import (
	"slices"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// Finding is a figure of one year that two cases state differently: Own is what
// the year's own case has, Later what a later one says of that year.
type Finding struct {
	Year       int
	Label      string // of the figure in its own case
	Own, Later Stated
	Difference number.Number // of the later from the own
}

// Stated is a figure as a case has it.
type Stated struct {
	Case string // its id
	Fact engine.Fact
	Node *facts.Node
}

// contradictions are the figures that later cases state otherwise than the case
// of the year itself, in the order of the figures.
func (c *comparing) contradictions() []Finding {
	all := []Finding{}
	for _, t := range c.order {
		for _, f := range t.figures {
			all = append(all, c.contradicted(f)...)
		}
	}
	return all
}

func (c *comparing) contradicted(f *figure) (all []Finding) {
	stated := slices.Clone(f.stated)
	slices.SortStableFunc(stated, byYear)
	for i, own := range stated {
		if c.cases[own.at].Year != own.year || slices.ContainsFunc(stated[:i], own.repeats) {
			continue
		}
		for _, later := range stated {
			if later.at < own.at && later.year == own.year && !later.node.Number().Equal(own.node.Number()) {
				all = append(all, Finding{
					Year: own.year, Label: engine.LabelOf(own.node), Own: c.told(own), Later: c.told(later),
					Difference: later.node.Number().Sub(own.node.Number()),
				})
			}
		}
	}
	return all
}

// repeats tells whether a case has said the same of the year already, at another
// place.
func (s statement) repeats(other statement) bool {
	return s.at == other.at && s.year == other.year && s.node.Number().Equal(other.node.Number())
}

func (c *comparing) told(s statement) Stated {
	causes, _ := policy.Settle([]policy.Cause{{Node: s.node, Role: policy.Value}})
	cited := engine.CitationsOf(c.cases[s.at].Case, causes)
	return Stated{Case: c.cases[s.at].ID, Fact: cited.At(0), Node: s.node}
}
