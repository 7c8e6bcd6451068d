package rego

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/open-policy-agent/opa/v1/ast"

	"rubric/engine/message"
	"rubric/engine/policy"
	"rubric/engine/typo"
)

// parseErrors reports why OPA could not read a file: the slip for which it could
// not, where that is known, else what OPA says.
func (c *compilation) parseErrors(s policy.Source, err error) {
	var list ast.Errors
	if !errors.As(err, &list) || len(list) == 0 {
		c.opaErrors(s.File, err)
		return
	}
	first := list[0]
	if detail, inMetadata := metadataDetail(first.Message); inMetadata && first.Location != nil {
		c.problems.Add(metadataSlip(s, first.Location.Row, detail))
		return
	}
	if unreadable(first.Message).ID == "rego.opa_syntax" {
		if p, known := slipIn(s); known {
			c.problems.Add(p)
			return
		}
	}
	c.opaErrors(s.File, err)
}

// unreadableFile is why a file is no text that could be parsed, nil if it is one.
func unreadableFile(text []byte) *message.Message {
	var wrong message.Message
	switch {
	case !utf8.Valid(text):
		wrong = message.New("facts.not_utf8")
	case len(bytes.TrimSpace(text)) == 0:
		wrong = message.New("rego.empty_file")
	default:
		return nil
	}
	return &wrong
}

// slipIn is the first slip of the pen in a file.
func slipIn(s policy.Source) (message.Problem, bool) {
	offset, m, known := typo.Expression(string(s.Text), typo.Rego)
	at := typo.PlaceOf(string(s.Text), offset)
	return message.Problem{File: s.File, Line: at.Line, Column: at.Column, Message: m}, known
}

// metadataDetail is what the YAML library says of a METADATA comment.
func metadataDetail(text string) (detail string, is bool) {
	if _, detail, is = strings.Cut(firstLine(text), "yaml: "); is {
		return "yaml: " + detail, true
	}
	return "", false
}

// metadataSlip is why the METADATA comment nearest before a line is no YAML.
func metadataSlip(s policy.Source, row int, detail string) message.Problem {
	lines := strings.Split(string(s.Text), "\n")
	head := min(row, len(lines)) - 1
	for head > 0 && strings.TrimSpace(strings.TrimPrefix(lines[head], "#")) != "METADATA" {
		head--
	}
	var comment []string
	for _, line := range lines[head+1:] {
		text, is := strings.CutPrefix(line, "#")
		if !is {
			break
		}
		comment = append(comment, text)
	}
	at, m := typo.YAML([]byte(strings.Join(comment, "\n")), errors.New(detail))
	p := message.Problem{File: s.File, Line: head + 1 + at.Line, Message: message.New("rego.opa_metadata", "why", m)}
	if at.Column > 0 {
		p.Column = at.Column + 1 // behind the #
	}
	return p
}
