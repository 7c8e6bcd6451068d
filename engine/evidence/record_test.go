package evidence

import (
	"strings"
	"testing"
)

const digestA = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
const digestB = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

// Only the digests are new; comments, quotation marks and layout stay.
func TestRecord(t *testing.T) {
	for _, test := range []struct{ name, before, after string }{
		{"flow", "  - {id: d, title: 决算, file: 资料/决算.pdf, date: 2024-03-01} # 已核\n",
			"  - {id: d, title: 决算, file: 资料/决算.pdf, digest: " + digestA + ", date: 2024-03-01} # 已核\n"},
		{"flow, file last", "  - {id: d, title: T, file: a.pdf}\n", "  - {id: d, title: T, file: a.pdf, digest: " + digestA + "}\n"},
		{"flow, in quotation marks", "  - {id: d, title: T, file: \"a b.pdf\"}\n", "  - {id: d, title: T, file: \"a b.pdf\", digest: " + digestA + "}\n"},
		{"block", "  - id: d\n    title: T # 全文\n    file: a.pdf\n", "  - id: d\n    title: T # 全文\n    digest: " + digestA + "\n    file: a.pdf\n"},
		{"block, file first", "  - file: a.pdf\n    id: d\n    title: T\n", "  - digest: " + digestA + "\n    file: a.pdf\n    id: d\n    title: T\n"},
		{"lines that end as on Windows", "  - id: d\r\n    title: T\r\n    file: a.pdf\r\n", "  - id: d\r\n    title: T\r\n    digest: " + digestA + "\r\n    file: a.pdf\r\n"},
		{"anew", "  - {id: d, title: T, file: a.pdf, digest: '" + digestB + "'}\n", "  - {id: d, title: T, file: a.pdf, digest: '" + digestA + "'}\n"},
		{"anew on the next line", "  - id: d\n    title: T\n    file: a.pdf\n    digest:\n      " + digestB + "\n", "  - id: d\n    title: T\n    file: a.pdf\n    digest:\n      " + digestA + "\n"},
	} {
		head, foot := "# 资料\ndocuments:\n  - {id: e, title: E, file: e.pdf}\n", "facts:\n  /a: {document: d, locator: 第1页}\n"
		got, err := Record("evidence.yaml", []byte(head+test.before+foot), map[string]string{"d": digestA})
		if err != nil || string(got) != head+test.after+foot {
			t.Errorf("%s: %v\n%s", test.name, err, got)
		}
	}
}

// What cannot be changed safely is left alone, with a word.
func TestRecordRefuses(t *testing.T) {
	text := "documents:\n  - {id: d, title: T, file: \"a\\u0020b.pdf\"}\n"
	got, err := Record("evidence.yaml", []byte(text), map[string]string{"d": digestA})
	if err == nil || got != nil || !strings.Contains(err.Error(), "left alone") {
		t.Errorf("%q, %v", got, err)
	}
}
