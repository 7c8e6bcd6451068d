package facts

import "testing"

func TestYear(t *testing.T) {
	root := mustSchema(t, `{"type":"object","properties":{
 "now":{"type":"number","x-year":0},"before":{"type":"number","x-year":-1},"then":{"type":"number","x-year":2019},
 "listed":{"type":"object","x-year":{"of":2020,"series":"表"},"properties":{"n":{"type":"number"}}},"plain":{"type":"number"}}}`)
	for _, c := range []struct {
		name   string
		year   int
		series string
	}{{"now", 2023, ""}, {"before", 2022, ""}, {"then", 2019, ""}, {"listed", 2020, "表"}} {
		y := root.Property(c.name).Year
		if y == nil || y.In(2023) != c.year || y.Series != c.series {
			t.Errorf("%s: %+v", c.name, y)
		}
	}
	if root.Property("plain").Year != nil {
		t.Error("a year where none is declared")
	}
}

func TestYearRefuses(t *testing.T) {
	for _, test := range []struct{ id, year string }{
		{"facts.year", `"2022"`},
		{"facts.year", `1`},
		{"facts.year", `22.5`},
		{"facts.year", `-21`},
		{"facts.year", `3000`},
		{"facts.year", `{"series":"a"}`},
		{"facts.year_keyword", `{"of":2022,"table":"a"}`},
		{"facts.schema_form", `{"of":2022,"series":1}`},
	} {
		_, err := ParseSchema("s.json", []byte(`{"type":"object","properties":{"a":{"type":"number","x-year":`+test.year+`}}}`))
		if problems := problemsOf(t, err); len(problems) != 1 || problems[0].Message.ID != test.id {
			t.Errorf("%s: %v, want %s", test.year, problems, test.id)
		}
	}
}
