// Package years compares the figures of a case with those of its predecessors
// (历年对比): values, changes, growth and shares over up to three years, and
// figures that a later case states of an earlier year otherwise than the earlier
// case does itself.
//
// A figure is found again in another year by its place in the schema: the same
// names, the same rows by x-key. Where a schema has places for several years
// (x-year), those of one series are one place.
package years

import (
	"cmp"
	"slices"
	"strconv"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/number"
)

// Most is how many years are compared.
const Most = 3

// Case is one case of a chain, its facts bound to its own framework's schema.
type Case struct {
	engine.Case
	Year int // of its period
}

// Comparison is what a chain of cases tells.
type Comparison struct {
	Years    []int // in order
	Sections []Section
	Findings []Finding
}

// Section is figures of one table.
type Section struct {
	Title   string
	Pointer string // where the latest case has it
	Figures []Figure
}

// Figure is one figure over the years. Values and Shares go with the years, and
// Changes with all but the first.
type Figure struct {
	Label   string
	Unit    string
	Total   string // what Shares are parts of, "" for nothing
	Values  []Value
	Changes []Change
	Shares  []*number.Number // of the year's total; nil where that is not known
}

// Value is a figure in one year. Node is nil where nobody states it. By is the
// case that states it: that year's own, else a later one.
type Value struct {
	Node *facts.Node
	By   string
	Own  bool
}

// Change is what became of a figure since the year before: nil where one of the
// two is not known. Growth is a part of the value before, and nil too where that
// is not above 0, and of percentages.
type Change struct {
	By, Growth *number.Number
}

// Compare compares cases, the latest first, each of an earlier year than the one
// before it. Figures below one of the pointers count, all if there are none.
func Compare(cases []Case, pointers []string) *Comparison {
	c := &comparing{cases: cases, tables: map[string]*table{}, figures: map[string]*figure{}}
	for i := range cases {
		(&reading{comparing: c, at: i}).read()
	}
	c.years()
	out := &Comparison{Years: c.shown, Findings: c.contradictions()}
	for _, t := range c.order {
		if s := c.section(t, pointers); len(s.Figures) > 0 {
			out.Sections = append(out.Sections, s)
		}
	}
	return out
}

// comparing is a comparison under way.
type comparing struct {
	cases   []Case
	shown   []int
	order   []*table
	tables  map[string]*table
	figures map[string]*figure
}

// table is what belongs together on paper.
type table struct {
	title, pointer string
	figures        []*figure
}

// figure is a place with all that is stated of it.
type figure struct {
	label  string
	schema *facts.Schema
	total  *figure // of which it is a part
	stated []statement
}

// statement is what a case states of a year.
type statement struct {
	at   int // the case
	year int
	node *facts.Node
}

// years are those that are shown: the cases', and those that they tell of in
// between or before, no more than Most.
func (c *comparing) years() {
	last := c.cases[0].Year
	var all []int
	for _, own := range c.cases {
		all = append(all, own.Year)
	}
	for _, t := range c.order {
		for _, f := range t.figures {
			for _, s := range f.stated {
				if s.year <= last && s.year > last-Most {
					all = append(all, s.year)
				}
			}
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	c.shown = all[max(0, len(all)-Most):]
}

// value is what is known of a figure in a year: what the year's own case states,
// else what the nearest later one does.
func (c *comparing) value(f *figure, year int) Value {
	var best *statement
	for i := range f.stated {
		s := &f.stated[i]
		if s.year == year && c.cases[s.at].Year >= year && (best == nil || c.cases[s.at].Year < c.cases[best.at].Year) {
			best = s
		}
	}
	if best == nil {
		return Value{}
	}
	own := c.cases[best.at]
	return Value{Node: best.node, By: own.ID, Own: own.Year == year}
}

func (c *comparing) section(t *table, pointers []string) Section {
	s := Section{Title: t.title, Pointer: t.pointer}
	for _, f := range t.figures {
		if len(pointers) > 0 && !slices.ContainsFunc(pointers, func(p string) bool { return f.below(p) || below(t.pointer, p) }) {
			continue
		}
		if made := c.figure(f); made.several() {
			s.Figures = append(s.Figures, made)
		}
	}
	return s
}

// below tells whether some case states the figure there.
func (f *figure) below(pointer string) bool {
	return slices.ContainsFunc(f.stated, func(s statement) bool { return below(s.node.Pointer(), pointer) })
}

// below tells whether a pointer is another, or leads on from it.
func below(pointer, above string) bool {
	rest, ok := cutPrefix(pointer, above)
	return ok && (rest == "" || rest[0] == '/' || above == "" || above == "/")
}

func cutPrefix(text, prefix string) (string, bool) {
	if len(text) < len(prefix) || text[:len(prefix)] != prefix {
		return text, false
	}
	return text[len(prefix):], true
}

// several tells whether there is anything to compare.
func (f Figure) several() bool {
	known := 0
	for _, v := range f.Values {
		if v.Node != nil {
			known++
		}
	}
	return known > 1
}

func (c *comparing) figure(f *figure) Figure {
	out := Figure{Label: f.label, Unit: f.schema.Unit}
	if f.total != nil {
		out.Total = f.total.label
	}
	for i, year := range c.shown {
		v := c.value(f, year)
		if i > 0 {
			out.Changes = append(out.Changes, change(out.Values[i-1], v, f.schema.Unit))
		}
		out.Values = append(out.Values, v)
		out.Shares = append(out.Shares, c.share(f, v, year))
	}
	return out
}

// percent is the unit of figures that are no amounts: they have no growth, and
// are no part of anything.
const percent = "%"

func change(before, after Value, unit string) Change {
	if before.Node == nil || after.Node == nil {
		return Change{}
	}
	by := after.Node.Number().Sub(before.Node.Number())
	out := Change{By: &by}
	if growth, err := by.Div(before.Node.Number()); err == nil && before.Node.Number().Sign() > 0 && unit != percent {
		out.Growth = &growth
	}
	return out
}

// share is what part of its total a figure is in a year.
func (c *comparing) share(f *figure, v Value, year int) *number.Number {
	if v.Node == nil || f.total == nil {
		return nil
	}
	total := c.value(f.total, year)
	if total.Node == nil || total.By != v.By {
		return nil
	}
	part, err := v.Node.Number().Div(total.Node.Number())
	if err != nil || total.Node.Number().Sign() < 0 {
		return nil
	}
	return &part
}

// Period is the calendar year of a period such as 2023, not ok for any other.
func Period(text string) (year int, ok bool) {
	year, err := strconv.Atoi(text)
	return year, err == nil && len(text) == 4
}

// byYear puts the latest first.
func byYear(a, b statement) int { return cmp.Compare(b.year, a.year) }
