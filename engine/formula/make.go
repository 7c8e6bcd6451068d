package formula

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"rubric/engine/facts"
	"rubric/engine/number"
)

// ErrTooLarge is that a policy has more to compute than is worth writing down.
var ErrTooLarge = errors.New("too large to be written as formulas")

// maxExprs bounds what one Maker makes.
const maxExprs = 20_000

// Maker makes expressions, in their simplest form, each only once. Once it has
// made too many, what it makes is worthless and Err says so.
type Maker struct {
	made map[string]*Expr
	full bool
}

// NewMaker is a Maker that has made nothing.
func NewMaker() *Maker { return &Maker{made: map[string]*Expr{}} }

// Err is ErrTooLarge or nil.
func (m *Maker) Err() error {
	if m.full {
		return ErrTooLarge
	}
	return nil
}

func (m *Maker) keep(key string, e Expr) *Expr {
	if old := m.made[key]; old != nil {
		return old
	}
	e.id = len(m.made)
	m.full = m.full || e.id >= maxExprs
	m.made[key] = &e
	return &e
}

// Number is a constant.
func (m *Maker) Number(n number.Number) *Expr {
	return m.keep("n"+n.String(), Expr{Op: Number, Kind: IsNumber, Number: n})
}

// Int is a whole constant.
func (m *Maker) Int(n int) *Expr { return m.Number(number.Int(int64(n))) }

// Text is a constant.
func (m *Maker) Text(s string) *Expr { return m.keep("t"+s, Expr{Op: Text, Kind: IsText, Text: s}) }

// Truth is a constant.
func (m *Maker) Truth(b bool) *Expr {
	return m.keep("b"+strconv.FormatBool(b), Expr{Op: Truth, Kind: IsTruth, Flag: b})
}

// Fact is a scalar of the facts; nil if n is none, or null.
func (m *Maker) Fact(n *facts.Node) *Expr {
	kinds := map[facts.Kind]Kind{facts.Num: IsNumber, facts.Text: IsText, facts.Bool: IsTruth}
	kind, ok := kinds[n.Kind]
	if !ok {
		return nil
	}
	return m.keep("f"+n.Pointer(), Expr{Op: Fact, Kind: kind, Fact: n})
}

// Present is whether a scalar of the facts is there: true of one that is not
// optional.
func (m *Maker) Present(n *facts.Node) *Expr {
	if n.Schema == nil || !n.Schema.Optional || m.Fact(n) == nil {
		return m.Truth(true)
	}
	return m.keep("p"+n.Pointer(), Expr{Op: Present, Kind: IsTruth, Fact: n})
}

// kindOf is the kind of what an operation gives.
func kindOf(op Op, args []*Expr) Kind {
	switch {
	case op == If:
		return args[1].Kind
	case op >= Less && op <= Not:
		return IsTruth
	}
	return IsNumber
}

// Make is an operation on arguments of the right number and kinds.
func (m *Maker) Make(op Op, args ...*Expr) *Expr {
	switch op {
	case And, Or:
		return m.join(op, args)
	case Not:
		return m.not(args[0])
	case If:
		return m.choose(args[0], args[1], args[2])
	case Add:
		return m.sum(args)
	case Count:
		return m.count(args)
	case Equal:
		if e := m.equal(args[0], args[1]); e != nil {
			return e
		}
		if a, b := args[0], args[1]; a.Constant() || !b.Constant() && a.id > b.id {
			args = []*Expr{b, a}
		}
	case Min, Max:
		if len(args) == 1 {
			return args[0]
		}
	}
	return m.make(op, args)
}

// make computes what consists of constants, and keeps the rest as it is.
func (m *Maker) make(op Op, args []*Expr) *Expr {
	var key strings.Builder
	key.WriteString("o" + strconv.Itoa(int(op)))
	constant := true
	for _, a := range args {
		key.WriteString("," + strconv.Itoa(a.id))
		constant = constant && a.Constant()
	}
	e := Expr{Op: op, Kind: kindOf(op, args), Args: slices.Clone(args)}
	if constant {
		if v, err := e.Eval(nil); err == nil {
			return m.Constant(v)
		}
	}
	return m.keep(key.String(), e)
}

// Constant is a value as an expression.
func (m *Maker) Constant(v Value) *Expr {
	switch v.Kind {
	case IsText:
		return m.Text(v.Text)
	case IsTruth:
		return m.Truth(v.Flag)
	}
	return m.Number(v.Number)
}

// join is And or Or of what does not decide by itself, each part once.
func (m *Maker) join(op Op, args []*Expr) *Expr {
	decides := op == Or
	var parts []*Expr
	for _, a := range args {
		inner := []*Expr{a}
		if a.Op == op {
			inner = a.Args
		}
		for _, part := range inner {
			switch {
			case part.Op == Truth && part.Flag == decides, slices.Contains(parts, m.not(part)):
				return m.Truth(decides)
			case part.Op != Truth && !slices.Contains(parts, part):
				parts = append(parts, part)
			}
		}
	}
	switch len(parts) {
	case 0:
		return m.Truth(!decides)
	case 1:
		return parts[0]
	}
	return m.make(op, parts)
}

// not turns comparisons of numbers round.
func (m *Maker) not(e *Expr) *Expr {
	switch {
	case e.Op == Truth:
		return m.Truth(!e.Flag)
	case e.Op == Not:
		return e.Args[0]
	case e.Op == Less:
		return m.make(AtMost, []*Expr{e.Args[1], e.Args[0]})
	case e.Op == AtMost:
		return m.make(Less, []*Expr{e.Args[1], e.Args[0]})
	}
	return m.make(Not, []*Expr{e})
}

func (m *Maker) choose(when, then, otherwise *Expr) *Expr {
	switch {
	case when.True() || then == otherwise:
		return then
	case when.False():
		return otherwise
	case then.True() && otherwise.False():
		return when
	case then.False() && otherwise.True():
		return m.not(when)
	case when.Op == Not:
		return m.make(If, []*Expr{when.Args[0], otherwise, then})
	}
	return m.make(If, []*Expr{when, then, otherwise})
}

// sum adds up, constants first.
func (m *Maker) sum(args []*Expr) *Expr {
	var fixed number.Number
	var parts []*Expr
	for _, a := range args {
		inner := []*Expr{a}
		if a.Op == Add {
			inner = a.Args
		}
		for _, part := range inner {
			if part.Op == Number {
				fixed = fixed.Add(part.Number)
				continue
			}
			parts = append(parts, part)
		}
	}
	if fixed.Sign() != 0 || len(parts) == 0 {
		parts = append(parts, m.Number(fixed))
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return m.make(Add, parts)
}

func (m *Maker) count(args []*Expr) *Expr {
	always := 0
	var parts []*Expr
	for _, a := range args {
		if a.True() {
			always++
		} else if !a.False() {
			parts = append(parts, a)
		}
	}
	if len(parts) == 0 {
		return m.Int(always)
	}
	return m.sum([]*Expr{m.make(Count, parts), m.Int(always)})
}

// equal decides what can be seen, nil if nothing can.
func (m *Maker) equal(a, b *Expr) *Expr {
	if a.Constant() {
		a, b = b, a
	}
	switch {
	case a == b:
		return m.Truth(true)
	case a.Kind != b.Kind:
		return m.Truth(false)
	case b.True():
		return a
	case b.False():
		return m.not(a)
	case a.Op == If && b.Constant():
		return m.choose(a.Args[0], m.Make(Equal, a.Args[1], b), m.Make(Equal, a.Args[2], b))
	}
	return nil
}
