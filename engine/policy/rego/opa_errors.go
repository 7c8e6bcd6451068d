package rego

import (
	"regexp"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/types"

	"rubric/engine/message"
)

// opaErrors takes over what OPA reports. What follows from a line that could not
// be read is left out.
func (c *compilation) opaErrors(file string, err error) {
	list, ok := err.(ast.Errors)
	if !ok {
		c.problems.Add(message.Problem{File: file, Message: message.New("rego.opa", "message", firstLine(err.Error()))})
		return
	}
	unread := map[int]bool{}
	for _, e := range list {
		p := message.Problem{File: file, Message: opaMessage(e)}
		if e.Location != nil {
			p.File, p.Line, p.Column = e.Location.File, e.Location.Row, e.Location.Col
		}
		if e.Code == ast.ParseErr && unread[p.Line] {
			continue
		}
		unread[p.Line] = e.Code == ast.ParseErr
		c.problems.Add(p)
	}
}

// opaMessage puts the mistakes that authors make into our words; of any other,
// it keeps the first line.
func opaMessage(e *ast.Error) message.Message {
	switch d := e.Details.(type) {
	case *ast.RefErrInvalidDetail:
		return undefinedRef(strings.TrimPrefix(e.Message, "undefined ref: "), d)
	case *ast.RefErrUnsupportedDetail:
		return unsupportedRef(e.Message, d)
	case *ast.UnificationErrDetail:
		return neverEqual(typeKind(d.Left), typeKind(d.Right))
	case *ast.ArgErrDetail:
		return wrongArguments(e.Message, d)
	}
	if e.Code == ast.ParseErr {
		return unreadable(e.Message)
	}
	for _, f := range opaForms() {
		if m := f.pattern.FindStringSubmatch(e.Message); m != nil {
			return f.said(m[1])
		}
	}
	return message.New("rego.opa", "message", firstLine(e.Message))
}

// opaForm is a sentence of OPA's that is about one thing, and ours for it.
type opaForm struct {
	pattern *regexp.Regexp
	said    func(about string) message.Message
}

func opaForms() []opaForm {
	form := func(pattern, id, name string) opaForm {
		return opaForm{regexp.MustCompile(pattern), func(about string) message.Message {
			return message.Message{ID: id, Args: []message.Arg{{Name: name, Value: about}}}
		}}
	}
	return []opaForm{
		form(`^undefined function (\S+)`, "rego.opa_unknown_function", "function"),
		{regexp.MustCompile(`^function (\S+) has arity`), func(name string) message.Message {
			return message.New("rego.opa_arity", "function", functionWord(name))
		}},
		form(`^var (\S+) is (?:unsafe|undeclared)`, "rego.opa_unsafe", "variable"),
		form(`^(?:var|arg) (\S+) (?:assigned above|assigned before|declared above|redeclared)`, "rego.opa_variable_twice", "variable"),
		form(`^var (\S+) referenced above`, "rego.opa_variable_before", "variable"),
		form(`^(?:declared|assigned) var (\S+) unused`, "rego.opa_variable_unused", "variable"),
		form(`must not shadow (\S+)`, "rego.opa_reserved", "name"),
		form(`^rule (\S+) is recursive`, "rego.opa_recursion", "rule"),
		form(`^conflicting rules (\S+) found`, "rego.opa_conflict", "rule"),
		form(`^rule (\S+) conflicts with`, "rego.opa_conflict", "rule"),
		form(`conflicts with rule (\S+) defined`, "rego.opa_conflict", "rule"),
		form(`^multiple default rules (\S+) found`, "rego.opa_default_twice", "rule"),
	}
}

// unreadable says of a line that it is no Rego.
func unreadable(text string) message.Message {
	detail := firstLine(text)
	switch {
	case strings.HasPrefix(detail, "number too big"):
		return message.New("rego.opa_number")
	case strings.Contains(detail, "keyword is required before"):
		keyword, _, _ := strings.Cut(detail, " ")
		return message.New("rego.opa_keyword", "keyword", strings.Trim(keyword, "`"))
	}
	return message.New("rego.opa_syntax", "message", strings.ReplaceAll(detail, `\n`, "a new line"))
}

// firstLine is what OPA says without its details and addresses of pages.
func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	line, _, _ = strings.Cut(line, " (see http")
	return line
}

func neverEqual(left, right string) message.Message {
	if left == right {
		return message.New("rego.opa_never_equal_inside", "type", typeWord(left))
	}
	return message.New("rego.opa_never_equal", "left", typeWord(left), "right", typeWord(right))
}

// wrongArguments says which argument of a call cannot be.
func wrongArguments(text string, d *ast.ArgErrDetail) message.Message {
	name, _, _ := strings.Cut(text, ": ")
	if strings.Contains(text, "arity mismatch") {
		return message.New("rego.opa_arity", "function", functionWord(name))
	}
	for i, have := range d.Have {
		if i >= len(d.Want.Args) || have == nil {
			break
		}
		got, want := typeKind(have), typeKind(d.Want.Args[i])
		if got != want && got != anyType && want != anyType {
			return message.New("rego.opa_argument", "function", functionWord(name), "position", i+1, "want", typeWord(want), "got", typeWord(got))
		}
	}
	return message.New("rego.opa_arguments", "function", functionWord(name))
}

// anyType is the kind of what may be of several types.
const anyType = "any"

// typeKind is the name of an OPA type without what is inside of it.
func typeKind(t types.Type) string {
	switch t := t.(type) {
	case *types.NamedType:
		return typeKind(t.Type)
	case types.Null:
		return "null"
	case types.Boolean:
		return "boolean"
	case types.Number:
		return "number"
	case types.String:
		return "string"
	case *types.Array:
		return "array"
	case *types.Object:
		return "object"
	case *types.Set:
		return "set"
	case *types.Function:
		return "function"
	}
	return anyType
}

// unsupportedRef is a name with something below it that cannot be there.
func unsupportedRef(text string, d *ast.RefErrUnsupportedDetail) message.Message {
	if strings.Contains(text, "used as reference, not called") {
		return message.New("rego.opa_not_called", "function", d.Ref.String())
	}
	return message.New("rego.opa_no_members", "fact", d.Ref.String(), "above", d.Ref[:d.Pos+1].String())
}

// undefinedRef says what would have been possible in place of a name.
func undefinedRef(ref string, d *ast.RefErrInvalidDetail) message.Message {
	if len(d.OneOf) == 0 {
		return message.New("rego.opa_no_members", "fact", ref, "above", d.Ref[:d.Pos].String())
	}
	var known []string
	for _, v := range d.OneOf {
		known = append(known, strings.Trim(v.String(), `"`))
	}
	name, _ := d.Ref[d.Pos].Value.(ast.String)
	if near := nearest(string(name), known); near != "" {
		return message.New("rego.opa_unknown_fact_near", "fact", ref, "suggestion", near)
	}
	return message.New("rego.opa_unknown_fact", "fact", ref, "known", strings.Join(known, ", "))
}
