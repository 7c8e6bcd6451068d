package papers_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"rubric/engine"
	"rubric/tests/internal/shipped"
	"rubric/tests/internal/tree"
)

const twoGroups = `grades:
  - {grade: good, from: 70}
  - {grade: poor, to: 70}
tree:
  - id: g
    title: G
    weight: 60
    indicators:
      - {id: a, weight: 35}
      - {id: b, weight: 25}
  - id: h
    title: H
    weight: 40
    indicators:
      - {id: c, weight: 40}
`

const meanGroups = `aggregation: weighted_mean
tree:
  - id: g
    title: G
    weight: 60
    indicators:
      - {id: a, weight: 30}
      - {id: b, weight: 70}
  - id: h
    title: H
    weight: 40
    indicators:
      - {id: c, weight: 100}
`

const besides = `bonus: {cap: 5, total_cap: 100}
tree:
  - id: g
    title: G
    weight: 100
    indicators:
      - {id: a, weight: 100, veto: {total: 80}}
      - {id: p, weight: 10, penalty: true}
  - id: extra
    title: Extra
    weight: 0
    indicators:
      - {id: x, weight: 4, bonus: true}
      - {id: y, weight: 4, bonus: true}
`

// made is a framework with a tree; each indicator earns the share facts.<id>, and
// does not apply where facts.<id>_na is true.
func made(t *testing.T, top, facts string) *bench {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("framework.yaml", "id: f\ntitle: F\nversion: \"1\"\n"+top)
	var properties []string
	group := ""
	for line := range strings.Lines(top) {
		if _, id, ok := strings.Cut(strings.TrimSpace(line), "- id: "); ok {
			group = id
		}
		if _, rest, ok := strings.Cut(line, "- {id: "); ok {
			id, _, _ := strings.Cut(rest, ",")
			properties = append(properties, fmt.Sprintf(`"%s": {"type": "number"}, "%s_na": {"type": "boolean"}`, id, id))
			write(group+"/"+id+".cel.yaml", fmt.Sprintf("title: T %s\ndescription: D\ncustom: {evidence: [E]}\nearned: {share: facts.%s, reason: r}\n"+
				"not_applicable: {condition: facts.%s_na, reason: n}\n", id, id, id))
		}
	}
	write("facts.schema.json", `{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": false, "properties": {`+strings.Join(properties, ", ")+`}}`)
	b := &bench{T: t, rules: shipped.Rules(t, dir)}
	var err error
	if b.doc, err = tree.Parse([]byte(facts)); err == nil {
		b.bound, err = b.doc.Bind(b.rules.Framework.Schema)
	}
	b.check(err)
	b.a = shipped.Assess(t, b.rules, b.bound)
	b.whole, b.book = b.papers(), plain(t, b.papers())
	return b
}

// sum is what the index gives for the total by the rules, and the grade.
func (b *bench) sum() (total, grade string) {
	b.Helper()
	index := b.book.GetSheetList()[0]
	rows, err := b.book.GetRows(index)
	b.check(err)
	for y, row := range rows {
		if len(row) > 0 && row[0] == "合计" {
			total, err = b.book.CalcCellValue(index, fmt.Sprintf("D%d", y+1), excelize.Options{RawCellValue: true})
			b.check(err)
			if formula, err := b.book.GetCellFormula(index, fmt.Sprintf("D%d", y+1)); err != nil || formula == "" {
				b.Error("the total is no formula")
			}
			grade, err = b.book.CalcCellValue(index, fmt.Sprintf("F%d", y+1))
			b.check(err)
		}
	}
	return total, grade
}

// TestTotals: the total on the index follows the facts, however the framework puts
// its indicators together.
func TestTotals(t *testing.T) {
	const base = `{"a": 0.75, "a_na": false, "b": 0.5, "b_na": false, "c": 0.9, "c_na": false}`
	const more = `{"a": 1, "a_na": false, "p": 0.9, "p_na": false, "x": 1, "x_na": false, "y": 0.5, "y_na": false}`
	for _, c := range []struct {
		name, tree, facts string
		changes           string // fact and value, one after the other, each alone
	}{
		{"keep", twoGroups, base, "a 0.2, b_na true, c 0"},
		{"redistribute", "not_applicable: redistribute\n" + twoGroups, base, "a 0.2, a_na true, c_na true, c 0"},
		{"drop", "not_applicable: drop\n" + twoGroups, base, "a 0.2, a_na true, c_na true"},
		{"weighted mean", meanGroups, base, "a 0.2, b_na true, c 0.33333"},
		{"weighted mean of what applies", "not_applicable: drop\n" + meanGroups, base, "a 0.2, a_na true, c 0.33333"},
		{"bonus, penalty, caps, veto", besides, more, "a 0.85, a 0.5, p 0, x 0, y 1, x_na true, a 0.9999"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := made(t, c.tree, c.facts)
			recomputed(t, b.book)
			for change := range strings.SplitSeq(c.changes, ", ") {
				name, text, _ := strings.Cut(change, " ")
				b.changesTotal(name, text)
			}
		})
	}
}

func (b *bench) changesTotal(name, text string) {
	b.Helper()
	var v any = json.Number(text)
	if text == "true" {
		v = true
	}
	doc := b.doc.Clone()
	doc.Set("/"+name, v)
	bound, err := doc.Bind(b.rules.Framework.Schema)
	b.check(err)
	a, err := b.rules.Evaluate(context.Background(), engine.Case{Facts: bound})
	b.check(err)
	of, _, _ := strings.Cut(name, "_")
	for i, in := range b.a.Indicators {
		if in.ID != of {
			continue
		}
		sheet := b.book.GetSheetList()[i+1]
		for no, n := range b.rules.FactsOf(b.bound, in.ID) {
			if n.Key != name {
				continue
			}
			b.changed(sheet, b.cellOf(sheet, no+1, n), v, func() {
				total, grade := b.sum()
				if a.Total.RuleScore == nil || !near(b.T, total, *a.Total.RuleScore) {
					b.Errorf("%s %s: the index says %s, an evaluation %v", name, text, total, *a.Total.RuleScore)
				}
				if len(b.rules.Framework.Grades) > 0 && b.rules.Framework.NotApplicable != "drop" && grade != "等级："+*a.Total.Grade {
					b.Errorf("%s %s: the index says %s, an evaluation %s", name, text, grade, *a.Total.Grade)
				}
			})
		}
	}
}
