package facts

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// What a fitting looks over: each method begins at a place in the text, and gives
// the place behind what it has looked over, or unfit.

// unfit is no place: what stands there does not fit, or it is not sure that it
// does.
const unfit = -1

func (f *fitting) value(at int, s *Schema, depth int) int {
	switch s.Kind {
	case Object:
		return f.object(at, s, depth)
	case List:
		return f.list(at, s, depth)
	case Text:
		return f.text(at, s)
	case Num:
		return f.number(at, s)
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

func (f *fitting) object(at int, s *Schema, depth int) int {
	open, at := f.enter(at, depth, '{')
	if at == unfit {
		return unfit
	}
	next, members := 0, 0
	for more := f.byteAt(at) != '}'; more; {
		if next, at = f.property(at, s, next); at == unfit {
			return unfit
		}
		first := next
		if next, at = f.members(at, s, next, depth+1); at == unfit {
			return unfit
		}
		members += next - first
		at, more = f.more(at)
	}
	if f.byteAt(at) != '}' || slices.ContainsFunc(s.Properties[next:], (*Schema).wanted) {
		return unfit
	}
	return f.leave(at, open, members)
}

// members looks over the value of the property next, and those behind it as long
// as they follow one another as in most documents. The next one is behind them.
func (f *fitting) members(at int, s *Schema, next, depth int) (behind, end int) {
	for {
		at = f.value(at, s.Properties[next], depth)
		next++
		if at == unfit || next == len(s.Properties) || f.byteAt(at) != ',' {
			return next, at
		}
		lead := s.Properties[next].lead
		if f.byteAt(at+1) != ' ' {
			lead = lead[1 : len(lead)-1]
		}
		if !strings.HasPrefix(f.source[at+1:], lead) {
			return next, at
		}
		at = f.space(at + 1 + len(lead))
	}
}

// more is behind a comma, or at what else follows a value.
func (f *fitting) more(at int) (int, bool) {
	if at = f.space(at); f.byteAt(at) != ',' {
		return at, false
	}
	return f.space(at + 1), true
}

// leadOf is what stands between the comma and the value of a member: in most
// documents all of it, in one without white space from the second character on
// but for the last.
func leadOf(name string) string { return ` "` + name + `": ` }

// name is the name of a property in quotes.
func (s *Schema) name() string { return s.lead[1 : len(s.lead)-2] }

// property is which of the properties from next on comes here, if those before
// it may be absent, and where its value begins.
func (f *fitting) property(at int, s *Schema, next int) (property, value int) {
	for ; next < len(s.Properties); next++ {
		p := s.Properties[next]
		if name := p.name(); strings.HasPrefix(f.source[at:], name) {
			if at = f.space(at + len(name)); f.byteAt(at) != ':' {
				return next, unfit
			}
			return next, f.space(at + 1)
		}
		if p.wanted() {
			break
		}
	}
	return next, unfit
}

// wanted tells that something is missing, or may be, where s is absent.
func (s *Schema) wanted() bool { return !s.Optional || s.Required || s.count != nil }

func (f *fitting) list(at int, s *Schema, depth int) int {
	offset, keys, length := at, len(f.keys), 0
	open, at := f.enter(at, depth, '[')
	if at == unfit {
		return unfit
	}
	for more := f.byteAt(at) != ']'; more; length++ {
		if at = f.value(at, s.Items, depth+1); at == unfit {
			return unfit
		}
		at, more = f.more(at)
	}
	if f.byteAt(at) != ']' || length < s.MinItems || s.MaxItems >= 0 && length > s.MaxItems {
		return unfit
	}
	if s.count != nil {
		f.lists = append(f.lists, countedList{s, offset, length})
	}
	different := distinctTexts(f.keys[keys:])
	if f.keys = f.keys[:keys]; !different {
		return unfit
	}
	return f.leave(at, open, length)
}

// text is a text. Where it has escapes, or there is much to check, the scanner
// reads it.
func (f *fitting) text(at int, s *Schema) int {
	if f.byteAt(at) != '"' {
		return unfit
	}
	end, wide := f.quote(at + 1)
	if f.byteAt(end) != '"' {
		return f.scalar(at, s)
	}
	text := f.source[at+1 : end]
	if wide && !validText(text) {
		return unfit
	}
	if !s.anyText || text == "" {
		f.last.Kind, f.last.Text = Text, text
		if f.binder.text(&f.last, s); len(f.binder.found) > 0 {
			return unfit
		}
	}
	if s.key {
		f.keys = append(f.keys, text)
	}
	return end + 1
}

// validText tells that a text is UTF-8. It is quick where characters have three
// bytes, as Chinese ones do.
func validText(text string) bool {
	for len(text) >= 3 {
		switch c := text[0]; {
		case c < utf8.RuneSelf:
			text = text[1:]
		case c > 0xe0 && c < 0xf0 && c != 0xed && text[1]&0xc0 == 0x80 && text[2]&0xc0 == 0x80:
			text = text[3:]
		default:
			return utf8.ValidString(text)
		}
	}
	return utf8.ValidString(text)
}

// number is a number. Unless it is a few digits from 0 on, as most are, the
// scanner reads it.
func (f *fitting) number(at int, s *Schema) int {
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
	switch {
	case strings.HasPrefix(f.source[at:], "true"):
		return at + len("true")
	case strings.HasPrefix(f.source[at:], "false"):
		return at + len("false")
	}
	return unfit
}

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
			at = f.value(value, s, 2)
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
	if len(f.binder.found) > 0 || s.key && !f.key(n) || s.countsLists && !f.tally(n, s) {
		return unfit
	}
	return f.at
}

// key notes an x-key. Of numbers it does so only where the same number has the
// same digits.
func (f *fitting) key(n *Node) bool {
	f.keys = append(f.keys, n.Text)
	return n.Kind == Text || n.scale == 0 && n.Text != "-0"
}

// tally notes a fact that counts elements.
func (f *fitting) tally(n *Node, s *Schema) bool {
	f.counts = append(f.counts, count{s, n.digits})
	return n.scale == 0
}
