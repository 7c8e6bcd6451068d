package engine

import (
	"context"
	"slices"

	"rubric/engine/facts"
	"rubric/engine/policy"
)

// Check is a reconciliation check: a policy without weight that says which
// facts contradict each other.
type Check struct {
	ID     string
	File   string // relative to the framework's folder
	Policy *policy.Policy
}

// Checks are the reconciliation checks, by file name.
func (r *Rules) Checks() []Check { return r.checks }

// Checked is what one check says of one case.
type Checked struct {
	Check
	// Found are the contradictions; none of them depends on a missing fact.
	Found   []policy.Deduction
	Missing []Fact   // without which the check could not be completed
	Failure *Failure // set when the check broke; all else is then empty
}

// Reconcile runs one check over a case. The error is ctx's.
func (r *Rules) Reconcile(ctx context.Context, c Case, check Check) (*Checked, error) {
	finding, err := check.Policy.Evaluate(ctx, c.Facts)
	if err != nil {
		return nil, err
	}
	out := &Checked{Check: check}
	e := explainer{rules: r, c: c, leaf: &leaf{file: check.File, policy: check.Policy}}
	if finding.Failure != nil {
		out.Failure = e.failure(finding.Failure)
		return out, nil
	}
	for _, m := range missing(e.leaf, c.Facts, finding) {
		out.Missing = append(out.Missing, e.lacking(m))
	}
	for _, d := range finding.Deductions {
		if !d.Unproven {
			out.Found = append(out.Found, d)
		}
	}
	return out, nil
}

// What became of a check, where it stands in place of an indicator.
const (
	Consistent   Outcome = "consistent"
	Contradicted Outcome = "contradicted"
)

// evaluateCheck is EvaluateIndicator for a check: what it found stands as
// deductions without points.
func (r *Rules) evaluateCheck(ctx context.Context, c Case, check Check) (Indicator, error) {
	checked, err := r.Reconcile(ctx, c, check)
	if err != nil {
		return Indicator{}, err
	}
	in := Indicator{ID: check.ID, Title: check.Policy.Meta.Title, Outcome: Consistent, Weight: "0",
		Deductions: []Deduction{}, Missing: []string{}, Ledger: []Step{}, Failure: checked.Failure,
		Rule: RuleText{File: check.File, Text: check.Policy.Meta.Rule, Interpretation: check.Policy.Meta.Interpretation}}
	for _, d := range checked.Found {
		in.Outcome = Contradicted
		in.Deductions = append(in.Deductions, Deduction{
			Item: d.Item, Share: "0", Points: "0", Reason: d.Reason,
			Facts: CitationsOf(c, d.Causes), Rule: Place{check.File, d.Line}, Severity: severityOf(d)})
	}
	for _, m := range checked.Missing {
		in.Outcome = Undetermined
		in.Missing, in.MissingFact = append(in.Missing, m.Pointer), append(in.MissingFact, m)
	}
	if checked.Failure != nil {
		in.Outcome = Failed
	}
	return in, nil
}

func severityOf(d policy.Deduction) string {
	if d.Contradiction == nil {
		return ""
	}
	return string(d.Contradiction.Severity)
}

// CitationsOf are causes as facts of a case, described for people: labels,
// values, units and sources.
func CitationsOf(c Case, causes []policy.Cause) Citations {
	return Citations{causes: causes, evidence: c.Evidence}
}

// LabelOf is the path to a fact in the labels of the schema, elements of lists
// called by their x-key.
func LabelOf(n *facts.Node) string { return label(n, "") }

// ReadBy are the indicators of a case whose policies may read facts at one of
// those places, in the tree's order, with their titles.
func (r *Rules) ReadBy(c Case, places ...*facts.Schema) []Touched {
	all := []Touched{}
	leaves, _ := r.expand(c.Facts)
	for _, l := range leaves {
		if slices.ContainsFunc(places, func(s *facts.Schema) bool { return s != nil && slices.Contains(l.policy.Reads, s) }) {
			all = append(all, Touched{ID: l.ID, Title: l.Title()})
		}
	}
	return all
}

// Head names the framework and the case, as an assessment of it does.
func (r *Rules) Head(c Case) (FrameworkRef, CaseRef) {
	a := r.head(c)
	return a.Framework, a.Case
}
