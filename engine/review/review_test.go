package review

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"rubric/engine/message"
)

func TestParse(t *testing.T) {
	marks, err := Parse("review.yaml", []byte("lectures:\n  score: 1530.50\n  reason: 因为\n  by: 李\nbooks: {score: \"2\", reason: r, by: b}\n"))
	if err != nil || len(marks) != 2 {
		t.Fatalf("%v, %v", marks, err)
	}
	m := marks[0]
	if m.Indicator != "lectures" || m.Score.String() != "1530.5" || m.Reason != "因为" || m.By != "李" || m.File != "review.yaml" || m.Line != 1 || m.ScoreLine != 2 {
		t.Errorf("mark %+v", m)
	}
	if m := marks[1]; m.Indicator != "books" || m.Score.String() != "2" || m.Line != 5 {
		t.Errorf("mark %+v", m)
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a: {score: 1, reason: r, by: b}", ""},
		{"a: {score: 017, reason: r, by: b}", "1:review.score"},
		{"a: {score: .5, reason: r, by: b}", "1:review.score"},
		{"a: {score: 1/3, reason: r, by: b}", "1:review.score"},
		{"a: {score: two, reason: r, by: b}", "1:review.score"},
		{"a: {score: 1, by: b}", "1:facts.yaml_need"},
		{"a: {score: 1, reason: \"\", by: b}", "1:facts.yaml_need"},
		{"a: {reason: r, by: b}", "1:facts.yaml_need"},
		{"a:\n  score: 1\n  reason: r\n  by: b\n  mark: 3", "5:review.both"},
		{"a: {score: 1, reason: r, by: b}\na: {score: 2, reason: r, by: b}", "2:facts.yaml_duplicate"},
		{"a: {score: null, reason: r, by: b}", "1:facts.yaml_null"},
		{"a: 1", "1:facts.yaml_mapping"},
		{"- a", "1:facts.yaml_mapping"},
		{"", "1:facts.empty_file"},
	} {
		_, err := Parse("review.yaml", []byte(c.text))
		var problems message.Problems
		if err != nil && !errors.As(err, &problems) {
			t.Fatalf("the error is a %T", err)
		}
		var all []string
		for _, p := range problems {
			all = append(all, fmt.Sprintf("%d:%s", p.Line, p.Message.ID))
		}
		if got := strings.Join(all, " "); got != c.want {
			t.Errorf("%q: problems %q, want %q", c.text, got, c.want)
		}
	}
}
