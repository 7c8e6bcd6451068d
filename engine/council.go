package engine

import (
	"rubric/engine/framework"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// council puts the verdicts of a framework's own policy into the published form.
type council struct {
	*Rules
	results     results
	rule, final judged
	still       *possible
}

func (c *council) tree(level []framework.Group) []Group {
	out := []Group{}
	for _, g := range level {
		group := Group{ID: g.ID, Title: g.Title, Weight: g.Weight.String(), Groups: c.tree(g.Groups), Indicators: []string{}}
		for _, in := range g.Indicators {
			for _, res := range c.results.of(in.ID) {
				group.Indicators = append(group.Indicators, res.leaf.ID)
			}
		}
		c.group(&group, g)
		out = append(out, group)
	}
	return out
}

// group fills in what is said of a group: nothing, where it is open, or nothing
// in it applies.
func (c *council) group(out *Group, g framework.Group) {
	if c.rule.failure != nil || c.final.failure != nil {
		return
	}
	if v, said := c.rule.groups[g.ID]; said {
		out.RuleScore, out.RuleMark = c.roundedVerdict(v.Score), textOrNil(v.Mark)
	}
	v, said := c.final.groups[g.ID]
	if said {
		out.Score, out.Mark, out.Decision = c.roundedVerdict(v.Score), textOrNil(v.Mark), c.decision(v)
	}
	if said && v.Score != nil {
		out.Rate = rate(quantity{weight: g.Weight, score: *v.Score})
	}
	out.MarkRange = c.markBounds(c.still.groups[g.ID])
}

func (c *council) roundedVerdict(score *number.Number) *string {
	if score == nil {
		return nil
	}
	rounded := score.Round(c.Framework.Digits, c.Framework.Mode)
	return c.points(&rounded)
}

func (c *council) decision(v policy.Verdict) *Decision {
	return &Decision{Reason: v.Reason, Indicators: c.cited(c.results, v.Causes), Rule: Place{c.aggregator.file, v.Line}}
}

// markBounds are the marks that are still possible; nil where there is no scale,
// or no mark at all.
func (c *council) markBounds(b *bounds) *MarkRange {
	last := len(c.Framework.Scale) - 1
	switch {
	case last < 0:
		return nil
	case b.unknown:
		return c.markRange(0, last)
	case !b.seen || b.best < 0 || b.worst < 0:
		return nil
	}
	return c.markRange(b.best, b.worst)
}

// total is what is said of the whole.
func (c *council) total() Total {
	out := Total{Weight: c.weight().String(), Ledger: []Step{}, Vetoes: []string{}, Caps: []Decision{},
		Range: c.interval(number.Number{}, c.weight())}
	for _, j := range []judged{c.rule, c.final} {
		if j.failure != nil {
			out.Failure = c.failed(j.failure)
			return out
		}
	}
	if c.rule.total != nil {
		v := c.capped(c.rule)
		out.RuleScore, out.RuleMark = c.roundedVerdict(v.Score), textOrNil(v.Mark)
		out.Ledger = c.ledger()
	}
	if c.final.total != nil {
		v := c.capped(c.final)
		out.Score, out.Mark, out.Decision = c.roundedVerdict(v.Score), textOrNil(v.Mark), c.decision(*c.final.total)
		for _, limit := range c.final.caps {
			out.Caps = append(out.Caps, *c.decision(limit))
		}
	}
	c.bound(&out)
	return out
}

// bound fills in what the total can still become.
func (c *council) bound(out *Total) {
	b := c.still.total
	out.MarkRange = c.markBounds(b)
	if b.unknown {
		return
	}
	out.Range = c.interval(b.least.Round(c.Framework.Digits, c.Framework.Mode), b.most.Round(c.Framework.Digits, c.Framework.Mode))
	if len(b.grades) == 1 && !b.silent {
		out.Grade = textOrNil(b.grades[0])
	}
}

func (c *council) weight() number.Number {
	return framework.Group{Groups: c.Framework.Groups}.Holds()
}

// ledger are the lines of the rule score, none where there is no score.
func (c *council) ledger() []Step {
	v := *c.rule.total
	if v.Score == nil {
		return []Step{}
	}
	t := &amount{}
	t.add(stepPolicy, "", *v.Score)
	for _, limit := range c.rule.caps {
		if limit.Score != nil && t.exact.Cmp(*limit.Score) > 0 {
			t.add(stepCap, limit.Name, limit.Score.Sub(t.exact))
		}
	}
	return (&aggregation{Rules: c.Rules}).closed(*t)
}

// failed is a failure of the policy, in the framework's language.
func (c *council) failed(f *policy.Failure) *Failure {
	return explainer{rules: c.Rules, leaf: &leaf{file: c.aggregator.file}}.failure(f)
}
