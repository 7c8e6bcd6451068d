package rego

import (
	"slices"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// An op is one statement of OPA's intermediate representation, prepared for
// the machine: operands resolved, strings and numbers made values.
type op interface {
	exec(m *machine, f *frame) flow
}

type block []op

// place is a position in a policy's file.
type place struct {
	file         string
	line, column int
}

// operand is a local, or a constant when val is set.
type operand struct {
	local int
	val   value
}

func (o operand) get(f *frame) value {
	if o.val != nil {
		return o.val
	}
	return f.locals[o.local]
}

type opAssign struct {
	source operand
	target int
}

func (o *opAssign) exec(_ *machine, f *frame) flow {
	f.locals[o.target] = o.source.get(f)
	return next
}

// opAssignOnce gives a rule its value; another value is a conflict.
type opAssignOnce struct {
	source operand
	target int
	unique bool // the rule is one deduction: it comes once, even with the same value
	at     place
}

func (o *opAssignOnce) exec(m *machine, f *frame) flow {
	v, old := o.source.get(f), f.locals[o.target]
	if old == nil {
		if f.line == 0 {
			f.line = o.at.line
		}
		f.locals[o.target] = v
		return next
	}
	if o.unique {
		return m.broke(o.at, message.New("rego.same_item", "item", constantItem(f.fn.plan), "line", f.line))
	}
	if !m.forced(o.at, v, old) {
		return broken
	}
	if compare(v, old) != 0 {
		return m.broke(o.at, message.New("rego.conflict"))
	}
	return next
}

type opReset struct{ target int }

func (o *opReset) exec(_ *machine, f *frame) flow {
	f.locals[o.target] = nil
	return next
}

// opMake puts a new empty collection into a local.
type opMake struct {
	target int
	make   func() value
}

func (o *opMake) exec(_ *machine, f *frame) flow {
	f.locals[o.target] = o.make()
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
	obj.put(e)
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
		return m.broke(o.at, message.New("rego.conflict"))
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
	if rank(scalar(a)) != 5 {
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
	if rank(scalar(over)) != 5 || rank(scalar(under)) != 5 {
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

type opBlock struct{ blocks []block }

func (o *opBlock) exec(m *machine, f *frame) flow {
	for _, b := range o.blocks {
		if r := b.run(m, f); r > 0 || r < next {
			return leave(r)
		}
	}
	return next
}

type opBreak struct{ levels int }

func (o *opBreak) exec(*machine, *frame) flow { return flow(o.levels) }

type opReturn struct{ source int }

func (o *opReturn) exec(_ *machine, f *frame) flow { return returned }

type opDot struct {
	source, key operand
	target      int
	role        policy.Role
	at          place
}

func (o *opDot) exec(m *machine, f *frame) flow {
	if !m.burn(o.at, 1) {
		return broken
	}
	mark := m.trail.Mark()
	v, r := m.dot(o.source.get(f), o.key.get(f), o.role, o.at)
	if r != next {
		return r
	}
	if o.role == policy.Condition {
		m.trail.Demote(mark)
	}
	if v == nil {
		return 0
	}
	f.locals[o.target] = v
	return next
}

// opEqual tests two values; want says whether they must be equal.
type opEqual struct {
	a, b operand
	want bool
	at   place
}

func (o *opEqual) exec(m *machine, f *frame) flow {
	a, b := o.a.get(f), o.b.get(f)
	if a == nil || b == nil {
		return 0
	}
	if o.truth(a, b) {
		return next
	}
	mark := m.trail.Mark()
	if !m.forced(o.at, a, b) {
		return broken
	}
	m.trail.Demote(mark)
	if (compare(a, b) == 0) == o.want {
		return next
	}
	return 0
}

// truth recognises the planner's test of an expression, "is not false": a
// whole object passes it whatever is in it.
func (o *opEqual) truth(a, b value) bool {
	no, isBool := b.(bool)
	return isBool && !no && !o.want && rank(scalar(a)) > 1
}

type opIs struct {
	source operand
	rank   int
}

func (o *opIs) exec(_ *machine, f *frame) flow {
	if v := o.source.get(f); v != nil && rank(scalar(v)) == o.rank {
		return next
	}
	return 0
}

// opDefined tests whether a local has a value.
type opDefined struct {
	source int
	want   bool
}

func (o *opDefined) exec(_ *machine, f *frame) flow {
	if (f.locals[o.source] != nil) == o.want {
		return next
	}
	return 0
}

type opLen struct {
	source operand
	target int
}

func (o *opLen) exec(m *machine, f *frame) flow {
	v := o.source.get(f)
	n, ok := count(scalar(v))
	if !ok {
		return 0
	}
	m.size(v)
	f.locals[o.target] = number.Int(int64(n))
	return next
}

type opNot struct{ body block }

func (o *opNot) exec(m *machine, f *frame) flow {
	switch r := o.body.run(m, f); {
	case r == next:
		return 0
	case r == 0:
		return next
	default:
		return leave(r)
	}
}

// opScan runs its body once for each element of a collection.
type opScan struct {
	source, key, val int
	body             block
	role             policy.Role // of what led to the element
	valueRole        policy.Role // of the element itself, where it is a fact
	// forgets: nothing after the scan depends on it but the entries it added to
	// the rule's result, so that each turn's reads belong to that turn alone.
	forgets bool
	at      place
}

func (o *opScan) exec(m *machine, f *frame) flow {
	source, start := f.locals[o.source], m.trail.Mark()
	switch s := source.(type) {
	case *facts.Node:
		return o.facts(m, f, s)
	case *array:
		for i, e := range s.elems {
			if r := o.turn(m, f, start, entry{key: number.Int(int64(i)), val: e}); r != next {
				return r
			}
		}
	case *object:
		return o.entries(m, f, &s.collection, false)
	case *set:
		return o.entries(m, f, &s.collection, true)
	case *overlay:
		return o.overlay(m, f, s)
	}
	return next
}

func (o *opScan) overlay(m *machine, f *frame, v *overlay) flow {
	start := m.trail.Mark()
	for _, e := range v.entries() {
		if r := o.turn(m, f, start, e); r != next {
			return r
		}
	}
	mark := m.trail.Mark()
	m.size(v)
	o.ended(m, f, mark)
	return next
}

func (o *opScan) facts(m *machine, f *frame, n *facts.Node) flow {
	start := m.trail.Mark()
	for _, c := range n.SortedMembers() {
		if r := o.turn(m, f, start, entry{key: c.Key, val: c}); r != next {
			return r
		}
	}
	for i, c := range n.Elements() {
		if r := o.turn(m, f, start, entry{key: number.Int(int64(i)), val: c}); r != next {
			return r
		}
	}
	if isComposite(n) {
		mark := m.trail.Mark()
		m.size(n)
		o.ended(m, f, mark)
	}
	return next
}

func (o *opScan) entries(m *machine, f *frame, c *collection, isSet bool) flow {
	start := m.trail.Mark()
	for _, e := range c.entries {
		if isSet {
			e.val = e.key
		}
		if r := o.turn(m, f, start, e); r != next {
			return r
		}
	}
	mark := m.trail.Mark()
	m.recall(c.whole)
	o.ended(m, f, mark)
	return next
}

// ended notes that there was no further element; where the scan forgets, only
// the rule's result as a whole depends on that.
func (o *opScan) ended(m *machine, f *frame, mark int) {
	if o.role == policy.Condition {
		m.trail.Demote(mark)
	}
	if o.forgets {
		m.giveUp(f, mark)
	}
}

func (o *opScan) turn(m *machine, f *frame, start int, e entry) flow {
	if !m.burn(o.at, 1) {
		return broken
	}
	mark := m.trail.Mark()
	m.recall(e.trail)
	if o.role == policy.Condition {
		m.trail.Demote(mark)
	}
	if n, ok := e.val.(*facts.Node); ok {
		m.read(n, o.valueRole)
	}
	f.locals[o.key], f.locals[o.val] = e.key, e.val
	r := o.body.run(m, f)
	if o.forgets && r != broken {
		m.giveUp(f, mark)
	}
	if r > 0 || r < next {
		return leave(r)
	}
	m.tidy(start)
	return next
}

// opCall calls a planned function.
type opCall struct {
	fn     *function
	args   []operand
	target int
	role   policy.Role
	at     place
}

func (o *opCall) exec(m *machine, f *frame) flow {
	if !m.burn(o.at, 1) {
		return broken
	}
	mark := m.trail.Mark()
	v, r := m.call(o.fn, values(o.args, f), o.at)
	if r != next {
		return r
	}
	if o.role == policy.Condition {
		m.trail.Demote(mark)
	}
	if v == nil {
		return 0
	}
	f.locals[o.target] = v
	return next
}

func values(args []operand, f *frame) []value {
	all := make([]value, len(args))
	for i, a := range args {
		all[i] = a.get(f)
	}
	return all
}

// opCallPath calls the rule at a path that is only known now.
type opCallPath struct {
	args   []int
	path   []operand
	target int
	role   policy.Role
	at     place
}

func (o *opCallPath) exec(m *machine, f *frame) flow {
	key := ""
	for _, p := range o.path {
		part, ok := scalar(p.get(f)).(string)
		if !ok {
			return 0
		}
		key += "/" + part
	}
	fn := m.code.byPath[key]
	if fn == nil {
		return 0
	}
	args := make([]operand, len(o.args))
	for i, a := range o.args {
		args[i] = operand{local: a}
	}
	call := opCall{fn, args, o.target, o.role, o.at}
	return call.exec(m, f)
}

// opBuiltin calls a built-in function.
type opBuiltin struct {
	builtin *builtin
	args    []operand
	target  int
	role    policy.Role
	at      place
}

func (o *opBuiltin) exec(m *machine, f *frame) flow {
	if !m.burn(o.at, 1) {
		return broken
	}
	args := values(o.args, f)
	for _, a := range args {
		if a == nil {
			return 0
		}
	}
	mark := m.trail.Mark()
	if !o.builtin.looksItself && !m.forced(o.at, args...) {
		return broken
	}
	v, fault := o.builtin.call(&call{m: m, at: o.at, role: o.role}, args)
	if m.err != nil || m.fail != nil {
		return broken
	}
	if fault != nil && m.lenient {
		return 0
	}
	if fault != nil {
		return m.broke(o.at, message.New("rego.builtin_failed", "builtin", functionWord(o.builtin.name), "why", *fault))
	}
	if o.role == policy.Condition {
		m.trail.Demote(mark)
	}
	if v == nil {
		return 0
	}
	f.locals[o.target] = v
	return next
}

// opWith runs its body with a part of the facts or data replaced.
type opWith struct {
	local int
	path  []string
	value operand
	body  block
}

func (o *opWith) exec(m *machine, f *frame) flow {
	saved := f.locals[o.local]
	f.locals[o.local] = m.replace(saved, o.path, o.value.get(f))
	m.memo = append(m.memo, map[int]memo{})
	r := o.body.run(m, f)
	m.memo = m.memo[:len(m.memo)-1]
	f.locals[o.local] = saved
	return leave(r)
}

// replace is old with the member at path set to v. Its other members are as
// they were, and looked at only when the body does.
func (m *machine) replace(old value, path []string, v value) value {
	if len(path) == 0 {
		return v
	}
	switch old := old.(type) {
	case *facts.Node:
		if old.Kind == facts.Object {
			return m.replaceIn(&overlay{under: old}, path, v)
		}
	case *overlay:
		return m.replaceIn(old, path, v)
	case *object:
		var inner value
		if i, found := old.find(path[0]); found {
			inner = old.entries[i].val
		}
		return m.replaced(old, inner, path, v)
	}
	return m.replaced(&object{}, nil, path, v)
}

// replaceIn is a copy of old in which path leads to v.
func (m *machine) replaceIn(old *overlay, path []string, v value) *overlay {
	out := *old
	out.over = *m.replaced(&old.over, old.inner(path), path, v)
	return &out
}

// replaced is a copy of old in which path leads to v; inner is what the first
// step of path leads to now.
func (m *machine) replaced(old *object, inner value, path []string, v value) *object {
	out := &object{collection{slices.Clone(old.entries), old.whole}}
	out.put(entry{key: path[0], val: m.replace(inner, path[1:], v)})
	return out
}

// inner is the member that path goes through; nil at its end, where nothing of
// the old value is left.
func (o *overlay) inner(path []string) value {
	if len(path) == 1 {
		return nil
	}
	if i, replaced := o.over.find(path[0]); replaced {
		return o.over.entries[i].val
	}
	if o.under == nil {
		return &overlay{lacks: o.lacks}
	}
	if n := o.under.Member(path[0]); n != nil {
		return n
	}
	if p := property(o.under, path[0]); p != nil {
		return &overlay{lacks: lack{o.under, p}}
	}
	return nil
}
