package grid

import "testing"

func TestConverted(t *testing.T) {
	for _, c := range []struct{ digits, from, to, want string }{
		{"12472200", "元", "万元", "1247.22"},
		{"1247.22", "万元", "元", "12472200"},
		{"1247.22", "万", "元", "12472200"},
		{"1247.22", " 万", "万元", "1247.22"},
		{"0.3", "亿元", "万元", "3000"},
		{"5", "‰", "%", "0.5"},
		{"1", "元", "人", ""},
		{"1", "万", "", ""},
		{"", "元", "万元", ""},
	} {
		got, ok := converted(c.digits, c.from, c.to)
		if got != c.want && ok || ok != (c.want != "") {
			t.Errorf("%s %s in %s: %q %v, want %q", c.digits, c.from, c.to, got, ok, c.want)
		}
	}
}
