package reconcile_test

import (
	"slices"
	"strings"
	"testing"

	"rubric/engine/number"
	"rubric/engine/reconcile"
)

const surveys = `{"type": "object", "properties": {
 "plan": {"type": "number"}, "paid": {"type": "number"},
 "survey": {"type": "object", "title": "问卷",
  "x-survey": {"population": "people", "issued": "issued", "returned": "returned", "valid": "valid", "invalid": "invalid", "date": "on",
    "questions": ["content", {"options": "wishes", "valid": "answered", "multiple": true}], "margin": 10},
  "properties": {
   "people": {"type": "integer", "title": "总体人数", "minimum": 0, "x-optional": true},
   "issued": {"type": "integer", "title": "发出", "minimum": 0, "x-optional": true},
   "returned": {"type": "integer", "title": "收回", "minimum": 0, "x-optional": true},
   "valid": {"type": "integer", "title": "有效", "minimum": 0},
   "invalid": {"type": "integer", "title": "无效", "minimum": 0, "x-optional": true},
   "answered": {"type": "integer", "title": "本题有效", "minimum": 0, "x-optional": true},
   "on": {"type": "string", "format": "date", "x-optional": true},
   "content": {"type": "object", "title": "满意吗", "properties": {"yes": {"type": "integer", "title": "满意", "minimum": 0}, "no": {"type": "integer", "title": "不满意", "minimum": 0}}},
   "wishes": {"type": "object", "title": "希望", "x-optional": true, "properties": {"more": {"type": "integer", "title": "更多", "minimum": 0}, "less": {"type": "integer", "title": "更少", "minimum": 0}}}}}}}`

// With 95% and ten points either way, n₀ is 1.96²·0.25/0.1² = 96.04: 97 answers of
// people without end, of 300 people 96.04·300/395.04 = 72.93: 73.
func TestSurvey(t *testing.T) {
	r := rules(t, map[string]string{"facts.schema.json": surveys})
	for _, test := range []struct{ survey, want string }{
		{`"people": 300, "issued": 120, "returned": 110, "valid": 100, "invalid": 10, "content": {"yes": 90, "no": 10}`, ""},
		{`"people": 300, "valid": 73, "content": {"yes": 70, "no": 3}`, ""},
		{`"people": 300, "valid": 72, "content": {"yes": 70, "no": 2}`, "warning /survey/valid "},
		{`"valid": 97, "content": {"yes": 97, "no": 0}`, ""},
		{`"valid": 96, "content": {"yes": 96, "no": 0}`, "warning /survey/valid "},
		{`"valid": 100, "content": {"yes": 90, "no": 9}`, "error /survey/valid 100≠99"},
		{`"returned": 111, "valid": 100, "invalid": 10, "content": {"yes": 90, "no": 10}`, "error /survey/returned 111≠110"},
		{`"issued": 109, "returned": 110, "valid": 100, "invalid": 10, "content": {"yes": 90, "no": 10}`, "error /survey/returned 110≠109"},
		{`"people": 100, "issued": 120, "valid": 100, "content": {"yes": 90, "no": 10}`, "error /survey/issued 120≠100"},
		{`"valid": 100, "answered": 100, "content": {"yes": 90, "no": 10}, "wishes": {"more": 80, "less": 70}`, ""},
		{`"valid": 100, "answered": 60, "content": {"yes": 90, "no": 10}, "wishes": {"more": 61, "less": 60}`, "error /survey/wishes/more 61≠60"},
		{`"valid": 100, "answered": 101, "content": {"yes": 90, "no": 10}`, "error /survey/answered 101≠100"},
	} {
		result, _ := run(t, r, `{"plan": 1, "paid": 1, "survey": {`+test.survey+`}}`)
		if got := strings.Join(told(result), "; "); got != test.want {
			t.Errorf("%s: %s, want %s", test.survey, got, test.want)
		}
	}
	result, _ := run(t, r, `{"plan": 1, "paid": 1, "survey": {"people": 300, "valid": 72, "content": {"yes": 70, "no": 2}}}`)
	f := result.Findings[0]
	if f.Check != "x-survey /survey" || f.Rule.Line != 4 || f.Facts.Len() != 2 ||
		f.Message != "问卷：有效 72，少于所需的样本量 73（总体人数 300，置信度 95%，允许误差 ±10 个百分点）；由样本推断全体时误差更大，请在报告中说明" {
		t.Errorf("%+v", f)
	}
}

// z²/4 over the square of the margin, then n₀·N/(N+n₀−1), by hand.
func TestSampleSize(t *testing.T) {
	for _, c := range []struct {
		confidence     int
		margin, people string
		want           int64
	}{
		{95, "5", "", 385},     // 384.16
		{95, "5", "2000", 323}, // 768320/2383.16 = 322.395
		{95, "5", "361", 187},  // 138681.76/744.16 = 186.36
		{95, "5", "1", 1},      // 384.16/384.16
		{95, "5", "0", 0},
		{99, "5", "", 664},   // 6.635776/4/0.0025 = 663.5776
		{90, "10", "", 68},   // 2.706025/4/0.01 = 67.650625
		{95, "9.8", "", 100}, // 1.96²/4/0.098² = 100, nothing to round up
	} {
		var people *number.Number
		if c.people != "" {
			n, _ := number.Parse(c.people)
			people = &n
		}
		margin, _ := number.Parse(c.margin)
		if got := reconcile.SampleSize(c.confidence, margin, people); !got.Equal(number.Int(c.want)) {
			t.Errorf("%d%% ±%s of %q: %s, want %d", c.confidence, c.margin, c.people, got, c.want)
		}
	}
	if slices.ContainsFunc([]int{90, 95, 99}, func(c int) bool { return reconcile.SampleSize(c, number.Int(5), nil).Sign() <= 0 }) {
		t.Error("a confidence without its z")
	}
}
