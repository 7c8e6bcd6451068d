package cel

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"regexp/syntax"
	"unicode/utf8"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"

	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// Limits of a pattern of matches: characters, and steps of the compiled
// program, each of which may have to be looked at for each character.
const (
	maxPattern        = 500
	maxPatternProgram = 1000
)

// plan is what the planner needs to know of one expression.
type plan struct {
	numbers map[int64]number.Number // literals, by node
	regexes map[int64]*regex        // patterns of matches, by node of the call
	// patterns are those that are not compiled yet.
	patterns map[int64]string

	steps   map[int64]string        // loop steps of comprehensions: the name of what they accumulate
	folds   map[int64]types.Bool    // all and exists, by node: the result that ends them early
	folding map[int64]bool          // every comprehension
	target  interpreter.Interpreter // cel-go's
	tree    *ast.AST
	probes  *probes // nil for none
}

// regex is a compiled pattern and its size.
type regex struct {
	*regexp.Regexp
	size int
}

func (p *plan) make() (interpreter.InterpretableV2, error) {
	if err := p.compilePatterns(); err != nil {
		return nil, err
	}
	p.steps, p.folds, p.folding = map[int64]string{}, map[int64]types.Bool{}, map[int64]bool{}
	factory := ast.NewExprFactory()
	ast.PostOrderVisit(p.tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		switch e.Kind() {
		case ast.CallKind:
			if name := logicFunction(e.AsCall().FunctionName()); name != "" {
				e.SetKindCase(factory.NewCall(e.ID(), name, p.probes.around(e.AsCall(), p.tree, factory)...))
			} else if p.probes != nil && e.AsCall().FunctionName() == operators.Conditional {
				e.SetKindCase(factory.NewCall(e.ID(), operators.Conditional, p.probes.around(e.AsCall(), p.tree, factory)...))
			}
		case ast.ComprehensionKind:
			p.fold(e.ID(), e.AsComprehension())
		}
	}))
	return p.target.NewInterpretable(p.tree, interpreter.CustomDecoratorV2(p.decorate))
}

func (p *plan) compilePatterns() error {
	if len(p.patterns) > 0 {
		p.regexes = make(map[int64]*regex, len(p.patterns))
	}
	for id, pattern := range p.patterns {
		re, _, ok := compileRegex(pattern)
		if !ok {
			return fmt.Errorf("bad pattern %q", pattern)
		}
		p.regexes[id] = re
	}
	return nil
}

func (p *plan) fold(id int64, fold ast.ComprehensionExpr) {
	p.folding[id] = true
	p.steps[fold.LoopStep().ID()] = fold.AccuVar()
	if fold.LoopStep().Kind() != ast.CallKind || fold.AccuInit().Kind() != ast.LiteralKind {
		return
	}
	switch fold.LoopStep().AsCall().FunctionName() {
	case orFunction:
		p.folds[id] = types.True
	case andFunction:
		p.folds[id] = types.False
	}
}

// decorate puts our own steps in place of cel-go's.
func (p *plan) decorate(i interpreter.InterpretableV2) (interpreter.InterpretableV2, error) {
	switch c := i.(type) {
	case interpreter.InterpretableCall:
		i = p.call(c)
	case interpreter.InterpretableConstructor:
		i = &buildStep{i, policy.EntryBytes * int64(1+len(c.InitVals()))}
	}
	if _, isAttribute := i.(interpreter.InterpretableAttribute); p.folding[i.ID()] && !isAttribute {
		early, ends := p.folds[i.ID()]
		i = &foldStep{i, ends, early}
	}
	if accumulated, ok := p.steps[i.ID()]; ok {
		i = &loopStep{i, accumulated}
	}
	return i, nil
}

// call is a call of one of our functions. What depends on nothing is worked
// out now, unless it fails: then it may never be reached.
func (p *plan) call(c interpreter.InterpretableCall) interpreter.InterpretableV2 {
	if c.Function() == numberFunction {
		return interpreter.NewConstValue(c.ID(), numeralOf(p.numbers[c.ID()]))
	}
	if c.Function() == andFunction || c.Function() == orFunction {
		_, turn := p.steps[c.ID()]
		return newLogicStep(c.ID(), c.Function() == orFunction, c.Args(), turn)
	}
	if c.Function() == probeFunction {
		return &probeStep{c.Args()[0], p.probes.recorder, p.probes.points[c.ID()]}
	}
	f := functionNamed(c.Function())
	if re := p.regexes[c.ID()]; re != nil {
		f = matches(re)
	}
	if f == nil {
		return c
	}
	step := &callStep{c.ID(), f, c.Args()}
	if args, ok := constants(c.Args()); ok {
		fold := newRun(context.Background(), &program{}, policy.Limits{Steps: maxFold}.Effective())
		if v := fold.made(f(fold, args)); !types.IsError(v) {
			return interpreter.NewConstValue(c.ID(), v)
		}
	}
	return step
}

// maxFold is the fuel for working out a constant when a policy is compiled.
const maxFold = 1000

func constants(args []interpreter.InterpretableV2) ([]ref.Val, bool) {
	values := make([]ref.Val, len(args))
	for i, arg := range args {
		c, ok := arg.(interpreter.InterpretableConst)
		if !ok {
			return nil, false
		}
		values[i] = c.Value()
	}
	return values, true
}

// compileRegex compiles a pattern, with a size that is known to be harmless.
func compileRegex(pattern string) (*regex, message.Message, bool) {
	if len(pattern) > maxPattern {
		return nil, message.New("cel.pattern_too_large", "pattern", pattern), false
	}
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, message.New("cel.bad_pattern", "pattern", pattern, "detail", err), false
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return nil, message.New("cel.bad_pattern", "pattern", pattern, "detail", err), false
	}
	if len(program.Inst) > maxPatternProgram {
		return nil, message.New("cel.pattern_too_large", "pattern", pattern), false
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, message.New("cel.bad_pattern", "pattern", pattern, "detail", err), false
	}
	return &regex{re, len(program.Inst)}, message.Message{}, true
}

func matches(re *regex) function {
	return func(r *run, args []ref.Val) ref.Val {
		text, ok := args[0].(types.String)
		if !ok {
			return isNull()
		}
		m := &meter{run: r, text: string(text), each: 1 + int64(re.size)/4}
		found := re.MatchReader(m)
		if v := r.ending(); v != nil {
			return v
		}
		return types.Bool(found)
	}
}

// meter hands a text to a search character by character and charges for it;
// without fuel the text ends.
type meter struct {
	run  *run
	text string
	at   int
	each int64 // steps of a character
}

// ReadRune implements io.RuneReader.
func (m *meter) ReadRune() (rune, int, error) {
	if m.at >= len(m.text) || m.run.spend(m.each-1) != nil {
		return 0, 0, io.EOF
	}
	r, width := utf8.DecodeRuneInString(m.text[m.at:])
	m.at += width
	return r, width, nil
}

// callStep evaluates the arguments, then a function of ours.
type callStep struct {
	id   int64
	f    function
	args []interpreter.InterpretableV2
}

func (s *callStep) ID() int64 { return s.id }

func (s *callStep) Eval(a interpreter.Activation) ref.Val {
	return interpreter.EvalActivation(a, s.Exec)
}

func (s *callStep) Exec(frame *interpreter.ExecutionFrame) ref.Val {
	values := make([]ref.Val, len(s.args))
	for i, arg := range s.args {
		values[i] = arg.Exec(frame)
		if types.IsError(values[i]) {
			return values[i]
		}
	}
	r := runOf(frame)
	if v := r.spend(1); v != nil {
		return v
	}
	return r.made(s.f(r, values))
}

// made charges for a number that a function made, and keeps it within the
// limit. Functions that make texts or lists charge for them themselves.
func (r *run) made(v ref.Val) ref.Val {
	n, ok := v.(numeral)
	if !ok {
		return v
	}
	bits := n.n.Bits()
	if bits > r.limits.Bits {
		return fail(message.New("cel.number_too_large", "limit", r.limits.Bits))
	}
	if stop := r.spend(policy.NumberSteps(bits)); stop != nil {
		return stop
	}
	if stop := r.take(policy.NumberBytes + int64(bits/8)); stop != nil {
		return stop
	}
	return v
}

// buildStep is a list or map that is written out: it is charged for.
type buildStep struct {
	interpreter.InterpretableV2
	bytes int64
}

func (s *buildStep) Eval(a interpreter.Activation) ref.Val {
	return interpreter.EvalActivation(a, s.Exec)
}

func (s *buildStep) Exec(frame *interpreter.ExecutionFrame) ref.Val {
	if v := runOf(frame).take(s.bytes); v != nil {
		return v
	}
	return s.InterpretableV2.Exec(frame)
}

// loopStep is one turn of a comprehension. It is charged, so that a loop in a
// loop in a loop ends. After an element that failed no other is evaluated: it
// is the comprehension that failed.
type loopStep struct {
	interpreter.InterpretableV2
	accumulated string
}

func (s *loopStep) Eval(a interpreter.Activation) ref.Val {
	return interpreter.EvalActivation(a, s.Exec)
}

func (s *loopStep) Exec(frame *interpreter.ExecutionFrame) ref.Val {
	if v := runOf(frame).spend(1); v != nil {
		return v
	}
	so, _ := frame.ResolveName(s.accumulated)
	if broke, ok := so.(*types.Err); ok && !isHole(broke) {
		return broke
	}
	return s.InterpretableV2.Exec(frame)
}

// foldStep is a comprehension. If all or exists was decided by the last
// element, the walk came to the end of the list and yet did not depend on its
// being the end: what the list noted of that is taken back.
type foldStep struct {
	interpreter.InterpretableV2
	ends  bool // some result ends it early
	early types.Bool
}

func (s *foldStep) Eval(a interpreter.Activation) ref.Val {
	return interpreter.EvalActivation(a, s.Exec)
}

func (s *foldStep) Exec(frame *interpreter.ExecutionFrame) ref.Val {
	r := runOf(frame)
	if v := r.ending(); v != nil { // loops around this one go on to their end: && and || take errors in
		return v
	}
	v := s.InterpretableV2.Exec(frame)
	if s.ends && v == s.early && r.ended > 0 && r.ended == r.trail.Mark() {
		r.trail.Cut(r.ended - 1)
	}
	r.ended = -1
	return v
}
