package cel

import (
	"slices"

	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// amount is how much an entry takes or a band gives.
func (r *run) amount(a amount, line int, s *scope) (policy.Amount, error) {
	switch {
	case a.points != nil:
		return r.points(a.points, s)
	case a.mark != nil:
		return r.mark(a.mark, line, s)
	}
	n, err := r.number(a.share, s)
	if err == nil && (n.Sign() < 0 || n.Cmp(number.Int(1)) > 0) {
		err = failure{a.share.line, message.New("cel.share_outside", "value", n.String())}
	}
	return policy.Amount{Share: n}, err
}

func (r *run) points(x *expression, s *scope) (policy.Amount, error) {
	n, err := r.number(x, s)
	if err == nil && n.Sign() < 0 {
		err = failure{x.line, message.New("cel.points_negative", "value", n.String())}
	}
	return policy.Amount{Points: &n}, err
}

func (r *run) mark(t *template, line int, s *scope) (policy.Amount, error) {
	text, err := r.text(t, s)
	if err == nil && !slices.Contains(r.scale, text) {
		err = failure{line, message.New("cel.mark_form", "mark", text, "scale", r.scale)}
	}
	return policy.Amount{Mark: text}, err
}

func (r *run) number(x *expression, s *scope) (number.Number, error) {
	v, err := r.eval(x, s, policy.Value)
	if err != nil {
		return number.Number{}, err
	}
	n, ok := v.(numeral)
	if !ok {
		return number.Number{}, failure{x.line, message.New("cel.null")}
	}
	return n.n, nil
}

// nothing tells whether an amount takes nothing: no points, or the best mark.
func (r *run) nothing(a policy.Amount) bool {
	return a.Zero() || len(r.scale) > 0 && a.Mark == r.scale[0]
}
