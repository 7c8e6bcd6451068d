package facts

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"rubric/engine/message"
)

// problemsOf is err as the list of problems that it must be.
func problemsOf(t *testing.T, err error) message.Problems {
	t.Helper()
	var problems message.Problems
	if err != nil && !errors.As(err, &problems) {
		t.Fatalf("the error is a %T, not message.Problems", err)
	}
	return problems
}

func mustParse(t testing.TB, source string) *Document {
	t.Helper()
	doc, err := Parse("facts.json", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestParseRefuses(t *testing.T) {
	const member = `{"a": 1, "b": ` // the next column is 15
	tests := []struct {
		name, source string
		id           string
		line, column int
		pointer      string
	}{
		{"empty", "", "empty_file", 1, 1, ""},
		{"blank", " \r\n\t", "empty_file", 1, 1, ""},
		{"byte order mark", "\ufeff{}", "bom", 1, 1, ""},
		{"UTF-16 with mark", "\xff\xfe{\x00}\x00", "utf16", 1, 1, ""},
		{"UTF-16 without mark", "{\x00}\x00", "utf16", 1, 1, ""},
		{"UTF-16, big end first", "\x00{\x00}", "utf16", 1, 1, ""},
		// The first two bytes happen to be one character of UTF-8.
		{"GBK", "{\n \"a\": \"\xd4\xa4\xcb\xe3\"}", "not_utf8", 2, 9, ""},
		{"broken UTF-8 after text", "{\"预算\": \"\xff\"}", "not_utf8", 1, 9, ""},
		{"not an object", ` [1]`, "not_an_object", 1, 2, ""},
		{"a number", `12`, "not_an_object", 1, 1, ""},
		{"closing bracket alone", `}`, "unexpected", 1, 1, ""},
		{"no JSON", `<html>`, "unexpected", 1, 1, ""},
		{"a word", `budget`, "unquoted", 1, 1, ""},

		{"end in text", `{"a": "x`, "truncated", 1, 9, "/a"},
		{"end in object", "{\"a\": 1\n", "truncated", 2, 1, ""},
		{"end after name", `{"a"`, "truncated", 1, 5, "/a"},
		{"end after colon", `{"a":`, "truncated", 1, 6, "/a"},
		{"end in literal", `{"a": tru`, "truncated", 1, 10, "/a"},
		{"end in list", `{"a": [1, `, "truncated", 1, 11, "/a"},
		{"trailing object", "{}\n {}", "trailing_data", 2, 2, ""},
		{"trailing brace", `{"a": 1}}`, "trailing_data", 1, 9, ""},
		{"trailing NUL", "{\"a\": 1}\x00", "trailing_data", 1, 9, ""},

		{"duplicate", "{\"a\": 1,\n \"b\": {\"c\": 1,\n \"c\": 2}}", "duplicate", 3, 7, "/b/c"},
		{"duplicate by escape", `{"a": 1, "\u0061": 2}`, "duplicate", 1, 20, "/a"},
		{"duplicate among many", `{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":10,"e":11}`, "duplicate", 1, 67, "/e"},

		{"NaN", member + `NaN}`, "no_number", 1, 15, "/b"},
		{"Infinity", member + `Infinity}`, "no_number", 1, 15, "/b"},
		{"minus Infinity", member + `-Infinity}`, "no_number", 1, 16, "/b"},
		{"plus sign", member + `+1}`, "bad_number", 1, 15, "/b"},
		{"no digit before the point", member + `.5}`, "bad_number", 1, 15, "/b"},
		{"no digit after the point", member + `1.}`, "bad_number", 1, 17, "/b"},
		{"no exponent", member + `1e}`, "bad_number", 1, 17, "/b"},
		{"leading zero", member + `007}`, "bad_number", 1, 16, ""},
		{"long exponent", member + `1e999999999}`, "number_too_large", 1, 15, "/b"},
		{"small exponent", member + `1e-201}`, "number_too_large", 1, 15, "/b"},
		{"a million digits", member + strings.Repeat("7", 1_000_000) + `}`, "number_too_large", 1, 15, "/b"},
		{"a million decimals", member + `0.` + strings.Repeat("3", 1_000_000) + `}`, "number_too_large", 1, 15, "/b"},

		{"full-width comma", `{"预算": 1，"b": 2}`, "full_width", 1, 9, ""},
		{"full-width quotation mark", `{“a”: 1}`, "full_width", 1, 2, ""},
		{"full-width colon", `{"a"：1}`, "full_width", 1, 5, "/a"},
		{"single quotes", `{'a': 1}`, "single_quotes", 1, 2, ""},
		{"comment", "{\"a\": 1 // so\n}", "comment", 1, 9, ""},
		{"comma at the end", `{"a": 1,}`, "extra_comma", 1, 8, ""},
		{"comma at the end of a list", `{"a": [1,]}`, "extra_comma", 1, 9, "/a"},
		{"two commas", `{"a": 1,, "b": 2}`, "extra_comma", 1, 9, ""},
		{"no comma", `{"a": 1 "b": 2}`, "missing_separator", 1, 9, ""},
		{"no colon", `{"a" 1}`, "missing_separator", 1, 6, "/a"},
		{"quotation mark in text", `{"a": "b"c"}`, "unquoted", 1, 10, ""},
		{"name without quotes", `{a: 1}`, "name_quotes", 1, 2, ""},
		{"second name without quotes", `{"a": {"b": [1, 2]}, c: 1}`, "name_quotes", 1, 22, ""},
		{"number for a name", `{1: 1}`, "name_quotes", 1, 2, ""},
		{"True", member + `True}`, "unquoted", 1, 15, "/b"},
		{"text without quotes", member + `财政局}`, "unquoted", 1, 15, "/b"},
		{"no such literal", member + `nul}`, "unexpected", 1, 18, "/b"},
		{"line break in text", "{\"a\": \"x\ny\"}", "control_in_text", 1, 9, "/a"},
		{"bad escape", `{"a": "\x"}`, "bad_escape", 1, 8, "/a"},
		{"half a surrogate pair", `{"a": "\ud800"}`, "bad_escape", 1, 8, "/a"},
		{"wrong bracket", `{"a": [1}`, "unexpected", 1, 9, "/a"},

		{"65 deep", strings.Repeat(`{"a":`, 64) + `[]` + strings.Repeat(`}`, 64), "too_deep", 1, 64*5 + 1, ""},
		{"200,000 deep", `{"a":` + strings.Repeat(`[`, 200_000), "too_deep", 1, 5 + 64, ""},
		{"too large", strings.Repeat(" ", MaxBytes) + `{}`, "file_too_large", 1, 1, ""},
		{"too many values", `{"a":[` + strings.Repeat("1,", MaxValues) + `1]}`, "too_many_values", 1, 7 + 2*(MaxValues-2), "/a/1048574"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			start := time.Now()
			doc, err := Parse("facts.json", []byte(test.source))
			if took := time.Since(start); took > time.Minute {
				t.Errorf("refused after %v", took)
			}
			problems := problemsOf(t, err)
			if doc != nil || len(problems) != 1 {
				t.Fatalf("document %v, problems %v", doc, problems)
			}
			p := problems[0]
			if p.Message.ID != "facts."+test.id || p.Line != test.line || p.Column != test.column || p.Pointer != test.pointer || p.File != "facts.json" {
				t.Errorf("%s:%d:%d %q %s, want %d:%d %q facts.%s", p.File, p.Line, p.Column, p.Pointer, p.Message.ID,
					test.line, test.column, test.pointer, test.id)
			}
		})
	}
}

func TestParseAccepts(t *testing.T) {
	doc := mustParse(t, "{\n \"budget\": {\"预/算\": 1230.50, \"~\": -0},\n \"list\": [null, true, \"a\\n\\u4e2d\", {}, []]}\r\n")
	tests := []struct {
		pointer      string
		kind         Kind
		text, json   string
		line, column int
	}{
		{"", Object, "", `{"budget":{"~":-0,"预/算":1230.50},"list":[null,true,"a\n中",{},[]]}`, 1, 1},
		{"/budget", Object, "", `{"~":-0,"预/算":1230.50}`, 2, 12},
		{"/budget/预~1算", Num, "1230.50", `1230.50`, 2, 20},
		{"/budget/~0", Num, "-0", `-0`, 2, 34},
		{"/list/0", Null, "", `null`, 3, 11},
		{"/list/1", Bool, "", `true`, 3, 17},
		{"/list/2", Text, "a\n中", `"a\n中"`, 3, 23},
		{"/list/4", List, "", `[]`, 3, 40},
	}
	for _, test := range tests {
		n := doc.At(test.pointer)
		if n == nil {
			t.Errorf("%q: nothing there", test.pointer)
			continue
		}
		line, column := doc.Position(n)
		if n.Kind != test.kind || n.Text != test.text || string(n.JSON()) != test.json || n.Pointer() != test.pointer {
			t.Errorf("%q: %d %q %s %q", test.pointer, n.Kind, n.Text, n.JSON(), n.Pointer())
		}
		if line != test.line || column != test.column {
			t.Errorf("%q: at %d:%d, want %d:%d", test.pointer, line, column, test.line, test.column)
		}
	}
	for _, pointer := range []string{"/list/5", "/list/01", "/list/-", "/list/-1", "/list/+1", "/none", "/budget/~0/x", "budget", "/~2", "/list/4294967296"} {
		if n := doc.At(pointer); n != nil {
			t.Errorf("%q: found %s", pointer, n.JSON())
		}
	}
	if got := doc.At("/budget/预~1算").Number().String(); got != "1230.5" {
		t.Errorf("the number is %s", got)
	}
}

func TestMembers(t *testing.T) {
	doc := mustParse(t, `{"k":1,"b":2,"j":3,"a":4,"i":5,"c":6,"h":7,"d":8,"g":9,"few":{"y":1,"x":2},"list":[1,2]}`)
	keys := func(nodes []*Node) (keys string) {
		for i, n := range nodes {
			keys += n.Key + " "
			if nodes[0].Parent.children()[n.Index] != n {
				t.Errorf("index %d of %s is wrong (%d)", n.Index, n.Key, i)
			}
		}
		return strings.TrimSpace(keys)
	}
	if got := keys(doc.Root.Members()); got != "k b j a i c h d g few list" {
		t.Errorf("members %s", got)
	}
	if got := keys(doc.Root.SortedMembers()); got != "a b c d few g h i j k list" {
		t.Errorf("sorted members %s", got)
	}
	for _, parent := range []*Node{doc.Root, doc.At("/few")} {
		for _, member := range parent.Members() {
			if parent.Member(member.Key) != member {
				t.Errorf("%s is not found", member.Key)
			}
		}
		if parent.Member("z") != nil {
			t.Error("z is found")
		}
	}
	list := doc.At("/list")
	if list.Len() != 2 || len(list.Elements()) != 2 || list.Members() != nil || list.SortedMembers() != nil || doc.Root.Elements() != nil {
		t.Error("a list is taken for an object, or the other way round")
	}
}

// Many nodes fill several slabs; none of them may move.
func TestSlabs(t *testing.T) {
	doc := mustParse(t, `{"list":[`+strings.Repeat(`{"b":[1],"a":"x"},`, 5000)+`0]}`)
	for i, element := range doc.At("/list").Elements()[:5000] {
		a := element.Member("a")
		if a.Text != "x" || a.Parent != element || int(element.Index) != i || element.Members()[0].Key != "b" {
			t.Fatalf("element %d is %s", i, element.JSON())
		}
	}
}

func TestParsePointer(t *testing.T) {
	tests := []struct {
		pointer string
		tokens  []string
		bad     bool
	}{
		{"", nil, false},
		{"/", []string{""}, false},
		{"/a//b", []string{"a", "", "b"}, false},
		{"/~01/~1~0", []string{"~1", "/~"}, false},
		{"a", nil, true},
		{"/a~", nil, true},
		{"/~2", nil, true},
		{"#/a", nil, true},
	}
	for _, test := range tests {
		tokens, err := ParsePointer(test.pointer)
		if !slices.Equal(tokens, test.tokens) || (err != nil) != test.bad {
			t.Errorf("%q: %q, %v", test.pointer, tokens, err)
		}
		if err != nil && problemsOf(t, err)[0].Message.ID != "facts.bad_pointer" {
			t.Errorf("%q: %v", test.pointer, err)
		}
	}
}

func TestDigest(t *testing.T) {
	const base = `{"b":[1.50,{"d":"中","c":null}],"a":true}`
	same := []string{
		base,
		"{ \"a\" : true,\r\n\t\"b\": [ 1.50, {\"c\": null, \"d\": \"\\u4e2d\"} ] }\n",
		`{"\u0061":true,"b":[1.50,{"d":"\u4e2D","c":null}]}`,
	}
	different := []string{
		`{"b":[1.5,{"d":"中","c":null}],"a":true}`,
		`{"b":[{"d":"中","c":null},1.50],"a":true}`,
		`{"b":[1.50,{"d":"中"}],"a":true}`,
		`{"b":["1.50",{"d":"中","c":null}],"a":true}`,
		`{"b":[15e-1,{"d":"中","c":null}],"a":true}`,
	}
	// printf '{"a":true,"b":[1.50,{"c":null,"d":"中"}]}' | sha256sum
	const want = "sha256:dec1f4e384c4a93b866acef2a7cb4cb9a096fd71a156656ea65fb7517fd5a913"
	for _, source := range same {
		if got := mustParse(t, source).Digest(); got != want {
			t.Errorf("%s: %s", source, got)
		}
	}
	for _, source := range different {
		if mustParse(t, source).Digest() == want {
			t.Errorf("%s: the same digest", source)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":[1,2.50,-0e1,"\ud83d\ude00"],"b":{"c":null}}`, `{"a":1,"a":2}`, `{"a":`, `{"a":NaN}`,
		"\ufeff{}", "{\"\xd4\": 1}", `{"a":1，}`, `{"\\\"":[[],{}]}`, `{"a":"` + "\u2028" + `</script>"}`, `{a}`, `[`, `{"a":.1}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := Parse("f", data)
		if err != nil {
			if p := problemsOf(t, err)[0]; p.Line < 1 || p.Column < 1 {
				t.Errorf("%v has no position", err)
			}
			return
		}
		again, err := Parse("f", doc.Root.JSON())
		if err != nil {
			t.Fatalf("the canonical form %s is refused: %v", doc.Root.JSON(), err)
		}
		if doc.Digest() != again.Digest() {
			t.Errorf("%s has the digest of another", doc.Root.JSON())
		}
		checkAddresses(t, doc, doc.Root)
	})
}

// checkAddresses finds every node again by its own address.
func checkAddresses(t *testing.T, doc *Document, n *Node) {
	if doc.At(n.Pointer()) != n {
		t.Errorf("%q does not lead to its node", n.Pointer())
	}
	for _, child := range n.children() {
		checkAddresses(t, doc, child)
	}
}

func BenchmarkParse(b *testing.B) {
	project := `{"name": "老旧小区改造", "amount": 1234.56, "start": "2023-03-01", "done": true, "indicators": [{"target": 95, "actual": 92.5}, {"target": 10, "actual": 11}]},`
	source := []byte(`{"department": "市财政局", "projects": [` + strings.Repeat(project, 100) + `{}]}`)
	b.SetBytes(int64(len(source)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse("facts.json", source); err != nil {
			b.Fatal(err)
		}
	}
}
