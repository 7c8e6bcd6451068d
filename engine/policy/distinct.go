package policy

// few is how many reads are kept without looking for repetitions.
const few = 16

// Distinct drops the repetitions in long lists of reads, in place. Before every
// thousand reads or so it asks goOn, which is told how many; once that says
// false, the rest stays as it is.
func Distinct(reads []Cause, goOn func(reads int) bool) []Cause {
	if len(reads) <= few {
		return reads
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
