package mapping

import (
	"slices"
	"strings"

	"rubric/engine/facts"
	"rubric/engine/grid"
	"rubric/engine/message"
)

// ForTable is the map of a table whose headers are the facts' labels or names:
// its rows are the elements of the list at a pointer or with a label, or the members of the object
// there, by the label or name in their first column. The error is a
// message.Problems.
func ForTable(s *facts.Schema, pointer string) (*Map, error) {
	pointer = pointerOf(s, pointer)
	place := s.At(pointer)
	if place == nil || pointer == "" {
		if near := s.Nearest(pointer); near != "" {
			return nil, message.Problems{{Message: message.New("mapping.no_such_table_suggest", "pointer", pointer, "suggestion", near)}}
		}
		return nil, message.Problems{{Message: message.New("mapping.no_such_table", "pointer", pointer, "there", Tables(s))}}
	}
	t := &Table{First: 1, Last: 1, strict: true}
	switch {
	case place.Kind == facts.List:
		t.Fields = fieldsOf(place.Items, place.Items, pointer+"/*")
	case place.Kind == facts.Object && allObjects(place):
		t.Rows = &Rows{}
		for _, m := range place.Properties {
			t.Rows.Names = append(t.Rows.Names, Name{Text: m.Label(), To: m.Name}, Name{Text: m.Name, To: m.Name})
			t.Fields = merge(t.Fields, fieldsOf(m, m, pointer+"/*"))
		}
	default:
		return nil, message.Problems{{Message: message.New("mapping.not_a_table", "pointer", pointer, "label", place.Label(), "there", Tables(s))}}
	}
	return &Map{Tables: []*Table{t}}, nil
}

// pointerOf is the pointer of the table that a user named by its label, if there is
// one of that label; else the name as it is.
func pointerOf(s *facts.Schema, name string) string {
	var found []string
	for _, place := range s.Places() {
		if (place.Label() == name || place.LabelPath() == name) && place.Kind == facts.List && !strings.Contains(place.Path(), "*") {
			found = append(found, place.Path())
		}
	}
	if len(found) == 1 {
		return found[0]
	}
	return name
}

func allObjects(s *facts.Schema) bool {
	return len(s.Properties) > 0 && !slices.ContainsFunc(s.Properties, func(m *facts.Schema) bool { return m.Kind != facts.Object })
}

// Tables are the pointers of all lists of the facts that a table can be read
// into.
func Tables(s *facts.Schema) []string {
	var all []string
	for _, place := range s.Places() {
		if place.Kind == facts.List && !strings.Contains(place.Path(), "*") {
			all = append(all, place.Path())
		}
	}
	return all
}

// fieldsOf are the facts below s, each with the headers it may have.
func fieldsOf(s, top *facts.Schema, pointer string) []*Field {
	if s.Kind == facts.List {
		return nil
	}
	if s.Kind != facts.Object {
		below := strings.TrimPrefix(strings.TrimPrefix(s.Path(), top.Path()), "/")
		return []*Field{{Pointer: pointer + "/" + below, Column: s.Label(), names: []string{s.Label(), s.Name, below, labelBelow(s, top)}}}
	}
	var all []*Field
	for _, m := range s.Properties {
		all = append(all, fieldsOf(m, top, pointer)...)
	}
	return all
}

// labelBelow is a place's label with those of what is around it in the row, as
// the workbook of facts has them in its headers.
func labelBelow(s, top *facts.Schema) string {
	if s == top || s.Parent == top {
		return s.Label()
	}
	return labelBelow(s.Parent, top) + "·" + s.Label()
}

// merge adds the facts of a further row to those of all rows: what has the same
// pointer has the headers of both.
func merge(all, more []*Field) []*Field {
	for _, f := range more {
		i := slices.IndexFunc(all, func(g *Field) bool { return g.Pointer == f.Pointer })
		if i < 0 {
			all = append(all, f)
			continue
		}
		all[i].names = append(all[i].names, f.names...)
	}
	return all
}

// byHeads finds the facts of a table by its own headers. All of them must be
// known, each fact once.
func (r *tableReader) byHeads(all []head) bool {
	before := len(r.problems)
	if r.table.Rows != nil {
		r.key, all = all[0].column, all[1:]
	}
	by := map[*Field]head{}
	for _, h := range all {
		f := r.fieldOf(h)
		if f == nil {
			continue
		}
		if other, twice := by[f]; twice {
			r.wrong(h.column, r.table.Last, "mapping.head_twice", "name", h.text, "first", letterOf(other.column))
			continue
		}
		by[f] = h
		c := &column{field: f, head: h, of: r.placeOf(f)}
		c.unit, c.factor, c.ok = r.unit(f, h, c.of)
		r.columns = append(r.columns, c)
	}
	return len(r.problems) == before
}

// fieldOf is the fact that a header names; it complains where there is none, or
// several.
func (r *tableReader) fieldOf(h head) *Field {
	var found []*Field
	var labels []string
	for _, f := range r.table.Fields {
		labels = append(labels, f.Column)
		if slices.ContainsFunc(f.names, func(name string) bool { return grid.Narrow(name) == h.narrow || grid.Narrow(name) == h.base }) {
			found = append(found, f)
		}
	}
	switch near := nearest(h.base, labels); {
	case len(found) == 1:
		return found[0]
	case len(found) > 1:
		r.wrong(h.column, r.table.Last, "mapping.head_of_several", "name", h.text, "known", longest(found))
	case near != "":
		r.wrong(h.column, r.table.Last, "mapping.surplus_suggest", "name", h.text, "suggestion", near)
	default:
		r.wrong(h.column, r.table.Last, "mapping.surplus", "name", h.text, "known", labels)
	}
	return nil
}

// longest are the headers that tell facts of one label apart.
func longest(fields []*Field) []string {
	var all []string
	for _, f := range fields {
		all = append(all, f.names[len(f.names)-1])
	}
	return all
}
