package mutate

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"rubric/engine/number"
	"rubric/engine/policy/slip"
)

// node is a formula taken apart: an operator or function with its arguments, a
// number, or a fact or text by what is written.
type node struct {
	op   string // "" for a leaf
	args []*node
	num  *number.Number
	leaf string
}

func (n *node) equal(m *node) bool {
	if n.op != m.op || n.leaf != m.leaf || (n.num == nil) != (m.num == nil) || n.num != nil && !n.num.Equal(*m.num) {
		return false
	}
	return slices.EqualFunc(n.args, m.args, (*node).equal)
}

var wordForm = regexp.MustCompile(`\s+|([0-9]+\.?[0-9]*(?:[eE][+-]?[0-9]+)?)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')` +
	`|([a-zA-Z_][a-zA-Z0-9_]*(?:\.[a-zA-Z_][a-zA-Z0-9_]*)*)|<=|>=|==|!=|&&|\|\||.`)

// maxNesting bounds names that stand for formulas with names.
const maxNesting = 20

// parse takes a formula apart, with what its names stand for in their places;
// nil for one in a form that is not known here.
func parse(f slip.Formula, depth int) *node {
	p := &formulaParser{formula: f, depth: depth}
	for _, m := range wordForm.FindAllStringSubmatch(f.Text, -1) {
		if strings.TrimSpace(m[0]) != "" {
			p.words = append(p.words, m)
		}
	}
	n := p.binary(0)
	if p.wrong || len(p.words) > 0 || depth > maxNesting {
		return nil
	}
	return n
}

type formulaParser struct {
	formula slip.Formula
	depth   int
	words   [][]string
	wrong   bool
}

func (p *formulaParser) peek() string {
	if len(p.words) == 0 {
		return ""
	}
	return p.words[0][0]
}

func (p *formulaParser) take() []string {
	if len(p.words) == 0 {
		p.wrong = true
		return make([]string, 4)
	}
	w := p.words[0]
	p.words = p.words[1:]
	return w
}

func (p *formulaParser) want(text string) {
	if p.take()[0] != text {
		p.wrong = true
	}
}

// levels are the operators between two operands, the loosest first.
var levels = [][]string{{"||"}, {"&&"}, {"<", "<=", ">", ">=", "==", "!="}, {"+", "-"}, {"*", "/"}}

func (p *formulaParser) binary(level int) *node {
	if level == len(levels) {
		return p.unary()
	}
	left := p.binary(level + 1)
	for !p.wrong && slices.Contains(levels[level], p.peek()) {
		op := p.take()[0]
		left = &node{op: op, args: []*node{left, p.binary(level + 1)}}
	}
	return left
}

func (p *formulaParser) unary() *node {
	switch p.peek() {
	case "-":
		p.take()
		zero := number.Int(0)
		return &node{op: "-", args: []*node{{num: &zero}, p.unary()}}
	case "!":
		p.take()
		return &node{op: "!", args: []*node{p.unary()}}
	case "(":
		p.take()
		n := p.binary(0)
		p.want(")")
		return n
	}
	return p.operand()
}

func (p *formulaParser) operand() *node {
	w := p.take()
	switch {
	case w[1] != "":
		n, err := number.Parse(w[1])
		p.wrong = p.wrong || err != nil
		return &node{num: &n}
	case w[2] != "":
		return &node{leaf: w[0]}
	case w[3] != "" && p.peek() == "(":
		return p.call(w[3])
	case w[3] != "":
		return p.name(w[3])
	}
	p.wrong = true
	return &node{}
}

func (p *formulaParser) call(function string) *node {
	n := &node{op: function + "()"}
	p.want("(")
	for !p.wrong && p.peek() != ")" {
		n.args = append(n.args, p.binary(0))
		if p.peek() == "," {
			p.take()
		} else if p.peek() != ")" {
			p.wrong = true
		}
	}
	p.want(")")
	return n
}

// name is what a name stands for, or a fact. Any other name is not understood.
func (p *formulaParser) name(written string) *node {
	if text, ok := p.formula.Names[written]; ok {
		inner := parse(slip.Formula{Text: text, Names: p.formula.Names}, p.depth+1)
		p.wrong = p.wrong || inner == nil
		return inner
	}
	root, path, _ := strings.Cut(written, ".")
	if root != "facts" && root != "input" && written != "true" && written != "false" {
		p.wrong = true
	}
	if path == "" {
		return &node{leaf: written}
	}
	return &node{leaf: "/" + strings.ReplaceAll(path, ".", "/")}
}

// sameText tells whether two formulas read alike and mean the same.
func sameText(a, b slip.Formula) bool {
	if a.Text != b.Text {
		return false
	}
	for name, text := range a.Names {
		if b.Names[name] != text && strings.Contains(a.Text, name) {
			return false
		}
	}
	return maps.Equal(a.Names, b.Names) || !mentionsAny(a)
}

func mentionsAny(f slip.Formula) bool {
	for name := range f.Names {
		if strings.Contains(f.Text, name) {
			return true
		}
	}
	return false
}
