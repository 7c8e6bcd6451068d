package report

import (
	"io"
	"strings"

	"rubric/engine"
	web "rubric/engine/page"
)

// SensitivityHTML is Sensitivity, of each of the assessments, as a page that
// needs nothing beside itself.
func SensitivityHTML(w io.Writer, assessments []*engine.Assessment, words Words) error {
	p := web.Page{Lang: string(words.Lang), Title: words.say("report.sensitivity"), Foot: words.say("report.sensitivity_foot")}
	for _, a := range assessments {
		p.Parts = append(p.Parts, words.sensitivityPart(a))
	}
	return web.Write(w, p)
}

func (w Words) sensitivityPart(a *engine.Assessment) web.Part {
	all := web.Section{Title: a.Case.Title, Lead: w.say("report.framework", "id", a.Framework.ID, "version", a.Framework.Version)}
	for _, s := range w.sensitivity(a, 0) {
		if len(s.table) > 0 { // the ranking, which is drawn
			all.Parts = append(all.Parts, w.tornado(a))
			continue
		}
		all.Parts = append(all.Parts, outlined(outline{s})...)
	}
	return all
}

// outlined are sections of an outline without tables: the first in the open,
// those of single facts to be folded.
func outlined(all outline) []web.Part {
	var parts []web.Part
	for _, s := range all {
		var inside []web.Part
		for _, i := range s.items {
			inside = append(inside, web.Paragraph{Text: i.text})
			if below := texts(i.below); len(below) > 0 {
				inside = append(inside, web.List{Items: below})
			}
		}
		if s.title == "" {
			parts = append(parts, inside...)
		} else {
			parts = append(parts, web.Fold{Summary: s.title, Open: true, Parts: inside})
		}
	}
	return parts
}

func texts(items []item) []string {
	var all []string
	for _, i := range items {
		all = append(all, i.text)
		all = append(all, texts(i.below)...)
	}
	return all
}

// tornado draws what each fact moves to both sides of the total as it is, the
// fact that moves most on top.
func (w Words) tornado(a *engine.Assessment) web.Part {
	s := a.Sensitivity
	chart := web.Spans{Caption: w.say("report.ranking"), Middle: plotted(a.Total.Score),
		Over:  [2]float64{plotted(&s.Range.Min), plotted(&s.Range.Max)},
		Heads: [3]string{w.say("report.ranked_fact"), w.say("report.total_between"), w.say("report.points_moved")}}
	if a.Total.Score == nil {
		chart.Middle = plotted(&s.Range.Min)
	}
	for _, i := range s.Ranking {
		span := web.Span{Name: i.Label, Note: i.Pointer, Text: i.Width, From: chart.Middle, To: chart.Middle, Between: w.say("report.not_known")}
		if i.Range != nil {
			span.Between = strings.Join([]string{i.Range.Min, i.Range.Max}, " – ")
		}
		if r := moved(i, a.Total.Range); r != nil {
			span.From, span.To = plotted(&r.Min), plotted(&r.Max)
		}
		chart.Spans = append(chart.Spans, span)
	}
	return chart
}
