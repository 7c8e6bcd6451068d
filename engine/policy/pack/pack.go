// Package pack puts compiled policies into bytes, for a cache, and takes them
// out again: one description of a value serves for both. What is read may be
// anything; bytes that make no sense leave the Coder broken, and cost no more
// memory than a small multiple of their number.
package pack

import "encoding/binary"

// Coder writes values one behind the other, or reads them in the same order.
type Coder struct {
	data   []byte // that were written
	text   string // what is read, so that texts need no copy of each
	at     int    // in text
	writes bool
	broken bool
}

// Writer is a Coder that writes.
func Writer() *Coder { return &Coder{writes: true} }

// Reader is a Coder that reads what another wrote.
func Reader(data []byte) *Coder { return &Coder{text: string(data)} }

// TextReader is Reader for bytes in a text.
func TextReader(data string) *Coder { return &Coder{text: data} }

// Writes tells whether values are written, not read.
func (c *Coder) Writes() bool { return c.writes }

// Break says that a value cannot be written, or that what was read cannot be
// one. All that follows is then worthless.
func (c *Coder) Break() { c.broken = true }

// Broken tells whether something made no sense.
func (c *Coder) Broken() bool { return c.broken }

// Bytes are what was written, nil where something could not be.
func (c *Coder) Bytes() []byte {
	if c.broken {
		return nil
	}
	return c.data
}

// Finished tells whether all that there is was read, and made sense.
func (c *Coder) Finished() bool { return !c.broken && c.at == len(c.text) }

// Whole is a whole number.
func Whole[T ~int | ~int64 | ~int32 | ~uint32 | ~uint8](c *Coder, v *T) {
	if c.writes {
		c.data = binary.AppendVarint(c.data, int64(*v))
		return
	}
	n, ok := c.varint()
	if *v = T(n); !ok || int64(*v) != n {
		c.broken = true
	}
}

// varint reads what binary.AppendVarint writes.
func (c *Coder) varint() (int64, bool) {
	var u uint64
	for shift := 0; c.at < len(c.text) && shift < 64; shift += 7 {
		b := c.text[c.at]
		c.at++
		u |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return int64(u>>1) ^ -int64(u&1), true
		}
	}
	return 0, false
}

// Flag is a truth value.
func (c *Coder) Flag(v *bool) {
	n := 0
	if *v {
		n = 1
	}
	Whole(c, &n)
	if *v = n == 1; n != 0 && n != 1 {
		c.broken = true
	}
}

// Text is a text; what is read shares memory with all others.
func Text[T ~string](c *Coder, s *T) {
	n := len(*s)
	Whole(c, &n)
	switch {
	case c.writes:
		c.data = append(c.data, *s...)
	case c.broken, n < 0, n > len(c.text)-c.at:
		c.broken = true
	default:
		*s = T(c.text[c.at : c.at+n])
		c.at += n
	}
}

// Text is a text of the plain kind.
func (c *Coder) Text(s *string) { Text(c, s) }

// Each is a list: how many there are, then one after the other. An empty list is
// read as nil.
func Each[T any](c *Coder, list *[]T, one func(*T)) {
	n := len(*list)
	if Whole(c, &n); !c.writes && (n < 0 || n > len(c.text)-c.at) {
		c.broken = true // each takes a byte or more
		return
	}
	if !c.writes && n > 0 {
		*list = make([]T, n)
	}
	for i := 0; i < n && !c.broken; i++ {
		one(&(*list)[i])
	}
}

// Maybe is what a pointer points at, if it points at anything.
func Maybe[T any](c *Coder, p **T, one func(*T)) {
	there := *p != nil
	if c.Flag(&there); !there || c.broken {
		return
	}
	Made(p)
	one(*p)
}

// Made gives a pointer that is read something to point at.
func Made[T any](p **T) {
	if *p == nil {
		*p = new(T)
	}
}
