package report

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/mattn/go-runewidth"
)

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text string
		want string // lines, with | between
	}{
		{"", ""},
		{"一二三四五", "一二三四五"},
		{"一二三四五六", "一二三四五|六"},
		{"一二三四五，六", "一二三四|五，六"}, // no line starts with a comma
		{"一二三四（五六）", "一二三四|（五六）"},
		{"支付率25.00%，低", "支付率|25.00%，低"},     // a number is not torn
		{"one two three", "one two|three"},  // nor a word
		{"abcdefghijklm", "abcdefghij|klm"}, // unless nothing else is possible
		{"a\nb\tc\x1b[0m", "a b c [0m"},
		{"e\u0301e\u0301e\u0301 abcdefghi", "e\u0301e\u0301e\u0301|abcdefghi"},
	} {
		if got := strings.Join(wrap(c.text, 10, 10), "|"); got != c.want {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
	if got := wrap("一二三四五六七", 4, 8); !slices.Equal(got, []string{"一二", "三四五六", "七"}) {
		t.Errorf("got %q", got)
	}
	if got := wrap(strings.Repeat("a", 1<<20), 80, 80); len(got) != 1<<20/80+1 {
		t.Errorf("%d lines", len(got))
	}
}

func TestColumn(t *testing.T) {
	cells := []string{"权重", "3", "2.5", "-1/3", "100.25", "待定"}
	c := newColumn(cells)
	want := []string{"   权重", "   3   ", "   2.5 ", "-1/3   ", " 100.25", "   待定"}
	for i, cell := range cells {
		if got := c.cell(cell); got != want[i] {
			t.Errorf("got %q, want %q", got, want[i])
		}
	}
}

func TestRough(t *testing.T) {
	w := words(t, "en")
	for points, want := range map[string]string{
		"-1": "1", "1/3": "1/3", "10/12": "10/12", "90/17": "about 5.2941", "10/3": "about 3.3333", "1/300": "about 0.0033", "100/301": "about 0.3322", "0.12345678": "about 0.1235", "14.25000": "14.25000",
		"1/30000": "about 0.00003",
	} {
		if got := w.rough(points); got != want {
			t.Errorf("%s: got %s, want %s", points, got, want)
		}
	}
}

func TestAbout(t *testing.T) {
	w := words(t, "zh")
	for points, want := range map[string]string{"-1": "", "1/3": "", "-57/104050": "（约 -0.0005）", "4983/20810": "（约 0.2395）"} {
		if got := w.about(points); got != want {
			t.Errorf("%s: got %s, want %s", points, got, want)
		}
	}
}

// Lines are cut as if each were put together piece by piece and measured anew.
func TestEachLine(t *testing.T) {
	words := []string{"支付", "，", "（", "率", "25.00%", "a", " ", "  ", "word", "longerthanthat", "e\u0301", "👩‍👩‍👧", "›", "①", "“", "”", "…", "\u3000", "한", "é", "\n", "\x1b", "\u202e", "·", "\xff", "\xe4\xb8"}
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		var text string
		plain := r.IntN(2) == 0
		for range r.IntN(12) {
			word := words[r.IntN(len(words))]
			if _, ok := plainWidth(word); ok || !plain {
				text += word
			}
		}
		first, rest := 1+r.IntN(20), 1+r.IntN(20)
		if got, want := wrap(text, first, rest), wrapSlowly(clean(text), first, rest); !slices.Equal(got, want) {
			t.Fatalf("%q in %d and %d: got %q, want %q", text, first, rest, got, want)
		}
	}
}

func wrapSlowly(text string, first, rest int) []string {
	fits := func(text string, columns int) bool { return libraryWidth(strings.TrimRight(text, " ")) <= columns }
	var lines []string
	line, room := "", max(first, 2)
	flush := func() {
		lines = append(lines, strings.TrimRight(line, " "))
		line, room = "", max(rest, 2)
	}
	for text != "" {
		piece, before := text, rune(0)
		for i, r := range text {
			if i > 0 && mayBreak(before, r) {
				piece = text[:i]
				break
			}
			before = r
		}
		text = text[len(piece):]
		if line != "" && !fits(line+piece, room) {
			flush()
		}
		for !fits(piece, room) {
			head := prefix(piece, room)
			line, piece = head, piece[len(head):]
			flush()
		}
		line += piece
	}
	return append(lines, strings.TrimRight(line, " "))
}

func libraryWidth(text string) int {
	return (&runewidth.Condition{StrictEmojiNeutral: true}).StringWidth(text)
}

// A character has the kind that its width and the places to break say, in
// whatever way it is found.
func TestKindAt(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if r == 0xd800 {
			r = 0xe000 // no characters between
		}
		text := string(r)
		k, size := kindAt(text, 0)
		if isWord(text[0]) {
			k, size = narrow, 1
		} else if isChinese(text, 0) {
			k, size = wide, 3
		}
		if k != kindOf(r) || size != len(text) {
			t.Errorf("%q: %b, %d bytes", r, k, size)
		}
		for _, beside := range "a字，（ ”" {
			if k == 0 {
				break
			}
			if got, want := k.mayEndBefore(kindOf(beside)), mayBreak(r, beside); got != want {
				t.Errorf("between %q and %q: %v", r, beside, got)
			}
			if got, want := kindOf(beside).mayEndBefore(k), mayBreak(beside, r); got != want {
				t.Errorf("between %q and %q: %v", beside, r, got)
			}
		}
	}
}

// A character that is measured without the library is as wide as the library
// says, and joins with no other.
func TestPlainWidth(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		columns := plainColumns(r)
		if columns == 0 {
			continue
		}
		for _, beside := range []string{"", "a", "字", "”", " ", "１"} {
			text := beside + string(r) + beside
			if got, want := width(text), libraryWidth(text); got != want {
				t.Errorf("%q takes %d columns, not %d", text, want, got)
			}
		}
	}
}

// A line keeps its indent, and goes on two columns further: 29 Chinese characters
// fit behind two columns in 60.
func TestLines(t *testing.T) {
	text := "短\n  " + strings.Repeat("一二三四五", 6) + "\n\n    末"
	want := "短\n  " + strings.Repeat("一二三四五", 5) + "一二三四\n    五\n\n    末\n"
	if got := Lines(text, 60); got != want {
		t.Errorf("got\n%s", got)
	}
	if got := Lines("one\n", 40); got != "one\n" {
		t.Errorf("%q", got)
	}
}
