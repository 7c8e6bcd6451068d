package diff

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rubric/engine"
	"rubric/engine/framework"
	"rubric/engine/policy/cel"
	"rubric/engine/policy/rego"
)

const shipped = "../../policies/urumqi-dept-2023"

func compiled(t *testing.T, dir string) *engine.Rules {
	t.Helper()
	fw, err := framework.Load(dir, []string{".rego", ".cel.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	rules, err := engine.Compile(context.Background(), fw, rego.Language{}, cel.Language{})
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// edit is a change of a file: every Old becomes New.
type edit struct{ file, old, new string }

func edited(t *testing.T, edits ...edit) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "urumqi-dept-2023")
	if err := os.CopyFS(dir, os.DirFS(shipped)); err != nil {
		t.Fatal(err)
	}
	for _, e := range edits {
		name := filepath.Join(dir, filepath.FromSlash(e.file))
		text, err := os.ReadFile(name)
		if err != nil || !strings.Contains(string(text), e.old) {
			t.Fatalf("%s has no %q: %v", e.file, e.old, err)
		}
		if err := os.WriteFile(name, []byte(strings.ReplaceAll(string(text), e.old, e.new)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// summary is every change in short, one a line.
func summary(d *Difference) string {
	var lines []string
	add := func(owner string, all []Change) {
		for _, c := range all {
			lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s%s %s|%s|%s", owner, c.Kind, c.Where, c.Old, c.New)))
		}
	}
	add("", d.Framework)
	add("", d.Groups)
	for _, in := range d.Indicators {
		if in.Status != Changed {
			lines = append(lines, in.ID+": "+string(in.Status))
		}
		add(in.ID+": ", in.Changes)
	}
	add("", d.Facts)
	for _, c := range d.Files {
		lines = append(lines, string(c.Kind)+" "+c.File)
	}
	return strings.Join(lines, "\n")
}

const (
	treeFile = "framework.yaml"
	progress = "input/budget/payment_progress.rego"
	rate     = "input/budget/budget_execution_rate.cel.yaml"
)

func TestCompare(t *testing.T) {
	old := compiled(t, shipped)
	for _, c := range []struct {
		name  string
		edits []edit
		want  string
	}{
		{"nothing", nil, ""},
		{"settings and bands", []edit{{treeFile, "version: 1.0.0", "version: 1.1.0"}, {treeFile, "digits: 2", "digits: 1"}, {treeFile, "from: 90}", "from: 92}"}, {treeFile, "to: 90}", "to: 92}"}},
			"key version|1.0.0|1.1.0\nkey rounding|digits 2, mode half_up|digits 1, mode half_up\nband 优|≥ 90|≥ 92\nband 良|[80, 90)|[80, 92)"},
		{"weights", []edit{{treeFile, "{id: plan_completeness, weight: 3}", "{id: plan_completeness, weight: 2.5}"}, {treeFile, "{id: plan_reasonableness, weight: 3}", "{id: plan_reasonableness, weight: 3.5}"}},
			"plan_completeness: weight |3|2.5\nplan_reasonableness: weight |3|3.5"},
		{"the same weight", []edit{{treeFile, "{id: plan_completeness, weight: 3}", "{id: plan_completeness, weight: 3.0}"}}, ""},
		{"order", []edit{{treeFile, "          - {id: plan_completeness, weight: 3}\n          - {id: plan_reasonableness, weight: 3}\n", "          - {id: plan_reasonableness, weight: 3}\n          - {id: plan_completeness, weight: 3}\n"}},
			"plan_completeness: order ||"},
		{"group", []edit{{treeFile, "title: 履职管理", "title: 职责管理"}}, "group_title input/duties|履职管理|职责管理"},
		{"threshold in Rego", []edit{{progress, `"target": 0.25`, `"target": 0.2`}}, "payment_progress: constant quarters|0.25|0.2"},
		{"fraction in Rego", []edit{{progress, `share := "1/3"`, `share := "1/4"`}}, "payment_progress: constant share|1/3|1/4"},
		{"threshold in CEL", []edit{{rate, "execution_rate >= 0.95", "execution_rate >= 0.9"}}, "budget_execution_rate: constant earned.bands[1].condition|0.95|0.9"},
		{"share in CEL", []edit{{rate, "share: 0.7\n", "share: 0.75\n"}}, "budget_execution_rate: constant earned.bands[3].share|0.7|0.75"},
		{"comparison in both", []edit{{progress, "< quarter.target", "<= quarter.target"}, {rate, "execution_rate >= 0.8\n", "execution_rate > 0.8\n"}},
			"payment_progress: comparison deductions[quarter.name]|<|<=\nbudget_execution_rate: comparison earned.bands[2].condition|>=|>"},
		{"digits of the same number", []edit{{progress, `"target": 0.25`, `"target": 0.250`}}, "payment_progress: layout ||"},
		{"comments", []edit{{progress, "# 每一季度未达到扣权重的比例", "# 比例"}}, "payment_progress: layout ||"},
		{"words", []edit{{rate, "≥95%为满分", "≥90%为满分"}}, "budget_execution_rate: wording rule|"},
		{"evidence", []edit{{rate, "    - 部门指标额度查询表\n", "    - 决算批复\n"}}, "budget_execution_rate: evidence_removed |部门指标额度查询表|\nbudget_execution_rate: evidence_added ||决算批复"},
		{"reason", []edit{{progress, "未达到%s，扣权重的%s", "没有达到%s，扣权重的%s"}}, "payment_progress: reason deductions[quarter.name]|"},
		{"logic and needs", []edit{{progress, "input.budget.annual.total", "input.budget.executed.total"}}, "payment_progress: needs /budget/executed/total|"},
		{"label, unit, limits", []edit{{"facts.schema.json", `"in_post": {"type": "integer", "title": "实有在职人数", "x-unit": "人", "minimum": 0`, `"in_post": {"type": "integer", "title": "在职人数", "x-unit": "名", "minimum": 1`}},
			"fact_title /staffing/in_post|实有在职人数|在职人数\nfact_unit /staffing/in_post|人|名\nfact_limits /staffing/in_post|≥ 0|≥ 1"},
		{"new fact", []edit{{"facts.schema.json", `"in_post": {`, `"on_leave": {"type": "integer", "title": "请假人数"}, "in_post": {`}}, "fact_added /staffing/on_leave||请假人数"},
		{"cases", []edit{{"input/budget/payment_progress.cases.yaml", "三个季度都正好达到", "三季都正好达到"}}, "file_changed input/budget/payment_progress.cases.yaml"},
	} {
		d := Compare(old, compiled(t, edited(t, c.edits...)))
		got := summary(d)
		if got != c.want && !(strings.HasSuffix(c.want, "|") && strings.HasPrefix(got, c.want)) {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
		if d.Same != (c.edits == nil) {
			t.Errorf("%s: same is %v", c.name, d.Same)
		}
	}
}

func TestIndicatorsComeAndGo(t *testing.T) {
	dir := edited(t, edit{treeFile, "{id: plan_completeness, weight: 3}", "{id: plan_wholeness, weight: 3}"})
	base := filepath.Join(dir, "input", "duties", "plan_")
	text, err := os.ReadFile(base + "completeness.rego")
	if err != nil {
		t.Fatal(err)
	}
	for _, end := range []string{"completeness.rego", "completeness.cases.yaml"} {
		os.Remove(base + end)
	}
	for _, c := range []struct{ title, want string }{
		{"工作计划完整性", "plan_wholeness: renamed |plan_completeness|plan_wholeness\nplan_wholeness: logic "},
		{"工作计划全面性", "plan_wholeness: added\nplan_completeness: removed\n"},
	} {
		now := strings.NewReplacer("duties.plan_completeness", "duties.plan_wholeness", "title: 工作计划完整性", "title: "+c.title).Replace(string(text))
		if err := os.WriteFile(base+"wholeness.rego", []byte(now), 0o644); err != nil {
			t.Fatal(err)
		}
		got := summary(Compare(compiled(t, shipped), compiled(t, dir)))
		first, _, _ := strings.Cut(c.want, "\n")
		if !strings.HasPrefix(got, first) || strings.Contains(got, "logic") {
			t.Errorf("%s:\n%s", c.title, got)
		}
	}
}

func TestWords(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"达到95%得满分", "达到90%得满分", "达到【95%|90%】得满分"},
		{"同", "同", "同"},
		{"", "新", "【|新】"},
		{"第一、第二季度", "第一、第三季度", "第一、第【二|三】季度"},
		{"每低于1%扣1分", "每低于2%扣2分", "每低于【1%扣1|2%扣2】分"},
		{"甲乙丙丁", "甲丁", "甲【乙丙|】丁"},
	} {
		got := ""
		for _, p := range Words(c.old, c.new) {
			if p.Same != "" {
				got += p.Same
			} else {
				got += "【" + p.Old + "|" + p.New + "】"
			}
		}
		if got != c.want {
			t.Errorf("%s, %s: %s, want %s", c.old, c.new, got, c.want)
		}
	}
}
