package typo

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"rubric/engine/message"
)

func said1(m message.Message) string {
	text := m.ID
	for _, a := range m.Args {
		text += fmt.Sprintf(" %s=%v", a.Name, a.Value)
	}
	return strings.TrimPrefix(text, "typo.")
}

func TestExpression(t *testing.T) {
	for _, c := range []struct {
		text     string
		language Language
		want     string
	}{
		{"（a） / b", CEL, "0 full_width found=（ want=("},
		{"a >= ０．９５", CEL, "5 full_width found=０．９５ want=0.95"},
		{"a ≥ 0.95", CEL, "2 full_width found=≥ want=>="},
		{"a × 2 － 1", CEL, "2 full_width found=× want=*"},
		{"“true”", CEL, "0 chinese_quote"},
		{"a　> 1", CEL, "1 wide_space"},
		{"a >= 95%", CEL, "5 percent found=95% want=0.95"},
		{"a >= 95% && b", CEL, "5 percent found=95% want=0.95"},
		{"a >= 2.5%", CEL, "5 percent found=2.5% want=0.025"},
		{"a % 95 == 0 and b", CEL, "12 operator found=and want=&&"},
		{"a => 1", CEL, "2 operator found==> want=>="},
		{"a = 1", CEL, "2 operator found== want==="},
		{"a <> 1", CEL, "2 operator found=<> want=!="},
		{"a > 1 And b", CEL, "6 operator found=And want=&&"},
		{"a > 1 OR b", CEL, "6 operator found=OR want=||"},
		{"not a", CEL, "0 operator found=not want=!"},
		{"a & b", CEL, "2 operator found=& want=&&"},
		{"a 大于 1", CEL, "2 operator found=大于 want=>"},
		{"a == 1 且 b", CEL, "7 operator found=且 want=&&"},
		{"a == 优", CEL, "5 unquoted found=优"},
		{"else", CEL, "0 otherwise"},
		{"a > 1,000", CEL, "4 thousands found=1,000 want=1000"},
		{"min(1,000)x", CEL, ""},
		{"(a + (b", CEL, "5 unclosed found=( want=)"},
		{"(a + b]", CEL, "6 crossed found=] want=)"},
		{"a + b)", CEL, "5 unopened found=)"},
		{`a == "优`, CEL, `5 unclosed_text quote="`},
		{`a == "（优）" b`, CEL, ""},
		{"facts.and.or > 1 x", CEL, ""},
		{"a b", CEL, ""},
		{"x := sprintf（\"%s\", [a])", Rego, "12 full_width found=（ want=("},
		{"x if {\n\ta == false and b\n}", Rego, "19 rego_and found=and"},
		{"x if {\n\ta || b\n}", Rego, "10 rego_or found=||"},
		{"x if {\n\t!a\n}", Rego, "8 operator found=! want=not"},
		{"x if {\n\ta != b\n", Rego, "5 unclosed found={ want=}"},
		{"# （\nx := `（`\ny := 1 <> 2", Rego, "20 operator found=<> want=!="},
		{"x := a = b c", Rego, ""},
	} {
		got := ""
		if offset, m, found := Expression(c.text, c.language); found {
			got = fmt.Sprintf("%d %s", offset, said1(m))
		}
		if got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

func TestYAML(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"title：x\ndescription: y\n", "1:6 full_width found=： want=: "},
		{"a: 1\nb:\n  c: x\n  evidence：[y]\nd: 1\n", "4:11 full_width found=： want=: "},
		{"cases:\n  - name：x\n    patch: {a: 1}\n", "2:9 full_width found=： want=: "},
		{"a:\n  - {condition: x， share: 1}\nb: 1\n", "2:18 full_width found=， want=, "},
		{"a:\n  - ｛b: 1, c: 2｝\n", "2:5 full_width found=｛ want={"},
		{"a:\n  - {outcome：x, b: 1\n", "2:13 full_width found=： want=: "},
		{"a: 1\n\tb: 2\n", "2:1 tab"},
		{"a:\n  \tb: 2\n", "2:3 tab"},
		{"a: 1\n  b: 2\n", "2:3 yaml_deeper above=1"},
		{"tree:\n  - id: a\n    title: b\n   weight: 3\n", "4:4 yaml_indent"},
		{"a: b: c\n", "1:5 yaml_colon_in_text"},
		{"title: 甲\nrule: 得分: 完成率\n", "2:9 yaml_colon_in_text"},
		{"a: x\nb:y\nc: 1\n", "2:2 yaml_colon_space key=b"},
		{"a: @x\n", "1:4 yaml_sign found=@"},
		{"a: %x\n", "1:4 yaml_sign found=%"},
		{"a: x\nb\nc: 1\n", "2:0 yaml_no_colon"},
		{"a: [1, 2\nb: 3\n", "1:0 yaml_unclosed"},
		{"a: {b: 1 c: 2}\n", "1:0 yaml_flow"},
		{"a: [1\n", "1:0 yaml_unclosed"},
		{"a: [\n", "1:0 yaml_unclosed"},
		{"a: \"x\n", "1:0 yaml_unclosed"},
		{"a: \"\\d\"\n", "1:0 yaml_escape"},
		{"a: *\n", "1:4 yaml_sign found=*"},
		{"a: \"：，\"\n\tb: 2\n", "2:1 tab"},
		{"a: 1\nb: \xff\n", "2:0 facts.not_utf8"},
	} {
		var n yaml.Node
		err := yaml.NewDecoder(strings.NewReader(c.text)).Decode(&n)
		if err == nil || errors.Is(err, io.EOF) {
			t.Errorf("%q is YAML", c.text)
			continue
		}
		at, m := YAML([]byte(c.text), err)
		if got := fmt.Sprintf("%d:%d %s", at.Line, at.Column, said1(m)); got != c.want {
			t.Errorf("%q: %q, want %q (%v)", c.text, got, c.want, err)
		}
	}
}

func TestNearest(t *testing.T) {
	for _, c := range []struct{ written, want string }{
		{"MIN", "min"}, {"mun", "min"}, {"IF", ""}, {"framwork", "framework"}, {"预算执行率", ""}, {"a", ""}, {"", ""},
	} {
		if got := Nearest(c.written, []string{"min", "max", "rules", "framework"}); got != c.want {
			t.Errorf("%s: %q, want %q", c.written, got, c.want)
		}
	}
}
