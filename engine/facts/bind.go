package facts

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"rubric/engine/message"
	"rubric/engine/number"
)

// Bind attaches the places of s to the document's nodes and finds what is
// missing. The error is a message.Problems with everything in the document
// that s does not allow; absence is an error only where s says "required".
// After an error the document is not to be evaluated.
func (d *Document) Bind(s *Schema) error { return d.bind(s, false) }

// BindExcerpt is Bind for a few facts that stand alone, as in the cases beside a
// policy: what identifies a case may be absent.
func (d *Document) BindExcerpt(s *Schema) error { return d.bind(s, true) }

func (d *Document) bind(s *Schema, excerpt bool) error {
	d.Schema = s
	b := &binder{report: report{file: d.File, source: d.Source}, excerpt: excerpt}
	b.bind(d.Root, s)
	d.missing = findMissing(d.Root, s)
	return b.err()
}

// maxSuggestions is how many unknown facts of a document get a suggestion:
// beyond, the file is of another framework and comparing names costs time.
const maxSuggestions = 50

type binder struct {
	report
	unknown int  // facts that the schema does not have, so far
	excerpt bool // "required" is not asked for
}

func (b *binder) problem(n *Node, m message.Message) { b.add(n.Offset, n.Pointer(), m) }

func (b *binder) bind(n *Node, s *Schema) {
	n.Schema = s
	switch {
	case n.Kind == Null:
		if !s.Nullable {
			b.problem(n, message.New("facts.null", "label", s.Label()))
		}
	case n.Kind != s.Kind:
		b.wrongKind(n, s)
	case n.Kind == Object:
		b.object(n, s)
	case n.Kind == List:
		b.list(n, s)
	case n.Kind == Num:
		b.number(n, s)
	case n.Kind == Text:
		b.text(n, s)
	}
}

func (b *binder) object(n *Node, s *Schema) {
	for i, member := range n.members {
		member.Schema = nil
		if p := s.propertyNear(member.Key, i); p != nil {
			b.bind(member, p)
		} else {
			b.unknownFact(member, s)
		}
	}
	for _, p := range s.Properties {
		if p.Required && !b.excerpt && n.Member(p.Name) == nil {
			b.add(n.Offset, n.Pointer()+"/"+p.Name, message.New("facts.required", "label", p.Label(), "name", p.Name))
		}
	}
}

// propertyNear is Property, quicker for documents in the schema's own order.
func (s *Schema) propertyNear(name string, i int) *Schema {
	if i < len(s.Properties) && s.Properties[i].Name == name {
		return s.Properties[i]
	}
	return s.Property(name)
}

func (b *binder) unknownFact(n *Node, s *Schema) {
	suggestion := ""
	if b.unknown++; b.unknown <= maxSuggestions {
		suggestion = s.Suggest(n.Key)
	}
	if suggestion == "" {
		b.problem(n, message.New("facts.unknown", "name", clip(n.Key)))
		return
	}
	b.problem(n, message.New("facts.unknown_fact", "name", clip(n.Key),
		"suggestion", suggestion, "label", s.Property(suggestion).Label()))
}

// wrongKind says which kind is wanted, and how to mend the usual slips.
func (b *binder) wrongKind(n *Node, s *Schema) {
	switch {
	case n.Kind == Text && s.Kind == Num && isNumber(n.Text):
		b.problem(n, message.New("facts.quoted_number", "label", s.Label(), "value", clip(n.Text)))
	case n.Kind == Text && s.Kind == Bool && (n.Text == "true" || n.Text == "false"):
		b.problem(n, message.New("facts.quoted_bool", "label", s.Label(), "value", n.Text))
	case n.Kind == Text && s.Kind == Num:
		b.problem(n, message.New("facts.text_for_number", "label", s.Label(), "value", clip(n.Text)))
	case n.Kind == Num && s.Kind == Text:
		b.problem(n, message.New("facts.number_for_text", "label", s.Label(), "value", clip(n.Text)))
	default:
		b.problem(n, message.New("facts.wrong_kind", "label", s.Label(), "want", kindName(s.Kind), "got", kindName(n.Kind)))
	}
}

func isNumber(text string) bool {
	_, err := number.Parse(text)
	return err == nil
}

func (b *binder) list(n *Node, s *Schema) {
	if n.Len() < s.MinItems {
		b.problem(n, message.New("facts.min_items", "label", s.Label(), "limit", s.MinItems, "count", n.Len()))
	}
	if s.MaxItems >= 0 && n.Len() > s.MaxItems {
		b.problem(n, message.New("facts.max_items", "label", s.Label(), "limit", s.MaxItems, "count", n.Len()))
	}
	for _, element := range n.members {
		b.bind(element, s.Items)
	}
	if s.Unique != "" {
		b.unique(n, s)
	}
}

// unique reports elements with the same x-key as an earlier one.
func (b *binder) unique(n *Node, s *Schema) {
	keys := make([]*Node, 0, n.Len())
	for _, element := range n.members {
		if key := element.Member(s.Unique); key != nil && (key.Kind == Text || key.Kind == Num) {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(x, y *Node) int { return cmp.Or(compareScalars(x, y), x.Offset-y.Offset) })
	for i := 1; i < len(keys); i++ {
		if compareScalars(keys[i-1], keys[i]) == 0 {
			b.problem(keys[i], message.New("facts.same_key", "list", s.Label(),
				"label", keys[i].label(), "value", clip(keys[i].Text), "other", keys[i-1].Parent.Pointer()))
		}
	}
}

// compareScalars orders numbers by value, texts by their bytes.
func compareScalars(x, y *Node) int {
	switch {
	case x.Kind != y.Kind:
		return int(x.Kind) - int(y.Kind)
	case x.Kind == Num:
		return x.Number.Cmp(y.Number)
	}
	return strings.Compare(x.Text, y.Text)
}

func (n *Node) label() string {
	if n.Schema == nil {
		return n.Key
	}
	return n.Schema.Label()
}

func (b *binder) number(n *Node, s *Schema) {
	if s.Integer && !n.Number.IsInt() {
		b.problem(n, message.New("facts.not_whole", "label", s.Label(), "value", clip(n.Text)))
	}
	if s.Minimum != nil && n.Number.Cmp(*s.Minimum) < 0 {
		b.problem(n, message.New("facts.minimum", "label", s.Label(), "value", clip(n.Text), "limit", *s.Minimum))
	}
	if s.Maximum != nil && n.Number.Cmp(*s.Maximum) > 0 {
		b.problem(n, message.New("facts.maximum", "label", s.Label(), "value", clip(n.Text), "limit", *s.Maximum))
	}
	if s.ExclusiveMinimum != nil && n.Number.Cmp(*s.ExclusiveMinimum) <= 0 {
		b.problem(n, message.New("facts.exclusive_minimum", "label", s.Label(), "value", clip(n.Text), "limit", *s.ExclusiveMinimum))
	}
	if s.ExclusiveMaximum != nil && n.Number.Cmp(*s.ExclusiveMaximum) >= 0 {
		b.problem(n, message.New("facts.exclusive_maximum", "label", s.Label(), "value", clip(n.Text), "limit", *s.ExclusiveMaximum))
	}
	if len(s.numbers) > 0 && !slices.ContainsFunc(s.numbers, n.Number.Equal) {
		b.problem(n, message.New("facts.enum", "label", s.Label(), "value", clip(n.Text), "allowed", s.Enum))
	}
}

func (b *binder) text(n *Node, s *Schema) {
	if s.MinLength > 0 && utf8.RuneCountInString(n.Text) < s.MinLength {
		b.problem(n, message.New("facts.min_length", "label", s.Label(), "limit", s.MinLength))
	}
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, n.Text) {
		b.problem(n, message.New("facts.enum", "label", s.Label(), "value", clip(n.Text), "allowed", s.Enum))
	}
	if s.Format == "date" && !isDate(n.Text) {
		b.problem(n, message.New("facts.date", "label", s.Label(), "value", clip(n.Text)))
	}
	if s.pattern != nil && !s.pattern.MatchString(n.Text) {
		b.problem(n, message.New("facts.pattern", "label", s.Label(), "value", clip(n.Text), "pattern", s.Pattern))
	}
}

// isDate tells a day of the calendar, written 2023-12-31.
func isDate(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}
