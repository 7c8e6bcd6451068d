// Package panel reads what each expert of a panel (专家组) thought of each
// indicator, and makes one mark of it as the framework says. Like any review, the
// panel's mark becomes the score and never alters the rule score.
package panel

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"rubric/engine/facts/yamlfile"
	"rubric/engine/message"
	"rubric/engine/number"
)

// Panel is the experts of one case with their ballots.
type Panel struct {
	File    string
	Experts []Expert // in the order of the file
	Items   []Item   // in the order of the file
}

// Expert is a member of the panel.
type Expert struct{ ID, Name string }

// Item is one indicator before the panel. Reason is the written reason for a
// mark that departs from the rule, "" for none.
type Item struct {
	Indicator string
	Reason    string
	Ballots   []Ballot // in the order of the experts
	Line      int
}

// Ballot is one expert's mark, in points. An invalid one counts for nothing;
// Invalid says why, "" for a valid one.
type Ballot struct {
	Expert  string // id
	Score   number.Number
	Scored  bool // an invalid ballot may have no score
	Opinion string
	Invalid string
	Line    int
}

// Parse reads a panel.yaml:
//
//	experts:
//	  - {id: zhang, name: 张三}
//	marks:
//	  disclosure:
//	    reason: 二十一处问题已全部整改
//	    ballots:
//	      zhang: {score: 1.5, opinion: 整改及时}
//
// The error is a message.Problems.
func Parse(file string, data []byte) (*Panel, error) {
	r := reader{yamlfile.Open(file, data), &Panel{File: file}}
	root := r.Fields(r.Root, "experts", "marks")
	for _, n := range r.Items(root.Get("experts")) {
		r.expert(n)
	}
	for _, p := range r.Pairs(root.Get("marks")) {
		r.item(p)
	}
	if r.Root != nil && len(r.panel.Experts) == 0 {
		r.Report(r.Root, message.New("facts.yaml_need", "key", "experts"))
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return r.panel, nil
}

type reader struct {
	*yamlfile.File
	panel *Panel
}

func (r reader) expert(n *yaml.Node) {
	f := r.Fields(n, "id", "name")
	e := Expert{ID: f.Need("id"), Name: f.Need("name")}
	if r.panel.place(e.ID) >= 0 {
		r.Report(f.Get("id"), message.New("panel.same_expert", "id", e.ID))
	}
	r.panel.Experts = append(r.panel.Experts, e)
}

// place is where an expert stands in the list, -1 for none of that id.
func (p *Panel) place(id string) int {
	return slices.IndexFunc(p.Experts, func(e Expert) bool { return e.ID == id })
}

func (r reader) item(p yamlfile.Pair) {
	f := r.Fields(p.Value, "reason", "ballots")
	item := Item{Indicator: r.Text(p.Key), Reason: f.Text("reason"), Line: p.Key.Line}
	for _, b := range r.Pairs(f.Get("ballots")) {
		item.Ballots = append(item.Ballots, r.ballot(b))
	}
	if f.Get("ballots") == nil {
		r.Report(p.Key, message.New("facts.yaml_need", "key", "ballots"))
	}
	slices.SortStableFunc(item.Ballots, func(a, b Ballot) int { return r.panel.place(a.Expert) - r.panel.place(b.Expert) })
	r.panel.Items = append(r.panel.Items, item)
}

func (r reader) ballot(p yamlfile.Pair) Ballot {
	f := r.Fields(p.Value, "score", "opinion", "invalid")
	b := Ballot{Expert: r.Text(p.Key), Opinion: f.Text("opinion"), Invalid: f.Text("invalid"), Line: p.Key.Line}
	if r.panel.place(b.Expert) < 0 {
		r.Report(p.Key, message.New("panel.unknown_expert", "id", b.Expert))
	}
	text := f.Text("score")
	if text == "" && b.Invalid != "" {
		return b // an invalid ballot may have none
	}
	score, err := number.Parse(f.Need("score"))
	if err != nil && text != "" {
		r.Report(f.Get("score"), message.New("panel.score", "score", text))
	}
	b.Score, b.Scored = score, true
	return b
}
