package script

import (
	"strconv"
	"strings"

	"rubric/engine/facts"
	"rubric/engine/number"
)

// Form is what an expression is made of.
type Form int

// The forms of expressions.
const (
	Unknown Form = iota // anything else; Args are its parts
	Number
	Text
	Truth
	Fact   // a value of the facts: one of Facts
	Name   // a name with a definition: Args[0], if it is known
	Choice // one of Args: an element or key of a constant collection
	List   // a list or set, Args its elements
	Object // Keys and Args in pairs
	Call   // Op applied to Args
	Each   // Op over the elements of Over for which Where holds; Args[0] is made of each
)

// Expr is an expression. Operators have the same names in all languages:
// + - * / % neg < <= > >= == != && || ! ?: in index, and so have the functions
// count sum min max abs floor ceil round pow percent exact decimal growth_rate;
// other functions are called as they are written. A reason is the Op "text" with
// its pieces for Args. A parameter is an Unknown with an Op. A piece that is put in by a verb of a format is the Op of
// that verb, such as "%d". Each has the Ops list, all, some and count.
type Expr struct {
	Place
	Form   Form
	Op     string
	Args   []*Expr
	Over   []*Expr
	Where  []*Expr
	Keys   []string
	Number number.Number
	Text   string // of a Text; the name of a Name
	Flag   bool   // of a Truth
	Facts  []*facts.Schema
	Loop   int // not 0: the fact changes with each turn of the iteration of that number
}

// maxDefinitions bounds how far names are followed.
const maxDefinitions = 50

// Resolve follows names to what they stand for.
func (e *Expr) Resolve() *Expr {
	for range maxDefinitions {
		if e == nil || e.Form != Name || len(e.Args) == 0 {
			break
		}
		e = e.Args[0]
	}
	return e
}

// Member is the value of a key of an object, nil if it is none or has none.
func (e *Expr) Member(key string) *Expr {
	e = e.Resolve()
	if e == nil || e.Form != Object {
		return nil
	}
	for i, k := range e.Keys {
		if k == key {
			return e.Args[i]
		}
	}
	return nil
}

// Is tells whether e is that operator or function.
func (e *Expr) Is(op string) bool { return e != nil && e.Form == Call && e.Op == op }

// Walk calls visit for e and for what it is made of, from the outside in. What
// visit says no to is not entered, and definitions of names are not.
func (e *Expr) Walk(visit func(*Expr) bool) {
	if e == nil || !visit(e) || e.Form == Name {
		return
	}
	for _, parts := range [][]*Expr{e.Over, e.Where, e.Args} {
		for _, part := range parts {
			part.Walk(visit)
		}
	}
}

// WalkAll is Walk that goes into definitions too. It visits nothing twice.
func (e *Expr) WalkAll(visit func(*Expr) bool) { e.walkAll(visit, map[*Expr]bool{}) }

func (e *Expr) walkAll(visit func(*Expr) bool, seen map[*Expr]bool) {
	if e == nil || seen[e] {
		return
	}
	seen[e] = true
	if !visit(e) {
		return
	}
	for _, parts := range [][]*Expr{e.Over, e.Where, e.Args} {
		for _, part := range parts {
			part.walkAll(visit, seen)
		}
	}
}

// Key is the same text for expressions that are the same once names are
// followed, so that two conditions on one value can be told.
func (e *Expr) Key() string {
	var out strings.Builder
	e.key(&out, 0)
	return out.String()
}

func (e *Expr) key(out *strings.Builder, depth int) {
	e = e.Resolve()
	if e == nil || depth > maxDefinitions {
		out.WriteByte('?')
		return
	}
	switch e.Form {
	case Number:
		out.WriteString(e.Number.String())
	case Text:
		out.WriteString(strconv.Quote(e.Text))
	case Truth:
		out.WriteString(strconv.FormatBool(e.Flag))
	case Fact:
		for _, f := range e.Facts {
			out.WriteString(f.Path() + "|")
		}
		if e.Loop > 0 {
			out.WriteString("#" + strconv.Itoa(e.Loop))
		}
	case Unknown, Choice:
		if e.Op != "" { // a parameter, the same in each definition of its function
			out.WriteString(e.Op)
			break
		}
		// Two of them need not be the same value.
		out.WriteString("@" + strconv.Itoa(e.Line) + ":" + strconv.Itoa(e.Column) + e.Text)
	default:
		out.WriteString(strconv.Itoa(int(e.Form)) + e.Op)
	}
	for _, parts := range [][]*Expr{e.Over, e.Where, e.Args} {
		out.WriteByte('(')
		for _, part := range parts {
			part.key(out, depth+1)
			out.WriteByte(',')
		}
		out.WriteByte(')')
	}
}

// Start puts the place of e before those of its parts.
func (e *Expr) Start() *Expr {
	for _, parts := range [][]*Expr{e.Args, e.Over} {
		for _, part := range parts {
			if e.Form != Name && part.File == e.File && part.Line > 0 && part.Before(e.Place) {
				e.Place = part.Place
			}
		}
	}
	return e
}

// Step is the value at a key of a value: of a fact, a constant collection, or of
// what may be one of several.
func (e *Expr) Step(at Place, key *Expr) *Expr {
	base, k := e.Resolve(), key.Resolve()
	switch {
	case base == nil || k == nil:
	case base.Form == Fact:
		return base.stepFact(at, k)
	case base.Form == Object:
		return base.stepObject(at, k)
	case base.Form == Choice:
		return chosen(at, base.Args, func(a *Expr) *Expr { return a.Step(at, key) })
	case base.Form == List:
		return &Expr{Place: at, Form: Choice, Args: base.Args}
	}
	return &Expr{Place: at, Args: []*Expr{e, key}}
}

// chosen is one of what step makes of each.
func chosen(at Place, all []*Expr, step func(*Expr) *Expr) *Expr {
	out := &Expr{Place: at, Form: Choice}
	for _, a := range all {
		out.Args = append(out.Args, step(a))
	}
	if len(out.Args) == 1 {
		return out.Args[0]
	}
	return out
}

func (e *Expr) stepFact(at Place, key *Expr) *Expr {
	out := &Expr{Place: at, Form: Fact, Loop: e.Loop}
	names := key.texts()
	for _, f := range e.Facts {
		switch {
		case f.Kind == facts.List:
			out.Facts = append(out.Facts, f.Items)
			out.Loop = at.Line*1000 + at.Column
		case f.Kind == facts.Object && names == nil:
			out.Facts = append(out.Facts, f.Properties...)
			out.Loop = at.Line*1000 + at.Column
		case f.Kind == facts.Object:
			for _, name := range names {
				if p := f.Property(name); p != nil {
					out.Facts = append(out.Facts, p)
				}
			}
			if len(names) > 1 {
				out.Loop = key.Line*1000 + key.Column
			}
		}
	}
	return out
}

// texts are the texts that a key may be, nil if they are not known.
func (e *Expr) texts() []string {
	switch e.Form {
	case Text:
		return []string{e.Text}
	case Choice:
		var all []string
		for _, a := range e.Args {
			if a = a.Resolve(); a == nil || a.Form != Text {
				return nil
			}
			all = append(all, a.Text)
		}
		return all
	}
	return nil
}

func (e *Expr) stepObject(at Place, key *Expr) *Expr {
	names := key.texts()
	if names == nil {
		return &Expr{Place: at, Form: Choice, Args: e.Args}
	}
	out := &Expr{Place: at, Form: Choice}
	for _, name := range names {
		if m := e.Member(name); m != nil {
			out.Args = append(out.Args, m)
		}
	}
	if len(out.Args) == 1 {
		return &Expr{Place: at, Form: Name, Text: names[0], Args: out.Args}
	}
	return out
}

// Elements is one of the elements of a collection, KeysOf one of its keys.
func (e *Expr) Elements(at Place) *Expr {
	base := e.Resolve()
	switch {
	case base == nil:
	case base.Form == Object || base.Form == List:
		return &Expr{Place: at, Form: Choice, Args: base.Args}
	case base.Form == Fact:
		return base.stepFact(at, &Expr{Place: at})
	case base.Form == Each && base.Op == "list" && len(base.Args) > 0:
		return &Expr{Place: at, Args: []*Expr{base}}
	}
	return &Expr{Place: at, Args: []*Expr{e}}
}

// KeysOf is one of the keys of a collection.
func (e *Expr) KeysOf(at Place) *Expr {
	base := e.Resolve()
	if base == nil || base.Form != Object {
		if base != nil && base.Form == Fact {
			return base.namesOf(at)
		}
		return &Expr{Place: at}
	}
	out := &Expr{Place: at, Form: Choice}
	for i, k := range base.Keys {
		out.Args = append(out.Args, &Expr{Place: base.Args[i].Place, Form: Text, Text: k})
	}
	return out
}

// namesOf are the member names that objects of the facts have.
func (e *Expr) namesOf(at Place) *Expr {
	out := &Expr{Place: at, Form: Choice}
	for _, f := range e.Facts {
		for _, p := range f.Properties {
			out.Args = append(out.Args, &Expr{Place: at, Form: Text, Text: p.Name})
		}
	}
	if len(out.Args) == 0 {
		return &Expr{Place: at}
	}
	return out
}

// Parameter is the Op of a function's n-th parameter, from 1.
func Parameter(n int) string { return "parameter " + strconv.Itoa(n) }
