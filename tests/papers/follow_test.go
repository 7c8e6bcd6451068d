package papers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/xuri/excelize/v2"

	"rubric/engine"
	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/papers"
	"rubric/tests/internal/shipped"
	"rubric/tests/internal/tree"
)

// bench is a case, its rules and its papers.
type bench struct {
	*testing.T
	rules *engine.Rules
	doc   *tree.Doc
	bound *facts.Document
	a     *engine.Assessment
	book  *excelize.File
	whole *excelize.File // with the formulas as they are written, see plain
}

func newBench(t *testing.T, framework, of string) *bench {
	t.Helper()
	b := &bench{T: t, rules: shipped.Rules(t, filepath.Join(root, "policies", framework))}
	text, err := os.ReadFile(filepath.Join(root, "inputs", of, "facts.json"))
	if err == nil {
		b.doc, err = tree.Parse(text)
	}
	if err == nil {
		b.bound, err = b.doc.Bind(b.rules.Framework.Schema)
	}
	if err != nil {
		t.Fatal(err)
	}
	b.a = shipped.Assess(t, b.rules, b.bound)
	b.whole, b.book = b.papers(), plain(t, b.papers())
	return b
}

func (b *bench) papers() *excelize.File {
	b.Helper()
	words, err := message.Load()
	if err != nil {
		b.Fatal(err)
	}
	say := func(id string, pairs ...any) string { return words.Text(message.Chinese, message.New(id, pairs...)) }
	var out bytes.Buffer
	err = papers.Write(context.Background(), &out, papers.Case{Rules: b.rules, Facts: b.bound, Assessment: b.a}, say,
		func(m message.Message) string { return words.Text(message.Chinese, m) })
	if err != nil {
		b.Fatal(err)
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { f.Close() })
	return f
}

// cellOf is the cell in which a fact stands.
func (b *bench) cellOf(sheet string, no int, n *facts.Node) string {
	rows, err := b.book.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		b.Fatal(err)
	}
	for y, row := range rows {
		if len(row) > 2 && row[0] == strconv.Itoa(no) && row[1] == engine.LabelOf(n) {
			return fmt.Sprintf("C%d", y+1)
		}
	}
	b.Fatalf("%s: no row for fact %d, %s", sheet, no, engine.LabelOf(n))
	return ""
}

// others are other values for a fact, within its schema.
func others(n *facts.Node) (all []any) {
	switch n.Kind {
	case facts.Bool:
		return []any{!n.Flag}
	case facts.Num:
		for _, by := range []string{"1/2", "9/10", "2"} {
			f, _ := new(big.Rat).SetString(by)
			v, _ := new(big.Rat).SetString(n.Text)
			if v.Mul(v, f); n.Schema.Integer {
				v.SetInt(new(big.Int).Quo(v.Num(), v.Denom()))
			}
			all = append(all, json.Number(v.FloatString(4)))
			if n.Schema.Integer {
				all[len(all)-1] = json.Number(v.FloatString(0))
			}
		}
	case facts.Text:
		for _, allowed := range n.Schema.Enum {
			if allowed != n.Text {
				all = append(all, allowed)
			}
		}
	}
	return all
}

// changed sets a fact in its cell, and back.
func (b *bench) changed(sheet, at string, v any, look func()) {
	set := func(v any) {
		switch v := v.(type) {
		case bool:
			word := map[bool]string{true: "是", false: "否"}[v]
			b.check(b.book.SetCellStr(sheet, at, word))
		case json.Number:
			b.check(b.book.SetCellDefault(sheet, at, v.String()))
		case string:
			b.check(b.book.SetCellStr(sheet, at, v))
		case nil:
			b.check(b.book.SetCellValue(sheet, at, nil))
		}
	}
	old, err := b.book.GetCellValue(sheet, at, excelize.Options{RawCellValue: true})
	b.check(err)
	kind, err := b.book.GetCellType(sheet, at)
	b.check(err)
	set(v)
	look()
	if kind == excelize.CellTypeSharedString {
		set(old)
	} else {
		set(json.Number(old))
	}
}

func (b *bench) check(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// TestPapersFollowFacts: a fact that is changed in its cell changes the score on
// the sheet as it changes that of an evaluation.
func TestPapersFollowFacts(t *testing.T) {
	for framework, of := range map[string]string{"urumqi-dept-2023": "urumqi-kexie-2023", "project-self-evaluation": "bridge-project-2023", "fiscal-capacity": "county-fiscal-2023"} {
		b := newBench(t, framework, of)
		tried, moved := 0, 0
		for i, sheet := range b.book.GetSheetList()[1:] {
			in := b.a.Indicators[i]
			for no, n := range b.rules.FactsOf(b.bound, in.ID) {
				if no >= 8 {
					break
				}
				b.emptied(sheet, in, no+1, n)
				for _, v := range others(n) {
					was, is, ok := b.follows(sheet, in, no+1, n, v)
					if !ok {
						continue
					}
					if tried++; was != is {
						moved++
					}
				}
			}
		}
		t.Logf("%s: %d changes, of which %d move a score", of, tried, moved)
		if tried < 5*len(b.a.Indicators)/2 || moved < len(b.a.Indicators)/2 {
			t.Errorf("%s: only %d changes, of which %d move a score", of, tried, moved)
		}
	}
}

// follows tries one change; ok is false where the case does not stand with it.
func (b *bench) follows(sheet string, in engine.Indicator, no int, n *facts.Node, v any) (was, is string, ok bool) {
	doc := b.doc.Clone()
	if v == nil {
		doc.Delete(n.Pointer())
	} else {
		doc.Set(n.Pointer(), v)
	}
	bound, err := doc.Bind(b.rules.Framework.Schema)
	if err != nil {
		return "", "", false
	}
	a, err := b.rules.Evaluate(context.Background(), engine.Case{Facts: bound})
	if err != nil {
		return "", "", false
	}
	for _, other := range a.Indicators {
		if other.ID == in.ID && other.Weight == in.Weight && other.Outcome != engine.Failed && other.Outcome != engine.Undetermined {
			was, is, ok = given(in), given(other), true
		}
	}
	if !ok {
		return "", "", false
	}
	b.changed(sheet, b.cellOf(sheet, no, n), v, func() {
		if got := valueBeside(b.T, b.book, sheet, b.scoreLabel()); got != is && !near(b.T, got, is) {
			b.Errorf("%s: with %v for %s the sheet says %s, an evaluation %s", sheet, v, engine.LabelOf(n), got, is)
		}
	})
	return was, is, true
}

// emptied tries the cell of a fact without anything in it, and with what cannot be
// read: the score is open, unless the fact is optional.
func (b *bench) emptied(sheet string, in engine.Indicator, no int, n *facts.Node) {
	if n.Schema.Optional {
		if _, is, ok := b.follows(sheet, in, no, n, nil); ok && is == given(in) {
			b.Logf("%s: %s is optional and moves nothing", sheet, engine.LabelOf(n))
		}
		return
	}
	if no > 2 {
		return
	}
	book := b.book
	b.book = b.whole
	defer func() { b.book = book }()
	tries := []any{nil}
	if n.Kind != facts.Text {
		tries = append(tries, "1,100万元")
	}
	for _, v := range tries {
		b.changed(sheet, b.cellOf(sheet, no, n), v, func() {
			if got := valueBeside(b.T, b.book, sheet, b.scoreLabel()); got != "待定" {
				b.Errorf("%s: with %v for %s the sheet says %s", sheet, v, engine.LabelOf(n), got)
			}
			if len(b.rules.Framework.Scale) > 0 || no > 1 {
				return
			}
			if total, grade := b.sum(); total != "待定" || grade != "等级待定" {
				b.Errorf("%s: with %v for %s the total is %s, %s", sheet, v, engine.LabelOf(n), total, grade)
			}
		})
	}
}

// scoreLabel is what the score by the rules is called on the sheets.
func (b *bench) scoreLabel() string {
	if len(b.rules.Framework.Scale) > 0 {
		return "规则等次"
	}
	return "规则得分"
}

func given(in engine.Indicator) string {
	switch {
	case in.RuleMark != nil:
		return *in.RuleMark
	case in.RuleScore != nil:
		return *in.RuleScore
	}
	return "不适用"
}
