// Package stable proves that the same rules and facts give the same bytes,
// wherever and however often, and that changed rules do not.
package stable

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/report"
	"rubric/tests/internal/command"
	"rubric/tests/internal/shipped"
	"rubric/tests/internal/tree"
	"rubric/tests/internal/vary"
)

const runs = 100

func TestMain(m *testing.M) { os.Exit(command.Main(filepath.Join("..", ".."), m.Run)) }

// cases are the shipped case, and one in which every yes is a no.
func cases(t *testing.T, schema *facts.Schema) map[string]*tree.Doc {
	t.Helper()
	flipped := shipped.Facts(t)
	vary.Flip(flipped, bind(t, flipped.Bytes(), schema))
	return map[string]*tree.Doc{"as shipped": shipped.Facts(t), "every yes a no": flipped}
}

func bind(t *testing.T, text []byte, schema *facts.Schema) *facts.Document {
	t.Helper()
	doc, err := facts.Parse("facts.json", text)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Bind(schema); err != nil {
		t.Fatal(err)
	}
	return doc
}

// assessed is the published form of what the rules say of the shipped case with
// these facts.
func assessed(t *testing.T, rules *engine.Rules, text []byte) []byte {
	t.Helper()
	a, err := rules.Evaluate(t.Context(), shipped.Complete(t, bind(t, text, rules.Framework.Schema)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := report.JSON(&out, a); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestRunsAndOrder evaluates many times, with the facts in another order and
// other white space each time, and the framework compiled anew now and then.
func TestRunsAndOrder(t *testing.T) {
	rules := shipped.Rules(t, shipped.FrameworkDir(t))
	for name, doc := range cases(t, rules.Framework.Schema) {
		t.Run(name, func(t *testing.T) {
			want := assessed(t, rules, doc.Bytes())
			rng := rand.New(rand.NewPCG(1, 2023))
			for i := range runs {
				if i%25 == 24 {
					rules = shipped.Rules(t, shipped.FrameworkDir(t))
				}
				if got := assessed(t, rules, shuffled(rng, doc)); !bytes.Equal(got, want) {
					t.Fatalf("run %d: %s", i, firstDifference(want, got))
				}
			}
		})
	}
}

func firstDifference(want, got []byte) string {
	a, b := bytes.Split(want, []byte("\n")), bytes.Split(got, []byte("\n"))
	for i := range min(len(a), len(b)) {
		if !bytes.Equal(a[i], b[i]) {
			return fmt.Sprintf("line %d: %s, was %s", i+1, b[i], a[i])
		}
	}
	return fmt.Sprintf("%d lines, were %d", len(b), len(a))
}

// shuffled is the document as text with its members in any order and white
// space anywhere it may stand.
func shuffled(rng *rand.Rand, doc *tree.Doc) []byte {
	root, _ := doc.At("")
	var out bytes.Buffer
	scatter(&out, rng, root)
	return out.Bytes()
}

func scatter(out *bytes.Buffer, rng *rand.Rand, v any) {
	space := func() { out.WriteString([]string{"", "", " ", "\n", "\r\n\t"}[rng.IntN(5)]) }
	space()
	defer space()
	switch v := v.(type) {
	case map[string]any:
		out.WriteByte('{')
		for i, name := range mixed(rng, v) {
			if i > 0 {
				out.WriteByte(',')
			}
			scatter(out, rng, name)
			out.WriteByte(':')
			scatter(out, rng, v[name])
		}
		out.WriteByte('}')
	case []any:
		out.WriteByte('[')
		for i, element := range v {
			if i > 0 {
				out.WriteByte(',')
			}
			scatter(out, rng, element)
		}
		out.WriteByte(']')
	default:
		text, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		out.Write(text)
	}
}

func mixed(rng *rand.Rand, object map[string]any) []string {
	var names []string
	for name := range object {
		names = append(names, name)
	}
	slices.Sort(names) // so that the seed decides, not the map
	rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	return names
}

// rubric runs the command in a folder and gives what it printed.
func rubric(t *testing.T, dir string, env []string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("rubric", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("rubric %s in %s, %v: %v\n%s", strings.Join(args, " "), dir, env, err, stderr.Bytes())
	}
	return stdout.Bytes()
}

// TestSurroundings runs the command under other time zones, processor counts
// and languages, and from other folders.
func TestSurroundings(t *testing.T) {
	root := shipped.Root(t)
	want := rubric(t, root, nil, "eval", "inputs/"+shipped.Case, "--format", "json")
	for _, env := range [][]string{
		{"TZ=UTC"}, {"TZ=Asia/Urumqi"}, {"TZ=America/St_Johns"},
		{"GOMAXPROCS=1"}, {"GOMAXPROCS=2"}, {"GOMAXPROCS=8"},
		{"LANG=zh_CN.UTF-8", "LC_ALL="}, {"LANG=en_US.UTF-8", "LC_ALL="}, {"LANG=C", "LC_ALL=C"}, {"LC_ALL=de_DE.UTF-8"}, {"LANG=", "LC_ALL=tr_TR.UTF-8"},
		{"HOME=" + t.TempDir()}, {"NO_COLOR=1"}, {"COLUMNS=40"}, {"GOGC=1"},
	} {
		got := rubric(t, root, env, "eval", "inputs/"+shipped.Case, "--format", "json")
		if !bytes.Equal(got, want) {
			t.Errorf("%v: %s", env, firstDifference(want, got))
		}
	}
	for _, lang := range []string{"zh", "en"} {
		got := rubric(t, root, nil, "eval", "inputs/"+shipped.Case, "--format", "json", "--lang", lang)
		if !bytes.Equal(got, want) {
			t.Errorf("--lang %s: %s", lang, firstDifference(want, got))
		}
	}
	for _, dir := range []string{filepath.Join(root, "policies"), shipped.CaseDir(t), t.TempDir()} {
		got := rubric(t, dir, nil, "eval", shipped.CaseDir(t), "--framework", shipped.FrameworkDir(t), "--format", "json")
		if !bytes.Equal(got, want) {
			t.Errorf("in %s: %s", dir, firstDifference(want, got))
		}
	}
}

// TestFileOrder: the order in which the framework's files came into being, which
// is the order in which some file systems list them, does not matter.
func TestFileOrder(t *testing.T) {
	from := shipped.FrameworkDir(t)
	var files []string
	err := filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	facts := shipped.Facts(t).Bytes()
	want := assessed(t, shipped.Rules(t, from), facts)
	for name, order := range map[string]func(){
		"reversed": func() { slices.Reverse(files) },
		"shuffled": func() {
			rand.New(rand.NewPCG(3, 2023)).Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
		},
	} {
		order()
		to := filepath.Join(t.TempDir(), shipped.Framework)
		for _, file := range files {
			copyFile(t, file, to+strings.TrimPrefix(file, from))
		}
		if got := assessed(t, shipped.Rules(t, to), facts); !bytes.Equal(got, want) {
			t.Errorf("files %s: %s", name, firstDifference(want, got))
		}
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, to, string(text))
}

// world is a copy of what is shipped, to be changed.
func world(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := command.World(shipped.Root(t), dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// edit replaces text, which must stand there once, in a file of the framework.
func edit(t *testing.T, dir, file, from, to string) {
	t.Helper()
	path := filepath.Join(dir, "policies", shipped.Framework, file)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(text), from) != 1 {
		t.Fatalf("%s: %q stands there %d times", file, from, strings.Count(string(text), from))
	}
	write(t, path, strings.Replace(string(text), from, to, 1))
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func evaluated(t *testing.T, dir string) engine.Assessment {
	t.Helper()
	var a engine.Assessment
	if err := json.Unmarshal(rubric(t, dir, nil, "eval", "inputs/"+shipped.Case, "--format", "json"), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// line is an indicator in short: outcome, rule score, what was lost for what.
func line(a engine.Assessment, id string) string {
	for _, in := range a.Indicators {
		if in.ID != id {
			continue
		}
		text := fmt.Sprint(in.Outcome, " ", *in.RuleScore, "/", in.Weight)
		for _, d := range in.Deductions {
			text += fmt.Sprintf(" %s:%s", d.Item, d.Share)
		}
		return text
	}
	return "none"
}

// TestEditedThreshold: the same binary, another threshold in a policy file.
func TestEditedThreshold(t *testing.T) {
	dir := world(t)
	before := evaluated(t, dir)
	edit(t, dir, "input/budget/payment_progress.rego", `"target": 0.25`, `"target": 0.15`)
	edit(t, dir, "input/budget/budget_execution_rate.cel.yaml", "execution_rate >= 0.95", "execution_rate >= 0.99")
	after := evaluated(t, dir)
	for _, c := range []struct{ id, before, after string }{
		{"payment_progress", "deducted 0.00/3 第一季度:1/3 第二季度:1/3 第三季度:1/3", "deducted 1.00/3 第二季度:1/3 第三季度:1/3"}, // 17.96%
		{"budget_execution_rate", "full 3.00/3", "deducted 2.70/3 :0.1"},                                        // 98.98%
		{"satisfaction", line(before, "satisfaction"), line(before, "satisfaction")},
	} {
		if got := line(before, c.id); got != c.before {
			t.Errorf("before: %s %s, want %s", c.id, got, c.before)
		}
		if got := line(after, c.id); got != c.after {
			t.Errorf("after: %s %s, want %s", c.id, got, c.after)
		}
	}
	if before.Framework.Digest == after.Framework.Digest {
		t.Error("the framework's digest is still the same")
	}
}

const lectureIndicator = `title: 讲座多于科普教育基地
description: 讲座场次多于科普教育基地数的4倍得满分，否则不得分。
custom:
  interpretation: 只为检验增加指标而设。
  evidence: [讲座记录]
deductions:
  - item: 讲座
    condition: facts.activities.lectures <= 4 * facts.activities.edu_bases
    share: 1
    reason: 讲座{exact(facts.activities.lectures)}场，不多于科普教育基地数{exact(facts.activities.edu_bases)}的4倍，不得分
`

// TestAddedIndicator: the same binary, one indicator more with its policy, for
// which another gives up some of its weight.
func TestAddedIndicator(t *testing.T) {
	dir := world(t)
	before := evaluated(t, dir)
	edit(t, dir, "framework.yaml", "- {id: lectures, weight: 2}", "- {id: lectures, weight: 1.5}\n          - {id: lectures_per_base, weight: 0.5}")
	write(t, filepath.Join(dir, "policies", shipped.Framework, "output/quantity/lectures_per_base.cel.yaml"), lectureIndicator)
	after := evaluated(t, dir)
	if len(after.Indicators) != len(before.Indicators)+1 {
		t.Errorf("%d indicators, were %d", len(after.Indicators), len(before.Indicators))
	}
	if got, want := line(after, "lectures_per_base"), "deducted 0.00/0.5 讲座:1"; got != want { // 36 ≤ 4×10
		t.Errorf("the new indicator: %s, want %s", got, want)
	}
	if got, want := line(after, "lectures"), "full 1.50/1.5"; got != want {
		t.Errorf("the old indicator: %s, want %s", got, want)
	}
	if after.Total.Weight != "100" {
		t.Errorf("total weight %s", after.Total.Weight)
	}
}
