package report

import (
	"encoding/json"
	"io"

	"rubric/engine/receipt"
)

// Verified writes what became of a receipt's answer: each indicator then and
// now, the inputs that are not what they were, and the verdict. label is what
// the fact at an address is called, "" where that is not known.
func Verified(w io.Writer, c *receipt.Comparison, label func(pointer string) string, words Words, width int) error {
	p := newPage(width)
	title := c.Then.Case.Title
	if title == "" {
		title = c.Then.Case.ID
	}
	p.hang(0, "", title, 0)
	p.hang(0, "", words.say("report.framework", "id", c.Then.Framework.ID, "version", c.Then.Framework.Version), 0)
	p.blank()
	rows := verifiedRows(c, words)
	layout := newTableLayout(rows, p.width)
	last := len(rows) - 1
	layout.write(p, rows[0])
	p.rule()
	for _, r := range rows[1:last] {
		layout.write(p, r)
	}
	p.rule()
	layout.write(p, rows[last])
	p.blank()
	changedInputs(p, c, label, words)
	p.block(0, words.verified(c))
	return p.to(w)
}

// verifiedRows are the header, the indicators and the total.
func verifiedRows(c *receipt.Comparison, words Words) []row {
	rows := []row{{title: words.say("report.indicator"),
		cells: [3]string{words.say("receipt.then"), words.say("receipt.now"), words.say("receipt.answer")}}}
	for _, i := range c.Indicators {
		r := row{depth: 0, cells: [3]string{"–", "–", words.change(i.Change)}}
		if i.Now != nil {
			r.title, r.cells[1] = i.Now.Title, words.score(i.Now.Score, i.Now.Outcome)
		}
		if i.Then != nil {
			r.title, r.cells[0] = i.Then.Title, words.score(i.Then.Score, i.Then.Outcome)
		}
		rows = append(rows, r)
	}
	change := receipt.Same
	if !c.SameTotal {
		change = receipt.Different
	}
	return append(rows, row{sum: true, title: words.say("report.total"), cells: [3]string{
		words.score(c.Then.Total.Score, ""), words.score(c.Now.Total.Score, ""), words.change(change)}})
}

func (w Words) change(c receipt.Change) string {
	switch c {
	case receipt.Same:
		return w.say("receipt.same")
	case receipt.Reworded:
		return w.say("receipt.reworded")
	case receipt.Gone:
		return w.say("receipt.gone")
	case receipt.Added:
		return w.say("receipt.added")
	}
	return w.say("receipt.different")
}

func changedInputs(p *page, c *receipt.Comparison, label func(string) string, words Words) {
	if len(c.Inputs) == 0 {
		return
	}
	p.block(0, words.say("receipt.inputs"))
	for _, change := range c.Inputs {
		p.hang(2, "", words.input(change, label), 4)
	}
	p.blank()
}

// input says which input changed, and how.
func (w Words) input(c receipt.InputChange, label func(string) string) string {
	how := w.change(c.Change)
	switch {
	case c.Input == receipt.Evidence:
		return w.say("receipt.evidence", "how", how)
	case c.Input == receipt.Review:
		return w.say("receipt.review", "how", how)
	case c.Input == receipt.CaseHead:
		return w.say("receipt.case")
	case c.Input == receipt.Rules && c.Name == "":
		return w.say("receipt.framework")
	case c.Input == receipt.Rules:
		return w.say("receipt.rule", "file", c.Name, "how", how)
	case c.Name == "":
		return w.say("receipt.all_facts")
	}
	return w.changedFact(c, label(c.Name), how)
}

func (w Words) changedFact(c receipt.InputChange, label, how string) string {
	if label == "" {
		label = "–"
	}
	if c.Then == nil || c.Now == nil {
		return w.say("receipt.fact", "label", label, "pointer", c.Name, "how", how)
	}
	return w.say("receipt.fact_values", "label", label, "pointer", c.Name, "then", w.literal(c.Then), "now", w.literal(c.Now))
}

// verified is the verdict.
func (w Words) verified(c *receipt.Comparison) string {
	same := 0
	for _, i := range c.Indicators {
		if i.Change == receipt.Same {
			same++
		}
	}
	counts := []any{"same", same, "all", len(c.Indicators)}
	switch {
	case c.Verified():
		return w.say("receipt.verified", "all", len(c.Indicators))
	case c.SameAnswer() && len(c.Inputs) > 0:
		return w.say("receipt.same_answer")
	case c.SameAnswer():
		return w.say("receipt.rest")
	case len(c.Inputs) > 0:
		return w.say("receipt.changed", counts...)
	case c.Then.Engine.Version != c.Now.Engine.Version:
		return w.say("receipt.engine", append(counts, "then", c.Then.Engine.Version, "now", c.Now.Engine.Version)...)
	}
	return w.say("receipt.altered", counts...)
}

// verifiedJSON is a comparison as JSON has it.
type verifiedJSON struct {
	Receipt    string          `json:"receipt"`
	Case       string          `json:"case"`
	Framework  string          `json:"framework"`
	Verified   bool            `json:"verified"`
	SameAnswer bool            `json:"same_answer"`
	SameTotal  bool            `json:"same_total"`
	Engine     then            `json:"engine"`
	Total      then            `json:"total"`
	Indicators []indicatorThen `json:"indicators"`
	Inputs     []inputThen     `json:"inputs"`
}

// then is something then and now, null where it is not known.
type then struct {
	Then *string `json:"then"`
	Now  *string `json:"now"`
}

type indicatorThen struct {
	ID     string         `json:"id"`
	Change receipt.Change `json:"change"`
	then
}

type inputThen struct {
	Input  receipt.Input   `json:"input"`
	Name   string          `json:"name"`
	Change receipt.Change  `json:"change"`
	Then   json.RawMessage `json:"then"`
	Now    json.RawMessage `json:"now"`
}

// VerifiedJSON writes a comparison, or as a list those of several receipts. Files
// are where the receipts were.
func VerifiedJSON(w io.Writer, files []string, list []*receipt.Comparison, many bool) error {
	all := []verifiedJSON{}
	for i, c := range list {
		all = append(all, verifiedOf(files[i], c))
	}
	if many || len(all) != 1 {
		return document(w, all)
	}
	return document(w, all[0])
}

func verifiedOf(file string, c *receipt.Comparison) verifiedJSON {
	v := verifiedJSON{Receipt: file, Case: c.Then.Case.ID, Framework: c.Then.Framework.ID, Verified: c.Verified(),
		SameAnswer: c.SameAnswer(), SameTotal: c.SameTotal,
		Engine: then{&c.Then.Engine.Version, &c.Now.Engine.Version}, Total: then{c.Then.Total.Score, c.Now.Total.Score},
		Indicators: []indicatorThen{}, Inputs: []inputThen{}}
	for _, i := range c.Indicators {
		v.Indicators = append(v.Indicators, indicatorThen{i.ID, i.Change, then{scoreOf(i.Then), scoreOf(i.Now)}})
	}
	for _, i := range c.Inputs {
		v.Inputs = append(v.Inputs, inputThen{i.Input, i.Name, i.Change, i.Then, i.Now})
	}
	return v
}

func scoreOf(i *receipt.Indicator) *string {
	if i == nil {
		return nil
	}
	return i.Score
}
