package lint

import (
	"slices"
	"strings"

	"rubric/engine/message"
	"rubric/engine/policy/script"
	"rubric/engine/scaffold"
)

// placeholders: evidence that rubric new has written for the author to replace.
func (c *checker) placeholders() {
	standing := scaffold.Placeholders()
	for i := range c.policies {
		p := &c.policies[i]
		for _, text := range standing {
			if slices.Contains(p.Meta.Evidence, text) {
				c.report(c.placeOf(p.File, text), message.New("lint.placeholder", "text", text))
			}
		}
	}
}

// placeOf is where a text first stands in a file.
func (c *checker) placeOf(file, text string) script.Place {
	for n, line := range c.read(file) {
		if before, _, found := strings.Cut(line, text); found {
			return script.Place{File: file, Line: n + 1, Column: len([]rune(before)) + 1}
		}
	}
	return script.Place{File: file, Line: 1, Column: 1}
}
