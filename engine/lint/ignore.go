package lint

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"rubric/engine/message"
	"rubric/engine/policy/script"
)

// The rules about the comments that silence others.
const (
	ignoreWithoutReason = "ignore-without-reason"
	ignoreUnused        = "ignore-unused"
)

// An ignore is a comment
//
//	# rubric:ignore RULE: reason
//
// at the end of a line, for that line, or on a line of its own, for the line of
// code that follows and the comments between. It takes a reason, and something
// to silence.
type ignore struct {
	place       script.Place
	rule        string
	reason      string
	first, last int // the lines it is for
	used        bool
}

var ignoreForm = regexp.MustCompile(`(?:^|\s)#\s*rubric:ignore\s+([a-z-]+)\s*(?:[:：]\s*(.*))?$`)

// silence takes out what is ignored, and reports ignores that are no good.
func (c *checker) silence() {
	all := c.ignores()
	c.found = slices.DeleteFunc(c.found, func(f Finding) bool {
		for i := range all {
			g := &all[i]
			if g.reason != "" && g.rule == f.Rule && g.place.File == f.File && g.first <= f.Line && f.Line <= g.last {
				g.used = true
				return true
			}
		}
		return false
	})
	for _, g := range all {
		switch _, known := Find(g.rule); {
		case g.reason == "":
			c.reportAs(ignoreWithoutReason, g.place, message.New("lint.ignore_without_reason", "rule", g.rule))
		case !known:
			c.reportAs(ignoreUnused, g.place, message.New("lint.ignore_unknown", "rule", g.rule))
		case !g.used && !(g.rule == "expired" && c.options.Date == ""):
			c.reportAs(ignoreUnused, g.place, message.New("lint.ignore_unused", "rule", g.rule))
		}
	}
}

func (c *checker) reportAs(rule string, at script.Place, m message.Message) {
	c.rule, _ = Find(rule)
	c.report(at, m)
}

// ignores are those of all files in which comments can stand.
func (c *checker) ignores() []ignore {
	files := []string{treeFile}
	for _, s := range slices.Concat(c.fw.Files, c.fw.Checks, c.fw.Cases) {
		files = append(files, s.File)
	}
	if own := c.fw.Aggregator.File; own != "" {
		files = append(files, own)
	}
	var all []ignore
	for _, file := range files {
		c.source(file, 1)
		all = append(all, ignoresIn(file, c.lines[file])...)
	}
	return all
}

func ignoresIn(file string, lines []string) (all []ignore) {
	for n, line := range lines {
		at := ignoreForm.FindStringSubmatchIndex(strings.TrimRight(line, "\r"))
		if at == nil {
			continue
		}
		word := strings.Index(line[at[0]:], "rubric:ignore") + at[0]
		g := ignore{place: script.Place{File: file, Line: n + 1, Column: utf8.RuneCountInString(line[:word]) + 1},
			rule: line[at[2]:at[3]], first: n + 1, last: n + 1}
		if at[4] >= 0 {
			g.reason = strings.TrimSpace(line[at[4]:at[5]])
		}
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			g.last = nextCode(lines, n+1) + 1
		}
		all = append(all, g)
	}
	return all
}

// nextCode is the first line, counted from 0, at or behind from that is neither
// blank nor a comment.
func nextCode(lines []string, from int) int {
	for n := from; n < len(lines); n++ {
		if text := strings.TrimSpace(lines[n]); text != "" && !strings.HasPrefix(text, "#") {
			return n
		}
	}
	return len(lines)
}
