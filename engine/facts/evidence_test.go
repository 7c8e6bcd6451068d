package facts

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

const evidenceSource = `documents:
  - {id: accounts, title: 2023年部门决算表, file: papers/accounts.pdf, date: 2024-03-31}
  - id: audit
    title: 审计报告
    digest: sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
facts:
  /budget: {document: accounts, locator: 表6-1}
  /budget/total:
    document: accounts
    locator: 表6-2
    index: 03
    reason: 以决算为准
    also:
      - {value: 1_0.5e, document: audit, locator: 第3页}
      - {value: 1000.10, document: audit, locator: 第4页}
  /projects/0/name: {document: audit, locator: 第1页}
`

func TestEvidence(t *testing.T) {
	e, err := ParseEvidence("evidence.yaml", []byte(evidenceSource))
	if err != nil {
		t.Fatal(err)
	}
	for pointer, want := range map[string]string{
		"/budget":               "2023年部门决算表，表6-1",
		"/budget/rate":          "2023年部门决算表，表6-1",
		"/budget/total":         "2023年部门决算表，表6-2（索引号 03）",
		"/projects/0/name/deep": "审计报告，第1页",
		"/projects/0":           "",
		"/budgetary":            "",
		"":                      "",
	} {
		s, ok := e.For(pointer)
		if ok != (want != "") || ok && s.String() != want {
			t.Errorf("%s: %v, want %q", pointer, s, want)
		}
	}
	s, _ := e.For("/budget/total")
	if len(s.Also) != 2 || s.Also[1].Value != "1000.10" || s.Also[1].Document.Title != "审计报告" || s.Also[1].Locator != "第4页" {
		t.Errorf("also %+v", s.Also)
	}
	if d := e.Documents[0]; d.File != "papers/accounts.pdf" || d.Date != "2024-03-31" || e.Documents[1].Digest == "" || d.Digest != "" {
		t.Errorf("documents %+v", e.Documents)
	}
	if err := e.Check(mustSchema(t, caseSchema)); err != nil {
		t.Errorf("check: %v", err)
	}
	// Every byte counts, even one that means nothing.
	other, _ := ParseEvidence("evidence.yaml", []byte(evidenceSource+"\n"))
	if e.Digest() == other.Digest() || !isDigest(e.Digest()) {
		t.Errorf("digest %s", e.Digest())
	}
}

func TestEvidenceForEverything(t *testing.T) {
	e, err := ParseEvidence("e", []byte("documents: [{id: d, title: 报告}]\nfacts: {\"\": {document: d, locator: 全文}}"))
	if err != nil {
		t.Fatal(err)
	}
	if s, ok := e.For("/a/0/b"); !ok || s.String() != "报告，全文" {
		t.Errorf("%v", s)
	}
}

func TestEvidenceCheck(t *testing.T) {
	e, err := ParseEvidence("evidence.yaml", []byte(`documents: [{id: d, title: T}]
facts:
  /budget/totl: {document: d, locator: x}
  /projects/*/amount: {document: d, locator: x}
  /zzzzzz/1: {document: d, locator: x}
`))
	if err != nil {
		t.Fatal(err)
	}
	problems := problemsOf(t, e.Check(mustSchema(t, caseSchema)))
	if len(problems) != 2 || problems[0].Line != 3 || problems[0].Column != 3 || problems[0].Pointer != "/budget/totl" ||
		problems[0].Message.ID != "facts.evidence_unknown_fact" || problems[0].Message.Args[1].Value != "/budget/total" ||
		problems[1].Line != 5 || problems[1].Message.ID != "facts.evidence_unknown" {
		t.Errorf("%+v", problems)
	}
}

func TestParseEvidenceRefuses(t *testing.T) {
	const documents = "documents: [{id: d, title: T}]\n"
	tests := []struct {
		source string
		want   string // line:id of each problem
	}{
		{"", "1:empty_file"},
		{"# nothing\n", "1:empty_file"},
		{"\xd4\xa4: \xcb\xe3", "1:not_utf8"},
		{"documents: [\n", "1:typo.yaml_unclosed"},
		{"documents: []\n# x\nfacts: a: b\n", "3:typo.yaml_colon_in_text"},
		{"a: b: c", "1:typo.yaml_colon_in_text"},
		{"\t- x", "1:typo.tab"},
		{documents + "---\nfacts: {}", "2:yaml_documents"},
		{"- a", "1:yaml_mapping"},
		{"documents: {}\n", "1:yaml_sequence"},
		{"documents: [a]\n", "1:yaml_mapping"},
		{documents + "fatcs: {}", "2:yaml_key_near"},
		{documents + "facts: {}\nfacts: {}", "3:yaml_duplicate"},
		{"documents:\n- {id: d, title: T, pages: 3}", "2:yaml_key"},
		{"documents:\n- {id: d}", "2:yaml_need"},
		{"documents:\n- {id: d, title: }", "2:yaml_null"},
		{"documents:\n- {id: '', title: T}", "2:yaml_need"},
		{"documents:\n- {id: d, title: [T]}", "2:yaml_text"},
		{"documents:\n- {id: d, title: T}\n- {id: d, title: U}", "3:evidence_same_id"},
		{"documents:\n- {id: d, title: T, date: 2023-13-01}", "2:date"},
		{"documents:\n- {id: d, title: T, digest: abc}", "2:evidence_digest"},
		{"documents:\n- &x {id: d, title: T}\n- *x\n", "3:yaml_mapping"},
		{documents + "facts:\n  /a: {document: x, locator: y}", "3:evidence_document"},
		{documents + "facts:\n  /a: {document: d}", "3:yaml_need"},
		{documents + "facts:\n  /a: d", "3:yaml_mapping"},
		{documents + "facts:\n  a/b: {document: d, locator: y}", "3:bad_pointer"},
		{documents + "facts:\n  /a: {document: d, locator: y}\n  /a: {document: d, locator: z}", "4:yaml_duplicate"},
		{documents + "facts:\n  /a: {document: d, locator: y, page: 3}", "3:yaml_key"},
		{documents + "facts:\n  /a:\n    document: d\n    locator: y\n    reason: r\n    also:\n    - {value: 017, document: d, locator: z}", "8:evidence_number"},
		{documents + "facts:\n  /a:\n    document: d\n    locator: y\n    reason: r\n    also:\n    - {value: 1, document: e, locator: z}", "8:evidence_document"},
		{documents + "facts:\n  /a:\n    document: d\n    locator: y\n    also: {value: 1}", "6:yaml_sequence"},
		{documents + "facts:\n  /a:\n    document: d\n    locator: y\n    also:\n    - {value: 1, document: d, locator: z}", "7:evidence_reason"},
		{"documents:\n- {id: d}\nfacts:\n  /a: {document: e, locator: y}\n  x: {document: d, locator: y}", "2:yaml_need 4:evidence_document 5:bad_pointer"},
	}
	for _, test := range tests {
		e, err := ParseEvidence("evidence.yaml", []byte(test.source))
		var got []string
		for _, p := range problemsOf(t, err) {
			got = append(got, fmt.Sprintf("%d:%s", p.Line, strings.TrimPrefix(p.Message.ID, "facts.")))
		}
		if e != nil || !slices.Equal(got, strings.Fields(test.want)) {
			t.Errorf("%q: %v, want %s\n%v", test.source, got, test.want, err)
		}
	}
}

func FuzzParseEvidence(f *testing.F) {
	f.Add([]byte(evidenceSource))
	f.Add([]byte("documents: [{id: d, title: &a T}]\nfacts: {<<: *a, ? [x] : y}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := ParseEvidence("e", data)
		if err != nil {
			problemsOf(t, err)
			return
		}
		for _, entry := range e.Entries {
			if s, ok := e.For(entry.Pointer); !ok || s.Locator != entry.Locator {
				t.Errorf("%s is not found", entry.Pointer)
			}
		}
	})
}
