package facts

import (
	"math"
	"strings"

	"rubric/engine/number"
)

// slot is what a fitting needs to know of a place: one line of memory, next to
// those of its siblings, where a Schema is many.
type slot struct {
	head   uint64 // of a property: the first eight bytes of its name with quotes and colon, the first of them lowest
	tail   uint64 // of one that has more: the last eight
	length int32  // how many it has
	beyond uint8  // how many bits of head are no part of it
	kind   Kind
	plain  bool   // of a Text: any will do that is not empty; of a Num: any with the right sign
	whole  bool   // of a Num: only whole ones will do
	signed bool   // of a plain Num: so will any below 0
	least  uint32 // of a Num: what is no less than that and less than most will do
	most   uint32
	wanted bool // something is missing, or may be, where it is absent
	place  *Schema
	inner  []slot  // of an object: its properties; of a list: its items
	byName []int32 // of an object: positions of its properties, by name
}

// slotsOf are the slots of places that stand beside one another.
func slotsOf(places []*Schema) []slot {
	all := make([]slot, len(places))
	for i, p := range places {
		all[i] = slotOf(p)
	}
	return all
}

func slotOf(p *Schema) slot {
	s := slot{kind: p.Kind, whole: p.Integer, place: p, wanted: !p.Optional || p.Required || p.count != nil}
	switch p.Kind {
	case Object:
		s.inner = slotsOf(p.Properties)
		for _, property := range p.byName {
			s.byName = append(s.byName, int32(property.index))
		}
	case List:
		s.inner = slotsOf([]*Schema{p.Items})
	case Num:
		s.plain = p.fromZero && !p.key && !p.countsLists
		s.signed = s.plain && p.Minimum == nil
		s.least, s.most = p.surely()
	case Text:
		s.plain = p.anyText && !p.key
	}
	s.called(p.quoted + ":")
	return s
}

// surely is a span of whole numbers: what is no less than the first and less than
// the second, may stand at a Num. It is empty if nobody knows one.
func (s *Schema) surely() (least, most uint32) {
	if s.key || s.countsLists || len(s.Enum) > 0 {
		return 0, 0
	}
	from, to := number.Int(0), number.Int(math.MaxUint32)
	for _, low := range []*number.Number{s.Minimum, s.ExclusiveMinimum} {
		if low != nil && low.Cmp(from) >= 0 {
			from = low.Floor().Add(number.Int(1))
		}
	}
	for _, high := range []*number.Number{s.Maximum, s.ExclusiveMaximum} {
		if high != nil && high.Cmp(to) < 0 {
			to = high.Floor()
		}
	}
	if from.Cmp(to) >= 0 {
		return 0, 0
	}
	a, _ := from.Int64()
	b, _ := to.Int64()
	return uint32(a), uint32(b)
}

// called notes the name of a property, with quotes and colon.
func (s *slot) called(name string) {
	s.length = int32(len(name))
	words := newScanner([]byte(name))
	s.head = words.eight(0)
	if len(name) < 8 {
		s.beyond = uint8(64 - 8*len(name))
	} else {
		s.tail = words.eight(len(name) - 8)
	}
}

// property is the property of s with that name, nil if there is none, or nobody
// knows s.
func (s *slot) property(name string) *slot {
	if s == nil || s.kind != Object {
		return nil
	}
	if p := s.place.Property(name); p != nil {
		return &s.inner[p.index]
	}
	return nil
}

// begins tells that the name of p stands at a place, with quotes and colon.
func (s *scanner) begins(at int, p *slot) bool {
	long := int(p.length) - 8
	switch {
	case (s.eight(at)^p.head)<<(p.beyond&63) != 0:
		return false
	case long <= 0:
		return true
	case long <= 8:
		return s.eight(at+long) == p.tail
	}
	return s.eight(at+long) == p.tail && strings.HasPrefix(s.source[at:], p.place.quoted)
}

// anyWanted tells that something is missing, or may be, where all are absent.
func anyWanted(all []slot) bool {
	for i := range all {
		if all[i].wanted {
			return true
		}
	}
	return false
}
