package facts

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"

	"rubric/engine/number"
)

// Schema is one place in the schema of the facts. The schema is a tree: every
// $ref is expanded where it is used, so a place has one parent and its address
// is the path from the root.
type Schema struct {
	Parent  *Schema
	Name    string // member name in Parent; "*" for the elements of a list; "" for the root
	Ordinal int    // position in the whole tree, depth first: the facts' order

	Kind        Kind   // the one kind a value must have; never Null
	Nullable    bool   // null is allowed as well
	Title       string // label, 名称
	Description string
	Unit        string  // x-unit
	Optional    bool    // x-optional: the fact may be absent, and policies say what that means
	Required    bool    // listed in the parent's "required": without it the document is no case
	Count       string  // x-count: pointer to the fact that states how many elements a list has
	Table       *Table  // x-table: identities of the figures of an Object or List; nil if none are declared
	Survey      *Survey // x-survey: the members of an Object are the counts of a survey; nil for none
	Year        *Year   // x-year: which year the figures are of; nil for the period of the case
	Unique      string  // x-key: the member by which the elements of a list are told apart; no two are equal

	Properties []*Schema // of an Object, in the schema's order
	Items      *Schema   // of a List

	Enum             []string // of a Text, or the digits of a Num: allowed values, empty for any
	Format           string   // of a Text: "date" or ""
	Pattern          string   // of a Text: a regular expression, or ""
	Minimum, Maximum *number.Number
	ExclusiveMinimum *number.Number
	ExclusiveMaximum *number.Number
	Integer          bool // type "integer"
	MinLength        int
	MinItems         int
	MaxItems         int // -1 for any

	byName   []*Schema       // Properties by name
	count    []string        // Count, split
	pattern  *regexp.Regexp  // Pattern, nil for any
	example  string          // of a Text: the first of the schema's examples, or ""
	numbers  []number.Number // Enum of a Num
	fromZero bool            // of a Num: any from 0 on will do, unless it must be whole
	key      bool            // it is the x-key of the list that its parent is an element of
	anyText  bool            // of a Text: any will do, but perhaps not the empty one
	quoted   string          // of a property: its name in quotes
	index    int             // of a property: its position in its parent's Properties
	counter  *Schema         // of a List: what counts its elements, where there is one such fact in a document

	countsLists bool      // it is the counter of a list
	slot        *slot     // of a root: what a fitting needs to know of the tree
	idle        sync.Pool // of a root: what has looked over documents
}

// Property is the property of an Object with that name, nil if there is none.
func (s *Schema) Property(name string) *Schema {
	if len(s.byName) <= fewMembers {
		for _, p := range s.byName {
			if p.Name == name {
				return p
			}
		}
		return nil
	}
	i, ok := slices.BinarySearchFunc(s.byName, name, func(p *Schema, name string) int { return strings.Compare(p.Name, name) })
	if !ok {
		return nil
	}
	return s.byName[i]
}

// Path is the address of s, with "*" for the elements of a list:
// "/projects/*/amount"; "" for the root.
func (s *Schema) Path() string {
	if s.Parent == nil {
		return ""
	}
	return s.Parent.Path() + "/" + s.Name
}

// At is the place below s with that path, where an index may stand for "*", so
// that a pointer into a document will do. It is nil if there is none.
func (s *Schema) At(path string) *Schema {
	tokens, err := ParsePointer(path)
	if err != nil {
		return nil
	}
	place, rest := s.follow(tokens)
	if len(rest) > 0 {
		return nil
	}
	return place
}

// follow goes down as far as the schema has the path: the last place found and
// what of the path is left.
func (s *Schema) follow(tokens []string) (place *Schema, rest []string) {
	for i, token := range tokens {
		next := s.Property(token)
		if _, isIndex := parseIndex(token); s.Kind == List && (isIndex || token == "*") {
			next = s.Items
		}
		if next == nil {
			return s, tokens[i:]
		}
		s = next
	}
	return s, nil
}

// Leaves lists the scalars below s, s itself if it is one, in the facts'
// order.
func (s *Schema) Leaves() []*Schema { return s.appendLeaves(nil) }

func (s *Schema) appendLeaves(to []*Schema) []*Schema {
	switch s.Kind {
	case Object:
		for _, p := range s.Properties {
			to = p.appendLeaves(to)
		}
		return to
	case List:
		return s.Items.appendLeaves(to)
	}
	return append(to, s)
}

// Label is what people call the place: its title, else its name; elements
// without a title are called like their list.
func (s *Schema) Label() string {
	if s.Title == "" && s.Name == "*" {
		return s.Parent.Label()
	}
	if s.Title == "" {
		return s.Name
	}
	return s.Title
}

// LabelPath is the labels on the way to a place, elements of lists left out:
// 资金支付 › 第一季度末 › 支付金额.
func (s *Schema) LabelPath() string {
	var labels []string
	for ; s != nil && s.Parent != nil; s = s.Parent {
		if s.Name != "*" {
			labels = append(labels, s.Label())
		}
	}
	slices.Reverse(labels)
	return strings.Join(labels, " › ")
}

// maxName bounds the names that Suggest compares.
const maxName = 100

// Suggest is the name of the property that name most likely stands for: the
// one with that title, else the only one whose title has name as a part, else
// the nearest by spelling, "" if none is near.
func (s *Schema) Suggest(name string) string {
	if len(name) > maxName {
		return ""
	}
	if p := s.titled(name); p != nil {
		return p.Name
	}
	best, within := "", max(2, len(name)/3)
	for _, p := range s.Properties {
		if d := levenshtein.ComputeDistance(name, p.Name); d <= within && d < len(name) {
			best, within = p.Name, d-1
		}
	}
	return best
}

// fewestLetters is how much of a title tells it from others.
const fewestLetters = 2

// titled is the property with that title, else the only one whose title has
// words as a part, nil if there is none.
func (s *Schema) titled(words string) *Schema {
	var within []*Schema
	for _, p := range s.Properties {
		if p.Title == words {
			return p
		}
		if utf8.RuneCountInString(words) >= fewestLetters && strings.Contains(p.Title, words) {
			within = append(within, p)
		}
	}
	if len(within) == 1 {
		return within[0]
	}
	return nil
}

// Places are all places of the tree, each at its Ordinal. A nil schema has none.
func (s *Schema) Places() []*Schema {
	if s == nil {
		return nil
	}
	return s.places(nil)
}

// places appends s and all below it.
func (s *Schema) places(all []*Schema) []*Schema {
	all = append(all, s)
	for _, p := range s.Properties {
		all = p.places(all)
	}
	if s.Items != nil {
		all = s.Items.places(all)
	}
	return all
}
