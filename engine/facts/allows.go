package facts

import (
	"errors"

	"rubric/engine/message"
)

// Allows tells whether a value, in JSON, may stand at a place of the schema; if
// not, what is wrong with it, in the words in which a whole document is checked.
func (s *Schema) Allows(value []byte) (wrong message.Message, ok bool) {
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
