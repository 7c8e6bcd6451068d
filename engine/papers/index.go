package papers

import (
	"strings"

	"rubric/engine"
	"rubric/engine/number"
	"rubric/engine/sheet"
)

// The columns of the index.
var indexWidths = [...]float64{9, 44, 9, 11, 11, 14, 13, 14, 13}

const (
	indexWeight = 3
	indexRule   = 4
	indexFinal  = 5
	indexLast   = len(indexWidths)
)

// index writes the first sheet: the papers with their scores, taken from their
// sheets by formulas, and the total.
func (b *book) index() {
	r := &row{book: b, sheet: b.label, at: 1}
	a := b.Assessment
	b.Widths(r.sheet, indexWidths[:]...)
	b.Paper(r.sheet, sheet.Landscape)
	b.Footer(r.sheet, b.say("papers.footer", "no", b.label, "case", a.Case.ID))
	b.Text(r.sheet, "A1", b.say("papers.book_title", "title", a.Case.Title), "title")
	b.Height(r.sheet, 1, 2)
	b.Text(r.sheet, "A2", b.say("papers.framework_is", "id", a.Framework.ID, "version", a.Framework.Version, "digest", a.Framework.Digest), "hint")
	b.Text(r.sheet, "A3", b.say("papers.digests", "facts", a.Case.FactsDigest.String(), "evidence", orDash(a.Case.EvidenceDigest)), "hint")
	r.at = 4
	r.heads(b.say("papers.paper_no"), b.say("papers.indicator"), b.say("papers.weight"), b.say("papers.rule_score"), b.say("papers.final_score"),
		b.say("papers.preparer"), b.say("papers.date"), b.say("papers.reviewer"), b.say("papers.date"))
	b.Freeze(r.sheet, r.at)
	b.RepeatRows(r.sheet, r.at-1)
	first := r.at
	b.groups(r, a.Groups, 0)
	b.total(r, first)
}

func orDash(text *string) string {
	if text == nil {
		return "—"
	}
	return *text
}

func (b *book) groups(r *row, groups []engine.Group, depth int) {
	for _, g := range groups {
		b.Merge(r.sheet, 1, indexLast, r.at, strings.Repeat("　", depth)+g.Title, "heading")
		r.at++
		b.groups(r, g.Groups, depth+1)
		for _, id := range g.Indicators {
			for i := range b.papers {
				if b.papers[i].indicator.ID == id {
					b.entry(r, &b.papers[i])
				}
			}
		}
	}
}

// entry is the line of one paper.
func (b *book) entry(r *row, p *paper) {
	in := p.indicator
	b.Text(r.sheet, r.cell(1, r.at), p.no, "plain")
	b.Text(r.sheet, r.cell(2, r.at), in.Title, "label")
	b.Link(r.sheet, r.cell(2, r.at), p.sheet)
	b.Number(r.sheet, r.cell(indexWeight, r.at), in.Weight)
	b.taken(r, indexRule, p, p.rule, in.RuleScore, in.RuleMark)
	b.taken(r, indexFinal, p, p.final, in.Score, in.Mark)
	for column := indexFinal + 1; column <= indexLast; column++ {
		b.Text(r.sheet, r.cell(column, r.at), "", "open")
	}
	b.Height(r.sheet, r.at, sheet.Lines(in.Title, indexWidths[1]))
	r.at++
}

// taken is a score that is taken from the sheet of a paper, or the word for what
// stands in its place.
func (b *book) taken(r *row, column int, p *paper, cell string, text, mark *string) {
	at := r.cell(column, r.at)
	if value, ok := score(text); ok && cell != "" && len(b.Rules.Framework.Scale) == 0 {
		b.Formula(r.sheet, at, sheet.Quoted(p.sheet)+"!"+cell, value, b.Rules.Framework.Digits)
		return
	}
	b.Text(r.sheet, at, b.orOpen(mark), "figure")
}

// total writes the total: as the sum of the column where it is no more than that,
// else as the assessment has it.
func (b *book) total(r *row, first int) {
	t := b.Assessment.Total
	b.Merge(r.sheet, 1, 2, r.at, b.say("papers.total"), "strong")
	b.Number(r.sheet, r.cell(indexWeight, r.at), t.Weight)
	b.summed(r, indexRule, first, t.RuleScore, t.RuleMark, func(in *engine.Indicator) *string { return in.RuleScore })
	b.summed(r, indexFinal, first, t.Score, t.Mark, func(in *engine.Indicator) *string { return in.Score })
	grade := b.say("papers.grade_open", "min", t.Range.Min, "max", t.Range.Max)
	if t.Grade != nil {
		grade = b.say("papers.grade", "grade", *t.Grade)
	}
	b.Merge(r.sheet, indexFinal+1, indexLast, r.at, grade, "strong")
	b.Height(r.sheet, r.at, 2)
	r.at += 2
	b.Text(r.sheet, r.cell(1, r.at), b.say("papers.index_hint"), "hint")
}

func (b *book) summed(r *row, column, first int, total, mark *string, of func(*engine.Indicator) *string) {
	at := r.cell(column, r.at)
	value, ok := score(total)
	if !ok {
		b.Text(r.sheet, at, b.orOpen(mark), "figure")
		return
	}
	var sum number.Number
	for i := range b.Assessment.Indicators {
		one, _ := score(of(&b.Assessment.Indicators[i]))
		sum = sum.Add(one)
	}
	if !sum.Round(b.Rules.Framework.Digits, b.Rules.Framework.Mode).Equal(value) { // bonuses, weighted means and the like
		b.Number(r.sheet, at, *total)
		return
	}
	column1 := r.cell(column, first) + ":" + r.cell(column, r.at-1)
	b.Formula(r.sheet, at, b.rounded("SUM("+column1+")"), value, b.Rules.Framework.Digits)
}
