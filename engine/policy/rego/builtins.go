package rego

import (
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/types"

	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// builtin is a built-in function that policies may call. All of them are pure
// and end: nothing reaches network, files, environment, clock or chance.
type builtin struct {
	name string
	// call computes the result, nil for undefined; the message says why it
	// cannot. A built-in never answers where OPA's default mode would silently
	// be undefined: an error is an error.
	call func(c *call, args []value) (value, *message.Message)
	// looksItself: call notes what it reads; else every argument counts as read
	// as a whole.
	looksItself bool
	// decl is set for our own; the others are declared by OPA.
	decl *types.Function
}

// call is what a built-in may use of the machine.
type call struct {
	m    *machine
	at   place
	role policy.Role
	made int64 // bytes paid for
}

func fault(id string, pairs ...any) *message.Message {
	m := message.New(id, pairs...)
	return &m
}

// builtins is the allow-list.
func builtins() map[string]*builtin {
	all := map[string]*builtin{}
	for _, family := range [][]*builtin{arithmetic(), comparison(), aggregates(), collections(), texts(), kinds(), ours(),
		bitwise(), moreTexts(), moreCollections(), objects(), encodings(), jsonTexts(), notations(), regexes(), calendar()} {
		for _, b := range family {
			all[b.name] = charged(b)
		}
	}
	return all
}

// numeric makes a built-in over two numbers.
func numeric(name string, f func(a, b number.Number) (number.Number, *message.Message)) *builtin {
	return &builtin{name: name, call: func(c *call, args []value) (value, *message.Message) {
		a, b, wrong := twoNumbers(args)
		if wrong != nil {
			return nil, wrong
		}
		n, wrong := f(a, b)
		return n, wrong
	}}
}

func twoNumbers(args []value) (a, b number.Number, wrong *message.Message) {
	if a, wrong = numberOf(args[0]); wrong != nil {
		return a, b, wrong
	}
	b, wrong = numberOf(args[1])
	return a, b, wrong
}

func numberOf(v value) (number.Number, *message.Message) {
	n, ok := numberIn(v)
	if !ok {
		return n, wrongType("number", v)
	}
	return n, nil
}

func textOf(v value) (string, *message.Message) {
	s, ok := textIn(v)
	if !ok {
		return s, wrongType("string", v)
	}
	return s, nil
}

func wrongType(want string, got value) *message.Message {
	return fault("rego.wrong_type", "want", typeWord(want), "got", typeWord(typeName(got)), "value", show(got))
}

func arithmetic() []*builtin {
	return []*builtin{
		numeric("plus", func(a, b number.Number) (number.Number, *message.Message) { return a.Add(b), nil }),
		numeric("mul", func(a, b number.Number) (number.Number, *message.Message) { return a.Mul(b), nil }),
		numeric("div", divide),
		numeric("rem", func(a, b number.Number) (number.Number, *message.Message) { return checked(a.Rem(b)) }),
		{name: "minus", call: minus},
		one("abs", number.Number.Abs),
		one("ceil", number.Number.Ceil),
		one("floor", number.Number.Floor),
		one("round", func(n number.Number) number.Number { return n.Round(0, number.RoundHalfUp) }),
	}
}

func one(name string, f func(number.Number) number.Number) *builtin {
	return &builtin{name: name, call: func(_ *call, args []value) (value, *message.Message) {
		n, wrong := numberOf(args[0])
		if wrong != nil {
			return nil, wrong
		}
		return f(n), nil
	}}
}

func divide(a, b number.Number) (number.Number, *message.Message) {
	if b.Sign() == 0 {
		return b, fault("rego.division_by_zero", "dividend", a.String())
	}
	return checked(a.Div(b))
}

func checked(n number.Number, err error) (number.Number, *message.Message) {
	if err != nil {
		return n, fault("rego.arithmetic", "why", err.Error())
	}
	return n, nil
}

// minus is the difference of numbers, or of sets.
func minus(c *call, args []value) (value, *message.Message) {
	if a, ok := args[0].(*set); ok {
		b, ok := args[1].(*set)
		if !ok {
			return nil, wrongType("set", args[1])
		}
		return filterSet(a, func(v value) bool { _, in := b.find(v); return !in }), nil
	}
	a, b, wrong := twoNumbers(args)
	if wrong != nil {
		return nil, wrong
	}
	return a.Sub(b), nil
}

func filterSet(s *set, keep func(value) bool) *set {
	out := &set{}
	for _, e := range s.entries {
		if keep(e.key) {
			out.entries = append(out.entries, entry{key: e.key})
		}
	}
	return out
}

// noOrder says that two values of different types are neither less nor greater.
func noOrder(a, b value) *message.Message {
	x, y := typeName(a), typeName(b)
	if x == y {
		return nil
	}
	return fault("rego.order_across_types", "a", show(a), "a_type", typeWord(x), "b", show(b), "b_type", typeWord(y))
}

func comparison() []*builtin {
	ordering := func(name string, holds func(c int) bool) *builtin {
		return &builtin{name: name, call: func(_ *call, args []value) (value, *message.Message) {
			if wrong := noOrder(args[0], args[1]); wrong != nil {
				return nil, wrong
			}
			return holds(compare(args[0], args[1])), nil
		}}
	}
	return []*builtin{
		ordering("lt", func(c int) bool { return c < 0 }),
		ordering("lte", func(c int) bool { return c <= 0 }),
		ordering("gt", func(c int) bool { return c > 0 }),
		ordering("gte", func(c int) bool { return c >= 0 }),
		{name: "equal", call: func(_ *call, args []value) (value, *message.Message) { return compare(args[0], args[1]) == 0, nil }},
		{name: "neq", call: func(_ *call, args []value) (value, *message.Message) { return compare(args[0], args[1]) != 0, nil }},
	}
}

// Builtins names every built-in that policies may call, in order.
func Builtins() []string {
	names := slices.Collect(maps.Keys(builtins()))
	names = append(names, "assign", "eq")
	slices.Sort(names)
	return names
}
