package framework

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
	"golang.org/x/mod/semver"

	"rubric/engine/facts/yamlfile"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/typo"
)

// fullMarks is what the weights of a framework add up to.
const fullMarks = 100

// maxDigits is the finest rounding of a score.
const maxDigits = 10

// tree reads framework.yaml.
func (l *loading) tree() {
	l.places = map[string]leaf{}
	t := &treeFile{File: yamlfile.Open(l.path(TreeFile), l.file(TreeFile)), places: l.places, groups: map[string]bool{}, groupIDs: map[string]bool{}}
	t.read(l.fw)
	l.eaches = t.eaches
	var problems message.Problems
	if errors.As(t.Err(), &problems) {
		l.problems = append(l.problems, problems...)
	}
	l.unsure = slices.ContainsFunc(problems, func(p message.Problem) bool { return aboutNames(p.Message.ID) })
}

// aboutNames tells whether a problem of the tree leaves open what its indicators
// are called.
func aboutNames(id string) bool {
	return strings.HasPrefix(id, "facts.yaml") || strings.HasPrefix(id, "typo.") || id == "framework.id" || id == "framework.indicator_twice"
}

// treeFile is framework.yaml being read.
type treeFile struct {
	*yamlfile.File
	places map[string]leaf
	groups map[string]bool

	unreadable bool // some weight is no number, so that sums say nothing
	marks      bool // there is a scale, so that weights may be left out
	mean       bool // each group is worth 100 in itself
	byPolicy   bool // a policy names groups by their ids, which are then unique
	groupIDs   map[string]bool
	eaches     []eachAt
	vetoes     []*yaml.Node // grades that vetoes name
}

func (t *treeFile) read(fw *Framework) {
	if t.Root == nil {
		return
	}
	m := t.Fields(t.Root, "id", "title", "version", "language", "valid_from", "valid_to",
		"rounding", "scale", "aggregation", "not_applicable", "bonus", "panel", "grades", "tree")
	fw.ID, fw.Title, fw.Version = m.Need("id"), m.Need("title"), m.Need("version")
	if n := m.Get("id"); n != nil {
		fw.idLine, fw.idColumn = n.Line, n.Column
	}
	t.checkVersion(m.Get("version"))
	fw.Language = t.choice(m, "language", "zh", "en")
	fw.ValidFrom, fw.ValidTo = t.date(m, "valid_from"), t.date(m, "valid_to")
	if fw.ValidFrom != "" && fw.ValidTo != "" && fw.ValidFrom > fw.ValidTo {
		t.Report(m.Get("valid_to"), message.New("framework.dates", "from", fw.ValidFrom, "to", fw.ValidTo))
	}
	t.aggregation(m, fw)
	t.rounding(m.Get("rounding"), fw)
	t.panel(m.Get("panel"), fw)
	t.grades(m.Get("grades"), fw)
	if m.Get("tree") == nil {
		t.Report(t.Root, message.New("facts.yaml_need", "key", "tree"))
		return
	}
	fw.Groups = t.level(m.Get("tree"), "")
	fw.indicators = leaves(fw.Groups)
	t.vetoGrades(fw)
	t.conflicts(m, fw)
	t.total(m.Get("tree"), fw.Groups)
}

// checkVersion holds the version to the order that versions have: 1.10.0 is after
// 1.9.0, and 2.0.0-draft before 2.0.0. The short forms 1 and 1.2 count as 1.0.0
// and 1.2.0.
func (t *treeFile) checkVersion(n *yaml.Node) {
	if n != nil && n.Kind == yaml.ScalarNode && !semver.IsValid("v"+n.Value) {
		t.Report(n, message.New("framework.version", "value", n.Value))
	}
}

// choice is one of the values that a key may have; the first is the default.
func (t *treeFile) choice(m yamlfile.Fields, key string, values ...string) string {
	n := m.Get(key)
	if n == nil {
		return values[0]
	}
	text := t.Text(n)
	if !slices.Contains(values, text) {
		t.Report(n, message.New("framework.choice", "key", key, "value", text, "known", values))
		return values[0]
	}
	return text
}

func (t *treeFile) date(m yamlfile.Fields, key string) string {
	n := m.Get(key)
	if n == nil {
		return ""
	}
	text := t.Text(n)
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		t.Report(n, message.New("framework.date", "key", key, "value", text))
		return ""
	}
	return text
}

func (t *treeFile) rounding(n *yaml.Node, fw *Framework) {
	fw.Digits, fw.Mode = 2, number.RoundHalfUp
	if n == nil {
		return
	}
	m := t.Fields(n, "digits", "mode")
	if d := m.Get("digits"); d != nil {
		digits, ok := t.number(d).Int64()
		if !ok || digits < 0 || digits > maxDigits {
			t.Report(d, message.New("framework.digits", "limit", maxDigits))
		}
		fw.Digits = int(digits)
	}
	if d := m.Get("mode"); d != nil {
		mode, ok := number.ParseMode(t.Text(d))
		if !ok {
			t.Report(d, message.New("framework.mode", "value", t.Text(d)))
		}
		fw.Mode = mode
	}
}

// number reads a number by the digits written.
func (t *treeFile) number(n *yaml.Node) number.Number {
	text := t.Text(n)
	x, err := number.Parse(text)
	if err != nil && text != "" {
		t.Report(n, message.New("framework.number", "value", text))
	}
	return x
}

// level reads the groups of one level; folder is where their files stand.
func (t *treeFile) level(n *yaml.Node, folder string) []Group {
	var groups []Group
	for _, item := range t.Items(n) {
		groups = append(groups, t.group(item, folder))
	}
	return groups
}

var idForm = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// id reads an id, which is also the name of a folder or file.
func (t *treeFile) id(m yamlfile.Fields) string {
	id := m.Need("id")
	if id != "" && !idForm.MatchString(id) {
		t.Report(m.Get("id"), message.New("framework.id", "id", id))
	}
	return id
}

func (t *treeFile) group(n *yaml.Node, folder string) Group {
	m := t.Fields(n, "id", "title", "weight", "groups", "indicators")
	g := Group{ID: t.id(m), Title: m.Need("title"), Weight: t.weight(m)}
	at := g.ID
	if folder != "" {
		at = folder + "/" + g.ID
	}
	if t.groups[at] {
		t.Report(n, message.New("framework.group_twice", "group", at))
	}
	t.groups[at] = true
	if t.byPolicy && t.groupIDs[g.ID] {
		t.Report(n, message.New("framework.group_id_twice", "group", g.ID))
	}
	t.groupIDs[g.ID] = true
	groups, indicators := m.Get("groups"), m.Get("indicators")
	if (groups == nil) == (indicators == nil) {
		t.Report(n, message.New("framework.group_content", "group", g.ID))
	}
	g.Groups = t.level(groups, at)
	for _, item := range t.Items(indicators) {
		g.Indicators = append(g.Indicators, t.indicator(item, at))
	}
	t.adds(n, g)
	return g
}

// weight reads a weight, which a framework of marks need not have.
func (t *treeFile) weight(m yamlfile.Fields) number.Number {
	n := m.Get("weight")
	if n == nil && t.marks {
		return number.Number{}
	}
	m.Need("weight")
	if n == nil {
		t.unreadable = true
		return number.Number{}
	}
	w, err := number.Parse(n.Value)
	if err != nil {
		t.unreadable = true
		return t.number(n) // which reports it
	}
	if w.Sign() < 0 {
		t.Report(n, message.New("framework.negative_weight"))
	}
	return w
}

func (t *treeFile) indicator(n *yaml.Node, folder string) Indicator {
	m := t.Fields(n, "id", "weight", "bonus", "penalty", "veto", "each")
	in := Indicator{ID: t.id(m), Weight: t.weight(m), Kind: t.kind(m), Veto: t.veto(m.Get("veto")), Each: t.each(m.Get("each"))}
	if other, twice := t.places[in.ID]; twice {
		t.Report(n, message.New("framework.indicator_twice", "indicator", in.ID, "line", other.line))
		return in
	}
	t.places[in.ID] = leaf{folder: folder, line: n.Line, column: n.Column}
	return in
}

// adds checks that what a group holds adds up to its weight, or to 100 where
// each group is worth that. An unreadable weight has been reported, and the sums
// above it are not to be believed.
func (t *treeFile) adds(n *yaml.Node, g Group) {
	want, sum := g.Weight, g.Holds()
	if t.mean && sum.Sign() > 0 {
		want = number.Int(fullMarks)
	}
	if t.unreadable || t.marks || sum.Equal(want) {
		return
	}
	id := "framework.weights"
	if t.mean {
		id = "framework.weights_mean"
	}
	t.Report(n, message.New(id, "group", g.Title, "weight", want.String(), "sum", sum.String(), "difference", want.Sub(sum).String()))
}

func (t *treeFile) total(n *yaml.Node, groups []Group) {
	sum, full := Group{Groups: groups}.Holds(), number.Int(fullMarks)
	if !t.unreadable && !t.marks && !sum.Equal(full) {
		t.Report(n, message.New("framework.total", "full", full.String(), "sum", sum.String(), "difference", full.Sub(sum).String()))
	}
}

// Holds is the sum of the weights of what is in a group, without what stands
// outside the 100.
func (g Group) Holds() (sum number.Number) {
	for _, c := range g.Groups {
		sum = sum.Add(c.Weight)
	}
	for _, c := range g.Indicators {
		if c.Kind == Ordinary {
			sum = sum.Add(c.Weight)
		}
	}
	return sum
}

// nearest is the indicator whose id is most like id, "" when none is.
func nearest(id string, all []Indicator) string {
	ids := make([]string, len(all))
	for i, in := range all {
		ids[i] = in.ID
	}
	return typo.Nearest(id, ids)
}

// Nearest is the indicator whose id is most like id, "" when none is.
func (f *Framework) Nearest(id string) string { return nearest(id, f.Indicators()) }
