package lint

import (
	"slices"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy/script"
)

// ratio is the unit of a quotient of two values of one unit.
const ratio = "1"

// scales are units of one kind that differ by a factor.
func scales() [][]string {
	return [][]string{
		{"元", "角", "分", "千元", "万元", "百万元", "千万元", "亿元"},
		{ratio, "%", "‰"},
		{"平方米", "亩", "公顷", "平方公里", "平方千米", "万平方米"},
		{"米", "公里", "千米"},
		{"克", "千克", "公斤", "吨", "万吨"},
		{"人", "万人"}, {"人次", "万人次"}, {"户", "万户"},
		{"天", "日", "周", "月", "个月", "季度", "年", "小时", "分钟"},
	}
}

// sameScale tells two units that differ by a factor only.
func sameScale(u, v string) bool {
	for _, family := range scales() {
		if slices.Contains(family, u) {
			return slices.Contains(family, v)
		}
	}
	return false
}

// unitOf is the unit of an expression, "" where it is not known: a factor, or a
// conversion by a power of ten.
func unitOf(e *script.Expr) string { return unitAt(e, 0) }

func unitAt(e *script.Expr, depth int) string {
	e = e.Resolve()
	if e == nil || depth > maxDepth {
		return ""
	}
	switch {
	case e.Form == script.Fact:
		return factUnit(e.Facts)
	case e.Form == script.Each && e.Op == "list" && len(e.Args) == 1:
		return unitAt(e.Args[0], depth+1)
	case e.Form == script.List || e.Form == script.Choice:
		return firstUnit(e.Args, depth)
	case e.Form != script.Call:
		return ""
	}
	switch e.Op {
	case "+", "-", "min", "max", "sum", "%", "neg", "abs":
		return firstUnit(e.Args, depth)
	case "round", "floor", "ceil", "object.get":
		return unitAt(e.Args[0], depth+1)
	case "?:":
		return firstUnit(e.Args[1:], depth)
	case "*":
		return productUnit(e.Args[0], e.Args[1], depth)
	case "/":
		return quotientUnit(e.Args[0], e.Args[1], depth)
	}
	return ""
}

func firstUnit(all []*script.Expr, depth int) string {
	for _, a := range all {
		if u := unitAt(a, depth+1); u != "" {
			return u
		}
	}
	return ""
}

func factUnit(places []*facts.Schema) string {
	unit := ""
	for i, f := range places {
		if f.Kind == facts.List {
			f = f.Items
		}
		if i > 0 && f.Unit != unit {
			return ""
		}
		unit = f.Unit
	}
	return unit
}

func productUnit(a, b *script.Expr, depth int) string {
	u, v := unitAt(a, depth+1), unitAt(b, depth+1)
	switch {
	case u == ratio && v != "":
		return v
	case v == ratio && u != "":
		return u
	case u == "":
		return times(v, a)
	case v == "":
		return times(u, b)
	}
	return ""
}

func quotientUnit(a, b *script.Expr, depth int) string {
	u, v := unitAt(a, depth+1), unitAt(b, depth+1)
	switch {
	case u != "" && u == v:
		return ratio
	case v == "":
		return parted(u, b)
	}
	return ""
}

// conversion is a unit, how many of a smaller one it is, and that one.
type conversion struct {
	unit  string
	many  int64
	small string
}

func conversions() []conversion {
	return []conversion{
		{ratio, 100, "%"}, {ratio, 1000, "‰"}, {"%", 10, "‰"},
		{"万元", 10000, "元"}, {"千元", 1000, "元"}, {"元", 10, "角"}, {"元", 100, "分"},
		{"亿元", 10000, "万元"}, {"亿元", 100_000_000, "元"}, {"万元", 10, "千元"}, {"百万元", 100, "万元"}, {"千万元", 1000, "万元"},
		{"万人", 10000, "人"}, {"万人次", 10000, "人次"}, {"万户", 10000, "户"},
		{"公里", 1000, "米"}, {"千米", 1000, "米"}, {"千克", 1000, "克"}, {"吨", 1000, "千克"}, {"吨", 1000, "公斤"}, {"万吨", 10000, "吨"},
		{"公顷", 10000, "平方米"}, {"万平方米", 10000, "平方米"},
	}
}

// times is the unit of a value of a unit that is multiplied by a constant.
func times(unit string, factor *script.Expr) string {
	n, ok := spanOf(factor).constant()
	if !ok {
		return ""
	}
	for _, c := range conversions() {
		if c.unit == unit && n.Equal(number.Int(c.many)) {
			return c.small
		}
		if c.small == unit && n.Equal(number.Ratio(1, c.many)) {
			return c.unit
		}
	}
	if plainFactor(n) {
		return unit
	}
	return ""
}

// parted is the unit of a value of a unit that is divided by a constant.
func parted(unit string, divisor *script.Expr) string {
	n, ok := spanOf(divisor).constant()
	if !ok {
		return ""
	}
	for _, c := range conversions() {
		if c.small == unit && n.Equal(number.Int(c.many)) {
			return c.unit
		}
	}
	if plainFactor(n) {
		return unit
	}
	return ""
}

// plainFactor tells a constant that converts no unit: no power of ten.
func plainFactor(n number.Number) bool {
	if n.Sign() <= 0 {
		return false
	}
	for p := number.Int(10); p.Cmp(number.Int(1_000_000_000)) < 0; p = p.Mul(number.Int(10)) {
		inverse, _ := number.Int(1).Div(p)
		if n.Equal(p) || n.Equal(inverse) && inverse.Cmp(number.Ratio(1, 10)) < 0 {
			return false
		}
	}
	return true
}

// unitPairs calls visit with every two values that ought to be of one unit.
func (c *checker) unitPairs(visit func(e, a, b *script.Expr)) {
	c.expressions(func(e *script.Expr) {
		if e.Form != script.Call {
			return
		}
		args := e.Args
		switch e.Op {
		case "<", "<=", ">", ">=", "==", "!=", "+", "-", "/":
		case "min", "max":
			if list := args[0].Resolve(); len(args) == 1 && list != nil && list.Form == script.List {
				args = list.Args
			}
		default:
			return
		}
		for i := 1; i < len(args); i++ {
			visit(e, args[i-1], args[i])
		}
	})
}

// unitScales: 元 compared with 万元.
func (c *checker) unitScales() {
	c.unitPairs(func(e, a, b *script.Expr) {
		if u, v := unitOf(a), unitOf(b); u != v && sameScale(u, v) && (u != ratio && v != ratio || e.Op != "/") {
			c.report(e.Place, message.New("lint.unit_scale", "left", formula(a), "left_unit", unitWord(u), "right", formula(b), "right_unit", unitWord(v)))
		}
	})
}

func unitWord(u string) any {
	if u == ratio {
		return message.New("lint.ratio")
	}
	return u
}

// unitKinds: people compared with posts.
func (c *checker) unitKinds() {
	c.unitPairs(func(e, a, b *script.Expr) {
		u, v := unitOf(a), unitOf(b)
		if e.Op != "/" && u != v && u != "" && v != "" && u != ratio && v != ratio && !sameScale(u, v) {
			c.report(e.Place, message.New("lint.unit_kind", "left", formula(a), "left_unit", u, "right", formula(b), "right_unit", v))
		}
	})
}
