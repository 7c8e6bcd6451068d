package slip

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
)

// Comparisons are the comparisons that are mistaken for one: its neighbour at
// the boundary first, then the other side. It is empty for what is none.
func Comparisons(op string) []string {
	return map[string][]string{
		"<": {"<=", ">="}, "<=": {"<", ">"}, ">": {">=", "<="}, ">=": {">", "<"},
		"==": {"!="}, "!=": {"=="},
	}[op]
}

// Arithmetic is the operator that is mistaken for one, "" if there is none.
func Arithmetic(op string) string {
	return map[string]string{"+": "-", "-": "+", "*": "/", "/": "*"}[op]
}

// Compared says which case is lacking where a comparison of left and right may
// be another: one on the boundary, or any at all.
func Compared(left, op, other, right string) message.Message {
	if strings.TrimSuffix(op, "=") == strings.TrimSuffix(other, "=") && op != "==" && op != "!=" {
		return message.New("mutate.no_boundary", "left", left, "right", Percent(right))
	}
	return message.New("mutate.no_side", "left", left, "op", op, "other", other, "right", Percent(right))
}

// Moved says which case is lacking where the threshold of something may be
// another number.
func Moved(left, digits, other string) message.Message {
	return message.New("mutate.no_between", "left", left, "number", Percent(digits), "other", Percent(other))
}

// Percent is a number between 0 and 1 in percent as well, as people say it;
// another text is as it is.
func Percent(text string) string {
	n, err := number.Parse(text)
	if err != nil || n.Sign() <= 0 || n.Cmp(number.Int(1)) >= 0 {
		return text
	}
	return text + " (" + n.Mul(number.Int(100)).String() + "%)"
}

// Numbers are the numbers one step beside one, a step being one in the last
// digit written; between 0 and 1, where people think in percent, a hundredth at
// most. None is below zero.
func Numbers(digits string) []string {
	n, err := number.Parse(digits)
	if err != nil {
		return nil
	}
	decimals := 0
	if point := strings.IndexByte(digits, '.'); point >= 0 && !strings.ContainsAny(digits, "eE") {
		decimals = len(digits) - point - 1
	}
	if n.Sign() > 0 && n.Cmp(number.Int(1)) < 0 {
		decimals = max(decimals, 2)
	}
	step, err := number.Int(1).Div(power(decimals))
	if err != nil {
		return nil
	}
	all := []string{n.Add(step).String()}
	if less := n.Sub(step); less.Sign() >= 0 {
		all = append(all, less.String())
	}
	return all
}

func power(n int) number.Number {
	p, _ := number.Int(10).Pow(n) // a few decimals
	return p
}

var fraction = regexp.MustCompile(`^\s*([0-9]+)\s*/\s*([0-9]+)\s*$`)

// Text is the text that is mistaken for one which is a fraction ("1/3"), a day,
// or one of the values that facts may have; "" if there is none.
func Text(text string, enums [][]string) string {
	if parts := fraction.FindStringSubmatch(text); parts != nil {
		below, err := strconv.Atoi(parts[2])
		if err != nil {
			return ""
		}
		return parts[1] + "/" + strconv.Itoa(below+1)
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day.AddDate(0, 0, 1).Format(time.DateOnly)
	}
	for _, values := range enums {
		if i := slices.Index(values, text); i >= 0 && len(values) > 1 {
			return values[(i+1)%len(values)]
		}
	}
	return ""
}

// Enums are the lists of values that texts of a schema are limited to.
func Enums(root *facts.Schema) (all [][]string) {
	for _, leaf := range root.Leaves() {
		if leaf.Kind == facts.Text && len(leaf.Enum) > 0 {
			all = append(all, leaf.Enum)
		}
	}
	return all
}

// A Swap is another fact in the place of one: the name at a position of its
// path is another one.
type Swap struct {
	At   int // position in the path
	Name string
	From *facts.Schema // the fact meant
	To   *facts.Schema // the fact taken for it
}

// maxSwaps is how many other facts are tried for one.
const maxSwaps = 2

// Swaps are the facts that are taken for the one at a path below a place of the
// schema: of the same kind and unit, beside it, or at the same name beside one of
// the objects it is in. A name of the path that is no property stands for any
// element.
func Swaps(from *facts.Schema, path []string) (swaps []Swap) {
	places := Walk(from, path)
	if places == nil {
		return nil
	}
	meant := places[len(places)-1]
	if meant.Kind == facts.Object || meant.Kind == facts.List {
		return nil
	}
	for at := len(path) - 1; at >= 0 && len(swaps) < maxSwaps; at-- {
		if s, ok := swapAt(places, path, at); ok {
			swaps = append(swaps, s)
		}
	}
	return swaps
}

// swapAt takes the next sibling of the place at a position that leads to such a
// fact.
func swapAt(places []*facts.Schema, path []string, at int) (Swap, bool) {
	above, meant := places[at], places[len(places)-1]
	if above.Kind != facts.Object || above.Property(path[at]) == nil {
		return Swap{}, false
	}
	n := len(above.Properties)
	first := slices.IndexFunc(above.Properties, func(p *facts.Schema) bool { return p.Name == path[at] })
	for i := 1; i < n; i++ {
		other := above.Properties[(first+i)%n]
		below := Walk(other, path[at+1:])
		if below == nil {
			continue
		}
		if to := below[len(below)-1]; to.Kind == meant.Kind && to.Unit == meant.Unit && to.Format == meant.Format {
			return Swap{at, other.Name, meant, to}, true
		}
	}
	return Swap{}, false
}

// Walk is the places on a path, the first being from; nil if the schema does not
// have it. A name that is no property stands for any element.
func Walk(from *facts.Schema, path []string) []*facts.Schema {
	if from == nil {
		return nil
	}
	places := []*facts.Schema{from}
	for _, name := range path {
		at := places[len(places)-1]
		next := at.Property(name)
		switch {
		case next != nil:
		case at.Kind == facts.List:
			next = at.Items
		case at.Kind == facts.Object && name == Any && len(at.Properties) > 0:
			next = at.Properties[0]
		default:
			return nil
		}
		places = append(places, next)
	}
	return places
}

// Any is the name in a path that stands for any element or member.
const Any = "*"

// Swapped says which case is lacking where one fact may be taken for another.
func Swapped(s Swap) message.Message {
	return message.New("mutate.no_apart", "fact", s.From.Label(), "pointer", s.From.Path(), "other", s.To.Label(), "elsewhere", s.To.Path())
}

// Opposite is a comparison turned round, "" for a condition that is none.
func Opposite(condition string) string {
	for _, pair := range [][2]string{{" >= ", " < "}, {" <= ", " > "}, {" == ", " != "}, {" != ", " == "}, {" > ", " <= "}, {" < ", " >= "}} {
		before, behind, one := strings.Cut(condition, pair[0])
		if one && !strings.Contains(behind, pair[0]) && !strings.ContainsAny(condition, "&|?{") {
			return before + pair[1] + behind
		}
	}
	return ""
}
