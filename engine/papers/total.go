package papers

import (
	"fmt"
	"strings"

	"rubric/engine"
	"rubric/engine/framework"
	"rubric/engine/number"
)

// tree writes the groups and the total as formulas over the papers' scores.
type tree struct {
	*row
	bonus, penalty parts
	vetoes         []veto
	open           bool  // some score is not known
	none           bool  // some formula has no value
	vague          bool  // points do not tell whether a veto holds
	exact          term  // the final total before rounding
	entries        []int // the rows of papers so far
}

// term is a formula with its value.
type term struct {
	text  string
	value number.Number
}

// part is an indicator or a group in the group above: its weight and its score,
// the rule's and the final one.
type part struct{ weight, score [2]term }

type parts []part

// veto is an indicator that holds the total down when it is not at its weight.
type veto struct {
	part
	most number.Number
}

// columns are those of the two scores.
var columns = [...]int{indexRule, indexFinal}

// sum adds up a side of parts in a view.
func (all parts) sum(view int, side func(part) [2]term) term {
	out := term{text: "0"}
	var texts []string
	for _, p := range all {
		one := side(p)[view]
		texts, out.value = append(texts, one.text), out.value.Add(one.value)
	}
	if len(texts) > 0 {
		out.text = strings.Join(texts, "+")
	}
	return out
}

func weightOf(p part) [2]term { return p.weight }
func scoreOf(p part) [2]term  { return p.score }

func (t *tree) mean() bool { return t.Rules.Framework.Aggregation == framework.WeightedMean }

func (t *tree) groups(tree []framework.Group, shown []engine.Group, depth int) (all parts) {
	for i := range tree {
		all = append(all, t.group(&tree[i], shown[i], depth)...)
	}
	return all
}

// group writes a group and what is in it. It is no part of the group above if
// nothing in it is within the 100.
func (t *tree) group(g *framework.Group, shown engine.Group, depth int) parts {
	at, before := t.at, len(t.entries)
	t.heading(at, shown, depth)
	t.at++
	inside := t.groups(g.Groups, shown.Groups, depth+1)
	var outside parts
	for i := range g.Indicators {
		in, out := t.leaves(&g.Indicators[i])
		inside, outside = append(inside, in...), append(outside, out...)
	}
	if t.Rules.Framework.Aggregation == framework.ByPolicy {
		t.said(at, shown)
		return nil
	}
	if len(inside) == 0 {
		t.figures(at, before, shown, [2]term{}, [2]term{outside.sum(0, scoreOf), outside.sum(1, scoreOf)})
		return nil
	}
	return parts{t.worth(at, before, g, shown, inside)}
}

// leaves writes an indicator, or one for each element of its list.
func (t *tree) leaves(in *framework.Indicator) (inside, outside parts) {
	for i := range t.papers {
		p := &t.papers[i]
		if leaf, _, _ := strings.Cut(p.indicator.ID, "."); leaf != in.ID {
			continue
		}
		one := t.leaf(p)
		t.entries = append(t.entries, t.at)
		t.entry(t.row, p)
		switch in.Kind {
		case framework.Bonus:
			t.bonus, outside = append(t.bonus, one), append(outside, one)
		case framework.Penalty:
			t.penalty, outside = append(t.penalty, one), append(outside, one)
		default:
			inside = append(inside, one)
		}
		if in.Veto != nil && in.Veto.Total != nil {
			t.vetoes = append(t.vetoes, veto{one, *in.Veto.Total})
			t.vague = t.vague || one.weight[0].value.Sign() == 0
		}
	}
	return inside, outside
}

// leaf is the part that the line of a paper is.
func (t *tree) leaf(p *paper) (out part) {
	weight, _ := number.ParseFraction(p.indicator.Weight)
	for view, text := range []*string{p.indicator.RuleScore, p.indicator.Score} {
		value, ok := score(text)
		t.open = t.open || !ok
		out.score[view] = term{t.cell(columns[view], t.at), value}
		out.weight[view] = t.applying(p, view, term{t.cell(indexWeight, t.at), weight})
	}
	return out
}

// applying is the weight of an indicator, which goes where it does not apply. A
// review says that it applies.
func (t *tree) applying(p *paper, view int, weight term) term {
	in := p.indicator
	if t.Rules.Framework.NotApplicable == framework.Keep || !t.Rules.LosesWeight(in.ID) {
		return weight
	}
	if in.Outcome == engine.NotApplicable && (view == 0 || in.Review == nil) {
		weight.value = number.Number{}
	}
	on := "'" + strings.ReplaceAll(p.sheet, "'", "''") + "'!"
	switch {
	case p.exempt == "" && weight.value.Sign() == 0:
		return term{text: "0"}
	case p.exempt == "":
		return weight
	case view == 0:
		return term{"IF(" + on + p.exempt + ",0,1)*" + weight.text, weight.value}
	}
	return term{"IF(AND(" + on + p.exempt + ",NOT(ISNUMBER(" + on + p.reviewed + "))),0,1)*" + weight.text, weight.value}
}

// worth writes the figures of a group: the points of its parts, or their mean out
// of 100. It gives what that is worth in the group above.
func (t *tree) worth(at, before int, g *framework.Group, shown engine.Group, inside parts) (out part) {
	var weights, scores [2]term
	for view := range columns {
		weight, points := inside.sum(view, weightOf), inside.sum(view, scoreOf)
		cell := t.cell(columns[view], at)
		if !t.mean() {
			weights[view], scores[view] = weight, points
			out.weight[view], out.score[view] = weight, term{cell, points.value}
			continue
		}
		share, err := points.value.Div(weight.value)
		t.none = t.none || err != nil
		text := fmt.Sprintf("100*(%s)/(%s)", points.text, weight.text)
		weights[view], scores[view] = term{g.Weight.String(), g.Weight}, term{text, share.Mul(number.Int(100))}
		out.weight[view] = weights[view]
		out.score[view] = term{g.Weight.String() + "*" + cell + "/100", share.Mul(g.Weight)}
	}
	t.figures(at, before, shown, weights, scores)
	return out
}

// known is a formula that says it is open as long as a paper from one on has no
// score in a view.
func (t *tree) known(formula string, view, from int, open string) string {
	var ranges []string
	rows := t.entries[from:]
	for i := 0; i < len(rows); {
		last := i
		for last+1 < len(rows) && rows[last+1] == rows[last]+1 {
			last++
		}
		ranges = append(ranges, t.cell(columns[view], rows[i])+":"+t.cell(columns[view], rows[last]))
		i = last + 1
	}
	return fmt.Sprintf("IF(%s=%d,%s,%s)", "COUNT("+strings.Join(ranges, ")+COUNT(")+")", len(rows), formula, quoted(open))
}

// figures writes the weight and the scores of a group, of which the papers are
// those from one on.
func (t *tree) figures(at, before int, shown engine.Group, weights, scores [2]term) {
	if t.open || t.none {
		for view, text := range []*string{shown.RuleScore, shown.Score} {
			t.Text(t.sheet, t.cell(columns[view], at), t.orOpen(text, ""), "total")
		}
		return
	}
	if weights[1].text != "" {
		t.Computed(t.sheet, t.cell(indexWeight, at), weights[1].text, weights[1].value)
		t.Styled(t.sheet, t.cell(indexWeight, at), "total")
	}
	for view, s := range scores {
		t.Formula(t.sheet, t.cell(columns[view], at), t.known(s.text, view, before, t.say("papers.open")), s.value, t.Rules.Framework.Digits)
	}
}

// said are the figures of a group as the framework's own policy gave them.
func (t *tree) said(at int, g engine.Group) {
	for view, texts := range [][2]*string{{g.RuleMark, g.RuleScore}, {g.Mark, g.Score}} {
		for _, text := range texts {
			if text != nil {
				t.Text(t.sheet, t.cell(columns[view], at), *text, "figure")
			}
		}
		if texts[0] == nil && texts[1] == nil && g.MarkRange == nil && len(t.Rules.Framework.Scale) > 0 {
			t.Text(t.sheet, t.cell(columns[view], at), t.say("report.no_mark"), "figure")
		}
	}
	if g.Decision != nil {
		t.note(t.say("papers.by_policy", "place", t.say("papers.by_line", "file", g.Decision.Rule.File, "line", g.Decision.Rule.Line), "reason", g.Decision.Reason))
	}
}

// note writes a sentence across the index.
func (t *tree) note(text string) {
	t.Merge(t.sheet, 1, indexLast, t.at, text, "note")
	width := 0.0
	for _, w := range indexWidths {
		width += w
	}
	t.Tight(t.sheet, t.at, linesOf(text, width))
	t.at++
}

// total writes the lines down to the total.
func (t *tree) total(all parts) {
	b, a := t.book, t.Assessment
	formulas, ok := t.formulas(all)
	if ok && t.converts() {
		t.Merge(t.sheet, 1, 2, t.at, t.say("papers.converted"), "label")
		t.at++
	}
	t.Merge(t.sheet, 1, 2, t.at, t.say("papers.total"), "strong")
	if len(t.Rules.Framework.Scale) == 0 {
		b.Number(t.sheet, t.cell(indexWeight, t.at), a.Total.Weight)
	}
	for view, of := range []struct{ score, mark *string }{{a.Total.RuleScore, a.Total.RuleMark}, {a.Total.Score, a.Total.Mark}} {
		at := t.cell(columns[view], t.at)
		value, known := score(of.score)
		switch {
		case known && ok:
			t.Formula(t.sheet, at, t.known(formulas[view].text, view, 0, t.say("papers.open")), value, t.Rules.Framework.Digits)
		case known:
			b.Number(t.sheet, at, *of.score)
		default:
			b.Text(t.sheet, at, t.orNone(of.mark), "figure")
		}
	}
	t.Merge(t.sheet, indexFinal+1, indexLast, t.at, t.grade(), "strong")
	if text := t.bands(); ok && text != "" {
		t.TextFormula(t.sheet, t.cell(indexFinal+1, t.at), t.known(text, 1, 0, t.say("papers.grade_unknown")), t.grade(), "strong")
	}
	t.Height(t.sheet, t.at, 2)
	t.at++
	switch {
	case a.Total.Decision != nil:
		t.note(t.say("papers.by_policy", "place", t.say("papers.by_line", "file", a.Total.Decision.Rule.File, "line", a.Total.Decision.Rule.Line), "reason", a.Total.Decision.Reason))
	case t.Rules.Framework.Aggregation == framework.ByPolicy:
		t.note(t.say("papers.policy_no_total"))
	case !ok && a.Total.RuleScore != nil:
		t.note(t.say("papers.total_no_formula"))
	}
	t.at++
	b.Text(t.sheet, t.cell(1, t.at), t.say("papers.index_hint"), "hint")
}

// orNone is a total that is no number: a mark, that it is open, or that the
// framework has none.
func (t *tree) orNone(mark *string) string {
	if mark == nil && len(t.Rules.Framework.Scale) > 0 && t.Assessment.Total.MarkRange == nil {
		return t.say("report.no_total")
	}
	return t.orOpen(mark, "")
}

func (t *tree) grade() string {
	total := t.Assessment.Total
	switch {
	case total.Grade != nil:
		return t.say("papers.grade", "grade", *total.Grade)
	case len(t.Rules.Framework.Grades) == 0:
		return ""
	}
	return t.say("papers.grade_open", "min", total.Range.Min, "max", total.Range.Max)
}

// bands is the formula for the grade of the total, "" where something else may hold
// it down, or it is not by the points.
func (t *tree) bands() string {
	fw, grade := t.Rules.Framework, t.Assessment.Total.Grade
	for _, in := range fw.Indicators() {
		if in.Veto != nil {
			return ""
		}
	}
	if grade == nil || fw.NotApplicable == framework.Drop || fw.GradeOf(t.exact.value) != *grade {
		return ""
	}
	out := ""
	for i := len(fw.Grades) - 1; i >= 0; i-- {
		name := quoted(t.say("papers.grade", "grade", fw.Grades[i].Name))
		if from := fw.Grades[i].From; out != "" && from != nil {
			name = fmt.Sprintf("IF(ROUND(%s-%s,12)>=0,%s,%s)", t.exact.text, from, name, out)
		}
		out = name
	}
	return out
}

// formulas are those of the total, by the rules and in the end; false where they
// do not give what the assessment has.
func (t *tree) formulas(all parts) (out [2]term, ok bool) {
	total := t.Assessment.Total
	if t.open || t.none || t.vague || len(all) == 0 || t.Rules.Framework.Aggregation == framework.ByPolicy {
		return out, false
	}
	for view, text := range []*string{total.RuleScore, total.Score} {
		value, known := score(text)
		sum, err := t.base(all, view)
		out[view] = t.bounded(t.beside(sum, view), view)
		t.exact = out[view]
		out[view].text = t.rounded(out[view].text)
		rounded := out[view].value.Round(t.Rules.Framework.Digits, t.Rules.Framework.Mode)
		if err != nil || !known || !rounded.Equal(value) {
			return out, false
		}
	}
	return out, true
}

// base is what the indicators within the 100 bring. The error is that none
// applies.
func (t *tree) base(all parts, view int) (term, error) {
	points := all.sum(view, scoreOf)
	if !t.converts() {
		return points, nil
	}
	weight := all.sum(view, weightOf)
	share, err := points.value.Div(weight.value)
	out := term{fmt.Sprintf("100*(%s)/(%s)", points.text, weight.text), share.Mul(number.Int(100))}
	at := t.cell(columns[view], t.at)
	if err == nil {
		t.Computed(t.sheet, at, t.known(out.text, view, 0, t.say("papers.open")), out.value)
	}
	return term{at, out.value}, err
}

// converts tells whether points become a mean out of 100, on a line of its own.
func (t *tree) converts() bool {
	return t.mean() || t.Rules.Framework.NotApplicable == framework.Redistribute
}

// beside adds what stands outside the 100.
func (t *tree) beside(sum term, view int) term {
	if len(t.bonus) > 0 {
		bonus := t.bonus.sum(view, scoreOf)
		if most := t.Rules.Framework.Extra.Cap; most != nil {
			bonus = least(bonus, *most)
		}
		sum = term{sum.text + "+" + bonus.text, sum.value.Add(bonus.value)}
	}
	if len(t.penalty) > 0 {
		weight, points := t.penalty.sum(view, weightOf), t.penalty.sum(view, scoreOf)
		sum = term{fmt.Sprintf("%s-((%s)-(%s))", sum.text, weight.text, points.text), sum.value.Sub(weight.value.Sub(points.value))}
	}
	return sum
}

func least(a term, most number.Number) term {
	out := term{"MIN(" + a.text + "," + most.String() + ")", a.value}
	if a.value.Cmp(most) > 0 {
		out.value = most
	}
	return out
}

// bounded holds the total between its bounds, and down where there is a veto.
func (t *tree) bounded(sum term, view int) term {
	if most := t.Rules.Framework.Extra.TotalCap; most != nil {
		sum = least(sum, *most)
	}
	if len(t.penalty) > 0 {
		sum.text = "MAX(" + sum.text + ",0)"
		if sum.value.Sign() < 0 {
			sum.value = number.Number{}
		}
	}
	for _, v := range t.vetoes {
		points, weight := v.score[view], v.weight[view]
		const never = "1000000000"
		sum.text = fmt.Sprintf("MIN(%s,IF(%s<%s,%s,%s))", sum.text, points.text, weight.text, v.most, never)
		if points.value.Cmp(weight.value) < 0 && sum.value.Cmp(v.most) > 0 {
			sum.value = v.most
		}
	}
	return sum
}
