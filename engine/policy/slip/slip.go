// Package slip is small changes of a policy's text, such as slips of the pen
// make them. Good cases notice each of them (package mutate tries that); here is
// what the policy languages share in finding them.
package slip

import (
	"bytes"
	"strings"

	"rubric/engine/message"
)

// A Slip is one change.
type Slip struct {
	Start, End int    // the bytes of the text that are replaced
	New        string // what stands there then
	Line       int    // of the text, from 1
	Was, Now   string // the expression around it, before and after, in one line
	// Lacking says which case is lacking if none notices the change.
	Lacking message.Message
}

// Apply is the text with the change made.
func (s Slip) Apply(text []byte) []byte {
	out := make([]byte, 0, len(text)+len(s.New))
	out = append(out, text[:s.Start]...)
	out = append(out, s.New...)
	return append(out, text[s.End:]...)
}

// A Formula is an expression that decides what a policy finds, in the arithmetic
// that the languages share, and what the names in it stand for.
type Formula struct {
	Text  string
	Names map[string]string // name → expression; facts are not among them
}

// A Span is a part of a text, in bytes.
type Span struct{ Start, End int }

// A Pen makes slips in one text.
type Pen struct {
	Text  []byte
	Slips []Slip
}

// Write notes that new could stand in place of at; around is the expression that
// people see, which holds at.
func (p *Pen) Write(at Span, replacement string, around Span, lacking message.Message) {
	s := Slip{Start: at.Start, End: at.End, New: replacement, Lacking: lacking}
	s.Line = bytes.Count(p.Text[:at.Start], []byte("\n")) + 1
	s.Was = OneLine(string(p.Text[around.Start:around.End]))
	s.Now = OneLine(string(p.Text[around.Start:at.Start]) + replacement + string(p.Text[at.End:around.End]))
	if s.Was != s.Now {
		p.Slips = append(p.Slips, s)
	}
}

// Old is the text of a span.
func (p *Pen) Old(at Span) string { return string(p.Text[at.Start:at.End]) }

// OneLine is a text with its white space made single.
func OneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
