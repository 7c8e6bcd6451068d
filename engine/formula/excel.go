package formula

import (
	"strconv"
	"strings"

	"rubric/engine/facts"
	"rubric/engine/number"
)

// Sheet is where things stand on the sheet that a formula is written for.
type Sheet struct {
	// Cell is the cell in which a fact stands, a truth as the word Yes or another
	// one; "" where it does not, or not exactly.
	Cell func(*facts.Node) string
	// Named is the cell in which an expression is computed already, "" for none.
	Named func(*Expr) string
	Yes   string
}

// longest is how long a formula of a cell may be.
const longest = 8000

// Formula is an expression as the formula of a cell; false where it cannot be
// one. Differences beyond the twelfth decimal count as none, so that binary noise
// decides nothing.
func (s Sheet) Formula(e *Expr) (string, bool) {
	w := &writing{Sheet: s}
	text := w.inner(e, 0)
	return text, !w.lacks && len(text) <= longest
}

// writing is a formula being written.
type writing struct {
	Sheet
	lacks bool
	size  int
}

// How tightly operators bind.
const (
	loose = iota
	comparing
	adding
	multiplying
	tight
)

// expr is an expression within another one that binds so tightly.
func (w *writing) expr(e *Expr, within int) string {
	if w.Named != nil {
		if at := w.Named(e); at != "" {
			return at
		}
	}
	return w.inner(e, within)
}

func (w *writing) inner(e *Expr, within int) string {
	if w.size++; w.size > longest {
		w.lacks = true // shared parts are written again each time
	}
	if w.lacks {
		return ""
	}
	text, binds := w.write(e)
	if binds < within {
		return "(" + text + ")"
	}
	return text
}

func (w *writing) write(e *Expr) (text string, binds int) {
	switch e.Op {
	case Number:
		return constant(e.Number)
	case Text:
		return `"` + strings.ReplaceAll(e.Text, `"`, `""`) + `"`, tight
	case Truth:
		return strings.ToUpper(strconv.FormatBool(e.Flag)), tight
	case Fact:
		return w.fact(e)
	case Present:
		at := w.Cell(e.Fact)
		w.lacks = w.lacks || at == ""
		return at + `<>""`, comparing
	case Add:
		return w.chain(e.Args), adding
	case Sub:
		return w.expr(e.Args[0], adding) + "-" + w.expr(e.Args[1], multiplying), adding
	case Mul:
		if e.Args[0].Op == Number && e.Args[0].Number.Equal(number.Int(-1)) {
			return "-" + w.expr(e.Args[1], tight), adding
		}
		return w.expr(e.Args[0], multiplying) + "*" + w.expr(e.Args[1], multiplying), multiplying
	case Div:
		return w.expr(e.Args[0], multiplying) + "/" + w.expr(e.Args[1], tight), multiplying
	case Less, AtMost, Equal:
		return w.compare(e)
	case And, Or:
		return w.join(e), tight
	}
	return w.function(e)
}

// constant is a number by its digits, or as a fraction.
func constant(n number.Number) (text string, binds int) {
	text = n.String()
	switch {
	case strings.Contains(text, "/"):
		return text, multiplying
	case n.Sign() < 0:
		return text, adding
	}
	return text, tight
}

func (w *writing) fact(e *Expr) (text string, binds int) {
	at := w.Cell(e.Fact)
	w.lacks = w.lacks || at == ""
	if e.Kind == IsTruth {
		return at + `="` + w.Yes + `"`, comparing
	}
	return at, tight
}

// few is how many summands stand beside each other.
const few = 6

func (w *writing) chain(args []*Expr) string {
	parts := make([]string, len(args))
	for i, a := range args {
		parts[i] = w.expr(a, adding)
	}
	return sums(parts)
}

// sums adds up: a function takes no more than some hundred arguments.
func sums(parts []string) string {
	if len(parts) <= few {
		return strings.ReplaceAll(strings.Join(parts, "+"), "+-", "-")
	}
	const most = 100
	var all []string
	for len(parts) > 0 {
		n := min(most, len(parts))
		all = append(all, "SUM("+strings.Join(parts[:n], ",")+")")
		parts = parts[n:]
	}
	return strings.Join(all, "+")
}

// compare writes what is constant on the right. Of what is computed, the sign of
// the difference counts: binary noise at a threshold is no difference.
func (w *writing) compare(e *Expr) (text string, binds int) {
	a, b, sign := e.Args[0], e.Args[1], map[Op]string{Less: "<", AtMost: "<=", Equal: "="}[e.Op]
	if a.Constant() && !b.Constant() {
		a, b, sign = b, a, map[Op]string{Less: ">", AtMost: ">=", Equal: "="}[e.Op]
	}
	if e.Op == Equal && a.Kind == IsText {
		return "EXACT(" + w.expr(a, loose) + "," + w.expr(b, loose) + ")", tight
	}
	if stands(a) && stands(b) {
		return w.expr(a, adding) + sign + w.expr(b, adding), comparing
	}
	return "ROUND(" + w.expr(a, adding) + "-" + w.expr(b, multiplying) + ",12)" + sign + "0", comparing
}

// stands tells whether a value is kept as it was written.
func stands(e *Expr) bool { return e.Op == Number || e.Op == Fact || e.Kind != IsNumber }

// join writes AND and OR. They look at all their arguments, so that one that may
// have no value is guarded by those before it.
func (w *writing) join(e *Expr) string {
	parts := make([]string, len(e.Args))
	guarded := false
	for i, a := range e.Args {
		parts[i] = w.expr(a, loose)
		guarded = guarded || i > 0 && mayFail(a)
	}
	if !guarded {
		return map[Op]string{And: "AND", Or: "OR"}[e.Op] + "(" + strings.Join(parts, ",") + ")"
	}
	out := parts[len(parts)-1]
	for i := len(parts) - 2; i >= 0; i-- {
		if e.Op == And {
			out = "IF(" + parts[i] + "," + out + ",FALSE)"
		} else {
			out = "IF(" + parts[i] + ",TRUE," + out + ")"
		}
	}
	return out
}

// mayFail tells whether an expression divides by what depends on the facts, or
// reads what may be absent.
func mayFail(e *Expr) (fails bool) {
	e.Walk(func(part *Expr) {
		fails = fails || part.Op == Fact && part.Fact.Schema != nil && part.Fact.Schema.Optional || (part.Op == Div || part.Op == Rem) && !part.Args[1].Constant() || part.Op == Pow
	})
	return fails
}

// noise keeps what is exactly a whole number from being taken for a little less.
const noise = "+0.0000000001"

func (w *writing) function(e *Expr) (text string, binds int) {
	switch e.Op {
	case Rem:
		a, b := w.expr(e.Args[0], multiplying), w.expr(e.Args[1], tight)
		return a + "-" + b + "*TRUNC(" + a + "/" + b + ")", adding
	case Floor:
		return "INT(" + w.expr(e.Args[0], adding) + noise + ")", tight
	case Ceil:
		return "-INT(-" + w.expr(e.Args[0], tight) + noise + ")", adding
	case Round:
		return "ROUND(ROUND(" + w.expr(e.Args[0], loose) + ",12)," + w.expr(e.Args[1], loose) + ")", tight
	case Count:
		parts := make([]string, len(e.Args))
		for i, a := range e.Args {
			parts[i] = "IF(" + w.expr(a, loose) + ",1,0)"
		}
		return sums(parts), adding
	}
	name := map[Op]string{Abs: "ABS", Pow: "POWER", Min: "MIN", Max: "MAX", Not: "NOT", If: "IF"}[e.Op]
	parts := make([]string, len(e.Args))
	for i, a := range e.Args {
		parts[i] = w.expr(a, loose)
	}
	return name + "(" + strings.Join(parts, ",") + ")", tight
}

// Shared are the computations that several of the expressions, or several places
// in them, have in common: each is worth a cell of its own, in this order.
func Shared(all []*Expr) (shared []*Expr) {
	uses, order := map[*Expr]int{}, []*Expr{}
	seen := map[*Expr]bool{}
	for _, root := range all {
		root.walk(func(e *Expr) {
			order = append(order, e)
			for _, a := range e.Args {
				uses[a]++
			}
		}, seen)
	}
	for _, e := range order {
		if uses[e] > 1 && e.Kind == IsNumber && !e.Constant() && e.Op != Fact && e.Op != If && e.Op != Floor {
			shared = append(shared, e)
		}
	}
	return shared
}
