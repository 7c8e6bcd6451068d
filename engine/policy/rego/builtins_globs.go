package rego

import (
	"slices"

	"rubric/engine/message"
	"rubric/engine/policy"
)

// regex.globs_match knows a small language of its own: characters, the dot, and
// sets such as [a-z], each of which + or * may follow. What follows computes
// what OPA's library (yashtewari/glob-intersection) does, its shortcuts
// included, but every question only once.

// globsMatch tells whether some text matches both globs.
func globsMatch(c *call, args []string) (value, *message.Message) {
	var globs [2][]globToken
	for i, text := range args {
		tokens, ok := globTokens([]rune(text))
		if !ok {
			return nil, fault("rego.bad_glob", "glob", clipped(text))
		}
		globs[i] = simplified(tokens)
	}
	a, b, ok := trimmed(globs[0], globs[1])
	if !ok {
		return false, nil
	}
	n, m := int64(len(a)+1), int64(len(b)+1)
	if !c.pay(policy.Product(policy.Product(n, m), n+m) / 4) {
		return nil, nil
	}
	x := &crossing{known: map[crossed]bool{}}
	return x.normal(a, b), nil
}

// globToken is one place of a glob: the characters that may stand there, and
// how often ('+', '*', or 0 for once). ranges are pairs of first and last in
// order; any is the dot; single is one plain character.
type globToken struct {
	any, single bool
	ranges      [][2]rune
	flag        rune
}

func (t globToken) sameAs(o globToken) bool {
	return t.any == o.any && t.single == o.single && slices.Equal(t.ranges, o.ranges)
}

// meets tells whether one character may stand in both places.
func (t globToken) meets(o globToken) bool {
	if t.any || o.any {
		return true
	}
	for _, x := range t.ranges {
		for _, y := range o.ranges {
			if x[0] <= y[1] && y[0] <= x[1] {
				return true
			}
		}
	}
	return false
}

// globTokens reads a glob; false if it is none.
func globTokens(s []rune) ([]globToken, bool) {
	var tokens []globToken
	r := runeReader{rest: s}
	for len(r.rest) > 0 {
		c, escaped, ok := r.next()
		t := globToken{single: true, ranges: [][2]rune{{c, c}}}
		switch {
		case !ok || !escaped && (c == ']' || c == '+' || c == '*'):
			return nil, false
		case !escaped && c == '.':
			t = globToken{any: true}
		case !escaped && c == '[':
			if t.ranges, ok = r.set(); !ok {
				return nil, false
			}
			t.single = false
		}
		if len(r.rest) > 0 && (r.rest[0] == '+' || r.rest[0] == '*') {
			t.flag, r.rest = r.rest[0], r.rest[1:]
		}
		tokens = append(tokens, t)
	}
	return tokens, true
}

type runeReader struct{ rest []rune }

// next is the next character, with a backslash before it taken off.
func (r *runeReader) next() (c rune, escaped, ok bool) {
	if len(r.rest) == 0 {
		return 0, false, false
	}
	if escaped = r.rest[0] == '\\'; escaped {
		r.rest = r.rest[1:]
	}
	if len(r.rest) == 0 {
		return 0, escaped, false
	}
	c, r.rest = r.rest[0], r.rest[1:]
	return c, escaped, true
}

// set reads the rest of [a-z0].
func (r *runeReader) set() ([][2]rune, bool) {
	var ranges [][2]rune
	open := false // a character stands before, from which a range may go
	for {
		c, escaped, ok := r.next()
		switch {
		case !ok:
			return nil, false
		case !escaped && c == ']':
			return united(ranges), true
		case !escaped && c == '-':
			to, escaped, ok := r.next()
			if !ok || !open || !escaped && (to == ']' || to == '-') || to < ranges[len(ranges)-1][0] {
				return nil, false
			}
			ranges[len(ranges)-1][1] = to
			open = false
		default:
			ranges = append(ranges, [2]rune{c, c})
			open = true
		}
	}
}

// united orders ranges and joins those that touch.
func united(ranges [][2]rune) [][2]rune {
	slices.SortFunc(ranges, func(a, b [2]rune) int { return int(a[0] - b[0]) })
	var out [][2]rune
	for _, r := range ranges {
		if n := len(out); n > 0 && r[0] <= out[n-1][1]+1 {
			out[n-1][1] = max(out[n-1][1], r[1])
			continue
		}
		out = append(out, r)
	}
	return out
}

// simplified joins repetitions of the same: a+a* is a+.
func simplified(tokens []globToken) []globToken {
	var out []globToken
	for _, t := range tokens {
		if n := len(out); n > 0 && t.flag != 0 && out[n-1].flag != 0 && t.sameAs(out[n-1]) {
			if t.flag == '+' {
				out[n-1].flag = '+'
			}
			continue
		}
		out = append(out, t)
	}
	return out
}

// trimmed leaves away what is plain at both ends, all but one token of it;
// false when that already differs.
func trimmed(a, b []globToken) (x, y []globToken, ok bool) {
	plain := func(i, j int) bool { return a[i].flag == 0 && b[j].flag == 0 }
	l := 0
	for ; l < len(a) && l < len(b) && plain(l, l); l++ {
		if !a[l].meets(b[l]) {
			return nil, nil, false
		}
	}
	l = max(l-1, 0)
	r, s := len(a)-1, len(b)-1
	for ; r >= l && s >= l && plain(r, s); r, s = r-1, s-1 {
		if !a[r].meets(b[s]) {
			return nil, nil, false
		}
	}
	if r < len(a)-1 {
		r, s = r+1, s+1
	}
	return a[l : r+1], b[l : s+1], true
}

// crossing holds the answers for the remainders of two globs.
type crossing struct{ known map[crossed]bool }

// crossed is a question: the lengths of two remainders, which of the globs
// comes first, and what is asked.
type crossed struct {
	first       *globToken // the last token of the glob that comes first
	left, right int
	ask         rune
}

func (x *crossing) once(ask rune, a, b []globToken, f func() bool) bool {
	q := crossed{left: len(a), right: len(b), ask: ask}
	if len(a) > 0 {
		q.first = &a[len(a)-1]
	}
	answer, known := x.known[q]
	if !known {
		answer = f()
		x.known[q] = answer
	}
	return answer
}

func (x *crossing) normal(a, b []globToken) bool {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].flag != 0:
			return x.flagged(a, b)
		case b[0].flag != 0:
			return x.flagged(b, a)
		case !a[0].meets(b[0]):
			return false
		}
		a, b = a[1:], b[1:]
	}
	return len(a) == 0 && len(b) == 0
}

func (x *crossing) flagged(a, b []globToken) bool {
	if a[0].flag == '*' {
		return x.star(a, b)
	}
	return x.once('+', a, b, func() bool {
		if !a[0].meets(b[0]) {
			return false
		}
		return x.star(a, b[1:]) || b[0].flag != 0 && x.normal(a[1:], b)
	})
}

// star lets the first token of a take one token of b after the other until the
// rest of a fits the rest of b.
func (x *crossing) star(a, b []globToken) bool {
	return x.once('*', a, b, func() bool {
		for i, t := range b {
			if len(a) > 1 && t.meets(a[1]) && x.normal(a[1:], b[i:]) {
				return true
			}
			if !t.meets(a[0]) {
				return false
			}
		}
		return len(a) == 1
	})
}
