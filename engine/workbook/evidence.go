package workbook

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"rubric/engine/facts"
)

// Update is what a workbook changes in the evidence of a case.
type Update struct {
	Documents []facts.EvidenceDocument // new ones, and those described otherwise
	Entries   []facts.EvidenceEntry    // of facts whose value or source is another
	Below     []string                 // lists whose elements are others: what the evidence said of them is gone
}

// Update compares the workbook with the case it is imported into: its evidence,
// nil for none, and its facts before, nil for none, and now. Each fact that the
// workbook changes names the cell it was read from, beside its document or, where
// the workbook names none, in place of one. A fact whose value is the same and for
// which the workbook names no other source keeps the one it has, and so does one
// within an element of a list that still has its key.
func (in *Imported) Update(file string, evidence *facts.Evidence, before, now *facts.Document) Update {
	if evidence == nil {
		evidence = &facts.Evidence{}
	}
	c := &comparison{Imported: in, evidence: evidence, before: before, now: now}
	c.book = facts.EvidenceDocument{ID: in.bookID(evidence), Title: filepath.Base(file), Digest: in.Digest}
	c.lists(now.Root)
	for _, s := range in.Sources {
		if !c.stands(s) {
			c.out.Entries = append(c.out.Entries, c.entry(s))
		}
	}
	c.documents()
	return c.out
}

// comparison is of a workbook with the case it is imported into.
type comparison struct {
	*Imported
	evidence    *facts.Evidence
	before, now *facts.Document
	book        facts.EvidenceDocument
	out         Update
}

// was is what stood at a pointer before, nil for nothing.
func (c *comparison) was(pointer string) *facts.Node {
	if c.before == nil {
		return nil
	}
	return c.before.At(pointer)
}

// stands tells whether what the evidence says of a fact holds as it is.
func (c *comparison) stands(s Source) bool {
	if slices.ContainsFunc(c.out.Below, func(list string) bool { return strings.HasPrefix(s.Pointer, list+"/") }) {
		return false
	}
	known, ok := c.evidence.For(s.Pointer)
	same := s.Document == "" || s.Document == known.Document.ID && s.Locator == known.Locator && s.Index == known.Index
	return ok && same && sameValue(c.was(s.Pointer), c.now.At(s.Pointer))
}

func sameValue(a, b *facts.Node) bool {
	return a != nil && b != nil && bytes.Equal(a.JSON(), b.JSON())
}

func (c *comparison) entry(s Source) facts.EvidenceEntry {
	e := facts.EvidenceEntry{Pointer: s.Pointer}
	e.Document, e.Locator, e.Index = c.book, s.Cell, s.Index
	if s.Document != "" {
		e.Document, e.Locator = facts.EvidenceDocument{ID: s.Document}, s.Locator
		e.Entered = &facts.Entry{Document: c.book, Locator: s.Cell}
	}
	return e
}

// lists finds the lists below a node whose elements are others than before, and
// keeps what the evidence says within those of them that only stand elsewhere.
func (c *comparison) lists(n *facts.Node) {
	if n.Kind == facts.Object {
		for _, m := range n.Members() {
			c.lists(m)
		}
	}
	if n.Kind != facts.List {
		return
	}
	pointer := n.Pointer()
	was := c.was(pointer)
	if was == nil || slices.Equal(keys(was), keys(n)) {
		return
	}
	c.out.Below = append(c.out.Below, pointer)
	for _, e := range c.evidence.Entries {
		if to := moved(e.Pointer, was, n); to != "" && sameValue(c.before.At(e.Pointer), c.now.At(to)) {
			e.Pointer = to
			c.out.Entries = append(c.out.Entries, e)
		}
	}
}

// keys are what tells the elements of a list apart: their key, else their place.
func keys(list *facts.Node) []string {
	var all []string
	for i, e := range list.Elements() {
		key := fmt.Sprint(i)
		if unique := list.Schema.Unique; unique != "" && e.Kind == facts.Object && e.Member(unique) != nil {
			key = e.Member(unique).Text
		}
		all = append(all, key)
	}
	return all
}

// moved is where a fact within an element of a list stands now; "" for one that is
// gone and for an element itself, of which the workbook says where it comes from.
func moved(pointer string, was, now *facts.Node) string {
	rest, ok := strings.CutPrefix(pointer, was.Pointer()+"/")
	number, within, deeper := strings.Cut(rest, "/")
	i, err := strconv.Atoi(number)
	old := keys(was)
	if !ok || !deeper || err != nil || i < 0 || i >= len(old) {
		return ""
	}
	to := slices.Index(keys(now), old[i])
	if to < 0 {
		return ""
	}
	return fmt.Sprintf("%s/%d/%s", now.Pointer(), to, within)
}

// documents are those of the workbook that the evidence does not have or describes
// otherwise, and the workbook itself, if some entry names it.
func (c *comparison) documents() {
	for _, d := range c.Documents {
		if !slices.ContainsFunc(c.evidence.Documents, func(known facts.EvidenceDocument) bool { return describes(known, d) }) {
			c.out.Documents = append(c.out.Documents, d)
		}
	}
	if slices.ContainsFunc(c.out.Entries, func(e facts.EvidenceEntry) bool {
		return e.Document.ID == c.book.ID || e.Entered != nil && e.Entered.Document.ID == c.book.ID
	}) {
		c.out.Documents = append(c.out.Documents, c.book)
	}
}

// describes tells whether a document says all that a row of the workbook says.
func describes(known, row facts.EvidenceDocument) bool {
	for _, pair := range [][2]string{{row.Title, known.Title}, {row.File, known.File}, {row.Date, known.Date}, {row.Digest, known.Digest}} {
		if pair[0] != "" && pair[0] != pair[1] {
			return false
		}
	}
	return row.ID == known.ID
}

// bookID is the id of the workbook: the one it has been imported under, else one
// that no document has.
func (in *Imported) bookID(evidence *facts.Evidence) string {
	all := slices.Concat(in.Documents, evidence.Documents)
	for n := 1; ; n++ {
		id := "workbook"
		if n > 1 {
			id = fmt.Sprint(id, "-", n)
		}
		i := slices.IndexFunc(all, func(d facts.EvidenceDocument) bool { return d.ID == id })
		if i < 0 || all[i].Digest == in.Digest {
			return id
		}
	}
}
