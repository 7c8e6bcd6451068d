package papers

import (
	"strings"

	"rubric/engine"
	"rubric/engine/sheet"
)

// The columns of the index.
var indexWidths = [...]float64{7, 36, 8, 10, 10, 11, 10, 11, 10}

const (
	indexWeight = 3
	indexRule   = 4
	indexFinal  = 5
	indexLast   = len(indexWidths)
)

// index writes the first sheet: the papers with their scores, taken from their
// sheets by formulas, the groups, and the total.
func (b *book) index() {
	r := &row{book: b, sheet: b.label, at: 1}
	a := b.Assessment
	b.Widths(r.sheet, indexWidths[:]...)
	b.Paper(r.sheet, sheet.Portrait)
	b.Footer(r.sheet, b.say("papers.footer", "no", b.label, "case", a.Case.ID))
	b.Text(r.sheet, "A1", b.say("papers.book_title", "title", a.Case.Title), "title")
	b.Height(r.sheet, 1, 2)
	b.Text(r.sheet, "A2", b.say("papers.framework_is", "id", a.Framework.ID, "version", a.Framework.Version, "digest", a.Framework.Digest), "hint")
	b.Text(r.sheet, "A3", b.say("papers.facts_digest", "digest", a.Case.FactsDigest.String()), "hint")
	b.Text(r.sheet, "A4", b.say("papers.evidence_digest", "digest", orDash(a.Case.EvidenceDigest)), "hint")
	r.at = 5
	r.heads(b.say("papers.paper_no"), b.say("papers.indicator"), b.say("papers.weight"), b.say("papers.rule_score"), b.say("papers.final_score"),
		b.say("papers.preparer"), b.say("papers.date"), b.say("papers.reviewer"), b.say("papers.date"))
	b.Freeze(r.sheet, r.at)
	b.RepeatRows(r.sheet, r.at-1)
	t := &tree{row: r}
	t.total(t.groups(b.Rules.Framework.Groups, a.Groups, 0))
}

func orDash(text *string) string {
	if text == nil {
		return "—"
	}
	return *text
}

// entry is the line of one paper.
func (b *book) entry(r *row, p *paper) {
	in := p.indicator
	b.Text(r.sheet, r.cell(1, r.at), p.no, "plain")
	b.Text(r.sheet, r.cell(2, r.at), in.Title, "label")
	b.Link(r.sheet, r.cell(2, r.at), p.sheet)
	if len(b.Rules.Framework.Scale) > 0 {
		b.Text(r.sheet, r.cell(indexWeight, r.at), "", "figure")
	} else {
		b.Number(r.sheet, r.cell(indexWeight, r.at), in.Weight)
	}
	b.taken(r, indexRule, p, p.rule, in.RuleScore, in.RuleMark)
	b.taken(r, indexFinal, p, p.final, in.Score, in.Mark)
	for column := indexFinal + 1; column <= indexLast; column++ {
		b.Text(r.sheet, r.cell(column, r.at), "", "open")
	}
	b.Height(r.sheet, r.at, sheet.Lines(in.Title, indexWidths[1]))
	r.at++
}

// taken is a score or mark that is taken from the sheet of a paper, or the word for
// what stands in its place.
func (b *book) taken(r *row, column int, p *paper, cell string, text, mark *string) {
	at := r.cell(column, r.at)
	value, ok := score(text)
	switch {
	case cell == "":
		b.Text(r.sheet, at, b.orOpen(mark, p.indicator.Outcome), "figure")
	case len(b.Rules.Framework.Scale) > 0:
		b.TextFormula(r.sheet, at, sheet.Quoted(p.sheet)+"!"+cell, b.orOpen(mark, p.indicator.Outcome), "figure")
	case ok:
		b.Formula(r.sheet, at, sheet.Quoted(p.sheet)+"!"+cell, value, b.Rules.Framework.Digits)
	default:
		b.Text(r.sheet, at, b.say("papers.open"), "figure")
	}
}

// heading is the line of a group.
func (t *tree) heading(at int, g engine.Group, depth int) {
	for column := 1; column <= indexLast; column++ {
		t.Styled(t.sheet, t.cell(column, at), "strong")
	}
	t.Merge(t.sheet, 1, 2, at, strings.Repeat("　", depth)+g.Title, "strong")
	t.Height(t.sheet, at, sheet.Lines(g.Title, indexWidths[0]+indexWidths[1]))
}
