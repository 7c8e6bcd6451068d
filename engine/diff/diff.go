// Package diff says in words what changed between two versions of a framework:
// weights, bands and thresholds, wording, the facts that are needed. Lines of
// code are shown only where words would not do.
package diff

import (
	"rubric/engine"
	"rubric/engine/framework"
)

// SchemaID names the published form of a Difference.
const SchemaID = "rubric.diff/v1"

// Difference is what changed. Empty lists say that nothing of the kind did.
type Difference struct {
	Schema     string      `json:"schema"` // SchemaID
	Old        Version     `json:"old"`
	New        Version     `json:"new"`
	Same       bool        `json:"same"` // nothing changed, not even white space
	Framework  []Change    `json:"framework"`
	Groups     []Change    `json:"groups"`
	Indicators []Indicator `json:"indicators"` // in the new order, then what is gone
	Facts      []Change    `json:"facts"`
	Files      []Change    `json:"files"` // cases, helpers, constants, reconciliation
}

// Version says which versions were compared.
type Version struct {
	engine.FrameworkRef
	Title string `json:"title"`
}

// Status is what became of an indicator.
type Status string

const (
	Added   Status = "added"
	Removed Status = "removed"
	Changed Status = "changed"
)

// Indicator is an indicator that is not as it was.
type Indicator struct {
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Status  Status   `json:"status"`
	Weight  string   `json:"weight"` // of the version that has it, the new one if both do
	Group   string   `json:"group"`  // its groups' ids, joined by slashes
	Changes []Change `json:"changes"`
}

// Kind tells changes apart.
type Kind string

const (
	Key          Kind = "key"         // a setting of the framework: Where is its key
	Band         Kind = "band"        // a grade's band: Where is the grade
	GroupAdded   Kind = "group_added" // Where is its path
	GroupRemoved Kind = "group_removed"
	GroupTitle   Kind = "group_title"
	GroupWeight  Kind = "group_weight"
	Weight       Kind = "weight"
	Renamed      Kind = "renamed" // its id
	Moved        Kind = "moved"   // to another group
	Order        Kind = "order"   // among its neighbours
	Option       Kind = "option"  // a setting of an indicator in the tree: Where is its key
	Language     Kind = "language"
	Wording      Kind = "wording" // Where is title, rule or interpretation; Words has it
	EvidenceNew  Kind = "evidence_added"
	EvidenceGone Kind = "evidence_removed"
	ReadsNew     Kind = "needs" // a fact it now needs: Where is its path
	ReadsGone    Kind = "no_longer_needs"
	Constant     Kind = "constant"   // a number of the rule
	Comparison   Kind = "comparison" // such as < for <=
	Reason       Kind = "reason"     // words of a reason or another text of the rule
	Logic        Kind = "logic"      // Lines shows it
	Layout       Kind = "layout"     // comments and white space only
	FactAdded    Kind = "fact_added" // Where is its path, New its label
	FactRemoved  Kind = "fact_removed"
	FactTitle    Kind = "fact_title"
	FactUnit     Kind = "fact_unit"
	FactType     Kind = "fact_type"
	FactLimits   Kind = "fact_limits"
	FactOptional Kind = "fact_optional" // Old and New are "true" and "false"
	FileAdded    Kind = "file_added"
	FileRemoved  Kind = "file_removed"
	FileChanged  Kind = "file_changed"
)

// Change is one change. Old and New are what it was and is, "" for nothing.
type Change struct {
	Kind    Kind    `json:"kind"`
	Where   string  `json:"where"`
	Old     string  `json:"old"`
	New     string  `json:"new"`
	Words   []Piece `json:"words"`   // of texts: what stayed, went and came
	Lines   []Piece `json:"lines"`   // of code
	Context string  `json:"context"` // the line of the rule that a constant or comparison stands in
	File    string  `json:"file"`    // of the new version, or the old where it is gone
	Line    int     `json:"line"`
}

// Piece is a part of a text: Same stays, else Old was there and New is.
type Piece struct {
	Same string `json:"same"`
	Old  string `json:"old"`
	New  string `json:"new"`
}

// Compare compares two compiled versions.
func Compare(old, new *engine.Rules) *Difference {
	d := &Difference{Schema: SchemaID, Old: version(old.Framework), New: version(new.Framework), Same: old.Framework.Digest == new.Framework.Digest}
	d.Framework, d.Groups, d.Facts, d.Files = []Change{}, []Change{}, []Change{}, []Change{}
	d.Indicators = []Indicator{}
	before, after := readTree(old.Framework), readTree(new.Framework)
	d.settings(before, after)
	d.groups(before, after)
	c := comparing{old: old, new: new, before: before, after: after}
	d.Indicators = append(d.Indicators, c.indicators()...)
	d.Facts = append(d.Facts, schemas(old.Framework.Schema, new.Framework.Schema)...)
	d.Files = append(d.Files, c.files()...)
	return d
}

func version(f *framework.Framework) Version {
	return Version{FrameworkRef: engine.FrameworkRef{ID: f.ID, Version: f.Version, Digest: f.Digest}, Title: f.Title}
}
