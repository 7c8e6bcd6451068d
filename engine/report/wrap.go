package report

import (
	"strings"
	"unicode/utf8"
)

// wrap cuts text into lines, as eachLine does.
func wrap(text string, first, rest int) []string {
	var lines []string
	eachLine(text, first, rest, func(line string) { lines = append(lines, line) })
	return lines
}

// eachLine cuts text into lines, the first at most first columns wide and the
// others at most rest. Text without a place to break is cut anywhere. There is
// always one line, if an empty one.
func eachLine(text string, first, rest int, do func(line string)) {
	const least = 2 // a Chinese character
	l := liner{text: clean(text), room: max(first, least)}
	columns, plain := plainWidth(l.text)
	l.plain = plain
	if plain && columns <= l.room {
		l.at = len(l.text)
	}
	for l.at < len(l.text) {
		l.next()
		for l.start < l.end && !l.fits() {
			do(strings.TrimRight(l.cut(), " "))
			l.room = max(rest, least)
		}
		l.at = l.end
	}
	do(strings.TrimRight(l.text[l.start:], " "))
}

// liner cuts a text into lines.
type liner struct {
	text  string
	plain bool // widths of characters add up
	room  int  // columns of the line

	start int // of the line
	at    int // end of what is known to fit into it
	end   int // of the piece behind that

	columns int // of the line up to at, if plain
	piece   int // columns of the piece, if plain
	spaces  int // at the end of the piece
}

// next finds where the line may end after at.
func (l *liner) next() {
	l.columns += l.piece
	l.piece, l.spaces, l.end = 0, 0, len(l.text)
	before := rune(0)
	for i, r := range l.text[l.at:] {
		if i > 0 && mayBreak(before, r) {
			l.end = l.at + i
			return
		}
		l.piece += plainColumns(r)
		if l.spaces++; r != ' ' {
			l.spaces = 0
		}
		before = r
	}
}

// fits tells whether the line has room for the piece. A text of absurd length
// is not measured: it does not fit.
func (l *liner) fits() bool {
	if l.plain {
		return l.columns+l.piece-l.spaces <= l.room
	}
	text := l.text[l.start:l.end]
	return len(text) <= 64*l.room && width(strings.TrimRight(text, " ")) <= l.room
}

// cut takes the line off: it ends before the piece or, where the piece alone is
// too wide, within it.
func (l *liner) cut() (line string) {
	if l.start < l.at {
		line = l.text[l.start:l.at]
		l.columns = 0
	} else {
		line = prefix(l.text[l.start:l.end], l.room)
		if l.plain {
			l.piece -= width(line)
		}
	}
	l.start += len(line)
	l.at = l.start
	return line
}

// prefix is the longest start of text that fits, at least one character.
func prefix(text string, columns int) string {
	end := len(text)
	for i := range text {
		if i > 0 && width(text[:i]) > columns {
			return text[:end]
		}
		if i > 0 {
			end = i
		}
	}
	return text[:end]
}

// mayBreak tells whether a line may end between two characters: after a space,
// and beside a Chinese character unless punctuation forbids it.
func mayBreak(before, after rune) bool {
	switch {
	case after == ' ':
		return false
	case before == ' ':
		return true
	case startsNoLine(after), endsNoLine(before):
		return false
	}
	return isWide(before) || isWide(after)
}

func isWide(r rune) bool {
	if columns := plainColumns(r); columns > 0 {
		return columns == 2
	}
	return r >= utf8.RuneSelf && width(string(r)) == 2
}

func startsNoLine(r rune) bool {
	switch r {
	case '，', '。', '、', '；', '：', '？', '！', '）', '》', '〉', '」', '』', '】', '〕', '”', '’', '％', '…', '—', '·', '›', '℃', '‰',
		',', '.', ';', ':', '!', '?', ')', ']', '}', '%':
		return true
	}
	return false
}

func endsNoLine(r rune) bool {
	switch r {
	case '（', '《', '〈', '「', '『', '【', '〔', '“', '‘', '(', '[', '{', '￥', '¥':
		return true
	}
	return false
}
