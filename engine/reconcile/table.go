package reconcile

import (
	"strings"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// tableCheck is how findings name the check that an x-table is; the place of the
// table follows.
const tableCheck = "x-table "

// tables checks the identities of every table from n down, in the facts' order.
func (r *running) tables(n *facts.Node) {
	if n.Schema != nil && n.Schema.Table != nil {
		for _, id := range n.Schema.Table.Identities {
			r.identity(n, id)
		}
	}
	if n.Schema != nil && n.Schema.Survey != nil {
		r.sample(n, n.Schema.Survey)
	}
	for _, m := range n.Members() {
		r.tables(m)
	}
	for _, e := range n.Elements() {
		r.tables(e)
	}
}

// identity checks one identity of the table at n.
func (r *running) identity(n *facts.Node, id facts.Identity) {
	of, ok := operands(n, id)
	if !ok {
		return
	}
	if id.Total != nil {
		r.equation(n, id, equation{of: of})
		return
	}
	is := named(n, id.Is)
	if is == nil {
		return
	}
	for _, e := range equations(is, of, id) {
		r.equation(n, id, e)
	}
}

// equation is an identity for single figures: is should be what the identity
// makes of of. is is nil where that is a fixed number.
type equation struct {
	is *facts.Node
	of []*facts.Node
}

// named is the member or row of that name, nil if there is none.
func named(n *facts.Node, name string) *facts.Node {
	if n.Kind == facts.List {
		return rowOf(n, name)
	}
	for _, part := range strings.Split(name, "/") {
		if n = n.Member(part); n == nil {
			return nil
		}
	}
	return n
}

func rowOf(list *facts.Node, name string) *facts.Node {
	for _, e := range list.Elements() {
		if key := e.Member(list.Schema.Unique); key != nil && key.Text == name {
			return e
		}
	}
	return nil
}

// operands are what an identity is computed from. A row that a table does not
// have adds nothing to a sum; any other figure that is not there leaves the
// identity unchecked.
func operands(n *facts.Node, id facts.Identity) (of []*facts.Node, ok bool) {
	switch {
	case id.Others:
		for _, child := range append(n.Members(), n.Elements()...) {
			if child != named(n, id.Is) {
				of = append(of, child)
			}
		}
	case id.From != "":
		of = span(n, id.From, id.To)
	default:
		for _, name := range id.Of {
			operand := named(n, name)
			if operand == nil && !(n.Kind == facts.List && id.Kind == facts.Sum) {
				return nil, false
			}
			if operand != nil {
				of = append(of, operand)
			}
		}
	}
	return of, len(of) > 0
}

// span are the rows from one to another, none if either is missing.
func span(list *facts.Node, from, to string) []*facts.Node {
	first, last := rowOf(list, from), rowOf(list, to)
	if first == nil || last == nil || first.Index > last.Index {
		return nil
	}
	return list.Elements()[first.Index : last.Index+1]
}

// equations are the single figures of an identity: is itself, or all that is
// below it. Percentages do not add up, and are left out there.
func equations(is *facts.Node, of []*facts.Node, id facts.Identity) (all []equation) {
	if is.Kind == facts.Num {
		return []equation{{is, of}}
	}
	for _, m := range is.Members() {
		if m.Kind != facts.Num && m.Kind != facts.Object || m.Schema == nil || m.Schema.Unit == "%" {
			continue
		}
		below, complete := []*facts.Node{}, true
		for _, o := range of {
			figure := o.Member(m.Key)
			complete = complete && figure != nil
			below = append(below, figure)
		}
		if complete {
			all = append(all, equations(m, below, id)...)
		}
	}
	return all
}

// equation compares a figure with what it should be, and notes what is wrong.
func (r *running) equation(n *facts.Node, id facts.Identity, e equation) {
	c, ok := compute(id, n.Schema.Table.Digits, e)
	if !ok || c.holds() {
		return
	}
	severity := policy.Error
	if c.rounding() {
		severity = policy.Info
	}
	figures := []number.Number{c.stated, c.expected}
	causes, _ := policy.Settle(reads(e))
	r.found(engine.Reconciliation{
		Check: checkOf(id) + n.Schema.Path(), Item: item(n, id, e), Severity: string(severity), Message: r.sentence(n, id, e, c),
		Rule: engine.Place{File: schemaFile, Line: id.Line},
	}, mark{causes: causes, figures: figures})
}

// checkOf is the keyword that declares an identity.
func checkOf(id facts.Identity) string {
	if id.Survey {
		return surveyCheck
	}
	return tableCheck
}

// schemaFile is where identities are declared.
const schemaFile = "facts.schema.json"

func reads(e equation) (all []policy.Cause) {
	if e.is != nil {
		all = append(all, policy.Cause{Node: e.is, Role: policy.Value})
	}
	for _, n := range e.of {
		all = append(all, policy.Cause{Node: n, Role: policy.Value})
	}
	return all
}

// item tells the findings of one table apart.
func item(n *facts.Node, id facts.Identity, e equation) string {
	if e.is == nil {
		return n.Pointer() + " = " + id.Total.String()
	}
	return e.is.Pointer()
}

// sentence says what does not agree.
func (r *running) sentence(n *facts.Node, id facts.Identity, e equation, c comparison) string {
	stated := message.New("reconcile.fixed", "value", c.stated.String())
	if e.is != nil {
		stated = r.figure(n, e.is)
	}
	text := r.words.Text(r.lang, message.New(sentenceOf(id.Kind), "table", engine.LabelOf(n), "stated", stated,
		"parts", r.parts(n, id, e), "expected", shown(c.expected)))
	if c.rounding() {
		text += r.say("reconcile.rounding")
	}
	return text
}

func sentenceOf(kind facts.IdentityKind) string {
	switch kind {
	case facts.AtMost:
		return "reconcile.at_most"
	case facts.Same:
		return "reconcile.same"
	case facts.Percent:
		return "reconcile.percent"
	case facts.Growth:
		return "reconcile.growth"
	}
	return "reconcile.sum"
}

func (r *running) figure(table, n *facts.Node) message.Message {
	return message.New("reconcile.figure", "label", within(table, n), "value", digits(n))
}

// manyParts is how many figures a sentence lists one by one.
const manyParts = 6

// parts are the figures that an identity is computed from, in words.
func (r *running) parts(n *facts.Node, id facts.Identity, e equation) string {
	var each []string
	for _, o := range e.of {
		each = append(each, r.words.Text(r.lang, r.figure(n, o)))
	}
	if len(each) > manyParts {
		return r.say("reconcile.parts", "first", within(n, e.of[0]), "last", within(n, e.of[len(e.of)-1]), "count", len(each))
	}
	return strings.Join(each, sign(id.Kind))
}

func sign(kind facts.IdentityKind) string {
	switch kind {
	case facts.Difference:
		return " - "
	case facts.Percent, facts.Growth:
		return " ÷ "
	}
	return " + "
}

// within is what a figure is called inside its table.
func within(table, figure *facts.Node) string {
	label := strings.TrimPrefix(engine.LabelOf(figure), engine.LabelOf(table))
	label = strings.TrimPrefix(label, " › ")
	if table.Kind == facts.List {
		label = strings.Replace(strings.TrimPrefix(label, "（"), "） › ", "", 1)
		key := rowName(table, figure)
		return strings.TrimPrefix(key+"·"+strings.TrimPrefix(label, key), "·")
	}
	return strings.ReplaceAll(label, " › ", "·")
}

// rowName is the name of the row of a list that a figure stands in.
func rowName(list, figure *facts.Node) string {
	for figure.Parent != list {
		figure = figure.Parent
	}
	if key := figure.Member(list.Schema.Unique); key != nil {
		return key.Text
	}
	return ""
}

// digits is a figure as it is written, with the sign that people know it by.
func digits(n *facts.Node) string {
	if n.Schema != nil && n.Schema.Unit == "%" {
		return n.Text + "%"
	}
	return n.Text
}

// most is how many decimals a sentence shows of a computed number.
const most = 4

func shown(x number.Number) string { return x.Round(most, number.RoundHalfUp).String() }
