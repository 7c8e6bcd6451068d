package facts

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"rubric/engine/number"
)

// plain decodes a well-formed document in one pass over the bytes, several times
// as fast as through a decoder. At the first mistake it gives up; the decoder
// then reads the document anew and says what is wrong. A fuzz test holds the two
// to the same answer.
func (p *parser) plain() (*Node, bool) {
	s := plainScan{parser: p, text: p.source}
	s.skip()
	if s.at >= len(s.text) || s.text[s.at] != '{' {
		return nil, false
	}
	root, ok := s.value(nil, "", 0, 1)
	s.skip()
	return root, ok && s.at == len(s.text)
}

// plainScan is plain's place in the text.
type plainScan struct {
	*parser
	text string
	at   int
}

func (s *plainScan) skip() {
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ' ', '\n', '\t', '\r':
			s.at++
		default:
			return
		}
	}
}

// take moves past c and white space around it.
func (s *plainScan) take(c byte) bool {
	s.skip()
	if s.at >= len(s.text) || s.text[s.at] != c {
		return false
	}
	s.at++
	s.skip()
	return true
}

func (s *plainScan) value(parent *Node, key string, index, depth int) (*Node, bool) {
	if s.values++; s.values > MaxValues || s.at >= len(s.text) {
		return nil, false
	}
	n := s.node()
	n.Parent, n.Key, n.Index, n.Offset = parent, key, index, s.at
	switch c := s.text[s.at]; {
	case c == '{' || c == '[':
		return n, depth <= MaxDepth && s.container(n, c, depth)
	case c == '"':
		text, ok := s.quoted()
		n.Kind, n.Text = Text, text
		return n, ok
	case c == '-' || c >= '0' && c <= '9':
		return n, s.number(n)
	}
	return n, s.word(n)
}

func (s *plainScan) container(n *Node, open byte, depth int) bool {
	n.Kind = Object
	shut := byte('}')
	if open == '[' {
		n.Kind, shut = List, ']'
	}
	base := len(s.open)
	s.take(open)
	for i := 0; !s.take(shut); i++ {
		if i > 0 && !s.take(',') {
			return false
		}
		child, ok := s.child(n, i, depth+1)
		if !ok {
			return false
		}
		s.open = append(s.open, child)
	}
	n.members = s.link(s.open[base:])
	s.open = s.open[:base]
	return n.Kind == List || s.sort(n) == nil
}

func (s *plainScan) child(parent *Node, index, depth int) (*Node, bool) {
	if parent.Kind == List {
		return s.value(parent, "", index, depth)
	}
	key, ok := s.quoted()
	if !ok || !s.take(':') {
		return nil, false
	}
	return s.value(parent, key, index, depth)
}

// quoted is a text in quotes.
func (s *plainScan) quoted() (string, bool) {
	if s.at >= len(s.text) || s.text[s.at] != '"' {
		return "", false
	}
	start := s.at + 1
	for i := start; i < len(s.text); i++ {
		switch c := s.text[i]; {
		case c == '"':
			s.at = i + 1
			return s.text[start:i], true
		case c == '\\':
			return s.escaped(start)
		case c < ' ':
			return "", false
		}
	}
	return "", false
}

// escaped is a text with escapes in it.
func (s *plainScan) escaped(start int) (string, bool) {
	for i := start; i < len(s.text); i++ {
		switch s.text[i] {
		case '\\':
			i++
		case '"':
			s.at = i + 1
			plain, err := jsontext.AppendUnquote(nil, s.text[start-1:s.at])
			return string(plain), err == nil
		}
	}
	return "", false
}

func (s *plainScan) number(n *Node) bool {
	end := s.at
	for end < len(s.text) && strings.IndexByte("+-.0123456789Ee", s.text[end]) >= 0 {
		end++
	}
	n.Kind, n.Text = Num, s.text[s.at:end]
	s.at = end
	var err error
	n.Number, err = number.Parse(n.Text)
	return err == nil
}

func (s *plainScan) word(n *Node) bool {
	for _, w := range []struct {
		text string
		kind Kind
		flag bool
	}{{"true", Bool, true}, {"false", Bool, false}, {"null", Null, false}} {
		if strings.HasPrefix(s.text[s.at:], w.text) {
			n.Kind, n.Flag = w.kind, w.flag
			s.at += len(w.text)
			return true
		}
	}
	return false
}
