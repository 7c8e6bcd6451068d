package rego

import (
	"io"
	"math"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"

	"rubric/engine/message"
	"rubric/engine/policy"
)

// Limits of regular expressions and globs.
const (
	maxPattern  = 1 << 12 // bytes as written
	maxProgram  = 10_000  // instructions
	maxPatterns = 100     // kept ready during one evaluation
	// programBytes is the memory of an instruction and its share of what a run
	// over a text takes.
	programBytes = 200
)

// pattern is a regular expression ready to run.
type pattern struct {
	re   *regexp.Regexp
	tree *syntax.Regexp
	size int64 // instructions, about
	// later finds what re does, but from the middle of a text: it takes one
	// character of context first. Made when it is first needed.
	later *regexp.Regexp
}

func regexes() []*builtin {
	return []*builtin{
		{name: "regex.is_valid", call: regexIsValid},
		textual("regex.match", func(c *call, args []string) (value, *message.Message) {
			return c.matches(args[0], args[1])
		}),
		textual("regex.split", regexSplit),
		textual("regex.replace", regexReplace),
		textual("regex.template_match", regexTemplate),
		{name: "regex.find_n", call: regexFind(func(s string, at []int) value { return s[at[0]:at[1]] })},
		{name: "regex.find_all_string_submatch_n", call: regexFind(submatches)},
		textual("regex.globs_match", globsMatch),
		{name: "glob.match", call: globMatch},
		textual("glob.quote_meta", func(_ *call, args []string) (value, *message.Message) { return quoteGlob(args[0]), nil }),
	}
}

// parsed reads a regular expression. It is nil when that could not be paid for.
func (c *call) parsed(text string) (*syntax.Regexp, *message.Message) {
	if len(text) > 16*maxPattern { // a glob grows when it is translated
		return nil, fault("rego.pattern_too_large", "limit", maxPattern)
	}
	// Unicode classes have hundreds of ranges, and a range that ignores case is
	// gone through character by character.
	fuel := 2 * int64(len(text))
	fuel += 4000 * int64(strings.Count(text, `\p`)+strings.Count(text, `\P`))
	if _, flags, found := strings.Cut(text, "(?"); found && strings.Contains(flags, "i") {
		fuel += 300_000 * int64(strings.Count(text, "-"))
	}
	if !c.pay(fuel) {
		return nil, nil
	}
	tree, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return nil, fault("rego.bad_pattern", "pattern", clipped(text), "why", err.Error())
	}
	return tree, nil
}

// pattern is the regular expression text, which is compiled once in an
// evaluation. It is nil when that could not be paid for.
func (c *call) pattern(text string) (*pattern, *message.Message) {
	if p := c.m.patterns[text]; p != nil {
		return p, nil
	}
	tree, wrong := c.parsed(text)
	if tree == nil {
		return nil, wrong
	}
	size := programSize(tree)
	if size > maxProgram {
		return nil, fault("rego.pattern_too_large", "limit", maxPattern)
	}
	if !c.pay(20*size) || !c.make(programBytes*size) {
		return nil, nil
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, fault("rego.bad_pattern", "pattern", clipped(text), "why", err.Error())
	}
	p := &pattern{re: re, tree: tree, size: size}
	if c.m.patterns == nil {
		c.m.patterns = map[string]*pattern{}
	}
	if len(c.m.patterns) < maxPatterns {
		c.m.patterns[text] = p
	}
	return p, nil
}

// written is a pattern as an author wrote it.
func (c *call) written(text string) (*pattern, *message.Message) {
	if len(text) > maxPattern {
		return nil, fault("rego.pattern_too_large", "limit", maxPattern)
	}
	return c.pattern(text)
}

// programSize is about how many instructions a regular expression has once its
// repetitions are written out.
func programSize(re *syntax.Regexp) int64 {
	size := int64(1)
	for _, sub := range re.Sub {
		size += programSize(sub)
	}
	switch re.Op {
	case syntax.OpLiteral:
		size += int64(len(re.Rune))
	case syntax.OpRepeat:
		size = policy.Product(size, int64(max(re.Min, re.Max)+1))
	}
	return min(size, 1<<30)
}

func regexIsValid(c *call, args []value) (value, *message.Message) {
	s, ok := textIn(args[0])
	if !ok {
		return false, nil
	}
	if len(s) > maxPattern {
		return nil, fault("rego.pattern_too_large", "limit", maxPattern)
	}
	tree, _ := c.parsed(s)
	return tree != nil, nil
}

// matches tells whether a regular expression matches anywhere in s; that takes
// instructions times characters at most.
func (c *call) matches(text, s string) (value, *message.Message) {
	p, wrong := c.written(text)
	if p == nil {
		return nil, wrong
	}
	return c.run(p, s), nil
}

func (c *call) run(p *pattern, s string) value {
	fuel := p.fuel(len(s))
	if fuel > smallSearch {
		m := c.meter(p, s)
		found := p.re.MatchReader(m)
		if m.broke {
			return nil
		}
		return found
	}
	if !c.pay(fuel) {
		return nil
	}
	return p.re.MatchString(s)
}

// fuel is for running over so many bytes.
func (p *pattern) fuel(bytes int) int64 { return 1 + policy.Product(p.size, int64(bytes)+1)/4 }

// smallSearch is the fuel up to which a search for all matches is paid for its
// worst case, in which every match takes a run to the end of the text.
const smallSearch = 20_000

// findAll lists the first n matches, all for n < 0, as the regexp package
// does: the positions of each and of its groups. False: it could not be paid
// for.
func (c *call) findAll(p *pattern, s string, n int) ([][]int, bool) {
	if worst := policy.Product(p.fuel(len(s)), int64(len(s))+1); worst <= smallSearch {
		if !c.pay(worst) {
			return nil, false
		}
		return p.re.FindAllStringSubmatchIndex(s, n), true
	}
	if n < 0 {
		n = len(s) + 1
	}
	m := c.meter(p, s)
	var found [][]int
	for at, previous := 0, -1; len(found) < n && at <= len(s); {
		match := m.find(p, at)
		if match == nil {
			break
		}
		// An empty match right behind a match is none.
		if match[1] > at || match[0] != previous {
			found = append(found, match)
			if !c.make(int64(3+len(match)) * 8) {
				return nil, false
			}
		}
		previous = match[1]
		if match[1] > at {
			at = match[1]
			continue
		}
		_, width := utf8.DecodeRuneInString(s[at:])
		at += max(width, 1)
	}
	return found, !m.broke
}

// meter hands a text to a search character by character and takes the fuel for
// it; without fuel the text ends.
type meter struct {
	call   *call
	text   string
	at     int
	each   int64 // fuel of a character
	batch  int   // characters paid for at a time
	credit int   // characters paid for
	broke  bool
}

// meter lets p read s.
func (c *call) meter(p *pattern, s string) *meter {
	each := 1 + p.size/4
	return &meter{call: c, text: s, each: each, batch: int(min(max(stepsToAsk/each, 1), 256))}
}

// ReadRune implements io.RuneReader.
func (m *meter) ReadRune() (rune, int, error) {
	if m.broke || m.at >= len(m.text) || !m.charge(1) {
		return 0, 0, io.EOF
	}
	r, width := utf8.DecodeRuneInString(m.text[m.at:])
	m.at += width
	return r, width, nil
}

func (m *meter) charge(characters int) bool {
	for m.credit -= characters; m.credit < 0 && !m.broke; m.credit += m.batch {
		m.broke = !m.call.pay(m.each * int64(m.batch))
	}
	return !m.broke
}

// find is the first match that begins at from or later. What stands before
// from counts as context.
func (m *meter) find(p *pattern, from int) []int {
	if !m.charge(16) {
		return nil
	}
	if m.at = 0; from == 0 {
		return p.re.FindReaderSubmatchIndex(m)
	}
	if p.later == nil {
		p.later = regexp.MustCompile(`\A(?s:.)(?s:.*?)(` + p.tree.String() + `)`)
	}
	_, width := utf8.DecodeLastRuneInString(m.text[:from])
	m.at = from - width
	match := p.later.FindReaderSubmatchIndex(m)
	if match == nil {
		return nil
	}
	match = match[2:]
	for i := range match {
		if match[i] >= 0 {
			match[i] += from - width
		}
	}
	return match
}

func regexFind(part func(s string, at []int) value) func(*call, []value) (value, *message.Message) {
	return func(c *call, args []value) (value, *message.Message) {
		text, s, wrong := twoTexts(args)
		if wrong != nil {
			return nil, wrong
		}
		n, wrong := wholeOf(args[2])
		if wrong != nil {
			return nil, wrong
		}
		p, wrong := c.written(text)
		if p == nil {
			return nil, wrong
		}
		found, paid := c.findAll(p, s, n)
		if !paid {
			return nil, nil
		}
		out := &array{make([]value, len(found))}
		for i, at := range found {
			out.elems[i] = part(s, at)
		}
		if !c.make(int64(len(found)) * policy.SlotBytes * int64(2+len(p.re.SubexpNames()))) {
			return nil, nil
		}
		return out, nil
	}
}

// submatches are a match and its groups, "" for one that took no part.
func submatches(s string, at []int) value {
	out := &array{}
	for i := 0; i < len(at); i += 2 {
		group := ""
		if at[i] >= 0 {
			group = s[at[i]:at[i+1]]
		}
		out.elems = append(out.elems, group)
	}
	return out
}

func regexSplit(c *call, args []string) (value, *message.Message) {
	text, s := args[0], args[1]
	p, wrong := c.written(text)
	if p == nil {
		return nil, wrong
	}
	if text != "" && s == "" {
		return textArray([]string{""}), nil
	}
	found, paid := c.findAll(p, s, -1)
	if !paid {
		return nil, nil
	}
	var parts []string
	begin, end := 0, 0
	for _, at := range found {
		if end = at[0]; at[1] != 0 {
			parts = append(parts, s[begin:end])
		}
		begin = at[1]
	}
	if end != len(s) {
		parts = append(parts, s[begin:])
	}
	return textArray(parts), nil
}

// regexReplace replaces all matches; $1 or ${name} in the replacement is a
// group of the match.
func regexReplace(c *call, args []string) (value, *message.Message) {
	s, with := args[0], args[2]
	p, wrong := c.written(args[1])
	if p == nil {
		return nil, wrong
	}
	found, paid := c.findAll(p, s, -1)
	if !paid {
		return nil, nil
	}
	out := c.writer()
	groups, last := strings.Count(with, "$"), 0
	for _, at := range found {
		longest := len(with) + groups*(at[1]-at[0])
		if longest > 4*c.m.limits.Text {
			return nil, c.tooLong(longest)
		}
		if !c.pay(1 + policy.TextSteps(longest)) {
			return nil, nil
		}
		_, err1 := out.WriteString(s[last:at[0]])
		_, err2 := out.Write(p.re.ExpandString(nil, with, s, at))
		if err1 != nil || err2 != nil {
			return nil, c.tooLong(math.MaxInt)
		}
		last = at[1]
	}
	if _, err := out.WriteString(s[last:]); err != nil {
		return nil, c.tooLong(math.MaxInt)
	}
	return string(out.text), nil
}

// regexTemplate matches a text as a whole with literal text in which regular
// expressions stand between delimiters of one byte.
func regexTemplate(c *call, args []string) (value, *message.Message) {
	template, s, open, shut := args[0], args[1], args[2], args[3]
	if len(open) != 1 || len(shut) != 1 {
		return nil, fault("rego.bad_delimiters", "open", open, "close", shut)
	}
	var out strings.Builder
	out.WriteByte('^')
	for rest := template; ; {
		literal, inner, after, ok := cutDelimited(rest, open[0], shut[0])
		if !ok {
			return nil, fault("rego.bad_delimiters", "open", open, "close", shut)
		}
		out.WriteString(regexp.QuoteMeta(literal))
		if len(literal) == len(rest) {
			break
		}
		if part, wrong := c.parsed("^" + inner + "$"); part == nil {
			return nil, wrong
		}
		out.WriteString("(" + inner + ")")
		rest = after
	}
	out.WriteByte('$')
	return c.matches(out.String(), s)
}

// cutDelimited splits s into literal text, what stands between the first
// delimiters, which may be nested, and the rest. False: they do not match.
func cutDelimited(s string, open, shut byte) (literal, inner, rest string, ok bool) {
	level, start := 0, 0
	for i := range len(s) {
		switch s[i] {
		case open:
			if level++; level == 1 {
				start = i
			}
		case shut:
			if level--; level == 0 {
				return s[:start], s[start+1 : i], s[i+1:], true
			}
			if level < 0 {
				return "", "", "", false
			}
		}
	}
	return s, "", "", level == 0
}
