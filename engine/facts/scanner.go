package facts

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// scanner reads the tokens of a well-formed document. At the first mistake it
// gives up: then the decoder reads the document anew and says what is wrong. A
// fuzz test holds the two to the same answer.
type scanner struct {
	data   []byte
	source string // data; keys and texts are cut out of it
	at     int
}

func (s *scanner) skip() {
	s.at = s.space(s.at)
}

// peek is the next byte, 0 at the end.
func (s *scanner) peek() byte {
	if s.at < len(s.data) {
		return s.data[s.at]
	}
	return 0
}

// take moves past c and the white space behind it.
func (s *scanner) take(c byte) bool {
	if s.peek() != c {
		return false
	}
	s.at++
	s.skip()
	return true
}

// more moves past what follows a child: a comma, or the end of what it is in.
func (s *scanner) more(shut byte) (more, ok bool) {
	s.skip()
	if s.take(',') {
		return true, true
	}
	return false, s.end(shut)
}

// end moves past the end of an object or a list.
func (s *scanner) end(shut byte) bool {
	if s.peek() != shut {
		return false
	}
	s.at++
	return true
}

// colon moves past what stands between a name and its value.
func (s *scanner) colon() bool {
	s.skip()
	return s.take(':')
}

// named moves past a name if it is the one given, which needs no escapes.
func (s *scanner) named(name string) bool {
	start, end := s.at+1, s.at+1+len(name)
	if end >= len(s.data) || s.data[s.at] != '"' || s.data[end] != '"' || s.source[start:end] != name {
		return false
	}
	s.at = end + 1
	return true
}

// scalar reads a text, a number or a word into n.
func (s *scanner) scalar(n *Node) (ok bool) {
	switch c := s.peek(); {
	case c == '"':
		n.Kind = Text
		n.Text, ok = s.quoted()
		return ok
	case c == '-' || isDigit(c):
		n.Kind = Num
		return s.number(n)
	}
	return s.word(n)
}

// quoted is a text in quotes. It looks at eight bytes at a time.
func (s *scanner) quoted() (text string, ok bool) {
	if s.peek() != '"' {
		return "", false
	}
	start, end, wide := s.at+1, s.at+1, uint64(0)
	for ; end+8 <= len(s.data); end += 8 {
		word := binary.LittleEndian.Uint64(s.data[end:])
		if stop := bits.TrailingZeros64(stops(word)) / 8; stop < 8 {
			wide |= word & (1<<(8*stop) - 1)
			end += stop
			break
		}
		wide |= word
	}
	for end < len(s.data) && !isStop(s.data[end]) {
		wide |= uint64(s.data[end])
		end++
	}
	if end == len(s.data) || s.data[end] != '"' {
		return s.escaped(start)
	}
	s.at = end + 1
	text = s.source[start:end]
	return text, wide&(eightBytes*0x80) == 0 || utf8.ValidString(text)
}

// eightBytes times a byte is that byte eight times.
const eightBytes = 0x0101010101010101

// stops has the highest bit set in the first byte of a word that is a quote, a
// backslash or a control character, and in none before it.
func stops(word uint64) uint64 {
	quote, slash := word^eightBytes*'"', word^eightBytes*'\\'
	return ((word-eightBytes*' ')&^word | (quote-eightBytes)&^quote | (slash-eightBytes)&^slash) & (eightBytes * 0x80)
}

func isStop(c byte) bool { return c == '"' || c == '\\' || c < ' ' }

// escaped is a text with escapes in it.
func (s *scanner) escaped(start int) (string, bool) {
	for i := start; i < len(s.data); i++ {
		switch s.data[i] {
		case '\\':
			i++
		case '"':
			s.at = i + 1
			plain, err := jsontext.AppendUnquote(nil, s.source[start-1:s.at])
			return string(plain), err == nil && utf8.Valid(plain)
		}
	}
	return "", false
}

// fewDigits is how many digits an int64 can surely hold.
const fewDigits = 18

// number reads the digits of a number; what is more than digits and a point is
// left to setNumber.
func (s *scanner) number(n *Node) bool {
	start := s.at
	n.scale = 0
	if s.peek() == '-' {
		s.at++
	}
	first := s.at
	digits := s.run(0)
	ok := s.at > first && (s.data[first] != '0' || s.at == first+1)
	count := s.at - first
	if s.peek() == '.' {
		s.at++
		point := s.at
		digits = s.run(digits)
		ok = ok && s.at > point
		n.scale = uint8(min(s.at-point, unscaled))
		count += s.at - point
	}
	long := count > fewDigits
	if s.peek()|0x20 == 'e' {
		long = true
		s.exponent()
	}
	n.digits, n.Text = digits, s.source[start:s.at]
	if first > start {
		n.digits = -digits
	}
	return ok && (!long || n.setNumber())
}

// run moves past digits, appending them to those before; beyond fewDigits the
// value is nothing to rely on.
func (s *scanner) run(before int64) int64 {
	at := s.at
	for at < len(s.data) && isDigit(s.data[at]) {
		before = before*10 + int64(s.data[at]-'0')
		at++
	}
	s.at = at
	return before
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func (s *scanner) exponent() {
	s.at++
	if c := s.peek(); c == '+' || c == '-' {
		s.at++
	}
	s.run(0)
}

func (s *scanner) word(n *Node) bool {
	for _, w := range [...]struct {
		text string
		kind Kind
		flag bool
	}{{"true", Bool, true}, {"false", Bool, false}, {"null", Null, false}} {
		if end := s.at + len(w.text); end <= len(s.source) && s.source[s.at:end] == w.text {
			n.Kind, n.Flag = w.kind, w.flag
			s.at = end
			return true
		}
	}
	return false
}

// What follows reads at a place that it is given, and leaves the scanner's own alone.

// byteAt is the byte at a place, 0 at the end.
func (s *scanner) byteAt(at int) byte {
	if uint(at) < uint(len(s.data)) {
		return s.data[at]
	}
	return 0
}

// eight is the eight bytes at a place, the first of them lowest; behind the end
// there are zeros.
func (s *scanner) eight(at int) uint64 {
	if at <= len(s.data)-8 {
		return binary.LittleEndian.Uint64(s.data[at:])
	}
	return s.lastEight(at)
}

func (s *scanner) lastEight(at int) (word uint64) {
	for i, c := range s.data[min(at, len(s.data)):] {
		word |= uint64(c) << (8 * i)
	}
	return word
}

// blank is behind a blank, if there is one.
func (s *scanner) blank(at int) int {
	if s.byteAt(at) == ' ' {
		at++
	}
	return at
}

// space is behind white space.
func (s *scanner) space(at int) int {
	if uint(at) < uint(len(s.data)) && s.data[at] > ' ' {
		return at
	}
	return s.spaces(at)
}

// spaces is space for more than one: it looks at eight bytes at a time, which
// are blanks where lines are indented.
func (s *scanner) spaces(at int) int {
	for {
		others := s.eight(at) ^ eightBytes*' '
		at += bits.TrailingZeros64(others) / 8
		if others == 0 {
			continue
		}
		if c := s.byteAt(at); c != '\n' && c != '\r' && c != '\t' {
			return at
		}
		at++
	}
}

// notDigits has the highest bit set in each byte of a word that is no digit.
func notDigits(word uint64) uint64 {
	const high = eightBytes * 0x80
	word ^= eightBytes * '0' // digits are 0 to 9 now
	return ((word&^high + eightBytes*(0x80-10)) | word) & high
}

// wordEnd is behind a number or a word that is known to be one.
func (s *scanner) wordEnd(at int) int {
	for {
		word := s.eight(at)
		comma, brackets := word^eightBytes*',', (word|eightBytes*0x20)^eightBytes*'}'
		ends := ((word-eightBytes*('!'))&^word | (comma-eightBytes)&^comma | (brackets-eightBytes)&^brackets) & (eightBytes * 0x80)
		if ends != 0 {
			return at + bits.TrailingZeros64(ends)/8
		}
		at += 8
	}
}

// firstDigits is the value of the first digits of a word, 1 to 8 of them.
func firstDigits(word uint64, digits int) uint32 {
	word = (word ^ eightBytes*'0') << (64 - 8*digits)
	word = word*10 + word>>8 // pairs, in every second byte
	const fours = 0x000000ff000000ff
	return uint32(((word&fours)*(100+1_000_000<<32) + (word>>16&fours)*(1+10_000<<32)) >> 32)
}

// quote is where a text has the first quote, backslash or control character, and
// whether it is more than ASCII before that. It looks at eight bytes at a time.
func (s *scanner) quote(at int) (end int, wide bool) {
	all := uint64(0)
	for ; at+8 <= len(s.data); at += 8 {
		word := binary.LittleEndian.Uint64(s.data[at:])
		if stop := bits.TrailingZeros64(stops(word)) / 8; stop < 8 {
			all |= word & (1<<(8*stop) - 1)
			return at + stop, all&(eightBytes*0x80) != 0
		}
		all |= word
	}
	for ; at < len(s.data) && !isStop(s.data[at]); at++ {
		all |= uint64(s.data[at])
	}
	return at, all&(eightBytes*0x80) != 0
}

// digits is behind digits, and their value where they are few.
func (s *scanner) digits(at int) (end int, value int64) {
	for at < len(s.data) && isDigit(s.data[at]) {
		value = value*10 + int64(s.data[at]-'0')
		at++
	}
	return at, value
}
