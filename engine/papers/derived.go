package papers

import (
	"errors"
	"slices"
	"strings"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/formula"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// derivation is what a policy decides, as formulas over the sheet's cells.
type derivation struct {
	*policy.Derivation
	cells  formula.Sheet
	reader formula.Reader
	named  map[*formula.Expr]int // computations with a row of their own: its number
	at     map[*formula.Expr]string
}

// derive gives the formulas of an indicator, nil where it has none; then the
// sheet says why.
func (r *row) derive(in *engine.Indicator) *derivation {
	if in.RuleScore == nil && in.RuleMark == nil && in.Outcome != engine.NotApplicable {
		return nil
	}
	found, err := r.Rules.Derive(r.ctx, r.Facts, in.ID)
	if err == nil && found == nil {
		return nil
	}
	if err == nil {
		if d := r.fitting(found); d != nil {
			return d
		}
		err = &policy.Failure{File: in.Rule.File, Line: 1, Message: message.New("papers.too_many_digits")}
	}
	r.Merge(r.sheet, colNo, colText, r.at, "", "note")
	r.wide(colNo, r.without(in, err), "note")
	return nil
}

// without says why there are no formulas.
func (r *row) without(in *engine.Indicator, err error) string {
	var f *policy.Failure
	if errors.As(err, &f) {
		return r.say("papers.no_formula", "place", r.say("papers.by_line", "file", f.File, "line", f.Line), "why", r.words(f.Message))
	}
	return r.say("papers.no_formula", "place", in.Rule.File, "why", r.words(message.New("papers.too_large")))
}

// fitting is a derivation whose formulas can all be written on the sheet, else
// nil.
func (r *row) fitting(found *policy.Derivation) *derivation {
	d := &derivation{Derivation: found, named: map[*formula.Expr]int{}, at: map[*formula.Expr]string{}}
	d.cells = formula.Sheet{Yes: r.say("papers.yes"), Cell: r.factCell, Named: func(e *formula.Expr) string { return d.at[e] }}
	d.reader = formula.Reader{Label: r.factLabel, Say: r.say, Named: func(e *formula.Expr) string {
		if no := d.named[e]; no > 0 {
			return r.say("papers.intermediate", "no", no)
		}
		return ""
	}}
	all := d.expressions()
	for i, e := range formula.Shared(all) {
		d.named[e], d.at[e] = i+1, r.cell(colExact, r.at+1+i)
	}
	for e := range d.named {
		all = append(all, e)
	}
	if slices.ContainsFunc(all, func(e *formula.Expr) bool { _, ok := d.cells.Formula(e); return !ok }) {
		return nil
	}
	return d
}

// expressions are all formulas of a derivation, in order.
func (d *derivation) expressions() (all []*formula.Expr) {
	for _, one := range d.Deductions {
		for _, e := range []*formula.Expr{one.When, one.Share, one.Points, one.Mark} {
			if e != nil {
				all = append(all, e)
			}
		}
	}
	for _, g := range []*policy.Gate{d.Cutoff, d.NotApplicable} {
		if g != nil {
			all = append(all, g.When)
		}
	}
	return all
}

// factCell is the cell in which a fact stands exactly, "" for none.
func (r *row) factCell(n *facts.Node) string { return r.factCells[n.Pointer()] }

// factLabel is what a fact is called on the sheet: its own label where no other
// fact on it has the same.
func (r *row) factLabel(n *facts.Node) string { return r.factLabels[n.Pointer()] }

// shared writes the computations that several lines use.
func (r *row) shared(d *derivation) {
	if len(d.named) == 0 {
		return
	}
	r.heads(r.say("papers.no"), r.say("papers.intermediates"), r.say("papers.value"), r.say("papers.how"), "", "")
	r.across(colValue, r.at-1)
	all := make([]*formula.Expr, len(d.named))
	for e, no := range d.named {
		all[no-1] = e
	}
	for i, e := range all {
		text, _ := d.cells.Formula(e)
		value, err := e.Eval(nil)
		r.Text(r.sheet, r.cell(colNo, r.at), "", "plain")
		r.Text(r.sheet, r.cell(colName, r.at), r.say("papers.intermediate", "no", i+1), "label")
		if err == nil {
			r.Computed(r.sheet, r.cell(colExact, r.at), r.ifComplete("IFERROR("+text+","+quoted(r.say("papers.no_figure"))+")"), value.Number)
		}
		r.wide(colValue, r.then(d.reader.Read(e)), "note")
	}
}

// derived are the lines of a policy that has formulas: everything that it may
// deduct, whether it does or not.
func (l *ledger) derived(p *paper) {
	for _, d := range l.d.ordered() {
		l.one(d)
	}
	if len(l.d.Deductions) > 0 {
		l.floor()
	}
	l.gate(l.say("papers.cutoff"), l.d.Cutoff, "0", number.Number{}, l.in.Cutoff)
	left, weight := "0", number.Number{}
	if !l.Rules.LosesWeight(l.in.ID) {
		left = l.weight
		weight, _ = number.ParseFraction(l.in.Weight)
	}
	p.exempt = l.gate(l.say("papers.not_applicable"), l.d.NotApplicable, left, weight, l.in.NotApplicable)
}

// gate writes what leaves so much of the weight if it holds, and gives the formula
// that tests it, "" for none.
func (l *ledger) gate(name string, g *policy.Gate, left string, leaves number.Number, said *engine.Clause) (test string) {
	if g == nil {
		return ""
	}
	test, holds := l.tested(name, g)
	points := number.Number{}
	if holds {
		points = leaves.Sub(l.total)
	}
	l.formula("IF("+test+","+left+"-"+l.sum()+",0)", points)
	l.condition(name, g.When)
	l.because(l.then(reasonOf(said)))
	return test
}

// tested writes whether a clause holds, and gives the formula that tests it.
func (l *ledger) tested(name string, g *policy.Gate) (test string, holds bool) {
	l.line(0, name, "", "", "", l.placed(engine.Place{File: l.in.Rule.File, Line: g.Line}, l.facts(g.When)))
	v, _ := g.When.Eval(nil)
	return l.verdict(g.When, v.Flag), v.Flag
}

// ordered are the deductions by line, as the policy has them.
func (d *derivation) ordered() []policy.Derived {
	all := slices.Clone(d.Deductions)
	slices.SortStableFunc(all, func(a, b policy.Derived) int { return a.Line - b.Line })
	return all
}

func reasonOf(c *engine.Clause) string {
	if c == nil {
		return ""
	}
	return c.Reason
}

// verdict writes whether a condition holds, and gives the formula that tests it.
func (l *ledger) verdict(when *formula.Expr, holds bool) string {
	at := l.cell(colExact, l.at-1)
	yes, no := l.say("papers.it_holds"), l.say("papers.it_does_not")
	text, _ := l.d.cells.Formula(when)
	shown := no
	if holds {
		shown = yes
	}
	l.TextFormula(l.sheet, at, l.ifComplete(`IF(`+text+`,"`+yes+`","`+no+`")`), shown, "plain")
	return at + `="` + yes + `"`
}

// facts are the facts in expressions, by their numbers on the sheet.
func (l *ledger) facts(all ...*formula.Expr) string {
	var nos []int
	for _, e := range all {
		if e == nil {
			continue
		}
		e.Walk(func(part *formula.Expr) {
			if part.Op == formula.Fact || part.Op == formula.Present {
				nos = append(nos, l.listed[part.Fact.Pointer()])
			}
		})
	}
	slices.Sort(nos)
	return enumerated(slices.Compact(nos))
}

// condition writes what a line asks, as the rule has it, and whether that holds:
// with the cells' values where it reads the same for all, else as it was.
func (l *ledger) condition(of string, when *formula.Expr) {
	if when.Constant() {
		return
	}
	at := l.cell(colExact, l.at-1) // the verdict
	verdict, _ := when.Eval(nil)
	said := map[bool]string{true: l.say("papers.it_holds"), false: l.say("papers.it_does_not")}[verdict.Flag]
	text := l.say("papers.condition", "of", of, "how", l.d.reader.Says(when), "holds", said)
	live := l.d.reader
	cells := []string{at}
	live.Live = func(e *formula.Expr) string {
		if e.Op != formula.Fact { // computed: with more digits than can be read
			return ""
		}
		cells = append(cells, l.factCell(e.Fact))
		return mark
	}
	pattern := l.say("papers.condition", "of", of, "how", live.Says(when), "holds", mark)
	cells = append(cells[1:], at)
	written, ok := concatenated(pattern, cells)
	if !ok || !l.steady(when) {
		l.because(l.say("papers.then", "text", text))
		return
	}
	l.because(text)
	l.TextFormula(l.sheet, l.cell(colName, l.at-1), written, text, "note")
}

// steady tells whether a condition reads the same for all values of the facts in it.
func (l *ledger) steady(when *formula.Expr) bool {
	ok := l.d.reader.Steady(when)
	when.Walk(func(e *formula.Expr) { ok = ok && l.d.named[e] == 0 && e.Op != formula.Count })
	return ok
}

// mark stands in a text where a cell's value belongs.
const mark = "␀"

// concatenated is the formula for a text with the values of cells where it is
// marked; false where it is too long. A
// text in a formula has at most so many characters.
func concatenated(pattern string, cells []string) (formula string, ok bool) {
	const most, longest = 200, 4000
	var parts []string
	if strings.Count(pattern, mark) != len(cells) {
		return "", false
	}
	for i, text := range strings.Split(pattern, mark) {
		if i > 0 {
			at := cells[i-1]
			parts = append(parts, at)
		}
		for runes := []rune(text); len(runes) > 0; {
			n := min(most, len(runes))
			parts = append(parts, quoted(string(runes[:n])))
			runes = runes[n:]
		}
	}
	formula = strings.Join(parts, "&")
	return formula, len(formula) <= longest
}

// lost are the points that a deduction takes, not above 0.
func (l *ledger) lost(d policy.Derived) number.Number {
	weight, _ := number.ParseFraction(l.in.Weight)
	when, err := d.When.Eval(nil)
	switch {
	case err != nil || !when.Flag:
	case d.Points != nil:
		v, _ := d.Points.Eval(nil)
		if d.Earned {
			return v.Number.Sub(weight)
		}
		return v.Number.Neg()
	case d.Share != nil:
		v, _ := d.Share.Eval(nil)
		return v.Number.Mul(weight).Neg()
	}
	return number.Number{}
}

// one writes the line of a deduction: whether it holds, its share, its points.
func (l *ledger) one(d policy.Derived) {
	l.no++
	l.line(0, l.named(l.no, d.Item), "", "", "", l.placed(engine.Place{File: l.in.Rule.File, Line: d.Line}, l.facts(d.When, d.Share, d.Points, d.Mark)))
	when, _ := d.When.Eval(nil)
	test := ""
	if !d.When.True() {
		test = l.verdict(d.When, when.Flag)
	}
	guarded := func(text string) string {
		if test == "" {
			return text
		}
		return "IF(" + test + "," + text + ",0)"
	}
	points := l.lost(d)
	at := l.at - 1
	if d.Share != nil {
		text, _ := l.d.cells.Formula(d.Share)
		share := number.Number{}
		if v, err := d.Share.Eval(nil); err == nil && when.Flag {
			share = v.Number
		}
		l.Computed(l.sheet, l.cell(colValue, at), l.ifComplete(guarded(text)), share)
		l.formula("-"+l.weight+"*"+l.cell(colValue, at), points)
	} else {
		text, _ := l.d.cells.Formula(d.Points)
		if d.Earned {
			text = "IF(" + text + ">" + l.weight + ",NA()," + text + "-" + l.weight + ")"
		} else {
			text = "-(" + text + ")"
		}
		l.formula(guarded(text), points)
	}
	l.condition(l.say("papers.deduct"), d.When)
	l.because(l.explained(d, when.Flag)...)
}

// then is a text that says what was when the papers were written.
func (r *row) then(text string) string {
	if text == "" {
		return ""
	}
	return r.say("papers.then", "text", text)
}

// explained says how much a deduction takes, and why.
func (l *ledger) explained(d policy.Derived, holds bool) (texts []string) {
	if !holds {
		return nil
	}
	for _, part := range []struct {
		id string
		e  *formula.Expr
	}{{"papers.read_share", d.Share}, {"papers.read_points", d.Points}, {"papers.read_mark", d.Mark}} {
		if part.e == nil || part.e.Constant() && d.Mark == nil {
			continue
		}
		how, value := l.d.reader.Read(part.e), ""
		value, _ = l.d.reader.Value(part.e)
		if part.e == d.Mark {
			texts = append(texts, l.then(l.say(part.id, "how", how, "value", value)))
			continue
		}
		if strings.HasPrefix(value, "≈") {
			value = "≈ " + strings.TrimPrefix(value, "≈")
		} else {
			value = "= " + value
		}
		texts = append(texts, l.then(l.say(part.id, "how", how, "value", value)))
	}
	for _, said := range l.in.Deductions {
		if said.Item == d.Item && said.Rule.Line == d.Line || d.Item == "" && len(l.in.Deductions) == 1 {
			texts = append(texts, l.then(strings.TrimSpace(said.Reason)))
		}
	}
	return texts
}
