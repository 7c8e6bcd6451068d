package main

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// closest is the candidate that word was most likely meant to be, or "": the
// only one that contains it, else the one with the fewest letters changed, if
// those are few.
func closest(word string, candidates []string) string {
	var containing []string
	best, fewest := "", max(2, len(word)/3)+1
	for _, c := range candidates {
		if len(word) >= 3 && strings.Contains(c, word) {
			containing = append(containing, c)
		}
		if d := levenshtein.ComputeDistance(word, c); d < fewest {
			best, fewest = c, d
		}
	}
	if best == "" && len(containing) == 1 {
		return containing[0]
	}
	return best
}
