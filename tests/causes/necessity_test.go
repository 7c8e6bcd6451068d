package causes

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rubric/engine/facts"
	"rubric/engine/policy"
)

const (
	fewestNecessary = 99 // percent, of the shipped framework's citations
	fewestMadeUp    = 88 // and of those of made-up policies that are looked at
	madeUpLookedAt  = 40
)

// TestNecessity asks of each place that a rule cites whether there are facts of
// which a valid change at that place changes what the rule says.
//
// Of the shipped framework nearly all have to be. Of made-up policies, which do
// whatever makes causes hard to find, the figure is what was shown: a lower bound.
// What is left out cannot matter because of what surrounds it, is hard to find
// facts for, or is cited too much: mostly by a built-in that is given a whole
// object and of whose answer one member is used, and by a set of whole elements,
// which compares them.
func TestNecessity(t *testing.T) {
	percent := shownNecessary(t, newBench(t).subjects(), 12)
	fmt.Printf("figure causes.necessary_percent %d\n", percent)
	if percent < fewestNecessary {
		t.Errorf("only %d%% of the citations were shown to be necessary", percent)
	}
	if os.Getenv("FIGURES") == "" {
		return // what is only measured, for half a minute
	}
	percent = shownNecessary(t, madeUp(t)[:madeUpLookedAt], 2)
	fmt.Printf("figure causes.necessary_made_up_percent %d\n", percent)
	if percent < fewestMadeUp {
		t.Errorf("only %d%% of the citations of made-up policies were shown to be necessary", percent)
	}
}

func shownNecessary(t *testing.T, subjects []*subject, rounds int) (percent int) {
	t.Helper()
	found := make([]map[string]bool, len(subjects))
	inParallel(len(found), func(i int) { found[i] = subjects[i].necessary(rounds) })
	shown, all := 0, 0
	for i, known := range found {
		var open []string
		for _, key := range slices.Sorted(maps.Keys(known)) {
			if all++; known[key] {
				shown++
			} else {
				open = append(open, key)
			}
		}
		if len(open) > 0 {
			t.Logf("not shown to be necessary:\n%s\nof the policy\n%s", strings.Join(open, "\n"), subjects[i].text)
		}
	}
	t.Logf("%d of %d citations shown to be necessary", shown, all)
	return 100 * shown / all
}

// words are the constants of a made-up policy: what it compares facts with.
type words struct{ texts, numbers []string }

var (
	quotedText  = regexp.MustCompile(`\\?"([^"\\]*)\\?"`)
	plainDigits = regexp.MustCompile(`\b[0-9]+(\.[0-9]+)?\b`)
)

func constants(policyText string, schema *facts.Schema) words {
	w := words{numbers: plainDigits.FindAllString(policyText, -1)}
	for _, found := range quotedText.FindAllStringSubmatch(policyText, -1) {
		w.say(found[1])
	}
	for _, p := range schema.Properties {
		for _, member := range p.Properties {
			w.say(member.Name)
		}
	}
	return w
}

// place is where a cause stands in the schema.
func place(c policy.Cause) *facts.Schema {
	if c.Key == "" {
		return c.Node.Schema
	}
	if c.Node.Kind == facts.List {
		return c.Node.Schema.Items
	}
	return c.Node.Schema.Property(c.Key)
}
