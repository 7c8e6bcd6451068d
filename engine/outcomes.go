package engine

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"rubric/engine/facts"
	"rubric/engine/framework"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// A framework's own policy of aggregation sees the outcomes of the indicators as
// its facts, and they have a schema as any others:
//
//	{"scale": ["A", "B"],
//	 "groups": {"<group>": {"weight": 20, "indicators": {
//	   "<indicator>": {"title": "…", "weight": 5, "outcome": "deducted", "score": 3.5},
//	   "<leaf with each>": [{"id": "…", "title": "…", …}]}}}}
//
// In place of score, a framework with a scale has mark and rank (0 for the best).
// They are null where the indicator does not apply; where it is open, they and
// outcome are missing, as a fact is.

// aggregator is a framework's own policy of aggregation, compiled.
type aggregator struct {
	policy *policy.Policy
	file   string
	schema *facts.Schema
	names  map[string]bool // the ids of all groups
}

// compileAggregator compiles the policy in the language it is written in. The
// error is a message.Problems or ctx's.
func compileAggregator(ctx context.Context, fw *framework.Framework, languages []policy.Language) (*aggregator, error) {
	if fw.Aggregation != framework.ByPolicy || fw.Aggregator.File == "" {
		return nil, nil
	}
	schema, err := OutcomesSchema(fw)
	if err != nil {
		return nil, err
	}
	out := &aggregator{file: fw.Aggregator.File, schema: schema, names: map[string]bool{}}
	out.name(fw.Groups)
	for _, l := range languages {
		if !strings.HasSuffix(out.file, l.Extension()) {
			continue
		}
		all, err := l.Compile(ctx, out.unit(fw))
		if err != nil {
			return nil, err
		}
		out.policy = all[0]
	}
	return out, nil
}

// unit is the policy alone, with the outcomes for facts.
func (a *aggregator) unit(fw *framework.Framework) policy.Unit {
	return policy.Unit{Schema: a.schema, Policies: []policy.Source{fw.Aggregator}, Data: fw.Data, Scale: fw.Scale, Aggregates: true}
}

func (a *aggregator) name(groups []framework.Group) {
	for _, g := range groups {
		a.names[g.ID] = true
		a.name(g.Groups)
	}
}

// object is JSON being written: members in order.
type object struct{ members []string }

func (o *object) add(name, json string) { o.members = append(o.members, quoted(name)+":"+json) }

func (o *object) json() string { return "{" + strings.Join(o.members, ",") + "}" }

func quoted(text string) string {
	out, _ := json.Marshal(text) // a text always has a JSON form
	return string(out)
}

func schemaOf(properties object) string {
	return `{"type":"object","additionalProperties":false,"properties":` + properties.json() + `}`
}

// OutcomesSchema is the schema of what a framework's policy of aggregation sees.
func OutcomesSchema(fw *framework.Framework) (*facts.Schema, error) {
	return facts.ParseSchema(fw.Aggregator.File, outcomesSchema(fw))
}

func outcomesSchema(fw *framework.Framework) []byte {
	var groups, root object
	eachGroup(fw.Groups, func(g framework.Group) {
		var indicators, group object
		for _, in := range g.Indicators {
			indicators.add(in.ID, outcomeSchema(fw, in))
		}
		group.add("weight", `{"type":"number"}`)
		group.add("indicators", schemaOf(indicators))
		groups.add(g.ID, schemaOf(group))
	})
	root.add("scale", `{"type":"array","items":{"type":"string"}}`)
	root.add("groups", schemaOf(groups))
	text := strings.TrimPrefix(schemaOf(root), "{")
	return []byte(`{"$schema":"https://json-schema.org/draft/2020-12/schema",` + text)
}

// eachGroup visits the groups that hold indicators, in the tree's order.
func eachGroup(groups []framework.Group, visit func(framework.Group)) {
	for _, g := range groups {
		if len(g.Indicators) > 0 {
			visit(g)
		}
		eachGroup(g.Groups, visit)
	}
}

func outcomeSchema(fw *framework.Framework, in framework.Indicator) string {
	var o object
	if in.Each != nil {
		o.add("id", `{"type":"string"}`)
	}
	o.add("title", `{"type":"string"}`)
	o.add("weight", `{"type":"number"}`)
	o.add("outcome", `{"type":"string","enum":["full","deducted","not_applicable"]}`)
	if len(fw.Scale) > 0 {
		o.add("mark", `{"type":["string","null"]}`)
		o.add("rank", `{"type":["integer","null"]}`)
	} else {
		o.add("score", `{"type":["number","null"]}`)
	}
	if in.Each != nil {
		return `{"type":"array","x-key":"id","items":` + schemaOf(o) + `}`
	}
	return schemaOf(o)
}

// standing is what an indicator comes to in one possible world.
type standing struct {
	res   *result
	open  bool
	gone  bool          // does not apply
	score number.Number // where there is no scale
	rank  int           // where there is one
}

// outcomes are the standings as the policy sees them.
func (r *Rules) outcomes(standings map[string][]standing) (*facts.Document, error) {
	var groups, root object
	eachGroup(r.Framework.Groups, func(g framework.Group) {
		var indicators, group object
		for _, in := range g.Indicators {
			var all []string
			for _, s := range standings[in.ID] {
				all = append(all, r.outcome(s))
			}
			if in.Each != nil {
				indicators.add(in.ID, "["+strings.Join(all, ",")+"]")
			} else {
				indicators.add(in.ID, all[0])
			}
		}
		group.add("weight", g.Weight.String())
		group.add("indicators", indicators.json())
		groups.add(g.ID, group.json())
	})
	var scale []string
	for _, mark := range r.Framework.Scale {
		scale = append(scale, quoted(mark))
	}
	root.add("scale", "["+strings.Join(scale, ",")+"]")
	root.add("groups", groups.json())
	doc, err := facts.Parse(r.aggregator.file, []byte(root.json()))
	if err == nil {
		err = doc.Bind(r.aggregator.schema)
	}
	return doc, err
}

func (r *Rules) outcome(s standing) string {
	var o object
	if s.res.leaf.element != nil {
		_, id, _ := strings.Cut(s.res.leaf.ID, elementMark)
		o.add("id", quoted(id))
	}
	o.add("title", quoted(s.res.leaf.Title()))
	o.add("weight", s.res.leaf.Weight.String())
	if s.open {
		return o.json()
	}
	o.add("outcome", quoted(string(s.outcome())))
	switch {
	case len(r.Framework.Scale) == 0 && s.gone:
		o.add("score", "null")
	case len(r.Framework.Scale) == 0:
		o.add("score", s.score.String())
	case s.gone:
		o.add("mark", "null")
		o.add("rank", "null")
	default:
		o.add("mark", quoted(r.Framework.Scale[s.rank]))
		o.add("rank", strconv.Itoa(s.rank))
	}
	return o.json()
}

func (s standing) outcome() Outcome {
	switch {
	case s.gone:
		return NotApplicable
	case s.res.marks != nil && s.rank == 0, s.res.marks == nil && s.score.Cmp(s.res.leaf.Weight) >= 0:
		return Full
	}
	return Deducted
}

// standings are the indicators with the rules' outcomes, or the reviews' where
// there are any.
func (r *Rules) standings(results results, v view) map[string][]standing {
	all := map[string][]standing{}
	for i := range results {
		leaf := results[i].leaf.leaf
		all[leaf] = append(all[leaf], results[i].standing(v))
	}
	return all
}

func (res *result) standing(v view) standing {
	reviewed := v == final && res.mark != nil
	s := standing{res: res, gone: res.outcome == NotApplicable && !reviewed}
	if res.marks != nil {
		s.rank = res.marks.rule
		if v == final {
			s.rank = res.marks.final
		}
		s.open = s.rank < 0 && !s.gone
		return s
	}
	score := res.ruleScore
	if v == final {
		score = res.score
	}
	if s.open = score == nil; !s.open {
		s.score = *score
	}
	return s
}

// crash is a failure that is not the policy's fault but the engine's.
func crash(file string, err error) *policy.Failure {
	return &policy.Failure{File: file, Line: 1, Message: message.New("engine.aggregation_crashed", "detail", err.Error())}
}
