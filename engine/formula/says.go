package formula

import (
	"slices"
	"strings"
)

// Says is a condition as the rule has it, with the values, whether it holds or
// not. With Live it reads the same for all values.
func (r Reader) Says(e *Expr) string { return r.says(e, false) }

// says is a condition, in brackets where it is one of several parts within
// another one.
func (r Reader) says(e *Expr, within bool) string {
	switch e.Op {
	case And, Or:
		return r.joined(e, within)
	case Not:
		return r.denied(e.Args[0])
	case Fact:
		return r.sayFlag(e, true)
	case Present:
		return r.Say("formula.present", "what", r.Label(e.Fact))
	case Less, AtMost, Equal:
		return r.sayComparison(e, false)
	case Count:
		return r.count(e)
	}
	return r.expr(e, loose)
}

func (r Reader) joined(e *Expr, within bool) string {
	parts := make([]string, len(e.Args))
	for i, a := range e.Args {
		parts[i] = r.says(a, true)
	}
	if len(parts) > many {
		parts = append(slices.Clone(parts[:many]), r.Say("formula.more", "n", len(parts)-many))
	}
	text := strings.Join(parts, r.Say(map[Op]string{And: "formula.and", Or: "formula.or"}[e.Op]))
	if within {
		return "（" + text + "）"
	}
	return text
}

// many is how many conditions are said one by one.
const many = 12

// denied is the opposite of a condition.
func (r Reader) denied(e *Expr) string {
	switch e.Op {
	case Fact:
		return r.sayFlag(e, false)
	case Present:
		return r.Say("formula.absent", "what", r.Label(e.Fact))
	case Less, AtMost, Equal:
		return r.sayComparison(e, true)
	}
	return r.Say("formula.not", "what", r.Says(e))
}

func (r Reader) sayFlag(e *Expr, is bool) string {
	return r.Say("formula.flag", "what", r.Label(e.Fact), "is", r.shown(Value{Kind: IsTruth, Flag: is}), "now", r.now(e))
}

// sayComparison is a comparison as it is asked; of texts it says what is asked for.
func (r Reader) sayComparison(e *Expr, opposite bool) string {
	a, b := e.Args[0], e.Args[1]
	if a.Op != Fact || b.Op != Text {
		return r.compare(e, opposite)
	}
	if e.Op != Equal {
		return r.compare(e, opposite)
	}
	id := map[bool]string{false: "formula.flag", true: "formula.flag_not"}[opposite]
	return r.Say(id, "what", r.Label(a.Fact), "is", b.Text, "now", r.now(a))
}

// now is the value of a fact or a named computation: where it stands, if the
// reader is live.
func (r Reader) now(e *Expr) string {
	if r.Live != nil {
		return r.Live(e)
	}
	text, _ := r.Value(e)
	return text
}

// Steady tells whether an expression reads the same for all values: it has nothing
// of which only the part that counts is read.
func (r Reader) Steady(e *Expr) bool {
	if r.Named != nil && r.Named(e) != "" {
		return true
	}
	return e.Op != If && !slices.ContainsFunc(e.Args, func(a *Expr) bool { return !r.Steady(a) })
}
