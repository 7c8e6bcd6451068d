package bench_test

import (
	"bytes"
	"encoding/json"
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

	"rubric/engine/policy"
)

// TestCold compares `rubric eval` of the shipped case with `opa eval` of its Rego
// policies, both as processes of built programs, one after the other in turn:
// without our cache, and with a cache that an earlier run filled.
//
// The opa command is built from the version of OPA that we use ourselves. It
// knows none of our functions, so that the policies it gets call stand-ins in
// Rego; and it checks no facts, reads no CEL, and names no causes. Building it
// takes more than a minute, so that this is measured only where FIGURES is set.
//
// Our eval also runs the framework's reconciliation checks, which are as much
// Rego again as its policies. The figures ending in checked are against an opa
// command that evaluates these as well.
func TestCold(t *testing.T) {
	if os.Getenv("FIGURES") == "" {
		t.Skip("FIGURES is not set")
	}
	caseArguments := []string{"eval", caseFolder}
	ours, theirs := buildRubric(t), buildOPA(t)
	cache := filepath.Join(t.TempDir(), "cache")
	policies, checks := opaPolicies(t)
	opa := func(folders ...string) *command {
		c := &command{path: theirs, arguments: []string{"eval", "-i", filepath.Join(caseFolder, "facts.json"), "data.urumqi_dept_2023"}, want: "未达到"}
		for _, dir := range folders {
			c.arguments = append(c.arguments, "-d", dir)
		}
		return c
	}
	commands := []*command{
		opa(policies),
		{path: ours, arguments: caseArguments, environment: "RUBRIC_CACHE=off", want: "81.14"},
		{path: ours, arguments: caseArguments, environment: "RUBRIC_CACHE=" + cache, want: "81.14"},
		opa(policies, checks),
	}
	commands[2].run(t) // fills the cache
	commands[2].times, commands[2].memory = nil, nil
	for range 21 {
		for _, c := range commands {
			c.run(t)
		}
	}
	plain, fresh, cached, checked := commands[0].medians(), commands[1].medians(), commands[2].medians(), commands[3].medians()
	fmt.Printf("figure cold.milliseconds %.0f\n", fresh.milliseconds)
	fmt.Printf("figure cold.milliseconds_cached %.0f\n", cached.milliseconds)
	fmt.Printf("figure cold.megabytes %.0f\n", fresh.megabytes)
	for _, against := range []struct {
		ending string
		opa    cost
	}{{"", plain}, {"_checked", checked}} {
		fmt.Printf("figure cold.rubric_over_opa%s %.2f\n", against.ending, fresh.milliseconds/against.opa.milliseconds)
		fmt.Printf("figure cold.rubric_over_opa_cached%s %.2f\n", against.ending, cached.milliseconds/against.opa.milliseconds)
		fmt.Printf("figure cold.rubric_memory_over_opa%s %.2f\n", against.ending, fresh.megabytes/against.opa.megabytes)
		fmt.Printf("figure cold.rubric_memory_over_opa_cached%s %.2f\n", against.ending, cached.megabytes/against.opa.megabytes)
	}
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

// measured is what one run took.
type measured struct {
	Time   time.Duration `json:"time"`
	Memory int64         `json:"memory"` // kilobytes, at most
}

// run runs the command by way of this program's own small process: a system
// counts what a process took before it became another program, and this one
// takes more than what is measured.
func (c *command) run(t *testing.T) {
	t.Helper()
	run := exec.Command(os.Args[0], append([]string{measureWord, c.path}, c.arguments...)...)
	run.Dir = root
	run.Env = append(os.Environ(), c.environment)
	var said bytes.Buffer
	run.Stderr = &said
	out, err := run.Output()
	var took measured
	if err == nil {
		err = json.Unmarshal(said.Bytes(), &took)
	}
	if err != nil || !bytes.Contains(out, []byte(c.want)) {
		t.Fatalf("%v: %v\n%s%s", run, err, out, said.Bytes())
	}
	c.times, c.memory = append(c.times, took.Time), append(c.memory, took.Memory)
}

// measureWord makes of this program one that runs its further arguments and says
// on its standard error what that took.
const measureWord = "measure"

func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == measureWord {
		os.Exit(measure(os.Args[2], os.Args[3:]))
	}
	os.Exit(m.Run())
}

func measure(path string, arguments []string) int {
	run := exec.Command(path, arguments...)
	run.Stdout = os.Stdout
	start := time.Now()
	err := run.Run()
	took := measured{Time: time.Since(start)}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	took.Memory = run.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
	if json.NewEncoder(os.Stderr).Encode(took) != nil {
		return 1
	}
	return 0
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

// standIns are our functions for policies that the opa command runs; Rego has no
// roots, so that the rate of growth is but near.
const standIns = `package rubric

decimal(n, digits) := sprintf(concat("", ["%.", format_int(digits, 10), "f"]), [n])

exact(n) := sprintf("%v", [n])

growth_rate(old, new, years, digits) := round(((new / old) - 1) / years, digits)

percent(n, digits) := concat("", [decimal(n * 100, digits), "%"])

round(n, digits) := to_number(decimal(n, digits))
`

var ourFunction = regexp.MustCompile(`\brubric\.[a-z_]+\(`)

// opaPolicies are folders with the shipped Rego policies for the opa command,
// and with the reconciliation checks.
func opaPolicies(t *testing.T) (policies, checks string) {
	t.Helper()
	fw := compiled(t).Framework
	sources, helpers := fw.Policies(".rego")
	policies = opaFolder(t, append(sources, helpers...))
	if err := os.WriteFile(filepath.Join(policies, "rubric.rego"), []byte(standIns), 0o600); err != nil {
		t.Fatal(err)
	}
	return policies, opaFolder(t, fw.ChecksIn(".rego"))
}

func opaFolder(t *testing.T, sources []policy.Source) string {
	t.Helper()
	dir := t.TempDir()
	for _, s := range sources {
		text := ourFunction.ReplaceAllString(string(s.Text), "data.$0")
		if err := os.WriteFile(filepath.Join(dir, strings.ReplaceAll(s.File, "/", "_")), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
