// Package framework loads a framework's folder: the tree with its weights, the
// schema of the facts and the policy sources, each file read once, validated
// and hashed. It knows no policy language: it tells policies apart by the
// extensions it is given.
package framework

import (
	"path/filepath"
	"slices"
	"strings"

	"rubric/engine/bundle"
	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// Framework is one version of a framework, loaded and valid in itself. Whether
// its policies compile is not known yet.
type Framework struct {
	Dir           string // as the user gave it
	ID            string
	Title         string
	Version       string
	Language      string // of its texts, "zh" or "en"
	ValidFrom     string // ISO date, first day it is valid, or ""
	ValidTo       string // ISO date, last day it is valid, or ""
	Digits        int    // decimals of a score
	Mode          number.Mode
	Grades        []Grade  // highest first
	Scale         []string // marks, best first; empty where it scores in points
	Aggregation   Aggregation
	NotApplicable NotApplicable
	Extra         Extra
	Panel         Panel         // how the marks of an expert panel become one
	Aggregator    policy.Source // the policy of Aggregation ByPolicy
	Groups        []Group       // the first level of the tree
	Schema        *facts.Schema
	Data          *facts.Document // the constants of data.json or data.yaml, nil where there are none
	Files         []policy.Source // every policy file of a known extension; Indicator is "" for a helper
	Cases         []policy.Source // every <id>.cases.yaml
	Checks        []policy.Source // the reconciliation checks, by file; Indicator is the check's own id
	Digest        string          // over the names and bytes of all files, "sha256:…"
	Bundle        *bundle.Bundle  // the files themselves

	indicators []Indicator // of Groups, once they are read

	idLine, idColumn int // where ID stands in framework.yaml
}

// Grade is a band of totals, half-open: From <= total < To. The highest has no
// To, the lowest no From.
type Grade struct {
	Name     string
	From, To *number.Number
}

// Group is an inner node of the tree; it holds groups or indicators, not both.
type Group struct {
	ID         string
	Title      string
	Weight     number.Number
	Groups     []Group
	Indicators []Indicator
}

// Indicator is a leaf of the tree.
type Indicator struct {
	ID     string
	Weight number.Number // 0 where there is a scale and the tree gives none
	Kind   Kind
	Veto   *Veto // nil for none
	Each   *Each // nil for an indicator that is one
}

// Indicators are the leaves in the tree's order.
func (f *Framework) Indicators() []Indicator {
	if f.indicators != nil {
		return slices.Clip(f.indicators)
	}
	return leaves(f.Groups)
}

func leaves(groups []Group) []Indicator {
	var all []Indicator
	for _, g := range groups {
		all = append(append(all, leaves(g.Groups)...), g.Indicators...)
	}
	return all
}

// CheckFolder says that the framework's folder or archive is not called by its
// id, under which cases look for it. The error is a message.Problems.
func (f *Framework) CheckFolder() error {
	whole, err := filepath.Abs(f.Dir)
	name := filepath.Base(whole)
	if err != nil || f.ID == "" || IsNameFor(name, f.ID) {
		return nil
	}
	return message.Problems{{File: filepath.Join(f.Dir, TreeFile), Line: f.idLine, Column: f.idColumn,
		Message: message.New("framework.folder_name", "id", f.ID, "folder", name)}}
}

// IsNameFor tells whether a folder or archive of that name may hold a version of
// the framework with that id: it is called by the id, behind which something may
// follow after a "-" or "@", such as the version.
func IsNameFor(name, id string) bool {
	rest, ok := strings.CutPrefix(name, id)
	return ok && (rest == "" || rest == ".tar.gz" || rest == ".tgz" || strings.ContainsRune("-@", rune(rest[0])))
}
