package report

import (
	"strings"

	"rubric/engine"
)

// This file words what is peculiar to frameworks of marks, and to totals that are
// not a plain sum.

// marked tells whether an assessment is in marks.
func marked(a *engine.Assessment) bool {
	if a.Total.MarkRange != nil {
		return true
	}
	for _, i := range a.Indicators {
		if i.MarkRange != nil {
			return true
		}
	}
	return false
}

// indicatorCells are the weight, the rule's result and the final one.
func (w Words) indicatorCells(i *engine.Indicator, marked bool) [3]string {
	switch {
	case marked && i.Outcome == engine.NotApplicable:
		return [3]string{"", w.say("report.no_mark"), w.orNot(i.Mark, w.say("report.no_mark"))}
	case marked:
		return [3]string{"", w.orNot(i.RuleMark, w.score(nil, i.Outcome)), w.orNot(i.Mark, w.score(nil, i.Outcome))}
	case i.Outcome == engine.NotApplicable && leftOut(i):
		cells := [3]string{i.Weight, w.say("report.no_mark"), w.say("report.no_mark")}
		if i.Review != nil {
			cells[2] = w.score(i.Score, i.Outcome)
		}
		return cells
	}
	return [3]string{i.Weight, w.score(i.RuleScore, i.Outcome), w.score(i.Score, i.Outcome)}
}

// leftOut tells whether an indicator that does not apply has no points.
func leftOut(i *engine.Indicator) bool {
	for _, s := range i.Ledger {
		if s.Step == "not_applicable" {
			return true
		}
	}
	return false
}

func (w Words) orNot(text *string, otherwise string) string {
	if text == nil {
		return otherwise
	}
	return *text
}

// counted are the deductions that count: none where an indicator does not apply.
func counted(i *engine.Indicator) []engine.Deduction {
	if i.Outcome == engine.NotApplicable {
		return nil
	}
	return i.Deductions
}

// groupCells are those of a group.
func (w Words) groupCells(g engine.Group, marked bool) [3]string {
	if !marked {
		return [3]string{g.Weight, w.score(g.RuleScore, ""), w.score(g.Score, "")}
	}
	return [3]string{"", w.groupMark(g.RuleMark, g), w.groupMark(g.Mark, g)}
}

// groupMark is a group's mark; nothing where a group has none because it only
// holds others.
func (w Words) groupMark(mark *string, g engine.Group) string {
	switch {
	case mark != nil:
		return *mark
	case g.MarkRange != nil:
		return w.say("report.open")
	case len(g.Groups) > 0:
		return ""
	}
	return w.say("report.no_mark")
}

// totalCells are those of the total.
func (w Words) totalCells(t engine.Total, marked bool) [3]string {
	if !marked {
		return [3]string{t.Weight, w.score(t.RuleScore, ""), w.score(t.Score, "")}
	}
	open := ""
	if t.MarkRange != nil {
		open = w.say("report.open")
	}
	if t.Mark == nil && t.MarkRange == nil {
		return [3]string{"", "", w.say("report.no_total")}
	}
	return [3]string{"", w.orNot(t.RuleMark, open), w.orNot(t.Mark, open)}
}

// header are the heads of the columns.
func (w Words) header(marked bool) [3]string {
	if marked {
		return [3]string{"", w.say("report.rule_mark"), w.say("report.mark")}
	}
	return [3]string{w.say("report.weight"), w.say("report.rule_score"), w.say("report.score")}
}

// markScope is what an open mark can become.
func (w Words) markScope(m *engine.MarkRange) string {
	return w.say("report.mark_range_note", "min", m.Min, "max", m.Max)
}

// lostMark is a deduction of a framework of marks in a sentence.
func (w Words) lostMark(d engine.Deduction) string {
	if d.Item == "" || strings.HasPrefix(d.Reason, d.Item) {
		return w.say("report.lost_mark", "mark", *d.Mark, "reason", d.Reason)
	}
	return w.say("report.lost_mark_item", "mark", *d.Mark, "item", d.Item, "reason", d.Reason)
}

// decided is the reason of a group's or the total's result, if a policy of the
// framework's gave one.
func (w Words) decided(d *engine.Decision) []string {
	if d == nil {
		return nil
	}
	return []string{w.say("report.decided", "reason", d.Reason)}
}

// totalNotes say how the total came about, where it is no plain sum.
func (w Words) totalNotes(t engine.Total) []string {
	notes := w.decided(t.Decision)
	for i := range t.Caps {
		notes = append(notes, w.say("report.capped", "reason", t.Caps[i].Reason))
	}
	if len(t.Ledger) > 1 {
		var parts []string
		for _, s := range t.Ledger {
			parts = append(parts, w.say("report.total_step", "step", w.totalStep(s), "points", s.Points, "about", w.about(s.Points)))
		}
		notes = append(notes, strings.Join(parts, w.say("report.separator")))
	}
	return notes
}

func (w Words) totalStep(s engine.Step) string {
	name := w.totalStepName(s.Step)
	if s.Item == nil {
		return name
	}
	return w.say("report.step_item", "step", name, "item", *s.Item)
}

func (w Words) totalStepName(step string) string {
	switch step {
	case "sum":
		return w.say("report.step_sum")
	case "redistribution":
		return w.say("report.step_redistribution")
	case "bonus":
		return w.say("report.step_bonus")
	case "bonus_cap":
		return w.say("report.step_bonus_cap")
	case "penalty":
		return w.say("report.step_penalty")
	case "total_cap":
		return w.say("report.step_total_cap")
	case "veto":
		return w.say("report.step_veto")
	case "policy":
		return w.say("report.step_policy")
	case "cap":
		return w.say("report.step_cap")
	}
	return w.stepName(step)
}

// markVerdict is the result of a case in marks, in a sentence.
func (w Words) markVerdict(t engine.Total) string {
	switch {
	case t.Mark != nil:
		return w.say("report.verdict_mark", "mark", *t.Mark)
	case t.MarkRange != nil:
		return w.say("report.verdict_mark_open", "min", t.MarkRange.Min, "max", t.MarkRange.Max)
	}
	return w.say("report.verdict_marks")
}
