package framework

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"rubric/engine/bundle"
	"rubric/engine/facts"
	"rubric/engine/facts/yamlfile"
	"rubric/engine/message"
	"rubric/engine/policy"
)

// The names of a framework's own files.
const (
	TreeFile   = "framework.yaml"
	SchemaFile = "facts.schema.json"
	casesEnd   = ".cases.yaml"

	DataFile     = "data.json"
	DataYAMLFile = "data.yaml"
)

// Folders whose policy files belong to no indicator.
const (
	helperFolder    = "lib"
	reconcileFolder = "reconcile"
)

// ErrNoFramework says that a folder is no framework at all: it is not there, or
// it has no framework.yaml.
var ErrNoFramework = errors.New("no framework")

// Load reads the framework at a path: a folder, or the archive that is made of
// one. extensions are how the names of policy files end. The error is a
// message.Problems with everything that is wrong, or wraps ErrNoFramework.
func Load(path string, extensions []string) (*Framework, error) {
	b, err := bundle.Read(path)
	var problems message.Problems
	switch {
	case isThere(path) && b == nil:
		return nil, err
	case b == nil:
		return nil, noFramework(path)
	}
	errors.As(err, &problems)
	return assemble(b, extensions, problems)
}

func isThere(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// LoadBundle is Load for files that were read before.
func LoadBundle(b *bundle.Bundle, extensions []string) (*Framework, error) {
	return assemble(b, extensions, nil)
}

// assemble has the problems that were met as the files were read.
func assemble(b *bundle.Bundle, extensions []string, problems message.Problems) (*Framework, error) {
	if b.File(TreeFile) == nil {
		return nil, noFramework(b.Path)
	}
	l := &loading{dir: b.Path, extensions: extensions, fw: &Framework{Dir: b.Path, Bundle: b}, problems: problems}
	for _, f := range b.Files {
		l.files = append(l.files, policy.Source{File: f.Name, Text: bytes.TrimPrefix(f.Text, []byte("\ufeff"))})
	}
	digest, schema := aside(b.Digest), aside(l.parseSchema)
	l.tree()
	l.schema(<-schema)
	l.eachLists()
	l.data()
	l.match()
	l.fw.Digest = <-digest
	l.manifest()
	return l.fw, l.problems.Err()
}

// loading is the state of loading one framework.
type loading struct {
	dir        string
	extensions []string
	fw         *Framework
	files      []policy.Source // every file of the folder, by name
	places     map[string]leaf // indicator id → where the tree has it
	eaches     []eachAt
	problems   message.Problems

	unsure  bool            // the tree has slips, so that which policies it lacks cannot be told
	surplus []policy.Source // policy files that the tree has no indicator for
}

// leaf is where an indicator stands in the tree.
type leaf struct {
	folder string // its groups' ids, joined by slashes
	line   int
	column int
}

func (l *loading) problem(file string, line, column int, m message.Message) {
	l.problems.Add(message.Problem{File: l.path(file), Line: line, Column: column, Message: m})
}

// path is how messages name a file of the framework.
func (l *loading) path(file string) string { return filepath.Join(l.dir, filepath.FromSlash(file)) }

func noFramework(dir string) error {
	p := message.Problem{File: dir, Message: message.New("framework.none", "file", TreeFile)}
	return fmt.Errorf("%w: %w", ErrNoFramework, message.Problems{p})
}

func (l *loading) file(name string) []byte { return l.fw.Bundle.File(name) }

// data reads the constants that Rego policies see below data.
func (l *loading) data() {
	var file string
	for _, name := range []string{DataFile, DataYAMLFile} {
		switch {
		case l.file(name) == nil:
		case file != "":
			l.problem(name, 0, 0, message.New("framework.two_data", "other", file))
		default:
			file = name
		}
	}
	if file == "" {
		return
	}
	text := l.file(file)
	if file == DataYAMLFile {
		f := yamlfile.Open(l.path(file), text)
		if f.Root != nil {
			text = []byte(f.JSON(f.Root))
		}
		if l.took(f.Err()) {
			return
		}
	}
	data, err := facts.Parse(l.path(file), text)
	if !l.took(err) {
		data.File = file
		l.fw.Data = data
	}
}

// took notes the problems that err consists of, and tells whether there were any.
func (l *loading) took(err error) bool {
	var problems message.Problems
	errors.As(err, &problems)
	l.problems = append(l.problems, problems...)
	return err != nil
}

// aside does something beside what follows, which takes the result when it is
// needed.
func aside[T any](do func() T) <-chan T {
	done := make(chan T, 1)
	go func() { done <- do() }()
	return done
}

// parsedSchema is a schema and what is wrong with it.
type parsedSchema struct {
	schema *facts.Schema
	err    error
}

func (l *loading) parseSchema() (p parsedSchema) {
	if text := l.file(SchemaFile); text != nil {
		p.schema, p.err = facts.ParseSchema(l.path(SchemaFile), text)
	}
	return p
}

func (l *loading) schema(p parsedSchema) {
	if l.file(SchemaFile) == nil {
		l.problem(SchemaFile, 0, 0, message.New("framework.no_schema"))
		return
	}
	l.took(p.err)
	l.fw.Schema = p.schema
}

// match gives each indicator its policy file, and names what is missing,
// surplus or misplaced.
func (l *loading) match() {
	if len(l.places) == 0 { // the tree is to be mended first
		return
	}
	found := map[string]string{}
	for _, f := range l.files {
		id, ok := l.policyOf(f.File)
		switch {
		case strings.HasSuffix(f.File, casesEnd):
			l.matchCases(f)
		case !ok:
		case top(f.File) == reconcileFolder:
			l.matchCheck(f, id)
		case f.File == path.Base(f.File) && id == AggregatorID:
			l.matchAggregator(f)
		case top(f.File) == helperFolder:
			l.fw.Files = append(l.fw.Files, f)
		default:
			l.matchPolicy(f, id, found)
		}
	}
	if l.fw.Aggregation == ByPolicy && l.fw.Aggregator.File == "" {
		l.problem(TreeFile, 0, 0, message.New("framework.no_aggregation", "file", AggregatorID+l.extensions[0]))
	}
	if place, taken := l.places[AggregatorID]; taken && l.fw.Aggregation == ByPolicy {
		l.problem(TreeFile, place.line, place.column, message.New("framework.aggregation_id", "id", AggregatorID))
	}
	if !l.unsure {
		l.unmatched(found)
	}
}

// AggregatorID is what the policy of aggregation is called, where others are
// called by their indicator; it stands beside framework.yaml, and so do its cases.
const (
	AggregatorID    = "aggregation"
	AggregatorCases = AggregatorID + casesEnd
)

func (l *loading) matchAggregator(f policy.Source) {
	switch {
	case l.fw.Aggregation != ByPolicy:
		l.problem(f.File, 0, 0, message.New("framework.aggregation_unused"))
	case l.fw.Aggregator.File != "":
		l.problem(f.File, 0, 0, message.New("framework.two_policies", "indicator", AggregatorID, "other", l.fw.Aggregator.File))
	default:
		f.Indicator = AggregatorID
		l.fw.Aggregator = f
	}
}

func (l *loading) matchPolicy(f policy.Source, id string, found map[string]string) {
	place, known := l.places[id]
	switch {
	case !known:
		l.surplus = append(l.surplus, f)
	case found[id] != "":
		l.problem(f.File, 0, 0, message.New("framework.two_policies", "indicator", id, "other", found[id]))
	case path.Dir(f.File) != place.folder:
		l.problem(f.File, 0, 0, message.New("framework.misplaced", "indicator", id, "folder", place.folder))
	}
	if known && found[id] == "" {
		found[id] = f.File
		f.Indicator, f.Element = id, l.element(id)
		l.fw.Files = append(l.fw.Files, f)
	}
}

func (l *loading) matchCases(f policy.Source) {
	id := strings.TrimSuffix(path.Base(f.File), casesEnd)
	if f.File == AggregatorCases && l.fw.Aggregation == ByPolicy {
		f.Indicator = id
		l.fw.Cases = append(l.fw.Cases, f)
		return
	}
	if f.Check = top(f.File) == reconcileFolder; f.Check {
		if !l.hasCheck(id) {
			l.problem(f.File, 0, 0, message.New("framework.surplus_check", "id", id, "folder", reconcileFolder, "extensions", l.extensions))
			return
		}
	} else if _, known := l.places[id]; !known {
		l.surplus = append(l.surplus, f)
		return
	}
	f.Indicator = id
	l.fw.Cases = append(l.fw.Cases, f)
}

// matchCheck takes a reconciliation check; its id is told apart from those of
// indicators and of other checks.
func (l *loading) matchCheck(f policy.Source, id string) {
	_, taken := l.places[id]
	if taken || slices.ContainsFunc(l.fw.Checks, func(s policy.Source) bool { return s.Indicator == id }) {
		l.problem(f.File, 0, 0, message.New("framework.check_id", "id", id))
		return
	}
	f.Indicator, f.Check = id, true
	l.fw.Checks = append(l.fw.Checks, f)
}

// hasCheck tells whether there is a check with that id, read or yet to be read.
func (l *loading) hasCheck(id string) bool {
	return slices.ContainsFunc(l.extensions, func(e string) bool { return l.file(reconcileFolder+"/"+id+e) != nil })
}

// policyOf is the id that a policy file's name begins with.
func (l *loading) policyOf(file string) (id string, ok bool) {
	for _, e := range l.extensions {
		if id, ok = strings.CutSuffix(path.Base(file), e); ok {
			return id, true
		}
	}
	return "", false
}

func top(file string) string {
	folder, _, _ := strings.Cut(file, "/")
	return folder
}

// ChecksIn are the reconciliation checks with the given extension.
func (f *Framework) ChecksIn(extension string) (checks []policy.Source) {
	for _, s := range f.Checks {
		if strings.HasSuffix(s.File, extension) {
			checks = append(checks, s)
		}
	}
	return checks
}

// Policies are the policy files with the given extension, in the tree's order,
// and the helper files with it.
func (f *Framework) Policies(extension string) (policies, helpers []policy.Source) {
	for _, s := range f.Files {
		switch {
		case !strings.HasSuffix(s.File, extension):
		case s.Indicator == "":
			helpers = append(helpers, s)
		default:
			policies = append(policies, s)
		}
	}
	order := map[string]int{}
	for i, in := range f.Indicators() {
		order[in.ID] = i
	}
	slices.SortFunc(policies, func(a, b policy.Source) int { return order[a.Indicator] - order[b.Indicator] })
	return policies, helpers
}
