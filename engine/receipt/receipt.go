// Package receipt writes down what an assessment was made of (the rules, the
// facts and what stood beside them, by their digests; the engine and its limits)
// and what came of it, so that anyone can evaluate again and compare.
package receipt

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/framework"
	"rubric/engine/policy"
)

// SchemaID names the published form of a receipt (receipt.schema.json).
const SchemaID = "rubric.receipt/v1"

// Receipt is the receipt of one assessment. No clock stands in it: the same
// assessment has the same receipt.
type Receipt struct {
	Schema     string      `json:"schema"` // SchemaID
	Engine     Engine      `json:"engine"`
	Framework  Framework   `json:"framework"`
	Case       Case        `json:"case"`
	Total      Total       `json:"total"`
	Indicators []Indicator `json:"indicators"` // in the framework's order
	Assessment string      `json:"assessment"` // digest of the whole assessment as JSON
	Facts      []Fact      `json:"facts"`      // every value in the facts, by its address
}

// Engine is what evaluated. The version is empty where it is not known.
type Engine struct {
	Version string `json:"version"`
	Limits  Limits `json:"limits"`
}

// Limits are policy.Limits in effect, null for none.
type Limits struct {
	Steps *int64 `json:"steps"`
	Bytes *int64 `json:"bytes"`
	Depth *int64 `json:"depth"`
	Items *int64 `json:"items"`
	Text  *int64 `json:"text"`
	Bits  *int64 `json:"bits"`
}

// Framework is the rules. Path is where they were found, as the user wrote it.
type Framework struct {
	ID      string `json:"id"`
	Version string `json:"version"`
	Digest  string `json:"digest"`
	Path    string `json:"path"`
	Files   []File `json:"files"` // every file, by name
}

// File is a file of the framework's folder.
type File struct {
	File   string `json:"file"`
	Digest string `json:"digest"`
}

// Case is what was evaluated. Path is where it was found, as the user wrote it;
// the evidence and review digests are null where the case has none.
type Case struct {
	ID             string  `json:"id"`
	Title          string  `json:"title"`
	Period         string  `json:"period"` // "" for a bare facts file
	Path           string  `json:"path"`
	FactsDigest    string  `json:"facts_digest"`
	EvidenceDigest *string `json:"evidence_digest"`
	ReviewDigest   *string `json:"review_digest"`
}

// Total is the assessment's total.
type Total struct {
	RuleScore *string      `json:"rule_score"`
	Score     *string      `json:"score"`
	Grade     *string      `json:"grade"`
	Range     engine.Range `json:"range"`
}

// Indicator is what became of one indicator. Digest is over all that the
// assessment says of it, reasons and causes included.
type Indicator struct {
	ID        string         `json:"id"`
	Title     string         `json:"title"`
	Outcome   engine.Outcome `json:"outcome"`
	RuleScore *string        `json:"rule_score"`
	Score     *string        `json:"score"`
	Digest    string         `json:"digest"`
}

// Fact is one value: a number, text or truth value, or an empty list or object.
// The digest is over its address and canonical JSON; the value itself stands
// there where it was asked for.
type Fact struct {
	Pointer string          `json:"pointer"`
	Digest  string          `json:"digest"`
	Value   json.RawMessage `json:"value,omitempty"`
}

// Source is what a receipt is made of, beside the assessment.
type Source struct {
	Framework     *framework.Framework
	FrameworkPath string
	CasePath      string
	Period        string
	Facts         *facts.Document
	Limits        policy.Limits
	EngineVersion string
	WithValues    bool // keep the values of the facts
}

// New is the receipt of an assessment.
func New(a *engine.Assessment, s Source) (*Receipt, error) {
	whole, err := digestOf(a)
	if err != nil {
		return nil, err
	}
	r := &Receipt{
		Schema:    SchemaID,
		Engine:    Engine{s.EngineVersion, limits(s.Limits)},
		Framework: Framework{a.Framework.ID, a.Framework.Version, a.Framework.Digest, s.FrameworkPath, files(s.Framework)},
		Case: Case{a.Case.ID, a.Case.Title, s.Period, s.CasePath, a.Case.FactsDigest.String(),
			a.Case.EvidenceDigest, a.Case.ReviewDigest},
		Total:      Total{a.Total.RuleScore, a.Total.Score, a.Total.Grade, a.Total.Range},
		Assessment: whole,
		Facts:      values(s.Facts.Root, s.WithValues, []Fact{}),
	}
	for _, in := range a.Indicators {
		digest, err := digestOf(in)
		if err != nil {
			return nil, err
		}
		r.Indicators = append(r.Indicators, Indicator{in.ID, in.Title, in.Outcome, in.RuleScore, in.Score, digest})
	}
	return r, nil
}

// digestOf is over a value's JSON.
func digestOf(v any) (string, error) {
	text, err := json.Marshal(v)
	return digest(text), err
}

func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return "sha256:" + hex.EncodeToString(sum[:])
}

func files(fw *framework.Framework) []File {
	all := []File{}
	for _, f := range fw.Bundle.Files {
		all = append(all, File{f.Name, f.Digest()})
	}
	return all
}

// values are the leaves below a node, by name as the digest of the facts has
// them.
func values(n *facts.Node, keep bool, all []Fact) []Fact {
	children := n.SortedMembers()
	if n.Kind == facts.List {
		children = n.Elements()
	}
	for _, child := range children {
		all = values(child, keep, all)
	}
	if len(children) > 0 {
		return all
	}
	f := Fact{Pointer: n.Pointer()}
	value := n.JSON()
	f.Digest = digest(append([]byte(f.Pointer+" "), value...))
	if keep {
		f.Value = value
	}
	return append(all, f)
}

func limits(l policy.Limits) Limits {
	d := policy.DefaultLimits()
	return Limits{limit(l.Steps, d.Steps), limit(l.Bytes, d.Bytes), limit(l.Depth, d.Depth),
		limit(l.Items, d.Items), limit(l.Text, d.Text), limit(l.Bits, d.Bits)}
}

func limit[N int | int64](given, standard N) *int64 {
	n := int64(given)
	switch {
	case given == 0:
		n = int64(standard)
	case given < 0:
		return nil
	}
	return &n
}

// Policy is the limits as policies are compiled with them.
func (l Limits) Policy() policy.Limits {
	return policy.Limits{Steps: back(l.Steps), Bytes: back(l.Bytes), Depth: int(back(l.Depth)),
		Items: int(back(l.Items)), Text: int(back(l.Text)), Bits: int(back(l.Bits))}
}

func back(n *int64) int64 {
	if n == nil {
		return policy.NoLimit
	}
	return *n
}
