package diff

import (
	"strings"
	"unicode"

	"rubric/engine/number"
)

// run is a stretch in which two lists differ.
type run struct{ old, new []string }

// maxAligned bounds the table that two lists are aligned with; what is longer is
// told as changed from the first difference to the last.
const maxAligned = 1_000_000

// align is where two lists differ, in order, keeping as much as possible.
func align(old, new []string) []run {
	var runs []run
	walk(old, new, func(string) {}, func(r run) { runs = append(runs, r) })
	return runs
}

// walk goes through two lists side by side: what both have, and where they
// differ.
func walk(old, new []string, same func(string), differs func(run)) {
	head := 0
	for head < len(old) && head < len(new) && old[head] == new[head] {
		same(old[head])
		head++
	}
	tail := 0
	for tail < len(old)-head && tail < len(new)-head && old[len(old)-1-tail] == new[len(new)-1-tail] {
		tail++
	}
	middle(old[head:len(old)-tail], new[head:len(new)-tail], same, differs)
	for _, s := range old[len(old)-tail:] {
		same(s)
	}
}

func middle(old, new []string, same func(string), differs func(run)) {
	if len(old)*len(new) > maxAligned {
		differs(run{old, new})
		return
	}
	longest := table(old, new)
	var open run
	flush := func() {
		if len(open.old)+len(open.new) > 0 {
			differs(open)
		}
		open = run{}
	}
	for i, k := 0, 0; i < len(old) || k < len(new); {
		switch {
		case i < len(old) && k < len(new) && old[i] == new[k]:
			flush()
			same(old[i])
			i, k = i+1, k+1
		case k == len(new) || i < len(old) && longest[i+1][k] >= longest[i][k+1]:
			open.old = append(open.old, old[i])
			i++
		default:
			open.new = append(open.new, new[k])
			k++
		}
	}
	flush()
}

// table is the length of the longest order that the ends of two lists share.
func table(old, new []string) [][]int {
	longest := make([][]int, len(old)+1)
	for i := range longest {
		longest[i] = make([]int, len(new)+1)
	}
	for i := len(old) - 1; i >= 0; i-- {
		for k := len(new) - 1; k >= 0; k-- {
			if old[i] == new[k] {
				longest[i][k] = longest[i+1][k+1] + 1
			} else {
				longest[i][k] = max(longest[i+1][k], longest[i][k+1])
			}
		}
	}
	return longest
}

// Words is what stayed, went and came between two texts, by words: a Chinese
// character is one, a number with its sign of percent is one. A word that stayed
// between two that did not is told with them.
func Words(old, new string) []Piece {
	var all []Piece
	walk(split(old), split(new), func(s string) {
		if n := len(all); n > 0 && all[n-1].Same != "" {
			all[n-1].Same += s
			return
		}
		all = append(all, Piece{Same: s})
	}, func(r run) {
		all = append(all, Piece{Old: strings.Join(r.old, ""), New: strings.Join(r.new, "")})
	})
	return joined(all)
}

// joined joins changes that only one character stands between.
func joined(pieces []Piece) []Piece {
	var all []Piece
	for i, p := range pieces {
		n := len(all)
		small := p.Same != "" && len([]rune(p.Same)) == 1 && n > 0 && all[n-1].Same == "" && i+1 < len(pieces)
		switch {
		case small:
			all[n-1].Old += p.Same
			all[n-1].New += p.Same
		case p.Same == "" && n > 0 && all[n-1].Same == "":
			all[n-1].Old += p.Old
			all[n-1].New += p.New
		default:
			all = append(all, p)
		}
	}
	return all
}

// split cuts a text into words.
func split(text string) []string {
	var words []string
	var open []rune
	flush := func() {
		if len(open) > 0 {
			words = append(words, string(open))
		}
		open = nil
	}
	for _, r := range text {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._%", r)) {
			open = append(open, r)
			continue
		}
		flush()
		words = append(words, string(r))
	}
	flush()
	return words
}

// equalValue tells whether two texts are the same, as numbers where they are
// numbers.
func equalValue(a, b string) bool {
	x, err := number.ParseFraction(a)
	y, wrong := number.ParseFraction(b)
	if err != nil || wrong != nil {
		return a == b
	}
	return x.Equal(y)
}
