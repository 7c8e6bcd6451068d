package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"rubric/engine/coverage"
	"rubric/engine/number"
)

// percentOf is how much is used, in percent with one decimal, rounded down so
// that only all of it is 100.
func percentOf(s coverage.Share) string {
	if s.All == 0 {
		return "100.0%"
	}
	return number.Ratio(int64(s.Used)*100, int64(s.All)).Round(1, number.RoundDown).Fixed(1) + "%"
}

func shareOf(s coverage.Share) string {
	return fmt.Sprintf("%d/%d %s", s.Used, s.All, percentOf(s))
}

// coverage writes each file's shares, with its gaps beneath, and the total.
func (e explainer) coverage(t TestRun) {
	rows := [][3]string{{e.words.say("coverage.heading"), e.words.say("coverage.lines"), e.words.say("coverage.branches")}}
	var lines, branches coverage.Share
	for _, f := range t.Coverage {
		lines, branches = lines.Add(f.Lines()), branches.Add(f.Branches())
		rows = append(rows, [3]string{f.Name, shareOf(f.Lines()), shareOf(f.Branches())})
	}
	rows = append(rows, [3]string{e.words.say("coverage.total"), shareOf(lines), shareOf(branches)})
	var columns [2]int
	for _, r := range rows {
		columns[0], columns[1] = max(columns[0], width(r[1])), max(columns[1], width(r[2]))
	}
	title := max(e.page.width-columns[0]-columns[1]-2*gap, MinWidth/4)
	for i, r := range rows {
		if i == 1 || i == len(rows)-1 {
			e.rule()
		}
		e.coverageRow(r, title, columns)
		if i > 0 && i < len(rows)-1 {
			for _, g := range t.Coverage[i-1].Gaps() {
				if g.Follows {
					continue
				}
				e.block(2, fmt.Sprintf("%d:%d: %s", g.Line, g.Column, e.words.Catalogue.Text(e.words.Lang, g.Reason)))
			}
		}
	}
	e.blank()
	e.block(0, e.words.say("coverage.legend"))
}

// coverageRow writes a name and its figures, below it if it is too long.
func (e explainer) coverageRow(r [3]string, title int, columns [2]int) {
	space := strings.Repeat(" ", gap)
	figures := space + padLeft(r[1], columns[0]) + space + padLeft(r[2], columns[1])
	if width(r[0]) > title {
		e.line(r[0])
		r[0] = ""
	}
	e.line(pad(r[0], title) + figures)
}

// coverageJSON is the coverage as its JSON has it.
type coverageJSON struct {
	Lines    shareJSON          `json:"lines"`
	Branches shareJSON          `json:"branches"`
	Files    []coverageFileJSON `json:"files"`
}

type shareJSON struct {
	Used    int    `json:"used"`
	All     int    `json:"all"`
	Percent string `json:"percent"`
}

type coverageFileJSON struct {
	File     string             `json:"file"`
	Lines    shareJSON          `json:"lines"`
	Branches shareJSON          `json:"branches"`
	Parts    []coveragePartJSON `json:"parts"`
	Gaps     []coverageGapJSON  `json:"gaps"`
}

type coveragePartJSON struct {
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	Text      string `json:"text"`
	Condition bool   `json:"condition"`
	Reached   int64  `json:"reached"`
	Held      int64  `json:"held"`
	Failed    int64  `json:"failed"`
}

type coverageGapJSON struct {
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Text   string `json:"text"`
	Reason string `json:"reason"`
}

func shareJSONOf(s coverage.Share) shareJSON {
	return shareJSON{s.Used, s.All, strings.TrimSuffix(percentOf(s), "%")}
}

func (w Words) coverageJSON(t TestRun) *coverageJSON {
	if t.Coverage == nil {
		return nil
	}
	out := &coverageJSON{Files: []coverageFileJSON{}}
	var lines, branches coverage.Share
	for _, f := range t.Coverage {
		lines, branches = lines.Add(f.Lines()), branches.Add(f.Branches())
		file := coverageFileJSON{t.file(f.Name), shareJSONOf(f.Lines()), shareJSONOf(f.Branches()), []coveragePartJSON{}, []coverageGapJSON{}}
		for _, l := range f.ByLine() {
			for _, p := range l.Parts {
				file.Parts = append(file.Parts, coveragePartJSON{p.Line, p.Column, p.Text, p.Condition(), p.Reached, p.Held, p.Failed})
			}
		}
		for _, g := range f.Gaps() {
			file.Gaps = append(file.Gaps, coverageGapJSON{g.Line, g.Column, g.Text, w.Catalogue.Text(w.Lang, g.Reason)})
		}
		out.Files = append(out.Files, file)
	}
	out.Lines, out.Branches = shareJSONOf(lines), shareJSONOf(branches)
	return out
}

// CoverageJSON writes the coverage alone as one JSON document.
func CoverageJSON(w io.Writer, t TestRun, words Words) error {
	return document(w, words.coverageJSON(t))
}

// Annotated writes the text of each file with marks before its lines: how often
// the line was reached, and beneath it what no case uses.
func Annotated(w io.Writer, t TestRun, words Words) error {
	var b strings.Builder
	for n, f := range t.Coverage {
		if n > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "== %s  %s %s  %s %s\n", t.file(f.Name), words.say("coverage.lines"), percentOf(f.Lines()),
			words.say("coverage.branches"), percentOf(f.Branches()))
		hits := map[int]string{}
		for _, l := range f.ByLine() {
			hits[l.Number] = strconv.FormatInt(l.Hits(), 10)
			if !l.Reached() {
				hits[l.Number] = "!"
			}
		}
		gaps := map[int][]coverage.Gap{}
		for _, g := range f.Gaps() {
			gaps[g.Line] = append(gaps[g.Line], g)
		}
		for i, line := range strings.Split(strings.TrimSuffix(string(f.Text), "\n"), "\n") {
			b.WriteString(strings.TrimRight(fmt.Sprintf("%6s | %s", hits[i+1], line), " ") + "\n")
			for _, g := range gaps[i+1] {
				fmt.Fprintf(&b, "%6s ^ %s\n", "", words.Catalogue.Text(words.Lang, g.Reason))
			}
		}
	}
	return write(w, b.String())
}

// LCOV writes the coverage in the form of lcov, which editors read.
func LCOV(w io.Writer, t TestRun) error {
	var b strings.Builder
	for _, f := range t.Coverage {
		fmt.Fprintf(&b, "TN:\nSF:%s\n", t.file(f.Name))
		for i, p := range f.Parts {
			if p.Condition() {
				fmt.Fprintf(&b, "BRDA:%d,%d,0,%s\nBRDA:%d,%d,1,%s\n", p.Line, i, taken(p.Reached, p.Held), p.Line, i, taken(p.Reached, p.Failed))
			}
		}
		fmt.Fprintf(&b, "BRF:%d\nBRH:%d\n", f.Branches().All, f.Branches().Used)
		for _, l := range f.ByLine() {
			fmt.Fprintf(&b, "DA:%d,%d\n", l.Number, l.Hits())
		}
		fmt.Fprintf(&b, "LF:%d\nLH:%d\nend_of_record\n", f.Lines().All, f.Lines().Used)
	}
	return write(w, b.String())
}

// taken is how often a branch was taken, as lcov writes it.
func taken(reached, times int64) string {
	if reached == 0 {
		return "-"
	}
	return strconv.FormatInt(times, 10)
}
