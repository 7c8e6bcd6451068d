package bench_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestCold compares `rubric eval` of the shipped case with `opa eval` of its Rego
// policies, both as processes of built programs, one after the other in turn:
// without our cache, and with a cache that an earlier run filled.
//
// The opa command is built from the version of OPA that we use ourselves. It
// knows none of our functions, so that the policies it gets call stand-ins in
// Rego; and it checks no facts, reads no CEL, and names no causes. Building it
// takes more than a minute, so that this is measured only where FIGURES is set.
func TestCold(t *testing.T) {
	if os.Getenv("FIGURES") == "" {
		t.Skip("FIGURES is not set")
	}
	caseArguments := []string{"eval", caseFolder}
	ours, theirs := buildRubric(t), buildOPA(t)
	cache := filepath.Join(t.TempDir(), "cache")
	commands := []*command{
		{path: theirs, arguments: []string{"eval", "-d", opaPolicies(t), "-i", filepath.Join(caseFolder, "facts.json"), "data.urumqi_dept_2023"}, want: "未达到"},
		{path: ours, arguments: caseArguments, environment: "RUBRIC_CACHE=off", want: "81.14"},
		{path: ours, arguments: caseArguments, environment: "RUBRIC_CACHE=" + cache, want: "81.14"},
	}
	commands[2].run(t) // fills the cache
	commands[2].times, commands[2].memory = nil, nil
	for range 21 {
		for _, c := range commands {
			c.run(t)
		}
	}
	opa, fresh, cached := commands[0].medians(), commands[1].medians(), commands[2].medians()
	fmt.Printf("figure cold.milliseconds %.0f\n", fresh.milliseconds)
	fmt.Printf("figure cold.milliseconds_cached %.0f\n", cached.milliseconds)
	fmt.Printf("figure cold.megabytes %.0f\n", fresh.megabytes)
	fmt.Printf("figure cold.rubric_over_opa %.2f\n", fresh.milliseconds/opa.milliseconds)
	fmt.Printf("figure cold.rubric_over_opa_cached %.2f\n", cached.milliseconds/opa.milliseconds)
	fmt.Printf("figure cold.rubric_memory_over_opa %.2f\n", fresh.megabytes/opa.megabytes)
	fmt.Printf("figure cold.rubric_memory_over_opa_cached %.2f\n", cached.megabytes/opa.megabytes)
}

// command is a program run several times as a process of its own.
type command struct {
	path        string
	arguments   []string
	environment string // NAME=value, or ""
	want        string // stands in what it prints

	times  []time.Duration
	memory []int64 // kilobytes, at most
}

func (c *command) run(t *testing.T) {
	t.Helper()
	run := exec.Command(c.path, c.arguments...)
	run.Dir = root
	run.Env = append(os.Environ(), c.environment)
	start := time.Now()
	out, err := run.Output()
	if err != nil || !bytes.Contains(out, []byte(c.want)) {
		t.Fatalf("%v: %v\n%s", run, err, out)
	}
	c.times = append(c.times, time.Since(start))
	c.memory = append(c.memory, run.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)
}

type cost struct{ milliseconds, megabytes float64 }

func (c *command) medians() cost {
	slices.Sort(c.times)
	slices.Sort(c.memory)
	return cost{float64(c.times[len(c.times)/2].Microseconds()) / 1000, float64(c.memory[len(c.memory)/2]) / 1024}
}

func buildRubric(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "rubric")
	build(t, root, "-o", binary, "./cmd/rubric")
	return binary
}

// buildOPA builds the opa command in a module of its own, whose requirements
// are no business of ours.
func buildOPA(t *testing.T) string {
	t.Helper()
	const opa = "github.com/open-policy-agent/opa"
	dir := t.TempDir()
	module := "module opa\n\nrequire " + opa + " " + versionOf(t, opa) + "\n"
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(module), 0o600); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(dir, "opa")
	build(t, dir, "-mod=mod", "-o", binary, opa)
	return binary
}

func build(t *testing.T, dir string, arguments ...string) {
	t.Helper()
	build := exec.Command("go", append([]string{"build"}, arguments...)...)
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// versionOf is the version of a module that the project requires.
func versionOf(t *testing.T, module string) string {
	t.Helper()
	list := exec.Command("go", "list", "-m", "-f", "{{.Version}}", module)
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// standIns are our functions for policies that the opa command runs.
const standIns = `package rubric

decimal(n, digits) := sprintf(concat("", ["%.", format_int(digits, 10), "f"]), [n])

exact(n) := sprintf("%v", [n])

percent(n, digits) := concat("", [decimal(n * 100, digits), "%"])

round(n, digits) := to_number(decimal(n, digits))
`

var ourFunction = regexp.MustCompile(`\brubric\.[a-z_]+\(`)

// opaPolicies is a folder with the shipped Rego policies for the opa command.
func opaPolicies(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("rubric.rego", standIns)
	policies, helpers := compiled(t).Framework.Policies(".rego")
	for _, s := range append(policies, helpers...) {
		text := ourFunction.ReplaceAllString(string(s.Text), "data.$0")
		write(strings.ReplaceAll(s.File, "/", "_"), text)
	}
	return dir
}
