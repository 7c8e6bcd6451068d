package policy

import "slices"

const (
	few  = 16 // reads are kept without looking for repetitions
	some = 64 // reads are compared each with each
)

// Sieve drops repetitions, time and again in the same memory. The zero value is
// ready; it is not safe for concurrent use.
type Sieve struct{ seen map[Cause]struct{} }

// Distinct drops the repetitions in long lists of reads, in place. Before every
// thousand reads or so it asks goOn, which is told how many; once that says
// false, the rest stays as it is.
func Distinct(reads []Cause, goOn func(reads int) bool) []Cause {
	return new(Sieve).Distinct(reads, goOn)
}

// Distinct is Distinct in the sieve's memory, which it leaves empty.
func (s *Sieve) Distinct(reads []Cause, goOn func(reads int) bool) []Cause {
	if len(reads) <= few {
		return reads
	}
	if len(reads) <= some {
		return distinctOfSome(reads, goOn)
	}
	defer s.empty()
	if s.seen == nil {
		s.seen = make(map[Cause]struct{}, 2*some)
	}
	kept := reads[:0]
	for i, r := range reads {
		if i%(1<<10) == 0 && !goOn(min(len(reads)-i, 1<<10)) {
			return append(kept, reads[i:]...)
		}
		if before := len(s.seen); before < s.add(r) {
			kept = append(kept, r)
		}
	}
	return kept
}

// add notes a read, and tells how many different ones there are now.
func (s *Sieve) add(r Cause) int {
	s.seen[r] = struct{}{}
	return len(s.seen)
}

// empty keeps the memory unless it has become large.
func (s *Sieve) empty() {
	if len(s.seen) > roomy {
		s.seen = nil
		return
	}
	clear(s.seen)
}

func distinctOfSome(reads []Cause, goOn func(reads int) bool) []Cause {
	if !goOn(len(reads)) {
		return reads
	}
	kept := reads[:0]
	for _, r := range reads {
		if !slices.Contains(kept, r) {
			kept = append(kept, r)
		}
	}
	return kept
}
