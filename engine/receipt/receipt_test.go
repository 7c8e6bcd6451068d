package receipt

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"rubric/engine"
	"rubric/engine/bundle"
	"rubric/engine/facts"
	"rubric/engine/framework"
	"rubric/engine/message"
	"rubric/engine/policy"
)

func ref(s string) *string { return &s }

const someDigest = "sha256:d2a76393032d01a08a34dc2ac09d4fe237a91bcdc36869e6cf97341e552a59aa"

// made is a receipt of a small assessment over the given facts.
func made(t *testing.T, text string, withValues bool, change func(a *engine.Assessment, b *bundle.Bundle)) *Receipt {
	t.Helper()
	doc, err := facts.Parse("facts.json", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	a := &engine.Assessment{
		Schema:    engine.SchemaID,
		Framework: engine.FrameworkRef{ID: "f", Version: "1.0.0"},
		Case:      engine.CaseRef{ID: "c", Title: "C", FactsDigest: engine.DigestOf(doc.Digest()), ReviewDigest: ref(someDigest)},
		Total:     engine.Total{Weight: "100", RuleScore: ref("90.00"), Score: ref("90.00"), Range: engine.Range{Min: "90.00", Max: "90.00"}},
		Indicators: []engine.Indicator{
			{ID: "one", Title: "One", Weight: "60", Outcome: engine.Full, RuleScore: ref("60.00"), Score: ref("60.00")},
			{ID: "two", Title: "Two", Weight: "40", Outcome: engine.Deducted, RuleScore: ref("30.00"), Score: ref("30.00"),
				Deductions: []engine.Deduction{{Item: "", Reason: "low"}}},
		},
	}
	b := bundle.New("policies/f", []bundle.File{{Name: "framework.yaml", Text: []byte("id: f\n")}, {Name: "g/one.rego", Text: []byte("package one\n")}})
	if change != nil {
		change(a, b)
	}
	a.Framework.Digest = b.Digest()
	r, err := New(a, Source{Framework: &framework.Framework{Bundle: b}, FrameworkPath: "policies/f", CasePath: "inputs/c", Period: "2023",
		Facts: doc, Limits: policy.Limits{Steps: 5, Bytes: policy.NoLimit}, EngineVersion: "v1", WithValues: withValues})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const factsText = `{"b": 1.50, "a": {"x": true, "list": ["s", {}, []]}, "e": {}}`

// What stands in a receipt is in the published schema, comes back as it was, and
// is the same whatever the order and the white space of the facts.
func TestReceipt(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	schema, err := compiler.Compile("receipt.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, withValues := range []bool{false, true} {
		r := made(t, factsText, withValues, nil)
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(made(t, `{"e":{},"a":{"list":["s",{},[]],"x":true},"b":1.50}`, withValues, nil))
		if err != nil || string(again) != string(text) {
			t.Errorf("%s\n%s", text, again)
		}
		for _, document := range []string{string(text), "[" + string(text) + "]"} {
			value, err := jsonschema.UnmarshalJSON(strings.NewReader(document))
			if err == nil {
				err = schema.Validate(value)
			}
			if err != nil {
				t.Error(err)
			}
			list, err := Parse("r.json", []byte(document))
			if err != nil || len(list) != 1 || !Compare(list[0], made(t, factsText, true, nil)).Verified() {
				t.Errorf("%v", err)
			}
		}
		var pointers []string
		for _, f := range r.Facts {
			pointers = append(pointers, f.Pointer+" "+string(f.Value))
		}
		want := []string{"/a/list/0 ", "/a/list/1 ", "/a/list/2 ", "/a/x ", "/b ", "/e "}
		if withValues {
			want = []string{`/a/list/0 "s"`, "/a/list/1 {}", "/a/list/2 []", "/a/x true", "/b 1.50", "/e {}"}
		}
		if !slices.Equal(pointers, want) {
			t.Errorf("%q", pointers)
		}
	}
	d := policy.DefaultLimits()
	want := policy.Limits{Steps: 5, Bytes: policy.NoLimit, Depth: d.Depth, Items: d.Items, Text: d.Text, Bits: d.Bits}
	if got := made(t, factsText, false, nil).Engine.Limits.Policy(); got != want {
		t.Errorf("%+v", got)
	}
}

// Whatever differs is found, and named.
func TestCompare(t *testing.T) {
	for _, c := range []struct {
		name     string
		facts    string
		change   func(a *engine.Assessment, b *bundle.Bundle)
		want     string
		verified bool
		answer   bool
	}{
		{"nothing", factsText, nil, "", true, true},
		{"a score", factsText, func(a *engine.Assessment, _ *bundle.Bundle) { a.Indicators[0].Score = ref("59.00") }, "one different", false, false},
		{"a rule score", factsText, func(a *engine.Assessment, _ *bundle.Bundle) { a.Indicators[0].RuleScore = ref("59.00") }, "one different", false, false},
		{"an outcome", factsText, func(a *engine.Assessment, _ *bundle.Bundle) { a.Indicators[0].Outcome = engine.NotApplicable }, "one different", false, false},
		{"no score any more", factsText, func(a *engine.Assessment, _ *bundle.Bundle) { a.Indicators[0].Score = nil }, "one different", false, false},
		{"a reason", factsText, func(a *engine.Assessment, _ *bundle.Bundle) { a.Indicators[1].Deductions[0].Reason = "high" }, "two reworded", false, false},
		{"an indicator less", factsText, func(a *engine.Assessment, _ *bundle.Bundle) { a.Indicators = a.Indicators[:1] }, "two gone", false, false},
		{"an indicator more", factsText, func(a *engine.Assessment, _ *bundle.Bundle) {
			a.Indicators = append(a.Indicators, engine.Indicator{ID: "three"})
		}, "three added", false, false},
		{"the total", factsText, func(a *engine.Assessment, _ *bundle.Bundle) { a.Total.Score = ref("91.00") }, "", false, false},
		{"the grade", factsText, func(a *engine.Assessment, _ *bundle.Bundle) { a.Total.Grade = ref("good") }, "", false, false},
		{"something else", factsText, func(a *engine.Assessment, _ *bundle.Bundle) { a.Groups = []engine.Group{{ID: "g"}} }, "", false, true},
		{"a policy", factsText, func(_ *engine.Assessment, b *bundle.Bundle) { b.Files[1].Text = []byte("package one \n") }, "rules g/one.rego different", false, true},
		{"a policy less", factsText, func(_ *engine.Assessment, b *bundle.Bundle) { b.Files = b.Files[:1] }, "rules g/one.rego gone", false, true},
		{"a file more", factsText, func(_ *engine.Assessment, b *bundle.Bundle) { b.Files = append(b.Files, bundle.File{Name: "z"}) }, "rules z added", false, true},
		{"another version", factsText, func(a *engine.Assessment, _ *bundle.Bundle) { a.Framework.Version = "2.0.0" }, "rules  different", false, true},
		{"a fact", strings.Replace(factsText, "1.50", "1.5", 1), nil, "facts /b different 1.50 1.5", false, true},
		{"a fact less", strings.Replace(factsText, `"b": 1.50, `, "", 1), nil, "facts /b gone 1.50 ", false, true},
		{"a fact more", strings.Replace(factsText, `"b"`, `"c": 1, "b"`, 1), nil, "facts /c added  1", false, true},
		{"an empty list filled", strings.Replace(factsText, "[]]", "[1]]", 1), nil, "facts /a/list/2 gone [] , facts /a/list/2/0 added  1", false, true},
		{"no review", factsText, func(a *engine.Assessment, _ *bundle.Bundle) { a.Case.ReviewDigest = nil }, "review  gone", false, true},
		{"evidence", factsText, func(a *engine.Assessment, _ *bundle.Bundle) { a.Case.EvidenceDigest = ref(someDigest) }, "evidence  added", false, true},
		{"the title", factsText, func(a *engine.Assessment, _ *bundle.Bundle) { a.Case.Title = "D" }, "case  different", false, true},
	} {
		got := Compare(made(t, factsText, true, nil), made(t, c.facts, true, c.change))
		var changes []string
		for _, i := range got.Indicators {
			if i.Change != Same {
				changes = append(changes, fmt.Sprintf("%s %s", i.ID, i.Change))
			}
		}
		for _, i := range got.Inputs {
			text := fmt.Sprintf("%s %s %s", i.Input, i.Name, i.Change)
			if i.Input == FactData {
				text += fmt.Sprintf(" %s %s", i.Then, i.Now)
			}
			changes = append(changes, text)
		}
		if text := strings.Join(changes, ", "); text != c.want || got.Verified() != c.verified || got.SameAnswer() != c.answer {
			t.Errorf("%s: %q, verified %v, same answer %v", c.name, text, got.Verified(), got.SameAnswer())
		}
	}
}

// A receipt is not believed: each of its parts that is edited shows.
func TestEditedReceipt(t *testing.T) {
	text, err := json.Marshal(made(t, factsText, true, nil))
	if err != nil {
		t.Fatal(err)
	}
	now := made(t, factsText, true, nil)
	for _, c := range []struct{ name, old, new string }{
		{"score", `"score":"60.00"`, `"score":"60.10"`},
		{"rule score", `"rule_score":"30.00"`, `"rule_score":"31.00"`},
		{"outcome", `"outcome":"full"`, `"outcome":"deducted"`},
		{"total", `"score":"90.00"`, `"score":"91.00"`},
		{"range", `"max":"90.00"`, `"max":"99.00"`},
		{"facts digest", now.Case.FactsDigest, someDigest},
		{"framework digest", now.Framework.Digest, someDigest},
		{"file digest", now.Framework.Files[0].Digest, someDigest},
		{"fact digest", now.Facts[0].Digest, someDigest},
		{"assessment digest", now.Assessment, someDigest},
		{"indicator digest", now.Indicators[0].Digest, someDigest},
		{"title", `"title":"One"`, `"title":"Won"`},
		{"version", `"version":"1.0.0"`, `"version":"1.0.1"`},
	} {
		edited := strings.Replace(string(text), c.old, c.new, 1)
		if edited == string(text) {
			t.Fatalf("%s: no %s in %s", c.name, c.old, text)
		}
		list, err := Parse("r.json", []byte(edited))
		if err != nil || Compare(list[0], now).Verified() {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	good, err := json.Marshal(made(t, factsText, false, nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "receipt.unreadable"},
		{"no JSON", "receipt", "receipt.unreadable"},
		{"cut off", string(good[:len(good)/2]), "receipt.unreadable"},
		{"twice", string(good) + string(good), "receipt.unreadable"},
		{"no receipts", "[]", "receipt.empty"},
		{"null", "[null]", "receipt.other_schema"},
		{"an assessment", `{"schema": "rubric.assessment/v1"}`, "receipt.other_schema"},
		{"unknown part", strings.Replace(string(good), `"assessment"`, `"asessment"`, 1), "receipt.unreadable"},
		{"no case", strings.Replace(string(good), `"path":"inputs/c"`, `"path":""`, 1), "receipt.part"},
		{"digest", strings.Replace(string(good), `"facts_digest":"sha256:`, `"facts_digest":"sha1:`, 1), "receipt.part"},
		{"limit of zero", strings.Replace(string(good), `"steps":5`, `"steps":0`, 1), "receipt.part"},
		{"limit too large", strings.Replace(string(good), `"steps":5`, `"steps":99999999999`, 1), "receipt.part"},
		{"limit in words", strings.Replace(string(good), `"steps":5`, `"steps":"many"`, 1), "receipt.unreadable"},
	} {
		_, err := Parse("r.json", []byte(c.text))
		var problems message.Problems
		if !errors.As(err, &problems) || len(problems) != 1 || problems[0].Message.ID != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
