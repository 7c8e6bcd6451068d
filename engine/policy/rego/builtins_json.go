package rego

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// jsonTexts write values as JSON and read them.
func jsonTexts() []*builtin {
	return []*builtin{
		{name: "json.marshal", call: func(c *call, args []value) (value, *message.Message) {
			return (&jsonWriter{call: c, out: c.writer()}).document(args[0])
		}},
		{name: "json.marshal_with_options", call: marshalWithOptions},
		textual("json.unmarshal", func(c *call, args []string) (value, *message.Message) {
			v, err := c.readJSON(args[0])
			if err != nil {
				return nil, fault("rego.bad_json", "why", err.Error())
			}
			return v, nil
		}),
		valid("json.is_valid", func(c *call, s string) bool {
			_, err := c.readJSON(s)
			return err == nil
		}),
	}
}

// marshalWithOptions knows the options prefix and indent (texts) and pretty
// (true unless said otherwise, once one of the others is given).
func marshalWithOptions(c *call, args []value) (value, *message.Message) {
	options, wrong := objectOf(args[1])
	if wrong != nil {
		return nil, wrong
	}
	w := &jsonWriter{call: c, out: c.writer(), indent: "\t", pretty: len(options) > 0}
	for _, e := range options {
		switch name := show(e.key); name {
		case `"prefix"`:
			w.prefix, wrong = textOf(e.val)
		case `"indent"`:
			w.indent, wrong = textOf(e.val)
		case `"pretty"`:
		default:
			wrong = fault("rego.json_option", "option", name)
		}
		if wrong != nil {
			return nil, wrong
		}
	}
	for _, e := range options {
		if pretty, ok := scalar(e.val).(bool); ok {
			w.pretty = pretty
		} else if compare(e.key, "pretty") == 0 {
			return nil, wrongType("boolean", e.val)
		}
	}
	if w.pretty {
		w.put(w.prefix)
	}
	return w.document(args[0])
}

// jsonWriter writes a value as JSON, as OPA does: members by key, sets as
// arrays, keys that are no texts as their JSON, and the characters that matter
// to HTML escaped. A number must have an exact decimal form.
type jsonWriter struct {
	call           *call
	out            limited // with its room set when the writer is made
	pretty         bool
	prefix, indent string
	wrong          *message.Message
}

func (w *jsonWriter) document(v value) (value, *message.Message) {
	w.value(v, 0)
	if w.wrong != nil {
		return nil, w.wrong
	}
	return string(w.out.text), nil
}

func (w *jsonWriter) put(s string) {
	if _, err := w.out.WriteString(s); err != nil && w.wrong == nil {
		w.wrong = w.call.tooLong(math.MaxInt)
	}
}

func (w *jsonWriter) value(v value, depth int) {
	if w.wrong != nil {
		return
	}
	switch v := scalar(v).(type) {
	case null:
		w.put("null")
	case bool:
		w.put(scalarText(v))
	case number.Number:
		w.number(v)
	case string:
		w.put(quoted(v))
	default:
		w.composite(v, depth)
	}
}

func (w *jsonWriter) composite(v value, depth int) {
	switch rank(v) {
	case 5:
		members, wrong := w.members(v)
		if wrong != nil {
			w.wrong = wrong
			return
		}
		w.list("{", "}", depth, len(members), func(i int) {
			w.put(quoted(members[i].key.(string)) + ":")
			if w.pretty {
				w.put(" ")
			}
			w.value(members[i].val, depth+1)
		})
	default:
		items, _ := listOf(v)
		w.list("[", "]", depth, len(items), func(i int) { w.value(items[i], depth+1) })
	}
}

func (w *jsonWriter) list(open, shut string, depth, n int, item func(i int)) {
	w.put(open)
	for i := 0; i < n && w.wrong == nil; i++ {
		if i > 0 {
			w.put(",")
		}
		w.line(depth + 1)
		item(i)
	}
	if n > 0 {
		w.line(depth)
	}
	w.put(shut)
}

func (w *jsonWriter) line(depth int) {
	if !w.pretty {
		return
	}
	w.put("\n" + w.prefix)
	for range depth {
		w.put(w.indent)
	}
}

// members are an object's by the text of their keys. Two keys may not become
// one text.
func (w *jsonWriter) members(v value) ([]entry, *message.Message) {
	source := entriesOf(v)
	out := make([]entry, len(source))
	for i, e := range source {
		out[i] = entry{key: scalar(e.key), val: e.val}
		if _, ok := out[i].key.(string); ok {
			continue
		}
		key, wrong := (&jsonWriter{call: w.call, out: w.call.writer()}).document(e.key)
		if wrong != nil {
			return nil, wrong
		}
		out[i].key = key
	}
	sorted := ordered(out)
	if len(sorted) < len(source) {
		return nil, fault("rego.json_keys", "value", show(v))
	}
	return sorted, nil
}

func (w *jsonWriter) number(n number.Number) {
	digits, exact := n.Rat().FloatPrec()
	if !exact || digits > number.MaxDigits {
		w.wrong = fault("rego.json_fraction", "value", n.String())
		return
	}
	w.put(n.Fixed(digits))
}

// quoted is a text in JSON.
func quoted(s string) string {
	b, _ := json.Marshal(s) // a string always has a JSON form
	return string(b)
}

var (
	errJSONDepth  = errors.New("too deep")
	errJSONValues = errors.New("too many values") // the run is broken, and says why
	errJSONEnd    = errors.New("something stands after the end")
)

// readJSON reads one JSON value as strictly as facts are read.
func (c *call) readJSON(s string) (value, error) {
	r := &jsonReader{call: c, dec: jsontext.NewDecoder(strings.NewReader(s))}
	v, err := r.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := r.dec.ReadToken(); err != io.EOF {
		return nil, errJSONEnd
	}
	return v, nil
}

type jsonReader struct {
	call *call
	dec  *jsontext.Decoder
}

func (r *jsonReader) value(depth int) (value, error) {
	if !r.call.pay(1) || !r.call.make(policy.SlotBytes+policy.NumberBytes) {
		return nil, errJSONValues
	}
	if depth > facts.MaxDepth {
		return nil, errJSONDepth
	}
	token, err := r.dec.ReadToken()
	if err != nil {
		return nil, err
	}
	switch token.Kind() {
	case jsontext.KindNull:
		return null{}, nil
	case jsontext.KindTrue, jsontext.KindFalse:
		return token.Bool(), nil
	case jsontext.KindString:
		return token.String(), nil
	case jsontext.KindNumber:
		return number.Parse(token.String())
	case jsontext.KindBeginArray:
		return r.array(depth)
	default: // the decoder lets nothing else stand here
		return r.object(depth)
	}
}

func (r *jsonReader) array(depth int) (value, error) {
	out := &array{}
	for r.dec.PeekKind() != jsontext.KindEndArray {
		v, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		out.elems = append(out.elems, v)
	}
	_, err := r.dec.ReadToken()
	return out, err
}

func (r *jsonReader) object(depth int) (value, error) {
	var members []entry
	for r.dec.PeekKind() != jsontext.KindEndObject {
		key, err := r.dec.ReadToken()
		if err != nil {
			return nil, err
		}
		name := key.String()
		v, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		members = append(members, entry{key: name, val: v})
		if !r.call.make(policy.EntryBytes) {
			return nil, errJSONValues
		}
	}
	_, err := r.dec.ReadToken()
	return &object{collection{entries: ordered(members)}}, err
}
