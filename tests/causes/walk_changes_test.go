package causes

import (
	"encoding/json"
	"slices"
	"strings"

	"rubric/engine/facts"
	"rubric/engine/number"
	"rubric/tests/internal/tree"
	"rubric/tests/internal/vary"
)

// alike is the case with the same at p as at another place of that name, whatever
// stands there: as where whole objects are compared.
func (w *walk) alike(from *spot, p vary.Place) *tree.Doc {
	var like []string
	for _, o := range w.places(from) {
		if o.Schema.Kind == p.Schema.Kind && o.There && o.Pointer != p.Pointer && (o.Schema.Name == p.Schema.Name || o.Schema.Parent == p.Schema.Parent) {
			like = append(like, o.Pointer)
		}
	}
	doc := from.doc.Clone()
	if len(like) > 0 && p.Schema.Name != "*" {
		v, _ := doc.At(vary.Pick(w.chooser, like))
		doc.Set(p.Pointer, tree.Copy(v))
	}
	return doc
}

// changed is the case with a change at p alone; of an object, only whether it is
// there. It may be none that the schema allows.
func (w *walk) changed(from *spot, p vary.Place) (*tree.Doc, bool) {
	doc := from.doc.Clone()
	old, there := doc.At(p.Pointer)
	p.There = there
	switch kind := p.Schema.Kind; {
	case p.Schema.Name == "*" && kind == facts.Object:
		return nil, false // that an element goes is the list's change
	case there && (kind == facts.Object || p.Schema.Optional && w.chooser.Chance(30)):
		doc.Delete(p.Pointer)
	case there && kind == facts.List:
		return doc, w.resize(doc, p)
	case !there && kind == facts.Object || kind == facts.List:
		doc.Set(p.Pointer, w.chooser.Value(p.Schema))
	default:
		doc.Set(p.Pointer, w.value(from, p.Schema, old))
	}
	return doc, true
}

// longestList is how long a list grows that is no longer in the base.
const longestList = 4

// resize lets a list grow or shrink at its end, by as many elements as an index or
// a count in a policy is apart.
func (w *walk) resize(doc *tree.Doc, p vary.Place) bool {
	before := doc.Len(p.Pointer)
	for range 1 + w.chooser.Below(3) {
		change, ok := w.chooser.Change(doc, p, true)
		if !ok || !change.Membership || change.Shift || change.Pointer == p.Pointer {
			continue
		}
		if n := doc.Len(p.Pointer); change.Goes() || n < longestList || n < w.base.Len(p.Pointer) {
			change.Apply(doc)
		}
	}
	return doc.Len(p.Pointer) != before
}

// value is another value for a place: often that of another fact or a constant of
// the policy, or one beside it, because equality and thresholds are rarely met by
// chance.
func (w *walk) value(from *spot, s *facts.Schema, old any) any {
	if len(s.Enum) > 0 || s.Kind == facts.Bool || w.chooser.Chance(25) {
		return w.chooser.Other(s, old)
	}
	var v any
	switch {
	case w.chooser.Chance(50):
		v = w.other(from, s)
	case s.Kind == facts.Num && len(w.words.numbers) > 0:
		v = json.Number(vary.Pick(w.chooser, w.words.numbers))
	case s.Kind == facts.Text && len(w.words.texts) > 0:
		v = vary.Pick(w.chooser, w.words.texts)
	}
	if digits, ok := v.(json.Number); ok {
		v = w.beyond(digits)
	}
	if v == nil || v == old {
		return w.chooser.Other(s, old)
	}
	return v
}

// other is what stands at another place of that kind, or is the item of a
// deduction; nil if nothing is.
func (w *walk) other(from *spot, s *facts.Schema) any {
	if s.Kind == facts.Text && len(from.results) > 0 && w.chooser.Chance(50) {
		return vary.Pick(w.chooser, from.results).item
	}
	places := w.places(from)
	for range 5 {
		if p := vary.Pick(w.chooser, places); p.There && p.Schema.Kind == s.Kind {
			v, _ := from.doc.At(p.Pointer)
			return v
		}
	}
	return nil
}

// beyond is a number, or one a little beside it.
func (w *walk) beyond(digits json.Number) any {
	v, err := number.Parse(digits.String())
	if err != nil {
		return digits
	}
	return json.Number(v.Add(number.Int(int64(w.chooser.Below(3) - 1))).String())
}

// say adds a text that facts may be compared with, and what stands in it behind a
// constant of the policy.
func (w *words) say(text string) {
	if slices.Contains(w.texts, text) {
		return
	}
	for _, constant := range w.texts {
		if rest, ok := strings.CutPrefix(text, constant); ok && rest != "" && constant != "" && !slices.Contains(w.texts, rest) {
			w.texts = append(w.texts, rest)
		}
	}
	w.texts = append(w.texts, text)
}
