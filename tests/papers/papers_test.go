// Package papers_test opens working papers as an auditor does: every formula is
// computed anew and held against what was stored and against the assessment.
package papers_test

import (
	"bytes"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/xuri/excelize/v2"

	"rubric/tests/internal/command"
)

const root = "../.."

func TestMain(m *testing.M) { os.Exit(command.Main(root, m.Run)) }

// assessment is what of an assessment is compared.
type assessment struct {
	Total      struct{ RuleScore, Score *string } `json:"total"`
	Indicators []indicator                        `json:"indicators"`
}

type indicator struct {
	ID, Weight string
	RuleScore  *string `json:"rule_score"`
	Score      *string `json:"score"`
	RuleMark   *string `json:"rule_mark"`
}

func run(t *testing.T, dir string, codes []int, args ...string) []byte {
	t.Helper()
	c := exec.Command("rubric", args...)
	c.Dir = dir
	var out, said bytes.Buffer
	c.Stdout, c.Stderr = &out, &said
	err := c.Run()
	for _, code := range codes {
		if c.ProcessState != nil && c.ProcessState.ExitCode() == code {
			return out.Bytes()
		}
	}
	t.Fatalf("rubric %s: %v\n%s", strings.Join(args, " "), err, said.String())
	return nil
}

func world(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := command.World(root, dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func opened(t *testing.T, dir, of string) *excelize.File {
	t.Helper()
	file := filepath.Join(dir, "papers.xlsx")
	run(t, dir, []int{0, 3}, "papers", of, "-o", file, "--lang", "zh")
	f, err := excelize.OpenFile(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return plain(t, f)
}

// guarded are formulas under the condition that all facts, or all scores, are
// there.
var guarded = regexp.MustCompile(`^IF\((?:C[0-9]+="齐全"|COUNT\([^=]*=[0-9]+),(.*),"(?:等级)?待定"\)$`)

// plain is a workbook whose formulas stand without that condition: excelize takes
// parentheses within the arguments of functions for their end.
func plain(t *testing.T, f *excelize.File) *excelize.File {
	t.Helper()
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		for y := range rows {
			for x := range rows[y] {
				at, _ := excelize.CoordinatesToCellName(x+1, y+1)
				formula, _ := f.GetCellFormula(sheet, at)
				parts := guarded.FindStringSubmatch(formula)
				if parts == nil {
					continue
				}
				inner := strings.TrimSuffix(strings.TrimPrefix(parts[1], "IFERROR("), `,"无")`)
				if err := f.SetCellFormula(sheet, at, inner); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	return f
}

func assessed(t *testing.T, dir, of string) (a assessment) {
	t.Helper()
	if err := json.Unmarshal(run(t, dir, []int{0, 3}, "eval", of, "--format", "json"), &a, json.MatchCaseInsensitiveNames(true)); err != nil {
		t.Fatal(err)
	}
	return a
}

// near tells whether two decimals are the same but for binary noise.
func near(t *testing.T, a, b string) bool {
	x, ok1 := new(big.Rat).SetString(a)
	y, ok2 := new(big.Rat).SetString(b)
	if !ok1 || !ok2 {
		return false
	}
	d := new(big.Rat).Sub(x, y)
	return d.Abs(d).Cmp(big.NewRat(1, 1e9)) < 0
}

// recomputed checks every formula of a workbook and counts them.
func recomputed(t *testing.T, f *excelize.File) (formulas int) {
	t.Helper()
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		for y := range rows {
			for x := range rows[y] {
				at, _ := excelize.CoordinatesToCellName(x+1, y+1)
				formula, err := f.GetCellFormula(sheet, at)
				if err != nil || formula == "" {
					continue
				}
				formulas++
				got, err := f.CalcCellValue(sheet, at, excelize.Options{RawCellValue: true})
				if err != nil || got != rows[y][x] && !near(t, got, rows[y][x]) {
					t.Errorf("%s!%s =%s gives %s, %s is stored: %v", sheet, at, formula, got, rows[y][x], err)
				}
			}
		}
	}
	return formulas
}

// valueBeside is what stands in the column of points in the row of a label.
func valueBeside(t *testing.T, f *excelize.File, sheet, label string) string {
	t.Helper()
	rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	for y, row := range rows {
		if len(row) > 4 && row[1] == label {
			at, _ := excelize.CoordinatesToCellName(5, y+1)
			if formula, _ := f.GetCellFormula(sheet, at); formula == "" {
				return row[4]
			}
			got, err := f.CalcCellValue(sheet, at, excelize.Options{RawCellValue: true})
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
	}
	t.Fatalf("%s: no row %s", sheet, label)
	return ""
}

// TestPapers: recomputed from the sheets alone, every shipped case comes to the
// scores of its assessment.
func TestPapers(t *testing.T) {
	dir := world(t)
	for of, least := range map[string]int{"inputs/urumqi-kexie-2023": 450, "inputs/bridge-project-2023": 60, "inputs/county-fiscal-2023": 15} {
		f, a := opened(t, dir, of), assessed(t, dir, of)
		n := recomputed(t, f)
		t.Logf("%s: %d formulas", of, n)
		if n < least {
			t.Errorf("%s: %d formulas, want at least %d", of, n, least)
		}
		sheets := f.GetSheetList()
		if len(sheets) != 1+len(a.Indicators) {
			t.Fatalf("%s: %d sheets for %d indicators", of, len(sheets), len(a.Indicators))
		}
		for i, in := range a.Indicators {
			if of == "inputs/county-fiscal-2023" {
				if got := valueBeside(t, f, sheets[i+1], "规则等次"); in.RuleMark == nil && got != "不适用" || in.RuleMark != nil && got != *in.RuleMark {
					t.Errorf("%s: rule's mark %s, want %v", sheets[i+1], got, in.RuleMark)
				}
				continue
			}
			if got := valueBeside(t, f, sheets[i+1], "规则得分"); in.RuleScore == nil || !near(t, got, *in.RuleScore) {
				t.Errorf("%s: rule score %s, want %v", sheets[i+1], got, in.RuleScore)
			}
			if got := valueBeside(t, f, sheets[i+1], "最终得分"); in.Score == nil || !near(t, got, *in.Score) {
				t.Errorf("%s: final score %s, want %v", sheets[i+1], got, in.Score)
			}
		}
	}
}

// TestPapersFollow: a fact that is changed by hand changes the score and the total.
func TestPapersFollow(t *testing.T) {
	f := opened(t, world(t), "inputs/urumqi-kexie-2023")
	sheets := f.GetSheetList()
	rows, err := f.GetRows(sheets[6])
	if err != nil {
		t.Fatal(err)
	}
	for y, row := range rows { // paid by the end of the first quarter: 269.64 of 1500.97
		if len(row) > 2 && row[0] == "2" && row[2] == "269.64" {
			if err := f.SetCellValue(sheets[6], fmt.Sprintf("C%d", y+1), 400); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := valueBeside(t, f, sheets[6], "规则得分"); got != "1" {
		t.Errorf("two misses of three leave %s", got)
	}
	last, err := f.GetRows(sheets[0])
	if err != nil {
		t.Fatal(err)
	}
	for y, row := range last {
		if len(row) > 0 && row[0] == "合计" {
			at, _ := excelize.CoordinatesToCellName(4, y+1)
			if got, err := f.CalcCellValue(sheets[0], at); err != nil || got != "82.06" { // 81.06 + 1
				t.Errorf("the total is %s, %v", got, err)
			}
		}
	}
}

// TestPapersAreTheSame: the same case gives the same bytes, and no text of it is a
// formula.
func TestPapersAreTheSame(t *testing.T) {
	dir := world(t)
	facts := filepath.Join(dir, "inputs/urumqi-kexie-2023/evidence.yaml")
	data, err := os.ReadFile(facts)
	if err != nil {
		t.Fatal(err)
	}
	const attack = `=HYPERLINK("http://x","x")`
	changed := strings.ReplaceAll(string(data), "title: 2023年部门决算报表", "title: '"+attack+"'")
	if err := os.WriteFile(facts, []byte(changed), 0o666); err != nil {
		t.Fatal(err)
	}
	var files [2][]byte
	for i := range files {
		f := opened(t, dir, "inputs/urumqi-kexie-2023")
		found := false
		for _, sheet := range f.GetSheetList() {
			rows, _ := f.GetRows(sheet)
			for y, row := range rows {
				for x, text := range row {
					at, _ := excelize.CoordinatesToCellName(x+1, y+1)
					formula, _ := f.GetCellFormula(sheet, at)
					found = found || strings.HasPrefix(text, attack)
					if strings.Contains(formula, "HYPERLINK") {
						t.Errorf("%s!%s is a formula: %s", sheet, at, formula)
					}
				}
			}
		}
		if !found {
			t.Error("the title is nowhere")
		}
		if files[i], err = os.ReadFile(filepath.Join(dir, "papers.xlsx")); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("the same case gives other bytes")
	}
}
