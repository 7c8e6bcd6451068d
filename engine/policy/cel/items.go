package cel

import (
	"slices"
	"strings"

	"rubric/engine/facts"
	"rubric/engine/message"
)

// findClashes refuses items that are the same in any case, and notes which
// entries could yield the same item.
func (b *builder) findClashes(sources []deductionSource, entries []*deduction) {
	for _, d := range entries {
		if d.item != nil {
			d.ends = b.endsOf(d)
		}
	}
	for i, d := range entries {
		for j, other := range entries {
			switch {
			case d.item == nil || other.item == nil:
			case i == j:
				if d.each != nil && !b.tellsApart(d) {
					d.clashes = append(d.clashes, j)
				}
			case d.mayCoincide(other):
				d.clashes = append(d.clashes, j)
				if i > j && d.item.constant() && other.item.constant() {
					b.text.wrongAt(sources[i].item, 0, message.New("cel.item_twice", "item", sources[i].item.text, "line", other.line))
				}
			}
		}
	}
}

// tellsApart is whether the item of an entry is different for each element:
// its one expression is the key, or the member that the list's elements are
// told apart by.
func (b *builder) tellsApart(d *deduction) bool {
	code := ""
	for _, part := range d.item.parts {
		if part.value != nil && code != "" {
			return false
		}
		if part.value != nil {
			code = part.code
		}
	}
	over := b.overOf(d.each)
	return code != "" && (code == d.each.key || over.Unique != "" && code == d.each.as+"."+over.Unique)
}

func (t *template) constant() bool {
	return len(t.parts) == 1 && t.parts[0].value == nil
}

// mayCoincide is whether two entries could yield the same item.
func (d *deduction) mayCoincide(other *deduction) bool {
	return slices.ContainsFunc(d.ends, func(one itemEnds) bool {
		return slices.ContainsFunc(other.ends, one.mayCoincide)
	})
}

// mayYield is whether an entry could yield that item.
func (d *deduction) mayYield(item string) bool {
	return slices.ContainsFunc(d.ends, itemEnds{item, item, true}.mayCoincide)
}

// mostWordings is how many items of an entry are told apart one by one.
const mostWordings = 50

// itemEnds are what an item begins and ends with, or the whole of it.
type itemEnds struct {
	before, after string
	whole         bool
}

// endsOf are all items that an entry may yield, where the schema lists them:
// its expressions are the key of an object's member, or facts with an enum.
// Otherwise it is the literal text around its expressions.
func (b *builder) endsOf(d *deduction) []itemEnds {
	texts := []string{""}
	for _, part := range d.item.parts {
		choices := []string{part.literal}
		if part.value != nil {
			choices = b.choices(d.each, part.code)
		}
		if len(choices) == 0 || len(texts)*len(choices) > mostWordings {
			return []itemEnds{d.item.ends()}
		}
		var next []string
		for _, text := range texts {
			for _, choice := range choices {
				next = append(next, text+choice)
			}
		}
		texts = next
	}
	all := make([]itemEnds, len(texts))
	for i, text := range texts {
		all[i] = itemEnds{text, text, true}
	}
	return all
}

func (t *template) ends() itemEnds {
	if len(t.parts) == 0 {
		return itemEnds{}
	}
	return itemEnds{t.parts[0].literal, t.parts[len(t.parts)-1].literal, t.constant()}
}

// choices are the texts that an expression may be, nil if they are not known.
func (b *builder) choices(e *each, code string) (all []string) {
	if e == nil {
		return nil
	}
	over := b.overOf(e)
	if code == e.key && over.Kind == facts.Object {
		for _, p := range over.Properties {
			all = append(all, p.Name)
		}
		return all
	}
	if name, isMember := strings.CutPrefix(code, e.as+"."); isMember && over.Kind == facts.List {
		if member := over.Items.Property(name); member != nil && member.Kind == facts.Text && !member.Nullable {
			return member.Enum
		}
	}
	return nil
}

// mayCoincide is whether two items that end so could be the same.
func (w itemEnds) mayCoincide(o itemEnds) bool {
	switch {
	case w.whole && o.whole:
		return w.before == o.before
	case w.whole:
		return len(w.before) >= len(o.before)+len(o.after) && strings.HasPrefix(w.before, o.before) && strings.HasSuffix(w.before, o.after)
	case o.whole:
		return o.mayCoincide(w)
	}
	return (strings.HasPrefix(w.before, o.before) || strings.HasPrefix(o.before, w.before)) &&
		(strings.HasSuffix(w.after, o.after) || strings.HasSuffix(o.after, w.after))
}

// overOf is the place that an entry is repeated over.
func (b *builder) overOf(e *each) *facts.Schema {
	over := b.schema
	for _, member := range e.path {
		over = over.Property(member)
	}
	return over
}
