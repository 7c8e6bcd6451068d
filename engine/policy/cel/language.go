package cel

import (
	"context"
	_ "embed"
	"slices"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/policy"
	"rubric/engine/policy/probe"
)

//go:embed policy.schema.json
var policySchema []byte

// PolicySchema is the published JSON Schema (2020-12) of .cel.yaml files, for
// editors. What it cannot say (that an expression is in order) Compile checks.
func PolicySchema() []byte { return slices.Clone(policySchema) }

// Language is CEL in YAML. The zero value is ready.
type Language struct {
	Limits policy.Limits // of each evaluation
	Cache  policy.Cache  // keeps checked expressions for later runs; nil for none

	probes *probe.Recorder // watches the one policy that is compiled; see Probed
}

// Extension implements policy.Language.
func (Language) Extension() string { return ".cel.yaml" }

// Compile implements policy.Language. CEL policies have no helper files;
// unit.Helpers is not looked at.
func (l Language) Compile(ctx context.Context, unit policy.Unit) ([]*policy.Policy, error) {
	if len(unit.Policies) == 0 {
		return nil, nil
	}
	if policies := l.load(unit); policies != nil {
		return policies, nil
	}
	c, err := newCompiler(unit.Schema)
	if err != nil {
		return nil, err
	}
	var policies []*policy.Policy
	var problems message.Problems
	for _, source := range unit.Policies {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p, found := c.compile(unit, source, l)
		policies = append(policies, p)
		problems = append(problems, found...)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	if l.keeps(unit) {
		l.save(unit, policies)
	}
	return policies, nil
}

// compile makes one policy. It never panics: should cel-go do so, that is a
// problem of the file.
func (c *compiler) compile(unit policy.Unit, source policy.Source, l Language) (p *policy.Policy, problems message.Problems) {
	defer func() {
		if cause := recover(); cause != nil {
			p, problems = nil, message.Problems{{
				File: source.File, Line: 1, Column: 1, Message: message.New("cel.crashed", "detail", cause),
			}}
		}
	}()
	t := newText(unit, source)
	doc := t.read()
	if len(t.problems) > 0 {
		return nil, t.problems
	}
	b := &builder{compiler: c, text: t, indicator: source.Element,
		reads: map[*facts.Schema]bool{}, compiled: map[saying]meaning{}, keeps: l.keeps(unit)}
	if l.probes != nil {
		b.probes = &probing{recorder: l.probes, words: newSlipper(t, doc, c.schema, source), after: -1}
	}
	program := b.build(doc)
	program.limits = l.Limits.Effective()
	if len(t.problems) > 0 {
		return nil, t.problems
	}
	return &policy.Policy{Meta: doc.meta, Reads: b.sortedReads(), Exempts: program.notApplicable != nil, Program: program}, nil
}
