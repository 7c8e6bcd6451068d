package rego

import (
	"slices"

	"rubric/engine/message"
	"rubric/engine/policy"
)

// opMakeArray puts a new array into a local, with room for what is put into it
// once.
type opMakeArray struct{ target, room int }

func (o *opMakeArray) exec(_ *machine, f *frame) flow {
	f.locals[o.target] = &array{make([]value, 0, o.room)}
	return next
}

// opMakeObject is opMakeArray for objects.
type opMakeObject struct{ target, room int }

func (o *opMakeObject) exec(_ *machine, f *frame) flow {
	f.locals[o.target] = &object{collection{entries: make([]entry, 0, o.room)}}
	return next
}

// opMakeSet puts a new set into a local.
type opMakeSet struct{ target int }

func (o *opMakeSet) exec(_ *machine, f *frame) flow {
	f.locals[o.target] = &set{}
	return next
}

type opAppend struct {
	value operand
	array int
	at    place
}

func (o *opAppend) exec(m *machine, f *frame) flow {
	a, ok := f.locals[o.array].(*array)
	if !ok {
		return 0
	}
	if !m.grows(o.at, len(a.elems), policy.SlotBytes) {
		return broken
	}
	a.elems = append(a.elems, o.value.get(f))
	return next
}

// opInsert puts a member into an object. Where the object is what a rule
// makes, the member remembers the path that led to it.
type opInsert struct {
	key, val operand
	object   int
	once     bool // another value for the same key is a conflict
	result   bool // the object is the result of a rule that makes a collection
	unique   bool // the rule is `deductions`: an item comes once
	aside    bool // an opAside comes before
	at       place
}

func (o *opInsert) exec(m *machine, f *frame) flow {
	obj, ok := f.locals[o.object].(*object)
	if !ok {
		return 0
	}
	e := entry{key: scalar(o.key.get(f)), val: o.val.get(f), line: o.at.line}
	if !m.forced(o.at, e.key) {
		return broken
	}
	if o.result && !m.keep(o.at, &e, f.mark) {
		return broken
	}
	i, found := obj.find(e.key)
	if found && o.once {
		return o.again(m, obj.entries[i], e)
	}
	if !m.burn(o.at, int64(len(obj.entries)-i)/moveUnit) {
		return broken
	}
	if !m.grows(o.at, len(obj.entries), policy.EntryBytes) {
		return broken
	}
	if obj.put(e); o.aside && f.fn.byBody {
		m.trail.Cut(f.aside)
	}
	return next
}

// opAside stands before what makes the value of an entry, where nothing of that
// goes into its key. The entry keeps those reads, but what the body read is
// wanted for the entries of other bodies (see clashes): the key that is not
// theirs is this one whatever the value, or would be if it came to be.
type opAside struct{}

func (opAside) exec(m *machine, f *frame) flow {
	f.aside = m.trail.Mark()
	return next
}

// again meets a key for the second time. A deduction must not: two of them with
// one item would silently be one.
func (o *opInsert) again(m *machine, old, e entry) flow {
	if o.unique {
		return m.broke(o.at, message.New("rego.same_item", "item", show(e.key), "line", old.line))
	}
	if !m.forced(o.at, old.val, e.val) {
		return broken
	}
	if compare(old.val, e.val) != 0 {
		return m.broke(o.at, message.New("rego.two_values", "key", show(e.key)))
	}
	return next
}

// moveUnit is how many entries are moved in one step to make room for another.
const moveUnit = 8

type opSetAdd struct {
	value  operand
	set    int
	result bool
	at     place
}

func (o *opSetAdd) exec(m *machine, f *frame) flow {
	s, ok := f.locals[o.set].(*set)
	if !ok {
		return 0
	}
	e := entry{key: scalar(o.value.get(f)), line: o.at.line}
	if !m.forced(o.at, e.key) {
		return broken
	}
	i, found := s.find(e.key)
	if o.result && !m.keep(o.at, &e, f.mark) {
		return broken
	}
	if found {
		// Either way in is enough for the element to be there; citing both is
		// what keeps it sound when one of them goes.
		return m.another(o.at, &s.entries[i], e.trail)
	}
	if !m.burn(o.at, int64(len(s.entries)-i)/moveUnit) {
		return broken
	}
	if !m.grows(o.at, len(s.entries), policy.EntryBytes) {
		return broken
	}
	s.put(e)
	return next
}

// opMerge lays object a over object b.
type opMerge struct {
	a, b, target int
	at           place
}

func (o *opMerge) exec(m *machine, f *frame) flow {
	a, b := f.locals[o.a], f.locals[o.b]
	if rank(a) != 5 {
		f.locals[o.target] = b
		return next
	}
	if !m.forced(o.at, a, b) || !m.take(o.at, within(a)+within(b)) {
		return broken
	}
	f.locals[o.target] = merge(a, b)
	return next
}

func merge(over, under value) value {
	if rank(over) != 5 || rank(under) != 5 {
		return over
	}
	return &object{collection{entries: mergeEntries(bare(over), bare(under), func(a, b entry) entry {
		return entry{key: a.key, val: merge(a.val, b.val)}
	})}}
}

// bare are v's entries without the trails that led to them.
func bare(v value) []entry {
	all := slices.Clone(entriesOf(v))
	for i := range all {
		all[i].trail = nil
	}
	return all
}
