package workbook

import (
	"path/filepath"
	"slices"

	"rubric/engine/facts"
)

// Evidence is what the workbook says of the sources of its facts. Each fact names
// the cell it was read from: beside its document, or in place of one where the
// workbook names none. Facts that are contested in before stay so.
func (in *Imported) Evidence(file string, before *facts.Evidence) ([]facts.EvidenceDocument, []facts.EvidenceEntry) {
	documents := slices.Clone(in.Documents)
	book := facts.EvidenceDocument{ID: in.bookID(), Title: filepath.Base(file), Digest: in.Digest}
	var entries []facts.EvidenceEntry
	for _, s := range in.Sources {
		e := facts.EvidenceEntry{Pointer: s.Pointer}
		e.Document, e.Locator, e.Index = book, s.Cell, s.Index
		if s.Document != "" {
			e.Document, e.Locator = facts.EvidenceDocument{ID: s.Document}, s.Locator
			e.Entered = &facts.Entry{Document: book, Locator: s.Cell}
		}
		if before != nil {
			e.Also, e.Reason = attested(before, s.Pointer)
		}
		entries = append(entries, e)
	}
	if before != nil {
		documents = append(documents, missingDocuments(before, documents, entries)...)
	}
	return append(documents, book), entries
}

// bookID is an id for the workbook that no document of it has.
func (in *Imported) bookID() string {
	id := "workbook"
	for slices.ContainsFunc(in.Documents, func(d facts.EvidenceDocument) bool { return d.ID == id }) {
		id += "_"
	}
	return id
}

func attested(before *facts.Evidence, pointer string) ([]facts.Attested, string) {
	for _, e := range before.Entries {
		if e.Pointer == pointer {
			return e.Also, e.Reason
		}
	}
	return nil, ""
}

// missingDocuments are the documents that contested facts name and the workbook
// does not list.
func missingDocuments(before *facts.Evidence, there []facts.EvidenceDocument, entries []facts.EvidenceEntry) []facts.EvidenceDocument {
	var more []facts.EvidenceDocument
	for _, d := range before.Documents {
		same := func(other facts.EvidenceDocument) bool { return other.ID == d.ID }
		named := slices.ContainsFunc(entries, func(e facts.EvidenceEntry) bool {
			return slices.ContainsFunc(e.Also, func(a facts.Attested) bool { return a.Document.ID == d.ID })
		})
		if named && !slices.ContainsFunc(there, same) {
			more = append(more, d)
		}
	}
	return more
}
