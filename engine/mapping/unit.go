package mapping

import (
	"regexp"
	"strings"
)

var inBrackets = regexp.MustCompile(`^(.+)\((?:单位:?)?([^()]+)\)$`)

// splitHead parts a header, narrowed, from what stands in brackets at its end.
func splitHead(text string) (base, brackets string) {
	if found := inBrackets.FindStringSubmatch(text); found != nil {
		return found[1], found[2]
	}
	return text, ""
}

// noted is a unit that a line above the header states.
type noted struct {
	unit   string
	amount bool // the line says that it is of amounts: 金额单位
}

var (
	// money is a unit of amounts, at the beginning of what is said of one.
	money = regexp.MustCompile(`^(?:人民币)?[亿千百十万]*[元圆]`)
	// bracketed is one in brackets, as in titles: 支出表(元).
	bracketed = regexp.MustCompile(`\(((?:人民币)?[亿千百十万]*[元圆])\)`)
	// ofPeople is what stands before 单位 where it means an organisation.
	ofPeople = regexp.MustCompile(`(编制|填报|填表|报送|申报|预算|所属|主管|实施|用款|项目|建设|牵头|责任)$`)
	stop     = regexp.MustCompile(`[,;:()，；、]`)
)

// notedUnits are the units that a line without spaces, such as “金额单位：万元” or
// “支出表（元）”, states. “编制单位：市科协” names whose table it is, not a unit.
func notedUnits(text string) (all []noted) {
	text = strings.NewReplacer("：", ":", "（", "(", "）", ")").Replace(text)
	parts := strings.Split(text, "单位:")
	for i, said := range parts[1:] {
		what := parts[i]
		if ofPeople.MatchString(what) {
			continue
		}
		unit := money.FindString(said)
		if unit == "" {
			unit = stop.Split(said, 2)[0]
		}
		amount := strings.HasSuffix(what, "金额") || strings.HasSuffix(what, "计量") || strings.HasSuffix(what, "货币")
		if unit = plainUnit(unit); unit != "" {
			all = append(all, noted{unit, amount})
		}
	}
	for _, found := range bracketed.FindAllStringSubmatch(text, -1) {
		all = append(all, noted{unit: plainUnit(found[1])})
	}
	return all
}

// plainUnit is a unit of money without the name of the currency.
func plainUnit(text string) string {
	if rest, ok := strings.CutPrefix(text, "人民币"); ok && rest != "" {
		text = rest
	}
	if rest, ok := strings.CutSuffix(text, "圆"); ok {
		text = rest + "元"
	}
	return text
}

// isUnit tells what is surely meant as a unit, known or not.
func isUnit(text string) bool {
	return strings.HasSuffix(text, "元") || text == "%" || text == "‰"
}
