package mapping

import (
	"context"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"

	"rubric/engine/facts"
	"rubric/engine/grid"
	"rubric/engine/message"
)

// Import brings tables into the facts of a case. Its Draft holds the facts so
// far; nothing of it counts once something was wrong.
type Import struct {
	Schema  *facts.Schema
	Draft   *facts.Draft
	Before  *facts.Document // the facts of the case that is imported into; nil for a new one
	Yes, No string          // what stands for true and false

	Progress func(file string, rows int) // told every so many rows; may be nil

	Entries   []facts.EvidenceEntry    // where each fact that was read stands
	Documents []facts.EvidenceDocument // the files
	Replaced  []string                 // lists whose elements are all new
	Rows      int                      // rows that were read
	Assumed   []Assumed                // amounts for which neither table nor map states a unit

	byName bool // some table finds elements of lists by a member

	set   map[string]origin // scalars that were set
	lists map[string]*list  // lists that rows went into
}

// Assumed is an amount that a file has in no stated unit, and that was read in the
// fact's own.
type Assumed struct {
	File string
	Fact *facts.Schema
}

// origin is where a fact was read, and what it was.
type origin struct{ place, value string }

// list is a list that rows go into.
type list struct {
	length   int
	index    map[string]int            // of a list that was there: element by the member that tells rows apart
	byMember map[string]map[string]int // of one that was read: element by the text of each member
	seen     map[string]string         // x-key with the place it was read at
}

// remember notes a text of an element, by which rows of another table may find it.
func (l *list) remember(element int, member string, value []byte) {
	var text string
	if json.Unmarshal(value, &text) != nil {
		return
	}
	if l.byMember == nil {
		l.byMember = map[string]map[string]int{}
	}
	if l.byMember[member] == nil {
		l.byMember[member] = map[string]int{}
	}
	l.byMember[member][grid.Narrow(text)] = element
}

// Input is a file to import.
type Input struct {
	Name string
	Data []byte

	Encoding string // of a CSV file; "" for what the map says, or to find out
}

// Read reads files by a map, whose pointers Check has held to the schema. The
// error is a message.Problems with everything that is wrong, or that of ctx. Told
// are tables that no file is for.
func (in *Import) Read(ctx context.Context, m *Map, files []Input) (unused []*Table, err error) {
	in.set, in.lists = map[string]origin{}, map[string]*list{}
	in.byName = slices.ContainsFunc(m.Tables, func(t *Table) bool { return t.Rows != nil && t.Rows.Member != "" })
	var problems message.Problems
	used := map[*Table]bool{}
	for _, f := range files {
		tables, ps := m.tablesFor(f.Name, len(files))
		problems = append(problems, ps...)
		if len(tables) == 0 {
			continue
		}
		ps, err := in.file(ctx, f, tables)
		if err != nil {
			return nil, err
		}
		problems = append(problems, ps...)
		for _, t := range tables {
			used[t] = true
		}
	}
	for _, t := range m.Tables {
		if !used[t] {
			unused = append(unused, t)
		}
	}
	return unused, once(problems).Err()
}

// tablesFor are the tables of a file, by its name.
func (m *Map) tablesFor(name string, files int) ([]*Table, message.Problems) {
	var all []*Table
	for _, t := range m.Tables {
		if t.Files == "" && files > 1 && m.File != "" {
			return nil, message.Problems{{File: m.File, Line: t.Line, Message: message.New("mapping.which_file")}}
		}
		if t.Files == "" || fits(t.Files, filepath.Base(name)) {
			all = append(all, t)
		}
	}
	if len(all) == 0 {
		return nil, message.Problems{{File: name, Message: message.New("mapping.no_table", "map", m.File, "patterns", m.patterns())}}
	}
	return all, nil
}

func (m *Map) patterns() []string {
	var all []string
	for _, t := range m.Tables {
		all = append(all, t.Files)
	}
	return all
}

// fits tells whether a name is what a pattern describes, in which * stands for
// any text. A pattern that is none is taken as it stands.
func fits(pattern, name string) bool {
	ok, err := filepath.Match(pattern, name)
	return ok || err != nil && pattern == name || pattern == name
}

// file reads the tables of one file.
func (in *Import) file(ctx context.Context, input Input, tables []*Table) (message.Problems, error) {
	book, err := open(input, tables)
	if err != nil {
		return err.(message.Problems), nil
	}
	defer book.Close()
	f := &file{input.Name, book}
	document := in.document(f, tables)
	var problems message.Problems
	for _, t := range tables {
		g, m := sheet(book, t)
		if m != nil {
			problems.Add(message.Problem{File: f.name, Message: *m})
			continue
		}
		r := &tableReader{Import: in, table: t, file: f, grid: g, document: document, cells: grid.Reader{Book: book, Yes: in.Yes, No: in.No}}
		if err := r.read(ctx); err != nil {
			return nil, err
		}
		problems = append(problems, r.problems...)
	}
	return problems, nil
}

// open opens a file by its name: a CSV file or a workbook. The error is a
// message.Problems.
func open(input Input, tables []*Table) (*grid.Book, error) {
	if !IsText(input.Name) {
		return openBook(input)
	}
	encoding := input.Encoding
	for _, t := range tables {
		if encoding == "" {
			encoding = t.Encoding
		}
	}
	return grid.OpenCSV(input.Name, input.Data, encoding)
}

func openBook(input Input) (*grid.Book, error) {
	book, err := grid.Open(input.Data)
	switch {
	case err == nil:
		return book, nil
	case strings.Contains(err.Error(), grid.ErrTooLarge.Error()):
		return nil, message.Problems{{File: input.Name, Message: message.New("workbook.too_large", "limit", grid.MaxUnpacked>>20)}}
	}
	return nil, message.Problems{{File: input.Name, Message: message.New("workbook.unreadable")}}
}

// IsText tells a text file with a table by its name.
func IsText(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".csv", ".tsv", ".txt":
		return true
	}
	return false
}

// document is a file among the evidence: what the map says of it, else its name.
func (in *Import) document(f *file, tables []*Table) facts.EvidenceDocument {
	d := facts.EvidenceDocument{ID: filepath.Base(f.name), Title: filepath.Base(f.name)}
	for _, t := range tables {
		if t.Document.ID != "" {
			d = t.Document
		}
	}
	for i, other := range in.Documents {
		if other.ID == d.ID && other.Digest != f.book.Digest { // another file of that name
			d.ID += " (" + string(rune('2'+i%8)) + ")"
		}
	}
	d.Digest = f.book.Digest
	in.Documents = append(in.Documents, d)
	return d
}

// sheet is the sheet of a table: the one it names, else the only one that is
// shown.
func sheet(book *grid.Book, t *Table) (*grid.Grid, *message.Message) {
	var found []*grid.Grid
	var names []string
	for _, g := range book.Grids {
		if g.CSV || t.Sheet != "" && fits(t.Sheet, g.Name) || t.Sheet == "" && !g.Hidden {
			found = append(found, g)
		}
		names = append(names, g.Name)
	}
	m := message.Message{}
	switch near := nearest(t.Sheet, names); {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1 && t.Sheet == "":
		m = message.New("mapping.which_sheet", "there", names)
	case len(found) > 1:
		m = message.New("mapping.sheets_alike", "name", t.Sheet, "there", names)
	case near != "":
		m = message.New("mapping.no_sheet_suggest", "name", t.Sheet, "suggestion", near)
	default:
		m = message.New("mapping.no_sheet", "name", t.Sheet, "there", names)
	}
	return nil, &m
}
