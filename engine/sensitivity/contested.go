// Package sensitivity says how an assessment hangs on single facts: what it
// would be with other attested values, how much the missing facts leave open,
// and which least change of facts would bring full marks.
//
// Nothing here estimates: every statement is an evaluation of changed facts by
// the same rules. Only where attested values combine in more ways than a stated
// number are the ranges those of a sample, and say so.
package sensitivity

import (
	"bytes"
	"fmt"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
)

// contested is a fact with the values that evidence attests for it.
type contested struct {
	pointer string
	schema  *facts.Schema
	reason  string
	adopted []byte // JSON; nil where the facts have none
	options []option
	touches []bool // of the indicators in the framework's order: their policies may read it
}

// option is a value attested beside the adopted one.
type option struct {
	value  []byte // JSON
	source facts.Attested
}

// contestedFacts are the contested facts of a case, in the facts' order. The error
// is a message.Problems: a value that the schema does not allow, or that is the
// adopted one.
func contestedFacts(r *engine.Rules, c engine.Case) ([]*contested, error) {
	if c.Evidence == nil {
		return nil, nil
	}
	var all []*contested
	var problems message.Problems
	for _, e := range c.Evidence.Entries {
		if len(e.Also) == 0 {
			continue
		}
		f := &contested{pointer: e.Pointer, schema: c.Facts.Schema.At(e.Pointer), reason: e.Reason}
		f.touches = touched(r, f.schema)
		if n := c.Facts.At(e.Pointer); n != nil {
			f.adopted = n.JSON()
		}
		for _, also := range e.Also {
			if wrong := f.add(also); wrong != nil {
				problems.Add(message.Problem{File: c.Evidence.File, Line: also.Line, Column: also.Column, Pointer: e.Pointer, Message: *wrong})
			}
		}
		all = append(all, f)
	}
	sortByPlace(all)
	return all, problems.Err()
}

// add takes an attested value on, or says why it cannot be one.
func (f *contested) add(also facts.Attested) *message.Message {
	value, ok := inJSON(f.schema, also.Value)
	if !ok {
		m := message.New("sensitivity.kind", "value", also.Value, "label", f.schema.Label())
		return &m
	}
	if same(f.schema, value, f.adopted) {
		m := message.New("sensitivity.same", "value", also.Value, "label", f.schema.Label())
		return &m
	}
	for _, o := range f.options {
		if same(f.schema, value, o.value) {
			m := message.New("sensitivity.twice", "value", also.Value, "label", f.schema.Label())
			return &m
		}
	}
	if wrong, ok := f.schema.Allows(value); !ok {
		return &wrong
	}
	f.options = append(f.options, option{value, also})
	return nil
}

// inJSON is a value as evidence.yaml writes it, in JSON of the kind that the
// place has.
func inJSON(s *facts.Schema, text string) ([]byte, bool) {
	switch s.Kind {
	case facts.Num:
		_, err := number.Parse(text)
		return []byte(text), err == nil
	case facts.Bool:
		return []byte(text), text == "true" || text == "false"
	case facts.Text:
		return facts.QuoteJSON(text), true
	}
	return nil, false
}

// same compares values, numbers by what they are and not by their digits.
func same(s *facts.Schema, a, b []byte) bool {
	if s.Kind == facts.Num && a != nil && b != nil {
		x, _ := number.Parse(string(a)) // both were parsed before
		y, _ := number.Parse(string(b))
		return x.Equal(y)
	}
	return bytes.Equal(a, b)
}

// touched marks the indicators whose policies may read a place, or whose weight
// or title stands there. Who reads a list reads what counts its elements.
func touched(r *engine.Rules, place *facts.Schema) []bool {
	var all []bool
	for _, in := range r.Framework.Indicators() {
		reads := in.Each != nil && below(place, in.Each.List)
		if p, _ := r.Policy(in.ID); p != nil {
			for _, s := range p.Reads {
				reads = reads || s == place || s.Count != "" && r.Framework.Schema.At(s.Count) == place
			}
		}
		all = append(all, reads)
	}
	return all
}

func below(place, above *facts.Schema) bool {
	for ; place != nil; place = place.Parent {
		if place == above {
			return true
		}
	}
	return false
}

// change puts a value, in JSON, at a pointer; nil takes away what is there.
type change struct {
	pointer string
	value   []byte
}

// changed is the case with other facts, of which only those that stand at reads
// are kept (all if nil): what no policy reads changes no score. The error is a
// message.Problems: the schema does not allow them.
func changed(c engine.Case, reads []*facts.Schema, changes []change) (engine.Case, error) {
	draft := c.Facts.Draft(reads)
	for _, ch := range changes {
		if err := draft.Set(ch.pointer, ch.value); err != nil {
			return c, err
		}
	}
	doc, err := facts.Parse(c.Facts.File, draft.JSON())
	if err == nil {
		err = doc.BindExcerpt(c.Facts.Schema)
	}
	if err != nil {
		return c, fmt.Errorf("facts changed: %w", err)
	}
	c.Facts = doc
	return c, nil
}
