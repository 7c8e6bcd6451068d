package message

import "strings"

// Lang is a language that rubric speaks.
type Lang string

const (
	Chinese Lang = "zh"
	English Lang = "en"
)

// languages are all of them; every sentence stands in each.
func languages() []Lang { return []Lang{Chinese, English} }

// ParseLang reads "zh" or "en".
func ParseLang(s string) (Lang, bool) {
	for _, lang := range languages() {
		if s == string(lang) {
			return lang, true
		}
	}
	return "", false
}

// LangFromLocale is the language of the environment: Chinese if the first of
// LC_ALL, LC_MESSAGES and LANG that is not empty begins with "zh", else
// English. env is os.Getenv or the like.
func LangFromLocale(env func(string) string) Lang {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		locale := env(name)
		if strings.HasPrefix(strings.ToLower(locale), "zh") {
			return Chinese
		}
		if locale != "" {
			return English
		}
	}
	return English
}

// enumerate joins words as the language does it.
func (l Lang) enumerate(words []string) string {
	if l == Chinese {
		return strings.Join(words, "、")
	}
	return strings.Join(words, ", ")
}
