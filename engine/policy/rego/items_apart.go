package rego

import (
	"strings"

	"github.com/open-policy-agent/opa/v1/ir"

	"rubric/engine/facts"
)

// ends are what the items of an insertion begin and end with: each with one of
// before and one of after. Where they are whole, before are the items.
type ends struct {
	before, after []string
	whole         bool
}

// apart tells whether two insertions never give the same item: their constants
// differ, or no item can begin, or end, as one of the other does.
func (in *insertion) apart(other *insertion, a *analysis) bool {
	mine, theirs := in.fixed(in.stmt.Key, a.code, 0), other.fixed(other.stmt.Key, a.code, 0)
	if mine != nil && theirs != nil {
		return apartFrom(mine.values, theirs.values)
	}
	one, another := in.ends(a), other.ends(a)
	switch {
	case one.whole:
		return another.noneOf(one.before)
	case another.whole:
		return one.noneOf(another.before)
	}
	return noneLike(one.before, another.before, strings.HasPrefix) || noneLike(one.after, another.after, strings.HasSuffix)
}

// apartFrom tells whether no value is in both.
func apartFrom(some, others []value) bool {
	all := &set{}
	for _, v := range some {
		all.put(entry{key: v})
	}
	for _, v := range others {
		if _, found := all.find(v); found {
			return false
		}
	}
	return true
}

// noneOf tells whether none of the texts is an item with these ends.
func (e ends) noneOf(texts []string) bool {
	for _, text := range texts {
		for _, before := range e.before {
			if e.whole && text == before {
				return false
			}
			for _, after := range e.after {
				if !e.whole && strings.HasPrefix(text, before) && strings.HasSuffix(text, after) {
					return false
				}
			}
		}
	}
	return true
}

// noneLike tells whether no text of one begins (or ends) like one of the other.
func noneLike(some, others []string, like func(s, part string) bool) bool {
	for _, s := range some {
		for _, o := range others {
			if like(s, o) || like(o, s) {
				return false
			}
		}
	}
	return true
}

func (in *insertion) ends(a *analysis) ends {
	open := ends{before: []string{""}, after: []string{""}}
	if f := in.fixed(in.stmt.Key, a.code, 0); f != nil {
		return ends{before: f.texts(), whole: onlyTexts(f.values)}.orIf(open)
	}
	l := in.origin(in.stmt.Key)
	for _, s := range in.scans {
		if s.Key == l {
			names := keyTexts(a.scanned[s])
			return ends{before: names, whole: len(names) > 0}.orIf(open)
		}
	}
	if call := in.madeBy(l); call != nil {
		if w, ok := in.wording(call, a.code); ok {
			return ends{w.before, w.after, w.open == nil}
		}
	}
	return open
}

// orIf is e where it is known whole, else open.
func (e ends) orIf(open ends) ends {
	if e.whole {
		return e
	}
	return open
}

func onlyTexts(values []value) bool {
	for _, v := range values {
		if _, ok := v.(string); !ok {
			return false
		}
	}
	return true
}

// keyTexts are the names of the members of what is scanned: objects of the facts,
// or one that is written out in the policy. It is nil where they are not known.
func keyTexts(source abstract) (names []string) {
	if len(source.places) == 0 && source.elem != nil && len(source.items) == 0 && len(source.over) == 0 && !source.keys.open {
		return source.keys.known
	}
	if !source.onlyFacts() {
		return nil
	}
	for _, p := range source.places {
		if p.Kind != facts.Object {
			return nil
		}
		for _, member := range p.Properties {
			names = append(names, member.Name)
		}
	}
	return names
}

// madeBy is the one call that has l as its result; nil if something else may
// put a value there.
func (in *insertion) madeBy(l ir.Local) (made *ir.CallStmt) {
	count := 0
	walk(in.body, func(s ir.Stmt) {
		if target, _ := movement(s, nil); target == l {
			count++
			made, _ = s.(*ir.CallStmt)
		}
	})
	if count != 1 {
		return nil
	}
	return made
}
