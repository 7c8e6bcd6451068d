package mapping

import (
	"fmt"
	"strings"

	"rubric/engine/facts"
	"rubric/engine/grid"
	"rubric/engine/message"
)

// Check holds a mapping to the schema: every fact it names is there, and is one
// that a cell can hold. The error is a message.Problems.
func (m *Map) Check(s *facts.Schema) error {
	c := checker{mapping: m, schema: s, refused: map[string]bool{}}
	for _, t := range m.Tables {
		c.table(t)
	}
	return once(c.problems).Err()
}

// once leaves out what was said before: a fact of each row is looked at for each
// of them.
func once(all message.Problems) (out message.Problems) {
	said := map[string]bool{}
	for _, p := range all {
		if key := p.Pointer + p.Error(); !said[key] {
			said[key] = true
			out = append(out, p)
		}
	}
	return out
}

type checker struct {
	mapping  *Map
	schema   *facts.Schema
	problems message.Problems
	refused  map[string]bool // values by their line, which stands for each of its rows
}

func (c *checker) complain(line int, id string, pairs ...any) {
	c.problems.Add(message.Problem{File: c.mapping.File, Line: line, Message: message.New(id, pairs...)})
}

func (c *checker) table(t *Table) {
	if len(t.Fields) == 0 {
		return // there is nothing to hold to the schema
	}
	lists := map[string]bool{}
	for _, f := range t.Fields {
		if strings.Count(f.Pointer, "*") > 1 {
			c.complain(f.Line, "mapping.stars", "pointer", f.Pointer)
			continue
		}
		if list := listOf(c.schema, f.Pointer); list != nil {
			lists[list.Path()] = true
		}
		for _, pointer := range t.pointers(f) {
			c.field(f, pointer, t)
		}
	}
	if len(lists) > 1 {
		c.complain(t.Line, "mapping.two_lists")
	}
	c.rows(t, len(lists) > 0)
}

// rows holds the rows of a table to what its facts are: elements of a list, or
// members of objects by name.
func (c *checker) rows(t *Table, list bool) {
	switch {
	case t.Rows == nil && !list && t.keyed():
		c.complain(t.Line, "mapping.no_rows")
	case t.Rows != nil && t.Rows.Member != "" && !list:
		c.complain(t.Rows.Line, "mapping.member_without_list")
	case t.Rows != nil && t.Rows.Member == "" && list:
		c.complain(t.Rows.Line, "mapping.list_without_member")
	case t.Rows != nil && t.Rows.Member != "":
		c.member(t)
	}
}

func (c *checker) member(t *Table) {
	for _, f := range t.Fields {
		if list := listOf(c.schema, f.Pointer); list != nil {
			m := list.Items.Property(t.Rows.Member)
			if m == nil || m.Kind != facts.Text {
				c.complain(t.Rows.Line, "mapping.member", "member", t.Rows.Member, "label", list.Label())
			}
			return
		}
	}
}

// keyed tells whether facts of the table are one of each row.
func (t *Table) keyed() bool {
	for _, f := range t.Fields {
		if f.each() {
			return true
		}
	}
	return false
}

// pointers are where a fact may come to stand: for each name of a row, where rows
// have names.
func (t *Table) pointers(f *Field) []string {
	if !f.each() || t.Rows == nil || t.Rows.Member != "" {
		return []string{f.Pointer}
	}
	var all []string
	for _, n := range t.Rows.Names {
		all = append(all, strings.Replace(f.Pointer, "*", n.To, 1))
	}
	return all
}

// listOf is the list that a pointer with a * goes through, nil if it is none.
func listOf(s *facts.Schema, pointer string) *facts.Schema {
	above, _, found := strings.Cut(pointer, "/*")
	if !found {
		return nil
	}
	if list := s.At(above); list != nil && list.Kind == facts.List {
		return list
	}
	return nil
}

func (c *checker) field(f *Field, pointer string, t *Table) {
	if strings.Contains(pointer, "*") && t.Rows == nil && listOf(c.schema, pointer) == nil {
		pointer = c.first(pointer) // that its rows have no names is told of the table
	}
	place := c.schema.At(pointer)
	switch {
	case !strings.HasPrefix(pointer, "/") || place == nil:
		if near := c.schema.Nearest(pointer); near != "" {
			c.complain(f.Line, "mapping.unknown_fact_suggest", "pointer", pointer, "suggestion", near)
		} else {
			c.complain(f.Line, "mapping.unknown_fact", "pointer", pointer)
		}
	case place.Kind == facts.Object || place.Kind == facts.List:
		c.complain(f.Line, "mapping.no_scalar", "pointer", pointer, "label", place.Label())
	case f.Unit != "" && !converts(f.Unit, place):
		c.complain(f.Line, "mapping.other_dimension", "label", place.Label(), "unit", place.Unit, "found", f.Unit)
	case (f.Unit != "" || f.Factor != nil) && place.Kind != facts.Num:
		c.complain(f.Line, "mapping.unit_of_text", "label", place.Label())
	default:
		c.values(f, place)
	}
}

// first is a pointer with the first name that may stand for its *.
func (c *checker) first(pointer string) string {
	above, rest, _ := strings.Cut(pointer, "/*")
	if s := c.schema.At(above); s != nil && len(s.Properties) > 0 {
		return above + "/" + s.Properties[0].Name + rest
	}
	return pointer
}

func converts(unit string, place *facts.Schema) bool {
	_, ok := grid.Ratio(unit, place.Unit)
	return ok
}

// values holds constants and translated values to the place they are for.
func (c *checker) values(f *Field, place *facts.Schema) {
	if f.Constant != nil {
		c.value(f, place, f.Constant)
	}
	for _, v := range f.Values {
		c.value(f, place, v.JSON)
	}
}

func (c *checker) value(f *Field, place *facts.Schema, value []byte) {
	m, ok := place.Allows(asFact(value, place))
	key := fmt.Sprint(f.Line, " ", string(value))
	switch {
	case ok || c.refused[key]:
		return
	case place.Kind == facts.Bool:
		m = message.New("mapping.not_flag", "label", place.Label(), "value", strings.Trim(string(value), `"`))
	}
	c.refused[key] = true
	c.problems.Add(message.Problem{File: c.mapping.File, Line: f.Line, Message: m})
}

// asFact is a value as a map writes it, in JSON: of a fact that is true or false,
// 是 and 否 will do as in the workbook.
func asFact(value []byte, place *facts.Schema) []byte {
	if place == nil || place.Kind != facts.Bool {
		return value
	}
	switch strings.ToLower(string(value)) {
	case `"是"`, `"yes"`:
		return []byte("true")
	case `"否"`, `"no"`:
		return []byte("false")
	}
	return value
}
