package rego

import (
	"math"
	"slices"
	"unicode/utf8"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

func aggregates() []*builtin {
	return []*builtin{
		{name: "count", call: countOf, looksItself: true},
		{name: "sum", call: fold(number.Int(0), number.Number.Add)},
		{name: "product", call: fold(number.Int(1), number.Number.Mul)},
		{name: "max", call: extreme(1)},
		{name: "min", call: extreme(-1)},
		{name: "sort", call: func(c *call, args []value) (value, *message.Message) {
			items, wrong := listOf(args[0])
			if wrong != nil {
				return nil, wrong
			}
			if !c.paySorting(int(c.weight(args[0]))) {
				return nil, nil
			}
			for i := 1; i < len(items); i++ {
				if wrong := noOrder(items[0], items[i]); wrong != nil {
					return nil, wrong
				}
			}
			items = slices.Clone(items)
			slices.SortStableFunc(items, compare)
			return &array{items}, nil
		}},
	}
}

// count is the number of elements or characters of v.
func count(v value) (int, bool) {
	switch v := v.(type) {
	case string:
		return utf8.RuneCountInString(v), true
	case *array:
		return len(v.elems), true
	case *object:
		return len(v.entries), true
	case *set:
		return len(v.entries), true
	case *overlay:
		return len(v.entries()), true
	case *facts.Node:
		return v.Len(), true
	}
	return 0, false
}

func countOf(c *call, args []value) (value, *message.Message) {
	n, ok := count(scalar(args[0]))
	if !ok {
		return nil, wrongType("array", args[0])
	}
	if node, isFact := args[0].(*facts.Node); !isFact || isComposite(node) {
		c.m.size(args[0])
	}
	return wholeValue(n), nil
}

// listOf lists an array's or a set's elements.
func listOf(v value) ([]value, *message.Message) {
	switch rank(v) {
	case 4:
		return elements(v), nil
	case 6:
		var keys []value
		for _, e := range v.(*set).entries {
			keys = append(keys, e.key)
		}
		return keys, nil
	}
	return nil, wrongType("array", v)
}

func fold(start number.Number, f func(a, b number.Number) number.Number) func(*call, []value) (value, *message.Message) {
	return func(c *call, args []value) (value, *message.Message) {
		items, wrong := listOf(args[0])
		if wrong != nil {
			return nil, wrong
		}
		total := start
		for _, v := range items {
			n, wrong := numberOf(v)
			if wrong != nil {
				return nil, wrong
			}
			if !c.pay(numberWeight(total) + numberWeight(n)) {
				return nil, nil
			}
			if total = f(total, n); c.tooBig(total) != nil {
				return nil, c.tooBig(total)
			}
		}
		return total, nil
	}
}

// extreme is max (sign 1) or min (sign -1); of nothing it is undefined, as the
// policy then has to say what that means.
func extreme(sign int) func(*call, []value) (value, *message.Message) {
	return func(_ *call, args []value) (value, *message.Message) {
		items, wrong := listOf(args[0])
		if wrong != nil || len(items) == 0 {
			return nil, wrong
		}
		best := items[0]
		for _, v := range items[1:] {
			if wrong := noOrder(best, v); wrong != nil {
				return nil, wrong
			}
			if compare(v, best)*sign > 0 {
				best = v
			}
		}
		return scalar(best), nil
	}
}

func collections() []*builtin {
	return []*builtin{
		{name: "array.concat", call: func(c *call, args []value) (value, *message.Message) {
			for _, a := range args {
				if rank(a) != 4 {
					return nil, wrongType("array", a)
				}
			}
			a, b := elements(args[0]), elements(args[1])
			if wrong := c.tooMany(int64(len(a) + len(b))); wrong != nil {
				return nil, wrong
			}
			return &array{slices.Concat(a, b)}, nil
		}},
		{name: "array.slice", call: arraySlice},
		{name: "array.reverse", call: func(_ *call, args []value) (value, *message.Message) {
			if rank(args[0]) != 4 {
				return nil, wrongType("array", args[0])
			}
			items := slices.Clone(elements(args[0]))
			slices.Reverse(items)
			return &array{items}, nil
		}},
		{name: "and", call: func(_ *call, args []value) (value, *message.Message) {
			a, b, wrong := twoSets(args)
			if wrong != nil {
				return nil, wrong
			}
			return filterSet(a, func(v value) bool { _, in := b.find(v); return in }), nil
		}},
		{name: "or", call: func(_ *call, args []value) (value, *message.Message) {
			a, b, wrong := twoSets(args)
			if wrong != nil {
				return nil, wrong
			}
			return unite(a, b), nil
		}},
		{name: "internal.member_2", call: memberOf, looksItself: true},
		{name: "internal.member_3", call: memberAt},
		{name: "numbers.range", call: numbersRange},
		{name: "object.get", call: objectGet, looksItself: true},
		{name: "object.keys", call: func(_ *call, args []value) (value, *message.Message) {
			if rank(args[0]) != 5 {
				return nil, wrongType("object", args[0])
			}
			out := &set{}
			for _, e := range entriesOf(args[0]) {
				out.entries = append(out.entries, entry{key: e.key})
			}
			return out, nil
		}},
		{name: "object.union", call: func(c *call, args []value) (value, *message.Message) {
			for _, a := range args {
				if rank(a) != 5 {
					return nil, wrongType("object", a)
				}
			}
			if !c.make(within(args[0]) + within(args[1])) {
				return nil, nil
			}
			return merge(args[1], args[0]), nil
		}},
	}
}

func twoSets(args []value) (a, b *set, wrong *message.Message) {
	a, ok := args[0].(*set)
	if !ok {
		return nil, nil, wrongType("set", args[0])
	}
	b, ok = args[1].(*set)
	if !ok {
		return nil, nil, wrongType("set", args[1])
	}
	return a, b, nil
}

func unite(a, b *set) *set {
	return &set{collection{entries: mergeEntries(bare(a), bare(b), func(a, _ entry) entry { return a })}}
}

// memberOf looks, in a set, for the one element only, so that it takes its trail
// alone.
func memberOf(c *call, args []value) (value, *message.Message) {
	if s, ok := args[1].(*set); ok {
		v, r := c.m.dotEntry(&s.collection, args[0], false, c.at)
		return v != nil && r == next, nil
	}
	if !c.m.forced(c.at, args...) {
		return nil, nil
	}
	return member(args[0], args[1]), nil
}

func member(x, in value) bool {
	switch rank(in) {
	case 4:
		return slices.ContainsFunc(elements(in), func(v value) bool { return compare(v, x) == 0 })
	case 5:
		return slices.ContainsFunc(entriesOf(in), func(e entry) bool { return compare(e.val, x) == 0 })
	case 6:
		_, found := in.(*set).find(x)
		return found
	}
	return false
}

func memberAt(_ *call, args []value) (value, *message.Message) {
	key, x, in := scalar(args[0]), args[1], args[2]
	switch rank(in) {
	case 4:
		i, ok := index(key)
		items := elements(in)
		return ok && i < len(items) && compare(items[i], x) == 0, nil
	case 5:
		for _, e := range entriesOf(in) {
			if compare(e.key, key) == 0 {
				return compare(e.val, x) == 0, nil
			}
		}
	case 6:
		return compare(key, x) == 0 && member(x, in), nil
	}
	return false, nil
}

func arraySlice(_ *call, args []value) (value, *message.Message) {
	if rank(args[0]) != 4 {
		return nil, wrongType("array", args[0])
	}
	items := elements(args[0])
	from, wrong := wholeOf(args[1])
	if wrong != nil {
		return nil, wrong
	}
	to, wrong := wholeOf(args[2])
	if wrong != nil {
		return nil, wrong
	}
	from, to = max(from, 0), min(to, len(items))
	if from >= to {
		return &array{}, nil
	}
	return &array{items[from:to:to]}, nil
}

func wholeOf(v value) (int, *message.Message) {
	n, wrong := numberOf(v)
	if wrong != nil {
		return 0, wrong
	}
	i, ok := n.Int64()
	if !ok {
		return 0, fault("rego.not_whole", "value", n.String())
	}
	return int(i), nil
}

func numbersRange(c *call, args []value) (value, *message.Message) {
	from, wrong := wholeOf(args[0])
	if wrong != nil {
		return nil, wrong
	}
	to, wrong := wholeOf(args[1])
	if wrong != nil {
		return nil, wrong
	}
	step := 1
	if to < from {
		step = -1
	}
	n, ok := number.Int(int64(to)).Sub(number.Int(int64(from))).Abs().Add(number.Int(1)).Int64()
	if !ok {
		n = math.MaxInt64
	}
	if wrong := c.tooMany(n); wrong != nil || !c.make(n*(policy.SlotBytes+policy.NumberBytes)) || !c.pay(n) {
		return nil, wrong
	}
	out := &array{make([]value, 0, n)}
	for i := from; ; i += step {
		out.elems = append(out.elems, number.Int(int64(i)))
		if i == to {
			return out, nil
		}
	}
}

// objectGet is object.get(object, key or path, default).
func objectGet(c *call, args []value) (value, *message.Message) {
	if rank(args[0]) != 5 {
		return nil, wrongType("object", args[0])
	}
	path := []value{args[1]}
	if rank(args[1]) == 4 {
		if !c.m.forced(c.at, args[1]) {
			return nil, nil
		}
		path = elements(args[1])
	}
	at := args[0]
	for _, key := range path {
		next, r := c.m.dot(at, key, c.role, c.at)
		if r == broken {
			return nil, nil
		}
		if next == nil {
			return args[2], nil
		}
		at = next
	}
	if n, ok := at.(*facts.Node); ok && n.Kind == facts.Null {
		c.m.trail.Read(n, policy.Value)
	}
	return at, nil
}

func kinds() []*builtin {
	is := func(name string, kind int) *builtin {
		return &builtin{name: name, call: func(_ *call, args []value) (value, *message.Message) {
			return rank(args[0]) == kind, nil
		}, looksItself: true}
	}
	return []*builtin{
		is("is_null", 0), is("is_boolean", 1), is("is_number", 2), is("is_string", 3),
		is("is_array", 4), is("is_object", 5), is("is_set", 6),
		{name: "type_name", looksItself: true, call: func(_ *call, args []value) (value, *message.Message) {
			return typeName(args[0]), nil
		}},
	}
}
