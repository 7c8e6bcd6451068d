package reconcile

import (
	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// surveyCheck is how findings name the check that an x-survey is; the place of
// the survey follows.
const surveyCheck = "x-survey "

// sample warns of a survey with fewer valid forms than what it finds would need
// to hold for all people.
func (r *running) sample(n *facts.Node, s *facts.Survey) {
	valid := named(n, s.Valid)
	if valid == nil {
		return
	}
	var population *facts.Node
	if s.Population != "" {
		population = named(n, s.Population)
	}
	needed := SampleSize(s.Confidence, s.Margin, countOf(population))
	if valid.Number().Cmp(needed) >= 0 {
		return
	}
	causes, _ := policy.Settle(reads(equation{is: valid, of: present(population)}))
	r.found(engine.Reconciliation{
		Check: surveyCheck + n.Schema.Path(), Item: valid.Pointer(), Severity: string(policy.Warning),
		Message: r.say("reconcile.sample", "table", engine.LabelOf(n), "valid", r.figure(n, valid), "needed", needed.String(),
			"confidence", s.Confidence, "margin", s.Margin.String(), "population", r.population(n, population)),
		Rule: engine.Place{File: schemaFile, Line: s.Line},
	}, mark{causes: causes})
}

// population says how many people the survey is about.
func (r *running) population(n, population *facts.Node) message.Message {
	if population == nil {
		return message.New("reconcile.population_unknown")
	}
	return message.New("reconcile.population", "population", r.figure(n, population))
}

func countOf(n *facts.Node) *number.Number {
	if n == nil {
		return nil
	}
	count := n.Number()
	return &count
}

func present(n *facts.Node) []*facts.Node {
	if n == nil {
		return nil
	}
	return []*facts.Node{n}
}

// SampleSize is how many answers a simple random sample needs for a proportion
// that may be anything, so that it is within margin percentage points of that of
// all people with that confidence in percent (Cochran, Sampling Techniques, 3rd
// edition 1977, section 4.4):
//
//	n₀ = z²·p·(1−p)/e² with p = 1/2; n = n₀/(1 + (n₀−1)/N), rounded up
//
// z is 1.645, 1.96 or 2.576, exactly these decimals, for 90, 95 or 99 percent. A
// population that is not known (nil) is taken as without end: n = n₀. The answer
// is exact for that z.
func SampleSize(confidence int, margin number.Number, population *number.Number) number.Number {
	z := map[int]number.Number{90: number.Decimal(1645, 3), 95: number.Decimal(196, 2), 99: number.Decimal(2576, 3)}[confidence]
	e := margin.Mul(number.Ratio(1, 100))
	n, err := z.Mul(z).Mul(number.Ratio(1, 4)).Div(e.Mul(e))
	if err != nil { // the schema wants a margin
		return number.Number{}
	}
	if population == nil {
		return n.Ceil()
	}
	if population.Sign() <= 0 {
		return number.Number{}
	}
	// n₀/(1 + (n₀−1)/N) = n₀·N/(N + n₀ − 1), which is above 0 for N of 1 and more
	corrected, err := n.Mul(*population).Div(population.Add(n).Sub(number.Int(1)))
	if err != nil {
		return number.Number{}
	}
	return corrected.Ceil()
}
