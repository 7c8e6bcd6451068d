package facts

import (
	"bytes"
	"unicode/utf8"

	"rubric/engine/message"
)

// Limits of a file of facts or a schema; what exceeds them is refused before
// it can cost time or memory.
const (
	MaxBytes  = 16 << 20 // size of a file
	MaxDepth  = 64       // objects and lists within one another
	MaxValues = 1 << 20  // values in a file
)

// checkText refuses what is not UTF-8 text of a bearable size, with the byte
// offset of the trouble.
func checkText(data []byte) (offset int, m message.Message, ok bool) {
	switch {
	case len(data) > MaxBytes:
		return 0, message.New("facts.file_too_large", "limit", MaxBytes>>20), false
	case len(bytes.TrimSpace(data)) == 0:
		return 0, message.New("facts.empty_file"), false
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return 0, message.New("facts.bom"), false
	case looksUTF16(data):
		return 0, message.New("facts.utf16"), false
	case !utf8.Valid(data):
		return bytes.IndexRune(data, utf8.RuneError), message.New("facts.not_utf8"), false
	}
	return 0, message.Message{}, true
}

// looksUTF16 tells a UTF-16 byte order mark, or a NUL beside the first
// character, as UTF-16 without a mark has it.
func looksUTF16(data []byte) bool {
	return bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) ||
		len(data) > 1 && (data[0] == 0) != (data[1] == 0)
}
