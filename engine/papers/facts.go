package papers

import (
	"strconv"

	"rubric/engine"
	"rubric/engine/facts"
)

// facts lists the facts that the policy may read, with where they come from. The
// result is the number of each on the sheet, by its pointer.
func (r *row) facts(in *engine.Indicator) map[string]int {
	r.heading(r.say("papers.facts"))
	r.heads(r.say("papers.no"), r.say("papers.fact"), r.say("papers.value"), r.say("papers.unit"), r.say("papers.evidence_index"), r.say("papers.source"))
	listed := map[string]int{}
	for _, n := range r.Rules.FactsOf(r.Facts, in.ID) {
		listed[n.Pointer()] = len(listed) + 1
		r.fact(len(listed), n)
	}
	for _, m := range in.MissingFact {
		r.line(len(listed)+1, m.Label, r.say("papers.missing"), m.Unit, "", "")
		listed[m.Pointer] = len(listed) + 1
	}
	if len(listed) == 0 {
		r.line(0, r.say("papers.no_facts"), "", "", "", "")
	}
	return listed
}

// fact writes one fact with its source.
func (r *row) fact(no int, n *facts.Node) {
	index, source := "", ""
	if r.Evidence != nil {
		if s, ok := r.Evidence.For(n.Pointer()); ok {
			index, source = s.Index, r.say("papers.source_is", "title", s.Document.Title, "locator", s.Locator)
			if index == "" {
				index = s.Document.Index
			}
			for _, a := range s.Also {
				source += "\n" + r.say("papers.also", "value", a.Value, "title", a.Document.Title, "locator", a.Locator)
			}
		}
	}
	r.line(no, engine.LabelOf(n), "", n.Schema.Unit, index, source)
	at := r.cell(colExact, r.at-1)
	switch n.Kind {
	case facts.Num:
		r.Number(r.sheet, at, n.Text)
	case facts.Bool:
		r.Text(r.sheet, at, r.yesNo(n.Flag), "plain")
	case facts.Text:
		r.Text(r.sheet, at, n.Text, "label")
	default:
		r.Text(r.sheet, at, r.say("papers.empty"), "plain")
	}
}

func (b *book) yesNo(flag bool) string {
	if flag {
		return b.say("papers.yes")
	}
	return b.say("papers.no_value")
}

// line writes the texts of a row, and makes it as high as they need.
func (r *row) line(no int, texts ...string) {
	number := ""
	if no > 0 {
		number = strconv.Itoa(no)
	}
	r.Text(r.sheet, r.cell(colNo, r.at), number, "plain")
	all := map[int]string{}
	for i, text := range texts {
		r.Text(r.sheet, r.cell(colName+i, r.at), text, "label")
		all[colName+i] = text
	}
	r.Fit(r.sheet, r.at, all, func(column int) float64 { return widths[column-1] })
	r.at++
}
