// Package badinput_test gives the command files that are wrong in every way
// that people and programs have of getting them wrong. Each is refused: exit
// code 2, nothing on stdout, nothing written, within two seconds, and with a
// message that names the file, the place and what to do.
//
// What is said stands in testdata/messages.txt, for people to read;
// go test ./tests/badinput -update rewrites it.
package badinput_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"rubric/tests/internal/command"
)

const (
	root   = "../.."
	golden = "testdata/messages.txt"
	folder = "inputs/urumqi-kexie-2023"
	limit  = 2 * time.Second // of the processor: a busy machine does not count
)

var update = flag.Bool("update", false, "rewrite "+golden)

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(command.Main(root, m.Run))
}

// world is a copy of the shipped frameworks and cases that a test spoils.
type world struct {
	*testing.T
	dir string
}

func (w world) path(name string) string { return filepath.Join(w.dir, name) }

func (w world) write(name, text string) {
	w.Helper()
	if err := os.WriteFile(w.path(name), []byte(text), 0o666); err != nil {
		w.Fatal(err)
	}
}

func (w world) read(name string) string {
	w.Helper()
	data, err := os.ReadFile(w.path(name))
	if err != nil {
		w.Fatal(err)
	}
	return string(data)
}

// edit puts new where old stands first in a file.
func (w world) edit(name, old, new string) {
	w.Helper()
	text := w.read(name)
	if !strings.Contains(text, old) {
		w.Fatalf("%s has no %s", name, old)
	}
	w.write(name, strings.Replace(text, old, new, 1))
}

func (w world) remove(name string) {
	w.Helper()
	if err := os.Remove(w.path(name)); err != nil {
		w.Fatal(err)
	}
}

func (w world) link(target, name string) {
	w.Helper()
	w.remove(name)
	if err := os.Symlink(target, w.path(name)); err != nil {
		w.Fatal(err)
	}
}

// facts replaces the facts as a whole.
func facts(text string) func(world) {
	return func(w world) { w.write(folder+"/facts.json", text) }
}

// fact replaces one text in the facts.
func fact(old, new string) func(world) { return in(folder+"/facts.json", old, new) }

// in replaces one text in a file.
func in(file, old, new string) func(world) {
	return func(w world) { w.edit(file, old, new) }
}

const inPost = `"in_post": 42`

// bad are the spoilt inputs, and where the trouble is in each: a part of the
// message in any language.
var bad = []struct {
	name  string
	spoil func(world)
	place string
}{
	// The file of facts as such.
	{"empty file", facts(""), "facts.json:1"},
	{"white space only", facts(" \n\t\n"), "facts.json"},
	{"truncated", func(w world) {
		text := w.read(folder + "/facts.json")
		w.write(folder+"/facts.json", text[:strings.Index(text, `"payments"`)+20])
	}, "facts.json:24"},
	{"GBK", fact("乌鲁木齐市科学技术协会", "\xce\xda\xc2\xb3\xc4\xbe\xc6\xeb"), "facts.json:2:"},
	{"byte order mark", func(w world) { w.edit(folder+"/facts.json", "{", "\xef\xbb\xbf{") }, "facts.json:1"},
	{"UTF-16", facts("\xff\xfe{\x00}\x00"), "facts.json:1"},
	{"bad UTF-8 in a text", fact("科学技术协会", "科学\xff协会"), "facts.json:2:"},
	{"bad UTF-8 in a name", fact(`"in_post"`, "\"in_\xc3post\""), "facts.json:9:"},
	{"lone surrogate", fact("乌鲁木齐市科学技术协会", `\ud800`), "facts.json:2:"},
	{"trailing data", func(w world) { w.write(folder+"/facts.json", w.read(folder+"/facts.json")+"{}") }, "facts.json:"},
	{"an array instead of an object", facts("[]"), "facts.json:1"},
	{"a text instead of an object", facts(`"facts"`), "facts.json:1"},
	{"depth 200,000 of lists", facts(`{"department": ` + strings.Repeat("[", 200_000) + strings.Repeat("]", 200_000) + "}"), "facts.json:1:"},
	{"depth 200,000 of objects", facts(strings.Repeat(`{"a":`, 200_000) + "1" + strings.Repeat("}", 200_000)), "facts.json:1:"},
	{"17 MiB", facts(strings.Repeat(" ", 17<<20)), "facts.json"},

	// JSON as people write it.
	{"duplicate key", fact(inPost, inPost+`, "in_post": 40`), "facts.json:9:"},
	{"comma at the end", fact(inPost+",", inPost+",,"), "facts.json:9:"},
	{"full-width comma", fact(inPost+",", inPost+"，"), "facts.json:9:"},
	{"single quotes", fact(`"in_post"`, `'in_post'`), "facts.json:9:"},
	{"comment", fact(inPost, inPost+" // 年末"), "facts.json:9:"},
	{"True", fact(`"covers_duties": true`, `"covers_duties": True`), "facts.json:5:"},

	// Numbers.
	{"NaN", fact(inPost, `"in_post": NaN`), "facts.json:9:"},
	{"Infinity", fact(inPost, `"in_post": -Infinity`), "facts.json:9:"},
	{"1e999999999", fact(inPost, `"in_post": 1e999999999`), "facts.json:9:"},
	{"1e-999999999", fact(inPost, `"in_post": 1e-999999999`), "facts.json:9:"},
	{"a million digits", fact(inPost, `"in_post": `+strings.Repeat("9", 1_000_000)), "facts.json:9:"},
	{"a million digits behind the point", fact(inPost, `"in_post": 0.`+strings.Repeat("9", 1_000_000)), "facts.json:9:"},
	{"leading zero", fact(inPost, `"in_post": 042`), "facts.json:9:"},
	{"hexadecimal", fact(inPost, `"in_post": 0x2a`), "facts.json:9:"},
	{"thousands separator", fact(`"funds": 370000`, `"funds": 370,000`), "facts.json:"},

	// Facts against the schema.
	{"key with a misspelling", fact(`"in_post"`, `"in_pots"`), "/staffing/in_pots"},
	{"key out of the blue", fact(inPost, inPost+`, "weather": "晴"`), "/staffing/weather"},
	{"key in other letters", fact(`"in_post"`, `"In_Post"`), "/staffing/In_Post"},
	{"a number as text", fact(inPost, `"in_post": "42"`), "/staffing/in_post"},
	{"a number with its unit", fact(inPost, `"in_post": "42人"`), "/staffing/in_post"},
	{"null for a number", fact(inPost, `"in_post": null`), "/staffing/in_post"},
	{"null for an object", fact(`"q1": {"date": "2023-03-31", "paid": 269.64}`, `"q1": null`), "/payments/q1"},
	{"a number for yes and no", fact(`"covers_duties": true`, `"covers_duties": 1`), "/work_plan/completeness/covers_duties"},
	{"yes and no as text", fact(`"covers_duties": true`, `"covers_duties": "是"`), "/work_plan/completeness/covers_duties"},
	{"a list for a number", fact(inPost, `"in_post": [42]`), "/staffing/in_post"},
	{"not whole", fact(inPost, `"in_post": 42.5`), "/staffing/in_post"},
	{"below the least", fact(inPost, `"in_post": -42`), "/staffing/in_post"},
	{"not a day", fact("2023-06-30", "2023-06-31"), "/payments/q2/date"},
	{"no department", fact(`"department": "乌鲁木齐市科学技术协会",`, ""), "facts.json:1"},

	// The folder.
	{"missing case", func(w world) {
		if err := os.RemoveAll(w.path(folder)); err != nil {
			w.Fatal(err)
		}
	}, folder},
	{"a folder without facts", func(w world) { w.remove(folder + "/facts.json") }, folder + "/facts.json"},
	{"a folder without case.yaml", func(w world) { w.remove(folder + "/case.yaml") }, folder + "/case.yaml"},
	{"facts linked from outside", func(w world) {
		w.write("outside.json", w.read(folder+"/facts.json"))
		w.link("../../outside.json", folder+"/facts.json")
	}, folder + "/facts.json"},
	{"evidence linked to nowhere", func(w world) { w.link("gone.yaml", folder+"/evidence.yaml") }, folder + "/evidence.yaml"},

	// case.yaml.
	{"framework climbs out", in(folder+"/case.yaml", "urumqi-dept-2023", "../policies/urumqi-dept-2023"), "case.yaml:3"},
	{"framework is the parent", in(folder+"/case.yaml", "urumqi-dept-2023", ".."), "case.yaml:3"},
	{"framework is absolute", in(folder+"/case.yaml", "urumqi-dept-2023", "/etc"), "case.yaml:3"},
	{"framework is not there", in(folder+"/case.yaml", "urumqi-dept-2023", "urumqi-dept-2024"), "urumqi-dept-2024"},
	{"no period", in(folder+"/case.yaml", "period: \"2023\"\n", ""), "case.yaml:1"},
	{"unknown key in case.yaml", in(folder+"/case.yaml", "period:", "perod:"), "case.yaml:4"},

	// evidence.yaml.
	{"evidence for an unknown fact", in(folder+"/evidence.yaml", "/payments/q1", "/payments/q5"), "evidence.yaml:"},
	{"evidence from an unknown document", in(folder+"/evidence.yaml", "document: quota_query", "document: quota_qery"), "evidence.yaml:"},
	{"evidence is no YAML", func(w world) { w.write(folder+"/evidence.yaml", "documents: [\n") }, "evidence.yaml:"},
	{"evidence is empty", func(w world) { w.write(folder+"/evidence.yaml", "") }, "evidence.yaml:"},
	{"YAML bomb", func(w world) { w.write(folder+"/evidence.yaml", bomb()) }, "evidence.yaml:"},

	// review.yaml.
	{"review above the weight", in(folder+"/review.yaml", "score: 2.86", "score: 3.01"), "review.yaml:"},
	{"review below zero", in(folder+"/review.yaml", "score: 2.86", "score: -1"), "review.yaml:"},
	{"review of an unknown indicator", in(folder+"/review.yaml", "goal_declaration_coverage:", "goal_declaration_covrage:"), "review.yaml:"},
	{"review is no number", in(folder+"/review.yaml", "score: 2.86", "score: 良好"), "review.yaml:"},
	{"review is NaN", in(folder+"/review.yaml", "score: 2.86", "score: .nan"), "review.yaml:"},
	{"review without a reason", func(w world) { w.write(folder+"/review.yaml", "lectures: {score: 1, by: 专家评审组}\n") }, "review.yaml:1"},
	{"review twice", func(w world) {
		w.write(folder+"/review.yaml", w.read(folder+"/review.yaml")+"media_platform: {score: 1, reason: 重评, by: 专家评审组}\n")
	}, "review.yaml:"},

	// A framework that does not compile.
	{"Rego that is no Rego", in("policies/urumqi-dept-2023/input/budget/payment_progress.rego", "some key, quarter in quarters", "some key quarter in"), "payment_progress.rego:2"},
	{"Rego with a misspelt fact", in("policies/urumqi-dept-2023/input/budget/payment_progress.rego", "input.budget.annual.total", "input.budget.anual.total"), "payment_progress.rego:2"},
	{"CEL that is no CEL", in("policies/urumqi-dept-2023/output/quantity/lectures.cel.yaml", "facts.activities.lectures / variables.target", "facts.activities.lectures /"), "lectures.cel.yaml:11"},
	{"CEL with a misspelt fact", in("policies/urumqi-dept-2023/output/quantity/lectures.cel.yaml", "facts.activities.lectures /", "facts.activities.lecturs /"), "lectures.cel.yaml:11"},
	{"framework.yaml with a duplicate key", in("policies/urumqi-dept-2023/framework.yaml", "version:", "id: x\nversion:"), "framework.yaml:"},
	{"weight that is no number", in("policies/urumqi-dept-2023/framework.yaml", "{id: lectures, weight: 2}", "{id: lectures, weight: 017}"), "framework.yaml:"},
	{"schema that is no JSON", in("policies/urumqi-dept-2023/facts.schema.json", `"type": "object",`, `"type": "object"`), "facts.schema.json:"},
	{"schema keyword without effect", in("policies/urumqi-dept-2023/facts.schema.json", `"minLength": 1`, `"minLenght": 1`), "facts.schema.json:"},
}

// bomb is YAML that names each line twice in the next.
func bomb() string {
	text := "a0: &a0 [x, x]\n"
	for _, pair := range []string{"01", "12", "23", "34", "45", "56", "67", "78", "89"} {
		text += "a" + pair[1:] + ": &a" + pair[1:] + " [*a" + pair[:1] + ", *a" + pair[:1] + "]\n"
	}
	return text
}

// said is one run: what it printed, and its exit code.
type said struct {
	stdout, stderr string
	code           int
}

// eval runs the main command on the shipped case in a world.
func eval(t *testing.T, dir, lang string) said {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*limit)
	defer cancel()
	c := exec.CommandContext(ctx, "rubric", "eval", folder, "--lang", lang, "-o", "out/result.txt")
	var stdout, stderr bytes.Buffer
	c.Dir, c.Stdout, c.Stderr = dir, &stdout, &stderr
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if took := c.ProcessState.UserTime() + c.ProcessState.SystemTime(); took > limit {
		t.Errorf("--lang %s took %v", lang, took)
	}
	return said{stdout.String(), stderr.String(), c.ProcessState.ExitCode()}
}

func TestBadInput(t *testing.T) {
	messages := make([]string, len(bad))
	t.Run("each", func(t *testing.T) {
		for i, b := range bad {
			t.Run(b.name, func(t *testing.T) {
				t.Parallel()
				messages[i] = refused(t, b.spoil, b.place)
			})
		}
	})
	var all strings.Builder
	for i, b := range bad {
		all.WriteString("# " + b.name + "\n" + messages[i] + "\n")
	}
	if *update {
		if err := os.WriteFile(golden, []byte(all.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	compare(t, all.String())
}

var chinese = regexp.MustCompile(`\p{Han}`)

// refused checks that the spoilt case is refused as it must be, and gives the
// messages.
func refused(t *testing.T, spoil func(world), place string) string {
	w := world{t, t.TempDir()}
	if err := command.World(root, w.dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(w.path("out"), 0o777); err != nil {
		t.Fatal(err)
	}
	spoil(w)
	var all string
	for _, lang := range []string{"zh", "en"} {
		got := eval(t, w.dir, lang)
		if got.code != 2 || got.stdout != "" {
			t.Errorf("--lang %s: exit code %d, stdout %q", lang, got.code, got.stdout)
		}
		if !strings.Contains(got.stderr, place) {
			t.Errorf("--lang %s: the place %s is not named:\n%s", lang, place, got.stderr)
		}
		if strings.Contains(got.stderr, w.dir) || strings.Contains(got.stderr, "goroutine ") || len(got.stderr) > 4000 {
			t.Errorf("--lang %s: not for people:\n%.4000s", lang, got.stderr)
		}
		if lang == "zh" && !chinese.MatchString(got.stderr) {
			t.Errorf("not Chinese:\n%s", got.stderr)
		}
		all += got.stderr
	}
	if left, err := os.ReadDir(w.path("out")); err != nil || len(left) > 0 {
		t.Errorf("written all the same: %v %v", left, err)
	}
	return all
}

func compare(t *testing.T, got string) {
	t.Helper()
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	gotBlocks, wantBlocks := strings.Split(got, "\n\n"), strings.Split(string(want), "\n\n")
	for i, block := range gotBlocks {
		if i >= len(wantBlocks) || block != wantBlocks[i] {
			t.Errorf("%s does not have what is said now:\n%s", golden, block)
		}
	}
	if len(wantBlocks) > len(gotBlocks) {
		t.Errorf("%s has messages that are not said any more", golden)
	}
}

// The world that is spoilt above is in order as it stands.
func TestGoodInput(t *testing.T) {
	dir := t.TempDir()
	if err := command.World(root, dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "out"), 0o777); err != nil {
		t.Fatal(err)
	}
	if got := eval(t, dir, "en"); got.code != 0 {
		t.Errorf("%+v", got)
	}
}
