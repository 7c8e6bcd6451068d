package rego

import (
	"strings"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"

	"github.com/open-policy-agent/opa/v1/types"
)

func texts() []*builtin {
	test := func(name string, f func(s, part string) bool) *builtin {
		return &builtin{name: name, call: func(_ *call, args []value) (value, *message.Message) {
			s, part, wrong := twoTexts(args)
			if wrong != nil {
				return nil, wrong
			}
			return f(s, part), nil
		}}
	}
	change := func(name string, f func(s, part string) string) *builtin {
		return &builtin{name: name, call: func(_ *call, args []value) (value, *message.Message) {
			s, part, wrong := twoTexts(args)
			if wrong != nil {
				return nil, wrong
			}
			return f(s, part), nil
		}}
	}
	plain := func(name string, f func(string) string) *builtin {
		return &builtin{name: name, call: func(_ *call, args []value) (value, *message.Message) {
			s, wrong := textOf(args[0])
			if wrong != nil {
				return nil, wrong
			}
			return f(s), nil
		}}
	}
	return []*builtin{
		test("contains", strings.Contains), test("startswith", strings.HasPrefix), test("endswith", strings.HasSuffix),
		plain("lower", strings.ToLower), plain("upper", strings.ToUpper), plain("trim_space", strings.TrimSpace),
		change("trim", strings.Trim), change("trim_left", strings.TrimLeft), change("trim_right", strings.TrimRight),
		change("trim_prefix", strings.TrimPrefix), change("trim_suffix", strings.TrimSuffix),
		{name: "concat", call: concat},
		{name: "replace", call: replaceText},
		{name: "split", call: split},
		{name: "substring", call: substring},
		{name: "format_int", call: formatInt},
		{name: "sprintf", call: sprintf},
		{name: "to_number", call: toNumber},
	}
}

func twoTexts(args []value) (a, b string, wrong *message.Message) {
	if a, wrong = textOf(args[0]); wrong != nil {
		return a, b, wrong
	}
	b, wrong = textOf(args[1])
	return a, b, wrong
}

func concat(_ *call, args []value) (value, *message.Message) {
	sep, wrong := textOf(args[0])
	if wrong != nil {
		return nil, wrong
	}
	items, wrong := listOf(args[1])
	if wrong != nil {
		return nil, wrong
	}
	parts := make([]string, len(items))
	size := 0
	for i, v := range items {
		if parts[i], wrong = textOf(v); wrong != nil {
			return nil, wrong
		}
		size += len(parts[i]) + len(sep)
	}
	if size > maxText {
		return nil, fault("rego.text_too_long", "limit", maxText)
	}
	return strings.Join(parts, sep), nil
}

func replaceText(_ *call, args []value) (value, *message.Message) {
	s, old, wrong := twoTexts(args)
	if wrong != nil {
		return nil, wrong
	}
	with, wrong := textOf(args[2])
	if wrong != nil {
		return nil, wrong
	}
	if strings.Count(s, old)*len(with)+len(s) > maxText {
		return nil, fault("rego.text_too_long", "limit", maxText)
	}
	return strings.ReplaceAll(s, old, with), nil
}

func split(_ *call, args []value) (value, *message.Message) {
	s, sep, wrong := twoTexts(args)
	if wrong != nil {
		return nil, wrong
	}
	out := &array{}
	for _, part := range strings.Split(s, sep) {
		out.elems = append(out.elems, part)
	}
	return out, nil
}

// substring counts characters; a negative length means to the end.
func substring(_ *call, args []value) (value, *message.Message) {
	s, wrong := textOf(args[0])
	if wrong != nil {
		return nil, wrong
	}
	from, wrong := wholeOf(args[1])
	if wrong != nil {
		return nil, wrong
	}
	length, wrong := wholeOf(args[2])
	if wrong != nil {
		return nil, wrong
	}
	runes := []rune(s)
	if from < 0 {
		return nil, fault("rego.negative_offset", "value", from)
	}
	from = min(from, len(runes))
	to := len(runes)
	if length >= 0 && length < len(runes)-from {
		to = from + length
	}
	return string(runes[from:to]), nil
}

func formatInt(_ *call, args []value) (value, *message.Message) {
	n, wrong := numberOf(args[0])
	if wrong != nil {
		return nil, wrong
	}
	base, wrong := wholeOf(args[1])
	if wrong != nil {
		return nil, wrong
	}
	if base != 2 && base != 8 && base != 10 && base != 16 {
		return nil, fault("rego.bad_base", "value", base)
	}
	whole := n.Round(0, number.RoundDown)
	return whole.Rat().Num().Text(base), nil
}

func toNumber(_ *call, args []value) (value, *message.Message) {
	switch v := scalar(args[0]).(type) {
	case number.Number:
		return v, nil
	case bool:
		if v {
			return number.Int(1), nil
		}
		return number.Int(0), nil
	case null:
		return number.Int(0), nil
	case string:
		n, err := number.Parse(v)
		if err != nil {
			return nil, fault("rego.no_number", "value", show(v))
		}
		return n, nil
	}
	return nil, wrongType("string", args[0])
}

// show prints a value in Rego's notation.
func show(v value) string {
	switch v := scalar(v).(type) {
	case nil:
		return "undefined"
	case null:
		return "null"
	case bool:
		if v {
			return "true"
		}
		return "false"
	case number.Number:
		return v.String()
	case string:
		return `"` + v + `"`
	case *set:
		if len(v.entries) == 0 {
			return "set()"
		}
		return "{" + showEntries(v.entries, false) + "}"
	case *object, *overlay:
		return "{" + showEntries(entriesOf(v), true) + "}"
	case *facts.Node:
		if v.Kind == facts.Object {
			return "{" + showEntries(entriesOf(v), true) + "}"
		}
	}
	items := elements(v)
	parts := make([]string, len(items))
	for i, e := range items {
		parts[i] = show(e)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func showEntries(entries []entry, members bool) string {
	parts := make([]string, len(entries))
	for i, e := range entries {
		parts[i] = show(e.key)
		if members {
			parts[i] += ": " + show(e.val)
		}
	}
	return strings.Join(parts, ", ")
}

// ours are the functions that scoring rules need and Rego lacks: formatting of
// exact numbers, rounding to digits, the annual growth rate.
func ours() []*builtin {
	twoNumbers := types.NewFunction([]types.Type{types.N, types.N}, types.S)
	format := func(name string, f func(n number.Number, digits int) string) *builtin {
		return &builtin{name: name, decl: twoNumbers, call: func(_ *call, args []value) (value, *message.Message) {
			n, digits, wrong := numberAndDigits(args)
			if wrong != nil {
				return nil, wrong
			}
			return f(n, digits), nil
		}}
	}
	return []*builtin{
		format("rubric.decimal", number.Number.Fixed),
		format("rubric.percent", func(n number.Number, digits int) string { return n.Mul(number.Int(100)).Fixed(digits) + "%" }),
		{name: "rubric.exact", decl: types.NewFunction([]types.Type{types.N}, types.S), call: func(_ *call, args []value) (value, *message.Message) {
			n, wrong := numberOf(args[0])
			if wrong != nil {
				return nil, wrong
			}
			return n.String(), nil
		}},
		{name: "rubric.round", decl: types.NewFunction([]types.Type{types.N, types.N}, types.N), call: func(_ *call, args []value) (value, *message.Message) {
			n, digits, wrong := numberAndDigits(args)
			if wrong != nil {
				return nil, wrong
			}
			return n.Round(digits, number.RoundHalfUp), nil
		}},
		{name: "rubric.growth_rate", decl: types.NewFunction([]types.Type{types.N, types.N, types.N, types.N}, types.N), call: growthRate},
		{name: "rubric.pow", decl: types.NewFunction([]types.Type{types.N, types.N}, types.N), call: power},
	}
}

const maxDigits = 50

func numberAndDigits(args []value) (number.Number, int, *message.Message) {
	n, wrong := numberOf(args[0])
	if wrong != nil {
		return n, 0, wrong
	}
	digits, wrong := wholeOf(args[1])
	if wrong == nil && (digits < 0 || digits > maxDigits) {
		wrong = fault("rego.bad_digits", "value", digits, "limit", maxDigits)
	}
	return n, digits, wrong
}

func growthRate(_ *call, args []value) (value, *message.Message) {
	v0, v1, wrong := twoNumbers(args)
	if wrong != nil {
		return nil, wrong
	}
	periods, wrong := wholeOf(args[2])
	if wrong != nil {
		return nil, wrong
	}
	_, digits, wrong := numberAndDigits([]value{args[0], args[3]})
	if wrong != nil {
		return nil, wrong
	}
	if periods > 200 {
		return nil, fault("rego.number_too_large", "limit", maxBits)
	}
	return checkedValue(number.GrowthRate(v0, v1, periods, digits))
}

func power(_ *call, args []value) (value, *message.Message) {
	base, wrong := numberOf(args[0])
	if wrong != nil {
		return nil, wrong
	}
	n, wrong := wholeOf(args[1])
	if wrong != nil {
		return nil, wrong
	}
	return checkedValue(base.Pow(n))
}

func checkedValue(n number.Number, err error) (value, *message.Message) {
	v, wrong := checked(n, err)
	if wrong != nil {
		return nil, wrong
	}
	return v, nil
}
