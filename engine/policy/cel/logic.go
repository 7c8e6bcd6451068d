package cel

import (
	"errors"

	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"
)

// Functions that the source cannot name, in the place of && and ||: cel-go's
// own absorb an error on one side if the other side decides.
const (
	andFunction = "@and"
	orFunction  = "@or"
)

// logicFunction is what stands in the place of an operator, "" for operators
// that stay.
func logicFunction(operator string) string {
	switch operator {
	case operators.LogicalAnd:
		return andFunction
	case operators.LogicalOr:
		return orFunction
	}
	return ""
}

// logicStep is && or ||. Its terms are evaluated from left to right until one
// decides or fails; what fails is never absorbed. A term without a value, for a
// missing fact, leaves it to the later ones to decide; should one of those
// fail, that does not count, for the missing fact might have kept it from being
// evaluated: then there is no value.
type logicStep struct {
	id      int64
	decides types.Bool // false of &&, true of ||
	terms   []interpreter.InterpretableV2

	// turn is that it joins the elements of all or exists. They do not guard
	// each other: an element that fails does count.
	turn bool
}

// newLogicStep takes a chain, however cel-go nested it, as one: a && b && c.
func newLogicStep(id int64, decides types.Bool, args []interpreter.InterpretableV2, turn bool) *logicStep {
	s := &logicStep{id: id, decides: decides, turn: turn}
	for _, arg := range args {
		if inner, ok := arg.(*logicStep); ok && inner.decides == decides && !turn {
			s.terms = append(s.terms, inner.terms...)
		} else {
			s.terms = append(s.terms, arg)
		}
	}
	return s
}

func (s *logicStep) ID() int64 { return s.id }

func (s *logicStep) Eval(a interpreter.Activation) ref.Val {
	return interpreter.EvalActivation(a, s.Exec)
}

func (s *logicStep) Exec(frame *interpreter.ExecutionFrame) ref.Val {
	var unknown ref.Val
	for _, term := range s.terms {
		v := term.Exec(frame)
		switch {
		case v == s.decides:
			return v
		case v == !s.decides:
		case isHole(v):
			unknown = v
		case unknown != nil && !s.turn:
			return unknown
		case types.IsError(v):
			return v
		default:
			return isNull()
		}
	}
	if unknown != nil {
		return unknown
	}
	return !s.decides
}

// isHole is whether an expression has no value because of a missing fact.
func isHole(v ref.Val) bool {
	e, ok := v.(*types.Err)
	return ok && errors.Is(e, errHole)
}
