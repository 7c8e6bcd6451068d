package facts

import "rubric/engine/message"

// Year is what x-year declares of a place: which year its figures are of, where
// that is not simply the period of the case. Of is a calendar year, or 0 or less
// for so many years before the period. The places of one parent with an x-year
// tell the same of different years, and so do all places of one Series, wherever
// they stand; it is "" for none.
//
//	"current": {"x-year": 0, …}, "previous": {"x-year": -1, …}
//	"t1_1": {"x-year": {"of": 2023, "series": "基本支出明细表"}, …}
type Year struct {
	Of     int
	Series string
	Line   int // in the schema's file
}

// In is the calendar year that figures are of in a case of a period.
func (y Year) In(period int) int {
	if y.Of > 0 {
		return y.Of
	}
	return period + y.Of
}

// The years that an x-year may name, and how far back it may go.
const (
	firstYear  = 1900
	lastYear   = 2999
	mostBefore = 20
)

// readYear reads "x-year".
func (r *schemaReader) readYear(s *Schema, k keywords) {
	node := k.get("x-year")
	if node == nil {
		return
	}
	of, y := node, &Year{Line: r.line(node)}
	if node.Kind == Object {
		of, y.Series = node.Member("of"), r.text(node.Member("series"))
		for _, m := range node.Members() {
			if m.Key != "of" && m.Key != "series" {
				r.problem(m, message.New("facts.year_keyword", "keyword", clip(m.Key), "supported", []string{"of", "series"}))
			}
		}
	}
	if of == nil || of.Kind != Num {
		r.problem(node, message.New("facts.year"))
		return
	}
	year, whole := of.Number().Int64()
	if !whole || year < -mostBefore || year > 0 && year < firstYear || year > lastYear {
		r.problem(of, message.New("facts.year"))
		return
	}
	y.Of = int(year)
	s.Year = y
}
