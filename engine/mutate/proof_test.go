package mutate

import (
	"testing"

	"rubric/engine/facts"
	"rubric/engine/policy/slip"
)

const proofSchema = `{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": false, "properties": {
	"n": {"type": "integer", "minimum": 0}, "m": {"type": "integer", "minimum": 1}, "x": {"type": "number", "minimum": 0, "maximum": 100},
	"y": {"type": "number", "exclusiveMinimum": 0}, "z": {"type": "number"}, "b": {"type": "boolean"}}}`

// What is proven to be the same, and what is not: the latter either differs or
// is beyond the proof.
func TestSame(t *testing.T) {
	schema, err := facts.ParseSchema("s.json", []byte(proofSchema))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		before, after string
		want          bool
	}{
		{"facts.n < 1", "facts.n <= 0", true},
		{"facts.x < 1", "facts.x <= 0", false},
		{"facts.n / 5 < 0.9", "facts.n / 5 <= 0.9", true}, // 4.5 is no whole number
		{"facts.n / 10 < 0.9", "facts.n / 10 <= 0.9", false},
		{"facts.n / 31000 >= 0.9", "facts.n / 30999 >= 0.9", true}, // 27900 and 27899.1
		{"facts.n / 31000 >= 0.9", "facts.n / 31001 >= 0.9", false},
		{"facts.n / facts.m >= 0.5", "facts.n / facts.m > 0.5", false},
		{"2 * facts.n + facts.m > 4", "2 * facts.n + facts.m >= 5", true},
		{"facts.n == 2.5", "facts.n == 3.5", true}, // never, both
		{"facts.n != 2.5", "facts.n == 2.5", false},
		{"facts.x <= 100", "facts.x <= 101", true}, // always, both
		{"facts.x < 100", "facts.x <= 100", false},
		{"facts.y > 0", "facts.y >= 0", true},
		{"facts.y / facts.y > 0", "facts.y > 0", true},             // always, both
		{"facts.y * facts.z > 1", "facts.y * facts.z >= 2", false}, // not linear
		{"facts.x / facts.z < 1", "facts.x / facts.z < 1 + 0", false},
		{"facts.z < 1", "facts.z <= 1", false},
		{"facts.x < 100 + 1 && facts.b", "facts.x < 100 + 2 && facts.b", true},
		{"facts.b || facts.n < 1", "facts.b || facts.n <= 0", true},
		{"facts.b && facts.n < 1", "facts.b || facts.n <= 0", false},
		{"min(facts.n, 3)", "max(facts.n, 3)", false},
		{"v", "w", true},
		{"v", "u", false},
		{"unknown < 1", "unknown <= 0", false},
		{"[facts.n < 1]", "[facts.n <= 0]", false},
		{"-facts.n > -1", "-facts.n >= 0", true},
		{"!(facts.n < 1)", "!(facts.n <= 0)", true},
		{"facts.n < 1)", "facts.n <= 0)", false},
	} {
		names := map[string]string{"v": "facts.n / k < 0.9", "w": "facts.n / k <= 0.9", "u": "facts.n / k < 0.6", "k": "5"}
		before, after := []slip.Formula{{Text: c.before, Names: names}}, []slip.Formula{{Text: c.after, Names: names}}
		if got := same(before, after, schema); got != c.want {
			t.Errorf("%s, %s: proven %v, want %v", c.before, c.after, got, c.want)
		}
	}
}

// A change that none of the formulas shows proves nothing.
func TestSameNeedsToSee(t *testing.T) {
	f := []slip.Formula{{Text: "facts.n < 1"}}
	if same(f, f, nil) || same(nil, nil, nil) || same(f, append(f, f...), nil) {
		t.Error("proven without a difference to look at")
	}
	a := []slip.Formula{{Text: "some x in table", Names: map[string]string{"table": "1"}}}
	b := []slip.Formula{{Text: "some x in table", Names: map[string]string{"table": "2"}}}
	if same(a, b, nil) {
		t.Error("proven though a name means something else, in a form that is not understood")
	}
}
