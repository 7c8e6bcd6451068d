package facts

import "testing"

// What is the same stays as it stands; the rest is written where it belongs.
func TestRewrite(t *testing.T) {
	const source = `{
  "period": "2023",
  "payments": {
    "q1": {"date": "2023-03-31", "paid": 269.64},
    "q2": {"date":   "2023-06-30"}
  },
  "empty": {},
  "rows": [
    {"id": "a"},   {"id": "b"}
  ]
}
`
	for _, c := range []struct {
		name string
		do   func(*Draft)
		want string
	}{
		{"nothing", func(*Draft) {}, source},
		{"a number", func(d *Draft) { _ = d.Set("/payments/q1/paid", []byte("270.10")) }, `{
  "period": "2023",
  "payments": {
    "q1": {"date": "2023-03-31", "paid": 270.10},
    "q2": {"date":   "2023-06-30"}
  },
  "empty": {},
  "rows": [
    {"id": "a"},   {"id": "b"}
  ]
}
`},
		{"new members", func(d *Draft) {
			_ = d.Set("/payments/q2/paid", []byte("3"))
			_ = d.Set("/payments/q3/paid", []byte("4"))
			_ = d.Set("/empty/x", []byte("true"))
			_ = d.Set("/last", []byte(`"z"`))
		}, `{
  "period": "2023",
  "payments": {
    "q1": {"date": "2023-03-31", "paid": 269.64},
    "q2": {"date":   "2023-06-30", "paid": 3},
    "q3": {
      "paid": 4
    }
  },
  "empty": {
    "x": true
  },
  "rows": [
    {"id": "a"},   {"id": "b"}
  ],
  "last": "z"
}
`},
		{"a list", func(d *Draft) {
			_ = d.SetList("/rows")
			_ = d.AddObject("/rows/0")
			_ = d.Set("/rows/0/id", []byte(`"x"`))
			_ = d.Set("/rows/0/n", []byte("1"))
		}, `{
  "period": "2023",
  "payments": {
    "q1": {"date": "2023-03-31", "paid": 269.64},
    "q2": {"date":   "2023-06-30"}
  },
  "empty": {},
  "rows": [
    {"id": "x", "n": 1}
  ]
}
`},
		{"an element", func(d *Draft) { _ = d.Set("/rows/1/id", []byte(`"c"`)) }, `{
  "period": "2023",
  "payments": {
    "q1": {"date": "2023-03-31", "paid": 269.64},
    "q2": {"date":   "2023-06-30"}
  },
  "empty": {},
  "rows": [
    {"id": "a"},   {"id": "c"}
  ]
}
`},
	} {
		doc, err := Parse("facts.json", []byte(source))
		if err != nil {
			t.Fatal(err)
		}
		draft := doc.Draft(nil)
		c.do(draft)
		if got := string(doc.Rewrite(draft)); got != c.want {
			t.Errorf("%s:\n%s", c.name, got)
		}
	}
}
