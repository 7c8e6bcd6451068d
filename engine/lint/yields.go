package lint

import (
	"slices"
	"strings"

	"rubric/engine"
	"rubric/engine/framework"
	"rubric/engine/number"
	"rubric/engine/policy"
	"rubric/engine/policy/cel"
	"rubric/engine/policy/rego"
	"rubric/engine/policy/script"
)

// Yields tells which scores the rules of indicators can give at all, by the
// indicators' ids: 0, 1, 2 or 3 of three points that are lost by thirds. It looks
// at the policies as they are written and runs none. What it cannot enumerate it
// bounds; of what it does not understand it knows nothing. The cache keeps what
// was found out for later runs; it is nil for none.
func Yields(fw *framework.Framework, of []engine.Indicator, cache policy.Cache) (map[string]engine.Yields, error) {
	found := loadYields(cache, fw, of)
	if found == nil {
		var err error
		if found, err = yieldsOf(fw, of); err != nil {
			return nil, err
		}
		saveYields(cache, fw, of, found)
	}
	all := map[string]engine.Yields{}
	for i, y := range found {
		if rule := of[i].RuleScore; y != nil && (rule == nil || given(y, *rule)) { // else it gave what it was thought not to
			all[of[i].ID] = y
		}
	}
	return all, nil
}

// yieldsOf are the yields of each indicator's rule, nil where nothing is known.
func yieldsOf(fw *framework.Framework, of []engine.Indicator) ([]engine.Yields, error) {
	scripts, err := scriptsOf(fw, of)
	if err != nil {
		return nil, err
	}
	all := make([]engine.Yields, len(of))
	for i := range of {
		at := slices.IndexFunc(scripts, func(p script.Policy) bool { return p.File == of[i].Rule.File })
		if weight, err := number.Parse(of[i].Weight); at >= 0 && err == nil {
			all[i] = (&yielding{policy: &scripts[at], framework: fw, weight: weight}).yields()
		}
	}
	return all, nil
}

func given(y engine.Yields, score string) bool {
	n, err := number.Parse(score)
	return err == nil && y.Has(n)
}

// scriptsOf are the scripts of the policies of indicators.
func scriptsOf(fw *framework.Framework, of []engine.Indicator) ([]script.Policy, error) {
	unit := func(extension string) policy.Unit {
		policies, helpers := fw.Policies(extension)
		policies = slices.DeleteFunc(slices.Clone(policies), func(s policy.Source) bool {
			return replaces(s) || !slices.ContainsFunc(of, func(in engine.Indicator) bool { return in.Rule.File == s.File })
		})
		if slices.ContainsFunc(helpers, replaces) {
			policies = nil
		}
		return policy.Unit{Schema: fw.Schema, Policies: policies, Helpers: helpers, Data: fw.Data, Scale: fw.Scale}
	}
	inRego, inCEL := unit(".rego"), unit(".cel.yaml")
	var all []script.Policy
	if len(inRego.Policies) > 0 {
		all = rego.Inspect(inRego)
	}
	if len(inCEL.Policies) > 0 {
		more, err := cel.Inspect(inCEL)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

// replaces tells whether Rego text puts other values in place of the facts or of
// rules (with), which scripts do not show.
func replaces(s policy.Source) bool {
	if !strings.HasSuffix(s.File, ".rego") {
		return false
	}
	for _, line := range linesIn(s.Text) {
		code, _, _ := strings.Cut(line, "#")
		if slices.Contains(strings.Fields(code), "with") {
			return true
		}
	}
	return false
}

// maxYields bounds how many single scores are told apart.
const maxYields = 64

// yielding is one policy whose scores are looked for.
type yielding struct {
	policy    *script.Policy
	framework *framework.Framework
	weight    number.Number
	applies   []*script.Expr // what holds where the indicator is not cut off
}

func (y *yielding) yields() engine.Yields {
	cut, exempt := y.closing()
	scores := y.scores()
	if scores == nil {
		return nil
	}
	if cut || exempt {
		scores = append(scores, single(number.Number{}))
	}
	if exempt {
		scores = append(scores, single(y.weight))
	}
	for i, s := range scores {
		scores[i] = engine.Interval{Min: y.round(s.Min), Max: y.round(s.Max)}
	}
	return engine.Yields(merged(scores))
}

func (y *yielding) round(n number.Number) number.Number {
	return n.Round(y.framework.Digits, y.framework.Mode)
}

// closing tells whether the policy can cut off, and say that it does not apply.
// Where a cut-off has a single condition, its contrary holds for all other
// scores.
func (y *yielding) closing() (cut, exempt bool) {
	for _, r := range y.policy.Rules {
		exempt = exempt || r.Kind == script.NotApplicable
		if r.Kind != script.Cutoff {
			continue
		}
		cut = true
		for _, k := range r.Clauses {
			if parts := conjuncts(k.Conditions); len(parts) == 1 && len(k.Over) == 0 {
				y.applies = append(y.applies, contrary(parts))
			}
		}
	}
	return cut, exempt
}

func contrary(parts []*script.Expr) *script.Expr {
	return &script.Expr{Place: parts[0].Place, Form: script.Call, Op: "!", Args: parts}
}

// scores are what the rule gives where it neither cuts off nor exempts, before
// rounding; nil where that is not known.
func (y *yielding) scores() []engine.Interval {
	var earned []engine.Interval
	lost, deducts := []engine.Interval{single(number.Number{})}, false
	for i := range y.policy.Rules {
		r := &y.policy.Rules[i]
		for n := range r.Clauses {
			k := &r.Clauses[n]
			switch r.Kind {
			case script.Earned:
				earned = merged(append(earned, y.amounts(r, k)...))
			case script.Deduction:
				deducts = true
				lost = y.losing(lost, y.amounts(r, k), y.times(k))
			}
		}
	}
	if !deducts {
		return earned
	}
	var left []engine.Interval
	for _, l := range lost {
		left = append(left, engine.Interval{Min: y.weight.Sub(l.Max), Max: y.weight.Sub(l.Min)})
	}
	return left
}

// amounts are the points that a clause takes or gives.
func (y *yielding) amounts(r *script.Rule, k *script.Clause) []engine.Interval {
	amount, unit := k.Share, y.weight
	if k.Points != nil {
		amount, unit = k.Points, number.Int(1)
	}
	if values := constants(amount); values != nil {
		var all []engine.Interval
		for _, v := range values {
			all = append(all, single(y.within(v.Mul(unit))))
		}
		return merged(all)
	}
	s := y.span(r, k, amount).scaled(unit).meet(span{lo: end{}, hi: end{at: y.weight}})
	if s.empty() {
		s = span{lo: end{}, hi: end{at: y.weight}}
	}
	return []engine.Interval{{Min: s.lo.at, Max: s.hi.at}}
}

// within is a number of points between none and the weight: no others are ever
// taken or given.
func (y *yielding) within(points number.Number) number.Number {
	if points.Sign() < 0 {
		return number.Number{}
	}
	return number.Min(points, y.weight)
}

// span is what an amount may be, as far as it is understood.
func (y *yielding) span(r *script.Rule, k *script.Clause, amount *script.Expr) span {
	if amount == nil || iteratesWithin(amount) {
		return everything()
	}
	known := append(settled(r, k), y.applies...)
	known = slices.DeleteFunc(conjuncts(known), hasUnknown)
	return (&spans{narrowed: narrowed(known)}).of(amount)
}

// iteratesWithin tells whether an expression depends on how often something
// inside it is true.
func iteratesWithin(e *script.Expr) bool {
	found := false
	e.WalkAll(func(x *script.Expr) bool {
		found = found || x.Form == script.Each
		return !found
	})
	return found
}

// times is how many deductions a clause makes at most, -1 for any number. Each
// has an item of its own.
func (y *yielding) times(k *script.Clause) int {
	if constantText(k.Item) != "" {
		return 1
	}
	if item := k.Item.Resolve(); item != nil && item.Form == script.Choice && len(item.Args) > 0 {
		if names := namesOf(item.Args); names != nil {
			return len(slices.Compact(slices.Sorted(slices.Values(names))))
		}
	}
	if !strings.HasSuffix(y.policy.File, ".cel.yaml") {
		return -1
	}
	most := 1 // CEL repeats over what it says that it does
	for _, over := range k.Over {
		n, known := turns(over)
		if !known {
			return -1
		}
		most *= n
	}
	return most
}

// namesOf are the texts that expressions are, nil if some is none.
func namesOf(all []*script.Expr) []string {
	var texts []string
	for _, e := range all {
		text := constantText(e)
		if text == "" {
			return nil
		}
		texts = append(texts, text)
	}
	return texts
}

// losing adds up to so many times one of the amounts to what is lost already,
// as far as there is something left to lose.
func (y *yielding) losing(lost, amounts []engine.Interval, times int) []engine.Interval {
	for ; times != 0; times-- {
		more := merged(append(slices.Clone(lost), y.sums(lost, amounts)...))
		if slices.EqualFunc(more, lost, same) {
			break
		}
		if lost = more; len(lost) > maxYields { // bounds will do
			lost = []engine.Interval{{Min: lost[0].Min, Max: y.weight}}
			break
		}
	}
	return lost
}

func (y *yielding) sums(lost, amounts []engine.Interval) (all []engine.Interval) {
	for _, l := range lost {
		for _, a := range amounts {
			all = append(all, engine.Interval{Min: number.Min(l.Min.Add(a.Min), y.weight), Max: number.Min(l.Max.Add(a.Max), y.weight)})
		}
	}
	return all
}

func single(n number.Number) engine.Interval { return engine.Interval{Min: n, Max: n} }

func same(a, b engine.Interval) bool { return a.Min.Equal(b.Min) && a.Max.Equal(b.Max) }

// merged are intervals in order, those that touch made one.
func merged(all []engine.Interval) []engine.Interval {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b engine.Interval) int { return a.Min.Cmp(b.Min) })
	var out []engine.Interval
	for _, i := range all {
		last := len(out) - 1
		switch {
		case last < 0 || i.Min.Cmp(out[last].Max) > 0:
			out = append(out, i)
		case i.Max.Cmp(out[last].Max) > 0:
			out[last].Max = i.Max
		}
	}
	return out
}

// constants are the numbers that an expression may be, if they can be counted;
// else nil.
func constants(e *script.Expr) []number.Number {
	e = e.Resolve()
	if e == nil {
		return nil
	}
	switch e.Form {
	case script.Number:
		return []number.Number{e.Number}
	case script.Text:
		if n, err := number.ParseFraction(e.Text); err == nil {
			return []number.Number{n}
		}
	case script.Choice:
		return constantsOf(e.Args)
	case script.Call:
		return computed(e)
	}
	return nil
}

// constantsOf are the numbers that one of several expressions may be.
func constantsOf(several []*script.Expr) (all []number.Number) {
	for _, e := range several {
		values := constants(e)
		if values == nil || len(all) > maxYields {
			return nil
		}
		all = append(all, values...)
	}
	return all
}

// computed are the numbers that an operator makes of constants.
func computed(e *script.Expr) (all []number.Number) {
	switch {
	case e.Op == "?:" && len(e.Args) == 3:
		return constantsOf(e.Args[1:])
	case e.Op == "text" && len(e.Args) == 1:
		return constants(e.Args[0])
	case len(e.Args) != 2 || !strings.Contains("+-*/", e.Op):
		return nil
	}
	left, right := constants(e.Args[0]), constants(e.Args[1])
	if len(left)*len(right) > maxYields {
		return nil
	}
	for _, a := range left {
		for _, b := range right {
			n, ok := applied(e.Op, a, b)
			if !ok {
				return nil
			}
			all = append(all, n)
		}
	}
	return all
}

func applied(op string, a, b number.Number) (number.Number, bool) {
	switch op {
	case "+":
		return a.Add(b), true
	case "-":
		return a.Sub(b), true
	case "*":
		return a.Mul(b), true
	}
	n, err := a.Div(b)
	return n, err == nil
}
