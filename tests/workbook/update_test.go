package workbook_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"

	"rubric/engine/facts"
	"rubric/engine/workbook"
	"rubric/tests/internal/shipped"
)

// update is what a workbook of the shipped case changes in its evidence, after it
// was worked on.
func update(t *testing.T, work func(*excelize.File)) workbook.Update {
	t.Helper()
	p := plan(t)
	data, doc := filled(t, p)
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	work(f)
	var out bytes.Buffer
	must(f.Write(&out))
	in, err := p.Read("改 过.xlsx", out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	now, err := p.Bind("改 过.xlsx", in)
	if err != nil {
		t.Fatal(err)
	}
	return in.Update("改 过.xlsx", shipped.Complete(t, doc).Evidence, doc, now)
}

func pointers(entries []facts.EvidenceEntry) (all []string) {
	for _, e := range entries {
		all = append(all, e.Pointer)
	}
	return all
}

// A workbook that nobody worked on changes nothing.
func TestUpdateNothing(t *testing.T) {
	if u := update(t, func(*excelize.File) {}); len(u.Documents)+len(u.Entries)+len(u.Below) > 0 {
		t.Errorf("%+v", u)
	}
}

// Another value, and another place in the document, are entered by the workbook.
func TestUpdateFacts(t *testing.T) {
	u := update(t, func(f *excelize.File) {
		set(budget, approved, 1250)(f)
		set("资金支付进度", "F6", "第9页")(f)
	})
	if got, want := pointers(u.Entries), []string{"/budget/approved/total", "/payments/q1/paid"}; !slices.Equal(got, want) {
		t.Fatalf("%v, want %v", got, want)
	}
	for _, e := range u.Entries {
		if e.Entered == nil || e.Entered.Document.Title != "改 过.xlsx" {
			t.Errorf("%s: %+v", e.Pointer, e.Entered)
		}
	}
	if u.Entries[1].Locator != "第9页" || len(u.Documents) != 1 || u.Documents[0].ID != "workbook" {
		t.Errorf("%+v, %+v", u.Entries[1], u.Documents)
	}
}

// Contested values go with the rows they belong to.
func TestUpdateRows(t *testing.T) {
	u := update(t, func(f *excelize.File) {
		for _, column := range []string{"A", "B", "C", "D"} {
			upper, err := f.GetCellValue("预算调整", column+"5", excelize.Options{RawCellValue: true})
			must(err)
			lower, err := f.GetCellValue("预算调整", column+"6", excelize.Options{RawCellValue: true})
			must(err)
			if column == "C" {
				must(f.SetCellDefault("预算调整", column+"5", lower))
				must(f.SetCellDefault("预算调整", column+"6", upper))
				continue
			}
			set("预算调整", column+"5", lower)(f)
			set("预算调整", column+"6", upper)(f)
		}
	})
	if !slices.Equal(u.Below, []string{"/budget/adjustments"}) {
		t.Fatalf("%v", u.Below)
	}
	for _, e := range u.Entries {
		if e.Pointer == "/budget/adjustments/1/amount" && len(e.Also) == 1 && e.Also[0].Value == "109.57" {
			return
		}
	}
	t.Errorf("the contested amount did not move: %v", pointers(u.Entries))
}
