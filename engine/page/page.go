// Package page lays out self-contained HTML pages: text, tables and charts in
// one file that needs no network, reads in light and dark and prints well. It
// knows nothing of what it shows: every word comes from its caller, in the
// page's language, and every figure has its text beside the number that only
// places it in a drawing.
//
// Every chart is a table, or has one beneath it, so that nothing is told by a
// drawing or a colour alone.
package page

import (
	"bytes"
	"embed"
	"html/template"
	"io"
	"math"
	"strconv"
	"sync"
)

//go:embed page.html parts.html page.css page.js
var files embed.FS

// Page is a whole page.
type Page struct {
	Lang  string // of our own words: "zh" or "en"
	Title string
	Lead  string // a sentence or two beneath the title
	Notes []Pair // what the page is about: names with values
	Parts []Part
	Foot  string
}

// Pair is a name and what it stands for.
type Pair struct{ Name, Value string }

// Part is something on a page; the types below are all there are.
type Part interface{ template() string }

// Section is a part of the page under a heading.
type Section struct {
	Title string
	Lead  string
	Parts []Part
}

// Paragraph is text.
type Paragraph struct{ Text string }

// List is a list of sentences.
type List struct{ Items []string }

// Fold is closed until its summary is chosen.
type Fold struct {
	Summary string
	Open    bool
	Parts   []Part
}

// Cards are the figures that matter most, side by side.
type Cards struct{ Cards []Card }

// Card is one figure with its name, and a word about it.
type Card struct {
	Name, Value, Note string
	Tone              Tone
	Wide              bool // as wide as two
}

// Tone is what a figure means to those it concerns. A sign or a word always
// says the same.
type Tone string

const (
	Plain Tone = ""
	Good  Tone = "good"
	Bad   Tone = "bad"
	Watch Tone = "watch"
)

// Table is a table. Sortable ones have headings to sort by, and with Filter a
// field above to look for rows in; the word stands in the field.
type Table struct {
	Caption  string
	Head     []Head
	Rows     [][]Cell
	Sortable bool
	Filter   string
}

// Head is a column's heading; numbers stand to the right.
type Head struct {
	Text   string
	Number bool
}

// Cell is a cell of a table. Sort is what it is sorted by where that is not its
// text. Lines stand beneath the text.
type Cell struct {
	Text  string
	Lines []string
	Sort  string
	Tone  Tone
	Shade int // 0 to 100: how strongly the cell is tinted
}

// Bars are bars to the left and the right of zero, a line for each.
type Bars struct {
	Caption string
	Heads   [3]string // of the names, the bars and the values
	Bars    []Bar
}

// Bar is one bar. Length only draws it; Text is the value for readers.
type Bar struct {
	Name, Note, Text string
	Length           float64
}

// Spans are ranges about one middle, a line for each.
type Spans struct {
	Caption string
	Heads   [3]string // of the names, the ranges and the values
	Middle  float64
	Over    [2]float64 // what the track takes in at least; twice the same for what the spans need
	Spans   []Span
}

// Span is one range. From and To only draw it; Between and Text are its ends and
// its value for readers.
type Span struct {
	Name, Note, Between, Text string
	From, To                  float64
}

// Columns is a distribution: for each class a column of every series.
type Columns struct {
	Caption string
	Series  []string // names, at most two
	Classes []Class
	Words   ChartWords
}

// Class is a class of a distribution with the number in it of each series.
type Class struct {
	Name   string
	Counts []int
}

// Scatter puts a point for everyone: before across, after up.
type Scatter struct {
	Caption       string
	Across, Up    string // names of the axes
	Points        []Point
	Words         ChartWords
	Least, Utmost float64 // of both axes
}

// Point is one of them; Name tells it when pointed at.
type Point struct {
	Name string
	X, Y float64
	Tone Tone
}

// ChartWords are the words that a chart needs of its own.
type ChartWords struct{ AsTable string }

func (Section) template() string   { return "section" }
func (Paragraph) template() string { return "paragraph" }
func (List) template() string      { return "list" }
func (Fold) template() string      { return "fold" }
func (Cards) template() string     { return "cards" }
func (Table) template() string     { return "table" }
func (Bars) template() string      { return "bars" }
func (Spans) template() string     { return "spans" }
func (Columns) template() string   { return "columns" }
func (Scatter) template() string   { return "scatter" }

// Write writes the page.
func Write(w io.Writer, p Page) error {
	t, err := parsed()
	if err != nil {
		return err
	}
	var b bytes.Buffer // so that nothing half done is written
	if err := t.ExecuteTemplate(&b, "page.html", p); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}

// parsed is the templates, parsed once.
var parsed = sync.OnceValues(func() (*template.Template, error) {
	css, err := files.ReadFile("page.css")
	if err != nil {
		return nil, err
	}
	js, err := files.ReadFile("page.js")
	if err != nil {
		return nil, err
	}
	t := template.New("page")
	t.Funcs(template.FuncMap{
		"css":  func() template.CSS { return template.CSS(css) }, // our own files, not data
		"js":   func() template.JS { return template.JS(js) },
		"part": func(p Part) (template.HTML, error) { return render(t, p) },
		"inc":  func(n int) int { return n + 1 },
	})
	return t.ParseFS(files, "page.html", "parts.html")
})

// render is a part as HTML that the templates have escaped.
func render(t *template.Template, p Part) (template.HTML, error) {
	var b bytes.Buffer
	err := t.ExecuteTemplate(&b, p.template(), p)
	return template.HTML(b.String()), err
}

// px is a length for a drawing, in tenths.
func px(x float64) string { return strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64) }
