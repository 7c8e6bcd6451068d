package policy

import "math"

// Limits bound one evaluation of one policy. They are counted, not timed, so
// that the same policy on the same facts always ends the same way, on every
// machine. A policy that goes beyond one of them has failed; so has one that is
// asked for a value too large to be made. Of each field 0 means the default,
// and NoLimit none.
type Limits struct {
	Steps int64 // statements, turns of loops, calls, and what their arguments weigh
	Bytes int64 // memory made: of every text, number, list and object, whether kept or not
	Depth int   // calls within calls
	Items int   // elements of one collection
	Text  int   // bytes of one text that a policy makes
	Bits  int   // of one number, numerator and denominator together
}

// NoLimit switches a limit off. Without one on Steps or Bytes a run ends by its
// context at the latest: what cannot be interrupted stays small all the same
// (see MaxCall).
const NoLimit = -1

// MaxCall is the most steps that one uninterruptible piece of work may weigh,
// whatever the limits: about a twentieth of a second.
const MaxCall = 300_000

// DefaultLimits are the limits where none are set. They end every policy within
// a second and 256 MB; the shipped policies take less than a hundredth of them.
func DefaultLimits() Limits {
	return Limits{Steps: 300_000, Bytes: 32 << 20, Depth: 200, Items: 100_000, Text: 1 << 20, Bits: 1 << 14}
}

// Effective is l with each 0 replaced by the default and each NoLimit by a
// number that nothing reaches.
func (l Limits) Effective() Limits {
	d := DefaultLimits()
	return Limits{
		Steps: effective(l.Steps, d.Steps, math.MaxInt64/4), Bytes: effective(l.Bytes, d.Bytes, math.MaxInt64/4),
		Depth: effective(l.Depth, d.Depth, math.MaxInt32), Items: effective(l.Items, d.Items, math.MaxInt32),
		Text: effective(l.Text, d.Text, math.MaxInt32), Bits: effective(l.Bits, d.Bits, math.MaxInt32),
	}
}

func effective[N int | int64](given, standard, most N) N {
	switch {
	case given == 0:
		return standard
	case given < 0:
		return most
	}
	return given
}

// Usage is what an evaluation took of its limits.
type Usage struct {
	Steps int64
	Bytes int64
}

// What values weigh, the same in every language. Bytes are what a value takes
// up without what it holds.
const (
	TextUnit    = 32 // bytes of a text that are one step to look at
	SlotBytes   = 16 // of an element of a list
	EntryBytes  = 64 // of a member of an object or an element of a set
	NumberBytes = 32 // of a number, beside its digits
)

// NumberSteps is what it costs to compute with a number of so many bits, beside
// the step of the operation: it grows with the square of the digits, as
// multiplication does.
func NumberSteps(bits int) int64 {
	words := int64(bits / 64)
	return words * words / 16
}

// TextSteps is what it costs to look at so many bytes of text.
func TextSteps(bytes int) int64 { return int64(bytes / TextUnit) }

// Product is a*b of amounts of work, or far more than any limit.
func Product(a, b int64) int64 {
	const most = 1 << 60
	if a != 0 && b > most/a {
		return most
	}
	return a * b
}
