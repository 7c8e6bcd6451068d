package panel

import (
	"slices"
	"strings"

	"rubric/engine"
	"rubric/engine/framework"
	"rubric/engine/message"
	"rubric/engine/number"
)

// Result is what a panel made of one indicator.
type Result struct {
	Item
	Method  framework.Method
	Score   number.Number // at the framework's rounding, within 0 and the weight
	Exact   number.Number // before rounding
	Counted []Ballot      // the ballots that went into it
	Dropped []Ballot      // the highest and the lowest, of a trimmed mean
	Outlier []Ballot      // valid ballots far from the median
}

// Outcome is what a panel made of a case.
type Outcome struct {
	Results   []Result   // in the order of the file
	Agreement *Agreement // nil where it is not defined
}

// Combine makes one mark of the ballots for each indicator, as rules say; the
// indicators are those of the assessment, which also tells their weights, and
// yields what their rules can give, by id. The error is a message.Problems.
func (p *Panel) Combine(fw *framework.Framework, a *engine.Assessment, yields map[string]engine.Yields) (*Outcome, error) {
	c := combining{panel: p, rules: fw.Panel, framework: fw, yields: yields}
	for _, item := range p.Items {
		if in := indicator(a, item.Indicator); in != nil {
			c.item(item, in)
		} else {
			c.problem(item.Line, message.New("panel.unknown_indicator", "indicator", item.Indicator))
		}
	}
	if err := c.problems.Err(); err != nil {
		return nil, err
	}
	out := &Outcome{Results: c.results}
	if agreed, ok := agreement(c.table(a)); ok {
		out.Agreement = &agreed
	}
	return out, nil
}

func indicator(a *engine.Assessment, id string) *engine.Indicator {
	for i := range a.Indicators {
		if a.Indicators[i].ID == id {
			return &a.Indicators[i]
		}
	}
	return nil
}

type combining struct {
	panel     *Panel
	rules     framework.Panel
	framework *framework.Framework
	yields    map[string]engine.Yields
	results   []Result
	problems  message.Problems
}

func (c *combining) problem(line int, m message.Message) {
	c.problems.Add(message.Problem{File: c.panel.File, Line: line, Message: m})
}

// item makes one mark of the valid ballots.
func (c *combining) item(item Item, in *engine.Indicator) {
	weight, _ := number.Parse(in.Weight)
	before := len(c.problems)
	var valid []Ballot
	for _, b := range item.Ballots {
		switch {
		case b.Invalid != "":
		case b.Score.Sign() < 0 || b.Score.Cmp(weight) > 0:
			c.problem(b.Line, message.New("panel.range", "expert", c.name(b.Expert), "title", in.Title, "indicator", item.Indicator, "score", b.Score.String(), "weight", in.Weight))
		default:
			valid = append(valid, b)
		}
	}
	if len(c.problems) > before {
		return
	}
	if len(valid) == 0 {
		c.problem(item.Line, message.New("panel.no_ballot", "title", in.Title, "indicator", item.Indicator))
		return
	}
	r := Result{Item: item}
	r.Method, r.Exact, r.Counted, r.Dropped = c.one(valid)
	r.Score = r.Exact.Round(c.framework.Digits, c.framework.Mode)
	r.Outlier = c.outliers(valid, weight)
	c.departure(r, in, weight)
	c.results = append(c.results, r)
}

func (c *combining) name(expert string) string { return c.panel.Experts[c.panel.place(expert)].Name }

// one is the mark that the framework's method makes of ballots; of few, a trimmed
// mean is a mean.
func (c *combining) one(valid []Ballot) (method framework.Method, score number.Number, counted, dropped []Ballot) {
	switch {
	case c.rules.Method == framework.Median:
		return framework.Median, median(scores(valid)), valid, nil
	case c.rules.Method == framework.TrimmedMean && len(valid) > c.rules.TrimAbove:
		counted, dropped = trimmed(valid)
		return framework.TrimmedMean, mean(scores(counted)), counted, dropped
	}
	return framework.Mean, mean(scores(valid)), valid, nil
}

func scores(ballots []Ballot) []number.Number {
	var all []number.Number
	for _, b := range ballots {
		all = append(all, b.Score)
	}
	return all
}

// trimmed leaves out one of the lowest and one of the highest ballots.
func trimmed(valid []Ballot) (kept, dropped []Ballot) {
	low, high := 0, 0
	for i, b := range valid {
		if b.Score.Cmp(valid[low].Score) < 0 {
			low = i
		}
		if b.Score.Cmp(valid[high].Score) >= 0 {
			high = i
		}
	}
	for i, b := range valid {
		if i == low || i == high {
			dropped = append(dropped, b)
		} else {
			kept = append(kept, b)
		}
	}
	return kept, dropped
}

// outliers are the ballots that lie farther from the median than the framework's
// share of the weight.
func (c *combining) outliers(valid []Ballot, weight number.Number) []Ballot {
	middle, far := median(scores(valid)), weight.Mul(c.rules.Outlier)
	var all []Ballot
	for _, b := range valid {
		if b.Score.Sub(middle).Abs().Cmp(far) > 0 {
			all = append(all, b)
		}
	}
	return all
}

// departure asks for a written reason where a mark is none that the rule can
// give, or departs from the rule score by more than the framework's share of the
// weight.
func (c *combining) departure(r Result, in *engine.Indicator, weight number.Number) {
	switch {
	case r.Reason != "":
	case in.RuleScore != nil && c.apart(r.Score, *in.RuleScore, weight):
		c.problem(r.Line, message.New("panel.departs", "title", in.Title, "indicator", r.Indicator, "score", r.Score.Fixed(c.framework.Digits),
			"rule", *in.RuleScore, "percent", c.rules.Departure.Mul(number.Int(100)).String()))
	case !c.yields[r.Indicator].Has(r.Score):
		c.problem(r.Line, message.New("panel.outside", "title", in.Title, "indicator", r.Indicator, "score", r.Score.Fixed(c.framework.Digits),
			"yields", engine.Listed(c.yields[r.Indicator].Published(c.framework.Digits))))
	}
}

func (c *combining) apart(score number.Number, ruleScore string, weight number.Number) bool {
	rule, _ := number.Parse(ruleScore)
	return score.Sub(rule).Abs().Cmp(weight.Mul(c.rules.Departure)) > 0
}

// Indicators are those of an assessment that the panel has before it.
func (p *Panel) Indicators(a *engine.Assessment) (all []engine.Indicator) {
	for _, item := range p.Items {
		if in := indicator(a, item.Indicator); in != nil {
			all = append(all, *in)
		}
	}
	return all
}

// table is the marks, as shares of the weights, of the experts for the indicators
// that all of them marked: what is worth more is not therefore liked more.
func (c *combining) table(a *engine.Assessment) [][]number.Number {
	rows := make([][]number.Number, len(c.panel.Experts))
	for _, r := range c.results {
		weight, _ := number.Parse(indicator(a, r.Indicator).Weight)
		var column []number.Number
		for _, b := range r.Ballots {
			share, err := b.Score.Div(weight)
			if b.Invalid == "" && err == nil {
				column = append(column, share)
			}
		}
		if len(column) != len(rows) {
			continue
		}
		for i := range rows {
			rows[i] = append(rows[i], column[i])
		}
	}
	if len(rows) == 0 || rows[0] == nil {
		return nil
	}
	return rows
}

// Marks are the panel's marks as the review of a case.
func (o *Outcome) Marks(p *Panel, say func(message.Message) string) []engine.Mark {
	var all []engine.Mark
	for _, r := range o.Results {
		all = append(all, engine.Mark{Indicator: r.Indicator, Score: r.Score, File: p.File, Line: r.Line, ScoreLine: r.Line,
			Panel: p.published(r), Reason: r.reason(), By: say(message.New("panel.by", "count", len(r.Counted)+len(r.Dropped)))})
	}
	return all
}

// reason is the written reason, else the experts' opinions.
func (r Result) reason() string {
	if r.Reason != "" {
		return r.Reason
	}
	var opinions []string
	for _, b := range r.Ballots {
		if b.Opinion != "" && b.Invalid == "" && !slices.Contains(opinions, b.Opinion) {
			opinions = append(opinions, b.Opinion)
		}
	}
	return strings.Join(opinions, "；")
}

// published is how a mark came about, in the form of the assessment.
func (p *Panel) published(r Result) *engine.PanelMark {
	out := &engine.PanelMark{Method: string(r.Method), Exact: r.Exact.String(), Ballots: []engine.Ballot{}}
	for _, b := range r.Ballots {
		told := engine.Ballot{Expert: p.Experts[p.place(b.Expert)].Name, Opinion: b.Opinion, Invalid: b.Invalid,
			Counted: has(r.Counted, b), Outlier: has(r.Outlier, b)}
		if b.Scored {
			score := b.Score.String()
			told.Score = &score
		}
		out.Ballots = append(out.Ballots, told)
	}
	return out
}

func has(ballots []Ballot, b Ballot) bool {
	return slices.ContainsFunc(ballots, func(other Ballot) bool { return other.Expert == b.Expert })
}

// Published is the agreement in the form of the assessment, nil where there is
// none.
func (a *Agreement) Published() *engine.Agreement {
	if a == nil {
		return nil
	}
	return &engine.Agreement{Experts: a.Experts, Indicators: a.Indicators, KendallW: a.W.Fixed(4)}
}
