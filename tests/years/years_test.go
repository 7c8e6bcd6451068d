// Package years_test holds the tables over three years, which are derived from
// each year's facts, to those that the report prints. The printed figures were
// typed from its pages.
package years_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rubric/engine"
	"rubric/engine/casefolder"
	"rubric/engine/number"
	"rubric/engine/years"
	"rubric/tests/internal/shipped"
)

func compared(t *testing.T) *years.Comparison {
	t.Helper()
	rules := shipped.Rules(t, shipped.FrameworkDir(t))
	var chain []years.Case
	for _, id := range []string{"urumqi-kexie-2023", "urumqi-kexie-2022", "urumqi-kexie-2021"} {
		c, err := casefolder.Load(filepath.Join(shipped.Root(t), "inputs", id))
		if err == nil {
			err = c.Facts.Bind(rules.Framework.Schema)
		}
		if err != nil {
			t.Fatal(err)
		}
		year, _ := years.Period(c.Period)
		chain = append(chain, years.Case{Case: engine.Case{ID: c.ID, Facts: c.Facts, Evidence: c.Evidence}, Year: year})
	}
	return years.Compare(chain, nil)
}

// derived are the values of a figure in 2021, 2022 and 2023; those that only a
// later case states are left out.
func derived(t *testing.T, c *years.Comparison, section, label string) (all []string) {
	t.Helper()
	for _, s := range c.Sections {
		for _, f := range s.Figures {
			if s.Title != section || f.Label != label {
				continue
			}
			for _, v := range f.Values {
				text := "-"
				if v.Own {
					text = v.Node.Number().String()
				}
				all = append(all, text)
			}
			return all
		}
	}
	t.Errorf("there is no %s › %s", section, label)
	return nil
}

const (
	told   = "部门预算和执行情况（正文叙述）"
	public = "“三公”经费"
	budget = "基本支出预算明细表 › 调整后预算数"
	spent  = "基本支出预算明细表 › 执行数"
)

// The differences are the report's own: its text and its tables round otherwise,
// or tell of another budget.
func TestPrintedTables(t *testing.T) {
	c := compared(t)
	if len(c.Findings) != 0 {
		t.Errorf("%+v", c.Findings)
	}
	var differ []string
	for _, row := range []struct{ table, section, label, printed string }{
		{"1-7", told, "合计 › 调整后预算数", "1562.68 1454.86 1500.97"},
		{"1-7", told, "合计 › 实际支出", "1546.04 1427.17 1485.68"},
		{"1-7", told, "基本支出 › 调整后预算数", "858.11 954.86 940.03"},
		{"1-7", told, "基本支出 › 实际支出", "841.47 935.05 929.43"},
		{"1-7", told, "基本支出 › 人员经费以及对个人和家庭的补助支出合计", "751.12 842.82 818.05"},
		{"1-7", told, "基本支出 › 公用支出（含办公设备购置）合计", "106.99 112.04 121.98"},
		{"1-7", told, "项目支出 › 调整后预算数", "704.57 500 560.94"},
		{"1-7", told, "项目支出 › 实际支出", "704.57 492.12 556.25"},
		{"1-8", budget, "工资福利支出", "718.98 814.51 785.02"},
		{"1-8", spent, "工资福利支出", "713.96 814.51 785.02"},
		{"1-8", budget, "对个人和家庭的补助支出", "32.15 28.31 33.03"},
		{"1-8", spent, "对个人和家庭的补助支出", "32.15 28.31 33.03"},
		{"1-9", budget, "公用支出", "106.98 111.52 118.4"},
		{"1-9", spent, "公用支出", "95.36 91.71 107.8"},
		{"1-9", budget, "办公费", "24.76 31.8 40.87"},
		{"1-9", spent, "办公费", "20.55 27.29 40.53"},
		{"1-9", budget, "差旅费", "7.35 7.61 7.8"},
		{"1-9", spent, "差旅费", "2.42 0 4.58"},
		{"1-9", budget, "公务用车运行维护费", "8.94 8.94 8.94"},
		{"1-9", spent, "公务用车运行维护费", "7.75 7.58 7.38"},
		{"1-9", budget, "物业管理费", "- - 0"},
		{"1-9", spent, "物业管理费", "- - 1.92"},
		{"1-11", public, "本年“三公”经费预算数", "8.94 8.09 8.92"},
		{"1-11", public, "本年“三公”经费支出数", "7.75 7.58 7.38"},
	} {
		if got := strings.Join(derived(t, c, row.section, row.label), " "); got != row.printed {
			differ = append(differ, row.table+" "+row.label+": "+got+" ≠ "+row.printed)
		}
	}
	want := []string{
		"1-7 基本支出 › 人员经费以及对个人和家庭的补助支出合计: 751.13 842.82 818.05 ≠ 751.12 842.82 818.05",
		"1-7 基本支出 › 公用支出（含办公设备购置）合计: 106.98 112.04 121.98 ≠ 106.99 112.04 121.98",
		"1-9 物业管理费: - - 1.92 ≠ - - 0",
	}
	if !slices.Equal(differ, want) {
		t.Errorf("the derived tables differ from the printed ones in\n%s\nwant\n%s", strings.Join(differ, "\n"), strings.Join(want, "\n"))
	}
}

// The report says that the final accounts of 2022 fell by .69% and those of 2023
// rose by 4.10%: 118.87 of 1546.04 is 7.69%.
func TestPrintedGrowth(t *testing.T) {
	for _, s := range compared(t).Sections {
		for _, f := range s.Figures {
			if s.Title != told || f.Label != "合计 › 实际支出" {
				continue
			}
			if got := f.Changes[0].By.String() + " " + f.Changes[0].Growth.String() + " " + f.Changes[1].By.String(); got != "-118.87 -11887/154604 58.51" {
				t.Error(got)
			}
			return
		}
	}
	t.Error("the final accounts are not compared")
}

const (
	t7Budget = "报告附表 › 表1-7 2021-2023年科协预算决算对比表 › 调整后预算数"
	t7Spent  = "报告附表 › 表1-7 2021-2023年科协预算决算对比表 › 决算数"
	t8Budget = "报告附表 › 表1-8 2021-2023年人员经费支出对比表 › 调整后预算数"
	t8Spent  = "报告附表 › 表1-8 2021-2023年人员经费支出对比表 › 执行数"
	t11      = "报告附表 › 表1-11 2021-2023年“三公”经费预算支出情况"
)

// The tables that print three years side by side, each year from its own case, to
// the text and the tables of the single years.
func TestTablesOverYears(t *testing.T) {
	c := compared(t)
	var differ []string
	for _, pair := range [][4]string{
		{t7Budget, "本年支出合计", told, "合计 › 调整后预算数"},
		{t7Spent, "本年支出合计", told, "合计 › 实际支出"},
		{t7Budget, "一、基本支出", told, "基本支出 › 调整后预算数"},
		{t7Spent, "一、基本支出", told, "基本支出 › 实际支出"},
		{t7Budget, "二、项目支出", told, "项目支出 › 调整后预算数"},
		{t7Spent, "二、项目支出", told, "项目支出 › 实际支出"},
		{t7Budget, "人员经费", told, "调整后预算数的构成 › 人员经费"},
		{t7Budget, "公用支出", told, "调整后预算数的构成 › 公用经费"},
		{t7Budget, "人员经费", t8Budget, "人员经费合计"},
		{t7Spent, "人员经费", t8Spent, "人员经费合计"},
		{t8Budget, "工资福利支出", budget, "工资福利支出"},
		{t8Spent, "工资福利支出", spent, "工资福利支出"},
		{t8Budget, "对个人和家庭的补助", budget, "对个人和家庭的补助支出"},
		{t8Spent, "对个人和家庭的补助", spent, "对个人和家庭的补助支出"},
		{t11, "公务用车购置及运行维护费 › 预算数", budget, "公务用车运行维护费"},
		{t11, "公务用车购置及运行维护费 › 支出数", spent, "公务用车运行维护费"},
		{t11, "公务用车购置及运行维护费 › 预算数", public, "本年“三公”经费预算数"},
	} {
		one, other := strings.Join(derived(t, c, pair[0], pair[1]), " "), strings.Join(derived(t, c, pair[2], pair[3]), " ")
		if one != other {
			differ = append(differ, pair[1]+": "+one+" ≠ "+other)
		}
	}
	want := []string{ // the report's own contradictions
		"人员经费: 751.12 842.82 818.05 ≠ 751.13 842.82 818.05",
		"人员经费: 746.1 842.82 818.05 ≠ 746.11 842.82 818.05",
		"公务用车购置及运行维护费 › 预算数: 8.94 8.09 8.92 ≠ 8.94 8.94 8.94",
	}
	if !slices.Equal(differ, want) {
		t.Errorf("tables over years differ in\n%s\nwant\n%s", strings.Join(differ, "\n"), strings.Join(want, "\n"))
	}
}

// Changes that the report prints beside its tables: 118.87 less and 58.51 more, by
// 4.10%, in table 1-7; of the expenses of table 1-11 it says 0.21 less, which is 0.20.
func TestPrintedChanges(t *testing.T) {
	var all []string
	for _, s := range compared(t).Sections {
		for _, f := range s.Figures {
			if s.Title == t7Spent && f.Label == "本年支出合计" || s.Title == public && f.Label == "本年“三公”经费支出数" {
				growth := f.Changes[1].Growth.Mul(number.Int(100)).Round(2, number.RoundHalfUp)
				all = append(all, f.Changes[0].By.String()+" "+f.Changes[1].By.String()+" "+growth.String()+"%")
			}
		}
	}
	if got := strings.Join(all, ", "); got != "-0.17 -0.2 -2.64%, -118.87 58.51 4.1%" {
		t.Error(got)
	}
}
