package report

import (
	"strings"
	"unicode"

	"github.com/mattn/go-runewidth"
)

// page gathers lines of text, none wider than width.
type page struct {
	width int
	text  strings.Builder
}

func newPage(width int) *page { return &page{width: max(width, MinWidth)} }

func (p *page) blank() { p.text.WriteByte('\n') }

// line writes a line that is known to fit.
func (p *page) line(text string) {
	p.text.WriteString(strings.TrimRight(text, " "))
	p.text.WriteByte('\n')
}

// rule draws a line across the page. It is made of plain hyphens: box drawing
// characters are one column wide in some terminals and two in others.
func (p *page) rule() { p.line(strings.Repeat("-", p.width)) }

// block writes text wrapped, its first line indented and the others a little
// further.
func (p *page) block(indent int, text string) { p.hang(indent, "", text, indent+2) }

// blocks writes several texts, each beginning a line.
func (p *page) blocks(indent int, texts []string) {
	for _, text := range texts {
		p.block(indent, text)
	}
}

// labelled writes a label and, in the column hang, the text that belongs to
// it.
func (p *page) labelled(indent int, label, text string, hang int) {
	p.hang(indent, pad(label, hang-indent-1)+" ", text, hang)
}

// hang writes lead and text; what does not fit goes to further lines that
// start in the column hang.
func (p *page) hang(indent int, lead, text string, hang int) {
	first := strings.Repeat(" ", indent) + lead
	lines := wrap(text, p.width-width(first), p.width-hang)
	for i, line := range lines {
		if i > 0 {
			first = strings.Repeat(" ", hang)
		}
		p.line(first + line)
	}
}

// width is the number of columns text takes. Characters of ambiguous width
// count as one whatever the locale says, so that the output is the same
// everywhere.
func width(text string) int {
	condition := runewidth.Condition{EastAsianWidth: false, StrictEmojiNeutral: true}
	return condition.StringWidth(text)
}

// pad fills text with spaces on the right; padLeft does on the left.
func pad(text string, columns int) string {
	return text + strings.Repeat(" ", max(0, columns-width(text)))
}

func padLeft(text string, columns int) string {
	return strings.Repeat(" ", max(0, columns-width(text))) + text
}

// clean makes a text one line without control characters, so that a text in
// the facts cannot move the cursor or turn the reading direction.
func clean(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
	}), " ")
}

// wrap cuts text into lines, the first at most first columns wide and the
// others at most rest. Text without a place to break is cut anywhere. There is
// always one line, if an empty one.
func wrap(text string, first, rest int) []string {
	var lines []string
	line, room := "", max(first, 2)
	flush := func() {
		lines = append(lines, strings.TrimRight(line, " "))
		line, room = "", max(rest, 2)
	}
	for _, piece := range pieces(clean(text)) {
		if line != "" && !fits(line+piece, room) {
			flush()
		}
		for !fits(piece, room) {
			head := prefix(piece, room)
			line, piece = head, piece[len(head):]
			flush()
		}
		line += piece
	}
	return append(lines, strings.TrimRight(line, " "))
}

// fits tells whether a line has room for text. A text of absurd length is not
// measured: it does not fit.
func fits(text string, columns int) bool {
	return len(text) <= 64*columns && width(strings.TrimRight(text, " ")) <= columns
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

// pieces cuts text wherever a line may end.
func pieces(text string) []string {
	var all []string
	start, before := 0, rune(0)
	for i, r := range text {
		if i > start && mayBreak(before, r) {
			all = append(all, text[start:i])
			start = i
		}
		before = r
	}
	return append(all, text[start:])
}

// mayBreak tells whether a line may end between two characters: after a space,
// and beside a Chinese character unless punctuation forbids it.
func mayBreak(before, after rune) bool {
	const noLineStart = "，。、；：？！）》〉」』】〕”’％…—·›℃‰,.;:!?)]}%"
	const noLineEnd = "（《〈「『【〔“‘([{￥¥"
	switch {
	case after == ' ':
		return false
	case before == ' ':
		return true
	case strings.ContainsRune(noLineStart, after), strings.ContainsRune(noLineEnd, before):
		return false
	}
	return width(string(before)) == 2 || width(string(after)) == 2
}

// column is a column of numbers, in which the decimal points stand below one
// another, and words.
type column struct{ width, decimals int }

// newColumn measures the cells that will stand in it; the first is its title.
func newColumn(cells []string) column {
	var c column
	for _, cell := range cells {
		c.decimals = max(c.decimals, decimals(cell))
	}
	for _, cell := range cells {
		c.width = max(c.width, width(c.aligned(cell)))
	}
	return c
}

func (c column) cell(text string) string { return padLeft(c.aligned(text), c.width) }

// aligned is a number with as many spaces behind it as it has fewer decimals
// than the longest; anything else is as it is.
func (c column) aligned(text string) string {
	if !isNumber(text) {
		return text
	}
	return text + strings.Repeat(" ", c.decimals-decimals(text))
}

// decimals is how many columns a number takes from its point on.
func decimals(text string) int {
	if point := strings.IndexByte(text, '.'); point >= 0 && isNumber(text) {
		return len(text) - point
	}
	return 0
}

// isNumber tells numbers and fractions, in digits, from words.
func isNumber(text string) bool {
	return strings.Trim(text, "-0123456789./") == "" && strings.ContainsAny(text, "0123456789")
}
