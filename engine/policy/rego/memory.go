package rego

import (
	"context"

	"rubric/engine/policy"
)

// memory is what a machine works with and the next evaluation can use again.
// Nothing in it outlives an evaluation: a finding has copies.
type memory struct {
	stack  []value          // locals of the functions being called
	args   []value          // arguments of the calls being made
	frames []*frame         // by how many calls they are within
	active int              // frames in use
	reads  []policy.Cause   // what memos and entries keep; full slabs are left to those
	sieve  policy.Sieve     // drops repetitions
	called call             // what the built-in being called may use
	bodies [][]policy.Cause // what each body of the last function byBody read

	slots  []slot         // memos outside any with, by the function's index
	run    uint64         // the evaluation; a slot of another one is empty
	inWith []map[int]memo // memos of each with in force
}

// memo is the value of a rule without arguments, and the reads that went into
// it where its entries do not carry them.
type memo struct {
	val   value
	reads []policy.Cause
	line  int
}

// slot is room for one memo.
type slot struct {
	run uint64
	memo
}

// Sizes of a machine's memory at first, and of what is worth keeping of it.
const (
	firstStack = 256
	firstReads = 256
	mostKept   = 1 << 12
)

func newMachine(ctx context.Context, c *code, l policy.Limits) *machine {
	m := &machine{code: c}
	m.begin(ctx, l)
	return m
}

// borrow is a machine that has run before, if there is one. Give it back when
// nothing of its memory is used any more.
func (c *code) borrow(ctx context.Context, l policy.Limits) *machine {
	m, ok := c.idle.Get().(*machine)
	if !ok {
		return newMachine(ctx, c, l)
	}
	m.begin(ctx, l)
	return m
}

func (m *machine) begin(ctx context.Context, l policy.Limits) {
	m.ctx, m.limits = ctx, l
	m.fuel, m.room, m.asked, m.full = l.Steps, l.Bytes, l.Steps, roomy
	m.run++
}

// giveBack keeps a machine for another evaluation.
func (c *code) giveBack(m *machine) {
	m.trail.Reset()
	kept := m.memory
	kept.active, kept.inWith, kept.called, kept.bodies = 0, nil, call{}, nil
	kept.stack, kept.args, kept.reads = emptied(kept.stack), emptied(kept.args), emptied(kept.reads)
	*m = machine{code: c, trail: m.trail, memory: kept}
	c.idle.Put(m)
}

// emptied forgets what is in a slice, and leaves it to the collector when it
// has become large.
func emptied[T any](all []T) []T {
	if cap(all) > mostKept {
		return nil
	}
	clear(all)
	return all[:0]
}

// push makes a frame for a call of fn. Where the stack is too small, a larger
// one takes its place; frames further down keep theirs in the old one.
func (m *machine) push(fn *function) *frame {
	if m.active == len(m.frames) {
		m.frames = append(m.frames, &frame{})
	}
	f := m.frames[m.active]
	m.active++
	at := len(m.stack)
	if cap(m.stack)-at < fn.size {
		m.stack, at = make([]value, 0, max(2*cap(m.stack), fn.size, firstStack)), 0
	}
	m.stack = m.stack[:at+fn.size]
	*f = frame{fn: fn, locals: m.stack[at : at+fn.size : at+fn.size], at: at, mark: m.trail.Mark(), whole: f.whole[:0]}
	return f
}

// pop ends the call that push began.
func (m *machine) pop(f *frame) {
	clear(f.locals)
	clear(f.whole)
	if cap(f.whole) > mostKept {
		f.whole = nil
	}
	m.stack = m.stack[:f.at]
	m.active--
}

// kept is a copy of reads that lasts as long as the evaluation.
func (m *machine) kept(reads []policy.Cause) []policy.Cause {
	if len(reads) == 0 {
		return nil
	}
	if cap(m.reads)-len(m.reads) < len(reads) {
		m.reads = make([]policy.Cause, 0, max(min(2*cap(m.reads), mostKept), len(reads), firstReads))
	}
	at := len(m.reads)
	m.reads = append(m.reads, reads...)
	return m.reads[at:len(m.reads):len(m.reads)]
}

// known is the memo of a rule without arguments.
func (m *machine) known(fn *function) (memo, bool) {
	if n := len(m.inWith); n > 0 {
		got, ok := m.inWith[n-1][fn.index]
		return got, ok
	}
	if fn.index >= len(m.slots) || m.slots[fn.index].run != m.run {
		return memo{}, false
	}
	return m.slots[fn.index].memo, true
}

func (m *machine) learn(fn *function, got memo) {
	if n := len(m.inWith); n > 0 {
		m.inWith[n-1][fn.index] = got
		return
	}
	if m.slots == nil {
		m.slots = make([]slot, len(m.code.functions)+1) // and a query's own blocks
	}
	m.slots[fn.index] = slot{m.run, got}
}
