// Package evidence makes the index of a case's evidence, 佐证资料目录: each
// document with its file, the facts it attests and the indicators that rest on
// it; and what of the evidence that indicators ask for is not there.
package evidence

import (
	"slices"
	"strings"

	"rubric/engine"
	"rubric/engine/casefolder"
	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/policy"
)

// Index is the evidence of a case. Its JSON is what the command prints.
type Index struct {
	Framework  engine.FrameworkRef `json:"framework"`
	Case       engine.CaseRef      `json:"case"`
	Documents  []Document          `json:"documents"`  // in the order of evidence.yaml
	Indicators []Indicator         `json:"indicators"` // in the framework's order
	Unlisted   []string            `json:"unlisted"`   // files in the case's folder that no document names
}

// State is what became of a document's file since its digest was recorded.
type State string

const (
	NoFile     State = "no_file"    // the document names none
	Unrecorded State = "unrecorded" // there is a file, and no digest of it
	Same       State = "same"
	Changed    State = "changed"
	Absent     State = "absent"     // the file named is not there
	Unreadable State = "unreadable" // it is there and cannot be read
)

// Wrong tells states that the evidence must not be in.
func (s State) Wrong() bool { return s == Changed || s == Absent || s == Unreadable }

// Document is one document of the index. All texts are as evidence.yaml has them.
type Document struct {
	ID              string   `json:"id"`
	Index           string   `json:"index"` // 索引号
	Title           string   `json:"title"`
	File            string   `json:"file"`
	State           State    `json:"state"`
	Digest          string   `json:"digest"` // of the file as it is; "" where there is none
	Recorded        string   `json:"recorded_digest"`
	Date            string   `json:"date"`
	SuppliedBy      string   `json:"supplied_by"`
	Confidentiality string   `json:"confidentiality"`
	Facts           []Cited  `json:"facts"`
	Indicators      []Ref    `json:"indicators"` // that may read one of those facts, or ask for the document
	Serves          []Served `json:"serves"`

	Why *message.Message `json:"-"` // of Unreadable
}

// What a document says of a fact.
const (
	Adopted  = "adopted"  // the value in the facts
	Another  = "also"     // another value
	TypedOff = "imported" // it is the workbook that the fact was imported from
)

// Cited is a place in a document, and the fact it attests.
type Cited struct {
	Pointer string `json:"pointer"`
	Label   string `json:"label"`
	Locator string `json:"locator"` // page, table or cell
	Index   string `json:"index"`
	Role    string `json:"role"`
	Value   string `json:"value"` // of Another; else ""
}

// Ref is an indicator.
type Ref struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// Served is evidence that an indicator asks for, as its policy puts it.
type Served struct {
	Indicator string `json:"indicator"`
	Asked     string `json:"asked"`
}

// Standing is how much of what an indicator asks for is there.
type Standing string

const (
	Complete   Standing = "complete"   // a document is named for each of the texts
	Unassigned Standing = "unassigned" // there are documents, and none is named for some text
	Missing    Standing = "missing"    // no document at all
)

// Indicator is what an indicator asks for and has.
type Indicator struct {
	ID            string    `json:"id"`
	Title         string    `json:"title"`
	Standing      Standing  `json:"standing"`
	Asked         []Asked   `json:"asked"`
	Documents     []string  `json:"documents"`      // ids of those that attest its facts or are what it asks for
	WithoutSource []Lacking `json:"without_source"` // its facts for which no document is named
}

// Asked is one text of an indicator's custom.evidence with the ids of the
// documents that are that.
type Asked struct {
	Text      string   `json:"text"`
	Documents []string `json:"documents"`
}

// Lacking is a fact, or all facts of an object or list, without a source.
type Lacking struct {
	Pointer string `json:"pointer"`
	Label   string `json:"label"`
	Unit    string `json:"unit"`
}

// Of is the index of a case that is bound to its rules. The error is a
// message.Problems: a document is said to serve what no indicator asks for.
func Of(rules *engine.Rules, c *casefolder.Case, input engine.Case) (*Index, error) {
	unlisted, err := c.Unlisted()
	if err != nil {
		return nil, err
	}
	b := newBuilder(rules, c)
	if err := b.servings(); err != nil {
		return nil, err
	}
	x := &Index{Documents: b.documents(), Indicators: b.indicators(), Unlisted: append([]string{}, unlisted...)}
	x.Framework, x.Case = rules.Head(input)
	return x, nil
}

// Wrong are the documents whose files are not what they should be.
func (x *Index) Wrong() (all []Document) {
	for _, d := range x.Documents {
		if d.State.Wrong() {
			all = append(all, d)
		}
	}
	return all
}

// Count is how many documents are in that state.
func (x *Index) Count(s State) int {
	n := 0
	for _, d := range x.Documents {
		if d.State == s {
			n++
		}
	}
	return n
}

// Lacking are the indicators of that standing.
func (x *Index) Lacking(s Standing) (all []Indicator) {
	for _, in := range x.Indicators {
		if in.Standing == s {
			all = append(all, in)
		}
	}
	return all
}

// leaf is an indicator of the framework with its policy.
type leaf struct {
	id     string
	policy *policy.Policy
}

func (l leaf) ref() Ref { return Ref{l.id, l.policy.Meta.Title} }

// builder makes an index.
type builder struct {
	c        *casefolder.Case
	leaves   []leaf
	readers  map[*facts.Schema][]int // the leaves that may read a place
	sourced  []map[string]bool       // of each leaf, the documents that attest facts it reads
	assigned []map[string][]string   // of each leaf, the documents by the text they are named for
	serves   map[string][]Served     // by document
	rules    *engine.Rules
}

func newBuilder(rules *engine.Rules, c *casefolder.Case) *builder {
	b := &builder{c: c, readers: map[*facts.Schema][]int{}, serves: map[string][]Served{}, rules: rules}
	for i, in := range rules.Framework.Indicators() {
		p, _ := rules.Policy(in.ID)
		b.leaves = append(b.leaves, leaf{in.ID, p})
		b.sourced = append(b.sourced, map[string]bool{})
		b.assigned = append(b.assigned, map[string][]string{})
		for _, place := range p.Reads {
			b.readers[place] = append(b.readers[place], i)
		}
	}
	b.walk(c.Facts.Root)
	return b
}

// walk notes for each fact that is read which document attests it.
func (b *builder) walk(n *facts.Node) {
	for _, m := range slices.Concat(n.Members(), n.Elements()) {
		b.walk(m)
	}
	if n.Len() > 0 || b.c.Evidence == nil {
		return
	}
	readers := b.readers[n.Schema]
	if len(readers) == 0 {
		return
	}
	if s, ok := b.c.Evidence.For(n.Pointer()); ok {
		for _, i := range readers {
			b.sourced[i][s.Document.ID] = true
		}
	}
}

func (b *builder) documents() []Document {
	all := []Document{}
	if b.c.Evidence == nil {
		return all
	}
	for i, d := range b.c.Evidence.Documents {
		out := Document{ID: d.ID, Index: d.Index, Title: d.Title, File: d.File, Recorded: d.Digest, Date: d.Date,
			SuppliedBy: d.SuppliedBy, Confidentiality: d.Confidentiality,
			Facts: b.cited(d.ID), Indicators: b.resting(d.ID), Serves: append([]Served{}, b.serves[d.ID]...)}
		out.State, out.Digest, out.Why = stateOf(d, b.c.Filed[i])
		all = append(all, out)
	}
	return all
}

func stateOf(d facts.EvidenceDocument, f casefolder.Filed) (State, string, *message.Message) {
	switch {
	case d.File == "":
		return NoFile, "", nil
	case f.Absent:
		return Absent, "", nil
	case f.Wrong != nil:
		return Unreadable, "", f.Wrong
	case d.Digest == "":
		return Unrecorded, f.Digest, nil
	case d.Digest != f.Digest:
		return Changed, f.Digest, nil
	}
	return Same, f.Digest, nil
}

// cited are the places in a document that entries name.
func (b *builder) cited(document string) []Cited {
	all := []Cited{}
	for _, e := range b.c.Evidence.Entries {
		here := Cited{Pointer: e.Pointer, Label: b.label(e.Pointer), Index: e.Index}
		if e.Document.ID == document {
			here.Locator, here.Role = e.Locator, Adopted
			all = append(all, here)
		}
		if e.Entered != nil && e.Entered.Document.ID == document {
			here.Locator, here.Role = e.Entered.Locator, TypedOff
			all = append(all, here)
		}
		for _, a := range e.Also {
			if a.Document.ID == document {
				all = append(all, Cited{Pointer: e.Pointer, Label: here.Label, Locator: a.Locator, Role: Another, Value: a.Value})
			}
		}
	}
	return all
}

// label is the path to a fact in the labels of the schema; elements that are
// there are called by their x-key.
func (b *builder) label(pointer string) string {
	if n := b.c.Facts.At(pointer); n != nil {
		return engine.LabelOf(n)
	}
	var labels []string
	for s := b.c.Facts.Schema.At(pointer); s != nil && s.Parent != nil; s = s.Parent {
		if s.Parent.Kind != facts.List {
			labels = append([]string{s.Label()}, labels...)
		}
	}
	return strings.Join(labels, " › ")
}

// resting are the indicators that rest on a document.
func (b *builder) resting(document string) []Ref {
	all := []Ref{}
	for i, l := range b.leaves {
		if slices.Contains(b.documentsOf(i), document) {
			all = append(all, l.ref())
		}
	}
	return all
}

// documentsOf are the documents of a leaf, in the order of evidence.yaml.
func (b *builder) documentsOf(i int) []string {
	all := []string{}
	if b.c.Evidence == nil {
		return all
	}
	for _, d := range b.c.Evidence.Documents {
		named := func(documents []string) bool { return slices.Contains(documents, d.ID) }
		if b.sourced[i][d.ID] || slices.ContainsFunc(b.leaves[i].policy.Meta.Evidence, func(text string) bool { return named(b.assigned[i][text]) }) {
			all = append(all, d.ID)
		}
	}
	return all
}

func (b *builder) indicators() []Indicator {
	all := []Indicator{}
	for i, l := range b.leaves {
		in := Indicator{ID: l.id, Title: l.policy.Meta.Title, Standing: Complete, Documents: b.documentsOf(i), WithoutSource: []Lacking{}}
		for _, text := range l.policy.Meta.Evidence {
			documents := append([]string{}, b.assigned[i][text]...)
			if len(documents) == 0 {
				in.Standing = Unassigned
			}
			in.Asked = append(in.Asked, Asked{text, documents})
		}
		if len(in.Documents) == 0 {
			in.Standing = Missing
		}
		for _, n := range WithoutSource(b.c, l.policy.Reads) {
			in.WithoutSource = append(in.WithoutSource, Lacking{n.Pointer(), engine.LabelOf(n), n.Schema.Unit})
		}
		all = append(all, in)
	}
	return all
}
