package reconcile

import (
	"strconv"
	"strings"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/number"
	"rubric/engine/policy"
	"rubric/engine/years"
)

// yearCheck is how findings name the comparison of a case with its predecessors;
// the place that tells of the earlier year follows.
const yearCheck = "x-year "

// years adds what cases state of an earlier year otherwise than the case of that
// year. Only what this case states can touch its indicators.
func (r *running) years(chain []years.Case) {
	if len(chain) < 2 {
		return
	}
	for _, f := range years.Compare(chain, nil).Findings {
		r.otherwise(f)
	}
}

func (r *running) otherwise(f years.Finding) {
	later, own := f.Later.Node, f.Own.Node
	severity, text := policy.Error, r.say("reconcile.year", "label", engine.LabelOf(later), "year", strconv.Itoa(f.Year),
		"later", f.Later.Case, "later_value", digits(later), "own", f.Own.Case, "own_value", digits(own))
	if sameRounded(later, own) {
		severity, text = policy.Info, text+r.say("reconcile.rounding")
	}
	m := mark{figures: []number.Number{later.Number(), own.Number()}}
	if f.Later.Case == r.c.ID {
		m.causes, _ = policy.Settle([]policy.Cause{{Node: later, Role: policy.Value}})
	}
	r.found(engine.Reconciliation{
		Check: yearCheck + later.Schema.Path(), Item: f.Later.Case + later.Pointer(), Severity: string(severity), Message: text,
		Rule: engine.Place{File: schemaFile, Line: yearLine(later.Schema)},
	}, m)
	last := &r.result.Findings[len(r.result.Findings)-1]
	last.Facts = engine.Cite(r.stated(f.Later), r.stated(f.Own))
}

// stated is a figure as a case has it; of another case, with its name.
func (r *running) stated(s years.Stated) engine.Fact {
	if s.Case != r.c.ID {
		s.Fact.Case = s.Case
	}
	return s.Fact
}

// sameRounded tells figures that are the same with the decimals of the one that
// has fewer.
func sameRounded(a, b *facts.Node) bool {
	fewer := min(decimals(a.Text), decimals(b.Text))
	return a.Number().Round(fewer, number.RoundHalfUp).Equal(b.Number().Round(fewer, number.RoundHalfUp))
}

// decimals is how many a number has that is written plainly; any other is taken
// as if nothing of it had been rounded.
func decimals(text string) int {
	if strings.ContainsAny(text, "eE") {
		return number.MaxExponent
	}
	_, fraction, _ := strings.Cut(text, ".")
	return len(fraction)
}

// yearLine is where the schema declares of which year a figure is; 0 where that
// follows from its case alone.
func yearLine(s *facts.Schema) int {
	for ; s != nil; s = s.Parent {
		if s.Year != nil {
			return s.Year.Line
		}
	}
	return 0
}
