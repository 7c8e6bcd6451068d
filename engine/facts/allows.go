package facts

import (
	"errors"

	"rubric/engine/message"
)

// Allows tells whether a value, in JSON, may stand at a place of the schema; if
// not, what is wrong with it, in the words in which a whole document is checked.
func (s *Schema) Allows(value []byte) (wrong message.Message, ok bool) {
	if s.surelyAllows(value) {
		return message.Message{}, true
	}
	doc, err := Parse("", append(append([]byte(`{"value":`), value...), '}'))
	if err == nil {
		b := &binder{report: report{source: doc.Source}}
		b.bind(doc.Root.Member("value"), s)
		err = b.err()
	}
	var problems message.Problems
	if errors.As(err, &problems) {
		return problems[0].Message, false
	}
	return message.Message{}, err == nil
}

// surelyAllows tells, without making a document of it, that a value is a scalar
// that may stand there.
func (s *Schema) surelyAllows(value []byte) bool {
	if s.Kind == Object || s.Kind == List {
		return false
	}
	f := s.fitting()
	defer s.rest(f)
	f.scanner = newScanner(value)
	place := slotOf(s)
	end := f.value(f.space(0), &place, 1)
	return end != unfit && f.space(end) == len(value)
}
