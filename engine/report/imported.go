package report

import (
	"io"
	"strconv"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/mapping"
)

// Imported is what an import did to a case, as its JSON has it.
type Imported struct {
	Case    string       `json:"case"`
	Files   []ImportFile `json:"files"`
	Rows    int          `json:"rows"`
	Facts   int          `json:"facts"` // entries of the evidence: a row of a list is one
	Changes []Changed    `json:"changes"`
}

// ImportFile is a file that was imported.
type ImportFile struct {
	File   string `json:"file"`
	Digest string `json:"digest"`
}

// Changed is a fact that is another one after an import. Before and After are
// digits or text, null for none; of a list they are how many elements it has, of
// a row that came or went its JSON.
type Changed struct {
	Pointer  string  `json:"pointer"`
	Label    string  `json:"label"`
	Unit     string  `json:"unit"`
	Before   *string `json:"before"`
	After    *string `json:"after"`
	Elements int     `json:"elements"` // of a list: how many are new or others
	Row      bool    `json:"row"`      // a whole row came, with before null, or went, with after null

	list        bool
	object      bool // a row of several facts
	added, gone int  // of a list
}

// NewChanged is a change in the form in which it is told.
func (w Words) NewChanged(c mapping.Change) Changed {
	stands := c.After
	if stands == nil {
		stands = c.Before
	}
	return Changed{Pointer: c.Pointer, Label: engine.LabelOf(stands), Unit: c.Place.Unit, Elements: c.Elements, Row: c.Row,
		Before: w.valueOf(c.Before), After: w.valueOf(c.After), list: c.Place.Kind == facts.List,
		object: c.Row && c.Place.Kind == facts.Object, added: c.Added, gone: c.Gone}
}

func (w Words) valueOf(n *facts.Node) *string {
	if n == nil {
		return nil
	}
	text := n.Text
	switch {
	case n.Kind == facts.List:
		text = strconv.Itoa(n.Len())
	case n.Kind == facts.Object:
		text = string(n.JSON())
	case n.Kind == facts.Bool && n.Flag:
		text = w.say("report.true")
	case n.Kind == facts.Bool:
		text = w.say("report.false")
	}
	return &text
}

// mostChanges and mostRows are how many changed facts, and how many rows that came
// or went, are told one by one.
const mostChanges, mostRows = 500, 40

// ImportedText writes what an import changed.
func ImportedText(out io.Writer, r Imported, w Words, width int) error {
	p := newPage(width)
	if len(r.Changes) == 0 {
		p.line(w.say("report.import_same"))
		return write(out, p.text.String())
	}
	g := &grid{heads: []string{w.say("report.import_fact"), w.say("report.import_before"), w.say("report.import_after")}}
	told, rows := 0, 0
	for _, c := range r.Changes {
		if c.Row {
			if rows++; rows > mostRows {
				continue
			}
		} else if told++; told > mostChanges {
			continue
		}
		g.add([]string{c.Label + w.inUnit(c), w.before(c), w.after(c)}, nil)
	}
	g.write(p)
	if told > mostChanges {
		p.line(w.say("report.import_more", "count", told-mostChanges))
	}
	if rows > mostRows {
		p.line(w.say("report.import_more_rows", "count", rows-mostRows))
	}
	return write(out, p.text.String())
}

func (w Words) inUnit(c Changed) string {
	switch {
	case c.list && c.Before != nil && c.After != nil && c.added+c.gone == 0:
		return w.say("report.import_order")
	case c.list && c.Before != nil && c.After != nil:
		return w.say("report.import_rows", "added", c.added, "gone", c.gone)
	case c.Unit != "":
		return w.say("report.import_unit", "unit", c.Unit)
	}
	return ""
}

// mostText is how much of a text stands in a table.
const mostText = 16

func (w Words) before(c Changed) string {
	if c.object && c.After == nil {
		return w.say("report.import_row_there")
	}
	return w.side(c, c.Before)
}

func (w Words) after(c Changed) string {
	switch {
	case c.object && c.After != nil:
		return w.say("report.import_row_added")
	case c.object:
		return w.say("report.import_row_gone")
	}
	return w.side(c, c.After)
}

func (w Words) side(c Changed, value *string) string {
	switch {
	case value == nil:
		return "—"
	case c.list:
		return w.say("report.import_count", "count", *value)
	}
	if runes := []rune(*value); len(runes) > mostText {
		return string(runes[:mostText]) + "…"
	}
	return *value
}
