package differential_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	opa "github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/open-policy-agent/opa/v1/util"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
	"rubric/engine/policy/rego"
)

// base is the document data that every generated policy may read.
const base = `{"conf": {"limit": 3, "name": "b", "steps": [1, 2.5, 4], "table": {"a": 1, "c": 2}}}`

// question asks for all rules of a generated policy at once.
const question = "x = data.t.p"

// document is one document as each side reads it.
type document struct {
	text   string
	ours   *facts.Document
	theirs ast.Value
}

func newDocument(text string) (document, error) {
	ours, err := facts.Parse("facts.json", []byte(text))
	if err != nil {
		return document{}, fmt.Errorf("%s: %w", text, err)
	}
	theirs, err := ast.ValueFromReader(strings.NewReader(text))
	return document{text, ours, theirs}, err
}

// pair is one policy on both machines.
type pair struct {
	ours   *rego.Query
	theirs opa.PreparedEvalQuery
}

// prepare compiles on both machines; what did not compile has its error.
func prepare(g generated, strict bool) (p pair, oursErr, theirsErr error) {
	main, helper := g.texts()
	return prepareTexts(main, helper, strict)
}

func prepareTexts(main, helper string, strict bool) (p pair, oursErr, theirsErr error) {
	ctx := context.Background()
	data, err := facts.Parse("data.json", []byte(base))
	if err != nil {
		return p, err, nil
	}
	p.ours, oursErr = rego.NewQuery(ctx, []policy.Source{{File: "p.rego", Text: []byte(main)}, {File: "h.rego", Text: []byte(helper)}}, data, question)
	if oursErr == nil {
		p.ours.Lenient = !strict
	}
	p.theirs, theirsErr = prepareTheirs(main, helper, question, strict)
	return p, oursErr, theirsErr
}

func prepareTheirs(main, helper, query string, strict bool) (opa.PreparedEvalQuery, error) {
	var store map[string]any
	if err := util.UnmarshalJSON([]byte(base), &store); err != nil {
		return opa.PreparedEvalQuery{}, err
	}
	return opa.New(opa.Query(query), opa.Module("p.rego", main), opa.Module("h.rego", helper),
		opa.Store(inmem.NewFromObject(store)), opa.StrictBuiltinErrors(strict)).PrepareForEval(context.Background())
}

// outcome is what a machine makes of a document: JSON, or why not.
type outcome struct {
	value string
	err   error
}

func (o outcome) String() string {
	if o.err != nil {
		return "error: " + o.err.Error()
	}
	return o.value
}

func (o outcome) panicked() bool { return o.err != nil && strings.HasPrefix(o.err.Error(), "panic") }

func (p pair) askOurs(d document) (o outcome) {
	defer func() {
		if r := recover(); r != nil {
			o = outcome{err: fmt.Errorf("panic: %v", r)}
		}
	}()
	answers, err := p.ours.Eval(context.Background(), d.ours)
	if err != nil {
		return outcome{err: err}
	}
	return outcome{value: strings.Join(answers, "\n")}
}

func (p pair) askTheirs(d document, options ...opa.EvalOption) outcome {
	return ask(p.theirs, d, options...)
}

func ask(q opa.PreparedEvalQuery, d document, options ...opa.EvalOption) outcome {
	results, err := q.Eval(context.Background(), append(options, opa.EvalParsedInput(d.theirs))...)
	if err != nil {
		return outcome{err: err}
	}
	var b strings.Builder
	for _, r := range results {
		writeJSON(&b, map[string]any(r.Bindings))
	}
	return outcome{value: b.String()}
}

// same tells whether the outcomes agree. Which of several errors comes first is
// no difference.
func same(ours, theirs outcome) bool {
	switch {
	case ours.err != nil || theirs.err != nil:
		return ours.err != nil && theirs.err != nil && !ours.panicked()
	case ours.value == theirs.value:
		return true
	}
	return canonical(ours.value) == canonical(theirs.value)
}

// canonical is JSON with its keys sorted and its numbers in one form; a text
// that is no JSON, as it is.
func canonical(text string) string {
	d := util.NewJSONDecoder(strings.NewReader(text))
	var v any
	if d.Decode(&v) != nil {
		return text
	}
	var b strings.Builder
	writeJSON(&b, v)
	return b.String()
}

// writeJSON writes keys in order and each number in one form.
func writeJSON(b *strings.Builder, v any) {
	switch v := v.(type) {
	case json.Number:
		b.WriteString(oneForm(v))
	case string:
		b.WriteString(ast.String(v).String())
	case []any:
		for i, e := range v {
			b.WriteString(opening('[', i))
			writeJSON(b, e)
		}
		b.WriteString(closing("[]", len(v)))
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		for i, name := range names {
			b.WriteString(opening('{', i))
			b.WriteString(ast.String(name).String() + ":")
			writeJSON(b, v[name])
		}
		b.WriteString(closing("{}", len(v)))
	default:
		fmt.Fprint(b, jsonScalar(v))
	}
}

func jsonScalar(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	}
	return fmt.Sprintf("%T", v)
}

func opening(bracket byte, i int) string {
	if i > 0 {
		return ","
	}
	return string(bracket)
}

func closing(brackets string, n int) string {
	if n == 0 {
		return brackets
	}
	return brackets[1:]
}

func oneForm(n json.Number) string {
	if len(n) < 15 && !strings.ContainsAny(n.String(), ".eE") && n != "-0" {
		return n.String()
	}
	parsed, err := number.Parse(n.String())
	if err != nil {
		return n.String()
	}
	return parsed.String()
}

// The classes of difference that are on purpose.
const (
	unexplained    = "unexplained"
	orderClass     = "order across types is an error with us"
	skippedClass   = "an error in what topdown's index or early exit skips"
	stoppedClass   = "a built-in that fails behind the first solution of every or not"
	floorClass     = "topdown takes floor and ceil of what is between -1 and 1 for 0"
	elsewhereClass = "an error at a key that topdown was not asked for"
	enteredClass   = "an error in a comprehension that topdown does not enter"
	garbledClass   = "topdown prints %! for what is no text"
	budgetClass    = "a limit of the machine"
)

// limits are the problems that say a limit was met.
var limits = []string{"rego.out_of_fuel", "rego.out_of_memory", "rego.call_too_long", "rego.too_deep", "rego.text_too_long", "rego.too_many_items", "rego.number_too_large"}

// classify says why the outcomes of p for a document differ.
func classify(g generated, d document, strict bool, p pair, ours outcome) string {
	if ours.panicked() {
		return unexplained
	}
	w, e := &orderWatch{}, &entryWatch{entered: map[entry]bool{}}
	all := p.askTheirs(d, opa.EvalRuleIndexing(false), opa.EvalEarlyExit(false), opa.EvalQueryTracer(w), opa.EvalQueryTracer(e))
	switch {
	case w.across:
		return orderClass
	case w.belowOne:
		return floorClass
	case w.garbled:
		return garbledClass
	case ours.err != nil && all.err != nil:
		return skippedClass
	case e.explains(ours.err):
		return enteredClass
	case ours.err != nil && breaksElsewhere(g, d, strict):
		return elsewhereClass
	case ours.err != nil && stopsEarly(g, d, ours):
		return stoppedClass
	}
	ids := problemIDs(ours.err)
	if ours.err == nil { // a built-in that failed was undefined: which?
		loud, oursErr, _ := prepare(g, true)
		if oursErr != nil {
			return unexplained
		}
		ids = problemIDs(loud.askOurs(d).err)
	}
	for _, id := range ids {
		if slices.Contains(limits, id) {
			return budgetClass
		}
	}
	return unexplained
}

// stopsEarly tells a failure in a body of which topdown wants but one solution,
// whatever its options: there is an every or a not, and where failing built-ins
// are undefined, there is no difference.
func stopsEarly(g generated, d document, ours outcome) bool {
	main, helper := g.texts()
	text := main + helper
	if !strings.Contains(text, "every ") && !strings.Contains(text, "not ") || !slices.Contains(problemIDs(ours.err), "rego.builtin_failed") {
		return false
	}
	p, oursErr, theirsErr := prepare(g, false)
	return oursErr == nil && theirsErr == nil && same(p.askOurs(d), p.askTheirs(d))
}

// breaksElsewhere tells whether topdown meets an error too when it is asked for
// all rules, and not only for one key of some: as the facts are, or as one of
// the policy's own with has them.
func breaksElsewhere(g generated, d document, strict bool) bool {
	main, helper := g.texts()
	for _, with := range append([]string{""}, replacements(main+helper)...) {
		q, err := prepareTheirs(main, helper, "x = [data.t.p, data.lib.h]"+with, strict)
		if err == nil && ask(q, d, opa.EvalRuleIndexing(false), opa.EvalEarlyExit(false)).err != nil {
			return true
		}
	}
	return false
}

// replacements are what follows each expression with a with. One that needs
// the variables around it makes no question of its own.
func replacements(text string) (all []string) {
	for line := range strings.Lines(text) {
		if _, after, found := strings.Cut(line, " with "); found {
			all = append(all, " with "+strings.Trim(after, " }\n"))
		}
	}
	return all
}

// orderWatch looks whether topdown puts values of different types in order on
// its way: there it has an answer, and we have an error.
// It also looks for the numbers whose floor it gets wrong, and for what is no
// text at a %s.
type orderWatch struct{ across, belowOne, garbled bool }

// Enabled, Config and TraceEvent implement topdown.QueryTracer.
func (w *orderWatch) Enabled() bool { return true }

func (w *orderWatch) Config() topdown.TraceConfig { return topdown.TraceConfig{PlugLocalVars: true} }

func (w *orderWatch) TraceEvent(e topdown.Event) {
	expr, ok := e.Node.(*ast.Expr)
	if !ok || e.Op != topdown.EvalOp || !expr.IsCall() {
		return
	}
	switch expr.Operator().String() {
	case "lt", "lte", "gt", "gte":
		w.look(operand(e, expr.Operand(0)), operand(e, expr.Operand(1)))
	case "floor", "ceil":
		text := operand(e, expr.Operand(0)).String()
		n, err := number.Parse(text)
		w.belowOne = w.belowOne || err == nil && n.Sign() != 0 && n.Abs().Cmp(number.Int(1)) < 0
	case "sprintf":
		args, ok := operand(e, expr.Operand(1)).(*ast.Array)
		w.garbled = w.garbled || ok && args.Len() > 0 && strings.HasPrefix(operand(e, expr.Operand(0)).String(), `"%s`) && !isText(e, args.Elem(0))
	case "min", "max", "sort":
		var all []ast.Value
		if items, ok := operand(e, expr.Operand(0)).(interface{ Foreach(func(*ast.Term)) }); ok {
			items.Foreach(func(t *ast.Term) { all = append(all, operand(e, t)) })
		}
		w.look(all...)
	}
}

func (w *orderWatch) look(all ...ast.Value) {
	for _, v := range all {
		w.across = w.across || ast.ValueName(v) != ast.ValueName(all[0])
	}
}

func isText(e topdown.Event, t *ast.Term) bool {
	_, ok := operand(e, t).(ast.String)
	return ok
}

// operand is the value of a term, as far as it is known.
func operand(e topdown.Event, t *ast.Term) ast.Value {
	if v := e.Locals.Get(t.Value); v != nil {
		return v
	}
	return t.Value
}

// problemIDs are the ids of what broke, and of the reasons in it.
func problemIDs(err error) (ids []string) {
	var problems message.Problems
	if !errors.As(err, &problems) || len(problems) == 0 {
		return nil
	}
	ids = append(ids, problems[0].Message.ID)
	for _, a := range problems[0].Message.Args {
		if inner, ok := a.Value.(message.Message); ok {
			ids = append(ids, inner.ID)
		}
	}
	return ids
}
