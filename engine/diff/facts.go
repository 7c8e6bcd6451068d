package diff

import (
	"strconv"
	"strings"

	"rubric/engine/facts"
	"rubric/engine/number"
)

// schemas compares two schemas place by place, in the new order, then what is
// gone. What came or went is told by its outermost place and by its facts.
func schemas(old, new *facts.Schema) []Change {
	var all []Change
	for _, s := range places(new) {
		was := old.At(s.Path())
		switch {
		case was != nil:
			all = append(all, place(was, s)...)
		case s.Kind != facts.Object:
			all = append(all, Change{Kind: FactAdded, Where: s.Path(), New: s.Label()})
		}
	}
	for _, s := range places(old) {
		if new.At(s.Path()) == nil && s.Kind != facts.Object {
			all = append(all, Change{Kind: FactRemoved, Where: s.Path(), Old: s.Label()})
		}
	}
	return all
}

// places lists a schema's places in the facts' order.
func places(s *facts.Schema) []*facts.Schema {
	all := []*facts.Schema{}
	if s.Parent != nil {
		all = append(all, s)
	}
	for _, p := range s.Properties {
		all = append(all, places(p)...)
	}
	if s.Items != nil {
		all = append(all, places(s.Items)...)
	}
	return all
}

// place compares a place in both schemas.
func place(old, new *facts.Schema) []Change {
	var all []Change
	add := func(kind Kind, before, after string) {
		if before != after {
			all = append(all, Change{Kind: kind, Where: new.Path(), Old: before, New: after})
		}
	}
	add(FactTitle, old.Title, new.Title)
	add(FactUnit, old.Unit, new.Unit)
	add(FactType, kind(old), kind(new))
	if kind(old) == kind(new) {
		add(FactLimits, limits(old), limits(new))
	}
	add(FactOptional, strconv.FormatBool(old.Optional), strconv.FormatBool(new.Optional))
	return all
}

func kind(s *facts.Schema) string {
	name := [...]string{facts.Null: "null", facts.Bool: "boolean", facts.Num: "number", facts.Text: "string", facts.List: "array", facts.Object: "object"}[s.Kind]
	if s.Integer {
		name = "integer"
	}
	if s.Nullable {
		name += "|null"
	}
	return name
}

// limits are what values a place allows, in short.
func limits(s *facts.Schema) string {
	var parts []string
	bound := func(sign string, n *number.Number) {
		if n != nil {
			parts = append(parts, sign+" "+n.String())
		}
	}
	bound("≥", s.Minimum)
	bound(">", s.ExclusiveMinimum)
	bound("≤", s.Maximum)
	bound("<", s.ExclusiveMaximum)
	if len(s.Enum) > 0 {
		parts = append(parts, strings.Join(s.Enum, "|"))
	}
	for _, word := range []string{s.Format, s.Pattern} {
		if word != "" {
			parts = append(parts, word)
		}
	}
	for _, count := range []struct {
		name string
		n    int
		any  int
	}{{"minLength", s.MinLength, 0}, {"minItems", s.MinItems, 0}, {"maxItems", s.MaxItems, -1}} {
		if count.n != count.any {
			parts = append(parts, count.name+" "+strconv.Itoa(count.n))
		}
	}
	for _, word := range []struct{ name, text string }{{"x-count", s.Count}, {"x-key", s.Unique}} {
		if word.text != "" {
			parts = append(parts, word.name+" "+word.text)
		}
	}
	return strings.Join(parts, ", ")
}
