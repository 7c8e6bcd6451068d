package reconcile

import (
	"context"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// Weigh finds out what each finding can do to the scores: every indicator that
// it touches is decided again with the other figure adopted. Where several
// facts could be the wrong one, the greatest change counts. The error is ctx's.
func (res *Result) Weigh(ctx context.Context, rules *engine.Rules, c engine.Case) error {
	w := &weighing{ctx: ctx, rules: rules, c: c, scores: map[string]*string{}}
	for i := range res.Findings {
		if err := w.finding(&res.Findings[i], res.marks[i]); err != nil {
			return err
		}
	}
	return nil
}

type weighing struct {
	ctx    context.Context
	rules  *engine.Rules
	c      engine.Case
	scores map[string]*string // rule scores as the facts stand
}

func (w *weighing) finding(f *engine.Reconciliation, m mark) error {
	for _, other := range w.others(m) {
		for i := range f.Indicators {
			if err := w.adopt(&f.Indicators[i], other); err != nil {
				return err
			}
		}
	}
	return nil
}

// others are the documents in which the other figure is adopted: what the check
// itself says, or each cited fact that is one of the two figures replaced by the
// other.
func (w *weighing) others(m mark) (documents []*facts.Document) {
	add := func(changes ...policy.Adoption) {
		if doc := w.with(changes); doc != nil {
			documents = append(documents, doc)
		}
	}
	if len(m.adopt) > 0 {
		add(m.adopt...)
		return documents
	}
	if len(m.figures) != 2 {
		return nil
	}
	for _, c := range m.causes {
		if c.Key != "" || c.Node.Kind != facts.Num || len(w.rules.ReadBy(w.c, c.Node.Schema)) == 0 {
			continue
		}
		for i, figure := range m.figures {
			if c.Node.Number().Equal(figure) {
				add(policy.Adoption{Pointer: c.Node.Pointer(), Value: m.figures[1-i].String()})
			}
		}
	}
	return documents
}

// with is the case's document with other values; nil where the schema does not
// allow them: then they are no other reading of the facts.
func (w *weighing) with(changes []policy.Adoption) *facts.Document {
	draft := w.c.Facts.Draft(nil)
	for _, a := range changes {
		if draft.Set(a.Pointer, []byte(a.Value)) != nil {
			return nil
		}
	}
	doc, err := facts.Parse(w.c.Facts.File, draft.JSON())
	if err != nil || doc.Bind(w.c.Facts.Schema) != nil {
		return nil
	}
	return doc
}

// adopt decides an indicator over another document, and keeps the result if it
// differs more than what was found before.
func (w *weighing) adopt(t *engine.Touched, doc *facts.Document) error {
	now, err := w.score(t.ID)
	if err != nil {
		return err
	}
	c := w.c
	c.Facts = doc
	other, err := w.rules.EvaluateIndicator(w.ctx, c, t.ID)
	if err != nil {
		return err
	}
	t.RuleScore = now
	if now == nil || other.RuleScore == nil {
		return nil
	}
	points := decimal(*other.RuleScore).Sub(decimal(*now))
	if t.Points == nil || points.Abs().Cmp(decimal(*t.Points).Abs()) > 0 {
		text := points.String()
		t.Other, t.Points = other.RuleScore, &text
	}
	return nil
}

// score is an indicator's rule score as the facts stand.
func (w *weighing) score(id string) (*string, error) {
	if score, known := w.scores[id]; known {
		return score, nil
	}
	in, err := w.rules.EvaluateIndicator(w.ctx, w.c, id)
	if err != nil {
		return nil, err
	}
	w.scores[id] = in.RuleScore
	return in.RuleScore, nil
}

// decimal reads a number that the engine wrote.
func decimal(text string) number.Number {
	n, _ := number.ParseFraction(text)
	return n
}
