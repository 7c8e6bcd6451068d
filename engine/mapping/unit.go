package mapping

import (
	"regexp"
	"strings"
)

var inBrackets = regexp.MustCompile(`^(.+)\((?:单位:?)?([^()]+)\)$`)

// splitHead parts a header, narrowed, from what stands in brackets at its end.
func splitHead(text string) (base, brackets string) {
	if found := inBrackets.FindStringSubmatch(text); found != nil {
		return found[1], found[2]
	}
	return text, ""
}

var unitNote = regexp.MustCompile(`单位:([^\s,;()，；、]+)`)

// notedUnit is the unit that a line such as “单位：万元” states.
func notedUnit(text string) string {
	if found := unitNote.FindStringSubmatch(strings.NewReplacer("：", ":", "（", "(", "）", ")").Replace(text)); found != nil {
		return found[1]
	}
	return ""
}

// isUnit tells what is surely meant as a unit, known or not.
func isUnit(text string) bool {
	return strings.HasSuffix(text, "元") || text == "%" || text == "‰"
}
