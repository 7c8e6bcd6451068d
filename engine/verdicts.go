package engine

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"rubric/engine/facts"
	"rubric/engine/framework"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// maxWorlds is how many combinations of marks are tried for what open indicators
// can still become.
const maxWorlds = 4096

// judged is what the policy of aggregation says of one world.
type judged struct {
	doc     *facts.Document
	groups  map[string]policy.Verdict
	total   *policy.Verdict
	caps    []policy.Verdict
	failure *policy.Failure
}

// judge asks the policy. The error is ctx's.
func (r *Rules) judge(ctx context.Context, standings map[string][]standing) (judged, error) {
	doc, err := r.outcomes(standings)
	if err != nil {
		return judged{failure: crash(r.aggregator.file, err)}, nil
	}
	return r.judgeOn(ctx, doc)
}

// judgeOn asks the policy about outcomes in a document.
func (r *Rules) judgeOn(ctx context.Context, doc *facts.Document) (judged, error) {
	finding, err := r.aggregator.policy.Evaluate(ctx, doc)
	if err != nil {
		return judged{}, err
	}
	j := judged{doc: doc, groups: map[string]policy.Verdict{}, failure: finding.Failure}
	open := len(doc.Missing()) > 0
	for _, v := range finding.Verdicts {
		if j.failure == nil {
			j.failure = r.unacceptable(v)
		}
		switch {
		case open && v.Unproven:
		case v.Of == policy.OfGroup:
			j.groups[v.Name] = v
		case v.Of == policy.OfTotal:
			j.total = &v
		default:
			j.caps = append(j.caps, v)
		}
	}
	if j.failure == nil && !open {
		j.failure = r.silent(j)
	}
	return j, nil
}

// unacceptable is why a verdict cannot stand, nil if it can.
func (r *Rules) unacceptable(v policy.Verdict) *policy.Failure {
	fail := func(m message.Message) *policy.Failure {
		return &policy.Failure{File: r.aggregator.file, Line: v.Line, Message: m}
	}
	known := func(g framework.Grade) bool { return g.Name == v.Grade }
	switch {
	case v.Of == policy.OfGroup && !r.aggregator.names[v.Name]:
		return fail(message.New("engine.verdict_group", "group", v.Name))
	case v.Score != nil && (v.Score.Sign() < 0 || v.Of != policy.OfGroup && v.Score.Cmp(percent) > 0):
		return fail(message.New("engine.verdict_score", "score", v.Score.String()))
	case v.Grade != "" && v.Of == policy.OfGroup:
		return fail(message.New("engine.verdict_group_grade", "group", v.Name))
	case v.Grade != "" && !slices.ContainsFunc(r.Framework.Grades, known):
		return fail(message.New("engine.verdict_grade", "grade", v.Grade))
	}
	return nil
}

// silent is the failure that the policy speaks of groups but leaves one out that
// has something in it that applies.
func (r *Rules) silent(j judged) (failure *policy.Failure) {
	eachGroup(r.Framework.Groups, func(g framework.Group) {
		applies := slices.ContainsFunc(outcomesIn(j.doc, g.ID), func(n *facts.Node) bool { return n.Text != string(NotApplicable) })
		if _, said := j.groups[g.ID]; !said && applies && len(j.groups) > 0 && failure == nil {
			failure = &policy.Failure{File: r.aggregator.file, Line: 1, Message: message.New("engine.no_verdict", "group", g.Title, "id", g.ID)}
		}
	})
	return failure
}

// outcomesIn are the outcomes of the indicators in a group.
func outcomesIn(doc *facts.Document, group string) (all []*facts.Node) {
	for _, in := range doc.Root.Member("groups").Member(group).Member("indicators").Members() {
		if in.Kind != facts.List {
			all = append(all, in.Member("outcome"))
			continue
		}
		for _, element := range in.Elements() {
			all = append(all, element.Member("outcome"))
		}
	}
	return all
}

// verdicts works out groups and total by the framework's own policy. The error is
// ctx's.
func (r *Rules) verdicts(ctx context.Context, results results) ([]Group, Total, error) {
	rule, err := r.judge(ctx, r.standings(results, byRules))
	if err != nil {
		return nil, Total{}, err
	}
	last := rule
	if results.reviewed() {
		if last, err = r.judge(ctx, r.standings(results, final)); err != nil {
			return nil, Total{}, err
		}
	}
	still, err := r.worlds(ctx, results, last)
	if err != nil {
		return nil, Total{}, err
	}
	c := &council{Rules: r, results: results, rule: rule, final: last, still: still}
	return c.tree(r.Framework.Groups), c.total(), nil
}

func (all results) reviewed() bool {
	return slices.ContainsFunc(all, func(res result) bool { return res.mark != nil })
}

// possible is what groups and total can still become.
type possible struct {
	groups map[string]*bounds
	total  *bounds
}

// bounds are the extremes of a verdict. Where they are not known, anything is
// possible.
type bounds struct {
	unknown     bool
	silent      bool // there may be no verdict
	seen        bool
	best, worst int // marks
	least, most number.Number
	grades      []string
}

// worlds tries every mark that open indicators can still have, where there are
// not too many; points are too many. Nothing is assumed of the policy, which may
// well give a better total for a worse indicator.
func (r *Rules) worlds(ctx context.Context, results results, last judged) (*possible, error) {
	p := &possible{groups: map[string]*bounds{}, total: &bounds{}}
	for id := range r.aggregator.names {
		p.groups[id] = &bounds{}
	}
	worlds, ok := r.combinations(results)
	if !ok {
		for _, b := range p.groups {
			b.unknown = true
		}
		p.total.unknown = true
		return p, nil
	}
	if len(worlds) == 1 {
		p.take(r, last)
		return p, nil
	}
	for _, w := range worlds {
		j, err := r.judge(ctx, w)
		if err != nil {
			return nil, err
		}
		p.take(r, j)
	}
	return p, nil
}

// take widens the bounds to a world.
func (p *possible) take(r *Rules, j judged) {
	for id, b := range p.groups {
		v, said := j.groups[id]
		b.take(r, v, said, j)
	}
	if j.total == nil {
		p.total.take(r, policy.Verdict{}, false, j)
		return
	}
	p.total.take(r, r.capped(j), true, j)
}

func (b *bounds) take(r *Rules, v policy.Verdict, said bool, j judged) {
	if !said {
		b.silent, b.unknown = true, b.unknown || j.failure != nil
		return
	}
	rank := slices.Index(r.Framework.Scale, v.Mark)
	score := number.Number{}
	if v.Score != nil {
		score = *v.Score
	}
	if !b.seen {
		b.seen, b.best, b.worst, b.least, b.most = true, rank, rank, score, score
	}
	b.best, b.worst = min(b.best, rank), max(b.worst, rank)
	if score.Cmp(b.least) < 0 {
		b.least = score
	}
	if score.Cmp(b.most) > 0 {
		b.most = score
	}
	if grade := r.gradeBy(v); !slices.Contains(b.grades, grade) {
		b.grades = append(b.grades, grade)
	}
}

// combinations are the worlds that are still possible, one where nothing is open;
// false when they are too many to try.
func (r *Rules) combinations(results results) ([]map[string][]standing, bool) {
	base := r.standings(results, final)
	worlds := []map[string][]standing{base}
	for _, l := range r.leaves {
		for i, s := range base[l.leaf] {
			if !s.open {
				continue
			}
			if s.res.marks == nil {
				return nil, false
			}
			var more []map[string][]standing
			for _, choice := range s.choices() {
				for _, w := range worlds {
					more = append(more, with(w, l.leaf, i, choice))
				}
			}
			if worlds = more; len(worlds) > maxWorlds {
				return nil, false
			}
		}
	}
	return worlds, true
}

// choices are what an open indicator can become.
func (s standing) choices() (all []standing) {
	for rank := s.res.marks.best; rank <= s.res.marks.worst; rank++ {
		all = append(all, standing{res: s.res, rank: rank})
	}
	if s.res.leaf.policy.Exempts {
		all = append(all, standing{res: s.res, gone: true})
	}
	return all
}

func with(world map[string][]standing, leaf string, i int, s standing) map[string][]standing {
	out := make(map[string][]standing, len(world))
	for id, list := range world {
		out[id] = list
	}
	out[leaf] = slices.Clone(world[leaf])
	out[leaf][i] = s
	return out
}

// capped is the verdict on the total with the caps on it.
func (r *Rules) capped(j judged) policy.Verdict {
	v := *j.total
	for _, c := range j.caps {
		if c.Score != nil && v.Score != nil && v.Score.Cmp(*c.Score) > 0 {
			v.Score = c.Score
		}
		if at := slices.Index(r.Framework.Scale, c.Mark); v.Mark != "" && at > slices.Index(r.Framework.Scale, v.Mark) {
			v.Mark = c.Mark
		}
	}
	v.Grade = r.gradeBy(v)
	for _, c := range j.caps {
		if c.Grade != "" && v.Grade != "" {
			v.Grade = r.Framework.WorseGrade(v.Grade, c.Grade)
		}
	}
	return v
}

// gradeBy is the grade that a verdict gives, or that its score has; "" for none.
func (r *Rules) gradeBy(v policy.Verdict) string {
	switch {
	case v.Grade != "":
		return v.Grade
	case v.Score != nil:
		return r.Framework.GradeOf(*v.Score)
	}
	return ""
}

// cited are the ids of the indicators that a verdict depended on, in the
// framework's order.
func (r *Rules) cited(results results, causes []policy.Cause) []string {
	all := []string{}
	eachGroup(r.Framework.Groups, func(g framework.Group) {
		for _, in := range g.Indicators {
			for i, res := range results.of(in.ID) {
				at := "/groups/" + g.ID + "/indicators/" + in.ID
				if in.Each != nil {
					at += "/" + strconv.Itoa(i)
				}
				if slices.ContainsFunc(causes, func(c policy.Cause) bool { return overlap(c.Pointer(), at) }) {
					all = append(all, res.leaf.ID)
				}
			}
		}
	})
	return all
}

// overlap tells whether one address is the other or above it.
func overlap(a, b string) bool {
	return strings.HasPrefix(a+"/", b+"/") || strings.HasPrefix(b+"/", a+"/")
}
