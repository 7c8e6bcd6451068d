package twins

import (
	"encoding/json"
	"fmt"

	"rubric/engine/number"
	"rubric/tests/internal/tree"
	"rubric/tests/internal/vary"
)

// twin is an indicator whose policy is written in both languages: how cases are
// made for it, and the boundaries of its written rule, each to be met on it and
// just on either side.
type twin struct {
	id         string
	boundaries []string
	generate   func(g *generator)
}

// The sides of a boundary.
const (
	below = "just below"
	on    = "exactly"
	above = "just above"
)

// all are the twins with their boundaries, from the written rules.
func all() []twin {
	return []twin{
		{"payment_progress", []string{"q1 25%", "q2 50%", "q3 75%"}, paymentProgress},
		{"budget_execution_rate", []string{"95%", "80%", "75%", "70%"}, budgetExecutionRate},
		{"three_public_expenses", []string{"spent=budget", "budget=previous"}, threePublicExpenses},
		{"goal_declaration_coverage", []string{"coverage 60%"}, goalDeclarationCoverage},
		{"performance_tracking_coverage", []string{"85%", "75%"}, performanceTrackingCoverage},
		{"book_acceptance", []string{"industrial_workers", "farmers", "elderly"}, bookAcceptance},
		{"satisfaction", []string{"90%"}, satisfaction},
	}
}

// generator makes one case.
type generator struct {
	chooser *vary.Chooser
	doc     *tree.Doc
	hits    map[string]int
}

func (g *generator) set(pointer string, n number.Number) {
	g.doc.Set(pointer, json.Number(n.String()))
}

// money is a random amount with two decimals, above zero.
func (g *generator) money() number.Number {
	return number.Ratio(int64(1+g.chooser.Below(200_000)), 100)
}

func (g *generator) whole(from, to int) number.Number {
	return number.Int(int64(from + g.chooser.Below(to-from+1)))
}

// around is a boundary or a place just beside it by step, and notes which; one
// time in four, and where it would be below zero, it is anything up to most.
func (g *generator) around(boundary string, at, step, most number.Number) number.Number {
	side := g.chooser.Below(4)
	n := at
	switch side {
	case 0:
		n = at.Sub(step)
	case 2:
		n = at.Add(step)
	case 3:
		return g.upTo(most, step)
	}
	if n.Sign() < 0 {
		return g.upTo(most, step)
	}
	g.hits[boundary+" "+[]string{below, on, above}[side]]++
	return n
}

// upTo is a random multiple of step, not above most.
func (g *generator) upTo(most, step number.Number) number.Number {
	parts, _ := most.Mul(number.Int(1000)).Round(0, number.RoundDown).Int64()
	n := number.Ratio(int64(g.chooser.Below(int(parts)+1)), 1000)
	if step.IsInt() {
		return n.Round(0, number.RoundDown)
	}
	return n
}

var (
	one  = number.Int(1)
	cent = number.Ratio(1, 100)
	hair = number.Ratio(1, 1_000_000_000_000) // tells exact comparison from rounding
)

// beside is the step to a boundary's side.
func (g *generator) beside() number.Number {
	if g.chooser.Chance(50) {
		return hair
	}
	return cent
}

func (g *generator) percentOf(percent int64, n number.Number) number.Number {
	return n.Mul(number.Ratio(percent, 100))
}

// paymentProgress: 前三季度每季度末资金支付进度分别达到25%、50%和75%.
func paymentProgress(g *generator) {
	total := g.money()
	g.set("/budget/annual/total", total)
	for _, q := range []struct {
		name   string
		target int64
	}{{"q1", 25}, {"q2", 50}, {"q3", 75}} {
		boundary := fmt.Sprintf("%s %d%%", q.name, q.target)
		g.set("/payments/"+q.name+"/paid", g.around(boundary, g.percentOf(q.target, total), g.beside(), total))
	}
}

// budgetExecutionRate: ≥95%；95%~80%（含80%）；80%~75%（含75%）；75%~70%（含70%）；70%以下.
func budgetExecutionRate(g *generator) {
	total := g.money()
	g.set("/budget/annual/total", total)
	percent := vary.Pick(g.chooser, []int64{95, 80, 75, 70})
	g.set("/budget/executed/total", g.around(fmt.Sprintf("%d%%", percent), g.percentOf(percent, total), g.beside(), total))
}

// threePublicExpenses: 执行数≤预算数，且预算数≤上年预算数.
func threePublicExpenses(g *generator) {
	budget := g.money()
	g.set("/three_public/current/budget", budget)
	g.set("/three_public/current/spent", g.around("spent=budget", budget, g.beside(), budget.Add(budget)))
	// 上年预算数高出一点，就是预算数低一点
	previous := budget.Add(budget).Sub(g.around("budget=previous", budget, g.beside(), budget.Add(budget)))
	if previous.Sign() < 0 {
		previous = number.Int(0)
	}
	g.set("/three_public/previous/budget", previous)
}

// goalDeclarationCoverage: 有一项未申报扣权重分10%，低于60%不得分.
func goalDeclarationCoverage(g *generator) {
	declared, total := g.chooser.Below(31), 0
	if g.chooser.Chance(60) { // 3n of 5n are the boundary
		n := 1 + g.chooser.Below(5)
		declared, total = 3*n+g.chooser.Below(3)-1, 5*n
		g.hits["coverage 60% "+[]string{below, on, above}[declared-3*n+1]]++
	} else {
		total = declared + g.chooser.Below(8)
	}
	projects := make([]any, total)
	for i := range projects {
		projects[i] = g.project(i, i < declared)
	}
	for i := range projects { // in any order
		j := i + g.chooser.Below(total-i)
		projects[i], projects[j] = projects[j], projects[i]
	}
	g.doc.Set("/performance/projects", projects)
	g.set("/performance/project_count", number.Int(int64(total)))
}

func (g *generator) project(i int, declared bool) any {
	p := map[string]any{"id": fmt.Sprint("p-", i), "unit": "单位", "goal_declared": declared}
	if g.chooser.Chance(50) {
		p["name"] = vary.Pick(g.chooser, []string{"科普活动", "大篷车", fmt.Sprint("p-", i+1)})
	}
	if g.chooser.Chance(30) {
		p["classified"] = g.chooser.Chance(50)
	}
	return p
}

// performanceTrackingCoverage: 85%得满分，每低于1%扣权重分1%，低于75%不得分.
func performanceTrackingCoverage(g *generator) {
	budget := g.money()
	g.set("/performance/tracking/adjusted_budget", budget)
	percent := vary.Pick(g.chooser, []int64{85, 75})
	g.set("/performance/tracking/covered", g.around(fmt.Sprintf("%d%%", percent), g.percentOf(percent, budget), g.beside(), budget))
}

// bookAcceptance: 验收结果为全部合格，否则不得分.
func bookAcceptance(g *generator) {
	for _, lot := range []string{"industrial_workers", "farmers", "elderly"} {
		delivered := g.whole(1, 5000)
		at := "/books/lots/" + lot
		accepted := delivered
		if g.chooser.Chance(60) {
			accepted = g.around(lot, delivered, one, number.Int(6000))
		} else {
			g.hits[lot+" "+on]++
		}
		g.set(at+"/delivered", delivered)
		g.set(at+"/accepted", accepted)
	}
}

// satisfaction: （非常满意+满意）/有效填写，不得低于90%.
func satisfaction(g *generator) {
	valid := number.Int(10).Mul(g.whole(1, 100)) // 90% is a whole number
	satisfied := g.around("90%", g.percentOf(90, valid), one, g.percentOf(95, valid))
	most, _ := satisfied.Int64()
	very := g.whole(0, int(most))
	g.set("/survey/valid", valid)
	g.set("/survey/answers/very_satisfied", very)
	g.set("/survey/answers/satisfied", satisfied.Sub(very))
}
