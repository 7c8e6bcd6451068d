package report

import (
	"cmp"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strings"

	"rubric/engine/impact"
	web "rubric/engine/page"
)

// ImpactHTML writes a comparison of two versions as a page that needs nothing
// beside itself.
func ImpactHTML(w io.Writer, r *impact.Report, words Words) error {
	return web.Write(w, web.Page{
		Lang: string(words.Lang), Title: words.say("impact.title"), Lead: words.say("impact.lead"),
		Notes: []web.Pair{
			{Name: words.say("impact.old_version"), Value: words.versionNote(r.Old)},
			{Name: words.say("impact.new_version"), Value: words.versionNote(r.New)},
		},
		Parts: slices.Concat(words.impactHead(r), words.gradeParts(r), words.scoreParts(r), words.ruleParts(r), words.caseParts(r), words.failedParts(r)),
		Foot:  strings.Join(words.impactLegend(r), " "),
	})
}

func (w Words) versionNote(v impact.Version) string {
	return w.say("impact.version_note", "title", v.Title, "id", v.ID, "version", v.Version, "indicators", v.Indicators, "digest", short(v.Digest))
}

// short is as much of a digest as tells versions apart.
func short(digest string) string { return digest[:min(len(digest), len("sha256:")+12)] }

func (w Words) impactHead(r *impact.Report) []web.Part {
	s := r.Summary
	cards := []web.Card{
		{Name: w.say("impact.card_cases"), Value: w.count(s.Cases), Note: w.say("impact.card_compared", "count", s.Compared)},
		{Name: w.say("impact.card_gained"), Value: w.count(s.Gained), Tone: web.Good},
		{Name: w.say("impact.card_lost"), Value: w.count(s.Lost), Tone: web.Bad},
		{Name: w.say("impact.card_same"), Value: w.count(s.Same)},
		{Name: w.say("impact.card_flips"), Value: w.count(s.Flips), Tone: web.Watch},
		{Name: w.say("impact.card_open"), Value: w.count(s.NewlyOpen), Note: w.say("impact.card_open_all", "count", s.Open), Tone: web.Watch},
	}
	if s.Compared > 0 {
		cards = append(cards, web.Card{Name: w.say("impact.card_mean"), Value: s.OldMean + " → " + s.NewMean, Note: w.say("impact.card_sum", "difference", signed(s.Difference)), Wide: true})
	}
	parts := []web.Part{web.Cards{Cards: cards}}
	remarks := w.impactRemarks(r)
	if len(r.Others) > 0 {
		remarks = append(remarks, w.say("impact.other_frameworks", "count", len(r.Others)))
	}
	if len(remarks) > 0 {
		parts = append(parts, web.List{Items: remarks})
	}
	return parts
}

// gradeParts is the table of grades: down the old ones, across the new.
func (w Words) gradeParts(r *impact.Report) []web.Part {
	if len(r.Old.Grades)+len(r.New.Grades) == 0 {
		return nil
	}
	across, down := r.New.Grades, r.Old.Grades
	for _, m := range r.Grades {
		if m.To == "" && !slices.Contains(across, "") {
			across = append(slices.Clone(across), "")
		}
		if m.From == "" && !slices.Contains(down, "") {
			down = append(slices.Clone(down), "")
		}
	}
	t := web.Table{Caption: w.say("impact.matrix_caption"), Head: []web.Head{{Text: w.say("impact.matrix_corner")}}}
	for _, to := range across {
		t.Head = append(t.Head, web.Head{Text: grade(to), Number: true})
	}
	for i, from := range down {
		row := []web.Cell{{Text: grade(from)}}
		for k, to := range across {
			row = append(row, w.gradeCell(r, from, to, tone(i-k)))
		}
		t.Rows = append(t.Rows, row)
	}
	return []web.Part{web.Section{Title: w.say("impact.grade_moves"), Lead: w.say("impact.matrix_lead"), Parts: []web.Part{t}}}
}

// tone is good where a place on a list of grades, the highest first, goes up.
func tone(up int) web.Tone {
	switch {
	case up > 0:
		return web.Good
	case up < 0:
		return web.Bad
	}
	return web.Plain
}

func (w Words) gradeCell(r *impact.Report, from, to string, t web.Tone) web.Cell {
	if from == to || from == "" || to == "" {
		t = web.Plain
	}
	for _, m := range r.Grades {
		if m.From == from && m.To == to {
			return web.Cell{Text: w.count(m.Cases), Tone: t, Shade: 5 + 40*m.Cases/max(r.Summary.Cases, 1)}
		}
	}
	return web.Cell{Text: "·"}
}

// scoreParts draws the totals: how they are distributed, and each department's
// before and after.
func (w Words) scoreParts(r *impact.Report) []web.Part {
	var points []web.Point
	least := 100.0
	for _, c := range r.Cases {
		if c.Difference == nil {
			continue
		}
		x, y := plotted(c.Old.Score), plotted(c.New.Score)
		least = min(least, x, y)
		points = append(points, web.Point{X: x, Y: y, Tone: tone(exact(c.Difference).Sign()),
			Name: w.say("impact.point", "title", c.Title, "old", *c.Old.Score, "new", *c.New.Score, "difference", signed(*c.Difference))})
	}
	if len(points) < 2 {
		return nil
	}
	words := web.ChartWords{AsTable: w.say("impact.as_table")}
	floor := float64(int(least/10) * 10)
	return []web.Part{web.Section{Title: w.say("impact.scores"), Parts: []web.Part{
		web.Columns{Caption: w.say("impact.distribution"), Series: []string{w.say("impact.old"), w.say("impact.new")}, Classes: classes(points, floor), Words: words},
		web.Scatter{Caption: w.say("impact.scatter"), Across: w.say("impact.old"), Up: w.say("impact.new"), Points: points, Least: floor, Utmost: utmost(points), Words: words},
	}}}
}

// plotted is a score for a drawing.
func plotted(score *string) float64 {
	if score == nil {
		return 0
	}
	r, ok := new(big.Rat).SetString(*score)
	if !ok {
		return 0
	}
	f, _ := r.Float64()
	return f
}

// utmost is a round number that no score is above.
func utmost(points []web.Point) float64 {
	most := 0.0
	for _, p := range points {
		most = max(most, p.X, p.Y)
	}
	return float64((int(most)/10 + 1) * 10)
}

// classes are five points wide, from the floor up.
func classes(points []web.Point, floor float64) []web.Class {
	const wide = 5
	var all []web.Class
	for from := int(floor); from < int(utmost(points)); from += wide {
		class := web.Class{Name: fmt.Sprintf("%d–%d", from, from+wide), Counts: []int{0, 0}}
		for _, p := range points {
			for side, v := range []float64{p.X, p.Y} {
				if v >= float64(from) && v < float64(from+wide) {
					class.Counts[side]++
				}
			}
		}
		all = append(all, class)
	}
	return all
}

func (w Words) ruleParts(r *impact.Report) []web.Part {
	moving := movingRules(r)
	if len(moving) == 0 {
		return []web.Part{web.Section{Title: w.say("impact.rules"), Lead: w.say("impact.no_rule")}}
	}
	bars := web.Bars{Caption: w.say("impact.bars_caption"), Heads: [3]string{w.say("report.indicator"), w.say("impact.bars_head"), w.say("impact.points")}}
	for _, rule := range moving {
		note := w.say("impact.bar_note", "weight", weights(rule), "gained", rule.Gained, "lost", rule.Lost)
		if open := w.ruleOpen(rule); len(open) > 0 {
			note += " " + open[0]
		}
		bars.Bars = append(bars.Bars, web.Bar{Name: w.ruleName(rule), Note: note, Text: signed(rule.Difference), Length: plotted(&rule.Difference)})
	}
	return []web.Part{web.Section{Title: w.say("impact.rules"), Lead: w.say("impact.rules_lead"), Parts: []web.Part{bars}}}
}

// mostBars is how many departments that gain, and how many that lose, the
// drawing shows; opened is how many folded reasons are open at first.
const (
	mostBars = 12
	opened   = 5
)

// caseParts are the departments: who changes most, all of them in a table, and
// the reasons for each change.
func (w Words) caseParts(r *impact.Report) []web.Part {
	all := movers(r)
	if len(all) == 0 {
		return []web.Part{web.Section{Title: w.say("impact.cases"), Lead: w.say("impact.no_case")}}
	}
	parts := []web.Part{web.Section{Title: w.say("impact.most"), Lead: w.say("impact.most_lead", "limit", mostBars), Parts: []web.Part{w.caseBars(all)}}}
	var folds []web.Part
	for i, c := range all {
		folds = append(folds, w.caseFold(c, i < opened))
	}
	return append(parts,
		web.Section{Title: w.say("impact.cases"), Parts: []web.Part{w.caseTable(r)}},
		web.Section{Title: w.say("impact.reasons"), Lead: w.say("impact.reasons_lead"), Parts: folds})
}

// caseBars draws those that gain most, from the top, and those that lose most.
func (w Words) caseBars(all []impact.Case) web.Bars {
	bars := web.Bars{Heads: [3]string{w.say("impact.department"), w.say("impact.bars_head"), w.say("impact.change")}}
	gained, lost := 0, 0
	for _, c := range all { // which has those that change most first
		switch exact(c.Difference).Sign() {
		case 1:
			gained++
		case -1:
			lost++
		default:
			continue
		}
		if up := exact(c.Difference).Sign() > 0; up && gained <= mostBars || !up && lost <= mostBars {
			bars.Bars = append(bars.Bars, w.caseBar(c))
		}
	}
	slices.SortStableFunc(bars.Bars, func(a, b web.Bar) int { return cmp.Compare(b.Length, a.Length) })
	return bars
}

func (w Words) caseBar(c impact.Case) web.Bar {
	note := *c.Old.Score + " → " + *c.New.Score
	if flips(c) {
		note += w.say("impact.bar_grade", "grades", w.grades(c))
	}
	return web.Bar{Name: c.Title, Note: note, Text: signed(*c.Difference), Length: plotted(c.Difference)}
}

func (w Words) caseTable(r *impact.Report) web.Table {
	t := web.Table{Sortable: true, Head: []web.Head{
		{Text: w.say("impact.department")}, {Text: w.say("impact.old"), Number: true}, {Text: w.say("impact.new"), Number: true},
		{Text: w.say("impact.change"), Number: true}, {Text: w.say("impact.grade")},
	}}
	if len(r.Cases) > 2*mostBars {
		t.Filter = w.say("impact.filter")
	}
	for _, c := range r.Cases {
		cell := web.Cell{Text: grade(gradeOf(c.Old))}
		if flips(c) {
			cell = web.Cell{Text: w.grades(c), Tone: web.Watch}
		}
		t.Rows = append(t.Rows, []web.Cell{
			{Text: c.Title, Lines: identity(c)}, w.resultCell(c.Old), w.resultCell(c.New),
			{Text: w.signed(c.Difference), Sort: sortable(c.Difference), Tone: tone(exact(c.Difference).Sign())}, cell,
		})
	}
	return t
}

// identity is what tells departments of one name apart.
func identity(c impact.Case) []string {
	if c.Title == c.ID {
		return nil
	}
	return []string{strings.TrimSpace(c.ID + " " + c.Period)}
}

func (w Words) resultCell(r impact.Result) web.Cell {
	cell := web.Cell{Text: w.score(r.Score, ""), Sort: sortable(r.Score)}
	if isOpen(r) {
		cell.Lines = []string{r.Range.Min + "–" + r.Range.Max}
		cell.Tone = web.Watch
	}
	return cell
}

// sortable is what a cell without a number is sorted by.
func sortable(score *string) string {
	if score == nil {
		return "-1000000"
	}
	return *score
}

// caseFold is why a department's score changed.
func (w Words) caseFold(c impact.Case, open bool) web.Part {
	t := web.Table{Head: []web.Head{{Text: w.say("report.indicator")}, {Text: w.say("impact.old"), Number: true}, {Text: w.say("impact.new"), Number: true}, {Text: w.say("impact.change"), Number: true}}}
	for _, ch := range c.Changes {
		t.Rows = append(t.Rows, []web.Cell{
			{Text: ch.Title, Lines: w.changeReasons(ch)}, {Text: w.decision(ch.Old)}, {Text: w.decision(ch.New)},
			{Text: w.signed(ch.Difference), Tone: tone(exact(ch.Difference).Sign())},
		})
	}
	summary := w.say("impact.fold", "title", c.Title, "old", w.score(c.Old.Score, ""), "new", w.score(c.New.Score, ""), "difference", w.signed(c.Difference), "grades", w.grades(c))
	return web.Fold{Summary: summary, Open: open, Parts: []web.Part{t}}
}

func (w Words) failedParts(r *impact.Report) []web.Part {
	if len(r.Failed) == 0 {
		return nil
	}
	var lines []string
	for _, f := range r.Failed {
		lines = append(lines, w.problems(f.Err)...)
	}
	return []web.Part{web.Section{Title: w.say("impact.failed"), Lead: w.say("impact.not_compared", "count", len(r.Failed)), Parts: []web.Part{web.List{Items: lines}}}}
}
