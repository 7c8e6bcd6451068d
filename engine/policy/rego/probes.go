package rego

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/types"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
	"rubric/engine/policy/probe"
	"rubric/engine/policy/slip"
)

// Probed is the language with a recorder of what is used of the one policy that
// it then compiles. Probes are expressions that always hold, put into the bodies
// that OPA has compiled; they call a function that authors cannot name, so that
// the machine knows nothing of them.
func (l Language) Probed(r *probe.Recorder) policy.Language {
	l.probes, l.Cache = r, nil
	return l
}

// probeName is the function of probes: its arguments are the number of the
// point, and whether evaluation got past it.
const probeName = "rubric.probe@"

var probeDecl = types.NewFunction(types.Args(types.N, types.B), types.B)

func probeBuiltin(r *probe.Recorder) *builtin {
	return &builtin{name: probeName, looksItself: true, decl: probeDecl, call: func(_ *call, args []value) (value, *message.Message) {
		n, _ := args[0].(number.Number) // a literal of ours
		i, _ := n.Int64()
		if past, _ := args[1].(bool); past {
			r.Held(int(i))
		} else {
			r.Reached(int(i))
		}
		return true, nil
	}}
}

// probing is the function of probes, where there are any.
func (c *compilation) probing() []*builtin {
	if c.probes == nil {
		return nil
	}
	return []*builtin{probeBuiltin(c.probes)}
}

// probe puts probes into the compiled modules.
func (c *compilation) probe() {
	if c.probes == nil {
		return
	}
	c.builtins[probeName] = probeBuiltin(c.probes)
	for i, parsed := range c.modules {
		p := &prober{recorder: c.probes, schema: c.unit.Schema, file: parsed.Package.Location.File, text: string(c.sources()[i].Text)}
		p.words = &slipper{root: c.unit.Schema, labels: labelsOf(parsed)}
		compiled := c.compiler.Modules[p.file]
		for _, r := range compiled.Rules {
			for ; r != nil; r = r.Else {
				p.rule(r)
			}
		}
	}
}

// prober puts probes into one module.
type prober struct {
	recorder *probe.Recorder
	schema   *facts.Schema
	words    *slipper
	file     string
	text     string
}

func (p *prober) rule(r *ast.Rule) {
	head := slip.OneLine(string(r.Head.Location.Text))
	last := p.body(&r.Body, -1)
	end := p.watch(r.Head.Location, head, "", "", last)
	r.Body = append(r.Body, probeExpr(end, false, r.Head.Location), probeExpr(end, true, r.Head.Location))
	renumber(r.Body)
}

func (p *prober) watch(l *ast.Location, text, holds, fails string, after int) int {
	return p.recorder.Watch(probe.Point{File: p.file, Line: l.Row, Column: l.Col, Text: text, Holds: holds, Fails: fails, After: after})
}

// body puts a probe before and behind each expression that stands in the text;
// what OPA made of its parts stands before it. The result is the last condition.
func (p *prober) body(body *ast.Body, after int) int {
	points := map[*ast.Expr]int{}
	starts := map[*ast.Expr]*ast.Expr{} // where the parts of an expression begin → the expression
	for _, e := range *body {
		if e.Generated || e.Location == nil || len(e.Location.Text) == 0 || strings.TrimSpace(string(e.Location.Text)) == "true" {
			continue
		}
		points[e] = p.expression(e, after)
		if p.recorder.Points[points[e]].Condition() || isLoop(e) {
			after = points[e]
		}
		starts[firstPart(*body, e)] = e
	}
	var out ast.Body
	for _, e := range *body {
		if whole := starts[e]; whole != nil {
			out = append(out, probeExpr(points[whole], false, whole.Location))
		}
		out = append(out, e)
		if i, watched := points[e]; watched {
			out = append(out, probeExpr(i, true, e.Location))
		}
		p.inside(e, after)
	}
	*body = out
	renumber(*body)
	return after
}

// expression watches one expression: what gives a name to something or walks
// through a list is only reached.
func (p *prober) expression(e *ast.Expr, after int) int {
	text := slip.OneLine(string(e.Location.Text))
	if isLoop(e) || strings.Contains(text, ":=") && !e.Negated {
		return p.watch(e.Location, text, "", "", after)
	}
	holds := p.words.words(text)
	return p.watch(e.Location, text, holds, slip.Opposite(holds), after)
}

// isLoop tells `some x in xs`, by how it is written.
func isLoop(e *ast.Expr) bool { return strings.HasPrefix(string(e.Location.Text), "some ") }

// firstPart is the first expression of a body that is made of a part of e.
func firstPart(body ast.Body, e *ast.Expr) *ast.Expr {
	from, to := e.Location.Offset, e.Location.Offset+len(e.Location.Text)
	at := slices.IndexFunc(body, func(part *ast.Expr) bool {
		return part == e || part.Generated && part.Location != nil && part.Location.Offset >= from && part.Location.Offset < to
	})
	return body[at]
}

// inside puts probes into the bodies of comprehensions and of every.
func (p *prober) inside(e *ast.Expr, after int) {
	visitor := ast.NewGenericVisitor(func(x any) bool {
		switch x := x.(type) {
		case *ast.ArrayComprehension:
			p.body(&x.Body, after)
			return true
		case *ast.SetComprehension:
			p.body(&x.Body, after)
			return true
		case *ast.ObjectComprehension:
			p.body(&x.Body, after)
			return true
		case *ast.Every:
			p.body(&x.Body, after)
			return true
		}
		return false
	})
	visitor.Walk(e)
}

func probeExpr(point int, past bool, l *ast.Location) *ast.Expr {
	e := ast.NewExpr([]*ast.Term{
		ast.NewTerm(ast.Ref{ast.VarTerm(probeName)}), ast.IntNumberTerm(point), ast.BooleanTerm(past),
	})
	e.Location, e.Generated = l, true
	for _, t := range e.Terms.([]*ast.Term) {
		t.Location = l
	}
	return e
}

func renumber(body ast.Body) {
	for i, e := range body {
		e.Index = i
	}
}
