package facts

import (
	"encoding/hex"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"rubric/engine/facts/yamlfile"
	"rubric/engine/message"
	"rubric/engine/number"
)

// Evidence says where the facts of a case come from.
type Evidence struct {
	File      string
	Documents []EvidenceDocument // in the order of the file
	Entries   []EvidenceEntry    // in the order of the file
	Servings  []Serving          // in the order of the file

	entries map[string]int // index in Entries by pointer
	words   []string       // of the sources of Entries
	digest  string         // of the file, and of what Filed said
}

// EvidenceDocument is one document that attests facts. All but ID and Title are
// "" where the file does not state them.
type EvidenceDocument struct {
	ID              string
	Title           string
	File            string // where the document itself is, relative to the case's folder
	Digest          string // "sha256:…" of that file
	Date            string // 2023-12-31
	Index           string // index number, 索引号
	SuppliedBy      string // who handed it over
	Confidentiality string // how confidential it is, in the words of those who classify
}

// Serving says that a document is what an indicator asks for: the text Asked of
// its custom.evidence, or "" for the one that it asks for.
type Serving struct {
	Document  string // its id
	Indicator string
	Asked     string

	Line, Column int // in the file
}

// EvidenceEntry is the source of the fact at Pointer, and of everything below
// it that has no nearer entry.
type EvidenceEntry struct {
	Pointer      string
	Line, Column int // of the pointer in the file
	Source
}

// Source is where a fact is found.
type Source struct {
	Document EvidenceDocument
	Locator  string     // page, table or cell in it
	Index    string     // index number of the working paper, 索引号; "" if none
	Also     []Attested // other values that evidence attests for the same fact
	Reason   string     // why the value in the facts was adopted; stands where Also does
	Entered  *Entry     // the cell of a workbook from which it was imported, nil if it was not
}

// Entry is where a fact was written before it was imported.
type Entry struct {
	Document EvidenceDocument
	Locator  string
}

// Attested is a value that some evidence attests for a fact, beside the one
// adopted. Value is as written, a number in its own digits.
type Attested struct {
	Value    string
	Document EvidenceDocument
	Locator  string

	Line, Column int // in the file
}

// String is where the value is found, in words.
func (a Attested) String() string { return a.Document.Title + "，" + a.Locator }

// ParseEvidence reads an evidence.yaml strictly. The error is a
// message.Problems.
func ParseEvidence(file string, data []byte) (*Evidence, error) {
	r := evidenceReader{yamlfile.Open(file, data), &Evidence{File: file, entries: map[string]int{}, digest: digest(data)}}
	root := r.Fields(r.Root, "documents", "facts")
	for _, n := range r.Items(root.Get("documents")) {
		r.document(n)
	}
	for _, p := range r.Pairs(root.Get("facts")) {
		r.entry(p)
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return r.evidence, nil
}

type evidenceReader struct {
	*yamlfile.File
	evidence *Evidence
}

func (r evidenceReader) document(n *yaml.Node) {
	f := r.Fields(n, "id", "title", "index", "file", "digest", "date", "supplied_by", "confidentiality", "serves")
	d := EvidenceDocument{
		ID: f.Need("id"), Title: f.Need("title"), Index: f.Text("index"), File: f.Text("file"), Digest: f.Text("digest"),
		Date: f.Text("date"), SuppliedBy: f.Text("supplied_by"), Confidentiality: f.Text("confidentiality"),
	}
	if _, twice := r.evidence.document(d.ID); twice {
		r.Report(f.Get("id"), message.New("facts.evidence_same_id", "id", d.ID))
	}
	if d.Date != "" && !isDate(d.Date) {
		r.Report(f.Get("date"), message.New("facts.date", "label", "date", "value", clip(d.Date)))
	}
	if d.Digest != "" && !isDigest(d.Digest) {
		r.Report(f.Get("digest"), message.New("facts.evidence_digest"))
	}
	if d.File != "" && !filepath.IsLocal(filepath.FromSlash(d.File)) {
		r.Report(f.Get("file"), message.New("facts.evidence_file", "file", clip(d.File)))
	}
	r.evidence.Documents = append(r.evidence.Documents, d)
	r.serves(d.ID, f.Get("serves"))
}

// serves reads what a document serves: a list of indicators, or indicators with
// what of the evidence they ask for it is.
func (r evidenceReader) serves(document string, n *yaml.Node) {
	if n == nil {
		return
	}
	if n.Kind == yaml.SequenceNode {
		for _, item := range n.Content {
			r.serving(document, r.Text(item), "", item)
		}
		return
	}
	for _, p := range r.Pairs(n) {
		if p.Value.Kind != yaml.SequenceNode {
			r.serving(document, p.Key.Value, r.Text(p.Value), p.Value)
			continue
		}
		for _, item := range p.Value.Content {
			r.serving(document, p.Key.Value, r.Text(item), item)
		}
	}
}

func (r evidenceReader) serving(document, indicator, asked string, at *yaml.Node) {
	r.evidence.Servings = append(r.evidence.Servings, Serving{document, indicator, asked, at.Line, at.Column})
}

func isDigest(text string) bool {
	sum, ok := strings.CutPrefix(text, "sha256:")
	_, err := hex.DecodeString(sum)
	return ok && err == nil && len(sum) == 64 && sum == strings.ToLower(sum)
}

func (r evidenceReader) entry(p yamlfile.Pair) {
	f := r.Fields(p.Value, "document", "locator", "index", "also", "reason", "entered")
	e := EvidenceEntry{Pointer: p.Key.Value, Line: p.Key.Line, Column: p.Key.Column, Source: Source{
		Document: r.named(f), Locator: f.Need("locator"), Index: f.Text("index"), Reason: f.Text("reason"),
	}}
	if _, err := ParsePointer(e.Pointer); err != nil {
		r.Report(p.Key, message.New("facts.bad_pointer", "pointer", clip(e.Pointer)))
	}
	for _, n := range r.Items(f.Get("also")) {
		e.Also = append(e.Also, r.attested(n))
	}
	if n := f.Get("entered"); n != nil {
		m := r.Fields(n, "document", "locator")
		e.Entered = &Entry{Document: r.named(m), Locator: m.Need("locator")}
	}
	if len(e.Also) > 0 && e.Reason == "" {
		r.Report(f.Get("also"), message.New("facts.evidence_reason", "pointer", clip(e.Pointer)))
	}
	r.evidence.entries[e.Pointer] = len(r.evidence.Entries)
	r.evidence.Entries = append(r.evidence.Entries, e)
	r.evidence.words = append(r.evidence.words, e.Source.String())
}

func (r evidenceReader) attested(n *yaml.Node) Attested {
	f := r.Fields(n, "value", "document", "locator")
	a := Attested{Value: f.Need("value"), Document: r.named(f), Locator: f.Need("locator"), Line: n.Line, Column: n.Column}
	if value := f.Get("value"); value != nil && looksNumeric(value) && !isNumber(a.Value) {
		r.Report(value, message.New("facts.evidence_number", "value", clip(a.Value),
			"digits", number.MaxDigits, "exponent", number.MaxExponent))
	}
	return a
}

// looksNumeric tells a scalar that YAML takes for a number, in whatever base.
func looksNumeric(n *yaml.Node) bool {
	return n.ShortTag() == "!!int" || n.ShortTag() == "!!float"
}

// named is the document that an entry names.
func (r evidenceReader) named(f yamlfile.Fields) EvidenceDocument {
	id := f.Need("document")
	d, ok := r.evidence.document(id)
	if !ok && id != "" {
		r.Report(f.Get("document"), message.New("facts.evidence_document", "id", clip(id)))
	}
	return d
}

func (e *Evidence) document(id string) (EvidenceDocument, bool) {
	for _, d := range e.Documents {
		if d.ID == id {
			return d, true
		}
	}
	return EvidenceDocument{}, false
}

// For is the source of the fact at pointer: its own entry, else that of the
// nearest place above it.
func (e *Evidence) For(pointer string) (Source, bool) {
	if i, ok := e.nearest(pointer); ok {
		return e.Entries[i].Source, true
	}
	return Source{}, false
}

// Words are the source of the fact at pointer in words; "" if there is none.
func (e *Evidence) Words(pointer string) string {
	if i, ok := e.nearest(pointer); ok {
		return e.words[i]
	}
	return ""
}

// nearest is the entry at pointer, or at the nearest place above it.
func (e *Evidence) nearest(pointer string) (entry int, ok bool) {
	for {
		if i, ok := e.entries[pointer]; ok {
			return i, true
		}
		cut := strings.LastIndexByte(pointer, '/')
		if cut < 0 {
			return 0, false
		}
		pointer = pointer[:cut]
	}
}

// Check reports, as message.Problems, entries for facts that s does not have.
func (e *Evidence) Check(s *Schema) error {
	var problems message.Problems
	for _, entry := range e.Entries {
		if s.At(entry.Pointer) != nil {
			continue
		}
		m := message.New("facts.evidence_unknown", "pointer", entry.Pointer)
		if near := s.Nearest(entry.Pointer); near != "" {
			m = message.New("facts.evidence_unknown_fact", "pointer", entry.Pointer, "suggestion", near)
		}
		problems.Add(message.Problem{File: e.File, Line: entry.Line, Column: entry.Column, Pointer: entry.Pointer, Message: m})
	}
	return problems.Err()
}

// Nearest corrects the first name in pointer that s does not know; "" if none
// is near.
func (s *Schema) Nearest(pointer string) string {
	tokens, err := ParsePointer(pointer)
	if err != nil {
		return ""
	}
	place, rest := s.follow(tokens)
	if len(rest) == 0 || place.Suggest(rest[0]) == "" {
		return ""
	}
	known := tokens[:len(tokens)-len(rest)]
	return "/" + strings.Join(append(known[:len(known):len(known)], place.Suggest(rest[0])), "/")
}

// Filed says what the files of the documents hold: for each of Documents that
// names a file "sha256:…" of it, or "" where it cannot be read. It is said once.
func (e *Evidence) Filed(digests []string) {
	text := ""
	for i, d := range e.Documents {
		if d.File != "" {
			text += d.File + "\n" + digests[i] + "\n"
		}
	}
	if text != "" {
		e.digest = digest([]byte(e.digest + "\n" + text))
	}
}

// Digest is "sha256:…" over the bytes of the file, together with what the files
// of the documents hold where any document names one.
func (e *Evidence) Digest() string { return e.digest }

// String is the source in words: 2023年部门决算表，表6-1（索引号 A3）.
func (s Source) String() string {
	text := s.Document.Title + "，" + s.Locator
	if s.Index != "" {
		text += "（索引号 " + s.Index + "）"
	}
	return text
}
