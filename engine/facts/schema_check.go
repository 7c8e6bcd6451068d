package facts

import (
	"slices"

	"rubric/engine/message"
)

// checkRoot refuses a root that is no object, or may be absent or null.
func (r *schemaReader) checkRoot(root *Schema) {
	if root.Kind != Object || root.Optional || root.Nullable {
		r.problem(r.doc.Root, message.New("facts.schema_root"))
	}
}

// order numbers the tree depth first.
func (s *Schema) order(next *int) {
	s.Ordinal = *next
	*next++
	for _, p := range s.Properties {
		p.order(next)
	}
	if s.Items != nil {
		s.Items.order(next)
	}
}

// checkReferences checks the x-count and x-key of the lists that stand in the
// tree of root, rather than in a definition that nothing uses.
func (r *schemaReader) checkReferences(root *Schema) {
	for _, c := range r.checks {
		switch {
		case c.list.root() != root:
		case c.keyword.Key == "x-key":
			r.checkKey(c)
		default:
			r.checkCount(c, root)
		}
	}
}

func (s *Schema) root() *Schema {
	for s.Parent != nil {
		s = s.Parent
	}
	return s
}

// checkKey wants x-key to name a member of the elements that is always there
// and can be compared.
func (r *schemaReader) checkKey(c memberCheck) {
	key := c.list.Items.Property(c.list.Unique)
	if key == nil || key.Kind != Text && key.Kind != Num || key.Optional || key.Nullable {
		r.problem(c.keyword, message.New("facts.schema_key", "name", clip(c.list.Unique)))
		return
	}
	key.key = true
}

// checkCount wants x-count to point at a whole number that is there whenever
// the list can be.
func (r *schemaReader) checkCount(c memberCheck, root *Schema) {
	tokens, err := ParsePointer(c.list.Count)
	fact, rest := root.follow(tokens)
	if err != nil || len(rest) > 0 || !fact.Integer || fact.Nullable || !aligned(tokens, fact, c.list) {
		r.problem(c.keyword, message.New("facts.schema_count", "pointer", clip(c.list.Count)))
		return
	}
	for place := fact; !slices.Contains(c.list.ancestors(), place); place = place.Parent {
		if place.Optional || place.Nullable {
			r.problem(c.keyword, message.New("facts.schema_count_optional", "pointer", c.list.Count))
			return
		}
	}
	c.list.count = tokens
	if !slices.Contains(tokens, "*") {
		c.list.counter, fact.countsLists = fact, true
	}
}

// aligned tells that every list on the way to fact is on the way to list too
// and written "*": then the elements meant are those that list stands in.
func aligned(tokens []string, fact, list *Schema) bool {
	ancestors := list.ancestors()
	for place := fact; place.Parent != nil; place = place.Parent {
		token := tokens[len(place.ancestors())-1]
		if place.Name == "*" && (token != "*" || !slices.Contains(ancestors, place)) {
			return false
		}
	}
	return true
}

// ancestors are the places above s, the root last.
func (s *Schema) ancestors() []*Schema {
	var above []*Schema
	for p := s.Parent; p != nil; p = p.Parent {
		above = append(above, p)
	}
	return above
}

// kindName is what people call a kind.
func kindName(kind Kind) message.Message {
	switch kind {
	case Bool:
		return message.New("facts.kind_bool")
	case Num:
		return message.New("facts.kind_number")
	case Text:
		return message.New("facts.kind_text")
	case List:
		return message.New("facts.kind_list")
	case Object:
		return message.New("facts.kind_object")
	}
	return message.New("facts.kind_null")
}
