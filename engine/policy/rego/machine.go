package rego

import (
	"context"
	"slices"
	"time"

	"rubric/engine/message"
	"rubric/engine/policy"
)

// machine is the state of one evaluation of one policy.
type machine struct {
	ctx   context.Context
	code  *code
	trail policy.Trail
	fuel  int64 // steps left
	floor int64 // the fuel at which a piece of work that cannot be interrupted is too long
	room  int64 // bytes left
	asked int64 // the fuel when ctx was last asked
	full  int   // length of the trail at which it is tidied
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

	memory
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
	mark   int              // the trail when the call began
	full   int              // length of whole at which its repetitions are dropped
	whole  []policy.Cause   // reads on paths that were given up, of a rule that makes a collection
	line   int              // head of the rule that gave the result
	bodies [][]policy.Cause // of a function byBody, what each body read
	at     int              // where locals begin in the stack
	aside  int              // the trail when the value of the entry began that is being made; see opAside
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

// another gives an entry one more way in. Where one way hangs on a missing fact
// and the other does not, the latter alone proves the entry.
func (m *machine) another(at place, e *entry, trail []policy.Cause) flow {
	switch was, is := policy.Open(e.trail), policy.Open(trail); {
	case is && !was:
		return next
	case was && !is:
		e.trail = trail
		return next
	}
	n := int64(len(e.trail) + len(trail))
	if !m.burn(at, n/moveUnit) || !m.take(at, n*causeBytes) {
		return broken
	}
	e.trail = m.sieve.Distinct(append(e.trail[:len(e.trail):len(e.trail)], trail...), m.sifts)
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
		if got, ok := m.known(fn); ok {
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
		m.learn(fn, memo{val, m.noted(mark), line})
	}
	return val, next
}

// enter runs a function's blocks. Where the function makes a collection entry
// by entry, the reads go to the entries and to the collection as a whole, and
// the caller's trail stays as it was.
func (m *machine) enter(fn *function, args []value) (value, int, flow) {
	f := m.push(fn)
	for i, p := range fn.params {
		f.locals[p] = args[i]
	}
	r := m.blocks(fn, f)
	result, line := f.locals[fn.result], f.line
	if c := collectionOf(result); r == next && fn.partial && c != nil {
		c.whole = m.sieve.Distinct(m.kept(f.whole), m.sifts)
		if fn.byBody {
			all := slices.Concat(slices.Concat(f.bodies, c.trails())...)
			m.bodies, c.whole = f.bodies, m.sieve.Distinct(all, m.sifts)
		}
	}
	if c := collectionOf(result); r == next && fn.levels > 0 && c != nil {
		c.spread(fn.levels)
	}
	m.pop(f)
	if r == broken {
		return nil, 0, broken
	}
	return result, line, next
}

// spread lets the collections within c, so many levels deep, depend as a whole on
// what c does: any turn of the rule that made them might have added to them.
func (c *collection) spread(levels int) {
	for _, e := range c.entries {
		inner := collectionOf(e.val)
		if inner == nil || inner.whole != nil {
			continue
		}
		inner.whole = c.whole
		if levels > 1 {
			inner.spread(levels - 1)
		}
	}
}

func (m *machine) blocks(fn *function, f *frame) flow {
	for _, b := range fn.blocks {
		r := b.run(m, f)
		if r == broken {
			return broken
		}
		if fn.partial {
			m.giveUp(f, f.mark)
		}
		if fn.byBody {
			f.bodies = append(f.bodies, m.sieve.Distinct(m.kept(f.whole), m.sifts))
			f.whole = f.whole[:0]
		}
		if r == returned {
			break
		}
	}
	return next
}

// trails are those of all entries.
func (c *collection) trails() [][]policy.Cause {
	all := make([][]policy.Cause, len(c.entries))
	for i, e := range c.entries {
		all[i] = e.trail
	}
	return all
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
	return m.sieve.Distinct(m.kept(m.trail.Tail(mark)), m.sifts)
}

// tidy drops the repetitions after mark once the trail has grown a lot, so that
// long loops over the same facts do not fill the memory. Nobody may hold a later
// mark.
func (m *machine) tidy(mark int) {
	if m.trail.Mark() <= m.full {
		return
	}
	kept := m.sieve.Distinct(m.trail.Tail(mark), m.sifts)
	m.trail.Cut(mark + len(kept))
	m.full = max(2*m.trail.Mark(), roomy)
}

// roomy is the length up to which the trail is not tidied.
const roomy = 1 << 12

// sifts takes fuel for looking for repetitions in so many reads.
func (m *machine) sifts(reads int) bool { return m.spend(int64(reads / 4)) }

// giveUp forgets the path after mark, but remembers that it was walked.
func (m *machine) giveUp(f *frame, mark int) {
	f.whole = append(f.whole, m.trail.Tail(mark)...)
	if len(f.whole) > f.full {
		f.whole = m.sieve.Distinct(f.whole, m.sifts)
		f.full = 2*len(f.whole) + 1<<10
	}
	m.trail.Cut(mark)
}
