package tests

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rubric/tests/internal/command"
)

var update = flag.Bool("update", false, "rewrite the outputs in README.md, but for those in which … stands")

const (
	elision = "…"    // a line that stands for any number of lines, or the end of a line for any
	mark    = "\x1e" // printed behind each command
)

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(command.Main(root, m.Run))
}

// step is one command of the README and what it prints there.
type step struct {
	line    int    // of the README, from 1
	command string // lines begun with "> " belong to the command before
	output  []string
}

// The transcripts of the README are what the command really prints: they are
// run from top to bottom, in one shell, in a copy of the frameworks and cases.
func TestReadme(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("the transcripts need bash")
	}
	file := filepath.Join(root, "README.md")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	steps := transcripts(lines)
	outputs := perform(t, steps)
	for i, s := range steps {
		if !*update && !matches(s.output, outputs[i]) {
			t.Errorf("README.md:%d: %s\nprints:\n%s", s.line, s.command, strings.Join(outputs[i], "\n"))
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(strings.Join(rewritten(lines, steps, outputs), "\n")), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// transcripts are the commands of all blocks marked console.
func transcripts(lines []string) []step {
	var steps []step
	inside := false
	for i, line := range lines {
		switch {
		case strings.HasPrefix(line, "```"):
			inside = line == "```console"
		case !inside:
		case strings.HasPrefix(line, "$ "):
			steps = append(steps, step{line: i + 1, command: line[2:]})
		case strings.HasPrefix(line, "> ") || line == ">":
			last := &steps[len(steps)-1]
			last.command += "\n" + strings.TrimPrefix(strings.TrimPrefix(line, ">"), " ")
		default:
			last := &steps[len(steps)-1]
			last.output = append(last.output, line)
		}
	}
	return steps
}

// perform runs the commands in one shell, so that what one sets or writes is
// there for the next, and gives what each prints on stdout and stderr.
func perform(t *testing.T, steps []step) [][]string {
	t.Helper()
	dir := t.TempDir()
	if err := command.World(root, dir); err != nil {
		t.Fatal(err)
	}
	var script strings.Builder
	for _, s := range steps {
		built := strings.Replace(s.command, "go run ./cmd/rubric", "rubric", 1) // the same, and it is there already
		script.WriteString(built + "\n{ status=$?; printf '" + mark + "\\n'; (exit $status); }\n")
	}
	shell := exec.Command("bash", "--norc")
	shell.Dir = dir
	shell.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "LANG=en_US.UTF-8"}
	shell.Stdin = strings.NewReader(script.String())
	printed, err := shell.CombinedOutput()
	parts := strings.Split(string(printed), mark+"\n")
	if len(parts) != len(steps)+1 {
		t.Fatalf("%d commands, but %d ended: %v\n%s", len(steps), len(parts)-1, err, printed)
	}
	var outputs [][]string
	for _, part := range parts[:len(steps)] {
		part = strings.TrimSuffix(part, "\n")
		if part == "" {
			outputs = append(outputs, nil)
			continue
		}
		outputs = append(outputs, strings.Split(part, "\n"))
	}
	return outputs
}

// matches compares what was printed with what the README has.
func matches(want, got []string) bool {
	if len(want) == 0 {
		return len(got) == 0
	}
	if want[0] != elision {
		return len(got) > 0 && same(want[0], got[0]) && matches(want[1:], got[1:])
	}
	for skip := 0; skip <= len(got); skip++ {
		if matches(want[1:], got[skip:]) {
			return true
		}
	}
	return false
}

// same compares one line.
func same(want, got string) bool {
	begin, elided := strings.CutSuffix(want, elision)
	return want == got || elided && strings.HasPrefix(got, begin)
}

// rewritten puts the real outputs into the README.
func rewritten(lines []string, steps []step, outputs [][]string) []string {
	for i := len(steps) - 1; i >= 0; i-- {
		elided := func(line string) bool { return strings.HasSuffix(line, elision) }
		if slices.ContainsFunc(steps[i].output, elided) {
			continue
		}
		from := steps[i].line + strings.Count(steps[i].command, "\n")
		lines = slices.Replace(lines, from, from+len(steps[i].output), outputs[i]...)
	}
	return lines
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		want, got string
		is        bool
	}{
		{"a b", "a b", true}, {"a", "a b", false}, {"a b", "a", false},
		{"a … c", "a b b c", true}, {"a … c", "a c", true}, {"a … c", "a b", false},
		{"…", "", true}, {"ab…", "abc", true}, {"ab…", "ba", false}, {"… b …", "a b c d", true}, {"… b … b", "a b c", false},
	} {
		if matches(strings.Fields(c.want), strings.Fields(c.got)) != c.is {
			t.Errorf("%q, %q: want %v", c.want, c.got, c.is)
		}
	}
}
