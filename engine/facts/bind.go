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
	d.Schema, d.missing = s, nil
	if d.fits(s) {
		return nil
	}
	unfoldAll(d.Root)
	b := &binder{report: report{file: d.File, source: d.Source}, root: d.Root, excerpt: excerpt}
	b.bind(d.Root, s)
	d.missing = b.missing
	return b.err()
}

// maxSuggestions is how many unknown facts of a document get a suggestion:
// beyond, the file is of another framework and comparing names costs time.
const maxSuggestions = 50

// binder walks the schema over the document.
type binder struct {
	report
	root    *Node
	rank    int32 // of the next node
	missing []Missing
	unknown int  // facts that the schema does not have, so far
	excerpt bool // "required" is not asked for
}

func (b *binder) problem(n *Node, m message.Message) { b.add(int(n.Offset), n.Pointer(), m) }

// bind is the binder at n, which stands at the place s.
func (b *binder) bind(n *Node, s *Schema) {
	n.Schema, n.rank = s, b.rank
	b.rank++
	switch {
	case n.Kind == s.Kind:
		b.value(n, s)
	case n.Kind != Null:
		b.wrongKind(n, s)
	case !s.Nullable:
		b.problem(n, message.New("facts.null", "label", s.Label()))
	case s.Kind == List:
		b.count(n, 0, s, n.Pointer)
	}
}

func (b *binder) value(n *Node, s *Schema) {
	switch n.Kind {
	case Object:
		b.object(n, s)
	case List:
		b.list(n, s)
	case Num:
		b.number(n, s)
	case Text:
		b.text(n, s)
	}
}

// object is quickest where the members stand in the schema's order.
func (b *binder) object(n *Node, s *Schema) {
	members, inOrder := n.below.members, 0
	for _, p := range s.Properties {
		var member *Node
		if inOrder < len(members) && members[inOrder].Key == p.Name {
			member = members[inOrder]
			inOrder++
		} else {
			member = n.Member(p.Name)
		}
		b.member(n, member, p)
	}
	n.below.last = b.rank - 1
	if inOrder < len(members) {
		b.strangers(n, s)
	}
}

// member is the binder at member, nil where there is none, of n.
func (b *binder) member(n, member *Node, p *Schema) {
	switch {
	case member != nil:
		b.bind(member, p)
	case !p.Required:
		b.absent(n, p)
	case !b.excerpt:
		b.add(int(n.Offset), n.Pointer()+"/"+p.Name, message.New("facts.required", "label", p.Label(), "name", p.Name))
	}
}

// strangers reports the members that the schema does not have.
func (b *binder) strangers(n *Node, s *Schema) {
	for _, member := range n.below.members {
		if s.Property(member.Key) == nil {
			member.Schema = nil
			b.unknownFact(member, s)
		}
	}
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
	n.below.partial, n.below.miscounted = b.count(n, n.Len(), s, n.Pointer)
	for _, element := range n.below.members {
		b.bind(element, s.Items)
	}
	n.below.last = b.rank - 1
	if s.Unique != "" {
		b.unique(n, s)
	}
}

// unique reports elements with the same x-key as an earlier one.
func (b *binder) unique(n *Node, s *Schema) {
	keys := make([]*Node, 0, n.Len())
	for _, element := range n.below.members {
		if key := element.Member(s.Unique); key != nil && (key.Kind == Text || key.Kind == Num) {
			keys = append(keys, key)
		}
	}
	if len(keys) <= fewKeys && allDifferent(keys) {
		return
	}
	slices.SortFunc(keys, func(x, y *Node) int { return cmp.Or(compareScalars(x, y), int(x.Offset-y.Offset)) })
	for i := 1; i < len(keys); i++ {
		if compareScalars(keys[i-1], keys[i]) == 0 {
			b.problem(keys[i], message.New("facts.same_key", "list", s.Label(),
				"label", keys[i].label(), "value", clip(keys[i].Text), "other", keys[i-1].Parent.Pointer()))
		}
	}
}

// fewKeys is up to how many keys comparing each with each beats sorting them.
const fewKeys = 32

func allDifferent(keys []*Node) bool {
	for i, x := range keys {
		for _, y := range keys[:i] {
			if x.Kind == Num && y.Kind == Num && x.Number().Equal(y.Number()) || x.Kind == y.Kind && x.Text == y.Text {
				return false
			}
		}
	}
	return true
}

// compareScalars orders numbers by value, texts by their bytes.
func compareScalars(x, y *Node) int {
	switch {
	case x.Kind != y.Kind:
		return int(x.Kind) - int(y.Kind)
	case x.Kind == Num:
		return x.Number().Cmp(y.Number())
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
	if s.fromZero && n.digits >= 0 && (n.scale == 0 || n.scale != unscaled && !s.Integer) {
		return // as most facts are
	}
	value := n.Number()
	if s.Integer && !value.IsInt() {
		b.problem(n, message.New("facts.not_whole", "label", s.Label(), "value", clip(n.Text)))
	}
	if s.Minimum != nil && value.Cmp(*s.Minimum) < 0 {
		b.problem(n, message.New("facts.minimum", "label", s.Label(), "value", clip(n.Text), "limit", *s.Minimum))
	}
	if s.Maximum != nil && value.Cmp(*s.Maximum) > 0 {
		b.problem(n, message.New("facts.maximum", "label", s.Label(), "value", clip(n.Text), "limit", *s.Maximum))
	}
	if s.ExclusiveMinimum != nil && value.Cmp(*s.ExclusiveMinimum) <= 0 {
		b.problem(n, message.New("facts.exclusive_minimum", "label", s.Label(), "value", clip(n.Text), "limit", *s.ExclusiveMinimum))
	}
	if s.ExclusiveMaximum != nil && value.Cmp(*s.ExclusiveMaximum) >= 0 {
		b.problem(n, message.New("facts.exclusive_maximum", "label", s.Label(), "value", clip(n.Text), "limit", *s.ExclusiveMaximum))
	}
	if len(s.numbers) > 0 && !slices.ContainsFunc(s.numbers, value.Equal) {
		b.problem(n, message.New("facts.enum", "label", s.Label(), "value", clip(n.Text), "allowed", s.Enum))
	}
}

func (b *binder) text(n *Node, s *Schema) {
	if len(n.Text) < utf8.UTFMax*s.MinLength && utf8.RuneCountInString(n.Text) < s.MinLength {
		b.problem(n, message.New("facts.min_length", "label", s.Label(), "limit", s.MinLength))
	}
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, n.Text) {
		b.problem(n, message.New("facts.enum", "label", s.Label(), "value", clip(n.Text), "allowed", s.Enum))
	}
	if s.Format == "date" && !isDate(n.Text) {
		b.problem(n, message.New("facts.date", "label", s.Label(), "value", clip(n.Text)))
	}
	if s.pattern != nil && !s.pattern.MatchString(n.Text) {
		b.problem(n, s.otherPattern(n.Text))
	}
}

// isDate tells a day of the calendar, written 2023-12-31.
func isDate(text string) bool {
	if len(text) != len(time.DateOnly) || text[4] != '-' || text[7] != '-' {
		return false
	}
	year, okYear := digitsOf(text[:4])
	month, okMonth := digitsOf(text[5:7])
	day, okDay := digitsOf(text[8:])
	return okYear && okMonth && okDay && month >= 1 && month <= 12 && day >= 1 &&
		(day <= 28 || time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() == day)
}

func digitsOf(text string) (n int, ok bool) {
	for i := range len(text) {
		if !isDigit(text[i]) {
			return 0, false
		}
		n = 10*n + int(text[i]-'0')
	}
	return n, true
}
