package message

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

const sample = `
a.fact:
  zh: 没有“{pointer}”；是不是“{guess}”？
  en: no fact {pointer}; did you mean {guess}?
a.plain:
  zh: '花括号 {"share": 1} 和 {Over} 照写'
  en: 'braces {"share": 1} and {Over} stand'
a.twice:
  zh: "{x}、{x}"
  en: "{x} and {x}"
a.inner:
  zh: 内层 {n}
  en: inner {n}
`

func catalogue(t *testing.T, texts ...string) (*Catalogue, error) {
	t.Helper()
	files := fstest.MapFS{}
	for i, text := range texts {
		files["catalog/"+string(rune('a'+i))+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	c, err := read(files)
	if err != nil {
		t.Fatal(err)
	}
	return c, c.Check()
}

func sampleCatalogue(t *testing.T) *Catalogue {
	t.Helper()
	c, err := catalogue(t, sample)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestText(t *testing.T) {
	c := sampleCatalogue(t)
	inner := New("a.inner", "n", 3)
	tests := []struct {
		name   string
		m      Message
		zh, en string
	}{
		{"arguments", New("a.fact", "pointer", "/a", "guess", "/b"), "没有“/a”；是不是“/b”？", "no fact /a; did you mean /b?"},
		{"other braces", New("a.plain"), `花括号 {"share": 1} 和 {Over} 照写`, `braces {"share": 1} and {Over} stand`},
		{"one argument twice", New("a.twice", "x", 1), "1、1", "1 and 1"},
		{"a message inside", New("a.twice", "x", inner), "内层 3、内层 3", "inner 3 and inner 3"},
		{"messages inside", New("a.inner", "n", []Message{inner, New("a.inner", "n", 4)}), "内层 内层 3、内层 4", "inner inner 3, inner 4"},
		{"a list of words", New("a.inner", "n", []string{"q1", "q2"}), "内层 q1、q2", "inner q1, q2"},
		{"a problem inside", New("a.inner", "n", Problem{File: "f", Message: inner}), "内层 f: 内层 3", "inner f: inner 3"},
		{"problems inside", New("a.inner", "n", Problems{{Message: inner}, {Message: inner}}), "内层 内层 3\n内层 3", "inner inner 3\ninner 3"},
		{"a placeholder as argument", New("a.fact", "pointer", "{guess}", "guess", "{pointer}"), "没有“{guess}”；是不是“{pointer}”？", "no fact {guess}; did you mean {pointer}?"},
		{"a percent sign", New("a.inner", "n", "100%d"), "内层 100%d", "inner 100%d"},
		{"an error", New("a.inner", "n", errors.New("x")), "内层 x", "inner x"},
		{"a steering argument", New("a.inner", "n", "\x1b[2J\nok\u202e'"), `内层 \x1b[2J\nok\u202e'`, `inner \x1b[2J\nok\u202e'`},
		{"nil", New("a.inner", "n", nil), "内层 <nil>", "inner <nil>"},
		{"argument missing", New("a.fact", "guess", "/b"), "没有“{pointer}”；是不是“/b”？ [a.fact guess=/b]", "no fact {pointer}; did you mean /b? [a.fact guess=/b]"},
		{"id unknown", New("a.none", "x", inner, "y", 2), "[a.none x=内层 3 y=2]", "[a.none x=inner 3 y=2]"},
		{"nothing", Message{}, "[]", "[]"},
		{"odd pairs", New("a.inner", "n"), "内层 {n} [a.inner]", "inner {n} [a.inner]"},
	}
	for _, tt := range tests {
		if got := c.Text(Chinese, tt.m); got != tt.zh {
			t.Errorf("%s: zh %q, want %q", tt.name, got, tt.zh)
		}
		if got := c.Text(English, tt.m); got != tt.en {
			t.Errorf("%s: en %q, want %q", tt.name, got, tt.en)
		}
	}
	if got := c.Text("fr", inner); got != "[a.inner n=3]" {
		t.Errorf("unknown language: %q", got)
	}
}

func TestProblem(t *testing.T) {
	c := sampleCatalogue(t)
	m := New("a.inner", "n", 1)
	tests := []struct {
		p    Problem
		want string
	}{
		{Problem{"facts.json", 12, 5, "/payments/q1/paid", m}, "facts.json:12:5: /payments/q1/paid: inner 1"},
		{Problem{"facts.json", 12, 0, "", m}, "facts.json:12: inner 1"},
		{Problem{"facts.json", 0, 5, "", m}, "facts.json: inner 1"},
		{Problem{"", 2, 5, "", m}, "2:5: inner 1"},
		{Problem{"", 0, 0, "/a", m}, "/a: inner 1"},
		{Problem{Message: m}, "inner 1"},
		{Problem{File: "a\nb.json:1: forged", Message: m}, `a\nb.json:1: forged: inner 1`},
	}
	for _, tt := range tests {
		if got := c.Problem(English, tt.p); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.p, got, tt.want)
		}
	}
}

func TestProblemsAsError(t *testing.T) {
	var ps Problems
	if err := ps.Err(); err != nil {
		t.Errorf("no problems are no error, got %v", err)
	}
	ps.Add(Problem{File: "a.json", Line: 1, Message: New("no.such_id", "x", 1)})
	ps.Add(Problem{Pointer: "/b", Message: New("no.such_id")})
	want := "a.json:1: [no.such_id x=1]\n/b: [no.such_id]"
	if err := ps.Err(); err == nil || err.Error() != want {
		t.Errorf("Err() = %v, want %s", err, want)
	}
	var back Problems
	if !errors.As(ps.Err(), &back) || len(back) != 2 {
		t.Errorf("errors.As found %v", back)
	}
	if got := ps[1].Error(); got != "/b: [no.such_id]" {
		t.Errorf("Problem.Error() = %q", got)
	}
}

func TestReadRefuses(t *testing.T) {
	tests := []struct {
		name  string
		texts []string
		want  string
	}{
		{"a language missing", []string{"a.x: {en: hello}"}, `a.yaml: a.x: no text for "zh"`},
		{"a language too many", []string{"a.x: {en: a, zh: b, fr: c}"}, "language other than"},
		{"placeholders differ", []string{`a.x: {en: "{a}", zh: "{b}"}`}, `placeholders [b] for "zh", [a] for "en"`},
		{"an id of another file", []string{"a.x: {en: a, zh: b}", "a.x: {en: a, zh: b}"}, "b.yaml: a.x: the id does not begin with the file's name"},
		{"an id twice in a file", []string{"a.x: {en: a, zh: b}\na.x: {en: a, zh: b}"}, "already defined"},
		{"no mapping", []string{"- a"}, "catalog/a.yaml"},
	}
	for _, tt := range tests {
		last := string(rune('a' + len(tt.texts)))
		c, err := catalogue(t, append(tt.texts, last+".ok: {en: fine, zh: 好}")...)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %q", tt.name, err, tt.want)
		}
		if got := c.Text(English, New(last+".ok")); got != "fine" {
			t.Errorf("%s: the rest is lost: %q", tt.name, got)
		}
	}
}

func TestLangFromLocale(t *testing.T) {
	tests := []struct {
		all, messages, lang string
		want                Lang
	}{
		{"", "", "", English},
		{"", "", "zh_CN.UTF-8", Chinese},
		{"", "", "ZH-hans", Chinese},
		{"C", "zh_CN", "zh_CN", English},
		{"", "zh_TW", "en_US", Chinese},
		{"", "de_DE", "zh_CN", English},
		{"zh", "en", "en", Chinese},
	}
	for _, tt := range tests {
		env := map[string]string{"LC_ALL": tt.all, "LC_MESSAGES": tt.messages, "LANG": tt.lang}
		if got := LangFromLocale(func(name string) string { return env[name] }); got != tt.want {
			t.Errorf("%v: %s, want %s", env, got, tt.want)
		}
	}
}

func TestParseLang(t *testing.T) {
	for text, want := range map[string]Lang{"zh": Chinese, "en": English, "": "", "ZH": "", "zh_CN": "", "fr": ""} {
		if got, ok := ParseLang(text); got != want || ok != (want != "") {
			t.Errorf("ParseLang(%q) = %q, %v", text, got, ok)
		}
	}
}

// Wherever it stands, a character that steers is found, and no other is taken for
// one.
func TestSteersAnywhere(t *testing.T) {
	for before := range 20 {
		for behind := range 20 {
			around := func(r string) string { return strings.Repeat("a", before) + r + strings.Repeat("b", behind) }
			for _, r := range []string{"\x00", "\n", "\x1f", "\x7f", "\u0085", "\u061c", "\u2028", "\u202e", "\u2069"} {
				if !Steers(around(r)) || !Steers(around("“"+r+"…")) {
					t.Errorf("%q is passed over in %q", r, around(r))
				}
			}
			for _, r := range []string{" ", "~", "“", "…", "\u00a0", "é", "\u0627", "一", "😀", "\xff", "\xe2"} {
				if Steers(around(r)) {
					t.Errorf("%q is taken for one that steers", around(r))
				}
			}
		}
	}
}

// Steers looks at bytes first: it must find what looking at each character finds.
func TestSteers(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if text := "好" + string(r) + "x"; utf8.ValidRune(r) && Steers(text) != steers(r) {
			t.Errorf("%q: %v", text, !steers(r))
		}
	}
}

// What stands in one line is read as YAML reads it, or left to YAML.
func TestPlainTexts(t *testing.T) {
	for _, written := range []string{"字", "a b", `"a: \"b\""`, `"\n"`, "a#b", "a:b", "a'b", "-1", "null", "NULL", "~", "~a",
		"a: b", "a #b", "a:", "a ", "'a'", "'a''b'", "'a' # b", "'", "-", "---", "--- a", "--a", "- a", "|-", "> a", "[a]", "{a}", "&a b", "*a", "!a", "%a", "@a", "`a`", "? a", ", a", "#a", `"\/"`, `"\e"`, `"a" # b`} {
		source := "a.x:\n  zh: " + written + "\n  en: x\n\n# end\n"
		got, ok := plainTexts(source)
		var want map[string]map[Lang]string
		err := yaml.Unmarshal([]byte(source), &want)
		if ok && (err != nil || !maps.Equal(got, want["a.x"])) {
			t.Errorf("%s: %q, YAML says %q, %v", written, got, want, err)
		}
		if simple := strings.Trim(written, "字ab #") == ""; simple && !strings.Contains(written, " #") && written[0] != '#' && written[len(written)-1] != ' ' && !ok {
			t.Errorf("%s is left to YAML", written)
		}
	}
}
