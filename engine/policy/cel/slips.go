package cel

import (
	"regexp"
	"slices"
	"strings"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/policy"
	"rubric/engine/policy/slip"
)

// Slips are the small changes of a policy of unit that compiles, in the order of
// its text. Only what can change a score is changed, not the wording of reasons.
func (Language) Slips(unit policy.Unit, source policy.Source) []slip.Slip {
	t := newText(unit, source)
	doc := t.read()
	if len(t.problems) > 0 {
		return nil
	}
	w := newSlipper(t, doc, unit.Schema, source)
	w.enums = append(slip.Enums(unit.Schema), unit.Scale)
	for _, v := range doc.deciding() {
		w.expression(v.expression)
	}
	for _, d := range doc.deductions {
		if d.each != nil {
			path, _ := facts.ParsePointer(d.each.over.text)
			if places := slip.Walk(unit.Schema, append(path, slip.Any)); places != nil {
				w.roots[d.each.as.text] = places[len(places)-1]
			}
		}
		w.condition(d.condition, message.New("mutate.no_item", "item", d.item.text))
		w.amount(d.amount)
		if d.each != nil {
			delete(w.roots, d.each.as.text)
		}
	}
	for _, b := range doc.allBands() {
		w.condition(b.condition, message.New("mutate.no_band", "condition", w.words(b.condition.text)))
		w.amount(b.amount)
	}
	for _, c := range []*clauseSource{doc.cutoff, doc.notApplicable} {
		if c != nil {
			w.condition(c.condition, message.New("mutate.no_clause", "condition", w.words(c.condition.text)))
		}
	}
	slices.SortStableFunc(w.pen.Slips, func(a, b slip.Slip) int { return a.Start - b.Start })
	return w.pen.Slips
}

// Formulas are what decides the findings of a policy.
func (Language) Formulas(unit policy.Unit, source policy.Source) []slip.Formula {
	t := newText(unit, source)
	doc := t.read()
	if len(t.problems) > 0 {
		return nil
	}
	names := map[string]string{}
	for _, v := range doc.variables {
		names["variables."+v.name.text] = v.expression.text
	}
	var all []slip.Formula
	for _, s := range doc.deciders() {
		all = append(all, slip.Formula{Text: s.text, Names: names})
	}
	return all
}

// deciders are the expressions on which a score depends, but for variables.
func (d *document) deciders() (all []scalar) {
	add := func(list ...scalar) {
		for _, s := range list {
			if s.present() {
				all = append(all, s)
			}
		}
	}
	for _, x := range d.deductions {
		add(x.condition, x.amount.share, x.amount.points, x.amount.mark, x.item)
	}
	for _, b := range d.allBands() {
		add(b.condition, b.amount.share, b.amount.points, b.amount.mark, b.grade)
	}
	for _, c := range []*clauseSource{d.cutoff, d.notApplicable} {
		if c != nil {
			add(c.condition)
		}
	}
	return all
}

var variableName = regexp.MustCompile(`\bvariables\.([a-zA-Z0-9_]+)`)

// deciding are the variables on which a score depends: the others are there for
// reasons alone.
func (d *document) deciding() (all []variableSource) {
	wanted := map[string]bool{}
	want := func(text string) {
		for _, found := range variableName.FindAllStringSubmatch(text, -1) {
			wanted[found[1]] = true
		}
	}
	for _, s := range d.deciders() {
		want(s.text)
	}
	for _, v := range slices.Backward(d.variables) { // a variable uses those before it
		if wanted[v.name.text] {
			want(v.expression.text)
			all = append(all, v)
		}
	}
	slices.Reverse(all)
	return all
}

// slipper makes the slips of one policy.
type slipper struct {
	text   *text
	pen    slip.Pen
	roots  map[string]*facts.Schema // what a path into the facts may begin with
	enums  [][]string
	labels map[string]string // of names, for people
	scalar scalar            // that is worked on
	around slip.Span         // all of it
}

// newSlipper knows what names in a policy mean to people.
func newSlipper(t *text, doc *document, schema *facts.Schema, source policy.Source) *slipper {
	w := &slipper{text: t, pen: slip.Pen{Text: source.Text}, labels: map[string]string{},
		roots: map[string]*facts.Schema{"facts": schema, "indicator": source.Element}}
	for _, v := range doc.variables {
		if !v.name.present() {
			continue
		}
		if comment := strings.TrimSpace(strings.TrimLeft(v.name.node.LineComment, "# ")); comment != "" {
			w.labels["variables."+v.name.text] = comment
		}
	}
	return w
}

// amount makes the slips of how much is lost or earned.
func (w *slipper) amount(a amountSource) {
	w.expression(a.share)
	w.expression(a.points)
	if !a.mark.present() {
		return
	}
	w.scalar = a.mark
	all := token{text: a.mark.text, end: len([]rune(a.mark.text))}
	at, ok := w.span(all)
	if other := slip.Text(a.mark.text, w.enums); ok && other != "" {
		w.pen.Write(at, other, at, message.New("mutate.no_text", "text", a.mark.text, "other", other))
	}
}

// condition is an expression that says whether something applies: it may be
// forgotten, and so may all that depends on it.
func (w *slipper) condition(s scalar, gone message.Message) {
	if !s.present() || isConstant(s.text) {
		return
	}
	w.expression(s)
	all := token{text: s.text, end: len([]rune(s.text))}
	w.write(all, "false", gone)
	w.write(all, "true", message.New("mutate.no_only", "condition", w.words(s.text)))
}

func isConstant(text string) bool {
	text = strings.TrimSpace(text)
	return text == "true" || text == "false"
}

// expression makes the slips of one expression.
func (w *slipper) expression(s scalar) {
	if !s.present() {
		return
	}
	w.scalar = s
	around, ok := w.span(token{text: s.text, end: len([]rune(s.text))})
	if !ok {
		return
	}
	w.around = around
	tokens := tokensOf(s.text)
	for i, t := range tokens {
		w.token(tokens, i, t)
	}
	for _, term := range terms(tokens) {
		w.term(term)
	}
}

// span finds a token in the file; false where the file writes it in another way,
// as it may in quotation marks.
func (w *slipper) span(t token) (slip.Span, bool) {
	at := slip.Span{Start: w.byteOf(t.start), End: w.byteOf(t.end-1) + 1}
	for at.End < len(w.pen.Text) && w.pen.Text[at.End]&0xC0 == 0x80 {
		at.End++ // the rest of the last character
	}
	if at.Start < 0 || at.End > len(w.pen.Text) || at.Start >= at.End {
		return at, false
	}
	return at, slip.OneLine(w.pen.Old(at)) == slip.OneLine(t.text)
}

// byteOf is where a character of the expression stands in the file.
func (w *slipper) byteOf(offset int) int {
	line, column := w.text.position(w.scalar, offset)
	at := 0
	for _, l := range w.text.lines[:line-1] {
		at += len(string(l)) + 1
	}
	runes := w.text.lines[line-1]
	return at + len(string(runes[:min(column-1, len(runes))]))
}

func (w *slipper) write(t token, replacement string, lacking message.Message) {
	if at, ok := w.span(t); ok {
		w.pen.Write(at, replacement, w.around, lacking)
	}
}
