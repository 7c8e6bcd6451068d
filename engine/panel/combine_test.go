package panel

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"rubric/engine"
	"rubric/engine/framework"
	"rubric/engine/message"
	"rubric/engine/number"
)

func problemIDs(err error) string {
	var problems message.Problems
	if err != nil && !errors.As(err, &problems) {
		return err.Error()
	}
	var all []string
	for _, p := range problems {
		all = append(all, fmt.Sprintf("%d:%s", p.Line, p.Message.ID))
	}
	return strings.Join(all, " ")
}

// panelOf has an expert for each of the marks, which are for one indicator; "-"
// is an invalid ballot.
func panelOf(marks, reason string) string {
	experts, ballots := "experts:\n", ""
	for i, mark := range strings.Fields(marks) {
		experts += fmt.Sprintf("  - {id: e%d, name: E%d}\n", i, i)
		if mark == "-" {
			ballots += fmt.Sprintf("      e%d: {invalid: torn}\n", i)
		} else {
			ballots += fmt.Sprintf("      e%d: {score: %s}\n", i, mark)
		}
	}
	return experts + "marks:\n  x:\n    reason: " + reason + "\n    ballots:\n" + ballots
}

// An indicator of weight 3 with a rule score of 2; scores have two decimals, and
// half a point (a sixth of the weight) is far.
func TestCombine(t *testing.T) {
	for _, c := range []struct {
		method        framework.Method
		marks, reason string
		exact, score  string
		dropped, far  string
		problem       string
	}{
		{framework.Mean, "2 2 1", "r", "5/3", "1.67", "", "E2", ""},
		{framework.Mean, "2 - 1", "r", "3/2", "1.50", "", "", ""},
		{framework.Median, "2 3 1 2.5", "r", "9/4", "2.25", "", "E1 E2", ""},
		{framework.TrimmedMean, "2 3 1 2 2.5", "r", "21/10", "2.10", "", "E1 E2", ""},            // five: no more than five
		{framework.TrimmedMean, "2 3 1 2 2.5 0.5", "r", "15/8", "1.88", "E1 E5", "E1 E2 E5", ""}, // 2 1 2 2.5 are left: 7.5/4
		{framework.TrimmedMean, "2 2 2 2 2 2", "r", "2", "2.00", "E0 E5", "", ""},
		{framework.Mean, "2.6 2.6", "\"\"", "13/5", "2.60", "", "", ""}, // 0.6 is a fifth of 3: no more
		{framework.Mean, "2.61 2.61", "\"\"", "", "", "", "", "9:panel.departs"},
		{framework.Mean, "2.61 2.61", "r", "261/100", "2.61", "", "", ""},
		{framework.Mean, "3.01 2", "r", "", "", "", "", "8:panel.range"},
		{framework.Mean, "-1 2", "r", "", "", "", "", "8:panel.range"},
		{framework.Mean, "- -", "r", "", "", "", "", "5:panel.no_ballot"},
	} {
		p, err := Parse("panel.yaml", []byte(panelOf(c.marks, c.reason)))
		if err != nil {
			t.Fatal(err)
		}
		rule := "2.00"
		fw := &framework.Framework{Digits: 2, Mode: number.RoundHalfUp, Panel: framework.Panel{
			Method: c.method, TrimAbove: 5, Departure: number.Ratio(1, 5), Outlier: number.Ratio(1, 6)}}
		out, err := p.Combine(fw, &engine.Assessment{Indicators: []engine.Indicator{{ID: "x", Weight: "3", RuleScore: &rule}}}, nil)
		if got := problemIDs(err); !strings.HasSuffix(got, strings.TrimLeft(c.problem, "0123456789")) || (got == "") != (c.problem == "") {
			t.Errorf("%s of %s: problems %q, want %q", c.method, c.marks, got, c.problem)
		}
		if err != nil || c.problem != "" {
			continue
		}
		r := out.Results[0]
		if got := r.Exact.String() + " " + r.Score.Fixed(2); got != numbers(t, c.exact)[0].String()+" "+c.score {
			t.Errorf("%s of %s: %s, want %s %s", c.method, c.marks, got, c.exact, c.score)
		}
		if got := names(p, r.Dropped); got != c.dropped {
			t.Errorf("%s of %s: dropped %s, want %s", c.method, c.marks, got, c.dropped)
		}
		if got := names(p, r.Outlier); got != c.far {
			t.Errorf("%s of %s: far %s, want %s", c.method, c.marks, got, c.far)
		}
	}
}

func names(p *Panel, ballots []Ballot) string {
	var all []string
	for _, b := range ballots {
		all = append(all, p.Experts[p.place(b.Expert)].Name)
	}
	return strings.Join(all, " ")
}

// A rule of thirds of 3 points gives 0, 1, 2 or 3; the rule score is 2, and a
// fifth of 3 is 0.6.
func TestOutside(t *testing.T) {
	var thirds engine.Yields
	for n := range int64(4) {
		thirds = append(thirds, engine.Interval{Min: number.Int(n), Max: number.Int(n)})
	}
	rule := "2.00"
	fw := &framework.Framework{Digits: 2, Mode: number.RoundHalfUp, Panel: framework.Panel{Method: framework.Mean, TrimAbove: 5, Departure: number.Ratio(1, 5)}}
	for _, c := range []struct {
		marks, reason string
		yields        engine.Yields
		problem       string
	}{
		{"2 2", "\"\"", thirds, ""},
		{"2 1.9", "\"\"", thirds, "5:panel.outside"},
		{"2 1.9", "r", thirds, ""},
		{"2 1.9", "\"\"", nil, ""}, // nobody knows what the rule gives
		{"1 1", "\"\"", thirds, "5:panel.departs"},
		{"1.2 1.2", "\"\"", thirds, "5:panel.departs"}, // one reason does for both
	} {
		p, err := Parse("panel.yaml", []byte(panelOf(c.marks, c.reason)))
		if err != nil {
			t.Fatal(err)
		}
		_, err = p.Combine(fw, &engine.Assessment{Indicators: []engine.Indicator{{ID: "x", Weight: "3", RuleScore: &rule}}}, map[string]engine.Yields{"x": c.yields})
		if got := problemIDs(err); got != c.problem {
			t.Errorf("%s with reason %s: problems %q, want %q", c.marks, c.reason, got, c.problem)
		}
	}
}
