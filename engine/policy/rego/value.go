package rego

import (
	"strings"

	"rubric/engine/facts"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// A value is what a policy computes with. It is one of
//
//	*facts.Node     a place in the facts, of any kind, read only when needed
//	null, bool, number.Number, string
//	*array, *object, *set
//	*overlay        an object of the facts with members replaced by `with`
//
// A nil value is "undefined".
type value any

type null struct{}

type array struct {
	elems []value
}

// entry is a member of an object or an element of a set (key is then the
// element). trail is set when a rule made it: what that one entry depended on.
type entry struct {
	key   value
	val   value
	trail []policy.Cause
	line  int // head of the rule that made it
}

// collection is what objects and sets have in common: entries in the order of
// their keys. whole is set when a rule made it: everything the rule read, on
// which its size, and the absence of an entry, depend.
type collection struct {
	entries []entry
	whole   []policy.Cause
}

type object struct{ collection }

type set struct{ collection }

// overlay is an object of the facts as a `with` sees it: over holds the members
// that were replaced, all others are those of under and are noted as read when
// they are reached. Where the document lacks the object, under is nil, and what
// is not there is noted when another member is looked for.
type overlay struct {
	under *facts.Node
	over  object
	lacks lack
}

// lack is the outermost member that a document lacks on the way to an object.
type lack struct {
	of       *facts.Node
	property *facts.Schema
}

// entries are the members of both, by key.
func (o *overlay) entries() []entry {
	if o.under == nil {
		return o.over.entries
	}
	under := entriesOf(o.under)
	return mergeEntries(o.over.entries, under, func(replaced, _ entry) entry { return replaced })
}

// mergeEntries unites two lists of entries, both in the order of their keys;
// both says what stands for a key that is in each.
func mergeEntries(a, b []entry, both func(a, b entry) entry) []entry {
	out := make([]entry, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch c := compare(a[0].key, b[0].key); {
		case c < 0:
			out, a = append(out, a[0]), a[1:]
		case c > 0:
			out, b = append(out, b[0]), b[1:]
		default:
			out, a, b = append(out, both(a[0], b[0])), a[1:], b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// find is the position of key, or where it would stand.
func (c *collection) find(key value) (int, bool) {
	lo, hi := 0, len(c.entries)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		switch cmp := compare(c.entries[mid].key, key); {
		case cmp == 0:
			return mid, true
		case cmp < 0:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return lo, false
}

// put adds an entry or replaces the one with the same key.
func (c *collection) put(e entry) {
	i, found := c.find(e.key)
	if found {
		c.entries[i] = e
		return
	}
	c.entries = append(c.entries, entry{})
	copy(c.entries[i+1:], c.entries[i:])
	c.entries[i] = e
}

// scalar takes the value out of a fact that is no object or list.
func scalar(v value) value {
	n, ok := v.(*facts.Node)
	if !ok {
		return v
	}
	switch n.Kind {
	case facts.Null:
		return null{}
	case facts.Bool:
		return n.Flag
	case facts.Num:
		return n.Number()
	case facts.Text:
		return n.Text
	default:
		return n
	}
}

func isComposite(n *facts.Node) bool { return n.Kind == facts.Object || n.Kind == facts.List }

// rank is Rego's order of types.
func rank(v value) int {
	switch v := v.(type) {
	case null:
		return 0
	case bool:
		return 1
	case number.Number:
		return 2
	case string:
		return 3
	case *array:
		return 4
	case *object, *overlay:
		return 5
	case *set:
		return 6
	case *facts.Node:
		return [...]int{facts.Null: 0, facts.Bool: 1, facts.Num: 2, facts.Text: 3, facts.List: 4, facts.Object: 5}[v.Kind]
	}
	return 7
}

// wholeValues are the whole numbers that positions and counts mostly are.
var wholeValues = func() (all [256]value) {
	for i := range all {
		all[i] = number.Int(int64(i))
	}
	return all
}()

// wholeValue is n >= 0 as a value.
func wholeValue(n int) value {
	if n < len(wholeValues) {
		return wholeValues[n]
	}
	return number.Int(int64(n))
}

// numberIn is scalar for a number, without making a value of it.
func numberIn(v value) (number.Number, bool) {
	switch v := v.(type) {
	case number.Number:
		return v, true
	case *facts.Node:
		if v.Kind == facts.Num {
			return v.Number(), true
		}
	}
	return number.Number{}, false
}

// textIn is scalar for a text, without making a value of it.
func textIn(v value) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case *facts.Node:
		if v.Kind == facts.Text {
			return v.Text, true
		}
	}
	return "", false
}

// typeName is the name of v's type in Rego.
func typeName(v value) string {
	return [...]string{"null", "boolean", "number", "string", "array", "object", "set", "undefined"}[rank(v)]
}

// compare orders any two values as Rego does: null, booleans, numbers, strings,
// arrays, objects, sets. It notes no reads: see machine.force.
func compare(a, b value) int {
	kind := rank(a)
	if other := rank(b); kind != other {
		return kind - other
	}
	switch kind {
	case 0:
		return 0
	case 1:
		return compareBools(scalar(a).(bool), scalar(b).(bool))
	case 2:
		x, _ := numberIn(a)
		y, _ := numberIn(b)
		return x.Cmp(y)
	case 3:
		x, _ := textIn(a)
		y, _ := textIn(b)
		return strings.Compare(x, y)
	case 4:
		return compareLists(elements(a), elements(b))
	}
	return compareEntries(entriesOf(a), entriesOf(b))
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

func compareLists(a, b []value) int {
	for i := range min(len(a), len(b)) {
		if c := compare(a[i], b[i]); c != 0 {
			return c
		}
	}
	return len(a) - len(b)
}

// compareEntries orders objects member by member, a key before its value, and
// the shorter first where one is the beginning of the other; sets by their
// elements.
func compareEntries(a, b []entry) int {
	for i := range min(len(a), len(b)) {
		if c := compare(a[i].key, b[i].key); c != 0 {
			return c
		}
		if a[i].val == nil || b[i].val == nil {
			continue
		}
		if c := compare(a[i].val, b[i].val); c != 0 {
			return c
		}
	}
	return len(a) - len(b)
}

// elements lists an array's or a fact list's elements, nil for anything else.
func elements(v value) []value {
	switch v := v.(type) {
	case *array:
		return v.elems
	case *facts.Node:
		nodes := v.Elements()
		all := make([]value, len(nodes))
		for i, n := range nodes {
			all[i] = n
		}
		return all
	}
	return nil
}

// entriesOf lists an object's members or a set's elements by key, nil for
// anything else.
func entriesOf(v value) []entry {
	switch v := v.(type) {
	case *object:
		return v.entries
	case *set:
		return v.entries
	case *overlay:
		return v.entries()
	case *facts.Node:
		members := v.SortedMembers()
		all := make([]entry, len(members))
		for i, n := range members {
			all[i] = entry{key: n.Key, val: n}
		}
		return all
	}
	return nil
}
