// Package typo names the slip of the pen for which a parser refused a text:
// characters of a Chinese keyboard, operators of spreadsheets and of speech,
// percentages, brackets and quotes without their other half, tabs and wrong
// indentation in YAML. A parser knows only where it could not go on; a person has
// to be told what to write.
package typo

import (
	"strings"
	"unicode"

	"github.com/agnivade/levenshtein"
)

// halfWidth is what stands on an English keyboard for a character, "" if the
// character is of that keyboard or stands for nothing on it.
func halfWidth(r rune) string {
	switch {
	case r == '　' || r == '\u00a0':
		return " "
	case '！' <= r && r <= '～':
		return string(r - '！' + '!')
	}
	for _, pair := range []string{
		"“\"", "”\"", "‘'", "’'", "【[", "】]", "〔(", "〕)", "、,", "。.", "《<", "》>",
		"≥>=", "≤<=", "≠!=", "×*", "÷/", "－-", "–-", "—-", "−-", "∕/",
	} {
		if first := []rune(pair)[0]; first == r {
			return strings.TrimPrefix(pair, string(first))
		}
	}
	return ""
}

// Nearest is the name most like the one written, "" if none is: the one that
// differs in capitals only, else the nearest by spelling. Short names have to be
// nearer than long ones.
func Nearest(written string, names []string) string {
	best, within := "", max(1, (len([]rune(written))+1)/3)
	for _, name := range names {
		if strings.EqualFold(written, name) {
			return name
		}
		if d := levenshtein.ComputeDistance(written, name); d <= within && d < len([]rune(written)) {
			best, within = name, d-1
		}
	}
	return best
}

func isWord(r rune) bool {
	return r == '_' || r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }
