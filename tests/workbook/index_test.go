package workbook_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"rubric/engine/facts"
	"rubric/engine/workbook"
	"rubric/tests/internal/shipped"
)

// indexed is the index of sheets of a workbook: rows of sheet, indicators, weight
// and missing facts, with where a click on the sheet's name leads.
func indexed(t *testing.T, c workbook.Contents) (rows [][]string) {
	t.Helper()
	var out bytes.Buffer
	if err := plan(t).Write(&out, c); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	all, err := f.GetRows("填表说明")
	if err != nil {
		t.Fatal(err)
	}
	for n, row := range all {
		if len(row) == 5 && n > 13 && row[0] != "序号" {
			at, _ := excelize.CoordinatesToCellName(2, n+1)
			_, link, _ := f.GetCellHyperLink("填表说明", at)
			rows = append(rows, append(row[1:], link))
		}
	}
	return rows
}

// The sheets that scores need come first, those with more points before others:
// what the case is; then 科普工作, whose eight indicators weigh 3+2+2+2+3+3+2+3;
// the annexed tables, which no score needs, last.
func TestIndex(t *testing.T) {
	rows := indexed(t, workbook.Contents{})
	if len(rows) != len(plan(t).Sheets) {
		t.Fatalf("%d sheets", len(rows))
	}
	for i, want := range []string{"基本情况|说明是哪个案卷，必填|—|2|'基本情况'!A1", "科普工作|创建科普教育基地、", "预算|"} {
		if got := strings.Join(rows[i], "|"); !strings.HasPrefix(got, want) {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if rows[1][2] != "20" || !strings.HasPrefix(rows[len(rows)-1][0], "综合评分表") || rows[len(rows)-1][2] != "—" {
		t.Errorf("%v, last %v", rows[1], rows[len(rows)-1])
	}
}

// Of a case with all facts but one quarter, its two are missing and nothing else.
func TestIndexOfCase(t *testing.T) {
	doc, err := shipped.Facts(t).Bind(shipped.Rules(t, shipped.FrameworkDir(t)).Framework.Schema)
	if err != nil {
		t.Fatal(err)
	}
	draft := doc.Draft(nil)
	if err := draft.Remove("/payments/q2"); err != nil {
		t.Fatal(err)
	}
	lacking, err := facts.Parse("facts.json", draft.JSON())
	if err == nil {
		err = lacking.Bind(doc.Schema)
	}
	if err != nil {
		t.Fatal(err)
	}
	var missing []string
	for _, row := range indexed(t, workbook.Contents{Facts: lacking}) {
		if row[3] != "—" {
			missing = append(missing, row[0]+" "+row[2]+" "+row[3])
		}
	}
	if !slices.Equal(missing, []string{"资金支付进度 3 2"}) {
		t.Error(missing)
	}
}
