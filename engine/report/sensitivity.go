package report

import (
	"encoding/json"
	"io"
	"strings"

	"rubric/engine"
	"rubric/engine/number"
)

// Sensitivity writes how an assessment hangs on its contested and its missing
// facts: the totals that can come out, which fact moves how much, and what each
// attested value would change.
func Sensitivity(w io.Writer, a *engine.Assessment, words Words, width int) error {
	p := newPage(width)
	heading(p, a, words)
	words.sensitivity(a, width).write(p)
	return p.to(w)
}

// SensitivityMarkdown is Sensitivity in Markdown.
func SensitivityMarkdown(w io.Writer, a *engine.Assessment, words Words) error {
	m := &markdown{words: words}
	m.heading(a)
	words.sensitivity(a, 0).markdown(m)
	return write(w, m.result())
}

// SensitivityJSON writes what Sensitivity tells, of each of the assessments, as
// it stands in the published form; null for one that has nothing to tell.
func SensitivityJSON(w io.Writer, assessments []*engine.Assessment, many bool) error {
	type told struct {
		Case        engine.CaseRef      `json:"case"`
		Sensitivity *engine.Sensitivity `json:"sensitivity"`
	}
	all := []told{}
	for _, a := range assessments {
		all = append(all, told{a.Case, a.Sensitivity})
	}
	if !many && len(all) == 1 {
		return document(w, all[0])
	}
	return document(w, all)
}

// sensitivity is the outline of the report; bars of the ranking are drawn where
// there is a width to draw in.
func (w Words) sensitivity(a *engine.Assessment, width int) outline {
	s := a.Sensitivity
	if s == nil {
		return outline{{items: points(w.say("report.nothing_contested"))}}
	}
	all := outline{{title: w.say("report.sensitivity"), items: points(w.reach(a)...)}}
	if len(s.Ranking) > 0 {
		all = append(all, w.ranking(a, width))
	}
	for _, f := range s.Contested {
		all = append(all, w.contested(f, a))
	}
	if len(s.Missing) > 0 {
		all = append(all, w.open(s.Missing, a))
	}
	return all
}

// reach is what the total can become.
func (w Words) reach(a *engine.Assessment) []string {
	s := a.Sensitivity
	lines := []string{
		w.verdict(a.Total),
		w.say("report.reach", "min", s.Range.Min, "max", s.Range.Max, "grades", strings.Join(s.Grades, w.say("report.separator"))),
		w.say("report.reach_rules", "min", s.RuleRange.Min, "max", s.RuleRange.Max),
	}
	if s.Combinations.Exact {
		return append(lines, w.say("report.combinations", "count", s.Combinations.Evaluated))
	}
	return append(lines, w.say("report.combinations_drawn", "count", s.Combinations.Evaluated))
}

// barWidth is how many columns the range of all totals takes.
const barWidth = 16

// ranking is the table of what moves most. Where there is a width, it has a bar
// for each fact in place of the points by the rules alone.
func (w Words) ranking(a *engine.Assessment, width int) section {
	s := a.Sensitivity
	table := section{title: w.say("report.ranking"), align: "lrrl"}
	head := []string{w.say("report.ranked_fact"), w.say("report.points_moved"), w.say("report.total_between"), w.say("report.points_moved_rules")}
	if width > 0 {
		head[3] = ""
	}
	table.table = [][]string{head}
	for _, i := range s.Ranking {
		row := []string{i.Label, i.Width, w.say("report.not_known"), i.RuleWidth}
		if i.Range != nil {
			row[2] = i.Range.Min + " – " + i.Range.Max
		}
		if width > 0 {
			row[3] = bar(moved(i, a.Total.Range), s.Range)
		}
		table.table = append(table.table, row)
	}
	return table
}

// bar is drawn, nothing where there is no range.
func bar(r *engine.Range, of engine.Range) string {
	if r == nil {
		return ""
	}
	return drawn(*r, of)
}

// moved is what a fact alone moves the total, as a range no wider than that: nil
// where it moves nothing, or nobody knows which totals it gives. While other facts
// are missing, the total is a range without it already, within.
func moved(i engine.Influence, within engine.Range) *engine.Range {
	wide := parsed(i.Width)
	if i.Range == nil || wide.Sign() <= 0 {
		return nil
	}
	least, most := parsed(i.Range.Min), parsed(i.Range.Max)
	if least.Cmp(parsed(within.Min)) < 0 || most.Cmp(parsed(within.Max)) <= 0 {
		return &engine.Range{Min: i.Range.Min, Max: number.Min(least.Add(wide), most).String()}
	}
	return &engine.Range{Min: number.Max(most.Sub(wide), least).String(), Max: i.Range.Max}
}

// drawn is a range as a bar within the range of all totals.
func drawn(r, of engine.Range) string {
	from := min(columnOf(r.Min, of), barWidth-1)
	to := max(columnOf(r.Max, of), from+1)
	return strings.Repeat(".", from) + strings.Repeat("#", to-from) + strings.Repeat(".", barWidth-to)
}

// columnOf is where a total stands between the ends of a range, in columns.
func columnOf(total string, of engine.Range) int {
	least := parsed(of.Min)
	part, err := parsed(total).Sub(least).Mul(number.Int(barWidth)).Div(parsed(of.Max).Sub(least))
	if err != nil {
		return 0
	}
	at, _ := part.Round(0, number.RoundHalfUp).Int64()
	return max(0, min(int(at), barWidth))
}

// parsed reads a score that an assessment printed.
func parsed(score string) number.Number {
	n, _ := number.Parse(score)
	return n
}

// doubt says how far contested facts could move the total, "" where none is
// contested.
func (w Words) doubt(a *engine.Assessment) string {
	if a.Sensitivity == nil || len(a.Sensitivity.Contested) == 0 {
		return ""
	}
	s := a.Sensitivity
	return w.say("report.doubt", "count", len(s.Contested), "min", s.Range.Min, "max", s.Range.Max,
		"grades", strings.Join(s.Grades, w.say("report.separator")), "case", a.Case.ID)
}

// contested is one contested fact: what was adopted and why, and what else is
// attested with what it would change.
func (w Words) contested(f engine.ContestedFact, a *engine.Assessment) section {
	s := section{title: w.say("report.contested_fact", "label", f.Label, "pointer", f.Pointer)}
	adopted := item{text: w.say("report.adopted", "value", w.amount(f.Value, f.Unit), "evidence", f.Evidence)}
	if f.Reason != "" {
		adopted.below = points(w.say("report.adopted_reason", "reason", f.Reason))
	}
	s.items = append(s.items, adopted)
	for _, o := range f.Alternatives {
		other := item{text: w.say("report.attested", "value", w.amount(o.Value, f.Unit), "evidence", o.Evidence)}
		other.below = points(w.verdict(engine.Total{Weight: a.Total.Weight, RuleScore: o.RuleScore, Score: o.Score, Grade: o.Grade, Range: o.Range}))
		if len(o.Indicators) == 0 {
			other.below = points(w.say("report.changes_nothing"))
		}
		for _, shift := range o.Indicators {
			other.below = append(other.below, item{text: w.say("report.shift", "title", shift.Title,
				"from", w.result(shift.Adopted), "to", w.result(shift.Attested))})
		}
		s.items = append(s.items, other)
	}
	return s
}

// amount is a value with its unit.
func (w Words) amount(value json.RawMessage, unit string) string {
	if len(value) == 0 || string(value) == "null" {
		return w.say("report.not_there")
	}
	return strings.TrimSpace(w.literal(value) + " " + unit)
}

// result is an indicator's scores in short: that by the rule, and the final one
// where it is another.
func (w Words) result(s engine.Standing) string {
	if s.Mark != nil {
		return *s.Mark
	}
	rule := w.score(s.RuleScore, s.Outcome)
	if s.RuleScore != nil && s.Score != nil && *s.RuleScore != *s.Score {
		return w.say("report.result_both", "rule", rule, "score", *s.Score)
	}
	return rule
}

// open lists the missing facts with the indicators that wait for them.
func (w Words) open(missing []engine.MissingFact, a *engine.Assessment) section {
	index := indicators(a)
	s := section{title: w.say("report.missing_title")}
	for _, f := range missing {
		one := item{text: w.say("report.missing_line", "label", f.Label, "pointer", f.Pointer)}
		for _, id := range f.Indicators {
			i := index[id]
			one.below = append(one.below, item{text: w.say("report.waits", "title", i.Title, "min", i.Range.Min, "max", i.Range.Max)})
		}
		s.items = append(s.items, one)
	}
	return s
}

// scoreOrMark is what an indicator has, in points or on a scale.
func (w Words) scoreOrMark(score, mark *string) string {
	if mark != nil {
		return *mark
	}
	return w.score(score, "")
}
