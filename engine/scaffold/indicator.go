package scaffold

import (
	"context"
	"errors"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"rubric/engine/bundle"
	"rubric/engine/framework"
	"rubric/engine/message"
	"rubric/engine/number"
)

// Indicator is an indicator to begin.
type Indicator struct {
	ID       string
	Title    string // "" for the id
	Group    string // the id or path of its group; "" where there is only one it can be in
	Pattern  string // one of Patterns; "" for the first
	Ext      string // how the policy's file ends, such as ".cel.yaml"
	Weight   string // digits; "" for 0, or for half of what TakeFrom has
	TakeFrom string // the indicator whose weight is lowered by as much; "" for none
}

var idForm = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Indicator begins an indicator of the framework in the folder dir: its policy
// and cases, its line in the tree, its facts in the schema. The error is ctx's,
// the system's or a message.Problems; then nothing was written.
func (m Maker) Indicator(ctx context.Context, dir string, in Indicator) (*Made, error) {
	a, err := m.adding(dir, in)
	if err != nil {
		return nil, err
	}
	files, err := a.files(m)
	if err != nil {
		return nil, err
	}
	var notes []message.Message
	unbalanced, err := m.inOrder(ctx, with(a.fw.Bundle, files))
	switch {
	case err != nil:
		return nil, err
	case unbalanced:
		notes = append(notes, message.New("scaffold.adjust", "weight", a.weight.String(), "group", a.group.folder))
	case a.weight.Sign() == 0:
		notes = append(notes, message.New("scaffold.no_weight", "indicator", in.ID, "file", filepath.Join(dir, framework.TreeFile)))
	}
	notes = append(notes, message.New("scaffold.next_indicator", "file", filepath.Join(dir, filepath.FromSlash(files[0].Name)), "folder", dir))
	return &Made{Files: paths(dir, files), Notes: notes}, write(dir, files)
}

// notWeight tells problems other than weights that do not add up.
func notWeight(p message.Problem) bool {
	return p.Message.ID != "framework.weights" && p.Message.ID != "framework.total"
}

// adding is an indicator being added to a framework.
type adding struct {
	Indicator
	dir    string
	fw     *framework.Framework
	tree   *treeText
	group  *groupText
	weight number.Number
	taken  *leafText // nil for none
}

// adding checks what is asked for against what is there.
func (m Maker) adding(dir string, in Indicator) (*adding, error) {
	fw, err := framework.Load(dir, m.extensions())
	var problems message.Problems
	if err != nil && (!errors.As(err, &problems) || slices.ContainsFunc(problems, notWeight)) {
		return nil, err
	}
	if fw.Bundle.Archive {
		return nil, problem(dir, message.New("scaffold.archive"))
	}
	if in.Title == "" {
		in.Title = in.ID
	}
	if in.Pattern == "" {
		in.Pattern = Patterns()[0]
	}
	a := &adding{Indicator: in, dir: dir, fw: fw}
	tree := filepath.Join(dir, framework.TreeFile)
	switch {
	case !idForm.MatchString(in.ID):
		return nil, problem(dir, message.New("framework.id", "id", in.ID))
	case strings.ContainsFunc(in.Title, unicode.IsControl):
		return nil, problem(dir, message.New("scaffold.title"))
	case !slices.Contains(Patterns(), in.Pattern):
		return nil, problem(dir, message.New("scaffold.pattern", "pattern", in.Pattern, "known", Patterns()))
	case slices.ContainsFunc(fw.Indicators(), func(other framework.Indicator) bool { return other.ID == in.ID }):
		return nil, problem(tree, message.New("scaffold.indicator_there", "indicator", in.ID))
	}
	if a.tree, err = readTree(tree, fw.Bundle.File(framework.TreeFile)); err != nil {
		return nil, err
	}
	if a.group, err = a.tree.find(in.Group); err != nil {
		return nil, err
	}
	return a, a.weigh()
}

func (m Maker) extensions() []string {
	var all []string
	for _, l := range m.Languages {
		all = append(all, l.Extension())
	}
	return all
}

// weigh finds out the weight, and whose it is to be taken from.
func (a *adding) weigh() error {
	if a.TakeFrom != "" {
		if a.taken = a.tree.leaf(a.TakeFrom); a.taken == nil {
			if near := a.fw.Nearest(a.TakeFrom); near != "" {
				return problem(a.tree.file, message.New("engine.unknown_indicator_near", "indicator", a.TakeFrom, "suggestion", near))
			}
			return problem(a.tree.file, message.New("engine.unknown_indicator", "indicator", a.TakeFrom))
		}
		if a.Weight == "" {
			a.weight = a.taken.weight.Mul(number.Ratio(1, 2))
		}
	}
	if a.Weight != "" {
		w, err := number.Parse(a.Weight)
		if err != nil || w.Sign() < 0 {
			return problem(a.tree.file, message.New("scaffold.weight", "weight", a.Weight))
		}
		a.weight = w
	}
	if a.taken != nil && a.weight.Cmp(a.taken.weight) > 0 {
		return problem(a.tree.file, message.New("scaffold.take_too_much", "weight", a.weight.String(), "indicator", a.TakeFrom, "has", a.taken.weight.String()))
	}
	return nil
}

// files are what is new, then what is changed: the schema, and the tree last.
func (a *adding) files(m Maker) ([]bundle.File, error) {
	name := a.factsName()
	d := data{Title: a.Title, ID: a.ID, Facts: name, Package: packageOf(a.fw.ID, a.group.folder, a.ID)}
	files, part, err := m.indicatorFiles(a.Pattern, a.group.folder, a.Ext, d)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if a.fw.Bundle.File(f.Name) != nil {
			return nil, problem(filepath.Join(a.dir, filepath.FromSlash(f.Name)), message.New("scaffold.there"))
		}
	}
	schema, err := insertProperty(string(a.fw.Bundle.File(framework.SchemaFile)), part)
	if err != nil {
		return nil, problem(filepath.Join(a.dir, framework.SchemaFile), message.New("scaffold.schema_form"))
	}
	tree, err := a.tree.add(a.group, a.ID, a.weight, a.taken)
	if err != nil {
		return nil, err
	}
	return append(files, bundle.File{Name: framework.SchemaFile, Text: []byte(schema)}, bundle.File{Name: framework.TreeFile, Text: tree}), nil
}

// factsName is a name for the indicator's facts that the schema does not have.
func (a *adding) factsName() string {
	name := a.ID
	for a.fw.Schema.Property(name) != nil {
		name += "_facts"
	}
	return name
}
