package papers

import "rubric/engine"

// review writes the experts' mark, or room for one, and the final score, which
// follows it.
func (r *row) review(p *paper) {
	in := p.indicator
	r.heading(r.say("papers.review"))
	given, why := "", ""
	if in.Review != nil {
		given, why = in.Review.Given(), r.say("papers.reviewed", "by", in.Review.By, "reason", in.Review.Reason)
	}
	if in.Review != nil && in.Review.Panel != nil {
		for _, ballot := range in.Review.Panel.Ballots {
			r.ballot(ballot)
		}
	}
	r.line(0, r.say("papers.reviewed_score"), "", "", "", why)
	at := r.cell(colPoints, r.at-1)
	r.Styled(r.sheet, at, "open")
	p.reviewed = at
	switch {
	case given == "":
	case len(r.Rules.Framework.Scale) > 0:
		r.Text(r.sheet, at, given, "open")
	default:
		r.Number(r.sheet, at, given)
	}
	r.line(0, r.say("papers.final_score"), "", "", "", r.say("papers.final_is"))
	r.strong()
	p.final = r.cell(colPoints, r.at-1)
	value, ok := score(in.Score)
	switch {
	case ok && p.rule != "":
		r.Formula(r.sheet, p.final, "IF(ISNUMBER("+at+"),"+at+","+p.rule+")", value, r.Rules.Framework.Digits)
	case ok:
		r.Formula(r.sheet, p.final, at, value, r.Rules.Framework.Digits)
	case len(r.Rules.Framework.Scale) > 0 && p.rule != "":
		r.TextFormula(r.sheet, p.final, "IF("+at+"<>\"\","+at+","+p.rule+")", r.orOpen(in.Mark, in.Outcome), "strong")
	default:
		r.Text(r.sheet, p.final, r.say("papers.open"), "strong")
	}
}

func (r *row) ballot(b engine.Ballot) {
	why := b.Opinion
	if b.Invalid != "" {
		why = r.say("papers.ballot_invalid", "why", b.Invalid)
	} else if !b.Counted {
		why = r.say("papers.ballot_left_out", "opinion", b.Opinion)
	}
	r.line(0, r.say("papers.ballot", "expert", b.Expert), "", "", "", why)
	if b.Score != nil {
		r.Number(r.sheet, r.cell(colExact, r.at-1), *b.Score)
	}
}

// signatures leaves room for names and dates.
func (r *row) signatures() {
	r.heading(r.say("papers.signatures"))
	for _, who := range []string{r.say("papers.preparer"), r.say("papers.reviewer")} {
		r.Merge(r.sheet, colNo, colName, r.at, who, "strong")
		r.Merge(r.sheet, colExact, colValue, r.at, "", "open")
		r.Text(r.sheet, r.cell(colPoints, r.at), r.say("papers.date"), "strong")
		r.Text(r.sheet, r.cell(colText, r.at), "", "open")
		r.Height(r.sheet, r.at, 2)
		r.at++
	}
	r.Merge(r.sheet, colNo, colName, r.at, r.say("papers.opinion"), "strong")
	r.Merge(r.sheet, colExact, colText, r.at, "", "open")
	r.Height(r.sheet, r.at, 3)
	r.at++
}
