package receipt

import (
	"bytes"
	"encoding/json"
	"math"
	"regexp"

	"rubric/engine/message"
)

// MaxBytes is the largest file of receipts.
const MaxBytes = 64 << 20

// Parse reads one receipt, or a list of them. The error is a message.Problems.
func Parse(file string, text []byte) ([]*Receipt, error) {
	var list []*Receipt
	if trimmed := bytes.TrimSpace(text); len(trimmed) > 0 && trimmed[0] == '[' {
		if err := decode(text, &list); err != nil {
			return nil, problem(file, message.New("receipt.unreadable"))
		}
	} else {
		var one Receipt
		if err := decode(text, &one); err != nil {
			return nil, problem(file, message.New("receipt.unreadable"))
		}
		list = []*Receipt{&one}
	}
	if len(list) == 0 {
		return nil, problem(file, message.New("receipt.empty"))
	}
	for _, r := range list {
		if wrong, ok := r.check(); !ok {
			return nil, problem(file, wrong)
		}
	}
	return list, nil
}

func decode(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if d.More() {
		return errBehind
	}
	return nil
}

type parseError string

func (e parseError) Error() string { return string(e) }

const errBehind = parseError("something stands behind the receipt")

var digestForm = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// check says what a receipt lacks to evaluate again and compare.
func (r *Receipt) check() (message.Message, bool) {
	if r == nil || r.Schema != SchemaID {
		return message.New("receipt.other_schema", "schema", SchemaID), false
	}
	for _, part := range []struct {
		name string
		ok   bool
	}{
		{"framework.id", r.Framework.ID != ""},
		{"framework.path", r.Framework.Path != ""},
		{"framework.digest", digestForm.MatchString(r.Framework.Digest)},
		{"case.path", r.Case.Path != ""},
		{"case.facts_digest", digestForm.MatchString(r.Case.FactsDigest)},
		{"assessment", digestForm.MatchString(r.Assessment)},
		{"indicators", len(r.Indicators) > 0},
		{"engine.limits", r.Engine.Limits.sane()},
	} {
		if !part.ok {
			return message.New("receipt.part", "part", part.name), false
		}
	}
	return message.Message{}, true
}

func (l Limits) sane() bool {
	for _, n := range []*int64{l.Steps, l.Bytes, l.Depth, l.Items, l.Text, l.Bits} {
		if n != nil && (*n <= 0 || *n > math.MaxInt32) {
			return false
		}
	}
	return true
}

func problem(file string, m message.Message) error {
	return message.Problems{{File: file, Message: m}}
}
