package form

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The form of YAML: lists and mappings are indented by two spaces below their
// key, lists as well; one space after the hyphen; no white space at the ends of
// lines, no more than one empty line in a row and none at either end; lines end
// in a line feed. What stands within a line, and how a text is broken into
// lines, is the author's: quotes, digits, folds and columns of comments stay.
//
// There are formatters that print a file anew from its nodes. Those tried
// (yaml.v3 itself, yamlfmt) lose what an author put there: empty lines, texts in
// several lines, and a literal block with white space at the end of a line came
// out as another text. So that no file can come out as another, this one moves
// lines and writes none.

// step is by how much each level is indented.
const step = 2

// line is a line of a file, and what begins there.
type line struct {
	text   string
	old    int  // how many spaces it begins with
	begins bool // a node of the block structure begins here
	indent int  // where that is to stand
	hyphen int  // how many list items begin here, one in the other
	owner  int  // index of the line whose move this one follows; -1 for none
	kept   bool // it is inside a text, so that its end and its emptiness count
}

// layOut is the text in form.
func layOut(text []byte, documents []*yaml.Node) []byte {
	p := &placing{}
	for _, l := range strings.Split(string(text), "\n") {
		p.lines = append(p.lines, line{text: l, owner: -1, old: len(l) - len(strings.TrimLeft(l, " "))})
	}
	for _, d := range documents {
		for _, n := range d.Content {
			p.block(n, 0, -1)
		}
	}
	p.plainTexts()
	p.follow()
	return p.print()
}

// placing finds out where each line is to stand.
type placing struct {
	lines []line
	plain []int // indices of lines on which plain texts with line breaks begin
}

// begin notes that something of the block structure begins at a line, counted
// from 1, if it is the first that does.
func (p *placing) begin(at, indent int) {
	if l := &p.lines[at-1]; !l.begins {
		l.begins, l.indent = true, indent
	}
}

func isBlock(n *yaml.Node) bool {
	return n.Style&yaml.FlowStyle == 0 && len(n.Content) > 0 && (n.Kind == yaml.MappingNode || n.Kind == yaml.SequenceNode)
}

// block places a node whose own lines are to be indented so far. base is the
// column of the key or hyphen that it belongs to.
func (p *placing) block(n *yaml.Node, indent, base int) {
	switch {
	case !isBlock(n):
		p.begin(n.Line, indent)
		p.inner(n, base)
	case n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			p.begin(key.Line, indent)
			p.inner(key, key.Column-1)
			p.value(value, key, indent)
		}
	default:
		for _, item := range n.Content {
			p.item(item, n, indent)
		}
	}
}

// value places the value of a key that is to be indented so far.
func (p *placing) value(n, key *yaml.Node, indent int) {
	empty := n.Kind == yaml.ScalarNode && n.Style == 0 && n.Value == ""
	if isBlock(n) || n.Line > key.Line && !empty {
		p.block(n, indent+step, key.Column-1)
		return
	}
	p.inner(n, key.Column-1)
}

// item places an item of a list whose hyphens are to be indented so far. The
// hyphen may stand in the line of the item or above it.
func (p *placing) item(n, list *yaml.Node, indent int) {
	at := n.Line
	for at > list.Line && !p.hasHyphen(at, list.Column-1) {
		at--
	}
	p.begin(at, indent)
	if at == n.Line {
		p.lines[at-1].hyphen++
	}
	p.block(n, indent+step, list.Column-1)
}

func (p *placing) hasHyphen(at, column int) bool {
	l := p.lines[at-1]
	return strings.HasPrefix(l.text[l.old:], "-") && l.old <= column
}

// inner marks the further lines of texts, which follow the line on which the
// text begins and keep their ends.
func (p *placing) inner(n *yaml.Node, base int) {
	last := n.Line
	switch {
	case n.Kind != yaml.ScalarNode:
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		last = p.deeper(n.Line, base)
	case n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		last = p.closing(n)
	case strings.Contains(n.Value, "\n"):
		p.plain = append(p.plain, n.Line-1)
	}
	for i := n.Line; i < last; i++ {
		p.lines[i].owner, p.lines[i].kept = n.Line-1, true
	}
	for _, c := range n.Content {
		p.inner(c, base)
	}
}

// deeper is the last line of a block text that is announced in the line at: what
// is indented more than its key or hyphen. Empty lines after it count where the
// announcement says so.
func (p *placing) deeper(at, base int) int {
	last := at
	for i := at; i < len(p.lines); i++ {
		l := p.lines[i]
		if strings.TrimSpace(l.text) != "" && l.old <= base {
			break
		}
		if strings.TrimSpace(l.text) != "" || strings.Contains(announcement(p.lines[at-1].text), "+") {
			last = i + 1
		}
	}
	return min(last, len(p.lines)-1)
}

// announcement is what of a line announces a block text, such as ">+2".
func announcement(text string) string {
	if at := strings.LastIndexAny(text, "|>"); at >= 0 {
		rest, _, _ := strings.Cut(text[at:], " ")
		return rest
	}
	return ""
}

// closing is the line on which a text in quotes ends.
func (p *placing) closing(n *yaml.Node) int {
	at, skip := n.Line-1, runesIn(p.lines[n.Line-1].text, n.Column-1)
	text := p.lines[at].text[skip:]
	open := strings.IndexAny(text, `"'`)
	if open < 0 {
		return n.Line
	}
	quote := text[open]
	for rest := text[open+1:]; ; {
		end := strings.IndexAny(rest, string(quote)+`\`)
		switch {
		case end < 0:
			if at++; at >= len(p.lines) {
				return n.Line
			}
			rest = p.lines[at].text
		case rest[end] == '\\' && quote == '"':
			rest = rest[min(end+2, len(rest)):]
		case rest[end] == '\\':
			rest = rest[end+1:]
		case quote == '\'' && strings.HasPrefix(rest[end+1:], "'"):
			rest = rest[end+2:]
		default:
			return at + 1
		}
	}
}

// runesIn is how many bytes so many characters at the start of a text take.
func runesIn(text string, count int) int {
	for i := range text {
		if count == 0 {
			return i
		}
		count--
	}
	return len(text)
}

// plainTexts keeps the empty lines inside of texts without quotes.
func (p *placing) plainTexts() {
	for _, from := range p.plain {
		last := from
		for i := from + 1; i < len(p.lines) && !p.lines[i].begins; i++ {
			if text := strings.TrimSpace(p.lines[i].text); text != "" && text[0] != '#' {
				last = i
			}
		}
		for i := from + 1; i <= last; i++ {
			p.lines[i].owner, p.lines[i].kept = from, true
		}
	}
}

// follow gives every line that begins nothing the move of another: comments that
// of what they stand with, all else that of what began before.
func (p *placing) follow() {
	before := -1
	for i := range p.lines {
		l := &p.lines[i]
		text := strings.TrimSpace(l.text)
		switch {
		case l.begins:
			before = i
		case l.owner >= 0 || text == "" || text == "---" || text == "...":
		case text[0] == '#':
			l.owner = p.companion(i)
		default:
			l.owner = before
		}
	}
}

// companion is the line that a comment goes with: the next thing, unless the
// comment stands deeper, at the level of something before it.
func (p *placing) companion(i int) int {
	next := -1
	for k := i + 1; k < len(p.lines) && next < 0; k++ {
		if p.lines[k].begins {
			next = k
		}
	}
	if next >= 0 && p.lines[next].old >= p.lines[i].old {
		return next
	}
	for k := i - 1; k >= 0; k-- {
		if p.lines[k].begins && p.lines[k].old <= p.lines[i].old {
			return k
		}
	}
	return next
}

func (p *placing) print() []byte {
	var out bytes.Buffer
	empty := false
	for i, l := range p.lines {
		text := p.moved(i, l)
		if !l.kept && text == "" {
			empty = true
			continue
		}
		if empty && out.Len() > 0 {
			out.WriteByte('\n')
		}
		empty = false
		out.WriteString(text)
		out.WriteByte('\n')
	}
	return out.Bytes()
}

// moved is a line at its new place.
func (p *placing) moved(i int, l line) string {
	text := l.text[l.old:]
	if !l.kept {
		text = strings.TrimRight(text, " \t")
	}
	switch {
	case l.begins:
		return strings.Repeat(" ", l.indent) + hyphens(text, l.hyphen)
	case l.text == "" || text == "" && !l.kept:
		return ""
	case l.owner < 0:
		return strings.Repeat(" ", l.old) + text
	}
	owner := p.lines[l.owner]
	by := owner.indent - owner.old
	if !owner.begins {
		by = 0
	}
	return strings.Repeat(" ", max(0, l.old+by)) + text
}

// hyphens puts one space behind each of the first n hyphens of a line.
func hyphens(text string, n int) string {
	if n == 0 || !strings.HasPrefix(text, "-") {
		return text
	}
	return strings.TrimRight("- "+hyphens(strings.TrimLeft(text[1:], " "), n-1), " ")
}
