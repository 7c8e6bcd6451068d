package mutate

import (
	"maps"
	"slices"

	"rubric/engine/facts"
	"rubric/engine/policy/slip"
)

// same proves that two versions of a policy decide every complete document
// alike: each of its formulas is the same, or a comparison that the bounds of the
// facts, or their being whole numbers, make the same. False means not proven.
func same(before, after []slip.Formula, schema *facts.Schema) bool {
	if len(before) == 0 || len(before) != len(after) {
		return false
	}
	visible := false // the change is in what was compared
	for i, a := range before {
		b := after[i]
		visible = visible || a.Text != b.Text || !maps.Equal(a.Names, b.Names)
		if sameText(a, b) {
			continue
		}
		x, y := parse(a, 0), parse(b, 0)
		if x == nil || y == nil || !sameNode(x, y, schema) {
			return false
		}
	}
	return visible
}

func sameNode(a, b *node, schema *facts.Schema) bool {
	switch {
	case a.equal(b):
		return true
	case isComparison(a.op) && isComparison(b.op) && sameComparison(a, b, schema):
		return true
	case a.op == "" || a.op != b.op || len(a.args) != len(b.args):
		return false
	}
	for i := range a.args {
		if !sameNode(a.args[i], b.args[i], schema) {
			return false
		}
	}
	return true
}

func isComparison(op string) bool { return slices.Contains(levels[2], op) }

func sameComparison(a, b *node, schema *facts.Schema) bool {
	x, ok := reduce(a, schema)
	y, also := reduce(b, schema)
	if !ok || !also {
		return false
	}
	if x.verdict != undecided || y.verdict != undecided {
		return x.verdict == y.verdict
	}
	return x.equal(y)
}
