package rego

import (
	"math"
	"strconv"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/types"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
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

func concat(c *call, args []value) (value, *message.Message) {
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
	if wrong := c.tooLong(size); wrong != nil || !c.make(int64(size)) {
		return nil, wrong
	}
	return strings.Join(parts, sep), nil
}

func replaceText(c *call, args []value) (value, *message.Message) {
	s, old, wrong := twoTexts(args)
	if wrong != nil {
		return nil, wrong
	}
	with, wrong := textOf(args[2])
	if wrong != nil {
		return nil, wrong
	}
	size := strings.Count(s, old)*len(with) + len(s)
	if wrong := c.tooLong(size); wrong != nil || !c.make(int64(size)) {
		return nil, wrong
	}
	return strings.ReplaceAll(s, old, with), nil
}

func split(c *call, args []value) (value, *message.Message) {
	s, sep, wrong := twoTexts(args)
	if wrong != nil {
		return nil, wrong
	}
	n := int64(strings.Count(s, sep) + 1)
	if wrong := c.tooMany(n); wrong != nil || !c.make(2*n*policy.SlotBytes) {
		return nil, wrong
	}
	return textArray(strings.Split(s, sep)), nil
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
	if from < 0 {
		return nil, fault("rego.negative_offset", "value", from)
	}
	rest := s[offset(s, from):]
	if length < 0 {
		return rest, nil
	}
	return rest[:offset(rest, length)], nil
}

// offset is where the n-th character of s begins, its end if it has not as many.
func offset(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
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

// maxShown is how much of a value stands in a sentence.
const maxShown = 200

// show prints a value in Rego's notation for a sentence; what is long is cut.
func show(v value) string {
	n := notation{limited{most: maxShown}}
	if n.value(v) {
		return string(n.text)
	}
	return strings.ToValidUTF8(string(n.text), "") + "…"
}

// plainText is a text as it is and any other value in Rego's notation.
func (c *call) plainText(v value) (string, *message.Message) {
	if s, ok := textIn(v); ok {
		return s, nil
	}
	n := notation{c.writer()}
	if !n.value(v) {
		return "", c.tooLong(math.MaxInt)
	}
	return string(n.text), nil
}

// notation writes values in Rego's notation. Its methods say false when there
// is no more room.
type notation struct{ limited }

func (n *notation) put(s string) bool {
	if room := n.most - len(n.text); len(s) > room {
		n.text = append(n.text, s[:room]...)
		return false
	}
	n.text = append(n.text, s...)
	return true
}

func (n *notation) value(v value) bool {
	switch v := scalar(v).(type) {
	case string:
		return n.put(ast.String(v).String()) // as OPA writes it, quotes inside escaped
	case *set:
		if len(v.entries) == 0 {
			return n.put("set()")
		}
		return n.entries(v.entries, false)
	case *object, *overlay:
		return n.entries(entriesOf(v), true)
	case *array:
		return n.elements(v.elems)
	case *facts.Node:
		if v.Kind == facts.Object {
			return n.entries(entriesOf(v), true)
		}
		return n.elements(elements(v))
	default:
		return n.put(scalarText(v))
	}
}

func (n *notation) elements(items []value) bool {
	ok := n.put("[")
	for i := 0; i < len(items) && ok; i++ {
		ok = (i == 0 || n.put(", ")) && n.value(items[i])
	}
	return ok && n.put("]")
}

func (n *notation) entries(entries []entry, members bool) bool {
	ok := n.put("{")
	for i := 0; i < len(entries) && ok; i++ {
		ok = (i == 0 || n.put(", ")) && n.value(entries[i].key) && (!members || n.put(": ") && n.value(entries[i].val))
	}
	return ok && n.put("}")
}

// scalarText prints null, a boolean or a number.
func scalarText(v value) string {
	switch v := v.(type) {
	case nil:
		return "undefined"
	case bool:
		return strconv.FormatBool(v)
	case number.Number:
		return v.String()
	}
	return "null"
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
		return nil, fault("rego.number_too_large", "limit", number.MaxBits)
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
