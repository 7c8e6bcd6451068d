package lint

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy/script"
)

// textsOf are the written rule and the literal parts of the reasons of a policy.
func textsOf(p *script.Policy) string {
	texts := []string{p.Meta.Rule}
	for _, r := range p.Rules {
		for _, k := range r.Clauses {
			for _, piece := range piecesOf(k.Reason) {
				if piece.Form == script.Text {
					texts = append(texts, piece.Text)
				}
			}
		}
	}
	return strings.Join(texts, "\n")
}

// quoted is a number that stands in a text.
type quoted struct {
	text   string
	offset int // in characters
	value  number.Number
}

var (
	percentForm  = regexp.MustCompile(`([0-9]+(?:\.[0-9]+)?)\s*(?:%|％|个百分点|percent)`)
	fractionForm = regexp.MustCompile(`([0-9]+)\s*[/／]\s*([0-9]+)`)
)

// percentagesIn are the percentages of a text, as numbers of percent.
func percentagesIn(text string) (all []quoted) {
	for _, at := range percentForm.FindAllStringSubmatchIndex(text, -1) {
		if n, err := number.Parse(text[at[2]:at[3]]); err == nil {
			all = append(all, quoted{text[at[0]:at[1]], utf8.RuneCountInString(text[:at[0]]), n})
		}
	}
	return all
}

func percentages(text string) (all []number.Number) {
	for _, q := range percentagesIn(text) {
		all = append(all, q.value)
	}
	return all
}

// fractionsIn are the fractions of small numbers in a text, as parts of one.
func fractionsIn(text string) (all []quoted) {
	for _, at := range fractionForm.FindAllStringSubmatchIndex(text, -1) {
		above, err1 := number.Parse(text[at[2]:at[3]])
		below, err2 := number.Parse(text[at[4]:at[5]])
		value, err3 := above.Div(below)
		if err1 == nil && err2 == nil && err3 == nil && value.Cmp(number.Int(1)) < 0 && below.Cmp(number.Int(100)) < 0 {
			all = append(all, quoted{text[at[0]:at[1]], utf8.RuneCountInString(text[:at[0]]), value})
		}
	}
	return all
}

// constants are the numbers that a policy has in its code, and in the code of
// what it names; fractions written as texts are among them.
func (c *checker) constants(p *script.Policy) (all []number.Number) {
	add := func(e *script.Expr) bool {
		switch e.Form {
		case script.Number:
			all = append(all, e.Number)
		case script.Text:
			if n, err := number.ParseFraction(e.Text); err == nil {
				all = append(all, n)
			}
		case script.Call:
			if n, ok := spanOf(e).constant(); ok {
				all = append(all, n)
			}
		case script.Name:
			if len(e.Args) == 0 {
				all = append(all, c.constantsNamed(e.Text)...)
			}
		}
		return true
	}
	for _, r := range p.Rules {
		for _, k := range r.Clauses {
			for _, e := range k.Expressions() {
				e.WalkAll(add)
			}
		}
	}
	if c.usesHelpers(p) { // thresholds may stand in a helper's file or in the data
		all = append(all, c.helperConstants()...)
	}
	return all
}

// says tells whether a percentage is among the constants: as such, as a part of
// one, as what is above one (growth by 8% is 1.08), as what a share leaves, or as
// a step of one percent.
func says(percent number.Number, constants, shares []number.Number) bool {
	one, hundred := number.Int(1), number.Int(100)
	part, _ := percent.Div(hundred)
	if percent.Sign() == 0 || percent.Equal(one) || percent.Equal(hundred) {
		return true
	}
	if slices.ContainsFunc(shares, one.Sub(part).Equal) {
		return true
	}
	for _, n := range constants {
		if slices.ContainsFunc([]number.Number{percent, part, one.Add(part), hundred.Add(percent)}, n.Equal) {
			return true
		}
	}
	return false
}

// constantShares are the shares of a policy that are constant.
func constantShares(p *script.Policy) (all []number.Number) {
	for _, r := range p.Rules {
		for _, k := range r.Clauses {
			for _, e := range []*script.Expr{k.Share, k.Value} {
				if n, ok := spanOf(e).constant(); ok && e != nil {
					all = append(all, n)
				}
			}
		}
	}
	return all
}

// reasonThresholds: a reason names a percentage that the policy does not have.
func (c *checker) reasonThresholds() {
	for i := range c.policies {
		p := &c.policies[i]
		constants := c.constants(p)
		for _, r := range p.Rules {
			for _, k := range r.Clauses {
				for _, piece := range piecesOf(k.Reason) {
					c.reasonThreshold(piece, constants, constantShares(p))
				}
			}
		}
	}
}

func (c *checker) reasonThreshold(piece *script.Expr, constants, shares []number.Number) {
	if piece.Form != script.Text {
		return
	}
	for _, q := range percentagesIn(piece.Text) {
		if !says(q.value, constants, shares) {
			c.report(piece.Place, message.New("lint.reason_threshold", "text", q.text))
			return
		}
	}
}

// writtenThresholds: the written rule names a percentage or a fraction that the
// policy does not have.
func (c *checker) writtenThresholds() {
	for i := range c.policies {
		p := &c.policies[i]
		if p.Indicator == "" || c.readsData(p) {
			continue
		}
		constants := c.constants(p)
		for _, q := range percentagesIn(p.Meta.Rule) {
			if !says(q.value, constants, constantShares(p)) {
				c.report(c.inWritten(p, q.text), message.New("lint.written_threshold", "text", q.text))
			}
		}
		for _, q := range fractionsIn(p.Meta.Rule) {
			if !slices.ContainsFunc(constants, q.value.Equal) && !c.divides(p, q.value) {
				c.report(c.inWritten(p, q.text), message.New("lint.written_threshold", "text", q.text))
			}
		}
	}
}

// divides tells whether the policy divides by what a unit fraction divides by:
// one third is also 1 / count.
func (c *checker) divides(p *script.Policy, value number.Number) bool {
	found := false
	for _, r := range p.Rules {
		for _, k := range r.Clauses {
			for _, e := range k.Expressions() {
				e.WalkAll(func(x *script.Expr) bool {
					if x.Is("/") && len(x.Args) == 2 {
						below, whole := spanOf(x.Args[1]).hi, true
						q, err := number.Int(1).Div(below.at)
						found = found || whole && !below.none && err == nil && q.Equal(value)
					}
					return !found
				})
			}
		}
	}
	return found
}

// inWritten is where a text stands in the written rule, as far as it can be
// found in the file.
func (c *checker) inWritten(p *script.Policy, text string) script.Place {
	at := p.Description
	for line := at.Line; line < at.Line+maxWritten; line++ {
		source := c.source(p.File, line)
		from := 0
		if line == at.Line {
			from = byteOffset(source, at.Column-1)
		}
		if i := strings.Index(source[from:], text); i >= 0 {
			return script.Place{File: p.File, Line: line, Column: utf8.RuneCountInString(source[:from+i]) + 1}
		}
	}
	return at
}

// maxWritten is how many lines of a written rule are searched.
const maxWritten = 40

// byteOffset is where the character with that number begins.
func byteOffset(text string, characters int) int {
	for i := range text {
		if characters == 0 {
			return i
		}
		characters--
	}
	return len(text)
}
