package report

import (
	"io"
	"strconv"
	"strings"

	"rubric/engine"
	"rubric/engine/number"
	"rubric/engine/years"
)

// YearsTold is a comparison of years, as its JSON has it. Numbers are texts: values
// in the digits of the facts, changes exact, growth and shares in percent with two
// decimals beside the exact part.
type YearsTold struct {
	Schema         string            `json:"schema"` // rubric.years/v1
	Case           CaseOfYear        `json:"case"`
	Cases          []CaseOfYear      `json:"cases"` // the latest first
	Years          []int             `json:"years"` // in order
	Sections       []SectionOfYears  `json:"sections"`
	Contradictions []ContradictYears `json:"contradictions"`
}

// CaseOfYear is a case that is compared.
type CaseOfYear struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Year  int    `json:"year"`
}

// SectionOfYears is one table.
type SectionOfYears struct {
	Title   string          `json:"title"`
	Pointer string          `json:"pointer"`
	Figures []FigureOfYears `json:"figures"`
}

// FigureOfYears is one figure; Values and Shares go with the years, Changes with
// all but the first.
type FigureOfYears struct {
	Label   string          `json:"label"`
	Unit    string          `json:"unit"`
	Total   string          `json:"total"` // what the shares are parts of
	Values  []ValueOfYear   `json:"values"`
	Changes []ChangeOfYears `json:"changes"`
	Shares  []*PartOfYears  `json:"shares"`
}

// ValueOfYear is null where nobody states the figure. Own is false where a later
// case states it.
type ValueOfYear struct {
	Value *string `json:"value"`
	Case  string  `json:"case"`
	Own   bool    `json:"own"`
}

// ChangeOfYears is what became of a figure since the year before, null where that
// is not known.
type ChangeOfYears struct {
	Change *string      `json:"change"`
	Growth *PartOfYears `json:"growth"`
}

// PartOfYears is a ratio, exact and in percent.
type PartOfYears struct {
	Exact   string `json:"exact"`
	Percent string `json:"percent"`
}

// ContradictYears is a figure of one year that two cases state differently.
type ContradictYears struct {
	Year       int          `json:"year"`
	Label      string       `json:"label"`
	Own        StatedByCase `json:"own"`
	Later      StatedByCase `json:"later"`
	Difference string       `json:"difference"`
}

// StatedByCase is a figure with the case that has it.
type StatedByCase struct {
	Case string      `json:"case"`
	Fact engine.Fact `json:"fact"`
}

// NewYears is a comparison of cases as it is published.
func NewYears(cases []years.Case, c *years.Comparison) YearsTold {
	out := YearsTold{Schema: "rubric.years/v1", Years: c.Years, Sections: []SectionOfYears{}, Contradictions: []ContradictYears{}}
	for _, one := range cases {
		out.Cases = append(out.Cases, CaseOfYear{one.ID, one.Title, one.Year})
	}
	out.Case = out.Cases[0]
	for _, s := range c.Sections {
		told := SectionOfYears{Title: s.Title, Pointer: s.Pointer}
		for _, f := range s.Figures {
			told.Figures = append(told.Figures, figureOfYears(f))
		}
		out.Sections = append(out.Sections, told)
	}
	for _, f := range c.Findings {
		out.Contradictions = append(out.Contradictions, ContradictYears{Year: f.Year, Label: f.Label,
			Own: StatedByCase{f.Own.Case, f.Own.Fact}, Later: StatedByCase{f.Later.Case, f.Later.Fact}, Difference: f.Difference.String()})
	}
	return out
}

func figureOfYears(f years.Figure) FigureOfYears {
	out := FigureOfYears{Label: f.Label, Unit: f.Unit, Total: f.Total}
	for i, v := range f.Values {
		value := ValueOfYear{Case: v.By, Own: v.Own}
		if v.Node != nil {
			value.Value = &v.Node.Text
		}
		out.Values = append(out.Values, value)
		out.Shares = append(out.Shares, partOfYears(f.Shares[i]))
	}
	for i, c := range f.Changes {
		change := ChangeOfYears{Growth: partOfYears(c.Growth)}
		if c.By != nil { // no more decimals than the two figures have
			text := c.By.Fixed(max(decimalsOf(f.Values[i].Node.Text), decimalsOf(f.Values[i+1].Node.Text)))
			change.Change = &text
		}
		out.Changes = append(out.Changes, change)
	}
	return out
}

// decimalsOf is how many decimals a number has that is written plainly; of any
// other, enough to show it.
func decimalsOf(text string) int {
	if strings.ContainsAny(text, "eE") {
		return 6
	}
	_, fraction, _ := strings.Cut(text, ".")
	return len(fraction)
}

func partOfYears(n *number.Number) *PartOfYears {
	if n == nil {
		return nil
	}
	return &PartOfYears{n.String(), n.Mul(number.Int(100)).Round(2, number.RoundHalfUp).Fixed(2)}
}

// YearsJSON writes a comparison as JSON.
func YearsJSON(w io.Writer, y YearsTold) error { return document(w, y) }

// Years writes a comparison: a table for each section, with the latest change,
// growth and share.
func Years(w io.Writer, y YearsTold, words Words, width int) error {
	p := newPage(width)
	p.hang(0, "", titleOf(engine.CaseRef{ID: y.Case.ID, Title: y.Case.Title}), 0)
	p.hang(0, "", words.yearsCases(y), 0)
	p.blank()
	words.years(y, false).write(p)
	return write(w, p.text.String())
}

// YearsMarkdown is Years in Markdown, with all changes and shares.
func YearsMarkdown(w io.Writer, y YearsTold, words Words) error {
	m := &markdown{words: words}
	m.paragraph("## " + escape(titleOf(engine.CaseRef{ID: y.Case.ID, Title: y.Case.Title})))
	m.paragraph(escape(words.yearsCases(y)))
	words.years(y, true).markdown(m)
	return write(w, m.result())
}

// yearsCases says which cases are compared.
func (w Words) yearsCases(y YearsTold) string {
	var ids []string
	for _, c := range y.Cases {
		ids = append(ids, c.ID)
	}
	return w.say("years.compared", "cases", ids)
}

// years is the outline of a comparison; all tells whether each year's changes and
// shares are shown, or the latest only.
func (w Words) years(y YearsTold, all bool) outline {
	var out outline
	for _, s := range y.Sections {
		out = append(out, w.sectionOfYears(y, s, all))
	}
	if len(y.Sections) == 0 {
		id := "years.nothing"
		if len(y.Cases) > 1 {
			id = "years.nothing_common"
		}
		out = append(out, section{items: points(w.say(id))})
	}
	if lent(y) {
		out[len(out)-1].items = points(w.say("years.lent"))
	}
	if len(y.Contradictions) == 0 {
		return out
	}
	found := section{title: w.say("years.contradictions", "count", len(y.Contradictions))}
	for _, c := range y.Contradictions {
		found.items = append(found.items, item{text: w.say("years.contradiction", "year", c.Year, "label", c.Label, "difference", c.Difference,
			"own", c.Own.Case, "own_value", w.value(c.Own.Fact), "later", c.Later.Case, "later_value", w.value(c.Later.Fact)),
			below: points(w.statedBy(c.Own), w.statedBy(c.Later))})
	}
	return append(out, found)
}

func (w Words) statedBy(s StatedByCase) string {
	return w.say("years.stated_by", "case", s.Case, "source", w.source(s.Fact))
}

// lent tells whether some value is a later case's.
func lent(y YearsTold) bool {
	for _, s := range y.Sections {
		for _, f := range s.Figures {
			for _, v := range f.Values {
				if v.Value != nil && !v.Own {
					return true
				}
			}
		}
	}
	return false
}

func (w Words) sectionOfYears(y YearsTold, s SectionOfYears, all bool) section {
	unit := unitOf(s)
	out := section{title: s.Title, align: "l"}
	if unit != "" {
		out.title = w.say("years.section", "title", s.Title, "unit", unit)
	}
	head := []string{w.say("years.figure")}
	for _, column := range w.yearColumns(y.Years, all) {
		head, out.align = append(head, column), out.align+"r"
	}
	out.table = [][]string{head}
	for _, f := range s.Figures {
		label := f.Label
		if f.Unit != unit && f.Unit != "" {
			label = w.say("years.section", "title", label, "unit", f.Unit)
		}
		out.table = append(out.table, append([]string{label}, w.yearCells(f, all)...))
	}
	return out
}

// unitOf is the unit of most figures of a section.
func unitOf(s SectionOfYears) (unit string) {
	count := map[string]int{}
	for _, f := range s.Figures {
		count[f.Unit]++
		if count[f.Unit] > count[unit] {
			unit = f.Unit
		}
	}
	return unit
}

// yearColumns are the heads behind the first: the years, then for the latest or
// for each year what changed and what part it is.
func (w Words) yearColumns(shown []int, all bool) (heads []string) {
	for _, year := range shown {
		heads = append(heads, strconv.Itoa(year))
	}
	if !all {
		return append(heads, w.say("years.change"), w.say("years.growth"), w.say("years.share"))
	}
	for _, year := range shown[1:] {
		heads = append(heads, w.say("years.change_in", "year", year), w.say("years.growth_in", "year", year))
	}
	for _, year := range shown {
		heads = append(heads, w.say("years.share_in", "year", year))
	}
	return heads
}

func (w Words) yearCells(f FigureOfYears, all bool) (cells []string) {
	for _, v := range f.Values {
		cells = append(cells, w.yearValue(v))
	}
	first := 0
	if !all {
		first = len(f.Changes) - 1
	}
	for _, c := range f.Changes[max(0, first):] {
		cells = append(cells, w.orNot(c.Change, w.say("years.none")), w.percentOf(c.Growth))
	}
	if first = 0; !all {
		first = len(f.Shares) - 1
	}
	for _, s := range f.Shares[first:] {
		cells = append(cells, w.percentOf(s))
	}
	return cells
}

// yearValue is a value; one that a later case states has a star.
func (w Words) yearValue(v ValueOfYear) string {
	switch {
	case v.Value == nil:
		return w.say("years.missing")
	case !v.Own:
		return *v.Value + "*"
	}
	return *v.Value
}

func (w Words) percentOf(p *PartOfYears) string {
	if p == nil {
		return w.say("years.none")
	}
	return p.Percent + "%"
}
