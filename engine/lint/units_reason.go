package lint

import (
	"slices"
	"strings"

	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy/script"
)

// reasons calls visit with the pieces of every reason.
func (c *checker) reasons(visit func(p *script.Policy, k *script.Clause, pieces []*script.Expr)) {
	c.clauses(func(p *script.Policy, _ *script.Rule, k *script.Clause) {
		if pieces := piecesOf(k.Reason); pieces != nil {
			visit(p, k, pieces)
		}
	})
}

// piecesOf are the pieces of a text, in order: literal texts and what is put in.
func piecesOf(e *script.Expr) []*script.Expr {
	e = e.Resolve()
	switch {
	case e == nil:
		return nil
	case e.Is("text"):
		return e.Args
	case e.Is("+") && len(e.Args) == 2:
		return append(slices.Clone(piecesOf(e.Args[0])), piecesOf(e.Args[1])...)
	case e.Is("concat") && len(e.Args) == 2 && e.Args[1].Resolve() != nil:
		var all []*script.Expr
		for _, a := range e.Args[1].Resolve().Args {
			all = append(all, piecesOf(a)...)
		}
		return all
	}
	return []*script.Expr{e}
}

// put is the value that a piece puts in, behind a verb and a formatting function.
func put(piece *script.Expr) *script.Expr {
	if piece.Form == script.Call && strings.HasPrefix(piece.Op, "%") && len(piece.Args) == 1 {
		piece = piece.Args[0]
	}
	if r := piece.Resolve(); r.Is("exact") || r.Is("decimal") || r.Is("format_int") {
		return r.Args[0]
	}
	return piece
}

// reasonUnits: the reason says 万元 behind a number of 元.
func (c *checker) reasonUnits() {
	var words []string
	for _, family := range scales()[:4] {
		words = append(words, family...)
	}
	c.reasons(func(_ *script.Policy, _ *script.Clause, pieces []*script.Expr) {
		for i, piece := range pieces {
			if piece.Form == script.Text || i+1 == len(pieces) || pieces[i+1].Form != script.Text {
				continue
			}
			unit, word := unitOf(put(piece)), beginningWith(pieces[i+1].Text, words)
			if word != "" && unit != "" && unit != ratio && word != unit && sameScale(unit, word) {
				c.report(placeOfPut(piece), message.New("lint.reason_unit", "value", formula(put(piece)), "unit", unit, "word", word))
			}
		}
	})
}

// placeOfPut is where the value of a piece stands.
func placeOfPut(piece *script.Expr) script.Place {
	if strings.HasPrefix(piece.Op, "%") && len(piece.Args) == 1 {
		return piece.Args[0].Place
	}
	return piece.Place
}

// beginningWith is the longest of the words that text begins with.
func beginningWith(text string, words []string) string {
	best := ""
	for _, w := range words {
		if w != ratio && strings.HasPrefix(text, w) && len(w) > len(best) {
			best = w
		}
	}
	return best
}

// percentScales: a ratio compared with 95, or a percentage with 0.95, where the
// texts say 95%.
func (c *checker) percentScales() {
	c.clauses(func(p *script.Policy, _ *script.Rule, k *script.Clause) {
		said := percentages(textsOf(p))
		for _, condition := range k.Conditions {
			c.walk(condition, func(e *script.Expr) {
				if !isOrder(e) {
					return
				}
				for i, side := range e.Args {
					c.percentScale(e, side, e.Args[1-i], said)
				}
			})
		}
	})
}

func isOrder(e *script.Expr) bool {
	return e.Form == script.Call && len(e.Args) == 2 && slices.Contains([]string{"<", "<=", ">", ">="}, e.Op)
}

func (c *checker) percentScale(e, side, other *script.Expr, said []number.Number) {
	n, ok := spanOf(other).constant()
	if !ok || n.Sign() <= 0 {
		return
	}
	hundred := number.Int(100)
	part, _ := n.Div(hundred)
	switch unit := unitOf(side); {
	case unit == ratio && n.Cmp(number.Int(5)) >= 0 && slices.ContainsFunc(said, n.Equal):
		c.report(e.Place, message.New("lint.ratio_as_percent", "value", formula(side), "number", n.String(), "instead", part.String()))
	case unit == "%" && n.Cmp(number.Int(1)) < 0 && slices.ContainsFunc(said, n.Mul(hundred).Equal):
		c.report(e.Place, message.New("lint.percent_as_ratio", "value", formula(side), "number", n.String(), "instead", n.Mul(hundred).String()))
	}
}
