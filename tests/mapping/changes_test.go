package mapping_test

import (
	"slices"
	"testing"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/mapping"
)

const listSchema = `{"type": "object", "properties": {
 "rows": {"type": "array", "title": "项目", "x-key": "id", "items": {"type": "object", "properties": {
   "id": {"type": "string"}, "paid": {"type": "number", "title": "支出"}, "done": {"type": "boolean", "title": "完成"}}}},
 "notes": {"type": "array", "title": "附注", "items": {"type": "string"}},
 "total": {"type": "number", "title": "合计"}}}`

// side is a value as the test writes it: rows by their JSON, lists by their length.
func side(n *facts.Node) string {
	switch {
	case n == nil:
		return "—"
	case n.Kind == facts.List:
		return string(rune('0' + n.Len()))
	}
	return string(n.JSON())
}

// TestChangedRows: what changed in rows that stay is told by their key, wherever
// they stand now; then the rows that came and went.
func TestChangedRows(t *testing.T) {
	schema, err := facts.ParseSchema("facts.schema.json", []byte(listSchema))
	if err != nil {
		t.Fatal(err)
	}
	parse := func(text string) *facts.Document {
		d, err := facts.Parse("facts.json", []byte(text))
		if err == nil {
			err = d.Bind(schema)
		}
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	const a, b, c = `{"done":true,"id":"a","paid":1}`, `{"done":false,"id":"b","paid":2}`, `{"id":"c","paid":3}`
	for _, x := range []struct {
		before, after string
		want          []string
	}{
		{`{"rows":[` + a + `,` + b + `]}`, `{"rows":[` + a + `,` + b + `]}`, nil},
		// A row in front of all, and one fact of another row: 否 to 是, at another place now.
		{`{"rows":[` + a + `,` + b + `]}`, `{"rows":[` + c + `,` + a + `,{"id":"b","paid":2,"done":true}]}`, []string{
			"项目（b） › 完成 false→true", "项目 2→3 +1 -0", "项目（c） —→" + c}},
		// A row that went, a fact that went, and one that came.
		{`{"rows":[` + a + `,` + b + `,` + c + `]}`, `{"rows":[{"id":"a","paid":1},{"id":"c","paid":3,"done":true}]}`, []string{
			"项目（a） › 完成 true→—", "项目（c） › 完成 —→true", "项目 3→2 +0 -1", "项目（b） " + b + "→—"}},
		// Another key is another row.
		{`{"rows":[` + a + `]}`, `{"rows":[{"id":"x","paid":1,"done":true}]}`, []string{
			"项目 1→1 +1 -1", `项目（x） —→{"done":true,"id":"x","paid":1}`, "项目（a） " + a + "→—"}},
		// Only the order.
		{`{"rows":[` + a + `,` + b + `]}`, `{"rows":[` + b + `,` + a + `]}`, []string{"项目 2→2 +0 -0"}},
		// Seven changed rows are told one by one as well.
		{`{"rows":[{"id":"1","paid":1},{"id":"2","paid":1},{"id":"3","paid":1},{"id":"4","paid":1},{"id":"5","paid":1},{"id":"6","paid":1},{"id":"7","paid":1}]}`,
			`{"rows":[{"id":"1","paid":2},{"id":"2","paid":2},{"id":"3","paid":2},{"id":"4","paid":2},{"id":"5","paid":2},{"id":"6","paid":2},{"id":"7","paid":2}]}`,
			[]string{"项目（1） › 支出 1→2", "项目（2） › 支出 1→2", "项目（3） › 支出 1→2", "项目（4） › 支出 1→2", "项目（5） › 支出 1→2", "项目（6） › 支出 1→2", "项目（7） › 支出 1→2"}},
		// Rows without a key: the same text is the same row, else the same position.
		{`{"notes":["x","y"],"total":1}`, `{"notes":["w","x","z"],"total":2}`, []string{"附注 2→3 +2 -1", `附注（1） —→"w"`, `附注（3） —→"z"`, `附注（2） "y"→—`, "合计 1→2"}},
		{`{"notes":["x","y"]}`, `{"notes":["x","z"]}`, []string{`附注（2） "y"→"z"`}},
		// A list that is new as a whole, and one that is gone, stand as one.
		{`{"notes":["x"]}`, `{"rows":[` + a + `]}`, []string{"项目 —→1 +1 -0", "附注 1→— +0 -0"}},
	} {
		var got []string
		for _, ch := range mapping.Changes(parse(x.before), parse(x.after)) {
			stands := ch.After
			if stands == nil {
				stands = ch.Before
			}
			line := engine.LabelOf(stands) + " " + side(ch.Before) + "→" + side(ch.After)
			if ch.Place.Kind == facts.List {
				line += " +" + string(rune('0'+ch.Added)) + " -" + string(rune('0'+ch.Gone))
			}
			if whole := ch.Place.Name == "*" && (ch.Before == nil || ch.After == nil); ch.Row != whole {
				t.Errorf("%s: row is %v", line, ch.Row)
			}
			got = append(got, line)
		}
		if !slices.Equal(got, x.want) {
			t.Errorf("%s to %s:\n%q\nwant\n%q", x.before, x.after, got, x.want)
		}
	}
}
