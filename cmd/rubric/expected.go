package main

import (
	"errors"

	"rubric/engine/casefolder"
	"rubric/engine/facts"
	"rubric/engine/message"
)

// expected says what must stand at a place of the schema, in words: kind, unit,
// bounds, allowed values.
func expected(s *facts.Schema) message.Message {
	parts := []message.Message{kindOf(s)}
	if s.Unit != "" {
		parts[0] = message.New("facts.want_unit", "kind", parts[0], "unit", s.Unit)
	}
	if s.Minimum != nil {
		parts = append(parts, message.New("facts.want_min", "bound", s.Minimum.String()))
	}
	if s.ExclusiveMinimum != nil {
		parts = append(parts, message.New("facts.want_above", "bound", s.ExclusiveMinimum.String()))
	}
	if s.Maximum != nil {
		parts = append(parts, message.New("facts.want_max", "bound", s.Maximum.String()))
	}
	if s.ExclusiveMaximum != nil {
		parts = append(parts, message.New("facts.want_below", "bound", s.ExclusiveMaximum.String()))
	}
	if len(s.Enum) > 0 {
		parts = append(parts, message.New("facts.want_one_of", "values", s.Enum))
	}
	return message.New("facts.want", "parts", parts)
}

func kindOf(s *facts.Schema) message.Message {
	switch {
	case s.Kind == facts.Num && s.Integer:
		return message.New("facts.want_integer")
	case s.Kind == facts.Num:
		return message.New("facts.want_number")
	case s.Kind == facts.Bool:
		return message.New("facts.want_bool")
	case s.Kind == facts.Text && s.Format == "date":
		return message.New("facts.want_date")
	case s.Kind == facts.Text:
		return message.New("facts.want_text")
	case s.Kind == facts.List:
		return message.New("facts.want_list")
	}
	return message.New("facts.want_object")
}

// wrongFact is a problem as the JSON of validate has it: what is expected and what
// was found stand there where the place is known.
type wrongFact struct {
	problem
	Label    string `json:"label"`
	Expected string `json:"expected"`
	Found    string `json:"found"` // as JSON
}

// wrongFacts are the problems of a case. The framework's schema is nil if it could
// not be read.
func (a *app) wrongFacts(err error, c *casefolder.Case, schema *facts.Schema) []wrongFact {
	all := []wrongFact{}
	var list message.Problems
	if !errors.As(err, &list) || c == nil || schema == nil {
		for _, p := range a.asProblems(err) {
			all = append(all, wrongFact{problem: p})
		}
		return all
	}
	for i, p := range a.problems(list) {
		w := wrongFact{problem: p}
		if s := placeOf(schema, inOrder(list)[i], c); s != nil {
			w.Label, w.Expected = s.LabelPath(), a.catalogue.Text(a.lang, expected(s))
		}
		if n := c.Facts.At(p.Pointer); n != nil && p.Pointer != "" {
			w.Found = clipped(string(n.JSON()))
		}
		all = append(all, w)
	}
	return all
}

// placeOf is the place in the schema that a problem of the facts is about.
func placeOf(schema *facts.Schema, p message.Problem, c *casefolder.Case) *facts.Schema {
	if p.Pointer == "" || p.File != c.Facts.File {
		return nil
	}
	return schema.At(p.Pointer)
}

// explainedFacts adds to the problems of facts what is expected in their places.
func explainedFacts(err error, c *casefolder.Case, schema *facts.Schema) error {
	var list message.Problems
	if !errors.As(err, &list) || c == nil || schema == nil {
		return err
	}
	out := make(message.Problems, len(list))
	for i, p := range list {
		out[i] = p
		if s := placeOf(schema, p, c); s != nil {
			out[i].Message = message.New("facts.with_expected", "problem", p.Message, "expected", expected(s))
		}
	}
	return out
}

// clipped is a text short enough to be quoted.
func clipped(text string) string {
	const most = 80
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
