package rego

import (
	"slices"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
)

// charged makes a built-in pay fuel for its result and for large numbers, as the
// machine makes it pay for looking at its arguments. A result may be paid for
// once it is made, because the limits on texts and collections keep it small.
// What costs more than arguments and result are long, a built-in pays for
// itself, before it begins.
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
		return v, nil
	}
	return &paid
}

// pay takes fuel before work is done; false ends the evaluation.
func (c *call) pay(fuel int64) bool { return c.m.burn(c.at, fuel) }

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

func textWeight(s string) int64 { return 1 + int64(len(s)/textUnit) }

// numberWeight grows with the square of the digits, as multiplication does.
func numberWeight(n number.Number) int64 {
	words := int64(n.Bits() / 64)
	return words * words / 16
}

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

// times is a*b of amounts of work, or far more fuel than there is.
func times(a, b int64) int64 {
	const most = 1 << 60
	if a != 0 && b > most/a {
		return most
	}
	return a * b
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
	if !c.paySorting(len(items)) {
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
	if rank(scalar(v)) != 5 {
		return nil, wrongType("object", v)
	}
	return entriesOf(v), nil
}

// arrayOf checks that v is an array.
func arrayOf(v value) ([]value, *message.Message) {
	if rank(scalar(v)) != 4 {
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

func tooLong() *message.Message { return fault("rego.text_too_long", "limit", maxText) }

func tooMany() *message.Message { return fault("rego.too_many_items", "limit", maxItems) }

// limited is a text being written that must not exceed maxText.
type limited struct{ text []byte }

// Write implements io.Writer; it takes all or nothing.
func (l *limited) Write(p []byte) (int, error) {
	if len(l.text)+len(p) > maxText {
		return 0, errFull
	}
	l.text = append(l.text, p...)
	return len(p), nil
}

// WriteString implements io.StringWriter.
func (l *limited) WriteString(s string) (int, error) {
	if len(l.text)+len(s) > maxText {
		return 0, errFull
	}
	l.text = append(l.text, s...)
	return len(s), nil
}

type fullError struct{}

func (fullError) Error() string { return "text too long" }

var errFull error = fullError{}
