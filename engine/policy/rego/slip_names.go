package rego

import (
	"regexp"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"rubric/engine/facts"
	"rubric/engine/policy/slip"
)

// placesOf finds what the variables of a rule stand for, where that is a place
// in the facts: `x := input.a.b`, `some x in input.a`.
func placesOf(r *ast.Rule, root, element *facts.Schema) map[ast.Var]*facts.Schema {
	places := map[ast.Var]*facts.Schema{indicatorName: element}
	note := func(v, from *ast.Term, element bool) {
		name, isVar := v.Value.(ast.Var)
		ref, isRef := from.Value.(ast.Ref)
		if !isVar || !isRef {
			return
		}
		start, path := placeOf(ref, places, root)
		if element {
			path = append(path, slip.Any)
		}
		if found := slip.Walk(start, path); found != nil {
			places[name] = found[len(found)-1]
		}
	}
	ast.WalkExprs(r, func(e *ast.Expr) bool {
		if v, from, ok := assignment(e); ok {
			note(ast.NewTerm(v), from, false)
		}
		decl, ok := e.Terms.(*ast.SomeDecl)
		if !ok {
			return false
		}
		for _, s := range decl.Symbols {
			if call, ok := s.Value.(ast.Call); ok && len(call) >= 3 {
				note(call[len(call)-2], call[len(call)-1], true)
			}
		}
		return false
	})
	return places
}

// placeOf is where a reference begins in the facts, nil if it does not, and the
// names behind that; what is only known at run time is any.
func placeOf(ref ast.Ref, places map[ast.Var]*facts.Schema, root *facts.Schema) (*facts.Schema, []string) {
	head, ok := ref[0].Value.(ast.Var)
	if !ok {
		return nil, nil
	}
	from := places[head]
	if head == ast.InputRootDocument.Value.(ast.Var) {
		from = root
	}
	var path []string
	for _, t := range ref[1:] {
		if name, ok := t.Value.(ast.String); ok {
			path = append(path, string(name))
		} else {
			path = append(path, slip.Any)
		}
	}
	return from, path
}

// reasonsOf are the variables of a rule that are there for its reason alone:
// what the item, the share and the conditions do not depend on.
func reasonsOf(r *ast.Rule) map[ast.Var]bool {
	wanted := ast.VarSet{}
	for _, t := range r.Head.Ref()[1:] {
		wanted.Update(varsOf(t))
	}
	if r.Head.Value != nil {
		wanted.Update(varsOf(r.Head.Value))
	}
	assigned := map[ast.Var]*ast.Term{}
	ast.WalkExprs(r, func(e *ast.Expr) bool {
		if v, term, ok := assignment(e); ok {
			assigned[v] = term
		} else {
			wanted.Update(varsOf(e))
		}
		return false
	})
	for grown := true; grown; {
		grown = false
		for v, term := range assigned {
			if wanted.Contains(v) {
				delete(assigned, v)
				wanted.Update(varsOf(term))
				grown = true
			}
		}
	}
	reasons := map[ast.Var]bool{}
	for v := range assigned {
		reasons[v] = true
	}
	return reasons
}

// varsOf are the variables in a part of a policy, but for those in the wording
// of reasons.
func varsOf(x any) ast.VarSet {
	vars := ast.VarSet{}
	visitor := ast.NewGenericVisitor(func(x any) bool {
		switch x := x.(type) {
		case ast.Var:
			vars.Add(x)
		case ast.Call:
			return wordingFunctions[x[0].Value.(ast.Ref).String()]
		case ast.Object:
			x.Foreach(func(key, value *ast.Term) {
				if key.Value.Compare(ast.String("reason")) != 0 {
					vars.Update(varsOf(key))
					vars.Update(varsOf(value))
				}
			})
			return true
		case *ast.Expr:
			_, _, assigned := assignment(x)
			return assigned
		}
		return false
	})
	visitor.Walk(x)
	return vars
}

// labelsOf are the comments that stand right above the rules of a module, by the
// rules' names: that is how people call what a rule stands for.
func labelsOf(m *ast.Module) map[string]string {
	above := map[int]string{} // by row
	for _, c := range m.Comments {
		above[c.Location.Row] = strings.TrimSpace(string(c.Text))
	}
	labels := map[string]string{}
	for _, r := range m.Rules {
		if text := above[r.Location.Row-1]; text != "" && len(r.Head.Ref()) == 1 && len(r.Head.Args) == 0 && above[r.Location.Row-2] == "" {
			labels[ruleName(r)] = text
		}
	}
	return labels
}

var nameOrPath = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|[a-zA-Z_][a-zA-Z0-9_]*(?:\.[a-zA-Z_][a-zA-Z0-9_]*)*`)

// words is an expression with its facts, and the rules that have a comment,
// called as people do.
func (w *slipper) words(text string) string {
	return slip.OneLine(nameOrPath.ReplaceAllStringFunc(text, func(name string) string {
		if label := w.labels[name]; label != "" {
			return label
		}
		path, isFact := strings.CutPrefix(name, "input.")
		if !isFact {
			return name
		}
		if places := slip.Walk(w.root, strings.Split(path, ".")); places != nil {
			return places[len(places)-1].Label()
		}
		return name
	}))
}
