# METADATA
# title: 同一数字在正文各处
# description: 摘要、部门基本情况、绩效分析各节和表中，同一个数字应当一样。
# custom:
#   interpretation: 逐字比较印载的数，不作四舍五入；只有结转结余按印载的一位小数比较。全年支付数与执行数出自不同资料，不一致时列为存疑。
package urumqi_dept_2023.reconcile.same_figure

import rego.v1

# 同一数字印在两处：两处不一样，就是矛盾
differ(name, a, a_place, b, b_place) := {
	"severity": "error",
	"message": sprintf("%s：%s为%s，%s为%s", [name, a_place, rubric.exact(a), b_place, rubric.exact(b)]),
	"figures": [a, b],
} if {
	a != b
}

basics := "一、部门基本情况（三）1"

analysis := "六、绩效分析（一）2（2）"

contradictions["基本支出全年预算数"] := found if {
	found := differ("基本支出全年预算数", input.budget.annual.basic, analysis, input.overview.y2023.basic.adjusted, basics)
}

contradictions["项目支出全年预算数"] := found if {
	found := differ("项目支出全年预算数", input.budget.annual.project, analysis, input.overview.y2023.project.adjusted, basics)
}

contradictions["全年预算数"] := found if {
	found := differ("全年预算数", input.budget.annual.total, analysis, input.overview.y2023.total.adjusted, basics)
}

contradictions["全年执行数"] := found if {
	found := differ("全年执行数", input.budget.executed.total, "六、绩效分析（一）2（4）", input.overview.y2023.total.executed, basics)
}

# 追减的调整数按负数比较
signed(adjustment) := adjustment.amount if adjustment.kind != "追减"

signed(adjustment) := 0 - adjustment.amount if adjustment.kind == "追减"

contradictions["基本支出调整数"] := found if {
	some adjustment in input.budget.adjustments
	adjustment.subject == "基本支出"
	found := differ("基本支出调整数", signed(adjustment), analysis, input.overview.y2023.basic.adjustment, basics)
}

contradictions["项目支出调整数"] := object.union(found, {"adopt": {pointer("amount"): abs(printed), pointer("kind"): kind(printed)}}) if {
	some adjustment in input.budget.adjustments
	adjustment.subject == "项目支出"
	some row in input.tables.t1_2.rows
	row.item == "综合统计数据"
	printed := row.adjustment
	found := differ("项目支出调整数", signed(adjustment), analysis, printed, "表1-2")
}

# 项目支出那笔调整的地址：采用表1-2的数时，评价会是什么结果
pointer(member) := sprintf("/budget/adjustments/%s/%s", [rubric.exact(position), member]) if {
	some position, adjustment in input.budget.adjustments
	adjustment.subject == "项目支出"
}

kind(amount) := "追减" if amount < 0

kind(amount) := "追加" if amount >= 0

# 批复数加调整数应当等于全年预算数；两个数各自四舍五入，可以差0.01
contradictions[sprintf("%s批复数加调整数", [adjustment.subject])] := object.union(found, {"severity": rounding(expected - annual(adjustment.subject), 0.01)}) if {
	some adjustment in input.budget.adjustments
	expected := approved(adjustment.subject) + signed(adjustment)
	found := differ(sprintf("%s全年预算数", [adjustment.subject]), annual(adjustment.subject), analysis, expected, "年初批复数加调整数")
}

approved("基本支出") := input.budget.approved.basic

approved("项目支出") := input.budget.approved.project

annual("基本支出") := input.budget.annual.basic

annual("项目支出") := input.budget.annual.project

# 差数在四舍五入的误差以内的，只作说明
rounding(difference, tolerance) := "info" if abs(difference) <= tolerance

rounding(difference, tolerance) := "error" if abs(difference) > tolerance

contradictions["年初部门预算批复数"] := found if {
	found := differ("年初部门预算批复数", input.budget.approved.total, analysis, input.stated.clarity_approved_total, "六、绩效分析（一）3（5）")
}

contradictions[sprintf("年初预算%s", [name])] := object.union(found, {"severity": "warning"}) if {
	some key, name in {"basic": "基本支出", "project": "项目支出"}
	found := differ(
		sprintf("%s年初预算数与年初批复数", [name]),
		input.budget.initial[key], basics, input.budget.approved[key], analysis,
	)
}

contradictions["填报绩效目标的预算资金"] := found if {
	budgets := input.performance.goal_budgets
	total := (budgets.headquarters + budgets.museum) + budgets.service_center
	found := differ("整体绩效目标的预算资金与年初预算", total, "三家单位填报合计", input.stated.clarity_approved_total, "六、绩效分析（一）3（5）")
}

quarters := {"q1": "第一季度", "q2": "第二季度", "q3": "第三季度", "q4": "第四季度"}

contradictions[sprintf("%s末累计支付数", [name])] := found if {
	some key, name in quarters
	found := differ(
		sprintf("%s末累计支付数", [name]),
		input.payments[key].paid, "正文", input.tables.t6_1[key].paid, "表6-1",
	)
}

contradictions[sprintf("%s末支付占比", [name])] := found if {
	some key, name in {"q1": "第一季度", "q2": "第二季度", "q3": "第三季度"}
	found := differ(
		sprintf("%s末支付占比（%%）", [name]),
		input.stated.payment_shares[key], "正文", input.tables.t6_1[key].share, "表6-1",
	)
}

contradictions["全年支付数与执行数"] := object.union(found, {"severity": "warning"}) if {
	found := differ("全年财政拨款支付数与全年预算执行数", input.payments.q4.paid, "表6-1", input.budget.executed.total, "六、绩效分析（一）2（4）")
}

contradictions["年末结转结余"] := object.union(found, {"severity": severity(balance, left)}) if {
	balance := sum([i.balance | some i in input.carryover.items])
	left := input.budget.annual.total - input.budget.executed.total
	found := differ("年末结转结余", balance, "六、绩效分析（一）10（1）", left, "全年预算数减执行数")
}

# 按印载的一位小数一致，只作说明
severity(balance, left) := "info" if rubric.round(left, 1) == balance

severity(balance, left) := "error" if rubric.round(left, 1) != balance

year_names := {"current": "本年", "previous": "上年"}

contradictions[sprintf("%s“三公”经费%s", [year_names[key], column])] := found if {
	some key, year in {"current": "y2023", "previous": "y2022"}
	some member, column in {"budget": "预算数", "spent": "支出数"}
	found := differ(
		sprintf("%s“三公”经费%s", [year_names[key], column]),
		input.three_public[key][member], "六、绩效分析（一）2（5）", input.tables.t1_11.total[year][member], "表1-11",
	)
}

contradictions["“三公”经费支出减少数"] := object.union(found, {"severity": rounding(decrease - stated, 0.01)}) if {
	decrease := input.three_public.previous.spent - input.three_public.current.spent
	stated := input.overview.changes.three_public_2023_decrease
	found := differ("“三公”经费支出较上年减少数", stated, "一、部门基本情况（三）4", decrease, "两年支出数相减")
}

contradictions[sprintf("摘要·%s·%s", [section, key])] := found if {
	some section, members in input.summary.y2023
	some key, value in members
	some other_section, others in input.overview.y2023
	other_section == section
	some other_key, other in others
	other_key == key
	found := differ(sprintf("2023年预算和执行情况（%s/%s）", [section, key]), value, "摘要", other, basics)
}

contradictions[sprintf("人员·摘要·%s", [key])] := found if {
	some key, value in input.summary.staffing
	found := differ(sprintf("人员情况（%s）", [key]), value, "摘要", input.overview.staffing[key], "一、部门基本情况（一）1")
}

contradictions["实有在职人数"] := found if {
	found := differ("实有在职人数", input.staffing.in_post, "六、绩效分析（一）1（3）", input.overview.staffing.staff, "一、部门基本情况（一）1")
}

activities := {"edu_bases": "创建科普教育基地", "enterprise_associations": "新成立企业科协", "three_entries": "三进科普活动"}

contradictions[name] := found if {
	some key, name in activities
	found := differ(name, input.summary[key], "摘要和评价结论", input.activities[key], "六、绩效分析（二）1")
}

contradictions["预算公开问题数"] := found if {
	issues := input.disclosure.issues
	total := ((issues.summary + issues.headquarters) + issues.service_center) + issues.museum
	found := differ("预算公开检查发现的问题数", input.summary.disclosure_issues, "摘要", total, "六、绩效分析（一）6（1）合计")
}

contradictions["满意度"] := found if {
	found := differ("满意度（%）", input.summary.satisfaction, "摘要", input.stated.satisfaction, "六、绩效分析（四）1（1）")
}

contradictions["总得分"] := found if {
	found := differ("总得分", input.summary.total_score, "摘要", input.stated.total_score, "五、评价结论（一）")
}
