package cel

import (
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"

	"rubric/engine/policy"
	"rubric/engine/policy/probe"
	"rubric/engine/policy/slip"
)

// Probed is the language with a recorder of what is used of the one policy that
// it then compiles.
func (l Language) Probed(r *probe.Recorder) policy.Language {
	l.probes = r
	return l
}

// probing is what a builder watches.
type probing struct {
	recorder *probe.Recorder
	words    *slipper
	after    int  // the condition that the next expressions are reached by, -1 for none
	bands    bool // a band is reached by the condition of the one before
	inner    bool // the expression that is compiled now decides something
}

// probeStep tells a recorder what a part of an expression says.
type probeStep struct {
	interpreter.InterpretableV2
	recorder *probe.Recorder
	point    int
}

func (s *probeStep) Eval(a interpreter.Activation) ref.Val {
	return interpreter.EvalActivation(a, s.Exec)
}

func (s *probeStep) Exec(frame *interpreter.ExecutionFrame) ref.Val {
	v := s.InterpretableV2.Exec(frame)
	if said, ok := v.(types.Bool); ok {
		s.recorder.Said(s.point, bool(said))
	} else if !types.IsError(v) {
		s.recorder.Reached(s.point)
		s.recorder.Held(s.point)
	}
	return v
}

// deciding compiles an expression on which a score depends, with probes where
// they are asked for.
func (b *builder) deciding(s scalar, scope names, condition bool) (*expression, *types.Type, *place) {
	if b.probes == nil {
		return b.compile(s, scope)
	}
	b.probes.inner = true
	x, found, stands := b.compile(s, scope)
	b.probes.inner = false
	return b.watched(s, x, condition), found, stands
}

// watched puts a probe around a compiled expression; a condition is watched for
// both its answers, unless it is a constant.
func (b *builder) watched(s scalar, x *expression, condition bool) *expression {
	if x == nil {
		return x
	}
	holds := ""
	if condition && !b.probes.bands {
		b.probes.after = -1
	}
	if condition && !isConstant(s.text) {
		holds = b.probes.words.words(s.text)
	}
	point := b.watch(s, leadingSpace(s.text), slip.OneLine(s.text), holds, b.probes.after)
	if condition {
		b.probes.after = point
	}
	return &expression{x.line, &probeStep{x.step, b.probes.recorder, point}, x.said}
}

// inBands says that what is compiled now are bands, or no more.
func (b *builder) inBands(yes bool) {
	if b.probes != nil {
		b.probes.bands, b.probes.after = yes, -1
	}
}

// watch adds a point at a character of an expression.
func (b *builder) watch(s scalar, offset int, text, holds string, after int) int {
	line, column := b.text.position(s, offset)
	p := probe.Point{File: b.text.file, Line: line, Column: column, Text: text, Holds: holds, After: after}
	if holds != "" {
		p.Fails = slip.Opposite(holds)
	}
	return b.probes.recorder.Watch(p)
}

// probeFunction stands around a part of an expression that is watched.
const probeFunction = "@probe"

// probes are the parts of one expression that are watched, by the node of the
// call that stands around each.
type probes struct {
	recorder *probe.Recorder
	points   map[int64]int
	next     int64
	watch    func(offset int) (point int, ok bool)
}

// innerProbes watches the operands of && and || and the conditions of ?: in an
// expression; nil where nothing is watched.
func (b *builder) innerProbes(s scalar, tree *ast.AST) *probes {
	if b.probes == nil || !b.probes.inner {
		return nil
	}
	spans := conditionSpans(tokensOf(s.text))
	return &probes{recorder: b.probes.recorder, points: map[int64]int{}, next: ast.MaxID(tree) + 1, watch: func(offset int) (int, bool) {
		best := -1
		for i, t := range spans {
			if t.start <= offset && offset < t.end && (best < 0 || t.end-t.start < spans[best].end-spans[best].start) {
				best = i
			}
		}
		if best < 0 {
			return 0, false
		}
		t := spans[best]
		text := slip.OneLine(string([]rune(s.text)[t.start:t.end]))
		return b.watch(s, t.start, text, b.probes.words.words(text), -1), true
	}}
}

// around puts a probe around those arguments of a call that are conditions.
func (p *probes) around(call ast.CallExpr, tree *ast.AST, factory ast.ExprFactory) []ast.Expr {
	args := append([]ast.Expr(nil), call.Args()...)
	if p == nil {
		return args
	}
	last := len(args)
	if call.FunctionName() == operators.Conditional {
		last = 1
	}
	for i, arg := range args[:last] {
		inner := arg.Kind() == ast.CallKind && logicFunction(arg.AsCall().FunctionName()) != ""
		joined := arg.Kind() == ast.CallKind && (arg.AsCall().FunctionName() == andFunction || arg.AsCall().FunctionName() == orFunction)
		if inner || joined || arg.Kind() == ast.LiteralKind {
			continue
		}
		at, _ := tree.SourceInfo().GetOffsetRange(arg.ID())
		if point, ok := p.watch(int(at.Start)); ok {
			args[i] = factory.NewCall(p.next, probeFunction, arg)
			p.points[p.next] = point
			p.next++
		}
	}
	return args
}

// conditionSpans are the operands of && and ||, and the conditions of ?:.
func conditionSpans(all []token) (spans []token) {
	for _, t := range terms(all) {
		spans = append(spans, t.token)
	}
	for i, t := range all {
		if t.text != "?" || i == 0 {
			continue
		}
		first := i - 1
		for first > 0 && all[first-1].depth >= t.depth && all[first-1].text != "?" && all[first-1].text != ":" && all[first-1].text != "," {
			first--
		}
		spans = append(spans, token{start: all[first].start, end: all[i-1].end})
	}
	return spans
}
