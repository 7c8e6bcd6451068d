package facts

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"rubric/engine/message"
	"rubric/engine/number"
)

// Parse decodes a JSON file strictly: UTF-8 without a byte order mark, one
// object, no name twice in an object, nothing after it, numbers and sizes
// within limits. file is for messages only. data becomes the document's Source
// and must not change afterwards. The error is a message.Problems.
func Parse(file string, data []byte) (*Document, error) { return parse(file, data, false) }

// ParseValue decodes a file that holds any JSON value, as strictly as Parse. It
// is no facts file: it is for documents that only Query evaluates.
func ParseValue(file string, data []byte) (*Document, error) { return parse(file, data, true) }

func parse(file string, data []byte, anyValue bool) (*Document, error) {
	if f, start := survey(data); f != nil {
		return &Document{File: file, Source: data, Root: f.root(start, 0)}, nil
	}
	root, err := checked(file, data, anyValue)
	if err != nil {
		return nil, err
	}
	return &Document{File: file, Source: data, Root: root}, nil
}

// checked decodes a document in which something is wrong or unusual, and says
// what is wrong.
func checked(file string, data []byte, anyValue bool) (*Node, error) {
	if offset, m, ok := checkText(data); !ok {
		line, column := position(data, offset)
		return nil, message.Problems{{File: file, Line: line, Column: column, Message: m}}
	}
	return newParser(file, data).document(anyValue)
}

// parser decodes through a decoder that knows what is wrong, and where.
type parser struct {
	arena
	file   string
	data   []byte
	source string // data; keys and texts are cut out of it
	dec    *jsontext.Decoder
}

func newParser(file string, data []byte) *parser {
	return &parser{file: file, data: data, source: string(data)}
}

func (p *parser) document(anyValue bool) (*Node, error) {
	// Names are checked when an object closes: that tells both places.
	p.dec = jsontext.NewDecoder(bytes.NewBuffer(p.data), jsontext.AllowDuplicateNames(true))
	if k := p.dec.PeekKind(); k != jsontext.KindBeginObject && (!anyValue || k == jsontext.KindInvalid) {
		return nil, p.notAnObject()
	}
	root, err := p.value(nil, "", 0, 1)
	if err != nil {
		return nil, err
	}
	if end := p.skipSpace(int(p.dec.InputOffset())); end < len(p.data) {
		return nil, p.problem(end, "", message.New("facts.trailing_data"))
	}
	return root, nil
}

// notAnObject tells a mistake from a document that is another kind of JSON.
func (p *parser) notAnObject() error {
	switch p.dec.PeekKind() {
	case jsontext.KindInvalid:
		_, err := p.dec.ReadToken()
		return p.syntax(err)
	case jsontext.KindEndObject, jsontext.KindEndArray:
		return p.syntaxAt(p.skipSpace(0), "")
	}
	return p.problem(p.skipSpace(0), "", message.New("facts.not_an_object"))
}

// value decodes the next value, which is member key or element index of
// parent, at that depth.
func (p *parser) value(parent *Node, key string, index, depth int) (*Node, error) {
	n := p.node()
	n.Parent, n.Key, n.Index = parent, key, int32(index)
	if p.values > MaxValues {
		return nil, p.problem(p.next(), n.Pointer(), message.New("facts.too_many_values", "limit", MaxValues))
	}
	switch p.dec.PeekKind() {
	case jsontext.KindBeginObject:
		p.holder(n, Object)
		return n, p.container(n, depth, p.member)
	case jsontext.KindBeginArray:
		p.holder(n, List)
		return n, p.container(n, depth, p.element)
	}
	return n, p.scalar(n)
}

// container decodes an object or a list with next for each of its children.
func (p *parser) container(n *Node, depth int, next func(parent *Node, index, depth int) (*Node, error)) error {
	if _, err := p.dec.ReadToken(); err != nil {
		return p.syntax(err)
	}
	n.Offset = int32(p.dec.InputOffset()) - 1
	if depth > MaxDepth {
		return p.problem(int(n.Offset), "", message.New("facts.too_deep", "limit", MaxDepth))
	}
	base := len(p.open)
	for i := 0; !p.closing(); i++ {
		child, err := next(n, i, depth+1)
		if err != nil {
			return err
		}
		p.open = append(p.open, child)
	}
	if _, err := p.dec.ReadToken(); err != nil {
		return p.syntax(err)
	}
	p.close(n, base)
	if first, second := sameNames(n); second != nil {
		return p.duplicate(first, second)
	}
	return nil
}

func (p *parser) closing() bool {
	kind := p.dec.PeekKind()
	return kind == jsontext.KindEndObject || kind == jsontext.KindEndArray
}

func (p *parser) element(parent *Node, index, depth int) (*Node, error) {
	return p.value(parent, "", index, depth)
}

func (p *parser) member(parent *Node, index, depth int) (*Node, error) {
	raw, err := p.dec.ReadValue()
	if err != nil {
		return nil, p.syntax(err)
	}
	return p.value(parent, p.text(raw), index, depth)
}

func (p *parser) scalar(n *Node) error {
	raw, err := p.dec.ReadValue()
	if err != nil {
		return p.syntax(err)
	}
	n.Offset = int32(p.dec.InputOffset()) - int32(len(raw))
	switch raw[0] {
	case 'n':
		n.Kind = Null
	case 't', 'f':
		n.Kind, n.Flag = Bool, raw[0] == 't'
	case '"':
		n.Kind, n.Text = Text, p.text(raw)
	default:
		n.Kind, n.Text = Num, p.source[n.Offset:int(n.Offset)+len(raw)]
		return p.number(n)
	}
	return nil
}

func (p *parser) number(n *Node) error {
	if !n.setNumber() {
		return p.problem(int(n.Offset), n.Pointer(), message.New("facts.number_too_large",
			"number", clip(n.Text), "digits", number.MaxDigits, "exponent", number.MaxExponent))
	}
	return nil
}

// text is the string literal just read: cut out of the source, unless it has
// escapes.
func (p *parser) text(raw jsontext.Value) string {
	if bytes.IndexByte(raw, '\\') < 0 {
		end := int(p.dec.InputOffset())
		return p.source[end-len(raw)+1 : end-1]
	}
	plain, _ := jsontext.AppendUnquote(nil, raw) // the decoder has checked it
	return string(plain)
}

func (p *parser) duplicate(first, second *Node) error {
	line, _ := position(p.data, int(first.Offset))
	return p.problem(int(second.Offset), second.Pointer(),
		message.New("facts.duplicate", "name", clip(second.Key), "line", line))
}

// next is where the next value begins.
func (p *parser) next() int {
	i := p.skipSpace(int(p.dec.InputOffset()))
	for i < len(p.data) && (p.data[i] == ',' || p.data[i] == ':') {
		i = p.skipSpace(i + 1)
	}
	return i
}

func (p *parser) skipSpace(i int) int {
	for i < len(p.data) && strings.IndexByte(" \t\r\n", p.data[i]) >= 0 {
		i++
	}
	return i
}

func (p *parser) problem(offset int, pointer string, m message.Message) error {
	line, column := position(p.data, offset)
	return message.Problems{{File: p.file, Line: line, Column: column, Pointer: pointer, Message: m}}
}

// syntax turns an error of the decoder into a problem.
func (p *parser) syntax(err error) error {
	var bad *jsontext.SyntacticError
	switch {
	case errors.As(err, &bad) && errors.Is(err, io.ErrUnexpectedEOF):
		return p.problem(len(p.data), string(bad.JSONPointer), message.New("facts.truncated"))
	case errors.As(err, &bad):
		return p.syntaxAt(int(bad.ByteOffset), string(bad.JSONPointer))
	}
	return p.problem(len(p.data), "", message.New("facts.truncated"))
}

func (p *parser) syntaxAt(offset int, pointer string) error {
	return p.problem(offset, pointer, explainSyntax(p.source, offset))
}
