package engine_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"rubric/engine"
	"rubric/engine/facts"
)

// summed builds a framework whose indicator x earns the share facts.x, and does
// not apply where facts.x_na is true. tree is what stands in framework.yaml
// behind the title; indicators are named in it as {id: x, …}.
func summed(t *testing.T, tree string) *engine.Rules {
	t.Helper()
	files := map[string]string{"framework.yaml": "id: f\ntitle: F\nversion: \"1\"\nlanguage: en\n" + tree}
	var properties []string
	group := ""
	for _, line := range strings.Split(tree, "\n") {
		if _, id, ok := strings.Cut(line, "- id: "); ok {
			group = id
		}
		_, rest, ok := strings.Cut(line, "- {id: ")
		if !ok {
			continue
		}
		id, _, _ := strings.Cut(rest, ",")
		properties = append(properties, fmt.Sprintf(`"%s": {"type": "number"}, "%s_na": {"type": "boolean", "x-optional": true}`, id, id))
		files[group+"/"+id+".cel.yaml"] = "title: T\ndescription: D\ncustom: {evidence: [E]}\nearned: {share: facts." + id + ", reason: r}\n" +
			"not_applicable: {condition: has(facts." + id + "_na) && facts." + id + "_na, reason: n}\n"
	}
	files["facts.schema.json"] = `{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": false, "properties": {` + strings.Join(properties, ", ") + `}}`
	return built(t, files)
}

// given are facts such as "a 0.75, b na, c ?" (c is missing).
func given(t *testing.T, r *engine.Rules, text string) *facts.Document {
	t.Helper()
	var members []string
	for _, part := range strings.Split(text, ", ") {
		id, value, _ := strings.Cut(part, " ")
		switch value {
		case "?":
		case "na":
			members = append(members, fmt.Sprintf(`"%s": 0, "%s_na": true`, id, id))
		default:
			members = append(members, fmt.Sprintf(`"%s": %s`, id, value))
		}
	}
	return bound(t, r, "{"+strings.Join(members, ", ")+"}")
}

func steps(all []engine.Step) string {
	var out []string
	for _, s := range all {
		line := s.Step
		if s.Item != nil {
			line += " " + *s.Item
		}
		out = append(out, line+" "+s.Points)
	}
	return strings.Join(out, ", ")
}

const twoOf = `grades:
  - {grade: good, from: 80}
  - {grade: fair, from: 60, to: 80}
  - {grade: poor, to: 60}
tree:
  - id: g
    title: G
    weight: 100
    indicators:
      - {id: a, weight: 60}
      - {id: b, weight: 40}
`

// The four sections of an assessment tool weigh 20, 10, 20 and 50; in each the
// questions are worth 100.
const sections = `aggregation: weighted_mean
grades:
  - {grade: good, from: 70}
  - {grade: poor, to: 70}
tree:
  - id: s1
    title: S1
    weight: 20
    indicators:
      - {id: a, weight: 60}
      - {id: b, weight: 40}
  - id: s2
    title: S2
    weight: 10
    indicators:
      - {id: c, weight: 100}
  - id: s3
    title: S3
    weight: 20
    indicators:
      - {id: d, weight: 100}
  - id: s4
    title: S4
    weight: 50
    indicators:
      - {id: e, weight: 100}
`

const outsideTree = `bonus: {cap: 5, total_cap: 100}
grades:
  - {grade: good, from: 80}
  - {grade: poor, to: 80}
tree:
  - id: g
    title: G
    weight: 100
    indicators:
      - {id: a, weight: 100}
      - {id: p, weight: 10, penalty: true}
      - {id: v, weight: 0, veto: {total: 59}}
      - {id: w, weight: 0, veto: {grade: poor}}
  - id: extra
    title: Extra
    weight: 0
    indicators:
      - {id: x, weight: 4, bonus: true}
      - {id: y, weight: 4, bonus: true}
`

// Totals worked out by hand: weight, rule score, range, grade, ledger.
func TestAggregation(t *testing.T) {
	for _, c := range []struct{ name, tree, facts, want string }{
		{"keep", twoOf, "a 0.75, b na", "100 85.00 85.00–85.00 good sum 85"}, // 45 + 40
		// Σs/Σw·100 = 45/60·100 = 75
		{"redistribute", "not_applicable: redistribute\n" + twoOf, "a 0.75, b na", "100 75.00 75.00–75.00 fair sum 45, redistribution 30"},
		{"redistribute to a third", "not_applicable: redistribute\n" + twoOf, "a na, b 0.33325", "100 33.33 33.33–33.33 poor sum 13.33, redistribution 19.995, rounding 0.005"},
		{"redistribute nothing", "not_applicable: redistribute\n" + twoOf, "a 0.75, b 0.5", "100 65.00 65.00–65.00 fair sum 65"},
		{"nothing applies", "not_applicable: redistribute\n" + twoOf, "a na, b na", "100 null 0.00–0.00 null "},
		{"drop", "not_applicable: drop\n" + twoOf, "a 0.75, b na", "60 45.00 45.00–45.00 fair sum 45"}, // 45 of 60 is 75 %
		// b may not apply (75), or be 0 (45) or 40 (85)
		{"open, of 75 %", "not_applicable: redistribute\n" + twoOf, "a 0.75, b ?", "100 null 45.00–85.00 null "},
		{"open, of nothing", "not_applicable: redistribute\n" + twoOf, "a 0, b ?", "100 null 0.00–40.00 poor "},
		{"open, of all", "not_applicable: redistribute\n" + twoOf, "a 1, b ?", "100 null 60.00–100.00 null "},
		{"open, beside what does not apply", "not_applicable: redistribute\n" + twoOf, "a na, b ?", "100 null 0.00–100.00 null "},
		{"open, dropped", "not_applicable: drop\n" + twoOf, "a 0.75, b ?", "100 null 45.00–85.00 null "},
		// 70·0.2 + 80·0.1 + 33.33·0.2 + 90·0.5 = 14 + 8 + 6.666 + 45
		{"weighted mean", sections, "a 0.5, b 1, c 0.8, d 0.33333, e 0.9", "100 73.67 73.67–73.67 good sum 73.666, rounding 0.004"},
		// without b and the second section: (50·20 + 33.33·20 + 90·50) / 90
		{"mean of what applies", "not_applicable: drop\n" + sections, "a 0.5, b na, c na, d 0.33333, e 0.9", "100 68.52 68.52–68.52 poor sum 30833/450, rounding 1/450"},
		// c is 0, 100 or, where it does not apply, the mean of the others (65.666/90·100 = 72.96)
		{"mean, open", "not_applicable: drop\n" + sections, "a 0.5, b 1, c ?, d 0.33333, e 0.9", "100 null 65.67–75.67 null "},
		{"indicators are rounded", sections, "a 1, b 1, c 0, d 0, e 0.99999", "100 70.00 70.00–70.00 good sum 70"}, // e is 100.00 at two decimals
		{"grades are by the unrounded", "rounding: {digits: 0}\n" + sections, "a 1, b 1, c 0, d 0.99, e 0.6", "100 70 70–70 poor sum 69.8, rounding 0.2"},
		// 98 + (4+3, at most 5) = 103, at most 100
		{"bonus", outsideTree, "a 0.98, p 1, v 1, w 1, x 1, y 0.75", "100 100.00 100.00–100.00 good sum 98, bonus 7, bonus_cap -2, total_cap -3"},
		{"bonus below its cap", outsideTree, "a 0.8, p 1, v 1, w 1, x 0.25, y 0", "100 81.00 81.00–81.00 good sum 80, bonus 1"},
		{"bonus does not apply", outsideTree, "a 0.8, p na, v 1, w 1, x na, y 0", "100 80.00 80.00–80.00 good sum 80"},
		{"penalty", outsideTree, "a 0.8, p 0.6, v 1, w 1, x 0, y 0", "100 76.00 76.00–76.00 poor sum 80, penalty -4"},
		{"penalty below nothing", outsideTree, "a 0.05, p 0, v 1, w 1, x 0, y 0", "100 0.00 0.00–0.00 poor sum 5, penalty -10, floor 5"},
		{"veto", outsideTree, "a 0.92, p 1, v 0, w 1, x 0, y 0", "100 59.00 59.00–59.00 poor sum 92, veto v -33"},
		{"veto of less", outsideTree, "a 0.5, p 1, v 0, w 1, x 0, y 0", "100 50.00 50.00–50.00 poor sum 50"},
		{"veto of the grade", outsideTree, "a 0.92, p 1, v 1, w 0.5, x 0, y 0", "100 92.00 92.00–92.00 poor sum 92"},
		{"veto, open", outsideTree, "a 0.92, p 1, v ?, w 1, x 0, y 0", "100 null 59.00–92.00 null "},
		{"bonus and penalty, open", outsideTree, "a 0.9, p ?, v 1, w 1, x ?, y 0", "100 null 80.00–94.00 good "},
		// 60·0.1437 = 8.622 → 9, 40·0.3875 = 15.5 → 16
		{"whole points", "rounding: {digits: 0}\n" + twoOf, "a 0.1437, b 0.3875", "100 25 25–25 poor sum 25"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := summed(t, c.tree)
			total := evaluate(t, r, engine.Case{Facts: given(t, r, c.facts)}).Total
			got := fmt.Sprintf("%s %s %s–%s %s %s", total.Weight, text(total.RuleScore), total.Range.Min, total.Range.Max, text(total.Grade), steps(total.Ledger))
			if got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if total.RuleScore != nil {
				balanced(t, engine.Indicator{Ledger: total.Ledger, RuleScore: total.RuleScore})
			}
		})
	}
}

// Groups: weight, score, rate.
func TestAggregationGroups(t *testing.T) {
	for _, c := range []struct{ name, tree, facts, want string }{
		{"redistribute", "not_applicable: redistribute\n" + twoOf, "a 0.75, b na", "60 45.00 75.00"},
		{"nothing applies", "not_applicable: drop\n" + twoOf, "a na, b na", "0 0.00 null"},
		{"mean", "not_applicable: drop\n" + sections, "a 0.5, b na, c na, d 0.33333, e ?", "20 50.00 50.00, 10 null null, 20 33.33 33.33, 50 null null"},
		{"bonus", outsideTree, "a 0.98, p 0.5, v 1, w 1, x 1, y 0.75", "100 98.00 98.00, 0 7.00 null"},
	} {
		r := summed(t, c.tree)
		var all []string
		for _, g := range evaluate(t, r, engine.Case{Facts: given(t, r, c.facts)}).Groups {
			all = append(all, g.Weight+" "+text(g.Score)+" "+text(g.Rate))
		}
		if got := strings.Join(all, ", "); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// A review of what does not apply says that it does; one that leaves a vetoing
// indicator its weight lifts the veto. The rule score stays.
func TestAggregationReview(t *testing.T) {
	for _, c := range []struct{ tree, facts, id, score, want string }{
		{"not_applicable: redistribute\n" + twoOf, "a 0.75, b na", "b", "40", "75.00 85.00 100 []"},
		{outsideTree, "a 0.92, p 1, v 0, w 1, x 0, y 0", "v", "0", "59.00 92.00 100 []"},
		{outsideTree, "a 0.92, p 1, v 0, w 1, x 0, y 0", "a", "90", "59.00 59.00 100 [v]"},
	} {
		r := summed(t, c.tree)
		m := mark(t, c.id, c.score)
		a, err := r.Evaluate(context.Background(), engine.Case{Facts: given(t, r, c.facts), Marks: []engine.Mark{m}})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%s %s %s %v", text(a.Total.RuleScore), text(a.Total.Score), a.Total.Weight, a.Total.Vetoes); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.id, c.facts, got, c.want)
		}
	}
}

// Mistakes in how a framework adds up.
func TestAggregationMistakes(t *testing.T) {
	for _, c := range []struct{ tree, old, new, want string }{
		{sections, "{id: a, weight: 60}", "{id: a, weight: 61}", "framework.weights_mean"},
		{outsideTree, "bonus: true}", "bonus: true, penalty: true}", "framework.bonus_and_penalty"},
		{outsideTree, "{total: 59}", "{}", "framework.veto_empty"},
		{outsideTree, "{grade: poor}}", "{grade: bad}}", "framework.veto_grade"},
		{outsideTree, "bonus: {", "not_applicable: drop\nbonus: {", "framework.drop_outside"},
		{twoOf, "grades:", "scale: [A, B]\ngrades:", "framework.scale_policy"},
		{twoOf, "grades:", "scale: [A]\naggregation: policy\ngrades:", "framework.scale_short"},
		{twoOf, "grades:", "scale: [A, A]\naggregation: policy\ngrades:", "framework.mark_twice"},
		{twoOf, "grades:", "scale: [A, \"{B\"]\naggregation: policy\ngrades:", "framework.mark_form"},
		{twoOf, "grades:", "aggregation: mean\ngrades:", "framework.choice"},
		{outsideTree, "bonus: true}", "bonus: yes}", "framework.choice"},
	} {
		_, err := build(t, map[string]string{"framework.yaml": "id: f\ntitle: F\nversion: \"1\"\n" + strings.Replace(c.tree, c.old, c.new, 1), "facts.schema.json": schema})
		if got := ids(t, err); !strings.Contains(got, ":"+c.want) {
			t.Errorf("%s: %s, want %s", c.new, got, c.want)
		}
	}
}
