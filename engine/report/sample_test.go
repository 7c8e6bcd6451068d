package report

import (
	"encoding/json"
	"strings"
	"testing"

	"rubric/engine"
	"rubric/engine/message"
)

func words(t *testing.T, lang message.Lang) Words {
	t.Helper()
	catalogue, err := message.Load()
	if err != nil {
		t.Logf("catalogue: %v", err) // other packages' sentences are their tests' business
	}
	return Words{lang, catalogue}
}

func ptr[T any](v T) *T { return &v }

var digest = "sha256:" + strings.Repeat("0a", 32)

// sample has one indicator of every outcome.
func sample() *engine.Assessment {
	place := engine.Place{File: "input/payment.rego", Line: 12}
	a := &engine.Assessment{
		Schema:    engine.SchemaID,
		Framework: engine.FrameworkRef{ID: "demo", Version: "1.2", Digest: digest},
		Case:      engine.CaseRef{ID: "kexie", Title: "科协2023年度", FactsDigest: engine.DigestOf(digest), ReviewDigest: &digest},
		Total:     engine.Total{Weight: "14.5", Range: engine.Range{Min: "3.57", Max: "11.57"}},
		Groups: []engine.Group{
			{ID: "input", Title: "投入管理", Weight: "8.5", RuleScore: ptr("3.07"), Score: ptr("3.57"), Rate: ptr("42.00"),
				Groups: []engine.Group{{ID: "budget", Title: "预算管理", Weight: "8.5", RuleScore: ptr("3.07"), Score: ptr("3.57"),
					Rate: ptr("42.00"), Indicators: []string{"payment", "plan", "spread"}}}},
			{ID: "effect", Title: "履职效能", Weight: "6", Indicators: []string{"books", "broken", "none"}},
		},
	}
	a.Indicators = []engine.Indicator{
		{ID: "payment", Title: "资金支付进度达标情况", Weight: "3", Outcome: engine.Deducted, RuleScore: ptr("2.00"), Score: ptr("2.50"),
			Range: engine.Range{Min: "2.50", Max: "2.50"},
			Deductions: []engine.Deduction{{Item: "第一季度", Share: "1/3", Points: "1", Rule: place,
				Reason: "第一季度末支付进度为18.53%，没有达到应有的25%，前三季度每季度末都要达到规定的支付进度，有一项未达到就扣权重分的1/3。",
				Facts: engine.Cite([]engine.Fact{
					{Pointer: "/payments/q1/paid", Role: "value", Value: json.RawMessage("269.640"), Label: "资金支付 › 第一季度末 › 支付金额", Unit: "万元", Evidence: "2023年部门决算表，第3页"},
					{Pointer: "/projects", Role: "collection", Count: ptr(0), Label: "项目"},
					{Pointer: "/note", Role: "absent", Label: "说明"},
					{Pointer: "/remark", Role: "condition", Value: json.RawMessage(`""`), Label: "备注"},
				}...)}},
			Ledger: []engine.Step{{Step: "weight", Points: "3"}, {Step: "deduction", Item: ptr("第一季度"), Points: "-1"}},
			Review: &engine.Review{Score: new("2.50"), Reason: "专家认为第一季度有客观原因", By: "评审组"},
			Rule: engine.RuleText{File: "input/payment.rego", Text: "前三季度每季度末资金支付进度分别达到25%、50%和75%，得满分；有一项未达到，扣权重分1/3，扣完为止。",
				Interpretation: "按季度末累计数", Evidence: []string{"决算表", "支付明细"}}},
		{ID: "plan", Title: "工作计划完整性", Weight: "2.5", Outcome: engine.Full, RuleScore: ptr("2.50"), Score: ptr("2.50"),
			Range: engine.Range{Min: "2.50", Max: "2.50"}, Ledger: []engine.Step{{Step: "weight", Points: "2.5"}}},
		{ID: "spread", Title: "“三公”经费控制有效性", Weight: "3", Outcome: engine.Deducted, RuleScore: ptr("-1.43"), Score: ptr("-1.43"),
			Range: engine.Range{Min: "-1.43", Max: "-1.43"},
			Deductions: []engine.Deduction{{Share: "31/21", Points: "31/7", Reason: "超预算\x1b[2J\n很多 | 很多", Rule: place},
				{Share: "5/1237", Points: "15/12370", Reason: "零头", Rule: place}},
			Cutoff: &engine.Clause{Reason: "虚报", Rule: place},
			Ledger: []engine.Step{{Step: "weight", Points: "3"}, {Step: "deduction", Item: ptr(""), Points: "-31/7"},
				{Step: "floor", Points: "10/7"}, {Step: "rounding", Points: "-1/700"}}},
		{ID: "books", Title: "更新科普系列图书", Weight: "2", Outcome: engine.Undetermined, Range: engine.Range{Min: "0.00", Max: "2.00"},
			Missing:     []string{"/books/bought"},
			MissingFact: []engine.Fact{{Pointer: "/books/bought", Label: "图书 › 购买册数", Unit: "册"}},
			Ledger:      []engine.Step{{Step: "weight", Points: "2"}}},
		{ID: "broken", Title: "投入成本合理性", Weight: "2", Outcome: engine.Failed, Score: ptr("1.86"), Range: engine.Range{Min: "1.86", Max: "1.86"},
			Failure: &engine.Failure{Message: "除数为零", File: "effect/broken.cel.yaml", Line: 7},
			Review:  &engine.Review{Score: new("1.86"), Reason: "正文"}},
		{ID: "none", Title: "融媒体平台", Weight: "2", Outcome: engine.NotApplicable, RuleScore: ptr("2.00"), Score: ptr("2.00"),
			Range: engine.Range{Min: "2.00", Max: "2.00"}, NotApplicable: &engine.Clause{Reason: "当年没有该项目", Rule: place}},
	}
	a.Reconciliation = []engine.Reconciliation{
		{Check: "totals", Item: "合计", Severity: "error", Message: "合计与明细不符", Figures: []string{"10", "28/3"}, Difference: ptr("2/3"),
			Facts: engine.Cite(engine.Fact{Pointer: "/total", Role: "value", Value: json.RawMessage("10.0"), Label: "合计", Unit: "万元", Evidence: "决算表，第2行"}),
			Indicators: []engine.Touched{
				{ID: "books", Title: "更新科普系列图书"},
				{ID: "edu", Title: "科普教育", RuleScore: ptr("0.00"), Other: ptr("3.00"), Points: ptr("3")},
				{ID: "same", Title: "三公经费", RuleScore: ptr("1.00"), Other: ptr("1.00"), Points: ptr("0")}},
			Rule: place},
		{Check: "dates", Item: "问卷", Severity: "warning", Message: "问卷截止得早", Rule: place}}
	return a
}
