package lint

import (
	"slices"
	"strings"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/policy/script"
)

// rawNumbers: a number put into a reason without a formatting function, whose
// digits are then not the author's choice.
func (c *checker) rawNumbers() {
	c.clauses(func(_ *script.Policy, _ *script.Rule, k *script.Clause) {
		for _, text := range []*script.Expr{k.Reason, k.Item} {
			for _, piece := range piecesOf(text) {
				c.rawNumber(piece)
			}
		}
	})
}

func (c *checker) rawNumber(piece *script.Expr) {
	if piece.Form != script.Call || !strings.HasPrefix(piece.Op, "%") || len(piece.Args) != 1 {
		return
	}
	value, verb := piece.Args[0], piece.Op[len(piece.Op)-1:]
	switch verb {
	case "v":
		c.report(piece.Place, message.New("lint.verb_v", "verb", piece.Op))
	case "d":
		if isNumber(value) && !isWhole(value) {
			c.report(piece.Place, message.New("lint.raw_number", "verb", piece.Op, "value", formula(value)))
		}
	default:
		if isNumber(value) {
			c.report(piece.Place, message.New("lint.raw_number", "verb", piece.Op, "value", formula(value)))
		}
	}
}

// isNumber tells what is certainly a number.
func isNumber(e *script.Expr) bool {
	e = e.Resolve()
	switch {
	case e == nil:
		return false
	case e.Form == script.Fact:
		return len(e.Facts) > 0 && !slices.ContainsFunc(e.Facts, func(f *facts.Schema) bool { return f.Kind != facts.Num })
	case e.Is("min") || e.Is("max"): // of texts they are texts
		list := e.Args[0].Resolve()
		if list != nil && list.Form == script.Fact {
			return !slices.ContainsFunc(list.Facts, func(f *facts.Schema) bool { return f.Items == nil || f.Items.Kind != facts.Num })
		}
		return list != nil && len(list.Args) > 0 && !slices.ContainsFunc(list.Args, func(a *script.Expr) bool { return !isNumber(a) })
	case e.Form == script.Call:
		return slices.Contains([]string{"+", "-", "*", "/", "%", "neg", "abs", "round", "floor", "ceil", "count", "sum", "pow", "growth_rate"}, e.Op)
	}
	return e.Form == script.Number
}

// isWhole tells what is certainly a whole number.
func isWhole(e *script.Expr) bool {
	e = e.Resolve()
	switch {
	case e == nil:
		return false
	case e.Is("+") || e.Is("-") || e.Is("*"):
		return isWhole(e.Args[0]) && isWhole(e.Args[1])
	case e.Is("sum") || e.Is("min") || e.Is("max"):
		list := e.Args[0].Resolve()
		return list != nil && len(list.Args) > 0 && !slices.ContainsFunc(list.Args, func(a *script.Expr) bool { return !isWhole(a) })
	case e.Is("count") || e.Is("floor") || e.Is("ceil") || e.Is("round") && len(e.Args) == 1:
		return true
	}
	return spanOf(e).whole || wholeFact(e)
}
