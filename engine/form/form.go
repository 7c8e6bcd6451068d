// Package form brings the files that authors write into one form: Rego by OPA's
// own formatter, YAML by ours.
//
// What is written keeps its meaning to the byte: a form is only given out when
// the file says the same as before, and is in form itself.
package form

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/format"
	"go.yaml.in/yaml/v3"

	"rubric/engine/message"
	"rubric/engine/typo"
)

// Has tells whether there is a form for files of that name.
func Has(name string) bool {
	return strings.HasSuffix(name, ".rego") || strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")
}

// Source is a file's text in form; name is for messages, and tells what the file
// is. The error is a message.Problems.
func Source(name string, text []byte) ([]byte, error) {
	if strings.HasSuffix(name, ".rego") {
		return regoForm(name, text)
	}
	return yamlForm(name, text)
}

func regoForm(name string, text []byte) ([]byte, error) {
	formed, err := format.SourceWithOpts(name, text, format.Opts{RegoVersion: ast.RegoV1, ParserOptions: &ast.ParserOptions{RegoVersion: ast.RegoV1, ProcessAnnotation: true}})
	var wrong ast.Errors
	switch {
	case errors.As(err, &wrong) && len(wrong) > 0:
		return nil, regoProblems(name, text, wrong)
	case err != nil:
		return nil, message.Problems{{File: name, Message: message.New("form.rego", "detail", err)}}
	case !sameRego(name, text, formed):
		return nil, message.Problems{{File: name, Message: message.New("form.unsafe")}}
	}
	return formed, nil
}

func regoProblems(name string, text []byte, wrong ast.Errors) error {
	if offset, m, known := typo.Expression(string(text), typo.Rego); known {
		at := typo.PlaceOf(string(text), offset)
		return message.Problems{{File: name, Line: at.Line, Column: at.Column, Message: message.New("form.rego", "detail", m)}}
	}
	var problems message.Problems
	for _, e := range wrong {
		p := message.Problem{File: name, Message: message.New("form.rego", "detail", e.Message)}
		if e.Location != nil {
			p.Line, p.Column = e.Location.Row, e.Location.Col
		}
		problems.Add(p)
	}
	return problems
}

// sameRego tells whether two texts are the same module, with as many comments.
func sameRego(name string, a, b []byte) bool {
	options := ast.ParserOptions{RegoVersion: ast.RegoV1, ProcessAnnotation: true}
	before, err := ast.ParseModuleWithOpts(name, string(a), options)
	if err != nil {
		return false
	}
	after, err := ast.ParseModuleWithOpts(name, string(b), options)
	return err == nil && before.Equal(after) && len(before.Comments) == len(after.Comments)
}

func yamlForm(name string, text []byte) ([]byte, error) {
	text = plainLines(text)
	before, err := documents(text)
	if err != nil {
		return nil, yamlProblem(name, text, err)
	}
	formed := layOut(text, before)
	after, err := documents(formed)
	if err != nil || !sameAll(before, after) || !bytes.Equal(layOut(formed, after), formed) {
		return nil, message.Problems{{File: name, Message: message.New("form.unsafe")}}
	}
	return formed, nil
}

// yamlProblem is why a text is no YAML.
func yamlProblem(name string, text []byte, err error) error {
	at, m := typo.YAML(text, err)
	return message.Problems{{File: name, Line: at.Line, Column: at.Column, Message: message.New("form.yaml", "detail", m)}}
}

// plainLines is a text whose lines end in a line feed alone, without a byte order
// mark. YAML reads it as the same.
func plainLines(text []byte) []byte {
	return bytes.ReplaceAll(bytes.TrimPrefix(text, []byte("\ufeff")), []byte("\r\n"), []byte("\n"))
}

// documents are the documents of a file, as nodes with their places.
func documents(text []byte) ([]*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var all []*yaml.Node
	for {
		var n yaml.Node
		switch err := decoder.Decode(&n); {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, err
		}
		all = append(all, &n)
	}
}

func sameAll(a, b []*yaml.Node) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !same(a[i], b[i]) {
			return false
		}
	}
	return true
}

// same tells whether two nodes hold the same, written the same way: kinds, tags,
// anchors, quotes, digits, and each comment beside the same thing.
func same(a, b *yaml.Node) bool {
	return a.Kind == b.Kind && a.Style == b.Style && a.Tag == b.Tag && a.Value == b.Value && a.Anchor == b.Anchor &&
		comment(a.HeadComment) == comment(b.HeadComment) && comment(a.LineComment) == comment(b.LineComment) &&
		comment(a.FootComment) == comment(b.FootComment) && sameAll(a.Content, b.Content)
}

// comment is a comment without the white space around its lines.
func comment(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Join(lines, "\n")
}
