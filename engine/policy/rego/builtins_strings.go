package rego

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// moreTexts are the text functions beyond the everyday ones of texts.
func moreTexts() []*builtin {
	return []*builtin{
		textual("indexof", indexOf),
		textual("indexof_n", indexOfN),
		textual("strings.count", func(_ *call, args []string) (value, *message.Message) {
			return number.Int(int64(strings.Count(args[0], args[1]))), nil
		}),
		textual("strings.reverse", func(_ *call, args []string) (value, *message.Message) { return reversed(args[0]), nil }),
		{name: "strings.replace_n", call: replaceN},
		{name: "strings.split_n", call: splitN},
		{name: "strings.any_prefix_match", call: anyAffix(func(s string) string { return s })},
		{name: "strings.any_suffix_match", call: anyAffix(reversedBytes)},
		{name: "internal.template_string", call: templateString},
	}
}

// indexOf is the position of the first occurrence in characters, -1 for none.
func indexOf(_ *call, args []string) (value, *message.Message) {
	s, part := args[0], args[1]
	if part == "" {
		return nil, fault("rego.empty_search")
	}
	i := strings.Index(s, part)
	if i < 0 {
		return number.Int(-1), nil
	}
	return number.Int(int64(utf8.RuneCountInString(s[:i]))), nil
}

// indexOfN lists the positions of all occurrences, overlapping ones as well.
func indexOfN(c *call, args []string) (value, *message.Message) {
	s, part := args[0], args[1]
	if part == "" {
		return nil, fault("rego.empty_search")
	}
	out := &array{}
	for position := 0; ; {
		i := strings.Index(s, part)
		if i < 0 {
			return out, nil
		}
		position += utf8.RuneCountInString(s[:i])
		if wrong := c.tooMany(int64(len(out.elems) + 1)); wrong != nil || !c.pay(1+int64(len(part))/512) {
			return nil, wrong
		}
		out.elems = append(out.elems, number.Int(int64(position)))
		_, width := utf8.DecodeRuneInString(s[i:])
		s, position = s[i+width:], position+1
	}
}

func reversed(s string) string {
	runes := []rune(s)
	slices.Reverse(runes)
	return string(runes)
}

func reversedBytes(s string) string {
	bytes := []byte(s)
	slices.Reverse(bytes)
	return string(bytes)
}

// replaceN replaces the keys of an object by their values, at each place the
// first key, in order, that fits.
func replaceN(c *call, args []value) (value, *message.Message) {
	entries, wrong := objectOf(args[0])
	if wrong != nil {
		return nil, wrong
	}
	s, wrong := textOf(args[1])
	if wrong != nil {
		return nil, wrong
	}
	var pairs []string
	longest := 0
	for _, e := range entries {
		from, to, wrong := twoTexts([]value{e.key, e.val})
		if wrong != nil {
			return nil, wrong
		}
		pairs, longest = append(pairs, from, to), max(longest, len(from))
	}
	if !c.pay(policy.Product(int64(len(s)), int64(longest)) / 64) {
		return nil, nil
	}
	out := c.writer()
	if _, err := strings.NewReplacer(pairs...).WriteString(&out, s); err != nil {
		return nil, c.tooLong(math.MaxInt)
	}
	return string(out.text), nil
}

// splitN splits a text and keeps the first n parts, or the last -n.
func splitN(c *call, args []value) (value, *message.Message) {
	s, sep, wrong := twoTexts(args)
	if wrong != nil {
		return nil, wrong
	}
	n, wrong := wholeOf(args[2])
	if wrong != nil {
		return nil, wrong
	}
	if count := int64(strings.Count(s, sep) + 1); !c.make(2*count*policy.SlotBytes) || c.tooMany(count) != nil {
		return nil, c.tooMany(count)
	}
	var parts []string
	if n >= 0 {
		n = min(n, len(s)+1)
		parts = strings.SplitN(s, sep, n+1)
		parts = parts[:min(n, len(parts))]
	} else {
		parts = strings.Split(s, sep)
		parts = parts[max(len(parts)+max(n, -len(parts)), 0):]
	}
	return textArray(parts), nil
}

func textArray(parts []string) *array {
	out := &array{make([]value, len(parts))}
	for i, p := range parts {
		out.elems[i] = p
	}
	return out
}

// anyAffix tells whether any of the texts begins with any of the others, both
// as seen through view.
func anyAffix(view func(string) string) func(*call, []value) (value, *message.Message) {
	return func(c *call, args []value) (value, *message.Message) {
		texts, wrong := oneOrMore(args[0], view)
		if wrong != nil {
			return nil, wrong
		}
		affixes, wrong := oneOrMore(args[1], view)
		if wrong != nil {
			return nil, wrong
		}
		if !c.paySorting(len(texts)) {
			return nil, nil
		}
		// Texts with a prefix stand together in order, right after the prefix.
		slices.Sort(texts)
		return slices.ContainsFunc(affixes, func(affix string) bool {
			i, _ := slices.BinarySearch(texts, affix)
			return i < len(texts) && strings.HasPrefix(texts[i], affix)
		}), nil
	}
}

func oneOrMore(v value, view func(string) string) ([]string, *message.Message) {
	if s, ok := textIn(v); ok {
		return []string{view(s)}, nil
	}
	all, wrong := textsOf(v)
	for i, s := range all {
		all[i] = view(s)
	}
	return all, wrong
}

// templateString puts together $"…{x}…". The compiler hands over each x as a
// set of at most one value: an empty one is an undefined x.
func templateString(c *call, args []value) (value, *message.Message) {
	parts, wrong := arrayOf(args[0])
	if wrong != nil {
		return nil, wrong
	}
	out := c.writer()
	for _, part := range parts {
		s, wrong := c.templatePart(part)
		if wrong != nil {
			return nil, wrong
		}
		if _, err := out.WriteString(s); err != nil {
			return nil, c.tooLong(math.MaxInt)
		}
	}
	return string(out.text), nil
}

func (c *call) templatePart(part value) (string, *message.Message) {
	if s, ok := part.(*set); ok {
		switch len(s.entries) {
		case 0:
			return "<undefined>", nil
		case 1:
			part = s.entries[0].key
		default:
			return "", fault("rego.template_values", "values", show(s))
		}
	}
	return c.plainText(part)
}
