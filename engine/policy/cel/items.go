package cel

import (
	"strings"

	"rubric/engine/facts"
	"rubric/engine/message"
)

// findClashes refuses items that are the same in any case, and notes which
// entries could yield the same item.
func (b *builder) findClashes(sources []deductionSource, entries []*deduction) {
	for i, d := range entries {
		for j, other := range entries {
			switch {
			case d.item == nil || other.item == nil:
			case i == j:
				if d.each != nil && !b.tellsApart(d) {
					d.clashes = append(d.clashes, j)
				}
			case b.mayCoincide(d, other):
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

// ends are the literal text that the template's text begins and ends with.
func (t *template) ends() (prefix, suffix string) {
	if len(t.parts) == 0 {
		return "", ""
	}
	return t.parts[0].literal, t.parts[len(t.parts)-1].literal
}

// mayCoincide is whether two entries could yield the same item.
func (b *builder) mayCoincide(d, other *deduction) bool {
	for _, one := range b.wordings(d) {
		for _, another := range b.wordings(other) {
			if mayCoincide(one, another) {
				return true
			}
		}
	}
	return false
}

// mostWordings is how many items of an entry are told apart one by one.
const mostWordings = 50

// wordings are all items that an entry may yield, where the schema lists them:
// its expressions are the key of an object's member, or facts with an enum.
// Otherwise it is the template itself.
func (b *builder) wordings(d *deduction) []*template {
	texts := []string{""}
	for _, part := range d.item.parts {
		choices := []string{part.literal}
		if part.value != nil {
			choices = b.choices(d.each, part.code)
		}
		if len(choices) == 0 || len(texts)*len(choices) > mostWordings {
			return []*template{d.item}
		}
		var next []string
		for _, text := range texts {
			for _, choice := range choices {
				next = append(next, text+choice)
			}
		}
		texts = next
	}
	all := make([]*template, len(texts))
	for i, text := range texts {
		all[i] = &template{parts: []piece{{literal: text}}}
	}
	return all
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

// mayCoincide is whether two templates could yield the same text.
func mayCoincide(a, b *template) bool {
	aPrefix, aSuffix := a.ends()
	bPrefix, bSuffix := b.ends()
	switch {
	case a.constant() && b.constant():
		return aPrefix == bPrefix
	case a.constant():
		return len(aPrefix) >= len(bPrefix)+len(bSuffix) && strings.HasPrefix(aPrefix, bPrefix) && strings.HasSuffix(aPrefix, bSuffix)
	case b.constant():
		return mayCoincide(b, a)
	}
	return (strings.HasPrefix(aPrefix, bPrefix) || strings.HasPrefix(bPrefix, aPrefix)) &&
		(strings.HasSuffix(aSuffix, bSuffix) || strings.HasSuffix(bSuffix, aSuffix))
}

// overOf is the place that an entry is repeated over.
func (b *builder) overOf(e *each) *facts.Schema {
	over := b.schema
	for _, member := range e.path {
		over = over.Property(member)
	}
	return over
}
