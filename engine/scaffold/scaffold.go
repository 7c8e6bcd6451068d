// Package scaffold begins frameworks and indicators: files that are in order as
// they are, with cases on both sides of every boundary, for an author to change.
//
// What stands in a folder already is changed by as little as possible, in place,
// with its comments and its form; and all files are written or none.
package scaffold

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"unicode"

	"go.yaml.in/yaml/v3"

	"rubric/engine"
	"rubric/engine/bundle"
	"rubric/engine/framework"
	"rubric/engine/message"
	"rubric/engine/policy"
)

//go:embed templates
var templates embed.FS

// Patterns are the kinds of rule that an indicator can begin as, the usual one
// first.
func Patterns() []string { return []string{"threshold", "bands", "checklist", "linear", "survey"} }

// Maker makes scaffolds in the language that people speak, for policies in the
// languages given.
type Maker struct {
	Lang      message.Lang
	Languages []policy.Language
}

// Made is what was written, and what its author should know.
type Made struct {
	Files []string // as the user would write them
	Notes []message.Message
}

// data is what the templates are filled with.
type data struct {
	Framework      string
	Title          string
	ID             string // of the indicator
	Facts          string // the member of the facts that the indicator reads
	Package        string
	Rule           string
	Interpretation string
	Evidence       string
}

// Placeholders are what scaffolds have for the evidence asked for, in each
// language, until the author writes it.
func Placeholders() (all []string) {
	for _, lang := range []message.Lang{message.Chinese, message.English} {
		if text, err := (Maker{Lang: lang}).fill("evidence", data{}); err == nil {
			all = append(all, text)
		}
	}
	return all
}

// fill is a template with its data.
func (m Maker) fill(name string, d data) (string, error) {
	t, err := m.parsed()
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	err = t.ExecuteTemplate(&b, name, d)
	return b.String(), err
}

func (m Maker) parsed() (*template.Template, error) {
	return template.New("scaffold").Funcs(template.FuncMap{
		"tr":   m.choose,
		"json": quoted,
		"yaml": plain,
	}).ParseFS(templates, "templates/*.tmpl")
}

func (m Maker) choose(zh, en string) string {
	if m.Lang == message.Chinese {
		return zh
	}
	return en
}

func quoted(text string) (string, error) {
	out, err := json.Marshal(text)
	return string(out), err
}

// plain is a text as YAML, quoted where it must be.
func plain(text string) (string, error) {
	out, err := yaml.Marshal(text)
	return strings.TrimSpace(string(out)), err
}

// indicatorFiles are the policy, the cases and the schema's part of a new
// indicator, ext being how the policy's file ends.
func (m Maker) indicatorFiles(pattern, folder, ext string, d data) (files []bundle.File, schema string, err error) {
	for _, text := range []struct {
		name string
		into *string
	}{{pattern + ".rule", &d.Rule}, {"interpretation", &d.Interpretation}, {"evidence", &d.Evidence}} {
		if *text.into, err = m.fill(text.name, d); err != nil {
			return nil, "", err
		}
	}
	for _, end := range []string{ext, ".cases.yaml"} {
		text, err := m.fill(pattern+end+".tmpl", d)
		if err != nil {
			return nil, "", err
		}
		files = append(files, bundle.File{Name: folder + "/" + d.ID + end, Text: []byte(text)})
	}
	schema, err = m.fill(pattern+".schema.json.tmpl", d)
	return files, strings.TrimSpace(schema), err
}

var frameworkForm = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)

// Framework begins a framework in a new folder called id inside dir. The error
// is ctx's, the system's or a message.Problems.
func (m Maker) Framework(ctx context.Context, dir, id, title string) (*Made, error) {
	folder := filepath.Join(dir, id)
	if title == "" {
		title = id
	}
	switch _, err := os.Lstat(folder); {
	case !frameworkForm.MatchString(id):
		return nil, problem(dir, message.New("scaffold.framework_id", "id", id))
	case strings.ContainsFunc(title, unicode.IsControl):
		return nil, problem(dir, message.New("scaffold.title"))
	case err == nil:
		return nil, problem(folder, message.New("scaffold.there"))
	case !errors.Is(err, os.ErrNotExist):
		return nil, err
	}
	b, err := m.begin(folder, id, title)
	if err != nil {
		return nil, err
	}
	if _, err := m.inOrder(ctx, b); err != nil {
		return nil, err
	}
	return &Made{Files: paths(folder, b.Files), Notes: []message.Message{message.New("scaffold.next_framework", "folder", folder)}}, writeFolder(folder, b.Files)
}

// begin is the files of a new framework: a checklist in Rego and bands in CEL.
func (m Maker) begin(folder, id, title string) (*bundle.Bundle, error) {
	tree, err := m.fill("framework.yaml.tmpl", data{Framework: id, Title: title})
	if err != nil {
		return nil, err
	}
	schema, err := m.fill("facts.schema.json.tmpl", data{Title: title})
	if err != nil {
		return nil, err
	}
	var files []bundle.File
	for _, in := range []struct{ id, group, pattern, ext, title string }{
		{"plan_completeness", "management", "checklist", ".rego", m.choose("工作计划完整性", "Completeness of the plan")},
		{"completion_rate", "results", "bands", ".cel.yaml", m.choose("任务完成率", "Completion")},
	} {
		d := data{Title: in.title, ID: in.id, Facts: in.id, Package: packageOf(id, in.group, in.id)}
		more, part, err := m.indicatorFiles(in.pattern, in.group, in.ext, d)
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
		if schema, err = insertProperty(schema, part); err != nil {
			return nil, err
		}
	}
	files = append(files, bundle.File{Name: framework.SchemaFile, Text: []byte(schema)}, bundle.File{Name: framework.TreeFile, Text: []byte(tree)})
	return bundle.New(folder, files), nil
}

var outsidePackage = regexp.MustCompile(`[^a-z0-9_]+`)

// packageOf is the Rego package of an indicator.
func packageOf(id, folder, indicator string) string {
	first := strings.Trim(outsidePackage.ReplaceAllString(strings.ToLower(id), "_"), "_")
	if first == "" || first[0] >= '0' && first[0] <= '9' {
		first = "framework_" + first
	}
	return first + "." + strings.ReplaceAll(folder, "/", ".") + "." + indicator
}

// inOrder loads and compiles files as check does. Weights that do not add up are
// told apart: they are for the author to balance.
func (m Maker) inOrder(ctx context.Context, b *bundle.Bundle) (unbalanced bool, err error) {
	fw, err := framework.LoadBundle(b, m.extensions())
	var problems message.Problems
	if err != nil && (!errors.As(err, &problems) || slices.ContainsFunc(problems, notWeight)) {
		return false, err
	}
	_, err = engine.Compile(ctx, fw, m.Languages...)
	return len(problems) > 0, err
}

// with is a bundle with files in the place of those of their names, or added.
func with(b *bundle.Bundle, files []bundle.File) *bundle.Bundle {
	all := slices.Clone(files)
	for _, f := range b.Files {
		if !slices.ContainsFunc(files, func(other bundle.File) bool { return other.Name == f.Name }) {
			all = append(all, f)
		}
	}
	return bundle.New(b.Path, all)
}

func paths(folder string, files []bundle.File) []string {
	var all []string
	for _, f := range files {
		all = append(all, filepath.Join(folder, filepath.FromSlash(f.Name)))
	}
	return all
}

func problem(file string, m message.Message) error {
	return message.Problems{{File: file, Message: m}}
}
