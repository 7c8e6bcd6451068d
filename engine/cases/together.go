package cases

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
)

// The cases of a policy of aggregation (aggregation.cases.yaml) stand beside it.
// Their base has what each indicator comes to, by its id; they expect marks or
// scores of groups, a total and a grade:
//
//	base: {plan: A, budget: B}
//	cases:
//	  - name: 最弱的是B
//	    expect: {marks: {management: B}, total: B}

// expectTogether reads what a policy of aggregation must say.
func (r *reader) expectTogether(n *yaml.Node) Expect {
	m := r.Fields(n, "outcome", "marks", "scores", "total", "grade", "reason")
	e := Expect{Line: lineOf(n), Outcome: m.Text("outcome"), Reason: m.Text("reason"), Items: []string{}, Together: &Together{}}
	if e.Outcome == "" {
		e.Outcome = string(engine.Determined)
	}
	t := e.Together
	t.Marks, t.Scores = r.groups(m.Get("marks"), false), r.groups(m.Get("scores"), true)
	t.Total, t.Grade = r.said(m.Get("total"), false), r.said(m.Get("grade"), false)
	if n != nil && len(t.Marks)+len(t.Scores) == 0 && t.Total == nil && t.Grade == nil && m.Text("outcome") == "" {
		r.Report(n, message.New("cases.together_empty"))
	}
	return e
}

func (r *reader) groups(n *yaml.Node, numbers bool) (all []GroupSaid) {
	for _, p := range r.Pairs(n) {
		all = append(all, GroupSaid{r.Text(p.Key), *r.said(p.Value, numbers)})
	}
	return all
}

// said is what must be said, "" where it is null; nil where the case does not
// speak of it.
func (r *reader) said(n *yaml.Node, isNumber bool) *string {
	if n == nil {
		return nil
	}
	text := ""
	if n.ShortTag() != "!!null" {
		text = r.Text(n)
	}
	if _, err := number.ParseFraction(text); isNumber && text != "" && err != nil {
		r.Report(n, message.New("cases.together_score", "score", text))
	}
	return &text
}

// compare lists where what was said is not what was expected.
func (t *Together) compare(got *engine.Together) (differs []Difference) {
	expect := func(field, group, want string, have *string) {
		if same(want, have) {
			return
		}
		d := Difference{Field: field, Group: group}
		if want != "" {
			d.Want = []string{want}
		}
		if have != nil {
			d.Have = []string{*have}
		}
		differs = append(differs, d)
	}
	for _, g := range t.Marks {
		expect("mark", g.Group, g.Want, groupSaid(got, g.Group).Mark)
	}
	for _, g := range t.Scores {
		expect("score", g.Group, g.Want, groupSaid(got, g.Group).Score)
	}
	total := engine.Said{}
	if got.Total != nil {
		total = *got.Total
	}
	if t.Total != nil {
		have := total.Score
		if have == nil {
			have = total.Mark
		}
		expect("total", "", *t.Total, have)
	}
	if t.Grade != nil {
		expect("grade", "", *t.Grade, total.Grade)
	}
	return differs
}

// same compares texts, and numbers whatever their digits.
func same(want string, have *string) bool {
	if have == nil || want == "" {
		return have == nil && want == ""
	}
	a, errA := number.ParseFraction(want)
	b, errB := number.ParseFraction(*have)
	return want == *have || errA == nil && errB == nil && a.Equal(b)
}

func groupSaid(got *engine.Together, id string) engine.Said {
	at := slices.IndexFunc(got.Groups, func(s engine.Said) bool { return s.Group == id })
	if at < 0 {
		return engine.Said{}
	}
	return got.Groups[at]
}

// together is Ready for a policy of aggregation.
func (s *Suite) together(rules *engine.Rules) *Ready {
	r := &Ready{Suite: s}
	for _, c := range s.Cases {
		doc, wrong := c.outcomes(s.File, rules)
		r.facts, r.trouble = append(r.facts, doc), append(r.trouble, wrong)
	}
	return r
}

// outcomes builds what the policy of aggregation sees in a case.
func (c Case) outcomes(file string, rules *engine.Rules) (*facts.Document, *message.Message) {
	if c.base == nil {
		return nil, trouble("cases.together_base", "base", c.baseID)
	}
	text, wrong := c.facts(c.base)
	if wrong != nil {
		return nil, wrong
	}
	given, err := facts.Parse(file, []byte(text))
	if err == nil {
		given, err = rules.Outcomes(given)
	}
	if err != nil {
		return nil, trouble("cases.together_facts", "why", reasonOf(err))
	}
	return given, nil
}
