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
	q := quickLiner{text: text, room: max(first, least), rest: max(rest, least)}
	if q.lines(do) {
		return
	}
	l := liner{text: clean(text[q.start:]), room: q.room}
	for l.at < len(l.text) {
		l.next()
		for l.start < l.end && !l.fits() {
			do(strings.TrimRight(l.cut(), " "))
			l.room = q.rest
		}
		l.at = l.end
	}
	do(strings.TrimRight(l.text[l.start:], " "))
}

// quickLiner cuts a text into lines as long as every character stands for itself,
// as nearly always, looking at each once.
type quickLiner struct {
	text       string
	room, rest int // columns of the line, of those behind it

	start   int // of the line
	at      int // the last place where it may end
	columns int // of the line so far
	before  int // columns of the line up to at
}

// lines is false where another kind of character comes: what begins at start is
// not cut then.
func (q *quickLiner) lines(do func(line string)) bool {
	last := kind(0)
	for i := 0; i < len(q.text); {
		k, size := narrow, 1
		switch c := q.text[i]; {
		case isWord(c):
		case isChinese(q.text, i):
			k, size = wide, 3
		default:
			k, size = kindAt(q.text, i)
		}
		if k == 0 {
			return false
		}
		if i > q.at && last.mayEndBefore(k) {
			q.at, q.before = i, q.columns
		}
		for k&blank == 0 && q.columns+k.columns() > q.room {
			do(q.cut(i))
		}
		q.columns += k.columns()
		last, i = k, i+size
	}
	do(trimmed(q.text[q.start:]))
	return true
}

// cut takes a line off: it ends at the last place where it may, or within the
// piece that goes on to i.
func (q *quickLiner) cut(i int) (line string) {
	if q.at == q.start {
		q.at, q.before = i, q.columns
		if q.columns > q.room { // the line before had more
			part := prefix(q.text[q.start:], q.room)
			q.at, q.before = q.start+len(part), width(part)
		}
	}
	line = trimmed(q.text[q.start:q.at])
	q.start, q.columns, q.before = q.at, q.columns-q.before, 0
	q.room = q.rest
	return line
}

func trimmed(line string) string {
	for line != "" && line[len(line)-1] == ' ' {
		line = line[:len(line)-1]
	}
	return line
}

// liner cuts any text into lines.
type liner struct {
	text string
	room int // columns of the line

	start int // of the line
	at    int // end of what is known to fit into it
	end   int // of the piece behind that
}

// next finds where the line may end after at.
func (l *liner) next() {
	l.end = len(l.text)
	before := rune(0)
	for i, r := range l.text[l.at:] {
		if i > 0 && mayBreak(before, r) {
			l.end = l.at + i
			return
		}
		before = r
	}
}

// fits tells whether the line has room for the piece. A text of absurd length
// is not measured: it does not fit.
func (l *liner) fits() bool {
	text := l.text[l.start:l.end]
	return len(text) <= 64*l.room && width(strings.TrimRight(text, " ")) <= l.room
}

// cut takes the line off: it ends before the piece or, where the piece alone is
// too wide, within it.
func (l *liner) cut() (line string) {
	if l.start < l.at {
		line = l.text[l.start:l.at]
	} else {
		line = prefix(l.text[l.start:l.end], l.room)
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
