package cases

import (
	"context"
	"strings"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/message"
)

// Bases gives the bytes of the facts of a case folder, by its id.
type Bases func(id string) ([]byte, error)

// Result is what became of one case. It passed if there is neither trouble nor
// a difference.
type Result struct {
	Case    Case
	Got     engine.Indicator
	Trouble *message.Message // why the case could not be run
	Differs []Difference
}

// Passed tells whether the policy said what the case expects.
func (r Result) Passed() bool { return r.Trouble == nil && len(r.Differs) == 0 }

// Ready is a suite whose facts are built and bound to a schema, so that it can
// be run against one version of a policy after another. It is read-only.
type Ready struct {
	*Suite
	facts   []*facts.Document
	trouble []*message.Message
}

// Ready builds the facts of all cases. A case whose facts cannot be built is a
// result when it is run.
func (s *Suite) Ready(schema *facts.Schema, bases Bases) *Ready {
	r := &Ready{Suite: s}
	for _, c := range s.Cases {
		doc, wrong := c.document(s.File, schema, bases)
		r.facts, r.trouble = append(r.facts, doc), append(r.trouble, wrong)
	}
	return r
}

// Facts are the documents of the cases, in their order; nil for one that could
// not be built.
func (r *Ready) Facts() []*facts.Document { return r.facts }

// Troubles are the cases whose facts do not fit the schema, or whose changes
// cannot be made, each at its place. A base that is not at hand is none.
func (r *Ready) Troubles() (all message.Problems) {
	for i, m := range r.trouble {
		if m != nil && m.ID != "cases.no_base" {
			line, column := r.Cases[i].placeOf(*m)
			all.Add(message.Problem{File: r.File, Line: line, Column: column, Message: *m})
		}
	}
	return all
}

// placeOf is the change of a case that a message about its facts is about, else
// the case.
func (c Case) placeOf(m message.Message) (line, column int) {
	for _, arg := range m.Args {
		problems, _ := arg.Value.(message.Problems)
		for _, p := range c.patch {
			if len(problems) > 0 && under(problems[0].Pointer, p.pointer) || arg.Name == "pointer" && arg.Value == p.pointer {
				return p.line, p.column
			}
		}
	}
	return c.Line, c.Column
}

// under tells whether one address is another, or below it.
func under(pointer, above string) bool {
	return pointer == above || strings.HasPrefix(pointer, above+"/")
}

// Run evaluates every case. The error is ctx's; all else is a result.
func (r *Ready) Run(ctx context.Context, rules *engine.Rules) ([]Result, error) {
	var results []Result
	for i := range r.Cases {
		result, err := r.One(ctx, rules, i)
		if err != nil {
			return nil, err
		}
		results = append(results, result)
	}
	return results, nil
}

// One evaluates case i. The error is ctx's, or says that the rules have no such
// indicator.
func (r *Ready) One(ctx context.Context, rules *engine.Rules, i int) (Result, error) {
	c := r.Cases[i]
	if r.trouble[i] != nil {
		return Result{Case: c, Trouble: r.trouble[i]}, nil
	}
	got, err := rules.EvaluateIndicator(ctx, engine.Case{ID: c.Name, Facts: r.facts[i]}, r.Asks(i))
	if err != nil && c.Element != "" && ctx.Err() == nil {
		return Result{Case: c, Trouble: trouble("cases.bad_facts", "why", err.Error())}, nil
	}
	if err != nil {
		return Result{}, err
	}
	return Result{Case: c, Got: got, Differs: c.Expect.compare(got)}, nil
}

// Asks is the id of the indicator that case i asks for.
func (r *Ready) Asks(i int) string {
	if element := r.Cases[i].Element; element != "" {
		return r.Indicator + "." + element
	}
	return r.Indicator
}

// document builds and binds the facts of a case.
func (c Case) document(file string, schema *facts.Schema, bases Bases) (*facts.Document, *message.Message) {
	base := c.base
	if c.baseID != "" {
		data, err := bases(c.baseID)
		if err != nil {
			return nil, trouble("cases.no_base", "base", c.baseID, "why", message.System(err))
		}
		doc, err := facts.Parse(c.baseID, data)
		if err != nil {
			return nil, trouble("cases.no_base", "base", c.baseID, "why", reasonOf(err))
		}
		base = fromFacts(doc.Root)
	}
	text, wrong := c.facts(base)
	if wrong != nil {
		return nil, wrong
	}
	doc, err := facts.Parse(file, []byte(text))
	if err == nil {
		err = doc.BindExcerpt(schema)
	}
	if err != nil {
		return nil, trouble("cases.bad_facts", "why", reasonOf(err))
	}
	return doc, nil
}

// reasonOf is an error of the facts without the places: they are those of the
// document that was built, which nobody has seen.
func reasonOf(err error) any {
	problems, ok := err.(message.Problems)
	if !ok {
		return err
	}
	var bare message.Problems
	for _, p := range problems {
		bare.Add(message.Problem{Pointer: p.Pointer, Message: p.Message})
	}
	return bare
}

func trouble(id string, pairs ...any) *message.Message {
	m := message.New(id, pairs...)
	return &m
}
