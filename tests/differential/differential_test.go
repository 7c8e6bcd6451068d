// Package differential_test holds our machines against others: generated Rego
// policies against OPA's interpreter, and expressions that Rego and CEL share
// against each other and a small reference over big.Rat.
//
// RUBRIC_DIFFERENTIAL=10m runs longer than the 30 seconds of every test run,
// and RUBRIC_DIFFERENTIAL_SEED draws other policies.
package differential_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// duration is how long the generators run, in all.
func duration(t *testing.T) time.Duration {
	text := os.Getenv("RUBRIC_DIFFERENTIAL")
	switch {
	case text != "":
		d, err := time.ParseDuration(text)
		if err != nil {
			t.Fatalf("RUBRIC_DIFFERENTIAL: %v", err)
		}
		return d
	case testing.Short():
		return 3 * time.Second
	}
	return 30 * time.Second
}

func seed(t *testing.T) uint64 {
	text := os.Getenv("RUBRIC_DIFFERENTIAL_SEED")
	if text == "" {
		return 2023
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("RUBRIC_DIFFERENTIAL_SEED: %v", err)
	}
	return n
}

// tally counts what was compared. A pair is one policy, or expression, on one
// document, on two machines.
type tally struct {
	pairs, policies, refused, failing int
	classes                           map[string]int
	differences                       []string
	told                              time.Time
}

// tell prints once a minute how far a long run has come.
func (n *tally) tell() {
	if n.told.IsZero() {
		n.told = time.Now()
	}
	if time.Since(n.told) > time.Minute {
		n.told = time.Now()
		fmt.Fprintf(os.Stderr, "so far %d pairs, %d policies, %d unexplained; on purpose: %v\n", n.pairs, n.policies, len(n.differences), n.classes)
	}
}

const mostDifferences = 5

// differ keeps a difference that nothing explains; of a long run it is printed
// at once.
func (n *tally) differ(what string) {
	if os.Getenv("RUBRIC_DIFFERENTIAL") != "" {
		fmt.Fprintln(os.Stderr, what)
	}
	n.differences = append(n.differences, what)
}

// TestDifferential prints the sums of both generators, so that each figure is
// one line.
func TestDifferential(t *testing.T) {
	total := duration(t)
	n := &tally{classes: map[string]int{}}
	policies(t, n, time.Now().Add(total*8/10))
	rules := n.pairs
	if n.refused*4 > n.policies {
		t.Errorf("%d policies do not compile, %d do: the generator is of little use", n.refused, n.policies)
	}
	t.Logf("Rego: %d pairs of %d policies (%d more were refused by both), %d pairs with an error in both", n.pairs, n.policies, n.refused, n.failing)
	shared(t, n, time.Now().Add(total*2/10))
	t.Logf("shared expressions: %d pairs", n.pairs-rules)
	names := []string{}
	for class, count := range n.classes {
		names = append(names, fmt.Sprintf("%s: %d", class, count))
	}
	slices.Sort(names)
	t.Logf("differences on purpose: %s", strings.Join(names, "; "))
	fmt.Printf("figure differential.pairs %d\n", n.pairs)
	fmt.Printf("figure differential.unexplained %d\n", len(n.differences))
	for _, d := range n.differences {
		t.Error(d)
	}
}

// Documents of one round, and policies they are asked of.
const (
	documentsPerRound = 400
	policiesPerRound  = 40
)

func policies(t *testing.T, n *tally, end time.Time) {
	for round := uint64(0); time.Now().Before(end); round++ {
		c := newChance(seed(t), round)
		var documents []document
		for range documentsPerRound {
			d, err := newDocument(factsText(c))
			if err != nil {
				t.Fatal(err)
			}
			documents = append(documents, d)
		}
		for range policiesPerRound {
			n.policy(c, documents, end)
			if len(n.differences) >= mostDifferences {
				return
			}
		}
	}
}

// policy compares one generated policy on all documents.
func (n *tally) policy(c chance, documents []document, end time.Time) {
	if time.Now().After(end) {
		return
	}
	n.tell()
	g, strict := generate(c), c.percent(40)
	p, oursErr, theirsErr := prepare(g, strict)
	if oursErr != nil || theirsErr != nil {
		n.uncompiled(g, oursErr, theirsErr)
		return
	}
	n.policies++
	for _, d := range documents {
		ours, theirs := p.askOurs(d), p.askTheirs(d)
		n.pairs++
		if ours.err != nil {
			n.failing++
		}
		if same(ours, theirs) {
			continue
		}
		class := classify(g, d, strict, p, ours)
		if class != unexplained {
			n.classes[class]++
			continue
		}
		n.report(g, d, strict)
		return
	}
}

func (n *tally) uncompiled(g generated, oursErr, theirsErr error) {
	n.refused++
	if oursErr != nil && theirsErr != nil {
		return
	}
	main, helper := g.texts()
	n.differ(fmt.Sprintf("compiles on one machine only\nours: %v\nOPA: %v\n%s\n%s", oursErr, theirsErr, main, helper))
}

func (n *tally) report(g generated, d document, strict bool) {
	g, d = shrink(g, d, strict)
	main, helper := g.texts()
	p, _, _ := prepare(g, strict)
	n.differ(fmt.Sprintf("strict: %v\n%s\n%s\nfacts: %s\nours: %v\nOPA:  %v",
		strict, main, helper, d.text, p.askOurs(d), p.askTheirs(d)))
}
