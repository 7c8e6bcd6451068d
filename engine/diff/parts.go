package diff

import (
	"slices"
	"strconv"
	"strings"
	"text/scanner"

	"go.yaml.in/yaml/v3"

	"rubric/engine/facts/yamlfile"
	"rubric/engine/number"
)

// part is a piece of a policy that is compared on its own: a rule of Rego, a
// scalar of a CEL policy.
type part struct {
	name string // what it is told apart by
	text string
	line int
	free bool // it is text for people
}

// parts takes a policy apart. What it says of itself is left out.
func parts(file string, source []byte) []part {
	if strings.HasSuffix(file, ".rego") {
		return rules(string(source))
	}
	y := yamlfile.Open(file, source)
	var all []part
	for _, p := range y.Pairs(y.Root) {
		if key := p.Key.Value; key != "title" && key != "description" && key != "custom" {
			all = append(all, scalars(key, p.Value)...)
		}
	}
	return all
}

// scalars are the scalars below a node, by their path. Entries of lists go by
// their name or item, else by their number.
func scalars(path string, n *yaml.Node) []part {
	var all []part
	switch n.Kind {
	case yaml.ScalarNode:
		return []part{{name: path, text: n.Value, line: n.Line, free: strings.HasSuffix(path, ".reason")}}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			all = append(all, scalars(path+"."+n.Content[i].Value, n.Content[i+1])...)
		}
	case yaml.SequenceNode:
		for i, item := range n.Content {
			name := text(item, "name") + text(item, "item")
			if name == "" {
				name = strconv.Itoa(i + 1)
			}
			all = append(all, scalars(path+"["+name+"]", item)...)
		}
	}
	return all
}

// rules are the rules of a Rego module as it stands in form: each begins at the
// start of a line. Those of one name are numbered.
func rules(source string) []part {
	var all []part
	count := map[string]int{}
	for i, line := range strings.Split(source, "\n") {
		switch {
		case line != "" && (line[0] >= 'a' && line[0] <= 'z' || line[0] == '_'):
			name := head(line)
			count[name]++
			if n := count[name]; n > 1 {
				name += " #" + strconv.Itoa(n)
			}
			all = append(all, part{name: name, text: line, line: i + 1})
		case len(all) > 0 && !strings.HasPrefix(line, "#"):
			all[len(all)-1].text += "\n" + line
		}
	}
	return slices.DeleteFunc(all, func(p part) bool { return p.name == "package" })
}

// head is what a rule is called: what stands before its value or body.
func head(line string) string {
	fields := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" :={(", r) })
	if len(fields) == 0 {
		return line
	}
	return fields[0]
}

// compareParts compares two versions of a policy part by part.
func compareParts(old, new []part) []Change {
	var all []Change
	at := func(in []part, name string) int {
		return slices.IndexFunc(in, func(p part) bool { return p.name == name })
	}
	for _, p := range new {
		if i := at(old, p.name); i < 0 {
			all = append(all, Change{Kind: Logic, Where: p.name, New: p.text, Line: p.line, Lines: lines("", p.text)})
		} else {
			all = append(all, comparePart(old[i], p)...)
		}
	}
	for _, p := range old {
		if at(new, p.name) < 0 {
			all = append(all, Change{Kind: Logic, Where: p.name, Old: p.text, Lines: lines(p.text, "")})
		}
	}
	return all
}

// comparePart tells one part's change by its constants, comparisons and texts,
// or by its lines where that does not say it all.
func comparePart(old, new part) []Change {
	if old.free {
		if old.text == new.text {
			return nil
		}
		return []Change{{Kind: Reason, Where: new.name, Old: old.text, New: new.text, Words: Words(old.text, new.text), Line: new.line}}
	}
	before, after := tokens(old.text), tokens(new.text)
	var all []Change
	place := 0 // among the tokens of the new part
	whole := true
	walk(names(before), names(after), func(string) { place++ }, func(r run) {
		for i := range r.new {
			if len(r.old) != len(r.new) {
				break
			}
			c, ok := replaced(r.old[i], r.new[i])
			t := after[place+i]
			c.Where, c.Line = new.name, new.line+t.line-1
			if c.Kind != Reason { // whose words say it
				c.Context = surrounding(new.text, t.line)
			}
			whole = whole && ok
			all = append(all, c)
		}
		whole = whole && len(r.old) == len(r.new)
		place += len(r.new)
	})
	if !whole {
		return []Change{{Kind: Logic, Where: new.name, Old: old.text, New: new.text, Lines: lines(old.text, new.text), Line: new.line}}
	}
	return all
}

// replaced tells what it means that a token took the place of another.
func replaced(old, new string) (Change, bool) {
	c := Change{Old: old, New: new}
	was, now := unquoted(old), unquoted(new)
	switch {
	case isNumber(was) && isNumber(now):
		c.Kind, c.Old, c.New = Constant, was, now
	case isComparison(old) && isComparison(new):
		c.Kind = Comparison
	case was != old && now != new:
		c.Kind, c.Old, c.New, c.Words = Reason, was, now, Words(was, now)
	default:
		return c, false
	}
	return c, true
}

// unquoted is what a token of text holds; any other is as it is.
func unquoted(token string) string {
	if len(token) >= 2 && strings.ContainsRune("\"`'", rune(token[0])) && token[0] == token[len(token)-1] {
		return token[1 : len(token)-1]
	}
	return token
}

func isNumber(token string) bool {
	_, err := number.ParseFraction(token)
	return err == nil
}

func isComparison(token string) bool {
	return slices.Contains([]string{"<", "<=", ">", ">=", "==", "!="}, token)
}

// token is a word of a rule, with its line from 1. Numbers that are equal are
// the same word.
type token struct {
	text string
	line int
}

func names(all []token) []string {
	texts := make([]string, len(all))
	for i, t := range all {
		texts[i] = t.text
	}
	return texts
}

// tokens cuts Rego or CEL into words; comments are left out.
func tokens(text string) []token {
	var s scanner.Scanner
	s.Init(strings.NewReader(text))
	s.Mode = scanner.ScanIdents | scanner.ScanInts | scanner.ScanFloats | scanner.ScanStrings | scanner.ScanRawStrings | scanner.ScanChars
	s.Error = func(*scanner.Scanner, string) {} // it goes on, and the two versions are read alike
	var all []token
	for r := s.Scan(); r != scanner.EOF; r = s.Scan() {
		if r == '#' {
			for next := s.Peek(); next != '\n' && next != scanner.EOF; next = s.Peek() {
				s.Next()
			}
			continue
		}
		t := token{s.TokenText(), s.Position.Line}
		if n := len(all); n > 0 && joins(all[n-1].text, t.text) && adjacent(&s, text) {
			all[n-1].text += t.text
			continue
		}
		if n, err := number.Parse(t.text); err == nil {
			t.text = n.String()
		}
		all = append(all, t)
	}
	return all
}

// joins tells the second half of an operator of two characters.
func joins(first, second string) bool {
	return slices.Contains([]string{"<=", ">=", "==", "!=", ":=", "&&", "||"}, first+second)
}

// adjacent tells that nothing stands before the token last read.
func adjacent(s *scanner.Scanner, text string) bool {
	at := s.Position.Offset
	return at > 0 && text[at-1] != ' '
}

// surrounding is the line of a text that a token stands in.
func surrounding(text string, line int) string {
	all := strings.Split(text, "\n")
	return strings.TrimSpace(all[min(line, len(all))-1])
}

// lines are the lines of two texts, side by side.
func lines(old, new string) []Piece {
	all := []Piece{}
	walk(full(old), full(new), func(s string) { all = append(all, Piece{Same: s}) }, func(r run) {
		for _, s := range r.old {
			all = append(all, Piece{Old: s})
		}
		for _, s := range r.new {
			all = append(all, Piece{New: s})
		}
	})
	return all
}

// full are the lines of a text that are not empty.
func full(text string) []string {
	return slices.DeleteFunc(strings.Split(text, "\n"), func(s string) bool { return strings.TrimSpace(s) == "" })
}
