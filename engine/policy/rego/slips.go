package rego

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/policy"
	"rubric/engine/policy/slip"
)

// Slips are the small changes of a policy of unit that compiles, in the order of
// its text. Only what can change a score is changed, not the wording of reasons.
func (Language) Slips(unit policy.Unit, source policy.Source) []slip.Slip {
	m := parsed(source)
	if m == nil {
		return nil
	}
	w := &slipper{pen: slip.Pen{Text: source.Text}, root: unit.Schema, enums: append(slip.Enums(unit.Schema), unit.Scale),
		element: source.Element, labels: labelsOf(m), answers: []string{ruleDeductions, ruleEarned, ruleCutoff, ruleNotApplicable}}
	if unit.Aggregates {
		w.answers = []string{ruleGroups, ruleTotal, ruleCaps}
	}
	for _, r := range m.Rules {
		for ; r != nil; r = r.Else {
			w.rule(r)
		}
	}
	slices.SortStableFunc(w.pen.Slips, func(a, b slip.Slip) int { return a.Start - b.Start })
	return w.pen.Slips
}

// parsed is the module of a policy, nil if it has mistakes.
func parsed(source policy.Source) *ast.Module {
	m, err := ast.ParseModuleWithOpts(source.File, string(source.Text), ast.ParserOptions{
		RegoVersion: ast.RegoV1, Capabilities: capabilities(builtins()),
	})
	if err != nil {
		return nil
	}
	return m
}

// slipper makes the slips of one policy.
type slipper struct {
	pen     slip.Pen
	root    *facts.Schema
	element *facts.Schema // what the policy sees as indicator, nil for none
	enums   [][]string
	labels  map[string]string         // of rules, for people
	answers []string                  // the rules that are a policy's answer
	places  map[ast.Var]*facts.Schema // what the variables of a rule stand for, where that is a place in the facts
	reasons map[ast.Var]bool          // variables that are there for the reason alone
	around  slip.Span                 // the expression that is worked on
}

// spanOf is where a part of the policy stands.
func spanOf(l *ast.Location) slip.Span {
	return slip.Span{Start: l.Offset, End: l.Offset + len(l.Text)}
}

// wordingFunctions make texts for people.
var wordingFunctions = map[string]bool{
	"sprintf": true, "concat": true, "format_int": true,
	"rubric.exact": true, "rubric.decimal": true, "rubric.percent": true, "rubric.money": true, "rubric.growth_rate": true,
}

func (w *slipper) rule(r *ast.Rule) {
	w.places, w.reasons = placesOf(r, w.root, w.element), reasonsOf(r)
	written := bodyWritten(r)
	if written {
		w.dropRule(r)
	}
	if r.Head.Value != nil && r.Head.Value.Location != nil {
		w.around = spanOf(r.Head.Location)
		if object, ok := tableOf(r.Head.Value); ok {
			w.table(object)
		} else {
			w.term(r.Head.Value)
		}
	}
	if written {
		w.body(r.Body)
	}
}

// bodyWritten tells whether a rule has a body in the text: OPA gives one to
// every rule.
func bodyWritten(r *ast.Rule) bool {
	if len(r.Body) == 0 || r.Body[0].Location == nil {
		return false
	}
	value := r.Head.Value
	return len(r.Body) > 1 || value == nil || value.Location == nil || r.Body[0].Location.Offset != value.Location.Offset
}

// dropRule makes a rule that is part of the answer never hold.
func (w *slipper) dropRule(r *ast.Rule) {
	name := ruleName(r)
	if !slices.Contains(w.answers, name) {
		return
	}
	at := slip.Span{Start: r.Body[0].Location.Offset, End: r.Body[0].Location.Offset}
	head := slip.OneLine(string(r.Head.Location.Text))
	w.pen.Write(at, "false; ", slip.Span{Start: r.Head.Location.Offset, End: spanOf(r.Body[0].Location).End},
		message.New("mutate.no_rule", "rule", head))
}

func (w *slipper) body(body ast.Body) {
	for _, e := range body {
		w.expression(e)
	}
}

func (w *slipper) expression(e *ast.Expr) {
	if e.Location == nil || len(e.Location.Text) == 0 {
		return
	}
	if target, _, assigned := assignment(e); assigned && w.reasons[target] {
		return
	}
	outer := w.around
	w.around = spanOf(e.Location)
	defer func() { w.around = outer }()
	if isCondition(e) {
		w.pen.Write(w.around, "true", w.around, message.New("mutate.no_only", "condition", w.words(w.pen.Old(w.around))))
		w.negation(e)
	}
	if e.IsCall() {
		w.call(e.Operator(), e.Terms.([]*ast.Term)[0], e.Operands())
		return
	}
	switch terms := e.Terms.(type) {
	case *ast.Term:
		w.term(terms)
	case *ast.SomeDecl:
		for _, s := range terms.Symbols {
			if call, ok := s.Value.(ast.Call); ok {
				w.term(call[len(call)-1])
			}
		}
	case *ast.Every:
		w.term(terms.Domain)
		w.body(terms.Body)
	}
}

// negation takes a not away from a condition, or puts one before a condition
// that is no comparison.
func (w *slipper) negation(e *ast.Expr) {
	text := w.pen.Old(w.around)
	lacking := message.New("mutate.no_not", "condition", w.words(text))
	rest, negated := strings.CutPrefix(text, "not")
	switch {
	case e.Negated && negated:
		w.pen.Write(w.around, strings.TrimLeft(rest, " \t"), w.around, lacking)
	case !e.Negated && !e.IsCall() && !e.IsEvery():
		w.pen.Write(w.around, "not "+text, w.around, lacking)
	}
}

// isCondition tells an expression that asks something from one that gives a
// name to something.
func isCondition(e *ast.Expr) bool {
	_, _, assigned := assignment(e)
	_, declared := e.Terms.(*ast.SomeDecl)
	return !assigned && !declared
}

// assignment is the variable and the term of `x := term`.
func assignment(e *ast.Expr) (ast.Var, *ast.Term, bool) {
	if !e.IsAssignment() || len(e.Operands()) != 2 {
		return "", nil, false
	}
	v, ok := e.Operand(0).Value.(ast.Var)
	return v, e.Operand(1), ok
}

// call makes the slips of a call of a function or operator.
func (w *slipper) call(ref ast.Ref, operator *ast.Term, args []*ast.Term) {
	w.function(ref, operator)
	if wordingFunctions[ref.String()] {
		return
	}
	if operator.Location != nil && len(args) == 2 {
		w.operator(spanOf(operator.Location), args[0], args[1])
	}
	for i, a := range args {
		if _, ok := a.Value.(ast.Number); ok && i == 1 && slip.Comparisons(w.operatorText(operator)) != nil {
			continue // a threshold
		}
		if list, ok := a.Value.(*ast.ArrayComprehension); ok && ref.String() == "count" {
			w.body(list.Body) // it makes no difference what is counted
			continue
		}
		w.term(a)
	}
}

func (w *slipper) operator(at slip.Span, left, right *ast.Term) {
	op := w.pen.Old(at)
	if op == ":=" || left.Location == nil || right.Location == nil {
		return
	}
	w.threshold(left, right, op)
	for _, other := range slip.Comparisons(op) {
		w.pen.Write(at, other, w.around, slip.Compared(w.words(w.text(left)), op, other, w.words(w.text(right))))
	}
	if other := slip.Arithmetic(op); other != "" {
		w.pen.Write(at, other, w.around, message.New("mutate.no_arithmetic",
			"expression", w.words(w.pen.Old(w.around)), "op", op, "other", other))
	}
}

func (w *slipper) operatorText(operator *ast.Term) string {
	if operator.Location == nil {
		return ""
	}
	return w.text(operator)
}

// threshold moves the number that something is compared with.
func (w *slipper) threshold(left, right *ast.Term, op string) {
	if _, ok := right.Value.(ast.Number); !ok || slip.Comparisons(op) == nil {
		return
	}
	digits := w.text(right)
	for _, other := range slip.Numbers(digits) {
		w.pen.Write(spanOf(right.Location), other, w.around, slip.Moved(w.words(w.text(left)), digits, other))
	}
}

func (w *slipper) text(t *ast.Term) string { return w.pen.Old(spanOf(t.Location)) }

// term makes the slips of a term and all in it.
func (w *slipper) term(t *ast.Term) {
	if t == nil || t.Location == nil {
		return
	}
	switch v := t.Value.(type) {
	case ast.Number:
		w.number(t)
	case ast.String:
		w.literal(t, string(v))
	case ast.Boolean:
		w.truth(t, bool(v))
	case ast.Ref:
		w.ref(t, v)
	case ast.Call:
		w.call(v[0].Value.(ast.Ref), v[0], v[1:])
	default:
		w.inside(v)
	}
}

// inside makes the slips of what a collection or comprehension holds.
func (w *slipper) inside(v ast.Value) {
	switch v := v.(type) {
	case *ast.Array:
		v.Foreach(w.row)
	case ast.Set:
		v.Foreach(w.row)
	case ast.Object:
		v.Foreach(func(key, value *ast.Term) {
			if key.Value.Compare(ast.String("reason")) != 0 {
				w.term(value)
			}
		})
	case *ast.ArrayComprehension:
		w.term(v.Term)
		w.body(v.Body)
	case *ast.SetComprehension:
		w.term(v.Term)
		w.body(v.Body)
	case *ast.ObjectComprehension:
		w.term(v.Key)
		w.term(v.Value)
		w.body(v.Body)
	}
}

// row is an element of a list that is written out. The row of a table is
// what people look at.
func (w *slipper) row(t *ast.Term) {
	outer := w.around
	if _, isRow := t.Value.(ast.Object); isRow && t.Location != nil {
		w.around = spanOf(t.Location)
	}
	w.term(t)
	w.around = outer
}

// function takes max for min and the other way round.
func (w *slipper) function(ref ast.Ref, at *ast.Term) {
	if other := map[string]string{"min": "max", "max": "min"}[ref.String()]; other != "" && at.Location != nil {
		w.pen.Write(spanOf(at.Location), other, w.around, message.New("mutate.no_bound", "expression", w.words(w.pen.Old(w.around))))
	}
}

func (w *slipper) number(t *ast.Term) {
	digits := w.text(t)
	for _, other := range slip.Numbers(digits) {
		w.pen.Write(spanOf(t.Location), other, w.around, message.New("mutate.no_number",
			"expression", w.words(w.pen.Old(w.around)), "number", slip.Percent(digits), "other", slip.Percent(other)))
	}
}

func (w *slipper) literal(t *ast.Term, text string) {
	if other := slip.Text(text, w.enums); other != "" && w.text(t) == `"`+text+`"` {
		w.pen.Write(spanOf(t.Location), `"`+other+`"`, w.around, message.New("mutate.no_text", "text", text, "other", other))
	}
}

func (w *slipper) truth(t *ast.Term, yes bool) {
	if written := w.text(t); written != "true" && written != "false" {
		return // OPA puts true in the place of what is left out
	}
	other := map[bool]string{true: "false", false: "true"}[yes]
	w.pen.Write(spanOf(t.Location), other, w.around, message.New("mutate.no_text", "text", w.text(t), "other", other))
}

// ref takes another fact for the one that is named.
func (w *slipper) ref(t *ast.Term, ref ast.Ref) {
	from, path := w.place(ref)
	for _, s := range slip.Swaps(from, path) {
		if at := ref[s.At+1]; at.Location != nil && w.text(at) == path[s.At] {
			w.pen.Write(spanOf(at.Location), s.Name, w.around, slip.Swapped(s))
		}
	}
}

// place is where a reference begins in the facts and the names behind it.
func (w *slipper) place(ref ast.Ref) (*facts.Schema, []string) { return placeOf(ref, w.places, w.root) }

// tableOf is an object that is written out and is no answer, such as a
// checklist.
func tableOf(t *ast.Term) (ast.Object, bool) {
	object, ok := t.Value.(ast.Object)
	return object, ok && object.Get(ast.StringTerm("reason")) == nil && object.Len() > 0
}

// table makes the slips of each member, and drops them, one at a time.
func (w *slipper) table(object ast.Object) {
	type member struct{ key, value *ast.Term }
	var members []member
	object.Foreach(func(k, v *ast.Term) { members = append(members, member{k, v}) })
	slices.SortFunc(members, func(a, b member) int { return a.key.Location.Offset - b.key.Location.Offset })
	for n, m := range members {
		w.around = slip.Span{Start: m.key.Location.Offset, End: spanOf(m.value.Location).End}
		w.term(m.value)
		at := w.around
		switch { // with the comma before or behind it
		case n+1 < len(members):
			at.End = members[n+1].key.Location.Offset
		case n > 0:
			at.Start = spanOf(members[n-1].value.Location).End
		default:
			continue
		}
		w.pen.Write(at, "", at, message.New("mutate.no_member", "member", slip.OneLine(w.pen.Old(w.around))))
	}
}
