package cases

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rubric/engine"
	"rubric/engine/framework"
	"rubric/engine/message"
	"rubric/engine/policy/rego"
)

// problemsOf prints problems as "line:id".
func problemsOf(t *testing.T, err error) string {
	t.Helper()
	var problems message.Problems
	if err != nil && !errors.As(err, &problems) {
		t.Fatalf("the error is a %T: %v", err, err)
	}
	var all []string
	for _, p := range problems {
		all = append(all, fmt.Sprintf("%d:%s", p.Line, p.Message.ID))
	}
	return strings.Join(all, " ")
}

func TestParseErrors(t *testing.T) {
	const rest = "\n    expect: {outcome: full}\n"
	for _, c := range []struct{ name, text, want string }{
		{"right", "cases:\n  - name: a" + rest, ""},
		{"empty", "", "1:facts.empty_file"},
		{"no cases", "base: {}\n", "1:facts.yaml_need"},
		{"no case", "cases: []\n", "1:facts.yaml_need"},
		{"no name", "cases:\n  - why: x" + rest, "2:facts.yaml_need"},
		{"no expectation", "cases:\n  - name: a\n", "2:facts.yaml_need"},
		{"no outcome", "cases:\n  - name: a\n    expect: {items: []}\n", "3:facts.yaml_need"},
		{"name twice", "cases:\n  - name: a" + rest + "  - name: a" + rest, "4:cases.twice"},
		{"unknown key", "cases:\n  - name: a\n    patches: {}" + rest, "3:facts.yaml_key_near"},
		{"no pointer", "cases:\n  - name: a\n    patch: {paid: 1}" + rest, "3:cases.pointer_slash"},
		{"outcome in Chinese", "cases:\n  - name: a\n    expect: {outcome: 扣分}\n", "3:cases.outcome"},
		{"root", "cases:\n  - name: a\n    patch: {\"\": 1}" + rest, "3:cases.pointer"},
		{"bad escape", "cases:\n  - name: a\n    patch: {/a~2: 1}" + rest, "3:cases.pointer"},
		{"pointer twice", "cases:\n  - name: a\n    patch: {/a: 1, /a: 2}" + rest, "3:facts.yaml_duplicate"},
		{"share", "cases:\n  - name: a\n    expect: {outcome: deducted, share: a third}\n", "3:cases.share"},
		{"share over zero", "cases:\n  - name: a\n    expect: {outcome: deducted, share: 1/0}\n", "3:cases.share"},
		{"null in the base", "base:\n  a: null\ncases:\n  - name: a" + rest, "2:facts.yaml_null"},
		{"accepted", "cases:\n  - name: a" + rest + "accepted:\n  - {mutant: m, why: w}\n", ""},
		{"accepted without a reason", "cases:\n  - name: a" + rest + "accepted:\n  - {mutant: m}\n", "5:facts.yaml_need"},
		{"accepted twice", "cases:\n  - name: a" + rest + "accepted:\n  - {mutant: m, why: w}\n  - {mutant: m, why: v}\n", "6:cases.accepted_twice"},
		{"alias in the base", "base:\n  a: &x 1\n  b: *x\ncases:\n  - name: a" + rest, "3:facts.yaml_text"},
	} {
		if _, err := Parse("a.cases.yaml", "a", []byte(c.text)); problemsOf(t, err) != c.want {
			t.Errorf("%s: problems %q, want %q", c.name, problemsOf(t, err), c.want)
		}
	}
}

// What a patch makes of the base; "!" is a change that cannot be made.
func TestPatch(t *testing.T) {
	const base = `
  total: 1530.50
  budget: {adjusted: 1e2, note: "007", code: 007, big: 123456789012345678901234567890.10}
  list: [{n: 1}, {n: 2}]
  ok: true
`
	const unchanged = `{"total":1530.50,"budget":{"adjusted":1e2,"note":"007","code":"007","big":123456789012345678901234567890.10},"list":[{"n":1},{"n":2}],"ok":true}`
	for _, c := range []struct{ name, patch, want string }{
		{"nothing", "{}", unchanged},
		{"set", "{/total: 0.10}", strings.Replace(unchanged, "1530.50", "0.10", 1)},
		{"set a text", `{/total: "0.10"}`, strings.Replace(unchanged, "1530.50", `"0.10"`, 1)},
		{"set a truth value", "{/ok: false}", strings.Replace(unchanged, "true", "false", 1)},
		{"quoted true is a text", `{/ok: "true"}`, strings.Replace(unchanged, "true}", `"true"}`, 1)},
		{"set below", "{/budget/adjusted: -3}", strings.Replace(unchanged, "1e2", "-3", 1)},
		{"set an object", "{/budget: {x: [1, {}]}}", `{"total":1530.50,"budget":{"x":[1,{}]},"list":[{"n":1},{"n":2}],"ok":true}`},
		{"add", "{/more: 1}", strings.Replace(unchanged, "true}", `true,"more":1}`, 1)},
		{"add, with objects on the way", "{/a/b/c: 1}", strings.Replace(unchanged, "true}", `true,"a":{"b":{"c":1}}}`, 1)},
		{"null removes", "{/budget/note: null, /ok: ~}", strings.Replace(strings.Replace(unchanged, `"note":"007",`, "", 1), `,"ok":true`, "", 1)},
		{"element", "{/list/1/n: 5}", strings.Replace(unchanged, `{"n":2}`, `{"n":5}`, 1)},
		{"append", "{/list/-: {n: 3}}", strings.Replace(unchanged, `{"n":2}`, `{"n":2},{"n":3}`, 1)},
		{"append with objects on the way", "{/list/-/n: 3}", strings.Replace(unchanged, `{"n":2}`, `{"n":2},{"n":3}`, 1)},
		{"remove an element", "{/list/0: null}", strings.Replace(unchanged, `{"n":1},`, "", 1)},
		{"in order", "{/list/0: null, /list/0/n: 9}", strings.Replace(unchanged, `{"n":1},{"n":2}`, `{"n":9}`, 1)},
		{"escaped name", "{/a~1b: 1}", strings.Replace(unchanged, "true}", `true,"a/b":1}`, 1)},
		{"quotation marks", `{/total: "a\"b<&"}`, strings.Replace(unchanged, "1530.50", `"a\"b\u003c\u0026"`, 1)},
		{"outside of a list", "{/list/2: 1}", "!2"},
		{"name in a list", "{/list/x: 1}", "!x"},
		{"below a number", "{/total/x: 1}", "!x"},
		{"remove what is not there", "{/none: null}", "!none"},
		{"remove after the last", "{/list/-: null}", "!-"},
	} {
		s, err := Parse("a.cases.yaml", "a", []byte("base:"+base+"cases:\n  - name: a\n    patch: "+c.patch+"\n    expect: {outcome: full}\n  - name: b\n    expect: {outcome: full}\n"))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got, wrong := s.Cases[0].facts(s.Cases[0].base)
		if wrong != nil {
			why := wrong.Args[1].Value.(message.Message)
			got = "!" + why.Args[0].Value.(string)
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if other, _ := s.Cases[1].facts(s.Cases[1].base); other != unchanged {
			t.Errorf("%s: the next case has %s", c.name, other)
		}
	}
}

const policyText = `# METADATA
# title: A
# description: D
# custom:
#   evidence: [E]
package x.a

deductions[k] := {"share": "1/3", "reason": sprintf("%s is low", [k])} if {
	some k in ["p", "q"]
	input[k] < 10
}

cutoff := {"reason": "stop"} if input.p < 0
`

func testRules(t *testing.T) *engine.Rules {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"framework.yaml": "id: x\ntitle: X\nversion: \"1\"\ntree:\n  - id: g\n    title: G\n    weight: 100\n    indicators:\n      - {id: a, weight: 100}\n",
		"facts.schema.json": `{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": false, "required": ["year"],
			"properties": {"year": {"type": "integer"}, "p": {"type": "number"}, "q": {"type": "number"}}}`,
		"g/a.rego": policyText,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	fw, err := framework.Load(dir, []string{".rego"})
	if err != nil {
		t.Fatal(err)
	}
	r, err := engine.Compile(context.Background(), fw, rego.Language{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Cases that hold and cases that do not: the ids of what is reported.
func TestRun(t *testing.T) {
	r := testRules(t)
	bases := func(id string) ([]byte, error) {
		switch id {
		case "kexie":
			return []byte(`{"year": 2023, "p": 5.0, "q": 20}`), nil
		case "broken":
			return []byte(`{"p": `), nil
		}
		return nil, os.ErrNotExist
	}
	for _, c := range []struct{ name, text, want string }{
		{"full", "base: {p: 10, q: 10}\nexpect: {outcome: full, share: 0}", ""},
		{"base by id", "base: kexie\nexpect: {outcome: deducted, share: 1/3, items: [p], reason: p is low}", ""},
		{"base by id, changed", "base: kexie\npatch: {/p: 10}\nexpect: {outcome: full}", ""},
		{"both", "base: {p: 9.99, q: 0}\nexpect: {outcome: deducted, share: 2/3, items: [p, q], reason: q is low}", ""},
		{"cut off", "base: {p: -1, q: 10}\nexpect: {outcome: deducted, share: 1, items: [p], reason: stop}", ""},
		{"missing", "base: {q: 3}\nexpect: {outcome: undetermined, items: [q]}", ""},
		{"outcome", "base: {p: 10, q: 10}\nexpect: {outcome: deducted}", "outcome [deducted] [full]"},
		{"share", "base: {p: 1, q: 10}\nexpect: {outcome: deducted, items: [p], share: 0.33}", "share [0.33] [1/3]"},
		{"items", "base: {p: 1, q: 10}\nexpect: {outcome: deducted, items: [q]}", "items [q] [p]"},
		{"items left out", "base: {p: 1, q: 10}\nexpect: {outcome: deducted}", "items [] [p]"},
		{"reason", "base: {p: 1, q: 10}\nexpect: {outcome: deducted, items: [p], reason: q is low}", "reason [q is low] [p is low]"},
		{"no such base", "base: nowhere\nexpect: {outcome: full}", "cases.no_base"},
		{"base that is no JSON", "base: broken\nexpect: {outcome: full}", "cases.no_base"},
		{"fact that is not in the schema", "base: {r: 1}\nexpect: {outcome: full}", "cases.bad_facts"},
		{"patch of nothing", "base: {p: 1}\npatch: {/q: null}\nexpect: {outcome: full}", "cases.patch"},
	} {
		text := "cases:\n  - name: one\n    " + strings.ReplaceAll(c.text, "\n", "\n    ") + "\n"
		s, err := Parse("a.cases.yaml", "a", []byte(text))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		results, err := s.Ready(r.Framework.Schema, bases).Run(context.Background(), r)
		if err != nil || len(results) != 1 {
			t.Errorf("%s: %v, %v", c.name, results, err)
			continue
		}
		var wrong []string
		if m := results[0].Trouble; m != nil {
			wrong = append(wrong, m.ID)
		}
		for _, d := range results[0].Differs {
			wrong = append(wrong, fmt.Sprintf("%s %v %v", d.Field, d.Want, d.Have))
		}
		if got := strings.Join(wrong, "; "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if results[0].Passed() != (c.want == "") {
			t.Errorf("%s: passed: %v", c.name, results[0].Passed())
		}
	}
}
