package rego

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"rubric/engine/message"
)

// encodings write bytes as letters and back. A text is its UTF-8 bytes, so what
// decodes to anything else is an error.
func encodings() []*builtin {
	encode := func(name string, f func([]byte) string) *builtin {
		return textual(name, func(c *call, args []string) (value, *message.Message) {
			if wrong := c.tooLong(2 * len(args[0])); wrong != nil {
				return nil, wrong
			}
			return f([]byte(args[0])), nil
		})
	}
	decode := func(name, encoding string, f func(string) ([]byte, error)) *builtin {
		return textual(name, func(_ *call, args []string) (value, *message.Message) {
			bytes, err := f(args[0])
			switch {
			case err != nil:
				return nil, fault("rego.not_encoded", "encoding", encoding, "value", show(clipped(args[0])))
			case !utf8.Valid(bytes):
				return nil, fault("rego.not_utf8", "value", show(clipped(args[0])))
			}
			return string(bytes), nil
		})
	}
	return []*builtin{
		encode("base64.encode", base64.StdEncoding.EncodeToString),
		encode("base64url.encode", base64.URLEncoding.EncodeToString),
		encode("base64url.encode_no_pad", base64.RawURLEncoding.EncodeToString),
		encode("hex.encode", hex.EncodeToString),
		decode("base64.decode", "base64", base64.StdEncoding.DecodeString),
		decode("base64url.decode", "base64url", decodeBase64URL),
		decode("hex.decode", "hex", hex.DecodeString),
		valid("base64.is_valid", func(_ *call, s string) bool {
			_, err := base64.StdEncoding.DecodeString(s)
			return err == nil
		}),
	}
}

// valid makes a test of texts that is false for anything else.
func valid(name string, f func(c *call, s string) bool) *builtin {
	return &builtin{name: name, call: func(c *call, args []value) (value, *message.Message) {
		s, ok := textIn(args[0])
		return ok && f(c, s), nil
	}}
}

// decodeBase64URL takes text with padding or without.
func decodeBase64URL(s string) ([]byte, error) {
	if !strings.HasSuffix(s, "=") && len(s)%4 != 1 {
		s += strings.Repeat("=", (4-len(s)%4)%4)
	}
	return base64.URLEncoding.DecodeString(s)
}

// clipped keeps a text short enough for a sentence.
func clipped(s string) string {
	const longest = 40
	runes := []rune(s[:min(len(s), 4*longest)])
	if len(s) <= longest || len(runes) <= longest {
		return s
	}
	return string(runes[:longest]) + "…"
}
