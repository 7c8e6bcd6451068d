package cel

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"rubric/engine/message"
	"rubric/engine/policy/slip"
)

// token is a word of an expression; start and end count characters.
type token struct {
	kind       tokenKind
	text       string
	start, end int
	depth      int // of the brackets around it
}

type tokenKind int

const (
	symbolWord tokenKind = iota
	numberWord           // a number
	textWord             // a text
	pathWord             // a name, with the names behind its dots
)

var tokenForm = regexp.MustCompile(`\s+|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)` +
	`|(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')` +
	`|(?P<path>[a-zA-Z_][a-zA-Z0-9_]*(?:\.[a-zA-Z_][a-zA-Z0-9_]*)*)` +
	`|<=|>=|==|!=|&&|\|\||.`)

// tokensOf takes an expression apart.
func tokensOf(text string) (all []token) {
	at, depth := 0, 0
	for _, m := range tokenForm.FindAllStringSubmatch(text, -1) {
		t := token{text: m[0], start: at, end: at + utf8.RuneCountInString(m[0])}
		at = t.end
		switch {
		case strings.TrimSpace(m[0]) == "":
			continue
		case m[1] != "":
			t.kind = numberWord
		case m[2] != "":
			t.kind = textWord
		case m[3] != "":
			t.kind = pathWord
		}
		if strings.Contains(")]}", m[0]) {
			depth--
		}
		t.depth = depth
		if strings.Contains("([{", m[0]) {
			depth++
		}
		all = append(all, t)
	}
	return all
}

// token makes the slips of one word.
func (w *slipper) token(all []token, i int, t token) {
	switch t.kind {
	case numberWord:
		w.number(all, i, t)
	case textWord:
		w.literal(t)
	case pathWord:
		w.path(all, i, t)
	default:
		w.operator(all, i, t)
	}
}

func (w *slipper) number(all []token, i int, t token) {
	if wording(all, i) {
		return
	}
	for _, other := range slip.Numbers(t.text) {
		if i > 0 && slip.Comparisons(all[i-1].text) != nil && (i+1 == len(all) || ends(all[i+1], all[i-1])) {
			left, _ := neighbours(all, i-1, w.scalar.text)
			w.write(t, other, slip.Moved(w.words(left), t.text, other))
			continue
		}
		w.write(t, other, message.New("mutate.no_number", "expression", w.words(w.scalar.text), "number", slip.Percent(t.text), "other", slip.Percent(other)))
	}
}

// wording tells whether a word stands in a call that makes a text for people,
// or that says with how many digits to work.
func wording(all []token, i int) bool {
	depth := all[i].depth
	for j := i - 1; j >= 0 && depth > 0; j-- {
		if all[j].depth < depth && all[j].text == "(" {
			depth = all[j].depth
			if j > 0 && wordingFunctions[all[j-1].text] {
				return true
			}
		}
	}
	return false
}

// wordingFunctions make texts of numbers.
var wordingFunctions = map[string]bool{"exact": true, "decimal": true, "percent": true, "money": true, "growth_rate": true}

func (w *slipper) literal(t token) {
	text, err := strconv.Unquote(strings.ReplaceAll(t.text, "'", `"`))
	if err != nil {
		return
	}
	if other := slip.Text(text, w.enums); other != "" {
		quote := t.text[:1]
		w.write(t, quote+other+quote, message.New("mutate.no_text", "text", text, "other", other))
	}
}

func (w *slipper) path(all []token, i int, t token) {
	called := i+1 < len(all) && all[i+1].text == "("
	switch {
	case called && t.text == "min":
		w.write(t, "max", message.New("mutate.no_bound", "expression", w.words(w.scalar.text)))
	case called && t.text == "max":
		w.write(t, "min", message.New("mutate.no_bound", "expression", w.words(w.scalar.text)))
	case !called && !wording(all, i):
		w.fact(t)
	}
}

// fact takes another fact for the one at a path.
func (w *slipper) fact(t token) {
	names := strings.Split(t.text, ".")
	from := w.roots[names[0]]
	for _, s := range slip.Swaps(from, names[1:]) {
		other := append([]string(nil), names...)
		other[s.At+1] = s.Name
		w.write(t, strings.Join(other, "."), slip.Swapped(s))
	}
}

func (w *slipper) operator(all []token, i int, t token) {
	left, right := neighbours(all, i, w.scalar.text)
	for _, other := range slip.Comparisons(t.text) {
		w.write(t, other, slip.Compared(w.words(left), t.text, other, w.words(right)))
	}
	switch {
	case t.text == "!" && i+1 < len(all):
		w.write(t, " ", message.New("mutate.no_not", "condition", w.words(w.scalar.text)))
	case t.text == "&&" || t.text == "||":
		other := map[string]string{"&&": "||", "||": "&&"}[t.text]
		w.write(t, other, message.New("mutate.no_one", "left", w.words(left), "right", w.words(right)))
	case slip.Arithmetic(t.text) != "" && i > 0 && isOperand(all[i-1]):
		w.write(t, slip.Arithmetic(t.text), message.New("mutate.no_arithmetic", "expression", w.words(w.scalar.text), "op", t.text, "other", slip.Arithmetic(t.text)))
	}
}

// isOperand tells whether what follows a word is an operator between two, and
// not the sign of a number.
func isOperand(t token) bool { return t.kind != symbolWord || strings.Contains(")]}", t.text) }

// neighbours are the texts on both sides of an operator, up to the next that
// binds as weakly or the bracket around.
func neighbours(all []token, i int, whole string) (left, right string) {
	runes := []rune(whole)
	from, to := 0, len(runes)
	for j := i - 1; j >= 0; j-- {
		if ends(all[j], all[i]) {
			from = all[j].end
			break
		}
	}
	for j := i + 1; j < len(all); j++ {
		if ends(all[j], all[i]) {
			to = all[j].start
			break
		}
	}
	return slip.OneLine(string(runes[from:all[i].start])), slip.OneLine(string(runes[all[i].end:to]))
}

// ends tells whether a word ends the operand of an operator.
func ends(t, operator token) bool {
	if t.depth < operator.depth {
		return true
	}
	return t.depth == operator.depth && t.kind == symbolWord && strings.Contains(" && || ? : , ", " "+t.text+" ")
}

// termOf is an operand of && or ||.
type termOf struct {
	token
	operator string
}

// terms are the operands of && and ||.
func terms(all []token) (found []termOf) {
	for i, t := range all {
		if t.text != "&&" && t.text != "||" {
			continue
		}
		first, last := i-1, i+1
		for first > 0 && !ends(all[first-1], t) {
			first--
		}
		for last < len(all)-1 && !ends(all[last+1], t) {
			last++
		}
		found = appendTerm(found, all[first:i], t.text)
		found = appendTerm(found, all[i+1:last+1], t.text)
	}
	return found
}

func appendTerm(found []termOf, words []token, operator string) []termOf {
	if len(words) == 0 {
		return found
	}
	t := token{start: words[0].start, end: words[len(words)-1].end}
	for _, f := range found {
		if f.start == t.start && f.end == t.end {
			return found
		}
	}
	return append(found, termOf{t, operator})
}

// term drops an operand.
func (w *slipper) term(t termOf) {
	t.text = string([]rune(w.scalar.text)[t.start:t.end])
	neutral := map[string]string{"&&": "true", "||": "false"}[t.operator]
	w.write(t.token, neutral, message.New("mutate.no_only", "condition", w.words(t.text)))
}

// words is an expression with its facts and variables called as people do.
func (w *slipper) words(text string) string {
	var b strings.Builder
	at := 0
	runes := []rune(text)
	for _, t := range tokensOf(text) {
		b.WriteString(string(runes[at:t.start]))
		at = t.end
		b.WriteString(w.word(t))
	}
	return slip.OneLine(b.String() + string(runes[at:]))
}

func (w *slipper) word(t token) string {
	if label := w.labels[t.text]; label != "" {
		return label
	}
	names := strings.Split(t.text, ".")
	if places := slip.Walk(w.roots[names[0]], names[1:]); t.kind == pathWord && len(places) > 1 {
		return places[len(places)-1].Label()
	}
	return t.text
}
