// Package probe counts how the parts of a policy are used while cases are run:
// what was reached, and which conditions held and did not. A language compiles
// probes into a policy only where a Recorder asks for them; else they cost
// nothing.
package probe

import "sync/atomic"

// Point is a part of a policy that is watched.
type Point struct {
	File         string // relative to the framework's folder
	Line, Column int
	Text         string // as written, in one line
	// Holds says a condition in words, and Fails a comparison turned round; empty
	// for what is none.
	Holds, Fails string
	// After is the point that must hold, or in bands not hold, for this one to be
	// reached; -1 for none.
	After int
}

// Condition tells a point that can hold or not from one that is only reached.
func (p Point) Condition() bool { return p.Holds != "" }

// Count is how often a point was reached, and how often it held and did not.
type Count struct{ Reached, Held, Failed int64 }

// Add is both counts together.
func (c Count) Add(d Count) Count {
	return Count{c.Reached + d.Reached, c.Held + d.Held, c.Failed + d.Failed}
}

// A Recorder watches one policy. While the policy is compiled, points are added;
// after that only the counts change.
type Recorder struct {
	Points []Point
	counts []*tally
}

type tally struct{ reached, held, failed atomic.Int64 }

// Watch adds a point and gives its number.
func (r *Recorder) Watch(p Point) int {
	r.Points = append(r.Points, p)
	r.counts = append(r.counts, &tally{})
	return len(r.Points) - 1
}

// Reached counts that evaluation came to point i.
func (r *Recorder) Reached(i int) { r.counts[i].reached.Add(1) }

// Held counts that it got past point i.
func (r *Recorder) Held(i int) { r.counts[i].held.Add(1) }

// Said counts what the condition at point i said.
func (r *Recorder) Said(i int, holds bool) {
	r.counts[i].reached.Add(1)
	if holds {
		r.counts[i].held.Add(1)
	} else {
		r.counts[i].failed.Add(1)
	}
}

// Take gives the counts since it was last called. What was reached and neither
// held nor failed has failed.
func (r *Recorder) Take() []Count {
	all := make([]Count, len(r.counts))
	for i, t := range r.counts {
		all[i] = Count{t.reached.Swap(0), t.held.Swap(0), t.failed.Swap(0)}
		all[i].Failed = max(all[i].Failed, all[i].Reached-all[i].Held)
	}
	return all
}
