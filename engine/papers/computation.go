package papers

import (
	"strconv"
	"strings"

	"rubric/engine"
	"rubric/engine/number"
	"rubric/engine/sheet"
)

// computation writes the ledger: each line's points are a formula over the weight,
// the exact shares and the lines above, down to the rule score.
func (r *row) computation(p *paper, listed map[string]int) {
	in := p.indicator
	r.heading(r.say("papers.computation"))
	if len(r.Rules.Framework.Scale) > 0 {
		r.marks(p, listed)
		return
	}
	r.heads(r.say("papers.no"), r.say("papers.step"), r.say("papers.exact"), r.say("papers.share"), r.say("papers.points"), r.say("papers.why"))
	if in.RuleScore == nil {
		r.open(in, listed)
		return
	}
	l := ledger{row: r, in: in, listed: listed}
	for _, s := range in.Ledger {
		l.step(s)
	}
	p.weight = l.weight
	value, _ := score(in.RuleScore)
	r.line(0, r.say("papers.rule_score"), "", "", "", r.say("papers.rule_score_is", "digits", r.Rules.Framework.Digits))
	p.rule = r.cell(colPoints, r.at-1)
	r.strong()
	r.Formula(r.sheet, p.rule, r.rounded(l.sum()), value, r.Rules.Framework.Digits)
}

// rounded is the formula for another one rounded as scores are.
func (b *book) rounded(formula string) string {
	return sheet.RoundTo(formula, strconv.Itoa(b.Rules.Framework.Digits), b.Rules.Framework.Mode)
}

// strong sets the row that was written last apart.
func (r *row) strong() {
	for column := colNo; column <= colText; column++ {
		r.Styled(r.sheet, r.cell(column, r.at-1), "strong")
	}
}

// ledger writes the lines of a ledger.
type ledger struct {
	*row
	in     *engine.Indicator
	listed map[string]int

	first, last int    // rows with points so far
	weight      string // the cell
	deductions  int    // so far
}

// sum is the formula for all points so far.
func (l *ledger) sum() string {
	if l.first == 0 {
		return "0"
	}
	return "SUM(" + l.cell(colPoints, l.first) + ":" + l.cell(colPoints, l.last) + ")"
}

// decimals is how many decimals of points before rounding are shown.
const decimals = 6

func (l *ledger) step(s engine.Step) {
	points, _ := number.ParseFraction(s.Points)
	formula, name, why := "", "", ""
	switch s.Step {
	case "weight":
		name = l.say("papers.weight")
	case "deduction":
		l.deduction(points)
		return
	case "floor":
		name, formula, why = l.say("papers.floor"), "MAX(0,-"+l.sum()+")", l.say("papers.floor_why")
	case "cutoff":
		name, formula = l.say("papers.cutoff"), "-"+l.sum()
		if l.in.Cutoff != nil {
			why = l.clause(l.in.Cutoff)
		}
	case "not_applicable":
		name, formula = l.say("papers.not_applicable"), "-"+l.sum()
		if l.in.NotApplicable != nil {
			why = l.clause(l.in.NotApplicable)
		}
	case "rounding":
		name, formula, why = l.say("papers.rounding"), l.rounded(l.sum())+"-"+l.sum(), l.say("papers.rounding_why", "digits", l.Rules.Framework.Digits)
	}
	l.line(0, name, "", "", "", why)
	at := l.at - 1
	if s.Step == "weight" {
		l.weight = l.cell(colPoints, at)
		l.Number(l.sheet, l.weight, s.Points)
	} else {
		l.Formula(l.sheet, l.cell(colPoints, at), formula, points, decimals)
	}
	l.counted(at)
}

func (l *ledger) counted(at int) {
	if l.first == 0 {
		l.first = at
	}
	l.last = at
}

// deduction writes the line of the next deduction.
func (l *ledger) deduction(points number.Number) {
	d := l.in.Deductions[l.deductions]
	l.deductions++
	l.deductionText(l.deductions, d, l.listed)
	at := l.at - 1
	share, err := number.ParseFraction(d.Share)
	if err != nil {
		return
	}
	l.Formula(l.sheet, l.cell(colValue, at), fraction(d.Share), share, decimals)
	formula := "-" + l.weight + "*" + l.cell(colValue, at)
	if weight, _ := number.ParseFraction(l.in.Weight); weight.Sign() == 0 {
		formula = fraction(points.String())
	}
	l.Formula(l.sheet, l.cell(colPoints, at), formula, points, decimals)
	l.counted(at)
}

// fraction is an exact number as a formula.
func fraction(text string) string { return strings.TrimPrefix(text, "+") }

// deductionText writes the words of a deduction: item, exact share, reason, the
// facts by their numbers and the line of the rule.
func (r *row) deductionText(no int, d engine.Deduction, listed map[string]int) {
	name := r.say("papers.deduction", "no", no)
	if d.Item != "" {
		name = r.say("papers.deduction_item", "no", no, "item", d.Item)
	}
	exact := d.Share
	if d.Mark != nil {
		exact = *d.Mark
	}
	why := d.Reason + "\n" + r.say("papers.by_line", "file", d.Rule.File, "line", d.Rule.Line)
	if cited := numbers(d.Facts, listed); cited != "" {
		why += r.say("papers.by_facts", "numbers", cited)
	}
	r.line(0, name, exact, "", "", why)
}

// clause is why a score is cut off, or an indicator does not apply.
func (r *row) clause(c *engine.Clause) string {
	return c.Reason + "\n" + r.say("papers.by_line", "file", c.Rule.File, "line", c.Rule.Line)
}

// numbers are the facts cited, by their numbers on the sheet.
func numbers(c engine.Citations, listed map[string]int) string {
	var all []string
	for _, f := range c.All() {
		if no := listed[f.Pointer]; no > 0 {
			all = append(all, strconv.Itoa(no))
		}
	}
	return strings.Join(all, "、")
}

// open is the computation of an indicator without a score: what is established,
// and between what the score will be.
func (r *row) open(in *engine.Indicator, listed map[string]int) {
	r.line(0, r.say("papers.weight"), "", "", "", "")
	r.Number(r.sheet, r.cell(colPoints, r.at-1), in.Weight)
	for i, d := range in.Deductions {
		r.deductionText(i+1, d, listed)
		r.Text(r.sheet, r.cell(colPoints, r.at-1), "-"+d.Points, "figure")
	}
	if in.Failure != nil {
		r.line(0, r.outcome(in.Outcome), "", "", "", in.Failure.Message+"\n"+r.say("papers.by_line", "file", in.Failure.File, "line", in.Failure.Line))
	}
	r.line(0, r.say("papers.rule_score"), "", "", "", r.say("papers.range", "min", in.Range.Min, "max", in.Range.Max))
	r.Text(r.sheet, r.cell(colPoints, r.at-1), r.say("papers.open"), "figure")
}

// marks is the computation where the framework has a scale.
func (r *row) marks(p *paper, listed map[string]int) {
	in := p.indicator
	r.heads(r.say("papers.no"), r.say("papers.step"), r.say("papers.no_better"), "", r.say("papers.mark"), r.say("papers.why"))
	for i, d := range in.Deductions {
		r.deductionText(i+1, d, listed)
	}
	why := ""
	switch {
	case in.Failure != nil:
		why = in.Failure.Message
	case in.NotApplicable != nil:
		why = r.clause(in.NotApplicable)
	case in.Cutoff != nil:
		why = r.clause(in.Cutoff)
	case in.RuleMark == nil && in.MarkRange != nil:
		why = r.say("papers.range", "min", in.MarkRange.Min, "max", in.MarkRange.Max)
	}
	r.line(0, r.say("papers.rule_mark"), "", "", "", why)
	r.strong()
	r.Text(r.sheet, r.cell(colPoints, r.at-1), r.orOpen(in.RuleMark), "strong")
}

func (b *book) orOpen(text *string) string {
	if text == nil {
		return b.say("papers.open")
	}
	return *text
}
