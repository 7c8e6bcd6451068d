package ballots

import (
	"slices"
	"strings"

	"rubric/engine/message"
	"rubric/engine/panel"
)

// Join puts the marks of several workbooks together, over those that were there
// before: an expert who hands in marks has just those now; one whose sheets are
// blank, or as they were filled in beforehand, keeps the earlier ones.
// Items stand in the form's order. The error is a message.Problems: an expert
// marks in two workbooks, and not alike.
func (f *Form) Join(files []string, read []*panel.Panel) (*panel.Panel, error) {
	from := map[string]int{} // the first workbook in which an expert marks
	var problems message.Problems
	for i, p := range read {
		for _, e := range p.Experts {
			first, twice := from[e.ID]
			switch {
			case !f.handedIn(p, e.ID):
			case !twice:
				from[e.ID] = i
			case !slices.Equal(marksOf(p, e.ID), marksOf(read[first], e.ID)):
				problems.Add(message.Problem{File: files[i], Message: message.New("ballots.expert_twice", "expert", e.Name, "file", files[first])})
			}
		}
	}
	var sources []*panel.Panel
	if f.Before != nil {
		sources = append(sources, only(f.Before, func(b panel.Ballot) bool { _, again := from[b.Expert]; return !again }))
	}
	for i, p := range read {
		sources = append(sources, only(p, func(b panel.Ballot) bool { return from[b.Expert] == i && f.handedIn(p, b.Expert) }))
	}
	out := &panel.Panel{}
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

// only is a panel with those of its ballots that are kept.
func only(p *panel.Panel, keep func(panel.Ballot) bool) *panel.Panel {
	out := &panel.Panel{Experts: p.Experts}
	for _, item := range p.Items {
		item.Ballots = slices.DeleteFunc(slices.Clone(item.Ballots), func(b panel.Ballot) bool { return !keep(b) })
		out.Items = append(out.Items, item)
	}
	return out
}

// mark is what an expert says of an indicator.
type mark struct{ indicator, score, opinion, invalid string }

// marksOf are the marks of an expert, in the order of the indicators' ids.
func marksOf(p *panel.Panel, expert string) (all []mark) {
	for _, item := range p.Items {
		for _, b := range item.Ballots {
			if b.Expert == expert {
				all = append(all, mark{item.Indicator, written(b), b.Opinion, b.Invalid})
			}
		}
	}
	slices.SortFunc(all, func(a, b mark) int { return strings.Compare(a.indicator, b.indicator) })
	return all
}

// handedIn tells whether a workbook has marks of an expert that are not just
// those from before.
func (f *Form) handedIn(p *panel.Panel, expert string) bool {
	now := marksOf(p, expert)
	return len(now) > 0 && (f.Before == nil || !slices.Equal(now, marksOf(f.Before, expert)))
}

// written is a ballot's score, "" for none.
func written(b panel.Ballot) string {
	if !b.Scored {
		return ""
	}
	return b.Score.String()
}

// Changes are the scores that were there before and are others or none after,
// each as a sentence.
func (f *Form) Changes(after *panel.Panel) (all []message.Message) {
	if f.Before == nil {
		return nil
	}
	for _, e := range f.Before.Experts {
		now := map[string]mark{}
		for _, m := range marksOf(after, e.ID) {
			now[m.indicator] = m
		}
		for _, was := range marksOf(f.Before, e.ID) {
			is, there := now[was.indicator]
			if there && is.score == was.score && is.invalid == was.invalid {
				continue
			}
			all = append(all, message.New("ballots.changed", "expert", e.Name, "title", f.titleOf(was.indicator), "was", spoken(was), "is", spoken(is)))
		}
	}
	return all
}

func (f *Form) titleOf(id string) string {
	for _, in := range f.Items {
		if in.ID == id {
			return in.Title
		}
	}
	return id
}

// spoken is a mark in words.
func spoken(m mark) any {
	switch {
	case m.invalid != "":
		return m.invalid
	case m.score == "":
		return message.New("ballots.none")
	}
	return m.score
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
