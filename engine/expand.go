package engine

import (
	"slices"
	"strings"

	"rubric/engine/facts"
	"rubric/engine/framework"
	"rubric/engine/message"
	"rubric/engine/number"
)

// instance is an indicator of a case: one that the framework has, or an element
// of a list in the facts that a leaf of the tree is made of (framework.Each).
type instance struct {
	framework.Indicator        // of an element, with its own weight, and its id behind the leaf's
	leaf                string // the id of the tree's leaf
	title               string // of an element; "" where the policy has the title
	element             *facts.Node
}

// elementMark stands between the id of a leaf and that of an element.
const elementMark = "."

// expand lists the indicators of a case in the framework's order. The problems
// are those of a form that is not in order: without elements, or with weights
// that do not add up.
func expand(fw *framework.Framework, doc *facts.Document) (all []instance, problems message.Problems) {
	for _, in := range fw.Indicators() {
		if in.Each == nil {
			all = append(all, instance{Indicator: in, leaf: in.ID})
			continue
		}
		elements := elementsOf(in, doc)
		if wrong, ok := form(in, elements, doc); !ok {
			problems.Add(wrong)
		}
		all = append(all, elements...)
	}
	return all, problems
}

// elementsOf are the indicators of a list, as far as they are known; none where
// the document lacks the list.
func elementsOf(in framework.Indicator, doc *facts.Document) (all []instance) {
	list := doc.At(in.Each.Over)
	if list == nil {
		return nil
	}
	for _, n := range list.Elements() {
		i := instance{Indicator: in, leaf: in.ID, element: n}
		i.ID += elementMark + textOf(n, in.Each.ID)
		i.title = textOf(n, in.Each.Title)
		i.Weight = number.Number{}
		if w := n.Member(in.Each.Weight); w != nil {
			i.Weight = w.Number()
		}
		all = append(all, i)
	}
	return all
}

func textOf(n *facts.Node, member string) string {
	if m := n.Member(member); m != nil {
		return m.Text
	}
	return ""
}

// form checks that a list can be scored as a form: that it is there, complete,
// and that each element has its id, title and weight, and they add up.
func form(in framework.Indicator, elements []instance, doc *facts.Document) (wrong message.Problem, ok bool) {
	list := doc.At(in.Each.Over)
	if list == nil || list.Len() == 0 {
		at := list
		if at == nil {
			at = doc.Root
		}
		return problemAt(doc, at, in.Each.Over, message.New("engine.each_none", "list", in.Each.List.Label(), "weight", in.Weight.String())), false
	}
	if list.Partial() {
		return problemAt(doc, list, in.Each.Over, message.New("engine.each_partial", "list", in.Each.List.Label(), "count", list.Len())), false
	}
	var sum number.Number
	for _, e := range elements {
		for _, member := range []string{in.Each.ID, in.Each.Title, in.Each.Weight} {
			if e.element.Member(member) == nil {
				return problemAt(doc, e.element, e.element.Pointer()+"/"+member,
					message.New("engine.each_member", "label", in.Each.List.Items.Property(member).Label())), false
			}
		}
		if w := e.element.Member(in.Each.Weight); e.Weight.Sign() < 0 {
			return problemAt(doc, w, w.Pointer(), message.New("engine.each_negative", "title", e.title, "weight", e.Weight.String())), false
		}
		sum = sum.Add(e.Weight)
	}
	if !sum.Equal(in.Weight) {
		return problemAt(doc, list, in.Each.Over, message.New("engine.each_weights", "list", in.Each.List.Label(), "count", list.Len(),
			"sum", sum.String(), "weight", in.Weight.String(), "difference", in.Weight.Sub(sum).String())), false
	}
	return wrong, true
}

func problemAt(doc *facts.Document, n *facts.Node, pointer string, m message.Message) message.Problem {
	line, column := doc.Position(n)
	return message.Problem{File: doc.File, Line: line, Column: column, Pointer: pointer, Message: m}
}

// CheckCase checks what a framework asks of a case beyond its schema: that lists
// that are indicators add up, and that the review fits. The error is a
// message.Problems.
func CheckCase(fw *framework.Framework, c Case) error {
	all, problems := expand(fw, c.Facts)
	if len(problems) > 0 {
		return problems
	}
	return checkMarks(fw, all, c.Marks)
}

// Elements are what the policy of a leaf is to decide in a document, for
// Policy.Decide: the elements of its list, or one nil for an indicator that the
// framework has itself.
func (r *Rules) Elements(leaf string, doc *facts.Document) []*facts.Node {
	for _, in := range r.Framework.Indicators() {
		if in.ID != leaf || in.Each == nil {
			continue
		}
		if list := doc.At(in.Each.Over); list != nil {
			return slices.Clone(list.Elements())
		}
		return nil
	}
	return []*facts.Node{nil}
}

// leafOf is the id of the leaf that an indicator's id begins with.
func leafOf(id string) string {
	leaf, _, _ := strings.Cut(id, elementMark)
	return leaf
}
