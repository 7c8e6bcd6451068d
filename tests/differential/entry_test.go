package differential_test

import (
	"errors"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"

	"rubric/engine/message"
)

// entryWatch looks for comprehensions that topdown never enters, because what
// they are compared with is undefined: it looks at that side first, whichever
// way round the policy has them. With us a comprehension that breaks is a
// failure, and the policy's author hears of it on the first case.
type entryWatch struct {
	entered map[entry]bool
	leftOut []place
}

// entry is a body in the query that asks for it.
type entry struct {
	query uint64
	first *ast.Expr
}

type place struct {
	file string
	row  int
}

// Enabled, Config and TraceEvent implement topdown.QueryTracer.
func (w *entryWatch) Enabled() bool { return true }

func (w *entryWatch) Config() topdown.TraceConfig { return topdown.TraceConfig{} }

func (w *entryWatch) TraceEvent(e topdown.Event) {
	switch node := e.Node.(type) {
	case ast.Body:
		if e.Op == topdown.EnterOp && len(node) > 0 {
			w.entered[entry{e.ParentID, node[0]}] = true
		}
	case *ast.Expr:
		for _, body := range compared(node) {
			w.look(e, node.Location, entry{e.QueryID, body[0]})
		}
	}
}

// look sees a comparison begin, or fail.
func (w *entryWatch) look(e topdown.Event, at *ast.Location, body entry) {
	switch {
	case e.Op == topdown.EvalOp:
		delete(w.entered, body)
	case e.Op == topdown.FailOp && !w.entered[body]:
		w.leftOut = append(w.leftOut, place{at.File, at.Row})
	}
}

// compared are the bodies of the comprehensions that an expression compares.
func compared(expr *ast.Expr) (bodies []ast.Body) {
	if !expr.IsEquality() {
		return nil
	}
	for _, side := range expr.Operands() {
		switch c := side.Value.(type) {
		case *ast.ArrayComprehension:
			bodies = append(bodies, c.Body)
		case *ast.SetComprehension:
			bodies = append(bodies, c.Body)
		case *ast.ObjectComprehension:
			bodies = append(bodies, c.Body)
		}
	}
	return bodies
}

// explains tells whether err arose in a line in which a comprehension was left
// out, and is no limit that was met there by chance.
func (w *entryWatch) explains(err error) bool {
	var problems message.Problems
	if !errors.As(err, &problems) || len(problems) == 0 {
		return false
	}
	at := place{problems[0].File, problems[0].Line}
	return slices.Contains(w.leftOut, at) && !slices.Contains(limits, problems[0].Message.ID)
}
