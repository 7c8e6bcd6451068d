package rego

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ir"
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
func (e ends) noneOf(texts []string) bool { return !slices.ContainsFunc(texts, e.fit) }

// fit tells whether a text may be an item with these ends.
func (e ends) fit(text string) bool {
	if e.whole {
		return slices.Contains(e.before, text)
	}
	return slices.ContainsFunc(e.before, func(part string) bool { return strings.HasPrefix(text, part) }) &&
		slices.ContainsFunc(e.after, func(part string) bool { return strings.HasSuffix(text, part) })
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
	if names := a.items[in.stmt]; !names.open {
		return ends{before: names.known, whole: true}
	}
	if call := in.madeBy(in.origin(in.stmt.Key)); call != nil {
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
