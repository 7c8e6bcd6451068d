package rego

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"rubric/engine/facts"
	"rubric/engine/number"
	"rubric/engine/policy/script"
)

// term is a term as an script has it.
func (s *scope) term(t *ast.Term) *script.Expr {
	at := s.at(t.Location)
	switch v := t.Value.(type) {
	case ast.Number:
		n, err := number.Parse(string(v))
		if err != nil {
			return &script.Expr{Place: at}
		}
		return &script.Expr{Place: at, Form: script.Number, Number: n}
	case ast.String:
		return &script.Expr{Place: at, Form: script.Text, Text: string(v)}
	case ast.Boolean:
		return &script.Expr{Place: at, Form: script.Truth, Flag: bool(v)}
	case *ast.Array:
		out := &script.Expr{Place: at, Form: script.List}
		v.Foreach(func(e *ast.Term) { out.Args = append(out.Args, s.term(e)) })
		return out
	case ast.Set:
		return &script.Expr{Place: at, Form: script.List, Op: "set", Args: s.terms(v.Slice())}
	case ast.Object:
		return s.object(v, at)
	case ast.Call:
		return s.call(v, t.Location)
	case ast.Var:
		return s.variable(v, at)
	case ast.Ref:
		return s.ref(v, at)
	case *ast.ArrayComprehension:
		return s.comprehension(at, "list", v.Body, v.Term)
	case *ast.SetComprehension:
		return s.comprehension(at, "set", v.Body, v.Term)
	case *ast.ObjectComprehension:
		return s.comprehension(at, "object", v.Body, v.Key, v.Value)
	}
	return &script.Expr{Place: at}
}

// object is an object whose keys are written out.
func (s *scope) object(o ast.Object, at script.Place) *script.Expr {
	out := &script.Expr{Place: at, Form: script.Object}
	o.Foreach(func(k, v *ast.Term) {
		name, ok := k.Value.(ast.String)
		if !ok {
			out.Form, out.Args = script.Unknown, append(out.Args, s.term(k))
		}
		out.Keys = append(out.Keys, string(name))
		out.Args = append(out.Args, s.term(v))
	})
	return out
}

func (s *scope) comprehension(at script.Place, op string, body ast.Body, made ...*ast.Term) *script.Expr {
	in := s.inner()
	where, over := in.body(body)
	return &script.Expr{Place: at, Form: script.Each, Op: op, Over: over, Where: where, Args: in.terms(made)}
}

func (s *scope) variable(v ast.Var, at script.Place) *script.Expr {
	if value := s.names[v]; value != nil {
		return &script.Expr{Place: at, Form: script.Name, Text: string(v), Args: []*script.Expr{value}}
	}
	if v.Equal(ast.InputRootDocument.Value) {
		return &script.Expr{Place: at, Form: script.Fact, Facts: []*facts.Schema{s.schema}}
	}
	if s.isRule(v) {
		return s.named(s.module.Package.Path.String(), string(v), at)
	}
	if s.isImported(v) {
		base, _ := s.root(ast.Ref{ast.NewTerm(v)}, at)
		return base
	}
	return &script.Expr{Place: at, Text: string(v)}
}

// named is a rule where it is named: with its definition, if it has just one
// that always holds.
func (s *scope) named(pkg, name string, at script.Place) *script.Expr {
	full := pkg + "." + name
	s.used[full] = true
	out := &script.Expr{Place: at, Form: script.Name, Text: name}
	value, known := s.opened[full]
	if !known {
		s.opened[full] = nil // a rule that names itself does not compile
		value = s.definition(full)
		s.opened[full] = value
	}
	if value != nil {
		out.Args = []*script.Expr{value}
	}
	return out
}

// definition is the value of a rule with a single clause.
func (s *scope) definition(full string) *script.Expr {
	all := s.rules[full]
	if len(all) != 1 {
		return nil
	}
	r := all[0]
	if r.Default || r.Else != nil || len(r.Head.Args) > 0 || len(r.Head.Ref()) != 1 || r.Head.Value == nil || r.Head.RuleKind() != ast.SingleValue {
		return nil
	}
	in := s.scope(r.Module)
	conditions, over := in.body(r.Body)
	if len(over) > 0 || slices.ContainsFunc(conditions, func(c *script.Expr) bool { return !always(c) }) {
		return nil
	}
	return in.term(r.Head.Value)
}

// ref is a path: of the facts, of a local name, of a rule here or elsewhere.
func (s *scope) ref(ref ast.Ref, at script.Place) *script.Expr {
	base, rest := s.root(ref, at)
	for _, part := range rest {
		base = base.Step(at, s.key(base, part))
	}
	return base
}

// key is a part of a path. A name that nothing else gives a value iterates.
func (s *scope) key(base *script.Expr, part *ast.Term) *script.Expr {
	if v, ok := part.Value.(ast.Var); ok && s.names[v] == nil && !s.isRule(v) {
		key := base.KeysOf(s.at(part.Location))
		if !v.IsWildcard() {
			s.names[v] = key
		}
		return key
	}
	return s.term(part)
}

// root is what a path begins with, and the rest of the path.
func (s *scope) root(ref ast.Ref, at script.Place) (*script.Expr, []*ast.Term) {
	head, _ := ref[0].Value.(ast.Var)
	if s.names[head] != nil || !ref.HasPrefix(ast.DefaultRootRef) && !s.isImported(head) {
		return s.term(ref[0]), ref[1:]
	}
	full := ref
	if path := s.imported(head); path != nil {
		full = append(slices.Clone(path), ref[1:]...)
	}
	if element := s.elements[s.module]; element != nil && len(full) > 1 && full[1].Value.Compare(ast.String(indicatorName)) == 0 {
		return &script.Expr{Place: at, Form: script.Fact, Facts: []*facts.Schema{element}}, full[2:]
	}
	for n := 2; n <= len(full); n++ {
		name, isText := full[n-1].Value.(ast.String)
		pkg := full[:n-1].String()
		if isText && s.rules[pkg+"."+string(name)] != nil {
			return s.named(pkg, string(name), at), full[n:]
		}
	}
	return &script.Expr{Place: at, Text: full.String()}, nil
}

func (s *scope) isImported(v ast.Var) bool { return s.imported(v) != nil }

// imported is the path that a name was imported for.
func (s *scope) imported(v ast.Var) ast.Ref {
	for _, i := range s.module.Imports {
		path, ok := i.Path.Value.(ast.Ref)
		if ok && path.HasPrefix(ast.DefaultRootRef) && i.Name().Equal(v) {
			return path
		}
	}
	return nil
}

// call is an operator or function with its arguments.
func (s *scope) call(terms []*ast.Term, l *ast.Location) *script.Expr {
	ref, _ := terms[0].Value.(ast.Ref)
	name := ref.String()
	args := s.terms(terms[1:])
	out := &script.Expr{Place: s.at(l), Form: script.Call, Op: operator(name), Args: args}
	switch {
	case name == "internal.member_3":
		out.Op, out.Args = "in", args[1:]
	case name == "sprintf":
		return s.sprintf(out)
	case name == "object.get" && len(args) == 3 && args[1].Form == script.Text:
		out.Args[0] = args[0].Step(args[0].Place, args[1])
	case s.rules[s.callee(ref)] != nil:
		s.used[s.callee(ref)] = true
	}
	return out.Start()
}

// callee is the package and name of a function of the framework's own.
func (s *scope) callee(ref ast.Ref) string {
	head, _ := ref[0].Value.(ast.Var)
	switch path := s.imported(head); {
	case len(ref) == 1:
		return s.module.Package.Path.String() + "." + string(head)
	case path != nil:
		return append(slices.Clone(path), ref[1:]...).String()
	}
	return ref.String()
}

// operator is a built-in function as scripts call it.
func operator(name string) string {
	names := map[string]string{"plus": "+", "minus": "-", "mul": "*", "div": "/", "rem": "%",
		"lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "equal": "==", "eq": "==", "neq": "!=",
		"internal.member_2": "in", "startswith": "startsWith", "endswith": "endsWith"}
	if own := names[name]; own != "" {
		return own
	}
	return strings.TrimPrefix(name, "rubric.")
}

// sprintf is the text that a format makes, taken apart at its verbs.
func (s *scope) sprintf(call *script.Expr) *script.Expr {
	format, list := call.Args[0].Resolve(), call.Args[1].Resolve()
	if format == nil || list == nil || format.Form != script.Text || list.Form != script.List {
		return call
	}
	out := &script.Expr{Place: call.Place, Form: script.Call, Op: "text"}
	runes, literal, begin, next := []rune(format.Text), "", 0, 0
	at := func(offset int) script.Place {
		p := format.Place
		p.Column += offset + 1 // behind the quote
		return p
	}
	flush := func() {
		if literal != "" {
			out.Args = append(out.Args, &script.Expr{Place: at(begin), Form: script.Text, Text: literal})
		}
		literal = ""
	}
	for n := 0; n < len(runes); n++ {
		if runes[n] != '%' || n+1 == len(runes) || runes[n+1] == '%' {
			if literal == "" {
				begin = n
			}
			literal += string(runes[n])
			if runes[n] == '%' {
				n++
			}
			continue
		}
		flush()
		end := n + 1
		for end < len(runes)-1 && strings.ContainsRune("+-# 0123456789.", runes[end]) {
			end++
		}
		verb := &script.Expr{Place: at(n), Form: script.Call, Op: string(runes[n : end+1])}
		if next < len(list.Args) {
			verb.Args = list.Args[next : next+1]
		}
		next++
		out.Args = append(out.Args, verb)
		n = end
	}
	flush()
	return out
}
