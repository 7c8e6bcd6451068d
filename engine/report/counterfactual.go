package report

import (
	"io"

	"rubric/engine"
)

// Counterfactual writes what would have to be otherwise for full marks and for
// the next grade.
func Counterfactual(w io.Writer, a *engine.Assessment, c *engine.Counterfactual, words Words, width int) error {
	p := newPage(width)
	heading(p, a, words)
	words.counterfactual(a, c).write(p)
	return p.to(w)
}

// CounterfactualMarkdown is Counterfactual in Markdown.
func CounterfactualMarkdown(w io.Writer, a *engine.Assessment, c *engine.Counterfactual, words Words) error {
	m := &markdown{words: words}
	m.heading(a)
	words.counterfactual(a, c).markdown(m)
	return write(w, m.result())
}

// CounterfactualOf is what is told of one case.
type CounterfactualOf struct {
	Case           engine.CaseRef         `json:"case"`
	Counterfactual *engine.Counterfactual `json:"counterfactual"`
}

// CounterfactualJSON writes it for other programs: one document, or an array
// where many were asked for.
func CounterfactualJSON(w io.Writer, all []CounterfactualOf, many bool) error {
	if !many && len(all) == 1 {
		return document(w, all[0])
	}
	return document(w, all)
}

func (w Words) counterfactual(a *engine.Assessment, c *engine.Counterfactual) outline {
	all := outline{{items: points(w.verdict(a.Total))}}
	if g := c.NextGrade; g != nil {
		all[0].items = append(all[0].items, item{text: w.say("report.next_grade", "grade", g.Grade, "from", g.From, "points", g.Points)})
	}
	if len(c.Indicators) == 0 {
		all[0].items = append(all[0].items, item{text: w.say("report.nothing_lost")})
	}
	for _, r := range c.Indicators {
		all = append(all, w.remedy(r))
	}
	return append(all, section{items: points(w.say("report.counterfactual_note"))})
}

// remedy is one indicator: the ways to full marks, and where there are several
// deductions, what would undo each.
func (w Words) remedy(r engine.Remedy) section {
	s := section{title: w.say("report.remedy", "title", r.Title, "id", r.ID, "weight", r.Weight, "rule", w.scoreOrMark(r.RuleScore, r.RuleMark))}
	if len(r.Proposals) == 0 {
		s.items = points(w.say("report.no_way"))
	}
	for n, p := range r.Proposals {
		way := item{text: w.say("report.way", "number", n+1, "count", len(p.Changes)), below: w.changes(p.Changes)}
		s.items = append(s.items, way)
	}
	if !r.Complete {
		s.items = append(s.items, item{text: w.say("report.more_ways")})
	}
	if len(r.Deductions) < 2 {
		return s
	}
	for _, d := range r.Deductions {
		one := item{text: w.say("report.undo", "points", w.rough(d.Points), "reason", d.Reason), below: w.changes(d.Facts)}
		if len(one.below) == 0 {
			one.below = points(w.say("report.no_single_fact"))
		}
		s.items = append(s.items, one)
	}
	return s
}

func (w Words) changes(all []engine.FactChange) (items []item) {
	for _, c := range all {
		items = append(items, item{text: w.say("report.change", "label", c.Label, "pointer", c.Pointer,
			"from", w.amount(c.Value, c.Unit), "to", w.amount(c.Proposed, c.Unit))})
	}
	return items
}
