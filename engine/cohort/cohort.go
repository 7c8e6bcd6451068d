// Package cohort finds the cases that are looked at together: folders, folders
// of cases, bare facts files, and files with one case a line.
package cohort

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"rubric/engine/casefolder"
	"rubric/engine/facts"
	"rubric/engine/message"
)

// Entry is one case of a cohort, found and not yet read.
type Entry struct {
	Name string // how messages name it: a path, or file:line
	// Found is true of a case that was found in a folder of cases or on a line,
	// false of one that was named itself.
	Found bool

	read func(*facts.Schema) (*casefolder.Case, error) // binds the facts where there is a schema
}

// Read decodes the case; its facts are bound to no schema. Several entries may
// be read at the same time. The error is a message.Problems.
func (e Entry) Read() (*casefolder.Case, error) { return e.read(nil) }

// ReadBound is Read and Bind, in one go where the facts are in order.
func (e Entry) ReadBound(schema *facts.Schema) (*casefolder.Case, error) { return e.read(schema) }

// maxLines is the largest file of cases, in bytes.
const maxLines = 1 << 30

// Find lists the cases at a path, in the order of their names or lines: a case's
// folder, a folder that holds cases, a facts file (.json), or a file with one
// case a line (.jsonl). The error is a message.Problems; no case at all is one.
func Find(path string) ([]Entry, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, problem(path, message.New("casefolder.missing"))
	case err != nil:
		return nil, problem(path, message.New("casefolder.unreadable", "detail", message.System(err)))
	case info.IsDir() && isThere(filepath.Join(path, casefolder.HeadFile)):
		return []Entry{folder(path)}, nil
	case info.IsDir():
		return folders(path)
	case strings.HasSuffix(path, ".jsonl") || strings.HasSuffix(path, ".ndjson"):
		return lines(path)
	}
	return []Entry{folder(path)}, nil
}

func folder(path string) Entry {
	return Entry{Name: path, read: func(schema *facts.Schema) (*casefolder.Case, error) {
		c, err := casefolder.Load(path)
		if err == nil && schema != nil {
			err = c.Facts.Bind(schema)
		}
		return c, err
	}}
}

func folders(dir string) ([]Entry, error) {
	inside, err := os.ReadDir(dir)
	if err != nil {
		return nil, problem(dir, message.New("casefolder.unreadable", "detail", message.System(err)))
	}
	var all []Entry
	for _, e := range inside {
		if below := filepath.Join(dir, e.Name()); isThere(filepath.Join(below, casefolder.HeadFile)) {
			found := folder(below)
			found.Found = true
			all = append(all, found)
		}
	}
	if len(all) == 0 {
		return nil, problem(dir, message.New("cohort.no_cases"))
	}
	return all, nil
}

func lines(path string) ([]Entry, error) {
	text, err := readUpTo(path, maxLines)
	if err != nil {
		return nil, problem(path, message.New("casefolder.unreadable", "detail", message.System(err)))
	}
	if len(text) > maxLines {
		return nil, problem(path, message.New("cohort.too_large", "limit", maxLines>>20))
	}
	var all []Entry
	for i, line := range bytes.Split(text, []byte{'\n'}) {
		if line = bytes.TrimRight(line, "\r"); len(bytes.TrimSpace(line)) > 0 {
			all = append(all, newLine(path, i+1, line))
		}
	}
	if len(all) == 0 {
		return nil, problem(path, message.New("cohort.no_lines"))
	}
	return all, nil
}

func readUpTo(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit+1))
}

func isThere(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

func problem(file string, m message.Message) error {
	return message.Problems{{File: file, Message: m}}
}

// Bind binds a case that came out of an entry to a schema, and tells what is
// wrong in terms of the entry's own file and line. The error is a
// message.Problems.
func Bind(doc *facts.Document, schema *facts.Schema) error {
	return OnLine(doc.File, doc.Bind(schema))
}
