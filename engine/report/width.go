package report

import (
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

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
	for i := 0; i < len(text); {
		switch {
		case isWord(text[i]):
			columns++
			i++
		case isChinese(text, i):
			columns += 2
			i += 3
		default:
			k, size := kindAt(text, i)
			if k == 0 {
				return 0, false
			}
			columns += k.columns()
			i += size
		}
	}
	return columns, true
}

// isWord tells letters and digits of ASCII.
func isWord(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' }

// isChinese tells that a Chinese character begins at a place: any from 一 to
// \u9fff.
func isChinese(text string, at int) bool {
	return text[at] >= 0xe4 && at+2 < len(text) && text[at] <= 0xe9 && text[at+1]&0xc0 == 0x80 && text[at+2]&0xc0 == 0x80 &&
		(text[at] > 0xe4 || text[at+1] >= 0xb8)
}

// kind is what the layout has to know of a character that never joins with its
// neighbours; 0 of one that may, or that is rare.
type kind uint8

const (
	narrow  kind = 1 << iota // one column wide
	wide                     // two columns wide
	blank                    // a space
	noStart                  // begins no line
	noEnd                    // ends no line
)

func (k kind) columns() int { return int(k & (narrow | wide)) }

// mayEndBefore tells whether a line may end between two characters, as mayBreak
// does.
func (k kind) mayEndBefore(next kind) bool {
	switch {
	case (k|next)&(wide|blank) == 0 || next&blank != 0:
		return false
	case k&blank != 0:
		return true
	}
	return next&noStart == 0 && k&noEnd == 0
}

// kindAt is the kind of the character that begins at a place, and how many bytes
// it has.
func kindAt(text string, at int) (k kind, size int) {
	if c := text[at]; c < utf8.RuneSelf {
		return kindOfASCII(c), 1
	}
	r, size := utf8.DecodeRuneInString(text[at:])
	switch r { // the most frequent ones
	case '，', '。', '、', '；', '：', '）', '》':
		return wide | noStart, size
	case '（', '《':
		return wide | noEnd, size
	}
	return kindOf(r), size
}

func kindOfASCII(c byte) kind {
	switch c {
	case ' ':
		return narrow | blank
	case ',', '.', ';', ':', '!', '?', ')', ']', '}', '%':
		return narrow | noStart
	case '(', '[', '{':
		return narrow | noEnd
	}
	if ' ' < c && c <= '~' {
		return narrow
	}
	return 0
}

func kindOf(r rune) kind {
	k := kind(plainColumns(r))
	switch {
	case k == 0:
		return 0
	case r == ' ':
		return k | blank
	case startsNoLine(r):
		return k | noStart
	case endsNoLine(r):
		return k | noEnd
	}
	return k
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
