package formula

import (
	"slices"
	"strconv"
	"strings"

	"rubric/engine/facts"
	"rubric/engine/number"
)

// Reader says what an expression computes in words and figures, as the facts
// stand.
type Reader struct {
	Label func(*facts.Node) string // what people call a fact
	Named func(*Expr) string       // what a computation is called, "" for none
	Live  func(*Expr) string       // what stands for the value of a fact or a named computation; nil for the value
	// Say is a sentence of the catalogue, of which the ids begin with "formula.".
	Say func(id string, pairs ...any) string
}

// Read is an expression with its values, such as “paid 12.5 ÷ budget 20”.
func (r Reader) Read(e *Expr) string { return r.inner(e, loose) }

// Value is what an expression gives, in words; false where it has no value.
func (r Reader) Value(e *Expr) (string, bool) {
	v, err := e.Eval(nil)
	return r.shown(v), err == nil
}

func (r Reader) shown(v Value) string {
	switch v.Kind {
	case IsText:
		return v.Text
	case IsTruth:
		if v.Flag {
			return r.Say("formula.yes")
		}
		return r.Say("formula.no")
	}
	return Figure(v.Number)
}

// Figure is a number by its digits where it does not have too many, as a fraction
// where that is short, else rounded.
func Figure(n number.Number) string {
	const digits, wide, short = 6, 9, 2
	text := n.String()
	if _, below, ok := strings.Cut(text, "/"); len(text) <= wide && (!ok || len(below) <= short) {
		return text
	}
	return "≈" + strings.TrimRight(strings.TrimRight(n.Fixed(digits), "0"), ".")
}

func (r Reader) expr(e *Expr, within int) string {
	if r.Named != nil {
		if name := r.Named(e); name != "" {
			return name + " " + r.now(e)
		}
	}
	return r.inner(e, within)
}

func (r Reader) inner(e *Expr, within int) string {
	text, binds := r.read(e)
	if binds < within {
		return "（" + text + "）"
	}
	return text
}

func (r Reader) read(e *Expr) (text string, binds int) {
	switch e.Op {
	case Number, Text, Truth:
		value, _ := r.Value(e)
		if strings.Contains(value, "/") {
			return value, multiplying
		}
		return value, tight
	case Fact:
		return r.Label(e.Fact) + " " + r.now(e), tight
	case Present:
		return r.Says(e), loose
	case Add:
		return r.sum(e), adding
	case Sub:
		return r.expr(e.Args[0], adding) + " − " + r.expr(e.Args[1], multiplying), adding
	case Mul:
		return r.expr(e.Args[0], multiplying) + " × " + r.expr(e.Args[1], multiplying), multiplying
	case Div:
		return r.expr(e.Args[0], multiplying) + " ÷ " + r.expr(e.Args[1], tight), multiplying
	case Rem:
		return r.expr(e.Args[0], multiplying) + " mod " + r.expr(e.Args[1], tight), multiplying
	case Less, AtMost, Equal:
		return r.compare(e, false), comparing
	case Pow:
		return r.expr(e.Args[0], tight) + "^" + r.expr(e.Args[1], tight), tight
	}
	return r.words(e)
}

// sum leaves out what is added only under a condition that does not hold.
func (r Reader) sum(e *Expr) string {
	var parts []string
	for _, a := range e.Args {
		if v, err := a.Eval(nil); a.Op == If && err == nil && v.Number.Sign() == 0 {
			continue
		}
		if a.Op == If {
			a = r.taken(a)
		}
		parts = append(parts, r.expr(a, adding))
	}
	if len(parts) == 0 {
		return "0"
	}
	return strings.Join(parts, " + ")
}

func (r Reader) taken(e *Expr) *Expr {
	if v, _ := e.Args[0].Eval(nil); v.Flag {
		return e.Args[1]
	}
	return e.Args[2]
}

// compare is a comparison as it stands, or its opposite, with what is constant on
// the right.
func (r Reader) compare(e *Expr, opposite bool) string {
	a, b := e.Args[0], e.Args[1]
	if a.Op == Fact && b.Op == Text && e.Op == Equal { // either way, what it is says it
		return r.Label(a.Fact) + "“" + r.now(a) + "”"
	}
	signs := map[Op][4]string{Less: {"<", "≥", ">", "≤"}, AtMost: {"≤", ">", "≥", "<"}, Equal: {"=", "≠", "=", "≠"}}[e.Op]
	at := 0
	if a.Constant() && !b.Constant() {
		a, b, at = b, a, 2
	}
	if opposite {
		at++
	}
	return r.expr(a, adding) + " " + signs[at] + " " + r.expr(b, adding)
}

// Holds is a condition as it stands: itself where it holds, else its opposite.
func (r Reader) Holds(e *Expr) string {
	v, err := e.Eval(nil)
	if err == nil && !v.Flag {
		return r.opposite(e)
	}
	return r.expr(e, loose)
}

func (r Reader) opposite(e *Expr) string {
	switch e.Op {
	case Less, AtMost, Equal:
		return r.compare(e, true)
	case Not:
		return r.Holds(e.Args[0])
	case Fact:
		return r.expr(e, loose)
	case Present:
		return r.denied(e)
	case And, Or:
		return r.decisive(e)
	}
	return r.Say("formula.not", "what", r.expr(e, loose))
}

// decisive are the parts of a condition that made it what it is.
func (r Reader) decisive(e *Expr) string {
	v, err := e.Eval(nil)
	every := err != nil || v.Flag == (e.Op == And)
	var parts []string
	for _, a := range e.Args {
		part, err := a.Eval(nil)
		if every || err == nil && part.Flag == (e.Op == Or) {
			parts = append(parts, r.Holds(a))
		}
		if !every && len(parts) == 1 {
			break
		}
	}
	return r.enumerate(parts)
}

// enumerate joins conditions; of many it says only the first ones.
func (r Reader) enumerate(all []string) string {
	var parts []string
	for _, part := range all {
		if !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	if len(parts) > few {
		rest := len(parts) - few
		parts = append(parts[:few:few], r.Say("formula.more", "n", rest))
	}
	return strings.Join(parts, r.Say("formula.and"))
}

func (r Reader) words(e *Expr) (text string, binds int) {
	switch e.Op {
	case And, Or:
		return r.decisive(e), loose
	case Not:
		return r.opposite(e.Args[0]), loose
	case If:
		return r.choice(e), loose
	case Count:
		return r.count(e), tight
	}
	id := map[Op]string{Floor: "floor", Ceil: "ceil", Abs: "abs", Round: "round", Min: "min", Max: "max"}[e.Op]
	parts := make([]string, len(e.Args))
	for i, a := range e.Args {
		parts[i] = r.expr(a, loose)
	}
	if e.Op == Round {
		return r.Say("formula.does_round", "what", parts[0], "digits", parts[1]), tight
	}
	return r.Say("formula.does_"+id, "what", strings.Join(parts, "，")), tight
}

// choice says which conditions do not hold, which one does, and what then counts.
func (r Reader) choice(e *Expr) string {
	var conditions []string
	for e.Op == If && (r.Named == nil || r.Named(e) == "") {
		conditions = append(conditions, r.Holds(e.Args[0]))
		e = r.taken(e)
	}
	return r.Say("formula.case", "when", r.enumerate(conditions), "then", r.expr(e, loose))
}

// count says how many hold, and of a few which.
func (r Reader) count(e *Expr) string {
	n := 0
	var each []string
	for _, a := range e.Args {
		v, err := a.Eval(nil)
		if err == nil && v.Flag {
			n++
		}
		each = append(each, r.Says(a))
	}
	if r.Live != nil {
		return r.Say("formula.count_asked", "each", strings.Join(each, "；"))
	}
	if len(each) > many {
		return r.Say("formula.count", "of", strconv.Itoa(len(e.Args)), "n", strconv.Itoa(n))
	}
	return r.Say("formula.count_of", "each", strings.Join(each, "；"), "n", strconv.Itoa(n))
}
