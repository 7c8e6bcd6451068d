package lint

import (
	"embed"
	"strings"

	"rubric/engine/message"
)

//go:embed docs
var pages embed.FS

// The headings of the parts of a page that are in one language.
const (
	chineseHeading = "## 中文"
	englishHeading = "## English"
)

// Page is the documentation of a rule, in Markdown, with its text in one
// language; "" if there is no such rule.
func Page(rule string, lang message.Lang) string {
	text, err := pages.ReadFile("docs/" + rule + ".md")
	if err != nil {
		return ""
	}
	own, other := englishHeading, chineseHeading
	if lang == message.Chinese {
		own, other = other, own
	}
	var out []string
	for _, part := range strings.Split("\n"+string(text), "\n## ") {
		switch heading, rest, _ := strings.Cut(part, "\n"); "## " + heading {
		case other:
		case own:
			out = append(out, strings.TrimSpace(rest))
		default:
			out = append(out, strings.TrimSpace(strings.TrimPrefix("## "+part, "## \n")))
		}
	}
	return strings.Join(out, "\n\n") + "\n"
}

// Summary is the first sentence of a rule's page.
func Summary(rule string, lang message.Lang) string {
	heading := englishHeading
	if lang == message.Chinese {
		heading = chineseHeading
	}
	text, err := pages.ReadFile("docs/" + rule + ".md")
	if err != nil {
		return ""
	}
	_, rest, _ := strings.Cut(string(text), heading+"\n")
	line, _, _ := strings.Cut(strings.TrimSpace(rest), "\n")
	return line
}

// Example is a file of an example on a page. Its head (title, written rule,
// evidence, package) is left out there.
type Example struct {
	Fails bool
	File  string
	Text  string
}

// Examples are the examples of a rule's page, in its order.
func Examples(rule string) (all []Example) {
	text, _ := pages.ReadFile("docs/" + rule + ".md") // a rule without a page has none
	fails := false
	lines := strings.Split(string(text), "\n")
	for i := 0; i < len(lines); i++ {
		switch {
		case strings.HasPrefix(lines[i], "## "):
			fails = strings.Contains(lines[i], "Fails")
		case strings.HasPrefix(lines[i], "```"):
			_, file, _ := strings.Cut(lines[i], " ")
			begin := i + 1
			for i++; i < len(lines) && lines[i] != "```"; i++ {
			}
			all = append(all, Example{fails, file, strings.Join(lines[begin:i], "\n") + "\n"})
		}
	}
	return all
}

// Index is the table of all rules, as docs/README.md has it.
func Index() string {
	var out strings.Builder
	out.WriteString("# 检查规则 (rules of the check)\n\n" +
		"`rubric check DIR` 按这些规则检查指标体系，`rubric check --explain 规则名` 显示一条规则的说明。\n\n" +
		"| 规则 rule | 级别 severity | 查什么 | what it looks for |\n| --- | --- | --- | --- |\n")
	for _, r := range Rules() {
		out.WriteString("| [" + r.Name + "](" + r.Name + ".md) | " + string(r.Severity) + " | " +
			Summary(r.Name, message.Chinese) + " | " + Summary(r.Name, message.English) + " |\n")
	}
	return out.String()
}
