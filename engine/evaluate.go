package engine

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"rubric/engine/facts"
	"rubric/engine/framework"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// Rules is a compiled framework. It is read-only and may be shared by
// goroutines.
type Rules struct {
	Framework *framework.Framework
	leaves    []leaf // in the order of Framework.Indicators
	lists     bool   // some leaf is made of a list in the facts
	checks    []Check
	words     *message.Catalogue
	idle      *sync.Pool // aggregations to be used again

	aggregator *aggregator // nil where the framework has none of its own
}

// leaf is an indicator with its policy: of the framework, or of a case.
type leaf struct {
	instance
	file   string
	policy *policy.Policy

	untouched *untouched // nil where it is not known before the facts are
}

// Title is what people call the indicator.
func (l leaf) Title() string {
	if l.element != nil {
		return l.title
	}
	return l.policy.Meta.Title
}

// Compile compiles every policy of a framework. The error is a
// message.Problems with everything that is wrong.
func Compile(ctx context.Context, fw *framework.Framework, languages ...policy.Language) (*Rules, error) {
	words, err := message.Load()
	if err != nil {
		return nil, err
	}
	units := make([]unit, len(languages))
	var wait sync.WaitGroup
	for i, language := range languages {
		wait.Go(func() { units[i] = compileUnit(ctx, fw, language) })
	}
	wait.Wait()
	compiled := map[string]leaf{}
	var problems message.Problems
	for _, u := range units {
		if u.err != nil {
			return nil, u.err
		}
		problems = append(problems, inFolder(fw.Dir, u.problems)...)
		for _, l := range u.leaves {
			compiled[l.leaf] = l
		}
	}
	r := &Rules{Framework: fw, words: words}
	for _, s := range fw.Checks {
		if l, ok := compiled[s.Indicator]; ok {
			r.checks = append(r.checks, Check{ID: s.Indicator, File: l.file, Policy: l.policy})
		}
	}
	for _, in := range fw.Indicators() {
		l := compiled[in.ID]
		l.instance = instance{Indicator: in, leaf: in.ID}
		r.leaves = append(r.leaves, l)
		r.lists = r.lists || in.Each != nil
	}
	r.prepare()
	r.aggregator, err = compileAggregator(ctx, fw, languages)
	var found message.Problems
	if errors.As(err, &found) {
		problems = append(problems, inFolder(fw.Dir, found)...)
	} else if err != nil {
		return nil, err
	}
	return r, problems.Err()
}

// unit is what one language made of its policies.
type unit struct {
	leaves   []leaf
	problems message.Problems
	err      error // ctx's
}

func compileUnit(ctx context.Context, fw *framework.Framework, language policy.Language) (u unit) {
	policies, helpers := fw.Policies(language.Extension())
	policies = append(policies, fw.ChecksIn(language.Extension())...)
	all, err := language.Compile(ctx, policy.Unit{Schema: fw.Schema, Policies: policies, Helpers: helpers, Data: fw.Data, Scale: fw.Scale, Digest: fw.Digest})
	if errors.As(err, &u.problems) || err != nil {
		if u.problems == nil {
			u.err = err
		}
		return u
	}
	for i, p := range all {
		u.problems = append(u.problems, checkMeta(policies[i], p.Meta)...)
		u.leaves = append(u.leaves, leaf{instance: instance{leaf: policies[i].Indicator}, file: policies[i].File, policy: p})
	}
	return u
}

// inFolder names files as the user gave the framework's folder.
func inFolder(dir string, problems message.Problems) message.Problems {
	for i := range problems {
		problems[i].File = filepath.Join(dir, filepath.FromSlash(problems[i].File))
	}
	return problems
}

// checkMeta asks for what people need to understand an indicator.
func checkMeta(s policy.Source, m policy.Meta) (problems message.Problems) {
	for _, part := range []struct {
		key    string
		absent bool
	}{{"title", m.Title == ""}, {"description", m.Rule == ""}, {"custom.evidence", len(m.Evidence) == 0 && !s.Check}} {
		if part.absent {
			problems.Add(message.Problem{File: s.File, Line: 1, Message: message.New("engine.no_meta", "indicator", s.Indicator, "key", part.key)})
		}
	}
	return problems
}

// Policy is the compiled policy of an indicator, of a reconciliation check, or of
// aggregation, and its file; nil if the framework has none of that id.
func (r *Rules) Policy(indicator string) (p *policy.Policy, file string) {
	for _, l := range r.leaves {
		if l.ID == indicator {
			return l.policy, l.file
		}
	}
	for _, c := range r.checks {
		if c.ID == indicator {
			return c.Policy, c.File
		}
	}
	if r.aggregator != nil && indicator == framework.AggregatorID {
		return r.aggregator.policy, r.aggregator.file
	}
	return nil, ""
}

// Case is what is evaluated: facts bound to the framework's schema, and what
// stands beside them.
type Case struct {
	ID, Title    string
	Facts        *facts.Document
	Evidence     *facts.Evidence // nil where there is none
	Marks        []Mark          // the review; at most one for an indicator
	ReviewDigest *string
}

// Mark is an expert's mark for one indicator.
type Mark struct {
	Indicator string
	Score     number.Number // within 0 and the weight
	Letter    string        // in its place where the framework has a scale: a mark on it
	Reason    string
	By        string
	File      string // where the mark stands, for messages
	Line      int
	ScoreLine int        // where its score stands
	Panel     *PanelMark // nil where it is not a panel's
}

// Evaluate applies the rules to a case. The error is ctx's when the run was
// cancelled, or a message.Problems when a mark or the form of the case is not
// acceptable; everything else is an outcome in the assessment.
//
// It never stops early: a policy that breaks, or a fact that is missing, is the
// outcome of its indicator, and the others are decided all the same.
func (r *Rules) Evaluate(ctx context.Context, c Case) (*Assessment, error) {
	d, err := r.Decide(ctx, c)
	if err != nil {
		return nil, err
	}
	return d.Assessment(), nil
}

// together puts the indicators together as the framework says. The error is
// ctx's.
func (r *Rules) together(ctx context.Context, all results) ([]Group, Total, error) {
	if r.aggregator != nil {
		return r.verdicts(ctx, all)
	}
	groups, total := r.aggregate(all)
	return groups, total, nil
}

// results are the results of the tree's leaves, in the order of
// Framework.Indicators: of each leaf one, or one for each element of its list.
type results []result

// of are the results of a leaf.
func (all results) of(leaf string) results {
	for i := range all {
		if all[i].leaf.leaf == leaf {
			return all[i:].first(leaf)
		}
	}
	return nil
}

// first are the results in front as far as they are of a leaf.
func (all results) first(leaf string) results {
	n := 0
	for n < len(all) && all[n].leaf.leaf == leaf {
		n++
	}
	return all[:n]
}

// expand gives the indicators of a case their policies.
func (r *Rules) expand(doc *facts.Document) ([]leaf, message.Problems) {
	if !r.lists {
		return r.leaves, nil
	}
	all, problems := expand(r.Framework, doc)
	leaves := make([]leaf, len(all))
	for i, in := range all {
		at := slices.IndexFunc(r.leaves, func(l leaf) bool { return l.leaf == in.leaf })
		leaves[i] = leaf{instance: in, file: r.leaves[at].file, policy: r.leaves[at].policy}
	}
	return leaves, problems
}

func instances(leaves []leaf) []instance {
	all := make([]instance, len(leaves))
	for i, l := range leaves {
		all[i] = l.instance
	}
	return all
}

// EvaluateIndicator decides one indicator alone, without its review, or runs one
// reconciliation check: what it finds then stands as deductions without points.
// Under framework.AggregatorID it asks the policy of aggregation; the facts are
// then outcomes (see Rules.Outcomes).
// Of a leaf that is made of a list it decides the only element, or the one whose
// id stands behind the leaf's; whether the list is in order is not asked. The
// error is ctx's, or a message.Problems when there is no such indicator.
func (r *Rules) EvaluateIndicator(ctx context.Context, c Case, id string) (Indicator, error) {
	for _, check := range r.checks {
		if check.ID == id {
			return r.evaluateCheck(ctx, c, check)
		}
	}
	if r.aggregator != nil && id == framework.AggregatorID {
		return r.evaluateTogether(ctx, c)
	}
	leaves, _ := r.expand(c.Facts)
	var found []leaf
	for _, l := range leaves {
		if l.ID == id || l.leaf == id {
			found = append(found, l)
		}
	}
	if len(found) != 1 {
		return Indicator{}, message.Problems{{File: r.Framework.Dir, Message: notOne(r.Framework, id, instances(leaves))}}
	}
	res := &result{}
	if err := r.evaluate(ctx, res, &found[0], c.Facts); err != nil {
		return Indicator{}, err
	}
	return r.explain(c, &found[0], res), nil
}

// notOne says that an id names no indicator, or the leaf of several.
func notOne(fw *framework.Framework, id string, all []instance) message.Message {
	var known []string
	for _, in := range all {
		if in.leaf == leafOf(id) && in.element != nil {
			known = append(known, in.ID)
		}
	}
	if len(known) > 0 {
		return message.New("engine.which_element", "indicator", id, "known", known)
	}
	return unknownIndicator(fw, id)
}

func (r *Rules) evaluate(ctx context.Context, res *result, l *leaf, doc *facts.Document) error {
	finding, err := l.policy.Decide(ctx, doc, l.element)
	if err != nil {
		return err
	}
	r.decide(res, l, finding, missing(l, doc, finding))
	return nil
}

// head says what was applied to what.
func (r *Rules) head(c Case) *Assessment {
	a := &Assessment{
		Schema:         SchemaID,
		Framework:      FrameworkRef{ID: r.Framework.ID, Version: r.Framework.Version, Digest: r.Framework.Digest},
		Case:           CaseRef{ID: c.ID, Title: c.Title, FactsDigest: Digest{doc: c.Facts}, ReviewDigest: c.ReviewDigest},
		Reconciliation: []Reconciliation{},
	}
	if c.Evidence != nil {
		digest := c.Evidence.Digest()
		a.Case.EvidenceDigest = &digest
	}
	return a
}

// missing lists the facts that a policy may read and the document lacks: by
// walking what the schema asks for, not by what the policy happened to do with
// the holes. What it met all the same is added, so that nothing slips through.
// Who reads a list depends on its count: without it no one knows whether an
// element is missing.
func missing(l *leaf, doc *facts.Document, finding *policy.Finding) []facts.Missing {
	if len(doc.Missing()) == 0 {
		return nil
	}
	reads := make(map[*facts.Schema]bool, len(l.policy.Reads))
	for _, s := range l.policy.Reads {
		reads[s] = true
		if s.Count != "" {
			reads[doc.Schema.At(s.Count)] = true
		}
	}
	for _, s := range finding.Missing {
		below := append(s.Leaves(), s)
		if slices.ContainsFunc(below, func(leaf *facts.Schema) bool { return reads[leaf] }) {
			continue
		}
		for _, leaf := range below {
			reads[leaf] = true
		}
	}
	var all []facts.Missing
	for _, m := range doc.Missing() {
		if reads[m.Schema] && (l.element == nil || reads[l.Each.List] || l.concerns(m)) {
			all = append(all, m)
		}
	}
	return all
}

// concerns tells whether a fact of the list that an indicator is an element of is
// its own. A policy that does not read the list sees no element but its own.
func (l *leaf) concerns(m facts.Missing) bool {
	for s := m.Schema; s != nil; s = s.Parent {
		if s == l.Each.List.Items {
			return strings.HasPrefix(m.Pointer, l.element.Pointer()+"/")
		}
	}
	return true
}

// byTitle says that a review names an indicator by its title. The error is a
// message.Problems.
func byTitle(leaves []leaf, marks []Mark) error {
	var problems message.Problems
	for _, m := range marks {
		at := slices.IndexFunc(leaves, func(l leaf) bool { return l.Title() == m.Indicator && l.ID != m.Indicator })
		if at >= 0 {
			problems.Add(message.Problem{File: m.File, Line: m.Line, Message: message.New("engine.indicator_by_title", "title", m.Indicator, "id", leaves[at].ID)})
		}
	}
	return problems.Err()
}

// checkMarks checks a review against the indicators of a case. The error is a
// message.Problems.
func checkMarks(fw *framework.Framework, indicators []instance, marks []Mark) error {
	var problems message.Problems
	for _, m := range marks {
		at := slices.IndexFunc(indicators, func(in instance) bool { return in.ID == m.Indicator })
		if at < 0 {
			problems.Add(message.Problem{File: m.File, Line: m.Line, Message: notOne(fw, m.Indicator, indicators)})
		} else if wrong, ok := checkLetter(m, fw.Scale); !ok {
			problems.Add(message.Problem{File: m.File, Line: cmp.Or(m.ScoreLine, m.Line), Message: wrong})
		} else if wrong, ok := checkScore(m, indicators[at].Weight, fw.Digits); !ok {
			problems.Add(message.Problem{File: m.File, Line: cmp.Or(m.ScoreLine, m.Line), Message: wrong})
		}
	}
	return problems.Err()
}

// checkLetter tells whether a mark is a letter where the framework has a scale,
// and one that is on it, and a score where it has none.
func checkLetter(m Mark, scale []string) (wrong message.Message, ok bool) {
	switch {
	case len(scale) == 0 && m.Letter != "":
		return message.New("engine.mark_no_scale", "indicator", m.Indicator), false
	case len(scale) > 0 && !slices.Contains(scale, m.Letter):
		return message.New("engine.mark_scale", "indicator", m.Indicator, "mark", m.Letter, "scale", scale), false
	}
	return message.Message{}, true
}

// checkScore tells whether a mark is within 0 and the weight, with no more
// decimals than scores have.
func checkScore(m Mark, weight number.Number, digits int) (wrong message.Message, ok bool) {
	rounded := m.Score.Round(digits, number.RoundHalfUp)
	switch {
	case m.Score.Sign() < 0 || m.Score.Cmp(weight) > 0:
		return message.New("engine.mark_range", "indicator", m.Indicator, "score", m.Score.String(), "weight", weight.String()), false
	case !rounded.Equal(m.Score):
		return message.New("engine.mark_digits", "indicator", m.Indicator, "score", m.Score.String(),
			"digits", digits, "rounded", rounded.Fixed(digits)), false
	}
	return message.Message{}, true
}

func unknownIndicator(fw *framework.Framework, indicator string) message.Message {
	if near := fw.Nearest(indicator); near != "" {
		return message.New("engine.unknown_indicator_near", "indicator", indicator, "suggestion", near)
	}
	return message.New("engine.unknown_indicator", "indicator", indicator)
}
