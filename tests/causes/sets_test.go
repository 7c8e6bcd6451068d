package causes

import (
	"slices"
	"strings"
	"testing"

	"rubric/engine/policy"
	"rubric/tests/internal/tree"
)

var roles = map[policy.Role]string{
	policy.Value: "value", policy.Condition: "condition", policy.Collection: "collection", policy.Absent: "absent",
}

func cited(causes []policy.Cause) string {
	var all []string
	for _, c := range causes {
		all = append(all, c.Pointer()+" "+roles[c.Role])
	}
	return strings.Join(all, "\n")
}

// TestCitedSets compares what is cited with what the written rule takes: a fact
// whose figure stands in the reason or the share is a value, a fact that is
// only tested is a condition, a list whose size matters is a collection.
func TestCitedSets(t *testing.T) {
	b := newBench(t)
	for _, c := range []struct {
		policy string
		patch  map[string]string // pointer → JSON; "" deletes
		item   string            // "cutoff" for the cut-off
		want   []string
	}{
		// 支付进度 = 累计支付数/全年预算数，两数都写在理由里；与别的季度无关。
		{policy: "payment_progress", item: "第一季度", want: []string{
			"/budget/annual/total value", "/payments/q1/paid value"}},
		{policy: "payment_progress", item: "第三季度", want: []string{
			"/budget/annual/total value", "/payments/q3/paid value"}},
		// 未申报只看这一个项目；扣分项是编号，理由里写名称。
		{policy: "goal_declaration_coverage", item: "service_center-1", want: []string{
			"/performance/projects/6/id value", "/performance/projects/6/name value", "/performance/projects/6/goal_declared condition"}},
		// 没有名称的写编号：没有名称这件事，理由也依据了。
		{policy: "goal_declaration_coverage", item: "headquarters-2",
			patch: map[string]string{"/performance/projects/1/goal_declared": "false"},
			want: []string{
				"/performance/projects/1/goal_declared condition", "/performance/projects/1/id value", "/performance/projects/1/name absent"}},
		// 覆盖率看全部项目：有几个，各自是否申报。
		{policy: "goal_declaration_coverage", item: "cutoff",
			patch: map[string]string{"/performance/projects/0/goal_declared": "false"},
			want: append(eachProject("goal_declared condition", 9),
				"/performance/projects collection")},
		// 三项要求逐项看，每项只看自己；扣分项写资金名称。
		{policy: "carryover", item: "财政拨款年末结转结余：按时上缴",
			patch: map[string]string{"/carryover/items/0/remitted": "false"},
			want:  []string{"/carryover/items/0/name value", "/carryover/items/0/remitted condition"}},
		// 除外的调整不计入，它的金额不起作用；是否除外每笔都看。
		{policy: "budget_adjustment", item: "预算调整率", want: []string{
			"/budget/approved/total value", "/budget/adjustments collection",
			"/budget/adjustments/0/amount value", "/budget/adjustments/0/exemption condition",
			"/budget/adjustments/1/amount value", "/budget/adjustments/1/exemption condition"}},
		{policy: "budget_adjustment", item: "预算调整率",
			patch: map[string]string{"/budget/adjustments/0/exemption": `"不可抗力"`},
			want: []string{
				"/budget/approved/total value", "/budget/adjustments collection", "/budget/adjustments/0/exemption condition",
				"/budget/adjustments/1/amount value", "/budget/adjustments/1/exemption condition"}},
		// 执行率 = 执行数/调整后预算数。
		{policy: "budget_execution_rate", item: "", patch: map[string]string{"/budget/executed/total": "1200"}, want: []string{
			"/budget/annual/total value", "/budget/executed/total value"}},
		// 提升率由两次比例和年数得出；年份只是说明，不参与计算。
		{policy: "citizen_science_literacy", item: "", want: []string{
			"/literacy/base_rate value", "/literacy/end_rate value", "/literacy/years value"}},
		// 满意度 =（非常满意+满意）/有效填写；一般、不满意不参与计算。
		{policy: "satisfaction", item: "", patch: map[string]string{"/survey/answers/satisfied": "10"}, want: []string{
			"/survey/valid value", "/survey/answers/very_satisfied value", "/survey/answers/satisfied value"}},
		// 在职人数/三处编制之和；工勤岗位控制数不计入。
		{policy: "staffing_control_rate", item: "", patch: map[string]string{"/staffing/in_post": "46"}, want: []string{
			"/staffing/in_post value", "/staffing/establishment/administrative value",
			"/staffing/establishment/service_center value", "/staffing/establishment/museum value"}},
		// ①不符由评价人员判定；理由里写四处检查发现的问题数。
		{policy: "disclosure", item: "①按规定内容公开预决算信息", want: []string{
			"/disclosure/content_compliant condition", "/disclosure/issues/summary value", "/disclosure/issues/headquarters value",
			"/disclosure/issues/service_center value", "/disclosure/issues/museum value"}},
		{policy: "disclosure", item: "②按规定时限公开预决算信息", patch: map[string]string{"/disclosure/timely": "false"}, want: []string{
			"/disclosure/timely condition"}},
		// 预算数与上年预算数比；执行数是另一项。
		{policy: "three_public_expenses", item: "预算数不超过上年预算数", want: []string{
			"/three_public/current/budget value", "/three_public/previous/budget value"}},
		// 覆盖率 = 跟踪覆盖资金/调整后预算数。
		{policy: "performance_tracking_coverage", item: "", want: []string{
			"/performance/tracking/covered value", "/performance/tracking/adjusted_budget value"}},
		{policy: "performance_tracking_coverage", item: "cutoff", patch: map[string]string{"/performance/tracking/covered": "1000"}, want: []string{
			"/performance/tracking/covered value", "/performance/tracking/adjusted_budget value"}},
		// ④不匹配，理由里写三处填报的预算和年初预算数。
		{policy: "indicator_clarity", item: "④与本年度部门预算资金相匹配", want: []string{
			"/performance/clarity/matches_budget condition", "/performance/goal_budgets/headquarters value",
			"/performance/goal_budgets/museum value", "/performance/goal_budgets/service_center value", "/budget/initial/total value"}},
		// 是否运行只看一个事实，理由里没有数。
		{policy: "media_platform", item: "", patch: map[string]string{"/media_platform/launched": "false"}, want: []string{
			"/media_platform/launched condition"}},
		// 一批图书的验收与采购本数不等。
		{policy: "book_acceptance", item: "农牧民科普读物", patch: map[string]string{"/books/lots/farmers/accepted": "1943"}, want: []string{
			"/books/lots/farmers/delivered value", "/books/lots/farmers/accepted value"}},
	} {
		t.Run(c.policy+"/"+c.item, func(t *testing.T) {
			got := b.causesOf(c.policy, patched(b.base, c.patch), c.item)
			slices.Sort(got)
			slices.Sort(c.want)
			if !slices.Equal(got, c.want) {
				t.Errorf("cited\n %s\nwant\n %s", strings.Join(got, "\n "), strings.Join(c.want, "\n "))
			}
		})
	}
}

func eachProject(rest string, n int) []string {
	var all []string
	for i := range n {
		all = append(all, "/performance/projects/"+string(rune('0'+i))+"/"+rest)
	}
	return all
}

func patched(doc *tree.Doc, patch map[string]string) *tree.Doc {
	out := doc.Clone()
	for pointer, text := range patch {
		if text == "" {
			out.Delete(pointer)
		} else {
			out.Set(pointer, tree.Value(text))
		}
	}
	return out
}

// causesOf is what a policy cites for an item, or for "cutoff".
func (b *bench) causesOf(id string, doc *tree.Doc, item string) []string {
	bound := b.bind(doc)
	for _, p := range b.policies {
		if p.id != id {
			continue
		}
		for _, r := range results(p.evaluate(bound)) {
			if r.kind == "deduction" && r.item == item || r.kind == "cutoff" && item == "cutoff" {
				return strings.Split(cited(r.causes), "\n")
			}
		}
	}
	return nil
}
