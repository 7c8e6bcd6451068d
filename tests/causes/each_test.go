package causes

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"rubric/engine/facts"
	"rubric/tests/internal/shipped"
	"rubric/tests/internal/tree"
	"rubric/tests/internal/vary"
)

// eachMutations is how many mutations of forms are tried.
const eachMutations = 10_000

// forms are the indicators of the shipped form that are the case's own, one
// subject for each element of its lists.
func forms(t *testing.T) (all []*subject) {
	t.Helper()
	root := shipped.Root(t)
	rules := shipped.Rules(t, filepath.Join(root, "policies", "project-self-evaluation"))
	text, err := os.ReadFile(filepath.Join(root, "inputs", "bridge-project-2023", "facts.json"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := tree.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	schema := rules.Framework.Schema
	var reads []*facts.Schema
	for _, in := range rules.Framework.Indicators() {
		p, _ := rules.Policy(in.ID)
		reads = vary.Reads(reads, p.Reads)
	}
	for _, in := range rules.Framework.Indicators() {
		if in.Each == nil {
			continue
		}
		p, _ := rules.Policy(in.ID)
		for i := range doc.Len(in.Each.Over) {
			element := fmt.Sprintf("%s/%d", in.Each.Over, i)
			all = append(all, &subject{ground{schema, reads, doc}, named{in.ID + element, p, element}, uint64(1000 + len(all)), ""})
		}
	}
	return all
}

// TestSoundnessEach is TestSoundness for indicators that are elements of a list in
// the facts: what is lost for one stands, whatever becomes of the others and of
// what it does not cite of its own.
func TestSoundnessEach(t *testing.T) {
	subjects := forms(t)
	if len(subjects) < 5 {
		t.Fatalf("only %d indicators", len(subjects))
	}
	got := mutateUntil(subjects, eachMutations)
	fmt.Printf("figure causes.each_mutations %d\nfigure causes.each_unsound %d\n", got.done, got.unsound)
	for _, example := range got.examples {
		t.Error(example)
	}
	if got.done < eachMutations || got.results < len(subjects) {
		t.Errorf("%v: too few", got)
	}
	if 100*got.failed > mostFailed*got.done {
		t.Errorf("%d of %d runs broke after a mutation", got.failed, got.done)
	}
}
