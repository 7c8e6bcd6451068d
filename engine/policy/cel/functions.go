package cel

import (
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// maxDigits is the most decimals that can be asked for.
const maxDigits = 30

// function is one of ours. Its arguments are values, never errors, and of a
// type that was checked, or null.
type function func(r *run, args []ref.Val) ref.Val

// functionNamed is the implementation of a function or operator, nil for those
// that cel-go evaluates itself.
func functionNamed(name string) function {
	switch name {
	case operators.Add:
		return add
	case operators.Subtract:
		return arithmetic(func(x, y number.Number) (number.Number, error) { return x.Sub(y), nil })
	case operators.Multiply:
		return arithmetic(func(x, y number.Number) (number.Number, error) { return x.Mul(y), nil })
	case operators.Divide:
		return arithmetic(number.Number.Div)
	case operators.Modulo:
		return arithmetic(number.Number.Rem)
	case operators.Negate:
		return unary(number.Number.Neg)
	case operators.Less:
		return order(func(c int) bool { return c < 0 })
	case operators.LessEquals:
		return order(func(c int) bool { return c <= 0 })
	case operators.Greater:
		return order(func(c int) bool { return c > 0 })
	case operators.GreaterEquals:
		return order(func(c int) bool { return c >= 0 })
	case operators.Equals:
		return func(r *run, args []ref.Val) ref.Val { return r.equal(args[0], args[1]) }
	case operators.NotEquals:
		return differ
	case operators.In:
		return in
	case indexFunction:
		return index
	case "size":
		return size
	case "startsWith":
		return textTest(strings.HasPrefix)
	case "endsWith":
		return textTest(strings.HasSuffix)
	case "contains":
		return textTest(strings.Contains)
	}
	return namedFunction(name)
}

// namedFunction are the functions that CEL itself does not have. exact writes
// all digits of the value and no more: zeros at the end of a fact, as in
// 352.70, are not kept.
func namedFunction(name string) function {
	switch name {
	case "min":
		return extreme(func(c int) bool { return c < 0 })
	case "max":
		return extreme(func(c int) bool { return c > 0 })
	case "sum":
		return sum
	case "abs":
		return unary(number.Number.Abs)
	case "floor":
		return unary(number.Number.Floor)
	case "ceil":
		return unary(number.Number.Ceil)
	case "round":
		return numeric(func(x []number.Number, n []int) (ref.Val, error) {
			return numeralOf(x[0].Round(n[1], number.RoundHalfUp)), nil
		}, anyNumber, digits)
	case "pow":
		return numeric(func(x []number.Number, n []int) (ref.Val, error) {
			return numeralErr(x[0].Pow(n[1]))
		}, anyNumber, whole)
	case "growth_rate":
		return numeric(func(x []number.Number, n []int) (ref.Val, error) {
			return numeralErr(number.GrowthRate(x[0], x[1], n[2], n[3]))
		}, anyNumber, anyNumber, whole, digits)
	case "decimal":
		return numeric(func(x []number.Number, n []int) (ref.Val, error) {
			return types.String(x[0].Fixed(n[1])), nil
		}, anyNumber, digits)
	case "percent":
		return numeric(func(x []number.Number, n []int) (ref.Val, error) {
			return types.String(x[0].Mul(number.Int(100)).Fixed(n[1]) + "%"), nil
		}, anyNumber, digits)
	case "exact":
		return numeric(func(x []number.Number, _ []int) (ref.Val, error) {
			return types.String(x[0].String()), nil
		}, anyNumber)
	case "days_between":
		return daysBetween
	}
	return nil
}

func numeralErr(n number.Number, err error) (ref.Val, error) { return numeralOf(n), err }

// arithmetic is an operator on two numbers. Their size is charged before the
// work.
func arithmetic(f func(x, y number.Number) (number.Number, error)) function {
	return func(r *run, args []ref.Val) ref.Val {
		x, ok := args[0].(numeral)
		y, also := args[1].(numeral)
		if !ok || !also {
			return isNull()
		}
		if v := r.weigh(x.n, y.n); v != nil {
			return v
		}
		n, err := f(x.n, y.n)
		if err != nil {
			return numberFailure(err)
		}
		return numeralOf(n)
	}
}

func (r *run) weigh(x, y number.Number) ref.Val {
	return r.spend(policy.NumberSteps(x.Bits()) + policy.NumberSteps(y.Bits()))
}

func isNull() ref.Val { return fail(message.New("cel.null")) }

func numberFailure(err error) ref.Val {
	switch {
	case errors.Is(err, number.ErrDivisionByZero):
		return fail(message.New("cel.division_by_zero"))
	case errors.Is(err, number.ErrNotWhole):
		return fail(message.New("cel.remainder_not_whole"))
	case errors.Is(err, number.ErrDomain):
		return fail(message.New("cel.no_growth_rate"))
	}
	return fail(message.New("cel.number_too_large", "limit", number.MaxBits))
}

func unary(f func(number.Number) number.Number) function {
	return func(r *run, args []ref.Val) ref.Val {
		x, ok := args[0].(numeral)
		if !ok {
			return isNull()
		}
		return numeralOf(f(x.n))
	}
}

// parameter is what a numeric function asks of an argument.
type parameter uint8

const (
	anyNumber parameter = iota
	whole               // a whole number, not above number.MaxPower
	digits              // a whole number, not above maxDigits
)

// numeric is a function of numbers. Arguments that must be whole f finds in n,
// at their positions.
func numeric(f func(x []number.Number, n []int) (ref.Val, error), parameters ...parameter) function {
	return func(r *run, args []ref.Val) ref.Val {
		x, n := make([]number.Number, len(args)), make([]int, len(args))
		for i, arg := range args {
			v, ok := arg.(numeral)
			if !ok {
				return isNull()
			}
			x[i] = v.n
			if parameters[i] == anyNumber {
				continue
			}
			limit := int64(number.MaxPower)
			if parameters[i] == digits {
				limit = maxDigits
			}
			k, ok := v.n.Int64()
			if !ok || k < -limit || k > limit {
				return fail(message.New("cel.not_small_whole", "value", v.n.String(), "limit", limit))
			}
			n[i] = int(k)
		}
		for _, given := range x {
			if v := r.weigh(given, given); v != nil {
				return v
			}
		}
		v, err := f(x, n)
		if err != nil {
			return numberFailure(err)
		}
		if text, ok := v.(types.String); ok {
			return r.formatted(text)
		}
		return v
	}
}

// order compares two numbers, or two texts by their characters.
func order(holds func(int) bool) function {
	return func(r *run, args []ref.Val) ref.Val {
		switch x := args[0].(type) {
		case numeral:
			if y, ok := args[1].(numeral); ok {
				return types.Bool(holds(x.n.Cmp(y.n)))
			}
		case types.String:
			if y, ok := args[1].(types.String); ok {
				if v := r.spend(policy.TextSteps(min(len(x), len(y)))); v != nil {
					return v
				}
				return types.Bool(holds(strings.Compare(string(x), string(y))))
			}
		}
		return isNull()
	}
}

// add is +: a sum, or two texts or lists one after the other.
func add(r *run, args []ref.Val) ref.Val {
	switch x := args[0].(type) {
	case traits.MutableLister: // the result of map and filter in the making
		if y, ok := args[1].(traits.Lister); ok {
			if v := r.lengthen(x, y, length(y)); v != nil {
				return v
			}
		}
		return x.Add(args[1])
	case traits.Lister:
		y, ok := args[1].(traits.Lister)
		if !ok {
			return isNull()
		}
		total := length(x) + length(y)
		if v := r.lengthen(x, y, total); v != nil {
			return v
		}
		if v := r.spend(total); v != nil {
			return v
		}
		return types.NewRefValList(adapter{}, append(r.elements(x), r.elements(y)...))
	case types.String:
		y, ok := args[1].(types.String)
		if !ok {
			return isNull()
		}
		if len(x)+len(y) > r.limits.Text {
			return fail(message.New("cel.text_too_long", "limit", r.limits.Text))
		}
		if v := r.spend(policy.TextSteps(len(x) + len(y))); v != nil {
			return v
		}
		if v := r.take(int64(len(x) + len(y))); v != nil {
			return v
		}
		return x + y
	}
	return arithmetic(func(x, y number.Number) (number.Number, error) { return x.Add(y), nil })(r, args)
}

// lengthen keeps a list that another is put behind within the limit, and
// charges for so many new elements.
func (r *run) lengthen(list, by traits.Lister, made int64) ref.Val {
	if length(list)+length(by) > int64(r.limits.Items) {
		return fail(message.New("cel.list_too_long", "limit", r.limits.Items))
	}
	return r.take(made * policy.SlotBytes)
}

func length(list traits.Lister) int64 {
	n, _ := list.Size().(types.Int)
	return int64(n)
}

// formatted is a text that was made from numbers.
func (r *run) formatted(s types.String) ref.Val {
	if v := r.take(int64(len(s))); v != nil {
		return v
	}
	return s
}

func textTest(holds func(text, part string) bool) function {
	return func(r *run, args []ref.Val) ref.Val {
		x, ok := args[0].(types.String)
		y, also := args[1].(types.String)
		if !ok || !also {
			return isNull()
		}
		if v := r.spend(policy.TextSteps(len(x) + len(y))); v != nil {
			return v
		}
		return types.Bool(holds(string(x), string(y)))
	}
}

func size(r *run, args []ref.Val) ref.Val {
	switch x := args[0].(type) {
	case types.String:
		if v := r.spend(policy.TextSteps(len(x))); v != nil {
			return v
		}
		return numeralOf(number.Int(int64(utf8.RuneCountInString(string(x)))))
	case *listValue:
		r.trail.Read(x.node, policy.Collection)
		return numeralOf(number.Int(int64(x.node.Len())))
	case traits.Lister:
		return numeralOf(number.Int(int64(x.Size().(types.Int))))
	}
	return isNull()
}

// index is x[i]: an element of a list, counted from 0, or the entry of a map.
func index(r *run, args []ref.Val) ref.Val {
	if m, ok := args[0].(traits.Mapper); ok {
		if v, found := m.Find(args[1]); found {
			return v
		}
		return fail(message.New("cel.no_entry", "key", args[1].Value()))
	}
	list, ok := args[0].(traits.Lister)
	at, also := args[1].(numeral)
	if !ok || !also {
		return isNull()
	}
	i, small := at.n.Int64()
	if !at.n.IsInt() {
		return fail(message.New("cel.index_not_whole", "index", at.n.String()))
	}
	if l, ok := list.(*listValue); ok {
		if !small || i < 0 || i >= int64(l.node.Len()) {
			r.trail.Gone(l.node, at.n.String(), policy.Absent)
			return fail(message.New("cel.no_element", "index", at.n.String(), "count", l.node.Len()))
		}
		return r.value(l.node.Elements()[i])
	}
	if count := int64(list.Size().(types.Int)); !small || i < 0 || i >= count {
		return fail(message.New("cel.no_element", "index", at.n.String(), "count", count))
	}
	return list.Get(types.Int(i))
}

// in tells whether a list has an element, or a map a key. Of a list of the
// facts no more is looked at than up to the element.
func in(r *run, args []ref.Val) ref.Val {
	switch all := args[1].(type) {
	case traits.Mapper:
		_, found := all.Find(args[0])
		return types.Bool(found)
	case *listValue:
		for _, element := range all.node.Elements() {
			if same := r.equal(args[0], r.value(element)); same != types.False {
				return same
			}
		}
		r.trail.Read(all.node, policy.Collection)
		return types.False
	case traits.Lister:
		for _, element := range r.elements(all) {
			if same := r.equal(args[0], element); same != types.False {
				return same
			}
		}
		return types.False
	}
	return isNull()
}

func differ(r *run, args []ref.Val) ref.Val {
	same := r.equal(args[0], args[1])
	if b, ok := same.(types.Bool); ok {
		return !b
	}
	return same
}

// equal is ==. Of objects and lists everything is compared, and so read; an
// optional member is the same when it is absent in both.
func (r *run) equal(a, b ref.Val) ref.Val {
	if v := r.spend(1); v != nil {
		return v
	}
	switch x := a.(type) {
	case *types.Err:
		return x
	case numeral:
		y, ok := b.(numeral)
		return orError(b, ok && x.n.Equal(y.n))
	case types.String:
		y, ok := b.(types.String)
		if ok && len(x) == len(y) {
			if v := r.spend(policy.TextSteps(len(x))); v != nil {
				return v
			}
		}
		return orError(b, ok && x == y)
	case types.Bool:
		y, ok := b.(types.Bool)
		return orError(b, ok && x == y)
	case types.Null:
		return orError(b, b == types.NullValue)
	case traits.Lister:
		if y, ok := b.(traits.Lister); ok {
			return r.equalLists(r.elements(x), r.elements(y))
		}
	case *objectValue:
		if y, ok := b.(*objectValue); ok {
			return r.equalObjects(x, y)
		}
	default:
		return fail(message.New("cel.not_comparable"))
	}
	return orError(b, false)
}

func orError(b ref.Val, same bool) ref.Val {
	if types.IsError(b) {
		return b
	}
	return types.Bool(same)
}

func (r *run) equalLists(x, y []ref.Val) ref.Val {
	result := ref.Val(types.Bool(len(x) == len(y)))
	for i := range min(len(x), len(y)) {
		if same := r.equal(x[i], y[i]); same != types.True && !types.IsError(result) {
			result = same
		}
	}
	return result
}

func (r *run) equalObjects(x, y *objectValue) ref.Val {
	result := ref.Val(types.True)
	for _, property := range x.node.Schema.Properties {
		same := r.equalMembers(x, y, property)
		if same != types.True && !types.IsError(result) {
			result = same
		}
	}
	return result
}

func (r *run) equalMembers(x, y *objectValue, property *facts.Schema) ref.Val {
	key := types.String(property.Name)
	if !property.Optional {
		return r.equal(x.Get(key), y.Get(key))
	}
	inX, inY := x.IsSet(key), y.IsSet(key)
	if inX == types.True && inY == types.True {
		return r.equal(x.Get(key), y.Get(key))
	}
	return types.Bool(inX == inY)
}

// extreme is the number that comes before all others.
func extreme(before func(int) bool) function {
	return overNumbers(func(r *run, all []number.Number) ref.Val {
		if len(all) == 0 {
			return fail(message.New("cel.no_numbers"))
		}
		best := all[0]
		for _, n := range all[1:] {
			if before(n.Cmp(best)) {
				best = n
			}
		}
		return numeralOf(best)
	})
}

func sum(r *run, args []ref.Val) ref.Val {
	return overNumbers(func(r *run, all []number.Number) ref.Val {
		total := number.Int(0)
		for _, n := range all {
			if v := r.weigh(total, n); v != nil {
				return v
			}
			if total = total.Add(n); total.Bits() > r.limits.Bits {
				return fail(message.New("cel.number_too_large", "limit", r.limits.Bits))
			}
		}
		return numeralOf(total)
	})(r, args)
}

// overNumbers is a function of a list of numbers, all of which are read.
func overNumbers(f func(r *run, all []number.Number) ref.Val) function {
	return func(r *run, args []ref.Val) ref.Val {
		list, ok := args[0].(traits.Lister)
		if !ok {
			return isNull()
		}
		var all []number.Number
		for _, element := range r.elements(list) {
			switch v := element.(type) {
			case numeral:
				all = append(all, v.n)
			case *types.Err:
				return v
			default:
				return isNull()
			}
		}
		if v := r.spend(int64(len(all))); v != nil {
			return v
		}
		return f(r, all)
	}
}

// clipped keeps a text short enough for a sentence.
func clipped(s string) string {
	const longest = 40
	if len(s) <= longest {
		return s
	}
	return strings.ToValidUTF8(s[:longest], "") + "…"
}

// daysBetween is the number of days from one date to another, as ISO texts.
func daysBetween(r *run, args []ref.Val) ref.Val {
	var days [2]time.Time
	for i, arg := range args {
		text, ok := arg.(types.String)
		if !ok {
			return isNull()
		}
		day, err := time.Parse(time.DateOnly, string(text))
		if err != nil {
			return fail(message.New("cel.not_a_date", "text", clipped(string(text))))
		}
		days[i] = day
	}
	seconds := days[1].Unix() - days[0].Unix()
	return numeralOf(number.Int(seconds / (24 * 60 * 60)))
}
