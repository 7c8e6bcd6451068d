package tests

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rubric/engine/policy/rego"
)

// functionsHeading begins the list of the functions of Rego in the README; an
// empty line ends it. A message to authors points there.
const functionsHeading = "Of Rego's own built-in functions these can be called:\n"

// The README lists exactly the functions that a policy in Rego can call.
func TestReadmeListsFunctions(t *testing.T) {
	file := filepath.Join(root, "README.md")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), functionsHeading)
	list, after, end := strings.Cut(rest, "\n\n")
	if !ok || !end {
		t.Fatal("README.md has no list of functions")
	}
	if want := functions(); *update {
		err = os.WriteFile(file, []byte(before+functionsHeading+want+"\n\n"+after), 0o666)
	} else if list != want {
		t.Errorf("README.md should list:\n%s", want)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// functions are the names that can be called as functions, in lines of Markdown.
func functions() string {
	operators := []string{"and", "assign", "div", "eq", "equal", "gt", "gte", "lt", "lte", "minus", "mul", "neq", "or", "plus", "print", "rem"}
	callable := regexp.MustCompile(`^[a-z0-9_.]+$`)
	var lines []string
	line := ""
	for _, name := range rego.Builtins() {
		if slices.Contains(operators, name) || !callable.MatchString(name) || strings.HasPrefix(name, "internal.") || strings.HasPrefix(name, "rubric.") {
			continue
		}
		if name = "`" + name + "`"; len(line)+len(name) > 78 {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimPrefix(line+" "+name, " ")
	}
	return strings.Join(append(lines, line), "\n") + "."
}
