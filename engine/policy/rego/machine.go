package rego

import (
	"context"
	"strconv"
	"time"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// machine is the state of one evaluation of one policy.
type machine struct {
	ctx   context.Context
	code  *code
	trail policy.Trail
	memo  []map[int]memo // one map for each `with` in force
	fuel  int64          // steps left
	floor int64          // the fuel at which a piece of work that cannot be interrupted is too long
	room  int64          // bytes left
	asked int64          // the fuel when ctx was last asked
	full  int            // length of the trail at which it is tidied
	depth int
	// limits are effective ones.
	limits policy.Limits
	// lenient makes a built-in that fails undefined; see Query.Lenient.
	lenient bool
	answers []value         // to a Query
	fail    *policy.Failure // set when the policy broke
	err     error           // set when ctx ended

	patterns map[string]*pattern       // regular expressions that are ready to run
	zones    map[string]*time.Location // time zones that were asked for

	incomplete map[*facts.Node]bool // lists that lack elements, by their x-count
}

// memo is the value of a rule without arguments, and the reads that went into
// it where its entries do not carry them.
type memo struct {
	val   value
	reads []policy.Cause
	line  int
}

// stepsToAsk is after how many steps the machine asks whether it is to stop.
const stepsToAsk = 1 << 12

// flow says how a statement ended: next, or how many blocks to leave (0 is the
// block it stands in, which is then undefined), or one of the other constants.
type flow int

const (
	next     flow = -1
	returned flow = -2
	broken   flow = -3 // the policy failed or the run was cancelled
)

// frame is one call of a function.
type frame struct {
	fn     *function
	locals []value
	mark   int            // the trail when the call began
	full   int            // length of whole at which its repetitions are dropped
	whole  []policy.Cause // reads on paths that were given up, of a rule that makes a collection
	line   int            // head of the rule that gave the result
}

// broke ends the evaluation with a failure at a place of the policy.
func (m *machine) broke(at place, msg message.Message) flow {
	if m.fail == nil {
		m.fail = &policy.Failure{File: at.file, Line: at.line, Message: msg}
	}
	return broken
}

// burn takes fuel for n steps.
func (m *machine) burn(at place, n int64) bool {
	if m.spend(n) {
		return true
	}
	switch {
	case m.err != nil:
	case m.fuel < 0:
		m.broke(at, message.New("rego.out_of_fuel", "limit", m.limits.Steps))
	default:
		m.broke(at, message.New("rego.call_too_long", "limit", policy.MaxCall))
	}
	return false
}

// spend takes fuel where the place is not known; who called burns it.
func (m *machine) spend(n int64) bool {
	m.fuel -= n
	if m.asked-m.fuel >= stepsToAsk {
		m.asked = m.fuel
		m.err = m.ctx.Err()
	}
	return m.fuel >= m.floor && m.err == nil
}

// take takes room for n bytes that are made.
func (m *machine) take(at place, n int64) bool {
	if m.room -= n; m.room < 0 {
		m.broke(at, message.New("rego.out_of_memory", "limit", m.limits.Bytes))
		return false
	}
	return true
}

// grows makes a collection of n elements pay for one more.
func (m *machine) grows(at place, n int, bytes int64) bool {
	if n >= m.limits.Items {
		m.broke(at, message.New("rego.too_many_items", "limit", m.limits.Items))
		return false
	}
	return m.take(at, bytes)
}

// keep gives an entry its own trail, and makes it pay for that.
func (m *machine) keep(at place, e *entry, mark int) bool {
	e.trail = m.noted(mark)
	n := int64(len(e.trail))
	return m.burn(at, n/moveUnit) && m.take(at, n*causeBytes)
}

// another gives an entry one more way in.
func (m *machine) another(at place, e *entry, trail []policy.Cause) flow {
	n := int64(len(e.trail) + len(trail))
	if !m.burn(at, n/moveUnit) || !m.take(at, n*causeBytes) {
		return broken
	}
	e.trail = policy.Distinct(append(e.trail[:len(e.trail):len(e.trail)], trail...), m.sifts)
	return next
}

// causeBytes is the size of a read that is kept.
const causeBytes = 32

// used is what has been taken of the limits.
func (m *machine) used() policy.Usage {
	return policy.Usage{
		Steps: min(m.limits.Steps-m.fuel, m.limits.Steps),
		Bytes: min(m.limits.Bytes-m.room, m.limits.Bytes),
	}
}

// run executes a block's statements in order.
func (b block) run(m *machine, f *frame) flow {
	for _, op := range b {
		if r := op.exec(m, f); r != next {
			return r
		}
	}
	return next
}

// leave is what the end of an inner block means to the block around it.
func leave(r flow) flow {
	if r > 0 {
		return r - 1
	}
	return r
}

// call evaluates a planned function. A nil value is undefined.
func (m *machine) call(fn *function, args []value, at place) (value, flow) {
	if fn.constant != nil {
		return fn.constant.val, next
	}
	cached := len(fn.params) == 2
	if cached {
		if got, ok := m.memo[len(m.memo)-1][fn.index]; ok {
			m.recall(got.reads)
			return got.val, next
		}
	}
	if m.depth++; m.depth > m.limits.Depth {
		return nil, m.broke(at, message.New("rego.too_deep", "limit", m.limits.Depth))
	}
	mark := m.trail.Mark()
	val, line, r := m.enter(fn, args)
	m.depth--
	if r != next {
		return nil, r
	}
	if cached {
		m.memo[len(m.memo)-1][fn.index] = memo{val, m.noted(mark), line}
	}
	return val, next
}

// enter runs a function's blocks. Where the function makes a collection entry
// by entry, the reads go to the entries and to the collection as a whole, and
// the caller's trail stays as it was.
func (m *machine) enter(fn *function, args []value) (value, int, flow) {
	f := &frame{fn: fn, locals: make([]value, fn.size), mark: m.trail.Mark()}
	for i, p := range fn.params {
		f.locals[p] = args[i]
	}
	for _, b := range fn.blocks {
		r := b.run(m, f)
		if r == broken {
			return nil, 0, broken
		}
		if fn.partial {
			m.giveUp(f, f.mark)
		}
		if r == returned {
			break
		}
	}
	result := f.locals[fn.result]
	if c := collectionOf(result); fn.partial && c != nil {
		c.whole = policy.Distinct(f.whole, m.sifts)
	}
	return result, f.line, next
}

func collectionOf(v value) *collection {
	switch v := v.(type) {
	case *object:
		return &v.collection
	case *set:
		return &v.collection
	}
	return nil
}

// recall adds reads that were noted elsewhere, and takes fuel for them: rules
// that use each other twice would else double the trail at every step.
func (m *machine) recall(reads []policy.Cause) {
	if m.spend(int64(len(reads))) {
		m.trail.Append(reads)
	}
}

// noted is what was read after mark, to be kept with a value.
func (m *machine) noted(mark int) []policy.Cause {
	return policy.Distinct(m.trail.Since(mark), m.sifts)
}

// tidy drops the repetitions after mark once the trail has grown a lot, so that
// long loops over the same facts do not fill the memory. Nobody may hold a later
// mark.
func (m *machine) tidy(mark int) {
	if m.trail.Mark() <= m.full {
		return
	}
	kept := policy.Distinct(m.trail.Since(mark), m.sifts)
	m.trail.Cut(mark)
	m.trail.Append(kept)
	m.full = max(2*m.trail.Mark(), roomy)
}

// roomy is the length up to which the trail is not tidied.
const roomy = 1 << 12

// sifts takes fuel for looking for repetitions in so many reads.
func (m *machine) sifts(reads int) bool { return m.spend(int64(reads / 4)) }

// giveUp forgets the path after mark, but remembers that it was walked.
func (m *machine) giveUp(f *frame, mark int) {
	f.whole = append(f.whole, m.trail.Since(mark)...)
	if len(f.whole) > f.full {
		f.whole = policy.Distinct(f.whole, m.sifts)
		f.full = 2*len(f.whole) + 1<<10
	}
	m.trail.Cut(mark)
}

// dot is source[key]; nil when there is no such member.
func (m *machine) dot(source, key value, role policy.Role, at place) (value, flow) {
	switch s := source.(type) {
	case *facts.Node:
		return m.dotFact(s, scalar(key), role, at)
	case *array:
		if i, ok := index(scalar(key)); ok && i < len(s.elems) {
			return s.elems[i], next
		}
	case *object:
		return m.dotEntry(&s.collection, key, true, at)
	case *set:
		return m.dotEntry(&s.collection, key, false, at)
	case *overlay:
		if i, replaced := s.over.find(key); replaced {
			return s.over.entries[i].val, next
		}
		if s.under == nil {
			m.lack(s.lacks.of, s.lacks.property)
			return nil, next
		}
		return m.dotFact(s.under, scalar(key), role, at)
	}
	return nil, next
}

func (m *machine) dotEntry(c *collection, key value, member bool, at place) (value, flow) {
	if !m.forced(at, key) {
		return nil, broken
	}
	i, found := c.find(key)
	if !found {
		m.recall(c.whole)
		return nil, next
	}
	m.recall(c.entries[i].trail)
	if member {
		return c.entries[i].val, next
	}
	return c.entries[i].key, next
}

// dotFact reads a member of an object or an element of a list in the facts. An
// address that the schema does not have is a failure; a fact that the schema
// has and the document lacks is undefined and leaves a hole on the trail.
func (m *machine) dotFact(n *facts.Node, key value, role policy.Role, at place) (value, flow) {
	switch n.Kind {
	case facts.Object:
		name, ok := key.(string)
		if !ok {
			return nil, next
		}
		if child := n.Member(name); child != nil {
			m.read(child, role)
			return child, next
		}
		return nil, m.absent(n, name, at)
	case facts.List:
		i, ok := index(key)
		if !ok {
			return nil, next
		}
		if i < n.Len() {
			child := n.Elements()[i]
			m.read(child, role)
			return child, next
		}
		m.trail.Gone(n, strconv.Itoa(i), policy.Absent)
		if m.incomplete[n] {
			m.trail.Gone(n, "", policy.Hole)
		}
	}
	return nil, next
}

func (m *machine) absent(n *facts.Node, name string, at place) flow {
	property := property(n, name)
	switch {
	case n.Schema == nil: // an unbound document: no schema says what may be there
		m.trail.Gone(n, name, policy.Absent)
	case property == nil:
		return m.broke(at, message.New("rego.unknown_address", "pointer", n.Pointer()+"/"+name))
	default:
		m.lack(n, property)
	}
	return next
}

func property(n *facts.Node, name string) *facts.Schema {
	if n.Schema == nil {
		return nil
	}
	return n.Schema.Property(name)
}

// read notes that the policy reached n. An object or list is looked into
// later, if at all.
func (m *machine) read(n *facts.Node, role policy.Role) {
	if isComposite(n) {
		role = policy.Existence
	}
	m.trail.Read(n, role)
}

// forced notes everything in values as read, for operations that look at all of
// it; false when that took more fuel than there is, or than a piece of work may
// weigh that cannot be interrupted.
func (m *machine) forced(at place, values ...value) bool {
	m.floor = max(m.fuel-policy.MaxCall, 0)
	for _, v := range values {
		m.force(v)
	}
	ok := m.burn(at, 0)
	m.floor = 0
	return ok
}

// force takes fuel for what it looks at and gives up when there is none left:
// collections can share parts, so that one is sooner built than looked through.
// Use forced.
func (m *machine) force(v value) {
	if !m.spend(0) {
		return
	}
	switch v := v.(type) {
	case *facts.Node:
		m.forceFact(v)
	case number.Number:
		m.fuel -= int64(v.Bits() / 64)
	case string:
		m.fuel -= policy.TextSteps(len(v))
	case *array:
		for _, e := range v.elems {
			m.fuel--
			m.force(e)
		}
	case *object:
		m.forceEntries(&v.collection)
	case *set:
		m.forceEntries(&v.collection)
	case *overlay:
		m.forceOverlay(v)
	}
}

func (m *machine) forceOverlay(v *overlay) {
	m.size(v)
	for _, e := range v.entries() {
		if n, ok := e.val.(*facts.Node); ok {
			m.read(n, policy.Value)
		}
		m.force(e.val)
	}
}

func (m *machine) forceEntries(c *collection) {
	m.recall(c.whole)
	for _, e := range c.entries {
		m.fuel--
		m.recall(e.trail)
		m.force(e.key)
		m.force(e.val)
	}
}

// forceFact notes a whole object or list. A scalar was noted when it was
// reached.
func (m *machine) forceFact(n *facts.Node) {
	if !m.spend(2) { // to look at it and to note it
		return
	}
	if !isComposite(n) {
		m.fuel -= policy.TextSteps(len(n.Text))
		return
	}
	m.size(n)
	for _, children := range [][]*facts.Node{n.Members(), n.Elements()} {
		for _, c := range children {
			m.read(c, policy.Value)
			m.forceFact(c)
		}
	}
}

// size notes that the number of v's elements mattered.
func (m *machine) size(v value) {
	switch v := v.(type) {
	case *facts.Node:
		m.sizeOfFact(v, nil)
	case *object:
		m.recall(v.whole)
	case *set:
		m.recall(v.whole)
	case *overlay:
		if v.under == nil {
			m.lack(v.lacks.of, v.lacks.property)
			return
		}
		m.sizeOfFact(v.under, &v.over)
	}
}

// sizeOfFact notes the size of an object or list, and what it lacks: members
// but those that are replaced, or elements that its count says there are.
func (m *machine) sizeOfFact(n *facts.Node, replaced *object) {
	m.trail.Read(n, policy.Collection)
	if m.incomplete[n] {
		m.trail.Gone(n, "", policy.Hole)
	}
	if n.Schema == nil || n.Kind != facts.Object {
		return
	}
	for _, p := range n.Schema.Properties {
		if replaced != nil {
			if _, is := replaced.find(p.Name); is {
				continue
			}
		}
		if n.Member(p.Name) == nil {
			m.lack(n, p)
		}
	}
}

// lack notes a member that is not there.
func (m *machine) lack(n *facts.Node, p *facts.Schema) {
	role := policy.Hole
	if p.Optional {
		role = policy.Absent
	}
	m.trail.Gone(n, p.Name, role)
}

// index is a number used as a position.
func index(key value) (int, bool) {
	n, ok := key.(number.Number)
	if !ok {
		return 0, false
	}
	i, ok := n.Int64()
	return int(i), ok && i >= 0
}
