package facts

import (
	"slices"
	"strings"
	"testing"
)

func TestTables(t *testing.T) {
	root := mustSchema(t, `{"type": "object", "properties": {
  "n": {"type": "integer"},
  "year": {"type": "object", "properties": {
      "total": {"type": "object", "properties": {"adjusted": {"type": "number"}, "executed": {"type": "number"}}},
      "rate": {"type": "number", "x-unit": "%"}},
    "x-table": {"digits": 2, "identities": [
      {"is": "total/executed", "at_most": "total/adjusted"},
      {"is": "rate", "percent": ["total/executed", "total/adjusted"], "digits": 1},
      {"is": 100, "sum": ["rate"]}]}},
  "rows": {"type": "array", "x-key": "item", "items": {"$ref": "#/$defs/row"},
    "x-table": {"identities": [
      {"is": "合计", "sum": "others"},
      {"is": "公用", "sum": {"from": "办公费", "to": "其他"}}]}}},
  "$defs": {"row": {"type": "object", "properties": {"item": {"type": "string"}, "amount": {"type": "number"}}}}}`)
	year := root.Property("year").Table
	if year.Digits != 2 || len(year.Identities) != 3 {
		t.Fatalf("%+v", year)
	}
	for i, want := range []struct {
		kind   IdentityKind
		is, of string
		digits int
		line   int
	}{{AtMost, "total/executed", "total/adjusted", 2, 7}, {Percent, "rate", "total/executed total/adjusted", 1, 8}, {Sum, "", "rate", 2, 9}} {
		id := year.Identities[i]
		if id.Kind != want.kind || id.Is != want.is || strings.Join(id.Of, " ") != want.of || id.Digits != want.digits || id.Line != want.line {
			t.Errorf("identity %d: %+v, want %+v", i, id, want)
		}
	}
	if year.Identities[2].Total.String() != "100" {
		t.Errorf("total %v", year.Identities[2].Total)
	}
	rows := root.Property("rows").Table
	if rows.Digits != -1 || !rows.Identities[0].Others || rows.Identities[1].From != "办公费" || rows.Identities[1].To != "其他" {
		t.Errorf("%+v", rows)
	}
	if root.Table != nil || root.At("/rows/*").Table != nil {
		t.Error("a table where none is declared")
	}
}

func TestTableRefuses(t *testing.T) {
	object := func(table string) string {
		return `{"type":"object","properties":{"o":{"type":"object","x-table":` + table + `,"properties":{"a":{"type":"number"},"b":{"type":"number"},"t":{"type":"string"},"p":{"type":"object","properties":{"a":{"type":"number"}}}}}}}`
	}
	list := func(table string) string {
		return `{"type":"object","properties":{"l":{"type":"array","x-table":` + table + `,"items":{"type":"object","properties":{"a":{"type":"number"}}}}}}`
	}
	// In each source the place in question is marked with ‸, which is taken out.
	for _, test := range []struct{ id, source string }{
		{"facts.schema_form", object(`‸[]`)},
		{"facts.schema_not_for_type", `{"type":"object","properties":{"a":{"type":"number","x-table":‸{}}}}`},
		{"facts.table_list", list(`‸{"identities":[{"is":"a","same":"b"}]}`)},
		{"facts.table_none", object(`‸{"digits":2}`)},
		{"facts.schema_form", object(`{"identities":‸[]}`)},
		{"facts.table_keyword", object(`{"columns":‸1,"identities":[{"is":"a","same":"b"}]}`)},
		{"facts.table_keyword", object(`{"identities":[{"is":"a","same":"b","unit":‸1}]}`)},
		{"facts.table_digits", object(`{"digits":‸-1,"identities":[{"is":"a","same":"b"}]}`)},
		{"facts.table_digits", object(`{"identities":[{"is":"a","same":"b","digits":‸2.5}]}`)},
		{"facts.table_kind", object(`{"identities":[‸{"is":"a"}]}`)},
		{"facts.table_kind", object(`{"identities":[{"is":"a","same":"b","sum":‸["b"]}]}`)},
		{"facts.table_is", object(`{"identities":[‸{"same":"b"}]}`)},
		{"facts.table_is", object(`{"identities":[{"is":‸3,"same":"b"}]}`)},
		{"facts.table_count", object(`{"digits":2,"identities":[{"is":"a","percent":‸["b"]}]}`)},
		{"facts.schema_form", object(`{"identities":[{"is":"a","sum":‸[1]}]}`)},
		{"facts.table_span", object(`{"identities":[{"is":"a","sum":‸{"from":"a","to":"b"}}]}`)},
		{"facts.table_name_near", object(`{"identities":[{"is":"a","same":‸"p/aa"}]}`)},
		{"facts.table_name", object(`{"identities":[{"is":‸"nothing","same":"b"}]}`)},
		{"facts.table_figure", object(`{"identities":[{"is":"a","same":‸"t"}]}`)},
		{"facts.table_figure", object(`{"digits":2,"identities":[{"is":"a","percent":["b",‸"p"]}]}`)},
		{"facts.table_needs_digits", object(`{"identities":[{"is":"a","growth":‸["b","a"]}]}`)},
	} {
		before, after, _ := strings.Cut(test.source, "‸")
		_, err := ParseSchema("s.json", []byte(before+after))
		problems := problemsOf(t, err)
		ids := make([]string, len(problems))
		for i, p := range problems {
			ids[i] = p.Message.ID
		}
		if !slices.Equal(ids, []string{test.id}) || problems[0].Column != len([]rune(before))+1 {
			t.Errorf("%s: %v in %s", test.id, problems, test.source)
		}
	}
}
