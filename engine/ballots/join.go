package ballots

import (
	"slices"

	"rubric/engine/message"
	"rubric/engine/panel"
)

// Join puts the marks of several workbooks together, over those that were there
// before: an expert with a sheet in one of them has just those marks now. Items
// stand in the form's order. The error is a message.Problems: an expert has sheets
// in two workbooks.
func (f *Form) Join(files []string, read []*panel.Panel) (*panel.Panel, error) {
	out := &panel.Panel{}
	from := map[string]string{}
	var problems message.Problems
	for i, p := range read {
		for _, e := range p.Experts {
			if before, twice := from[e.ID]; twice {
				problems.Add(message.Problem{File: files[i], Message: message.New("ballots.expert_twice", "expert", e.Name, "file", before)})
			}
			from[e.ID] = files[i]
		}
	}
	sources := read
	if f.Before != nil {
		sources = append([]*panel.Panel{f.without(from)}, read...)
		out.Experts = slices.Clone(f.Before.Experts)
	}
	for _, p := range sources {
		for _, e := range p.Experts {
			if !slices.ContainsFunc(out.Experts, func(o panel.Expert) bool { return o.ID == e.ID }) {
				out.Experts = append(out.Experts, e)
			}
		}
	}
	for _, in := range f.Items {
		if item := together(in.ID, sources); len(item.Ballots) > 0 {
			out.Items = append(out.Items, item)
		}
	}
	return out, problems.Err()
}

// without is what was there before, without the marks of some experts.
func (f *Form) without(experts map[string]string) *panel.Panel {
	out := &panel.Panel{}
	for _, item := range f.Before.Items {
		item.Ballots = slices.DeleteFunc(slices.Clone(item.Ballots), func(b panel.Ballot) bool { return experts[b.Expert] != "" })
		out.Items = append(out.Items, item)
	}
	return out
}

// together is what all sources say of an indicator; the last written reason
// stands.
func together(id string, sources []*panel.Panel) panel.Item {
	out := panel.Item{Indicator: id}
	for _, p := range sources {
		for _, item := range p.Items {
			if item.Indicator != id {
				continue
			}
			out.Ballots = append(out.Ballots, item.Ballots...)
			if item.Reason != "" {
				out.Reason = item.Reason
			}
		}
	}
	return out
}
