package facts

import (
	"encoding/json"
	"testing"

	"rubric/engine/message"
)

// A text that is not written as asked is told by an example, by the expression
// only where none can be made.
func TestOtherPattern(t *testing.T) {
	catalogue, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ pattern, examples, value, want string }{
		{"^[0-9]{4}$", "", "'2023", "“年”是 4 位数字，如 2023，这里是“'2023”；请改正。"},
		{`^\d{4}$`, "", "23", "“年”是 4 位数字，如 2023，这里是“23”；请改正。"},
		{"^[0-9]{4}-[0-9]{2}$", "", "2023年6月", "“年”要写成“2023-01”的样子，这里是“2023年6月”；请改正。"},
		{"^(Q|q)[1-4]$", "", "一季度", "“年”要写成“Q1”的样子，这里是“一季度”；请改正。"},
		{"^[0-9]{3}(-[0-9]{3})?$", "", "1", "“年”要写成“123”的样子，这里是“1”；请改正。"},
		{"^[0-9]{6}$", `["650100"]`, "1", "“年”是 6 位数字，如 650100，这里是“1”；请改正。"},
		{"^[0-9]{6}$", `["no"]`, "1", "“年”是 6 位数字，如 123456，这里是“1”；请改正。"},
		{"[a-z]", "", "1", "“年”的写法不合要求：“1”不符合格式 [a-z]。请对照其说明填写。"},
		{"^[^a]$", "", "aa", "“年”的写法不合要求：“aa”不符合格式 ^[^a]$。请对照其说明填写。"},
	} {
		pattern, _ := json.Marshal(c.pattern)
		source := `{"type":"object","properties":{"year":{"type":"string","title":"年","pattern":` + string(pattern) + `}}}`
		if c.examples != "" {
			source = `{"type":"object","properties":{"year":{"type":"string","title":"年","examples":` + c.examples + `,"pattern":` + string(pattern) + `}}}`
		}
		s, err := ParseSchema("s.json", []byte(source))
		if err != nil {
			t.Fatal(c.pattern, err)
		}
		m, ok := s.At("/year").Allows(QuoteJSON(c.value))
		if got := catalogue.Text(message.Chinese, m); ok || got != c.want {
			t.Errorf("%s: %s\nwant %s", c.pattern, got, c.want)
		}
	}
}
