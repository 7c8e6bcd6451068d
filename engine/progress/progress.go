// Package progress tells how far the facts of a case are gathered: which
// indicators have all of theirs, which lack some, and how many points hang on it.
package progress

import (
	"context"

	"rubric/engine"
	"rubric/engine/number"
)

// Progress is how far a case is. Points are how much the final scores of the
// indicators that lack facts can still differ, all together: a decimal.
type Progress struct {
	Indicators int    `json:"indicators"`
	Ready      int    `json:"ready"` // indicators with all of their facts
	Points     string `json:"points"`
	Open       []Open `json:"open"` // the others, in the framework's order
}

// Open is an indicator that lacks facts.
type Open struct {
	ID      string       `json:"id"`
	Title   string       `json:"title"`
	Weight  string       `json:"weight"`
	There   int          `json:"there"` // facts that the policy may read and the case has
	Missing []string     `json:"missing"`
	Range   engine.Range `json:"range"` // of the final score
	Points  string       `json:"points"`
}

// Of looks how far a case is. The error is that of the evaluation.
func Of(ctx context.Context, rules *engine.Rules, c engine.Case) (*Progress, error) {
	a, err := rules.Evaluate(ctx, c)
	if err != nil {
		return nil, err
	}
	p := &Progress{Indicators: len(a.Indicators), Open: []Open{}}
	var all number.Number
	for _, in := range a.Indicators {
		if len(in.Missing) == 0 {
			p.Ready++
			continue
		}
		hanging := points(in.Range)
		all = all.Add(hanging)
		p.Open = append(p.Open, Open{ID: in.ID, Title: in.Title, Weight: in.Weight, There: len(rules.FactsOf(c.Facts, in.ID)),
			Missing: in.Missing, Range: in.Range, Points: hanging.String()})
	}
	p.Points = all.String()
	return p, nil
}

func points(r engine.Range) number.Number {
	least, _ := number.ParseFraction(r.Min) // an assessment has numbers there
	most, _ := number.ParseFraction(r.Max)
	return most.Sub(least)
}

// Serves are the titles of the open indicators that lack a fact.
func (p *Progress) Serves(pointer string) (titles []string) {
	for _, o := range p.Open {
		for _, m := range o.Missing {
			if m == pointer {
				titles = append(titles, o.Title)
			}
		}
	}
	return titles
}
