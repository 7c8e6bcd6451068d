package papers

import (
	"slices"
	"strconv"
	"strings"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/sheet"
)

// facts lists the facts that the policy may read, with where they come from.
func (r *row) facts(in *engine.Indicator) {
	r.heading(r.say("papers.facts"))
	r.heads(r.say("papers.no"), r.say("papers.fact"), r.say("papers.value"), r.say("papers.unit"), r.say("papers.evidence_index"), r.say("papers.source"))
	r.listed, r.factCells, r.factLabels = map[string]int{}, map[string]string{}, map[string]string{}
	all := r.Rules.FactsOf(r.Facts, in.ID)
	for i, n := range all {
		r.listed[n.Pointer()] = i + 1
		r.factLabels[n.Pointer()] = ownLabel(n, all)
		r.fact(i+1, n)
	}
	for _, m := range in.MissingFact {
		r.line(len(r.listed)+1, m.Label, r.say("papers.missing"), m.Unit, "", "")
		r.listed[m.Pointer] = len(r.listed) + 1
	}
	if len(r.listed) == 0 {
		r.line(0, r.say("papers.no_facts"), "", "", "", "")
	}
	r.completeness()
}

// check writes, beside the row of a fact, whether its cell has to be filled in: it
// is empty, which no optional fact minds, or not of the fact's kind.
func (r *row) check(n *facts.Node, at string) {
	test := map[facts.Kind]string{
		facts.Num:  "ISNUMBER(" + at + ")",
		facts.Bool: "OR(" + at + "=" + quoted(r.yesNo(true)) + "," + at + "=" + quoted(r.yesNo(false)) + ")",
		facts.Text: "LEN(TRIM(" + at + "))>0",
	}[n.Kind]
	if test == "" {
		return
	}
	if n.Schema.Optional {
		test = "OR(" + at + "=\"\"," + test + ")"
	}
	beside := r.cell(colCheck, r.at-1)
	r.TextFormula(r.sheet, beside, "IF("+test+",\"\","+quoted(r.say("papers.fill"))+")", "", "alarm")
	r.checked = append(r.checked, r.at-1)
}

// completeness writes whether all facts are there. Everything that is computed
// looks at it: of what is lacking, a cell would take 0 or no.
func (r *row) completeness() {
	if len(r.checked) == 0 {
		return
	}
	first, last := r.cell(colCheck, r.checked[0]), r.cell(colCheck, r.checked[len(r.checked)-1])
	lacking := "COUNTIF(" + first + ":" + last + "," + quoted(r.say("papers.fill")) + ")"
	r.line(0, r.say("papers.complete"), "", "", "", r.say("papers.complete_why"))
	at := r.cell(colExact, r.at-1)
	r.TextFormula(r.sheet, at, "IF("+lacking+"=0,"+quoted(r.say("papers.complete_yes"))+","+quoted(r.say("papers.complete_no"))+")", r.say("papers.complete_yes"), "middle")
	r.complete = at
}

// ifComplete is a formula that says it is open as long as a fact is lacking.
func (r *row) ifComplete(formula string) string {
	if r.complete == "" {
		return formula
	}
	return "IF(" + r.complete + "=" + quoted(r.say("papers.complete_yes")) + "," + formula + "," + quoted(r.say("papers.open")) + ")"
}

// ownLabel is the end of a fact's label by which it is told apart from the others.
func ownLabel(n *facts.Node, others []*facts.Node) string {
	parts := strings.Split(engine.LabelOf(n), engine.LabelSeparator)
	for from := len(parts) - 1; from > 0; from-- {
		own := strings.Join(parts[from:], engine.LabelSeparator)
		if !slices.ContainsFunc(others, func(o *facts.Node) bool {
			return o != n && strings.HasSuffix(engine.LabelSeparator+engine.LabelOf(o), engine.LabelSeparator+own)
		}) {
			return own
		}
	}
	return engine.LabelOf(n)
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
	shown := r.shown(n)
	r.line(no, engine.LabelOf(n), shown, n.Schema.Unit, index, source)
	at := r.cell(colExact, r.at-1)
	if n.Kind == facts.Num {
		r.Number(r.sheet, at, n.Text)
	}
	if n.Kind != facts.Num || sheet.Exact(n.Text) {
		r.factCells[n.Pointer()] = at
		r.check(n, at)
	}
}

// shown is what stands in the cell of a fact.
func (r *row) shown(n *facts.Node) string {
	switch n.Kind {
	case facts.Num, facts.Text:
		return n.Text
	case facts.Bool:
		return r.yesNo(n.Flag)
	}
	return r.say("papers.empty")
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
		style := "label"
		if column := colName + i; column == colExact || column == colValue || column == colPoints {
			style = "middle"
		}
		r.Text(r.sheet, r.cell(colName+i, r.at), text, style)
		all[colName+i] = text
	}
	r.Fit(r.sheet, r.at, all, func(column int) float64 { return widths[column-1] })
	r.at++
}
