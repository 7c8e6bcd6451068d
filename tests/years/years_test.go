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
