package cohort

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/agnivade/levenshtein"

	"rubric/engine/casefolder"
	"rubric/engine/facts"
	"rubric/engine/message"
)

// newLine is the case on one line of a file.
func newLine(path string, number int, text []byte) Entry {
	name := fmt.Sprintf("%s:%d", path, number)
	return Entry{Name: name, Found: true, read: func(schema *facts.Schema) (*casefolder.Case, error) {
		c, err := readLine(name, text, schema)
		return c, OnLine(name, err)
	}}
}

// lineKeys are what a case on a line has.
func lineKeys() []string { return []string{"id", "title", "framework", "period", "facts"} }

// readLine binds the facts where there is a schema.
func readLine(name string, text []byte, schema *facts.Schema) (*casefolder.Case, error) {
	r := &lineReader{}
	if schema != nil {
		r.doc, r.within = facts.ParseAround(name, text, "facts", schema)
	}
	if r.doc == nil {
		var err error
		if r.doc, err = facts.Parse(name, text); err != nil {
			return nil, err
		}
	}
	c := &casefolder.Case{ID: r.text("id", true), Title: r.text("title", false), Framework: r.text("framework", false), Period: r.text("period", false)}
	if c.Title == "" {
		c.Title = c.ID
	}
	r.unknown()
	if c.Facts = r.within; c.Facts == nil && schema != nil {
		c.Facts = r.bound(schema)
	}
	if c.Facts != nil {
		return c, r.problems.Err()
	}
	c.Facts = r.facts()
	if err := r.problems.Err(); err != nil || schema == nil {
		return c, err
	}
	return c, c.Facts.Bind(schema)
}

// lineReader reads the members of one line.
type lineReader struct {
	doc      *facts.Document
	within   *facts.Document // the facts, bound, where they were read at once
	problems message.Problems
}

func (r *lineReader) report(n *facts.Node, m message.Message) {
	line, column := r.doc.Position(n)
	r.problems.Add(message.Problem{File: r.doc.File, Line: line, Column: column, Message: m})
}

func (r *lineReader) text(key string, needed bool) string {
	n := r.doc.Root.Member(key)
	switch {
	case n == nil && needed:
		r.report(r.doc.Root, message.New("cohort.need", "key", key))
		return ""
	case n == nil:
		return ""
	case n.Kind == facts.Num && key == "period": // 2023, as many would write it
		return n.Text
	case n.Kind != facts.Text || n.Text == "" && needed:
		r.report(n, message.New("cohort.text", "key", key))
		return ""
	}
	return n.Text
}

// bound is the facts in one go, nil where they are not in order.
func (r *lineReader) bound(schema *facts.Schema) *facts.Document {
	n := r.doc.Root.Member("facts")
	if n == nil || n.Kind != facts.Object {
		return nil
	}
	return r.doc.Within(n, schema)
}

// facts makes a document of its own of what stands under "facts": its addresses
// begin there, its places stay those of the line.
func (r *lineReader) facts() *facts.Document {
	n := r.doc.Root.Member("facts")
	switch {
	case n == nil:
		r.report(r.doc.Root, message.New("cohort.need", "key", "facts"))
		return nil
	case n.Kind != facts.Object:
		r.report(n, message.New("cohort.facts_form"))
		return nil
	}
	n.Parent, n.Key, n.Index = nil, "", 0
	return &facts.Document{File: r.doc.File, Source: r.doc.Source, Root: n}
}

func (r *lineReader) unknown() {
	for _, m := range r.doc.Root.Members() {
		if slices.Contains(lineKeys(), m.Key) {
			continue
		}
		if near := nearKey(m.Key); near != "" {
			r.report(m, message.New("cohort.key_near", "key", m.Key, "suggestion", near))
		} else {
			r.report(m, message.New("cohort.key", "key", m.Key, "known", lineKeys()))
		}
	}
}

// nearKey is the key that was likely meant, "" if none is near.
func nearKey(key string) (near string) {
	distance := 1 + len(key)/3
	for _, known := range lineKeys() {
		if d := levenshtein.ComputeDistance(key, known); d <= distance {
			near, distance = known, d-1
		}
	}
	return near
}

// OnLine tells what is wrong with the facts of an entry in terms of its file: it
// puts the line of the file in the place of the only line that the decoder saw.
// file is what the document calls it.
func OnLine(name string, err error) error {
	var problems message.Problems
	at := strings.LastIndexByte(name, ':')
	if !errors.As(err, &problems) || at < 0 {
		return err
	}
	line, numeral := strconv.Atoi(name[at+1:])
	if numeral != nil {
		return err
	}
	for i := range problems {
		if problems[i].File == name {
			problems[i].File, problems[i].Line = name[:at], line
		}
	}
	return problems
}
