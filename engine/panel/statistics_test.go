package panel

import (
	"strings"
	"testing"

	"rubric/engine/number"
)

func numbers(t *testing.T, text string) []number.Number {
	t.Helper()
	var all []number.Number
	for _, field := range strings.Fields(text) {
		n, err := number.ParseFraction(field)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, n)
	}
	return all
}

func TestMeanAndMedian(t *testing.T) {
	for _, c := range []struct{ marks, mean, median string }{
		{"2", "2", "2"},
		{"1 2", "3/2", "3/2"},
		{"1 2 2", "5/3", "2"},
		{"3 1 2 10", "4", "5/2"},
	} {
		marks := numbers(t, c.marks)
		wantMean, wantMedian := numbers(t, c.mean)[0], numbers(t, c.median)[0]
		if m := mean(marks); !m.Equal(wantMean) {
			t.Errorf("mean of %s: %s, want %s", c.marks, m, c.mean)
		}
		if m := median(marks); !m.Equal(wantMedian) {
			t.Errorf("median of %s: %s, want %s", c.marks, m, c.median)
		}
	}
}

// The first table is that of Siegel and Castellan, three executives who rank six
// applicants: rank sums 8, 14, 11, 11, 11, 8, so S = 25.5 and W = 306/1890. The
// second has a tie: ranks 1.5 1.5 3 and 1 2 3, sums 2.5, 3.5, 6, S = 6.5, T = 6,
// W = 78/(96-12).
func TestAgreement(t *testing.T) {
	for _, c := range []struct{ rows, want string }{
		{"1 6 3 2 5 4|1 5 6 4 2 3|6 3 2 5 4 1", "306/1890"},
		{"1 1 2|1 2 3", "78/84"},
		{"1 2 3|10 20 30|2 4 9", "1"},
		{"1 2|2 1", "0"},
		{"1 1|2 2", ""}, // all alike: not defined
		{"1 2 3", ""},
		{"1|2", ""},
	} {
		var table [][]number.Number
		for _, row := range strings.Split(c.rows, "|") {
			table = append(table, numbers(t, row))
		}
		a, ok := agreement(table)
		if ok != (c.want != "") || ok && !a.W.Equal(numbers(t, c.want)[0]) {
			t.Errorf("%s: %v %v, want %q", c.rows, a.W, ok, c.want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"experts: [{id: a, name: A}]\nmarks:\n  x: {ballots: {a: {score: 1}}}", ""},
		{"experts: [{id: a, name: A}]\nmarks:\n  x: {ballots: {a: {invalid: 缺席}}}", ""},
		{"marks:\n  x: {ballots: {a: {score: 1}}}", "1:facts.yaml_need 2:panel.unknown_expert"},
		{"experts: [{id: a, name: A}, {id: a, name: B}]", "1:panel.same_expert"},
		{"experts: [{id: a, name: A}]\nmarks:\n  x: {ballots: {b: {score: 1}}}", "3:panel.unknown_expert"},
		{"experts: [{id: a, name: A}]\nmarks:\n  x: {ballots: {a: {score: one}}}", "3:panel.score"},
		{"experts: [{id: a, name: A}]\nmarks:\n  x: {ballots: {a: {opinion: good}}}", "3:facts.yaml_need"},
		{"experts: [{id: a, name: A}]\nmarks:\n  x: {reason: r}", "3:facts.yaml_need"},
	} {
		_, err := Parse("panel.yaml", []byte(c.text))
		if got := problemIDs(err); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}
