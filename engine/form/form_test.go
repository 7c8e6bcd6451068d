package form

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Text before and after; "" after means that it is in form.
func TestYAML(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"in form", "a: 1.50   # eins\nb:\n  - {x: 1,  y: 007}\n  - c: '单'\n    d: \"1.0\"\n", ""},
		{"indentation", "a:\n    b:\n        c: 1\nd:\n- x\n-   y: 1\n    z: 2\n", "a:\n  b:\n    c: 1\nd:\n  - x\n  - y: 1\n    z: 2\n"},
		{"ends of lines", "\ufeffa: 1  \r\n\r\n\r\n\r\nb: 2\t\r\n\r\n", "a: 1\n\nb: 2\n"},
		{"no line feed at the end", "a: 1", "a: 1\n"},
		{"comments", "# top\n\na:\n    # of b\n    b: 1 # line\n    # after b\n\n# of c\nc: 2\n# end", "# top\n\na:\n  # of b\n  b: 1 # line\n  # after b\n\n# of c\nc: 2\n# end\n"},
		{"literal block", "a:\n    b: |\n        one  \n\n\n          two\n    c: 1\n", "a:\n  b: |\n      one  \n\n\n        two\n  c: 1\n"},
		{"literal block kept", "a: |+\n  one\n\n\nb: 1\n", ""},
		{"folded block in a list", "-   >-\n    one\n    two\n-   x: |\n      # no comment\n    y: 1\n", "- >-\n    one\n    two\n- x: |\n      # no comment\n  y: 1\n"},
		{"quotes over lines", "a:\n    b: \"one\n\n\n      # two \\\" three\"\n    c: 'it''s\n\n      four'\n", "a:\n  b: \"one\n\n\n    # two \\\" three\"\n  c: 'it''s\n\n    four'\n"},
		{"plain text over lines", "a:\n    b: one\n      two\n\n\n      three\n    c: 1\n", "a:\n  b: one\n    two\n\n\n    three\n  c: 1\n"},
		{"flow over lines", "a:\n    b: {x: 1, # why\n        y: [1,\n          2]}\n", "a:\n  b: {x: 1, # why\n      y: [1,\n        2]}\n"},
		{"lists in lists", "-  -   a\n   -   b\n-\n    c: 1\n", "- - a\n  - b\n-\n  c: 1\n"},
		{"values below", "a:\n      long text\nb:\nc: ~\n", "a:\n  long text\nb:\nc: ~\n"},
		{"digits", "a:   12345678901234567890.10\nb: 0x1F\nc: 1_000\nd: 1e400\ne: 2023-01-01\n", ""},
		{"documents", "---\na:\n    b: 1\n---\nc: 1\n", "---\na:\n  b: 1\n---\nc: 1\n"},
		{"anchors", "a: &x\n    b: 1\nc: *x\n", "a: &x\n  b: 1\nc: *x\n"},
		{"nothing", "", ""},
	} {
		want := c.want
		if want == "" {
			want = c.text
		}
		got, err := Source("a.yaml", []byte(c.text))
		if err != nil || string(got) != want {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.name, err, got, want)
			continue
		}
		if again, err := Source("a.yaml", got); err != nil || string(again) != string(got) {
			t.Errorf("%s: a second time: %v\n%s", c.name, err, again)
		}
	}
}

func TestRego(t *testing.T) {
	got, err := Source("a.rego", []byte("# METADATA\n# title: A\npackage a\nimport rego.v1\n\n# why\nx:=0.950 if{ input.a>=1 }\n"))
	const want = "# METADATA\n# title: A\npackage a\n\nimport rego.v1\n\n# why\nx := 0.950 if input.a >= 1\n"
	if err != nil || string(got) != want {
		t.Errorf("%v\n%s", err, got)
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a.rego", "package a\n\nx := {\n", "a.rego:"},
		{"a.yaml", "a: [1\n", "a.yaml:"},
		{"a.yaml", "a: 1\n b: 2\n", "a.yaml:2:2: "},
	} {
		if got, err := Source(c.name, []byte(c.text)); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%q became %q, %v", c.text, got, err)
		}
	}
}

// What the project ships is in form. Spoilt in several ways, it comes out as it
// was or, where the form leaves the author free, says the same.
func TestShipped(t *testing.T) {
	files := 0
	for _, top := range []string{"../../policies", "../../inputs"} {
		err := filepath.WalkDir(top, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !Has(name) {
				return err
			}
			files++
			text, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			got, err := Source(name, text)
			if err != nil || string(got) != string(text) {
				t.Errorf("%s is not in form: %v", name, err)
			}
			if strings.HasSuffix(name, ".yaml") && !strings.Contains(string(text), ": >") { // in a folded text spaces are content
				spoilt(t, name, string(text))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 80 {
		t.Errorf("only %d files", files)
	}
}

// spoilt brings a text into form again that was brought out of it.
func spoilt(t *testing.T, name, text string) {
	for how, spoil := range map[string]func(string) string{"deeper": deeper, "trailing": trailing, "windows": windows} {
		if got, err := Source(name, []byte(spoil(text))); err != nil || string(got) != text {
			t.Errorf("%s, spoilt by %s, comes out otherwise: %v", name, how, err)
		}
	}
}

// deeper doubles every indentation.
func deeper(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		bare := strings.TrimLeft(l, " ")
		lines[i] = strings.Repeat(" ", 2*(len(l)-len(bare))) + bare
		if strings.HasPrefix(bare, "- ") { // so that what follows stands below it
			lines[i] = strings.Repeat(" ", 2*(len(l)-len(bare))) + "-   " + bare[2:]
		}
	}
	return strings.Join(lines, "\n")
}

func trailing(text string) string { return strings.ReplaceAll(text, "\n", "  \n") + "\n\n" }

func windows(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") }

func FuzzYAML(f *testing.F) {
	f.Add([]byte("a:\n- b: |\n    c\n  # d\n"))
	f.Add([]byte("- - 'x\n\n  y'\n-\n  ? z\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		formed, err := Source("a.yaml", text)
		if err != nil {
			return
		}
		if again, err := Source("a.yaml", formed); err != nil || string(again) != string(formed) {
			t.Errorf("%q became %q, and that %q, %v", text, formed, again, err)
		}
	})
}
