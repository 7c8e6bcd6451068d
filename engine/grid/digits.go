package grid

import (
	"strconv"
	"strings"

	"rubric/engine/number"
)

// Digits is how many significant digits a number in a workbook keeps.
const Digits = 15

// textFormat is "@": what is typed stays as typed.
const textFormat = 49

// typedDigits is the number that was typed into a cell, of which the file stores
// the binary fraction nearest to it: 1.1 may stand there as 1.1000000000000001.
// A workbook keeps fifteen significant digits, so that the decimal of no more
// than fifteen that stands for the same binary fraction is what was typed. The
// digits as stored are kept where they are no longer than that.
func typedDigits(stored string) (string, bool) {
	if _, err := number.Parse(stored); err == nil && significant(stored) <= Digits && !strings.ContainsAny(stored, "eE") {
		return stored, true
	}
	binary, err := strconv.ParseFloat(stored, 64)
	if err != nil {
		return "", false
	}
	text := strconv.FormatFloat(binary, 'g', Digits, 64)
	n, err := number.Parse(text)
	if err != nil {
		return "", false
	}
	return n.String(), true
}

func significant(digits string) int {
	return len(strings.TrimLeft(strings.NewReplacer("-", "", ".", "").Replace(digits), "0"))
}

// display is how a number format shows a number, as far as that can make it
// another number.
type display struct {
	general  bool // all digits
	decimals int
	percent  bool
	date     bool
	scaled   bool // shown in thousands, or otherwise not as it is
}

// displayOf reads a number format: the built-in ones by their number, others by
// their code.
func displayOf(id int, code string) display {
	builtin := map[int]string{1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
		37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 48: "##0.0E+0"}
	if code == "" {
		if id == 0 || id == textFormat {
			return display{general: true}
		}
		if id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58 {
			return display{date: true}
		}
		code = builtin[id]
	}
	code, _, _ = strings.Cut(unquoted(code), ";")
	lower := strings.ToLower(code)
	switch {
	case code == "" || strings.EqualFold(code, "general") || code == "@":
		return display{general: true}
	case strings.ContainsAny(lower, "ymdhs"):
		return display{date: true}
	case strings.ContainsAny(lower, "e?") || strings.HasSuffix(strings.TrimRight(code, "% "), ","):
		return display{scaled: true}
	}
	d := display{percent: strings.Contains(code, "%")}
	if _, fraction, ok := strings.Cut(code, "."); ok {
		d.decimals = strings.Count(fraction, "0") + strings.Count(fraction, "#")
	}
	return d
}

// unquoted takes texts, colours and conditions out of a format's code.
func unquoted(code string) string {
	var out strings.Builder
	quoted, bracket := false, false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			bracket = true
		case c == ']':
			bracket = false
		case bracket:
		case c == '\\' || c == '_' || c == '*':
			i++
		default:
			out.WriteByte(c)
		}
	}
	return out.String()
}
