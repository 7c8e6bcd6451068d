// Package message holds what rubric says to people: every sentence has an id
// and stands, in each language, in the catalogue files beside this package
// (catalog/*.yaml). A Problem is a sentence about one place in one file.
package message

// Message is one sentence: its id in the catalogue and its named arguments.
type Message struct {
	ID   string
	Args []Arg
}

// Arg is a named argument of a message. A Value that is a Message, a Problem
// or Problems is put in the same language, a []string or []Message is
// enumerated as the language does it, and anything else is printed with
// fmt.Sprint.
type Arg struct {
	Name  string
	Value any
}

// New makes a message; pairs alternate a name (string) and a value. A test
// holds the ids and names written in calls of New against the catalogue.
func New(id string, pairs ...any) Message {
	m := Message{ID: id}
	if len(pairs) > 1 {
		m.Args = make([]Arg, 0, len(pairs)/2)
	}
	m.Args = appendArgs(m.Args, pairs)
	return m
}

func appendArgs(to []Arg, pairs []any) []Arg {
	for i := 0; i+1 < len(pairs); i += 2 {
		name, _ := pairs[i].(string)
		to = append(to, Arg{Name: name, Value: pairs[i+1]})
	}
	return to
}
