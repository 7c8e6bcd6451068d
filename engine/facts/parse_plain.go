package facts

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
	"unsafe"

	"github.com/go-json-experiment/json/jsontext"
)

// plain decodes a well-formed document in one pass over the bytes, several times
// as fast as through a decoder. At the first mistake it gives up; the decoder
// then reads the document anew and says what is wrong. A fuzz test holds the two
// to the same answer.
func plain(data []byte) (*Node, bool) {
	if len(data) > MaxBytes {
		return nil, false
	}
	// Nobody changes data, so that texts can share its memory.
	s := plainScan{arena: newArena(data), data: data, text: unsafe.String(unsafe.SliceData(data), len(data))}
	if s.skip(); s.peek() != '{' {
		return nil, false
	}
	root := s.value(nil, "", 0, 1)
	s.skip()
	return root, root != nil && s.at == len(data)
}

// plainScan is plain's place in the text.
type plainScan struct {
	arena
	data []byte
	text string // data; keys and texts are cut out of it
	at   int
}

func (s *plainScan) skip() {
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case ' ', '\n', '\t', '\r':
			s.at++
		default:
			return
		}
	}
}

// peek is the next byte, 0 at the end.
func (s *plainScan) peek() byte {
	if s.at < len(s.data) {
		return s.data[s.at]
	}
	return 0
}

// value decodes the next value, which is member key or element index of
// parent, at that depth. It is nil when something is wrong.
func (s *plainScan) value(parent *Node, key string, index, depth int) *Node {
	if s.values == MaxValues {
		return nil
	}
	n := s.node()
	n.Parent, n.Key, n.Index, n.Offset = parent, key, int32(index), int32(s.at)
	ok := false
	switch c := s.peek(); {
	case c == '"':
		n.Kind = Text
		n.Text, ok = s.quoted()
	case c == '-' || isDigit(c):
		n.Kind = Num
		ok = s.number(n)
	case c == '{':
		s.holder(n, Object)
		ok = s.container(n, '}', depth)
	case c == '[':
		s.holder(n, List)
		ok = s.container(n, ']', depth)
	default:
		ok = s.word(n)
	}
	if !ok {
		return nil
	}
	return n
}

func (s *plainScan) container(n *Node, shut byte, depth int) bool {
	if depth > MaxDepth {
		return false
	}
	base := len(s.open)
	s.at++
	s.skip()
	more := s.peek() != shut
	if !more {
		s.at++
	}
	for i := 0; more; i++ {
		child := s.child(n, i, depth+1)
		if child == nil {
			return false
		}
		s.open = append(s.open, child)
		s.skip()
		more = s.peek() == ','
		if !more && s.peek() != shut {
			return false
		}
		s.at++
		s.skip()
	}
	s.close(n, base)
	_, twice := sameNames(n)
	return twice == nil
}

func (s *plainScan) child(parent *Node, index, depth int) *Node {
	key := ""
	if parent.Kind == Object {
		var ok bool
		if key, ok = s.quoted(); !ok {
			return nil
		}
		if s.skip(); s.peek() != ':' {
			return nil
		}
		s.at++
		s.skip()
	}
	return s.value(parent, key, index, depth)
}

// quoted is a text in quotes. It looks at eight bytes at a time.
func (s *plainScan) quoted() (text string, ok bool) {
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
	text = s.text[start:end]
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
func (s *plainScan) escaped(start int) (string, bool) {
	for i := start; i < len(s.data); i++ {
		switch s.data[i] {
		case '\\':
			i++
		case '"':
			s.at = i + 1
			plain, err := jsontext.AppendUnquote(nil, s.text[start-1:s.at])
			return string(plain), err == nil && utf8.Valid(plain)
		}
	}
	return "", false
}

// fewDigits is how many digits an int64 can surely hold.
const fewDigits = 18

// number reads the digits of a number; what is more than digits and a point is
// left to setNumber.
func (s *plainScan) number(n *Node) bool {
	start := s.at
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
	n.digits, n.Text = digits, s.text[start:s.at]
	if first > start {
		n.digits = -digits
	}
	return ok && (!long || n.setNumber())
}

// run moves past digits, appending them to those before; beyond fewDigits the
// value is nothing to rely on.
func (s *plainScan) run(before int64) int64 {
	for s.at < len(s.data) && isDigit(s.data[s.at]) {
		before = before*10 + int64(s.data[s.at]-'0')
		s.at++
	}
	return before
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func (s *plainScan) exponent() {
	s.at++
	if c := s.peek(); c == '+' || c == '-' {
		s.at++
	}
	s.run(0)
}

func (s *plainScan) word(n *Node) bool {
	for _, w := range [...]struct {
		text string
		kind Kind
		flag bool
	}{{"true", Bool, true}, {"false", Bool, false}, {"null", Null, false}} {
		if end := s.at + len(w.text); end <= len(s.text) && s.text[s.at:end] == w.text {
			n.Kind, n.Flag = w.kind, w.flag
			s.at = end
			return true
		}
	}
	return false
}
