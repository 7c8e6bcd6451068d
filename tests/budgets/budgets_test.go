// Package budgets_test runs policies that would never end, or take all memory,
// each in a process of its own: they must fail by the limits within a second,
// and with the limit on steps switched off end soon after a deadline.
package budgets_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/policy"
	"rubric/engine/policy/cel"
	"rubric/engine/policy/rego"
)

const (
	second   = time.Second // within which the limits end a policy
	deadline = 500 * time.Millisecond
	overrun  = 100 * time.Millisecond

	// patience is how many times longer a step may take while other tests run on
	// the same cores; the figures say how long it did take.
	patience  = 10
	maxMemory = 256 << 20
)

const schemaText = `{
 "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": false,
 "properties": {
  "name": {"type": "string"}, "long": {"type": "string"}, "n": {"type": "number"},
  "list": {"type": "array", "items": {"type": "number"}},
  "texts": {"type": "array", "items": {"type": "string"}}
 }}`

// factsText has a text of a megabyte and a list of many numbers.
func factsText() []byte {
	var b strings.Builder
	b.WriteString(`{"name": "abcdefgh", "n": 12345678901234567, "long": "`)
	b.WriteString(strings.Repeat("ab", 1<<19))
	b.WriteString(`", "texts": ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"], "list": [0`)
	for i := range 50_000 {
		fmt.Fprintf(&b, ",%d", i)
	}
	b.WriteString("]}")
	return []byte(b.String())
}

// order is what a child process is told to do.
type order struct {
	Language string
	Text     string
	Free     bool // without a limit on steps, with more memory, but with a deadline
}

// outcome is what became of it.
type outcome struct {
	Refused  string // why it did not compile
	Failure  *policy.Failure
	Error    string
	Took     time.Duration
	Over     time.Duration // after the deadline
	Memory   int64         // peak of the process, bytes
	Used     policy.Usage
	Repeated bool // a second run ended the same way
}

const orderName = "RUBRIC_BUDGETS_ORDER"

func TestMain(m *testing.M) {
	if text := os.Getenv(orderName); text != "" {
		var o order
		if err := json.Unmarshal([]byte(text), &o); err != nil {
			panic(err)
		}
		out, _ := json.Marshal(o.run())
		fmt.Println(string(out))
		return
	}
	os.Exit(m.Run())
}

func (o order) compile() (*policy.Policy, *facts.Document, error) {
	schema, err := facts.ParseSchema("facts.schema.json", []byte(schemaText))
	if err != nil {
		panic(err)
	}
	doc, err := facts.Parse("facts.json", factsText())
	if err == nil {
		err = doc.Bind(schema)
	}
	if err != nil {
		panic(err)
	}
	var limits policy.Limits
	if o.Free {
		limits = policy.Limits{Steps: policy.NoLimit, Bytes: 64 << 20}
	}
	language := map[string]policy.Language{"rego": rego.Language{Limits: limits}, "cel": cel.Language{Limits: limits}}[o.Language]
	all, err := language.Compile(context.Background(), policy.Unit{Schema: schema, Policies: []policy.Source{
		{Indicator: "p", File: "p" + language.Extension(), Text: []byte(o.Text)}}})
	if err != nil {
		return nil, nil, err
	}
	return all[0], doc, nil
}

func (o order) run() (out outcome) {
	p, doc, err := o.compile()
	if err != nil {
		out.Refused = err.Error()
		return out
	}
	ctx := context.Background()
	if o.Free {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, deadline)
		defer cancel()
	}
	var late watch // read once the timer is known to have fired
	timer := time.AfterFunc(deadline, func() { late = now() })
	start := now()
	finding, err := p.Evaluate(ctx, doc)
	out.Took = start.passed()
	if !timer.Stop() {
		out.Over = late.passed()
	}
	out.Memory = peakMemory()
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		out.Error = "deadline"
	case err != nil:
		out.Error = err.Error()
	default:
		out.Failure, out.Used = finding.Failure, finding.Used
	}
	if !o.Free {
		again, err := p.Evaluate(ctx, doc)
		out.Repeated = err == nil && asText(again) == asText(finding)
	}
	return out
}

// watch is a moment, by the clock and by the time that this process worked.
type watch struct {
	clock  time.Time
	worked time.Duration
}

func now() watch {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return watch{time.Now(), time.Duration(u.Utime.Nano() + u.Stime.Nano())}
}

// passed is the time since w, without that in which the machine was busy with
// something else.
func (w watch) passed() time.Duration {
	then := now()
	return min(then.clock.Sub(w.clock), then.worked-w.worked)
}

func asText(f *policy.Finding) string {
	text, _ := json.Marshal(f)
	return string(text)
}

// peakMemory is the most memory this process had, as far as the system tells.
func peakMemory() int64 {
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		var kilobytes int64
		if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kilobytes); n == 1 {
			return kilobytes << 10
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys)
}

// child carries out an order in a process of its own.
func (o order) child(t *testing.T) outcome {
	t.Helper()
	text, _ := json.Marshal(o)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	self, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(ctx, self)
	c.Env = append(os.Environ(), orderName+"="+string(text))
	said, err := c.Output()
	if err != nil {
		t.Fatalf("the process died: %v\n%s", err, said)
	}
	var out outcome
	if err := json.Unmarshal(said, &out); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	return out
}

func TestRunaways(t *testing.T) {
	var failed atomic.Int64
	t.Run("all", func(t *testing.T) {
		for _, r := range runaways() {
			t.Run(r.Language+"/"+r.name, func(t *testing.T) {
				t.Parallel()
				r.check(t)
				if !t.Failed() {
					failed.Add(1)
				}
			})
		}
	})
	fmt.Printf("figure budgets.runaway_failed %d\n", failed.Load())
	fmt.Printf("figure budgets.runaway_policies %d\n", len(runaways()))
	fmt.Printf("figure budgets.longest_milliseconds %d\n", time.Duration(longestRun.Load()).Milliseconds())
	fmt.Printf("figure budgets.longest_overrun_milliseconds %d\n", time.Duration(longestOver.Load()).Milliseconds())
}

// The longest that a policy took to fail, and to end after the deadline.
var longestRun, longestOver atomic.Int64

func longest(so *atomic.Int64, took time.Duration) {
	for old := so.Load(); int64(took) > old && !so.CompareAndSwap(old, int64(took)); old = so.Load() {
	}
}

func (r runaway) check(t *testing.T) {
	limited := order{Language: r.Language, Text: r.text}
	got := limited.child(t)
	if r.refused != "" {
		if !strings.Contains(got.Refused, r.refused) {
			t.Errorf("not refused: %+v", got)
		}
		return
	}
	t.Logf("%v, %d MB, %+v, %s", got.Took, got.Memory>>20, got.Used, told(got))
	switch {
	case got.Failure == nil:
		t.Fatalf("it did not fail: %+v", got)
	case got.Failure.File == "" || got.Failure.Line == 0 || !namesLimit(got.Failure.Message):
		t.Errorf("the failure says too little: %+v", got.Failure)
	case !got.Repeated:
		t.Error("it ended in another way the second time")
	}
	longest(&longestRun, got.Took)
	if got.Took > patience*second || got.Memory > maxMemory {
		t.Errorf("took %v and %d MB", got.Took, got.Memory>>20)
	}
	limited.Free = true
	free := limited.child(t)
	t.Logf("without fuel: %v, %v after the deadline, %d MB, %s", free.Took, free.Over, free.Memory>>20, told(free))
	longest(&longestOver, free.Over)
	if free.Over > patience*overrun || free.Memory > maxMemory {
		t.Errorf("without fuel it took %v after the deadline and %d MB", free.Over, free.Memory>>20)
	}
}

func told(o outcome) string {
	if o.Failure == nil {
		return o.Error
	}
	return fmt.Sprint(o.Failure.Line, " ", o.Failure.Message)
}

// namesLimit tells whether a message, or the reason in it, has a limit.
func namesLimit(m message.Message) bool {
	for _, a := range m.Args {
		if a.Name == "limit" {
			return true
		}
	}
	text, _ := json.Marshal(m)
	return strings.Contains(string(text), `"limit"`)
}
