package report

import (
	"io"
	"strconv"
	"strings"
	"time"

	"rubric/engine/bench"
)

// Benchmark is what the policies of a framework cost on some cases.
type Benchmark struct {
	Framework string
	Version   string
	Cases     []string
	Rounds    int
	Policies  []bench.Cost // the dearest first
}

// BenchmarkTable writes what policies cost as a table.
func BenchmarkTable(w io.Writer, b Benchmark, words Words, width int) error {
	p := newPage(width)
	p.hang(0, "", words.say("report.framework", "id", b.Framework, "version", b.Version), 0)
	p.block(0, words.say("report.bench_how", "rounds", b.Rounds, "cases", b.Cases))
	p.blank()
	rows := costRows(b, words)
	layout := newCostLayout(rows, p.width)
	layout.write(p, rows[0])
	p.rule()
	for _, r := range rows[1 : len(rows)-1] {
		layout.write(p, r)
	}
	p.rule()
	layout.write(p, rows[len(rows)-1])
	p.blank()
	p.block(0, words.say("report.bench_legend"))
	return p.to(w)
}

// costRow is a title and its figures: time, allocations, steps, bytes.
type costRow struct {
	title string
	cells [4]string
}

// costRows are the header, the policies and their sum.
func costRows(b Benchmark, words Words) []costRow {
	rows := []costRow{{words.say("report.bench_policy"), [4]string{words.say("report.bench_time"),
		words.say("report.bench_allocations"), words.say("report.bench_steps"), words.say("report.bench_bytes")}}}
	var total bench.Cost
	for _, c := range b.Policies {
		rows = append(rows, costRow{c.Indicator, figures(c)})
		total.Time += c.Time
		total.Allocations += c.Allocations
		total.Used.Steps += c.Used.Steps
		total.Used.Bytes += c.Used.Bytes
	}
	return append(rows, costRow{words.say("report.total"), figures(total)})
}

func figures(c bench.Cost) [4]string {
	whole := func(n int64) string { return strconv.FormatInt(n, 10) }
	return [4]string{Microseconds(c.Time), whole(c.Allocations), whole(c.Used.Steps), whole(c.Used.Bytes)}
}

// Microseconds is a time with one decimal.
func Microseconds(d time.Duration) string {
	tenths := (d.Nanoseconds() + 50) / 100
	return strconv.FormatInt(tenths/10, 10) + "." + strconv.FormatInt(tenths%10, 10)
}

// costLayout is how wide the columns are.
type costLayout struct {
	title   int
	figures [4]column
}

func newCostLayout(rows []costRow, width int) costLayout {
	layout := costLayout{title: width}
	for c := range layout.figures {
		var cells []string
		for _, r := range rows {
			cells = append(cells, r.cells[c])
		}
		layout.figures[c] = newColumn(cells)
		layout.title -= gap + layout.figures[c].width
	}
	layout.title = max(layout.title, MinWidth/4)
	return layout
}

func (l costLayout) write(p *page, r costRow) {
	for i, line := range wrap(r.title, l.title, l.title) {
		if i == 0 {
			line = pad(line, l.title)
			for c, cell := range r.cells {
				line += strings.Repeat(" ", gap) + l.figures[c].cell(cell)
			}
		}
		p.line(line)
	}
}
