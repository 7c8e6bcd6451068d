// Package command builds the command line for tests that run it as users do.
package command

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// Build compiles rubric into a new folder, which is then put into a PATH, and
// gives the folder. The root is that of the repository.
func Build(root string) (folder string, err error) {
	if folder, err = os.MkdirTemp("", "rubric-command-"); err != nil {
		return "", err
	}
	name := "rubric"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	build := exec.Command("go", "build", "-o", filepath.Join(folder, name), "./cmd/rubric")
	build.Dir = root
	if said, err := build.CombinedOutput(); err != nil {
		return folder, fmt.Errorf("%w\n%s", err, said)
	}
	return folder, nil
}

// World copies the shipped frameworks and cases into a folder, so that a test
// may change them.
func World(root, folder string) error {
	for _, part := range []string{"policies", "inputs"} {
		if err := os.CopyFS(filepath.Join(folder, part), os.DirFS(filepath.Join(root, part))); err != nil {
			return err
		}
	}
	return nil
}

// Main is the body of a TestMain: it builds the command, puts it first in the
// PATH, runs the tests and gives the exit code.
func Main(root string, tests func() int) int {
	folder, err := Build(root)
	defer os.RemoveAll(folder)
	if err == nil {
		err = os.Setenv("PATH", folder+string(os.PathListSeparator)+os.Getenv("PATH"))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return tests()
}
