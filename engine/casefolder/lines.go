package casefolder

import (
	"bytes"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"rubric/engine/facts"
)

// lineEdit changes a YAML file entry by entry, each of which has lines of its own;
// all other lines stay as they are.
type lineEdit struct {
	lines   []string         // without their ends, from 0
	instead map[int][]string // lines that take the place of one
	gone    map[int]bool     // lines that are taken out
	behind  map[int][]string // lines that come behind one
	err     error
}

func newLineEdit(text []byte) *lineEdit {
	body := strings.TrimSuffix(string(text), "\n")
	return &lineEdit{lines: strings.Split(body, "\n"), instead: map[int][]string{}, gone: map[int]bool{}, behind: map[int][]string{}}
}

// block tells whether a list or mapping has a line for each entry, or nothing in
// it yet.
func (e *lineEdit) block(n *yaml.Node, kind yaml.Kind) bool {
	switch {
	case n == nil:
		return false
	case n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" && n.Value == "":
		return true
	}
	return n.Kind == kind && n.Style&yaml.FlowStyle == 0 && len(n.Content) > 0
}

// last is the last line of an entry that begins in one line, before another one or
// the end of what it stands in: the lines that are indented more.
func (e *lineEdit) last(first int) int {
	indent := margin(e.lines[first])
	last := first
	for i := first + 1; i < len(e.lines); i++ {
		text := strings.TrimSpace(e.lines[i])
		if text == "" || text[0] == '#' && margin(e.lines[i]) <= indent {
			continue
		}
		if margin(e.lines[i]) <= indent {
			break
		}
		last = i
	}
	return last
}

func margin(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// step is how much deeper entries stand than the key that they belong to.
const step = 2

// end is the line behind which a further entry of a list or mapping comes, and how
// far it is indented.
func (e *lineEdit) end(n *yaml.Node) (line, indent int) {
	if len(n.Content) == 0 {
		return n.Line - 1, step
	}
	first := n.Content[len(n.Content)-1]
	if n.Kind == yaml.MappingNode {
		first = n.Content[len(n.Content)-2]
	}
	return e.last(first.Line - 1), margin(e.lines[first.Line-1])
}

// written is a value as lines of YAML, so far indented.
func (e *lineEdit) written(n *yaml.Node, indent int) []string {
	file, err := yamlOf("", n)
	if err != nil && e.err == nil {
		e.err = err
	}
	var all []string
	for _, line := range strings.Split(strings.TrimSuffix(string(file.Data), "\n"), "\n") {
		all = append(all, strings.Repeat(" ", indent)+line)
	}
	return all
}

func (e *lineEdit) replace(first int, with []string) {
	for i := first; i <= e.last(first); i++ {
		e.gone[i] = true
	}
	e.instead[first] = with
}

func (e *lineEdit) documents(list *yaml.Node, documents []facts.EvidenceDocument) {
	end, indent := e.end(list)
	for _, d := range documents {
		i := slices.IndexFunc(list.Content, func(m *yaml.Node) bool {
			id := get(m, "id")
			return id != nil && id.Value == d.ID
		})
		one := &yaml.Node{Kind: yaml.SequenceNode}
		if i < 0 {
			addDocument(one, d)
			e.behind[end] = append(e.behind[end], e.written(one, indent)...)
			continue
		}
		one.Content = append(one.Content, list.Content[i])
		addDocument(one, d)
		e.replace(list.Content[i].Line-1, e.written(one, indent))
	}
}

func (e *lineEdit) dropBelow(places *yaml.Node, below []string) {
	for i := 0; i+1 < len(places.Content); i += 2 {
		key := places.Content[i]
		if slices.ContainsFunc(below, func(list string) bool { return strings.HasPrefix(key.Value, list+"/") }) {
			e.replace(key.Line-1, nil)
		}
	}
}

func (e *lineEdit) entries(places *yaml.Node, entries []facts.EvidenceEntry) {
	end, indent := e.end(places)
	at := map[string]int{}
	for i := 0; i+1 < len(places.Content); i += 2 {
		at[places.Content[i].Value] = i
	}
	fresh := mapping()
	for _, added := range entries {
		i, there := at[added.Pointer]
		switch {
		case !there:
			put(fresh, added.Pointer, entry(added))
		case e.gone[places.Content[i].Line-1] || updateEntry(places.Content[i+1], added):
			if e.gone[places.Content[i].Line-1] {
				places.Content[i+1] = entry(added)
			}
			one := mapping()
			put(one, added.Pointer, places.Content[i+1])
			e.replace(places.Content[i].Line-1, e.written(one, indent))
		}
	}
	if len(fresh.Content) > 0 {
		e.behind[end] = append(e.behind[end], e.written(fresh, indent)...)
	}
}

func (e *lineEdit) text() []byte {
	var out bytes.Buffer
	write := func(lines []string) {
		for _, line := range lines {
			out.WriteString(line + "\n")
		}
	}
	for i, line := range e.lines {
		write(e.instead[i])
		if !e.gone[i] {
			out.WriteString(line + "\n")
		}
		write(e.behind[i])
	}
	return out.Bytes()
}
