package workbook

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"rubric/engine/facts"
	"rubric/engine/framework"
	"rubric/engine/number"
	"rubric/engine/sheet"
)

// steps are what to do, in order.
var steps = [...]string{"workbook.instruction_1", "workbook.instruction_2", "workbook.instruction_3", "workbook.instruction_4", "workbook.instruction_5",
	"workbook.instruction_6", "workbook.instruction_7", "workbook.instruction_8", "workbook.instruction_9", "workbook.instruction_10"}

// The columns of the sheet of instructions, and their widths in characters.
const (
	indexNumber = iota + 1
	indexSheet
	indexServes
	indexPoints
	indexMissing
	indexColumns = indexMissing
)

var indexWidths = [indexColumns]float64{6, 40, 56, 10, 10}

// instructions say how to fill the workbook in, and which sheets scores need.
func (b *writer) instructions() {
	name := b.plan.say("workbook.instructions")
	b.book.Sheet(name)
	b.book.Widths(name, indexWidths[:]...)
	b.text(name, "A1", b.plan.rules.Framework.Title, "title")
	b.do(b.file.SetRowHeight(name, 1, 28))
	row := 3
	for i, id := range steps {
		b.text(name, cell(indexNumber, row), strconv.Itoa(i+1), "plain")
		b.book.Merge(name, indexSheet, indexColumns, row, b.plan.say(id), "label")
		b.book.Height(name, row, sheet.Lines(b.plan.say(id), indexWidths[1]+indexWidths[2]+indexWidths[3]+indexWidths[4]))
		row++
	}
	needed, others := b.sorted()
	row = b.indexed(name, row+1, "workbook.sheets_needed", needed)
	if len(others) > 0 {
		b.indexed(name, row+1, "workbook.sheets_others", others)
	}
	b.book.Paper(name, sheet.Landscape)
	b.protect(name)
}

// standing is what scores have to do with a sheet.
type standing struct {
	*Sheet
	number  int  // of the sheet in the workbook, from 1
	head    bool // it has what identifies the case
	titles  []string
	points  number.Number // the weights of those indicators
	missing int           // facts of the sheet that are required and not there
}

// sorted are the sheets with facts that scores need, those with more points
// first, and the others in the workbook's order.
func (b *writer) sorted() (needed, others []standing) {
	missing := b.missing()
	for i, s := range b.plan.Sheets {
		st := b.plan.standing(s)
		st.number = i + 1
		for _, place := range s.places() {
			st.missing += missing[place.Path()]
		}
		if st.needed() {
			needed = append(needed, st)
		} else {
			others = append(others, st)
		}
	}
	slices.SortStableFunc(needed, func(a, b standing) int {
		if a.head != b.head {
			return cmp.Compare(order(a.head), order(b.head))
		}
		return b.points.Cmp(a.points)
	})
	return needed, others
}

// needed tells a sheet without which something stays open.
func (s standing) needed() bool { return s.head || len(s.titles) > 0 }

func order(first bool) int {
	if first {
		return 0
	}
	return 1
}

// missing counts what the facts lack, by place; without facts, all that may not be
// left out.
func (b *writer) missing() map[string]int {
	count := map[string]int{}
	if b.contents.Facts == nil {
		allOf(b.plan.rules.Framework.Schema, count)
		return count
	}
	for _, m := range b.contents.Facts.Missing() {
		count[m.Schema.Path()]++
	}
	return count
}

func allOf(s *facts.Schema, count map[string]int) {
	for _, m := range s.Properties {
		switch {
		case m.Optional:
		case m.Kind == facts.Object:
			allOf(m, count)
		default:
			count[m.Path()] = 1
		}
	}
}

// places are all places in the schema that a sheet has cells for.
func (s *Sheet) places() []*facts.Schema {
	all := s.Columns
	if s.List != nil {
		all = append([]*facts.Schema{s.List}, all...)
	}
	for _, l := range s.Lines {
		if l.Place != nil {
			all = append(all, l.Place)
		}
	}
	return all
}

// standing finds the indicators that a sheet is for, in the framework's order.
func (p *Plan) standing(s *Sheet) standing {
	places := s.places()
	st := standing{Sheet: s, head: slices.ContainsFunc(places, func(s *facts.Schema) bool { return s.Required && s.Parent.Parent == nil })}
	for _, in := range p.rules.Framework.Indicators() {
		if slices.ContainsFunc(places, func(place *facts.Schema) bool { return p.reads(in, place) }) {
			policy, _ := p.rules.Policy(in.ID)
			st.titles = append(st.titles, policy.Meta.Title)
			st.points = st.points.Add(in.Weight)
		}
	}
	return st
}

// reads tells whether an indicator's policy may read a place, or a list whose
// elements the fact there counts.
func (p *Plan) reads(in framework.Indicator, place *facts.Schema) bool {
	policy, _ := p.rules.Policy(in.ID)
	path := place.Path()
	return policy != nil && slices.ContainsFunc(policy.Reads, func(s *facts.Schema) bool { return s == place || s.Count == path })
}

// indexed lists sheets under a heading, and returns the row below.
func (b *writer) indexed(name string, row int, heading string, all []standing) int {
	b.book.Merge(name, indexNumber, indexColumns, row, b.plan.say(heading, "count", len(all)), "heading")
	row++
	for i, id := range []string{"workbook.sheet_number", "workbook.sheet", "workbook.serves", "workbook.points", "workbook.missing"} {
		b.text(name, cell(i+1, row), b.plan.say(id), "head")
	}
	for _, s := range all {
		row++
		titles := strings.Join(s.titles, "、")
		if s.head {
			titles = strings.TrimSuffix(b.plan.say("workbook.identifies")+"、"+titles, "、")
		}
		b.text(name, cell(indexNumber, row), strconv.Itoa(s.number), "plain")
		b.text(name, cell(indexSheet, row), s.Name, "link")
		b.book.Link(name, cell(indexSheet, row), s.Name)
		b.text(name, cell(indexServes, row), titles, "label")
		b.text(name, cell(indexPoints, row), b.orDash(s.points.Sign() > 0, s.points.String()), "plain")
		b.text(name, cell(indexMissing, row), b.orDash(s.missing > 0, strconv.Itoa(s.missing)), "plain")
		b.book.Fit(name, row, map[int]string{indexSheet: s.Name, indexServes: titles}, func(column int) float64 { return indexWidths[column-1] })
	}
	return row + 1
}

func (b *writer) orDash(there bool, text string) string {
	if there {
		return text
	}
	return "—"
}

// tab marks a sheet that scores need.
func (b *writer) tab(name string) {
	color := "1F3864"
	b.do(b.file.SetSheetProps(name, &excelize.SheetPropsOptions{TabColorRGB: &color}))
}
