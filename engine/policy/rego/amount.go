package rego

import (
	"slices"

	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// The members of an answer that say how much is lost or earned; an answer has
// one of them.
const (
	amountShare  = "share"
	amountPoints = "points"
	amountMark   = "mark"
)

// amount is how much v takes or gives.
func (r *run) amount(v value, line int) (a policy.Amount, ok bool) {
	share, points, mark := scalar(r.field(v, amountShare)), scalar(r.field(v, amountPoints)), scalar(r.field(v, amountMark))
	switch given := given(share, points, mark); {
	case given > 1:
		return a, r.broken(line, message.New("rego.two_amounts"))
	case len(r.scale) > 0:
		return r.marked(mark, line)
	case mark != nil:
		return a, r.broken(line, message.New("rego.no_scale"))
	case points != nil:
		n, ok := r.number(points, line, "rego.points_form", "rego.points_form")
		if ok && n.Sign() < 0 {
			return a, r.broken(line, message.New("rego.points_range", "points", n.String()))
		}
		return policy.Amount{Points: &n}, ok
	}
	a.Share, ok = r.share(share, line)
	return a, ok
}

func given(all ...value) int {
	n := 0
	for _, v := range all {
		if v != nil {
			n++
		}
	}
	return n
}

// marked is a mark on the framework's scale.
func (r *run) marked(mark value, line int) (a policy.Amount, ok bool) {
	text, isText := mark.(string)
	if !isText {
		return a, r.broken(line, message.New("rego.no_mark", "scale", r.scale))
	}
	if !slices.Contains(r.scale, text) {
		return a, r.broken(line, message.New("rego.mark_form", "mark", text, "scale", r.scale))
	}
	return policy.Amount{Mark: text}, true
}

// share is a number or a fraction in a text, from 0 to 1.
func (r *run) share(share value, line int) (number.Number, bool) {
	n, ok := r.number(share, line, "rego.share_form", "rego.no_share")
	if ok && (n.Sign() < 0 || n.Cmp(number.Int(1)) > 0) {
		return n, r.broken(line, message.New("rego.share_range", "share", n.String()))
	}
	return n, ok
}

// number is a number, or a fraction in a text; malformed and otherwise say what
// is wrong with another text and any other value.
func (r *run) number(v value, line int, malformed, otherwise string) (n number.Number, ok bool) {
	if n, ok = v.(number.Number); ok {
		return n, true
	}
	text, isText := v.(string)
	if !isText {
		return n, r.broken(line, message.New(otherwise, "value", show(v)))
	}
	n, err := number.ParseFraction(text)
	if err != nil {
		return n, r.broken(line, message.New(malformed, "value", show(v)))
	}
	return n, true
}
