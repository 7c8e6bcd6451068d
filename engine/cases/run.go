package cases

import (
	"context"
	"slices"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
)

// Bases gives the bytes of the facts of a case folder, by its id.
type Bases func(id string) ([]byte, error)

// Result is what became of one case. Failed is empty when it passed.
type Result struct {
	Case   Case
	Got    engine.Indicator
	Failed []message.Message
}

// Run evaluates every case of a suite. The error is ctx's; all else is a
// result.
func (s *Suite) Run(ctx context.Context, rules *engine.Rules, bases Bases) ([]Result, error) {
	var results []Result
	for _, c := range s.Cases {
		r, err := s.run(ctx, c, rules, bases)
		if err != nil {
			return nil, err
		}
		results = append(results, r)
	}
	return results, nil
}

func (s *Suite) run(ctx context.Context, c Case, rules *engine.Rules, bases Bases) (Result, error) {
	doc, wrong := c.document(s.File, rules.Framework.Schema, bases)
	if wrong != nil {
		return Result{Case: c, Failed: []message.Message{*wrong}}, nil
	}
	got, err := rules.EvaluateIndicator(ctx, engine.Case{ID: c.Name, Facts: doc}, s.Indicator)
	if err != nil {
		return Result{}, err
	}
	return Result{Case: c, Got: got, Failed: c.Expect.compare(got)}, nil
}

// document builds and binds the facts of a case.
func (c Case) document(file string, schema *facts.Schema, bases Bases) (*facts.Document, *message.Message) {
	base := c.base
	if c.baseID != "" {
		data, err := bases(c.baseID)
		if err != nil {
			return nil, trouble("cases.no_base", "base", c.baseID, "why", err.Error())
		}
		doc, err := facts.Parse(c.baseID, data)
		if err != nil {
			return nil, trouble("cases.no_base", "base", c.baseID, "why", err.Error())
		}
		base = fromFacts(doc.Root)
	}
	text, wrong := c.facts(base)
	if wrong != nil {
		return nil, wrong
	}
	doc, err := facts.Parse(file, []byte(text))
	if err == nil {
		err = doc.BindExcerpt(schema)
	}
	if err != nil {
		return nil, trouble("cases.bad_facts", "why", err.Error())
	}
	return doc, nil
}

func trouble(id string, pairs ...any) *message.Message {
	m := message.New(id, pairs...)
	return &m
}

// compare lists where got is not what was expected.
func (e Expect) compare(got engine.Indicator) (wrong []message.Message) {
	differs := func(what, want, have string) {
		wrong = append(wrong, message.New("cases.differs", "what", what, "want", want, "have", have))
	}
	if string(got.Outcome) != e.Outcome {
		differs("outcome", e.Outcome, string(got.Outcome))
		if got.Failure != nil {
			differs("failure", "", got.Failure.Message)
		}
	}
	if items := itemsOf(got); !slices.Equal(items, e.Items) {
		wrong = append(wrong, message.New("cases.items", "want", e.Items, "have", items))
	}
	if e.Share != nil {
		if lost := Lost(got); !lost.Equal(*e.Share) {
			differs("share", e.Share.String(), lost.String())
		}
	}
	if e.Reason != "" && !slices.Contains(reasonsOf(got), e.Reason) {
		wrong = append(wrong, message.New("cases.reason", "want", e.Reason, "have", reasonsOf(got)))
	}
	return wrong
}

func itemsOf(in engine.Indicator) []string {
	items := []string{}
	for _, d := range in.Deductions {
		items = append(items, d.Item)
	}
	return items
}

func reasonsOf(in engine.Indicator) []string {
	var reasons []string
	for _, d := range in.Deductions {
		reasons = append(reasons, d.Reason)
	}
	for _, c := range []*engine.Clause{in.Cutoff, in.NotApplicable} {
		if c != nil {
			reasons = append(reasons, c.Reason)
		}
	}
	return reasons
}

// Lost is the exact fraction of the weight that an indicator lost, after floor
// and cut-off and before rounding, read from its ledger.
func Lost(in engine.Indicator) number.Number {
	var weight, lost number.Number
	for _, s := range in.Ledger {
		points, _ := number.ParseFraction(s.Points) // the ledger's own numbers
		switch s.Step {
		case "weight":
			weight = points
		case "rounding":
		default:
			lost = lost.Sub(points)
		}
	}
	share, err := lost.Div(weight)
	if err != nil {
		return number.Number{}
	}
	return share
}
