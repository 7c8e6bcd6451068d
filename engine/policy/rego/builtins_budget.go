package rego

import (
	"slices"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// charged makes a built-in pay for its result and for large numbers, as the
// machine makes it pay for looking at its arguments. A result that is not larger
// than the arguments may be paid for once it is made; a built-in that makes more
// of them pays for it before it begins (make), as it does for work beyond that
// (pay).
func charged(b *builtin) *builtin {
	if b.looksItself {
		return b
	}
	paid := *b
	paid.call = func(c *call, args []value) (value, *message.Message) {
		for _, a := range args {
			if n, ok := a.(number.Number); ok && !c.pay(numberWeight(n)) {
				return nil, nil
			}
		}
		v, wrong := b.call(c, args)
		if wrong != nil || !c.pay(bulk(v)) {
			return nil, wrong
		}
		if wrong = c.beyond(v); wrong != nil || !c.make(max(shallow(v)-c.made, 0)) {
			return nil, wrong
		}
		return v, nil
	}
	return &paid
}

// pay takes fuel before work is done; false ends the evaluation.
func (c *call) pay(fuel int64) bool {
	if fuel > policy.MaxCall && fuel <= c.m.fuel {
		c.m.broke(c.at, message.New("rego.call_too_long", "limit", policy.MaxCall))
		return false
	}
	return c.m.burn(c.at, fuel)
}

// make takes room before it is used; false ends the evaluation.
func (c *call) make(bytes int64) bool {
	c.made += bytes
	return c.m.take(c.at, bytes)
}

// beyond says which limit a result is beyond, nil if none.
func (c *call) beyond(v value) *message.Message {
	switch v := v.(type) {
	case string:
		return c.tooLong(len(v))
	case number.Number:
		return c.tooBig(v)
	}
	n, _ := count(v)
	return c.tooMany(int64(n))
}

func (c *call) tooLong(bytes int) *message.Message {
	if bytes <= c.m.limits.Text {
		return nil
	}
	return fault("rego.text_too_long", "limit", c.m.limits.Text)
}

func (c *call) tooMany(items int64) *message.Message {
	if items <= int64(c.m.limits.Items) {
		return nil
	}
	return fault("rego.too_many_items", "limit", c.m.limits.Items)
}

func (c *call) tooBig(n number.Number) *message.Message {
	if n.Bits() <= c.m.limits.Bits {
		return nil
	}
	return fault("rego.number_too_large", "limit", c.m.limits.Bits)
}

// shallow is the memory of v without what it holds; of a fact it is what a copy
// would take.
func shallow(v value) int64 {
	switch v := v.(type) {
	case string:
		return int64(len(v))
	case number.Number:
		return policy.NumberBytes + int64(v.Bits()/8)
	}
	n, _ := count(v)
	if rank(v) == 4 {
		return int64(n) * policy.SlotBytes
	}
	return int64(n) * policy.EntryBytes
}

// within is the memory of v's collections, to any depth. It walks all of v: call
// it for what has been looked at.
func within(v value) int64 {
	if rank(v) < 4 {
		return 0
	}
	total := shallow(v)
	for _, e := range elements(v) {
		total += within(e)
	}
	for _, e := range entriesOf(v) {
		total += within(e.key) + within(e.val)
	}
	return total
}

// weight is what it costs to look at all of the values; it stops counting where
// the fuel ends, because values that share parts can be far larger than the
// memory they take.
func (c *call) weight(vs ...value) int64 {
	s := scale{left: c.m.fuel}
	for _, v := range vs {
		s.add(v)
	}
	return c.m.fuel - s.left
}

// scale weighs values until left is used up.
type scale struct{ left int64 }

func (s *scale) add(v value) {
	switch v := v.(type) {
	case nil:
	case number.Number:
		s.left -= 1 + numberWeight(v)
	case string:
		s.left -= textWeight(v)
	case *facts.Node:
		s.addFact(v)
	case *array:
		s.left--
		for i := 0; i < len(v.elems) && s.left >= 0; i++ {
			s.add(v.elems[i])
		}
	case *object:
		s.addEntries(&v.collection)
	case *set:
		s.addEntries(&v.collection)
	default:
		s.left--
		for _, e := range entriesOf(v) { // nil for null and booleans
			s.add(e.val)
		}
	}
}

func (s *scale) addEntries(c *collection) {
	s.left--
	for i := 0; i < len(c.entries) && s.left >= 0; i++ {
		s.add(c.entries[i].key)
		s.add(c.entries[i].val)
	}
}

func (s *scale) addFact(n *facts.Node) {
	s.left -= textWeight(n.Text)
	for _, children := range [2][]*facts.Node{n.Members(), n.Elements()} {
		for i := 0; i < len(children) && s.left >= 0; i++ {
			s.addFact(children[i])
		}
	}
}

func textWeight(s string) int64 { return 1 + policy.TextSteps(len(s)) }

func numberWeight(n number.Number) int64 { return policy.NumberSteps(n.Bits()) }

// bulk is the cost of having made v, without what it is made of.
func bulk(v value) int64 {
	switch v := v.(type) {
	case string:
		return textWeight(v)
	case *array:
		return int64(len(v.elems))
	case *object:
		return int64(len(v.entries))
	case *set:
		return int64(len(v.entries))
	case number.Number:
		return numberWeight(v)
	}
	return 0
}

// paySorting pays for sorting so many values.
func (c *call) paySorting(n int) bool {
	levels := int64(0)
	for k := n; k > 1; k /= 2 {
		levels++
	}
	return c.pay(levels * int64(n) / 2)
}

// setOf is the set of values, or nil when it could not be paid for.
func (c *call) setOf(items []value) *set {
	if !c.paySorting(int(c.weight(items...))) || !c.make(int64(len(items))*policy.EntryBytes) {
		return nil
	}
	entries := make([]entry, len(items))
	for i, v := range items {
		entries[i] = entry{key: scalar(v)}
	}
	return &set{collection{entries: ordered(entries)}}
}

// ordered sorts entries by key; of several with the same key the last stays.
func ordered(entries []entry) []entry {
	sortEntries(entries)
	kept := entries[:0]
	for _, e := range entries {
		if n := len(kept); n > 0 && compare(kept[n-1].key, e.key) == 0 {
			kept[n-1] = e
			continue
		}
		kept = append(kept, e)
	}
	return kept
}

func sortEntries(entries []entry) {
	slices.SortStableFunc(entries, func(a, b entry) int { return compare(a.key, b.key) })
}

// objectOf checks that v is an object.
func objectOf(v value) ([]entry, *message.Message) {
	if rank(v) != 5 {
		return nil, wrongType("object", v)
	}
	return entriesOf(v), nil
}

// arrayOf checks that v is an array.
func arrayOf(v value) ([]value, *message.Message) {
	if rank(v) != 4 {
		return nil, wrongType("array", v)
	}
	return elements(v), nil
}

// textsOf checks that v is a list or set of texts.
func textsOf(v value) ([]string, *message.Message) {
	items, wrong := listOf(v)
	if wrong != nil {
		return nil, wrong
	}
	all := make([]string, len(items))
	for i, item := range items {
		if all[i], wrong = textOf(item); wrong != nil {
			return nil, wrong
		}
	}
	return all, nil
}

// textual makes a built-in whose arguments are all texts.
func textual(name string, f func(c *call, args []string) (value, *message.Message)) *builtin {
	return &builtin{name: name, call: func(c *call, args []value) (value, *message.Message) {
		given := make([]string, len(args))
		for i, a := range args {
			s, wrong := textOf(a)
			if wrong != nil {
				return nil, wrong
			}
			given[i] = s
		}
		return f(c, given)
	}}
}

// writer is for a text that must keep to the limit.
func (c *call) writer() limited { return limited{most: c.m.limits.Text} }

// limited is a text being written that must not become longer than most.
type limited struct {
	text []byte
	most int
}

// Write implements io.Writer; it takes all or nothing.
func (l *limited) Write(p []byte) (int, error) {
	if len(l.text)+len(p) > l.most {
		return 0, errFull
	}
	l.text = append(l.text, p...)
	return len(p), nil
}

// WriteString implements io.StringWriter.
func (l *limited) WriteString(s string) (int, error) {
	if len(l.text)+len(s) > l.most {
		return 0, errFull
	}
	l.text = append(l.text, s...)
	return len(s), nil
}

type fullError struct{}

func (fullError) Error() string { return "text too long" }

var errFull error = fullError{}
