// Package cli_test runs the command as users do. Each file in testdata is a
// transcript: commands, the files they work on, and what they say.
//
// A transcript finds the shipped policies and inputs in its working directory,
// as copies that it may change. Beside the commands of testscript it has
//
//	exits CODE PROGRAM ARG…    the program ends with this exit code
//	edit FILE OLD NEW          every OLD in the file becomes NEW; \n is a line break
//
// go test ./tests/cli -update rewrites the expected outputs; read the
// difference before you keep it.
package cli_test

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"rubric/tests/internal/command"
)

const root = "../.."

var update = flag.Bool("update", false, "rewrite the expected outputs")

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(command.Main(root, m.Run))
}

func TestTranscripts(t *testing.T) {
	cache := t.TempDir() // for all: most of them evaluate by the same rules
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("LANG", "en_US.UTF-8")
			env.Setenv("XDG_CACHE_HOME", cache)
			return command.World(root, env.WorkDir)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "edit": edit},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARG…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	var exit *exec.ExitError
	switch err := ts.Exec(args[1], args[2:]...); {
	case errors.As(err, &exit):
		code = exit.ExitCode()
	default:
		ts.Check(err)
	}
	if code != want {
		ts.Fatalf("exit code %d, want %d", code, want)
	}
}

func edit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: edit FILE OLD NEW")
	}
	breaks := strings.NewReplacer(`\n`, "\n")
	old, new := breaks.Replace(args[1]), breaks.Replace(args[2])
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, old) {
		ts.Fatalf("%s has no %q", args[0], old)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(text, old, new)), 0o666))
}
