package facts

import (
	"slices"
	"strings"

	"rubric/engine/message"
)

// maxDigits bounds the decimals that a table is said to be printed with.
const maxDigits = 20

// readTable reads "x-table" once the places below s are known.
func (r *schemaReader) readTable(s *Schema, k keywords) {
	node := k.get("x-table")
	if node == nil {
		return
	}
	if node.Kind != Object {
		r.wrongForm(node, Object)
		return
	}
	if s.Kind == List && (s.Unique == "" || s.Items.Kind != Object) {
		r.problem(node, message.New("facts.table_list"))
		return
	}
	t := &Table{Digits: r.digits(node.Member("digits"), -1)}
	for _, m := range node.Members() {
		if m.Key != "digits" && m.Key != "identities" {
			r.problem(m, message.New("facts.table_keyword", "keyword", clip(m.Key), "supported", []string{"digits", "identities"}))
		}
	}
	identities := node.Member("identities")
	if identities == nil {
		r.problem(node, message.New("facts.table_none"))
		return
	}
	for _, n := range r.list(identities) {
		t.Identities = append(t.Identities, r.identity(n, s, t.Digits))
	}
	s.Table = t
}

func (r *schemaReader) digits(node *Node, otherwise int) int {
	if node == nil {
		return otherwise
	}
	digits, ok := node.Number().Int64()
	if node.Kind != Num || !ok || digits < 0 || digits > maxDigits {
		r.problem(node, message.New("facts.table_digits", "limit", maxDigits))
		return otherwise
	}
	return int(digits)
}

// identity reads one line of an x-table.
func (r *schemaReader) identity(node *Node, s *Schema, digits int) Identity {
	id := Identity{Digits: r.digits(node.Member("digits"), digits), Line: r.line(node)}
	operands := r.identityKind(node, &id)
	if operands == nil {
		return id
	}
	r.identityResult(node, s, &id)
	r.identityOperands(operands, s, &id)
	if id.Kind.Rounds() && id.Digits < 0 {
		r.problem(operands, message.New("facts.table_needs_digits", "kind", id.Kind.String()))
	}
	return id
}

// line is where node stands, looked up once for a definition that is used often.
func (r *schemaReader) line(node *Node) int {
	if line, known := r.lines[node]; known {
		return line
	}
	if r.lines == nil {
		r.lines = map[*Node]int{}
	}
	r.lines[node], _ = r.doc.Position(node)
	return r.lines[node]
}

// identityKind finds the one keyword that says how the figures hang together;
// nil if there is not exactly one.
func (r *schemaReader) identityKind(node *Node, id *Identity) (operands *Node) {
	kinds := identityKinds()
	for _, m := range node.Members() {
		i := slices.Index(kinds, m.Key)
		switch {
		case i >= 0 && operands == nil:
			id.Kind, operands = IdentityKind(i), m
		case i >= 0:
			r.problem(m, message.New("facts.table_kind", "kinds", kinds))
			return nil
		case m.Key != "is" && m.Key != "digits" && m.Key != "$comment":
			r.problem(m, message.New("facts.table_keyword", "keyword", clip(m.Key), "supported", append(kinds, "is", "digits", "$comment")))
		}
	}
	if operands == nil {
		r.problem(node, message.New("facts.table_kind", "kinds", kinds))
	}
	return operands
}

func (r *schemaReader) identityResult(node *Node, s *Schema, id *Identity) {
	is := node.Member("is")
	switch {
	case is == nil:
		r.problem(node, message.New("facts.table_is"))
	case is.Kind == Num && id.Kind == Sum:
		total := is.Number()
		id.Total = &total
	case is.Kind != Text:
		r.problem(is, message.New("facts.table_is"))
	default:
		id.Is = is.Text
		r.tableName(is, s, id)
	}
}

// identityOperands reads what stands at the keyword of the kind.
func (r *schemaReader) identityOperands(node *Node, s *Schema, id *Identity) {
	wanted := 2
	switch {
	case id.Kind == Sum && node.Kind == Text && node.Text == "others" && id.Total == nil:
		id.Others = true
		return
	case id.Kind == Sum && node.Kind == Object:
		r.span(node, s, id)
		return
	case id.Kind == Sum:
		wanted = 0
	case id.Kind == AtMost || id.Kind == Same:
		wanted = 1
	}
	names := []*Node{node}
	if wanted != 1 {
		names = r.list(node)
	}
	if wanted > 0 && len(names) != wanted {
		r.problem(node, message.New("facts.table_count", "kind", id.Kind.String(), "count", wanted))
	}
	for _, n := range names {
		if n.Kind != Text {
			r.wrongForm(node, Text)
			return
		}
		id.Of = append(id.Of, n.Text)
		r.tableName(n, s, id)
	}
}

// span reads {"from": …, "to": …}: the rows between two, these included.
func (r *schemaReader) span(node *Node, s *Schema, id *Identity) {
	from, to := node.Member("from"), node.Member("to")
	if s.Kind != List || from == nil || to == nil || from.Kind != Text || to.Kind != Text || node.Len() != 2 {
		r.problem(node, message.New("facts.table_span"))
		return
	}
	id.From, id.To = from.Text, to.Text
}

// tableName checks a name of an object's table. The rows of a list are known
// only when there is a document.
func (r *schemaReader) tableName(node *Node, s *Schema, id *Identity) {
	if s.Kind == List {
		return
	}
	place, rest := s.follow(splitName(node.Text))
	switch {
	case len(rest) > 0 && place.Suggest(rest[0]) != "":
		r.problem(node, message.New("facts.table_name_near", "name", clip(node.Text), "suggestion", place.Suggest(rest[0])))
	case len(rest) > 0:
		r.problem(node, message.New("facts.table_name", "name", clip(node.Text)))
	case place.Kind != Num && (place.Kind != Object || id.Kind.Rounds()):
		r.problem(node, message.New("facts.table_figure", "name", clip(node.Text)))
	}
}

// splitName takes a name with slashes apart.
func splitName(name string) []string { return strings.Split(name, "/") }
