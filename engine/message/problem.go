package message

import (
	"strconv"
	"strings"
	"sync"
)

// Problem is a sentence about one place. File is a path as the user gave it;
// Line and Column count from 1, 0 where unknown; Pointer is a JSON Pointer
// (RFC 6901) into facts, "" where it does not apply.
type Problem struct {
	File    string
	Line    int
	Column  int
	Pointer string
	Message Message
}

// Problems is a list of problems in the order they are to be read. It is an
// error when it is not empty.
type Problems []Problem

// Add appends p.
func (ps *Problems) Add(p Problem) { *ps = append(*ps, p) }

// Err is ps as an error, nil if it is empty.
func (ps Problems) Err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps
}

// Error is all problems in English, one a line. For people, print them with
// Catalogue.Problem in their language.
func (ps Problems) Error() string { return ps.text(embedded(), English) }

// Error is the problem in English.
func (p Problem) Error() string { return embedded().Problem(English, p) }

// embedded is the catalogue for errors printed as such. Should it not load,
// which a test rules out, messages print as their ids and arguments.
var embedded = sync.OnceValue(func() *Catalogue {
	c, _ := Load()
	return c
})

func (ps Problems) text(c *Catalogue, lang Lang) string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = c.Problem(lang, p)
	}
	return strings.Join(lines, "\n")
}

// Problem is p in one line: facts.json:12:5: /payments/q1/paid: sentence.
// Parts that are unknown are left out.
func (c *Catalogue) Problem(lang Lang, p Problem) string {
	var parts []string
	for _, part := range []string{p.place(), visible(p.Pointer), c.Text(lang, p.Message)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ": ")
}

// place is file:line:column, as far as known.
func (p Problem) place() string {
	var parts []string
	if p.File != "" {
		parts = append(parts, visible(p.File))
	}
	if p.Line > 0 {
		parts = append(parts, strconv.Itoa(p.Line))
		if p.Column > 0 {
			parts = append(parts, strconv.Itoa(p.Column))
		}
	}
	return strings.Join(parts, ":")
}
