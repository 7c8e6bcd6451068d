package report

import (
	"io"
	"strings"

	"rubric/engine/message"
)

// page gathers lines of text, none wider than width.
type page struct {
	width  int
	text   buffer
	start  int // of the line that is being written
	column int // in which texts behind labels start, once it is known
}

type buffer []byte

func (b buffer) String() string { return string(b) }

func newPage(width int) *page { return pageFor(width, 1<<14) }

// pageFor is a page that is likely to take so many bytes.
func pageFor(width, size int) *page {
	return &page{width: max(width, MinWidth), text: make(buffer, 0, size)}
}

// to writes the page.
func (p *page) to(w io.Writer) error {
	_, err := w.Write(p.text)
	return err
}

func (p *page) write(text string) { p.text = append(p.text, text...) }

func (p *page) spaces(n int) {
	for ; n > 0; n-- {
		p.text = append(p.text, ' ')
	}
}

// end ends the line, without spaces at its end.
func (p *page) end() {
	last := len(p.text)
	for last > p.start && p.text[last-1] == ' ' {
		last--
	}
	p.text = append(p.text[:last], '\n')
	p.start = len(p.text)
}

func (p *page) blank() { p.end() }

// line writes a line that is known to fit.
func (p *page) line(text string) {
	p.write(text)
	p.end()
}

// rule draws a line across the page. It is made of plain hyphens: box drawing
// characters are one column wide in some terminals and two in others.
func (p *page) rule() {
	for range p.width {
		p.text = append(p.text, '-')
	}
	p.end()
}

// block writes text wrapped, its first line indented and the others a little
// further.
func (p *page) block(indent int, text string) { p.hang(indent, "", text, indent+2) }

// blocks writes several texts, each beginning a line.
func (p *page) blocks(indent int, texts []string) {
	for _, text := range texts {
		p.block(indent, text)
	}
}

// Lines lays the lines of a text out: what is wider than width goes on below,
// indented a little further than its line.
func Lines(text string, width int) string {
	p := newPage(width)
	for line := range strings.Lines(text) {
		rest := strings.TrimLeft(line, " ")
		p.block(len(line)-len(rest), strings.TrimRight(rest, "\n"))
	}
	return p.text.String()
}

// labelled writes a label and, in the column hang, the text that belongs to
// it.
func (p *page) labelled(indent int, label, text string, hang int) {
	p.hang(indent, pad(label, hang-indent-1)+" ", text, hang)
}

// hang writes lead and text; what does not fit goes to further lines that
// start in the column hang.
func (p *page) hang(indent int, lead, text string, hang int) {
	p.spaces(indent)
	p.write(lead)
	further := false
	eachLine(text, p.width-indent-width(lead), p.width-hang, func(line string) {
		if further {
			p.spaces(hang)
		}
		p.line(line)
		further = true
	})
}

// pad fills text with spaces on the right; padLeft does on the left.
func pad(text string, columns int) string { return text + blanks(columns-width(text)) }

func padLeft(text string, columns int) string { return blanks(columns-width(text)) + text }

// blanks are so many spaces, none for a number below.
func blanks(n int) string {
	const many = "                                                                                "
	if n <= len(many) {
		return many[:max(n, 0)]
	}
	return strings.Repeat(" ", n)
}

// clean makes a text one line without control characters, so that a text in
// the facts cannot move the cursor or turn the reading direction.
func clean(text string) string {
	if !message.Steers(text) {
		return text
	}
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return message.Steers(string(r)) }), " ")
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
	return text + blanks(c.decimals-decimals(text))
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
	digits := 0
	for i := range len(text) {
		switch c := text[i]; {
		case '0' <= c && c <= '9':
			digits++
		case c != '-' && c != '.' && c != '/':
			return false
		}
	}
	return digits > 0
}
