package papers

import (
	"strconv"
	"strings"

	"rubric/engine"
	"rubric/engine/number"
	"rubric/engine/sheet"
)

// computation writes the ledger: what the policy decides as formulas over the cells
// of the facts, and each line's points as formulas over the lines above, down to
// the rule score. Where the policy has no formulas, the exact shares stand in their
// place, and the sheet says so.
func (r *row) computation(p *paper) {
	in := p.indicator
	r.heading(r.say("papers.computation"))
	d := r.derive(in)
	if d != nil {
		r.shared(d)
	}
	l := ledger{row: r, in: in, d: d, scale: r.Rules.Framework.Scale}
	last := r.say("papers.points")
	if len(l.scale) > 0 {
		last = r.say("papers.mark")
	}
	r.heads(r.say("papers.no"), r.say("papers.step"), r.say("papers.holds"), r.say("papers.share"), last, r.say("papers.why"))
	switch {
	case len(l.scale) > 0:
		l.marks(p)
	case in.RuleScore == nil:
		r.open(in)
	default:
		l.points(p)
	}
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
	in    *engine.Indicator
	d     *derivation // nil where the policy has no formulas
	scale []string

	first, last int           // rows with points so far
	weight      string        // the cell
	no          int           // of the deduction
	total       number.Number // of the points so far
}

// points are the lines of a ledger in points, from the weight to the rule score.
func (l *ledger) points(p *paper) {
	l.line(0, l.say("papers.weight"), "", "", "", "")
	l.weight = l.cell(colPoints, l.at-1)
	p.weight = l.weight
	l.Number(l.sheet, l.weight, l.in.Weight)
	l.total, _ = number.ParseFraction(l.in.Weight)
	l.counted(l.at - 1)
	if l.d != nil {
		l.derived(p)
	} else {
		l.stated()
	}
	l.rounding()
	l.line(0, l.say("papers.rule_score"), "", "", "", l.say("papers.rule_score_is", "digits", l.Rules.Framework.Digits))
	p.rule = l.cell(colPoints, l.at-1)
	l.strong()
	value, _ := score(l.in.RuleScore)
	l.Formula(l.sheet, p.rule, l.ifComplete(l.rounded(l.sum())), value, l.Rules.Framework.Digits)
}

// sum is the formula for all points so far.
func (l *ledger) sum() string {
	return "SUM(" + l.cell(colPoints, l.first) + ":" + l.cell(colPoints, l.last) + ")"
}

func (l *ledger) counted(at int) {
	if l.first == 0 {
		l.first = at
	}
	l.last = at
}

// formula writes the points of the line that was written last, as a formula over
// those above.
func (l *ledger) formula(formula string, points number.Number) {
	l.Computed(l.sheet, l.cell(colPoints, l.at-1), l.ifComplete(formula), points)
	l.total = l.total.Add(points)
	l.counted(l.at - 1)
}

func (l *ledger) rounding() {
	l.line(0, l.say("papers.rounding"), "", "", "", l.say("papers.rounding_why", "digits", l.Rules.Framework.Digits))
	score := l.total.Round(l.Rules.Framework.Digits, l.Rules.Framework.Mode)
	l.formula(l.rounded(l.sum())+"-"+l.sum(), score.Sub(l.total))
}

// floor keeps what is lost within the weight.
func (l *ledger) floor() {
	l.line(0, l.say("papers.floor"), "", "", "", l.say("papers.floor_why"))
	points := number.Number{}
	if l.total.Sign() < 0 {
		points = l.total.Neg()
	}
	l.formula("MAX(0,-"+l.sum()+")", points)
}

// stated are the lines of a policy without formulas: its shares are constants.
func (l *ledger) stated() {
	for i, d := range l.in.Deductions {
		l.deduction(i, d)
	}
	for _, s := range l.in.Ledger {
		switch s.Step {
		case "floor":
			l.floor()
		case "cutoff":
			l.line(0, l.say("papers.cutoff"), l.say("papers.it_holds"), "", "", "")
			l.formula("-"+l.sum(), l.total.Neg())
			l.because(l.clause(l.in.Cutoff))
		case "not_applicable":
			l.line(0, l.say("papers.not_applicable"), l.say("papers.it_holds"), "", "", "")
			l.formula("-"+l.sum(), l.total.Neg())
			l.because(l.clause(l.in.NotApplicable))
		}
	}
}

// deduction writes the line of a deduction whose share is a constant.
func (l *ledger) deduction(i int, d engine.Deduction) {
	l.line(0, l.named(i+1, d.Item), l.say("papers.it_holds"), "", "", l.placed(d.Rule, numbers(d.Facts, l.listed)))
	share, err := number.ParseFraction(d.Share)
	points, _ := number.ParseFraction(d.Points)
	formula := "-" + l.weight + "*" + l.cell(colValue, l.at-1)
	if weight, _ := number.ParseFraction(l.in.Weight); err != nil || weight.Sign() == 0 {
		formula = "-" + points.String()
	} else {
		l.Computed(l.sheet, l.cell(colValue, l.at-1), d.Share, share)
	}
	l.formula(formula, points.Neg())
	l.because(d.Reason)
}

// named is what a deduction is called.
func (r *row) named(no int, item string) string {
	if item == "" {
		return r.say("papers.deduction", "no", no)
	}
	return r.say("papers.deduction_item", "no", no, "item", item)
}

// placed is where a rule stands, and the facts by their numbers.
func (r *row) placed(at engine.Place, facts string) string {
	text := r.say("papers.by_line", "file", at.File[strings.LastIndex(at.File, "/")+1:], "line", at.Line)
	if facts != "" {
		text += r.say("papers.by_facts", "numbers", facts)
	}
	return text
}

// because writes why a line is what it is, below it.
func (r *row) because(texts ...string) {
	var all []string
	for _, text := range texts {
		if text != "" {
			all = append(all, text)
		}
	}
	if len(all) == 0 {
		return
	}
	r.Text(r.sheet, r.cell(colNo, r.at), "", "plain")
	r.wide(colName, strings.Join(all, "\n"), "note")
}

// clause is why a score is cut off, or an indicator does not apply.
func (r *row) clause(c *engine.Clause) string {
	if c == nil {
		return ""
	}
	return c.Reason + "\n" + r.placed(c.Rule, "")
}

// numbers are the facts cited, by their numbers on the sheet.
func numbers(c engine.Citations, listed map[string]int) string {
	var all []int
	for _, f := range c.All() {
		if no := listed[f.Pointer]; no > 0 {
			all = append(all, no)
		}
	}
	return enumerated(all)
}

// enumerated are numbers one after the other, of which those that follow each
// other are put together.
func enumerated(all []int) string {
	var parts []string
	for i := 0; i < len(all); {
		last := i
		for last+1 < len(all) && all[last+1] == all[last]+1 {
			last++
		}
		part := strconv.Itoa(all[i])
		if last > i+1 {
			part += "–" + strconv.Itoa(all[last])
		} else if last == i+1 {
			part += "、" + strconv.Itoa(all[last])
		}
		parts = append(parts, part)
		i = last + 1
	}
	return strings.Join(parts, "、")
}

// open is the computation of an indicator without a score: what is established,
// and between what the score will be.
func (r *row) open(in *engine.Indicator) {
	r.unsettled(in)
	r.line(0, r.say("papers.weight"), "", "", "", "")
	r.Number(r.sheet, r.cell(colPoints, r.at-1), in.Weight)
	for i, d := range in.Deductions {
		r.line(0, r.named(i+1, d.Item), r.say("papers.it_holds"), d.Share, "", r.placed(d.Rule, numbers(d.Facts, r.listed)))
		r.Text(r.sheet, r.cell(colPoints, r.at-1), "-"+d.Points, "figure")
		r.because(d.Reason)
	}
	if in.Failure != nil {
		r.line(0, r.outcome(in.Outcome), "", "", "", r.placed(engine.Place{File: in.Failure.File, Line: in.Failure.Line}, ""))
		r.because(in.Failure.Message)
	}
	r.line(0, r.say("papers.rule_score"), "", "", "", r.say("papers.range", "min", in.Range.Min, "max", in.Range.Max))
	r.Text(r.sheet, r.cell(colPoints, r.at-1), r.say("papers.open"), "figure")
}

// unsettled says why an indicator without a score has no formulas.
func (r *row) unsettled(in *engine.Indicator) {
	why := r.say("papers.failed_why")
	if len(in.MissingFact) > 0 {
		var missing []string
		for _, m := range in.MissingFact {
			missing = append(missing, m.Label)
		}
		why = r.say("papers.open_why", "missing", strings.Join(missing, "；"))
	}
	r.wide(colNo, why, "note")
}

// orOpen is a mark, or the word for why there is none.
func (b *book) orOpen(text *string, outcome engine.Outcome) string {
	switch {
	case text != nil:
		return *text
	case outcome == engine.NotApplicable:
		return b.say("papers.not_applicable")
	}
	return b.say("papers.open")
}
