package receipt

import (
	"encoding/json"
	"slices"
)

// Comparison is a receipt held against that of evaluating again.
type Comparison struct {
	Then, Now  *Receipt
	Indicators []IndicatorChange // every indicator of either, in order
	Inputs     []InputChange     // what went in and is not the same; empty where all is
	SameTotal  bool
	SameRest   bool // nothing else in the assessment differs, where all the above is the same
}

// Change is what became of something.
type Change string

const (
	Same      Change = "same"
	Different Change = "different"
	Reworded  Change = "reworded" // an indicator with the same scores, of which something else is said
	Gone      Change = "gone"     // it was there then
	Added     Change = "added"    // it was not there then
)

// IndicatorChange is one indicator then and now, nil where there was or is none.
type IndicatorChange struct {
	ID     string
	Change Change
	Then   *Indicator
	Now    *Indicator
}

// Input is a kind of what goes into an assessment.
type Input string

const (
	Rules    Input = "rules" // a file of the framework
	FactData Input = "facts" // one fact
	Evidence Input = "evidence"
	Review   Input = "review"
	CaseHead Input = "case" // id, title or period of the case
)

// InputChange is an input that is not what it was. Name is the file or the
// address of the fact; Then and Now are the fact's values, nil where they are
// not known or not there.
type InputChange struct {
	Input     Input
	Name      string
	Change    Change
	Then, Now json.RawMessage
}

// Compare holds a receipt against another of the same case. For the values of
// facts, now must have been made with values.
func Compare(then, now *Receipt) *Comparison {
	c := &Comparison{Then: then, Now: now, SameTotal: then.Total.equals(now.Total), SameRest: then.Assessment == now.Assessment}
	c.indicators()
	c.rules()
	c.facts()
	c.beside()
	return c
}

// SameAnswer tells whether every indicator and the total are what they were.
func (c *Comparison) SameAnswer() bool {
	return c.SameTotal && !slices.ContainsFunc(c.Indicators, func(i IndicatorChange) bool { return i.Change != Same })
}

// Verified tells whether the same inputs gave the same assessment.
func (c *Comparison) Verified() bool { return len(c.Inputs) == 0 && c.SameAnswer() && c.SameRest }

func (c *Comparison) indicators() {
	for i := range c.Then.Indicators {
		then := &c.Then.Indicators[i]
		at := slices.IndexFunc(c.Now.Indicators, func(in Indicator) bool { return in.ID == then.ID })
		if at < 0 {
			c.Indicators = append(c.Indicators, IndicatorChange{then.ID, Gone, then, nil})
			continue
		}
		now := &c.Now.Indicators[at]
		c.Indicators = append(c.Indicators, IndicatorChange{then.ID, then.became(now), then, now})
	}
	for i := range c.Now.Indicators {
		now := &c.Now.Indicators[i]
		if !slices.ContainsFunc(c.Then.Indicators, func(in Indicator) bool { return in.ID == now.ID }) {
			c.Indicators = append(c.Indicators, IndicatorChange{now.ID, Added, nil, now})
		}
	}
}

func (i *Indicator) became(now *Indicator) Change {
	switch {
	case i.Outcome != now.Outcome || !equal(i.RuleScore, now.RuleScore) || !equal(i.Score, now.Score):
		return Different
	case i.Digest != now.Digest || i.Title != now.Title:
		return Reworded
	}
	return Same
}

func (t Total) equals(other Total) bool {
	return equal(t.RuleScore, other.RuleScore) && equal(t.Score, other.Score) && equal(t.Grade, other.Grade) && t.Range == other.Range
}

func equal(a, b *string) bool { return a == b || a != nil && b != nil && *a == *b }

// rules lists the files that differ. A receipt whose list of files does not fit
// its own digest has the framework as a whole differ.
func (c *Comparison) rules() {
	then, now := map[string]string{}, map[string]string{}
	for _, f := range c.Then.Framework.Files {
		then[f.File] = f.Digest
	}
	for _, f := range c.Now.Framework.Files {
		now[f.File] = f.Digest
	}
	before := len(c.Inputs)
	c.differences(Rules, names(c.Then.Framework.Files, c.Now.Framework.Files), then, now, nil, nil)
	head := c.Then.Framework.ID != c.Now.Framework.ID || c.Then.Framework.Version != c.Now.Framework.Version
	if len(c.Inputs) == before && (head || c.Then.Framework.Digest != c.Now.Framework.Digest) {
		c.Inputs = append(c.Inputs, InputChange{Input: Rules, Change: Different})
	}
}

func names(lists ...[]File) (all []string) {
	for _, list := range lists {
		for _, f := range list {
			all = append(all, f.File)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// facts lists the facts that differ, in the order of the receipt of then, and
// behind them those that are new.
func (c *Comparison) facts() {
	then, now := map[string]string{}, map[string]string{}
	thenValues, nowValues := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	var pointers []string
	for _, f := range c.Then.Facts {
		then[f.Pointer], thenValues[f.Pointer] = f.Digest, f.Value
		pointers = append(pointers, f.Pointer)
	}
	for _, f := range c.Now.Facts {
		now[f.Pointer], nowValues[f.Pointer] = f.Digest, f.Value
		if _, known := then[f.Pointer]; !known {
			pointers = append(pointers, f.Pointer)
		}
	}
	before := len(c.Inputs)
	c.differences(FactData, pointers, then, now, thenValues, nowValues)
	if len(c.Inputs) == before && c.Then.Case.FactsDigest != c.Now.Case.FactsDigest {
		c.Inputs = append(c.Inputs, InputChange{Input: FactData, Change: Different})
	}
}

func (c *Comparison) differences(input Input, names []string, then, now map[string]string, thenValues, nowValues map[string]json.RawMessage) {
	for _, name := range names {
		change := changeOf(then[name], now[name])
		if change != Same {
			c.Inputs = append(c.Inputs, InputChange{input, name, change, thenValues[name], nowValues[name]})
		}
	}
}

// changeOf compares digests, of which one may be missing.
func changeOf(then, now string) Change {
	switch {
	case then == now:
		return Same
	case now == "":
		return Gone
	case then == "":
		return Added
	}
	return Different
}

// beside compares what stands beside the facts.
func (c *Comparison) beside() {
	a, b := c.Then.Case, c.Now.Case
	for _, part := range []struct {
		input     Input
		then, now *string
	}{{Evidence, a.EvidenceDigest, b.EvidenceDigest}, {Review, a.ReviewDigest, b.ReviewDigest}} {
		if change := changeOf(text(part.then), text(part.now)); change != Same {
			c.Inputs = append(c.Inputs, InputChange{Input: part.input, Change: change})
		}
	}
	if a.ID != b.ID || a.Title != b.Title || a.Period != b.Period {
		c.Inputs = append(c.Inputs, InputChange{Input: CaseHead, Change: Different})
	}
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
