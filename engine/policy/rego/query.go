package rego

import (
	"context"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/ir"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/policy"
)

// Query is a question to a set of modules, prepared to be asked of any document:
// for what is not a scoring policy, and for holding the machine against OPA's
// own cases.
type Query struct {
	code *code
	fn   *function
	// Limits of one answer.
	Limits policy.Limits
	// Lenient makes a built-in that fails undefined, as OPA's default mode does.
	// Scoring never sets it.
	Lenient bool
}

// NewQuery prepares a query such as "data.pkg.rule = x" over modules and the
// base document data, which may be nil. The error is a message.Problems.
func NewQuery(ctx context.Context, modules []policy.Source, data *facts.Document, query string) (*Query, error) {
	c := newCompilation(policy.Unit{Helpers: modules})
	for _, step := range []func(context.Context){c.parse, c.check} {
		if step(ctx); len(c.problems) > 0 {
			return nil, c.sorted()
		}
	}
	plan, err := planned(ctx, c.compiler, query)
	if err != nil {
		c.opaErrors("", err)
		return nil, c.sorted()
	}
	code, err := prepare(plan, c.builtins, ruleDeductions)
	if err != nil {
		return nil, message.Problems{{Message: message.New("rego.plan", "message", err.Error())}}
	}
	code.data = plain(data)
	q := &Query{code: code}
	if q.fn, err = code.asked(plan.Plans.Plans[0]); err != nil {
		return nil, message.Problems{{Message: message.New("rego.plan", "message", err.Error())}}
	}
	return q, nil
}

// asked prepares a plan's own blocks, which add an answer for each way to make
// the query true.
func (c *code) asked(plan *ir.Plan) (*function, error) {
	fn := &ir.Func{Name: plan.Name, Params: []ir.Local{ir.Input, ir.Data}, Return: ir.Unused, Blocks: plan.Blocks}
	f := &function{name: plan.Name, index: len(c.functions), plan: fn, params: []int{int(ir.Input), int(ir.Data)}, result: int(ir.Unused)}
	return f, c.fill(f)
}

// Eval asks the query of input, which may be nil. Each answer is JSON: an object
// of the query's variables, sets as lists. The error is ctx's, or a
// message.Problems when a rule broke.
func (q *Query) Eval(ctx context.Context, input *facts.Document) (answers []string, err error) {
	m := newMachine(ctx, q.code, q.Limits.Effective())
	m.lenient = q.Lenient
	args := []value{nil, q.code.data}
	if input != nil {
		args[0] = input.Root
	}
	_, _, r := m.enter(q.fn, args)
	switch {
	case m.err != nil:
		return nil, m.err
	case r != next:
		f := m.fail
		return nil, message.Problems{{File: f.File, Line: f.Line, Message: f.Message}}
	}
	for _, v := range m.answers {
		var out strings.Builder
		writeJSON(&out, v)
		answers = append(answers, out.String())
	}
	return answers, nil
}

// opAnswer adds an answer to a query.
type opAnswer struct{ source int }

func (o *opAnswer) exec(m *machine, f *frame) flow {
	m.answers = append(m.answers, f.locals[o.source])
	return next
}

// writeJSON writes a value, objects by key. A key that is no text is written as
// the text of its JSON, as OPA does.
func writeJSON(out *strings.Builder, v value) {
	switch v := scalar(v).(type) {
	case string:
		out.WriteString(ast.String(v).String())
	case *set:
		writeList(out, entryKeys(v.entries))
	case *object, *overlay:
		writeObject(out, entriesOf(v))
	case *facts.Node:
		out.Write(v.JSON())
	case *array:
		writeList(out, v.elems)
	default:
		out.WriteString(scalarText(v))
	}
}

func entryKeys(entries []entry) []value {
	all := make([]value, len(entries))
	for i, e := range entries {
		all[i] = e.key
	}
	return all
}

func writeList(out *strings.Builder, items []value) {
	out.WriteByte('[')
	for i, v := range items {
		if i > 0 {
			out.WriteByte(',')
		}
		writeJSON(out, v)
	}
	out.WriteByte(']')
}

func writeObject(out *strings.Builder, entries []entry) {
	out.WriteByte('{')
	for i, e := range entries {
		if i > 0 {
			out.WriteByte(',')
		}
		key, isText := textIn(e.key)
		if !isText {
			var inner strings.Builder
			writeJSON(&inner, e.key)
			key = inner.String()
		}
		writeJSON(out, key)
		out.WriteByte(':')
		writeJSON(out, e.val)
	}
	out.WriteByte('}')
}
