package ballots

import (
	"errors"
	"slices"
	"strings"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/grid"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/panel"
)

// Read reads the marks of a workbook that was handed out for the case: the
// experts are those that it has sheets for. The error is a message.Problems with
// everything that is wrong, by sheet and cell.
func (f *Form) Read(file string, data []byte) (*panel.Panel, error) {
	book, err := grid.Open(data)
	switch {
	case errors.Is(err, grid.ErrTooLarge):
		return nil, message.Problems{{File: file, Message: message.New("workbook.too_large", "limit", grid.MaxUnpacked>>20)}}
	case err != nil:
		return nil, message.Problems{{File: file, Message: message.New("workbook.unreadable")}}
	}
	defer book.Close()
	r := &reader{form: f, file: file, book: book, cells: grid.Reader{Book: book}, panel: &panel.Panel{}}
	sheets := r.sheets()
	if len(r.problems) == 0 {
		for i, g := range sheets {
			r.expert(r.panel.Experts[i], g)
		}
		r.reasons()
	}
	return r.panel, r.problems.Err()
}

type reader struct {
	form     *Form
	file     string
	book     *grid.Book
	cells    grid.Reader
	panel    *panel.Panel
	problems message.Problems
}

func (r *reader) tell(pointer string, m message.Message) {
	r.problems.Add(message.Problem{File: r.file, Pointer: pointer, Message: m})
}

func (r *reader) wrong(g *grid.Grid, column, row int, id string, pairs ...any) {
	r.tell(g.Name+"!"+grid.Name(column, row), message.New(id, pairs...))
}

// sheets are those of the experts, in the order in which they were handed out.
func (r *reader) sheets() []*grid.Grid {
	meta := r.book.Grid(metaSheet)
	if meta == nil || meta.At(2, 1).Stored != r.form.identity()[0][1] {
		r.tell("", message.New("ballots.not_ours"))
		return nil
	}
	for i, pair := range r.form.identity()[1:] {
		if meta.At(2, i+2).Stored != pair[1] {
			r.tell("", message.New("ballots.other_case", "want", r.form.Case.ID, "found", meta.At(2, 2).Stored))
			return nil
		}
	}
	known := []string{metaSheet, r.form.Say("ballots.reasons")}
	var all []*grid.Grid
	for row := metaExperts; row <= meta.Rows(); row++ {
		name := meta.At(3, row).Stored
		known = append(known, name)
		g := r.book.Grid(name)
		if g == nil {
			r.tell(name, message.New("workbook.sheet_gone", "name", name))
			continue
		}
		r.panel.Experts = append(r.panel.Experts, panel.Expert{ID: meta.At(1, row).Stored, Name: meta.At(2, row).Stored})
		all = append(all, g)
	}
	r.others(known)
	return all
}

// others complains of sheets that were added, and of merged cells.
func (r *reader) others(known []string) {
	for _, g := range r.book.Grids {
		if !slices.Contains(known, g.Name) {
			r.tell(g.Name, message.New("workbook.sheet_added", "name", g.Name))
		}
		for _, a := range g.Merged {
			r.tell(g.Name+"!"+a.String(), message.New("workbook.merged"))
		}
	}
}

// expert reads the marks of one expert.
func (r *reader) expert(e panel.Expert, g *grid.Grid) {
	for i, in := range r.form.Items {
		row := firstRow + i
		if g.At(colID, row).Stored != in.ID {
			r.wrong(g, colID, row, "workbook.moved", "want", in.ID)
			return
		}
		r.same(g, colWeight, row, in.Title, in.Weight)
		if b, ok := r.ballot(e, in, g, row); ok {
			item := r.item(in.ID)
			item.Ballots = append(item.Ballots, b)
		}
	}
	for row := firstRow + len(r.form.Items) + 1; row <= g.Rows(); row++ {
		r.outside(g, row, 1)
	}
	for row := headRow; row <= g.Rows(); row++ {
		r.outside(g, row, columns+1)
	}
}

// same complains of a weight that was changed.
func (r *reader) same(g *grid.Grid, column, row int, title, want string) {
	found, err := number.Parse(g.At(column, row).Stored)
	weight, errWant := number.Parse(want)
	if err != nil || errWant != nil || !found.Equal(weight) {
		r.wrong(g, column, row, "ballots.weight_changed", "title", title, "want", want, "found", g.At(column, row).Stored)
	}
}

func (r *reader) outside(g *grid.Grid, row, from int) {
	for _, column := range g.Columns(row) {
		if column >= from {
			r.wrong(g, column, row, "ballots.outside", "text", g.At(column, row).Stored)
		}
	}
}

// ballot reads one mark; there is none in a row that nobody filled in.
func (r *reader) ballot(e panel.Expert, in engine.Indicator, g *grid.Grid, row int) (b panel.Ballot, ok bool) {
	b = panel.Ballot{Expert: e.ID, Opinion: r.text(g, colOpinion, row), Invalid: r.text(g, colInvalid, row)}
	weight, _ := number.Parse(in.Weight) // of the assessment
	zero := number.Int(0)
	value, mistake := r.cells.Fact(g, colScore, row, grid.As{Place: &facts.Schema{Kind: facts.Num, Title: in.Title, Unit: r.form.Say("ballots.unit"), Minimum: &zero, Maximum: &weight}})
	switch {
	case mistake != nil:
		r.tell(g.Name+"!"+grid.Name(colScore, row), *mistake)
		return b, false
	case value == nil && b.Invalid == "" && b.Opinion != "":
		r.wrong(g, colScore, row, "ballots.no_score", "title", in.Title)
		return b, false
	case value == nil:
		return b, b.Invalid != ""
	}
	b.Score, _ = number.Parse(string(value)) // it was read as a number
	b.Scored = true
	return b, true
}

func (r *reader) text(g *grid.Grid, column, row int) string {
	c := g.At(column, row)
	if c.Formula {
		r.wrong(g, column, row, "ballots.formula")
		return ""
	}
	return strings.TrimSpace(c.Stored)
}

// item is what the panel says of an indicator.
func (r *reader) item(id string) *panel.Item {
	for i := range r.panel.Items {
		if r.panel.Items[i].Indicator == id {
			return &r.panel.Items[i]
		}
	}
	r.panel.Items = append(r.panel.Items, panel.Item{Indicator: id})
	return &r.panel.Items[len(r.panel.Items)-1]
}

// reasons reads why marks depart from the rule scores.
func (r *reader) reasons() {
	g := r.book.Grid(r.form.Say("ballots.reasons"))
	if g == nil {
		return // experts may hand back their own sheet alone
	}
	for i, in := range r.form.Items {
		row := firstRow + i
		if g.At(reasonID, row).Stored != in.ID {
			r.wrong(g, reasonID, row, "workbook.moved", "want", in.ID)
			return
		}
		if reason := r.text(g, reasonColumn, row); reason != "" {
			r.item(in.ID).Reason = reason
		}
	}
}
