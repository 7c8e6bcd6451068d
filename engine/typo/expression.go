package typo

import (
	"slices"
	"strings"
	"unicode"

	"rubric/engine/message"
	"rubric/engine/number"
)

// A Language is what an expression is written in.
type Language int

// The languages of policies.
const (
	CEL Language = iota
	Rego
)

// Expression is the first slip in a text that a parser of the language refused,
// and where it begins, in characters; false if there is none that is known.
func Expression(text string, language Language) (offset int, m message.Message, found bool) {
	s := &scanner{text: []rune(text), language: language}
	for s.at < len(s.text) && s.slip == nil {
		s.next()
	}
	if s.slip == nil && len(s.open) > 0 {
		last := s.open[len(s.open)-1]
		s.report(last, "typo.unclosed", "found", string(s.text[last]), "want", closing(s.text[last]))
	}
	if s.slip == nil {
		return 0, message.Message{}, false
	}
	return s.place, *s.slip, true
}

// PlaceOf is the line and column of the character at offset.
func PlaceOf(text string, offset int) Place {
	at := Place{1, 1}
	for i, r := range []rune(text) {
		if i == offset {
			break
		}
		if at.Column++; r == '\n' {
			at = Place{at.Line + 1, 1}
		}
	}
	return at
}

// scanner goes through a text token by token. It knows texts, comments and
// brackets, and no grammar.
type scanner struct {
	text     []rune
	language Language
	at       int
	open     []int // places of brackets without their other half so far

	slip  *message.Message
	place int
}

func (s *scanner) report(at int, id string, pairs ...any) {
	m := message.New(id, pairs...)
	s.slip, s.place = &m, at
}

// peek is the character n behind the present one, 0 beyond the end.
func (s *scanner) peek(n int) rune {
	if s.at+n < 0 || s.at+n >= len(s.text) {
		return 0
	}
	return s.text[s.at+n]
}

func (s *scanner) next() {
	switch r := s.text[s.at]; {
	case r == '"' || r == '`' && s.language == Rego || r == '\'' && s.language == CEL:
		s.quoted(r)
	case r == '#' && s.language == Rego || r == '/' && s.peek(1) == '/' && s.language == CEL:
		for s.at < len(s.text) && s.text[s.at] != '\n' {
			s.at++
		}
	case r >= unicode.MaxASCII:
		s.foreign(r)
	case isDigit(r) && !isWord(s.peek(-1)):
		s.number()
	case isWord(r):
		s.word()
	case strings.ContainsRune("([{)]}", r):
		s.bracket(r)
	default:
		s.operator()
	}
}

// quoted goes behind a text.
func (s *scanner) quoted(quote rune) {
	start := s.at
	for s.at++; s.at < len(s.text); s.at++ {
		switch r := s.text[s.at]; {
		case r == '\\' && quote != '`':
			s.at++
		case r == quote:
			s.at++
			return
		case r == '\n' && quote != '`':
			s.report(start, "typo.unclosed_text", "quote", string(quote))
			return
		}
	}
	s.report(start, "typo.unclosed_text", "quote", string(quote))
}

// foreign is a character that is not of an English keyboard, where one of those
// should stand; words in Chinese are operators or lack their quotation marks.
func (s *scanner) foreign(r rune) {
	start := s.at
	if halfWidth(r) == "" {
		for s.at < len(s.text) && s.text[s.at] >= unicode.MaxASCII && halfWidth(s.text[s.at]) == "" {
			s.at++
		}
		word := string(s.text[start:s.at])
		if want := s.spoken(word); want != "" {
			s.report(start, "typo.operator", "found", word, "want", want)
			return
		}
		s.report(start, "typo.unquoted", "found", word)
		return
	}
	var want strings.Builder
	for s.at < len(s.text) && halfWidth(s.text[s.at]) != "" {
		want.WriteString(halfWidth(s.text[s.at]))
		s.at++
	}
	if strings.TrimSpace(want.String()) == "" {
		s.report(start, "typo.wide_space")
		return
	}
	if q := strings.Trim(want.String(), `"'`); q == "" {
		s.report(start, "typo.chinese_quote")
		return
	}
	s.report(start, "typo.full_width", "found", string(s.text[start:s.at]), "want", want.String())
}

// spoken is the operator that a word stands for, "" for none.
func (s *scanner) spoken(word string) string {
	operators := map[string]string{
		"大于": ">", "小于": "<", "等于": "==", "不等于": "!=", "大于等于": ">=", "小于等于": "<=", "不低于": ">=", "不少于": ">=",
		"不高于": "<=", "不超过": "<=", "超过": ">", "低于": "<", "乘": "*", "除以": "/", "加": "+", "减": "-",
	}
	if s.language == CEL {
		for _, w := range []string{"and", "且", "并且", "而且"} {
			operators[w] = "&&"
		}
		for _, w := range []string{"or", "或", "或者"} {
			operators[w] = "||"
		}
		for _, w := range []string{"not", "非", "不是"} {
			operators[w] = "!"
		}
	}
	return operators[strings.ToLower(word)]
}

// number is digits; 95% and 1,000 are none.
func (s *scanner) number() {
	start := s.at
	for isWord(s.peek(0)) || s.peek(0) == '.' {
		s.at++
	}
	digits := string(s.text[start:s.at])
	switch {
	case s.peek(0) == '%' && s.endsOperand(s.at+1):
		if n, err := number.Parse(digits); err == nil {
			share, _ := n.Div(number.Int(100)) // 100 is not 0
			s.report(start, "typo.percent", "found", digits+"%", "want", share.String())
		}
	case len(s.open) == 0 && s.thousands(digits):
		s.report(start, "typo.thousands", "found", digits+string(s.text[s.at:s.at+4]), "want", digits+string(s.text[s.at+1:s.at+4]))
	}
}

// thousands tells whether ,000 follows digits outside of brackets.
func (s *scanner) thousands(digits string) bool {
	if len(digits) > 3 || s.peek(0) != ',' || isDigit(s.peek(4)) {
		return false
	}
	return isDigit(s.peek(1)) && isDigit(s.peek(2)) && isDigit(s.peek(3))
}

// endsOperand tells whether nothing follows that a remainder could be of.
func (s *scanner) endsOperand(at int) bool {
	rest := strings.TrimLeft(string(s.text[at:]), " \t")
	return rest == "" || strings.ContainsRune(")]}&|?:,;<>=!+*/\n\r", rune(rest[0]))
}

// word is a name; and, or and not are none where they stand between values.
func (s *scanner) word() {
	start := s.at
	for isWord(s.peek(0)) {
		s.at++
	}
	word := string(s.text[start:s.at])
	before := strings.TrimRight(string(s.text[:start]), " \t")
	behind := strings.TrimLeft(string(s.text[s.at:]), " \t")
	joins := before != "" && (isWord(lastOf(before)) || strings.ContainsRune(")]\"'", lastOf(before))) && behind != ""
	switch lower := strings.ToLower(word); {
	case (lower == "and" || lower == "or") && joins:
		s.joined(start, word, lower == "and")
	case lower == "not" && s.language == CEL && behind != "" && isWord(rune(behind[0])):
		s.report(start, "typo.operator", "found", word, "want", "!")
	case word == "else" && s.language == CEL && before == "" && behind == "":
		s.report(start, "typo.otherwise")
	}
}

func lastOf(text string) rune { return rune(text[len(text)-1]) }

// joined is a word or sign that joins two conditions.
func (s *scanner) joined(start int, found string, both bool) {
	switch {
	case s.language == CEL && both:
		s.report(start, "typo.operator", "found", found, "want", "&&")
	case s.language == CEL:
		s.report(start, "typo.operator", "found", found, "want", "||")
	case both:
		s.report(start, "typo.rego_and", "found", found)
	default:
		s.report(start, "typo.rego_or", "found", found)
	}
}

func (s *scanner) bracket(r rune) {
	if strings.ContainsRune("([{", r) {
		s.open = append(s.open, s.at)
		s.at++
		return
	}
	if len(s.open) == 0 {
		s.report(s.at, "typo.unopened", "found", string(r))
		return
	}
	last := s.open[len(s.open)-1]
	if want := closing(s.text[last]); want != string(r) {
		s.report(s.at, "typo.crossed", "found", string(r), "want", want)
		return
	}
	s.open = s.open[:len(s.open)-1]
	s.at++
}

func closing(open rune) string {
	return string(")]}"[strings.IndexRune("([{", open)])
}

// operator is a run of signs, where it is one of another language.
func (s *scanner) operator() {
	start := s.at
	for strings.ContainsRune("=<>!&|:", s.peek(0)) && s.peek(0) != 0 {
		s.at++
	}
	sign := string(s.text[start:s.at])
	if sign == "" {
		s.at++
		return
	}
	switch want := foreignSign(sign); {
	case want != "":
		s.report(start, "typo.operator", "found", sign, "want", want)
	case s.language == CEL && (sign == "=" || sign == ":="):
		s.report(start, "typo.operator", "found", sign, "want", "==")
	case s.language == CEL && (sign == "&" || sign == "|"):
		s.report(start, "typo.operator", "found", sign, "want", sign+sign)
	case s.language == Rego && (sign == "&&" || sign == "||"):
		s.joined(start, sign, sign == "&&")
	case s.language == Rego && sign == "!":
		s.report(start, "typo.operator", "found", sign, "want", "not")
	}
}

// foreignSign is how a sign of spreadsheets and of other languages is written, ""
// for any other.
func foreignSign(sign string) string {
	pairs := []string{"=>", ">=", "=<", "<=", "<>", "!=", "===", "==", "!==", "!=", "=!", "!="}
	if at := slices.Index(pairs, sign); at >= 0 && at%2 == 0 {
		return pairs[at+1]
	}
	return ""
}
