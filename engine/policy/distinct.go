package policy

import "slices"

const (
	few  = 16 // reads are kept without looking for repetitions
	some = 64 // reads are compared each with each
)

// Distinct drops the repetitions in long lists of reads, in place. Before every
// thousand reads or so it asks goOn, which is told how many; once that says
// false, the rest stays as it is.
func Distinct(reads []Cause, goOn func(reads int) bool) []Cause {
	if len(reads) <= few {
		return reads
	}
	if len(reads) <= some {
		return distinctOfSome(reads, goOn)
	}
	seen := make(map[Cause]bool, min(len(reads), 1<<10))
	kept := reads[:0]
	for i, r := range reads {
		if i%(1<<10) == 0 && !goOn(min(len(reads)-i, 1<<10)) {
			return append(kept, reads[i:]...)
		}
		if !seen[r] {
			seen[r] = true
			kept = append(kept, r)
		}
	}
	return kept
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
