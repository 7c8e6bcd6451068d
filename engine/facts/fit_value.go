package facts

import (
	"math/bits"
	"strings"
	"unicode/utf8"
)

// What a fitting looks over: each method begins at a place in the text, and gives
// the place behind what it has looked over, or unfit.

// unfit is no place: what stands there does not fit, or it is not sure that it
// does.
const unfit = -1

func (f *fitting) value(at int, s *slot, depth int) int {
	switch s.kind {
	case Num:
		return f.number(at, s)
	case Text:
		return f.text(at, s)
	case Object:
		return f.object(at, s, depth)
	case List:
		return f.list(at, s, depth)
	}
	return f.flag(at)
}

// enter notes that an object or a list begins at a place; inner is where what is
// in it begins.
func (f *fitting) enter(at, depth int, bracket byte) (open, inner int) {
	if depth > MaxDepth || f.byteAt(at) != bracket {
		return 0, unfit
	}
	f.spans = append(f.spans, span{})
	return len(f.spans) - 1, f.space(at + 1)
}

// leave notes that it ends behind a place, with so many values in it.
func (f *fitting) leave(at, open, values int) int {
	at++
	f.spans[open] = span{end: int32(at), inner: int32(len(f.spans) - open)}
	if f.values += values; f.values >= MaxValues {
		return unfit
	}
	return at
}

func (f *fitting) object(at int, s *slot, depth int) int {
	open, at := f.enter(at, depth, '{')
	if at == unfit {
		return unfit
	}
	all, next, members := s.inner, 0, 0
	more := f.byteAt(at) != '}'
	for ; more && next < len(all); members++ {
		p := &all[next]
		if long := p.length - 8; (f.eight(at)^p.head)<<(p.beyond&63) == 0 && (long <= 0 || long <= 8 && f.eight(at+int(long)) == p.tail) {
			at += int(p.length)
		} else if next, at = f.property(at, all, next); at != unfit {
			p = &all[next]
		} else {
			return unfit
		}
		if f.byteAt(at) == ' ' {
			at++
		}
		if at = f.space(at); p.kind == Num {
			at = f.number(at, p)
		} else {
			at = f.value(at, p, depth+1)
		}
		if at == unfit {
			return unfit
		}
		next++
		at, more = f.more(at)
	}
	if more || f.byteAt(at) != '}' || anyWanted(all[next:]) {
		return unfit
	}
	return f.leave(at, open, members)
}

// more is behind a comma, or at what else follows a value.
func (f *fitting) more(at int) (int, bool) {
	if f.byteAt(at) != ',' {
		if at = f.space(at); f.byteAt(at) != ',' {
			return at, false
		}
	}
	if at++; f.byteAt(at) == ' ' {
		at++
	}
	return f.space(at), true
}

// property is which of the properties from next on comes here, if those before it
// may be absent, and what is behind its colon.
func (f *fitting) property(at int, all []slot, next int) (property, behind int) {
	for ; next < len(all); next++ {
		p := &all[next]
		if strings.HasPrefix(f.source[at:], p.place.quoted) {
			if at = f.space(at + len(p.place.quoted)); f.byteAt(at) == ':' {
				return next, at + 1
			}
			break
		}
		if p.wanted {
			break
		}
	}
	return next, unfit
}

func (f *fitting) list(at int, s *slot, depth int) int {
	offset, keys, length := at, len(f.keys), 0
	open, at := f.enter(at, depth, '[')
	if at == unfit {
		return unfit
	}
	for more := f.byteAt(at) != ']'; more; length++ {
		if at = f.value(at, &s.inner[0], depth+1); at == unfit {
			return unfit
		}
		at, more = f.more(at)
	}
	place := s.place
	if f.byteAt(at) != ']' || length < place.MinItems || place.MaxItems >= 0 && length > place.MaxItems {
		return unfit
	}
	if place.count != nil {
		f.lists = append(f.lists, countedList{place, offset, length})
	}
	different := f.distinct(f.keys[keys:])
	if f.keys = f.keys[:keys]; !different {
		return unfit
	}
	return f.leave(at, open, length)
}

// text is a text. Where it has escapes, or there is much to check, the scanner
// reads it.
func (f *fitting) text(at int, s *slot) int {
	if f.byteAt(at) != '"' {
		return unfit
	}
	end, wide := f.quote(at + 1)
	if f.byteAt(end) != '"' {
		return f.scalar(at, s.place)
	}
	if wide && !f.validText(at+1, end) {
		return unfit
	}
	if (!s.plain || end == at+1) && !f.allowed(f.source[at+1:end], at+1, s.place) {
		return unfit
	}
	return end + 1
}

// allowed tells that a text at a place will do where not any will, and notes an
// x-key.
func (f *fitting) allowed(text string, at int, s *Schema) bool {
	if s.key {
		f.keys = append(f.keys, key{int32(at), int32(at + len(text))})
	}
	if s.anyText && text != "" {
		return true
	}
	f.last.Kind, f.last.Text = Text, text
	f.binder.text(&f.last, s)
	return len(f.binder.found) == 0
}

// validText tells that what stands from a place to an end, behind which there is
// ASCII or nothing, is UTF-8. It is quick where characters have three bytes, as
// Chinese ones do.
func (s *scanner) validText(at, end int) bool {
	for at < end {
		switch word := s.eight(at); {
		case word&twoWide == isTwoWide && plainLead(byte(word)) && plainLead(byte(word>>24)):
			at += 6
		case word&oneWide == isTwoWide&oneWide && plainLead(byte(word)):
			at += 3
		case word&(eightBytes*0x80) == 0:
			at += 8
		case word&0x80 == 0:
			at++
		default:
			return utf8.Valid(s.data[at:end])
		}
	}
	return true
}

// twoWide masks what tells two characters of three bytes, isTwoWide is what that has
// to be; oneWide is what of it is about the first.
const (
	twoWide   = 0xc0c0f0c0c0f0
	isTwoWide = 0x8080e08080e0
	oneWide   = 0xc0c0f0
)

// plainLead tells that any two continuing bytes make a character behind a first
// byte of three.
func plainLead(c byte) bool { return c != 0xe0 && c != 0xed }

// number is a number. Most are a few digits, perhaps with a point among them, and
// stand within eight bytes with what follows them.
func (f *fitting) number(at int, s *slot) int {
	first := at
	if s.signed && f.byteAt(at) == '-' {
		first++
	}
	word := f.eight(first)
	others := notDigits(word)
	length := bits.TrailingZeros64(others) / 8
	if length == 0 || length == 8 || length > 1 && byte(word) == '0' || !s.plain && !s.bounded(word, length) {
		return f.longNumber(at, s.place)
	}
	behind := byte(word >> (8 * length))
	if behind == '.' {
		point := length + 1
		length = bits.TrailingZeros64(others&(others-1)) / 8
		if behind = byte(word >> (8 * length)); length == 8 || length == point || s.whole {
			return f.longNumber(at, s.place)
		}
	}
	if behind|0x20 == 'e' {
		return f.longNumber(at, s.place)
	}
	return first + length
}

// bounded tells that a number that begins with so many digits of a word is surely
// within the bounds of the place.
func (s *slot) bounded(word uint64, digits int) bool {
	whole := firstDigits(word, digits)
	return s.least <= whole && whole < s.most
}

// longNumber is a number of which there is more to look at. Unless it is no more
// than digits from 0 on, the scanner reads it.
func (f *fitting) longNumber(at int, s *Schema) int {
	end, value := f.digits(at)
	digits, whole := end-at, true
	if digits == 0 || digits > 1 && f.data[at] == '0' || !s.fromZero || s.key {
		return f.scalar(at, s)
	}
	if f.byteAt(end) == '.' {
		point := end + 1
		end, _ = f.digits(point)
		digits, whole = digits+end-point, false
		if end == point {
			return unfit
		}
	}
	if digits > fewDigits || s.Integer && !whole || f.byteAt(end)|0x20 == 'e' {
		return f.scalar(at, s)
	}
	if s.countsLists {
		f.counts = append(f.counts, count{s, value})
	}
	return end
}

// flag is true or false.
func (f *fitting) flag(at int) int {
	switch word := f.eight(at); {
	case uint32(word) == wordTrue:
		return at + len("true")
	case uint32(word) == wordFals && byte(word>>32) == 'e':
		return at + len("false")
	}
	return unfit
}

// The first four bytes of true and false, the first of them lowest.
const (
	wordTrue = 't' | 'r'<<8 | 'u'<<16 | 'e'<<24
	wordFals = 'f' | 'a'<<8 | 'l'<<16 | 's'<<24
)

// around looks over an object that has a document among its scalar members: where
// that begins, and which of the spans is its own.
func (f *fitting) around(at int, member string, s *Schema) (inner, span int) {
	open, at := f.enter(at, 1, '{')
	inner = unfit
	for more := at != unfit; more; {
		name, value := f.name(at)
		if value == unfit {
			return unfit, 0
		}
		if at = value; name == member {
			inner, span = value, len(f.spans)
			at = f.value(value, s.slot, 2)
		} else if f.at = value; f.scanner.scalar(&f.last) {
			at = f.at
		} else {
			return unfit, 0
		}
		if at == unfit {
			return unfit, 0
		}
		at, more = f.more(at)
	}
	if at == unfit || f.byteAt(at) != '}' {
		return unfit, 0
	}
	end := f.leave(at, open, len(f.names))
	if end == unfit || f.space(end) < len(f.data) || !distinctTexts(f.names) {
		return unfit, 0
	}
	return inner, span
}

// name is the name of a member that has no escapes in it, and where its value
// begins.
func (f *fitting) name(at int) (name string, value int) {
	if f.byteAt(at) != '"' {
		return "", unfit
	}
	end, wide := f.quote(at + 1)
	if f.byteAt(end) != '"' || wide {
		return "", unfit
	}
	colon := f.space(end + 1)
	if f.byteAt(colon) != ':' {
		return "", unfit
	}
	name = f.source[at+1 : end]
	f.names = append(f.names, name)
	return name, f.space(colon + 1)
}

// scalar is any scalar, as the scanner reads it.
func (f *fitting) scalar(at int, s *Schema) int {
	n := &f.last
	if f.at = at; !f.scanner.scalar(n) || n.Kind != s.Kind {
		return unfit
	}
	f.binder.value(n, s)
	if len(f.binder.found) > 0 || s.key && !f.key(n, at) || s.countsLists && !f.tally(n, s) {
		return unfit
	}
	return f.at
}

// key notes an x-key that stands at a place. Of numbers it does so only where the
// same number has the same digits, of texts where it has no escapes.
func (f *fitting) key(n *Node, at int) bool {
	if n.Kind == Text {
		return false
	}
	f.keys = append(f.keys, key{int32(at), int32(at + len(n.Text))})
	return n.scale == 0 && n.Text != "-0"
}

// tally notes a fact that counts elements.
func (f *fitting) tally(n *Node, s *Schema) bool {
	f.counts = append(f.counts, count{s, n.digits})
	return n.scale == 0
}
