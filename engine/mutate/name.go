package mutate

import (
	"strconv"
	"strings"

	"rubric/engine/policy/slip"
)

// named gives each change its name: what the expression around it was and is.
// Lines are no part of it, so that a name lasts as long as the expression does;
// changes that read alike are numbered.
func named(slips []slip.Slip) []Mutant {
	var all []Mutant
	seen := map[string]int{}
	for _, s := range slips {
		id := strings.TrimSpace(s.Was + " => " + s.Now)
		seen[id]++
		if n := seen[id]; n > 1 {
			id += " #" + strconv.Itoa(n)
		}
		all = append(all, Mutant{Slip: s, ID: id})
	}
	return all
}
