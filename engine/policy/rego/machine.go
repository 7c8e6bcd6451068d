package rego

import (
	"context"
	"strconv"

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
	fuel  int64
	depth int
	fail  *policy.Failure // set when the policy broke
	err   error           // set when ctx ended
}

// memo is the value of a rule without arguments, and the reads that went into
// it where its entries do not carry them.
type memo struct {
	val   value
	reads []policy.Cause
	line  int
}

// Limits of one policy's evaluation. They are counted, not timed, so that the
// same policy on the same facts always ends the same way.
const (
	maxFuel  = 20_000_000 // steps
	maxDepth = 200        // nested calls
	maxText  = 1 << 20    // bytes of a text
	maxItems = 1 << 20    // elements of a collection
	maxBits  = 1 << 14    // size of a number
)

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
	before := m.fuel
	m.fuel -= n
	if m.fuel < 0 {
		m.broke(at, message.New("rego.out_of_fuel", "limit", maxFuel))
		return false
	}
	if before>>12 != m.fuel>>12 && m.ctx.Err() != nil {
		m.err = m.ctx.Err()
		return false
	}
	return true
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
			m.trail.Append(got.reads)
			return got.val, next
		}
	}
	if m.depth++; m.depth > maxDepth {
		return nil, m.broke(at, message.New("rego.too_deep", "limit", maxDepth))
	}
	mark := m.trail.Mark()
	val, line, r := m.enter(fn, args)
	m.depth--
	if r != next {
		return nil, r
	}
	if cached {
		m.memo[len(m.memo)-1][fn.index] = memo{val, m.trail.Since(mark), line}
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
		c.whole = f.whole
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

// giveUp forgets the path after mark, but remembers that it was walked.
func (m *machine) giveUp(f *frame, mark int) {
	f.whole = append(f.whole, m.trail.Since(mark)...)
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
		return m.dotEntry(&s.collection, key, true), next
	case *set:
		return m.dotEntry(&s.collection, key, false), next
	}
	return nil, next
}

func (m *machine) dotEntry(c *collection, key value, member bool) value {
	m.force(key)
	i, found := c.find(key)
	if !found {
		m.trail.Append(c.whole)
		return nil
	}
	m.trail.Append(c.entries[i].trail)
	if member {
		return c.entries[i].val
	}
	return c.entries[i].key
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
	}
	return nil, next
}

func (m *machine) absent(n *facts.Node, name string, at place) flow {
	property := property(n, name)
	switch {
	case property == nil:
		return m.broke(at, message.New("rego.unknown_address", "pointer", n.Pointer()+"/"+name))
	case property.Optional:
		m.trail.Gone(n, name, policy.Absent)
	default:
		m.trail.Gone(n, name, policy.Hole)
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

// force notes everything in v as read, for operations that look at all of it.
func (m *machine) force(v value) {
	switch v := v.(type) {
	case *facts.Node:
		m.forceFact(v)
	case *array:
		for _, e := range v.elems {
			m.force(e)
		}
	case *object:
		m.forceEntries(&v.collection)
	case *set:
		m.forceEntries(&v.collection)
	}
}

func (m *machine) forceEntries(c *collection) {
	m.trail.Append(c.whole)
	for _, e := range c.entries {
		m.trail.Append(e.trail)
		m.force(e.key)
		m.force(e.val)
	}
}

// forceFact notes a whole object or list. A scalar was noted when it was
// reached.
func (m *machine) forceFact(n *facts.Node) {
	if !isComposite(n) {
		return
	}
	m.trail.Read(n, policy.Collection)
	m.noteAbsent(n)
	for _, children := range [][]*facts.Node{n.Members(), n.Elements()} {
		for _, c := range children {
			m.read(c, policy.Value)
			m.forceFact(c)
		}
	}
}

// noteAbsent notes the members of an object that are not there.
func (m *machine) noteAbsent(n *facts.Node) {
	if n.Schema == nil || n.Kind != facts.Object {
		return
	}
	for _, p := range n.Schema.Properties {
		if n.Member(p.Name) != nil {
			continue
		}
		role := policy.Hole
		if p.Optional {
			role = policy.Absent
		}
		m.trail.Gone(n, p.Name, role)
	}
}

// size notes that the number of v's elements mattered.
func (m *machine) size(v value) {
	switch v := v.(type) {
	case *facts.Node:
		m.trail.Read(v, policy.Collection)
		m.noteAbsent(v)
	case *object:
		m.trail.Append(v.whole)
	case *set:
		m.trail.Append(v.whole)
	}
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
