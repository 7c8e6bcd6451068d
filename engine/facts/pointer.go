package facts

import (
	"strconv"
	"strings"

	"rubric/engine/message"
)

// Pointer is the address of n in its document, a JSON Pointer (RFC 6901); ""
// for the root.
func (n *Node) Pointer() string {
	var room [128]byte // more than most take
	return string(n.appendPointer(room[:0]))
}

func (n *Node) appendPointer(to []byte) []byte {
	if n.Parent == nil {
		return to
	}
	to = append(n.Parent.appendPointer(to), '/')
	if n.Parent.Kind == List {
		return strconv.AppendInt(to, int64(n.Index), 10)
	}
	return append(to, EscapePointer(n.Key)...)
}

// EscapePointer writes a member name as it stands in a pointer: "~" as "~0"
// and "/" as "~1".
func EscapePointer(name string) string {
	if !strings.ContainsAny(name, "~/") {
		return name
	}
	return strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}

// ParsePointer splits a pointer into member names and indices, with escapes
// undone; "" has none. The error is a message.Problems.
func ParsePointer(pointer string) ([]string, error) {
	if pointer == "" {
		return nil, nil
	}
	rest, ok := strings.CutPrefix(pointer, "/")
	if !ok {
		return nil, badPointer(pointer)
	}
	tokens := strings.Split(rest, "/")
	for i, token := range tokens {
		plain := strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
		if EscapePointer(plain) != token {
			return nil, badPointer(pointer)
		}
		tokens[i] = plain
	}
	return tokens, nil
}

func badPointer(pointer string) error {
	return message.Problems{{Message: message.New("facts.bad_pointer", "pointer", pointer)}}
}

// At is the node at that address, nil when there is none or the pointer is
// malformed.
func (d *Document) At(pointer string) *Node {
	tokens, err := ParsePointer(pointer)
	if err != nil {
		return nil
	}
	n := d.Root
	for _, token := range tokens {
		if n = n.child(token); n == nil {
			return nil
		}
	}
	return n
}

func (n *Node) child(token string) *Node {
	if n.Kind != List {
		return n.Member(token)
	}
	i, ok := parseIndex(token)
	if !ok || i >= n.Len() {
		return nil
	}
	return n.children()[i]
}

// parseIndex reads the index of a list element: digits without a leading zero.
func parseIndex(token string) (int, bool) {
	i, err := strconv.ParseUint(token, 10, 31)
	if err != nil || token != strconv.FormatUint(i, 10) {
		return 0, false
	}
	return int(i), true
}
