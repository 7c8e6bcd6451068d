package years

import (
	"slices"
	"strings"

	"rubric/engine/facts"
)

// reading goes through the facts of one case. Those of the latest come first, so
// that the order of what is found is theirs.
type reading struct {
	*comparing
	at     int
	found  map[*facts.Node]*figure
	counts map[string]bool // places that state how many elements a list has
	after  map[*table]int  // where in a table the next figure of an earlier case goes
}

// place is where in the facts we are: key is the same in all cases, table what
// the figures below belong to.
type place struct {
	key    string
	title  string // of the table
	labels []string
	year   int
	in     string // key of the table
	at     string // pointer of the table
}

func (r *reading) read() {
	c := r.cases[r.at]
	r.found, r.after, r.counts = map[*facts.Node]*figure{}, map[*table]int{}, map[string]bool{}
	for _, s := range c.Facts.Schema.Places() {
		r.counts[s.Count] = true
	}
	r.object(c.Facts.Root, place{year: c.Year})
	r.totals(c.Facts.Root)
}

func (r *reading) object(n *facts.Node, p place) {
	for _, m := range n.Members() {
		if m.Schema == nil {
			continue
		}
		r.node(m, r.into(m, p))
	}
}

// into is the place of a member. Where it has a year of its own, its name does
// not matter; a series is a table wherever it stands.
func (r *reading) into(m *facts.Node, p place) place {
	name, label := m.Key, m.Schema.Label()
	if y := m.Schema.Year; y != nil {
		p.year = y.In(r.cases[r.at].Year)
		if y.Series != "" {
			key := "*" + y.Series
			return place{key: key, in: key, title: y.Series, at: m.Pointer(), year: p.year}
		}
		name = "*"
		if p.title != "" {
			label = ""
		}
	}
	p.key += "/" + facts.EscapePointer(name)
	switch {
	case p.title == "": // a table of its own
		p.title, p.in, p.at = label, p.key, m.Pointer()
	case overYears(m.Schema): // so is one that the schema lays out over years
		p.title = strings.Join(append(append([]string{p.title}, p.labels...), label), " › ")
		p.in, p.at, p.labels = p.key, m.Pointer(), nil
	case label != "":
		p.labels = append(slices.Clone(p.labels), label)
	}
	return p
}

// overYears tells an object whose members each have places for several years.
func overYears(s *facts.Schema) bool {
	for _, row := range s.Properties {
		for _, year := range row.Properties {
			if year.Year != nil {
				return true
			}
		}
	}
	return false
}

func (r *reading) node(n *facts.Node, p place) {
	switch n.Kind {
	case facts.Num:
		r.figure(n, p)
	case facts.Object:
		r.object(n, p)
	case facts.List:
		r.list(n, p)
	}
}

// list reads rows that can be told apart: each column is a table.
func (r *reading) list(n *facts.Node, p place) {
	key := n.Schema.Unique
	if key == "" || n.Schema.Items.Kind != facts.Object {
		return
	}
	for _, row := range n.Elements() {
		name := row.Member(key)
		if name == nil {
			continue
		}
		for _, m := range row.Members() {
			if m.Schema != nil && m.Key != key {
				r.cell(m, p, n, name.Text)
			}
		}
	}
}

// cell reads a column of a row. What has a year is no column: its members are.
func (r *reading) cell(m *facts.Node, p place, list *facts.Node, row string) {
	y := m.Schema.Year
	switch {
	case y == nil:
		r.column(m, p, list, row, m.Key, m.Schema)
		return
	case m.Kind != facts.Object:
		p.year = y.In(r.cases[r.at].Year)
		r.column(m, p, list, row, "*", list.Schema)
		return
	}
	p.year = y.In(r.cases[r.at].Year)
	for _, c := range m.Members() {
		if c.Schema != nil {
			r.column(c, p, list, row, c.Key, c.Schema)
		}
	}
}

// column reads the figures of a row in a column of that name; each column of a
// list is a table.
func (r *reading) column(m *facts.Node, p place, list *facts.Node, row, name string, labelled *facts.Schema) {
	title := strings.Join(titles(p.title, p.labels, list.Schema, labelled), " › ")
	column := place{key: p.key + "/" + facts.EscapePointer(row), title: title, year: p.year,
		in: p.key + "#" + name, at: list.Pointer(), labels: []string{row}}
	r.node(m, column.down(name))
}

// titles name a column: the table, where in it the list stands, and the column.
// A list that says no more than that it has rows is left out, and so is a column
// that is nothing but a year's: column is the list then.
func titles(table string, labels []string, list, column *facts.Schema) []string {
	all := []string{table}
	for _, l := range labels {
		if l != list.Label() {
			all = append(all, l)
		}
	}
	if column != list {
		all = append(all, column.Label())
	}
	return all
}

func (p place) down(name string) place {
	p.key += "/" + facts.EscapePointer(name)
	return p
}

// figure notes what a case states. How many rows a list has is no figure.
func (r *reading) figure(n *facts.Node, p place) {
	if r.counts[n.Schema.Path()] {
		return
	}
	f := r.figures[p.key]
	if f == nil {
		f = &figure{label: strings.Join(p.labels, " › "), schema: n.Schema}
		if f.label == "" {
			f.label = n.Schema.Label()
		}
		r.figures[p.key] = f
		r.insert(p, f)
	} else if f.schema.Unit != n.Schema.Unit {
		return // not the same in another year
	} else {
		r.passed(p, f)
	}
	r.found[n] = f
	f.stated = append(f.stated, statement{r.at, p.year, n})
}

// insert puts a figure into its table: one that only earlier cases have behind
// the one that it stands behind there.
func (r *reading) insert(p place, f *figure) {
	t := r.tables[p.in]
	if t == nil {
		t = &table{title: p.title, pointer: p.at}
		r.tables[p.in] = t
		r.order = append(r.order, t)
	}
	at, known := r.after[t]
	if !known && r.at == 0 {
		at = len(t.figures)
	}
	t.figures = slices.Insert(t.figures, at, f)
	r.after[t] = at + 1
}

// passed notes that what comes next in a table stands behind a figure.
func (r *reading) passed(p place, f *figure) {
	if t := r.tables[p.in]; t != nil {
		if at := slices.Index(t.figures, f); at >= 0 {
			r.after[t] = at + 1
		}
	}
}

// totals finds out what figures are parts of, from the sums that the schema
// declares. The first sum of a figure counts.
func (r *reading) totals(n *facts.Node) {
	if n.Schema != nil && n.Schema.Table != nil {
		for _, id := range n.Schema.Table.Identities {
			if id.Kind == facts.Sum && id.Total == nil {
				r.sum(n, id)
			}
		}
	}
	for _, m := range append(n.Members(), n.Elements()...) {
		r.totals(m)
	}
}

func (r *reading) sum(n *facts.Node, id facts.Identity) {
	total := named(n, id.Is)
	if total == nil {
		return
	}
	all := parts(n, id)
	if slices.ContainsFunc(all, mayBeNegative) {
		return
	}
	for _, part := range all {
		if part != total {
			r.part(part, total)
		}
	}
}

// mayBeNegative tells figures that are no part of a whole, such as an adjustment.
func mayBeNegative(n *facts.Node) bool {
	return n.Kind == facts.Num && (n.Schema.Minimum == nil || n.Schema.Minimum.Sign() < 0)
}

// part says that a figure, or each figure in a row, is a part of another.
func (r *reading) part(part, total *facts.Node) {
	switch {
	case mayBeNegative(part):
	case part.Kind == facts.Num && total.Kind == facts.Num:
		if f, whole := r.found[part], r.found[total]; f != nil && whole != nil && f.total == nil && part.Schema.Unit != percent {
			f.total = whole
		}
	case part.Kind == facts.Object && total.Kind == facts.Object:
		for _, m := range part.Members() {
			if other := total.Member(m.Key); other != nil {
				r.part(m, other)
			}
		}
	}
}

// named is the member or the row of that name, nil if there is none.
func named(n *facts.Node, name string) *facts.Node {
	if n.Kind == facts.List {
		at := rowAt(n, name)
		if at < 0 {
			return nil
		}
		return n.Elements()[at]
	}
	for _, part := range strings.Split(name, "/") {
		if n = n.Member(part); n == nil {
			return nil
		}
	}
	return n
}

func rowAt(list *facts.Node, name string) int {
	return slices.IndexFunc(list.Elements(), func(e *facts.Node) bool {
		key := e.Member(list.Schema.Unique)
		return key != nil && key.Text == name
	})
}

// parts are what a sum adds up.
func parts(n *facts.Node, id facts.Identity) (all []*facts.Node) {
	switch {
	case id.Others:
		return append(n.Members(), n.Elements()...)
	case id.From != "":
		from, to := rowAt(n, id.From), rowAt(n, id.To)
		if from < 0 || to < from {
			return nil
		}
		return n.Elements()[from : to+1]
	}
	for _, name := range id.Of {
		if part := named(n, name); part != nil {
			all = append(all, part)
		}
	}
	return all
}
