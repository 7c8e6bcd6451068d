package papers

import (
	"fmt"
	"slices"
	"strings"

	"rubric/engine"
	"rubric/engine/policy"
)

// marks is the computation where the framework has a scale.
func (l *ledger) marks(p *paper) {
	in := l.in
	if l.d == nil {
		for i, d := range in.Deductions {
			l.line(0, l.named(i+1, d.Item), l.say("papers.it_holds"), "", "", l.placed(d.Rule, numbers(d.Facts, l.listed)))
			if d.Mark != nil {
				l.Text(l.sheet, l.cell(colPoints, l.at-1), *d.Mark, "figure")
			}
			l.because(d.Reason)
		}
		l.ruleMark(p, "")
		return
	}
	var cells []string
	for _, d := range l.d.ordered() {
		cells = append(cells, l.oneMark(d))
	}
	l.ruleMark(p, l.worst(cells))
}

// oneMark writes the mark to which a deduction holds the indicator, and gives its
// cell.
func (l *ledger) oneMark(d policy.Derived) string {
	l.no++
	name := l.say("papers.mark_of", "no", l.no)
	if d.Item != "" {
		name = l.named(l.no, d.Item)
	}
	l.line(0, name, "", "", "", l.placed(engine.Place{File: l.in.Rule.File, Line: d.Line}, l.facts(d.When, d.Mark)))
	when, _ := d.When.Eval(nil)
	text, _ := l.d.cells.Formula(d.Mark)
	if !d.When.True() {
		text = "IF(" + l.verdict(d.When, when.Flag) + "," + text + `,"` + l.scale[0] + `")`
	}
	shown := l.scale[0]
	if v, err := d.Mark.Eval(nil); err == nil && when.Flag {
		shown = v.Text
	}
	at := l.cell(colPoints, l.at-1)
	l.TextFormula(l.sheet, at, l.ifComplete(text), shown, "figure")
	l.condition(l.say("papers.mark"), d.When)
	l.because(l.explained(d, when.Flag)...)
	return at
}

// place is the formula for the place on the scale of the mark in a cell.
func (l *ledger) place(at string) string {
	out := fmt.Sprint(len(l.scale))
	for i, mark := range slices.Backward(l.scale[:len(l.scale)-1]) {
		out = fmt.Sprintf("IF(EXACT(%s,%s),%d,%s)", at, quoted(mark), i+1, out)
	}
	return out
}

func quoted(text string) string { return `"` + strings.ReplaceAll(text, `"`, `""`) + `"` }

// worst is the formula for the worst of the marks in cells.
func (l *ledger) worst(cells []string) string {
	text := quoted(l.scale[0])
	if len(cells) == 1 {
		text = cells[0]
	}
	if len(cells) > 1 {
		var places, marks []string
		for _, at := range cells {
			places = append(places, l.place(at))
		}
		for _, mark := range l.scale {
			marks = append(marks, quoted(mark))
		}
		text = "CHOOSE(MAX(" + strings.Join(places, ",") + ")," + strings.Join(marks, ",") + ")"
	}
	if l.d.NotApplicable == nil {
		return text
	}
	test, _ := l.tested(l.say("papers.not_applicable"), l.d.NotApplicable)
	l.condition(l.say("papers.not_applicable"), l.d.NotApplicable.When)
	l.because(l.then(reasonOf(l.in.NotApplicable)))
	return "IF(" + test + "," + quoted(l.say("papers.not_applicable")) + "," + text + ")"
}

// ruleMark writes the rule's mark, as a formula if there is one.
func (l *ledger) ruleMark(p *paper, text string) {
	in, why := l.in, ""
	switch {
	case in.Failure != nil:
		why = in.Failure.Message
	case in.RuleMark == nil && in.MarkRange != nil:
		why = l.say("papers.range", "min", in.MarkRange.Min, "max", in.MarkRange.Max)
	}
	l.line(0, l.say("papers.rule_mark"), "", "", "", why)
	l.strong()
	p.rule = l.cell(colPoints, l.at-1)
	if text == "" {
		l.Text(l.sheet, p.rule, l.orOpen(in.RuleMark, in.Outcome), "strong")
		return
	}
	l.TextFormula(l.sheet, p.rule, l.ifComplete(text), l.orOpen(in.RuleMark, in.Outcome), "strong")
}
