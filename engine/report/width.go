package report

import "github.com/mattn/go-runewidth"

// width is the number of columns text takes. Characters of ambiguous width
// count as one whatever the locale says, so that the output is the same
// everywhere.
func width(text string) int {
	if columns, ok := plainWidth(text); ok {
		return columns
	}
	condition := runewidth.Condition{EastAsianWidth: false, StrictEmojiNeutral: true}
	return condition.StringWidth(text)
}

// plainWidth is the number of columns of a text in which every character stands
// for itself, as nearly always; ok is false for any other.
func plainWidth(text string) (columns int, ok bool) {
	for _, r := range text {
		c := plainColumns(r)
		if c == 0 {
			return 0, false
		}
		columns += c
	}
	return columns, true
}

// plainColumns is how many columns a character takes that never joins with its
// neighbours, 0 for one that may, or that is rare.
func plainColumns(r rune) int {
	switch {
	case ' ' <= r && r <= '~':
		return 1
	case '一' <= r && r <= '\u9fff', '\u3000' <= r && r <= '\u3029', '！' <= r && r <= '｠':
		return 2
	case '‐' <= r && r <= '\u2027', r == '·', r == '×', r == '›', '①' <= r && r <= '⑳':
		return 1
	}
	return 0
}
