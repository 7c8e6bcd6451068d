package engine

import (
	"context"
	"slices"

	"rubric/engine/facts"
	"rubric/engine/framework"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// Together is what a framework's policy of aggregation says of outcomes.
type Together struct {
	Groups []Said // of which something is said, in the tree's order
	Total  *Said  // with the caps on it; nil where nothing is said
}

// Said is one verdict: at the framework's rounding, nil what it does not give.
type Said struct {
	Group              string // "" for the total
	Score, Mark, Grade *string
}

// What became of a policy of aggregation, where it stands in place of an
// indicator: nothing was open.
const Determined Outcome = "determined"

// evaluateTogether is EvaluateIndicator for the policy of aggregation: what it
// says stands as deductions without points.
func (r *Rules) evaluateTogether(ctx context.Context, c Case) (Indicator, error) {
	j, err := r.judgeOn(ctx, c.Facts)
	if err != nil {
		return Indicator{}, err
	}
	meta := r.aggregator.policy.Meta
	in := Indicator{ID: framework.AggregatorID, Title: meta.Title, Outcome: Determined, Weight: "0",
		Deductions: []Deduction{}, Missing: []string{}, Ledger: []Step{}, Together: &Together{},
		Rule: RuleText{File: r.aggregator.file, Text: meta.Rule, Interpretation: meta.Interpretation}}
	council := &council{Rules: r, final: j}
	if j.failure != nil {
		in.Outcome, in.Failure = Failed, council.failed(j.failure)
		return in, nil
	}
	if len(c.Facts.Missing()) > 0 {
		in.Outcome = Undetermined
	}
	say := func(item string, v policy.Verdict, said Said) {
		in.Deductions = append(in.Deductions, Deduction{Item: item, Share: "0", Points: "0", Reason: v.Reason,
			Rule: Place{r.aggregator.file, v.Line}, Said: &said})
	}
	for _, id := range groupIDs(r.Framework.Groups) {
		if v, said := j.groups[id]; said {
			in.Together.Groups = append(in.Together.Groups, council.said(id, v))
			say(id, v, council.said(id, v))
		}
	}
	if j.total != nil {
		total := council.said("", r.capped(j))
		in.Together.Total = &total
		say(totalItem, *j.total, council.said("", *j.total))
		for _, limit := range j.caps {
			say(limit.Name, limit, council.said("", limit))
		}
	}
	return in, nil
}

func (c *council) said(group string, v policy.Verdict) Said {
	return Said{group, c.roundedVerdict(v.Score), textOrNil(v.Mark), textOrNil(v.Grade)}
}

// totalItem is what the total is called among groups and caps.
const totalItem = "total"

// groupIDs are the ids of all groups, each before those in it.
func groupIDs(groups []framework.Group) (ids []string) {
	for _, g := range groups {
		ids = append(append(ids, g.ID), groupIDs(g.Groups)...)
	}
	return ids
}

// Outcomes are outcomes of the indicators for the policy of aggregation to see,
// from a document with what each comes to under its id: its mark, or where the
// framework has no scale its score, or not_applicable. What is left out is open. A
// leaf with each has a list of {id, weight, mark or score}, and title where it
// matters. The error is a message.Problems with pointers.
func (r *Rules) Outcomes(given *facts.Document) (*facts.Document, error) {
	o := &supposed{Rules: r}
	known := []string{}
	standings := map[string][]standing{}
	for i := range r.leaves {
		l := r.leaves[i]
		known = append(known, l.leaf)
		n := given.Root.Member(l.leaf)
		if l.Each == nil {
			standings[l.leaf] = []standing{o.standing(l, n)}
			continue
		}
		standings[l.leaf] = o.elements(l, n)
	}
	for _, m := range given.Root.Members() {
		if !slices.Contains(known, m.Key) {
			o.problems.Add(message.Problem{Pointer: m.Pointer(), Message: unknownIndicator(r.Framework, m.Key)})
		}
	}
	if err := o.problems.Err(); err != nil {
		return nil, err
	}
	return r.outcomes(standings)
}

// supposed is outcomes being read.
type supposed struct {
	*Rules
	problems message.Problems
}

// elements are the elements of a list, each an indicator.
func (o *supposed) elements(l leaf, n *facts.Node) (all []standing) {
	if n == nil {
		return nil
	}
	for _, e := range n.Elements() {
		id, weight := e.Member("id"), e.Member("weight")
		if id == nil || weight == nil || weight.Kind != facts.Num {
			o.problems.Add(message.Problem{Pointer: e.Pointer(), Message: message.New("engine.outcome_element")})
			continue
		}
		one := l
		one.element, one.title = e, id.Text
		one.ID = l.leaf + elementMark + id.Text
		if title := e.Member("title"); title != nil {
			one.title = title.Text
		}
		one.Weight, _ = number.Parse(weight.Text) // the parser has seen to it
		outcome := e.Member("mark")
		if outcome == nil {
			outcome = e.Member("score")
		}
		all = append(all, o.standing(one, outcome))
	}
	return all
}

// standing is what one indicator comes to.
func (o *supposed) standing(l leaf, n *facts.Node) standing {
	s := standing{res: &result{leaf: &l}}
	scale := o.Framework.Scale
	if len(scale) > 0 {
		s.res.marks = &marks{}
	}
	switch {
	case n == nil:
		s.open = true
	case n.Kind == facts.Text && n.Text == string(NotApplicable):
		s.gone = true
	case n.Kind == facts.Text && slices.Contains(scale, n.Text):
		s.rank = slices.Index(scale, n.Text)
	case n.Kind == facts.Num && len(scale) == 0 && o.within(n, &s):
	default:
		o.problems.Add(message.Problem{Pointer: n.Pointer(), Message: o.badOutcome(l)})
	}
	return s
}

// within takes a score, if it is one of the weight.
func (o *supposed) within(n *facts.Node, s *standing) bool {
	var err error
	s.score, err = number.Parse(n.Text)
	return err == nil && s.score.Sign() >= 0 && s.score.Cmp(s.res.leaf.Weight) <= 0
}

func (o *supposed) badOutcome(l leaf) message.Message {
	if len(o.Framework.Scale) > 0 {
		return message.New("engine.outcome_mark", "indicator", l.leaf, "scale", o.Framework.Scale)
	}
	return message.New("engine.outcome_score", "indicator", l.leaf, "weight", l.Weight.String())
}
