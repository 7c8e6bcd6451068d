// Package papers writes the working papers of an assessment, 工作底稿, as a
// workbook: an index, and a sheet for each indicator with the written rule, the
// facts and where they come from, the computation in formulas that anybody can
// follow and change, the experts' marks, and lines to sign. Nothing is locked.
package papers

import (
	"context"
	"fmt"
	"io"
	"strings"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/sheet"
)

// Say is a sentence of the catalogue in some language.
type Say func(id string, pairs ...any) string

// Case is what the papers are about.
type Case struct {
	Rules      *engine.Rules
	Facts      *facts.Document // bound
	Evidence   *facts.Evidence // nil where there is none
	Assessment *engine.Assessment
}

// Words puts a message into the language of the papers.
type Words func(message.Message) string

// Write writes the papers. The same case gives the same bytes. The error is ctx's
// or w's.
func Write(ctx context.Context, w io.Writer, c Case, say Say, words Words) error {
	b := &book{Book: sheet.New(), Case: c, ctx: ctx, say: say, words: words, label: say("papers.sheet_index")}
	defer b.Close()
	b.label = b.NameFor(b.label)
	b.Sheet(b.label) // the first in the book, filled when the others are there
	for i := range c.Assessment.Indicators {
		b.papers = append(b.papers, b.indicator(i))
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	b.index()
	return b.Write(w, say("papers.title"))
}

// book is the workbook being written.
type book struct {
	*sheet.Book
	Case
	ctx    context.Context
	say    Say
	words  Words
	label  string // of the index
	papers []paper
}

// paper is where things stand on the sheet of an indicator.
type paper struct {
	no        string // of the working paper
	sheet     string
	indicator *engine.Indicator
	weight    string // cells; "" where there is none
	rule      string
	final     string
	reviewed  string
	exempt    string // the formula, on the sheet, that tests whether it does not apply
}

// The columns of a paper.
const (
	colNo = iota + 1
	colName
	colExact
	colValue
	colPoints
	colText
	colCheck // beside the paper: what of the facts is to be filled in
)

// widths of the columns, in characters.
var widths = [...]float64{5, 27, 14, 13, 12, 32}

// checkWidth is that of the column beside the paper.
const checkWidth = 9

// row is the row that is written next.
type row struct {
	*book
	sheet string
	at    int

	listed     map[string]int    // the facts' numbers, by pointer
	factCells  map[string]string // where they stand exactly
	checked    []int             // the rows of facts that are checked
	complete   string            // the cell that says whether all facts are there; "" for none
	factLabels map[string]string // what they are called
}

func (b *book) cell(column, row int) string { return sheet.Cell(column, row) }

// indicator writes the paper of an indicator.
func (b *book) indicator(i int) paper {
	in := &b.Assessment.Indicators[i]
	no := fmt.Sprintf("%02d", i+1)
	p := paper{no: no, sheet: b.NameFor(no + " " + in.Title), indicator: in}
	b.Sheet(p.sheet)
	b.Widths(p.sheet, append(widths[:], checkWidth)...)
	b.Paper(p.sheet, sheet.Portrait)
	b.RepeatRows(p.sheet, 1)
	b.Footer(p.sheet, b.say("papers.footer", "no", no, "case", b.Assessment.Case.ID))
	r := &row{book: b, sheet: p.sheet, at: 1}
	r.head(&p)
	r.rule(in)
	r.facts(in)
	r.computation(&p)
	before := r.at
	r.review(&p)
	r.signatures()
	b.OnePage(p.sheet, before, r.at-1)
	b.PrintOnly(p.sheet, colText, r.at-1)
	return p
}

// heading writes a line across the sheet.
func (r *row) heading(text string) {
	r.Merge(r.sheet, colNo, colText, r.at, text, "heading")
	r.at++
}

// heads writes the heads of columns.
func (r *row) heads(texts ...string) {
	for i, text := range texts {
		r.Text(r.sheet, r.cell(i+1, r.at), text, "head")
	}
	r.at++
}

// labelled writes a label and, over the other columns, what it is about; nothing
// if that is empty.
func (r *row) labelled(label, text string) {
	if text == "" {
		return
	}
	r.Merge(r.sheet, colNo, colName, r.at, label, "strong")
	r.wide(colExact, text, "label")
}

// wide writes a text over the columns from one on, in a row as high as it needs.
func (r *row) wide(from int, text, style string) {
	r.Merge(r.sheet, from, colText, r.at, text, style)
	width := 0.0
	for _, w := range widths[from-1:] {
		width += w
	}
	lines := linesOf(text, width)
	if r.Height(r.sheet, r.at, lines); style == "note" {
		r.Tight(r.sheet, r.at, lines)
	}
	r.at++
}

// linesOf is how many lines a text of several takes in a width.
func linesOf(text string, width float64) (lines int) {
	for part := range strings.SplitSeq(text, "\n") {
		lines += sheet.Lines(part, width)
	}
	return lines
}

// across makes one cell of those from a column on, in a row of heads.
func (r *row) across(from, row int) { r.Span(r.sheet, from, colText, row) }

func (r *row) head(p *paper) {
	a := r.Assessment
	r.Text(r.sheet, "A1", r.say("papers.paper_title", "no", p.no, "title", p.indicator.Title), "title")
	r.Height(r.sheet, 1, 2)
	r.at = 2
	hint := "papers.paper_hint"
	if o := p.indicator.Outcome; o == engine.Undetermined || o == engine.Failed {
		hint = "papers.hint_open"
	}
	r.wide(colNo, r.say(hint), "hint")
	r.labelled(r.say("papers.case"), a.Case.Title+"（"+a.Case.ID+"）")
	r.labelled(r.say("papers.framework"), r.say("papers.framework_is", "id", a.Framework.ID, "version", a.Framework.Version, "digest", a.Framework.Digest))
	r.labelled(r.say("papers.indicator"), p.indicator.Title+"（"+p.indicator.ID+"）")
}

// rule is what the policy says of itself.
func (r *row) rule(in *engine.Indicator) {
	r.labelled(r.say("papers.rule"), in.Rule.Text)
	r.labelled(r.say("papers.interpretation"), in.Rule.Interpretation)
	r.labelled(r.say("papers.evidence_asked"), strings.Join(in.Rule.Evidence, "；"))
	r.labelled(r.say("papers.rule_file"), in.Rule.File)
	r.labelled(r.say("papers.outcome"), r.outcome(in.Outcome))
}

func (b *book) outcome(o engine.Outcome) string {
	switch o {
	case engine.Full:
		return b.say("report.outcome_full")
	case engine.Deducted:
		return b.say("report.outcome_deducted")
	case engine.NotApplicable:
		return b.say("report.outcome_not_applicable")
	case engine.Undetermined:
		return b.say("report.outcome_undetermined")
	}
	return b.say("report.outcome_failed")
}

// score is a score as a number; ok is false where there is none.
func score(text *string) (n number.Number, ok bool) {
	if text == nil {
		return n, false
	}
	n, err := number.ParseFraction(*text)
	return n, err == nil
}
