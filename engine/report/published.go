package report

import (
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"rubric/engine"
	"rubric/engine/facts"
)

// published writes assessments in the published form, several times as fast as
// by reflection. The tags in package engine are what it must agree with: a test
// holds it to the same bytes, with every field filled in. What is rare it leaves
// to them.
type published struct {
	out   []byte
	depth int
	err   error // the first
}

const (
	indent  = "  "
	indents = "\n                    " // a line's end and as many of them as most lines have
)

var options = json.JoinOptions(jsontext.WithIndent(indent), json.Deterministic(true), jsonv1.OmitEmptyWithLegacySemantics(true))

// line begins a line, behind a comma unless it is the first in its brackets.
func (p *published) line() { p.out = p.next() }

func (p *published) next() []byte {
	out := p.out
	if last := out[len(out)-1]; last != '{' && last != '[' {
		out = append(out, ',')
	}
	return p.fresh(out)
}

func (p *published) fresh(out []byte) []byte {
	if end := 1 + len(indent)*p.depth; end <= len(indents) {
		return append(out, indents[:end]...)
	}
	out = append(out, '\n')
	for range p.depth {
		out = append(out, indent...)
	}
	return out
}

func (p *published) open(bracket byte) {
	p.out = append(p.out, bracket)
	p.depth++
}

// shut closes brackets: on a line of its own, unless there is nothing in them.
func (p *published) shut(bracket byte) {
	p.depth--
	if last := p.out[len(p.out)-1]; last != '{' && last != '[' {
		p.out = p.fresh(p.out)
	}
	p.out = append(p.out, bracket)
}

// key begins a member. Names need no escapes.
func (p *published) key(name string) {
	out := append(p.next(), '"')
	out = append(out, name...)
	p.out = append(out, `": `...)
}

func (p *published) quote(text string) {
	out, err := facts.AppendQuoted(p.out, text)
	if err != nil && p.err == nil {
		p.err = err
		return
	}
	p.out = out
}

func (p *published) text(name, text string) {
	p.key(name)
	p.quote(text)
}

// perhaps is text, or null where there is none.
func (p *published) perhaps(name string, text *string) {
	if text == nil {
		p.null(name)
		return
	}
	p.text(name, *text)
}

func (p *published) null(name string) {
	p.key(name)
	p.out = append(p.out, "null"...)
}

func (p *published) texts(name string, all []string) {
	each(p, name, all, func(p *published, text *string) { p.quote(*text) })
}

// each writes a list, whose elements write puts down.
func each[T any](p *published, name string, all []T, write func(*published, *T)) {
	p.key(name)
	p.open('[')
	for i := range all {
		p.line()
		write(p, &all[i])
	}
	p.shut(']')
}

// object writes the members of an object.
func object[T any](write func(*published, *T)) func(*published, *T) {
	return func(p *published, v *T) {
		p.open('{')
		write(p, v)
		p.shut('}')
	}
}

// rest writes a member as its tags say.
func rest[T any](p *published, name string, v *T) {
	if v == nil {
		p.null(name)
		return
	}
	p.key(name)
	p.marshal(v)
}

func (p *published) marshal(v any) {
	data, err := json.Marshal(v, options, jsontext.WithIndentPrefix(strings.Repeat(indent, p.depth)))
	if err != nil && p.err == nil {
		p.err = err
	}
	p.out = append(p.out, data...)
}

// raw writes JSON as it is, or in lines where it is more than a scalar.
func (p *published) raw(name string, value []byte) {
	p.key(name)
	if first := value[0]; first != '{' && first != '[' && first != '"' {
		p.out = append(p.out, value...)
		return
	}
	p.marshal(jsontext.Value(value))
}

func (p *published) assessment(a *engine.Assessment) {
	p.open('{')
	p.text("schema", a.Schema)
	rest(p, "framework", &a.Framework)
	begun := len(p.out)
	go func() { _ = a.Case.FactsDigest.String() }() // takes as long as all the rest, and is needed last
	p.key("total")
	object((*published).total)(p, &a.Total)
	each(p, "groups", a.Groups, object((*published).group))
	each(p, "indicators", a.Indicators, object((*published).indicator))
	each(p, "reconciliation", a.Reconciliation, func(p *published, r *engine.Reconciliation) { p.marshal(r) })
	rest(p, "sensitivity", a.Sensitivity)
	rest(p, "panel", a.Panel)
	p.insert(begun, func(p *published) {
		p.key("case")
		object((*published).caseRef)(p, &a.Case)
	})
	p.shut('}')
}

// insert puts members before those that were written from a place on.
func (p *published) insert(at int, write func(*published)) {
	between := published{out: []byte{p.out[at-1]}, depth: p.depth, err: p.err}
	write(&between)
	p.out, p.err = slices.Insert(p.out, at, between.out[1:]...), between.err
}

func (p *published) caseRef(c *engine.CaseRef) {
	p.text("id", c.ID)
	p.text("title", c.Title)
	p.text("facts_digest", c.FactsDigest.String())
	p.perhaps("evidence_digest", c.EvidenceDigest)
	p.perhaps("review_digest", c.ReviewDigest)
}

func (p *published) total(t *engine.Total) {
	p.text("weight", t.Weight)
	p.perhaps("rule_score", t.RuleScore)
	p.perhaps("score", t.Score)
	p.perhaps("grade", t.Grade)
	p.bounds("range", t.Range.Min, t.Range.Max)
	each(p, "ledger", t.Ledger, object((*published).step))
	p.texts("vetoes", t.Vetoes)
	p.perhaps("mark", t.Mark)
	p.perhaps("rule_mark", t.RuleMark)
	rest(p, "mark_range", t.MarkRange)
	rest(p, "decision", t.Decision)
	each(p, "caps", t.Caps, func(p *published, d *engine.Decision) { p.marshal(d) })
	rest(p, "failure", t.Failure)
}

func (p *published) group(g *engine.Group) {
	p.text("id", g.ID)
	p.text("title", g.Title)
	p.text("weight", g.Weight)
	p.perhaps("rule_score", g.RuleScore)
	p.perhaps("score", g.Score)
	p.perhaps("rate", g.Rate)
	each(p, "groups", g.Groups, object((*published).group))
	p.texts("indicators", g.Indicators)
	p.perhaps("mark", g.Mark)
	p.perhaps("rule_mark", g.RuleMark)
	rest(p, "mark_range", g.MarkRange)
	rest(p, "decision", g.Decision)
}

func (p *published) indicator(in *engine.Indicator) {
	p.text("id", in.ID)
	p.text("title", in.Title)
	p.text("weight", in.Weight)
	p.text("outcome", string(in.Outcome))
	p.perhaps("rule_score", in.RuleScore)
	p.perhaps("score", in.Score)
	p.perhaps("mark", in.Mark)
	p.perhaps("rule_mark", in.RuleMark)
	p.bounds("range", in.Range.Min, in.Range.Max)
	rest(p, "mark_range", in.MarkRange)
	each(p, "deductions", in.Deductions, object((*published).deduction))
	p.clause("cutoff", in.Cutoff)
	p.clause("not_applicable", in.NotApplicable)
	p.texts("missing", in.Missing)
	rest(p, "failure", in.Failure)
	each(p, "ledger", in.Ledger, object((*published).step))
	rest(p, "review", in.Review)
}

func (p *published) deduction(d *engine.Deduction) {
	p.text("item", d.Item)
	p.text("share", d.Share)
	p.text("points", d.Points)
	p.perhaps("mark", d.Mark)
	p.text("reason", d.Reason)
	p.citations(d.Facts)
	p.place(d.Rule)
}

func (p *published) clause(name string, c *engine.Clause) {
	if c == nil {
		p.null(name)
		return
	}
	p.key(name)
	p.open('{')
	p.text("reason", c.Reason)
	p.citations(c.Facts)
	p.place(c.Rule)
	p.shut('}')
}

func (p *published) citations(c engine.Citations) {
	p.key("facts")
	p.open('[')
	for i := range c.Len() {
		p.line()
		fact := c.At(i)
		object((*published).fact)(p, &fact)
	}
	p.shut(']')
}

func (p *published) fact(f *engine.Fact) {
	p.text("pointer", f.Pointer)
	p.text("role", f.Role)
	if len(f.Value) > 0 {
		p.raw("value", f.Value)
	}
	if f.Count != nil {
		p.key("count")
		p.out = strconv.AppendInt(p.out, int64(*f.Count), 10)
	}
	p.text("label", f.Label)
	p.text("unit", f.Unit)
	p.text("evidence", f.Evidence)
}

func (p *published) place(at engine.Place) {
	p.key("rule")
	p.open('{')
	p.text("file", at.File)
	p.key("line")
	p.out = strconv.AppendInt(p.out, int64(at.Line), 10)
	p.shut('}')
}

func (p *published) step(s *engine.Step) {
	p.text("step", s.Step)
	if s.Item != nil {
		p.text("item", *s.Item)
	}
	p.text("points", s.Points)
}

func (p *published) bounds(name, least, most string) {
	p.key(name)
	p.open('{')
	p.text("min", least)
	p.text("max", most)
	p.shut('}')
}
