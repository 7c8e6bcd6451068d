package cel

import (
	"sync"

	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"

	"rubric/engine/message"
)

// lateStep is an expression that is planned when it is first evaluated: most
// reasons of a policy never are.
type lateStep struct {
	id   int64
	once sync.Once
	plan *plan // nil once it is planned, unless it is to be kept
	step interpreter.InterpretableV2
	said *said // of what was kept
}

// planned is a lateStep that is planned now. The error is cel-go's.
func planned(p *plan) (*lateStep, error) {
	s := &lateStep{id: p.tree.Expr().ID(), plan: p}
	var err error
	s.once.Do(func() { s.step, err = p.make() })
	return s, err
}

// ready plans what is not planned yet. What is kept was planned once, so that it
// can be planned again.
func (s *lateStep) ready() interpreter.InterpretableV2 {
	s.once.Do(func() {
		var err error
		if s.step, err = s.plan.make(); err != nil {
			s.step = interpreter.NewConstValue(s.id, fail(message.New("cel.crashed", "detail", err)))
		}
		s.plan = nil
	})
	return s.step
}

func (s *lateStep) ID() int64 { return s.id }

func (s *lateStep) Eval(a interpreter.Activation) ref.Val { return s.ready().Eval(a) }

func (s *lateStep) Exec(frame *interpreter.ExecutionFrame) ref.Val { return s.ready().Exec(frame) }

var _ interpreter.InterpretableV2 = (*lateStep)(nil)
