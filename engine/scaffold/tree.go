package scaffold

import (
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"rubric/engine/facts/yamlfile"
	"rubric/engine/message"
	"rubric/engine/number"
)

// treeText is framework.yaml with the places of what stands in its tree, so that
// it can be changed in place.
type treeText struct {
	file   string
	lines  []string
	groups []*groupText // those that hold indicators
	leaves []*leafText
}

// groupText is a group that holds indicators.
type groupText struct {
	folder     string       // its path: ids joined by slashes
	weights    []*yaml.Node // its own weight and those above, the outermost first
	indicators *yaml.Node
}

// leafText is an indicator in the tree.
type leafText struct {
	id     string
	group  *groupText
	node   *yaml.Node // its weight
	weight number.Number
}

// readTree reads the text of a tree that is known to be in order.
func readTree(file string, text []byte) (*treeText, error) {
	y := yamlfile.Open(file, text)
	if y.Root == nil {
		return nil, y.Err()
	}
	t := &treeText{file: file, lines: strings.SplitAfter(string(text), "\n")}
	t.level(value(y.Root, "tree"), "", nil)
	return t, nil
}

// value is the value of a key of a mapping, nil if there is none.
func value(n *yaml.Node, key string) *yaml.Node {
	for i := 0; n != nil && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func (t *treeText) level(n *yaml.Node, folder string, above []*yaml.Node) {
	if n == nil {
		return
	}
	for _, item := range n.Content {
		id := value(item, "id")
		if id == nil {
			continue
		}
		at := strings.TrimPrefix(folder+"/"+id.Value, "/")
		weights := append(slices.Clone(above), value(item, "weight"))
		t.level(value(item, "groups"), at, weights)
		if indicators := value(item, "indicators"); indicators != nil {
			g := &groupText{folder: at, weights: weights, indicators: indicators}
			t.groups = append(t.groups, g)
			t.leavesOf(g)
		}
	}
}

func (t *treeText) leavesOf(g *groupText) {
	for _, item := range g.indicators.Content {
		id, weight := value(item, "id"), value(item, "weight")
		if id == nil || weight == nil {
			continue
		}
		w, _ := number.Parse(weight.Value) // the framework was loaded
		t.leaves = append(t.leaves, &leafText{id.Value, g, weight, w})
	}
}

func (t *treeText) leaf(id string) *leafText {
	for _, l := range t.leaves {
		if l.id == id {
			return l
		}
	}
	return nil
}

// find is the group with that path or, where only one has it, that id; without a
// name it is the only group there is.
func (t *treeText) find(name string) (*groupText, error) {
	var found []*groupText
	var all []string
	for _, g := range t.groups {
		all = append(all, g.folder)
		if name == "" || g.folder == name || strings.HasSuffix(g.folder, "/"+name) {
			found = append(found, g)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case name == "":
		return nil, problem(t.file, message.New("scaffold.which_group", "groups", all))
	case len(found) == 0:
		return nil, problem(t.file, message.New("scaffold.no_group", "group", name, "groups", all))
	}
	return nil, problem(t.file, message.New("scaffold.two_groups", "group", name, "groups", folders(found)))
}

func folders(groups []*groupText) []string {
	var all []string
	for _, g := range groups {
		all = append(all, g.folder)
	}
	return all
}

// add is the text with an indicator at the end of its group. Where its weight is
// taken from another indicator, the groups between the two change with it.
func (t *treeText) add(g *groupText, id string, weight number.Number, taken *leafText) ([]byte, error) {
	if g.indicators.Style&yaml.FlowStyle != 0 || len(g.indicators.Content) == 0 {
		return nil, t.problem(g.indicators, message.New("scaffold.flow_list", "group", g.folder))
	}
	if taken != nil {
		if err := t.move(taken, g, weight); err != nil {
			return nil, err
		}
	}
	last := endOf(g.indicators.Content[len(g.indicators.Content)-1])
	indent := strings.Repeat(" ", g.indicators.Column-1)
	if !strings.HasSuffix(t.lines[last-1], "\n") {
		t.lines[last-1] += "\n"
	}
	line := indent + "- {id: " + id + ", weight: " + weight.String() + "}" + t.ending()
	t.lines[last-1] += line
	return []byte(strings.Join(t.lines, "")), nil
}

// ending is how lines of the file end.
func (t *treeText) ending() string {
	if strings.HasSuffix(t.lines[0], "\r\n") {
		return "\r\n"
	}
	return "\n"
}

// endOf is the last line of a node.
func endOf(n *yaml.Node) int {
	last := n.Line
	for _, c := range n.Content {
		last = max(last, endOf(c))
	}
	return last
}

// move takes weight from an indicator for one in a group. Groups that both
// belong to keep theirs.
func (t *treeText) move(from *leafText, to *groupText, weight number.Number) error {
	less, more := from.group.weights, to.weights
	for len(less) > 0 && len(more) > 0 && less[0] == more[0] {
		less, more = less[1:], more[1:]
	}
	for _, n := range append([]*yaml.Node{from.node}, less...) {
		if err := t.change(n, weight.Neg()); err != nil {
			return err
		}
	}
	for _, n := range more {
		if err := t.change(n, weight); err != nil {
			return err
		}
	}
	return nil
}

// change adds to a number where it stands. What stands behind it in its line
// moves, which matters to none of the other places: they are changed from their
// own.
func (t *treeText) change(n *yaml.Node, by number.Number) error {
	old, err := number.Parse(n.Value)
	line := t.lines[n.Line-1]
	at := byteAt(line, n.Column-1)
	if err != nil || !strings.HasPrefix(line[at:], n.Value) {
		return t.problem(n, message.New("scaffold.plain_weight"))
	}
	t.lines[n.Line-1] = line[:at] + old.Add(by).String() + line[at+len(n.Value):]
	return nil
}

// byteAt is where a line's character begins, counted from 0.
func byteAt(line string, column int) int {
	at := 0
	for range column {
		_, n := utf8.DecodeRuneInString(line[at:])
		at += n
	}
	return at
}

func (t *treeText) problem(n *yaml.Node, m message.Message) error {
	return message.Problems{{File: t.file, Line: n.Line, Column: n.Column, Message: m}}
}
