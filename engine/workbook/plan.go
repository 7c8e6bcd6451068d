// Package workbook puts the facts of a case into a workbook (.xlsx) that people
// fill in, and reads it back. The layout is made from the framework's schema
// alone, so that a workbook can be checked against it cell by cell: nothing is
// imported from a workbook that is not as it was handed out.
package workbook

import (
	"fmt"
	"strings"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/message"
)

// Plan is where each fact of a framework stands in its workbook.
type Plan struct {
	rules  *engine.Rules
	say    func(id string, pairs ...any) string
	Sheets []*Sheet
}

// Sheet is one sheet of facts: a form with a row for each fact, or a list with
// a row for each element and a column for each of its facts.
type Sheet struct {
	Name    string
	Title   string
	Lines   []Line          // of a form, from the row firstLine on
	List    *facts.Schema   // of a list
	Columns []*facts.Schema // of a list: the facts of an element
}

// control is the column and row of the cell that says that a list is empty.
func (s *Sheet) control() (column, row int) { return len(s.Columns) + 1, controlRow }

// Line is a row of a form: a fact, or a heading above some.
type Line struct {
	Place   *facts.Schema // nil for a heading
	Heading string
	Label   string
}

// NewPlan lays out a framework's facts. Our own words come from the catalogue in
// the framework's language. The error is a message.Problems: a list within a list
// cannot be put on a sheet.
func NewPlan(rules *engine.Rules, words *message.Catalogue) (*Plan, error) {
	lang, ok := message.ParseLang(rules.Framework.Language)
	if !ok {
		lang = message.English
	}
	p := &Plan{rules: rules, say: func(id string, pairs ...any) string { return words.Text(lang, message.New(id, pairs...)) }}
	var problems message.Problems
	general := &Sheet{Title: p.say("workbook.general")}
	p.Sheets = append(p.Sheets, general)
	for _, s := range rules.Framework.Schema.Properties {
		switch s.Kind {
		case facts.Object:
			p.subject(s, &problems)
		case facts.List:
			p.list(s, s.Label(), &problems)
		default:
			general.Lines = append(general.Lines, Line{Place: s, Label: s.Label()})
		}
	}
	p.name()
	return p, problems.Err()
}

// subject makes a form of an object's facts, and a sheet of each list in it.
func (p *Plan) subject(s *facts.Schema, problems *message.Problems) {
	form := &Sheet{Title: s.Label()}
	p.Sheets = append(p.Sheets, form)
	p.lines(form, s, nil, problems)
	if len(form.Lines) == 0 {
		p.Sheets = without(p.Sheets, form)
	}
}

func without(sheets []*Sheet, gone *Sheet) []*Sheet {
	var kept []*Sheet
	for _, s := range sheets {
		if s != gone {
			kept = append(kept, s)
		}
	}
	return kept
}

// lines adds an object's facts to a form; above are the labels of the objects
// around it within the form.
func (p *Plan) lines(form *Sheet, s *facts.Schema, above []string, problems *message.Problems) {
	headed := len(above) == 0
	for _, m := range s.Properties {
		switch m.Kind {
		case facts.Object:
			p.lines(form, m, append(above[:len(above):len(above)], m.Label()), problems)
		case facts.List:
			p.list(m, p.listTitle(m), problems)
		default:
			if !headed {
				form.Lines = append(form.Lines, Line{Heading: strings.Join(above, " › ")})
				headed = true
			}
			form.Lines = append(form.Lines, Line{Place: m, Label: m.Label()})
		}
	}
}

// listTitle is what the sheet of a list is called: as its table, where the list
// is what a table has beside a count, and with what is around a part of one.
func (p *Plan) listTitle(s *facts.Schema) string {
	table := s.Parent
	lists := 0
	for _, m := range table.Properties {
		if m.Kind == facts.List {
			lists++
		}
	}
	switch {
	case table.Parent == nil:
		return s.Label()
	case len(table.Properties) == 2 && lists == 1 && s.Count != "" && table.Parent.Parent != nil:
		if table.Parent.Parent.Parent != nil {
			return table.Label() + " " + table.Parent.Label()
		}
		return table.Label()
	case s.Label() == table.Label():
		return p.say("workbook.details", "title", s.Label())
	}
	return s.Label()
}

func (p *Plan) list(s *facts.Schema, title string, problems *message.Problems) {
	p.Sheets = append(p.Sheets, &Sheet{Title: title, List: s, Columns: columnsOf(s.Items, problems)})
}

func columnsOf(s *facts.Schema, problems *message.Problems) []*facts.Schema {
	switch s.Kind {
	case facts.Object:
		var all []*facts.Schema
		for _, m := range s.Properties {
			all = append(all, columnsOf(m, problems)...)
		}
		return all
	case facts.List:
		problems.Add(message.Problem{Pointer: s.Path(), Message: message.New("workbook.nested", "label", s.Label())})
		return nil
	}
	return []*facts.Schema{s}
}

// maxName is how long the name of a sheet may be.
const maxName = 31

// name gives each sheet a name that Excel takes, no two alike.
func (p *Plan) name() {
	taken := map[string]bool{}
	for _, reserved := range []string{p.say("workbook.instructions"), p.say("workbook.documents"), metaSheet} {
		taken[strings.ToLower(reserved)] = true
	}
	for _, s := range p.Sheets {
		base := cleanName(s.Title)
		s.Name = clipName(base, "")
		for n := 2; taken[strings.ToLower(s.Name)]; n++ {
			s.Name = clipName(base, fmt.Sprintf(" (%d)", n))
		}
		taken[strings.ToLower(s.Name)] = true
	}
}

// cleanName takes out what cannot stand in the name of a sheet.
func cleanName(title string) string {
	clean := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) || r < ' ' {
			return -1
		}
		return r
	}, title)
	return strings.Trim(clean, "' ")
}

func clipName(base, suffix string) string {
	runes := []rune(base)
	return string(runes[:min(len(runes), maxName-len([]rune(suffix)))]) + suffix
}

// serves are the indicators whose policies may read a place.
func (p *Plan) serves(place *facts.Schema) []served {
	var all []served
	for _, in := range p.rules.Framework.Indicators() {
		if p.reads(in, place) {
			policy, _ := p.rules.Policy(in.ID)
			all = append(all, served{policy.Meta.Title, policy.Meta.Rule})
		}
	}
	return all
}

// served is an indicator that a fact is for.
type served struct{ title, rule string }
