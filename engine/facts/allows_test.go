package facts

import "testing"

// A value on its own is held to its place as it would be within a document.
func TestAllows(t *testing.T) {
	s, err := ParseSchema("facts.schema.json", []byte(`{"type": "object", "properties": {
		"n": {"type": "number", "minimum": 0}, "d": {"type": "string", "format": "date"},
		"e": {"type": "string", "enum": ["a", "b"]}, "i": {"type": "integer"}, "b": {"type": "boolean"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, value, want string // the id of what is wrong
	}{
		{"n", "1.50", ""}, {"n", "-1", "facts.minimum"}, {"n", `"1"`, "facts.quoted_number"}, {"n", "01", "facts.bad_number"},
		{"d", `"2023-02-28"`, ""}, {"d", `"2023-02-30"`, "facts.date"}, {"e", `"a"`, ""}, {"e", `"c"`, "facts.enum"},
		{"i", "3", ""}, {"i", "3.5", "facts.not_whole"}, {"b", "true", ""}, {"b", "1", ""}, {"n", "1 2", ""}, {"n", "", ""},
	} {
		m, ok := s.Property(c.name).Allows([]byte(c.value))
		if c.want != "" && m.ID != c.want {
			t.Errorf("%s %s: %q, want %q", c.name, c.value, m.ID, c.want)
		}
		if wantOK := c.want == "" && c.value != "1 2" && c.value != "" && !(c.name == "b" && c.value == "1"); ok != wantOK {
			t.Errorf("%s %s: %v, want %v", c.name, c.value, ok, wantOK)
		}
	}
}
