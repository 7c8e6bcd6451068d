package page

import (
	"math"
	"strconv"
)

// DrawnBar is a bar with its place: percent of the track's width.
type DrawnBar struct {
	Bar
	Left, Width string
	Negative    bool
}

// Drawn places the bars on one scale with zero at the same place for all.
func (b Bars) Drawn() []DrawnBar {
	least, most := 0.0, 0.0
	for _, bar := range b.Bars {
		least, most = min(least, bar.Length), max(most, bar.Length)
	}
	span := max(most-least, math.SmallestNonzeroFloat64)
	var all []DrawnBar
	for _, bar := range b.Bars {
		from, to := min(bar.Length, 0), max(bar.Length, 0)
		all = append(all, DrawnBar{Bar: bar, Left: px(100 * (from - least) / span), Width: px(100 * (to - from) / span), Negative: bar.Length < 0})
	}
	return all
}

// Zero is where zero stands, in percent of the track.
func (b Bars) Zero() string {
	least, most := 0.0, 0.0
	for _, bar := range b.Bars {
		least, most = min(least, bar.Length), max(most, bar.Length)
	}
	if most == least {
		return "0"
	}
	return px(-100 * least / (most - least))
}

// DrawnSpan is a span with the places of its parts below and above the middle:
// percent of the track's width.
type DrawnSpan struct {
	Span
	Below, Above [2]string // left, width
}

// Drawn places the spans and the middle on one scale.
func (s Spans) Drawn() []DrawnSpan {
	var all []DrawnSpan
	for _, one := range s.Spans {
		from, middle, to := s.at(one.From), s.at(s.Middle), s.at(one.To)
		all = append(all, DrawnSpan{Span: one,
			Below: [2]string{px(from), px(max(min(to, middle)-from, 0))},
			Above: [2]string{px(max(from, middle)), px(max(to-max(from, middle), 0))}})
	}
	return all
}

// Zero is where the middle stands, in percent of the track.
func (s Spans) Zero() string { return px(s.at(s.Middle)) }

func (s Spans) at(v float64) float64 {
	least, most := s.Middle, s.Middle
	if s.Over[0] < s.Over[1] {
		least, most = min(least, s.Over[0]), max(most, s.Over[1])
	}
	for _, one := range s.Spans {
		least, most = min(least, one.From), max(most, one.To)
	}
	return 100 * (v - least) / max(most-least, math.SmallestNonzeroFloat64)
}

// The drawing of a distribution, in units of its own.
const (
	columnsWidth, columnsHeight           = 720.0, 240.0
	columnsLeft, columnsTop, columnsFloor = 44.0, 12.0, 196.0
)

// Shape is a rectangle of a drawing, with its words.
type Shape struct {
	X, Y, W, H string
	Series     int
	Title      string
}

// Mark is a word of a drawing and its place; a line stands at it where Line is
// set.
type Mark struct {
	X, Y string
	Text string
	Line bool
}

// Shapes are the columns.
func (c Columns) Shapes() []Shape {
	top := float64(c.step() * c.steps())
	room := (columnsWidth - columnsLeft) / float64(max(len(c.Classes), 1))
	wide := min(room*0.8/float64(max(len(c.Series), 1)), 32)
	var all []Shape
	for i, class := range c.Classes {
		left := columnsLeft + room*(float64(i)+0.5) - wide*float64(len(class.Counts))/2
		for s, n := range class.Counts {
			high := (columnsFloor - columnsTop) * float64(n) / top
			all = append(all, Shape{X: px(left + wide*float64(s)), Y: px(columnsFloor - high), W: px(max(wide-2, 1)), H: px(high),
				Series: s, Title: class.Name + " " + c.Series[s] + " " + strconv.Itoa(n)})
		}
	}
	return all
}

// Names are the classes' names under the columns, as many as there is room for.
func (c Columns) Names() []Mark {
	room := (columnsWidth - columnsLeft) / float64(max(len(c.Classes), 1))
	every := max(1, int(math.Ceil(52/room)))
	var all []Mark
	for i, class := range c.Classes {
		if i%every == 0 {
			all = append(all, Mark{X: px(columnsLeft + room*(float64(i)+0.5)), Y: px(columnsFloor + 18), Text: class.Name})
		}
	}
	return all
}

// Lines are the lines across, with the numbers that they stand for.
func (c Columns) Lines() []Mark {
	var all []Mark
	for i := range c.steps() + 1 {
		y := columnsFloor - (columnsFloor-columnsTop)*float64(i)/float64(c.steps())
		all = append(all, Mark{X: px(columnsLeft - 8), Y: px(y), Text: strconv.Itoa(i * c.step()), Line: true})
	}
	return all
}

func (c Columns) most() int {
	most := 1
	for _, class := range c.Classes {
		for _, n := range class.Counts {
			most = max(most, n)
		}
	}
	return most
}

// step is a round number of which four or so make the highest column.
func (c Columns) step() int {
	for scale := 1; ; scale *= 10 {
		for _, step := range []int{scale, 2 * scale, 5 * scale} {
			if step*5 >= c.most() {
				return step
			}
		}
	}
}

func (c Columns) steps() int { return (c.most() + c.step() - 1) / c.step() }

// The drawing of points, a square in units of its own.
const (
	scatterLeft, scatterTop, scatterSide = 48.0, 12.0, 360.0
	scatterLines                         = 5
)

// Dot is a point with its place.
type Dot struct {
	Point
	CX, CY string
}

func (s Scatter) at(v float64) float64 {
	if s.Utmost <= s.Least {
		return 0
	}
	return scatterSide * (min(max(v, s.Least), s.Utmost) - s.Least) / (s.Utmost - s.Least)
}

// Dots are the points.
func (s Scatter) Dots() []Dot {
	var all []Dot
	for _, p := range s.Points {
		all = append(all, Dot{Point: p, CX: px(scatterLeft + s.at(p.X)), CY: px(scatterTop + scatterSide - s.at(p.Y))})
	}
	return all
}

// Ticks are the values along an axis, from the least to the utmost.
func (s Scatter) Ticks() []Mark {
	var all []Mark
	for i := range scatterLines + 1 {
		v := s.Least + (s.Utmost-s.Least)*float64(i)/scatterLines
		all = append(all, Mark{X: px(scatterLeft + s.at(v)), Y: px(scatterTop + scatterSide - s.at(v)), Text: strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64)})
	}
	return all
}
