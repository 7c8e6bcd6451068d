package rego

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"rubric/engine/message"
	"rubric/engine/number"
)

// What breaks an answer when it is evaluated is refused when it is compiled,
// where the text of the policy shows it: an author learns of it before a case
// meets it.

const memberReason = "reason"

// written checks the answers of a rule that are written out as objects.
func (c *compilation) written(r *ast.Rule) {
	amounted := slices.Contains([]string{ruleDeductions, ruleEarned}, ruleName(r))
	if !amounted && !slices.Contains([]string{ruleCutoff, ruleNotApplicable, ruleGroups, ruleTotal, ruleCaps}, ruleName(r)) {
		return
	}
	for ; r != nil; r = r.Else {
		o, ok := writtenObject(r)
		if !ok {
			continue
		}
		c.reasonOf(o)
		if amounted {
			c.amountOf(o)
		}
	}
}

// writtenAnswer is an object all of whose names are written out.
type writtenAnswer struct {
	at      *ast.Location
	names   []*ast.Term
	members map[string]*ast.Term
}

func writtenObject(r *ast.Rule) (w writtenAnswer, ok bool) {
	if r.Head.Value == nil {
		return w, false
	}
	object, ok := r.Head.Value.Value.(ast.Object)
	if !ok {
		return w, false
	}
	w = writtenAnswer{at: r.Head.Value.Location, members: map[string]*ast.Term{}}
	object.Foreach(func(key, val *ast.Term) {
		name, isText := key.Value.(ast.String)
		ok = ok && isText
		w.names, w.members[string(name)] = append(w.names, key), val
	})
	return w, ok
}

// missing reports a member that an answer lacks, at the name that was meant for
// it if there is one.
func (c *compilation) missing(o writtenAnswer, m message.Message, name string) {
	for _, key := range o.names {
		written := string(key.Value.(ast.String))
		if !slices.Contains([]string{amountShare, amountPoints, amountMark, memberReason}, written) && nearest(written, []string{name}) != "" {
			c.problemAt(key.Location, message.New("rego.answer_member_near", "name", written, "suggestion", name))
			return
		}
	}
	c.problemAt(o.at, m)
}

func (c *compilation) reasonOf(o writtenAnswer) {
	reason := o.members[memberReason]
	if reason == nil {
		c.missing(o, message.New("rego.no_reason"), memberReason)
		return
	}
	text, isText := reason.Value.(ast.String)
	if isText && strings.TrimSpace(string(text)) == "" || !isText && isWritten(reason) {
		c.problemAt(reason.Location, message.New("rego.no_reason"))
	}
}

// isWritten tells of a value that needs no evaluation.
func isWritten(t *ast.Term) bool {
	switch t.Value.(type) {
	case ast.Null, ast.Boolean, ast.Number, ast.String:
		return true
	}
	return false
}

// amountOf checks that an answer has one amount, and one that the framework has.
func (c *compilation) amountOf(o writtenAnswer) {
	share, points, mark := o.members[amountShare], o.members[amountPoints], o.members[amountMark]
	inPoints := share
	if inPoints == nil {
		inPoints = points
	}
	switch scale := c.unit.Scale; {
	case share != nil && points != nil || inPoints != nil && mark != nil:
		c.problemAt(inPoints.Location, message.New("rego.two_amounts"))
	case inPoints != nil && len(scale) > 0:
		c.problemAt(inPoints.Location, message.New("rego.no_mark", "scale", scale))
	case share != nil:
		c.numberOf(share, "rego.share_form", "rego.no_share")
	case points != nil:
		c.numberOf(points, "rego.points_form", "rego.points_form")
	case mark != nil:
		c.markOf(mark)
	case len(scale) > 0:
		c.missing(o, message.New("rego.no_mark", "scale", scale), amountMark)
	default:
		c.missing(o, message.New("rego.no_share"), amountShare)
	}
}

func (c *compilation) markOf(mark *ast.Term) {
	scale := c.unit.Scale
	if len(scale) == 0 {
		c.problemAt(mark.Location, message.New("rego.no_scale"))
	} else if text, ok := mark.Value.(ast.String); ok && !slices.Contains(scale, string(text)) {
		c.problemAt(mark.Location, message.New("rego.mark_form", "mark", string(text), "scale", scale))
	}
}

// numberOf checks a number, or a fraction in a text, that is written out;
// malformed and otherwise say what is wrong with another text and any other
// value. That it is in range is checked by package lint, which also sees what
// an expression can come to.
func (c *compilation) numberOf(t *ast.Term, malformed, otherwise string) {
	switch v := t.Value.(type) {
	case ast.String:
		if _, err := number.ParseFraction(string(v)); err != nil {
			c.problemAt(t.Location, message.New(malformed, "value", t.String()))
		}
	case ast.Null, ast.Boolean:
		c.problemAt(t.Location, message.New(otherwise, "value", t.String()))
	}
}

// formats checks the calls of sprintf whose format is written out.
func (c *compilation) formats(m *ast.Module) {
	check := func(at *ast.Location, terms []*ast.Term) {
		if len(terms) < 3 || !terms[0].Value.(ast.Ref).Equal(ast.Sprintf.Ref()) {
			return
		}
		format, isText := terms[1].Value.(ast.String)
		values, isList := terms[2].Value.(*ast.Array)
		if !isText {
			return
		}
		verbs, wrong := verbsOf(string(format))
		if wrong == nil && isList && values.Len() != verbs {
			wrong = fault("rego.format_count", "verbs", verbs, "values", values.Len())
		}
		if wrong != nil {
			c.problemAt(at, *wrong)
		}
	}
	ast.WalkExprs(m, func(e *ast.Expr) bool {
		if terms, ok := e.Terms.([]*ast.Term); ok && e.IsCall() {
			check(e.Location, terms)
		}
		return false
	})
	ast.WalkTerms(m, func(t *ast.Term) bool {
		if call, ok := t.Value.(ast.Call); ok {
			check(t.Location, call)
		}
		return false
	})
}

// verbsOf is how many values a format asks for.
func verbsOf(format string) (n int, wrong *message.Message) {
	for {
		_, rest, found := strings.Cut(format, "%")
		if !found {
			return n, nil
		}
		v, after, wrong := nextVerb(rest)
		if wrong != nil {
			return n, wrong
		}
		if v.letter != '%' {
			n++
		}
		format = after
	}
}
